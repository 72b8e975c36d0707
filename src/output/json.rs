//! The JSON contract, schema 1. Its structs are the contract; nothing else is serialised.

use serde::Serialize;

use super::audit_decisions::{Decision, decisions};
use super::audit_json::{
    JsonDecision, JsonLocation, JsonSiteAudit, decision, location, site_audit,
};
use super::count::Counts;
use super::format::{RenderContext, ReportKind};
use super::json_text::{json_document, json_line};
use super::replacements::{Replacement, replacements_by};
use super::text::slash_path;
use crate::decline::Decline;
use crate::fault::Fault;
use crate::fix::Outcome;
use crate::run::{Entry, FileReport, Found, Notice, Report};

/// The version of the structure below.
const SCHEMA: u32 = 1;

#[derive(Serialize)]
struct JsonDocument<'a> {
    schema: u32,
    tool: &'static str,
    version: &'static str,
    files: usize,
    summary: JsonSummary,
    /// What an audit calls for.
    #[serde(skip_serializing_if = "Option::is_none")]
    decisions: Option<Vec<JsonDecision<'a>>>,
    sites: Vec<JsonSite<'a>>,
    findings: Vec<JsonFinding<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    shutdowns: Vec<JsonShutdown<'a>>,
    /// The files that `fix` changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    written: Option<Vec<String>>,
    faults: Vec<JsonFault<'a>>,
}

#[derive(Serialize)]
struct JsonSummary {
    dropped: usize,
    held: usize,
    managed: usize,
    unsure: usize,
    suppressed: usize,
    fixable: usize,
    /// Findings that are left out since the baseline lists them.
    #[serde(skip_serializing_if = "is_zero")]
    baselined: usize,
}

#[derive(Serialize)]
struct JsonSite<'a> {
    path: String,
    /// The cell of a notebook that the lines are counted in.
    #[serde(skip_serializing_if = "Option::is_none")]
    cell: Option<usize>,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    callee: &'a str,
    function: Option<&'a str>,
    verdict: &'static str,
    reason: &'static str,
    rule: Option<&'static str>,
    /// What is wrong; none where no rule is broken.
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a str>,
    suppressed: bool,
    fix: Option<JsonFix<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<&'static str>,
    #[serde(flatten)]
    audit: Option<JsonSiteAudit<'a>>,
}

#[derive(Serialize)]
struct JsonFix<'a> {
    applicability: Option<&'static str>,
    tracker: Option<&'a str>,
    declined: Option<&'a str>,
    /// The stable id of the reason in `declined`.
    declined_id: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    applied: Option<bool>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notes: Vec<JsonNote<'a>>,
    /// What this fix alone changes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    edits: Vec<JsonEdit>,
}

/// Whole lines, from 1, and the text that takes their place.
#[derive(Serialize)]
struct JsonEdit {
    line: usize,
    end_line: usize,
    text: String,
}

/// What the user should know about a fix.
#[derive(Serialize)]
struct JsonNote<'a> {
    id: &'static str,
    message: &'a str,
}

#[derive(Serialize)]
struct JsonFinding<'a> {
    rule: &'static str,
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    cell: Option<usize>,
    line: usize,
    column: usize,
    message: &'a str,
    suppressed: bool,
    evidence: Vec<JsonLocation<'a>>,
    fix: JsonFix<'a>,
}

/// A tracker whose tasks the patch ends, or does not.
#[derive(Serialize)]
struct JsonShutdown<'a> {
    path: String,
    tracker: &'a str,
    function: Option<&'a str>,
    called_by: Option<&'a str>,
    declined: Option<&'a str>,
    declined_id: Option<&'static str>,
}

#[derive(Serialize)]
struct JsonFault<'a> {
    path: String,
    kind: &'static str,
    message: &'a str,
}

fn is_zero(count: &usize) -> bool {
    *count == 0
}

/// The document, with a line end.
pub fn json(report: &Report, context: &RenderContext<'_>) -> String {
    let kind = context.kind;
    let counts = Counts::of(report);
    let sites = |f| FileReport::sites(f, context);
    let decisions = audit_decisions(report, kind);
    let document = JsonDocument {
        schema: SCHEMA,
        tool: "undangle",
        version: env!("CARGO_PKG_VERSION"),
        files: report.looked_at,
        summary: JsonSummary {
            dropped: counts.dropped,
            held: counts.held,
            managed: counts.managed,
            unsure: counts.unsure,
            suppressed: counts.suppressed,
            fixable: counts.safe_fixes,
            baselined: report.baselined,
        },
        decisions: decisions.as_deref().map(|all| all.iter().map(decision).collect()),
        sites: report.files.iter().flat_map(sites).collect(),
        findings: report.files.iter().flat_map(|f| f.findings(kind)).collect(),
        shutdowns: report.files.iter().flat_map(FileReport::shutdowns_json).collect(),
        written: (kind == ReportKind::Fix).then(|| {
            let written = report.files.iter().filter(|f| f.patch.is_some() && !f.is_stdin);
            written.map(|file| slash_path(&file.path)).collect()
        }),
        faults: report.faults.iter().map(fault).collect(),
    };
    json_document(&document)
}

/// The decisions of an audit.
fn audit_decisions(report: &Report, kind: ReportKind) -> Option<Vec<Decision<'_>>> {
    (kind == ReportKind::Audit).then(|| decisions(report))
}

