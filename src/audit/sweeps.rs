//! Where code cancels all tasks of an event loop, whoever has them. It follows no task.

use super::index::WorkspaceIndex;
use super::types::NodeRef;
use crate::python::NodeId;

impl WorkspaceIndex<'_> {
    /// Where a file cancels all tasks of a loop, whoever has them: `for task in asyncio.all_tasks(): task.cancel()`.
    pub(super) fn sweep(&self, file: usize) -> Option<NodeRef> {
        let model = self.files[file].model;
        let sweeps = |at: &&NodeRef| {
            let function = || model.function_of(at.node).unwrap_or(NodeId::ROOT);
            let cancels = |n| matches!(model.called_method(n), Some((_, "cancel")));
            at.file == file
                && model.is_path(at.node, &["asyncio.all_tasks"])
                && model.tree.descendants(function()).any(cancels)
        };
        self.occurrences("all_tasks").iter().find(sweeps).copied()
    }
}
