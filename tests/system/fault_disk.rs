//! What `fix` does when the disk takes nothing: full, read-only, or another file in the place of the one that was read. Every
//! file stays old or becomes new, and nothing is left beside it.

use std::fs;
use std::os::unix::fs::symlink;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use crate::support::world::{DROPPED, PROGRAM, Ran, World, names};

/// Faults of a run, by kind and message, without the paths.
fn messages(ran: &Ran) -> Vec<(String, String)> {
    let text = |v: &serde_json::Value| v.as_str().unwrap().to_owned();
    let json = ran.json();
    let faults = json["faults"].as_array().unwrap();
    faults.iter().map(|f| (text(&f["kind"]), text(&f["message"]))).collect()
}

/// A file whose text ends `room` bytes before a page of memory does.
fn padded(pages: usize, room: usize) -> String {
    let length = pages * 4096 - room - DROPPED.len() - 2;
    format!("{DROPPED}#{}\n", "x".repeat(length))
}

/// Runs the program with `arguments` on a file system in memory with nothing but these files and `pages` pages free.
fn on_a_full_disk(world: &World, pages: usize, arguments: &str) -> Option<Ran> {
    let script = format!(
        "mkdir disk; mount -t tmpfs -o size=64k none disk; cp src/* disk; cd disk
        dd if=/dev/zero of=filler bs=4096 2>../dd.txt || true
        truncate -s -$((4096 * {pages})) filler
        status=0; \"$0\" {arguments} --format json || status=$?
        rm filler; cp -a . ../after; exit $status"
    );
    world.apart("-rm", &script)
}

#[test]
fn a_full_disk_leaves_every_file_as_it_was() {
    let world = World::with(&[("src/a.py", DROPPED), ("src/b.py", &padded(2, 0))]);
    let Some(ran) = on_a_full_disk(&world, 0, "fix") else { return };
    assert_eq!(ran.status, 2, "{ran:?}");
    let said = messages(&ran);
    assert_eq!(said.len(), 2, "{ran:?}");
    assert!(said.iter().all(|(k, m)| k == "write" && m.contains("no space left")), "{said:?}");
    assert_eq!(names(&world.path("after")), ["a.py", "b.py"]);
    for name in ["a.py", "b.py"] {
        assert_eq!(world.bytes(&format!("after/{name}")), world.bytes(&format!("src/{name}")));
    }
}

#[test]
fn what_has_room_is_fixed_all_the_same() {
    let world = World::with(&[("src/a.py", &padded(3, 0)), ("src/b.py", DROPPED)]);
    let Some(ran) = on_a_full_disk(&world, 1, "fix") else { return };
    assert_eq!(ran.status, 2, "{ran:?}");
    assert_eq!(ran.faults(), [("a.py".to_owned(), "write".to_owned())]);
    assert_eq!(names(&world.path("after")), ["a.py", "b.py"]);
    assert_eq!(world.bytes("after/a.py"), world.bytes("src/a.py"));
    assert!(world.text("after/b.py").contains("_background_tasks"));
}

#[test]
fn what_cannot_be_written_in_place_to_its_end_gets_its_old_text_back() {
    let world = World::with(&[("src/a.py", &padded(1, 4))]);
    let Some(ran) = on_a_full_disk(&world, 0, "fix --in-place") else { return };
    assert_eq!(ran.status, 2, "{ran:?}");
    assert!(messages(&ran)[0].1.contains("its old content was restored"), "{ran:?}");
    assert_eq!(world.bytes("after/a.py"), world.bytes("src/a.py"));
}

#[test]
fn a_read_only_file_is_honoured_and_the_others_are_fixed() {
    let world = World::with(&[("locked.py", DROPPED), ("open.py", DROPPED)]);
    let script = "chmod 0444 locked.py; \"$0\" fix --format json --in-place";
    let Some(ran) = world.apart("-U", script) else { return };
    assert_eq!(ran.status, 2, "{ran:?}");
    assert_eq!(ran.faults(), [("locked.py".to_owned(), "write".to_owned())]);
    assert!(messages(&ran)[0].1.contains("read-only"), "{ran:?}");
    assert_eq!(world.text("locked.py"), DROPPED);
    assert!(world.text("open.py").contains("_background_tasks"));
}

