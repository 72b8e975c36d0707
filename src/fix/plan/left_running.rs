//! Tasks that a wait with a limit leaves running: a set would keep what was meant to be forgotten, so what is still pending is
//! cancelled instead. It must not choose trackers.

use std::collections::BTreeSet;

use super::super::file_context::FileContext;
use super::super::layout::statement_layout;
use crate::decline::{Decline, DeclineKind};
use crate::python::{Binding, BindingKind, Field, Kind, Model, NodeId, ScopeKind, Use, UseKind};
use crate::rules::Status;
use crate::tasks::MethodAccess;
use crate::tasks::libraries::{MethodEffect, Role, names};

/// The statement of the wait that leaves a site's task running, where it can cancel what is pending: `await
/// asyncio.wait(...)` or `done, _ = await asyncio.wait(...)`.
///
/// # Errors
/// Why it cannot, for the user.
pub(super) fn cancelling_wait(context: &FileContext<'_>, wait: NodeId) -> Result<NodeId, Decline> {
    let model = context.model;
    let because = |message: &str| Decline::new(DeclineKind::LeftRunning, message);
    let callee = model.child(wait, Field::Function);
    if !callee.is_some_and(|c| model.is_path(c, &["asyncio.wait"])) {
        let line = model.place(wait).in_words();
        return Err(because(&format!(
            "the wait on {line} may leave the task running. Cancel the task after it, or keep it where the wait ends"
        )));
    }
    let statement = model.statement_of(wait);
    let is_plain = is_alone(model, wait, statement)
        && statement_layout(&context.layout, statement).breaks.is_empty()
        && model.function_of(wait).is_some_and(|f| model.is_async(f))
        && !context.inspects_names(wait);
    if !is_plain {
        return Err(because(
            "`asyncio.wait` may leave the task running. Cancel what is still pending after it",
        ));
    }
    let members = Members::of(context, wait, statement);
    let waited = model.keyword(wait, "fs").or_else(|| model.positional(wait).first().copied());
    let are_lost = waited.is_some_and(|tasks| members.are_all_in(tasks, MAX_NAMES));
    if !are_lost || members.others_in(context) {
        return Err(because(
            "`asyncio.wait` may leave the task running, and other code may still use the tasks that it waits for. Cancel those that are no longer needed",
        ));
    }
    Ok(statement)
}

/// Names that lead to names are followed this far.
const MAX_NAMES: usize = 3;

/// Whether a statement is the awaited wait and nothing else, or names its result `done, _`.
fn is_alone(model: &Model, wait: NodeId, statement: NodeId) -> bool {
    let awaited = model.tree.parent(wait).filter(|n| model.kind(*n) == Kind::Await);
    let Some(whole) = awaited.and_then(|n| model.tree.parent(n)) else { return false };
    let only = model.tree.children(statement).count() == 1;
    let is_named = || {
        model.tree.parent(whole) == Some(statement) && unnamed_pending(model, statement).is_some()
    };
    only && model.kind(statement) == Kind::ExpressionStatement && (whole == statement || is_named())
}

/// The `_` of a statement `done, _ = ...`.
pub(in crate::fix) fn unnamed_pending(model: &Model, statement: NodeId) -> Option<NodeId> {
    let assignment =
        model.tree.first_child(statement).filter(|n| model.kind(*n) == Kind::Assignment)?;
    let left = model.child(assignment, Field::Left)?;
    let parts: Vec<NodeId> = model.tree.children(left).collect();
    match parts[..] {
        [_, pending] if model.text(pending) == "_" => Some(pending),
        _ => None,
    }
}

/// The tasks that one wait leaves behind, and nothing else uses.
struct Members<'a> {
    model: &'a Model,
    statement: NodeId,
    sites: BTreeSet<NodeId>,
}

