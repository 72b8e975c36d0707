//! What is done with the members of a container that somebody goes through, or copies. It follows the members, not the
//! container.

use super::words::{Deed, Round};
use crate::python::{BindingKind, Field, Kind, Model, NodeId, ScopeId, Symbol, UseKind};

/// Copies are followed through this many names.
const DEPTH: u32 = 4;

/// Builtins whose result holds the members of what they are given, or goes through them.
const COPIES: &[&str] = &[
    "list",
    "set",
    "tuple",
    "sorted",
    "frozenset",
    "iter",
    "reversed",
    "enumerate",
    "dict",
    "filter",
    "zip",
    "chain",
];
/// Builtins that look at what they are given, and keep nothing.
const LOOKS: &[&str] =
    &["len", "bool", "print", "repr", "str", "id", "isinstance", "sum", "min", "max"];
/// What waits for all that it is given.
const WAITS: &[&str] = &[
    "asyncio.gather",
    "asyncio.wait",
    "asyncio.as_completed",
    "asyncio.tasks.gather",
    "asyncio.tasks.wait",
    "concurrent.futures.wait",
    "concurrent.futures.as_completed",
];

/// What becomes of `members`, an expression that holds (or yields) the members of a container.
pub fn viewed(model: &Model, members: NodeId) -> Deed {
    follow(model, members, DEPTH)
}

fn follow(model: &Model, members: NodeId, depth: u32) -> Deed {
    let Some((depth, parent)) = depth.checked_sub(1).zip(model.tree.parent(members)) else {
        return Deed::Escaped;
    };
    let up = || follow(model, parent, depth);
    match (model.kind(parent), model.tree.field(members)) {
        (Kind::ForStatement, Field::Right) => Deed::Iterated(of_loop(model, parent)),
        (Kind::ForInClause, Field::Right) => of_comprehension(model, parent, depth),
        (Kind::ParenthesizedExpression | Kind::ConditionalExpression | Kind::BinaryOperator, _)
        | (Kind::BooleanOperator | Kind::Await, _) => up(),
        (Kind::ListSplat, _) => up(),
        (Kind::List | Kind::Set | Kind::Tuple, _) if model.kind(members) == Kind::ListSplat => up(),
        (Kind::ArgumentList, _) => match model.tree.parent(parent) {
            Some(call) => argument(model, call, depth),
            None => Deed::Escaped,
        },
        (Kind::Assignment | Kind::NamedExpression, Field::Right | Field::Value) => {
            named(model, parent, depth)
        }
        (Kind::ExpressionStatement | Kind::ComparisonOperator | Kind::NotOperator, _)
        | (Kind::Interpolation | Kind::AssertStatement, _)
        | (Kind::IfStatement | Kind::WhileStatement | Kind::ElifClause, Field::Condition) => {
            Deed::Read
        }
        _ => Deed::Escaped,
    }
}

/// An argument: of a builtin that copies or looks, of something that waits, or of anything else.
fn argument(model: &Model, call: NodeId, depth: u32) -> Deed {
    let Some(callee) = model.child(call, Field::Function) else { return Deed::Escaped };
    if model.is_path(callee, WAITS) {
        return Deed::Waited;
    }
    let name = model.text(callee);
    let builtin = model.kind(callee) == Kind::Identifier && model.bindings_of(callee).is_empty();
    if (builtin && COPIES.contains(&name))
        || model.is_path(callee, &["itertools.chain", "copy.copy"])
    {
        return follow(model, call, depth);
    }
    if builtin && LOOKS.contains(&name) || is_log(model, callee) {
        return Deed::Read;
    }
    if builtin && matches!(name, "any" | "all" | "next" | "map") {
        return Deed::Iterated(Round::default());
    }
    Deed::Escaped
}

/// Whether a callee is a logger's method (library/logging.html#logger-objects).
fn is_log(model: &Model, callee: NodeId) -> bool {
    const METHODS: &[&str] =
        &["debug", "info", "warning", "warn", "error", "exception", "critical", "log", "trace"];
    let (object, method) =
        (model.child(callee, Field::Object), model.child(callee, Field::Attribute));
    let by_name = |o: NodeId| model.text(o).to_lowercase().contains("log");
    method.is_some_and(|m| METHODS.contains(&model.text(m))) && object.is_some_and(by_name)
}

/// A copy under a name of its own: everything that is done with that name.
fn named(model: &Model, binding: NodeId, depth: u32) -> Deed {
    let target = model.child(binding, Field::Left).or_else(|| model.child(binding, Field::Name));
    let variable = target.and_then(|t| model.variable(t));
    let Some((scope, symbol)) = variable else { return Deed::Escaped };
    let loads = model.uses(scope, symbol).iter().filter(|u| u.kind == UseKind::Load);
    let mut round = Round::default();
    let mut seen = false;
    for used in loads {
        match used_copy(model, used.node, depth) {
            Deed::Waited => round.awaits = true,
            Deed::Iterated(inner) => {
                round.cancels |= inner.cancels;
                round.awaits |= inner.awaits;
                round.hands_on |= inner.hands_on;
            }
            Deed::Read => continue,
            _ => round.hands_on = true,
        }
        seen = true;
    }
    if seen { Deed::Iterated(round) } else { Deed::Read }
}