#[test]
fn a_folder_that_takes_no_file_is_left_alone_unless_files_are_written_in_place() {
    let world = World::with(&[("pkg/m.py", DROPPED)]);
    let script = "chmod 0555 pkg; \"$0\" fix --format json";
    let Some(ran) = world.apart("-U", script) else { return };
    assert_eq!((ran.status, ran.faults().len()), (2, 1), "{ran:?}");
    assert!(messages(&ran)[0].1.contains("`--in-place`"), "{ran:?}");
    assert_eq!(world.text("pkg/m.py"), DROPPED);
    let script = "\"$0\" fix --in-place; chmod 0755 pkg";
    let ran = world.apart("-U", script).unwrap();
    assert_eq!(ran.status, 0, "{ran:?}");
    assert!(world.text("pkg/m.py").contains("_background_tasks"));
    assert_eq!(names(&world.path("pkg")), ["m.py"]);
}

#[test]
fn a_read_only_file_system_is_checked_and_not_written_to() {
    let world = World::with(&[("disk/m.py", DROPPED), ("disk/pkg/n.py", DROPPED)]);
    let script = |command: &str| {
        format!("mount --bind disk disk; mount -o remount,bind,ro disk; cd disk; \"$0\" {command}")
    };
    let Some(ran) = world.apart("-rm", &script("check --format json")) else { return };
    assert_eq!((ran.status, ran.faults().len()), (1, 0), "{ran:?}");
    for command in ["fix --format json", "fix --in-place --format json"] {
        let ran = world.apart("-rm", &script(command)).unwrap();
        assert_eq!(ran.status, 2, "{ran:?}");
        let said = messages(&ran);
        assert!(said.len() == 2 && said.iter().all(|(k, _)| k == "write"), "{said:?}");
    }
    assert_eq!(world.text("disk/m.py"), DROPPED);
    assert_eq!(world.text("disk/pkg/n.py"), DROPPED);
}

#[test]
fn standard_output_that_is_full_is_trouble() {
    let world = World::with(&[("m.py", DROPPED)]);
    for command in ["check", "diff", "audit", "check --format json", "explain UND001"] {
        let script = format!("\"$0\" {command} >/dev/full");
        let ran = world.tool("", "sh", &["-c", &script, PROGRAM], b"");
        assert_eq!(ran.status, 2, "{command}: {ran:?}");
        assert!(ran.err.contains("cannot write to standard output"), "{command}: {ran:?}");
    }
}

/// Puts a file and a link to one outside with the same text in each other's place, over and over, while files are fixed.
#[test]
fn a_link_that_takes_a_files_place_at_any_moment_is_not_written_through() {
    let world = World::with(&[("outside/m.py", DROPPED), ("tree/m.py", DROPPED)]);
    let (outside, path) = (world.path("outside/m.py"), world.path("tree/m.py"));
    let (link, fresh) = (world.path("link"), world.path("fresh"));
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !is_over.load(Ordering::Relaxed) {
                symlink(&outside, &link).unwrap();
                fs::rename(&link, &path).unwrap();
                fs::write(&fresh, DROPPED).unwrap();
                fs::rename(&fresh, &path).unwrap();
            }
        });
        for round in 0..60 {
            let arguments: &[&str] =
                if round % 2 == 0 { &["fix", "tree"] } else { &["fix", "--in-place", "tree"] };
            let ran = world.run(arguments);
            assert!((0..=2).contains(&ran.status), "{ran:?}");
        }
        is_over.store(true, Ordering::Relaxed);
    });
    assert_eq!(world.text("outside/m.py"), DROPPED);
    assert_eq!(names(&world.path("outside")), ["m.py"]);
    assert_eq!(names(&world.path("tree")), ["m.py"]);
}
