//! Which configuration is heeded, and how it is refused.

use crate::support::world::{DROPPED, World};

fn pyproject(own: &str) -> World {
    World::with(&[("pyproject.toml", own), ("m.py", DROPPED)])
}

#[test]
fn an_unknown_key_is_refused_with_its_file_and_its_neighbour() {
    let world = pyproject("[tool.undangle]\nselct = ['UND']\n");
    let ran = world.run(&["check"]);
    assert_eq!((ran.status, ran.out.as_str()), (2, ""));
    assert!(ran.err.contains("pyproject.toml: [tool.undangle] selct: unknown key"));
    assert!(ran.err.contains("did you mean `select`?"), "{ran:?}");
}

#[test]
fn values_that_make_no_sense_are_refused_before_anything_is_written() {
    for own in [
        "style = 'fancy'",
        "line-length = 'long'",
        "select = 'UND'",
        "select = ['XYZ']",
        "tracker = 3",
        "exclude = ['[z-a]']",
        "unsafe-fixes = 1",
    ] {
        let world = pyproject(&format!("[tool.undangle]\n{own}\n"));
        let ran = world.run(&["fix"]);
        assert_eq!(ran.status, 2, "{own}: {ran:?}");
        assert_eq!(world.text("m.py"), DROPPED, "{own}");
    }
}

#[test]
fn a_broken_file_is_refused_when_it_may_be_ours_and_passed_over_otherwise() {
    assert_eq!(pyproject("[tool.undangle\n").run(&["check"]).status, 2);
    assert_eq!(pyproject("[tool.other\n").run(&["check"]).status, 1);
    assert_eq!(pyproject("[tool.undangle\n").run(&["check", "--no-config"]).status, 1);
}

#[test]
fn flags_win_over_the_file() {
    let world = pyproject("[tool.undangle]\nignore = ['UND001']\nstyle = 'helper'\n");
    assert_eq!(world.run(&["check"]).status, 0);
    assert_eq!(world.run(&["check", "--ignore", "UND002"]).status, 1);
    let world = pyproject("[tool.undangle]\nstyle = 'helper'\n");
    assert!(world.run(&["diff"]).out.contains("_keep_task(asyncio.create_task(main()))"));
    assert!(world.run(&["diff", "--style", "lines"]).out.contains("_background_tasks.add(task)"));
}

#[test]
fn the_table_may_stand_in_a_folder_above_the_project() {
    let world = World::with(&[
        ("pyproject.toml", "[tool.undangle]\nignore = ['UND']\n"),
        ("sub/setup.py", ""),
        ("sub/m.py", DROPPED),
    ]);
    assert_eq!(world.run(&["check", "sub"]).status, 0);
}

#[test]
fn files_are_left_out_by_file_and_by_flag() {
    let world = World::with(&[
        ("pyproject.toml", "[tool.undangle]\nexclude = ['legacy/', '/top.py']\n"),
        ("top.py", DROPPED),
        ("a/legacy/m.py", DROPPED),
        ("a/top.py", DROPPED),
    ]);
    let paths = |arguments: &[&str]| -> Vec<String> {
        let sites = world.sites(arguments);
        sites.iter().map(|s| s["path"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(paths(&["check"]), ["a/top.py"]);
    assert_eq!(paths(&["check", "--exclude", "a/*.py"]), [""; 0]);
    assert_eq!(paths(&["check", "top.py", "a/legacy/m.py"]), ["a/legacy/m.py", "top.py"]);
}

#[test]
fn a_pattern_of_a_flag_is_relative_to_where_one_stands() {
    let world = World::with(&[("pyproject.toml", ""), ("a/b/m.py", DROPPED), ("b/m.py", DROPPED)]);
    let ran =
        world.run_in("a", &["check", "--exclude", "b/m.py", "..", "--format", "concise"], b"");
    assert!(ran.out.starts_with("../b/m.py:5:5"), "{ran:?}");
    assert_eq!(ran.out.lines().count(), 1, "{ran:?}");
}

#[test]
fn the_formatters_line_length_and_the_floor_are_heeded_unless_told_not_to() {
    let long = DROPPED.replace("main())", "main(aaaaaaaaaaaaa, bbbbbbbbbbbbb))");
    let project = "[project]\nrequires-python = '>=3.9'\n[tool.ruff]\nline-length = 60\n";
    let world = World::with(&[("pyproject.toml", project), ("m.py", &long)]);
    let ran = world.run(&["diff"]);
    assert!(ran.out.contains("+_background_tasks: set[asyncio.Task[object]]"), "{ran:?}");
    assert!(ran.out.contains("+    task = asyncio.create_task(\n"), "{ran:?}");
    let ran = world.run(&["diff", "--no-config"]);
    assert!(ran.out.contains("+_background_tasks: set["), "{ran:?}");
    assert!(ran.out.contains("+    task = asyncio.create_task(main("), "{ran:?}");
    let ran = world.run(&["diff", "--line-length", "100", "--target-version", "3.8"]);
    assert!(ran.out.contains("+_background_tasks: \"set["), "{ran:?}");
    assert!(ran.out.contains("+    task = asyncio.create_task(main("), "{ran:?}");
}

#[test]
fn the_configuration_says_which_files_are_test_code() {
    let world =
        World::with(&[("app.py", DROPPED), ("checks/app.py", DROPPED), ("tests/a.py", DROPPED)]);
    let scopes = || -> Vec<String> {
        let sites = world.sites(&["audit"]);
        sites.iter().map(|s| format!("{} {}", s["path"], s["scope"]).replace('"', "")).collect()
    };
    assert_eq!(scopes(), ["app.py production", "checks/app.py production", "tests/a.py test"]);
    world.file("pyproject.toml", "[tool.undangle]\ntests = ['checks/']\n");
    assert_eq!(scopes(), ["app.py production", "checks/app.py test", "tests/a.py production"]);
}
