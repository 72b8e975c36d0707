//! Parameters that are given to `ensure_future`, and whether every caller in the project gives a coroutine for them. It makes no
//! sites.

use std::collections::{BTreeMap, BTreeSet};

use crate::python::{Binding, BindingKind, Field, Kind, Model, NodeId, Origin, ScopeKind};
use crate::tasks::effects::ArgumentFacts;
use crate::tasks::escape::{EscapeAnalyzer, is_plain_decorator};
use crate::tasks::libraries::Spawner;
use crate::tasks::project::{SpawnedParam, last_name};
use crate::tasks::verdict::{ClassifiedSite, Reason, Verdict};

/// The functions of a module that give a parameter to `ensure_future` and keep nothing of it, by their paths.
pub(super) fn spawned_params<'s>(
    model: &Model,
    sites: impl Iterator<Item = &'s ClassifiedSite>,
) -> Vec<(String, SpawnedParam)> {
    let of = |site: &ClassifiedSite| {
        let may_count = site.site.spawner == Spawner::EnsureFuture && !site.site.uncalled;
        let argument = *model.positional(site.site.node).first().filter(|_| may_count)?;
        let callee = model.child(argument, Field::Function);
        let is_kept = !matches!(site.verdict(), Verdict::Dropped | Verdict::Unsure)
            && (callee.is_none() || site.reason != Reason::Returned);
        let param = spawned_param(model, callee.unwrap_or(argument)).filter(|_| !is_kept);
        param.map(|(path, param)| (path, SpawnedParam { is_called: callee.is_some(), ..param }))
    };
    sites.filter_map(of).collect()
}

/// The parameter of a module's function that an expression is.
fn spawned_param(model: &Model, expression: NodeId) -> Option<(String, SpawnedParam)> {
    let [Binding { kind: BindingKind::Parameter { function, index, variadic: false, .. }, .. }] =
        model.bindings_of(expression)
    else {
        return None;
    };
    let is_function = model.kind(*function) == Kind::FunctionDefinition
        && model.scopes.scope(model.scope_of(*function)).kind == ScopeKind::Module
        && model.decorators(*function).into_iter().all(|d| is_plain_decorator(model, d));
    let name = model.text(expression).to_owned();
    let param = SpawnedParam { index: *index, name, is_called: false };
    is_function.then(|| (model.path_of(*function), param))
}

/// For each of the project's functions of this kind that a file uses: whether each use there is a call that certainly gives a
/// coroutine.
pub(super) fn coroutines_given(analyzer: &EscapeAnalyzer<'_>) -> BTreeMap<String, bool> {
    let (model, project) = (analyzer.model, analyzer.project);
    let mut found = BTreeMap::new();
    if project.spawned_params.is_empty() {
        return found;
    }
    let names: BTreeSet<&str> = project.spawned_params.keys().map(|path| last_name(path)).collect();
    let alias = |binding: &Binding| match &binding.kind {
        BindingKind::ImportFrom { name, .. } if names.contains(name.as_str()) => {
            Some(model.text(binding.node))
        }
        _ => None,
    };
    let scopes = model.scopes.ids();
    let aliases: BTreeSet<&str> =
        scopes.flat_map(|scope| model.scopes.all_bindings(scope)).filter_map(alias).collect();
    let is_named = |node: &NodeId| {
        let name = match model.kind(*node) {
            Kind::Attribute => model.child(*node, Field::Attribute),
            _ => Some(*node),
        };
        name.is_some_and(|name| {
            let name = model.text(name);
            names.contains(name) || aliases.contains(name)
        })
    };
    let all = model.tree.parsed_of(|kind| matches!(kind, Kind::Attribute | Kind::Identifier));
    for node in all.filter(is_named).filter(|node| is_use(model, *node)) {
        for path in used_functions(analyzer, node) {
            let gives =
                project.spawned_params.get(&path).map(|p| gives_coroutine(analyzer, node, p));
            if let Some(gives) = gives {
                *found.entry(path).or_insert(true) &= gives;
            }
        }
    }
    // By a name in quotes the function may be given anything: `getattr(jobs, "start")`.
    let texts = model.tree.parsed_of(|kind| kind == Kind::StringContent);
    let texts = texts.map(|text| model.text(text));
    for text in texts.filter(|text| names.contains(text)) {
        let named = project.spawned_params.keys().filter(|path| last_name(path) == text);
        found.extend(named.map(|path| (path.clone(), false)));
    }
    found
}

/// Whether a name is neither that of a definition, nor imported, nor a part of a bigger name.
fn is_use(model: &Model, node: NodeId) -> bool {
    let is_import =
        |n: NodeId| matches!(model.kind(n), Kind::ImportStatement | Kind::ImportFromStatement);
    !matches!(model.tree.field(node), Field::Name | Field::Attribute)
        && !model.tree.ancestors(node).any(is_import)
}

fn used_functions(analyzer: &EscapeAnalyzer<'_>, node: NodeId) -> Vec<String> {
    let of = |origin: &Origin| match origin {
        Origin::Function(function) => vec![analyzer.model.path_of(*function)],
        Origin::Path(path) => analyzer.project.resolve(path),
        _ => Vec::new(),
    };
    analyzer.origins(node).iter().flat_map(of).collect()
}

/// Whether a name is called with what is certainly a coroutine for the parameter.
fn gives_coroutine(analyzer: &EscapeAnalyzer<'_>, name: NodeId, param: &SpawnedParam) -> bool {
    let model = analyzer.model;
    if let Some(decorator) = model.parent_of_kind(name, Kind::Decorator) {
        let decorated = model.tree.parent(decorator);
        let function = decorated.and_then(|d| model.child(d, Field::Definition));
        let is_coroutine = |f: NodeId| model.is_async(f) && !analyzer.is_generator(f);
        return param.is_called && param.index == 0 && function.is_some_and(is_coroutine);
    }
    let call = model.parent_of_kind(name, Kind::Call);
    let Some(call) = call.filter(|_| model.tree.field(name) == Field::Function) else {
        return false;
    };
    let arguments = model.positional(call);
    let before = &arguments[..arguments.len().min(param.index)];
    if before.iter().any(|n| model.kind(*n) == Kind::ListSplat) {
        return false;
    }
    let given = arguments.get(param.index).copied().or_else(|| model.keyword(call, &param.name));
    given.is_some_and(|given| match param.is_called {
        true => analyzer.makes_coroutine(given),
        false => analyzer.is_coroutine(model.bare(given)) == Some(true),
    })
}
