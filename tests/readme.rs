//! The README says what is: its table of rules is that of the program, its console example is real output.

#![allow(clippy::unwrap_used)] // The helpers of a test are test code, too.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use undangle::audit::Cause;
use undangle::rules::all;

fn readme() -> (PathBuf, String) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let text = std::fs::read_to_string(&path).unwrap();
    (path, text)
}

/// Compares what stands between two marks with what the program says, or writes it under `UPDATE=1`.
fn between(begin: &str, end: &str, table: &str) {
    let (path, text) = readme();
    let from = text.find(begin).unwrap() + begin.len();
    let to = text.find(end).unwrap();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, format!("{}{table}{}", &text[..from], &text[to..])).unwrap();
    } else {
        assert_eq!(&text[from..to], table, "UPDATE=1 writes the table");
    }
}

#[test]
fn the_tables_are_those_of_the_program() {
    let rows = all().iter().map(|r| format!("| {} | {} | {} |\n", r.code, r.name, r.summary));
    let table = format!("| code | name | what |\n|---|---|---|\n{}", rows.collect::<String>());
    between("<!-- rules -->\n", "<!-- end of rules -->", &table);
    let rows = Cause::ALL.iter().map(|cause| {
        let (production, test) = (cause.risk(false).as_str(), cause.risk(true).as_str());
        let tests = match production == test {
            true => String::new(),
            false => format!("; in test code {test}"),
        };
        format!("| {production}{tests} | {} |\n", cause.rule())
    });
    let table = format!("| risk | when |\n|---|---|\n{}", rows.collect::<String>());
    between("<!-- risks -->\n", "<!-- end of risks -->", &table);
}

#[test]
fn the_console_example_is_real_output() {
    let (_, text) = readme();
    let example = text.split("```console\n").nth(1).unwrap().split("```").next().unwrap();
    let (command, expected) = example.split_once('\n').unwrap();
    let arguments = command.strip_prefix("$ undangle ").unwrap().split(' ');
    let output = Command::new(env!("CARGO_BIN_EXE_undangle"))
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), expected);
}

#[test]
fn every_dependency_has_a_line_that_says_why() {
    let (path, text) = readme();
    let manifest = std::fs::read_to_string(path.with_file_name("Cargo.toml")).unwrap();
    let manifest: toml::Table = manifest.parse().unwrap();
    let wanted: BTreeSet<&str> =
        manifest["dependencies"].as_table().unwrap().keys().map(String::as_str).collect();
    let table = text.split("| crate | why |\n|---|---|\n").nth(1).unwrap();
    let rows = table.lines().take_while(|line| line.starts_with("| "));
    let mut told = BTreeSet::new();
    for row in rows {
        let (crates, why) = row[2..].split_once(" | ").unwrap();
        assert!(why.trim_end_matches(" |").len() > 5, "{row}");
        for name in crates.split(", ") {
            assert!(told.insert(name), "{name} stands there twice");
        }
    }
    assert_eq!(told, wanted);
}
