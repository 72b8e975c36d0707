//! Where the function that makes a task may be left before it waits for the task: by an exception, cancelled in a wait that does
//! not pass the cancellation on, or closed at a `yield`; and whether it gives the task away at last. It stops no task.

use std::cell::LazyCell;

use super::coroutine_exit::{
    CANCELLATION_BASES, EXCEPTION_BASES, catches, catches_only_cancellation, is_loop, leaves,
    suppresses, suspensions,
};
use super::harmless_calls::gathers_results;
use super::index::WorkspaceIndex;
use super::outcome_reads::asks_done;
use super::types::{NodeRef, TaskOp, TaskUse, TaskUses, Timeout};
use super::unwinding::stops_cancellation;
use crate::python::{Binding, Cfg, Field, Kind, Model, NodeId, Origin};
use crate::tasks::libraries::{ContainerMethod, MethodEffect, Role, names};
use crate::tasks::new_container;

/// What the close of a generator raises at its `yield`, and its bases.
const CLOSE_BASES: &[&str] = &["BaseException", "GeneratorExit"];

impl WorkspaceIndex<'_> {
    /// Whether the function that makes a task may be left with the task running: in `asyncio.wait` or a `shield`, where its own
    /// cancellation ends no task, or at the `yield` of a generator; no clause around that ends the task.
    pub(super) fn may_abandon(&self, task_uses: &TaskUses, made_at: NodeRef) -> bool {
        let Some(function) = self.function_of(made_at) else { return false };
        let own = self.uses_after(task_uses, made_at, function);
        let end = first_end(self.model(function), made_at, &own);
        let first_end = end.map(|e| e.node_ref.node);
        let is_before_end = |n: NodeId| {
            first_end.is_none_or(|end| is_before(self.model(function), made_at.node, n, end))
        };
        let is_guarded = |n: NodeId, bases: &[&str]| self.ends_when_left(function, n, &own, bases);
        let is_left_waiting = |e: &&TaskUse| {
            let node = e.node_ref.node;
            keeps_cancellation(e)
                && is_before_end(node)
                && !is_guarded(node, CANCELLATION_BASES)
                && !waits_until_done(self.model(function), node)
        };
        own.iter().any(|e| is_left_waiting(&e))
            || end.is_some_and(|end| self.may_miss_end(function, made_at, end, &own))
            || self.may_close_before(function, made_at, first_end, &|n| is_guarded(n, CLOSE_BASES))
    }

    /// Whether the last thing that the function of a site does with the task is to give it to code that is not known, which may
    /// keep it.
    pub(super) fn is_given_away(&self, site: NodeRef, task_uses: &TaskUses) -> bool {
        let home = self.function_of(site);
        let own = task_uses.uses.iter().filter(|e| self.function_of(e.node_ref) == home);
        let is_look = |e: &TaskUse| only_looks(self.model(e.node_ref), e.node_ref.node);
        let last = own.filter(|e| !is_look(e)).max_by_key(|e| e.node_ref);
        last.is_some_and(|e| {
            e.op == TaskOp::Escape
                && e.node_ref > site
                && self.model(e.node_ref).kind(e.node_ref.node) == Kind::Call
        })
    }

    /// What a function does with a task after it has made it, by itself or through a call of another function.
    pub(super) fn uses_after(
        &self,
        task_uses: &TaskUses,
        made_at: NodeRef,
        function: NodeRef,
    ) -> Vec<TaskUse> {
        let model = self.model(function);
        let mut found = Vec::new();
        let is_here = |e: &&TaskUse| self.function_of(e.node_ref) == Some(function);
        let (here, elsewhere): (Vec<&TaskUse>, Vec<&TaskUse>) =
            task_uses.uses.iter().partition(is_here);
        found.extend(here.into_iter().cloned());
        for node in model.own_nodes(function.node, |kind| kind == Kind::Call) {
            let node_ref = NodeRef { node, ..function };
            let called = self.called_functions(node_ref);
            let of_called = |e: &&&TaskUse| {
                self.function_of(e.node_ref).is_some_and(|user| called.contains(&user))
            };
            let inner = elsewhere.iter().filter(of_called);
            found.extend(inner.map(|e| TaskUse { node_ref, ..(*e).clone() }));
        }
        // What stands above it in a loop comes after it, in the next round.
        let around = model.tree.ancestors(made_at.node).take_while(|n| *n != function.node);
        let round = around.filter(|n| is_loop(model, *n)).last();
        let comes_after = |n: NodeId| {
            let is_in_round = round.is_some_and(|round| model.tree.contains(round, n));
            is_in_round && Cfg::can_follow(model, function.node, made_at.node, n)
        };
        // `asyncio.wait([create_task(work())])`
        found.retain(|e| {
            e.node_ref > made_at
                || model.tree.contains(e.node_ref.node, made_at.node)
                || comes_after(e.node_ref.node)
        });
        found
    }

    /// Whether the end of a task may be missed, as something else is awaited or raised before it: a wait for the task, a
    /// cancellation, or a `finally`, also if that waits first.
    fn may_miss_end(
        &self,
        function: NodeRef,
        made_at: NodeRef,
        end: &TaskUse,
        own: &[TaskUse],
    ) -> bool {
        let model = self.model(function);
        let end_node = end.node_ref.node;
        let mut around = model.tree.ancestors(end_node).take_while(|n| *n != function.node);
        let clause = around.find(|n| model.kind(*n) == Kind::FinallyClause);
        let attempt = clause.and_then(|clause| model.tree.parent(clause));
        let made = model.statement_of(made_at.node);
        // What makes several tasks goes on after the first.
        let rounds = model.tree.ancestors(made_at.node).filter(|n| is_loop(model, *n));
        let mut rounds: Vec<NodeId> = rounds.collect();
        rounds.retain(|n| !model.tree.contains(*n, end_node));
        let flow = LazyCell::new(|| Cfg::build(model, function.node, &|_| false));
        let reached = LazyCell::new(|| {
            let flow = flow.as_ref()?;
            let next = flow.successors(&flow.points_of(model, made_at.node), false);
            Some((flow, flow.reachable_from(next, true, &[])))
        });
        let is_reached = |n: NodeId| {
            reached.as_ref().is_none_or(|(flow, reached)| {
                let points = flow.points_of(model, header(model, n));
                points.iter().any(|point| reached.contains(*point))
            })
        };
        let is_in_rounds = |n| rounds.iter().any(|around| model.tree.contains(*around, n));
        let is_between = |n: NodeId| {
            (is_in_rounds(n) && n < end_node || is_before(model, made_at.node, n, end_node))
                && !model.tree.contains(made, n)
                && is_reached(n)
        };
        let ends_when_cancelled = |n| self.ends_when_left(function, n, own, CANCELLATION_BASES);
        let ends_when_raised = |n| self.ends_when_left(function, n, own, EXCEPTION_BASES);
        let is_wait_for_it = |n: NodeId| {
            model.kind(n) == Kind::Await
                && own.iter().any(|e| model.tree.contains(n, e.node_ref.node))
        };
        let is_safe = |n: NodeId| {
            ends_when_cancelled(n)
                && (ends_when_raised(n) || self.only_cancelled(NodeRef { node: n, ..function }))
        };
        let mut waits = suspensions(model, function.node, function.node);
        let mut raises = model.own_nodes(function.node, |kind| kind == Kind::RaiseStatement);
        waits.any(|n| is_between(n) && !is_wait_for_it(n) && !is_limit(model, n) && !is_safe(n))
            || raises
                .any(|n| is_between(n) && attempt.is_none_or(|a| n < a) && !ends_when_raised(n))
            || rounds.iter().any(|around| {
                let mut calls = model.tree.descendants(*around);
                calls.any(|n| {
                    is_between(n)
                        && self.may_raise(NodeRef { node: n, ..function })
                        && !ends_when_raised(n)
                })
            })
    }

    /// Whether a wait raises nothing but the cancellation of who waits: for some time, an event, the first of several tasks, the
    /// results of a `gather`, or a coroutine that catches its exceptions.
    fn only_cancelled(&self, wait: NodeRef) -> bool {
        let model = self.model(wait);
        let Some(awaited) = model.tree.first_child(wait.node).map(|n| model.bare(n)) else {
            return false;
        };
        let call = NodeRef { node: awaited, ..wait };
        let is_wait = |n| model.is_call_of(n, &["asyncio.wait"]);
        let catches = |coroutines: Vec<NodeRef>| {
            !coroutines.is_empty()
                && coroutines.iter().all(|f| self.catches_own_exceptions(*f, None).0 == Some(true))
        };
        model.kind(wait.node) == Kind::Await
            && match model.kind(awaited) {
                Kind::Call => {
                    self.only_waits(call)
                        || is_wait(awaited)
                        || gathers_results(model, awaited)
                        || catches(self.coroutines(call))
                }
                _ => self.parts_of(call).is_some_and(catches),
            }
    }

    /// Whether a node is a call of a function of the project that raises or calls something, but for what is harmless, in no `try`.
    fn may_raise(&self, call: NodeRef) -> bool {
        let raises = |f: &NodeRef| {
            let model = self.model(*f);
            let is_plain = |n: NodeId| {
                let mut around = model.tree.ancestors(n).take_while(|a| *a != f.node);
                !around.any(|a| model.kind(a) == Kind::TryStatement)
            };
            let is_way = |kind| matches!(kind, Kind::Call | Kind::RaiseStatement);
            // What a coroutine or a generator raises comes later.
            let is_later = model.is_async(f.node)
                || model.own_nodes(f.node, |kind| kind == Kind::Yield).next().is_some();
            !is_later
                && !model.is_stub(f.node)
                && model.own_nodes(f.node, is_way).any(|n| {
                    let is_raise = model.kind(n) == Kind::RaiseStatement;
                    is_plain(n) && (is_raise || !self.is_safe_call(NodeRef { node: n, ..*f }))
                })
        };
        self.model(call).kind(call.node) == Kind::Call
            && self.called_functions(call).iter().any(raises)
    }

    /// Whether the function that makes a task only waits for it through a `shield`, or is a generator that may be closed before
    /// it waits: it does not see to the end of the task.
    pub(super) fn waits_in_passing(&self, task_uses: &TaskUses, made_at: NodeRef) -> bool {
        let Some(function) = self.function_of(made_at) else { return false };
        let model = self.model(function);
        let own = self.uses_after(task_uses, made_at, function);
        let mut waits = own.iter().filter(|e| matches!(e.op, TaskOp::Await { .. })).peekable();
        let is_awaited = waits.peek().is_some();
        let first_end = own.iter().map(|e| e.node_ref.node).min();
        let is_guarded = |n: NodeId| self.ends_when_left(function, n, &own, CLOSE_BASES);
        is_awaited
            && own.iter().all(|e| e.op != TaskOp::Cancel)
            && (waits.all(|e| is_shielded(model, e.node_ref.node))
                || self.may_close_before(function, made_at, first_end, &is_guarded))
    }

    /// Whether a call gives its caller a `shield` around a task, not the task: `return asyncio.shield(task)`.
    pub(super) fn returns_shield(&self, sink: NodeRef) -> bool {
        let model = self.model(sink);
        model.kind(sink.node) == Kind::ReturnStatement && is_shielded(model, sink.node)
    }

    /// Whether a generator, but for one that serves a block, may be closed at a `yield` after it has made a task and before it
    /// waits for it.
    fn may_close_before(
        &self,
        function: NodeRef,
        made_at: NodeRef,
        first_end: Option<NodeId>,
        is_guarded: &dyn Fn(NodeId) -> bool,
    ) -> bool {
        let model = self.model(function);
        let serves_block = self.hook(function).is_some()
            || model.decorators(function.node).into_iter().any(|d| {
                let text = model.text(d);
                text.contains("contextmanager") || text.contains("fixture")
            });
        let mut yields = model.own_nodes(function.node, |kind| kind == Kind::Yield);
        !serves_block
            && yields
                .any(|n| n > made_at.node && first_end.is_none_or(|end| n < end) && !is_guarded(n))
    }

    /// Whether a clause around a node does something with the task when the function is left there: `finally`, or `except` of one
    /// of these exceptions.
    pub(super) fn ends_when_left(
        &self,
        function: NodeRef,
        node: NodeId,
        own: &[TaskUse],
        bases: &[&str],
    ) -> bool {
        let model = self.model(function);
        let known: Vec<TaskUse> =
            own.iter().filter(|e| !is_bound_by(model, e.node_ref.node, node)).cloned().collect();
        let mut inner = node;
        let around = model.tree.ancestors(node).take_while(|n| *n != function.node);
        around.into_iter().any(|n| {
            let is_body = model.tree.field(inner) == Field::Body;
            let inner_of_body = std::mem::replace(&mut inner, n);
            let goes_on =
                || stops(model, n, inner_of_body, bases) && goes_on_after(model, n, bases);
            let is_used_later = || {
                own.iter().any(|e| e.node_ref.node > n && !model.tree.contains(n, e.node_ref.node))
            };
            // A `finally` also runs where another clause is left.
            let is_before_finally = model.kind(inner_of_body) != Kind::FinallyClause;
            let is_used = || {
                is_body && clause_uses(model, n, &known, bases)
                    || is_before_finally && finally_uses(model, n, &known)
            };
            model.kind(n) == Kind::TryStatement && is_used() || goes_on() && is_used_later()
        })
    }
}

