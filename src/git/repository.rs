//! Runs git in a folder, and reads its messages. It asks nothing itself.

use std::ffi::OsStr;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::mpsc::channel;
use std::time::Duration;

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
    let mut git = command(folder);
    git.args(arguments);
    let output = output(git).map_err(|error| format!("cannot run git: {error}"))?;
    if output.status.success() { Ok(output.stdout) } else { Err(reason(&output)) }
}

/// Git in a folder, such that it runs no other program but the filters of files that have changed, asks nobody, and takes paths
/// literally.
pub(super) fn command(folder: &Path) -> Command {
    let mut git = Command::new("git");
    // A repository's own configuration may name a program to run for what has changed.
    git.current_dir(folder).args(["--no-optional-locks", "-c", "core.fsmonitor=false"]);
    git.args(["-c", "core.hooksPath=/dev/null"]);
    git.env("GIT_LITERAL_PATHSPECS", "1").env("GIT_TERMINAL_PROMPT", "0").env("LC_ALL", "C");
    git
}

/// What git prints, if it ends in time: it may wait for a file system that does not answer, or for a filter.
///
/// # Errors
/// It cannot be started, or does not end.
pub(super) fn output(git: Command) -> std::io::Result<Output> {
    output_within(git, TIME_LIMIT)
}

fn output_within(mut git: Command, limit: Duration) -> std::io::Result<Output> {
    let child = git.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let id = child.id();
    let (sender, receiver) = channel();
    std::thread::spawn(move || sender.send(child.wait_with_output()));
    receiver.recv_timeout(limit).unwrap_or_else(|_| {
        kill(id);
        let why = format!("it did not answer in {} seconds", limit.as_secs());
        Err(std::io::Error::new(ErrorKind::TimedOut, why))
    })
}

/// How long git may take for one answer.
const TIME_LIMIT: Duration = Duration::from_secs(60);

#[cfg(unix)]
fn kill(id: u32) {
    let pid = i32::try_from(id).ok().and_then(rustix::process::Pid::from_raw);
    // It may have ended by now.
    let _ = pid.map(|pid| rustix::process::kill_process(pid, rustix::process::Signal::KILL));
}

#[cfg(not(unix))]
fn kill(_: u32) {}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_git_that_hangs_is_ended() {
        let mut git = Command::new("sleep");
        git.arg("30");
        let error = output_within(git, Duration::from_millis(20)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TimedOut);
    }
}
