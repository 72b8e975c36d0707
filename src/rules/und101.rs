//! UND101: a container that tasks are added to repeatedly and never removed from. It knows the
//! containers of a project.

use super::context::RuleContext;
use super::diagnostic::{Diagnostic, FixKind};
use super::finding::{Check, Rule};
use super::repetition::{depends_on_parameter, endless_loop, runs_once};
use crate::decline::DeclineKind;
use crate::python::{Kind, NodeId};
use crate::tasks::{
    ContainerAccess, ContainerKind, ContainerOp, ContainerUse, IterationUse, Storage, Tracker,
};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: "UND101",
    name: "leaky-tracker",
    summary: "tasks are added to a container and never removed",
    default: false,
    doc: include_str!("../../testdata/rules/leaky-tracker/doc.md"),
    check: Check::Project(check_file),
};

fn check_file(context: &RuleContext<'_>) -> Vec<Diagnostic> {
    let trackers = context.trackers.in_file(context.model.source.path());
    trackers.filter_map(|tracker| diagnose(context, tracker)).collect()
}

fn diagnose(context: &RuleContext<'_>, tracker: &Tracker) -> Option<Diagnostic> {
    let removes = |t: &ContainerUse| t.op.shrinks();
    let leaks = tracker.keeps_tasks
        && tracker.kind != ContainerKind::Forgetful
        && !tracker.uses.iter().chain(context.trackers.unresolved(tracker)).any(removes);
    if !leaks || is_batch(tracker) {
        return None;
    }
    let file = context.model.source.path();
    let grows = |t: &&ContainerUse| t.file.as_ref() == file && grows(context, tracker, t);
    let container_use = tracker.uses.iter().find(grows)?;
    let statement = context.model.statement_of(container_use.node);
    let evidence = tracker
        .uses
        .iter()
        .filter(|t| !t.is_test)
        .filter_map(|t| Some(context.related_at(&t.file, t.line, evidence_note(&t.op)?)))
        .take(4)
        .collect();
    let name = &tracker.name;
    Some(Diagnostic {
        node: statement,
        message: format!(
            "tasks are added to `{name}` and never removed, so it keeps every finished task"
        ),
        evidence,
        fix: discard_fix(context, tracker),
    })
}

/// Whether the container is a batch: an object whose tasks are awaited together, but not in a
/// closing method, most likely ends with them.
fn is_batch(tracker: &Tracker) -> bool {
    let iterates = |test: fn(&IterationUse) -> bool| {
        let is_one = |t: &ContainerUse| matches!(&t.op, ContainerOp::Iterated(one) if test(one));
        tracker.uses.iter().any(is_one)
    };
    let ends = |t: &ContainerUse| t.function.as_deref().is_some_and(is_closing);
    let waits_mid_way = tracker.uses.iter().any(|t| awaits(t) && !ends(t));
    let object = tracker.storage == Storage::Class;
    (object && waits_mid_way && !iterates(|one| one.cancels)) || iterates(|one| one.escapes)
}

/// Whether an occurrence waits for the tasks.
fn awaits(container_use: &ContainerUse) -> bool {
    matches!(
        container_use.op,
        ContainerOp::Waited | ContainerOp::Iterated(IterationUse { awaits: true, .. })
    )
}

/// Whether a function, by its name, closes its object.
fn is_closing(function: &str) -> bool {
    let name = function.rsplit('.').next().unwrap_or(function).trim_matches('_');
    matches!(name, "aexit" | "exit" | "del")
        || ["close", "aclose", "stop", "shutdown", "shut_down", "cleanup", "teardown", "terminate"]
            .iter()
            .any(|word| name.starts_with(word))
}

/// Whether an occurrence adds tasks repeatedly.
fn grows(context: &RuleContext<'_>, tracker: &Tracker, container_use: &ContainerUse) -> bool {
    let model = context.model;
    let ContainerOp::Added { value: Some(value), .. } = container_use.op else { return false };
    if container_use.is_test || has_constant_key(context, container_use.node) {
        return false;
    }
    let endless = endless_loop(model, container_use.node);
    let Some(function) = model.function_of(container_use.node) else { return false };
    if tracker.storage == Storage::Local {
        let declared = tracker.uses.first().map(|t| t.node);
        // A loop ends if its tasks are awaited after it, and so do the tasks.
        let file = context.model.source.path();
        let ends = |endless: NodeId| {
            let is_behind = |n: NodeId| model.tree.start(n) >= model.tree.end(endless);
            tracker.uses_in(file).any(|t| awaits(t) && is_behind(t.node))
        };
        return endless
            .is_some_and(|l| declared.is_some_and(|d| !model.tree.contains(l, d)) && !ends(l));
    }
    endless.is_some()
        || (!runs_once(model, function) && depends_on_parameter(model, value, &|_| true))
}

/// `tasks["main"] = task`
fn has_constant_key(context: &RuleContext<'_>, node: NodeId) -> bool {
    let model = context.model;
    let Some(ContainerAccess::Item(entry, _)) = ContainerAccess::of(model, node) else {
        return false;
    };
    let key = model.tree.children(entry).nth(1);
    key.is_some_and(|k| matches!(model.kind(k), Kind::String | Kind::Integer))
}

fn evidence_note(operation: &ContainerOp) -> Option<&'static str> {
    Some(match operation {
        ContainerOp::Declared => "the container is created here",
        ContainerOp::Added { .. } => "a task is added here",
        ContainerOp::Iterated(_) => "this iterates over it and removes nothing",
        ContainerOp::Waited => "its tasks are awaited here, but not removed",
        _ => return None,
    })
}

/// A discard callback, unless other code relies on finished tasks.
fn discard_fix(context: &RuleContext<'_>, tracker: &Tracker) -> FixKind {
    if tracker.kind != ContainerKind::Set {
        let reason = "only a set has `discard`. Use a set, or remove tasks when they are done";
        return FixKind::unavailable(DeclineKind::ContainerType, reason);
    }
    let file = context.model.source.path();
    let mut adds = Vec::new();
    for container_use in &tracker.uses {
        match container_use.op {
            ContainerOp::Declared | ContainerOp::Read => {}
            ContainerOp::Added { .. } if container_use.file.as_ref() == file => {
                adds.push(container_use.node)
            }
            ContainerOp::Added { .. } => {
                let reason = "more than one file adds tasks to it";
                return FixKind::unavailable(DeclineKind::AddedElsewhere, reason);
            }
            _ => {
                let (name, line) = (&tracker.name, container_use.line.in_words());
                let reason =
                    format!("{line} iterates over `{name}` and may rely on finished tasks");
                return FixKind::unavailable(DeclineKind::IteratedTracker, reason);
            }
        }
    }
    FixKind::AddDiscardCallback { adds }
}
