//! Sites that discard what a function returns which makes a task on some paths only. It does not know who else may have the task.

use super::index::WorkspaceIndex;
use super::types::{NodeRef, TaskOp};
use super::waiting::FollowedValue;
use crate::python::Kind;
use crate::tasks::{ClassifiedSite, Reason, Spawner};

/// Maximum depth of wrappers that return the tasks of others.
const MAX_WRAPPERS: u32 = 3;

impl WorkspaceIndex<'_> {
    /// Whether a site discards what a wrapper returns that makes a task on some paths only: nobody keeps a task that it makes,
    /// unless the wrapper gives the task to others, too. One that waits for the work itself where no loop runs may make none.
    pub(super) fn is_dropped_where_made(&self, file: usize, classified: &ClassifiedSite) -> bool {
        let is_discarded = classified.reason == Reason::Conditional
            && classified.site.spawner == Spawner::Wrapper
            && classified.sink == classified.site.node;
        let wrapper = self.wrapper(file, classified).filter(|_| is_discarded);
        wrapper.is_some_and(|wrapper| self.only_returns_tasks(wrapper, MAX_WRAPPERS))
    }

    /// Whether a wrapper does nothing with the tasks that it makes but return them, and does not wait for the work itself.
    fn only_returns_tasks(&self, wrapper: NodeRef, depth: u32) -> bool {
        let Some(depth) = depth.checked_sub(1) else { return false };
        let model = self.model(wrapper);
        let is_only_returned = |site: &&ClassifiedSite| {
            let value = NodeRef { node: site.site.node, ..wrapper };
            let uses = self.collect_task_uses(value, FollowedValue::Task, false);
            let inner = self.wrapper(wrapper.file, site);
            site.reason == Reason::Returned
                && inner.is_none_or(|inner| self.only_returns_tasks(inner, depth))
                && uses.iter().all(|e| {
                    e.op != TaskOp::Escape || model.kind(e.node_ref.node) == Kind::ReturnStatement
                })
        };
        let waits = |n| matches!(model.callee_name(n), Some("result" | "run_until_complete"));
        let sites = self.sites_in(wrapper);
        !sites.is_empty()
            && sites.iter().all(is_only_returned)
            && !model.own_nodes(wrapper.node, |kind| kind == Kind::Call).any(waits)
    }
}