/// A line of `json-lines`: an object that `json` has in a list.
#[derive(Serialize)]
struct JsonLine<T> {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(flatten)]
    object: T,
}

/// One object a line: the decisions of an audit, the sites and findings of each file, then the faults.
pub fn json_lines(report: &Report, context: &RenderContext<'_>) -> String {
    let kind = context.kind;
    let mut text = String::new();
    let decisions = audit_decisions(report, kind).unwrap_or_default();
    text.extend(decisions.iter().map(|each| typed_line("decision", decision(each))));
    for file in &report.files {
        text.extend(file.sites(context).map(|site| typed_line("site", site)));
        text.extend(file.findings(kind).map(|finding| typed_line("finding", finding)));
    }
    text.extend(report.faults.iter().map(|f| typed_line("fault", fault(f))));
    text
}

fn typed_line(kind: &'static str, object: impl Serialize) -> String {
    json_line(&JsonLine { kind, object })
}

fn fault(fault: &Fault) -> JsonFault<'_> {
    JsonFault { path: slash_path(&fault.path), kind: fault.kind.as_str(), message: &fault.message }
}

impl FileReport {
    fn sites<'a>(&'a self, context: &'a RenderContext<'_>) -> impl Iterator<Item = JsonSite<'a>> {
        let kind = context.kind;
        let path = slash_path(&self.path);
        let scope = if self.is_test { "test" } else { "production" };
        let scope = (kind == ReportKind::Audit).then_some(scope);
        self.entries.iter().map(move |e| site(self, e, path.clone(), scope, context))
    }

    fn findings(&self, kind: ReportKind) -> impl Iterator<Item = JsonFinding<'_>> {
        let path = slash_path(&self.path);
        self.notices.iter().map(move |n| finding(self, n, path.clone(), kind))
    }

    fn shutdowns_json(&self) -> impl Iterator<Item = JsonShutdown<'_>> {
        let path = slash_path(&self.path);
        self.shutdowns.iter().map(move |s| {
            let declined = s.function.as_ref().err().or(s.called_by.as_ref().err());
            JsonShutdown {
                path: path.clone(),
                tracker: &s.tracker,
                function: s.function.as_deref().ok(),
                called_by: s.function.as_ref().ok().and(s.called_by.as_deref().ok()),
                declined: declined.map(|d| d.message.as_str()),
                declined_id: declined.map(Decline::id),
            }
        })
    }
}

fn site<'a>(
    file: &'a FileReport,
    entry: &'a Entry,
    path: String,
    scope: Option<&'static str>,
    context: &'a RenderContext<'_>,
) -> JsonSite<'a> {
    let found = entry.found.as_ref();
    let run = context.audit.runs.and_then(|runs| runs.of(file, entry));
    JsonSite {
        path,
        cell: entry.span.start.line.cell,
        line: entry.span.start.line.number,
        column: entry.span.start.column,
        end_line: entry.span.end.line.number,
        end_column: entry.span.end.column,
        callee: &entry.callee,
        function: entry.function.as_deref(),
        verdict: entry.verdict().as_str(),
        reason: entry.reason.as_str(),
        rule: found.map(|f| f.rule.code),
        message: found.map(|f| f.message.as_str()),
        suppressed: found.is_some_and(|f| f.suppressed),
        fix: found.map(|f| fix(file, f, context.kind)),
        scope,
        audit: entry.audit.as_ref().map(|a| site_audit(entry, a, run)),
    }
}

fn finding<'a>(
    file: &FileReport,
    notice: &'a Notice,
    path: String,
    kind: ReportKind,
) -> JsonFinding<'a> {
    let found = &notice.found;
    JsonFinding {
        rule: found.rule.code,
        path,
        cell: notice.span.start.line.cell,
        line: notice.span.start.line.number,
        column: notice.span.start.column,
        message: &found.message,
        suppressed: found.suppressed,
        evidence: notice.evidence.iter().map(location).collect(),
        fix: fix(file, found, kind),
    }
}

fn fix<'a>(file: &FileReport, found: &'a Found, kind: ReportKind) -> JsonFix<'a> {
    let applied = |is: bool| matches!(kind, ReportKind::Diff | ReportKind::Fix).then_some(is);
    match &found.outcome {
        Outcome::Fix { applicability, tracker, applied: is, notes, .. } => JsonFix {
            applicability: Some(applicability.as_str()),
            tracker: tracker.as_deref(),
            declined: None,
            declined_id: None,
            applied: applied(*is),
            notes: notes
                .iter()
                .map(|n| JsonNote { id: n.kind.id(), message: &n.message })
                .collect(),
            edits: found.alone.iter().flat_map(|new| edits(file, new)).collect(),
        },
        Outcome::Declined(reason) => JsonFix {
            applicability: None,
            tracker: None,
            declined: Some(&reason.message),
            declined_id: Some(reason.id()),
            applied: applied(false),
            notes: Vec::new(),
            edits: Vec::new(),
        },
    }
}

fn edits(file: &FileReport, new: &[u8]) -> Vec<JsonEdit> {
    let edit = |r: Replacement<'_>| JsonEdit { line: r.first, end_line: r.last, text: r.text };
    replacements_by(file, new).into_iter().map(edit).collect()
}
