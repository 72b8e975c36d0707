//! What the `CancelledError` of a wait leaves out: the waits and the code after it. It knows no owner and no caller.

use super::coroutine_exit::{CANCELLATION_BASES, catches, suppresses};
use super::index::WorkspaceIndex;
use super::outcome_reads::asks_done;
use super::types::NodeRef;
use crate::python::{Field, Kind, Model, NodeId};
use crate::tasks::libraries::{Registration, is_registration};

impl WorkspaceIndex<'_> {
    /// Whether a wait is not reached: an unguarded wait for another task that is cancelled, too, raises before it.
    pub(super) fn is_unreached(&self, wait: NodeRef) -> bool {
        let Some(function) = self.function_of(wait) else { return false };
        let model = self.model(function);
        let raises = |earlier: NodeId| {
            let Some(awaited) = model.tree.first_child(earlier).map(|n| model.bare(n)) else {
                return false;
            };
            let text = model.text(awaited);
            let is_name = matches!(model.kind(awaited), Kind::Attribute | Kind::Identifier);
            let mut calls = model.own_nodes(function.node, |kind| kind == Kind::Call);
            let is_cancelled = is_name
                && calls.any(|call| {
                    let called = model.called_method(call);
                    called.is_some_and(|(object, name)| {
                        name == "cancel" && model.text(object) == text && call < earlier
                    }) && is_always_cancelled(model, call, earlier)
                });
            is_cancelled
                && is_passed_over(model, function.node, earlier, wait.node)
                && self.parts_of(NodeRef { node: awaited, ..wait }).is_none_or(|coroutines| {
                    !coroutines.into_iter().any(|c| self.catches_cancellation(c))
                })
        };
        let mut earlier = model.own_nodes(function.node, |kind| kind == Kind::Await);
        earlier.any(|n| n < wait.node && !model.tree.contains(n, wait.node) && raises(n))
    }

    /// Whether a use of a task runs unless an exception is raised, once the task is made in the same function. Of a use in
    /// another function that is not asked.
    pub(super) fn is_sure_to_run(&self, task_use: NodeRef, made_at: NodeRef) -> bool {
        let function = self.function_of(made_at);
        if function.is_none() || self.function_of(task_use) != function {
            return true;
        }
        let model = self.model(made_at);
        let mut node = model.statement_of(task_use.node);
        loop {
            let Some(suite) = model.tree.parent(node) else { return false };
            if model.tree.contains(suite, made_at.node) {
                return true;
            }
            let Some(around) = model.tree.parent(suite) else { return false };
            let passes = match model.kind(around) {
                Kind::WithStatement | Kind::ForStatement | Kind::WhileStatement => true,
                Kind::TryStatement => model.tree.field(suite) == Field::Body,
                Kind::FinallyClause => true,
                _ => false,
            };
            if !passes {
                return false;
            }
            let is_clause = model.kind(around) == Kind::FinallyClause;
            node = if is_clause { model.tree.parent(around).unwrap_or(around) } else { around };
        }
    }

    /// The condition around a wait for what an earlier `asyncio.wait` has found to be done: `if task in done: await task`, or that
    /// in the `else` of `if task not in done:`. What is cancelled in between as it is not done is not awaited there.
    pub(super) fn asks_for_done(&self, wait: NodeRef) -> Option<NodeRef> {
        let model = self.model(wait);
        let around = model.tree.ancestors(wait.node);
        let mut around = around.take_while(|n| model.kind(*n) != Kind::FunctionDefinition);
        let asks = |n: NodeId| {
            let condition = model.child(n, Field::Condition).map(|c| model.bare(c));
            let Some(condition) = condition.filter(|_| model.kind(n) == Kind::IfStatement) else {
                return false;
            };
            let sides: Vec<NodeId> = model.tree.children(condition).collect();
            let [task, done] = sides[..] else { return false };
            let branch = match model.between(task, done).trim() {
                "in" => model.child(n, Field::Consequence),
                "not in" => model.child(n, Field::Alternative),
                _ => None,
            };
            let is_sure = |n: &NodeId| matches!(model.kind(*n), Kind::Block | Kind::ElseClause);
            model.kind(condition) == Kind::ComparisonOperator
                && branch.filter(is_sure).is_some_and(|branch| {
                    let mut awaited = model.tree.subtree(wait.node);
                    model.tree.contains(branch, wait.node)
                        && awaited.any(|n| model.text(n) == model.text(task))
                })
                && is_result_of_wait(model, done, WaitResult::Done)
        };
        around.find(|n| asks(*n)).map(|node| NodeRef { node, ..wait })
    }
}

/// A set that `asyncio.wait` gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WaitResult {
    Done,
    Pending,
    Either,
}

