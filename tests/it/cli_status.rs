//! What the exit status says, for every command and kind of trouble.

use crate::support::world::{DECLINED, DROPPED, KEPT, World};

#[test]
fn nothing_found_is_0_for_every_command() {
    let world = World::with(&[("m.py", KEPT)]);
    for command in ["check", "diff", "fix", "audit"] {
        assert_eq!(world.run(&[command]).status, 0, "{command}");
    }
}

#[test]
fn a_finding_is_1_for_check_and_diff_and_0_for_audit() {
    let world = World::with(&[("m.py", DROPPED)]);
    assert_eq!(world.run(&["check"]).status, 1);
    assert_eq!(world.run(&["diff"]).status, 1);
    assert_eq!(world.run(&["audit"]).status, 0);
}

#[test]
fn a_finding_without_a_fix_is_1_even_with_an_empty_diff() {
    let world = World::with(&[("m.py", DECLINED)]);
    let ran = world.run(&["diff"]);
    assert_eq!((ran.status, ran.out.as_str()), (1, ""));
    assert!(ran.err.contains("1 finding not fixed"), "{ran:?}");
}

#[test]
fn fix_is_0_when_all_is_fixed_and_1_when_something_remains() {
    let world = World::with(&[("m.py", DROPPED)]);
    assert_eq!(world.run(&["fix"]).status, 0);
    world.file("n.py", DECLINED);
    assert_eq!(world.run(&["fix"]).status, 1);
    assert_eq!(world.run(&["fix", "--fix-only"]).status, 0);
    assert_eq!(world.run(&["fix", "--exit-zero"]).status, 0);
}

#[test]
fn exit_zero_hides_findings_but_no_trouble() {
    let world = World::with(&[("m.py", DROPPED)]);
    assert_eq!(world.run(&["check", "--exit-zero"]).status, 0);
    assert_eq!(world.run(&["diff", "--exit-zero"]).status, 0);
    assert_eq!(world.run(&["check", "--exit-zero", "m.py", "gone.py"]).status, 2);
    assert_eq!(world.run(&["fix", "--fix-only", "m.py", "gone.py"]).status, 2);
}

#[test]
fn trouble_with_one_path_is_2_and_the_others_are_still_looked_at() {
    let world = World::with(&[("m.py", DROPPED)]);
    let ran = world.run(&["check", "gone.py", "m.py"]);
    assert_eq!(ran.status, 2);
    assert!(ran.out.contains("m.py:5:5"), "{ran:?}");
    assert!(ran.err.contains("error[io]: gone.py: no such file"), "{ran:?}");
}

#[test]
fn a_file_that_cannot_be_analysed_is_2_only_when_strict() {
    let world = World::with(&[("m.py", "create_task(\0)\n")]);
    let ran = world.run(&["check"]);
    assert_eq!(ran.status, 0);
    assert!(ran.err.contains("warning[null-byte]: m.py:"), "{ran:?}");
    assert_eq!(world.run(&["check", "--strict"]).status, 2);
    assert_eq!(world.run(&["audit", "--strict"]).status, 2);
}

#[test]
fn wrong_usage_is_2() {
    let world = World::with(&[("m.py", KEPT)]);
    for arguments in [
        &["check", "--no-such-flag"][..],
        &["nonsense"],
        &[],
        &["check", "--style", "fancy"],
        &["check", "--tracker", "nowhere"],
        &["check", "--target-version", "nine"],
        &["check", "--line-length", "0"],
        &["check", "--select", "E501"],
        &["check", "--stdin-filename", "x.py"],
        &["check", "-", "m.py"],
        &["fix", "-", "--format", "json"],
        &["explain", "E501"],
        &["check", "--exclude", "[z-a]"],
    ] {
        let ran = world.run(arguments);
        assert_eq!(ran.status, 2, "{arguments:?}");
        assert!(!ran.err.is_empty(), "{arguments:?}");
    }
}

#[test]
fn help_and_version_are_0_and_on_standard_output() {
    let world = World::new();
    for arguments in [&["--help"][..], &["fix", "--help"], &["--version"], &["help", "check"]] {
        let ran = world.run(arguments);
        assert_eq!((ran.status, ran.err.as_str()), (0, ""), "{arguments:?}");
        assert!(ran.out.contains("undangle"), "{arguments:?}");
    }
}

#[test]
fn what_is_suppressed_or_off_does_not_count() {
    let noqa = DROPPED.replace("(main())\n", "(main())  # noqa: RUF006\n");
    let world = World::with(&[("m.py", &noqa)]);
    assert_eq!(world.run(&["check"]).status, 0);
    let world = World::with(&[("m.py", DROPPED)]);
    assert_eq!(world.run(&["check", "--ignore", "UND001"]).status, 0);
    assert_eq!(world.run(&["check", "--select", "unread-task"]).status, 0);
    assert_eq!(world.run(&["check", "--select", "dropped-task"]).status, 1);
}

#[test]
fn a_reader_who_leaves_early_is_no_trouble() {
    use std::process::{Command, Stdio};
    let text = format!("{}{}", DROPPED, "    asyncio.create_task(main())\n".repeat(800));
    let world = World::with(&[("m.py", &text)]);
    let mut child = Command::new(env!("CARGO_BIN_EXE_undangle"))
        .args(["check", "--format", "concise"])
        .current_dir(world.path(""))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn files_that_were_skipped_are_not_said_to_be_clean() {
    let world = World::with(&[("m.py", "import asyncio\n")]);
    std::fs::write(
        world.path("latin.py"),
        b"import asyncio\nname = 'caf\xe9'\nasyncio.create_task\n",
    )
    .unwrap();
    let ran = world.run(&["check"]);
    assert_eq!(ran.status, 0);
    assert!(ran.out.contains("No dropped tasks in 1 file. 1 file was skipped."), "{ran:?}");
    let ran = world.run(&["check", "latin.py"]);
    assert!(ran.out.contains("No Python files were checked. 1 file was skipped."), "{ran:?}");
}

#[test]
fn what_stands_behind_two_dashes_is_a_path_for_every_command() {
    for command in ["check", "diff", "fix"] {
        let world = World::with(&[("m.py", DROPPED), ("other.py", DROPPED)]);
        let ran = world.run(&[command, "--", "m.py"]);
        assert_eq!(ran.status, if command == "fix" { 0 } else { 1 }, "{ran:?}");
        assert_eq!(world.text("m.py") == DROPPED, command != "fix", "{command}");
        assert_eq!(world.text("other.py"), DROPPED, "{command}");
    }
}

#[test]
fn a_path_that_is_not_there_is_not_watched() {
    let ran = World::with(&[("m.py", DROPPED)]).run(&["check", "--watch", "nope"]);
    assert_eq!(ran.status, 2);
    assert!(!ran.err.contains("Watching"), "{ran:?}");
}
