//! Adoption with old findings: a baseline of what is known, and what git says has changed.

use crate::support::git::{commit, git, repository};
use crate::support::world::{DROPPED, KEPT, Ran, World};
use serde_json::json;

/// The places of the findings.
fn found(ran: &Ran) -> Vec<&str> {
    ran.out.lines().map(|line| line.split(": UND").next().unwrap()).collect()
}

fn check(world: &World, arguments: &[&str]) -> Ran {
    world.run(&[&["check", "--format", "concise"], arguments].concat())
}

fn write_baseline(world: &World) {
    let ran = check(world, &["--baseline", "known.json", "--write-baseline"]);
    assert_eq!((ran.status, ran.out.as_str()), (0, ""), "{ran:?}");
}

/// A second dropped task.
fn with_another(code: &str) -> String {
    format!("{code}\n\nasync def other():\n    asyncio.create_task(other())\n")
}

#[test]
fn a_baseline_needs_its_folder() {
    let world = World::with(&[("a.py", DROPPED)]);
    let ran = check(&world, &["--baseline", "none/known.json", "--write-baseline"]);
    assert_eq!(ran.status, 2, "{ran:?}");
    assert!(ran.err.starts_with("error: none/known.json: "), "{ran:?}");
    assert!(ran.err.contains("; create the folder of the baseline first"), "{ran:?}");
}

#[test]
fn a_baseline_leaves_only_what_is_new() {
    let world = World::with(&[("pyproject.toml", ""), ("a.py", DROPPED), ("pkg/b.py", DROPPED)]);
    let ran = check(&world, &["--baseline", "known.json", "--write-baseline"]);
    assert!(ran.err.contains("note: wrote 2 findings to known.json\n"), "{ran:?}");
    assert_eq!(
        world.text("known.json"),
        r#"{
  "version": 1,
  "findings": [
    {"path":"a.py","rule":"UND001","function":"main","text":"asyncio.create_task(main())"},
    {"path":"pkg/b.py","rule":"UND001","function":"main","text":"asyncio.create_task(main())"}
  ]
}
"#
    );
    let ran = check(&world, &["--baseline", "known.json"]);
    assert_eq!((ran.status, ran.out.as_str()), (0, ""), "{ran:?}");
    let summary = "No new findings in 2 files. 2 findings in the baseline.\n";
    assert!(ran.err.ends_with(summary), "{ran:?}");
    world.file("a.py", with_another(DROPPED));
    let ran = check(&world, &["--baseline", "known.json"]);
    assert_eq!((ran.status, found(&ran)), (1, vec!["a.py:9:5"]), "{ran:?}");
    assert!(ran.err.contains("1 dropped task in 1 file. 2 findings in the baseline."), "{ran:?}");
    let json = world.run(&["check", "--format", "json", "--baseline", "known.json"]).json();
    assert_eq!(json["summary"]["baselined"], json!(2));
    assert_eq!(json["sites"].as_array().unwrap().len(), 1);
    // From another folder, and of one file.
    let arguments = ["check", "--format", "concise", "--baseline", "../known.json", "b.py"];
    assert_eq!(world.run_in("pkg", &arguments, b"").status, 0);
}

#[test]
fn a_known_finding_may_move_and_be_formatted_and_its_file_renamed() {
    let world = World::with(&[("pyproject.toml", ""), ("a.py", DROPPED)]);
    write_baseline(&world);
    let moved = DROPPED.replace("async def", "\n\n# moved\nasync def");
    world
        .file("a.py", moved.replace("create_task(main())", "create_task(\n        main(),\n    )"));
    assert_eq!(check(&world, &["--baseline", "known.json"]).status, 0);
    std::fs::rename(world.path("a.py"), world.path("b.py")).unwrap();
    let ran = check(&world, &["--baseline", "known.json"]);
    assert!(ran.status == 0 && !ran.err.contains("fixed"), "{ran:?}");
    // A copy is another finding.
    world.file("a.py", DROPPED);
    let ran = check(&world, &["--baseline", "known.json"]);
    assert_eq!((ran.status, found(&ran)), (1, vec!["b.py:8:5"]), "{ran:?}");
    std::fs::remove_file(world.path("a.py")).unwrap();
    // A rule that did not run may have findings under another name.
    let before = world.text("known.json");
    let others = ["--select", "UND002", "--baseline", "known.json", "--prune-baseline"];
    check(&world, &others);
    assert_eq!(world.text("known.json"), before);
    check(&world, &["--baseline", "known.json", "--prune-baseline"]);
    assert!(world.text("known.json").contains("\"path\":\"b.py\""));
}

#[test]
fn what_is_known_twice_is_found_twice_and_no_more() {
    let twice = format!("{DROPPED}    asyncio.create_task(main())\n");
    let world = World::with(&[("pyproject.toml", ""), ("a.py", &twice)]);
    write_baseline(&world);
    assert_eq!(check(&world, &["--baseline", "known.json"]).status, 0);
    world.file("a.py", format!("{twice}    asyncio.create_task(main())\n"));
    assert_eq!(found(&check(&world, &["--baseline", "known.json"])), ["a.py:7:5"]);
}

