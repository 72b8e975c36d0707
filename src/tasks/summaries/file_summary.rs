//! The wrappers of one file, as far as the project index shows: functions that make tasks for their
//! callers. It reads no other file.

use std::collections::{BTreeMap, BTreeSet};
use std::mem;

use super::coroutine_params::{coroutines_given, spawned_params};
use super::decorators::{callable_makers, decorated, partials};
use crate::python::{Binding, BindingKind, Field, Kind, Model, NodeId, ScopeId, ScopeKind};
use crate::tasks::effects::{AccessPath, Dependency, PathConditions, makes_coroutine};
use crate::tasks::escape::{
    EscapeAnalyzer, PathSite, ResolvedSpawner, ReturnFlow, TaskPaths, task_paths,
};
use crate::tasks::libraries::Spawner;
use crate::tasks::project::{ProjectIndex, SpawnedParam, TaskOwner, Wrapper};
use crate::tasks::sites::{SiteFlow, classify_with_dependencies};
use crate::tasks::verdict::{ClassifiedSite, Reason, Verdict};

/// What one file contributes to the project index.
#[derive(Debug, Default)]
pub(super) struct FileSummary {
    /// The functions that make tasks for their callers.
    pub(in crate::tasks) wrappers: Vec<(String, Wrapper)>,
    /// The classes whose objects own a task.
    pub(in crate::tasks) task_owners: Vec<(String, TaskOwner)>,
    /// The functions that give a parameter to `ensure_future`.
    pub(in crate::tasks) spawned_params: Vec<(String, SpawnedParam)>,
    /// For each such function that the file uses, whether it gives it nothing but coroutines.
    pub(in crate::tasks) coroutines_given: BTreeMap<String, bool>,
    /// The methods that are assigned something else from outside of their classes.
    pub(in crate::tasks) replaced_methods: BTreeSet<String>,
    /// The methods with a task that is kept, or may be, and that they do not return.
    pub(in crate::tasks) keeping_methods: BTreeSet<String>,
    /// What this depends on in other files.
    pub(in crate::tasks) dependencies: BTreeSet<Dependency>,
    /// How often the wrappers have changed.
    changes: u32,
}

/// What a later evaluation of files has changed.
#[derive(Debug, Default)]
pub(super) struct SummaryChanges {
    /// The paths of the wrappers, as far as they may have changed.
    pub(super) wrappers: BTreeSet<String>,
    /// Whether anything has that is known of classes whose objects own a task.
    pub(super) task_owners: bool,
    /// Whether anything has that is known of functions that give a parameter to `ensure_future`.
    pub(super) coroutine_params: bool,
    /// Whether other methods are assigned something else.
    pub(super) replaced_methods: bool,
    /// Whether other methods keep a task.
    pub(super) keeping_methods: bool,
}

impl FileSummary {
    /// Whether two evaluations have found the same.
    #[cfg(test)]
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.wrappers == other.wrappers
            && self.task_owners == other.task_owners
            && self.spawned_params == other.spawned_params
            && self.coroutines_given == other.coroutines_given
            && self.replaced_methods == other.replaced_methods
            && self.keeping_methods == other.keeping_methods
            && self.dependencies == other.dependencies
    }

    /// Replaces the summary by that of a later evaluation. Wrappers that change more often than
    /// `max_changes` are widened: their callers are unsure.
    pub(super) fn update(&mut self, later: Self, max_changes: u32, changes: &mut SummaryChanges) {
        changes.task_owners |= self.task_owners != later.task_owners;
        changes.coroutine_params |= self.spawned_params != later.spawned_params
            || self.coroutines_given != later.coroutines_given;
        changes.replaced_methods |= self.replaced_methods != later.replaced_methods;
        changes.keeping_methods |= self.keeping_methods != later.keeping_methods;
        self.dependencies = later.dependencies;
        self.task_owners = later.task_owners;
        self.spawned_params = later.spawned_params;
        self.coroutines_given = later.coroutines_given;
        self.replaced_methods = later.replaced_methods;
        self.keeping_methods = later.keeping_methods;
        if self.wrappers == later.wrappers || self.changes > max_changes {
            return;
        }
        let all = self.wrappers.iter().chain(&later.wrappers);
        changes.wrappers.extend(all.map(|(path, _)| path.clone()));
        self.changes += 1;
        let before = mem::replace(&mut self.wrappers, later.wrappers);
        if self.changes <= max_changes {
            return;
        }
        let gone: Vec<_> = before.iter().filter(|w| !self.wrappers.contains(w)).cloned().collect();
        let new = self.wrappers.iter_mut().filter(|w| !before.contains(w));
        new.for_each(|(_, wrapper)| wrapper.others = PathConditions::always());
        self.wrappers.extend(gone.into_iter().map(|(path, wrapper)| {
            (path, Wrapper { others: PathConditions::always(), ..wrapper })
        }));
    }
}

