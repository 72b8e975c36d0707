//! Waits for something that the coroutine of a cancelled task sets as it ends, in place of the task. It finds no stops.

use super::coroutine_exit::{CANCELLATION_BASES, catches};
use super::index::WorkspaceIndex;
use super::types::{NodeRef, StorageLocation, TaskOrigin};
use crate::python::{Field, Kind, Model, NodeId};

impl WorkspaceIndex<'_> {
    /// Where the function of a cancellation then waits for an event, a future or a queue that a coroutine of the tasks sets, also if
    /// it is cancelled.
    pub(super) fn waits_by_proxy(&self, cancel: NodeRef, origin: &TaskOrigin) -> Option<NodeRef> {
        let function = self.function_of(cancel)?;
        let model = self.model(function);
        let is_set = |location: &StorageLocation| {
            self.occurrences_of(location).into_iter().any(|o| {
                let there = self.model(o);
                let call = there.parent_of_kind(o.node, Kind::Attribute);
                let call = call.and_then(|attribute| there.parent_of_kind(attribute, Kind::Call));
                let name = call.and_then(|call| there.called_method(call)).map(|(_, name)| name);
                matches!(name, Some("set" | "set_result" | "set_exception" | "put_nowait" | "put"))
                    && self.function_of(o).is_some_and(|f| {
                        origin.coroutines.contains(&f) && runs_if_cancelled(there, o.node)
                    })
            })
        };
        // What is made anew is set by the next task.
        let is_new = |location: &StorageLocation, wait: NodeId| {
            let is_target = |o: &NodeRef| {
                let parent = model.tree.parent(o.node).map(|p| model.kind(p));
                o.file == function.file
                    && o.node < wait
                    && self.function_of(*o) == Some(function)
                    && parent == Some(Kind::Assignment)
                    && model.tree.field(o.node) == Field::Left
            };
            self.occurrences_of(location).iter().any(is_target)
        };
        let next = origin.location.as_ref().map(|location| self.stores_of(location));
        let is_for_next = |wait: NodeId| {
            let mut stores = next.iter().flat_map(|stores| stores.nodes.iter());
            stores.any(|o| {
                o.file == function.file
                    && cancel.node < o.node
                    && o.node < wait
                    && self.function_of(*o) == Some(function)
            })
        };
        let mut waits = model.own_nodes(function.node, |kind| kind == Kind::Await);
        let wait = waits.find(|wait| {
            let mut inside = model.tree.descendants(*wait);
            *wait > cancel.node
                && inside.any(|node| {
                    let is_name = matches!(model.kind(node), Kind::Attribute | Kind::Identifier);
                    let location = || self.storage_of(NodeRef { node, ..function });
                    is_name && location().is_some_and(|l| is_set(&l) && !is_new(&l, *wait))
                })
                && !is_for_next(*wait)
        });
        wait.map(|node| NodeRef { node, ..function })
    }
}

/// Whether a node also runs if its function is cancelled: in a `finally`, in a clause that catches the cancellation, or after a
/// `try` with such a clause.
fn runs_if_cancelled(model: &Model, node: NodeId) -> bool {
    let catches =
        |n: NodeId| model.kind(n) == Kind::ExceptClause && catches(model, n, CANCELLATION_BASES);
    let follows_catch = |suite: NodeId| {
        let mut earlier = model.tree.children(suite).take_while(|s| !model.tree.contains(*s, node));
        earlier.any(|s| model.tree.descendants(s).any(catches))
    };
    let mut around = model.tree.ancestors(node);
    around.any(|n| match model.kind(n) {
        Kind::FinallyClause => true,
        Kind::ExceptClause => catches(n),
        Kind::Block => follows_catch(n),
        _ => false,
    })
}
