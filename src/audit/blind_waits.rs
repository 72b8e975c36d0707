//! Waits that see no exception of a task but its cancellation: they are left out for one that is done. It does not say who sees
//! the exception.

use super::index::WorkspaceIndex;
use super::second_start::leaves;
use super::types::{NodeRef, TaskOp, TaskUse, TaskUses};
use crate::python::{Binding, Field, Kind, NodeId};
use crate::tasks::libraries::{ContainerMethod, MethodEffect};

impl WorkspaceIndex<'_> {
    /// Whether a task is awaited here only if it is not done: `if not task.done():`, `if task.cancel():`, or `if task.done(): return`
    /// before it.
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
            Kind::IfStatement => asks(n, true),
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

    /// Whether a wait is for the tasks that `asyncio.wait` has found not to be done: `await asyncio.gather(*pending)`, `await task`
    /// in `for task in pending:`.
    fn is_over_pending(&self, wait: NodeRef) -> bool {
        let model = self.model(wait);
        let waits = |n: NodeId| {
            let callee = model.child(n, Field::Function);
            callee.is_some_and(|callee| model.is_path(callee, &["asyncio.wait"]))
        };
        let is_second = |binding: &Binding| {
            let is_first = |n: NodeId| model.tree.children(n).next() == Some(binding.node);
            let pattern = model.parent_of_kind(binding.node, Kind::PatternList);
            model.tree.descendants(model.statement_of(binding.node)).any(waits)
                && pattern.is_some_and(|n| !is_first(n))
        };
        let around = model.tree.ancestors(wait.node);
        let around = around.take_while(|n| model.kind(*n) != Kind::FunctionDefinition);
        let loops = around.filter(|n| model.kind(*n) == Kind::ForStatement);
        let iterated = loops.filter_map(|n| model.child(n, Field::Right));
        let mut names = iterated.chain(model.tree.subtree(wait.node));
        names.any(|n| model.bindings_of(n).iter().any(is_second))
    }
}
