//! Where code cancels all tasks of an event loop, whoever has them. It follows no task.

use std::sync::Arc;

use super::index::WorkspaceIndex;
use super::types::{ChainRoot, NodeRef, TaskOrigin};
use crate::python::NodeId;

impl WorkspaceIndex<'_> {
    /// Where a file cancels all tasks of a loop, whoever has them: `for task in asyncio.all_tasks(): task.cancel()`.
    pub(super) fn sweep(&self, file: usize) -> Option<NodeRef> {
        self.sweeps().iter().find(|at| at.file == file).copied()
    }

    /// Whether production code cancels all tasks of a loop as the application ends.
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
            let cancels = |n| matches!(model.called_method(n), Some((_, "cancel")));
            model.is_path(at.node, &["asyncio.all_tasks"])
                && model.tree.descendants(function()).any(cancels)
        };
        self.occurrences("all_tasks").iter().filter(sweeps).copied().collect()
    }

    /// Whether production code runs a sweep as the application ends.
    fn runs_at_exit(&self, sweep: NodeRef) -> bool {
        let is_production = !self.is_test(sweep) && !self.is_example(sweep);
        is_production
            && self.function_of(sweep).is_none_or(|function| {
                self.chain(function, &TaskOrigin::default()).root >= ChainRoot::Program
            })
    }
}