#[test]
fn what_is_fixed_is_said_and_pruned() {
    let world = World::with(&[("pyproject.toml", ""), ("a.py", DROPPED), ("b.py", DROPPED)]);
    write_baseline(&world);
    let before = world.text("known.json");
    world.file("a.py", KEPT);
    let ran = check(&world, &["--baseline", "known.json"]);
    assert_eq!(ran.status, 0, "{ran:?}");
    let note = "note: 1 finding of known.json fixed; `--prune-baseline` removes what is fixed from it\n  \
                a.py: UND001 in `main`\n";
    assert!(ran.err.contains(note), "{ran:?}");
    // Only what was looked at can be fixed.
    for arguments in [&["b.py"][..], &["--ignore", "UND001"], &["--exclude", "a.py"]] {
        let ran =
            check(&world, &[arguments, &["--baseline", "known.json", "--prune-baseline"]].concat());
        assert_eq!((ran.status, world.text("known.json")), (0, before.clone()), "{ran:?}");
    }
    world.file("c.py", DROPPED);
    let ran = check(&world, &["--baseline", "known.json", "--prune-baseline"]);
    assert_eq!((ran.status, found(&ran)), (1, vec!["c.py:5:5"]), "{ran:?}");
    let after = world.text("known.json");
    assert!(
        !after.contains("a.py") && after.contains("b.py") && !after.contains("c.py"),
        "{after}"
    );
    // What a run does not look at stays when it is written.
    check(&world, &["--baseline", "known.json", "--write-baseline", "c.py"]);
    let after = world.text("known.json");
    assert!(after.contains("b.py") && after.contains("c.py"), "{after}");
}

#[test]
fn a_bad_baseline_is_an_error_with_its_line() {
    let world = World::with(&[("pyproject.toml", ""), ("a.py", DROPPED)]);
    let refused = |text: Option<&str>| {
        if let Some(text) = text {
            world.file("known.json", text);
        }
        let ran = check(&world, &["--baseline", "known.json"]);
        assert_eq!((ran.status, ran.out.as_str()), (2, ""), "{ran:?}");
        ran.err
    };
    assert!(refused(None).contains("error: known.json: no such baseline; `--write-baseline`"));
    assert!(
        refused(Some("{\n<<<<<<< HEAD\n")).contains("error: known.json:2: not a baseline file")
    );
    assert!(refused(Some("{\"version\": 7}")).contains("known.json: the baseline has version 7"));
    let ran = check(&world, &["--write-baseline"]);
    assert!(ran.status == 2 && ran.err.contains("--baseline <FILE>"), "{ran:?}");
}

#[test]
fn only_what_has_changed_since_a_reference_is_reported() {
    let files = [
        ("old.py", DROPPED),
        ("changed.py", KEPT),
        ("renamed.py", DROPPED),
        ("pyproject.toml", ""),
    ];
    let Some(world) = repository(&files) else { return };
    git(&world, &["tag", "start"]);
    assert_eq!(check(&world, &["--since", "start"]).status, 0);
    let ran = check(&world, &["--since", "start"]);
    assert!(ran.err.contains("No Python files have changed, so none were checked."), "{ran:?}");
    world.file("changed.py", DROPPED);
    world.file("new folder/untracked.py", DROPPED);
    git(&world, &["mv", "renamed.py", "moved.py"]);
    let places = ["changed.py:5:5", "moved.py:5:5", "new folder/untracked.py:5:5"];
    assert_eq!(found(&check(&world, &["--since", "start"])), places);
    commit(&world);
    assert_eq!(found(&check(&world, &["--since", "start"])), places);
    assert_eq!(found(&check(&world, &["--since", "start", "new folder"])), [places[2]]);
    let lines = check(&world, &["--since", "start", "--changed-lines"]);
    assert_eq!(found(&lines), [places[0], places[2]], "{lines:?}");
    assert_eq!(world.run_in("new folder", &["check", "--since", "start"], b"").status, 1);
    assert_eq!(world.run(&["fix", "--since", "start"]).status, 0);
    assert_eq!(world.text("old.py"), DROPPED);
    assert!(world.text("moved.py").contains("_background_tasks"));
}

#[test]
fn only_changed_lines_count_where_that_is_asked() {
    let Some(world) = repository(&[("a.py", DROPPED)]) else { return };
    world.file(
        "a.py",
        with_another(&DROPPED.replace("import asyncio", "import asyncio\nimport os")),
    );
    assert_eq!(found(&check(&world, &["--since", "HEAD"])), ["a.py:6:5", "a.py:10:5"]);
    let lines = ["--since", "HEAD", "--changed-lines"];
    assert_eq!(found(&check(&world, &lines)), ["a.py:10:5"]);
    let json = world.run(&[&["check", "--format", "json"], &lines[..]].concat()).json();
    assert_eq!(json["sites"].as_array().unwrap().len(), 1);
    let sarif = world.run(&[&["check", "--format", "sarif"], &lines[..]].concat()).json();
    assert_eq!(sarif["runs"][0]["results"].as_array().unwrap().len(), 1);
    let ran = check(&world, &["--changed-lines"]);
    assert!(ran.status == 2 && ran.err.contains("requires `--since REF` or `--staged`"), "{ran:?}");
}

