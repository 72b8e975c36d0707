//! A `fix` that is killed at any moment: every file is old or new, what it left beside them goes with the next run, and
//! nothing was written anywhere else.

use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Instant;

use crate::support::files::{tree, write};
use crate::support::mutate::Luck;
use crate::support::world::{self, DROPPED, PROGRAM, World};

fn is_stray(path: &Path) -> bool {
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    name.starts_with(".undangle-") && name.ends_with(".tmp")
}

fn fix(world: &World) -> Command {
    let mut command = Command::new(PROGRAM);
    command.args(["fix", "--quiet", "tree"]).current_dir(world.path(""));
    // Whatever it takes for a place of temporary files is looked at, too.
    command.env("TMPDIR", world.path("tmp")).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// Kills runs over `files` files at moments all over their course, until so many were cut short. Tells how many were, and how
/// many temporary files they left.
fn kill(files: usize, times: usize) -> (usize, usize) {
    let world = World::with(&[("outside/m.py", DROPPED), ("tmp/keep", "")]);
    for i in 0..files {
        let filler = "x = 1\n".repeat(i % 700);
        world.file(&format!("tree/p{}/m{i}.py", i % 20), format!("{DROPPED}{filler}"));
    }
    let old = tree(world.path("tree"));
    let outside = [tree(world.path("outside")), tree(world.path("tmp"))];
    let begin = Instant::now();
    assert!(fix(&world).status().unwrap().success());
    let mut whole = begin.elapsed();
    let new = tree(world.path("tree"));
    assert!(new.len() == files && new.iter().all(|(path, bytes)| old[path] != *bytes));
    let mut luck = Luck::new(42);
    let (mut cut, mut strays) = (0, 0);
    for round in 0..3 * times {
        if cut == times {
            break;
        }
        write(&world.path("tree"), &old);
        let mut child = fix(&world).spawn().unwrap();
        let moment = whole.mul_f64(luck.below(1000) as f64 / 1000.0);
        sleep(moment);
        child.kill().unwrap();
        if child.wait().unwrap().success() {
            // The machine has become faster than it was at the beginning.
            whole = whole.min(moment.mul_f64(1.2));
        } else {
            cut += 1;
        }
        if round % 10 == 9 {
            println!("{} runs, {cut} cut short", round + 1);
        }
        for (path, bytes) in tree(world.path("tree")) {
            if is_stray(&path) {
                strays += 1;
                continue;
            }
            let known = [&old[&path], &new[&path]];
            assert!(known.contains(&&bytes), "round {round}: {} is neither", path.display());
        }
        assert!(fix(&world).status().unwrap().success(), "round {round}");
        assert!(tree(world.path("tree")) == new, "round {round}: the next run left something");
        assert_eq!([tree(world.path("outside")), tree(world.path("tmp"))], outside);
    }
    let mut names = world::names(&world.path(""));
    names.retain(|n| n != "outside" && n != "tmp" && n != "tree");
    assert!(names.is_empty(), "{names:?}");
    (cut, strays)
}

#[test]
fn a_killed_run_leaves_every_file_old_or_new() {
    let (cut, _) = kill(120, 6);
    assert!(cut > 0, "no run was cut short");
}

#[test]
#[ignore = "takes minutes; results stand in docs/robustness.md"]
fn a_hundred_killed_runs_over_two_thousand_files_leave_every_file_old_or_new() {
    let (cut, strays) = kill(2000, 100);
    println!("{cut} runs were cut short; they left {strays} temporary files");
    assert_eq!(cut, 100);
}
