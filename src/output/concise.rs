//! One line for each finding, for editors and `grep`. It shows no source.

use std::fmt::Write;

use super::text::{display_path, sanitize};
use crate::run::{Found, Report};
use crate::settings::Applicability;

/// `path:line:column: CODE message [fixable]`, for every open finding that the patch does not fix.
pub fn concise(report: &Report) -> String {
    let mut text = String::new();
    for file in &report.files {
        let path = display_path(&file.path);
        for item in file.open() {
            let (found, place) = (item.found(), item.span().start);
            let message = sanitize(&found.message).replace('\n', " ");
            let (line, column, code) = (place.line, place.column, found.rule.code);
            let fix_marker = fix_marker(found);
            writeln!(text, "{path}:{line}:{column}: {code} {message}{fix_marker}")
                .expect("a string takes everything");
        }
    }
    text
}

fn fix_marker(found: &Found) -> &'static str {
    match found.applicability() {
        Some(Applicability::Safe) => " [fixable]",
        Some(Applicability::Unsafe) => " [fixable with --unsafe-fixes]",
        Some(Applicability::Display) | None => "",
    }
}
