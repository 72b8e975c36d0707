//! UND103: work that is never marked as done. It knows the job records of a project, and the
//! control flow of their workers.

use std::collections::BTreeSet;

use super::context::RuleContext;
use super::diagnostic::{Diagnostic, FixKind};
use super::finding::{Check, Rule};
use super::worker::unfinished_workers;
use crate::python::Field;
use crate::tasks::{CodeLocation, JobTracker, StatusWrite, Tracker};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: "UND103",
    name: "completion-never-called",
    summary: "jobs are never marked as done, so they count as running forever",
    default: false,
    doc: include_str!("../../testdata/rules/completion-never-called/doc.md"),
    check: Check::Project(check_file),
};

fn check_file(context: &RuleContext<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for tracker in context.trackers.in_file(context.model.source.path()) {
        let Some(jobs) = context.trackers.jobs(tracker) else { continue };
        match uncalled_completion(context, tracker, jobs) {
            Some(diagnostic) => found.push(diagnostic),
            None => found.extend(unfinished_workers(context, tracker, jobs)),
        }
    }
    found
}

/// The function that marks the work of a tracker as done, if production code refers to no such
/// function.
fn uncalled_completion(
    context: &RuleContext<'_>,
    tracker: &Tracker,
    jobs: &JobTracker,
) -> Option<Diagnostic> {
    let completions: Vec<&StatusWrite> = jobs.completions().collect();
    let functions: BTreeSet<&str> =
        completions.iter().filter_map(|m| m.location.function.as_deref()).collect();
    let adders: BTreeSet<&str> = jobs.adds.iter().filter_map(|a| a.function.as_deref()).collect();
    let closed = !completions.is_empty()
        && completions.iter().all(|m| !m.is_open && m.location.function.is_some())
        && functions.is_disjoint(&adders);
    let unused = |f: &&str| !production_references(context, f).any(|r| !is_within(r, &functions));
    if !closed || !functions.iter().all(unused) {
        return None;
    }
    let tracked = adders.iter().find_map(|f| production_references(context, f).next())?;
    let first =
        completions.first().filter(|m| m.location.file.as_ref() == context.model.source.path())?;
    let node = context.model.child(first.definition?, Field::Name)?;
    let added = jobs.adds.iter().find(|a| !a.is_test)?;
    let (name, value) = (&tracker.name, jobs.record.beginning());
    let mut evidence = vec![
        context.related_at(&added.file, added.line, format!("a job starts as `{value}` here")),
        context.related_at(
            &tracked.file,
            tracked.line,
            format!("a job is added to `{name}` from here"),
        ),
    ];
    evidence.extend(completions.iter().skip(1).map(|m| {
        let note = "this would mark it as done too, but it is never called either";
        context.related_at(&m.location.file, m.location.line, note)
    }));
    Some(Diagnostic {
        node,
        message: format!(
            "`{}`, which marks the jobs in `{name}` as done, is never called: every job stays `{value}`",
            context.model.text(node)
        ),
        evidence,
        fix: FixKind::manual("call it where the work ends"),
    })
}

/// References in production code.
fn production_references<'a>(
    context: &RuleContext<'a>,
    function: &str,
) -> impl Iterator<Item = &'a CodeLocation> {
    context.trackers.references(function).iter().filter(|r| !r.is_test)
}

fn is_within(location: &CodeLocation, functions: &BTreeSet<&str>) -> bool {
    location.function.as_deref().is_some_and(|f| functions.contains(f))
}
