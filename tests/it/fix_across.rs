//! Every folder of `testdata/fix_across`: a small project, `before`, is fixed by the program and compared with `after` and
//! `report.txt`. `UPDATE=1` writes them; CPython compiles every file; a second run changes nothing. `flags.txt` holds the
//! arguments, by default `--unsafe-fixes .`.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::files::{
    self, Tree, all_right, golden, golden_tree, python_files, shown, tree,
};
use crate::support::tools::cpython_compiles;
use crate::support::world::{Ran, World, has};

fn folders() -> Vec<PathBuf> {
    files::folders("testdata/fix_across")
}

fn run(world: &World, folder: &Path, command: &str, more: &[&str]) -> Ran {
    let flags = fs::read_to_string(folder.join("flags.txt"));
    let flags = flags.unwrap_or_else(|_| "--unsafe-fixes .".to_owned());
    let flags: Vec<&str> = flags.split_whitespace().collect();
    world.run(&[&[command, "--no-config", "--color", "never"], more, &flags[..]].concat())
}

fn files_of(world: &World) -> Tree {
    let mut files = tree(world.path(""));
    files.remove(Path::new("setup.cfg"));
    files
}

/// What `check` says of each finding's fix, the last line of `fix`, and the files after it.
fn fixed(files: &Tree, folder: &Path) -> (String, Tree) {
    let world = World::project(files);
    let json = run(&world, folder, "check", &["--format", "json"]).json();
    let mut report = String::new();
    for site in json["sites"].as_array().unwrap() {
        let fix = &site["fix"];
        let what = ["declined", "tracker", "applicability"].map(|k| fix[k].as_str());
        let what = match what {
            [Some(reason), ..] => format!("declined: {reason}"),
            [_, tracker, word] => format!("{} {}", word.unwrap_or("-"), tracker.unwrap_or("-")),
        };
        report.push_str(&format!("{}:{} {what}\n", site["path"].as_str().unwrap(), site["line"]));
    }
    report.push_str(&run(&world, folder, "fix", &["--format", "concise"]).err);
    (report, files_of(&world))
}

#[test]
fn every_project_is_fixed_as_its_golden_says_and_then_left_alone() {
    let mut wrong = Vec::new();
    for folder in folders() {
        let (report, after) = fixed(&tree(folder.join("before")), &folder);
        wrong.extend(golden(&folder.join("report.txt"), report.as_bytes()));
        wrong.extend(golden_tree(&folder.join("after"), &after));
        if fixed(&after, &folder).1 != after {
            wrong.push(format!("{}: a second run changes it", shown(&folder)));
        }
    }
    all_right(&wrong);
}

#[test]
fn git_applies_the_patch_of_every_project_to_what_fix_writes() {
    if !has("git") {
        return;
    }
    let mut tried = 0;
    for folder in folders() {
        let world = World::project(&tree(folder.join("before")));
        let patch = run(&world, &folder, "diff", &[]).raw;
        if patch.is_empty() {
            continue;
        }
        let ran = world.tool("", "git", &["apply"], &patch);
        assert_eq!(ran.status, 0, "{}: {ran:?}", shown(&folder));
        assert_eq!(files_of(&world), tree(folder.join("after")), "{}", shown(&folder));
        tried += 1;
    }
    assert!(tried > 5, "only {tried} projects have a patch");
}

#[test]
fn cpython_compiles_every_project() {
    cpython_compiles(python_files("testdata/fix_across"));
}
