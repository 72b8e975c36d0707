//! Functions of a file that spawn a task from a coroutine and keep it, such as `_spawn(coro)`. It
//! must not choose between them.

use super::coroutine::{result_type, takes, wanted_result, yields};
use crate::python::{BindingKind, Field, Kind, Model, NodeId, ScopeId};
use crate::tasks::{ClassifiedSite, Reason};

/// A function that can be called in place of a spawner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::fix) struct KeepingSpawner {
    /// Its local name.
    pub name: String,
    /// Its definition, if it is in this file.
    function: Option<NodeId>,
    /// The import paths of the spawner that it calls.
    paths: Vec<String>,
    /// The keyword arguments that it passes on.
    forwards: Vec<String>,
    /// Whether it returns the task.
    returns: bool,
    /// The result that its coroutine has to have, if it takes no other.
    wanted: Option<String>,
}

/// The module-level functions of a file that spawn and keep; `classified` are the file's sites.
pub(in crate::fix) fn keeping_spawners(
    model: &Model,
    classified: &[ClassifiedSite],
) -> Vec<KeepingSpawner> {
    classified.iter().filter_map(|j| keeping_spawner(model, classified, j)).collect()
}

/// A function, if it spawns and keeps; `classified` are the file's sites.
pub(in crate::fix) fn keeping_spawner_at(
    model: &Model,
    classified: &[ClassifiedSite],
    function: NodeId,
) -> Option<KeepingSpawner> {
    sites_in(model, classified, function).iter().find_map(|j| keeping_spawner(model, classified, j))
}

/// The sites inside a node.
fn sites_in<'a>(
    model: &Model,
    classified: &'a [ClassifiedSite],
    node: NodeId,
) -> &'a [ClassifiedSite] {
    let from = classified.partition_point(|j| j.site.node < node);
    let inside = |j: &&ClassifiedSite| model.tree.contains(node, j.site.node);
    &classified[from..from + classified[from..].iter().take_while(inside).count()]
}

fn keeping_spawner(
    model: &Model,
    all: &[ClassifiedSite],
    classified: &ClassifiedSite,
) -> Option<KeepingSpawner> {
    let call = classified.site.node;
    if !matches!(classified.reason, Reason::Container | Reason::Kept) || classified.site.uncalled {
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
        || yields(model, function)
        || sites_in(model, all, function).len() != 1
        || !model.tree.children(body).all(plain)
    {
        return None;
    }
    let name = model.child(function, Field::Name)?;
    // Name mangling applies inside a class (language reference, "Private name mangling").
    if model.text(name).starts_with("__") {
        return None;
    }
    let arguments = model.positional(call);
    let forwards = keywords(model, call)?;
    let paths = model.paths(classified.site.callee);
    let usable = matches!(arguments[..], [one] if parameter(model, function, one) == Some(0))
        && model.bindings_of(name).len() == 1
        && others_have_defaults(model, function)
        && !paths.is_empty();
    usable.then(|| KeepingSpawner {
        name: model.text(name).to_owned(),
        function: Some(function),
        paths,
        forwards: forwards
            .into_iter()
            .filter(|(key, value)| {
                parameter(model, function, *value).is_some() && model.text(*value) == key
            })
            .map(|(key, _)| key)
            .collect(),
        returns: !model.returns(function).is_empty(),
        wanted: arguments.first().and_then(|first| wanted_by_parameter(model, *first)),
    })
}

/// Whether no module-level code from the statement of `first` to that of `last` can call a function
/// of the file.
fn calls_nothing(model: &Model, first: NodeId, last: NodeId) -> bool {
    let harmless = ["set", "dict", "list", "TypeVar", "logging.getLogger"];
    let calls = |n: NodeId| {
        model.kind(n) == Kind::Call
            && model.scope_of(n) == ScopeId::MODULE
            && !model.child(n, Field::Function).is_some_and(|f| harmless.contains(&model.text(f)))
    };
    // A set that the function fills may be bound below it.
    let top = |n: NodeId| model.tree.ancestors(n).take_while(|a| *a != NodeId::ROOT).last();
    let from = top(first).unwrap_or(first);
    let between = model.tree.children(NodeId::ROOT).skip_while(|s| *s < from);
    let between = between.take_while(|s| *s <= last);
    between.into_iter().all(|s| !calls(s) && !model.tree.descendants(s).any(calls))
}

/// The index of the parameter of `function` that an identifier is, if it is never rebound.
fn parameter(model: &Model, function: NodeId, node: NodeId) -> Option<usize> {
    let [binding] = model.bindings_of(node) else { return None };
    match binding.kind {
        BindingKind::Parameter { function: of, index, variadic: false, .. } => {
            (of == function).then_some(index)
        }
        _ => None,
    }
}

/// The result that the coroutine of a parameter has to have, by the parameter's annotation.
fn wanted_by_parameter(model: &Model, parameter: NodeId) -> Option<String> {
    model.bindings_of(parameter).iter().find_map(|b| match b.kind {
        BindingKind::Parameter { annotation: Some(annotation), .. } => {
            wanted_result(model.source.code(), model.text(annotation))
        }
        _ => None,
    })
}

/// The keyword arguments that a spawner gets when it is called where it is passed uncalled: those of the `partial` around it.
fn keywords_of_partial(model: &Model, reference: NodeId) -> Option<Vec<(String, NodeId)>> {
    let call = model.tree.ancestors(reference).find(|a| model.kind(*a) == Kind::Call)?;
    let callee = model.child(call, Field::Function)?;
    match model.is_path(callee, &["functools.partial"]) {
        true => keywords(model, call),
        false => Some(Vec::new()),
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

/// The keyword arguments of a call; none when it unpacks arguments.
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

impl KeepingSpawner {
    /// The same under the local name of a file that imports it.
    pub(in crate::fix) fn imported_as(&self, name: String) -> Self {
        Self { name, function: None, ..self.clone() }
    }

    /// Whether it can replace the spawner of `classified`; `value` says that the call's value is used.
    pub(in crate::fix) fn serves(
        &self,
        model: &Model,
        classified: &ClassifiedSite,
        value: bool,
    ) -> bool {
        self.is_seen(model, classified.site.node) && self.fits(model, classified, value)
    }

    /// Whether its name refers to it at a call.
    fn is_seen(&self, model: &Model, call: NodeId) -> bool {
        let seen = model.lookup(model.scope_of(call), &self.name);
        let inside = self.function.is_some_and(|f| model.tree.contains(f, call));
        let above = self.function.is_none_or(|f| f < call);
        let later = self.function.is_some_and(|f| calls_nothing(model, call, f));
        let reached = match model.function_of(call) {
            Some(_) => above || later,
            None => self.function.is_some() && above,
        };
        seen.is_some_and(|(owner, _)| owner == ScopeId::MODULE) && !inside && reached
    }

    /// Whether it treats the arguments of a call as the spawner does.
    pub(in crate::fix) fn fits(
        &self,
        model: &Model,
        classified: &ClassifiedSite,
        value: bool,
    ) -> bool {
        let call = classified.site.node;
        let uncalled = classified.site.uncalled;
        let handed = match uncalled {
            true => keywords_of_partial(model, call),
            false => keywords(model, call).filter(|_| model.positional(call).len() == 1),
        };
        handed.is_some_and(|k| k.iter().all(|(name, _)| self.forwards.contains(name)))
            && (self.returns || !value || uncalled)
            && model.paths(classified.site.callee) == self.paths
            && (self.wanted.is_none()
                || takes(self.wanted.as_deref(), result_type(model, call).as_deref()))
    }
}
