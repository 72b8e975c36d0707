//! Real git repositories in temporary folders. It asserts only that git does what it is told.

use super::world::{Ran, World, has};

/// A repository with these files committed; none without git on the machine.
pub fn repository(files: &[(&str, &str)]) -> Option<World> {
    let world = World::with(files);
    has("git").then(|| {
        git(&world, &["init", "--quiet"]);
        commit(&world);
        world
    })
}

pub fn git(world: &World, arguments: &[&str]) -> Ran {
    let ran = world.tool("", "git", arguments, b"");
    assert_eq!(ran.status, 0, "{ran:?}");
    ran
}

/// Commits all files.
pub fn commit(world: &World) {
    git(world, &["add", "--all", "."]);
    let author = ["-c", "user.name=a", "-c", "user.email=a@example.com"];
    git(world, &[&author[..], &["commit", "--quiet", "-m", "some files"]].concat());
}