/// Whether a wait is repeated until the task is done, whoever is cancelled: `while not task.done():` around `suppress`.
fn waits_until_done(model: &Model, wait: NodeId) -> bool {
    let mut inner = wait;
    let mut is_suppressed = false;
    let around = model.tree.ancestors(wait);
    let mut around = around.take_while(|n| model.kind(*n) != Kind::FunctionDefinition);
    around.any(|n| {
        is_suppressed |= stops_cancellation(model, n, inner);
        inner = n;
        let condition = model.child(n, Field::Condition);
        is_suppressed
            && model.kind(n) == Kind::WhileStatement
            && condition.is_some_and(|c| asks_done(model, c))
    })
}

/// Whether a node is an `async with asyncio.timeout(…)`, which does not wait as it begins.
fn is_limit(model: &Model, node: NodeId) -> bool {
    let items = model.children_of_kind(node, Kind::WithClause);
    let mut inside = items.flat_map(|items| model.tree.descendants(items));
    inside.any(|n| model.callee_name(n).is_some_and(|c| names(Role::TimeoutBlock).contains(&c)))
}

/// Whether a node stands under the condition that the task is done.
fn is_polled(model: &Model, node: NodeId) -> bool {
    let around = model.tree.ancestors(node);
    let mut around = around.take_while(|n| model.kind(*n) != Kind::FunctionDefinition);
    around.any(|n| {
        let suite = model.child(n, Field::Consequence);
        model.kind(n) == Kind::IfStatement
            && suite.is_some_and(|suite| model.tree.contains(suite, node))
            && model.child(n, Field::Condition).is_some_and(|c| asks_done(model, c))
    })
}

