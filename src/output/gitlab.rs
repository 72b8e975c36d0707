//! GitLab's Code Quality report. It shows no source.

use std::borrow::Cow;
use std::path::Path;

use serde::Serialize;

use super::json_text::json_document;
use super::repository::{Fingerprints, repository_path};
use super::text::{placed_message, slash_path};
use crate::run::{FileReport, Item, Report};
use crate::text::Position;

#[derive(Serialize)]
struct Issue<'a> {
    description: Cow<'a, str>,
    check_name: &'static str,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
    end: usize,
}

/// Every open finding.
pub fn gitlab(report: &Report, cwd: &Path) -> String {
    let mut fingerprints = Fingerprints::default();
    let mut issues = Vec::new();
    for file in &report.files {
        issues
            .extend(file.open().into_iter().map(|item| issue(file, item, cwd, &mut fingerprints)));
    }
    json_document(&issues)
}

fn issue<'a>(
    file: &FileReport,
    item: Item<'a>,
    cwd: &Path,
    fingerprints: &mut Fingerprints,
) -> Issue<'a> {
    let (found, span) = (item.found(), item.span());
    let line = |position: Position| position.in_file().line.number;
    let lines = Lines { begin: line(span.start), end: line(span.end) };
    let path = slash_path(&repository_path(file, cwd));
    Issue {
        description: placed_message(item),
        check_name: found.rule.code,
        fingerprint: fingerprints.of(&path, item),
        severity: "major",
        location: Location { path, lines },
    }
}
