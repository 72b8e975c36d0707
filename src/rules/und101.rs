//! UND101: a container that tasks go into, again and again, and never come out of. It knows the containers of a project.

use super::finding::Rule;
use super::lapse::{Lapse, Remedy};
use super::recur::{depends_on_parameter, endless_loop, runs_once};
use super::scene::Scene;
use crate::python::{Kind, NodeId};
use crate::tasks::{ContainerKind, ContainerOp, ContainerUse, IterationUse, Storage, Tracker};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: "UND101",
    name: "leaky-tracker",
    summary: "tasks are added and never removed",
    default: false,
    doc: include_str!("../../testdata/rules/leaky-tracker/doc.md"),
    breaks: None,
    finds: Some(finds),
};

fn finds(scene: &Scene<'_>) -> Vec<Lapse> {
    let trackers = scene.trackers.in_file(scene.model.source.path());
    trackers.filter_map(|tracker| leak(scene, tracker)).collect()
}

fn leak(scene: &Scene<'_>, tracker: &Tracker) -> Option<Lapse> {
    let lets_go = |t: &ContainerUse| t.op.shrinks();
    let leaks = tracker.keeps_tasks
        && tracker.kind != ContainerKind::Forgetful
        && !tracker.uses.iter().chain(scene.trackers.unresolved(tracker)).any(lets_go);
    if !leaks || is_batch(tracker) {
        return None;
    }
    let file = scene.model.source.path();
    let grows = |t: &&ContainerUse| t.file.as_ref() == file && grows(scene, tracker, t);
    let touch = tracker.uses.iter().find(grows)?;
    let statement = scene.model.statement_of(touch.node);
    let evidence = tracker
        .uses
        .iter()
        .filter(|t| !t.is_test)
        .filter_map(|t| Some(scene.witness_at(&t.file, t.line, note(&t.op)?)))
        .take(4)
        .collect();
    let name = &tracker.name;
    Some(Lapse {
        node: statement,
        message: format!(
            "tasks go into `{name}` and never come out, so it grows, with all that they hold"
        ),
        evidence,
        remedy: remedy(scene, tracker),
    })
}

/// An object whose tasks are awaited together, and not on its way down, most likely goes when they are done.
fn is_batch(tracker: &Tracker) -> bool {
    let cancels = |t: &ContainerUse| {
        matches!(t.op, ContainerOp::Iterated(IterationUse { cancels: true, .. }))
    };
    let unclear = |t: &ContainerUse| {
        matches!(t.op, ContainerOp::Iterated(IterationUse { escapes: true, .. }))
    };
    let any = |test: &dyn Fn(&ContainerUse) -> bool| tracker.uses.iter().any(test);
    let ends = |t: &ContainerUse| t.function.as_deref().is_some_and(is_closing);
    let mid_way = |t: &ContainerUse| awaits(t) && !ends(t);
    let object = tracker.storage == Storage::Class;
    (object && any(&mid_way) && !any(&cancels)) || any(&unclear)
}

/// Whether an occurrence waits for the tasks.
fn awaits(touch: &ContainerUse) -> bool {
    matches!(
        touch.op,
        ContainerOp::Waited | ContainerOp::Iterated(IterationUse { awaits: true, .. })
    )
}

/// Whether a function, by its name, takes its object down.
fn is_closing(function: &str) -> bool {
    let name = function.rsplit('.').next().unwrap_or(function).trim_matches('_');
    matches!(name, "aexit" | "exit" | "del")
        || ["close", "aclose", "stop", "shutdown", "shut_down", "cleanup", "teardown", "terminate"]
            .iter()
            .any(|word| name.starts_with(word))
}

/// Whether an occurrence puts in one more task again and again.
fn grows(scene: &Scene<'_>, tracker: &Tracker, touch: &ContainerUse) -> bool {
    let model = scene.model;
    let ContainerOp::Added { value: Some(value), .. } = touch.op else { return false };
    if touch.is_test || has_constant_key(scene, touch.node) {
        return false;
    }
    let endless = endless_loop(model, touch.node);
    let Some(function) = model.function_of(touch.node) else { return false };
    if tracker.storage == Storage::Local {
        let declared = tracker.uses.first().map(|t| t.node);
        // A loop behind which its tasks are awaited comes to its end, and they do.
        let file = scene.model.source.path();
        let ends = |endless: NodeId| {
            let is_behind = |n: NodeId| model.tree.start(n) >= model.tree.end(endless);
            tracker.uses_in(file).any(|t| awaits(t) && is_behind(t.node))
        };
        return endless
            .is_some_and(|l| declared.is_some_and(|d| !model.tree.contains(l, d)) && !ends(l));
    }
    endless.is_some() || (!runs_once(model, function) && depends_on_parameter(model, value))
}

/// `tasks["main"] = task`
fn has_constant_key(scene: &Scene<'_>, node: NodeId) -> bool {
    let model = scene.model;
    let entry = model.tree.parent(node).filter(|p| model.kind(*p) == Kind::Subscript);
    let key = entry.and_then(|e| model.tree.children(e).nth(1));
    key.is_some_and(|k| matches!(model.kind(k), Kind::String | Kind::Integer))
}

fn note(deed: &ContainerOp) -> Option<&'static str> {
    Some(match deed {
        ContainerOp::Declared => "it begins here",
        ContainerOp::Added { .. } => "a task goes in here",
        ContainerOp::Iterated(_) => "somebody goes through it here, and takes nothing out",
        ContainerOp::Waited => "its tasks are awaited here, and stay in it",
        _ => return None,
    })
}

/// A discard callback, where nobody would miss a member that has gone.
fn remedy(scene: &Scene<'_>, tracker: &Tracker) -> Remedy {
    if tracker.kind != ContainerKind::Set {
        let reason = "only a set has `discard`; make it one, or take tasks out when they are done";
        return Remedy::None(reason.to_owned());
    }
    let file = scene.model.source.path();
    let mut adds = Vec::new();
    for touch in &tracker.uses {
        match touch.op {
            ContainerOp::Declared | ContainerOp::Read => {}
            ContainerOp::Added { .. } if touch.file.as_ref() == file => adds.push(touch.node),
            ContainerOp::Added { .. } => {
                return Remedy::None("tasks are added to it in more than one file".to_owned());
            }
            _ => {
                let (name, line) = (&tracker.name, touch.line);
                return Remedy::None(format!(
                    "line {line} goes through `{name}`, and would miss the members that are done"
                ));
            }
        }
    }
    Remedy::Discard { adds }
}
