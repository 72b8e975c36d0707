//! The programs of `testdata/e2e`, run by CPython: before the fix the garbage collector takes every job that nobody keeps,
//! after it all of them finish, in both styles.

use std::collections::BTreeSet;
use std::path::Path;

use crate::support::files::tree;
use crate::support::tools::Tool;
use crate::support::world::World;

/// What became of the jobs of a program, by their names.
#[derive(Default)]
struct Fates {
    lost: BTreeSet<String>,
    finished: BTreeSet<String>,
}

/// The programs, fixed with these flags, if any.
fn copy(flags: Option<&[&str]>) -> World {
    let world = World::of(&tree("testdata/e2e"));
    if let Some(flags) = flags {
        let ran = world.run(&[&["fix", "--no-config", "--fix-only", "."], flags].concat());
        assert_eq!(ran.status, 0, "{ran:?}");
    }
    world
}

fn run(python: &Tool, folder: &Path, program: &str) -> Fates {
    let mut command = python.command();
    let output = command.current_dir(folder).arg(program).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program}: {said}");
    let mut fates = Fates::default();
    for line in String::from_utf8(output.stdout).unwrap().lines() {
        match line.split_once(' ').unwrap() {
            ("lost", name) => fates.lost.insert(name.to_owned()),
            ("finished", name) => fates.finished.insert(name.to_owned()),
            _ => panic!("{program}: {line}"),
        };
    }
    fates
}

/// Runs a program before and after the fix, in both styles.
fn is_lost_before_and_finished_after(program: &str, jobs: usize, flags: &[&str]) {
    let Some(python) = Tool::find("python3") else {
        return;
    };
    let before = run(&python, &copy(None).path(""), program);
    assert_eq!(before.finished, ["kept".to_owned()].into(), "{program}: finished without a fix");
    assert_eq!(before.lost.len(), jobs, "{program}: {:?}", before.lost);
    for style in ["lines", "helper"] {
        let flags = [flags, &["--style", style]].concat();
        let after = run(&python, &copy(Some(&flags)).path(""), program);
        assert!(after.lost.is_empty(), "{program}, {style}: still lost: {:?}", after.lost);
        assert_eq!(after.finished.len(), jobs + 1, "{program}, {style}");
    }
}

#[test]
fn tasks_dropped_where_they_are_made_are_collected_before_the_fix_and_finish_after_it() {
    is_lost_before_and_finished_after("forms.py", 29, &[]);
}

#[test]
fn tasks_made_in_callbacks_are_collected_before_the_fix_and_finish_after_it() {
    is_lost_before_and_finished_after("callbacks.py", 10, &["--unsafe-fixes"]);
}

#[test]
fn tasks_that_wrappers_return_are_collected_before_the_fix_and_finish_after_it() {
    is_lost_before_and_finished_after("wrappers.py", 4, &["--unsafe-fixes"]);
}

#[test]
fn tasks_dropped_in_methods_finish_when_their_objects_keep_them() {
    is_lost_before_and_finished_after(
        "instances.py",
        6,
        &["--unsafe-fixes", "--tracker", "instance"],
    );
}

#[test]
fn every_form_finishes_when_one_function_keeps_the_tasks_of_the_whole_project() {
    let flags = ["--unsafe-fixes", "--tracker", "background:keep_task"];
    is_lost_before_and_finished_after("forms.py", 29, &flags);
    is_lost_before_and_finished_after("callbacks.py", 10, &flags);
    is_lost_before_and_finished_after("wrappers.py", 4, &flags);
    is_lost_before_and_finished_after("instances.py", 6, &flags);
}
