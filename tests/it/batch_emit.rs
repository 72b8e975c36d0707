//! `batch emit`: the files for each engine are those of `testdata/batch/<engine>/`. `UPDATE=1` writes them.

use crate::support::files::{all_right, at, golden_tree, tree};
use crate::support::world::World;

const ENGINES: [&str; 7] =
    ["all-repos", "dask", "multi-gitter", "batch-changes", "github-matrix", "gitlab", "turbolift"];

#[test]
fn every_engine_gets_its_files() {
    let world = World::new();
    let mut wrong = Vec::new();
    for engine in ENGINES {
        let flags = ["--shards", "3", "--", "--style", "helper", "--exclude", "it's old"];
        let ran = world.run(&[&["batch", "emit", engine, "--out", engine], &flags[..]].concat());
        assert_eq!(ran.status, 0, "{engine}: {ran:?}");
        let folder = at("testdata/batch").join(engine);
        wrong.extend(golden_tree(&folder, &tree(world.path(engine))));
    }
    all_right(&wrong);
}

#[test]
fn a_file_that_was_edited_is_replaced_only_on_demand() {
    let world = World::new();
    let emit = ["batch", "emit", "gitlab"];
    assert_eq!(world.run(&emit).status, 0);
    assert_eq!(world.run(&emit).status, 0, "the same files may be written again");
    let written = tree(world.path(""));
    let name = written.keys().next().unwrap().to_str().unwrap();
    world.file(name, "# edited\n");
    let ran = world.run(&emit);
    assert_eq!(ran.status, 2, "{ran:?}");
    assert!(ran.err.contains(&format!("{name} exists with other content")), "{ran:?}");
    assert_eq!(world.text(name), "# edited\n");
    assert_eq!(world.run(&[&emit[..], &["--force"]].concat()).status, 0);
    assert_eq!(tree(world.path("")), written);
}

#[test]
fn flags_that_the_command_does_not_take_are_an_error() {
    let world = World::new();
    for (engine, flag, told) in [
        ("multi-gitter", "--styl", "`undangle batch unit` does not take these flags"),
        ("batch-changes", "--trailer", "`undangle fix` does not take these flags"),
        ("github-matrix", "--exclude=${{ x }}", "would replace `${{`"),
        ("gitlab", "--exclude=$[[ x ]]", "would replace `$[[`"),
    ] {
        let ran = world.run(&["batch", "emit", engine, "--out", "files", "--", flag]);
        assert_eq!(ran.status, 2, "{ran:?}");
        assert!(ran.err.contains(told), "{ran:?}");
        assert!(!world.path("files").exists());
    }
}