/// Whether what a node awaits or returns is a `shield`, or around one.
fn is_shielded(model: &Model, node: NodeId) -> bool {
    let shields = |n: NodeId| model.is_call_of(n, &["asyncio.shield"]);
    let bound = |n: NodeId| model.bindings_of(n).iter().filter_map(|b| b.kind.value());
    model.tree.subtree(node).any(|n| {
        shields(n) || model.kind(n) == Kind::Identifier && bound(n).any(|v| shields(model.bare(v)))
    })
}

/// Whether what a use names, or iterates over, is only bound by the statement that is left: `done, pending = await
/// asyncio.wait(tasks)`, where that raises, and then `for task in pending: task.cancel()`.
fn is_bound_by(model: &Model, task_use: NodeId, left: NodeId) -> bool {
    let statement = model.statement_of(left);
    let around = model.tree.ancestors(task_use);
    let around = around.take_while(|n| model.kind(*n) != Kind::FunctionDefinition);
    let iterated = around.filter_map(|n| {
        let is_for = matches!(model.kind(n), Kind::ForStatement | Kind::ForInClause);
        model.child(n, Field::Right).filter(|_| is_for)
    });
    let holds_nothing = |b: &Binding| {
        let value = b.kind.value().map(|value| model.bare(value));
        value.is_some_and(|value| {
            model.kind(value) == Kind::None
                || new_container(model, value).is_some_and(|container| container.is_empty)
        })
    };
    let mut named = iterated.chain([task_use]).flat_map(|n| model.tree.subtree(n));
    model.kind(statement) == Kind::ExpressionStatement
        && named.any(|n| {
            let is_left = |b: &Binding| model.statement_of(b.node) == statement;
            let (left, kept): (Vec<_>, Vec<_>) =
                model.bindings_of(n).iter().partition(|b| is_left(b));
            !left.is_empty() && kept.into_iter().all(holds_nothing)
        })
}

