//! `testdata/demo`, the app of the README: it holds every kind of dropped task beside correct code, and is as well formatted
//! after the fixes as before.

use std::collections::BTreeSet;
use std::fs;

use crate::support::files::{python_files, tree};
use crate::support::library::{Ask, Run, run_project};
use crate::support::tools::{cpython_compiles, ruff_keeps};
use crate::support::world::World;

fn demo() -> Run {
    let world = World::project(&tree("testdata/demo"));
    run_project(&world.path(""), &Ask { target_version: Some((3, 11)), ..Ask::unsafe_fixes() })
}

#[test]
fn it_shows_every_rule_that_needs_no_wrapper_and_most_of_their_forms() {
    let (mut codes, mut reasons) = (BTreeSet::new(), BTreeSet::new());
    for site in demo().sites() {
        codes.extend(site.finding.map(|f| f.rule));
        reasons.insert(site.reason);
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
    let correct = |path: &str| ["channels.py", "models.py"].iter().any(|f| path.ends_with(f));
    assert!(!demo().findings().iter().any(|f| correct(&f.path)));
}

#[test]
fn it_is_compiled_and_well_formatted_before_and_after_the_fixes() {
    let world = World::project(&tree("testdata/demo"));
    let run = demo();
    for path in tree("testdata/demo").keys() {
        if let Some(bytes) = run.patch_of(path.to_str().unwrap()) {
            fs::write(world.path("").join(path), bytes).unwrap();
        }
    }
    let mut files = python_files("testdata/demo");
    files.extend(python_files(world.path("")));
    cpython_compiles(files.clone());
    ruff_keeps(files);
}
