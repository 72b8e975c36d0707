//! SARIF 2.1.0, for code scanning. It decides no fix.

use std::path::Path;

use serde_json::{Value, json};

use super::json_text::json_document;
use super::replacements::{Replacement, is_fixed_here, replacements};
use super::repository::{Fingerprints, named_path, repository_path, uri};
use super::text::placed_message;
use crate::audit::RelatedLocation;
use crate::fault::Fault;
use crate::rules::{self, Rule};
use crate::run::{FileReport, Item, Report, Span};

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// What relative URIs are relative to.
const ROOT: &str = "%SRCROOT%";

/// Every open finding, with the rules that are broken and what went wrong.
pub fn sarif(report: &Report, cwd: &Path) -> String {
    let found = |rule: &Rule| {
        let open = |file: &FileReport| file.open().iter().any(|i| i.found().rule.code == rule.code);
        report.files.iter().any(open)
    };
    let broken: Vec<&Rule> = rules::all().iter().copied().filter(|rule| found(rule)).collect();
    let mut fingerprints = Fingerprints::default();
    let mut results = Vec::new();
    for file in &report.files {
        let mut fix = patch(file, cwd);
        for item in file.open() {
            let mut result = result(file, item, cwd, &broken, &mut fingerprints);
            // The patch of a file is one fix, so it is told once.
            if is_fixed_here(item.found())
                && let Some(fix) = fix.take()
            {
                result["fixes"] = json!([fix]);
            }
            results.push(result);
        }
    }
    let hard = report.faults.iter().any(|fault| fault.kind.is_hard());
    let notifications: Vec<Value> = report.faults.iter().map(|f| notification(f, cwd)).collect();
    json_document(&json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "undangle",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": broken.iter().map(|rule| descriptor(rule)).collect::<Vec<_>>(),
            } },
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": { ROOT: { "description": { "text": "The root of the repository" } } },
            "invocations": [{
                "executionSuccessful": !hard,
                "toolExecutionNotifications": notifications,
            }],
            "results": results,
        }],
    }))
}

/// A rule, with its page.
fn descriptor(rule: &Rule) -> Value {
    json!({
        "id": rule.code,
        "name": rule.name,
        "shortDescription": { "text": rule.summary },
        "help": { "text": rule.doc, "markdown": rule.doc },
        "defaultConfiguration": { "level": "warning" },
        "properties": { "tags": ["asyncio", "reliability"] },
    })
}

fn result(
    file: &FileReport,
    item: Item<'_>,
    cwd: &Path,
    broken: &[&Rule],
    fingerprints: &mut Fingerprints,
) -> Value {
    let found = item.found();
    let uri = uri(&repository_path(file, cwd));
    let mut result = json!({
        "ruleId": found.rule.code,
        "ruleIndex": broken.iter().position(|rule| rule.code == found.rule.code),
        "level": "warning",
        "message": { "text": placed_message(item) },
        "locations": [{ "physicalLocation": {
            "artifactLocation": artifact(&uri),
            "region": region(item.span()),
        } }],
        "partialFingerprints": { "undangle/v1": fingerprints.of(&uri, item) },
    });
    if let Item::Notice(notice) = item
        && !notice.evidence.is_empty()
    {
        let mut places: Vec<Value> =
            notice.evidence.iter().map(|place| related(place, cwd)).collect();
        // The schema wants them unique; two tasks on one line are one place.
        places.dedup();
        result["relatedLocations"] = json!(places);
    }
    result
}

fn artifact(uri: &str) -> Value {
    match uri.starts_with('/') {
        true => json!({ "uri": format!("file://{uri}") }),
        false => json!({ "uri": uri, "uriBaseId": ROOT }),
    }
}

fn region(span: &Span) -> Value {
    let (start, end) = (span.start.in_file(), span.end.in_file());
    json!({
        "startLine": start.line.number,
        "startColumn": start.column,
        "endLine": end.line.number,
        "endColumn": end.column,
    })
}

/// A place in a file that is named as the user would name it.
fn named(path: &Path, cwd: &Path) -> Value {
    artifact(&uri(&named_path(path, cwd)))
}

fn related(place: &RelatedLocation, cwd: &Path) -> Value {
    let cell = place.line.cell.map(|_| format!("{}: ", place.line)).unwrap_or_default();
    json!({
        "message": { "text": format!("{cell}{}", place.note) },
        "physicalLocation": {
            "artifactLocation": named(&place.path, cwd),
            "region": { "startLine": place.line.in_file().number },
        },
    })
}

/// The file's patch as one fix.
fn patch(file: &FileReport, cwd: &Path) -> Option<Value> {
    let changes: Vec<Value> = replacements(file).iter().map(replacement).collect();
    if changes.is_empty() {
        return None;
    }
    let count = file.found().filter(|found| is_fixed_here(found)).count();
    let text = match count {
        1 => "Keep the task".to_owned(),
        count => format!("Fix all {count} findings of this file"),
    };
    Some(json!({
        "description": { "text": text },
        "artifactChanges": [{
            "artifactLocation": artifact(&uri(&repository_path(file, cwd))),
            "replacements": changes,
        }],
    }))
}

fn replacement(change: &Replacement<'_>) -> Value {
    json!({
        "deletedRegion": {
            "startLine": change.first,
            "startColumn": 1,
            "endLine": change.last,
            "endColumn": change.last_text.chars().count() + 1,
        },
        "insertedContent": { "text": change.text },
    })
}

fn notification(fault: &Fault, cwd: &Path) -> Value {
    let level = if fault.kind.is_hard() { "error" } else { "warning" };
    json!({
        "level": level,
        "message": { "text": fault.message },
        "descriptor": { "id": fault.kind.as_str() },
        "locations": [{ "physicalLocation": { "artifactLocation": named(&fault.path, cwd) } }],
    })
}
