//! The wrappers of one file, as far as the project index shows: functions that make tasks for their
//! callers. It reads no other file.

use std::cell::OnceCell;
use std::collections::{BTreeSet, HashMap};
use std::mem;

use crate::python::{Binding, BindingKind, Field, Kind, Model, NodeId, ScopeId};
use crate::tasks::effects::{
    Dependency, ParamGuard, PathCondition, has_default, is_conjunction, path_condition,
};
use crate::tasks::escape::{EscapeAnalyzer, has_plain_decorators};
use crate::tasks::libraries::Spawner;
use crate::tasks::project::{Ownership, ProjectIndex, Wrapper};
use crate::tasks::sites::classify_with_dependencies;
use crate::tasks::verdict::{ClassifiedSite, Reason, Verdict};

/// Defaults that switch a parameter off.
const OFF_DEFAULTS: &[Kind] = &[Kind::None, Kind::False];

/// What one file contributes to the project index.
#[derive(Debug, Default)]
pub(super) struct FileSummary {
    /// The functions that make tasks for their callers.
    pub(in crate::tasks) wrappers: Vec<(String, Wrapper)>,
    /// What this depends on in other files.
    pub(in crate::tasks) dependencies: BTreeSet<Dependency>,
    /// How often the wrappers have changed.
    changes: u32,
}

impl FileSummary {
    /// Replaces the summary by that of a later evaluation. Wrappers that change more often than
    /// `max_changes` are widened: their callers are unsure.
    pub(super) fn update(&mut self, later: Self, max_changes: u32) {
        self.dependencies = later.dependencies;
        if self.wrappers == later.wrappers || self.changes > max_changes {
            return;
        }
        self.changes += 1;
        let before = mem::replace(&mut self.wrappers, later.wrappers);
        if self.changes <= max_changes {
            return;
        }
        let gone: Vec<_> = before.iter().filter(|w| !self.wrappers.contains(w)).cloned().collect();
        let new = self.wrappers.iter_mut().filter(|w| !before.contains(w));
        new.for_each(|(_, wrapper)| wrapper.ownership = Ownership::Sometimes);
        self.wrappers.extend(
            gone.into_iter().map(|(path, wrapper)| {
                (path, Wrapper { ownership: Ownership::Sometimes, ..wrapper })
            }),
        );
    }
}

/// Summarizes a file.
pub(super) fn summarize(model: &Model, project: &ProjectIndex) -> FileSummary {
    let (sites, mut dependencies) = classify_with_dependencies(model, project);
    let analyzer = EscapeAnalyzer::new(model, project);
    let mut functions: HashMap<NodeId, FunctionFacts> = HashMap::new();
    let mut wrappers: Vec<(String, Wrapper)> = sites
        .iter()
        .filter_map(|classified| wrapper_of(&analyzer, classified, &mut functions))
        .collect();
    wrappers.extend(forwarded(&analyzer));
    dependencies.extend(analyzer.into_dependencies());
    FileSummary { wrappers, dependencies, changes: 0 }
}

/// What all sites of a function have in common; each is computed once.
#[derive(Debug, Default)]
struct FunctionFacts {
    switches: OnceCell<BTreeSet<String>>,
    /// By whether its parameters decide.
    has_two_modes: [OnceCell<bool>; 2],
    returns_other_values: OnceCell<bool>,
}

impl FunctionFacts {
    fn switches(&self, model: &Model, function: NodeId) -> &BTreeSet<String> {
        self.switches.get_or_init(|| switches(model, function))
    }

    fn has_two_modes(&self, model: &Model, function: NodeId, is_told: bool) -> bool {
        let known = &self.has_two_modes[usize::from(is_told)];
        *known.get_or_init(|| has_two_modes(model, function, is_told))
    }

