//! An audit for a terminal: what to do, then the sites, in columns where they fit and else as cards. It classifies nothing.

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthStr;

use super::audit_decisions::{Decision, DecisionSite};
use super::audit_rows::{Row, conclusion, location, of_scope, rows};
use super::audit_selection::Selection;
use super::format::AuditView;
use super::text::flat;
use super::watch_text::run_text;
use super::wrap::wrap;
use crate::audit::{Fact, FactKind, Risk};
use crate::run::Report;

/// So many sites, and places that show them, are listed below a decision.
const MAX_LISTED: usize = 6;

/// The columns of the number of a decision, and of the risk of a site.
const INDENT: usize = 4;
const CARD_INDENT: usize = 8;

/// The decisions and the sites, with ANSI styles; empty without sites and findings.
pub fn table(report: &Report, view: &AuditView<'_>) -> String {
    let selection = Selection::new(report, view);
    let mut text = String::new();
    for (index, each) in selection.decisions.iter().enumerate() {
        if index == 0 {
            text += &heading("What to do");
        }
        decision(&mut text, index + 1, each, view);
        text.push('\n');
    }
    for (title, scope) in [("Production code", "production"), ("Test code", "test")] {
        let shown = of_scope(&selection.rows, scope);
        if !shown.is_empty() {
            text += &heading(title);
            let summary = conclusion(&of_scope(&selection.all_rows, scope));
            text += &format!("{}\n\n", wrap(&summary, view.width).join("\n"));
            inventory(&mut text, &selection, &shown, view.width);
            text.push('\n');
        }
    }
    for line in wrap(&selection.left_out(), view.width).iter().filter(|line| !line.is_empty()) {
        text += &format!("{line}\n");
    }
    text
}

fn heading(title: &str) -> String {
    format!("{}\n\n", paint(Style::new().bold().underline(), title))
}

fn paint(style: Style, text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("{style}{text}{style:#}") }
}

fn risk_style(risk: Risk) -> Style {
    let color = match risk {
        Risk::High => AnsiColor::Red,
        Risk::Medium => AnsiColor::Yellow,
        Risk::Low => AnsiColor::Cyan,
        Risk::None => AnsiColor::Green,
    };
    Style::new().bold().fg_color(Some(color.into()))
}

fn decision(text: &mut String, number: usize, decision: &Decision<'_>, view: &AuditView<'_>) {
    let risk = decision.risk.as_str();
    let tests = if decision.is_test { " (test code)" } else { "" };
    let first = format!("{risk}{tests}: {}", flat(&decision.problem));
    let mut lines = wrap(&first, view.width.saturating_sub(INDENT));
    lines[0] = lines[0].replacen(risk, &paint(risk_style(decision.risk), risk), 1);
    for (index, line) in lines.iter_mut().enumerate() {
        let start = if index == 0 { format!("{number}.") } else { String::new() };
        *line = format!("{start:INDENT$}{line}");
    }
    let mut part = |title: &str, style: Style, entries: Vec<String>| {
        let mut title = format!("{:INDENT$}{title:<6}", "");
        for entry in entries {
            for line in wrap(&entry, view.width.saturating_sub(title.len())) {
                lines.push(format!("{title}{}", paint(style, &line)));
                title = " ".repeat(title.len());
            }
        }
    };
    part("do", Style::new().bold(), vec![flat(&decision.action)]);
    part("at", Style::new(), limited(decision.sites.iter().map(site), view.all));
    let evidence = decision.evidence.iter().map(|e| format!("{}: {}", location(e), flat(&e.note)));
    part("why", Style::new().dimmed(), limited(evidence, view.all));
    lines.iter().for_each(|line| *text += &format!("{line}\n"));
}

fn site(site: &DecisionSite<'_>) -> String {
    match &site.row {
        Some(row) => format!(
            "{} {} in {}",
            row.full_place(),
            flat(row.coroutine_or_callee()),
            flat(row.function())
        ),
        None => site.place(),
    }
}

/// The first entries, and the number of the others.
fn limited(entries: impl ExactSizeIterator<Item = String>, all: bool) -> Vec<String> {
    let count = entries.len();
    let limit = if all || count <= MAX_LISTED + 1 { count } else { MAX_LISTED };
    let mut shown: Vec<String> = entries.take(limit).collect();
    if limit < count {
        shown.push(format!("and {} more", count - limit));
    }
    shown
}

const COLUMNS: usize = 10;

/// The columns, and how narrow each may become.
const HEAD: [(&str, usize); COLUMNS] = [
    ("RISK", 8),
    ("SITE", 24),
    ("VERDICT", 8),
    ("COROUTINE", 16),
    ("OWNER", 20),
    ("LIFETIME", 11),
    ("STOPPED BY", 20),
    ("FAILURE", 15),
    ("CANCELLATION", 12),
    ("ACTION", 20),
];

/// The spaces between two columns.
const GAP: usize = 2;

