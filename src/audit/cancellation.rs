//! What a cancellation does to a coroutine, by its own code: it propagates or is swallowed. It does not
//! know who cancels it.

use std::collections::BTreeSet;

use super::assessment::Cancellation;
use super::coroutine_exit::{
    CANCELLATION_BASES, MAX_DEPTH, awaited_calls, catches, is_loop, leads_on, suppresses,
    suspensions,
};
use super::index::WorkspaceIndex;
use super::raised_cancellation::{
    awaits_cancelled_task, is_left_by_error, is_own_cancellation, is_sure_to_cancel_itself,
    leaves_by_error, points_of_start, raises_cancellation_first,
};
use super::types::NodeRef;
use crate::python::{Binding, BindingKind, Cfg, Field, Kind, Model, NodeId, ProgramPoint};

impl WorkspaceIndex<'_> {
    /// What a cancellation does to a coroutine, and the clause that swallows it, or may.
    pub fn cancellation(&self, function: NodeRef) -> (Cancellation, Option<NodeRef>) {
        match self.cancellation_within(function, MAX_DEPTH) {
            (Cancellation::Propagates, _) => match self.catcher_below(function) {
                Some(catcher) => (Cancellation::Unknown, Some(catcher)),
                None => (Cancellation::Propagates, None),
            },
            known => known,
        }
    }

    /// What may catch the cancellation in a function that a coroutine awaits, or that such a function awaits, so that it goes on.
    fn catcher_below(&self, function: NodeRef) -> Option<NodeRef> {
        self.awaited_below(function).into_iter().find_map(|f| {
            let (answer, catcher) = self.cancellation_within(f, 0);
            let is_sure = |at: &NodeRef| {
                let model = self.model(*at);
                !is_left_by_error(model, f.node, at.node) && !is_after_cancellation(model, at.node)
            };
            catcher.filter(|_| answer != Cancellation::Propagates).filter(is_sure)
        })
    }

    /// The functions that one awaits, and those that these await, each once. What is awaited in the code that runs after a
    /// cancellation is left out, and what an exception follows.
    fn awaited_below(&self, function: NodeRef) -> Vec<NodeRef> {
        let mut found = vec![function];
        let mut next = 0;
        while let Some(at) = found.get(next).copied() {
            next += 1;
            let model = self.model(at);
            let is_passed = |call: &NodeId| {
                let suite = model.tree.parent(model.statement_of(*call));
                let last = suite.and_then(|suite| model.tree.children(suite).last());
                !is_after_cancellation(model, *call)
                    && last.is_none_or(|last| model.kind(last) != Kind::RaiseStatement)
            };
            for node in awaited_calls(model, at.node).filter(is_passed) {
                let inner = self.coroutines_by_name(NodeRef { node, ..at });
                inner.into_iter().for_each(|f| {
                    if !found.contains(&f) {
                        found.push(f);
                    }
                });
            }
        }
        found.remove(0);
        found
    }

    /// The coroutine functions that a call resolves to; else, of the private method of an object that is not known, the only one of
    /// the project by that name.
    fn coroutines_by_name(&self, call: NodeRef) -> Vec<NodeRef> {
        let found = self.coroutines(call);
        let name = self.model(call).called_method(call.node).map(|(_, name)| name);
        let Some(name) = name.filter(|name| found.is_empty() && name.starts_with('_')) else {
            return found;
        };
        match self.functions_named(name) {
            [only] => vec![*only],
            _ => found,
        }
    }

    /// What catches the cancellation in a function, or in one that it awaits, and then returns.
    fn returning_catcher(&self, function: NodeRef) -> Option<NodeRef> {
        let inner = || self.awaited_below(function).into_iter();
        self.answers.returning.get(function, |_| {
            let mut all = std::iter::once(function).chain(inner());
            all.find_map(|f| self.own_returning_catcher(f, false))
        })
    }

    /// The same of one function; `of_others` is whether a wait counts that is for a task which the function has cancelled.
    fn own_returning_catcher(&self, function: NodeRef, of_others: bool) -> Option<NodeRef> {
        let model = self.model(function);
        let returns = |(statement, catcher): &(NodeId, NodeId)| {
            let body = model.child(*statement, Field::Body);
            if is_after_cancellation(model, *statement) {
                return false;
            }
            let is_other = |n| !of_others && awaits_cancelled_task(model, function.node, n);
            let is_caught =
                body.is_some_and(|body| !suspensions(model, function.node, body).all(is_other));
            is_caught
                && !is_left_by_error(model, function.node, *catcher)
                && !raises_cancellation_later(model, function.node, *catcher)
        };
        let (_, node) = cancellation_catchers(model, function.node).find(returns)?;
        Some(NodeRef { node, ..function })
    }

    /// The same for coroutines that are cancelled together: the worst of their answers.
    pub(super) fn cancellation_of_all(
        &self,
        functions: &[NodeRef],
    ) -> (Cancellation, Option<NodeRef>) {
        let answers: Vec<_> = functions.iter().map(|f| self.cancellation(*f)).collect();
        let is = |wanted| move |(answer, _): &(Cancellation, Option<NodeRef>)| *answer == wanted;
        let swallowed = answers.iter().copied().find(is(Cancellation::Swallowed));
        let unknown = answers.iter().copied().find(is(Cancellation::Unknown));
        swallowed.or(unknown).unwrap_or((Cancellation::Propagates, None))
    }

    /// Whether a coroutine waits for what it is given: `await work`, `await work()`, `result = work(); await result`.
    pub(super) fn awaits_parameter(&self, function: NodeRef) -> bool {
        let model = self.model(function);
        let is_parameter = |node: NodeId| is_parameter_call(model, node);
        let is_given = |node: NodeId| {
            let awaited = model.tree.first_child(node).map_or(node, |n| model.bare(n));
            let mut values = model.bindings_of(awaited).iter().filter_map(|b| b.kind.value());
            is_parameter(awaited) || values.any(|value| is_parameter(model.bare(value)))
        };
        model.own_nodes(function.node, |kind| kind == Kind::Await).any(is_given)
    }

    /// Whether a coroutine catches its cancellation anywhere and need not raise it again.
    pub(super) fn catches_cancellation(&self, function: NodeRef) -> bool {
        let model = self.model(function);
        let raises = |catcher: NodeId| {
            let last = model.suite_of(catcher).and_then(|suite| model.tree.children(suite).last());
            last.is_some_and(|last| model.kind(last) == Kind::RaiseStatement)
        };
        cancellation_catchers(model, function.node).any(|(_, catcher)| !raises(catcher))
    }

    /// The code of a coroutine that waits once more when the coroutine is cancelled: in a `finally`, or where the
    /// cancellation is caught.
    pub(super) fn cleanup(&self, function: NodeRef) -> Option<NodeRef> {
        let model = self.model(function);
        let works = |clause: &NodeId| suspensions(model, function.node, *clause).next().is_some();
        let runs = |statement: NodeId| {
            let body = model.child(statement, Field::Body)?;
            suspensions(model, function.node, body).next()?;
            let mut clauses = model.tree.children(statement).filter(|n| match model.kind(*n) {
                Kind::FinallyClause => true,
                Kind::ExceptClause => catches(model, *n, CANCELLATION_BASES),
                _ => false,
            });
            clauses.find(works)
        };
        let mut statements = model.own_nodes(function.node, |kind| kind == Kind::TryStatement);
        statements.find_map(runs).map(|node| NodeRef { node, ..function })
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
        if let Some(helper) = self.swallowing_helper(function) {
            return (Cancellation::Swallowed, Some(helper));
        }
        if let Some(depth) = depth.checked_sub(1) {
            let calls = awaited_calls(model, function.node);
            let coroutines = calls.flat_map(|call| self.coroutines(at(call)));
            let inner = coroutines.filter(|f| *f != function);
            let mut inner = inner.map(|f| self.cancellation_within(f, depth));
            if let Some(swallowed) = inner.find(|(what, _)| *what == Cancellation::Swallowed) {
                return swallowed;
            }
        }
        if let Some(helper) = self.returning_helper(function) {
            return (Cancellation::Unknown, Some(helper));
        }
        answer
    }

    /// What catches the cancellation, and returns, in a function that a coroutine awaits in a loop or before it waits for more:
    /// it may go on then.
    fn returning_helper(&self, function: NodeRef) -> Option<NodeRef> {
        let model = self.model(function);
        let waits_again = |call: &NodeId| {
            let statement = model.statement_of(*call);
            let mut around = model.tree.ancestors(*call).take_while(|n| *n != function.node);
            let suite = model.tree.parent(statement);
            let last = suite.and_then(|suite| model.tree.children(suite).last());
            let leaves = last.is_some_and(|last| {
                let kind = model.kind(last);
                matches!(kind, Kind::RaiseStatement | Kind::ReturnStatement | Kind::BreakStatement)
            });
            let mut later = model.own_nodes(function.node, |kind| kind == Kind::Await);
            around.any(|n| is_loop(model, n)) && !leaves
                || later.any(|n| {
                    n > *call && !model.tree.contains(statement, n) && leads_on(model, *call, n)
                })
        };
        let is_repeated = |call: NodeId| {
            let mut around = model.tree.ancestors(call).take_while(|n| *n != function.node);
            around.any(|n| is_unbounded(model, n))
        };
        let calls = awaited_calls(model, function.node).filter(waits_again);
        let at = |node| NodeRef { node, ..function };
        let mut helpers = calls.flat_map(|call| {
            let helpers = self.coroutines_by_name(at(call)).into_iter();
            helpers.map(move |helper| (helper, is_repeated(call)))
        });
        helpers.find_map(|(helper, is_repeated)| {
            let own = || self.own_returning_catcher(helper, true).filter(|_| is_repeated);
            self.returning_catcher(helper).or_else(own)
        })
    }

    /// What catches the cancellation in a function that a coroutine awaits in an endless loop without an exit.
    fn swallowing_helper(&self, function: NodeRef) -> Option<NodeRef> {
        let model = self.model(function);
        let at = |node| NodeRef { node, ..function };
        let in_loop = |call: &NodeId| {
            let mut around = model.tree.ancestors(*call).take_while(|n| *n != function.node);
            around.any(|n| model.is_while_true(n) && !self.has_loop_exit(at(n)))
        };
        let calls = awaited_calls(model, function.node).filter(in_loop);
        let mut helpers = calls.flat_map(|call| self.coroutines(at(call)));
        helpers.find_map(|helper| {
            let there = self.model(helper);
            let returns = |(statement, catcher): &(NodeId, NodeId)| {
                let body = there.child(*statement, Field::Body);
                let is_own = body.is_some_and(|body| {
                    suspensions(there, helper.node, body).any(|n| is_own_cancellation(there, n))
                });
                is_own && !there.tree.descendants(*catcher).any(|n| leaves_by_error(there, n))
            };
            let (_, node) = cancellation_catchers(there, helper.node).find(returns)?;
            Some(NodeRef { node, ..helper })
        })
    }
}

