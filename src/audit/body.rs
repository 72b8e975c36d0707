//! What a coroutine's own code says of how it ends: by itself or only when told to, what a cancellation does to it, which
//! exceptions it catches. It does not know who runs it.

use std::collections::BTreeSet;

use super::index::Index;
use super::terms::Spot;
use super::words::Cancellation;
use crate::python::{Cfg, Field, Kind, Model, NodeId, ProgramPoint, ScopeId};

/// How a coroutine comes to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Runs {
    /// By itself, as far as its own code shows.
    Ends,
    /// It cannot be told.
    Unknown,
    /// When it is told to, or has no more to do: this loop goes round until then.
    Loops(Spot),
}

/// Coroutines that await others of the project are followed this deep.
const DEEPEST: u32 = 3;

/// Calls that raise nothing worth seeing: they wait, or log.
const QUIET: &[&str] = &[
    "debug",
    "info",
    "warning",
    "warn",
    "error",
    "exception",
    "critical",
    "log",
    "print",
    "sleep",
    "set",
    "clear",
    "is_set",
    "append",
    "time",
    "monotonic",
    "len",
    "task_done",
    "cancelled",
];

impl Index<'_> {
    /// How a coroutine comes to its end.
    pub fn runs(&self, function: Spot) -> Runs {
        self.runs_below(function, DEEPEST)
    }

    fn runs_below(&self, function: Spot, depth: u32) -> Runs {
        let model = self.model(function);
        let at = |node| Spot { node, ..function };
        if let Some(looping) = waiting_loops(model, function.node).first() {
            return Runs::Loops(at(*looping));
        }
        if model.is_stub(function.node) {
            return Runs::Unknown;
        }
        let Some(depth) = depth.checked_sub(1) else { return Runs::Unknown };
        let mut runs = Runs::Ends;
        for awaited in awaits(model, function.node) {
            let Some(call) = awaited_call(model, awaited) else { continue };
            let callee = model.child(call, Field::Function);
            if callee.is_some_and(|c| {
                let name = model.text(c).rsplit('.').next().unwrap_or_default();
                matches!(name, "serve_forever" | "run_forever")
            }) {
                return Runs::Loops(at(call));
            }
            if let Some(inner) = self.coroutines(at(call)).first().filter(|f| **f != function) {
                match self.runs_below(*inner, depth) {
                    Runs::Loops(place) => return Runs::Loops(place),
                    Runs::Unknown => runs = Runs::Unknown,
                    Runs::Ends => {}
                }
            }
        }
        runs
    }

    /// Whether a loop may be left otherwise than by being cancelled: it has a condition, or a way out of its own.
    pub(super) fn may_leave(&self, looping: Spot) -> bool {
        let model = self.model(looping);
        if model.kind(looping.node) != Kind::WhileStatement {
            return false;
        }
        let condition = model.child(looping.node, Field::Condition);
        if !condition.is_some_and(|c| matches!(model.text(model.bare(c)), "True" | "1")) {
            return true;
        }
        let frame = model.frame_of(looping.node);
        let leaves = |n: NodeId| {
            let mut around = model.tree.ancestors(n).take_while(|a| *a != looping.node);
            let is_way = match model.kind(n) {
                Kind::ReturnStatement => true,
                Kind::BreakStatement => !model
                    .tree
                    .ancestors(n)
                    .take_while(|a| *a != looping.node)
                    .any(|a| matches!(model.kind(a), Kind::WhileStatement | Kind::ForStatement)),
                _ => false,
            };
            let is_cancelled = |a: NodeId| {
                model.kind(a) == Kind::ExceptClause && catches_only_cancellation(model, a)
            };
            is_way && model.frame_of(n) == frame && !around.any(is_cancelled)
        };
        model.tree.descendants(looping.node).any(leaves)
    }

    /// What a cancellation does to a coroutine, and the place that says so where it is swallowed, or may be.
    pub fn cancellation(&self, function: Spot) -> (Cancellation, Option<Spot>) {
        self.cancellation_below(function, DEEPEST)
    }

    fn cancellation_below(&self, function: Spot, depth: u32) -> (Cancellation, Option<Spot>) {
        let model = self.model(function);
        if model.is_stub(function.node) {
            return (Cancellation::Unknown, None);
        }
        let at = |node| Spot { node, ..function };
        let Some(flow) = Cfg::build(model, function.node, &|_| false) else {
            return (Cancellation::Unknown, None);
        };
        let mut answer = (Cancellation::Propagates, None);
        for (place, catcher) in catchers(model, function.node) {
            match swallows(model, &flow, function.node, place, catcher) {
                Cancellation::Swallowed => return (Cancellation::Swallowed, Some(at(catcher))),
                Cancellation::Unknown => answer = (Cancellation::Unknown, Some(at(catcher))),
                Cancellation::Propagates => {}
            }
        }
        if let Some(depth) = depth.checked_sub(1) {
            for awaited in awaits(model, function.node) {
                let inner = awaited_call(model, awaited).map(|c| self.coroutines(at(c)));
                for inner in inner.unwrap_or_default().into_iter().filter(|f| *f != function) {
                    if let (Cancellation::Swallowed, place) = self.cancellation_below(inner, depth)
                    {
                        return (Cancellation::Swallowed, place);
                    }
                }
            }
        }
        answer
    }

    /// Whether a coroutine catches every `Exception` that its own code can raise, and where; none where it catches some.
    pub fn handles(&self, function: Spot) -> (Option<bool>, Option<Spot>) {
        let model = self.model(function);
        if model.is_stub(function.node) {
            return (None, None);
        }
        let at = |node| Spot { node, ..function };
        let own = model.scopes.opened_by(function.node);
        let broad: Vec<NodeId> = model
            .tree
            .descendants(function.node)
            .filter(|n| model.kind(*n) == Kind::TryStatement && Some(model.frame_of(*n)) == own)
            .filter(|n| broad_handler(model, *n).is_some())
            .collect();
        let Some(first) = broad.first().and_then(|t| broad_handler(model, *t)) else {
            let some = some_handler(model, function.node);
            return (if some.is_some() { None } else { Some(false) }, some.map(at));
        };
        let is_covered = |node: NodeId| {
            broad.iter().any(|t| {
                let body = model.child(*t, Field::Body);
                let handler = broad_handler(model, *t);
                let in_handler = handler.is_some_and(|h| model.tree.contains(h, node));
                in_handler || body.is_some_and(|b| model.tree.contains(b, node))
            })
        };
        let uncovered = model.tree.descendants(function.node).any(|n| {
            let risky = match model.kind(n) {
                Kind::Call => !is_quiet(model, n),
                Kind::RaiseStatement => true,
                _ => false,
            };
            risky && Some(model.frame_of(n)) == own && !is_covered(n)
        });
        (if uncovered { None } else { Some(true) }, Some(at(first)))
    }

    /// A decorator that may put another function in the place of one.
    pub(super) fn wrapping_decorator(&self, function: Spot) -> Option<Spot> {
        let model = self.model(function);
        let mut decorators = model.decorators(function.node).into_iter();
        let node = decorators.find(|d| !is_plain_decorator(model, *d))?;
        Some(Spot { node, ..function })
    }

    /// The coroutine functions of the project whose call an expression is.
    pub(super) fn coroutines(&self, spot: Spot) -> Vec<Spot> {
        let model = self.model(spot);
        let Some(callee) = model.child(spot.node, Field::Function) else { return Vec::new() };
        let mut found = self.functions(Spot { node: callee, ..spot });
        found.retain(|f| self.model(*f).is_async(f.node));
        found
    }
}

