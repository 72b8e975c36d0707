//! The README says what is: its table of rules is that of the program, its console example is real output.

#![allow(clippy::unwrap_used)] // The helpers of a test are test code, too.

use std::path::{Path, PathBuf};
use std::process::Command;

use undangle::rules::all;

fn readme() -> (PathBuf, String) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let text = std::fs::read_to_string(&path).unwrap();
    (path, text)
}

#[test]
fn the_table_of_rules_is_that_of_the_program() {
    let (path, text) = readme();
    let (begin, end) = ("<!-- rules -->\n", "<!-- end of rules -->");
    let from = text.find(begin).unwrap() + begin.len();
    let to = text.find(end).unwrap();
    let rows = all().iter().map(|r| format!("| {} | {} | {} |\n", r.code, r.name, r.summary));
    let table = format!("| code | name | what |\n|---|---|---|\n{}", rows.collect::<String>());
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, format!("{}{table}{}", &text[..from], &text[to..])).unwrap();
    } else {
        assert_eq!(&text[from..to], table, "UPDATE=1 writes the table");
    }
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
