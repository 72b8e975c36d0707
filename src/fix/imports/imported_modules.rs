//! The modules that a module imports while it is itself imported. It must not resolve them to files.

use std::collections::BTreeSet;

use super::super::layout::is_import;
use crate::python::{Field, Kind, Model, NodeId};

/// What a module imports while it is itself imported: `import a.b` as a dotted path, or `from a
/// import b` with the name, which may be a submodule. Imports for type checkers only, or inside
/// functions, are left out.
pub fn imported_modules(model: &Model) -> BTreeSet<(String, Option<String>)> {
    let mut found = BTreeSet::new();
    // Lazy bodies are those of functions.
    for node in model.tree.parsed_of(is_import) {
        if model.function_of(node).is_some() {
            continue;
        }
        if model.tree.ancestors(node).any(|a| is_for_checkers(model, a)) {
            continue;
        }
        add_imports(model, node, &mut found);
    }
    found
}

fn is_for_checkers(model: &Model, node: NodeId) -> bool {
    model.kind(node) == Kind::IfStatement
        && model
            .child(node, Field::Condition)
            .is_some_and(|c| model.text(c).ends_with("TYPE_CHECKING"))
}

fn add_imports(model: &Model, statement: NodeId, found: &mut BTreeSet<(String, Option<String>)>) {
    let names = model.tree.children(statement).filter(|c| model.tree.field(*c) == Field::Name);
    let names = names.map(|n| match model.kind(n) {
        Kind::AliasedImport => model.name_of(n),
        _ => model.text(n),
    });
    let Some(module) = model.child(statement, Field::ModuleName) else {
        found.extend(names.map(|n| (n.to_owned(), None)));
        return;
    };
    let module = model.absolute(model.text(module));
    let before = found.len();
    found.extend(names.map(|n| (module.clone(), Some(n.to_owned()))));
    if found.len() == before {
        found.insert((module, None));
    }
}
