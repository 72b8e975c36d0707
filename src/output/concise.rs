//! One line for each finding, for editors and `grep`. It shows no source.

use std::fmt::Write;

use super::text::{display_path, sanitize};
use crate::run::{FileReport, Found, Item, Report};
use crate::settings::Applicability;

/// `path:line:column: CODE message [fixable]`, for every open finding that the patch does not fix.
pub fn concise(report: &Report) -> String {
    let mut text = String::new();
    for file in &report.files {
        for item in file.open() {
            let (line, fix_marker) = (finding_line(file, item), fix_marker(item.found()));
            writeln!(text, "{line}{fix_marker}").expect("a string takes everything");
        }
    }
    text
}

/// `path:line:column: CODE message`
pub fn finding_line(file: &FileReport, item: Item<'_>) -> String {
    let (found, place) = (item.found(), item.span().start);
    let message = sanitize(&found.message).replace('\n', " ");
    let code = found.rule.code;
    format!("{}:{place}: {code} {message}", display_path(&file.path))
}

fn fix_marker(found: &Found) -> &'static str {
    match found.applicability() {
        Some(Applicability::Safe) => " [fixable]",
        Some(Applicability::Unsafe) => " [fixable with --unsafe-fixes]",
        Some(Applicability::Display) | None => "",
    }
}