/// One use of a copy: its methods change the copy alone.
fn used_copy(model: &Model, used: NodeId, depth: u32) -> Deed {
    let attribute = model.tree.parent(used).filter(|p| model.kind(*p) == Kind::Attribute);
    let Some(attribute) = attribute else { return follow(model, used, depth) };
    let method = model.child(attribute, Field::Attribute).map_or("", |m| model.text(m));
    let call = model.tree.parent(attribute).filter(|p| model.kind(*p) == Kind::Call);
    match (method, call) {
        ("values" | "items" | "keys" | "copy", Some(call)) => follow(model, call, depth),
        ("append" | "add" | "clear" | "remove" | "discard" | "sort", Some(_)) => Deed::Read,
        _ => Deed::Escaped,
    }
}

fn of_loop(model: &Model, statement: NodeId) -> Round {
    let (Some(target), Some(body)) =
        (model.child(statement, Field::Left), model.child(statement, Field::Body))
    else {
        return Round::default();
    };
    of_members(model, target, body)
}

fn of_comprehension(model: &Model, clause: NodeId, depth: u32) -> Deed {
    let (Some(target), Some(whole)) = (model.child(clause, Field::Left), model.tree.parent(clause))
    else {
        return Deed::Escaped;
    };
    let mut round = of_members(model, target, whole);
    let body = model.child(whole, Field::Body);
    let targets = names(model, target);
    let gives_members = body.is_some_and(|b| {
        let own = |n: NodeId| model.variable(n).is_some_and(|v| targets.contains(&v));
        match model.kind(b) {
            Kind::Identifier => own(b),
            Kind::Tuple | Kind::Pair => model.tree.children(b).any(own),
            _ => false,
        }
    });
    if gives_members {
        match follow(model, whole, depth) {
            Deed::Waited => round.awaits = true,
            Deed::Iterated(inner) => {
                round.cancels |= inner.cancels;
                round.awaits |= inner.awaits;
                round.hands_on |= inner.hands_on;
            }
            Deed::Read => {}
            _ => round.hands_on = true,
        }
    }
    Deed::Iterated(round)
}

type Variable = (ScopeId, Symbol);

fn names(model: &Model, target: NodeId) -> Vec<Variable> {
    let all = std::iter::once(target).chain(model.tree.descendants(target));
    all.filter_map(|n| model.variable(n)).collect()
}

/// What a piece of code does with the variables that stand for the members.
fn of_members(model: &Model, target: NodeId, code: NodeId) -> Round {
    let targets = names(model, target);
    let mut round = Round::default();
    let (mut asks, mut results) = (false, false);
    let own = |n: NodeId| model.variable(n).is_some_and(|v| targets.contains(&v));
    for used in model.tree.descendants(code).filter(|n| own(*n) && !model.tree.contains(target, *n))
    {
        let Some(parent) = model.tree.parent(used) else { continue };
        match model.kind(parent) {
            Kind::Await => round.awaits = true,
            Kind::Attribute => match model.child(parent, Field::Attribute).map(|a| model.text(a)) {
                Some("cancel" | "terminate" | "kill" | "stop" | "close" | "shutdown") => {
                    round.cancels = true;
                }
                Some("join" | "wait") => round.awaits = true,
                Some("done") => asks = true,
                // A thread's future waits for it; what was asked first does not have to.
                Some("result") => results = true,
                _ => {}
            },
            Kind::ArgumentList | Kind::KeywordArgument | Kind::ListSplat => {
                let call = model.tree.closest(parent, |k| k == Kind::Call);
                let callee = call.and_then(|c| model.child(c, Field::Function));
                let name = callee.map_or("", |c| model.text(c));
                let looks = callee.is_some_and(|c| is_log(model, c)) || LOOKS.contains(&name);
                let drops = name.ends_with(".discard") || name.ends_with(".remove");
                round.hands_on |= !looks && !drops;
            }
            Kind::Assignment | Kind::ReturnStatement | Kind::Yield => round.hands_on = true,
            _ => {}
        }
    }
    round.awaits |= results && !asks;
    round
}

/// Whether an expression is a task or future: a site, a name that only sites are bound to, a parameter that is annotated
/// as one or gets a done-callback.
pub(super) fn is_task(model: &Model, sites: &dyn Fn(NodeId) -> bool, value: NodeId) -> bool {
    let value = model.bare(value);
    if sites(value) {
        return true;
    }
    match model.kind(value) {
        Kind::Identifier => {
            let gets_callback = || {
                let uses = model.variable(value).map_or(&[][..], |(s, n)| model.uses(s, n));
                uses.iter().any(|u| {
                    let attribute = model.tree.parent(u.node);
                    let name = attribute.and_then(|a| model.child(a, Field::Attribute));
                    name.is_some_and(|n| model.text(n) == "add_done_callback")
                })
            };
            model.bindings_of(value).iter().any(|b| match b.kind {
                BindingKind::Assign { value }
                | BindingKind::Annotated { value: Some(value), .. } => sites(model.bare(value)),
                BindingKind::Parameter { annotation: Some(annotation), .. } => {
                    super::declare::says_tasks(model, annotation)
                }
                _ => false,
            }) || gets_callback()
        }
        Kind::ListComprehension | Kind::SetComprehension | Kind::GeneratorExpression => {
            model.child(value, Field::Body).is_some_and(|b| sites(model.bare(b)))
        }
        Kind::List | Kind::Set | Kind::Tuple => {
            model.tree.children(value).any(|c| sites(model.bare(c)))
        }
        _ => false,
    }
}
