//! What one file contributes to the index: its functions and classes, and where each name occurs. It resolves nothing.

use std::collections::HashMap;

use super::types::NodeRef;
use crate::python::{BindingKind, Field, Kind, Model, NodeId};
use crate::tasks::last_name;

/// What one file contributes to the index.
#[derive(Debug, Default)]
pub(super) struct FileEntries<'a> {
    pub(super) functions: Vec<(String, NodeRef)>,
    pub(super) classes: Vec<(String, NodeRef)>,
    pub(super) occurrences: Vec<(&'a str, NodeRef)>,
    pub(super) prefixes: Vec<&'a str>,
}

/// What a file contributes to the index.
pub(super) fn index_file(file: usize, model: &Model) -> FileEntries<'_> {
    let mut found = FileEntries::default();
    let mut aliases: HashMap<&str, &str> = HashMap::new();
    for node in model.tree.ids() {
        let node_ref = NodeRef { file, node };
        match model.kind(node) {
            Kind::FunctionDefinition if is_overload(model, node) => {}
            Kind::FunctionDefinition => found.functions.push((model.path_of(node), node_ref)),
            Kind::ClassDefinition => found.classes.push((model.path_of(node), node_ref)),
            Kind::Attribute => {
                let name = model.child(node, Field::Attribute);
                found.occurrences.extend(name.map(|name| (model.text(name), node_ref)));
            }
            Kind::Call => {
                let names = looked_up_names(model, node).map(|(_, names)| names);
                let names = names.into_iter().flatten();
                found.occurrences.extend(names.map(|name| (name, node_ref)));
            }
            // `from pkg.jobs import _tasks as tasks`
            Kind::AliasedImport => {
                let alias = model.child(node, Field::Alias).map(|n| model.text(n));
                let name = model.child(node, Field::Name).map(|n| last_name(model.text(n)));
                aliases.extend(alias.zip(name));
            }
            Kind::Identifier if is_bare_name(model, node) => {
                let name = model.text(node);
                found.occurrences.push((name, node_ref));
                let imported = aliases.get(name).filter(|imported| **imported != name);
                found.occurrences.extend(imported.map(|imported| (*imported, node_ref)));
            }
            Kind::StringContent if is_prefix(model.text(node)) => {
                found.prefixes.push(model.text(node));
            }
            _ => {}
        }
    }
    found
}

/// Whether a function only declares a way to call another of its name: `@overload`.
pub(super) fn is_overload(model: &Model, function: NodeId) -> bool {
    let decorators = model.decorators(function);
    decorators.into_iter().any(|d| last_name(model.text(d)) == "overload")
}

fn is_prefix(text: &str) -> bool {
    let is_of_a_name = |c: char| c == '_' || c.is_alphanumeric();
    text.len() > 2 && text.ends_with('_') && text.chars().all(is_of_a_name)
}

/// The object and the name in `getattr(object, "name")`.
pub(super) fn getattr_lookup(model: &Model, call: NodeId) -> Option<(NodeId, &str)> {
    let (object, name) = looked_up(model, call)?;
    Some((object, string_value(model, name)?))
}

/// The object and the name in `getattr(object, "name")`, or the names that a loop binds: `for name in ("_reader", "_writer"):`.
pub(super) fn looked_up_names(model: &Model, call: NodeId) -> Option<(NodeId, Vec<&str>)> {
    let (object, name) = looked_up(model, call)?;
    if let Some(name) = string_value(model, name) {
        return Some((object, vec![name]));
    }
    let [binding] = model.bindings_of(name) else { return None };
    let BindingKind::For { iterable, whole: true } = binding.kind else { return None };
    let list = match model.bindings_of(iterable) {
        [binding] => model.bare(binding.kind.value()?),
        _ => iterable,
    };
    let is_display = matches!(model.kind(list), Kind::List | Kind::Set | Kind::Tuple);
    let elements = model.tree.children(list).filter(|_| is_display);
    let names: Option<Vec<&str>> = elements.map(|n| string_value(model, n)).collect();
    Some((object, names?))
}

/// The two arguments of a `getattr`.
fn looked_up(model: &Model, call: NodeId) -> Option<(NodeId, NodeId)> {
    let callee = model.child(call, Field::Function)?;
    (model.text(callee) == "getattr").then_some(())?;
    let arguments = model.positional(call);
    Some((*arguments.first()?, *arguments.get(1)?))
}

fn string_value(model: &Model, node: NodeId) -> Option<&str> {
    (model.kind(node) == Kind::String).then(|| model.text(node).trim_matches(['"', '\'']))
}

/// Whether an identifier is a plain name: no attribute, no keyword, no definition's name.
fn is_bare_name(model: &Model, node: NodeId) -> bool {
    let Some(parent) = model.tree.parent(node) else { return false };
    let field = model.tree.field(node);
    !matches!(
        (model.kind(parent), field),
        (Kind::Attribute, Field::Attribute)
            | (
                Kind::KeywordArgument | Kind::FunctionDefinition | Kind::ClassDefinition,
                Field::Name
            )
            | (Kind::DottedName | Kind::AliasedImport, _)
            | (Kind::GlobalStatement | Kind::NonlocalStatement, _)
    )
}
