//! Runs git in a folder, and reads its messages. It asks nothing itself.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

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
    let output = command(folder).args(arguments).output();
    let output = output.map_err(|error| format!("cannot run git: {error}"))?;
    if output.status.success() { Ok(output.stdout) } else { Err(reason(&output)) }
}

/// Git in a folder, such that it runs no other program and takes paths literally.
pub(super) fn command(folder: &Path) -> Command {
    let mut git = Command::new("git");
    // A repository's own configuration may name a program to run for what has changed.
    git.current_dir(folder).args(["--no-optional-locks", "-c", "core.fsmonitor=false"]);
    git.env("GIT_LITERAL_PATHSPECS", "1").env("LC_ALL", "C");
    git
}

/// The first line of git's message.
pub(super) fn reason(output: &Output) -> String {
    let why = String::from_utf8_lossy(&output.stderr);
    let why = why.lines().next().unwrap_or("it gives no reason");
    why.trim_start_matches("fatal: ").trim_start_matches("error: ").to_owned()
}

#[cfg(unix)]
pub(super) fn path_of(bytes: &[u8]) -> PathBuf {
    PathBuf::from(<OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(bytes))
}

#[cfg(not(unix))]
pub(super) fn path_of(bytes: &[u8]) -> PathBuf {
    PathBuf::from(OsStr::new(&*String::from_utf8_lossy(bytes)))
}
