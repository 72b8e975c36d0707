//! UND109: a done-callback that raises when its entry is gone. It knows one file and the containers of its project.

use super::finding::Rule;
use super::lapse::{Lapse, Remedy};
use super::scene::Scene;
use crate::python::{Field, Kind, Model, NodeId, Origin};
use crate::tasks::{ContainerKind, ContainerOp, ContainerUse, Tracker};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: "UND109",
    name: "callback-removes",
    summary: "a done-callback raises when its entry is gone",
    default: false,
    doc: include_str!("../../testdata/rules/callback-removes/doc.md"),
    breaks: None,
    finds: Some(finds),
};

fn finds(scene: &Scene<'_>) -> Vec<Lapse> {
    let registered = registered(scene.model);
    let mut found = Vec::new();
    for tracker in scene.trackers.in_file(scene.model.source.path()) {
        for touch in tracker.uses_in(scene.model.source.path()) {
            let removal = match touch.op {
                ContainerOp::RemovedByCallback => inline(scene.model, touch.node),
                ContainerOp::Removed | ContainerOp::Popped(_) => {
                    in_callback(scene.model, touch.node, &registered)
                }
                _ => None,
            };
            found.extend(removal.and_then(|r| lapse(scene, tracker, touch, r)));
        }
    }
    found
}

/// What takes an entry out and raises when it is gone.
struct Removal {
    /// What to point at.
    node: NodeId,
    remedy: Removes,
}

enum Removes {
    /// `remove`, by the name behind the dot.
    Remove(NodeId),
    /// `pop(key)`: the call's arguments.
    Pop(NodeId),
    /// `pop`, uncalled.
    PopUncalled,
    /// `del entries[key]`: the statement.
    Del(NodeId),
}

/// What stands in `add_done_callback(...)` itself.
fn inline(model: &Model, container: NodeId) -> Option<Removal> {
    let attribute = model.tree.parent(container)?;
    let parent = model.tree.parent(attribute)?;
    if model.kind(parent) == Kind::Call && model.tree.field(attribute) == Field::Function {
        return called(model, attribute, parent);
    }
    // A `partial` would be called with the task behind its own arguments.
    let call = model.tree.parent(parent).filter(|_| model.kind(parent) == Kind::ArgumentList)?;
    let registers = model.child(model.child(call, Field::Function)?, Field::Attribute)?;
    (model.text(registers) == "add_done_callback").then_some(())?;
    let name = model.child(attribute, Field::Attribute)?;
    match model.text(name) {
        "remove" => Some(Removal { node: attribute, remedy: Removes::Remove(name) }),
        "pop" => Some(Removal { node: attribute, remedy: Removes::PopUncalled }),
        _ => None,
    }
}

fn called(model: &Model, attribute: NodeId, call: NodeId) -> Option<Removal> {
    let name = model.child(attribute, Field::Attribute)?;
    let arguments = model.positional(call);
    match (model.text(name), arguments.len()) {
        ("remove", 1) => Some(Removal { node: call, remedy: Removes::Remove(name) }),
        ("pop", 1) => {
            let arguments = model.child(call, Field::Arguments)?;
            Some(Removal { node: call, remedy: Removes::Pop(arguments) })
        }
        _ => None,
    }
}

/// What stands in a function that is registered as a done-callback, unless it is looked for, or caught, there.
fn in_callback(model: &Model, container: NodeId, registered: &[NodeId]) -> Option<Removal> {
    let function = model.function_of(container)?;
    (registered.contains(&function) && !is_guarded(model, function, container)).then_some(())?;
    let parent = model.tree.parent(container)?;
    match model.kind(parent) {
        Kind::Attribute => {
            let call = model.tree.parent(parent).filter(|p| model.kind(*p) == Kind::Call)?;
            called(model, parent, call)
        }
        Kind::Subscript => {
            let statement = model.tree.parent(parent)?;
            let deletes = model.kind(statement) == Kind::DeleteStatement;
            deletes.then_some(Removal { node: statement, remedy: Removes::Del(statement) })
        }
        _ => None,
    }
}

/// Whether a removal is under a condition, or where an exception is caught: somebody thought of it.
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

/// The functions of a file that it registers as done-callbacks.
fn registered(model: &Model) -> Vec<NodeId> {
    let mut found = Vec::new();
    for call in model.tree.ids().filter(|n| model.kind(*n) == Kind::Call) {
        let callee = model.child(call, Field::Function);
        let name = callee.and_then(|c| model.child(c, Field::Attribute));
        if name.is_none_or(|n| model.text(n) != "add_done_callback") {
            continue;
        }
        let Some(callback) = model.positional(call).first().copied() else { continue };
        found.extend(model.origins(callback).into_iter().filter_map(|origin| match origin {
            Origin::Function(function) => Some(function),
            _ => None,
        }));
    }
    found
}

fn lapse(
    scene: &Scene<'_>,
    tracker: &Tracker,
    touch: &ContainerUse,
    removal: Removal,
) -> Option<Lapse> {
    let text = scene.model.text(removal.node);
    let name = &tracker.name;
    let (error, remedy) = match (tracker.kind, removal.remedy) {
        (ContainerKind::Forgetful, _) => return None,
        (ContainerKind::Set, Removes::Remove(name)) => {
            ("KeyError", Remedy::Method { name, to: "discard" })
        }
        (_, Removes::Remove(_)) => {
            let reason = "a list has no `discard`; a set has, and finds its entries faster";
            ("ValueError", Remedy::None(reason.to_owned()))
        }
        (ContainerKind::Dict, Removes::Pop(arguments)) => {
            ("KeyError", Remedy::Default { arguments })
        }
        (ContainerKind::Dict, Removes::Del(statement)) => {
            ("KeyError", Remedy::PopForDel { statement })
        }
        (ContainerKind::Dict, Removes::PopUncalled) => {
            let reason = "`pop` needs a default, and so a function around it";
            ("KeyError", Remedy::None(reason.to_owned()))
        }
        (_, Removes::Pop(_) | Removes::PopUncalled | Removes::Del(_)) => {
            ("IndexError", Remedy::None("entries of a list move when others go".to_owned()))
        }
    };
    let others = tracker.uses.iter().filter(|t| {
        let takes = matches!(
            t.op,
            ContainerOp::Removed
                | ContainerOp::Popped(_)
                | ContainerOp::Cleared
                | ContainerOp::Rebound
        );
        takes && (&t.file, t.node) != (&touch.file, touch.node)
    });
    let evidence: Vec<_> = others
        .map(|t| scene.witness_at(&t.file, t.line, format!("takes entries out of `{name}`, too")))
        .take(3)
        .collect();
    // A statement of its own may well say what must be so; a method that is handed over says nothing.
    if evidence.is_empty() && touch.op != ContainerOp::RemovedByCallback {
        return None;
    }
    let when = match evidence.is_empty() {
        true => format!("would raise `{error}` once anything else took entries out of `{name}`"),
        false => format!("raises `{error}` when the entry is gone, and others take entries out"),
    };
    let message = format!("the done-callback `{text}` {when}");
    Some(Lapse { node: removal.node, message, evidence, remedy })
}