/// Whether a decorator leaves its function what it is.
fn is_plain_decorator(model: &Model, decorator: NodeId) -> bool {
    let text = model.text(decorator);
    let name = text.split('(').next().unwrap_or(text).rsplit('.').next().unwrap_or(text);
    matches!(
        name,
        "staticmethod"
            | "classmethod"
            | "property"
            | "override"
            | "final"
            | "abstractmethod"
            | "wraps"
    )
}

fn is_quiet(model: &Model, call: NodeId) -> bool {
    let callee = model.child(call, Field::Function);
    let name = callee.map(|c| model.text(c).rsplit('.').next().unwrap_or_default());
    name.is_some_and(|n| QUIET.contains(&n))
}

/// The `await`s of a function's own frame.
fn awaits(model: &Model, function: NodeId) -> Vec<NodeId> {
    let own = model.scopes.opened_by(function);
    let is_own = |n: &NodeId| model.kind(*n) == Kind::Await && Some(model.frame_of(*n)) == own;
    model.tree.descendants(function).filter(is_own).collect()
}

fn awaited_call(model: &Model, awaiting: NodeId) -> Option<NodeId> {
    let inner = model.bare(model.tree.first_child(awaiting)?);
    (model.kind(inner) == Kind::Call).then_some(inner)
}

