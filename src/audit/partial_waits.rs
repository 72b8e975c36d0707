//! Waits that end with some of several tasks and leave the others running: those of a `gather` that fails, and those of a loop that
//! awaits one after the other. It stops no task.

use super::abandonment::{first_end, is_before, stops};
use super::coroutine_exit::{CANCELLATION_BASES, EXCEPTION_BASES, is_loop};
use super::index::WorkspaceIndex;
use super::types::{NodeRef, TaskOp, TaskUse, TaskUses};
use super::unwinding::asks_whether_done;
use super::waiting::returns_exceptions;
use crate::python::{Field, Kind, Model, NodeId};

/// How many futures, one around the other, are looked through for a `gather`.
const MAX_FUTURES: u32 = 4;

impl WorkspaceIndex<'_> {
    /// Whether the function that makes several tasks, which run this coroutine, may be left by what its wait for some of them
    /// raises while others run, in no clause that ends them.
    pub(super) fn may_leave_rest(
        &self,
        task_uses: &TaskUses,
        made_at: NodeRef,
        coroutine: Option<NodeRef>,
    ) -> bool {
        let Some(function) = self.function_of(made_at) else { return false };
        let model = self.model(function);
        let own = self.uses_after(task_uses, made_at, function);
        let Some(end) = first_end(model, made_at, &own) else { return false };
        let wait = end.node_ref.node;
        if end.op == TaskOp::Cancel {
            return cancels_in_turn(model, made_at, wait, &own, !self.raises_nothing(coroutine));
        }
        let is_wait = matches!(end.op, TaskOp::Await { .. });
        let ends_when_raised = || self.ends_when_left(function, wait, &own, EXCEPTION_BASES);
        let fails = || self.may_leave_others(end.node_ref, coroutine) && !ends_when_raised();
        let is_left_in_turn = || {
            let ends_when_cancelled =
                || self.ends_when_left(function, wait, &own, CANCELLATION_BASES);
            let is_safe =
                || ends_when_cancelled() && (self.raises_nothing(coroutine) || ends_when_raised());
            waits_in_turn(model, function, made_at, end, &own) && !is_safe()
        };
        is_wait && (fails() || is_left_in_turn())
    }

    /// Whether a wait is for several tasks and ends with the first of them that fails: `await asyncio.gather(*tasks)`, unless all
    /// run this coroutine, which catches its exceptions.
    pub(super) fn may_leave_others(&self, wait: NodeRef, coroutine: Option<NodeRef>) -> bool {
        let model = self.model(wait);
        let gathers = |n: &NodeId| model.is_call_of(*n, &["asyncio.gather"]);
        // `await both`, `loop.run_until_complete(both)`
        let awaited = match model.kind(wait.node) {
            Kind::Call => model.positional(wait.node).first().copied(),
            _ => model.tree.first_child(wait.node),
        };
        let direct = model.tree.subtree(wait.node).find(gathers);
        let Some(call) = direct.or_else(|| bound_gather(model, awaited?, MAX_FUTURES)) else {
            return false;
        };
        let arguments = model.positional(call);
        let is_list = |n: &NodeId| model.kind(*n) == Kind::ListSplat;
        let is_one = match arguments[..] {
            [only] if is_list(&only) => {
                let list = model.tree.first_child(only).map(|node| NodeRef { node, ..wait });
                self.raises_nothing(coroutine)
                    && list.zip(coroutine).is_none_or(|(list, f)| self.all_run(list, f))
            }
            [_] => true,
            _ => false,
        };
        !is_one && !returns_exceptions(model, call)
    }

    /// Whether all that code puts into a list is made by calls of this coroutine, as far as the code shows what that is.
    fn all_run(&self, list: NodeRef, coroutine: NodeRef) -> bool {
        let Some(location) = self.storage_of(list) else { return true };
        let calls_it = |value: NodeRef| {
            let model = self.model(value);
            let mut calls = model.tree.subtree(value.node).map(|node| NodeRef { node, ..value });
            calls.any(|n| {
                model.kind(n.node) == Kind::Call && self.called_functions(n).contains(&coroutine)
            })
        };
        let runs_it = |element: NodeRef| {
            let bindings = self.model(element).bindings_of(element.node).iter();
            let values = bindings.filter_map(|b| b.kind.value());
            std::iter::once(element.node)
                .chain(values)
                .any(|node| calls_it(NodeRef { node, ..element }))
        };
        // `tasks += [spawn(work())]`
        let added = |o: NodeRef| {
            let model = self.model(o);
            let assignment = model.parent_of_kind(o.node, Kind::AugmentedAssignment);
            let to_it = assignment.filter(|_| model.tree.field(o.node) == Field::Left);
            model.child(to_it?, Field::Right).map(|node| NodeRef { node, ..o })
        };
        let occurrences = self.occurrences_of(&location).into_iter();
        let mut stored = occurrences.filter_map(|o| self.stored_value(o).or_else(|| added(o)));
        stored.all(|value| {
            let model = self.model(value);
            match model.kind(value.node) {
                Kind::List | Kind::Tuple | Kind::Set => {
                    let mut elements = model.tree.children(value.node);
                    elements.all(|node| runs_it(NodeRef { node, ..value }))
                }
                _ => runs_it(value),
            }
        })
    }

    /// Whether a coroutine catches every exception of its own code.
    fn raises_nothing(&self, coroutine: Option<NodeRef>) -> bool {
        coroutine.is_some_and(|f| self.catches_own_exceptions(f, None).0 == Some(true))
    }
}

