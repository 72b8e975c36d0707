//! What a site's JSON holds in an audit besides what it holds in a check. Its structs are the contract.

use serde::Serialize;

use super::action::action;
use super::text::slashed;
use crate::audit::{Assessment, RelatedLocation};
use crate::run::Entry;

/// The keys that a site has in an audit.
#[derive(Serialize)]
pub(super) struct Audited<'a> {
    audit: Shape<'a>,
    evidence: Vec<Place<'a>>,
}

#[derive(Serialize)]
struct Shape<'a> {
    coroutine: &'a str,
    purpose: Option<&'a str>,
    owner: Option<&'a str>,
    lifetime: &'static str,
    stopped_by: Vec<Place<'a>>,
    failure: &'static str,
    cancellation: &'static str,
    risk: &'static str,
    action: String,
}

#[derive(Serialize)]
struct Place<'a> {
    path: String,
    line: usize,
    note: &'a str,
}

/// The audit of one site.
pub(super) fn audited<'a>(entry: &Entry, audit: &'a Assessment) -> Audited<'a> {
    Audited {
        audit: Shape {
            coroutine: &audit.coroutine,
            purpose: audit.purpose.as_deref(),
            owner: audit.owner.as_deref(),
            lifetime: audit.lifetime.as_str(),
            stopped_by: audit.stopped_by.iter().map(place).collect(),
            failure: audit.failure.as_str(),
            cancellation: audit.cancellation.as_str(),
            risk: audit.risk.as_str(),
            action: action(entry, audit),
        },
        evidence: audit.evidence.iter().map(place).collect(),
    }
}

fn place(witness: &RelatedLocation) -> Place<'_> {
    Place { path: slashed(&witness.path), line: witness.line, note: &witness.note }
}
