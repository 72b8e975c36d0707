//! Comments that suppress findings: those that suppress nothing are reported and removed, those that name no rule are warned of.

use crate::support::git::repository;
use crate::support::world::{DROPPED, World};
use serde_json::json;

/// A task that is awaited on line 5, with this comment.
fn awaited(comment: &str) -> String {
    format!(
        "import asyncio\n\n\nasync def main():\n    await asyncio.create_task(main()){comment}\n"
    )
}

/// The lines of UND201.
fn unused(world: &World, arguments: &[&str]) -> Vec<String> {
    let ran = world.run(&[&["check", "--format", "concise"], arguments].concat());
    let lines = ran.out.lines().filter(|line| line.contains(" UND201 "));
    lines.map(|line| line.split(' ').next().unwrap().to_owned()).collect()
}

#[test]
fn what_suppresses_nothing_is_reported_and_removed() {
    let world =
        World::with(&[("pyproject.toml", ""), ("m.py", &awaited("  # noqa: E501, UND001"))]);
    let ran = world.run(&["check"]);
    assert_eq!(ran.status, 1, "{ran:?}");
    assert!(ran.out.contains("there is no finding of `UND001` here"), "{ran:?}");
    assert!(ran.out.contains("1 finding in 1 file. `undangle fix` fixes 1."), "{ran:?}");
    let json = world.run(&["check", "--format", "json"]).json();
    assert_eq!(json["findings"][0]["rule"], "UND201");
    assert_eq!(json["findings"][0]["fix"]["applicability"], "safe");
    let ran = world.run(&["fix"]);
    assert_eq!((ran.status, world.text("m.py")), (0, awaited("  # noqa: E501")), "{ran:?}");
}

#[test]
fn a_file_without_any_task_is_looked_at_too() {
    let code = "def f():\n    return 1  # undangle: ignore[UND002] moved\n";
    let world =
        World::with(&[("setup.cfg", ""), ("m.py", code), ("n.py", "x = 1  # noqa: F841\n")]);
    assert_eq!(unused(&world, &[]), ["m.py:2:15:"]);
    assert_eq!(unused(&world, &["n.py"]), [""; 0]);
    assert_eq!(world.run(&["fix"]).status, 0);
    assert_eq!(world.text("m.py"), "def f():\n    return 1  # moved\n");
}

#[test]
fn a_comment_whose_removal_changes_more_stays() {
    let encoding = "#!/usr/bin/env python3\n# undangle: ignore[UND001]\n# coding: latin-1\nx = 1\n";
    let brackets = "x = (\n    # undangle: ignore[UND001]\n    1\n)\n";
    let last = "x = 1\n\n\n# undangle: ignore[UND001]\n";
    let files = [("a.py", encoding), ("b.py", brackets), ("c.py", last), ("pyproject.toml", "")];
    let world = World::with(&files);
    assert_eq!(unused(&world, &[]), ["a.py:2:1:", "b.py:2:5:", "c.py:4:1:"]);
    let ran = world.run(&["fix"]);
    assert_eq!(ran.status, 1, "{ran:?}");
    assert!(ran.out.contains("another line may declare the encoding"), "{ran:?}");
    assert!(ran.out.contains("a formatter may join the lines around it"), "{ran:?}");
    let texts = ["a.py", "b.py", "c.py"].map(|file| world.text(file));
    assert_eq!(texts, [encoding, brackets, "x = 1\n"]);
}

#[test]
fn a_code_whose_rule_did_not_run_is_not_reported() {
    let world = World::with(&[
        ("pyproject.toml", "[tool.undangle.per-file-ignores]\n'b.py' = ['UND002']\n"),
        ("a.py", &awaited("  # undangle: ignore[UND109]")),
        ("b.py", &awaited("  # undangle: ignore[UND002]")),
        ("c.py", &awaited("  # undangle: ignore")),
        ("d.py", &awaited("  # undangle: ignore[UND001]")),
    ]);
    assert_eq!(unused(&world, &[]), ["d.py:5:40:"]);
    assert_eq!(unused(&world, &["--ignore", "UND001"]), [""; 0]);
    assert_eq!(unused(&world, &["--select", "UND201"]), [""; 0]);
    assert_eq!(unused(&world, &["--ignore", "UND201"]), [""; 0]);
    let all = unused(&world, &["--select", "ALL"]);
    assert_eq!(all, ["a.py:5:40:", "c.py:5:40:", "d.py:5:40:"]);
}