/// Whether an `except` clause of a `try` that runs for one of these exceptions uses the task.
fn clause_uses(model: &Model, statement: NodeId, own: &[TaskUse], bases: &[&str]) -> bool {
    model.tree.children(statement).any(|clause| {
        let is_run = model.kind(clause) == Kind::ExceptClause && catches(model, clause, bases);
        is_run && own.iter().any(|e| model.tree.contains(clause, e.node_ref.node))
    })
}

/// Whether the `finally` of a `try` uses the task.
fn finally_uses(model: &Model, statement: NodeId, own: &[TaskUse]) -> bool {
    let mut clauses = model.children_of_kind(statement, Kind::FinallyClause);
    clauses.any(|clause| own.iter().any(|e| model.tree.contains(clause, e.node_ref.node)))
}

/// Whether a `try` around a node of its body, or a `suppress`, catches one of these exceptions.
pub(super) fn stops(model: &Model, statement: NodeId, inner: NodeId, bases: &[&str]) -> bool {
    let mut clauses = model.children_of_kind(statement, Kind::ExceptClause);
    let items = || model.children_of_kind(statement, Kind::WithClause);
    let mut inside = items().flat_map(|items| model.tree.descendants(items));
    model.tree.field(inner) == Field::Body && clauses.any(|clause| catches(model, clause, bases))
        || inside.any(|n| suppresses(model, n, bases))
}

