//! The house rules, read off the files: what may use what, how long a file is, how it opens, and that rules, their folders
//! and the README agree. It runs none of the code that it reads.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::support::files::{self, all_right as agree, at, shown};
use crate::support::library::rules;

const LONGEST: usize = 500;
/// How the library is named from outside; put together here, so that this file does not name it.
const PREFIX: &str = concat!("undangle", "::");

fn root() -> PathBuf {
    at("")
}

fn files(folder: &str, extension: &str) -> Vec<PathBuf> {
    files::files(folder, &|p: &Path| p.extension().is_some_and(|e| e == extension))
}

fn rust_files() -> Vec<PathBuf> {
    ["src", "tests", "benches", "fuzz/fuzz_targets"].iter().flat_map(|f| files(f, "rs")).collect()
}

/// The lines that are code and no test: up to `#[cfg(test)]`, comments left out.
fn code_lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = text.lines().enumerate().map(|(i, line)| (i + 1, line));
    let code = lines.take_while(|(_, line)| line.trim() != "#[cfg(test)]");
    code.filter(|(_, line)| !line.trim_start().starts_with("//"))
}

/// Whether a line of code names the library.
fn names_library(line: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    line.match_indices(PREFIX).any(|(at, _)| !line[..at].ends_with(is_word))
}

#[test]
fn tests_meet_the_library_in_one_place() {
    let outside = |p: &&PathBuf| !p.starts_with(at("tests/it/support/library"));
    let mut wrong = Vec::new();
    for path in files("tests", "rs").iter().filter(outside) {
        let text = fs::read_to_string(path).unwrap();
        for (number, line) in code_lines(&text).filter(|(_, l)| names_library(l)) {
            let line = line.trim();
            wrong.push(format!("{}:{number}: `{line}`: ask `support::library`", shown(path)));
        }
    }
    agree(&wrong);
}

/// The files that may ask the disk themselves: those that do it for the others or before them, the walk, and the cache.
const ASKS_THE_DISK: [&str; 6] = [
    "src/run/lookups.rs",
    "src/run/target.rs",
    "src/run/walk.rs",
    "src/run/cache_file.rs",
    "src/run/result_cache.rs",
    "src/config/bounded_read.rs",
];

#[test]
fn a_run_asks_the_disk_where_that_is_noted() {
    let questions =
        ["use std::fs;", "std::fs::{", "std::fs::File", ".is_file()", ".is_dir()", ".exists()"];
    let mut wrong = Vec::new();
    for path in [files("src/run", "rs"), files("src/config", "rs")].concat() {
        let text = fs::read_to_string(&path).unwrap();
        let is_noted = ASKS_THE_DISK.iter().any(|known| path == at(known));
        for (number, line) in code_lines(&text).filter(|_| !is_noted) {
            if questions.iter().any(|question| line.contains(question)) {
                wrong.push(format!("{}:{number}: ask `Lookups`: `{}`", shown(&path), line.trim()));
            }
        }
    }
    agree(&wrong);
}

#[test]
fn every_file_opens_with_what_it_is() {
    let opens = |p: &PathBuf| fs::read_to_string(p).unwrap().starts_with("//! ");
    let silent = rust_files().into_iter().filter(|p| !opens(p));
    let say = |p: PathBuf| {
        format!("{}: opens without a `//!` line saying what it is and must not know", shown(&p))
    };
    agree(&silent.map(say).collect::<Vec<_>>());
}

#[test]
fn no_file_is_longer_than_500_lines() {
    let length = |p: &PathBuf| fs::read_to_string(p).unwrap().lines().count();
    let long = rust_files().into_iter().filter(|p| length(p) > LONGEST);
    let say = |p: PathBuf| format!("{}: {} lines; it wants a second room", shown(&p), length(&p));
    agree(&long.map(say).collect::<Vec<_>>());
}

#[test]
fn every_rule_has_its_file_and_its_folder_and_no_folder_is_left_over() {
    let mut wrong = Vec::new();
    let entries = fs::read_dir(root().join("testdata/rules")).unwrap();
    let mut folders: BTreeSet<String> =
        entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    folders.retain(|f| !f.starts_with('.'));
    for rule in rules() {
        if !folders.remove(rule.name) {
            wrong.push(format!("{} {}: no folder in testdata/rules", rule.code, rule.name));
        }
        let needed = [
            format!("src/rules/{}.rs", rule.code.to_lowercase()),
            format!("testdata/rules/{}/doc.md", rule.name),
            format!("testdata/rules/{}/case.py", rule.name),
        ];
        let missing = needed.iter().filter(|f| !root().join(f).is_file());
        wrong.extend(missing.map(|f| format!("{}: {f} is missing", rule.code)));
    }
    wrong.extend(folders.iter().map(|f| format!("testdata/rules/{f}: no rule has this name")));
    agree(&wrong);
}

/// Words that say too much, or that something was left undone; put together here, so that this file holds none.
fn forbidden() -> Vec<String> {
    let pairs = [
        ("TO", "DO"),
        ("FIX", "ME"),
        ("unimple", "mented!"),
        ("#[ig", "nore]"),
        ("/ho", "me/"),
        ("/ro", "ot/"),
        ("will be col", "lected"),
        ("will be gar", "bage"),
        ("will be de", "stroyed"),
    ];
    pairs.iter().map(|(a, b)| format!("{a}{b}")).collect()
}

#[test]
fn nothing_is_left_undone_and_nobody_claims_that_a_task_is_certainly_lost() {
    let text = |p: &Path| {
        let known = ["rs", "py", "md", "toml"];
        p.extension().is_some_and(|e| known.iter().any(|k| e == *k))
    };
    let mut paths: Vec<PathBuf> = ["src", "tests", "benches", "testdata", "docs"]
        .iter()
        .flat_map(|f| files::files(f, &text))
        .collect();
    let beside = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "Cargo.toml", ".ci/run"];
    let beside = beside.map(|f| root().join(f));
    paths.extend(beside.into_iter().filter(|p| p.is_file()));
    let mut wrong = Vec::new();
    for path in paths {
        let text = fs::read_to_string(&path).unwrap_or_default();
        for (i, line) in text.lines().enumerate() {
            for word in forbidden().iter().filter(|w| line.contains(*w)) {
                wrong.push(format!("{}:{}: says \"{word}\"", shown(&path), i + 1));
            }
        }
    }
    agree(&wrong);
}
