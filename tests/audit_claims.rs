//! Every claim of an audit has a place, and every place holds code: of all projects of `testdata/scenarios` and of the demo.

#![allow(clippy::unwrap_used)] // The helpers of a test are test code, too.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

fn projects() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata");
    let scenarios = std::fs::read_dir(root.join("scenarios")).unwrap();
    let mut all: Vec<PathBuf> = scenarios.map(|e| e.unwrap().path().join("before")).collect();
    all.push(root.join("demo"));
    all.sort();
    all
}

fn audit(project: &Path) -> Value {
    let output = Command::new(env!("CARGO_BIN_EXE_undangle"))
        .args(["audit", "--format", "json"])
        .current_dir(project)
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Every path and line below a value that has a note beside them.
fn witnesses(value: &Value, found: &mut Vec<(String, usize)>) {
    let text = |key: &str| value.get(key).and_then(Value::as_str);
    let line = value.get("line").and_then(Value::as_u64);
    if let (Some(path), Some(line), Some(_)) = (text("path"), line, text("note")) {
        found.push((path.to_owned(), usize::try_from(line).unwrap()));
    }
    match value {
        Value::Array(values) => values.iter().for_each(|v| witnesses(v, found)),
        Value::Object(map) => map.values().for_each(|v| witnesses(v, found)),
        _ => {}
    }
}

#[test]
fn every_line_that_a_report_names_is_there_and_holds_code() {
    for project in projects() {
        let mut found = Vec::new();
        witnesses(&audit(&project), &mut found);
        for (path, line) in found {
            let text = std::fs::read_to_string(project.join(&path)).unwrap();
            let code = text.lines().nth(line - 1).unwrap_or_default().trim();
            assert!(!code.is_empty(), "{path}:{line} in {}", project.display());
        }
    }
}

#[test]
fn every_site_says_what_shows_its_owner_and_its_failure() {
    for project in projects() {
        for site in audit(&project)["sites"].as_array().unwrap() {
            let known = |key: &str| site["audit"][key] != "unknown";
            let claims = usize::from(known("owner")) + usize::from(known("failure"));
            let shown = site["evidence"].as_array().unwrap().len();
            assert!(shown >= claims, "{site:#}");
        }
    }
}
