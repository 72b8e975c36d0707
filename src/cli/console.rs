//! The two ends of a pipe: what goes to standard output and what to standard error, in which colours. It knows no report.

use std::io::{self, ErrorKind, IsTerminal, Write};

use anstream::{AutoStream, ColorChoice};

use super::args::Color;

/// Where a command speaks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Console {
    choice: ColorChoice,
    /// Whether remarks are left out.
    pub(super) is_quiet: bool,
}

impl Console {
    pub(super) fn new(color: Color, is_quiet: bool) -> Self {
        let choice = match color {
            Color::Auto => ColorChoice::Auto,
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        };
        Self { choice, is_quiet }
    }

    /// Bytes for standard output, as they are.
    ///
    /// # Errors
    /// What standard output did not take, unless nobody reads it any more.
    pub(super) fn raw(self, bytes: &[u8]) -> Result<(), String> {
        let mut out = io::stdout().lock();
        heard(out.write_all(bytes).and_then(|()| out.flush()))
    }

    /// Text with styles for standard output; they go where colour does not.
    ///
    /// # Errors
    /// As [`Self::raw`].
    pub(super) fn styled(self, text: &str) -> Result<(), String> {
        let mut out = AutoStream::new(io::stdout().lock(), self.choice);
        heard(out.write_all(text.as_bytes()).and_then(|()| out.flush()))
    }

    /// A remark on standard error, unless they are not wanted. One that nobody hears is no trouble.
    pub(super) fn remark(self, text: &str) {
        if !self.is_quiet {
            let _ = self.errors().write_all(text.as_bytes());
        }
    }

    /// Standard error.
    pub(super) fn errors(self) -> AutoStream<io::Stderr> {
        AutoStream::new(io::stderr(), self.choice)
    }

    /// Whether standard output is read by a person, and whether in colour.
    pub(super) fn eyes(self) -> (bool, bool) {
        let out = io::stdout();
        let color = match self.choice {
            ColorChoice::Auto => AutoStream::choice(&out) != ColorChoice::Never,
            choice => choice != ColorChoice::Never,
        };
        (out.is_terminal(), color)
    }

    /// Whether a moving line may be drawn.
    pub(super) fn shows_progress(self) -> bool {
        !self.is_quiet && io::stderr().is_terminal()
    }
}

/// A reader who has had enough (`| head`) is no error.
fn heard(result: io::Result<()>) -> Result<(), String> {
    match result {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(format!("standard output cannot be written: {error}"))
        }
        _ => Ok(()),
    }
}