/// Whether control can leave the coroutine at a node: an `await`, an `async for`, an `async with`.
fn suspends(model: &Model, node: NodeId) -> bool {
    let is_async = || model.text(node).starts_with("async");
    match model.kind(node) {
        Kind::Await => true,
        Kind::ForStatement | Kind::WithStatement => is_async(),
        _ => false,
    }
}

/// The `while` loops, and endless `async for`s, of a function's own frame that wait for something in each turn.
fn waiting_loops(model: &Model, function: NodeId) -> Vec<NodeId> {
    let own = model.scopes.opened_by(function);
    let waits = |n: NodeId| {
        let mut inside = model.tree.descendants(n);
        inside.any(|m| suspends(model, m) && Some(model.frame_of(m)) == own)
    };
    let is_loop = |n: &NodeId| {
        model.kind(*n) == Kind::WhileStatement && Some(model.frame_of(*n)) == own && waits(*n)
    };
    model.tree.descendants(function).filter(is_loop).collect()
}

/// What catches a cancellation of the function's own frame: the statement and its `except` clause or `with` item.
fn catchers(model: &Model, function: NodeId) -> Vec<(NodeId, NodeId)> {
    let own = model.scopes.opened_by(function);
    let mut found = Vec::new();
    for node in model.tree.descendants(function) {
        if Some(model.frame_of(node)) != own {
            continue;
        }
        match model.kind(node) {
            Kind::TryStatement => {
                let clauses = model.tree.children(node);
                let clauses = clauses.filter(|c| model.kind(*c) == Kind::ExceptClause);
                found.extend(
                    clauses
                        .into_iter()
                        .find(|c| catches(model, *c, CANCELLATION))
                        .map(|c| (node, c)),
                );
            }
            Kind::WithStatement => {
                let calls =
                    model.tree.children(node).filter(|c| model.kind(*c) == Kind::WithClause);
                let calls = calls.flat_map(|c| model.tree.descendants(c));
                let suppressing = calls.into_iter().find(|n| suppresses(model, *n));
                found.extend(suppressing.map(|c| (node, c)));
            }
            _ => {}
        }
    }
    found
}

/// What a `CancelledError` is (library/asyncio-exceptions.html: a BaseException since 3.8).
const CANCELLATION: &[&str] = &["CancelledError", "BaseException"];
/// What everything else that goes wrong is.
const FAILURES: &[&str] = &["Exception", "BaseException"];

/// Whether an `except` clause is bare or names one of these, and nothing before it in the statement does.
fn catches(model: &Model, clause: NodeId, names: &[&str]) -> bool {
    let types: Vec<NodeId> = model
        .tree
        .children(clause)
        .filter(|c| model.kind(*c) != Kind::Block && model.tree.field(*c) != Field::Alias)
        .collect();
    types.is_empty() || types.into_iter().any(|t| names_one(model, t, names))
}

/// `except asyncio.CancelledError:`
fn catches_only_cancellation(model: &Model, clause: NodeId) -> bool {
    let types = model.tree.children(clause).filter(|c| model.kind(*c) != Kind::Block);
    let mut types = types.peekable();
    types.peek().is_some() && types.all(|t| model.text(t).trim_end().ends_with("CancelledError"))
}

fn names_one(model: &Model, expression: NodeId, names: &[&str]) -> bool {
    let mut inside = std::iter::once(expression).chain(model.tree.descendants(expression));
    inside.any(|n| matches!(model.kind(n), Kind::Identifier) && names.contains(&model.text(n)))
}

