//! Every site of an audit, in columns or one a line. It judges none.

use std::fmt::Write;
use std::path::Path;

use super::action::action;
use super::text::{harmless, shown};
use crate::audit::Witness;
use crate::run::{Entry, FileReport, Report};

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

/// Cells of more characters than this are cut.
const WIDEST: usize = 48;

/// The sites in columns, production code first, each part with a head; nothing when there are none.
pub fn table(report: &Report) -> String {
    let mut text = String::new();
    for (title, is_test) in [("Production code", false), ("Test code", true)] {
        let files = report.files.iter().filter(|f| f.is_test == is_test);
        let rows: Vec<[String; COLUMNS]> = files.flat_map(rows).collect();
        if rows.is_empty() {
            continue;
        }
        let blank = if text.is_empty() { "" } else { "\n" };
        writeln!(text, "{blank}{title}\n").expect("a string takes everything");
        columns(&mut text, &rows);
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

/// `path:line:column: verdict reason callee: why`, one line a site.
pub fn audit_lines(report: &Report) -> String {
    let mut text = String::new();
    for file in &report.files {
        for entry in &file.entries {
            let (place, verdict) = (place(&file.path, entry), verdict(entry));
            let (reason, callee, why) =
                (entry.reason.word(), flat(&entry.callee), flat(&entry.why));
            writeln!(text, "{place}: {verdict} {reason} {callee}: {why}")
                .expect("a string takes everything");
        }
    }
    text
}

fn rows(file: &FileReport) -> impl Iterator<Item = [String; COLUMNS]> {
    file.entries.iter().map(|entry| row(file, entry))
}

fn row(file: &FileReport, entry: &Entry) -> [String; COLUMNS] {
    let mut row = std::array::from_fn(|_| String::new());
    row[0] = place(&file.path, entry);
    row[1] = verdict(entry);
    if let Some(audit) = &entry.audit {
        row[2] = cut(&audit.coroutine);
        row[3] = cut(audit.owner.as_deref().unwrap_or("nobody"));
        row[4] = audit.lifetime.word().to_owned();
        row[5] = audit.stopped_by.first().map_or_else(|| "nothing".to_owned(), |w| at(file, w));
        row[6] = audit.failure.word().to_owned();
        row[7] = audit.cancellation.word().to_owned();
        row[8] = audit.risk.word().to_owned();
        row[9] = flat(&action(entry, audit));
    }
    row
}

/// A witness's place: its line, and its path where that is not the site's.
fn at(file: &FileReport, witness: &Witness) -> String {
    match witness.path == file.path {
        true => format!("line {}", witness.line),
        false => format!("{}:{}", shown(&witness.path), witness.line),
    }
}

fn place(path: &Path, entry: &Entry) -> String {
    let start = entry.span.start;
    format!("{}:{}:{}", shown(path), start.line, start.column)
}

fn verdict(entry: &Entry) -> String {
    let suppressed = entry.found.as_ref().is_some_and(|f| f.suppressed);
    let verdict = entry.verdict().word();
    if suppressed { format!("{verdict} (suppressed)") } else { verdict.to_owned() }
}

/// Text on one line.
fn flat(text: &str) -> String {
    harmless(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

fn cut(text: &str) -> String {
    let text = flat(text);
    match text.char_indices().nth(WIDEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

fn line(text: &mut String, cells: &[String; COLUMNS], widths: &[usize; COLUMNS]) {
    let mut line = String::new();
    for (cell, width) in cells.iter().zip(widths) {
        write!(line, "{cell:width$}  ").expect("a string takes everything");
    }
    text.push_str(line.trim_end());
    text.push('\n');
}
