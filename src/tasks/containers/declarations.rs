//! Which names of a file are bound to containers, and which kind of container an expression makes. It knows no task.

use super::tracker::Storage;
use crate::python::{
    AttributeBinding, BindingKind, Kind, Model, NodeId, ScopeId, ScopeKind, Symbol,
};
use crate::tasks::container_access::{ContainerKind, new_container};
use crate::tasks::libraries::{Role, names};

/// A name that is bound to a container somewhere in a file.
#[derive(Debug, Clone)]
pub(super) struct ContainerDeclaration {
    pub(super) path: String,
    pub(super) name: String,
    pub(super) storage: Storage,
    pub(super) kind: ContainerKind,
    /// The variable, unless it is an attribute.
    pub(super) variable: Option<(ScopeId, Symbol)>,
    /// Whether its annotation says that it holds tasks.
    pub(super) is_annotated_with_tasks: bool,
}

/// The containers that a file declares, in no particular order.
pub(super) fn declarations(model: &Model) -> Vec<ContainerDeclaration> {
    let mut found = Vec::new();
    for scope in model.scopes.ids() {
        match model.scopes.scope(scope).kind {
            ScopeKind::Module => variables(model, scope, Storage::Module, &mut found),
            ScopeKind::Function => variables(model, scope, Storage::Local, &mut found),
            _ => {}
        }
    }
    for (class, name, members) in model.class_attributes() {
        let values = members.iter().filter_map(|m| m.value());
        let Some(kind) = common_kind(model, values) else { continue };
        let annotated = members.iter().any(|m| match m {
            AttributeBinding::Annotation(annotation) => names_task_type(model, *annotation),
            _ => false,
        });
        let path = model.path_of(class);
        let class = path.rsplit('.').next().unwrap_or_default();
        found.push(ContainerDeclaration {
            name: format!("{class}.{name}"),
            path: format!("{path}.{name}"),
            storage: Storage::Class,
            kind,
            variable: None,
            is_annotated_with_tasks: annotated,
        });
    }
    found
}

fn variables(
    model: &Model,
    scope: ScopeId,
    storage: Storage,
    found: &mut Vec<ContainerDeclaration>,
) {
    let mut seen = None;
    for binding in model.scopes.all_bindings(scope) {
        let Some((_, symbol)) = model.variable(binding.node) else { continue };
        // The bindings of one name are adjacent.
        if seen.replace(symbol) == Some(symbol) {
            continue;
        }
        let bindings = model.scopes.bindings(scope, symbol);
        let values = bindings.iter().filter_map(|b| b.kind.value());
        let Some(kind) = common_kind(model, values) else { continue };
        let is_annotated_with_tasks = bindings.iter().any(|b| match b.kind {
            BindingKind::Annotated { annotation, .. } => names_task_type(model, annotation),
            _ => false,
        });
        let name = model.text(binding.node).to_owned();
        let within = match storage {
            Storage::Local => model.path_of(model.scopes.scope(scope).node),
            _ => model.module.clone(),
        };
        let path = if within.is_empty() { name.clone() } else { format!("{within}.{name}") };
        let variable = Some((scope, symbol));
        found.push(ContainerDeclaration {
            path,
            name,
            storage,
            kind,
            variable,
            is_annotated_with_tasks,
        });
    }
}

/// The kind that all of these values have: none when one of them is no container, or they differ.
fn common_kind(model: &Model, values: impl Iterator<Item = NodeId>) -> Option<ContainerKind> {
    let mut found = None;
    for value in values.filter(|v| model.kind(*v) != Kind::None) {
        let kind = new_container(model, value)?.kind;
        if *found.get_or_insert(kind) != kind {
            return None;
        }
    }
    found
}

/// Whether an annotation names asyncio's tasks or futures; a `Task` of the project's own does not
/// count.
pub(super) fn names_task_type(model: &Model, annotation: NodeId) -> bool {
    let types = names(Role::TaskType);
    model.tree.descendants(annotation).any(|n| match model.kind(n) {
        Kind::Identifier | Kind::Attribute => model.is_path(n, types),
        Kind::StringContent => types.iter().any(|t| model.text(n).contains(t)),
        _ => false,
    })
}
