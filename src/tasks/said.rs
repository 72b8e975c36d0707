//! What one file says of its functions, as far as the project's facts show it: which make tasks for their callers. It
//! reads no other file.

use std::collections::BTreeSet;

use super::gate::{Gate, Gates, gates, has_default, operator};
use super::inquiry::Inquiry;
use super::judge::judge_asking;
use super::project::{Keeping, Project, Wrapper};
use super::taker::has_plain_decorators;
use super::taking::Ask;
use super::verdict::{Judged, Reason, Spawner, Verdict};
use crate::python::{Binding, BindingKind, Field, Kind, Model, NodeId, ScopeId};

/// The defaults of parameters that are off unless they are given.
const OFF: &[Kind] = &[Kind::None, Kind::False];

/// What one file says.
#[derive(Debug, Default)]
pub(super) struct Said {
    /// The functions that make tasks for their callers.
    pub(super) wrappers: Vec<(String, Wrapper)>,
    /// What others could tell it, or have told.
    pub(super) asks: BTreeSet<Ask>,
    /// How often the wrappers have changed.
    pub(super) changes: u32,
}

/// What a file says.
pub(super) fn said_by(model: &Model, project: &Project) -> Said {
    let (ledger, mut asks) = judge_asking(model, project);
    let inquiry = Inquiry::new(model, project);
    let mut wrappers: Vec<(String, Wrapper)> =
        ledger.iter().filter_map(|judged| wrapper_of(&inquiry, judged)).collect();
    asks.extend(inquiry.into_asks());
    wrappers.extend(forwarded(model, project));
    Said { wrappers, asks, changes: 0 }
}

/// Functions that return the coroutine of an async wrapper, unawaited: `def f(self): return self.router.f()`.
fn forwarded(model: &Model, project: &Project) -> Vec<(String, Wrapper)> {
    let inquiry = Inquiry::new(model, project);
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
        let found = inquiry.spawner(model.child(call, Field::Function)?)?;
        let fresh = found.is_async() && found.settled.is_none();
        let handed = found.wrapper?;
        let wrapper = Wrapper {
            keeping: Keeping::Fresh,
            is_async: true,
            in_container: false,
            switches: passed_on(model, call, &handed.switches),
            ways: handed_on(model, call, function, handed)?,
            is_threadsafe: false,
            keeps_with: BTreeSet::new(),
        };
        fresh.then(|| (model.path_of(function), wrapper))
    };
    if !project.wrappers.values().any(|w| w.is_async) {
        return Vec::new();
    }
    model.tree.seen().filter(|n| model.kind(*n) == Kind::Call).filter_map(forward).collect()
}

/// The function that a site makes a task for its callers in, if it does.
fn wrapper_of(inquiry: &Inquiry<'_>, judged: &Judged) -> Option<(String, Wrapper)> {
    let (model, project) = (inquiry.model, inquiry.project);
    if judged.site.uncalled || judged.verdict() == Verdict::Managed {
        return None;
    }
    // `return asyncio.shield(self._future)` makes no task.
    if inquiry.may_be_futures(judged.site.node, judged.site.spawner) {
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
                in_container: false,
                switches: BTreeSet::new(),
                ways: BTreeSet::from([Gates::new()]),
                is_threadsafe: is_threadsafe(model, project, judged),
                keeps_with: BTreeSet::new(),
            },
        ));
    }
    if model.kind(function) != Kind::FunctionDefinition || !has_plain_decorators(model, function) {
        return None;
    }
    // Who calls a class gets the object.
    if model.child(function, Field::Name).is_some_and(|name| model.text(name) == "__init__") {
        return None;
    }
    let is_async = model.is_async(function);
    let (gates, decide) = match judged.reason {
        Reason::Returned => match given_out(model, function, judged) {
            Some(end) => gates(model, function, part_of(model, end, judged.site.node)),
            None => (Gates::new(), false),
        },
        _ => (Gates::new(), false),
    };
    let is_told = decide && !gates.is_empty();
    let keeping = match judged.reason {
        Reason::Returned => match model.kind(judged.end) {
            _ if has_two_modes(model, function, is_told) => Keeping::Sometimes,
            Kind::Yield => return None,
            _ if given_out(model, function, judged).is_none() => Keeping::Sometimes,
            kind if !gives_container(model, judged.end)
                && (kind == Kind::ReturnStatement || !is_told)
                && gives_else(model, project, function) =>
            {
                Keeping::Sometimes
            }
            _ => Keeping::Fresh,
        },
        Reason::Attribute | Reason::Container | Reason::Global | Reason::Kept
            if spawns_parameter(model, judged.site.node, scope) =>
        {
            Keeping::Kept
        }
        _ => return None,
    };
    let in_container = judged.reason == Reason::Returned && gives_container(model, judged.end);
    let keeps_with = match keeping {
        Keeping::Sometimes if given_out(model, function, judged).is_none() => {
            keeps_with(model, project, judged)
        }
        _ => BTreeSet::new(),
    };
    let mut switches = switches(model, function);
    switches.retain(|name| !gates.iter().any(|(gate, _)| gate == name));
    Some((
        model.path_of(function),
        Wrapper {
            keeping,
            is_async,
            in_container,
            switches,
            ways: BTreeSet::from([gates]),
            is_threadsafe: is_threadsafe(model, project, judged),
            keeps_with,
        },
    ))
}

