//! What a run has cost, for who asks. It measures nothing.

use std::fmt::Write;

use super::plural;
use crate::run::Progress;

/// The time of each phase, and how much was read and parsed.
pub fn timings(progress: &Progress) -> String {
    let mut text = String::new();
    // Writing to a string does not fail.
    for (phase, time) in progress.times() {
        let _ = writeln!(text, "{:>9.1} ms  {}", time.as_secs_f64() * 1000.0, phase.as_str());
    }
    let parsed = progress.parse_counts();
    let (read, ..) = progress.counts();
    let _ = writeln!(text, "{:>12}  {} read", progress.bytes_read(), plural(read, "file"));
    let _ = writeln!(
        text,
        "{:>12}  bytes parsed of {} in {}",
        parsed.bytes_parsed,
        parsed.bytes,
        plural(parsed.files, "file")
    );
    let _ = writeln!(
        text,
        "{:>12}  bodies parsed of {} that can wait",
        parsed.bodies_parsed, parsed.bodies
    );
    text
}