#[test]
fn what_may_be_found_when_more_is_known_is_not_reported() {
    let spawn = "import asyncio\n\n\ndef spawn(x):\n    return asyncio.create_task(x)\n";
    let user = "from pkg.bg import spawn\n\n\nasync def f():\n    spawn(f())  # undangle: ignore[UND005]\n";
    let world = World::with(&[("pkg/bg.py", spawn), ("pkg/app.py", user), ("pkg/__init__.py", "")]);
    // Nothing marks the project, so the wrapper's file is not known.
    assert_eq!(unused(&world, &["pkg/app.py"]), [""; 0]);
    let typed = ["check", "--format", "concise", "-"];
    assert_eq!(world.run_in("", &typed, user.as_bytes()).status, 0);
    world.file("pyproject.toml", "");
    assert_eq!(unused(&world, &["pkg/app.py"]), [""; 0]);
    world.file("pkg/bg.py", "def spawn(x):\n    return x\n");
    assert_eq!(unused(&world, &["pkg/app.py"]), ["pkg/app.py:5:17:"]);
    // A file that Python rejects.
    world.file("pkg/app.py", format!("{user}\nif:\n"));
    assert_eq!(unused(&world, &["pkg/app.py"]), [""; 0]);
}

#[test]
fn what_a_skipped_file_suppresses_is_its_own_business() {
    let code = format!("# undangle: skip-file\n{}", awaited("  # noqa: UND001"));
    let world = World::with(&[("pyproject.toml", ""), ("m.py", &code)]);
    assert_eq!(unused(&world, &["--select", "ALL"]), [""; 0]);
}

#[test]
fn a_code_that_names_no_rule_is_a_warning() {
    let code =
        DROPPED.replace("main())", "main())  # undangle: ignore[UND0O1, UND001, droped-task]");
    let world = World::with(&[("pyproject.toml", ""), ("m.py", &code)]);
    let ran = world.run(&["check"]);
    assert_eq!(ran.status, 0, "{ran:?}");
    for (word, rule) in [("UND0O1", "UND001"), ("droped-task", "dropped-task")] {
        let expected = format!(
            "warning[suppression]: m.py: line 5: a suppression names the unknown rule `{word}`; did you mean `{rule}`?\n"
        );
        assert!(ran.err.contains(&expected), "{ran:?}");
    }
    let json = world.run(&["check", "--format", "json"]).json();
    assert_eq!(json["faults"][0]["kind"], json!("suppression"));
}

#[test]
fn a_suppression_that_cannot_be_read_is_a_warning() {
    for (comment, status, told) in [
        ("undangle: ignor", 1, "`undangle: ignor` suppresses nothing; did you mean `ignore`?"),
        ("x  # undangle: noqa", 1, "`undangle: noqa` suppresses nothing\n"),
        (
            "undangle: ignore UND002",
            0,
            "without brackets suppresses every rule; write `undangle: ignore[UND002]`",
        ),
        ("undangle: ignore(dropped-task)", 0, "write `undangle: ignore[dropped-task]`"),
        ("undangle: ignore fire and forget", 0, ""),
    ] {
        let code = DROPPED.replace("main())", &format!("main())  # {comment}"));
        let ran = World::with(&[("pyproject.toml", ""), ("m.py", &code)]).run(&["check"]);
        assert_eq!(ran.status, status, "{ran:?}");
        assert!(ran.err.contains(told), "{ran:?}");
        assert_eq!(ran.err.contains("warning[suppression]: m.py: line 5: "), !told.is_empty());
    }
}

#[test]
fn a_rule_of_another_linter_is_told_apart() {
    let world = World::with(&[("m.py", DROPPED)]);
    for rule in ["RUF006", "async300"] {
        let ran = world.run(&["check", "--select", rule]);
        assert_eq!(ran.status, 2, "{ran:?}");
        assert!(ran.err.contains(&format!("`{rule}` is a rule of another linter")), "{ran:?}");
    }
}

