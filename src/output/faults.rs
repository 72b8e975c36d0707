//! Faults as text: one line each, hard ones as errors. It does not know what they mean for the exit
//! status.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use super::text::{display_path, sanitize};
use crate::fault::Fault;

/// Writes one line for each fault; with `quiet` only the hard ones.
///
/// # Errors
/// Those of the writer.
pub fn faults(faults: &[Fault], quiet: bool, to: &mut dyn Write) -> io::Result<()> {
    for fault in faults.iter().filter(|f| !quiet || f.kind.is_hard()) {
        let (word, color) = match fault.kind.is_hard() {
            true => ("error", AnsiColor::BrightRed),
            false => ("warning", AnsiColor::Yellow),
        };
        let style = Style::new().bold().fg_color(Some(color.into()));
        let path = display_path(&fault.path);
        let message = sanitize(&fault.message);
        writeln!(to, "{style}{word}[{}]{style:#}: {path}: {message}", fault.kind.as_str())?;
    }
    Ok(())
}