    fn returns_other_values(&self, analyzer: &EscapeAnalyzer<'_>, function: NodeId) -> bool {
        let find = || {
            self.switches(analyzer.model, function).is_empty()
                && returns_other_values(analyzer, function)
        };
        *self.returns_other_values.get_or_init(find)
    }
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
            && has_plain_decorators(model, function);
        if !plain {
            return None;
        }
        let found = analyzer.spawner(model.child(call, Field::Function)?)?;
        let fresh = found.is_async() && found.forced.is_none();
        let handed = found.wrapper?;
        let wrapper = Wrapper {
            ownership: Ownership::Fresh,
            is_async: true,
            in_container: false,
            switches: forwarded_parameters(model, call, &handed.switches),
            paths: forwarded_paths(model, call, function, handed)?,
            is_threadsafe: false,
            keeps_with: BTreeSet::new(),
        };
        fresh.then(|| (model.path_of(function), wrapper))
    };
    if !analyzer.project.wrappers.values().any(|w| w.is_async) {
        return Vec::new();
    }
    model.tree.parsed_ids().filter(|n| model.kind(*n) == Kind::Call).filter_map(forward).collect()
}

/// The enclosing function as a wrapper, if a site in it makes a task for its callers.
fn wrapper_of(
    analyzer: &EscapeAnalyzer<'_>,
    classified: &ClassifiedSite,
    functions: &mut HashMap<NodeId, FunctionFacts>,
) -> Option<(String, Wrapper)> {
    let model = analyzer.model;
    if classified.site.uncalled || classified.verdict() == Verdict::Managed {
        return None;
    }
    // `return asyncio.shield(self._future)` makes no task.
    if analyzer.may_be_futures(classified.site.node, classified.site.spawner) {
        return None;
    }
    let scope = model.frame_of(classified.site.node);
    let function = model.scopes.scope(scope).node;
    if classified.reason == Reason::Callback && model.kind(classified.sink) == Kind::Lambda {
        let path = format!("{}.<lambda>{}", model.module, model.tree.start(classified.sink));
        return Some((
            path,
            Wrapper {
                ownership: Ownership::Fresh,
                is_async: false,
                in_container: false,
                switches: BTreeSet::new(),
                paths: BTreeSet::from([PathCondition::new()]),
                is_threadsafe: is_threadsafe(analyzer, classified),
                keeps_with: BTreeSet::new(),
            },
        ));
    }
    if model.kind(function) != Kind::FunctionDefinition || !has_plain_decorators(model, function) {
        return None;
    }
    // Calling a class returns the instance.
    if model.child(function, Field::Name).is_some_and(|name| model.text(name) == "__init__") {
        return None;
    }
    let is_async = model.is_async(function);
    let returned = || returned_value(model, function, classified);
    let condition = match classified.reason {
        Reason::Returned => returned().map(|sink| {
            path_condition(model, function, part_of(model, sink, classified.site.node))
        }),
        _ => None,
    };
    let has_too_many_conditions = condition == Some(None);
    let (guards, decide) = condition.flatten().unwrap_or_default();
    let is_told = decide && !guards.is_empty();
    let facts = functions.entry(function).or_default();
    let ownership = match classified.reason {
        Reason::Returned => match model.kind(classified.sink) {
            _ if has_too_many_conditions => Ownership::Sometimes,
            _ if facts.has_two_modes(model, function, is_told) => Ownership::Sometimes,
            Kind::Yield => return None,
            _ if returned_value(model, function, classified).is_none() => Ownership::Sometimes,
            kind if !returns_container(model, classified.sink)
                && (kind == Kind::ReturnStatement || !is_told)
                && facts.returns_other_values(analyzer, function) =>
            {
                Ownership::Sometimes
            }
            _ => Ownership::Fresh,
        },
        Reason::Attribute | Reason::Container | Reason::Global | Reason::Kept
            if spawns_parameter(model, classified.site.node, scope) =>
        {
            Ownership::Kept
        }
        _ => return None,
    };
    let in_container =
        classified.reason == Reason::Returned && returns_container(model, classified.sink);
    let keeps_with = match ownership {
        Ownership::Sometimes if returned_value(model, function, classified).is_none() => {
            keeps_with(analyzer, classified)
        }
        _ => BTreeSet::new(),
    };
    let mut switches = facts.switches(model, function).clone();
    switches.retain(|name| !guards.iter().any(|(guard, _)| guard == name));
    Some((
        model.path_of(function),
        Wrapper {
            ownership,
            is_async,
            in_container,
            switches,
            paths: BTreeSet::from([guards]),
            is_threadsafe: is_threadsafe(analyzer, classified),
            keeps_with,
        },
    ))
}

