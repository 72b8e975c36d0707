//! Every site of an audit, in columns or one a line. It judges none.

use std::fmt::Write;

use super::text::{harmless, shown};
use crate::run::{Entry, Report};

const HEAD: [&str; 5] = ["PLACE", "VERDICT", "REASON", "CALL", "WHY"];

/// The sites in columns, with a head; nothing when there are none.
pub fn table(report: &Report) -> String {
    let rows: Vec<[String; 5]> = rows(report).collect();
    if rows.is_empty() {
        return String::new();
    }
    let mut widths = HEAD.map(str::len);
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut text = String::new();
    line(&mut text, &HEAD.map(str::to_owned), &widths);
    for row in &rows {
        line(&mut text, row, &widths);
    }
    text
}

/// `path:line:column: verdict reason callee: why`, one line a site.
pub fn audit_lines(report: &Report) -> String {
    let mut text = String::new();
    for [place, verdict, reason, callee, why] in rows(report) {
        writeln!(text, "{place}: {verdict} {reason} {callee}: {why}")
            .expect("a string takes everything");
    }
    text
}

fn rows(report: &Report) -> impl Iterator<Item = [String; 5]> {
    report.files.iter().flat_map(|file| {
        let path = shown(&file.path);
        file.entries.iter().map(move |entry| row(&path, entry))
    })
}

fn row(path: &str, entry: &Entry) -> [String; 5] {
    let start = entry.span.start;
    let suppressed = entry.found.as_ref().is_some_and(|f| f.suppressed);
    let verdict = entry.verdict().word();
    [
        format!("{path}:{}:{}", start.line, start.column),
        if suppressed { format!("{verdict} (suppressed)") } else { verdict.to_owned() },
        entry.reason.word().to_owned(),
        flat(&entry.callee),
        flat(&entry.why),
    ]
}

/// Text on one line.
fn flat(text: &str) -> String {
    harmless(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

fn line(text: &mut String, cells: &[String; 5], widths: &[usize; 5]) {
    let mut line = String::new();
    for (cell, width) in cells.iter().zip(widths) {
        write!(line, "{cell:width$}  ").expect("a string takes everything");
    }
    text.push_str(line.trim_end());
    text.push('\n');
}