fn suppresses(model: &Model, node: NodeId) -> bool {
    let callee = model.child(node, Field::Function).filter(|_| model.kind(node) == Kind::Call);
    callee.is_some_and(|c| {
        let name = model.text(c).rsplit('.').next().unwrap_or_default();
        name == "suppress"
            && model.positional(node).iter().any(|a| names_one(model, *a, CANCELLATION))
    })
}

/// The clause of a `try` that catches every `Exception` and does not raise.
fn broad_handler(model: &Model, statement: NodeId) -> Option<NodeId> {
    let clauses = model.tree.children(statement);
    let mut clauses = clauses.filter(|c| model.kind(*c) == Kind::ExceptClause);
    let clause = clauses.find(|c| catches(model, *c, FAILURES))?;
    let raises = model.tree.descendants(clause).any(|n| model.kind(n) == Kind::RaiseStatement);
    (!raises).then_some(clause)
}

/// A clause, or a `suppress`, of a function's own frame that catches something that went wrong.
fn some_handler(model: &Model, function: NodeId) -> Option<NodeId> {
    let own = model.scopes.opened_by(function);
    let is_handler = |n: &NodeId| match model.kind(*n) {
        Kind::ExceptClause => {
            let types = model.tree.children(*n).filter(|c| model.kind(*c) != Kind::Block);
            let mut names = types.flat_map(|t| std::iter::once(t).chain(model.tree.descendants(t)));
            names.any(|t| model.kind(t) == Kind::Identifier && is_failure(model.text(t)))
        }
        Kind::Call => {
            let callee = model.child(*n, Field::Function).map(|c| model.text(c));
            let suppresses = callee.and_then(|c| c.rsplit('.').next()) == Some("suppress");
            let mut given = model.positional(*n).into_iter();
            suppresses
                && given.any(|a| is_failure(model.text(a).rsplit('.').next().unwrap_or_default()))
        }
        _ => false,
    };
    let mut inside = model.tree.descendants(function);
    inside.find(|n| Some(model.frame_of(*n)) == own && is_handler(n))
}

/// Whether a name is that of an exception, and not that of the cancellation alone.
fn is_failure(name: &str) -> bool {
    name.starts_with(char::is_uppercase) && name != "CancelledError"
}

/// What becomes of a cancellation that a clause, or a `with` item, catches.
fn swallows(
    model: &Model,
    flow: &Cfg,
    function: NodeId,
    statement: NodeId,
    catcher: NodeId,
) -> Cancellation {
    let own = model.scopes.opened_by(function);
    let Some(body) = model.child(statement, Field::Body) else { return Cancellation::Unknown };
    let waits: Vec<NodeId> = model
        .tree
        .descendants(body)
        .filter(|n| suspends(model, *n) && Some(model.frame_of(*n)) == own)
        .collect();
    // `t.cancel()`, and then `await t` under the clause: the cancellation is the other task's.
    if waits.is_empty() || waits.iter().all(|w| waits_for_a_cancelled(model, function, *w)) {
        return Cancellation::Propagates;
    }
    if let Some(last) = last_statement(model, statement, catcher) {
        let loops = model.tree.ancestors(statement).take_while(|n| *n != function);
        let loops =
            loops.filter(|n| matches!(model.kind(*n), Kind::WhileStatement | Kind::ForStatement));
        match model.kind(last) {
            Kind::RaiseStatement | Kind::ReturnStatement => return Cancellation::Propagates,
            Kind::BreakStatement if loops.count() == 1 => return Cancellation::Propagates,
            _ => {}
        }
    }
    let inside = |p: ProgramPoint| flow.nodes(p).iter().any(|n| model.tree.contains(body, *n));
    let starts = after(model, flow, statement, catcher, own);
    let reached = flow.reachable_from(starts, false, &[flow.raise_points()]);
    // Only what comes round again goes on for good; what is awaited once on the way out ends.
    let round: Vec<ProgramPoint> = reached.points().filter(|p| inside(*p)).collect();
    if round.is_empty() {
        return Cancellation::Propagates;
    }
    let around = model.tree.ancestors(statement).take_while(|n| *n != function);
    let looping = around
        .into_iter()
        .find(|n| matches!(model.kind(*n), Kind::WhileStatement | Kind::ForStatement));
    let forever = looping.is_some_and(|l| {
        let condition = model.child(l, Field::Condition);
        condition.is_some_and(|c| matches!(model.text(model.bare(c)), "True" | "1"))
    });
    let leaves = model.tree.descendants(catcher).any(|n| {
        matches!(model.kind(n), Kind::RaiseStatement | Kind::ReturnStatement | Kind::BreakStatement)
    });
    // What the loop waits for elsewhere lets the cancellation through.
    let all_inside = looping.is_some_and(|l| {
        let mut elsewhere = model
            .tree
            .descendants(l)
            .filter(|n| suspends(model, *n) && Some(model.frame_of(*n)) == own);
        !elsewhere.any(|n| !model.tree.contains(body, n) && !model.tree.contains(catcher, n))
    });
    let surely = forever && all_inside && !leaves;
    if surely { Cancellation::Swallowed } else { Cancellation::Unknown }
}

