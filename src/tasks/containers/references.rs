//! References to functions of the project by name. What may be a reference counts as one.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use super::job_tracker::CodeLocation;
use crate::python::{Field, Kind, Model, NodeId, Origin};
use crate::tasks::project::{Export, ProjectIndex};
use crate::tasks::sites::is_test_code;

/// The functions whose references are searched: paths, by their last name.
pub(super) type FunctionNames = BTreeMap<String, BTreeSet<String>>;

/// The references of one file, by the path of what they refer to.
pub(super) fn references(
    model: &Model,
    project: &ProjectIndex,
    names: &FunctionNames,
) -> Vec<(String, CodeLocation)> {
    let file: Arc<Path> = model.source.path().into();
    let is_test = is_test_code(&file);
    let mut found = Vec::new();
    for node in model.tree.ids() {
        let name = match model.kind(node) {
            Kind::Identifier => model.text(node),
            Kind::StringContent => model.text(node),
            _ => continue,
        };
        let Some(paths) = names.get(name) else { continue };
        let possible_targets = possible_targets(model, project, node, paths);
        let function = model.function_of(node).map(|f| model.path_of(f));
        // A recursive call is no reference from elsewhere.
        let others = possible_targets.into_iter().filter(|p| function.as_ref() != Some(p));
        found.extend(others.map(|path| {
            let function = function.clone();
            (
                path,
                CodeLocation {
                    file: Arc::clone(&file),
                    line: model.place(node),
                    node,
                    function,
                    is_test,
                },
            )
        }));
    }
    found
}

/// Which of the functions an occurrence of their name may refer to.
fn possible_targets(
    model: &Model,
    project: &ProjectIndex,
    node: NodeId,
    paths: &BTreeSet<String>,
) -> Vec<String> {
    let all = || paths.iter().cloned().collect::<Vec<_>>();
    let Some(parent) = model.tree.parent(node) else { return Vec::new() };
    let origins = match (model.kind(parent), model.tree.field(node)) {
        _ if model.kind(node) == Kind::StringContent => return all(),
        (Kind::FunctionDefinition | Kind::ClassDefinition | Kind::KeywordArgument, Field::Name)
        | (Kind::DottedName | Kind::AliasedImport | Kind::ImportFromStatement, _) => {
            return Vec::new();
        }
        (Kind::Attribute, Field::Attribute) => model.origins(parent),
        _ if model.variable(node).is_none() && model.bindings_of(node).is_empty() => {
            // A builtin, a keyword's name, or a name of a star import.
            model.origins(node)
        }
        _ => model.origins(node),
    };
    if origins.is_empty() {
        return all();
    }
    let may_be = |origin: &Origin, path: &String| match origin {
        Origin::Function(function) => model.path_of(*function) == *path,
        Origin::Path(found) => may_be_same(project, found, path),
        Origin::Builtin(_) => false,
        _ => true,
    };
    paths.iter().filter(|p| origins.iter().any(|o| may_be(o, p))).cloned().collect()
}

/// Whether a path may lead to a function: through imports, or through a class that is related to its own.
fn may_be_same(project: &ProjectIndex, found: &str, path: &str) -> bool {
    let canonical = project.canonical(found);
    if canonical == path || project.resolve(found).iter().any(|p| p == path) {
        return true;
    }
    let Some((owner, _)) = canonical.rsplit_once('.') else { return false };
    let owner = project.canonical(owner.trim_end_matches("()"));
    let class = path.rsplit_once('.').map_or("", |(class, _)| class);
    if owner == class {
        return true;
    }
    // An instance of another class of the project that is not related to it is none.
    let bases = |class: &str| match project.exports.get(class) {
        Some(Export::Class(bases)) => {
            Some(bases.iter().map(|b| project.canonical(b)).collect::<Vec<_>>())
        }
        _ => None,
    };
    let is_called = found.contains("()");
    match (bases(&owner), bases(class)) {
        (Some(above), Some(below)) => {
            above.contains(&class.to_owned()) || below.contains(&owner) || !above.is_empty()
        }
        // An instance of an unknown class may be anything; a module may not.
        _ => is_called,
    }
}
