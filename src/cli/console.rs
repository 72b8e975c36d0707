//! Standard output and standard error: what goes to which, and in colour or not. It knows no report.

use std::fs;
use std::io::{self, ErrorKind, IsTerminal, Write};
use std::path::Path;

use anstream::adapter::strip_bytes;
use anstream::{AutoStream, ColorChoice};
use terminal_size::terminal_size_of;

use super::analysis_args::Color;
use super::printout::{Printed, Printout};

/// Text is not made narrower than this.
const MIN_WIDTH: usize = 40;

/// Where a command prints.
#[derive(Debug, Clone, Copy)]
pub(super) struct Console<'p> {
    choice: ColorChoice,
    /// Whether notes are left out.
    pub(super) is_quiet: bool,
    /// Where what is printed is recorded, if it is.
    printout: Option<&'p Printout>,
}

impl<'p> Console<'p> {
    pub(super) fn new(color: Color, is_quiet: bool) -> Self {
        let choice = match color {
            Color::Auto if forces_color() => ColorChoice::Always,
            Color::Auto => ColorChoice::Auto,
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        };
        Self { choice, is_quiet, printout: None }
    }

    /// The same console, which records what it prints.
    pub(super) fn recorded_in(self, printout: Option<&'p Printout>) -> Self {
        Self { printout, ..self }
    }

    /// What was recorded, if all of it was.
    pub(super) fn printed(self) -> Option<Vec<Printed>> {
        self.printout?.texts()
    }

    /// Prints what an earlier run has printed.
    ///
    /// # Errors
    /// As [`Self::raw`].
    pub(super) fn print_again(self, printed: &[Printed]) -> Result<(), String> {
        printed.iter().try_for_each(|printed| match printed {
            Printed::Raw(text) => self.raw(text.as_bytes()),
            Printed::Styled(text) => self.styled(text.as_bytes()),
            Printed::Error(text) => {
                self.warn(text);
                Ok(())
            }
        })
    }

    fn record(self, kind: impl Fn(String) -> Printed, text: &[u8]) {
        if let Some(printout) = self.printout {
            printout.add(kind, text);
        }
    }

    /// Prints bytes to standard output unchanged.
    ///
    /// # Errors
    /// A failure to write, unless the reader closed the pipe.
    pub(super) fn raw(self, bytes: &[u8]) -> Result<(), String> {
        self.record(Printed::Raw, bytes);
        let mut out = io::stdout().lock();
        ignore_broken_pipe(out.write_all(bytes).and_then(|()| out.flush()))
    }

    /// Prints styled text to standard output; styles are stripped where colour is off.
    ///
    /// # Errors
    /// As [`Self::raw`].
    pub(super) fn styled(self, text: &[u8]) -> Result<(), String> {
        self.record(Printed::Styled, text);
        let mut out = AutoStream::new(io::stdout().lock(), self.choice);
        ignore_broken_pipe(out.write_all(text).and_then(|()| out.flush()))
    }

    /// Prints a note to standard error unless quiet. A failure to write it is ignored.
    pub(super) fn note(self, text: &str) {
        if !self.is_quiet {
            self.warn(text);
        }
    }

    /// Prints what even a quiet run has to say to standard error. A failure to write it is ignored.
    pub(super) fn warn(self, text: &str) {
        self.record(Printed::Error, text.as_bytes());
        let _ = self.errors().write_all(text.as_bytes());
    }

    /// Clears the screen, and what can be scrolled back to, if standard output is a terminal.
    ///
    /// # Errors
    /// As [`Self::raw`].
    pub(super) fn clear(self) -> Result<(), String> {
        match self.stdout_is_tty() {
            true => self.raw(b"\x1b[2J\x1b[3J\x1b[H"),
            false => Ok(()),
        }
    }

    /// Standard error.
    pub(super) fn errors(self) -> AutoStream<io::Stderr> {
        AutoStream::new(io::stderr(), self.choice)
    }

    /// Whether standard output is a terminal.
    pub(super) fn stdout_is_tty(self) -> bool {
        io::stdout().is_terminal()
    }

    /// The columns of standard output: those in `COLUMNS`, else those of the terminal, if it is one.
    pub(super) fn width(self) -> Option<usize> {
        let asked = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
        let terminal = || terminal_size_of(io::stdout()).map(|(width, _)| usize::from(width.0));
        asked.filter(|columns| *columns > 0).or_else(terminal).map(|width| width.max(MIN_WIDTH))
    }

    /// Whether standard output is coloured.
    pub(super) fn stdout_has_color(self) -> bool {
        match self.choice {
            ColorChoice::Auto => AutoStream::choice(&io::stdout()) != ColorChoice::Never,
            choice => choice != ColorChoice::Never,
        }
    }

    /// Whether to show a progress line.
    pub(super) fn shows_progress(self) -> bool {
        !self.is_quiet && io::stderr().is_terminal()
    }
}

/// Whether `FORCE_COLOR` requests colour; anstream reads `NO_COLOR`, `CLICOLOR` and `CLICOLOR_FORCE`.
fn forces_color() -> bool {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let is_zero = std::env::var_os("FORCE_COLOR").is_some_and(|value| value == "0");
    is_set("FORCE_COLOR") && !is_zero && !is_set("NO_COLOR")
}

/// Writes text to a file, without styles if it has some.
///
/// # Errors
/// A failure to write.
pub(super) fn write_file(file: &Path, has_styles: bool, text: &[u8]) -> Result<(), String> {
    let plain = if has_styles { strip_bytes(text).into_vec() } else { text.to_vec() };
    fs::write(file, plain).map_err(|error| format!("cannot write {}: {error}", file.display()))
}

/// Treats a pipe closed by its reader (`| head`) as success.
fn ignore_broken_pipe(result: io::Result<()>) -> Result<(), String> {
    match result {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(format!("cannot write to standard output: {error}"))
        }
        _ => Ok(()),
    }
}
