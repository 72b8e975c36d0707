//! `testdata/demo`, the app of the README: it holds every kind of dropped task beside correct code, and is as well formatted
//! after the fixes as before.

#![allow(clippy::unwrap_used)] // The helpers of a test are test code, too.

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use support::{File, Tool, python_files};
use undangle::settings::FileSettings;

fn demo() -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/demo");
    let named = |path: &Path| path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
    let paths = python_files("testdata/demo").into_iter();
    File::all(paths.map(|p| (named(&p), fs::read(&p).unwrap())))
}

#[test]
fn it_shows_every_rule_that_needs_no_wrapper_and_most_of_their_forms() {
    let (mut codes, mut reasons) = (BTreeSet::new(), BTreeSet::new());
    for file in demo() {
        for finding in &file.findings {
            codes.insert(finding.rule.code);
            reasons.insert(file.judged[finding.site].reason.word());
        }
    }
    assert_eq!(codes, ["UND001", "UND002", "UND003", "UND004", "UND006"].into());
    let forms = [
        "chained",
        "discarded",
        "expression",
        "lambda",
        "local-container",
        "rebound",
        "touched",
        "underscore",
    ];
    assert_eq!(reasons, forms.into());
}

#[test]
fn what_is_correct_in_it_is_left_alone() {
    for file in demo() {
        let path = file.model().source.path();
        if ["channels.py", "models.py"].iter().any(|f| path.ends_with(f)) {
            assert!(file.findings.is_empty(), "{}", path.display());
        }
    }
}

#[test]
fn it_is_compiled_and_well_formatted_before_and_after_the_fixes() {
    let folder = tempfile::tempdir().unwrap();
    for file in demo() {
        let model = file.model();
        let floor = FileSettings { target_version: Some((3, 11)), ..FileSettings::default() };
        let fixed = file.patch_with(&floor).bytes;
        let name = model.source.path().file_name().unwrap();
        let bytes = fixed.as_deref().unwrap_or(model.source.bytes());
        fs::write(folder.path().join(name), bytes).unwrap();
    }
    let mut files = python_files("testdata/demo");
    files.extend(fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().path()));
    if let Some(python) = Tool::find("python3") {
        python.succeeds(["-W", "ignore", "-c", support::COMPILE].map(Into::into), files.clone());
    }
    if let Some(ruff) = Tool::find("ruff") {
        let arguments = ["format", "--no-cache", "--isolated", "--diff"];
        ruff.succeeds(arguments.map(Into::into), files);
    }
}