/// The `return` that returns a task, or the returned container; none where the sink of the site
/// keeps the task as well. A task awaited in one `return` may be returned by exactly one other: `if
/// wait: return f.result()`, `return f`.
fn returned_value(model: &Model, function: NodeId, classified: &ClassifiedSite) -> Option<NodeId> {
    let sink = classified.sink;
    if model.kind(sink) == Kind::ReturnStatement || returns_container(model, sink) {
        return Some(sink);
    }
    let waited = in_return(model, sink).then(|| awaited_task(model, sink)).flatten()?;
    let own = model.variable(waited)?;
    let gives = |value: &NodeId| model.variable(model.bare(*value)) == Some(own);
    let mut returns = model.returns(function).into_iter().filter(gives);
    let only = returns.next().filter(|_| returns.next().is_none())?;
    Some(only)
}

/// Whether the sink of a site is a returned container.
fn returns_container(model: &Model, sink: NodeId) -> bool {
    in_return(model, sink) && awaited_task(model, sink).is_none()
}

/// The task that an expression awaits or waits for.
fn awaited_task(model: &Model, expression: NodeId) -> Option<NodeId> {
    if model.kind(expression) == Kind::Await {
        return model.tree.first_child(expression).map(|task| model.bare(task));
    }
    let (object, method) = model.called_method(expression)?;
    matches!(method, "result" | "exception").then(|| model.bare(object))
}

/// The site if it is part of the sink, where it may be guarded by a conditional expression; else
/// the sink.
fn part_of(model: &Model, sink: NodeId, site: NodeId) -> NodeId {
    if model.tree.contains(sink, site) { site } else { sink }
}

/// Whether what a function returns is a future of `run_coroutine_threadsafe`.
fn is_threadsafe(analyzer: &EscapeAnalyzer<'_>, classified: &ClassifiedSite) -> bool {
    let inner = || {
        let callee = analyzer.model.child(classified.site.node, Field::Function)?;
        analyzer.spawner(callee)?.wrapper
    };
    classified.site.spawner == Spawner::Threadsafe || inner().is_some_and(|w| w.is_threadsafe)
}

/// The path conditions of a function that returns a wrapper's call; none when that call returns no
/// task.
fn forwarded_paths(
    model: &Model,
    call: NodeId,
    function: NodeId,
    wrapper: &Wrapper,
) -> Option<BTreeSet<PathCondition>> {
    let own = |(name, guard): &(String, ParamGuard)| {
        let handed = model.keyword(call, name).and_then(|value| {
            let own = guard.forwarded(model, function, value)?;
            Some((model.text(value).to_owned(), own))
        });
        let is_satisfied = || guard.is_satisfied(model, call, name, true) == Some(true);
        match handed {
            Some(own) => Some(Some(own)),
            None => is_satisfied().then_some(None),
        }
    };
    let path = |guards: &PathCondition| guards.iter().map(own).collect::<Option<Vec<_>>>();
    let paths: BTreeSet<PathCondition> =
        wrapper.paths.iter().filter_map(path).map(|w| w.into_iter().flatten().collect()).collect();
    (!paths.is_empty()).then_some(paths)
}

/// The parameters that a call passes on for these keywords.
fn forwarded_parameters(
    model: &Model,
    call: NodeId,
    switches: &BTreeSet<String>,
) -> BTreeSet<String> {
    let values = switches.iter().filter_map(|name| model.keyword(call, name));
    values
        .filter(|v| model.kind(*v) == Kind::Identifier)
        .map(|v| model.text(v).to_owned())
        .collect()
}

/// The parameters that conditions around a `return` mention.
fn switches(model: &Model, function: NodeId) -> BTreeSet<String> {
    let scope = model.scopes.opened_by(function);
    let returns = model.returns(function);
    let conditions = returns.iter().flat_map(|r| {
        let inside = model.tree.ancestors(*r).take_while(|n| *n != function);
        inside.filter_map(|n| model.child(n, Field::Condition)).collect::<Vec<_>>()
    });
    let names = conditions.flat_map(|c| std::iter::once(c).chain(model.tree.descendants(c)));
    names
        .filter(|n| model.kind(*n) == Kind::Identifier && model.scopes.owner(*n) == scope)
        .filter(|n| {
            let parameter = |b: &Binding| matches!(b.kind, BindingKind::Parameter { .. });
            model.bindings_of(*n).iter().any(parameter) && model.self_class(*n).is_none()
        })
        .map(|n| model.text(n).to_owned())
        .collect()
}

