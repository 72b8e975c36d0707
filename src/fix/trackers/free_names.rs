//! Free names for variables, trackers and attributes. It must not know what the names are for.

use std::collections::{BTreeMap, BTreeSet};

use super::super::branches::branch_of;
use crate::python::{Field, Kind, Model, NodeId, ScopeId};

/// The names that were handed out so far.
#[derive(Debug, Default)]
pub(in crate::fix) struct FreeNames {
    local: BTreeMap<ScopeId, Frame>,
    global: BTreeSet<String>,
}

/// The names that are taken in one frame.
#[derive(Debug)]
struct Frame {
    /// Names that its code, or a nested scope that would see a new name, binds, reads or declares.
    used: BTreeSet<String>,
    given: BTreeMap<String, Given>,
    /// The next number to try, by base name.
    next: BTreeMap<String, usize>,
}

/// The sites of one function that have been given one name.
#[derive(Debug)]
struct Given {
    /// The first of them.
    site: NodeId,
    /// The type of what they bind the name to, if that is known; others cannot share the name.
    type_key: Option<String>,
    /// The statement of whose branches each holds one of them, and these branches.
    branches: Option<(NodeId, BTreeSet<NodeId>)>,
}

impl Given {
    /// Takes in another site, if that is in a branch of its own and binds a value of the same type.
    fn takes_in(&mut self, model: &Model, site: NodeId, type_key: Option<&str>) -> bool {
        if self.type_key.is_none() || self.type_key.as_deref() != type_key {
            return false;
        }
        let shared = model.tree.ancestors(site).find(|a| model.tree.contains(*a, self.site));
        let Some((statement, branch)) = shared.and_then(|s| branch_of(model, s, site)) else {
            return false;
        };
        if self.branches.is_none() {
            let first = branch_of(model, statement, self.site);
            self.branches = first.map(|(statement, branch)| (statement, BTreeSet::from([branch])));
        }
        let branches = self.branches.as_mut().filter(|(of, _)| *of == statement);
        branches.is_some_and(|(_, taken)| taken.insert(branch))
    }
}

impl FreeNames {
    /// A name that is free in the frame of `node` and in every scope that would see it. Each call
    /// returns another one, but for values of one type in different branches of an `if`.
    pub(in crate::fix) fn local(
        &mut self,
        model: &Model,
        node: NodeId,
        bases: &[&str],
        type_key: Option<String>,
    ) -> String {
        let id = model.frame_of(node);
        let new =
            || Frame { used: used_names(model, id), given: BTreeMap::new(), next: BTreeMap::new() };
        let frame = self.local.entry(id).or_insert_with(new);
        for base in bases {
            let given = frame.given.get_mut(*base);
            if given.is_some_and(|g| g.takes_in(model, node, type_key.as_deref())) {
                return (*base).to_owned();
            }
            if !frame.given.contains_key(*base) && !frame.used.contains(*base) {
                break;
            }
        }
        let free = |name: &str| !frame.given.contains_key(name) && !frame.used.contains(name);
        let last = bases.last().copied().unwrap_or_default();
        let from = frame.next.get(last).copied().unwrap_or(2);
        let (name, number) = first_free(bases, from, free);
        frame.next.insert(last.to_owned(), number);
        frame.given.insert(name.clone(), Given { site: node, type_key, branches: None });
        name
    }

    /// A name that the file does not use at all.
    pub(in crate::fix) fn global(&mut self, model: &Model, bases: &[&str]) -> String {
        let free = |name: &str| {
            model.parse_naming(name);
            !self.global.contains(name) && !model.has_name(name)
        };
        let (name, _) = first_free(bases, 2, free);
        self.global.insert(name.clone());
        name
    }
}

impl FreeNames {
    /// An attribute name that is free on the instances of a class and on anything that may be one
    /// of them.
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

/// Whether an instance of a class may have an attribute of this name. An attribute of an unrelated
/// class does not count.
fn is_attribute(model: &Model, class: NodeId, name: &str) -> bool {
    if !model.source.code().contains(name) {
        return false;
    }
    let has = |class: NodeId| !model.attribute_bindings(class, name).is_empty();
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
        _ => quoted.iter().any(|q| q == model.text(node)),
    };
    model.parse_naming(name);
    let mut all = model.tree.parsed_of(|kind| matches!(kind, Kind::Attribute | Kind::String));
    has(class) || all.any(taken)
}

/// The first free one of the names, else the last one with a number from `number` on; and the next
/// number to try.
fn first_free(bases: &[&str], number: usize, free: impl Fn(&str) -> bool) -> (String, usize) {
    if let Some(name) = bases.iter().find(|n| free(n)) {
        return ((*name).to_owned(), number);
    }
    let last = bases.last().copied().unwrap_or("task");
    let mut numbered = (number..).map(|n| (format!("{last}_{n}"), n + 1));
    numbered.find(|(n, _)| free(n)).expect("the numbers do not end")
}

/// The names that `frame`, or a nested scope that would see a new name, binds, reads or declares.
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

/// Whether an identifier would refer to a new name of this frame.
fn sees(model: &Model, frame: ScopeId, identifier: NodeId) -> bool {
    let inside = |id: ScopeId| model.scopes.is_within(id, frame);
    let owner = model.scopes.owner(identifier);
    if !inside(model.scope_of(identifier)) && owner != Some(frame) {
        return false;
    }
    // A nested function's own variable is invisible outside of it, and hides an outer one.
    match owner {
        Some(owner) if owner != frame && inside(owner) => {
            model.scopes.scope(owner).kind == crate::python::ScopeKind::Class
        }
        Some(_) => true,
        None => !is_member(model, identifier),
    }
}

/// Whether an identifier is the name of an attribute or keyword argument, not a variable.
fn is_member(model: &Model, identifier: NodeId) -> bool {
    let field = model.tree.field(identifier);
    let parent = model.tree.parent(identifier).map(|p| model.kind(p));
    matches!(
        (parent, field),
        (Some(Kind::Attribute), Field::Attribute) | (Some(Kind::KeywordArgument), Field::Name)
    )
}
