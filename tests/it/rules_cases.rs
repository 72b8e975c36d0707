//! Every `case*.py` of `testdata/rules`: exactly the lines with `# expect: CODE` are reported, each with that rule, and the
//! fixes, unsafe ones included, give `case*.fixed.py` (`UPDATE=1` writes it). CPython compiles every one.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::support::files::{Tree, all_right, golden, python_files, shown};
use crate::support::library::{Ask, Command, Run, rules, run_project};
use crate::support::tools::{cpython_compiles, ruff_keeps};
use crate::support::world::World;

/// What is expected, or found: the rules of each 1-based line, in order.
type Lines = BTreeMap<usize, Vec<String>>;

fn cases() -> Vec<PathBuf> {
    let mut all = python_files("testdata/rules");
    all.retain(|p| !p.to_string_lossy().ends_with(".fixed.py"));
    all
}

/// A case as a project of its own, under the rule of its folder and those that are on by default.
fn run(case: &Path, bytes: &[u8], command: Command) -> Run {
    let folder = case.parent().and_then(Path::file_name).unwrap();
    let rule = rules().into_iter().find(|r| folder == r.name).unwrap();
    let world = World::project(&Tree::from([("case.py".into(), bytes.to_vec())]));
    let rule = Some(rule.code.to_owned());
    run_project(&world.path(""), &Ask { rule, command, ..Ask::unsafe_fixes() })
}

fn expected(text: &str) -> Lines {
    let codes = |line: &str| {
        let (_, list) = line.split_once("# expect: ")?;
        Some(list.split(',').map(|c| c.trim().to_owned()).collect())
    };
    let lines = text.lines().enumerate();
    lines.filter_map(|(i, line)| Some((i + 1, codes(line)?))).collect()
}

fn found(run: &Run) -> Lines {
    let mut lines = Lines::new();
    for (line, code) in run.codes() {
        lines.entry(line).or_default().push(code.to_owned());
    }
    lines
}

#[test]
fn exactly_the_expected_lines_are_reported() {
    let mut wrong = Vec::new();
    for case in cases() {
        let text = fs::read_to_string(&case).unwrap();
        for command in [Command::Check, Command::Audit] {
            let run = run(&case, text.as_bytes(), command);
            let (expected, found) = (expected(&text), found(&run));
            for (index, code) in text.lines().enumerate() {
                let line = index + 1;
                let (want, got) = (expected.get(&line), found.get(&line));
                if want != got {
                    let (at, why) = (shown(&case), run.verdicts_of(line));
                    wrong.push(format!(
                        "{at}:{line}: {command:?}: expected {want:?}, got {got:?}{why}\n    {code}"
                    ));
                }
            }
        }
    }
    all_right(&wrong);
}

#[test]
fn every_fix_gives_its_golden_and_a_second_run_is_empty() {
    let mut wrong = Vec::new();
    for case in cases() {
        let bytes = fs::read(&case).unwrap();
        let before = run(&case, &bytes, Command::Fix);
        let findings = before.findings();
        if findings.is_empty() {
            continue;
        }
        let fixed = before.patch().unwrap_or(&bytes);
        wrong.extend(golden(&case.with_extension("fixed.py"), fixed));
        let after = run(&case, fixed, Command::Fix);
        if after.patch().is_some() {
            wrong.push(format!("{}: a second run changes it", shown(&case)));
        }
        // What is fixed is no longer reported, and what is declined is.
        let left = findings.iter().filter(|f| !f.is_applied()).count();
        if after.findings().len() != left {
            let (at, lines) = (shown(&case), after.codes());
            wrong.push(format!("{at}: {left} findings should be left, {lines:?} are"));
        }
    }
    all_right(&wrong);
}

#[test]
fn cpython_compiles_every_case_and_golden() {
    cpython_compiles(python_files("testdata/rules"));
}

#[test]
fn ruff_leaves_every_case_and_golden_as_it_is() {
    ruff_keeps(python_files("testdata/rules"));
}
