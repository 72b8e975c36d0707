//! Every site of an audit, in columns or one per line. It classifies none.

use super::audit_rows::{Row, rows};
use super::text::{display_path, flat};
use crate::run::Report;

const COLUMNS: usize = 10;

const HEAD: [&str; COLUMNS] = [
    "PLACE",
    "VERDICT",
    "COROUTINE",
    "OWNER",
    "LIFETIME",
    "STOPPED BY",
    "FAILURE",
    "CANCELLATION",
    "RISK",
    "ACTION",
];

/// Longer cells are truncated to this many characters.
const MAX_WIDTH: usize = 48;

/// The sites in columns, production code first, each section with a heading; empty without sites.
pub fn table(report: &Report) -> String {
    let mut text = String::new();
    for (title, scope) in [("Production code", "production"), ("Test code", "test")] {
        let section = rows(report).into_iter().filter(|r| r.scope() == scope);
        let rows: Vec<[String; COLUMNS]> = section.map(|r| row(&r)).collect();
        if rows.is_empty() {
            continue;
        }
        let blank = if text.is_empty() { "" } else { "\n" };
        text += &format!("{blank}{title}\n\n");
        columns(&mut text, &rows);
    }
    text
}

/// The project findings of an audit, each with its related locations.
pub fn audit_findings(report: &Report) -> String {
    let mut text = String::new();
    for file in &report.files {
        for notice in file.notices.iter().filter(|n| !n.found.suppressed) {
            if text.is_empty() {
                text.push_str("\nFindings\n\n");
            }
            let (path, line) = (display_path(&file.path), notice.span.start.line);
            let (code, message) = (notice.found.rule.code, flat(&notice.found.message));
            text += &format!("{path}:{line}: {code} {message}\n");
            for related in &notice.evidence {
                let (path, line) = (display_path(&related.path), related.line);
                text += &format!("    {path}:{line}: {}\n", flat(&related.note));
            }
        }
    }
    text
}

fn columns(text: &mut String, rows: &[[String; COLUMNS]]) {
    let mut widths = HEAD.map(str::len);
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    line(text, &HEAD.map(str::to_owned), &widths);
    for row in rows {
        line(text, row, &widths);
    }
}

/// `path:line:column: verdict reason callee: why`, one line for each site.
pub fn audit_lines(report: &Report) -> String {
    let mut text = String::new();
    for row in rows(report) {
        let Row { entry, .. } = row;
        let (reason, callee, why) = (entry.reason.as_str(), flat(&entry.callee), flat(&entry.why));
        let (place, verdict) = (place(&row), row.verdict());
        text += &format!("{place}: {verdict} {reason} {callee}: {why}\n");
    }
    text
}

fn row(row: &Row<'_>) -> [String; COLUMNS] {
    let audit = row.audit;
    [
        place(row),
        row.verdict(),
        truncate(&audit.coroutine),
        truncate(row.owner()),
        audit.lifetime.as_str().to_owned(),
        row.stopped_by(),
        audit.failure.as_str().to_owned(),
        audit.cancellation.as_str().to_owned(),
        audit.risk.as_str().to_owned(),
        row.action(),
    ]
}

fn place(row: &Row<'_>) -> String {
    format!("{}:{}", row.place(), row.entry.span.start.column)
}

fn truncate(text: &str) -> String {
    let text = flat(text);
    match text.char_indices().nth(MAX_WIDTH) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

fn line(text: &mut String, cells: &[String; COLUMNS], widths: &[usize; COLUMNS]) {
    let padded = cells.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}  "));
    let line: String = padded.collect();
    text.push_str(line.trim_end());
    text.push('\n');
}
