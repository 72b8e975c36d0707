//! Workflow commands for GitHub Actions, which become annotations. It shows no source.

use std::path::Path;

use super::repository::{named_path, repository_path};
use super::text::{placed_message, sanitize, slash_path};
use crate::run::Report;

/// One `::warning` for each open finding; and one for each fault, an `::error` if it makes the exit status 2 alone.
pub fn github(report: &Report, cwd: &Path) -> String {
    let mut text = String::new();
    for file in &report.files {
        let path = property(&slash_path(&repository_path(file, cwd)));
        for item in file.open() {
            let (found, span) = (item.found(), item.span());
            let (start, end) = (span.start.in_file(), span.end.in_file());
            text += &format!("::warning title=undangle ({}),file={path}", found.rule.code);
            text += &format!(",line={},endLine={}", start.line, end.line);
            // GitHub takes columns only within one line.
            if start.line == end.line && span.start.line.cell.is_none() {
                text += &format!(",col={},endColumn={}", start.column, end.column);
            }
            text += &format!("::{} {}\n", found.rule.code, data(&placed_message(item)));
        }
    }
    for fault in &report.faults {
        let level = if fault.kind.is_hard() { "error" } else { "warning" };
        let path = property(&slash_path(&named_path(&fault.path, cwd)));
        let kind = fault.kind.as_str();
        text +=
            &format!("::{level} title=undangle ({kind}),file={path}::{}\n", data(&fault.message));
    }
    text
}

/// The text of a command, as `@actions/core` escapes it.
fn data(text: &str) -> String {
    sanitize(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