/// Whether a wait is the first for several tasks that are made before, and for one after the other: `for task in tasks: await task`.
fn waits_in_turn(
    model: &Model,
    function: NodeRef,
    made_at: NodeRef,
    wait: &TaskUse,
    own: &[TaskUse],
) -> bool {
    let repeats = |n: NodeId, other: NodeId| {
        let around = model.tree.ancestors(n).take_while(|n| *n != function.node);
        let mut around = around.filter(|n| !model.tree.contains(*n, other));
        around.any(|n| is_loop(model, n) || model.kind(n).is_comprehension())
    };
    let at = wait.node_ref.node;
    // After a wait for all of them none is left.
    let mut waits = own.iter().filter(|e| matches!(e.op, TaskOp::Await { .. }));
    repeats(at, made_at.node)
        && repeats(made_at.node, at)
        && !waits.any(|e| is_before(model, made_at.node, e.node_ref.node, at))
}

/// Whether a loop that cancels several tasks waits for each before it cancels the next, and may be left by what the wait raises: its
/// CancelledError, or what the task has failed with before, if it may: `for task in tasks: task.cancel(); await task`.
fn cancels_in_turn(
    model: &Model,
    made_at: NodeRef,
    cancel: NodeId,
    own: &[TaskUse],
    may_fail: bool,
) -> bool {
    let around = model.tree.ancestors(cancel);
    let mut around = around.take_while(|n| model.kind(*n) != Kind::FunctionDefinition);
    let is_turns =
        |n: NodeId| model.kind(n) == Kind::ForStatement && !model.tree.contains(n, made_at.node);
    let Some(turns) = around.find(|n| is_turns(*n)) else { return false };
    let leaves = |wait: NodeId, bases: &[&str]| {
        let mut inner = wait;
        let mut around = model.tree.ancestors(wait).take_while(|n| *n != turns);
        !around.any(|n| stops(model, n, std::mem::replace(&mut inner, n), bases))
    };
    let is_plain = |wait: NodeId| {
        let awaited = model.tree.first_child(wait).map(|n| model.bare(n));
        awaited.is_some_and(|n| {
            model.kind(n) != Kind::Call || model.is_call_of(n, &["asyncio.wait_for"])
        })
    };
    let waits = own.iter().filter(|e| matches!(e.op, TaskOp::Await { .. }));
    let mut waits = waits.map(|e| e.node_ref.node);
    waits.any(|wait| {
        // What has not failed before it is cancelled is taken not to fail after it.
        let may_fail = may_fail && !asks_whether_done(model, wait);
        wait > cancel
            && model.tree.contains(turns, wait)
            && is_plain(wait)
            && (leaves(wait, CANCELLATION_BASES) || may_fail && leaves(wait, EXCEPTION_BASES))
    })
}

/// The `gather` behind a name or future: `both = asyncio.gather(*tasks)`, then `both` or `asyncio.ensure_future(both)`.
fn bound_gather(model: &Model, future: NodeId, depth: u32) -> Option<NodeId> {
    const AROUND: &[&str] = &["asyncio.ensure_future", "asyncio.shield", "asyncio.wait_for"];
    let depth = depth.checked_sub(1)?;
    let future = model.bare(future);
    match model.kind(future) {
        Kind::Call if model.is_call_of(future, &["asyncio.gather"]) => Some(future),
        Kind::Call if model.is_call_of(future, AROUND) => {
            bound_gather(model, *model.positional(future).first()?, depth)
        }
        Kind::Identifier => {
            let mut values = model.bindings_of(future).iter().filter_map(|b| b.kind.value());
            values.find_map(|value| bound_gather(model, value, depth))
        }
        _ => None,
    }
}
