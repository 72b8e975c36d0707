//! What a module exports to `from module import *`, and what such imports mean for new code. It must not know tasks.

use std::collections::BTreeSet;

use crate::python::{Binding, BindingKind, Kind, Model, NodeId, ScopeId};

/// What is known of the star imports of a file, and of those who star-import it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StarImports {
    /// Whether another file star-imports this one.
    pub is_imported: bool,
    /// The names that the file's own star imports bind.
    pub bound: BTreeSet<String>,
    /// A module that the file star-imports and of which it cannot be seen what it exports.
    pub unseen: Option<String>,
}

/// What a module exports to a star import.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExportedNames {
    /// The names, without those that are what everyone means by them (`import asyncio`).
    pub names: BTreeSet<String>,
    /// Whether the names of its own star imports are among them.
    pub with_stars: bool,
    /// Whether they are computed, so that they are not known.
    pub is_computed: bool,
}

/// What a module exports to a star import: what its `__all__` lists, else all names without a leading underscore
/// (reference/simple_stmts.html, "The import statement").
pub fn exported_names(model: &Model) -> ExportedNames {
    if !model.bindings_in(ScopeId::MODULE, "__all__").is_empty() {
        return match listed_names(model) {
            Some(names) => ExportedNames { names, ..ExportedNames::default() },
            None => ExportedNames { is_computed: true, ..ExportedNames::default() },
        };
    }
    let all = model.scopes.all_bindings(ScopeId::MODULE);
    let public = all.filter(|b| !model.text(b.node).starts_with('_') && !is_itself(model, b));
    ExportedNames {
        names: public.map(|b| model.text(b.node).to_owned()).collect(),
        with_stars: true,
        is_computed: false,
    }
}

/// The names in an `__all__` that is one list of strings.
pub(in crate::fix) fn listed_names(model: &Model) -> Option<BTreeSet<String>> {
    let [Binding { kind, .. }] = model.bindings_in(ScopeId::MODULE, "__all__") else {
        return None;
    };
    let value = match kind {
        BindingKind::Assign { value } | BindingKind::Annotated { value: Some(value), .. } => *value,
        _ => return None,
    };
    let name = |item: NodeId| {
        let text = model.text(item);
        let is_plain = model.kind(item) == Kind::String && text.starts_with(['"', '\'']);
        is_plain.then(|| text.trim_matches(['"', '\'']).to_owned())
    };
    // `__all__.append(…)` and `__all__ += […]` read it.
    let mentions = model.source.code().matches("__all__").count();
    let is_display = matches!(model.kind(value), Kind::List | Kind::Tuple) && mentions == 1;
    is_display.then(|| model.tree.children(value).map(name).collect()).flatten()
}

/// Whether a binding gives a module, or a member of one, the name that it has there.
fn is_itself(model: &Model, binding: &Binding) -> bool {
    let own = model.text(binding.node);
    match &binding.kind {
        BindingKind::Import { module } => module == own,
        BindingKind::ImportFrom { module, name } => {
            name == own && matches!(module.as_str(), "asyncio" | "typing")
        }
        _ => false,
    }
}
