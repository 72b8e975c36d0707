//! Done-callbacks that empty a reference without a look at which task is in it: that of one task may drop the next. It does not say
//! who owns a task.

use super::clearing::sets_to_none;
use super::index::WorkspaceIndex;
use super::owner::{Owner, OwnerKind};
use super::stop_points::StopPoint;
use super::types::{NodeRef, StorageLocation, TaskUses};
use crate::python::{Kind, NodeId};

/// Maximum length of a path of calls from a coroutine to what stores the next task.
const MAX_DEPTH: u32 = 3;

impl WorkspaceIndex<'_> {
    /// Where the done-callback of a task empties the reference to it, which may be one to the next task by then: the coroutine stores
    /// that before it ends, or the next start cancels the task and waits for nothing.
    pub(super) fn drops_next(
        &self,
        owner: &Owner,
        coroutine: Option<NodeRef>,
        task_uses: &TaskUses,
        stops: &[StopPoint],
    ) -> Option<NodeRef> {
        let (location, end) = owner.location.as_ref().zip(owner.stored_at)?;
        (owner.kind == OwnerKind::Holder).then_some(())?;
        let mut callbacks = task_uses.callbacks();
        let emptied = callbacks.find_map(|callback| self.emptied_blindly(callback, location))?;
        let replaces = || {
            let start = self.second_start(owner, coroutine, task_uses, stops);
            start.is_some_and(|fact| fact.value.as_deref() == Some("replaces"))
        };
        let is_at_once = || {
            self.function_of(end).is_some_and(|creator| {
                let mut awaits =
                    self.model(end).own_nodes(creator.node, |kind| kind == Kind::Await);
                !awaits.any(|n| n < end.node)
            })
        };
        let is_dropped =
            coroutine.is_some_and(|f| self.stores_next(f, location)) || is_at_once() && replaces();
        is_dropped.then_some(emptied)
    }

    /// Where a callback sets a location to None, whatever is in it.
    fn emptied_blindly(&self, callback: NodeRef, location: &StorageLocation) -> Option<NodeRef> {
        let body = self.callback_body(callback)?;
        let model = self.model(body);
        let is_inside = |o: &NodeRef| o.file == body.file && model.tree.contains(body.node, o.node);
        let all: Vec<NodeRef> =
            self.occurrences_of(location).into_iter().filter(is_inside).collect();
        let emptied = all.iter().find(|o| sets_to_none(model, o.node))?;
        let may_pass_over = |n: NodeId| match model.kind(n) {
            Kind::IfStatement => model.tree.contains(n, emptied.node),
            Kind::ReturnStatement | Kind::RaiseStatement => n < emptied.node,
            // They raise what the task has raised.
            Kind::Call => {
                let method = model.called_method(n).map(|(_, name)| name);
                n < emptied.node && matches!(method, Some("exception" | "result"))
            }
            _ => false,
        };
        let is_blind = all.iter().all(|o| sets_to_none(model, o.node))
            && !model.tree.descendants(body.node).any(may_pass_over);
        is_blind.then_some(*emptied)
    }

    /// Whether a coroutine stores a task in a location, by itself or through what it calls, where no condition asks for one that runs.
    fn stores_next(&self, coroutine: NodeRef, location: &StorageLocation) -> bool {
        let model = self.model(coroutine);
        let stores = self.stores_of(location);
        let is_free = |store: &&NodeRef| {
            let creator = self.function_of(**store);
            creator.is_some_and(|creator| !self.is_guarded(creator, **store, location))
        };
        let creators: Vec<NodeRef> = stores
            .nodes
            .iter()
            .filter(is_free)
            .filter_map(|store| self.function_of(*store))
            .collect();
        let reaches = |call: NodeId| {
            let call = NodeRef { node: call, ..coroutine };
            let called = self.called_functions(call);
            let mut paths = called.iter().flat_map(|f| creators.iter().map(move |c| (*f, *c)));
            paths.any(|(f, c)| f == c || self.reaches(f, c, MAX_DEPTH))
                && !self.is_guarded_around(call, location)
        };
        creators.contains(&coroutine)
            || model.own_nodes(coroutine.node, |kind| kind == Kind::Call).any(reaches)
    }
}
