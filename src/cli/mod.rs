//! The command line: flags, then settings, then one command, then an exit status. Only it and `output` print.

mod adoption_args;
mod analysis_args;
mod batch_args;
mod args;
mod printout;
mod console;
mod audit_options;
mod changed;
mod ignores;
mod session;
mod baselines;
mod listing;
mod file_watcher;
mod interactive;
mod batch_progress;
mod batch;
mod watch;
mod evidence;
mod prove;
mod invocation;
mod command;

use std::borrow::Cow;
use std::ffi::OsString;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use clap::Parser;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::output::sanitize;

/// Runs the program and returns its exit status.
pub fn main(argv: impl IntoIterator<Item = OsString>) -> ExitCode {
    // A panic in one file is reported as that file's fault, with its message; the default hook would print it a second time.
    if std::env::var_os("RUST_BACKTRACE").is_none() {
        std::panic::set_hook(Box::new(|_| {}));
    }
    let mut cli = match args::Cli::try_parse_from(argv) {
        Ok(cli) => cli,
        Err(error) => return usage(&error),
    };
    if let args::Command::Fix(fix) = &mut cli.command {
        fix.take_paths();
    }
    let status = std::panic::catch_unwind(|| command::run(&cli)).unwrap_or_else(|_| {
        let _ = writeln!(
            anstream::stderr(),
            "error: undangle crashed. Please report this bug, with the output of a run with RUST_BACKTRACE=1"
        );
        2
    });
    ExitCode::from(status)
}

/// Prints a message of clap's; help and version are not errors. A path in the place of a command is answered as such.
fn usage(error: &clap::Error) -> ExitCode {
    if let (ErrorKind::InvalidSubcommand, Some(ContextValue::String(word))) =
        (error.kind(), error.get(ContextKind::InvalidSubcommand))
        && Path::new(word).exists()
    {
        let word = sanitize(word);
        let _ = writeln!(
            anstream::stderr(),
            "error: `{word}` is not a command; `undangle check {word}` checks it, `undangle fix {word}` repairs it"
        );
        return ExitCode::from(2);
    }
    // The message quotes the arguments, which may contain file names with control characters.
    let text = error.render().to_string();
    // The stream may be closed; the exit status still tells.
    let _ = match sanitize(&text) {
        Cow::Borrowed(_) => error.print(),
        Cow::Owned(text) => write!(anstream::stderr(), "{text}"),
    };
    ExitCode::from(if error.use_stderr() { 2 } else { 0 })
}