/// The `return` that gives a task out, or the container in it; none where what ends a site keeps the task besides. One that
/// is waited for in a `return` is given out by another, if it is by one alone: `if wait: return f.result()`, `return f`.
fn given_out(model: &Model, function: NodeId, judged: &Judged) -> Option<NodeId> {
    let end = judged.end;
    if model.kind(end) == Kind::ReturnStatement || gives_container(model, end) {
        return Some(end);
    }
    let waited = in_return(model, end).then(|| waited_for(model, end)).flatten()?;
    let own = model.variable(waited)?;
    let gives = |value: &NodeId| model.variable(model.bare(*value)) == Some(own);
    let mut returns = model.returns(function).into_iter().filter(gives);
    let only = returns.next().filter(|_| returns.next().is_none())?;
    Some(only)
}

/// Whether what ends a site is a container that is returned.
fn gives_container(model: &Model, end: NodeId) -> bool {
    in_return(model, end) && waited_for(model, end).is_none()
}

/// The task that an expression waits for.
fn waited_for(model: &Model, expression: NodeId) -> Option<NodeId> {
    if model.kind(expression) == Kind::Await {
        return model.tree.first_child(expression).map(|task| model.bare(task));
    }
    let callee = model.child(expression, Field::Function)?;
    let method = model.text(model.child(callee, Field::Attribute)?);
    let object = model.child(callee, Field::Object).map(|o| model.bare(o));
    object.filter(|_| matches!(method, "result" | "exception"))
}

/// A site where it is part of what returns it, and may have a condition of its own there.
fn part_of(model: &Model, end: NodeId, site: NodeId) -> NodeId {
    if model.tree.contains(end, site) { site } else { end }
}

/// Whether what a function returns is a future of `run_coroutine_threadsafe`.
fn is_threadsafe(model: &Model, project: &Project, judged: &Judged) -> bool {
    let inner = || {
        let callee = model.child(judged.site.node, Field::Function)?;
        Inquiry::new(model, project).spawner(callee)?.wrapper
    };
    judged.site.spawner == Spawner::Threadsafe || inner().is_some_and(|w| w.is_threadsafe)
}

/// The ways to a task of a function that hands a call of a wrapper on; none when that call makes none.
fn handed_on(
    model: &Model,
    call: NodeId,
    function: NodeId,
    wrapper: &Wrapper,
) -> Option<BTreeSet<Gates>> {
    let own = |(name, gate): &(String, Gate)| {
        let handed = model.keyword(call, name).and_then(|value| {
            let own = gate.handed_on(model, function, value)?;
            Some((model.text(value).to_owned(), own))
        });
        let is_open = || gate.is_open(model, call, name, true) == Some(true);
        match handed {
            Some(own) => Some(Some(own)),
            None => is_open().then_some(None),
        }
    };
    let way = |gates: &Gates| gates.iter().map(own).collect::<Option<Vec<_>>>();
    let ways: BTreeSet<Gates> =
        wrapper.ways.iter().filter_map(way).map(|w| w.into_iter().flatten().collect()).collect();
    (!ways.is_empty()).then_some(ways)
}

