//! Runs git in one work tree. It knows no question.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A git work tree.
#[derive(Debug)]
pub(super) struct Repository {
    /// Its top folder, without symbolic links.
    pub(super) root: PathBuf,
}

impl Repository {
    /// The work tree around a folder.
    ///
    /// # Errors
    /// There is none, or no git.
    pub(super) fn around(folder: &Path) -> Result<Self, String> {
        let found = git(folder, &["rev-parse", "--show-toplevel"])?;
        let found = found.strip_suffix(b"\n").unwrap_or(&found);
        let root = path_of(found);
        Ok(Self { root: dunce::canonicalize(&root).unwrap_or(root) })
    }

    /// What git prints.
    ///
    /// # Errors
    /// The first line of its message.
    pub(super) fn run<A: AsRef<OsStr>>(&self, arguments: &[A]) -> Result<Vec<u8>, String> {
        git(&self.root, arguments)
    }
}

fn git<A: AsRef<OsStr>>(folder: &Path, arguments: &[A]) -> Result<Vec<u8>, String> {
    let mut git = Command::new("git");
    // A repository's own configuration may name a program to run for what has changed.
    git.current_dir(folder).args(["--no-optional-locks", "-c", "core.fsmonitor=false"]);
    git.env("GIT_LITERAL_PATHSPECS", "1").env("LC_ALL", "C").args(arguments);
    let output = git.output().map_err(|error| format!("cannot run git: {error}"))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let why = String::from_utf8_lossy(&output.stderr);
    let why = why.lines().next().unwrap_or("it gives no reason");
    Err(why.trim_start_matches("fatal: ").trim_start_matches("error: ").to_owned())
}

#[cfg(unix)]
pub(super) fn path_of(bytes: &[u8]) -> PathBuf {
    PathBuf::from(<OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(bytes))
}

#[cfg(not(unix))]
pub(super) fn path_of(bytes: &[u8]) -> PathBuf {
    PathBuf::from(OsStr::new(&*String::from_utf8_lossy(bytes)))
}
