//! Every site that two runs report has one verdict and one reason, whatever the command, the paths given, their order, the
//! folder one stands in, the number of threads, `--strict` or not. It knows no expected verdicts; those are the business of
//! others.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::support::files::{self, Tree, all_right, is_python, python_files, shown, tree};
use crate::support::library::{Ask, Command, Run, run_in, run_project, run_typed};
use crate::support::mutate::Luck;
use crate::support::world::World;
use crate::verdicts::known_disagreements;

/// Lines on which two runs are known not to agree, beside those of which `verdicts` knows that `check` and `audit` do not. An
/// entry that becomes right has to go.
const KNOWN: &[&str] = &[];

/// `verdict reason` of each site, by `path:line:column`.
type Verdicts = BTreeMap<String, String>;

fn verdicts(run: &Run) -> Verdicts {
    let faults = run.faults();
    assert!(!faults.iter().any(|fault| fault.contains("which is a bug")), "{faults:?}");
    let site = |s: crate::support::library::Site| {
        (format!("{}:{}:{}", s.path, s.line, s.column), format!("{} {}", s.verdict, s.reason))
    };
    run.sites().into_iter().map(site).collect()
}

/// A case folder, as a project of its own.
struct Case {
    name: String,
    world: World,
    root: PathBuf,
    /// Its Python files.
    files: Vec<PathBuf>,
    /// Sites that the runs of it did not agree on, and how they differ.
    wrong: BTreeMap<String, String>,
}

impl Case {
    fn new(name: String, files: Tree) -> Self {
        // Of a folder around the project nobody may take it for test code.
        let world = World::new();
        let root = world.path("tests/project");
        files::write(&root, &files);
        world.file("tests/project/setup.cfg", "");
        let inside = files.into_keys().filter(|path| is_python(path));
        let files = inside.map(|path| root.join(path)).collect();
        Self { name, world, root, files, wrong: BTreeMap::new() }
    }

    fn whole(&self, ask: &Ask) -> Verdicts {
        verdicts(&run_project(&self.root, ask))
    }

    fn disagree(&mut self, site: &str, first: &str, second: &str, how: &str) {
        let (line, _column) = site.rsplit_once(':').unwrap();
        let site = format!("{}/{line}", self.name);
        self.wrong.entry(site).or_insert_with(|| format!("{first}, but {second} ({how})"));
    }

    /// Holds the sites of two runs that both report against each other.
    fn agree(&mut self, first: &Verdicts, second: &Verdicts, how: &str) {
        for (site, words) in second {
            if let Some(other) = first.get(site).filter(|other| *other != words) {
                self.disagree(site, other, words, how);
            }
        }
    }

    /// The same, where one may report no site that the other does not, either.
    fn same(&mut self, first: &Verdicts, second: &Verdicts, how: &str) {
        let all: BTreeSet<&String> = first.keys().chain(second.keys()).collect();
        for site in all {
            let of = |run: &Verdicts| run.get(site).map_or("nothing".to_owned(), String::clone);
            if of(first) != of(second) {
                self.disagree(site, &of(first), &of(second), how);
            }
        }
    }

    /// Some of the files, in any order, as a user might name them; now and then a folder for what lies in it.
    fn paths(&self, luck: &mut Luck) -> Vec<PathBuf> {
        let mut files = self.files.clone();
        let count = 1 + luck.below(files.len());
        let mut given = Vec::new();
        for _ in 0..count {
            let file = files.swap_remove(luck.below(files.len()));
            let folder = file.parent().map(Path::to_path_buf);
            given.extend(if luck.below(5) == 0 { folder } else { Some(file) });
        }
        given
    }

    /// Runs the commands on all of it, and on parts of it in many ways.
    fn hold(&mut self, seed: usize) {
        if self.files.is_empty() {
            return;
        }
        let audit = self.whole(&Ask { threads: 2, ..Ask::of(Command::Audit) });
        let check = self.whole(&Ask::of(Command::Check));
        let strict = self.whole(&Ask { strict: true, ..Ask::of(Command::Check) });
        let fix = self.whole(&Ask { threads: 3, ..Ask::of(Command::Fix) });
        let mut dropped = audit.clone();
        dropped.retain(|_, words| words.starts_with("dropped "));
        self.same(&dropped, &check, "audit, check");
        self.same(&check, &strict, "check, check --strict");
        self.same(&check, &fix, "check, fix");
        let above = run_in(
            &self.world.path(""),
            std::slice::from_ref(&self.root),
            &Ask::of(Command::Check),
        );
        let above = verdicts(&above)
            .into_iter()
            .map(|(site, words)| (site.strip_prefix("tests/project/").unwrap().to_owned(), words));
        self.same(&check, &above.collect(), "check, check from above");
        let mut luck = Luck::new(seed as u64);
        let typed = &self.files[luck.below(self.files.len())];
        let bytes = std::fs::read(typed).unwrap();
        let typed = run_typed(&self.root, typed, &bytes, &Ask::of(Command::Check));
        self.agree(&audit, &verdicts(&typed), "audit, check of standard input");
        for _ in 0..if self.files.len() == 1 { 1 } else { 6 } {
            let commands = [Command::Check, Command::Check, Command::Fix, Command::Audit];
            let ask = Ask {
                threads: 1 + luck.below(4),
                strict: luck.below(2) == 0,
                ..Ask::of(commands[luck.below(commands.len())])
            };
            let given = self.paths(&mut luck);
            let part = verdicts(&run_in(&self.root, &given, &ask));
            let names: Vec<String> = given
                .iter()
                .map(|p| p.strip_prefix(&self.root).unwrap_or(p).display().to_string())
                .collect();
            let how = format!(
                "audit, {:?} with {} threads, strict: {}, of {}",
                ask.command,
                ask.threads,
                ask.strict,
                names.join(" ")
            );
            self.agree(&audit, &part, &how);
        }
    }
}