/// Whether a name is bound to a set that `asyncio.wait` gives: `done, pending = await asyncio.wait(tasks)`.
pub(super) fn is_result_of_wait(model: &Model, name: NodeId, result: WaitResult) -> bool {
    let waits = |n: NodeId| {
        model.is_call_of(n, &["asyncio.wait"]) && model.parent_of_kind(n, Kind::Await).is_some()
    };
    let is_at_place = |binding: NodeId| {
        let pattern = model.parent_of_kind(binding, Kind::PatternList);
        let first = pattern.and_then(|n| model.tree.children(n).next());
        match result {
            WaitResult::Either => true,
            WaitResult::Done => first == Some(binding),
            WaitResult::Pending => first.is_some_and(|first| first != binding),
        }
    };
    model.bindings_of(name).iter().any(|b| {
        let statement = model.statement_of(b.node);
        model.kind(statement) == Kind::ExpressionStatement
            && is_at_place(b.node)
            && model.tree.descendants(statement).any(waits)
    })
}

/// Whether a cancellation comes before every wait here: it stands in the same or an outer block, in a loop over the tasks or
/// under a condition on the task itself.
pub(super) fn is_always_cancelled(model: &Model, cancel: NodeId, wait: NodeId) -> bool {
    if cancel == wait {
        return true;
    }
    if deferral(model, cancel).is_some() {
        return false;
    }
    let mut node = model.statement_of(cancel);
    loop {
        let Some(suite) = model.tree.parent(node) else { return false };
        if model.tree.contains(suite, wait) {
            return true;
        }
        let Some(around) = model.tree.parent(suite) else { return false };
        let passes = match model.kind(around) {
            Kind::ForStatement | Kind::WithStatement => true,
            Kind::TryStatement => model.tree.field(suite) == Field::Body,
            // What waits in its `else` runs instead.
            Kind::IfStatement if model.tree.contains(around, wait) => false,
            Kind::IfStatement => {
                let names_task = |object: NodeId| {
                    let condition = model.child(around, Field::Condition);
                    condition.is_some_and(|c| names(model, c, model.text(object)))
                };
                let object = model.called_method(cancel).map(|(object, _)| object);
                model.tree.field(suite) == Field::Consequence && object.is_some_and(names_task)
            }
            _ => false,
        };
        if !passes {
            return false;
        }
        node = around;
    }
}

/// When a cancellation runs that does not run where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Deferral {
    /// As a block ends: `stack.callback(task.cancel)` (<https://docs.python.org/3/library/contextlib.html#contextlib.ExitStack>).
    EndOfBlock,
    /// When what it is given to calls it: `loop.add_signal_handler(SIGTERM, task.cancel)`, `hook = lambda: task.cancel()`.
    Unknown,
}

/// When a cancellation runs, if it does not run where it stands. What the loop calls soon is cancelled there.
pub(super) fn deferral(model: &Model, cancel: NodeId) -> Option<Deferral> {
    const SOON: &[&str] = &["call_soon", "call_soon_threadsafe"];
    let around = model.tree.ancestors(cancel);
    let mut around = around.take_while(|n| model.kind(*n) != Kind::FunctionDefinition);
    let callable = match model.kind(cancel) {
        Kind::Attribute => cancel,
        _ => around.find(|n| model.kind(*n) == Kind::Lambda)?,
    };
    let given_to = model
        .parent_of_kind(callable, Kind::ArgumentList)
        .and_then(|arguments| model.callee_name(model.tree.parent(arguments)?));
    match given_to {
        Some(name) if SOON.contains(&name) => None,
        // `callback` is a frequent name: it registers a hook only where what it is given cancels something.
        Some(name) if name == "callback" || is_registration(Registration::ExitStack, name) => {
            Some(Deferral::EndOfBlock)
        }
        _ => Some(Deferral::Unknown),
    }
}

/// Whether a cancellation runs however its function ends, unless the task, which is created at `made_at`, is done: under no other
/// condition than on the task, or on what is iterated.
pub(super) fn is_unconditional(model: &Model, cancel: NodeId, made_at: Option<NodeId>) -> bool {
    let is_around = |n: NodeId| made_at.is_some_and(|at| model.tree.contains(n, at));
    let object = model.called_method(cancel).map(|(object, _)| model.text(object));
    let mut known: Vec<&str> = object.into_iter().collect();
    let leaves = |n| matches!(model.kind(n), Kind::RaiseStatement | Kind::ReturnStatement);
    let around = model.tree.ancestors(cancel);
    let around = around.take_while(|n| model.kind(*n) != Kind::FunctionDefinition);
    for node in around.take_while(|n| !is_around(*n)) {
        let condition = model.child(node, Field::Condition);
        match model.kind(node) {
            Kind::ForStatement => {
                known.extend(model.child(node, Field::Right).map(|n| model.text(n)));
            }
            Kind::IfStatement
                if condition.is_some_and(|c| known.iter().any(|text| names(model, c, text))) => {}
            Kind::ExceptClause
                if catches(model, node, CANCELLATION_BASES)
                    && !model.tree.descendants(node).any(|n| leaves(n) && n < cancel) => {}
            Kind::IfStatement | Kind::ElifClause | Kind::ElseClause | Kind::ExceptClause => {
                return false;
            }
            _ => {}
        }
    }
    true
}

