//! The command line: flags, then settings, then one command, then an exit status. Only it and `output` speak to the user.

mod args;
mod console;
mod session;
mod command;

use std::borrow::Cow;
use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

use clap::Parser;

use crate::output::sanitize;

/// Runs the program; every way out of it is an exit status.
pub fn main(argv: impl IntoIterator<Item = OsString>) -> ExitCode {
    // A panic in one file is reported as that file's fault, with its message; the default hook would print it besides.
    if std::env::var_os("RUST_BACKTRACE").is_none() {
        std::panic::set_hook(Box::new(|_| {}));
    }
    let args = match args::Args::try_parse_from(argv) {
        Ok(args) => args,
        Err(error) => return usage(&error),
    };
    let status = std::panic::catch_unwind(|| command::run(&args)).unwrap_or_else(|_| {
        let _ = writeln!(
            anstream::stderr(),
            "error: undangle failed, which is a bug; please report it, with what RUST_BACKTRACE=1 prints"
        );
        2
    });
    ExitCode::from(status)
}

/// What clap has to say: help and versions are no errors.
fn usage(error: &clap::Error) -> ExitCode {
    // It cites the arguments, which a shell may have made of file names.
    let text = error.render().to_string();
    // Nobody may be listening any more; the status still tells.
    let _ = match sanitize(&text) {
        Cow::Borrowed(_) => error.print(),
        Cow::Owned(text) => write!(anstream::stderr(), "{text}"),
    };
    ExitCode::from(if error.use_stderr() { 2 } else { 0 })
}
