//! The JSON keys that a site has only in an audit. The structs are the contract.

use serde::Serialize;

use super::action::action;
use super::text::slash_path;
use crate::audit::{Assessment, RelatedLocation};
use crate::run::Entry;

/// The keys that a site has in an audit.
#[derive(Serialize)]
pub(super) struct JsonSiteAudit<'a> {
    audit: JsonAudit<'a>,
    evidence: Vec<JsonLocation<'a>>,
}

#[derive(Serialize)]
struct JsonAudit<'a> {
    coroutine: &'a str,
    purpose: Option<&'a str>,
    owner: Option<&'a str>,
    lifetime: &'static str,
    stopped_by: Vec<JsonLocation<'a>>,
    failure: &'static str,
    cancellation: &'static str,
    risk: &'static str,
    action: String,
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
pub(super) fn site_audit<'a>(entry: &Entry, audit: &'a Assessment) -> JsonSiteAudit<'a> {
    JsonSiteAudit {
        audit: JsonAudit {
            coroutine: &audit.coroutine,
            purpose: audit.purpose.as_deref(),
            owner: audit.owner.as_deref(),
            lifetime: audit.lifetime.as_str(),
            stopped_by: audit.stopped_by.iter().map(location).collect(),
            failure: audit.failure.as_str(),
            cancellation: audit.cancellation.as_str(),
            risk: audit.risk.as_str(),
            action: action(entry, audit),
        },
        evidence: audit.evidence.iter().map(location).collect(),
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
