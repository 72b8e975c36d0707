//! Properties of a patch on generated trees: what `diff` prints and `patch` or `git apply` applies is, byte for byte, what
//! `fix` writes; after that there is nothing left to print.

#![allow(clippy::unwrap_used)] // The helpers of a test are test code, too.

mod support;
#[path = "support/program.rs"]
mod program;

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use program::{Program, program};
use proptest::prelude::*;
use proptest::sample::select;
use support::Tool;

/// The files of a tree, by their paths in it.
type Tree = BTreeMap<String, Vec<u8>>;

const NAMES: &[&str] = &["app.py", "pkg/app.py", "pkg/two words.py", "pkg/ünï.py", "pkg/a\"b.py"];

fn tree() -> impl Strategy<Value = Tree> {
    let files = prop::collection::btree_map(select(NAMES), program(), 1..5);
    let named = |(name, program): (&str, Program)| (name.to_owned(), program.bytes());
    files.prop_map(move |files| files.into_iter().map(named).collect())
}

fn write(tree: &Tree) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in tree {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    folder
}

fn read(folder: &Path, tree: &Tree) -> Tree {
    let bytes = |name: &String| fs::read(folder.join(name)).unwrap();
    tree.keys().map(|name| (name.clone(), bytes(name))).collect()
}

/// Runs the program on the whole tree; every exit status but 2 is fine.
fn undangle(folder: &Path, arguments: &[&str]) -> Vec<u8> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_undangle"));
    let output =
        command.current_dir(folder).args(arguments).args(["--no-config", "."]).output().unwrap();
    let status = output.status.code();
    assert!(matches!(status, Some(0 | 1)), "{arguments:?}: {output:?}");
    output.stdout
}

fn feed(command: &mut Command, input: &[u8]) -> Output {
    let pipes = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = pipes.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    child.wait_with_output().unwrap()
}

/// Whether a diff, applied by `tool` with `arguments`, gives what `fix` writes.
fn applied_is_fixed(tree: &Tree, tool: &Tool, arguments: &[&str]) -> Result<(), TestCaseError> {
    let (patched, fixed) = (write(tree), write(tree));
    let diff = undangle(patched.path(), &["diff", "--unsafe-fixes"]);
    if !diff.is_empty() {
        let mut command = tool.command();
        let output = feed(command.current_dir(patched.path()).args(arguments), &diff);
        let diff = String::from_utf8_lossy(&diff);
        prop_assert!(output.status.success(), "{:?}\n{}", output, diff);
    }
    undangle(fixed.path(), &["fix", "--unsafe-fixes"]);
    prop_assert_eq!(read(patched.path(), tree), read(fixed.path(), tree));
    let left = undangle(fixed.path(), &["diff", "--unsafe-fixes"]);
    prop_assert!(left.is_empty(), "{}", String::from_utf8_lossy(&left));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(24) })]

    #[test]
    fn what_patch_makes_of_the_diff_is_what_fix_writes(tree in tree()) {
        if let Some(patch) = Tool::find("patch") {
            applied_is_fixed(&tree, &patch, &["-p1"])?;
        }
    }

    #[test]
    fn what_git_makes_of_the_diff_is_what_fix_writes(tree in tree()) {
        if let Some(git) = Tool::find("git") {
            applied_is_fixed(&tree, &git, &["apply"])?;
        }
    }
}