/// Summarizes a file.
pub(super) fn summarize(model: &Model, project: &ProjectIndex) -> FileSummary {
    let (sites, mut dependencies) = classify_with_dependencies(model, project);
    let analyzer = EscapeAnalyzer::new(model, project);
    let lambdas = sites.iter().filter_map(|(classified, _)| lambda(&analyzer, classified));
    let mut wrappers: Vec<(String, Wrapper)> = lambdas.collect();
    let mut by_function: BTreeMap<NodeId, Vec<FunctionSite<'_>>> = BTreeMap::new();
    for (classified, flow) in &sites {
        if let Some((function, site)) = function_site(&analyzer, classified, flow) {
            by_function.entry(function).or_default().push(site);
        }
    }
    let returned = sites.iter().filter(|(site, _)| site.reason == Reason::Callback);
    let inner = by_function.keys().copied().chain(returned.map(|(site, _)| site.sink));
    let makers: BTreeSet<NodeId> = inner.flat_map(|n| functions_around(model, n)).collect();
    let all = by_function.into_iter();
    wrappers.extend(all.filter_map(|(function, sites)| wrapper_of(&analyzer, function, sites)));
    wrappers.extend(forwarded(&analyzer));
    let made = callable_makers(&analyzer, &makers, &wrappers);
    wrappers.extend(made);
    wrappers.extend(decorated(&analyzer));
    wrappers.extend(partials(&analyzer));
    let task_owners = task_owners(&analyzer, &sites);
    let spawned_params = spawned_params(model, sites.iter().map(|(site, _)| site));
    let coroutines_given = coroutines_given(&analyzer);
    let keeping = sites.iter().filter_map(|(site, _)| keeping_method(model, site));
    let keeping_methods = keeping.chain(mixed_in(model)).collect();
    let replaced_methods = replaced_methods(&analyzer);
    dependencies.extend(analyzer.into_dependencies());
    FileSummary {
        wrappers,
        task_owners,
        spawned_params,
        coroutines_given,
        replaced_methods,
        keeping_methods,
        dependencies,
        changes: 0,
    }
}

/// The methods of the name of a wrapper that a file replaces for an object or a class, unless it is test code: `pool.spawn = f`.
fn replaced_methods(analyzer: &EscapeAnalyzer<'_>) -> BTreeSet<String> {
    let (model, project) = (analyzer.model, analyzer.project);
    let replaced = |assignment: NodeId| {
        let target = model.child(assignment, Field::Left)?;
        let (object, name) =
            (model.child(target, Field::Object)?, model.child(target, Field::Attribute)?);
        let name = model.text(name);
        let is_outside = project.is_wrapper_name(name) && model.self_class(object).is_none();
        let classes = is_outside.then(|| analyzer.classes_of(object)).into_iter().flatten();
        Some(classes.map(move |class| format!("{class}.{name}")))
    };
    if model.is_test {
        return BTreeSet::new();
    }
    let assignments = model.tree.parsed_of(|kind| kind == Kind::Assignment);
    assignments.filter_map(replaced).flatten().collect()
}

/// The path of the method around a site, if its task is kept there or may be.
fn keeping_method(model: &Model, site: &ClassifiedSite) -> Option<String> {
    if site.verdict() == Verdict::Dropped || site.reason == Reason::Returned {
        return None;
    }
    let is_method = |f: &NodeId| model.scopes.scope(model.scope_of(*f)).kind == ScopeKind::Class;
    functions_around(model, site.site.node).find(is_method).map(|method| model.path_of(method))
}

/// The methods of classes without bases that get a task of the class beside them: `super().spawn(...)`.
fn mixed_in(model: &Model) -> impl Iterator<Item = String> + '_ {
    let of = move |function: NodeId| {
        let name = model.name_of(function);
        let scope = model.scopes.scope(model.scope_of(function));
        let is_mixin = scope.kind == ScopeKind::Class
            && !name.starts_with("__")
            && model.bases(scope.node).is_empty()
            && model.text(function).contains(&format!("super().{name}("));
        is_mixin.then(|| model.path_of(function))
    };
    model.tree.parsed_of(|kind| kind == Kind::FunctionDefinition).filter_map(of)
}

