//! Properties of a patch on generated trees: what `diff` prints and `patch` or `git apply` applies is, byte for byte, what
//! `fix` writes; after that there is nothing left to print.

use proptest::prelude::*;
use proptest::sample::select;

use crate::support::files::{Tree, tree};
use crate::support::program::{Program, program};
use crate::support::world::{World, has};

const NAMES: &[&str] = &["app.py", "pkg/app.py", "pkg/two words.py", "pkg/ünï.py", "pkg/a\"b.py"];

fn trees() -> impl Strategy<Value = Tree> {
    let files = prop::collection::btree_map(select(NAMES), program(), 1..5);
    let named = |(name, program): (&str, Program)| (name.into(), program.bytes());
    files.prop_map(move |files| files.into_iter().map(named).collect())
}

/// Runs the program on the whole tree; every exit status but 2 is fine.
fn undangle(world: &World, command: &str) -> Vec<u8> {
    let ran = world.run(&[command, "--unsafe-fixes", "--no-config", "."]);
    assert!(matches!(ran.status, 0 | 1), "{command}: {ran:?}");
    ran.raw
}

/// Whether a diff, applied by `tool` with `arguments`, gives what `fix` writes.
fn applied_is_fixed(files: &Tree, tool: &str, arguments: &[&str]) -> Result<(), TestCaseError> {
    let (patched, fixed) = (World::of(files), World::of(files));
    let diff = undangle(&patched, "diff");
    if !diff.is_empty() {
        let ran = patched.tool("", tool, arguments, &diff);
        prop_assert!(ran.status == 0, "{:?}\n{}", ran, String::from_utf8_lossy(&diff));
    }
    undangle(&fixed, "fix");
    prop_assert_eq!(tree(patched.path("")), tree(fixed.path("")));
    let left = undangle(&fixed, "diff");
    prop_assert!(left.is_empty(), "{}", String::from_utf8_lossy(&left));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(24) })]

    #[test]
    fn what_patch_makes_of_the_diff_is_what_fix_writes(files in trees()) {
        if has("patch") {
            applied_is_fixed(&files, "patch", &["-p1"])?;
        }
    }

    #[test]
    fn what_git_makes_of_the_diff_is_what_fix_writes(files in trees()) {
        if has("git") {
            applied_is_fixed(&files, "git", &["apply"])?;
        }
    }
}
