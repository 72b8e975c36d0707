//! What each format prints, and where it goes.

use crate::support::world::{DECLINED, DROPPED, KEPT, World};
use serde_json::json;

#[test]
fn the_json_of_a_check_is_the_contract() {
    let world = World::with(&[("pkg/app.py", DROPPED), ("pkg/kept.py", KEPT)]);
    let ran = world.run(&["check", "--format", "json"]);
    let expected = json!({
        "schema": 1,
        "tool": "undangle",
        "version": env!("CARGO_PKG_VERSION"),
        "files": 2,
        "summary": {"dropped": 1, "held": 0, "managed": 0, "unsure": 0, "suppressed": 0, "fixable": 1},
        "sites": [{
            "path": "pkg/app.py", "line": 5, "column": 5, "end_line": 5, "end_column": 32,
            "callee": "asyncio.create_task", "function": "main", "verdict": "dropped",
            "reason": "discarded", "rule": "UND001", "suppressed": false,
            "fix": {
                "applicability": "safe", "tracker": "_background_tasks",
                "declined": null, "declined_id": null
            }
        }],
        "findings": [],
        "faults": []
    });
    assert_eq!(ran.json(), expected);
    assert_eq!(ran.err, "");
}

#[test]
fn an_audit_lists_every_site_with_its_scope() {
    let world = World::with(&[("app.py", KEPT), ("tests/test_app.py", DROPPED)]);
    let sites = world.sites(&["audit"]);
    let brief: Vec<_> = sites
        .iter()
        .map(|s| json!([s["path"], s["verdict"], s["reason"], s["scope"], s["rule"]]))
        .collect();
    assert_eq!(
        brief,
        [
            json!(["app.py", "held", "returned", "production", null]),
            json!(["tests/test_app.py", "dropped", "discarded", "test", "UND001"])
        ]
    );
    let ran = world.run(&["audit"]);
    assert!(ran.out.starts_with("Production code\n\nPLACE"), "{ran:?}");
    assert!(ran.err.contains("1 dropped, 1 held"), "{ran:?}");
}

#[test]
fn what_is_suppressed_is_listed_and_counted_apart() {
    let text = DROPPED.replace("(main())\n", "(main())  # undangle: ignore[UND001]\n");
    let skipped = format!("# undangle: skip-file\n{DROPPED}");
    let world = World::with(&[("m.py", &text), ("s.py", &skipped)]);
    let json = world.run(&["check", "--format", "json"]).json();
    assert_eq!(json["summary"]["dropped"], 0);
    assert_eq!(json["summary"]["suppressed"], 2);
    assert!(json["sites"].as_array().unwrap().iter().all(|s| s["suppressed"] == true));
    let ran = world.run(&["check"]);
    assert_eq!(ran.out, "No dropped tasks in 2 files. 2 suppressed.\n");
}

#[test]
fn a_declined_fix_tells_its_reason() {
    let world = World::with(&[("m.py", DECLINED)]);
    let fix = &world.sites(&["check"])[0]["fix"];
    assert!(fix["applicability"].is_null());
    assert!(fix["declined"].as_str().unwrap().contains("class body"), "{fix}");
    assert_eq!(fix["declined_id"], "class-body");
    assert!(world.run(&["check"]).out.contains("note: no automatic fix: "));
}

#[test]
fn people_see_the_source_underlined_and_what_to_do() {
    let world = World::with(&[("m.py", DROPPED)]);
    let ran = world.run(&["check"]);
    for part in [
        "[UND001]: ",
        " --> m.py:5:5\n",
        "5 |     asyncio.create_task(main())\n  |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^\n",
        "help: safe fix: keep it in `_background_tasks` (`undangle fix`)",
        "1 dropped task in 1 file. `undangle fix` fixes 1.\n",
    ] {
        assert!(ran.out.contains(part), "{part:?} in {}", ran.out);
    }
    assert_eq!(ran.err, "");
    assert!(!world.run(&["check", "--quiet"]).out.contains("1 dropped task in"));
}

#[test]
fn one_line_each_is_for_programs_that_read_lines() {
    let world = World::with(&[("m.py", DROPPED), ("n.py", DECLINED)]);
    let ran = world.run(&["check", "--format", "concise"]);
    let lines: Vec<_> = ran.out.lines().collect();
    assert!(lines[0].starts_with("m.py:5:5: UND001 ") && lines[0].ends_with(" [fixable]"));
    assert!(lines[1].starts_with("n.py:6:5: UND001 ") && !lines[1].ends_with(']'));
    assert_eq!(lines.len(), 2);
    assert!(ran.err.contains("2 dropped tasks in 2 files."));
}

#[test]
fn colour_is_for_terminals_unless_asked_for() {
    let world = World::with(&[("m.py", DROPPED)]);
    for command in ["check", "diff"] {
        assert!(!world.run(&[command]).out.contains('\x1b'), "{command}");
        assert!(world.run(&[command, "--color", "always"]).out.contains('\x1b'), "{command}");
        assert!(!world.run(&[command, "--color", "never"]).out.contains('\x1b'), "{command}");
    }
}

#[test]
fn escapes_in_a_file_reach_no_terminal() {
    let text = DROPPED.replace("    asyncio", "    '\x1b[2J\x07'; asyncio");
    let world = World::with(&[("a\x1b[31m.py", &text)]);
    for arguments in [&["check"][..], &["check", "--format", "concise"], &["audit"]] {
        let ran = world.run(arguments);
        assert!(!ran.out.contains('\x1b') && !ran.out.contains('\x07'), "{ran:?}");
    }
    assert!(world.run(&["diff"]).out.contains("'\x1b[2J\x07'"), "a patch keeps its bytes");
    let shown = world.run(&["diff", "--color", "always"]).out;
    assert!(!shown.contains("\x1b[2J") && !shown.contains('\x07'), "{shown:?}");
}

#[test]
fn paths_are_told_as_they_were_given() {
    let world = World::with(&[("pkg/app.py", DROPPED), ("elsewhere/x.py", "")]);
    let path = |folder: &str, given: &str| {
        let ran = world.run_in(folder, &["check", "--format", "json", given], b"");
        ran.json()["sites"][0]["path"].as_str().unwrap().to_owned()
    };
    assert_eq!(path("", "."), "pkg/app.py");
    assert_eq!(path("", "./pkg/app.py"), "pkg/app.py");
    assert_eq!(path("pkg", "."), "app.py");
    assert_eq!(path("elsewhere", "../pkg"), "../pkg/app.py");
    let absolute = world.path("pkg/app.py");
    assert_eq!(path("", absolute.to_str().unwrap()), "pkg/app.py");
    assert_eq!(path("elsewhere", absolute.to_str().unwrap()), absolute.to_str().unwrap());
}

#[test]
fn a_rule_is_explained_by_code_or_name() {
    let world = World::new();
    let ran = world.run(&["explain", "und001"]);
    assert!(ran.out.starts_with("# UND001 dropped-task"), "{ran:?}");
    assert_eq!(world.run(&["explain", "dropped-task"]).out, ran.out);
}

#[test]
fn shells_get_their_completions() {
    let world = World::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(world.run(&["completions", shell]).out.contains("undangle"), "{shell}");
    }
}

#[test]
fn output_is_the_same_whatever_the_threads_do() {
    let world = World::new();
    for i in 0..60 {
        world.file(&format!("p{}/m{i}.py", i % 7), DROPPED);
    }
    let first = world.run(&["check", "--format", "json", "-j", "1"]).out;
    for _ in 0..5 {
        assert_eq!(world.run(&["check", "--format", "json", "-j", "8"]).out, first);
    }
}
