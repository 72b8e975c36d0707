//! UND103: work that nobody marks as done. It knows the job records of a project, and the control flow of their workers.

use std::collections::BTreeSet;

use super::finding::Rule;
use super::lapse::{Lapse, Remedy};
use super::scene::Scene;
use super::worker::unfinished_workers;
use crate::python::Field;
use crate::tasks::{CodeLocation, JobTracker, StatusWrite, Tracker};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: "UND103",
    name: "completion-never-called",
    summary: "nobody says that the work is done, so it counts as running for good",
    default: false,
    doc: include_str!("../../testdata/rules/completion-never-called/doc.md"),
    breaks: None,
    finds: Some(finds),
};

fn finds(scene: &Scene<'_>) -> Vec<Lapse> {
    let mut found = Vec::new();
    for tracker in scene.trackers.in_file(scene.model.source.path()) {
        let Some(jobs) = scene.trackers.jobs(tracker) else { continue };
        match never_called(scene, tracker, jobs) {
            Some(lapse) => found.push(lapse),
            None => found.extend(unfinished_workers(scene, tracker, jobs)),
        }
    }
    found
}

/// The function that marks the work of a tracker as done, if nobody outside of test code refers to it, or to any other such.
fn never_called(scene: &Scene<'_>, tracker: &Tracker, jobs: &JobTracker) -> Option<Lapse> {
    let completions: Vec<&StatusWrite> = jobs.completions().collect();
    let functions: BTreeSet<&str> =
        completions.iter().filter_map(|m| m.location.function.as_deref()).collect();
    let adders: BTreeSet<&str> = jobs.adds.iter().filter_map(|a| a.function.as_deref()).collect();
    let closed = !completions.is_empty()
        && completions.iter().all(|m| !m.is_open && m.location.function.is_some())
        && functions.is_disjoint(&adders);
    let unused = |f: &&str| !production(scene, f).any(|r| !is_within(r, &functions));
    if !closed || !functions.iter().all(unused) {
        return None;
    }
    let tracked = adders.iter().find_map(|f| production(scene, f).next())?;
    let first =
        completions.first().filter(|m| m.location.file.as_ref() == scene.model.source.path())?;
    let node = scene.model.child(first.definition?, Field::Name)?;
    let added = jobs.adds.iter().find(|a| !a.is_test)?;
    let (name, value) = (&tracker.name, jobs.record.beginning());
    let mut evidence = vec![
        scene.witness_at(&added.file, added.line, format!("a job begins as `{value}` here")),
        scene.witness_at(&tracked.file, tracked.line, format!("work goes into `{name}` from here")),
    ];
    evidence.extend(completions.iter().skip(1).map(|m| {
        scene.witness_at(
            &m.location.file,
            m.location.line,
            "this would end it too, and nobody calls it either",
        )
    }));
    Some(Lapse {
        node,
        message: format!(
            "nobody calls `{}`, which marks the jobs of `{name}` as done: every job stays `{value}`",
            scene.model.text(node)
        ),
        evidence,
        remedy: Remedy::None("only its author knows where the work ends".to_owned()),
    })
}

/// References outside of test code.
fn production<'a>(scene: &Scene<'a>, function: &str) -> impl Iterator<Item = &'a CodeLocation> {
    scene.trackers.references(function).iter().filter(|r| !r.is_test)
}

fn is_within(spot: &CodeLocation, functions: &BTreeSet<&str>) -> bool {
    spot.function.as_deref().is_some_and(|f| functions.contains(f))
}
