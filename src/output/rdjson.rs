//! Reviewdog's diagnostic format, with the lines of the patch as suggestions. It decides no fix.

use serde::Serialize;

use super::json_text::json_document;
use super::replacements::{Replacement, is_fixed_here, replacements};
use super::text::{placed_message, slash_path};
use crate::run::{FileReport, Item, Report};
use crate::text::Line;

#[derive(Serialize)]
struct DiagnosticResult<'a> {
    source: Source,
    severity: &'static str,
    diagnostics: Vec<Diagnostic<'a>>,
}

#[derive(Serialize)]
struct Source {
    name: &'static str,
}

#[derive(Serialize)]
struct Diagnostic<'a> {
    message: String,
    location: Location,
    severity: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<Code<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suggestions: Vec<Suggestion>,
}

#[derive(Serialize)]
struct Code<'a> {
    value: &'a str,
}

#[derive(Serialize)]
struct Location {
    path: String,
    range: Range,
}

/// Without columns both lines are in the range.
#[derive(Serialize)]
struct Range {
    start: Position,
    end: Position,
}

#[derive(Serialize)]
struct Position {
    line: usize,
    /// In bytes of UTF-8, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<usize>,
}

#[derive(Serialize)]
struct Suggestion {
    range: Range,
    text: String,
}

/// Every open finding; a replacement of the patch that is at none has a diagnostic of its own.
pub fn rdjson(report: &Report) -> String {
    let result = DiagnosticResult {
        source: Source { name: "undangle" },
        severity: "WARNING",
        diagnostics: report.files.iter().flat_map(diagnostics).collect(),
    };
    json_document(&result)
}

fn diagnostics(file: &FileReport) -> Vec<Diagnostic<'_>> {
    let path = slash_path(&file.path);
    let mut changes = replacements(file);
    let together = together(&changes);
    let mut diagnostics = Vec::new();
    for item in file.open() {
        let found = item.found();
        let line = item.span().start.line.number;
        let (mut own, mut message) = (Vec::new(), placed_message(item).into_owned());
        if is_fixed_here(found) {
            own = changes.extract_if(.., |change| change.covers(line)).collect();
        }
        if !own.is_empty() {
            message += &together;
        }
        diagnostics.push(Diagnostic {
            message,
            location: Location { path: path.clone(), range: finding_range(file, item) },
            severity: "WARNING",
            code: Some(Code { value: found.rule.code }),
            suggestions: own.into_iter().map(suggestion).collect(),
        });
    }
    diagnostics.extend(changes.into_iter().map(|change| Diagnostic {
        message: format!("the fix of this file needs this change{together}"),
        location: Location { path: path.clone(), range: line_range(&change) },
        severity: "INFO",
        code: None,
        suggestions: vec![suggestion(change)],
    }));
    diagnostics
}

/// Which lines have to be changed together.
fn together(changes: &[Replacement<'_>]) -> String {
    if changes.len() < 2 {
        return String::new();
    }
    let lines: Vec<String> = changes.iter().map(|change| change.first.to_string()).collect();
    format!(". The suggestions at lines {} belong together: accept all or none", lines.join(", "))
}

fn suggestion(change: Replacement<'_>) -> Suggestion {
    Suggestion { range: line_range(&change), text: change.text }
}

fn line_range(change: &Replacement<'_>) -> Range {
    let at = |line| Position { line, column: None };
    Range { start: at(change.first), end: at(change.last) }
}

fn finding_range(file: &FileReport, item: Item<'_>) -> Range {
    let span = item.span();
    let column = |offset: usize| {
        let before = file.source.bytes().get(..offset)?;
        let start = before.iter().rposition(|b| matches!(b, b'\n' | b'\r')).map_or(0, |at| at + 1);
        let line = str::from_utf8(&before[start..]).ok()?;
        Some(line.trim_start_matches('\u{feff}').len() + 1)
    };
    let at = |line: Line, offset| Position {
        line: line.in_file().number,
        column: column(offset).filter(|_| line.cell.is_none()),
    };
    Range { start: at(span.start.line, span.bytes.start), end: at(span.end.line, span.bytes.end) }
}
