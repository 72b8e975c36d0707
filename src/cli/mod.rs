//! The command line: flags, then settings, then one command, then an exit status. Only it and `output` speak to the user.

mod args;
mod console;
mod session;
mod command;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;

/// Runs the program; every way out of it is an exit status.
pub fn main(argv: impl IntoIterator<Item = OsString>) -> ExitCode {
    // A panic in one file is reported as that file's fault, with its message; the default hook would print it besides.
    std::panic::set_hook(Box::new(|_| {}));
    let args = match args::Args::try_parse_from(argv) {
        Ok(args) => args,
        Err(error) => return usage(&error),
    };
    ExitCode::from(command::run(&args))
}

/// What clap has to say: help and versions are no errors.
fn usage(error: &clap::Error) -> ExitCode {
    // Nobody may be listening any more; the status still tells.
    let _ = error.print();
    ExitCode::from(if error.use_stderr() { 2 } else { 0 })
}