/// Whether a function returns a task if an event loop is running, and waits for the result
/// otherwise: unless its parameters decide, it is not known whether callers get a task. `if
/// loop.is_running(): return loop.create_task(x)` and then `loop.run_until_complete(x)`.
fn has_two_modes(model: &Model, function: NodeId, is_told: bool) -> bool {
    let scope = model.scopes.opened_by(function);
    let tells = |n: NodeId| {
        let name = match model.kind(n) {
            Kind::Attribute => model.child(n, Field::Attribute).unwrap_or(n),
            _ => n,
        };
        let name = model.text(name);
        let dependencies = matches!(name, "is_running" | "get_running_loop" | "_get_running_loop");
        let waits = matches!(name, "run_until_complete" | "run")
            && model.tree.parent(n).is_some_and(|p| model.kind(p) == Kind::Call)
            && (name != "run" || model.is_path(n, &["asyncio.run"]));
        waits && !is_told || dependencies && is_in_condition(model, n)
    };
    let named = |n: &NodeId| matches!(model.kind(*n), Kind::Identifier | Kind::Attribute);
    let inside = model.tree.descendants(function).filter(|n| Some(model.scope_of(*n)) == scope);
    inside.filter(named).any(tells)
}

/// Whether a node is part of the condition of an `if`.
fn is_in_condition(model: &Model, node: NodeId) -> bool {
    let around = std::iter::once(node).chain(model.tree.ancestors(node));
    let expression = around.into_iter().take_while(|n| !model.kind(*n).is_statement());
    expression.into_iter().any(|n| model.tree.field(n) == Field::Condition)
}

/// Whether a function returns something else than a task on some paths.
fn returns_other_values(analyzer: &EscapeAnalyzer<'_>, function: NodeId) -> bool {
    let model = analyzer.model;
    let is_other = |value: &NodeId| {
        let value = model.bare(*value);
        let plain = matches!(model.kind(value), Kind::Call | Kind::Await);
        plain && !analyzer.is_known_task(value)
    };
    model.returns(function).iter().any(is_other)
}

/// The parameters that make a function keep its task: off by default, and tested by the condition
/// around the sink.
fn keeps_with(analyzer: &EscapeAnalyzer<'_>, classified: &ClassifiedSite) -> BTreeSet<String> {
    let model = analyzer.model;
    if classified.sink == classified.site.callee {
        let callee = model.child(classified.site.node, Field::Function);
        let found = callee.and_then(|c| analyzer.spawner(c));
        let handed = found.and_then(|f| f.wrapper).map(|w| &w.keeps_with);
        let passed = handed.map(|names| {
            let values = names.iter().filter_map(|name| model.keyword(classified.site.node, name));
            values
                .filter(|v| has_default(model, *v, OFF_DEFAULTS))
                .map(|v| model.text(v).to_owned())
                .collect()
        });
        return passed.unwrap_or_default();
    }
    let condition =
        model.tree.ancestors(classified.sink).find(|n| model.kind(*n) == Kind::IfStatement);
    let Some(condition) = condition.and_then(|n| model.child(n, Field::Condition)) else {
        return BTreeSet::new();
    };
    let mut names = BTreeSet::new();
    let mut parts = vec![model.bare(condition)];
    while let Some(part) = parts.pop() {
        if is_conjunction(model, part) == Some(true) {
            parts.extend(model.tree.children(part));
        } else if has_default(model, part, OFF_DEFAULTS) {
            names.insert(model.text(part).to_owned());
        }
    }
    names
}

/// Whether a node is the value of a `return`.
fn in_return(model: &Model, node: NodeId) -> bool {
    model.tree.parent(node).is_some_and(|p| model.kind(p) == Kind::ReturnStatement)
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
    let own = |b: &Binding| matches!(b.kind, BindingKind::Parameter { index, .. } if !(index == 0 && model.self_class(name).is_some()));
    model.variable(name).is_some_and(|(owner, _)| owner == scope)
        && model.bindings_of(name).iter().any(own)
}
