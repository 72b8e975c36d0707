//! Runs a command with the probe in every Python process that it starts. It reads nothing of what the probe writes.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};

use super::probe::Probe;
use super::signals::SIGNALS;

/// A command to be watched.
#[derive(Debug, Clone, Copy)]
pub struct WatchedCommand<'a> {
    /// The program and its arguments.
    pub words: &'a [OsString],
    /// Collect garbage at every so manyth task switch; never, unless Python does, if none.
    pub gc_stress: Option<u32>,
    /// Which of the first task switches garbage is first collected at.
    pub seed: u64,
    /// Folders whose files are the program's own, even if they lie in `site-packages`.
    pub roots: &'a [PathBuf],
    /// Whether to record which tests of pytest fail.
    pub names_tests: bool,
}

impl WatchedCommand<'_> {
    /// Runs the command with the streams of this process. What the probe records goes to files in `out`, an absolute path. The
    /// second answer is whether somebody wanted it to end before it did.
    ///
    /// # Errors
    /// The command cannot be started; worded for the user.
    pub fn run(&self, out: &Path) -> Result<(ExitStatus, bool), String> {
        let (program, arguments) = self.words.split_first().ok_or("there is no command to run")?;
        let probe = Probe::new()?;
        let mut command = Command::new(program);
        command.args(arguments);
        probe.watch(&mut command, out, self.roots)?;
        if let Some(every) = self.gc_stress {
            command.env("UNDANGLE_WATCH_GC", every.to_string());
            command.env("UNDANGLE_WATCH_SEED", self.seed.to_string());
        }
        if self.names_tests {
            command.env("UNDANGLE_WATCH_TESTS", "1");
        }
        let failed = |error| format!("cannot run `{}`: {error}", program.to_string_lossy());
        let mut child = SIGNALS.spawn(&mut command).map_err(failed)?;
        let status = child.wait().map_err(failed)?;
        Ok((status, SIGNALS.finish()))
    }
}

/// Why a command cannot be watched, where its words show that: a flag by which Python heeds no `PYTHONPATH`, or loads no
/// `sitecustomize`.
pub fn unwatched(words: &[OsString]) -> Option<String> {
    let (program, arguments) = words.split_first()?;
    let name = Path::new(program).file_stem().and_then(OsStr::to_str)?;
    if !["python", "pypy"].iter().any(|python| name.starts_with(python)) {
        return None;
    }
    let mut arguments = arguments.iter().filter_map(|word| word.to_str());
    while let Some(flags) = arguments.next().and_then(|word| word.strip_prefix('-')) {
        // `-c` and `-m` end the flags; these take the next word, or the rest of this one.
        let own = flags.split(['c', 'm', 'W', 'X']).next().unwrap_or_default();
        if let Some(flag) = own.chars().find(|flag| "IES".contains(*flag)) {
            return Some(format!("`{name} -{flag}` loads no probe"));
        }
        if flags.starts_with('-') || flags[own.len()..].starts_with(['c', 'm']) {
            return None;
        }
        if ["W", "X"].contains(&&flags[own.len()..]) {
            arguments.next();
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_that_keep_the_probe_out_are_seen() {
        let flag = |line: &str| {
            let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
            unwatched(&words)
        };
        for line in ["python -I app.py", "python3.11 -bE -m app", "/bin/python3 -X dev -S app.py"] {
            assert!(flag(line).is_some(), "{line}");
        }
        for line in ["python app.py -I", "python -m app -S", "pytest -I", "python -W error app.py"]
        {
            assert_eq!(flag(line), None, "{line}");
        }
    }
}
