//! The JSON contract, schema 1. Its structs are the contract; nothing else is serialised.

use serde::Serialize;

use super::count::Count;
use super::text::slashed;
use crate::fix::Outcome;
use crate::run::{Entry, FileReport, Report};

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
    findings: [(); 0],
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
        findings: [],
        faults: report
            .faults
            .iter()
            .map(|f| Trouble { path: slashed(&f.path), kind: f.kind.word(), message: &f.message })
            .collect(),
    };
    let mut text =
        serde_json::to_string_pretty(&document).expect("strings and numbers always serialise");
    text.push('\n');
    text
}

impl FileReport {
    fn sites(&self, view: View) -> impl Iterator<Item = Site<'_>> {
        let path = slashed(&self.path);
        let scope = if self.is_test { "test" } else { "production" };
        let scope = (view == View::Audit).then_some(scope);
        self.entries.iter().map(move |e| site(e, path.clone(), scope, view))
    }
}

fn site<'a>(entry: &'a Entry, path: String, scope: Option<&'static str>, view: View) -> Site<'a> {
    let found = entry.found.as_ref();
    let applied = |is: bool| (view == View::Fix).then_some(is);
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
        fix: found.map(|f| match &f.outcome {
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
        }),
        scope,
    }
}
