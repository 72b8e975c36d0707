//! What a second start does where its guard finds a task that runs: it may stop the task there, and make the next. It finds
//! no guard.

use super::coroutine_exit::leaves;
use super::index::WorkspaceIndex;
use super::types::{NodeRef, StorageLocation, TaskOp, TaskUses};
use crate::python::{Field, Kind, Model, NodeId};

/// Maximum length of a path of calls from a guard to what creates the next task.
const MAX_DEPTH: u32 = 3;

impl WorkspaceIndex<'_> {
    /// What the branch of a guard that runs while a task runs does to that task, if it stops the task: the value of the fact,
    /// none if it makes no other, with the place and what is done there.
    pub(super) fn restart_below(
        &self,
        guard: NodeRef,
        end: NodeRef,
        location: &StorageLocation,
        task_uses: &TaskUses,
    ) -> Option<(Option<&'static str>, NodeRef, String)> {
        let model = self.model(guard);
        let function = self.function_of(guard).filter(|_| guard.file == end.file)?;
        let name = self.name_of(function);
        let branches = model.tree.children(guard.node).filter(|n| {
            let is_branch = matches!(model.tree.field(*n), Field::Consequence | Field::Alternative);
            is_branch && !model.tree.contains(*n, end.node)
        });
        // What follows a guard that leaves the function runs only without a task.
        let is_around = model.tree.contains(guard.node, end.node);
        let branches: Vec<NodeId> =
            branches.filter(|n| is_around || model.tree.field(*n) == Field::Consequence).collect();
        let cancels = || task_uses.uses.iter().filter(|e| e.op == TaskOp::Cancel);
        let calls = branches.iter().flat_map(|n| model.tree.subtree(*n));
        let calls = calls.filter(|n| model.kind(*n) == Kind::Call);
        let stopping = calls.map(|node| NodeRef { node, ..guard }).find_map(|call| {
            if cancels().any(|e| e.node_ref == call) {
                return Some((call, format!("`{name}` cancels the task")));
            }
            let called = self.called_functions(call);
            let stopper = called.into_iter().find(|f| {
                *f != function && cancels().any(|e| self.function_of(e.node_ref) == Some(*f))
            })?;
            let note =
                format!("`{name}` then calls `{}`, which stops the task", self.name_of(stopper));
            Some((call, note))
        });
        let (at, note) = stopping?;
        let stores = self.stores_of(location);
        let creates = |node: NodeId| {
            let here = NodeRef { node, ..guard };
            stores.nodes.contains(&here)
                || model.kind(node) == Kind::Call
                    && self.called_functions(here).into_iter().any(|f| {
                        let mut creators = stores.creators.iter();
                        creators.any(|c| *c == f || self.reaches(f, *c, MAX_DEPTH))
                    })
        };
        let makes_next = branches.iter().flat_map(|n| model.tree.subtree(*n)).any(creates);
        Some((makes_next.then_some("replaces"), at, note))
    }
}

/// Whether a function may be left under the condition of a stop before it, as in
/// `if running: if is_busy: return; self._stop()`.
pub(super) fn may_leave_before(model: &Model, stop: NodeId, end: NodeId) -> bool {
    let mut node = model.statement_of(stop);
    while let Some(around) = model.tree.parent(node).filter(|n| !model.tree.contains(*n, end)) {
        let mut earlier = model.tree.children(around).take_while(|n| *n < node);
        let leaves = |n| model.child(n, Field::Consequence).and_then(|suite| leaves(model, suite));
        if earlier.any(|n| model.kind(n) == Kind::IfStatement && leaves(n).is_some()) {
            return true;
        }
        node = around;
    }
    false
}
