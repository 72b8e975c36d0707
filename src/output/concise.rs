//! One line a finding, for editors and `grep`. It shows no source.

use std::fmt::Write;

use super::text::{harmless, shown};
use crate::run::{Found, Report};
use crate::settings::Applicability;

/// `path:line:column: CODE message [fixable]`, for every finding that counts and that the patch does not hold.
pub fn concise(report: &Report) -> String {
    let mut text = String::new();
    for file in &report.files {
        let path = shown(&file.path);
        for item in file.open() {
            let (found, place) = (item.found(), item.span().start);
            let message = harmless(&found.message).replace('\n', " ");
            let (line, column, code) = (place.line, place.column, found.rule.code);
            let mark = mark(found);
            writeln!(text, "{path}:{line}:{column}: {code} {message}{mark}")
                .expect("a string takes everything");
        }
    }
    text
}

fn mark(found: &Found) -> &'static str {
    match found.applicability() {
        Some(Applicability::Safe) => " [fixable]",
        Some(Applicability::Unsafe) => " [fixable with --unsafe-fixes]",
        Some(Applicability::Display) | None => "",
    }
}
