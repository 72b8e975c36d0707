//! The JSON that is there only in an audit: of decisions, and keys of sites. The structs are the contract.

use std::collections::BTreeMap;

use serde::Serialize;

use super::action::action;
use super::audit_decisions::{Decision, DecisionSite};
use super::text::slash_path;
use super::watch_text::run_text;
use crate::audit::{Assessment, Cause, Fact, RelatedLocation};
use crate::run::Entry;
use crate::watch::{SiteRun, TaskCounts};

/// The keys that a site has in an audit.
#[derive(Serialize)]
pub(super) struct JsonSiteAudit<'a> {
    audit: JsonAudit<'a>,
    evidence: Vec<JsonLocation<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    run: Option<JsonRun<'a>>,
}

/// What became of the tasks of a site when the program ran.
#[derive(Serialize)]
struct JsonRun<'a> {
    outcome: &'static str,
    message: String,
    tasks: TaskCounts,
    looked_at: u64,
    owners: BTreeMap<&'a str, u64>,
}

#[derive(Serialize)]
struct JsonAudit<'a> {
    coroutine: &'a str,
    purpose: Option<&'a str>,
    owner: Option<&'a str>,
    lifetime: &'static str,
    stopped_by: Vec<JsonLocation<'a>>,
    stop: &'static str,
    failure: &'static str,
    cancellation: &'static str,
    risk: &'static str,
    action: String,
    facts: Vec<JsonFact<'a>>,
}

/// A fact about a task.
#[derive(Serialize)]
struct JsonFact<'a> {
    fact: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<&'a str>,
    #[serde(flatten)]
    shown_at: JsonLocation<'a>,
}

/// One decision.
#[derive(Serialize)]
pub(super) struct JsonDecision<'a> {
    risk: &'static str,
    scope: &'static str,
    cause: Option<&'static str>,
    rules: Vec<&'static str>,
    problem: &'a str,
    action: &'a str,
    command: Option<&'a str>,
    sites: Vec<JsonPlace>,
    evidence: Vec<JsonLocation<'a>>,
}

/// Where one of its sites stands.
#[derive(Serialize)]
struct JsonPlace {
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    cell: Option<usize>,
    line: usize,
    column: usize,
}

/// A related location.
#[derive(Serialize)]
pub(super) struct JsonLocation<'a> {
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    cell: Option<usize>,
    line: usize,
    note: &'a str,
}

/// The audit of one site.
pub(super) fn site_audit<'a>(
    entry: &Entry,
    audit: &'a Assessment,
    run: Option<&'a SiteRun<'_>>,
) -> JsonSiteAudit<'a> {
    JsonSiteAudit {
        audit: JsonAudit {
            coroutine: &audit.coroutine,
            purpose: audit.purpose.as_deref(),
            owner: audit.owner.as_deref(),
            lifetime: audit.lifetime.as_str(),
            stopped_by: audit.stopped_by.iter().map(location).collect(),
            stop: audit.stop.as_str(),
            failure: audit.failure.as_str(),
            cancellation: audit.cancellation.as_str(),
            risk: audit.risk.as_str(),
            action: action(entry, audit),
            facts: audit.facts.iter().map(fact).collect(),
        },
        evidence: audit.evidence.iter().map(location).collect(),
        run: run.map(|run| JsonRun {
            outcome: run.outcome.as_str(),
            message: run_text(run),
            tasks: run.tasks,
            looked_at: run.holders.looked_at(),
            owners: run.holders.owners(),
        }),
    }
}

fn fact(fact: &Fact) -> JsonFact<'_> {
    let shown_at = location(&fact.shown_at);
    JsonFact { fact: fact.kind.as_str(), value: fact.value.as_deref(), shown_at }
}

/// The JSON of a decision.
pub(super) fn decision<'a>(decision: &'a Decision<'_>) -> JsonDecision<'a> {
    let place = |site: &DecisionSite<'_>| JsonPlace {
        path: slash_path(&site.file.path),
        cell: site.span.start.line.cell,
        line: site.span.start.line.number,
        column: site.span.start.column,
    };
    JsonDecision {
        risk: decision.risk.as_str(),
        scope: decision.scope(),
        cause: decision.cause.map(Cause::as_str),
        rules: decision.rules.iter().copied().collect(),
        problem: &decision.problem,
        action: &decision.action,
        command: decision.command.as_deref(),
        sites: decision.sites.iter().map(place).collect(),
        evidence: decision.evidence.iter().map(location).collect(),
    }
}

/// The JSON of a related location.
pub(super) fn location(related: &RelatedLocation) -> JsonLocation<'_> {
    JsonLocation {
        path: slash_path(&related.path),
        cell: related.line.cell,
        line: related.line.number,
        note: &related.note,
    }
}
