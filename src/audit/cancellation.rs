//! What a cancellation does to a coroutine, by its own code: it propagates or is swallowed. It does not
//! know who cancels it.

use std::collections::BTreeSet;

use super::assessment::Cancellation;
use super::coroutine_exit::{MAX_DEPTH, awaited_call, catches, names_any, own_awaits, suspends};
use super::index::WorkspaceIndex;
use super::types::NodeRef;
use crate::python::{Cfg, Field, Kind, Model, NodeId, ProgramPoint, ScopeId};

impl WorkspaceIndex<'_> {
    /// What a cancellation does to a coroutine, and the clause that swallows it, or may.
    pub fn cancellation(&self, function: NodeRef) -> (Cancellation, Option<NodeRef>) {
        self.cancellation_within(function, MAX_DEPTH)
    }

    fn cancellation_within(
        &self,
        function: NodeRef,
        depth: u32,
    ) -> (Cancellation, Option<NodeRef>) {
        let model = self.model(function);
        if model.is_stub(function.node) {
            return (Cancellation::Unknown, None);
        }
        let at = |node| NodeRef { node, ..function };
        let Some(flow) = Cfg::build(model, function.node, &|_| false) else {
            return (Cancellation::Unknown, None);
        };
        let mut answer = (Cancellation::Propagates, None);
        for (statement, catcher) in cancellation_catchers(model, function.node) {
            match cancellation_at(model, &flow, function.node, statement, catcher) {
                Cancellation::Swallowed => return (Cancellation::Swallowed, Some(at(catcher))),
                Cancellation::Unknown => answer = (Cancellation::Unknown, Some(at(catcher))),
                Cancellation::Propagates => {}
            }
        }
        if let Some(depth) = depth.checked_sub(1) {
            for awaited in own_awaits(model, function.node) {
                let inner = awaited_call(model, awaited).map(|c| self.coroutines(at(c)));
                for inner in inner.unwrap_or_default().into_iter().filter(|f| *f != function) {
                    if let (Cancellation::Swallowed, clause) =
                        self.cancellation_within(inner, depth)
                    {
                        return (Cancellation::Swallowed, clause);
                    }
                }
            }
        }
        answer
    }
}

/// What catches a cancellation in the function's own frame: the statement and its `except` clause
/// or `suppress` call.
fn cancellation_catchers(model: &Model, function: NodeId) -> Vec<(NodeId, NodeId)> {
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
                        .find(|c| catches(model, *c, CANCELLATION_BASES))
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

/// The classes that catch a `CancelledError` (library/asyncio-exceptions.html: a BaseException
/// since 3.8).
const CANCELLATION_BASES: &[&str] = &["CancelledError", "BaseException"];

fn suppresses(model: &Model, node: NodeId) -> bool {
    let callee = model.child(node, Field::Function).filter(|_| model.kind(node) == Kind::Call);
    callee.is_some_and(|c| {
        let name = model.text(c).rsplit('.').next().unwrap_or_default();
        name == "suppress"
            && model.positional(node).iter().any(|a| names_any(model, *a, CANCELLATION_BASES))
    })
}

/// What happens to a cancellation that an `except` clause or a `suppress` catches.
fn cancellation_at(
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
    // `t.cancel()`, then `await t` in the `try`: the cancellation caught is that of the other task.
    if waits.is_empty() || waits.iter().all(|w| awaits_cancelled_task(model, function, *w)) {
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
    let starts = points_after(model, flow, statement, catcher, own);
    let reached = flow.reachable_from(starts, false, &[flow.raise_points()]);
    // Only a repeated suspension continues for good; a single `await` on the way out ends.
    let repeated: Vec<ProgramPoint> = reached.points().filter(|p| inside(*p)).collect();
    if repeated.is_empty() {
        return Cancellation::Propagates;
    }
    let around = model.tree.ancestors(statement).take_while(|n| *n != function);
    let loop_node = around
        .into_iter()
        .find(|n| matches!(model.kind(*n), Kind::WhileStatement | Kind::ForStatement));
    let forever = loop_node.is_some_and(|l| {
        let condition = model.child(l, Field::Condition);
        condition.is_some_and(|c| matches!(model.text(model.bare(c)), "True" | "1"))
    });
    let leaves = model.tree.descendants(catcher).any(|n| {
        matches!(model.kind(n), Kind::RaiseStatement | Kind::ReturnStatement | Kind::BreakStatement)
    });
    // A suspension elsewhere in the loop lets the cancellation through.
    let all_inside = loop_node.is_some_and(|l| {
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

/// The points that run next: the start of the clause, or what follows the `with` block.
fn points_after(
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
    // After a suppressing `with` execution continues behind it, wherever its body was left.
    let within = |p: ProgramPoint| flow.nodes(p).iter().any(|n| model.tree.contains(region, *n));
    for node in nodes {
        for point in flow.points_of(model, node) {
            points.extend(flow.next(point).iter().copied().filter(|p| !within(*p)));
        }
    }
    points.into_iter().collect()
}

/// `await t`, `await asyncio.wait([t])`, `await gather(*ts)` where the function cancels what it awaits before that.
fn awaits_cancelled_task(model: &Model, function: NodeId, waiting: NodeId) -> bool {
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
