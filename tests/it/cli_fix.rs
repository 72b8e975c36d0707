//! What `fix` leaves on disk and tells about it.

use crate::support::world::{DECLINED, DROPPED, KEPT, World, names};

#[test]
fn what_is_fixed_is_not_found_again_and_other_files_stay_as_they_are() {
    let world = World::with(&[("m.py", DROPPED), ("kept.py", KEPT)]);
    let ran = world.run(&["fix"]);
    assert_eq!(ran.err, "m.py: 1 fixed\nFixed 1 dropped task in 1 file.\n");
    assert_eq!(ran.out, "");
    assert_eq!(world.text("kept.py"), KEPT);
    let fixed = world.text("m.py");
    assert_eq!(world.run(&["fix"]).err, "No changes.\n");
    assert_eq!(world.text("m.py"), fixed);
    assert_eq!(names(&world.path("")), ["kept.py", "m.py"]);
}

#[test]
fn the_diff_is_what_fix_writes() {
    let world = World::with(&[("m.py", DROPPED)]);
    let patch = world.run(&["diff"]).out;
    world.run(&["fix"]);
    let added: Vec<_> =
        patch.lines().filter(|l| l.starts_with('+') && !l.starts_with("+++")).collect();
    let fixed = world.text("m.py");
    assert!(added.iter().all(|l| fixed.contains(&l[1..])), "{patch}\n{fixed}");
}

#[test]
fn unsafe_fixes_are_held_back_and_counted() {
    let text = "async def main(loop):\n    loop.create_task(main(loop))\n";
    let world = World::with(&[("m.py", text)]);
    let ran = world.run(&["diff"]);
    assert_eq!((ran.status, ran.out.as_str()), (1, ""));
    assert!(ran.err.contains("`--unsafe-fixes` fixes 1."), "{ran:?}");
    assert_eq!(world.run(&["fix"]).status, 1);
    assert_eq!(world.text("m.py"), text);
    assert_eq!(world.run(&["fix", "--unsafe-fixes"]).status, 0);
    assert_ne!(world.text("m.py"), text);
}

#[test]
fn what_remains_is_told_where_it_is_now() {
    let text = format!("{DROPPED}\n\nclass A:\n    asyncio.create_task(main())\n");
    let world = World::with(&[("m.py", &text)]);
    let ran = world.run(&["fix", "--format", "concise"]);
    let now = world.text("m.py");
    let line = 1 + now.lines().position(|l| l == "    asyncio.create_task(main())").unwrap();
    assert!(ran.out.starts_with(&format!("m.py:{line}:5: UND001")), "{ran:?}\n{now}");
    assert_eq!(ran.out.lines().count(), 1);
    assert_eq!(ran.err, "m.py: 1 fixed\nFixed 1 dropped task in 1 file. 1 finding not fixed.\n");
    assert_eq!(world.run(&["fix", "--fix-only"]).out, "");
}

#[test]
fn the_notes_of_what_remains_name_the_lines_of_the_new_text() {
    let text = format!(
        "{DROPPED}\n\nasync def second(bot):\n    task = bot.loop.create_task(main())\n    \
         task.add_done_callback(print)\n"
    );
    let world = World::with(&[("m.py", &text)]);
    let remaining = world.run(&["fix"]).out;
    let now = world.text("m.py");
    let line = 1 + now.lines().position(|l| l.ends_with("add_done_callback(print)")).unwrap();
    assert!(remaining.contains(&format!("(line {line})")), "{remaining}\n{now}");
    let checked = world.run(&["check"]).out;
    assert!(checked.starts_with(&remaining), "{remaining}\n{checked}");
}

#[test]
fn json_tells_what_was_applied() {
    let world = World::with(&[("m.py", DROPPED), ("n.py", DECLINED)]);
    let json = world.run(&["fix", "--format", "json"]).json();
    let applied: Vec<_> =
        json["sites"].as_array().unwrap().iter().map(|s| s["fix"]["applied"].clone()).collect();
    assert_eq!(applied, [true, false]);
}

#[test]
fn what_is_suppressed_is_fixed_on_demand_and_its_comment_goes() {
    let text = DROPPED.replace("(main())\n", "(main())  # noqa: RUF006\n");
    let world = World::with(&[("m.py", &text)]);
    assert_eq!(world.run(&["fix"]).err, "No changes. 1 suppressed.\n");
    assert_eq!(world.text("m.py"), text);
    assert!(
        world
            .run(&["diff", "--suppressed"])
            .out
            .contains("-    asyncio.create_task(main())  # noqa")
    );
    assert_eq!(world.run(&["fix", "--suppressed"]).status, 0);
    assert!(!world.text("m.py").contains("noqa"), "{}", world.text("m.py"));
}

#[test]
fn what_a_killed_run_left_behind_is_removed() {
    let world = World::with(&[("m.py", DROPPED), (".undangle-Zz09zZ1234.tmp", "half a fi")]);
    world.run(&["fix"]);
    assert_eq!(names(&world.path("")), ["m.py"]);
}

