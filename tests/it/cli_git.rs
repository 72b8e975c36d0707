//! What `fix` does with files that have changes which git could not bring back.

use crate::support::git::{git, repository};
use crate::support::world::{DROPPED, World};

fn is_refused(world: &World, arguments: &[&str], state: &str) {
    let before = world.text("m.py");
    let ran = world.run(arguments);
    assert_eq!(ran.status, 2, "{arguments:?} {ran:?}");
    let message = format!(
        "error: these files would be changed, and have uncommitted changes:\n  m.py ({state})\n"
    );
    assert!(ran.err.starts_with(&message), "{ran:?}");
    assert_eq!(world.text("m.py"), before);
}

#[test]
fn a_committed_file_is_fixed() {
    let Some(world) = repository(&[("m.py", DROPPED), ("other.txt", "")]) else { return };
    world.file("other.txt", "changed");
    let ran = world.run(&["fix"]);
    assert_eq!(ran.status, 0, "{ran:?}");
    assert!(ran.err.starts_with("m.py: 1 fixed\n"), "{ran:?}");
}

#[test]
fn a_file_with_changes_is_named_and_left() {
    let changed = DROPPED.replace("main", "run");
    let Some(world) = repository(&[("m.py", DROPPED)]) else { return };
    world.file("m.py", &changed);
    is_refused(&world, &["fix"], "modified");
    is_refused(&world, &["fix", "--allow-staged"], "modified");
    git(&world, &["add", "m.py"]);
    is_refused(&world, &["fix"], "staged");
    assert_eq!(world.run(&["fix", "--allow-staged"]).status, 0);
    world.file("m.py", &changed);
    git(&world, &["rm", "--quiet", "--cached", "m.py"]);
    is_refused(&world, &["fix", "m.py"], "untracked");
    assert_eq!(world.run(&["fix", "--allow-dirty"]).status, 0);
}

#[test]
fn only_what_would_be_changed_matters() {
    let Some(world) = repository(&[("m.py", DROPPED), ("sub/[a].py", "x = 1\n")]) else { return };
    world.file("sub/[a].py", "x = 2\n");
    world.file("sub/new.py", "y = 2\n");
    assert_eq!(world.run(&["fix"]).status, 0);
}

#[test]
fn the_files_that_were_written_are_in_the_json() {
    let world = World::with(&[("m.py", DROPPED), ("n.py", "x = 1\n")]);
    let ran = world.run(&["fix", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(json["written"], serde_json::json!(["m.py"]));
}