/// `while`, `async for`
fn is_unbounded(model: &Model, node: NodeId) -> bool {
    match model.kind(node) {
        Kind::WhileStatement => true,
        Kind::ForStatement => model.text(node).starts_with("async"),
        _ => false,
    }
}

/// What catches a cancellation in the function's own frame: the statement and its `except` clause
/// or `suppress` call.
fn cancellation_catchers(
    model: &Model,
    function: NodeId,
) -> impl Iterator<Item = (NodeId, NodeId)> {
    let may_catch = |kind| matches!(kind, Kind::TryStatement | Kind::WithStatement);
    model.own_nodes(function, may_catch).filter_map(|statement| {
        let mut clauses = model.children_of_kind(statement, Kind::ExceptClause);
        let items = model.children_of_kind(statement, Kind::WithClause);
        let clause = clauses.find(|c| catches(model, *c, CANCELLATION_BASES));
        let mut inside = items.flat_map(|item| model.tree.descendants(item));
        let catcher = clause.or_else(|| inside.find(|n| suppresses(model, *n, CANCELLATION_BASES)));
        Some((statement, catcher?))
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
    let Some(body) = model.child(statement, Field::Body) else { return Cancellation::Unknown };
    if raises_cancellation_first(model, function, catcher)
        || raises_cancellation_later(model, function, catcher)
        || model.suite_of(catcher).is_some_and(|suite| is_sure_to_cancel_itself(model, suite))
    {
        return Cancellation::Propagates;
    }
    // `t.cancel()`, then `await t` in the `try`: the cancellation caught is most often that of the other task.
    let is_of_other =
        suspensions(model, function, body).all(|n| awaits_cancelled_task(model, function, n));
    let around = || model.tree.ancestors(statement).take_while(|n| *n != function);
    // What is cancelled already goes on after its `finally`.
    if around().any(|n| model.kind(n) == Kind::FinallyClause) {
        return Cancellation::Propagates;
    }
    let loops: Vec<NodeId> = around().filter(|n| is_loop(model, *n)).collect();
    // A `suppress` has no suite of its own.
    let last = model.suite_of(catcher).and_then(|suite| model.tree.children(suite).last());
    match last.map(|l| model.kind(l)) {
        Some(Kind::RaiseStatement) => return Cancellation::Propagates,
        Some(Kind::ReturnStatement) => {
            let waits = suspensions(model, function, catcher).next().is_some();
            return if waits { Cancellation::Unknown } else { Cancellation::Propagates };
        }
        Some(Kind::BreakStatement) if loops.len() == 1 => return Cancellation::Propagates,
        _ => {}
    }
    let inside = |p: ProgramPoint| flow.nodes(p).iter().any(|n| model.tree.contains(body, *n));
    let starts = points_after(model, flow, function, statement, catcher);
    let reached = flow.reachable_from(starts.clone(), false, &[flow.raise_points()]);
    // `if asyncio.current_task().cancelling(): raise`
    let is_asked = |n| model.callee_name(n) == Some("cancelling");
    let mut inside_catcher = model.tree.descendants(catcher);
    let raises = |n| model.kind(n) == Kind::RaiseStatement;
    if inside_catcher.any(is_asked) && model.tree.descendants(catcher).any(raises) {
        return Cancellation::Propagates;
    }
    // `if self._closed: break` in the rest of the loop.
    let again: Vec<ProgramPoint> = flow.points().filter(|p| inside(*p)).collect();
    let without = flow.reachable_from(starts, false, &[flow.raise_points(), &again]);
    let is_endless = !loops.is_empty() && loops.iter().all(|l| model.is_while_true(*l));
    let leaves = is_endless && without.contains(flow.exit())
        || model.tree.descendants(catcher).any(|n| {
            matches!(model.kind(n), Kind::ReturnStatement | Kind::BreakStatement)
                || leaves_by_error(model, n)
        });
    let is_own = suspensions(model, function, body).any(|n| is_own_cancellation(model, n));
    let goes_on = reached.points().any(|point| {
        flow.nodes(point).iter().any(|node| {
            let mut waits = suspensions(model, function, *node);
            waits.any(|n| is_in_later_loop(model, function, statement, n))
        })
    });
    // Only a repeated suspension continues for good; a single `await` on the way out ends.
    let repeats = reached.points().any(inside);
    // A loop over a container ends with it.
    if is_of_other && !loops.iter().any(|l| is_unbounded(model, *l)) {
        return Cancellation::Propagates;
    }
    if !repeats && !goes_on {
        let in_finally = |n: NodeId| {
            let mut around = model.tree.ancestors(n).take_while(|a| *a != function);
            around.any(|a| model.kind(a) == Kind::FinallyClause)
        };
        let waits = |n: NodeId| model.kind(n) == Kind::Await && !in_finally(n);
        let mut later = reached.points().flat_map(|point| flow.nodes(point));
        // The condition of `if await self.wait():` is a node of its own.
        return match later.any(|n| waits(*n) || suspensions(model, function, *n).any(waits)) {
            true => Cancellation::Unknown,
            false => Cancellation::Propagates,
        };
    }
    let is_kept = |l: &NodeId| model.is_while_true(*l) || model.kind(*l) == Kind::ForStatement;
    let stays = goes_on || loops.iter().all(is_kept);
    if !leaves && is_own && stays && !is_of_other {
        Cancellation::Swallowed
    } else {
        Cancellation::Unknown
    }
}

/// Whether a clause only puts the cancellation off: `except CancelledError as error: cancelled = error`, and later
/// `raise cancelled`.
fn raises_cancellation_later(model: &Model, function: NodeId, clause: NodeId) -> bool {
    let Some(suite) = model.suite_of(clause) else { return false };
    let kept: Vec<&str> = model
        .tree
        .descendants(suite)
        .filter(|n| model.kind(*n) == Kind::Assignment)
        .filter_map(|n| {
            let value = model.bindings_of(model.child(n, Field::Right)?);
            let is_caught = value.iter().any(|b| model.tree.contains(clause, b.node));
            model.child(n, Field::Left).filter(|_| is_caught).map(|left| model.text(left))
        })
        .collect();
    let mut raises = model.own_nodes(function, |kind| kind == Kind::RaiseStatement);
    raises.any(|n| {
        let raised = model.tree.first_child(n).filter(|_| !model.tree.contains(clause, n));
        raised.is_some_and(|raised| kept.contains(&model.text(raised)))
    })
}

/// Whether a node is in a `finally`, or in a clause that catches a cancellation: what is cancelled already goes on after it.
fn is_after_cancellation(model: &Model, node: NodeId) -> bool {
    let around = model.tree.ancestors(node);
    let mut around = around.take_while(|n| model.kind(*n) != Kind::FunctionDefinition);
    around.any(|n| match model.kind(n) {
        Kind::FinallyClause => true,
        Kind::ExceptClause => catches(model, n, CANCELLATION_BASES),
        _ => false,
    })
}

/// Whether a suspension is in an endless loop that a statement is not in.
fn is_in_later_loop(model: &Model, function: NodeId, statement: NodeId, waiting: NodeId) -> bool {
    let mut around = model.tree.ancestors(waiting).take_while(|n| *n != function);
    around.any(|n| model.is_while_true(n) && !model.tree.contains(n, statement))
}

/// The points that run next: the start of the clause, or what follows the `with` block.
fn points_after(
    model: &Model,
    flow: &Cfg,
    function: NodeId,
    statement: NodeId,
    catcher: NodeId,
) -> Vec<ProgramPoint> {
    if model.kind(statement) == Kind::TryStatement {
        let first = model.suite_of(catcher).and_then(|suite| model.tree.first_child(suite));
        return points_of_start(model, flow, first);
    }
    // After a suppressing `with` execution continues behind it, wherever its body was left.
    let Some(body) = model.child(statement, Field::Body) else { return Vec::new() };
    let own = model.scopes.opened_by(function);
    let holds = |p: ProgramPoint| flow.nodes(p).iter().any(|n| model.tree.contains(body, *n));
    // The point that asks for the next element of a `for` loop has no code of its own, and leads into the loop.
    let asks = |p: ProgramPoint| {
        flow.nodes(p).is_empty() && flow.next(p).first().is_some_and(|next| holds(*next))
    };
    let nodes = model.tree.descendants(body).filter(|n| Some(model.scope_of(*n)) == own);
    let mut points: BTreeSet<ProgramPoint> = nodes.flat_map(|n| flow.points_of(model, n)).collect();
    points.extend(flow.points().filter(|p| asks(*p)));
    let next = points.into_iter().flat_map(|point| flow.next(point));
    next.copied().filter(|p| !holds(*p) && !asks(*p)).collect()
}

/// Whether an expression is a parameter, or a call of one.
pub(super) fn is_parameter_call(model: &Model, node: NodeId) -> bool {
    let name = model.child(node, Field::Function).unwrap_or(node);
    let is_parameter = |b: &Binding| matches!(b.kind, BindingKind::Parameter { .. });
    model.kind(name) == Kind::Identifier && model.bindings_of(name).iter().any(is_parameter)
}
