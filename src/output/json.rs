//! The JSON contract, schema 1. Its structs are the contract; nothing else is serialised.

use serde::Serialize;

use super::audit_json::{Audited, audited};
use super::count::Count;
use super::text::{is_harmful, slashed};
use crate::fix::Outcome;
use crate::run::{Entry, FileReport, Found, Notice, Report};

/// The version of the shape below.
const SCHEMA: u32 = 1;

/// Which command's document it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// Sites that break a rule.
    Check,
    /// The same, with what was done about them.
    Fix,
    /// Every site, with the kind of code that it is in.
    Audit,
}

#[derive(Serialize)]
struct Document<'a> {
    schema: u32,
    tool: &'static str,
    version: &'static str,
    files: usize,
    summary: Summary,
    sites: Vec<Site<'a>>,
    findings: Vec<Finding<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    shutdowns: Vec<Ended<'a>>,
    faults: Vec<Trouble<'a>>,
}

#[derive(Serialize)]
struct Summary {
    dropped: usize,
    held: usize,
    managed: usize,
    unsure: usize,
    suppressed: usize,
    fixable: usize,
}

#[derive(Serialize)]
struct Site<'a> {
    path: String,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    callee: &'a str,
    function: Option<&'a str>,
    verdict: &'static str,
    reason: &'static str,
    rule: Option<&'static str>,
    suppressed: bool,
    fix: Option<Fix<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<&'static str>,
    #[serde(flatten)]
    audit: Option<Audited<'a>>,
}

#[derive(Serialize)]
struct Fix<'a> {
    applicability: Option<&'static str>,
    tracker: Option<&'a str>,
    declined: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    applied: Option<bool>,
}

#[derive(Serialize)]
struct Finding<'a> {
    rule: &'static str,
    path: String,
    line: usize,
    column: usize,
    message: &'a str,
    suppressed: bool,
    evidence: Vec<Evidence<'a>>,
    fix: Fix<'a>,
}

#[derive(Serialize)]
struct Evidence<'a> {
    path: String,
    line: usize,
    note: &'a str,
}

/// A tracker whose tasks the patch ends, or does not.
#[derive(Serialize)]
struct Ended<'a> {
    path: String,
    tracker: &'a str,
    function: Option<&'a str>,
    called_by: Option<&'a str>,
    declined: Option<&'a str>,
}

#[derive(Serialize)]
struct Trouble<'a> {
    path: String,
    kind: &'static str,
    message: &'a str,
}

/// The document, with a line end.
pub fn json(report: &Report, view: View) -> String {
    let count = Count::of(report);
    let sites = |f| FileReport::sites(f, view);
    let document = Document {
        schema: SCHEMA,
        tool: "undangle",
        version: env!("CARGO_PKG_VERSION"),
        files: report.looked_at,
        summary: Summary {
            dropped: count.dropped,
            held: count.held,
            managed: count.managed,
            unsure: count.unsure,
            suppressed: count.suppressed,
            fixable: count.safe,
        },
        sites: report.files.iter().flat_map(sites).collect(),
        findings: report.files.iter().flat_map(|f| f.findings(view)).collect(),
        shutdowns: report.files.iter().flat_map(FileReport::ended).collect(),
        faults: report
            .faults
            .iter()
            .map(|f| Trouble { path: slashed(&f.path), kind: f.kind.word(), message: &f.message })
            .collect(),
    };
    let mut text =
        serde_json::to_string_pretty(&document).expect("strings and numbers always serialise");
    text.push('\n');
    escaped(text)
}

/// What a terminal would obey, and JSON lets stand, written as escapes: they mean the same.
fn escaped(text: String) -> String {
    if !text.contains(is_harmful) {
        return text;
    }
    let escape = |c: char| match is_harmful(c) {
        true => format!("\\u{:04x}", u32::from(c)),
        false => c.to_string(),
    };
    text.chars().map(escape).collect()
}

impl FileReport {
    fn sites(&self, view: View) -> impl Iterator<Item = Site<'_>> {
        let path = slashed(&self.path);
        let scope = if self.is_test { "test" } else { "production" };
        let scope = (view == View::Audit).then_some(scope);
        self.entries.iter().map(move |e| site(e, path.clone(), scope, view))
    }

    fn findings(&self, view: View) -> impl Iterator<Item = Finding<'_>> {
        let path = slashed(&self.path);
        self.notices.iter().map(move |n| finding(n, path.clone(), view))
    }

    fn ended(&self) -> impl Iterator<Item = Ended<'_>> {
        let path = slashed(&self.path);
        self.shutdowns.iter().map(move |s| Ended {
            path: path.clone(),
            tracker: &s.tracker,
            function: s.function.as_deref().ok(),
            called_by: s.function.as_ref().ok().and(s.called_by.as_deref().ok()),
            declined: s.function.as_ref().err().or(s.called_by.as_ref().err()).map(String::as_str),
        })
    }
}

fn site<'a>(entry: &'a Entry, path: String, scope: Option<&'static str>, view: View) -> Site<'a> {
    let found = entry.found.as_ref();
    Site {
        path,
        line: entry.span.start.line,
        column: entry.span.start.column,
        end_line: entry.span.end.line,
        end_column: entry.span.end.column,
        callee: &entry.callee,
        function: entry.function.as_deref(),
        verdict: entry.verdict().word(),
        reason: entry.reason.word(),
        rule: found.map(|f| f.rule.code),
        suppressed: found.is_some_and(|f| f.suppressed),
        fix: found.map(|f| fix(f, view)),
        scope,
        audit: entry.audit.as_ref().map(|a| audited(entry, a)),
    }
}

fn finding(notice: &Notice, path: String, view: View) -> Finding<'_> {
    let found = &notice.found;
    let evidence = notice.evidence.iter();
    Finding {
        rule: found.rule.code,
        path,
        line: notice.span.start.line,
        column: notice.span.start.column,
        message: &found.message,
        suppressed: found.suppressed,
        evidence: evidence
            .map(|w| Evidence { path: slashed(&w.path), line: w.line, note: &w.note })
            .collect(),
        fix: fix(found, view),
    }
}

fn fix(found: &Found, view: View) -> Fix<'_> {
    let applied = |is: bool| (view == View::Fix).then_some(is);
    match &found.outcome {
        Outcome::Fix { applicability, tracker, applied: is, .. } => Fix {
            applicability: Some(applicability.word()),
            tracker: tracker.as_deref(),
            declined: None,
            applied: applied(*is),
        },
        Outcome::Declined(reason) => Fix {
            applicability: None,
            tracker: None,
            declined: Some(reason),
            applied: applied(false),
        },
    }
}
