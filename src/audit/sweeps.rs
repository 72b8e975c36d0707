//! Where code cancels all tasks of an event loop, whoever has them. It follows no task.

use std::sync::Arc;

use super::index::WorkspaceIndex;
use super::types::{ChainRoot, NodeRef, TaskOrigin};
use crate::python::{Field, Kind, Model, NodeId};

impl WorkspaceIndex<'_> {
    /// Where a file cancels all tasks of a loop, whoever has them: `for task in asyncio.all_tasks(): task.cancel()`.
    pub(super) fn sweep(&self, file: usize) -> Option<NodeRef> {
        self.sweeps().iter().find(|at| at.file == file).copied()
    }

    /// Whether production code cancels all tasks of a loop as the application ends, or as an object does that may run the loop.
    pub(super) fn is_swept_at_end(&self) -> bool {
        self.answers.swept.get((), |()| self.sweeps().iter().any(|at| self.runs_at_exit(*at)))
    }

    fn sweeps(&self) -> Arc<[NodeRef]> {
        self.answers.sweeps.get((), |()| self.find_sweeps())
    }

    fn find_sweeps(&self) -> Arc<[NodeRef]> {
        let sweeps = |at: &&NodeRef| {
            let model = self.model(**at);
            let function = || model.function_of(at.node).unwrap_or(NodeId::ROOT);
            let cancels =
                |n| matches!(model.called_method(n), Some((_, "cancel"))) && !is_by_name(model, n);
            model.is_path(at.node, &["asyncio.all_tasks"])
                && model.tree.descendants(function()).any(cancels)
        };
        self.occurrences("all_tasks").iter().filter(sweeps).copied().collect()
    }

    /// Whether production code runs a sweep as the application, a block or an object ends.
    fn runs_at_exit(&self, sweep: NodeRef) -> bool {
        let is_production = !self.is_test(sweep) && !self.is_example(sweep);
        is_production
            && self.function_of(sweep).is_none_or(|function| {
                self.chain(function, &TaskOrigin::default()).root >= ChainRoot::CloseMethod
            })
    }
}

/// Whether a cancellation is only of tasks with a name: `if task.get_name() == "server": task.cancel()`.
fn is_by_name(model: &Model, cancel: NodeId) -> bool {
    let around = model.tree.ancestors(cancel);
    let mut around = around.take_while(|n| model.kind(*n) != Kind::FunctionDefinition);
    around.any(|n| {
        let condition = model.child(n, Field::Condition);
        let mut inside = condition.into_iter().flat_map(|c| model.tree.subtree(c));
        inside.any(|n| model.callee_name(n) == Some("get_name"))
    })
}
