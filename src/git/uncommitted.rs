//! Asks git which files have changes that are not committed. It changes nothing.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::repository::{command, output, path_of, reason};

/// More paths than this are not given to one git process.
const BATCH: usize = 500;

/// How a file differs from the last commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Uncommitted {
    /// The changes are in the index, and the file is as it is there.
    Staged,
    /// The file differs from the index.
    Modified,
    /// Git does not know the file.
    Untracked,
}

impl Uncommitted {
    /// The word of messages.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Staged => "staged",
            Self::Modified => "modified",
            Self::Untracked => "untracked",
        }
    }
}

/// Those of some files, given by their real paths, that have uncommitted changes. Files outside of git have none; without git on
/// the machine, no file has.
///
/// # Errors
/// What git says where it refuses to answer.
pub fn uncommitted(files: &[&Path]) -> Result<BTreeMap<PathBuf, Uncommitted>, String> {
    let mut by_repository: BTreeMap<&Path, Vec<&Path>> = BTreeMap::new();
    for file in files {
        let root = file.ancestors().skip(1).find(|folder| folder.join(".git").exists());
        if let Some(root) = root {
            by_repository.entry(root).or_default().push(file);
        }
    }
    let mut found = BTreeMap::new();
    for (root, files) in by_repository {
        for batch in files.chunks(BATCH) {
            found.extend(status(root, batch)?);
        }
    }
    Ok(found)
}

fn status(root: &Path, files: &[&Path]) -> Result<Vec<(PathBuf, Uncommitted)>, String> {
    let mut git = command(root);
    git.args(["status", "--porcelain=v1", "-z", "--no-renames", "--untracked-files=all", "--"]);
    git.args(files);
    let output = match output(git) {
        Ok(output) => output,
        Err(error) if error.kind() == ErrorKind::TimedOut => {
            return Err(format!("`git status` in {}: {error}", root.display()));
        }
        Err(_) => return Ok(Vec::new()),
    };
    if !output.status.success() {
        let why = reason(&output);
        return Err(format!("`git status` fails in {}: {why}", root.display()));
    }
    let entries = output.stdout.split(|byte| *byte == 0).filter(|entry| entry.len() > 3);
    Ok(entries.filter_map(|entry| Some((root.join(path_of(&entry[3..])), state(entry)?))).collect())
}

/// The state in an entry of `git status --porcelain=v1`: the letters of the index and of the work tree.
fn state(entry: &[u8]) -> Option<Uncommitted> {
    match (entry[0], entry[1]) {
        (b'!', _) => None,
        (b'?', _) => Some(Uncommitted::Untracked),
        (_, b' ') => Some(Uncommitted::Staged),
        _ => Some(Uncommitted::Modified),
    }
}
