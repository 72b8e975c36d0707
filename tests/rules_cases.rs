//! Every `case*.py` of `testdata/rules`: exactly the lines with `# expect: CODE` are reported, each with that rule, and the
//! fixes, unsafe ones included, give `case*.fixed.py` (`UPDATE=1` writes it). CPython compiles every one.

#![allow(clippy::unwrap_used)] // The helpers of a test are test code, too.

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use support::{File, Tool, golden};
use undangle::fix::Outcome;
use undangle::rules::all;

/// What is expected, or found: the rules of each 1-based line, in order.
type Lines = BTreeMap<usize, Vec<String>>;

fn cases() -> Vec<PathBuf> {
    let all = support::python_files("testdata/rules");
    let fixed = |p: &PathBuf| p.to_string_lossy().ends_with(".fixed.py");
    all.into_iter().filter(|p| !fixed(p)).collect()
}

/// A case under the rule of its folder, and those that are on by default.
fn file(case: &Path, bytes: &[u8]) -> File {
    let folder = case.parent().and_then(Path::file_name).unwrap();
    let rule = all().iter().find(|r| folder == r.name).unwrap();
    File::under(&support::with_rule(rule), "case.py", bytes)
}

fn golden_of(case: &Path) -> PathBuf {
    case.with_extension("fixed.py")
}

fn expected(text: &str) -> Lines {
    let codes = |line: &str| {
        let (_, list) = line.split_once("# expect: ")?;
        Some(list.split(',').map(|c| c.trim().to_owned()).collect())
    };
    let lines = text.lines().enumerate();
    lines.filter_map(|(i, line)| Some((i + 1, codes(line)?))).collect()
}

fn found(file: &File) -> Lines {
    let mut lines = Lines::new();
    for (line, code) in file.codes() {
        lines.entry(line).or_default().push(code.to_owned());
    }
    lines
}

#[test]
fn exactly_the_expected_lines_are_reported() {
    let mut wrong = Vec::new();
    for case in cases() {
        let text = fs::read_to_string(&case).unwrap();
        let file = file(&case, text.as_bytes());
        let (expected, found) = (expected(&text), found(&file));
        for line in 1..=text.lines().count() {
            let (want, got) = (expected.get(&line), found.get(&line));
            if want != got {
                let code = text.lines().nth(line - 1).unwrap();
                let why = file.verdicts_of(line);
                let at = case.display();
                wrong.push(format!("{at}:{line}: expected {want:?}, got {got:?}{why}\n    {code}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_fix_gives_its_golden_and_a_second_run_is_empty() {
    let mut wrong = Vec::new();
    for case in cases() {
        let bytes = fs::read(&case).unwrap();
        let tested = file(&case, &bytes);
        if tested.findings.is_empty() && tested.breaches.is_empty() {
            continue;
        }
        let patched = tested.patch();
        let fixed = patched.bytes.unwrap_or_else(|| bytes.clone());
        wrong.extend(golden(&golden_of(&case), &fixed));
        if file(&case, &fixed).patch().bytes.is_some() {
            wrong.push(format!("{}: a second run changes it", case.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_fixed_is_no_longer_reported_and_what_is_declined_is() {
    let mut wrong = Vec::new();
    for case in cases() {
        let before = file(&case, &fs::read(&case).unwrap());
        let patched = before.patch();
        let applied = |o: &&Outcome| matches!(o, Outcome::Fix { applied: true, .. });
        let outcomes = patched.outcomes.iter().chain(&patched.diagnostic_outcomes);
        let count = |f: &File| f.findings.len() + f.breaches.len();
        let left = count(&before) - outcomes.filter(applied).count();
        let bytes = patched.bytes.as_deref().unwrap_or(before.model().source.bytes());
        let after = file(&case, bytes);
        if count(&after) != left {
            let (at, lines) = (case.display(), after.codes());
            wrong.push(format!("{at}: {left} findings should be left, {lines:?} are"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn cpython_compiles_every_case_and_golden() {
    if let Some(python) = Tool::find("python3") {
        let files = support::python_files("testdata/rules");
        assert!(!files.is_empty());
        python.succeeds(["-W", "ignore", "-c", support::COMPILE].map(Into::into), files);
    }
}

#[test]
fn ruff_leaves_every_case_and_golden_as_it_is() {
    if let Some(ruff) = Tool::find("ruff") {
        let arguments = ["format", "--no-cache", "--isolated", "--diff", "testdata/rules"];
        ruff.succeeds(arguments.map(Into::into), []);
    }
}
