//! What one file contributes to the index: its functions and classes, and where each name occurs. It resolves nothing.

use std::collections::HashMap;

use super::types::NodeRef;
use crate::python::{Field, Kind, Model, NodeId};
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
                let name = getattr_lookup(model, node).map(|(_, name)| name);
                found.occurrences.extend(name.map(|name| (name, node_ref)));
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
    let callee = model.child(call, Field::Function)?;
    (model.text(callee) == "getattr").then_some(())?;
    let arguments = model.positional(call);
    let (object, name) = (*arguments.first()?, *arguments.get(1)?);
    let name = Some(model.text(name)).filter(|_| model.kind(name) == Kind::String)?;
    Some((object, name.trim_matches(['"', '\''])))
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