/// Whether something happens to a task only under a condition that asks whether it is done: `if not task.done(): task.cancel()`.
pub(super) fn asks_whether_done(model: &Model, node: NodeId) -> bool {
    let around = model.tree.ancestors(node);
    let mut around = around.take_while(|n| model.kind(*n) != Kind::FunctionDefinition);
    around.any(|n| {
        let condition = model.child(n, Field::Condition);
        condition.is_some_and(|c| asks_done(model, c))
    })
}

/// Whether a cancellation is of those that `asyncio.wait` has found not to be done, and a wait for a task by its name, which
/// is done: `for task in pending: task.cancel()`, then `await task`.
pub(super) fn is_of_pending(model: &Model, cancel: NodeId, wait: NodeId) -> bool {
    let awaited = model.tree.first_child(wait).map(|n| model.bare(n));
    let is_name = |n| matches!(model.kind(n), Kind::Attribute | Kind::Identifier);
    let iterable = model.tree.ancestors(cancel).find_map(|around| {
        let mut clauses = model.children_of_kind(around, Kind::ForInClause);
        let is_loop = model.kind(around) == Kind::ForStatement;
        let of = if is_loop { Some(around) } else { clauses.next() };
        of.filter(|_| !model.tree.contains(around, wait))
            .and_then(|of| model.child(of, Field::Right))
    });
    let is_pending = iterable.is_some_and(|of| is_result_of_wait(model, of, WaitResult::Either));
    is_pending && awaited.is_some_and(is_name)
}

/// Whether the CancelledError of an `await` leaves this later node out.
fn is_passed_over(model: &Model, function: NodeId, wait: NodeId, later: NodeId) -> bool {
    let mut node = model.statement_of(wait);
    while node != function {
        let Some(suite) = model.tree.parent(node) else { return false };
        let is_later = |n: NodeId| n > node && model.tree.contains(n, later);
        if matches!(model.kind(suite), Kind::Block | Kind::Module) {
            if model.tree.children(suite).any(is_later) {
                return true;
            }
        } else if stops_cancellation(model, suite, node) {
            return false;
        }
        node = suite;
    }
    false
}

/// Whether a `try` or `with` around a node of its body catches a CancelledError.
pub(super) fn stops_cancellation(model: &Model, statement: NodeId, inner: NodeId) -> bool {
    match model.kind(statement) {
        Kind::TryStatement if model.tree.field(inner) == Field::Body => {
            let mut clauses = model.children_of_kind(statement, Kind::ExceptClause);
            clauses.any(|clause| catches(model, clause, CANCELLATION_BASES))
        }
        Kind::WithStatement => {
            let items = model.children_of_kind(statement, Kind::WithClause);
            let mut inside = items.flat_map(|items| model.tree.descendants(items));
            inside.any(|n| suppresses(model, n, CANCELLATION_BASES))
        }
        _ => false,
    }
}

/// The first code with a call that does not run if this `await` raises CancelledError; none if that is caught.
pub(super) fn skipped_code(model: &Model, function: NodeId, wait: NodeId) -> Option<NodeId> {
    let has_call = |n: &NodeId| {
        model.tree.subtree(*n).any(|n| matches!(model.kind(n), Kind::Call | Kind::Await))
    };
    let mut found = None;
    let mut node = model.statement_of(wait);
    while node != function {
        let suite = model.tree.parent(node)?;
        let is_suite = matches!(model.kind(suite), Kind::Block | Kind::Module);
        let later = model.tree.children(suite).filter(|n| is_suite && *n > node);
        let ends =
            |n: &NodeId| matches!(model.kind(*n), Kind::RaiseStatement | Kind::ReturnStatement);
        let next = later.into_iter().find(|n| has_call(n) || ends(n));
        // What is below would not run either way.
        if found.is_none() && next.is_some_and(|n| !has_call(&n)) {
            return None;
        }
        found = found.or(next);
        if stops_cancellation(model, suite, node) {
            return None;
        }
        if model.kind(suite) == Kind::ForStatement {
            found = found.or(Some(suite));
        }
        node = suite;
    }
    found
}

/// Whether an expression, or a part of it, is written so.
fn names(model: &Model, expression: NodeId, text: &str) -> bool {
    model.tree.subtree(expression).any(|n| model.text(n) == text)
}