fn inventory(text: &mut String, selection: &Selection<'_>, rows: &[Row<'_>], width: usize) {
    let cells: Vec<[String; COLUMNS]> = rows.iter().map(|row| cells(selection, row)).collect();
    match widths(&cells, width) {
        Some(widths) => {
            line(text, &HEAD.map(|(title, _)| title.to_owned()), &widths, Style::new().dimmed());
            for (row, cells) in rows.iter().zip(&cells) {
                line(text, cells, &widths, risk_style(row.audit.risk));
                notes(text, selection, row, width);
            }
        }
        None => {
            for (row, cells) in rows.iter().zip(&cells) {
                card(text, row, cells, width);
                notes(text, selection, row, width);
            }
        }
    }
}

/// What else is known of a site, below it: what became of its tasks, and facts that say something about it alone.
fn notes(text: &mut String, selection: &Selection<'_>, row: &Row<'_>, width: usize) {
    let run = selection.run_of(row).map(|run| format!("at run time: {}", run_text(run)));
    let facts = row.audit.facts.iter().filter(|fact| is_specific(fact));
    let fact = |fact: &Fact| match fact.kind {
        FactKind::SecondStart => format!("second start: {}", flat(&fact.shown_at.note)),
        _ => flat(&fact.shown_at.note),
    };
    let notes: Vec<String> = run.into_iter().chain(facts.map(fact)).collect();
    for line in wrap(&notes.join("; "), width.saturating_sub(CARD_INDENT)) {
        if !line.is_empty() {
            *text += &format!("{:CARD_INDENT$}{}\n", "", paint(Style::new().dimmed(), &line));
        }
    }
}

/// Whether a fact says more about a task than what most have in common.
fn is_specific(fact: &Fact) -> bool {
    match fact.kind {
        FactKind::Safe | FactKind::Cleared => false,
        FactKind::Runs => fact.value.as_deref() != Some("once"),
        _ => true,
    }
}

fn cells(selection: &Selection<'_>, row: &Row<'_>) -> [String; COLUMNS] {
    let audit = row.audit;
    [
        audit.risk.as_str().to_owned(),
        row.full_place(),
        row.verdict(),
        flat(&audit.coroutine),
        flat(row.owner()),
        audit.lifetime.as_str().to_owned(),
        row.stopped_by(),
        audit.failure.as_str().to_owned(),
        audit.cancellation.as_str().to_owned(),
        selection.action(row),
    ]
}

/// The widths of the columns; none if they do not fit.
fn widths(rows: &[[String; COLUMNS]], width: usize) -> Option<[usize; COLUMNS]> {
    let natural = |column: usize| {
        let cells = rows.iter().map(|row| row[column].width());
        cells.max().unwrap_or(0).max(HEAD[column].0.len())
    };
    let mut widths: [usize; COLUMNS] = std::array::from_fn(natural);
    let room = width.checked_sub(GAP * (COLUMNS - 1))?;
    while widths.iter().sum::<usize>() > room {
        let spare = |column: &usize| widths[*column].saturating_sub(HEAD[*column].1);
        let widest = (0..COLUMNS).filter(|column| spare(column) > 0).max_by_key(spare)?;
        widths[widest] -= 1;
    }
    Some(widths)
}

/// One row of the table, whose cells may have several lines.
fn line(text: &mut String, cells: &[String; COLUMNS], widths: &[usize; COLUMNS], first: Style) {
    let wrapped: Vec<Vec<String>> =
        cells.iter().zip(widths).map(|(cell, width)| wrap(cell, *width)).collect();
    let height = wrapped.iter().map(Vec::len).max().unwrap_or(0);
    for number in 0..height {
        let mut row = String::new();
        for (column, lines) in wrapped.iter().enumerate() {
            let cell = lines.get(number).map_or("", String::as_str);
            let pad = " ".repeat(widths[column] - cell.width().min(widths[column]) + GAP);
            let cell = if column == 0 { paint(first, cell) } else { cell.to_owned() };
            row += &format!("{cell}{pad}");
        }
        *text += &format!("{}\n", row.trim_end());
    }
}

/// A site in a few lines.
fn card(text: &mut String, row: &Row<'_>, cells: &[String; COLUMNS], width: usize) {
    let [risk, place, verdict, _, owner, lifetime, stopped, failure, cancellation, action] = cells;
    let function = flat(row.function());
    let title = format!("{place} {} in {function}", flat(row.coroutine_or_callee()));
    let facts = format!(
        "{verdict}, owner {owner}, lifetime {lifetime}, stopped by {stopped}, failure {failure}, \
         cancellation {cancellation}: {action}"
    );
    let room = width.saturating_sub(CARD_INDENT);
    for (number, line) in wrap(&title, room).into_iter().chain(wrap(&facts, room)).enumerate() {
        let start = if number == 0 { risk.as_str() } else { "" };
        let pad = " ".repeat(CARD_INDENT - start.len());
        *text += &format!("{}{pad}{line}\n", paint(risk_style(row.audit.risk), start));
    }
}

/// `path:line:column: verdict reason callee: why`, one line for each site.
pub fn audit_lines(report: &Report, view: &AuditView<'_>) -> String {
    let mut text = String::new();
    for row in rows(report).into_iter().filter(|row| Some(row.audit.risk) >= view.least) {
        let Row { entry, .. } = row;
        let (reason, callee, why) = (entry.reason.as_str(), flat(&entry.callee), flat(&entry.why));
        let (place, verdict) = (row.full_place(), row.verdict());
        text += &format!("{place}: {verdict} {reason} {callee}: {why}\n");
    }
    text
}