impl<'a> Members<'a> {
    fn of(context: &FileContext<'a>, wait: NodeId, statement: NodeId) -> Self {
        let findings = context.input.findings.iter();
        let open =
            findings.filter(|f| f.status == Status::Open || context.input.settings.suppressed);
        let classified = open.map(|f| &context.input.classified[f.site]);
        let sites = classified.filter(|j| j.left_by == Some(wait)).map(|j| j.site.node).collect();
        Self { model: context.model, statement, sites }
    }

    /// Whether the statement has findings about tasks that it does not leave behind.
    fn others_in(&self, context: &FileContext<'_>) -> bool {
        let mut inside = self.model.tree.descendants(self.statement);
        inside.any(|n| context.is_found(n) && !self.sites.contains(&n))
    }

    /// Whether an expression is one of the tasks, or a container of nothing else.
    fn are_all_in(&self, expression: NodeId, names: usize) -> bool {
        let model = self.model;
        let node = model.bare(expression);
        let all = |nodes: Vec<NodeId>| nodes.into_iter().all(|n| self.are_all_in(n, names));
        match model.kind(node) {
            _ if self.sites.contains(&node) => true,
            Kind::List | Kind::Set | Kind::Tuple | Kind::ListSplat | Kind::Await => {
                all(model.tree.children(node).collect())
            }
            kind if kind.is_comprehension() => {
                model.child(node, Field::Body).is_some_and(|body| self.are_all_in(body, names))
            }
            Kind::Call => {
                let callee = model.child(node, Field::Function).map_or("", |c| model.text(c));
                let given = model.positional(node);
                match callee {
                    "map" => given.first().is_some_and(|f| self.sites.contains(f)),
                    "list" | "set" | "tuple" => all(given),
                    _ => false,
                }
            }
            Kind::Identifier => names > 0 && self.is_own_variable(node, names - 1),
            _ => false,
        }
    }

    /// Whether a local variable only ever has such tasks, new ones for each wait, and nothing waits for them again.
    fn is_own_variable(&self, name: NodeId, names: usize) -> bool {
        let model = self.model;
        let Some((owner, symbol)) = model.variable(name) else { return false };
        let is_loop =
            |n: &NodeId| matches!(model.kind(*n), Kind::ForStatement | Kind::WhileStatement);
        let loops: Vec<NodeId> = model.tree.ancestors(self.statement).filter(is_loop).collect();
        let is_own = |binding: &Binding| {
            let value = match binding.kind {
                BindingKind::Assign { value } => value,
                BindingKind::Annotated { value: Some(value), .. } => value,
                _ => return false,
            };
            loops.iter().all(|l| model.tree.contains(*l, binding.node))
                && self.are_all_in(value, names)
        };
        let is_harmless = |load: &Use| {
            model.scopes.frame(load.within) == owner
                && (model.tree.contains(self.statement, load.node)
                    || self.adds_or_reads(load.node, names))
        };
        let bindings = model.scopes.bindings(owner, symbol);
        let mut loads = model.uses(owner, symbol).iter().filter(|u| u.kind == UseKind::Load);
        model.scopes.scope(owner).kind == ScopeKind::Function
            && model.frame_of(self.statement) == owner
            && !bindings.is_empty()
            && bindings.iter().all(is_own)
            && loads.all(is_harmless)
    }

    /// Whether a read of a variable is a method of a task, adds such a task to a container, or only reads from it.
    fn adds_or_reads(&self, read: NodeId, more: usize) -> bool {
        let model = self.model;
        let Some(attribute) = model.tree.parent(read).filter(|n| model.kind(*n) == Kind::Attribute)
        else {
            return false;
        };
        let method = MethodAccess::at(model, attribute);
        let Some(call) = method.call else { return false };
        match method.op().effect {
            _ if names(Role::TaskMethod).contains(&method.name) => true,
            MethodEffect::Store(_) => {
                model.positional(call).into_iter().all(|value| self.are_all_in(value, more))
            }
            MethodEffect::Read => true,
            _ => false,
        }
    }
}
