//! Where code cancels all tasks of an event loop, whoever has them. It follows no task.

use std::sync::Arc;

use super::index::WorkspaceIndex;
use super::types::{ChainRoot, NodeRef, TaskOrigin};
use crate::python::{Field, Kind, Model, NodeId, Origin};
use crate::tasks::{SpawnSite, Spawner};

impl WorkspaceIndex<'_> {
    /// Where a file cancels all tasks of a loop, whoever has them: `for task in asyncio.all_tasks(): task.cancel()`.
    pub(super) fn sweep(&self, file: usize) -> Option<NodeRef> {
        self.sweeps().iter().find(|at| at.file == file).copied()
    }

    /// Whether production code cancels all tasks of a loop as the application ends, or as an object does that may run the loop. Of
    /// a task that is made in a loop by its name, whoever has the loop may run that code at any time.
    pub(super) fn is_swept_at_end(&self, file: usize, site: &SpawnSite) -> bool {
        let is_of_named_loop = self.is_in_named_loop(file, site);
        let root = match is_of_named_loop {
            true => ChainRoot::Caller,
            false => ChainRoot::CloseMethod,
        };
        let is_any = |_: &bool| self.sweeps().iter().any(|at| self.runs_up_to(*at, root));
        self.answers.swept.get(is_of_named_loop, is_any)
    }

    /// Whether a site names the loop of its task, which is not the running one: `self.loop.create_task(work())`.
    fn is_in_named_loop(&self, file: usize, site: &SpawnSite) -> bool {
        let model = self.files[file].model;
        let of_loop = match site.spawner {
            Spawner::LoopCreateTask => model.child(site.callee, Field::Object),
            Spawner::Threadsafe => {
                let given = model.positional(site.node).get(1).copied();
                model.keyword(site.node, "loop").or(given)
            }
            _ => None,
        };
        let is_running = |o: &Origin| {
            matches!(o.path(), Some("asyncio.get_running_loop()" | "asyncio.get_event_loop()"))
        };
        of_loop.is_some_and(|n| !model.origins(n).iter().any(is_running))
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

    /// Whether production code runs a sweep, at an end that is at least as certain as this one.
    fn runs_up_to(&self, sweep: NodeRef, root: ChainRoot) -> bool {
        let is_production = !self.is_test(sweep) && !self.is_example(sweep);
        is_production
            && self
                .function_of(sweep)
                .is_none_or(|function| self.chain(function, &TaskOrigin::default()).root >= root)
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
