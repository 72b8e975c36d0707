//! Free names: for a task in a function, for a tracker in the module. It knows scopes, not what the names are for.

use std::collections::{BTreeMap, BTreeSet};

use super::context::Context;
use crate::python::{Kind, Model, NodeId, ScopeId};

/// Names handed out so far.
#[derive(Debug, Default)]
pub(super) struct Names {
    local: BTreeMap<ScopeId, BTreeSet<String>>,
    global: BTreeSet<String>,
}

impl Names {
    /// A name that is free in the frame of `node`, and in every scope that sees it. Each call gives another one.
    pub(super) fn local(
        &mut self,
        context: &Context<'_>,
        node: NodeId,
        bases: [&str; 2],
    ) -> String {
        let frame = context.model.frame_of(node);
        let given = self.local.entry(frame).or_default();
        let free = |name: &str| !given.contains(name) && is_free(context.model, frame, name);
        let name = first_free(&bases, free);
        given.insert(name.clone());
        name
    }

    /// A name that nothing in the file uses.
    pub(super) fn global(&mut self, context: &Context<'_>, bases: &[&str]) -> String {
        let free =
            |name: &str| !self.global.contains(name) && context.model.scopes.symbol(name).is_none();
        let name = first_free(bases, free);
        self.global.insert(name.clone());
        name
    }
}

fn first_free(bases: &[&str], free: impl Fn(&str) -> bool) -> String {
    let last = bases.last().copied().unwrap_or("task");
    let numbered = (2..).map(|n| format!("{last}_{n}"));
    let mut all = bases.iter().map(|b| (*b).to_owned()).chain(numbered);
    all.find(|n| free(n)).expect("the numbers do not end")
}

/// Whether nothing in `frame`, or in a scope inside it that would see the name, binds, reads or declares it.
fn is_free(model: &Model, frame: ScopeId, name: &str) -> bool {
    let Some(symbol) = model.scopes.symbol(name) else {
        return true;
    };
    let inside = |id: ScopeId| model.scopes.is_within(id, frame);
    let declared = model.scopes.ids().filter(|id| inside(*id)).any(|id| {
        let scope = model.scopes.scope(id);
        scope.globals.contains(&symbol) || scope.nonlocals.contains(&symbol)
    });
    let used = |node: &NodeId| {
        if model.kind(*node) != Kind::Identifier || model.text(*node) != name {
            return false;
        }
        if !inside(model.scope_of(*node)) && model.scopes.owner(*node) != Some(frame) {
            return false;
        }
        // A nested function's own variable is hidden from its surroundings, and they from it.
        match model.scopes.owner(*node) {
            Some(owner) if owner != frame && inside(owner) => {
                model.scopes.scope(owner).kind == crate::python::ScopeKind::Class
            }
            Some(_) => true,
            None => !is_member(model, *node),
        }
    };
    let root = model.scopes.scope(frame).node;
    !declared && !std::iter::once(root).chain(model.tree.descendants(root)).any(|n| used(&n))
}

/// Whether an identifier is an attribute's or a keyword argument's name, no variable.
fn is_member(model: &Model, identifier: NodeId) -> bool {
    use crate::python::Field;
    let field = model.tree.field(identifier);
    let parent = model.tree.parent(identifier).map(|p| model.kind(p));
    matches!(
        (parent, field),
        (Some(Kind::Attribute), Field::Attribute) | (Some(Kind::KeywordArgument), Field::Name)
    )
}
