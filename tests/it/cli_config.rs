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
    assert!(ran.err.contains("pyproject.toml:2: [tool.undangle] selct: unknown key"));
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
        "exclude = ['[']",
        "include = ['[!]a']",
        "per-file-ignores = { 'a[' = ['UND001'] }",
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
fn a_file_that_cannot_be_read_is_refused() {
    let world = World::with(&[("m.py", DROPPED)]);
    std::fs::write(world.path("pyproject.toml"), b"[tool.undangle]\n# caf\xe9\n").unwrap();
    let ran = world.run(&["check"]);
    assert_eq!((ran.status, ran.out.as_str()), (2, ""));
    assert!(ran.err.contains("pyproject.toml: the file is not valid UTF-8"), "{ran:?}");
    std::fs::write(world.path("pyproject.toml"), b"[tool.other]\n# caf\xe9\n").unwrap();
    assert_eq!(world.run(&["check"]).status, 1);
    std::fs::create_dir(world.path("undangle.toml")).unwrap();
    let ran = world.run(&["check"]);
    assert_eq!(ran.status, 2);
    assert!(ran.err.contains("undangle.toml: not a regular file"), "{ran:?}");
    assert_eq!(world.run(&["check", "--no-config"]).status, 1);
}

#[test]
fn no_rule_is_on_where_none_is_selected() {
    assert_eq!(pyproject("[tool.undangle]\nselect = []\n").run(&["check"]).status, 0);
    let world = pyproject("[tool.undangle]\nselect = []\nextend-select = ['UND001']\n");
    assert_eq!(world.run(&["check"]).status, 1);
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

/// A monorepo with a configuration of its own in each of two packages.
fn monorepo() -> World {
    World::with(&[
        (".git/HEAD", "ref: refs/heads/main\n"),
        ("pyproject.toml", "[tool.undangle]\nexclude = ['generated/']\n"),
        ("a/pyproject.toml", "[tool.undangle]\nignore = ['UND001']\n"),
        ("a/src/m.py", DROPPED),
        ("b/undangle.toml", "extend = '../base.toml'\nextend-exclude = ['skip.py']\n"),
        ("base.toml", "style = 'helper'\n"),
        ("b/m.py", DROPPED),
        ("b/skip.py", DROPPED),
        ("c/m.py", DROPPED),
        ("c/generated/m.py", DROPPED),
    ])
}

#[test]
fn the_nearest_file_configures_each_file_from_wherever_it_is_asked() {
    let world = monorepo();
    let found = |arguments: &[&str]| -> Vec<String> {
        let sites = world.sites(arguments);
        sites.iter().map(|s| s["path"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(found(&["check"]), ["b/m.py", "c/m.py"]);
    assert_eq!(found(&["check", "a", "b", "c"]), ["b/m.py", "c/m.py"]);
    assert_eq!(found(&["check", "a/src/m.py", "b/m.py"]), ["b/m.py"]);
    assert_eq!(world.run_in("a/src", &["check", "m.py"], b"").status, 0);
    let whole = world.run(&["diff"]).out;
    let (b, c) = whole.split_once("diff --git a/c/m.py").unwrap();
    assert!(b.contains("+    _keep_task(") && c.contains("+    task = "), "{whole}");
    assert_eq!(world.run(&["diff", "b/m.py"]).out, b);
    assert_eq!(world.run_in("b", &["diff", "m.py"], b"").out, b);
}

#[test]
fn what_is_wrong_with_a_nested_file_is_refused_where_it_has_a_say() {
    let world = monorepo();
    world.file("c/undangle.toml", "select = ['UND001']\nstlye = 'helper'\n");
    for arguments in [&["check"][..], &["fix", "c"], &["check", "c/m.py"]] {
        let ran = world.run(arguments);
        assert_eq!(ran.status, 2, "{arguments:?} {ran:?}");
        assert!(ran.err.contains("c/undangle.toml:2: stlye: unknown key; did you mean `style`?"));
    }
    assert_eq!(world.text("b/m.py"), DROPPED);
    assert_eq!(world.run(&["check", "b"]).status, 1);
    world.file("c/undangle.toml", "extend = 'undangle.toml'\n");
    assert!(
        world
            .run(&["check", "c"])
            .err
            .contains("c/undangle.toml:1: extend: too many `extend` steps")
    );
    world.file("c/undangle.toml", "extend = 'none.toml'\n");
    assert!(world.run(&["check", "c"]).err.contains("there is no such file: `none.toml`"));
}

#[test]
fn rules_are_off_in_the_files_that_a_pattern_fits() {
    let own = "[tool.undangle.per-file-ignores]\n'scripts/' = ['UND']\n'b.py' = ['dropped-task']\n";
    let world = World::with(&[
        ("pyproject.toml", own),
        ("scripts/a.py", DROPPED),
        ("b.py", DROPPED),
        ("c.py", DROPPED),
    ]);
    let paths: Vec<_> = world.sites(&["check"]).iter().map(|s| s["path"].clone()).collect();
    assert_eq!(paths, ["c.py"]);
    // What was not asked for is not called clean.
    let said = world.run(&["check", "b.py"]).out;
    assert_eq!(said, "No findings of the selected rules in 1 file.\n");
    world.file("pyproject.toml", "[tool.undangle]\nper-file-ignores = { 'a' = ['UND999'] }\n");
    assert!(
        world.run(&["check"]).err.contains("pyproject.toml:2: [tool.undangle] per-file-ignores")
    );
}

#[test]
fn the_files_to_look_at_can_be_chosen() {
    let own = "[tool.undangle]\ninclude = ['bin/*', '*.py']\n";
    let world =
        World::with(&[("pyproject.toml", own), ("bin/worker", DROPPED), ("c.pyw", DROPPED)]);
    let paths: Vec<_> = world.sites(&["check"]).iter().map(|s| s["path"].clone()).collect();
    assert_eq!(paths, ["bin/worker"]);
    assert_eq!(world.run(&["check", "--show-files"]).out, "bin/worker\n");
}

#[test]
fn the_command_line_names_a_file_or_single_keys() {
    let world = pyproject("[tool.undangle]\nstyle = 'helper'\n");
    world.file("ci/strict.toml", "ignore = ['UND001']\n");
    assert_eq!(world.run(&["check", "--config", "ci/strict.toml"]).status, 0);
    let ran = world.run(&["diff", "--config", "style = 'lines'"]);
    assert!(ran.out.contains("_background_tasks.add(task)"), "{ran:?}");
    let ran = world.run(&["diff", "--isolated"]);
    assert!(ran.out.contains("_background_tasks.add(task)"), "{ran:?}");
    let refused = |value: &str| {
        let ran = world.run(&["check", "--config", value]);
        assert_eq!(ran.status, 2, "{ran:?}");
        ran.err
    };
    assert!(refused("none.toml").contains("none.toml: no such configuration file"));
    assert!(refused("styel='lines'").contains("did you mean `style`?"));
    assert!(refused("style=lines").contains("is neither a file nor KEY=VALUE as in TOML"));
}

#[test]
fn named_files_that_are_excluded_are_said_and_skipped_by_force() {
    let world = World::with(&[
        (".git/HEAD", "ref: refs/heads/main\n"),
        (".gitignore", "ignored.py\n"),
        ("pyproject.toml", "[tool.undangle]\nexclude = ['legacy/']\n"),
        ("legacy/m.py", DROPPED),
        ("ignored.py", DROPPED),
        ("m.py", DROPPED),
    ]);
    let named = ["legacy/m.py", "ignored.py", "m.py"];
    let ran = world.run(&[&["check"], &named[..]].concat());
    for path in &named[..2] {
        let note = format!(
            "note: {path}: excluded by the configuration, but checked because it was named"
        );
        assert!(ran.err.contains(&note), "{ran:?}");
    }
    assert!(!ran.err.contains("note: m.py"), "{ran:?}");
    for command in [&["check"][..], &["fix", "--allow-dirty"]] {
        let ran = world.run(&[command, &["--force-exclude"], &named[..]].concat());
        assert!(ran.err.contains("note: legacy/m.py: skipped: it is excluded"), "{ran:?}");
        assert!(ran.err.contains("note: ignored.py: skipped: it is excluded"), "{ran:?}");
        assert!(!ran.out.contains("legacy"), "{ran:?}");
    }
    assert_eq!(
        (world.text("legacy/m.py"), world.text("ignored.py")),
        (DROPPED.into(), DROPPED.into())
    );
    assert_ne!(world.text("m.py"), DROPPED);
    let typed = ["fix", "--force-exclude", "--stdin-filename", "legacy/m.py", "-"];
    assert_eq!(world.run_in("", &typed, DROPPED.as_bytes()).out, DROPPED);
    // A file that is not there yet is that of its folder.
    let new = |path| ["check", "--force-exclude", "--stdin-filename", path, "-"];
    assert_eq!(world.run_in("", &new("new.py"), DROPPED.as_bytes()).status, 1);
    assert_eq!(world.run_in("", &new("legacy/new.py"), DROPPED.as_bytes()).status, 0);
}

#[test]
fn a_pattern_without_an_end_is_refused() {
    let world = World::with(&[("m.py", DROPPED)]);
    let ran = world.run(&["check", "--exclude", "["]);
    assert_eq!((ran.status, ran.out.as_str()), (2, ""));
    assert!(ran.err.contains("error parsing glob '[': unclosed `[`"), "{ran:?}");
    for closed in ["[]m].py", "[!]x].py", "\\[", "[m]*", "m[.]py"] {
        assert_ne!(world.run(&["check", "--exclude", closed]).status, 2, "{closed}");
    }
}

#[test]
fn the_settings_are_shown_by_their_files() {
    let out = monorepo().run(&["check", "--show-settings"]).out;
    let b = out.split_once("b/undangle.toml\n").unwrap().1;
    assert!(b.contains("style = helper\n") && b.contains("exclude = skip.py\n"), "{out}");
    let a = out.split_once("a/pyproject.toml\n").unwrap().1;
    assert!(a.starts_with("rules = UND002, UND003"), "{out}");
    let out =
        pyproject("[tool.undangle]\nline-length = 100\ntarget-version = '3.9'\ncomment = false\n")
            .run(&["check", "--show-settings"])
            .out;
    assert!(out.contains("line-length = 100\ntarget-version = 3.9\ncomment = false\n"), "{out}");
}

#[test]
fn keys_and_rules_are_listed_for_people_and_programs() {
    let world = World::with(&[]);
    let parsed = |arguments: &[&str]| -> serde_json::Value {
        serde_json::from_str(&world.run(arguments).out).unwrap()
    };
    let keys = parsed(&["config", "--format", "json"]);
    let schema = parsed(&["config", "--schema"]);
    for key in keys.as_array().unwrap() {
        let name = key["key"].as_str().unwrap();
        assert!(schema["properties"][name]["description"].is_string(), "{name}");
        let line = format!("{name} = {}", key["example"].as_str().unwrap());
        let table: toml::Table = line.parse().unwrap();
        assert!(!table.is_empty(), "{line}");
    }
    assert_eq!(schema["properties"].as_object().unwrap().len(), keys.as_array().unwrap().len());
    assert_eq!(parsed(&["rules", "--format", "json"])[0]["code"], "UND001");
    assert!(world.run(&["rules"]).out.starts_with("UND001  on   dropped-task"));
    assert!(world.run(&["config"]).out.contains("line-length\n    Maximum line length\n"));
}

#[test]
fn habits_from_other_tools_get_an_answer() {
    let world = World::with(&[("m.py", DROPPED)]);
    for (typed, answer) in [
        (&["check", "--fix"][..], "undangle fix"),
        (&["fix", "--diff"], "undangle diff"),
        (&["fix", "--dry-run"], "undangle diff"),
        (&["fix", "--check"], "undangle check"),
        (&["m.py"], "undangle check m.py"),
        (&["."], "undangle check ."),
    ] {
        let ran = world.run(typed);
        assert_eq!(ran.status, 2, "{ran:?}");
        assert!(ran.err.contains(&format!("`{answer}`")), "{typed:?} {ran:?}");
    }
    assert_eq!(world.text("m.py"), DROPPED);
}
