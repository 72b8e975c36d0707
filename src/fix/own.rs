//! Functions of the file that make a task from a coroutine and keep it: `_spawn(coro)`. It reads the model and the ledger.

use super::case::Case;
use crate::python::{BindingKind, Field, Kind, Model, NodeId, ScopeId};
use crate::tasks::{Judged, Reason};

/// A function of the file that can be called in place of a spawner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct OwnSpawner {
    /// Its name.
    pub name: String,
    /// Its definition.
    function: NodeId,
    /// The import paths of the spawner that it calls.
    paths: Vec<String>,
    /// The keyword arguments that it hands on.
    forwards: Vec<String>,
    /// Whether it returns the task.
    returns: bool,
}

/// The module-level functions that spawn and keep.
pub(super) fn own_spawners(context: &Case<'_>) -> Vec<OwnSpawner> {
    context.judged.iter().filter_map(|j| own_spawner(context, j)).collect()
}

fn own_spawner(context: &Case<'_>, judged: &Judged) -> Option<OwnSpawner> {
    let model = context.model;
    let call = judged.site.node;
    if !matches!(judged.reason, Reason::Container | Reason::Kept) || judged.site.uncalled {
        return None;
    }
    let function =
        model.function_of(call).filter(|f| model.tree.parent(*f) == Some(NodeId::ROOT))?;
    let body = model.child(function, Field::Body)?;
    let plain = |s: NodeId| {
        matches!(
            model.kind(s),
            Kind::ExpressionStatement | Kind::ReturnStatement | Kind::GlobalStatement
        )
    };
    if model.is_async(function)
        || context.sites_in(function).len() != 1
        || !model.tree.children(body).all(plain)
    {
        return None;
    }
    let name = model.child(function, Field::Name)?;
    // Inside a class such a name is another (language reference, "Private name mangling").
    if model.text(name).starts_with("__") {
        return None;
    }
    let arguments = model.positional(call);
    let forwards = keywords(model, call)?;
    let paths = model.paths(judged.site.callee);
    let usable = matches!(arguments[..], [one] if parameter(model, function, one) == Some(0))
        && model.bindings_of(name).len() == 1
        && others_have_defaults(model, function)
        && !paths.is_empty();
    usable.then(|| OwnSpawner {
        name: model.text(name).to_owned(),
        function,
        paths,
        forwards: forwards
            .into_iter()
            .filter(|(key, value)| {
                parameter(model, function, *value).is_some() && model.text(*value) == key
            })
            .map(|(key, _)| key)
            .collect(),
        returns: !model.returns(function).is_empty(),
    })
}

/// The index of the parameter of `function` that an identifier is, if it is never bound anew.
fn parameter(model: &Model, function: NodeId, node: NodeId) -> Option<usize> {
    match model.bindings_of(node) {
        [binding] => match binding.kind {
            BindingKind::Parameter { function: of, index, variadic: false, .. }
                if of == function =>
            {
                Some(index)
            }
            _ => None,
        },
        _ => None,
    }
}

fn others_have_defaults(model: &Model, function: NodeId) -> bool {
    let Some(list) = model.child(function, Field::Parameters) else {
        return false;
    };
    let mut others = model.tree.children(list).skip(1);
    others.all(|p| {
        let splat = matches!(
            model.kind(p),
            Kind::ListSplatPattern | Kind::DictionarySplatPattern | Kind::KeywordSeparator
        );
        splat || model.child(p, Field::Value).is_some()
    })
}

/// The keyword arguments of a call; none when there is a `**`.
fn keywords(model: &Model, call: NodeId) -> Option<Vec<(String, NodeId)>> {
    let list = model.child(call, Field::Arguments)?;
    let mut found = Vec::new();
    for argument in model.tree.children(list) {
        match model.kind(argument) {
            Kind::KeywordArgument => {
                let name = model.child(argument, Field::Name)?;
                let value = model.child(argument, Field::Value)?;
                found.push((model.text(name).to_owned(), value));
            }
            Kind::DictionarySplat | Kind::ListSplat => return None,
            _ => {}
        }
    }
    Some(found)
}

impl OwnSpawner {
    /// Whether it can be called where the spawner of `judged` is; `value` says that the task is used there.
    pub(super) fn serves(&self, context: &Case<'_>, judged: &Judged, value: bool) -> bool {
        let model = context.model;
        let call = judged.site.node;
        let seen = model
            .scopes
            .symbol(&self.name)
            .and_then(|s| model.scopes.lookup(model.scope_of(call), s));
        let inside = model.tree.contains(self.function, call);
        let later = model.function_of(call).is_some() || self.function < call;
        let handed = keywords(model, call)
            .is_some_and(|k| k.iter().all(|(name, _)| self.forwards.contains(name)));
        seen == Some(ScopeId::MODULE)
            && !inside
            && later
            && handed
            && !judged.site.uncalled
            && (self.returns || !value)
            && model.positional(call).len() == 1
            && model.paths(judged.site.callee) == self.paths
    }
}
