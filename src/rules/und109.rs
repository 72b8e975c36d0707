//! UND109: a done-callback that raises when its entry is gone. It knows one file and the containers of its project.

use super::context::RuleContext;
use super::diagnostic::{Diagnostic, FixKind};
use super::finding::{Check, Rule};
use super::worker::local_functions;
use crate::decline::DeclineKind;
use crate::python::{Field, Kind, Model, NodeId};
use crate::tasks::libraries::MethodEffect;
use crate::tasks::{
    ContainerAccess, ContainerKind, ContainerOp, ContainerUse, ItemUse, MethodAccess, Tracker,
};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: "UND109",
    name: "callback-removes",
    summary: "a done-callback raises if its entry was already removed",
    default: false,
    doc: include_str!("../../testdata/rules/callback-removes/doc.md"),
    check: Check::Project(check_file),
};

fn check_file(context: &RuleContext<'_>) -> Vec<Diagnostic> {
    let registered_callbacks = registered_callbacks(context.model);
    let mut found = Vec::new();
    for tracker in context.trackers.in_file(context.model.source.path()) {
        for container_use in tracker.uses_in(context.model.source.path()) {
            let removal = match container_use.op {
                ContainerOp::RemovedByCallback => inline_removal(context.model, container_use.node),
                ContainerOp::Removed | ContainerOp::Popped(_) => {
                    removal_in_callback(context.model, container_use.node, &registered_callbacks)
                }
                _ => None,
            };
            found.extend(
                removal.and_then(|r| {
                    diagnose(context, tracker, container_use, r, &registered_callbacks)
                }),
            );
        }
    }
    found
}

/// A removal that raises if its entry is missing.
struct Removal {
    /// The node to point at.
    node: NodeId,
    kind: RemovalKind,
}

enum RemovalKind {
    /// `remove`: the name after the dot.
    Remove(NodeId),
    /// `pop(key)`: the call's arguments.
    Pop(NodeId),
    /// `pop`, uncalled.
    PopUncalled,
    /// `del entries[key]`: the statement.
    Del(NodeId),
}

/// A removal inside `add_done_callback(...)` itself.
fn inline_removal(model: &Model, container: NodeId) -> Option<Removal> {
    let ContainerAccess::Method(method) = ContainerAccess::of(model, container)? else {
        return None;
    };
    // A `partial` would be called with the task after its own arguments.
    (method.call.is_some() || method.is_done_callback(model)).then_some(())?;
    removal(model, method)
}

/// The removal by a method, if it raises for a missing entry.
fn removal(model: &Model, method: MethodAccess<'_>) -> Option<Removal> {
    method.call.is_none_or(|c| model.positional(c).len() == 1).then_some(())?;
    let kind = match (method.op().effect, method.call) {
        (MethodEffect::Remove { raises: true }, _) => {
            RemovalKind::Remove(model.child(method.attribute, Field::Attribute)?)
        }
        (MethodEffect::Take, Some(call)) => RemovalKind::Pop(model.child(call, Field::Arguments)?),
        (MethodEffect::Take, None) => RemovalKind::PopUncalled,
        _ => return None,
    };
    Some(Removal { node: method.call.unwrap_or(method.attribute), kind })
}

/// A removal in a function that is registered as a done-callback, unless it is guarded there.
fn removal_in_callback(
    model: &Model,
    container: NodeId,
    registered_callbacks: &[NodeId],
) -> Option<Removal> {
    let function = model.function_of(container)?;
    (registered_callbacks.contains(&function) && !is_guarded(model, function, container))
        .then_some(())?;
    match ContainerAccess::of(model, container)? {
        ContainerAccess::Method(method) => removal(model, method).filter(|_| method.call.is_some()),
        ContainerAccess::Item(_, ItemUse::Delete(statement)) => {
            Some(Removal { node: statement, kind: RemovalKind::Del(statement) })
        }
        ContainerAccess::Item(..) => None,
    }
}

/// Whether a removal is conditional, or its exception may be caught.
fn is_guarded(model: &Model, function: NodeId, node: NodeId) -> bool {
    let inside = model.tree.ancestors(node).take_while(|n| *n != function);
    let guards = |n: NodeId| {
        matches!(
            model.kind(n),
            Kind::IfStatement
                | Kind::TryStatement
                | Kind::WithStatement
                | Kind::ForStatement
                | Kind::WhileStatement
                | Kind::MatchStatement
                | Kind::ConditionalExpression
                | Kind::BooleanOperator
        )
    };
    let returns_early = |n: NodeId| {
        model.kind(n) == Kind::ReturnStatement && model.tree.start(n) < model.tree.start(node)
    };
    inside.into_iter().any(guards) || model.tree.descendants(function).any(returns_early)
}