/// Holds cases to it, each a name and its files.
fn hold(cases: Vec<(String, Tree)>) {
    let listed: Vec<String> =
        known_disagreements().chain(KNOWN.iter().map(|k| (*k).to_owned())).collect();
    let mut wrong = BTreeMap::new();
    let mut known = BTreeSet::new();
    assert!(!cases.is_empty());
    for (seed, (name, files)) in cases.into_iter().enumerate() {
        let mut case = Case::new(name, files);
        case.hold(seed);
        let start = format!("{}/", case.name);
        known.extend(listed.iter().filter(|at| at.starts_with(&start)));
        wrong.append(&mut case.wrong);
    }
    let fixed = known.iter().filter(|at| !wrong.contains_key(**at));
    let fixed = fixed.map(|at| format!("{at}: no longer wrong; the entry has to go"));
    let new = wrong.iter().filter(|(at, _)| !known.contains(at));
    let new = new.map(|(at, how)| format!("    \"{at}\", // {how}"));
    all_right(&fixed.chain(new).collect::<Vec<_>>());
}

/// The folders of a folder of cases, each with the files that `of` takes of it.
fn cases(folder: &str, of: impl Fn(&Path) -> Tree) -> Vec<(String, Tree)> {
    let folders = files::folders(folder);
    folders.iter().map(|folder| (shown(folder), of(folder))).collect()
}

#[test]
fn runs_of_a_verdict_folder_agree() {
    hold(cases("testdata/verdicts", |folder| tree(folder)));
}

#[test]
fn runs_of_a_folder_of_fixes_agree() {
    hold(cases("testdata/fix", |folder| {
        let bytes = tree(folder).remove(Path::new("before.py")).unwrap();
        Tree::from([("pkg/app.py".into(), bytes)])
    }));
}

#[test]
fn runs_of_a_folder_of_fixes_across_files_agree() {
    hold(cases("testdata/fix_across", |folder| tree(folder.join("before"))));
}

#[test]
fn runs_of_a_rule_folder_agree() {
    hold(cases("testdata/rules", |folder| tree(folder)));
}

#[test]
fn runs_of_an_application_agree() {
    let mut all = cases("testdata/scenarios", |folder| tree(folder.join("before")));
    let others = ["testdata/demo", "testdata/audit", "testdata/e2e"];
    all.extend(others.map(|folder| (folder.to_owned(), tree(folder))));
    hold(all);
}

#[test]
fn runs_of_all_verdict_folders_in_one_project_agree() {
    let mut files = tree("testdata/verdicts");
    // A task factory would keep the tasks of all of them.
    let is_alone =
        |p: &Path| ["factory", "patched"].iter().any(|f| p.to_string_lossy().starts_with(f));
    files.retain(|path, _| !is_alone(path));
    hold(vec![("all verdicts".to_owned(), files)]);
}

/// Of other code, too, where the environment names a folder:
/// `UNDANGLE_TREE=<folder> cargo test --release --test it agreement`.
#[test]
fn what_is_parsed_in_part_is_judged_as_what_is_parsed_whole() {
    let agree = |path: &Path, bytes: Vec<u8>| {
        let mut case = Case::new(shown(path), Tree::from([("app.py".into(), bytes)]));
        let [check, strict] =
            [false, true].map(|strict| case.whole(&Ask { strict, ..Ask::of(Command::Check) }));
        case.same(&check, &strict, "check, check --strict");
        case.wrong.into_iter().map(|(at, how)| format!("{at}: {how}"))
    };
    let mut wrong: Vec<String> = Vec::new();
    for path in python_files("testdata") {
        wrong.extend(agree(&path, std::fs::read(&path).unwrap()));
    }
    if let Some(folder) = std::env::var_os("UNDANGLE_TREE").map(PathBuf::from) {
        let mut case = Case::new(shown(&folder), tree(&folder));
        case.hold(0);
        wrong.extend(case.wrong.into_iter().map(|(at, how)| format!("{at}: {how}")));
    }
    all_right(&wrong);
}
