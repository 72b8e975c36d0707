//! Where a value comes from: whether an expression is an element of a container, or a copy of one.
//! It follows names within one file.

use std::collections::{BTreeMap, BTreeSet};

use crate::python::{BindingKind, Field, Kind, Model, NodeId, ScopeId, Symbol};
use crate::tasks::libraries::{LibraryEffect, of_builtin};

/// The containers of the project that expressions of a file refer to: by use, and by the variables
/// whose values are added.
#[derive(Debug, Default)]
pub(super) struct Provenance {
    pub(super) occurrences: BTreeMap<NodeId, String>,
    pub(super) added: BTreeMap<(ScopeId, Symbol), String>,
}

impl Provenance {
    /// The path of the container that an expression's value comes from.
    pub(super) fn of(&self, model: &Model, expression: NodeId) -> Option<&str> {
        let mut pending = vec![expression];
        let mut seen = BTreeSet::new();
        let mut names = BTreeSet::new();
        while let Some(node) = pending.pop() {
            let node = model.bare(node);
            if !seen.insert(node) {
                continue;
            }
            if let Some(path) = self.occurrences.get(&node) {
                return Some(path);
            }
            let Some(variable) = model.variable(node) else {
                pending.extend(step(model, node));
                continue;
            };
            if let Some(path) = self.added.get(&variable) {
                return Some(path);
            }
            if names.insert(variable) {
                pending.extend(values(model, node));
            }
        }
        None
    }
}

/// The expressions that a name gets its values from.
fn values(model: &Model, name: NodeId) -> impl Iterator<Item = NodeId> + '_ {
    model.bindings_of(name).iter().filter_map(|b| match b.kind {
        BindingKind::Unpack { value } => Some(value),
        BindingKind::For { iterable, .. } => Some(iterable),
        _ => b.kind.value(),
    })
}

/// The expressions that the value of an expression other than a name comes from.
fn step(model: &Model, node: NodeId) -> Vec<NodeId> {
    let child = |field| model.child(node, field).into_iter().collect();
    match model.kind(node) {
        Kind::Subscript | Kind::NamedExpression => child(Field::Value),
        Kind::Call => called(model, node),
        kind if kind.is_comprehension() => {
            let clause = model.tree.children(node).find(|c| model.kind(*c) == Kind::ForInClause);
            clause.and_then(|c| model.child(c, Field::Right)).into_iter().collect()
        }
        Kind::BooleanOperator | Kind::ConditionalExpression | Kind::Await => {
            model.tree.children(node).collect()
        }
        _ => Vec::new(),
    }
}

/// `jobs.get(key)`, `list(jobs.values())`, `self._find(key)`.
fn called(model: &Model, call: NodeId) -> Vec<NodeId> {
    let Some(callee) = model.child(call, Field::Function) else { return Vec::new() };
    if model.kind(callee) == Kind::Identifier && model.bindings_of(callee).is_empty() {
        let first = model.positional(call).first().copied();
        let passes = match of_builtin(model.text(callee)) {
            // Where records come from is not followed through sets.
            Some(LibraryEffect::Collects) => !matches!(model.text(callee), "set" | "frozenset"),
            Some(LibraryEffect::Numbers | LibraryEffect::Takes) => true,
            _ => false,
        };
        return first.filter(|_| passes).into_iter().collect();
    }
    let object = model.child(callee, Field::Object);
    let functions = model.origins(callee).into_iter().filter_map(|o| o.function());
    object.into_iter().chain(functions.flat_map(|f| model.returns(f))).collect()
}