#[test]
fn a_python_that_fixes_cannot_be_written_for_is_refused() {
    let world = World::with(&[("m.py", DROPPED)]);
    let ran = world.run(&["check", "--target-version", "2.7"]);
    assert!(ran.status == 2 && ran.err.contains("3.7 and later"), "{ran:?}");
    world.file("pyproject.toml", "[tool.undangle]\ntarget-version = '2.7'\n");
    let ran = world.run(&["check"]);
    assert!(
        ran.status == 2 && ran.err.contains("pyproject.toml:2: [tool.undangle] target-version"),
        "{ran:?}"
    );
}

#[test]
fn findings_are_suppressed_with_a_reason() {
    let code = format!("{DROPPED}    asyncio.create_task(\n        main(),\n    )\n");
    let unused = awaited("  # undangle: ignore[UND002]");
    let files = [("pyproject.toml", ""), ("a.py", &code[..]), ("b.py", &unused)];
    let world = World::with(&files);
    let ran = world.run(&["check", "--add-ignore=see #12"]);
    assert_eq!((ran.status, ran.out.as_str()), (1, ""), "{ran:?}");
    assert_eq!(
        ran.err,
        "b.py:5: UND201 is not suppressed: `undangle fix` removes the comment\n\
         a.py: 2 suppressed\nSuppressed 2 findings in 1 file.\n"
    );
    let comment = "  # undangle: ignore[UND001] see #12\n";
    let expected = code.replace("main())\n", &format!("main()){comment}"));
    assert_eq!(world.text("a.py"), expected.replace("    )\n", &format!("    ){comment}")));
    assert_eq!(world.text("b.py"), unused);
    assert_eq!(world.run(&["check", "--select", "UND0,UND201", "a.py"]).status, 0);
    let ran = world.run(&["check", "--add-ignore", "a.py"]);
    assert_eq!((ran.status, ran.err.as_str()), (0, "Suppressed 0 findings in 0 files.\n"));
    let ran = world.run(&["check", "--add-ignore=two\nlines"]);
    assert!(ran.status == 2 && ran.err.contains("must be one line"), "{ran:?}");
}

#[test]
fn a_suppressed_file_that_ruff_formats_stays_suppressed() {
    let long =
        DROPPED.replace("main())", "main(), name=\"a rather long name that fills its line\")");
    let world = World::with(&[("pyproject.toml", ""), ("a.py", &long)]);
    assert_eq!(world.run(&["check", "--add-ignore=a reason that does not fit"]).status, 0);
    let Some(ruff) = crate::support::tools::Tool::find("ruff") else { return };
    let ran =
        ruff.command().args(["format", "--no-cache", "a.py"]).current_dir(world.path("")).output();
    assert!(ran.unwrap().status.success());
    assert_eq!(world.run(&["check"]).status, 0, "{}", world.text("a.py"));
}

#[test]
fn uncommitted_changes_are_not_mixed_with_suppressions() {
    let Some(world) = repository(&[("a.py", DROPPED), ("b.py", "")]) else { return };
    world.file("b.py", DROPPED);
    let ran = world.run(&["check", "--add-ignore"]);
    assert_eq!(ran.status, 2, "{ran:?}");
    let message =
        "error: these files would be changed, and have uncommitted changes:\n  b.py (modified)\n";
    assert!(ran.err.starts_with(message), "{ran:?}");
    assert_eq!((world.text("a.py"), world.text("b.py")), (DROPPED.into(), DROPPED.into()));
    assert_eq!(world.run(&["check", "--add-ignore", "a.py"]).status, 0);
    assert_eq!(world.run(&["check", "--add-ignore", "--allow-dirty"]).status, 0);
    let ran = world.run(&["check", "--allow-dirty"]);
    assert!(ran.status == 2 && ran.err.contains("--add-ignore"), "{ran:?}");
}

#[test]
fn only_what_is_reported_is_suppressed() {
    let Some(world) = repository(&[("a.py", DROPPED)]) else { return };
    world.file("b.py", DROPPED);
    let ran = world.run(&["check", "--since", "HEAD", "--add-ignore", "--allow-dirty"]);
    assert_eq!((ran.status, world.text("a.py")), (0, DROPPED.into()), "{ran:?}");
    assert!(world.text("b.py").contains("# undangle: ignore[UND001]\n"));
    world.run(&["check", "--baseline", "known.json", "--write-baseline"]);
    let ran = world.run(&["check", "--baseline", "known.json", "--add-ignore"]);
    assert_eq!((ran.status, world.text("a.py")), (0, DROPPED.into()), "{ran:?}");
}
