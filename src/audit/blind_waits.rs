//! Waits that see no exception of a task but its cancellation: they are left out for one that is done. It does not say who sees
//! the exception.

use super::coroutine_exit::{is_loop, leaves, suspensions};
use super::index::WorkspaceIndex;
use super::types::{NodeRef, TaskOp, TaskUse, TaskUses};
use super::unwinding::{WaitResult, is_result_of_wait};
use crate::python::{Cfg, Field, Kind, NodeId};
use crate::tasks::libraries::{ContainerMethod, MethodEffect};

impl WorkspaceIndex<'_> {
    /// Whether a task is awaited here only if it is not done: in `if not task.done():`, in `if task.cancel():`, in the `else` of
    /// `if task.done():`, or after `if task.done(): return`.
    pub(super) fn is_skipped_when_done(&self, wait: NodeRef) -> bool {
        let model = self.model(wait);
        let statement = model.statement_of(wait.node);
        let is_awaited = |object: NodeId| {
            let mut inside = model.tree.subtree(statement);
            inside
                .any(|n| model.kind(n) == model.kind(object) && model.text(n) == model.text(object))
        };
        let asks = |if_statement: NodeId, is_negated: bool| {
            let condition = model.child(if_statement, Field::Condition);
            let mut inside = condition.into_iter().flat_map(|c| model.tree.subtree(c));
            inside.any(|n| {
                let Some((object, name)) = model.called_method(n) else { return false };
                let is_not = model.parent_of_kind(n, Kind::NotOperator).is_some();
                // `cancel()` gives whether the task was not done.
                let tells = name == "done" && is_not == is_negated
                    || name == "cancel" && is_not != is_negated;
                tells && is_awaited(object)
            })
        };
        let around = model.tree.ancestors(wait.node);
        let mut around = around.take_while(|n| model.kind(*n) != Kind::FunctionDefinition);
        around.any(|n| match model.kind(n) {
            Kind::IfStatement => {
                let suite = model.child(n, Field::Consequence);
                asks(n, suite.is_some_and(|suite| model.tree.contains(suite, wait.node)))
            }
            Kind::Block => {
                let earlier = model.tree.children(n).take_while(|s| *s <= statement);
                let mut guards = earlier.filter(|s| {
                    model.kind(*s) == Kind::IfStatement && !model.tree.contains(*s, wait.node)
                });
                let leaves = |s| model.child(s, Field::Consequence).and_then(|c| leaves(model, c));
                guards.any(|s| asks(s, false) && leaves(s).is_some())
            }
            _ => false,
        })
    }

    /// Whether an await sees nothing but a cancellation: the task is cancelled just before, if it is not done.
    pub(super) fn is_blind(&self, wait: &TaskUse, task_uses: &TaskUses) -> bool {
        let is_before = |e: &TaskUse| {
            e.op == TaskOp::Cancel
                && self.function_of(e.node_ref) == self.function_of(wait.node_ref)
                && e.node_ref < wait.node_ref
        };
        let is_skipped =
            || self.is_skipped_when_done(wait.node_ref) || self.is_over_pending(wait.node_ref);
        let mut cancels = task_uses.uses.iter().filter(|e| is_before(e));
        cancels.any(|e| is_skipped() || self.is_gathered_with(e.node_ref, wait.node_ref))
    }

    /// Whether what a wait is for was collected beside this cancellation, which is skipped for a task that is done:
    /// `if not task.done(): task.cancel(); pending.append(task)`.
    fn is_gathered_with(&self, cancel: NodeRef, wait: NodeRef) -> bool {
        let model = self.model(cancel);
        let Some((object, _)) = model.called_method(cancel.node) else { return false };
        let Some(block) = model.tree.parent(model.statement_of(cancel.node)) else { return false };
        let collects = |n: NodeId| {
            let stores = |name| ContainerMethod::named(name).effect == MethodEffect::Store(0);
            let called = model.called_method(n).filter(|(_, name)| stores(name));
            let container = called.map(|(container, _)| model.text(container));
            let given = model.positional(n).first().map(|given| model.text(*given));
            given == Some(model.text(object))
                && container.is_some_and(|container| {
                    let mut waited = model.tree.subtree(wait.node);
                    waited.any(|n| model.kind(n) == Kind::Identifier && model.text(n) == container)
                })
        };
        self.is_skipped_when_done(cancel)
            && model.tree.descendants(block).filter(|n| model.kind(*n) == Kind::Call).any(collects)
    }

    /// Whether a wait is for what is left in a container that tasks leave as they end: after the one made here its function waits
    /// for something else first.
    pub(super) fn is_for_the_rest(&self, wait: NodeRef, made_at: NodeRef) -> bool {
        let model = self.model(made_at);
        let Some(function) = self.function_of(made_at) else { return false };
        let target = model.parent_of_kind(made_at.node, Kind::Assignment);
        let target = target.and_then(|n| model.child(n, Field::Left)).map(|n| model.text(n));
        let names_task = |n: NodeId| Some(model.text(n)) == target;
        let is_apart =
            |n: NodeId| !model.tree.contains(n, wait.node) && !model.tree.contains(wait.node, n);
        let is_between = |n: NodeId| n > made_at.node && n < wait.node && is_apart(n);
        let mut around = model.tree.ancestors(made_at.node).take_while(|n| is_apart(*n));
        let mut waits = suspensions(model, function.node, function.node);
        !model.tree.subtree(wait.node).any(names_task)
            && (waits.any(is_between)
                || around.any(|n| is_loop(model, n) && model.text(n).starts_with("async")))
    }

    /// Whether what is read is the outcome of a `gather` of what is left.
    pub(super) fn is_of_gathered_rest(&self, read: NodeRef, made_at: NodeRef) -> bool {
        let model = self.model(read);
        let gathers = |value: NodeId| model.callee_name(model.bare(value)) == Some("gather");
        let object = model.called_method(read.node).map(|(object, _)| object);
        let bindings = object.map(|object| model.bindings_of(object)).unwrap_or_default();
        bindings.iter().filter_map(|b| b.kind.value()).any(gathers)
            && self.function_of(read) == self.function_of(made_at)
            && self.is_for_the_rest(read, made_at)
    }

    /// Whether a use in the function that makes a task is of another one: after the task is made, the function is left before it.
    pub(super) fn is_left_before(&self, later: NodeRef, made_at: NodeRef) -> bool {
        let model = self.model(made_at);
        let Some(function) = self.function_of(made_at) else { return false };
        let leaves =
            |n: NodeId| matches!(model.kind(n), Kind::ReturnStatement | Kind::RaiseStatement);
        let around = model.tree.ancestors(made_at.node);
        let mut branches = around.take_while(|n| !model.tree.contains(*n, later.node));
        let may_leave = later.node > made_at.node
            && branches.any(|n| model.tree.descendants(n).any(|n| n > made_at.node && leaves(n)));
        may_leave
            && Cfg::build(model, function.node, &|_| false).is_some_and(|flow| {
                let from = flow.points_of(model, made_at.node);
                let reached = flow.reachable_from(from, true, &[]);
                let to = flow.points_of(model, later.node);
                !to.is_empty() && !to.into_iter().any(|point| reached.contains(point))
            })
    }

    /// Whether a wait or a cancellation is for the tasks that `asyncio.wait` has found not to be done:
    /// `await asyncio.gather(*pending)`, `task.cancel()` in `for task in pending:`.
    pub(super) fn is_over_pending(&self, end: NodeRef) -> bool {
        let model = self.model(end);
        let around = model.tree.ancestors(end.node);
        let around = around.take_while(|n| model.kind(*n) != Kind::FunctionDefinition);
        let loops = around.filter(|n| model.kind(*n) == Kind::ForStatement);
        let iterated = loops.filter_map(|n| model.child(n, Field::Right));
        let mut names = iterated.chain(model.tree.subtree(end.node));
        names.any(|n| is_result_of_wait(model, n, WaitResult::Pending))
    }
}