#[cfg(unix)]
#[test]
fn a_hard_link_is_trouble_unless_written_in_place() {
    let world = World::with(&[("m.py", DROPPED), ("other.py", DROPPED)]);
    let outside = World::new();
    std::fs::hard_link(world.path("m.py"), outside.path("twin.py")).unwrap();
    let ran = world.run(&["fix"]);
    assert_eq!(ran.status, 2);
    assert!(ran.err.contains("error[write]: m.py: the file has other hard links"), "{ran:?}");
    assert!(ran.err.contains("Fixed 1 dropped task in 1 file."), "{ran:?}");
    assert_eq!(world.text("m.py"), DROPPED);
    assert_ne!(world.text("other.py"), DROPPED);
    assert_eq!(world.run(&["fix", "--in-place"]).status, 0);
    assert_eq!(outside.bytes("twin.py"), world.bytes("m.py"));
    assert_ne!(world.text("m.py"), DROPPED);
}

#[cfg(unix)]
#[test]
fn the_mode_of_a_file_stays() {
    use std::os::unix::fs::PermissionsExt;
    let world = World::with(&[("m.py", DROPPED)]);
    let mode = |m| std::fs::Permissions::from_mode(m);
    std::fs::set_permissions(world.path("m.py"), mode(0o755)).unwrap();
    assert!(world.run(&["diff"]).out.contains(" 100755\n"));
    world.run(&["fix"]);
    let now = std::fs::metadata(world.path("m.py")).unwrap().permissions().mode();
    assert_eq!(now & 0o777, 0o755);
}

#[cfg(unix)]
#[test]
fn a_read_only_file_is_left_alone() {
    use std::os::unix::fs::PermissionsExt;
    let world = World::with(&[("m.py", DROPPED)]);
    let path = world.path("m.py");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o444)).unwrap();
    if std::fs::OpenOptions::new().write(true).open(&path).is_ok() {
        eprintln!("SKIPPED: this user writes everything");
        return;
    }
    let ran = world.run(&["fix"]);
    assert!(ran.status == 2 && ran.err.contains("error[write]: m.py"), "{ran:?}");
    assert_eq!(world.text("m.py"), DROPPED);
}

#[test]
fn a_shared_function_goes_into_no_file_that_check_would_not_fix() {
    let broken = "import asyncio\n\n\ndef broken(:\n";
    let files = [("setup.cfg", ""), ("m.py", DROPPED), ("home.py", broken)];
    let world = World::with(&files);
    let flags = ["--unsafe-fixes", "--tracker", "home:keep"];
    let fix = |more: &[&str]| world.run(&[&["fix"], &flags[..], more].concat());
    assert!(fix(&[]).err.ends_with("No changes. 1 finding not fixed.\n"));
    world.file("home.py", "import asyncio\n");
    assert_eq!(fix(&["--exclude", "home.py"]).err, "No changes. 1 finding not fixed.\n");
    assert_eq!(fix(&["m.py"]).err, "No changes. 1 finding not fixed.\n");
    assert_eq!(world.text("m.py"), DROPPED);
    assert_eq!(world.text("home.py"), "import asyncio\n");
    let ran = fix(&[]);
    assert_eq!(
        ran.err,
        "home.py: edited\nm.py: 1 fixed\nFixed 1 dropped task in 1 file by editing 2 files.\n"
    );
}

#[test]
fn one_function_is_offered_where_many_files_of_a_package_get_a_set() {
    let world = World::with(&[("setup.cfg", ""), ("pkg/__init__.py", ""), ("other.py", DROPPED)]);
    for name in ["pkg/a.py", "pkg/b.py"] {
        world.file(name, DROPPED);
    }
    let offer = "`undangle fix --unsafe-fixes --tracker pkg.background:keep_task`";
    assert!(!world.run(&["diff"]).err.contains(offer));
    world.file("pkg/c.py", DROPPED);
    assert!(world.run(&["check"]).err.contains(offer));
    let ran = world.run(&["diff"]);
    assert!(ran.err.contains("note: 3 files of `pkg` need a set of tasks each"), "{ran:?}");
    let ran = world.run(&["check", "--tracker", "pkg.background:keep_task"]);
    assert!(!ran.err.contains("note:"), "{ran:?}");
    let shared = ["--unsafe-fixes", "--tracker", "pkg.background:keep_task"];
    let ran = world.run(&[&["fix"], &shared[..]].concat());
    assert!(!ran.err.contains("note:"), "{ran:?}");
}

#[test]
fn json_has_the_notes_of_a_fix_with_their_ids() {
    let text = "import asyncio\n\n\nclass A:\n    def start(self):\n        asyncio.create_task(self.run())\n\n    \
                async def run(self):\n        while True:\n            await asyncio.sleep(1)\n";
    let world = World::with(&[("m.py", text)]);
    let json = world.run(&["check", "--format", "json"]).json();
    assert_eq!(json["sites"][0]["fix"]["notes"][0]["id"], "object-lives-longer");
    for command in ["diff", "fix"] {
        assert!(world.run(&[command]).err.starts_with("note: m.py:6: `self.run` does not end"));
    }
}
