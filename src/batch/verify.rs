//! Runs a project's own tests. It does not judge their outcome.

use std::fs::File;
use std::io::{Read, copy, pipe, sink};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use super::result::TestRun;
use crate::watch::{Probe, Record};

/// How often a running command is looked at.
const INTERVAL: Duration = Duration::from_millis(20);
/// How much of what a command prints is kept, in bytes.
const LOG_LIMIT: u64 = 16 << 20;
/// How long to wait for the end of the output of a command that has ended: a process that left its group may still hold it.
const LAST_OUTPUT: Duration = Duration::from_secs(2);

/// The tests of a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verify {
    /// What the shell runs in the root of the clone.
    pub command: String,
    /// The longest time for one run.
    pub limit: Duration,
}

/// Runs the tests in a folder, under the probe; the first 16 MiB that they print go to a file.
///
/// # Errors
/// The shell cannot be started, or the file cannot be written; worded for the user.
pub(super) fn run_tests(verify: &Verify, folder: &Path, log: &Path) -> Result<TestRun, String> {
    let unwritable = |error: std::io::Error| format!("cannot write {}: {error}", log.display());
    let mut file = File::create(log).map_err(unwritable)?;
    let (printed, out) = pipe().map_err(unwritable)?;
    let errors = out.try_clone().map_err(unwritable)?;
    let mut command = shell(&verify.command);
    command.current_dir(folder).stdin(Stdio::null()).stdout(out).stderr(errors);
    // A test that runs git must not find the repository of whoever runs this.
    for variable in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"] {
        command.env_remove(variable);
    }
    let records = tempfile::Builder::new()
        .prefix("undangle-watch-")
        .tempdir()
        .map_err(|error| format!("cannot create a temporary directory: {error}"))?;
    let probe = Probe::new()?;
    probe.watch(&mut command, records.path(), &[folder.to_path_buf()])?;
    let started = Instant::now();
    let mut child =
        command.spawn().map_err(|error| format!("cannot run `{}`: {error}", verify.command))?;
    // It holds the other end of the pipe, which would never end.
    drop(command);
    let (ended, end) = channel();
    std::thread::spawn(move || {
        let mut printed = printed;
        // Whatever becomes of the file, the rest is read, so that the command does not wait for a reader.
        let _ = copy(&mut printed.by_ref().take(LOG_LIMIT), &mut file);
        let _ = copy(&mut printed, &mut sink());
        let _ = ended.send(());
    });
    let status = wait(&mut child, verify.limit);
    let _ = end.recv_timeout(LAST_OUTPUT);
    Ok(TestRun {
        passed: status.is_some_and(|status| status.success()),
        exit: status.and_then(|status| status.code()),
        timed_out: status.is_none(),
        seconds: (started.elapsed().as_secs_f64() * 100.0).round() / 100.0,
        tasks: Record::read(records.path()).ok().filter(|r| r.processes > 0).map(|r| r.totals()),
    })
}

/// The status of a command; none if it took too long, and was killed with all that it had started.
fn wait(child: &mut Child, limit: Duration) -> Option<ExitStatus> {
    let end = Instant::now() + limit;
    loop {
        if let Ok(Some(status)) = child.try_wait() {
            return Some(status);
        }
        if Instant::now() >= end {
            kill(child);
            // It is dead, so this ends.
            let _ = child.wait();
            return None;
        }
        std::thread::sleep(INTERVAL);
    }
}

#[cfg(unix)]
fn shell(command: &str) -> Command {
    use std::os::unix::process::CommandExt;
    let mut shell = Command::new("sh");
    // A group of its own, which is killed as a whole.
    shell.args(["-c", command]).process_group(0);
    shell
}

#[cfg(not(unix))]
fn shell(command: &str) -> Command {
    let mut shell = Command::new("cmd");
    shell.args(["/C", command]);
    shell
}

#[cfg(unix)]
fn kill(child: &mut Child) {
    let group = rustix::process::Pid::from_child(child);
    // Whoever has ended already needs no signal.
    let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
}

#[cfg(not(unix))]
fn kill(child: &mut Child) {
    // The same.
    let _ = child.kill();
}
