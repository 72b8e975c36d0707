//! Free names: for a task in a function, for a tracker in the module. It knows scopes, not what the names are for.

use std::collections::{BTreeMap, BTreeSet};

use crate::python::{Field, Kind, Model, NodeId, ScopeId};

/// FreeNames handed out so far.
#[derive(Debug, Default)]
pub(in crate::fix) struct FreeNames {
    local: BTreeMap<ScopeId, Frame>,
    global: BTreeSet<String>,
}

/// The names of one frame that are not free.
#[derive(Debug)]
struct Frame {
    /// What its code, or a scope in it that would see the name, binds, reads or declares.
    used: BTreeSet<String>,
    given: BTreeSet<String>,
    /// The number to go on from, by the name in front of it.
    next: BTreeMap<&'static str, usize>,
}

impl FreeNames {
    /// A name that is free in the frame of `node`, and in every scope that sees it. Each call gives another one.
    pub(in crate::fix) fn local(
        &mut self,
        model: &Model,
        node: NodeId,
        bases: [&'static str; 2],
    ) -> String {
        let id = model.frame_of(node);
        let new =
            || Frame { used: used_names(model, id), given: BTreeSet::new(), next: BTreeMap::new() };
        let frame = self.local.entry(id).or_insert_with(new);
        let free = |name: &str| !frame.given.contains(name) && !frame.used.contains(name);
        let from = frame.next.get(bases[1]).copied().unwrap_or(2);
        let (name, number) = first_free(&bases, from, free);
        frame.next.insert(bases[1], number);
        frame.given.insert(name.clone());
        name
    }

    /// A name that nothing in the file uses.
    pub(in crate::fix) fn global(&mut self, model: &Model, bases: &[&str]) -> String {
        let free = |name: &str| {
            model.ask_for(name);
            !self.global.contains(name) && model.symbol(name).is_none()
        };
        let (name, _) = first_free(bases, 2, free);
        self.global.insert(name.clone());
        name
    }
}

impl FreeNames {
    /// A name for an attribute of the instances of a class that neither they have, nor anything that may be one of them.
    pub(in crate::fix) fn attribute(
        &mut self,
        model: &Model,
        class: NodeId,
        bases: &[&str],
    ) -> String {
        let free = |name: &str| !is_attribute(model, class, name);
        first_free(bases, 2, free).0
    }
}

/// Whether an instance of a class may have an attribute of this name: one that is not that of an unrelated class.
fn is_attribute(model: &Model, class: NodeId, name: &str) -> bool {
    if !model.source.code().contains(name) {
        return false;
    }
    let has = |class: NodeId| !model.member(class, name).is_empty();
    let quoted = [format!("\"{name}\""), format!("'{name}'")];
    let related = |other: NodeId| {
        other == class || !model.bases(other).is_empty() || !model.bases(class).is_empty()
    };
    let taken = |node: NodeId| match model.kind(node) {
        Kind::Attribute => {
            let named = model.child(node, Field::Attribute).is_some_and(|a| model.text(a) == name);
            let of = model.child(node, Field::Object).and_then(|o| model.self_class(o));
            named && of.is_none_or(|of| related(of) || !has(of))
        }
        Kind::String => quoted.iter().any(|q| q == model.text(node)),
        _ => false,
    };
    has(class) || model.tree.ids().any(taken)
}

/// The first free one of the names, else of the last one with a number behind it, from `number` on; and the number that was
/// not tried.
fn first_free(bases: &[&str], number: usize, free: impl Fn(&str) -> bool) -> (String, usize) {
    if let Some(name) = bases.iter().find(|n| free(n)) {
        return ((*name).to_owned(), number);
    }
    let last = bases.last().copied().unwrap_or("task");
    let mut numbered = (number..).map(|n| (format!("{last}_{n}"), n + 1));
    numbered.find(|(n, _)| free(n)).expect("the numbers do not end")
}

/// The names that `frame`, or a scope inside it that would see such a name, binds, reads or declares.
fn used_names(model: &Model, frame: ScopeId) -> BTreeSet<String> {
    let root = model.scopes.scope(frame).node;
    let mut names = BTreeSet::new();
    for node in std::iter::once(root).chain(model.tree.descendants(root)) {
        let declares = matches!(model.kind(node), Kind::GlobalStatement | Kind::NonlocalStatement);
        if declares {
            names.extend(model.tree.children(node).map(|n| model.text(n).to_owned()));
        }
        if model.kind(node) == Kind::Identifier && sees(model, frame, node) {
            names.insert(model.text(node).to_owned());
        }
    }
    names
}

/// Whether an identifier stands for what a name of this frame would be.
fn sees(model: &Model, frame: ScopeId, identifier: NodeId) -> bool {
    let inside = |id: ScopeId| model.scopes.is_within(id, frame);
    let owner = model.scopes.owner(identifier);
    if !inside(model.scope_of(identifier)) && owner != Some(frame) {
        return false;
    }
    // A nested function's own variable is hidden from its surroundings, and they from it.
    match owner {
        Some(owner) if owner != frame && inside(owner) => {
            model.scopes.scope(owner).kind == crate::python::ScopeKind::Class
        }
        Some(_) => true,
        None => !is_member(model, identifier),
    }
}

/// Whether an identifier is an attribute's or a keyword argument's name, no variable.
fn is_member(model: &Model, identifier: NodeId) -> bool {
    let field = model.tree.field(identifier);
    let parent = model.tree.parent(identifier).map(|p| model.kind(p));
    matches!(
        (parent, field),
        (Some(Kind::Attribute), Field::Attribute) | (Some(Kind::KeywordArgument), Field::Name)
    )
}