#[test]
fn facts_still_come_from_the_whole_project() {
    let spawn = "import asyncio\n\n\ndef spawn(x):\n    return asyncio.create_task(x)\n";
    let user = "from bg import spawn\n\n\nasync def f():\n    spawn(f())\n";
    let Some(world) = repository(&[("bg.py", spawn), ("user.py", "")]) else { return };
    world.file("user.py", user);
    assert_eq!(found(&check(&world, &["--since", "HEAD"])), ["user.py:5:5"]);
    git(&world, &["add", "."]);
    // What is staged is what is judged, in all files.
    world.file("bg.py", "def spawn(x):\n    return x\n");
    world.file("user.py", "");
    assert_eq!(found(&check(&world, &["--staged"])), ["user.py:5:5"]);
    assert_eq!(check(&world, &[]).status, 0);
}

#[test]
fn the_staged_text_is_judged() {
    let Some(world) = repository(&[("a.py", KEPT), ("b.py", DROPPED), ("c.py", KEPT)]) else {
        return;
    };
    let staged = |world: &World| check(world, &["--staged"]);
    world.file("a.py", DROPPED);
    assert_eq!(staged(&world).status, 0, "nothing is staged");
    git(&world, &["add", "a.py"]);
    assert_eq!(found(&staged(&world)), ["a.py:5:5"]);
    world.file("a.py", KEPT);
    assert_eq!(found(&staged(&world)), ["a.py:5:5"]);
    std::fs::remove_file(world.path("a.py")).unwrap();
    assert_eq!(found(&staged(&world)), ["a.py:5:5"]);
    git(&world, &["add", "a.py"]);
    assert_eq!(staged(&world).status, 0, "it is deleted");
    world.file("b.py", with_another(DROPPED));
    git(&world, &["add", "b.py"]);
    world.file("b.py", format!("\n\n{}", with_another(DROPPED)));
    assert_eq!(found(&staged(&world)), ["b.py:5:5", "b.py:9:5"]);
    assert_eq!(found(&check(&world, &["--staged", "--changed-lines"])), ["b.py:9:5"]);
}

#[test]
fn errors_of_git_say_what_to_do() {
    let refused = |world: &World, arguments: &[&str]| {
        let ran = check(world, arguments);
        assert_eq!((ran.status, ran.out.as_str()), (2, ""), "{ran:?}");
        ran.err
    };
    let Some(world) = repository(&[("a.py", DROPPED)]) else { return };
    let err = refused(&world, &["--since", "nowhere"]);
    assert!(err.contains("git knows no commit `nowhere`; if it is on a remote, fetch it"), "{err}");
    assert!(refused(&world, &["--since=--all"]).contains("git knows no commit `--all`"));
    assert!(refused(&world, &["--since", "HEAD", "--staged"]).contains("cannot be used with"));
    git(&world, &["checkout", "--quiet", "--orphan", "other"]);
    world.file("b.py", KEPT);
    commit(&world);
    let branch = git(&world, &["branch", "--format=%(refname:short)"]).out;
    let first = branch.lines().find(|name| *name != "other").unwrap();
    assert!(refused(&world, &["--since", first]).contains("no common ancestor"));
    let outside = World::with(&[("a.py", DROPPED)]);
    for flag in [&["--since", "HEAD"][..], &["--staged"]] {
        let err = refused(&outside, flag);
        assert!(err.contains("fails in /") && err.contains("not a git repository"), "{err}");
    }
    let ran = world.run_in("", &["check", "--staged", "-"], b"");
    assert!(ran.status == 2 && ran.err.contains("standard input"), "{ran:?}");
}

#[cfg(unix)]
#[test]
fn a_git_hook_judges_what_is_committed() {
    use std::os::unix::fs::PermissionsExt;
    let Some(world) = repository(&[("a.py", KEPT), ("b.py", KEPT)]) else { return };
    let program = crate::support::world::PROGRAM;
    let hook =
        world.file(".git/hooks/pre-commit", format!("#!/bin/sh\nexec {program} check --staged\n"));
    std::fs::set_permissions(hook, std::fs::Permissions::from_mode(0o755)).unwrap();
    let author = ["-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-q", "-m", "x"];
    let commit = |more: &[&str]| world.tool("", "git", &[&author[..], more].concat(), b"");
    world.file("a.py", DROPPED);
    world.file("b.py", with_another(KEPT).replace("    asyncio", "    return asyncio"));
    git(&world, &["add", "b.py"]);
    assert_eq!(commit(&[]).status, 0, "what is not staged does not count");
    // Git has an index of its own for these.
    for arguments in [&["-a"][..], &["a.py"]] {
        let ran = commit(arguments);
        assert!(ran.status == 1 && (ran.err + &ran.out).contains("a.py:5:5"), "{arguments:?}");
    }
    git(&world, &["add", "a.py"]);
    world.file("a.py", KEPT);
    assert_eq!(commit(&[]).status, 1, "what is staged counts");
    git(&world, &["add", "a.py"]);
}
