//! What became of tasks at run time, beside the verdicts, as JSON. Its structs are the contract.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::json_text::json_document;
use super::text::slash_path;
use super::watch_text::outcome_text;
use crate::watch::{Frame, Joined, Record, SiteRun, TaskCounts, WatchedSite};

/// The version of the structure below.
const SCHEMA: u32 = 1;

#[derive(Serialize)]
struct JsonDocument<'a> {
    schema: u32,
    tool: &'static str,
    version: &'static str,
    processes: usize,
    killed: usize,
    tasks: TaskCounts,
    sites: Vec<JsonSite<'a>>,
    others: Vec<JsonPlace<'a>>,
    packages: Vec<JsonPlace<'a>>,
}

#[derive(Serialize)]
struct JsonSite<'a> {
    path: String,
    line: usize,
    column: usize,
    callee: &'a str,
    function: Option<&'a str>,
    verdict: &'static str,
    reason: &'static str,
    why: &'a str,
    outcome: &'static str,
    message: String,
    baselined: bool,
    coroutines: &'a BTreeSet<String>,
    tasks: TaskCounts,
    looked_at: u64,
    owners: BTreeMap<&'a str, u64>,
}

/// A place that lost tasks, and is no site.
#[derive(Serialize)]
struct JsonPlace<'a> {
    path: Option<&'a str>,
    line: Option<usize>,
    function: Option<&'a str>,
    coroutine: &'a str,
    tasks: TaskCounts,
    looked_at: u64,
    owners: BTreeMap<&'a str, u64>,
}

/// The document, with a line end.
pub fn watch_json(joined: &Joined<'_>, record: &Record) -> String {
    json_document(&JsonDocument {
        schema: SCHEMA,
        tool: env!("CARGO_PKG_NAME"),
        version: env!("CARGO_PKG_VERSION"),
        processes: record.processes,
        killed: record.killed,
        tasks: record.totals(),
        sites: joined.sites.iter().map(site).collect(),
        others: joined.others.iter().map(|watched| place(watched)).collect(),
        packages: joined.packages.iter().map(|watched| place(watched)).collect(),
    })
}

fn site<'a>(site: &'a SiteRun<'_>) -> JsonSite<'a> {
    let entry = site.entry;
    JsonSite {
        path: slash_path(&site.file.path),
        line: entry.span.start.line.number,
        column: entry.span.start.column,
        callee: &entry.callee,
        function: entry.function.as_deref(),
        verdict: entry.verdict().as_str(),
        reason: entry.reason.as_str(),
        why: &entry.why,
        outcome: site.outcome.as_str(),
        message: outcome_text(site),
        baselined: site.is_known,
        coroutines: &site.coroutines,
        tasks: site.tasks,
        looked_at: site.holders.looked_at(),
        owners: site.holders.owners(),
    }
}

fn place(watched: &WatchedSite) -> JsonPlace<'_> {
    let frame: Option<&Frame> = watched.frames.first();
    JsonPlace {
        path: frame.map(|frame| frame.path.as_str()),
        line: frame.and_then(|frame| frame.line),
        function: frame.map(|frame| frame.function.as_str()),
        coroutine: &watched.coroutine,
        tasks: watched.tasks,
        looked_at: watched.holders.looked_at(),
        owners: watched.holders.owners(),
    }
}
