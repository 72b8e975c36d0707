//! `fix --prove`: the tests before and after the fixes.

use crate::support::world::{DROPPED, LOSING, World, has};

/// A program whose test passes as long as nothing is fixed.
const RED: &str = "import asyncio
import sys

async def main():
    task = asyncio.create_task(asyncio.sleep(0))

asyncio.run(main())
sys.exit(len(open('app.py').readlines()) > 8)
";

#[test]
fn a_proof_runs_the_tests_before_and_after() {
    if !has("python3") {
        return;
    }
    let world = World::with(&[("app.py", LOSING), ("setup.cfg", "")]);
    let ran = world.run(&["fix", "--allow-dirty", "--prove", "--", "python3", "app.py"]);
    assert!(ran.err.contains("tasks, 1 lost, 0 left running"), "{ran:?}");
    assert!(ran.err.contains("tasks, 0 lost, 1 left running"), "{ran:?}");
    assert_eq!(ran.status, 0, "{ran:?}");
    assert!(world.text("app.py").contains("_background_tasks.add"));
}

#[test]
fn fixes_are_undone_if_the_tests_fail_with_them() {
    if !has("python3") {
        return;
    }
    let world = World::with(&[("app.py", RED), ("setup.cfg", "")]);
    let ran = world.run(&["fix", "--allow-dirty", "--prove", "--", "python3", "app.py"]);
    let said = "The tests fail with the fixes (status 1)\n1 file put back\n";
    assert!(ran.err.contains(said), "{ran:?}");
    assert_eq!((ran.status, world.text("app.py")), (1, RED.to_owned()), "{ran:?}");
    let ran = world.run(&["fix", "--allow-dirty", "--prove", "--keep", "--", "python3", "app.py"]);
    assert_eq!(ran.status, 1, "{ran:?}");
    assert!(world.text("app.py").contains("_background_tasks.add"), "{ran:?}");
}

#[test]
fn a_proof_names_the_tests_of_pytest_that_fail_with_the_fixes() {
    if !has("pytest") {
        return;
    }
    let test = "import app

def test_length():
    assert len(open(app.__file__).readlines()) == 5

class TestMore:
    def test_it(self):
        assert True
";
    let world = World::with(&[("app.py", DROPPED), ("test_app.py", test)]);
    let ran = world.run(&["fix", "--allow-dirty", "--prove", "--", "pytest", "-q"]);
    let said = "The tests fail with the fixes (status 1), 1 test that passed before:
  FAILED test_app.py::test_length
1 file put back\n";
    assert!(ran.err.contains(said), "{ran:?}");
    assert_eq!((ran.status, world.text("app.py")), (1, DROPPED.to_owned()));
    // A file that cannot be collected, by whatever calls pytest.
    world.file(
        "test_app.py",
        test.replace("import app", "import app\nassert not hasattr(app, '_background_tasks')"),
    );
    let command = ["sh", "-c", "exec pytest -q -p no:cacheprovider"];
    let ran = world.run(&[&["fix", "--allow-dirty", "--prove", "--"], &command[..]].concat());
    assert!(ran.err.contains("\n  ERROR test_app.py\n1 file put back\n"), "{ran:?}");
}

#[test]
fn files_that_tests_change_are_named_and_left_alone() {
    if !has("python3") {
        return;
    }
    let edit = |when: &str| {
        format!(
            "text = open('app.py').read()
is_fixed = '_background' in text
if is_fixed == {when}:
    open('app.py', 'a').write('# edited\\n')
raise SystemExit(is_fixed)
"
        )
    };
    let fix = ["fix", "--allow-dirty", "--prove", "--", "python3", "edit.py"];
    let world = World::with(&[("app.py", DROPPED), ("edit.py", &edit("False"))]);
    let ran = world.run(&fix);
    let said = "the tests changed files that were about to be fixed:\n  app.py\nNo fix was applied";
    assert!(ran.status == 2 && ran.err.contains(said), "{ran:?}");
    assert_eq!(world.text("app.py"), format!("{DROPPED}# edited\n"));

    let world = World::with(&[("app.py", DROPPED), ("edit.py", &edit("True"))]);
    let ran = world.run(&fix);
    assert!(
        ran.err.contains("note: these files changed while the tests ran:\n  app.py\n"),
        "{ran:?}"
    );
    assert!(ran.err.contains("app.py: it changed while the tests ran, so it was not put back"));
    assert!(!ran.err.contains("put back\n") && !ran.err.contains("No changes"), "{ran:?}");
    assert!(world.text("app.py").contains("_background_tasks.add"));
    assert_eq!(ran.status, 2);
}

#[test]
fn tests_that_fail_already_prove_nothing() {
    if !has("python3") {
        return;
    }
    let world = World::with(&[("app.py", DROPPED)]);
    let command = ["fix", "--allow-dirty", "--prove", "--", "python3", "-c", "raise SystemExit(3)"];
    let ran = world.run(&command);
    assert!(ran.err.contains("the tests fail without the fixes (status 3)"), "{ran:?}");
    assert_eq!((ran.status, world.text("app.py")), (2, DROPPED.to_owned()));
    assert_eq!(world.run(&["fix", "--", "python3"]).status, 2);
}

#[test]
fn a_proof_says_what_it_cannot_watch() {
    if !has("python3") {
        return;
    }
    let world = World::with(&[("app.py", DROPPED)]);
    let command = ["fix", "--allow-dirty", "--prove", "--", "python3", "-I", "-c", ""];
    let ran = world.run(&command);
    assert!(ran.err.contains("warning: `python3 -I` loads no probe"), "{ran:?}");
    assert_eq!(ran.err.matches("warning: nothing was recorded").count(), 2, "{ran:?}");
    assert_eq!(ran.status, 0);
}