/// The parameters that a call hands on under one of these keywords.
fn passed_on(model: &Model, call: NodeId, switches: &BTreeSet<String>) -> BTreeSet<String> {
    let values = switches.iter().filter_map(|name| model.keyword(call, name));
    values
        .filter(|v| model.kind(*v) == Kind::Identifier)
        .map(|v| model.text(v).to_owned())
        .collect()
}

/// The parameters under whose conditions a function returns something else.
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

/// Whether a function gives a task where a loop runs, and else waits itself: whether its callers get a task cannot be
/// told, unless its parameters tell. `if loop.is_running(): return loop.create_task(x)` and then
/// `loop.run_until_complete(x)`.
fn has_two_modes(model: &Model, function: NodeId, is_told: bool) -> bool {
    let scope = model.scopes.opened_by(function);
    let tells = |n: NodeId| {
        let name = match model.kind(n) {
            Kind::Attribute => model.child(n, Field::Attribute).unwrap_or(n),
            _ => n,
        };
        let name = model.text(name);
        let asks = matches!(name, "is_running" | "get_running_loop" | "_get_running_loop");
        let waits = matches!(name, "run_until_complete" | "run")
            && model.tree.parent(n).is_some_and(|p| model.kind(p) == Kind::Call)
            && (name != "run" || model.is_path(n, &["asyncio.run"]));
        waits && !is_told || asks && is_in_condition(model, n)
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

/// Whether a function returns something that is no task on some paths, and no parameter says on which.
fn gives_else(model: &Model, project: &Project, function: NodeId) -> bool {
    let inquiry = Inquiry::new(model, project);
    let is_other = |value: &NodeId| {
        let value = model.bare(*value);
        let plain = matches!(model.kind(value), Kind::Call | Kind::Await);
        plain && !inquiry.is_known_task(value)
    };
    switches(model, function).is_empty() && model.returns(function).iter().any(is_other)
}

/// The parameters that turn on the keeping of a task which is kept sometimes: those that are off by default, and whose
/// truth the condition around the keeper asks for.
fn keeps_with(model: &Model, project: &Project, judged: &Judged) -> BTreeSet<String> {
    if judged.end == judged.site.callee {
        let callee = model.child(judged.site.node, Field::Function);
        let found = callee.and_then(|c| Inquiry::new(model, project).spawner(c));
        let handed = found.and_then(|f| f.wrapper).map(|w| &w.keeps_with);
        let passed = handed.map(|names| {
            let values = names.iter().filter_map(|name| model.keyword(judged.site.node, name));
            values
                .filter(|v| has_default(model, *v, OFF))
                .map(|v| model.text(v).to_owned())
                .collect()
        });
        return passed.unwrap_or_default();
    }
    let condition = model.tree.ancestors(judged.end).find(|n| model.kind(*n) == Kind::IfStatement);
    let Some(condition) = condition.and_then(|n| model.child(n, Field::Condition)) else {
        return BTreeSet::new();
    };
    let mut names = BTreeSet::new();
    let mut parts = vec![model.bare(condition)];
    while let Some(part) = parts.pop() {
        if operator(model, part) == Some(true) {
            parts.extend(model.tree.children(part));
        } else if has_default(model, part, OFF) {
            names.insert(model.text(part).to_owned());
        }
    }
    names
}

/// Whether a node is what a `return` gives out.
fn in_return(model: &Model, node: NodeId) -> bool {
    model.tree.parent(node).is_some_and(|p| model.kind(p) == Kind::ReturnStatement)
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
    let own = |b: &Binding| matches!(b.kind, BindingKind::Parameter { index, .. } if !(index == 0 && model.self_class(name).is_some()));
    model.variable(name).is_some_and(|(owner, _)| owner == scope)
        && model.bindings_of(name).iter().any(own)
}
