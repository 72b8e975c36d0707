//! Gathers the project's facts from its files: which functions make tasks for their callers, what names stand for.

use std::collections::BTreeSet;

use super::judge::judge;
use super::project::{Export, Keeping, Project, Wrapper};
use super::verdict::{Judged, Reason, Verdict};
use crate::python::{BindingKind, Field, Kind, Model, NodeId, Origin, ScopeId, ScopeKind};

/// Wrappers of wrappers are followed this often.
const ROUNDS: usize = 4;

impl Project {
    /// Gathers the facts of the given files; their order does not matter.
    pub fn gather(models: &[Model]) -> Self {
        let mut project = Self::default();
        for model in models {
            collect_exports(model, &mut project);
        }
        for round in 0..ROUNDS {
            let mut fresh = Vec::new();
            for model in models
                .iter()
                .filter(|m| round == 0 || project.is_named_in(m))
            {
                for judged in judge(model, &project) {
                    fresh.extend(wrapper_of(model, &judged));
                }
            }
            let before = project.wrappers.len();
            let mut seen = BTreeSet::new();
            for (path, wrapper) in fresh {
                if !project.wrappers.contains_key(&path) || seen.contains(&path) {
                    seen.insert(path.clone());
                    project.add_wrapper(path, wrapper);
                }
            }
            if project.wrappers.len() == before {
                break;
            }
        }
        project
    }

    fn is_named_in(&self, model: &Model) -> bool {
        self.wrapper_names()
            .iter()
            .any(|n| model.scopes.symbol(n).is_some() || model.source.code().contains(n.as_str()))
    }
}

/// The function that a site makes a task for its callers in, if it does.
fn wrapper_of(model: &Model, judged: &Judged) -> Option<(String, Wrapper)> {
    if judged.site.uncalled || judged.verdict() == Verdict::Managed {
        return None;
    }
    let scope = model.frame_of(judged.site.node);
    let function = model.scopes.scope(scope).node;
    if judged.reason == Reason::Callback && model.kind(judged.end) == Kind::Lambda {
        let path = format!("{}.<lambda>{}", model.module, model.tree.start(judged.end));
        return Some((
            path,
            Wrapper {
                keeping: Keeping::Fresh,
                is_async: false,
            },
        ));
    }
    if model.kind(function) != Kind::FunctionDefinition || !has_plain_decorators(model, function) {
        return None;
    }
    let is_async = model.is_async(function);
    let keeping = match judged.reason {
        Reason::Returned if model.kind(judged.end) == Kind::ReturnStatement => {
            if !returns_alone(model, judged.end) {
                return None;
            }
            Keeping::Fresh
        }
        Reason::Attribute | Reason::Container | Reason::Global | Reason::Kept
            if spawns_parameter(model, judged.site.node, scope) =>
        {
            Keeping::Kept
        }
        _ => return None,
    };
    Some((model.path_of(function), Wrapper { keeping, is_async }))
}

/// Whether a `return` gives out one value, not a tuple or container of which the task is a part.
fn returns_alone(model: &Model, statement: NodeId) -> bool {
    let value = model.tree.first_child(statement).map(|v| model.bare(v));
    value.is_some_and(|v| !model.kind(v).is_display() && !model.kind(v).is_comprehension())
}

/// Whether the coroutine that a spawner is given is the function's parameter, or a call of it.
fn spawns_parameter(model: &Model, call: NodeId, scope: ScopeId) -> bool {
    let Some(first) = model.positional(call).first().copied() else {
        return false;
    };
    let mut name = model.bare(first);
    if model.kind(name) == Kind::Call {
        name = model.child(name, Field::Function).unwrap_or(name);
    }
    let own = |b: &crate::python::Binding| matches!(b.kind, BindingKind::Parameter { index, .. } if !(index == 0 && model.self_class(name).is_some()));
    model
        .variable(name)
        .is_some_and(|(owner, _)| owner == scope)
        && model.bindings_of(name).iter().any(own)
}

/// Whether a function is what its callers get: a decorator that is not known may change what it returns.
fn has_plain_decorators(model: &Model, function: NodeId) -> bool {
    model.decorators(function).iter().all(|d| {
        let text = model.text(*d);
        let name = text
            .split('(')
            .next()
            .unwrap_or(text)
            .rsplit('.')
            .next()
            .unwrap_or(text);
        matches!(
            name,
            "staticmethod"
                | "classmethod"
                | "override"
                | "abstractmethod"
                | "wraps"
                | "final"
                | "no_type_check"
                | "deprecated"
        )
    })
}

/// What the module's names, and its classes, stand for to other files.
fn collect_exports(model: &Model, project: &mut Project) {
    for node in model.tree.ids() {
        if model.kind(node) == Kind::ClassDefinition {
            let bases = model
                .bases(node)
                .into_iter()
                .filter_map(|b| first_path(model, &model.origins(b)))
                .collect();
            project
                .exports
                .insert(model.path_of(node), Export::Class(bases));
        }
        if model.kind(node) == Kind::Identifier
            && model.scopes.owner(node) == Some(ScopeId::MODULE)
            && let Some(binding) = model.bindings_of(node).iter().find(|b| b.node == node)
        {
            let alias = match &binding.kind {
                BindingKind::From { .. } | BindingKind::Import { .. } => {
                    first_path(model, &model.binding_origins(binding))
                }
                BindingKind::Assign { value }
                    if matches!(
                        model.kind(*value),
                        Kind::Call | Kind::Identifier | Kind::Attribute
                    ) =>
                {
                    first_path(model, &model.binding_origins(binding))
                }
                _ => None,
            };
            if let Some(alias) = alias {
                let own = if model.module.is_empty() {
                    model.text(node).to_owned()
                } else {
                    format!("{}.{}", model.module, model.text(node))
                };
                if alias != own {
                    project.exports.entry(own).or_insert(Export::Alias(alias));
                }
            }
        }
    }
    debug_assert!(model.scopes.scope(ScopeId::MODULE).kind == ScopeKind::Module);
}

fn first_path(model: &Model, origins: &[Origin]) -> Option<String> {
    origins.iter().find_map(|o| match o {
        Origin::Path(path) => Some(path.clone()),
        Origin::Class(class) => Some(model.path_of(*class)),
        Origin::Instance(class) => Some(format!("{}()", model.path_of(*class))),
        Origin::Function(function) => Some(model.path_of(*function)),
        _ => None,
    })
}
