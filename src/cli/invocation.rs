//! The beginning and the end of a command that analyses files: its session and report, or the result of an earlier run, and the
//! exit status. It knows no command.

use std::hash::Hash;

use super::args::CommonArgs;
use super::changed::Limit;
use super::console::Console;
use super::listing;
use super::printout::{Printed, Printout};
use super::session::Session;
use crate::config::CommandOptions;
use crate::fault::Fault;
use crate::output;
use crate::run::{Progress, Report};

/// An exit status, or how a command ended early.
pub(super) type CommandResult = Result<u8, CommandEnd>;

/// Why a command ends before its work is done.
pub(super) enum CommandEnd {
    /// All was printed; with the exit status.
    Done(u8),
    /// An error in usage, configuration or standard output.
    Error(String),
}

impl From<String> for CommandEnd {
    fn from(message: String) -> Self {
        Self::Error(message)
    }
}

/// What is remembered of a command that does nothing but print: what it has printed, and its exit status.
type Outcome = (Vec<Printed>, u8);

/// Runs the analysis, or prints what was asked instead. With a printout, what the console prints may be remembered, and is printed
/// again where nothing has changed.
pub(super) fn start<'p>(
    common: &CommonArgs,
    command: CommandOptions,
    staged: bool,
    printout: Option<&'p Printout>,
) -> Result<(Console<'p>, Session, Report), CommandEnd> {
    let console = Console::new(common.color, common.quiet);
    let mut session = Session::new(common, command)?;
    let since = common.since.as_deref().map(Limit::Since);
    session.limit(since.or(staged.then_some(Limit::Staged)))?;
    if common.show_files {
        console.raw(listing::files(&session).as_bytes())?;
        return Err(CommandEnd::Done(0));
    }
    if common.show_settings {
        console.raw(listing::settings(&session).as_bytes())?;
        return Err(CommandEnd::Done(0));
    }
    console.note(&session.exclusions);
    let printout = printout.filter(|_| only_prints(common, &session));
    let progress = Progress::default();
    let (known, report) = output::run_with_progress(&progress, console.shows_progress(), || {
        let known: Option<Outcome> =
            printout.and_then(|_| session.recall(&appearance(console), &progress));
        match known {
            Some(known) => (Some(known), Ok(Report::default())),
            None => (None, session.run(command.every_site, &progress)),
        }
    });
    if common.timings {
        console.warn(&output::timings(&progress));
    }
    if let Some((printed, status)) = known {
        console.print_again(&printed)?;
        return Err(CommandEnd::Done(status));
    }
    Ok((console.recorded_in(printout), session, report?))
}

/// Whether what a command prints depends on nothing but the project, as far as the flags tell that all commands have.
fn only_prints(common: &CommonArgs, session: &Session) -> bool {
    common.output_file.is_none() && common.since.is_none() && session.stdin.is_none()
}

/// What of the terminal shapes the output.
fn appearance(console: Console<'_>) -> impl Hash {
    (console.stdout_is_tty(), console.stdout_has_color(), console.width())
}

/// Prints the faults and returns the exit status: 2 for faults that count, else 1 for remaining findings, else 0.
pub(super) fn finish(
    console: Console<'_>,
    session: &Session,
    report: &Report,
    left: usize,
    zero: bool,
) -> CommandResult {
    let mut faults = Vec::new();
    let _ = output::faults(&report.faults, console.is_quiet, &mut faults);
    console.warn(&String::from_utf8_lossy(&faults));
    let counts = |fault: &Fault| session.is_strict() || fault.kind.is_hard();
    if report.faults.iter().any(counts) {
        return Ok(2);
    }
    let status = u8::from(left > 0 && !zero);
    if let Some(printed) = console.printed() {
        let outcome: Outcome = (printed, status);
        session.remember(report, &outcome);
    }
    Ok(status)
}
