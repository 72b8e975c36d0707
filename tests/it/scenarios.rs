//! The scenarios of `testdata/scenarios`: a small project (`before`), what the program says of it step by step, what CPython
//! makes of it where a step runs it, and the files that the steps leave changed (`after`). `UPDATE=1` writes what is found.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde::Deserialize;

use crate::support::files::{
    Tree, all_right, folders, golden, golden_tree, python_files, shown, tree,
};
use crate::support::tools::{Tool, cpython_compiles, ruff_keeps};
use crate::support::world::{PROGRAM, World};

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

/// What a step prints; none when CPython is wanted and missing.
fn run(step: &Step, scenario: &Path, folder: &Path) -> Option<Output> {
    let mut command = match (&step.undangle, &step.program) {
        (Some(arguments), None) => {
            let mut command = Command::new(PROGRAM);
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
    let path = scenario.join("scenario.toml");
    let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let steps: Scenario =
        toml::from_str(&text).unwrap_or_else(|e| panic!("{}: {}", path.display(), e.message()));
    let before = tree(scenario.join("before"));
    let world = World::of(&before);
    let mut wrong = Vec::new();
    for step in &steps.step {
        let Some(output) = run(step, scenario, &world.path("")) else { continue };
        let at = scenario.join(&step.output);
        if output.status.code() != Some(step.status) {
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            wrong.push(format!("{}: {}, not {}\n{said}", shown(&at), output.status, step.status));
        }
        wrong.extend(golden(&at, &said(&output)));
    }
    let mut changed: Tree = tree(world.path(""));
    changed.retain(|name, bytes| before.get(name) != Some(bytes));
    wrong.extend(golden_tree(&scenario.join("after"), &changed));
    wrong
}

#[test]
fn every_scenario_is_played_as_it_says() {
    let scenarios = folders("testdata/scenarios");
    assert!(!scenarios.is_empty());
    let wrong: Vec<String> = scenarios.iter().flat_map(|s| play(s)).collect();
    all_right(&wrong);
}

#[test]
fn cpython_compiles_every_file_and_ruff_leaves_it_as_it_is() {
    cpython_compiles(python_files("testdata/scenarios"));
    ruff_keeps(python_files("testdata/scenarios"));
}
