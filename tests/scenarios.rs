//! The scenarios of `testdata/scenarios`: a small project (`before`), what the program says of it step by step, what CPython
//! makes of it where a step runs it, and the files that the steps leave changed (`after`). `UPDATE=1` writes what is found.

#![allow(clippy::unwrap_used)] // The helpers of a test are test code, too.

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde::Deserialize;
use support::{Tool, golden};

/// `scenario.toml`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Scenario {
    step: Vec<Step>,
}

/// One command in the folder of the project: of the program, or of CPython.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Step {
    /// Arguments of `undangle`.
    undangle: Option<Vec<String>>,
    /// A program beside `scenario.toml` that CPython runs; it can import the project's modules.
    program: Option<String>,
    /// The exit status.
    #[serde(default)]
    status: i32,
    /// The file that standard output is compared with; standard error follows it unless it is empty.
    output: String,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/scenarios")
}

fn scenarios() -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> =
        fs::read_dir(root()).unwrap().map(|e| e.unwrap().path()).filter(|p| p.is_dir()).collect();
    found.sort();
    found
}

/// The files below a folder by their names relative to it; what running them leaves behind does not count.
fn tree(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let is_own = |p: &Path| !p.components().any(|c| c.as_os_str() == "__pycache__");
    let files = support::files(folder.to_str().unwrap(), &is_own).into_iter();
    files.map(|p| (p.strip_prefix(folder).unwrap().to_owned(), fs::read(&p).unwrap())).collect()
}

/// What a step prints; none when CPython is wanted and missing.
fn run(step: &Step, scenario: &Path, folder: &Path) -> Option<Output> {
    let mut command = match (&step.undangle, &step.program) {
        (Some(arguments), None) => {
            let mut command = Command::new(env!("CARGO_BIN_EXE_undangle"));
            command.args(arguments);
            command
        }
        (None, Some(program)) => {
            let mut command = Tool::find("python3")?.command();
            command.arg(scenario.join(program)).env("PYTHONPATH", folder);
            command
        }
        _ => panic!("a step has either `undangle` or `program`"),
    };
    command.current_dir(folder).env("PYTHONDONTWRITEBYTECODE", "1");
    Some(command.output().unwrap())
}

fn said(output: &Output) -> Vec<u8> {
    match output.stderr.is_empty() {
        true => output.stdout.clone(),
        false => [&output.stdout[..], b"--- standard error\n", &output.stderr].concat(),
    }
}

/// Plays a scenario in a copy of its project; what differs from what it says.
fn play(scenario: &Path) -> Vec<String> {
    let text = fs::read_to_string(scenario.join("scenario.toml")).unwrap();
    let steps: Scenario = toml::from_str(&text).unwrap();
    let copy = tempfile::tempdir().unwrap();
    let before = tree(&scenario.join("before"));
    for (name, bytes) in &before {
        let path = copy.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    let mut wrong = Vec::new();
    for step in &steps.step {
        let Some(output) = run(step, scenario, copy.path()) else { continue };
        let at = scenario.join(&step.output);
        if output.status.code() != Some(step.status) {
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            wrong.push(format!("{}: {}, not {}\n{said}", at.display(), output.status, step.status));
        }
        wrong.extend(golden(&at, &said(&output)));
    }
    wrong.extend(compare(&before, &tree(copy.path()), &scenario.join("after")));
    wrong
}

/// Holds the files that were changed against those of `after`.
fn compare(
    before: &BTreeMap<PathBuf, Vec<u8>>,
    now: &BTreeMap<PathBuf, Vec<u8>>,
    after: &Path,
) -> Vec<String> {
    let changed: BTreeMap<_, _> =
        now.iter().filter(|(name, bytes)| before.get(*name) != Some(*bytes)).collect();
    let mut wrong = Vec::new();
    for name in tree(after).keys().filter(|n| !changed.contains_key(n)) {
        wrong.push(format!("{} was not changed", after.join(name).display()));
    }
    for (name, bytes) in changed {
        let path = after.join(name);
        if std::env::var_os("UPDATE").is_some() {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
        }
        wrong.extend(golden(&path, bytes));
    }
    wrong
}

#[test]
fn every_scenario_is_played_as_it_says() {
    let scenarios = scenarios();
    assert!(!scenarios.is_empty());
    let wrong: Vec<String> = scenarios.iter().flat_map(|s| play(s)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn cpython_compiles_every_file_and_ruff_leaves_it_as_it_is() {
    let files = support::python_files("testdata/scenarios");
    if let Some(python) = Tool::find("python3") {
        python.succeeds(["-W", "ignore", "-c", support::COMPILE].map(Into::into), files.clone());
    }
    if let Some(ruff) = Tool::find("ruff") {
        ruff.succeeds(["format", "--no-cache", "--isolated", "--diff"].map(Into::into), files);
    }
}