/// Whether no clause of a `try` that may catch one of these exceptions ends by leaving its function.
fn goes_on_after(model: &Model, statement: NodeId, bases: &[&str]) -> bool {
    let may_catch = |clause: &NodeId| match bases {
        EXCEPTION_BASES => !catches_only_cancellation(model, *clause),
        _ => catches(model, *clause, bases),
    };
    let mut clauses = model.children_of_kind(statement, Kind::ExceptClause).filter(may_catch);
    clauses.all(|clause| model.suite_of(clause).is_none_or(|suite| leaves(model, suite).is_none()))
}

/// The order in which nodes come after the one that makes a task: what stands above it, and not around it, comes in the next
/// round.
fn place_after(model: &Model, made_at: NodeId, node: NodeId) -> (bool, NodeId) {
    (node < made_at && !model.tree.contains(node, made_at), node)
}

/// The first of these uses of a task that sees to its end.
pub(super) fn first_end<'e>(
    model: &Model,
    made_at: NodeRef,
    own: &'e [TaskUse],
) -> Option<&'e TaskUse> {
    let ends = own.iter().filter(|e| match e.op {
        TaskOp::Cancel => true,
        // `if task.done(): task.result()` may find that it is not.
        TaskOp::ReadOutcome => !is_polled(model, e.node_ref.node),
        TaskOp::Await { .. } => !keeps_cancellation(e),
        _ => false,
    });
    ends.min_by_key(|e| place_after(model, made_at.node, e.node_ref.node))
}

/// Whether a node comes after a task is made, and before the task ends.
pub(super) fn is_before(model: &Model, made_at: NodeId, node: NodeId, end: NodeId) -> bool {
    place_after(model, made_at, node) < place_after(model, made_at, end)
}

/// What is evaluated first of an `async for` or `async with`; another node itself.
fn header(model: &Model, node: NodeId) -> NodeId {
    let first = match model.kind(node) {
        Kind::ForStatement => model.child(node, Field::Right),
        Kind::WithStatement => {
            let items = model.tree.descendants(node).find(|n| model.kind(*n) == Kind::WithItem);
            items.and_then(|item| model.tree.first_child(item))
        }
        _ => None,
    };
    first.unwrap_or(node)
}

/// Whether a wait keeps the cancellation of who waits from the task: `asyncio.wait`, `shield`.
fn keeps_cancellation(wait: &TaskUse) -> bool {
    match wait.op {
        TaskOp::Await { retrieves: false, .. } => true,
        TaskOp::Await { timeout, .. } => {
            matches!(timeout, Timeout::Unknown | Timeout::Present | Timeout::FirstDone)
        }
        _ => false,
    }
}

/// Whether a call only looks at what it is given: a builtin, `done.isdisjoint({task})`.
fn only_looks(model: &Model, call: NodeId) -> bool {
    let compares = |(_, name): (NodeId, &str)| {
        matches!(ContainerMethod::named(name).effect, MethodEffect::Compare | MethodEffect::Read)
    };
    let is_builtin = |callee: NodeId| {
        let origins = model.origins(callee);
        !origins.is_empty() && origins.iter().all(|origin| matches!(origin, Origin::Builtin(_)))
    };
    model.called_method(call).is_some_and(compares)
        || model.child(call, Field::Function).is_some_and(is_builtin)
}
