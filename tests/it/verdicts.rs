//! Every folder of `testdata/verdicts` is a project; `# -> verdict reason` stands on the line of each of its sites, and
//! nowhere else. `audit` says of every line what its comment says, and `check` reports those that are dropped. `UPDATE=1`
//! writes what `audit` says, but not on lines that are known to be wrong: read the difference.

use std::collections::BTreeMap;
use std::fs;

use crate::support::files::{folders, is_python, is_update, tree};
use crate::support::library::{Ask, Command, legal, run_project};
use crate::support::world::World;

/// What is known to be wrong: a line, and what `check` and `audit` say of it in the place of its comment. An entry that
/// becomes right has to go.
const KNOWN: &[(&str, &str, &str)] = &[];

/// The lines on which `check` and `audit` are known not to agree.
pub(crate) fn known_disagreements() -> impl Iterator<Item = String> {
    let differ = KNOWN.iter().filter(|(_, check, audit)| *check != dropped(audit));
    differ.map(|(at, ..)| format!("testdata/verdicts/{at}"))
}

/// `verdict reason` of each site of each line, by file and 1-based line.
type Words = BTreeMap<(String, usize), String>;

fn words(world: &World, command: Command) -> Words {
    let mut said = Words::new();
    let run = run_project(&world.path(""), &Ask::of(command));
    assert!(run.faults().is_empty(), "{:?}", run.faults());
    for site in run.sites() {
        let line = said.entry((site.path, site.line)).or_default();
        let comma = if line.is_empty() { "" } else { ", " };
        line.push_str(&format!("{comma}{} {}", site.verdict, site.reason));
    }
    said
}

/// Those of a line's sites that a finding is about.
fn dropped(words: &str) -> String {
    let found: Vec<&str> = words.split(", ").filter(|w| w.starts_with("dropped ")).collect();
    found.join(", ")
}

#[test]
fn every_site_has_the_verdict_that_its_comment_says() {
    let (mut wrong, mut known) = (Vec::new(), KNOWN.to_vec());
    for folder in folders("testdata/verdicts") {
        let name = folder.file_name().unwrap().to_str().unwrap();
        let files = tree(&folder);
        let world = World::project(&files);
        let (checked, audited) = (words(&world, Command::Check), words(&world, Command::Audit));
        for (path, bytes) in files.iter().filter(|(path, _)| is_python(path)) {
            assert_eq!(legal(bytes), Ok(()), "{}", path.display());
            let text = std::str::from_utf8(bytes).unwrap();
            let mut now = String::new();
            for (index, line) in text.lines().enumerate() {
                let (code, comment) = line.split_once("  # -> ").unwrap_or((line, ""));
                let key = (path.display().to_string(), index + 1);
                let of = |words: &Words| words.get(&key).cloned().unwrap_or_default();
                let (check, audit) = (of(&checked), of(&audited));
                let mut said = audit.as_str();
                if audit != comment || check != dropped(comment) {
                    let at = format!("{name}/{}:{}", key.0, key.1);
                    match known.iter().position(|k| *k == (&at, &check, &audit)) {
                        Some(entry) => {
                            known.remove(entry);
                            said = comment;
                        }
                        None => {
                            let word =
                                |s: &str| if s.is_empty() { "nothing" } else { s }.to_owned();
                            let [says, check, audit] = [comment, &check, &audit].map(word);
                            wrong.push(format!(
                                "testdata/verdicts/{at}: the comment says {says}, `audit` says {audit}, `check` says {check}"
                            ));
                        }
                    }
                }
                let mark = if said.is_empty() { "" } else { "  # -> " };
                now.push_str(&format!("{code}{mark}{said}\n"));
            }
            if is_update() && now != text {
                fs::write(folder.join(path), now).unwrap();
            }
        }
    }
    wrong.extend(known.iter().map(|(at, ..)| format!("{at} is no longer wrong in this way")));
    let advice = "Is the comment right? Mend the code or the table. If not, UPDATE=1 writes what `audit` says";
    assert!(wrong.is_empty() || is_update(), "\n{}\n{advice}\n", wrong.join("\n"));
}