/// The classes whose objects own one of the tasks that their methods make.
fn task_owners(analyzer: &EscapeAnalyzer<'_>, sites: &[SiteFlow]) -> Vec<(String, TaskOwner)> {
    let model = analyzer.model;
    let class = |(site, _): &SiteFlow| {
        let method = model.function_of(site.site.node)?;
        let scope = model.scopes.scope(model.scope_of(method));
        let is_method = site.reason == Reason::Attribute && scope.kind == ScopeKind::Class;
        is_method.then_some(scope.node)
    };
    let classes: BTreeSet<NodeId> = sites.iter().filter_map(class).collect();
    let owner = |class: NodeId| Some((model.path_of(class), analyzer.owner_of_task(class)?));
    classes.into_iter().filter_map(owner).collect()
}

/// The functions around a function or lambda, innermost first.
fn functions_around(model: &Model, function: NodeId) -> impl Iterator<Item = NodeId> + '_ {
    std::iter::successors(model.function_of(function), |outer| model.function_of(*outer))
}

/// Functions that return the coroutine of an async wrapper, unawaited: `def f(self): return self.router.f()`.
fn forwarded(analyzer: &EscapeAnalyzer<'_>) -> Vec<(String, Wrapper)> {
    let model = analyzer.model;
    let forward = |call: NodeId| {
        let statement = model.tree.parent(call)?;
        let function = model.scopes.scope(model.frame_of(call)).node;
        let plain = model.kind(statement) == Kind::ReturnStatement
            && model.kind(function) == Kind::FunctionDefinition
            && !model.is_async(function)
            && analyzer.returns_as_written(function);
        if !plain {
            return None;
        }
        let found = analyzer.spawner(model.child(call, Field::Function)?)?;
        let handed = found.wrapper.filter(|w| w.is_async)?;
        let flow = ReturnFlow::default();
        let site =
            PathSite { node: call, gives: given(analyzer, call, &found, function), flow: &flow };
        let paths = task_paths(analyzer, function, &[site]);
        let wrapper = wrapper_with(paths, handed.access, true, false)?;
        (!wrapper.fresh.is_empty()).then(|| (model.path_of(function), wrapper))
    };
    if !analyzer.project.has_async_wrappers {
        return Vec::new();
    }
    model.tree.parsed_of(|kind| kind == Kind::Call).filter_map(forward).collect()
}

/// A lambda that returns a task to a caller that is not known.
fn lambda(analyzer: &EscapeAnalyzer<'_>, classified: &ClassifiedSite) -> Option<(String, Wrapper)> {
    let model = analyzer.model;
    let is_lambda = classified.reason == Reason::Callback
        && model.kind(classified.sink) == Kind::Lambda
        && !classified.site.uncalled
        && !analyzer.may_be_futures(classified.site.node, classified.site.spawner);
    let path = || format!("{}.<lambda>{}", model.module, model.tree.start(classified.sink));
    let is_threadsafe = || is_threadsafe(analyzer, classified);
    is_lambda.then(|| (path(), Wrapper { is_threadsafe: is_threadsafe(), ..Wrapper::fresh() }))
}

/// A site whose task its function returns or keeps.
struct FunctionSite<'a> {
    path: PathSite<'a>,
    is_threadsafe: bool,
}

/// The function around a site, if that makes a task for its callers there.
fn function_site<'a>(
    analyzer: &EscapeAnalyzer<'_>,
    classified: &'a ClassifiedSite,
    flow: &'a ReturnFlow,
) -> Option<(NodeId, FunctionSite<'a>)> {
    let model = analyzer.model;
    let call = classified.site.node;
    // `return asyncio.shield(self._future)` makes no task.
    if classified.site.uncalled
        || classified.verdict() == Verdict::Managed
        || analyzer.may_be_futures(call, classified.site.spawner)
    {
        return None;
    }
    let scope = model.frame_of(call);
    let function = model.scopes.scope(scope).node;
    if model.kind(function) != Kind::FunctionDefinition || !analyzer.returns_as_written(function) {
        return None;
    }
    // Calling a class returns the instance.
    if model.name_of(function) == "__init__" {
        return None;
    }
    let found = model.child(call, Field::Function).and_then(|callee| analyzer.spawner(callee));
    let gives = found.map(|found| given(analyzer, call, &found, function));
    let mut gives = gives.unwrap_or_else(TaskPaths::fresh);
    if let Some(callable) = analyzer.unknown_callable(call, classified.site.spawner) {
        let decided = |expected| makes_coroutine(model, function, callable, expected);
        if let (Some(fresh), Some(none)) = (decided(true), decided(false)) {
            gives = TaskPaths { fresh, none, ..TaskPaths::default() };
        }
    }
    match classified.reason {
        Reason::Returned if model.kind(classified.sink) == Kind::Yield => return None,
        Reason::Returned => {}
        Reason::Attribute | Reason::Container | Reason::Global | Reason::Kept
            if spawns_parameter(model, call, scope) =>
        {
            let fresh = mem::take(&mut gives.fresh);
            gives.kept.extend(fresh);
        }
        _ => return None,
    }
    let is_threadsafe = is_threadsafe(analyzer, classified);
    Some((function, FunctionSite { path: PathSite { node: call, gives, flow }, is_threadsafe }))
}