/// The functions of a file that are registered as done-callbacks in it.
fn registered_callbacks(model: &Model) -> Vec<NodeId> {
    let mut found = Vec::new();
    let registers = |n: &NodeId| matches!(model.called_method(*n), Some((_, "add_done_callback")));
    let calls = model.tree.ids().filter(|n| model.kind(*n) == Kind::Call);
    for call in calls.filter(registers) {
        let Some(callback) = model.positional(call).first().copied() else { continue };
        found.extend(local_functions(model, callback));
    }
    found
}

fn diagnose(
    context: &RuleContext<'_>,
    tracker: &Tracker,
    container_use: &ContainerUse,
    removal: Removal,
    registered_callbacks: &[NodeId],
) -> Option<Diagnostic> {
    let removal_is_bound = context.model.kind(removal.node) == Kind::Attribute;
    let text = context.model.text(removal.node);
    let name = &tracker.name;
    let (error, fix) = match (tracker.kind, removal.kind) {
        (ContainerKind::Forgetful, _) => return None,
        (ContainerKind::Set, RemovalKind::Remove(name)) => {
            ("KeyError", FixKind::ReplaceMethod { name, to: "discard" })
        }
        (_, RemovalKind::Remove(_)) => {
            let reason = "only a set has `discard`. Use a set";
            ("ValueError", FixKind::unavailable(DeclineKind::ContainerType, reason))
        }
        (ContainerKind::Dict, RemovalKind::Pop(arguments)) => {
            ("KeyError", FixKind::AddPopDefault { arguments })
        }
        (ContainerKind::Dict, RemovalKind::Del(statement)) => {
            ("KeyError", FixKind::ReplaceDelWithPop { statement })
        }
        (ContainerKind::Dict, RemovalKind::PopUncalled) => {
            let reason = "`pop` needs a default. Call it in a function that passes one";
            ("KeyError", FixKind::unavailable(DeclineKind::PopDefault, reason))
        }
        (_, RemovalKind::Pop(_) | RemovalKind::PopUncalled | RemovalKind::Del(_)) => {
            let reason = "the index of a list entry changes when others are removed";
            ("IndexError", FixKind::unavailable(DeclineKind::ContainerType, reason))
        }
    };
    // A bound method goes on working on the container that it was taken from.
    let is_bound = container_use.op == ContainerOp::RemovedByCallback && removal_is_bound;
    let others = tracker.uses.iter().filter(|t| {
        let takes = match t.op {
            ContainerOp::Removed | ContainerOp::Popped(_) | ContainerOp::Cleared => true,
            ContainerOp::Rebound => !is_bound,
            _ => false,
        };
        takes
            && (&t.file, t.node) != (&container_use.file, container_use.node)
            && !t.is_test
            && !is_after_wait(tracker, t)
            && !is_in_callback(context, t, registered_callbacks)
    });
    let evidence: Vec<_> = others
        .map(|t| context.related_at(&t.file, t.line, format!("also removes entries from `{name}`")))
        .take(3)
        .collect();
    if evidence.is_empty() {
        return None;
    }
    let message = format!(
        "the done-callback `{text}` raises `{error}` if the entry is already gone, and other code removes entries"
    );
    Some(Diagnostic { node: removal.node, message, evidence, fix })
}

/// Whether a function waits for the tasks of a container before it removes them: their callbacks run before that.
fn is_after_wait(tracker: &Tracker, removal: &ContainerUse) -> bool {
    tracker.uses.iter().any(|t| {
        let waits = match t.op {
            ContainerOp::Waited => true,
            ContainerOp::Iterated(iteration) => iteration.awaits,
            _ => false,
        };
        waits
            && (&t.file, &t.function) == (&removal.file, &removal.function)
            && t.node < removal.node
    })
}

/// Whether a removal is in another done-callback, which removes another task.
fn is_in_callback(
    context: &RuleContext<'_>,
    removal: &ContainerUse,
    registered_callbacks: &[NodeId],
) -> bool {
    let model = context.model;
    *removal.file == *model.source.path()
        && model.function_of(removal.node).is_some_and(|f| registered_callbacks.contains(&f))
}
