//! Whether a module-level container holds only tasks, and the expression that iterates over them.
//! It must not guess: what is uncertain is an error.

use super::super::file_context::FileContext;
use crate::audit::HeldGlobal;
use crate::decline::{Decline, DeclineKind};
use crate::python::{Binding, BindingKind, Field, Kind, Model, NodeId, UseKind};
use crate::tasks::libraries::{ContainerMethod, MethodEffect, MethodResult};
use crate::tasks::{ContainerAccess, ContainerKind, ItemUse, Spawner, new_container};

/// Why a set of `concurrent.futures.Future` gets no drain.
pub(in crate::fix) fn concurrent_futures() -> Decline {
    let message = "its futures belong to a loop that may run in another thread. Cancel them there";
    Decline::new(DeclineKind::ConcurrentFutures, message)
}

fn rebound(name: &str) -> Decline {
    let message = format!("`{name}` is assigned more than once, or conditionally");
    Decline::new(DeclineKind::TrackerBinding, message)
}

/// The expression that iterates over a container's tasks: its name, or `name.values()` for a dict.
///
/// # Errors
/// Why it is not certain that they are tasks, for the user.
pub(in crate::fix) fn task_expression(
    context: &FileContext<'_>,
    kept: &HeldGlobal,
) -> Result<String, Decline> {
    let model = context.model;
    let name = model.text(kept.declaration);
    let is_top = |b: &Binding| model.tree.parent(model.statement_of(b.node)) == Some(NodeId::ROOT);
    let [binding] = model.bindings_of(kept.declaration) else { return Err(rebound(name)) };
    if !is_top(binding) {
        return Err(rebound(name));
    }
    let Some(view) = binding.kind.value().and_then(|v| element_view(model, v)) else {
        let message = format!("`{name}` does not start as an empty list, set or dict");
        return Err(Decline::new(DeclineKind::TrackerBinding, message));
    };
    let unknown = |message| Err(Decline::new(DeclineKind::UnknownEntries, message));
    let element = match binding.kind {
        BindingKind::Annotated { annotation, .. } => element_type(model.text(annotation), view),
        _ => ElementType::Unknown,
    };
    match element {
        ElementType::Task => {}
        ElementType::Concurrent => return Err(concurrent_futures()),
        ElementType::Other => {
            return unknown(format!("the annotation of `{name}` names another element type"));
        }
        ElementType::Unknown if kept.is_shared => {
            return unknown(format!(
                "other files use `{name}`, and no annotation says that it holds tasks"
            ));
        }
        ElementType::Unknown => check_insertions(context, kept.declaration, view)?,
    }
    Ok(match view {
        ElementView::Direct => name.to_owned(),
        ElementView::Values => format!("{name}.values()"),
    })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ElementView {
    Direct,
    Values,
}

/// How to iterate over the container that an expression makes; none unless it is new and empty.
fn element_view(model: &Model, value: NodeId) -> Option<ElementView> {
    match new_container(model, value).filter(|made| made.is_empty)?.kind {
        ContainerKind::List | ContainerKind::Set => Some(ElementView::Direct),
        ContainerKind::Dict => Some(ElementView::Values),
        ContainerKind::Forgetful => None,
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ElementType {
    Task,
    /// `concurrent.futures.Future`
    Concurrent,
    Other,
    Unknown,
}

/// The type of a container's elements (of a dict's values) by its annotation.
fn element_type(annotation: &str, view: ElementView) -> ElementType {
    let text: String =
        annotation.chars().filter(|c| !matches!(c, '"' | '\'' | ' ' | '\n')).collect();
    let Some((head, inner)) = text.split_once('[') else { return ElementType::Unknown };
    let Some(inner) = inner.strip_suffix(']') else { return ElementType::Other };
    if head.rsplit('.').next() == Some("Final") {
        return element_type(inner, view);
    }
    let parts = top_level(inner);
    let last = match (view, &parts[..]) {
        (ElementView::Direct, [one]) => *one,
        (ElementView::Values, [_, value]) => *value,
        _ => return ElementType::Other,
    };
    let head = last.split('[').next().unwrap_or(last);
    let module = head.strip_suffix("Task").or_else(|| head.strip_suffix("Future"));
    match (last, module) {
        (_, Some(module)) if module.contains("concurrent") => ElementType::Concurrent,
        ("Any", _) => ElementType::Unknown,
        (_, Some(module)) if module.is_empty() || module.ends_with('.') => ElementType::Task,
        _ => ElementType::Other,
    }
}

/// The parts between commas outside of brackets.
fn top_level(text: &str) -> Vec<&str> {
    let mut depth = 0;
    let mut parts = Vec::new();
    let mut start = 0;
    for (at, c) in text.char_indices() {
        match c {
            '[' => depth += 1,
            ']' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

/// Checks every use that may insert into a container.
fn check_insertions(
    context: &FileContext<'_>,
    declared: NodeId,
    view: ElementView,
) -> Result<(), Decline> {
    let model = context.model;
    let Some((scope, symbol)) = model.variable(declared) else { return Ok(()) };
    for read in model.uses(scope, symbol).iter().filter(|u| u.node != declared) {
        let inserted = match read.kind {
            UseKind::Load => insertion(model, read.node, view),
            _ => Insertion::Unknown,
        };
        let fine = match inserted {
            Insertion::Nothing => true,
            Insertion::Value(value) => is_task(context, value),
            Insertion::Unknown => false,
        };
        if !fine {
            let (line, name) = (model.place(read.node).in_words(), model.text(declared));
            let message = format!("{line} may add something other than a task to `{name}`");
            return Err(Decline::new(DeclineKind::UnknownEntries, message));
        }
    }
    Ok(())
}

enum Insertion {
    Nothing,
    Value(NodeId),
    Unknown,
}

/// What one use of a container's name inserts.
fn insertion(model: &Model, name: NodeId, view: ElementView) -> Insertion {
    match (ContainerAccess::of(model, name), view) {
        (Some(ContainerAccess::Method(method)), _) => {
            let arguments = method.call.map(|c| model.positional(c)).unwrap_or_default();
            let ContainerMethod { effect, result } = method.op();
            match (effect, result, &arguments[..]) {
                (MethodEffect::Store(0), _, [one]) => Insertion::Value(*one),
                // This fix does not know these; nor what `insert`, `extend` and `setdefault` put in.
                _ if matches!(method.name, "get_nowait" | "popitem" | "union" | "__getitem__") => {
                    Insertion::Unknown
                }
                (MethodEffect::Read, MethodResult::Nothing | MethodResult::Subset, _) => {
                    Insertion::Unknown
                }
                (MethodEffect::Take | MethodEffect::TakeNext | MethodEffect::Clear, ..)
                | (MethodEffect::Remove { .. } | MethodEffect::Read, ..) => Insertion::Nothing,
                _ => Insertion::Unknown,
            }
        }
        (Some(ContainerAccess::Item(_, ItemUse::Set(assignment))), ElementView::Values) => {
            model.child(assignment, Field::Right).map_or(Insertion::Unknown, Insertion::Value)
        }
        (Some(ContainerAccess::Item(entry, _)), ElementView::Values)
            if model.tree.field(entry) != Field::Left =>
        {
            Insertion::Nothing
        }
        (Some(ContainerAccess::Item(..)), _) => Insertion::Unknown,
        (None, _) => Insertion::Nothing,
    }
}

/// Whether a value is a site's task, or a name bound only to one.
fn is_task(context: &FileContext<'_>, value: NodeId) -> bool {
    let model = context.model;
    let value = model.bare(value);
    match (model.kind(value), model.bindings_of(value)) {
        (Kind::Identifier, [only]) => only.kind.value().is_some_and(|v| is_site(context, v)),
        (Kind::Identifier, _) => false,
        _ => is_site(context, value),
    }
}

fn is_site(context: &FileContext<'_>, value: NodeId) -> bool {
    let found = context.site_at(context.model.bare(value));
    found.is_some_and(|i| {
        let site = &context.input.classified[i].site;
        !site.uncalled
            && !matches!(site.spawner, Spawner::Threadsafe | Spawner::Wrapper | Spawner::Manager)
    })
}
