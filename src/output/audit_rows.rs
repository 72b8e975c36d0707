//! What the human-readable audit formats share: a site's cells as text, the counts. It knows no
//! format.

use super::action::action;
use super::text::{display_path, flat};
use crate::audit::{Assessment, RelatedLocation, Risk, Stop};
use crate::run::{Entry, FileReport, Report};
use crate::tasks::Verdict;

/// The verdicts in the order of reports.
pub(super) const VERDICTS: [Verdict; 4] =
    [Verdict::Dropped, Verdict::Unsure, Verdict::Held, Verdict::Managed];

/// One site with its file and its audit.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row<'a> {
    pub(super) file: &'a FileReport,
    pub(super) entry: &'a Entry,
    pub(super) audit: &'a Assessment,
}

/// All audited sites, in the order of the report.
pub(super) fn rows(report: &Report) -> Vec<Row<'_>> {
    let entries = report.files.iter().flat_map(|f| f.entries.iter().map(move |e| (f, e)));
    entries
        .filter_map(|(file, entry)| Some(Row { file, entry, audit: entry.audit.as_ref()? }))
        .collect()
}

impl Row<'_> {
    /// `pkg/app.py:12`
    pub(super) fn place(&self) -> String {
        format!("{}:{}", display_path(&self.file.path), self.entry.span.start.line)
    }

    /// `pkg/app.py:12:5`
    pub(super) fn full_place(&self) -> String {
        format!("{}:{}", self.place(), self.entry.span.start.column)
    }

    /// The function around the site.
    pub(super) fn function(&self) -> &str {
        self.entry.function.as_deref().unwrap_or("the module")
    }

    /// What runs in the task; what is called to make it, where that is not known.
    pub(super) fn coroutine_or_callee(&self) -> &str {
        match self.audit.coroutine.as_str() {
            "unknown" => &self.entry.callee,
            coroutine => coroutine,
        }
    }

    /// What owns the task; `nobody` if nothing does.
    pub(super) fn owner(&self) -> &str {
        self.audit.owner.as_deref().unwrap_or("nobody")
    }

    /// The package of its file.
    pub(super) fn package(&self) -> String {
        package(self.file)
    }

    /// `production` or `test`
    pub(super) fn scope(&self) -> &'static str {
        if self.file.is_test { "test" } else { "production" }
    }

    /// The verdict, and whether its finding is suppressed.
    pub(super) fn verdict(&self) -> String {
        let word = self.entry.verdict().as_str();
        if self.is_suppressed() { format!("{word} (suppressed)") } else { word.to_owned() }
    }

    /// The recommended action.
    pub(super) fn action(&self) -> String {
        flat(&action(self.entry, self.audit))
    }

    /// A related location: its position and its note.
    pub(super) fn location_and_note(&self, related: &RelatedLocation) -> (String, String) {
        (location(related), flat(&related.note))
    }

    /// What else the code shows: for each fact what it is about, its position and its note.
    pub(super) fn facts(&self) -> impl Iterator<Item = (String, String, String)> + '_ {
        self.audit.facts.iter().map(|fact| {
            let (place, note) = self.location_and_note(&fact.shown_at);
            (fact.kind.as_str().replace('-', " "), place, note)
        })
    }

    /// Where the task is stopped first.
    pub(super) fn stopped_by(&self) -> String {
        let word = || stop_word(self.audit.stop).to_owned();
        self.audit.stopped_by.first().map_or_else(word, location)
    }

    /// Whether a comment suppresses its finding.
    pub(super) fn is_suppressed(&self) -> bool {
        self.entry.found.as_ref().is_some_and(|f| f.suppressed)
    }
}

/// The folder of a file, with dots: its package; `.` at the top.
pub(super) fn package(file: &FileReport) -> String {
    let folder = file.path.parent().map(display_path).unwrap_or_default();
    if folder.is_empty() { ".".to_owned() } else { folder.replace('/', ".") }
}

/// The word for a task that nothing is known to stop.
pub(super) fn stop_word(stop: Stop) -> &'static str {
    match stop {
        Stop::Caller => "its caller",
        stop => stop.as_str(),
    }
}

/// `pkg/app.py:12`
pub(super) fn location(related: &RelatedLocation) -> String {
    format!("{}:{}", display_path(&related.path), related.line)
}

/// Those of some rows that are in production code, or in test code.
pub(super) fn of_scope<'a>(rows: &[Row<'a>], scope: &str) -> Vec<Row<'a>> {
    rows.iter().filter(|row| row.scope() == scope).copied().collect()
}

/// The number of rows of each risk level, the highest first.
pub(super) fn by_risk(rows: &[Row<'_>]) -> Vec<(Risk, usize)> {
    let count = |risk: &Risk| rows.iter().filter(|r| r.audit.risk == *risk).count();
    Risk::ALL.iter().rev().map(|risk| (*risk, count(risk))).collect()
}

/// The number of rows of each verdict.
pub(super) fn by_verdict(rows: &[Row<'_>]) -> Vec<(Verdict, usize)> {
    let count = |verdict: &Verdict| rows.iter().filter(|r| r.entry.verdict() == *verdict).count();
    VERDICTS.iter().map(|verdict| (*verdict, count(verdict))).collect()
}

/// One sentence that summarises rows.
pub(super) fn conclusion(rows: &[Row<'_>]) -> String {
    let of = |risk: Risk| rows.iter().filter(|r| r.audit.risk == risk).count();
    let (high, medium, low) = (of(Risk::High), of(Risk::Medium), of(Risk::Low));
    let tasks = super::text::plural(rows.len(), "site");
    match (high, medium, low) {
        _ if rows.is_empty() => "No tasks are created.".to_owned(),
        (0, 0, 0) => format!("No problem found in {tasks}."),
        _ => format!("{tasks}: {high} high risk, {medium} medium risk, {low} low risk."),
    }
}