/// The last statement of a clause.
fn last_statement(model: &Model, statement: NodeId, catcher: NodeId) -> Option<NodeId> {
    if model.kind(statement) != Kind::TryStatement {
        return None;
    }
    let block = model.tree.children(catcher).find(|c| model.kind(*c) == Kind::Block)?;
    model.tree.children(block).last()
}

/// The points that run next once the clause has, or the block of the `with` is left.
fn after(
    model: &Model,
    flow: &Cfg,
    statement: NodeId,
    catcher: NodeId,
    own: Option<ScopeId>,
) -> Vec<ProgramPoint> {
    let is_block = |c: &NodeId| model.kind(*c) == Kind::Block;
    let region = match model.kind(statement) {
        Kind::TryStatement => model.tree.children(catcher).find(is_block),
        _ => model.child(statement, Field::Body),
    };
    let Some(region) = region else { return Vec::new() };
    let mut points: BTreeSet<ProgramPoint> = BTreeSet::new();
    let nodes = model.tree.descendants(region).filter(|n| Some(model.scope_of(*n)) == own);
    if model.kind(statement) == Kind::TryStatement {
        // The clause's first statement.
        if let Some(first) = model.tree.first_child(region) {
            let head = std::iter::once(first).chain(model.tree.descendants(first));
            let entry = head.into_iter().map(|n| flow.points_of(model, n)).find(|p| !p.is_empty());
            points.extend(entry.unwrap_or_default());
        }
        return points.into_iter().collect();
    }
    // A `with` that suppresses goes on behind itself, wherever its body was left.
    let within = |p: ProgramPoint| flow.nodes(p).iter().any(|n| model.tree.contains(region, *n));
    for node in nodes {
        for point in flow.points_of(model, node) {
            points.extend(flow.next(point).iter().copied().filter(|p| !within(*p)));
        }
    }
    points.into_iter().collect()
}

/// `await t`, `await asyncio.wait([t])`, `await gather(*ts)` where the function cancels what it awaits before that.
fn waits_for_a_cancelled(model: &Model, function: NodeId, waiting: NodeId) -> bool {
    let names: Vec<String> = std::iter::once(waiting)
        .chain(model.tree.descendants(waiting))
        .filter_map(|n| model.dotted(n))
        .collect();
    let is_cancel = |n: &NodeId| {
        let name = model.child(*n, Field::Attribute).map(|a| model.text(a));
        model.kind(*n) == Kind::Attribute && name == Some("cancel")
    };
    let known = |n: NodeId| model.dotted(n).is_some_and(|name| names.contains(&name));
    let mut cancels = model.tree.descendants(function).filter(is_cancel);
    cancels.any(|c| {
        // `for t in tasks: t.cancel()` cancels what is in `tasks`.
        let around = model.tree.ancestors(c).take_while(|n| *n != function);
        let loops = around.filter(|n| model.kind(*n) == Kind::ForStatement);
        let mut iterated = loops.filter_map(|l| model.child(l, Field::Right));
        let is_iterated =
            |n: NodeId| std::iter::once(n).chain(model.tree.descendants(n)).any(known);
        model.child(c, Field::Object).is_some_and(known) || iterated.any(is_iterated)
    })
}
