//! Programs that may be missing: CPython, ruff, git and others. It knows nothing of what they are asked.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::{Command, Output};

use super::files::at;

/// Compiles the files given as arguments.
const COMPILE: &str = "import sys
for path in sys.argv[1:]:
    with open(path, 'rb') as file:
        compile(file.read(), path, 'exec')";

/// A program that may be missing: tests say so and go on, unless this is CI.
pub struct Tool(&'static str);

impl Tool {
    /// The program, if it starts.
    pub fn find(name: &'static str) -> Option<Self> {
        if Command::new(name).arg("--version").output().is_ok_and(|o| o.status.success()) {
            return Some(Self(name));
        }
        let in_ci = std::env::var("CI").is_ok_and(|v| v == "true");
        assert!(!in_ci, "{name} is missing, and in CI it must not be");
        eprintln!("SKIPPED: {name} is not installed, so this was not tested");
        None
    }

    /// A command that runs it in the root of the repository.
    pub fn command(&self) -> Command {
        let mut command = Command::new(self.0);
        command.current_dir(at(""));
        command
    }

    /// Runs it and shows what it said when it fails.
    pub fn succeeds<const N: usize>(
        &self,
        arguments: [&str; N],
        files: impl IntoIterator<Item = PathBuf>,
    ) -> Output {
        let arguments = arguments.map(OsString::from).into_iter();
        let all = arguments.chain(files.into_iter().map(PathBuf::into_os_string));
        let output = self.command().args(all).output().unwrap();
        let said = [&output.stdout[..], &output.stderr[..]].concat();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&said));
        output
    }
}

/// CPython compiles every one of these files, of which there is one at least.
pub fn cpython_compiles(files: impl IntoIterator<Item = PathBuf>) {
    if let Some(python) = Tool::find("python3") {
        let files: Vec<PathBuf> = files.into_iter().collect();
        assert!(!files.is_empty(), "nothing to compile");
        python.succeeds(["-W", "ignore", "-c", COMPILE], files);
    }
}

/// `ruff format` leaves every one of these files as it is.
pub fn ruff_keeps(files: impl IntoIterator<Item = PathBuf>) {
    if let Some(ruff) = Tool::find("ruff") {
        ruff.succeeds(["format", "--no-cache", "--isolated", "--diff"], files);
    }
}
