//! The README says what is: its table of rules is that of the program, its console example is real output.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Command;

use crate::support::files::{at, is_update};
use crate::support::library::{causes, rules};
use crate::support::world::PROGRAM;

fn readme() -> (PathBuf, String) {
    let path = at("README.md");
    let text = std::fs::read_to_string(&path).unwrap();
    (path, text)
}

/// Compares what stands between two marks with what the program says, or writes it under `UPDATE=1`.
fn between(begin: &str, end: &str, table: &str) {
    let (path, text) = readme();
    let from = text.find(begin).unwrap() + begin.len();
    let to = text.find(end).unwrap();
    if is_update() {
        std::fs::write(&path, format!("{}{table}{}", &text[..from], &text[to..])).unwrap();
    } else {
        assert_eq!(&text[from..to], table, "UPDATE=1 writes the table");
    }
}

#[test]
fn the_tables_are_those_of_the_program() {
    let rows =
        rules().into_iter().map(|r| format!("| {} | {} | {} |\n", r.code, r.name, r.summary));
    let table = format!("| code | name | what |\n|---|---|---|\n{}", rows.collect::<String>());
    between("<!-- rules -->\n", "<!-- end of rules -->", &table);
    let rows = causes().into_iter().map(|cause| {
        let (production, test) = (cause.risk, cause.risk_in_tests);
        let tests = match production == test {
            true => String::new(),
            false => format!("; in test code {test}"),
        };
        format!("| {production}{tests} | {} |\n", cause.rule)
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
    let output = Command::new(PROGRAM).args(arguments).current_dir(at("")).output().unwrap();
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