/// What a call of a spawner gives, by the parameters of the function around it.
fn given(
    analyzer: &EscapeAnalyzer<'_>,
    call: NodeId,
    found: &ResolvedSpawner<'_>,
    function: NodeId,
) -> TaskPaths {
    let Some(wrapper) = found.wrapper else { return TaskPaths::fresh() };
    let own = |paths: &PathConditions| paths.forwarded(analyzer.guarded(call), function);
    let (fresh, kept, none) = (own(&wrapper.fresh), own(&wrapper.kept), own(&wrapper.others));
    let callee = analyzer.model.child(call, Field::Function);
    let may_be_kept = callee.is_some_and(|callee| analyzer.may_be_kept_by_override(callee, found));
    let unclear = if may_be_kept { fresh.clone() } else { PathConditions::default() };
    TaskPaths { none, fresh, kept, unclear }
}

/// A function with these sites as a wrapper, if it is one.
fn wrapper_of(
    analyzer: &EscapeAnalyzer<'_>,
    function: NodeId,
    sites: Vec<FunctionSite<'_>>,
) -> Option<(String, Wrapper)> {
    let model = analyzer.model;
    let is_threadsafe = sites.iter().all(|site| site.is_threadsafe);
    let sites: Vec<PathSite<'_>> = sites.into_iter().map(|site| site.path).collect();
    let mut access = sites.iter().map(|site| site.flow.access);
    let first = access.next().flatten();
    let access = match access.all(|other| other == first) {
        true => first,
        false => Some(AccessPath::FLAT),
    };
    let paths = task_paths(analyzer, function, &sites);
    let wrapper = wrapper_with(paths, access, model.is_async(function), is_threadsafe)?;
    Some((model.path_of(function), wrapper))
}

/// A wrapper with these paths; none where it makes no task.
fn wrapper_with(
    paths: TaskPaths,
    access: Option<AccessPath>,
    is_async: bool,
    is_threadsafe: bool,
) -> Option<Wrapper> {
    let TaskPaths { none: mut others, fresh, kept, unclear } = paths;
    others.extend(unclear);
    let makes = !fresh.is_empty() || !kept.is_empty();
    makes.then_some(Wrapper {
        fresh,
        kept,
        others,
        is_async,
        access,
        is_threadsafe,
        defined_as: None,
    })
}

/// Whether what a function returns is a future of `run_coroutine_threadsafe`.
fn is_threadsafe(analyzer: &EscapeAnalyzer<'_>, classified: &ClassifiedSite) -> bool {
    let inner = || {
        let callee = analyzer.model.child(classified.site.node, Field::Function)?;
        analyzer.spawner(callee)?.wrapper
    };
    classified.site.spawner == Spawner::Threadsafe || inner().is_some_and(|w| w.is_threadsafe)
}

/// Whether the coroutine that a spawner gets is a parameter of the function, or a call of one.
fn spawns_parameter(model: &Model, call: NodeId, scope: ScopeId) -> bool {
    let Some(first) = model.positional(call).first().copied() else {
        return false;
    };
    let mut name = model.bare(first);
    if model.kind(name) == Kind::Call {
        name = model.child(name, Field::Function).unwrap_or(name);
    }
    // A decorator's wrapper calls a parameter of the function around it.
    let own = |b: &Binding| matches!(b.kind, BindingKind::Parameter { index, .. } if !(index == 0 && model.self_class(name).is_some()));
    model.variable(name).is_some_and(|(owner, _)| {
        owner == scope || model.scopes.scope(owner).kind == ScopeKind::Function
    }) && model.bindings_of(name).iter().any(own)
}
