//! Which of the functions that stop a task a report may name: one that is known to do it at the end, or else the only one.
//! It finds no stops.

use super::coroutine::coroutine_arguments;
use super::coroutine_exit::CoroutineExit;
use super::index::WorkspaceIndex;
use super::owner::{Owner, OwnerKind};
use super::stop_points::StopPoint;
use super::types::{ChainRoot, NodeRef, StorageLocation, TaskUses};
use super::unwinding::is_unconditional;
use super::waiting::leaves_running;
use crate::python::{BindingKind, Field, Kind};
use crate::tasks::ClassifiedSite;

/// How the names of functions begin that wait for what others have started.
const WAITING_VERBS: &[&str] = &["drain", "flush", "gather", "join", "wait"];

impl WorkspaceIndex<'_> {
    /// Puts the stop that a report names first; whether there is one.
    pub(super) fn claim_stop(
        &self,
        stops: &mut Vec<StopPoint>,
        owner: &Owner,
        task_uses: &TaskUses,
        made_at: NodeRef,
        coroutine: Option<NodeRef>,
    ) -> bool {
        let home = self.function_of(made_at);
        let is_open = task_uses.escapes();
        // What has the task may be of a class that ends it elsewhere.
        let is_of_unknown =
            matches!(owner.location, Some(StorageLocation::Unresolved { file: Some(_), .. }));
        let is_own_way = |s: &StopPoint| coroutine.is_some_and(|f| self.may_be_own_way(s, f));
        let counts = |s: &StopPoint| {
            let root = s.chain.root;
            let is_partial = root.occasion().is_some() || root == ChainRoot::Uncalled;
            let is_end = root >= ChainRoot::CloseMethod
                || s.function.is_none_or(|f| Some(f) == home || self.ends_or_waits(f));
            // A wait in passing is no stop, nor is a flag that lets a loop rest.
            let is_told = s.signal.is_none() && root.occasion().is_some();
            // Whoever makes the task may not wait for it: `if wait: await self._task`.
            let waits_perhaps = s.function == home
                && s.cancel.is_none()
                && s.signal.is_none()
                && s.wait.as_ref().is_some_and(|wait| {
                    wait.node_ref > made_at && !self.is_sure_to_run(wait.node_ref, made_at)
                });
            !(waits_perhaps || is_partial && (is_open || is_of_unknown))
                && (s.cancel.is_some() && !is_own_way(s) || is_end || is_told)
                && !self.is_by_argument(s)
        };
        if owner.kind != OwnerKind::Holder {
            // `if started: return task`, then `task.cancel()`
            let is_passed_on = matches!(owner.kind, OwnerKind::Unknown | OwnerKind::Caller);
            let is_sure = |s: &StopPoint| {
                let end = s.cancel.as_ref().or(s.wait.as_ref()).map(|e| e.node_ref);
                let is_returned =
                    s.function == home && end.is_some_and(|e| self.returns_before(made_at, e));
                // A wait with a limit, which leaves the task to whoever has it, is one in passing.
                let is_in_passing = s.is_left() && s.wait.as_ref().is_some_and(leaves_running);
                !(is_passed_on && (is_returned || is_in_passing))
            };
            return stops.first().is_some_and(is_sure);
        }
        match stops.iter().position(counts) {
            Some(0) => true,
            // Others than the one on an occasion do more than that.
            Some(at) if stops[at].chain.root.occasion().is_none() => {
                let stop = stops.remove(at);
                stops.insert(0, stop);
                true
            }
            _ => false,
        }
    }

    /// Whether what a site runs is a method of an object that is not known, and a method of that name in the project loops until
    /// it is told to stop.
    pub(super) fn may_be_told(&self, file: usize, classified: &ClassifiedSite) -> bool {
        let model = self.files[file].model;
        let [only] = coroutine_arguments(model, classified)[..] else { return false };
        let Some((_, name)) = model.called_method(model.bare(only)) else { return false };
        let callee = model.child(model.bare(only), Field::Function);
        let is_unknown = |node| self.has_unknown_receiver(NodeRef { file, node });
        let is_told = |f: &NodeRef| match self.coroutine_exit(*f) {
            CoroutineExit::Loops(loop_node) => !self.stop_signals(loop_node).is_empty(),
            _ => false,
        };
        let any_is_told = |name: &String| {
            let methods = self.functions_named(name);
            methods.iter().filter(|f| self.enclosing_class(**f).is_some()).any(is_told)
        };
        callee.is_some_and(is_unknown) && self.answers.told.get(name.to_owned(), any_is_told)
    }

    /// Whether a stop leaves out a task that runs the end itself: it spares the current task.
    pub(super) fn spares_itself(&self, stop: &StopPoint, coroutine: NodeRef) -> bool {
        let spares = |f: NodeRef| {
            let model = self.model(f);
            model
                .own_nodes(f.node, |kind| kind == Kind::Call)
                .any(|call| model.callee_name(call) == Some("current_task"))
        };
        self.is_end(coroutine) && stop.function.is_some_and(spares)
    }

    /// Whether a stop may be on the way of the task itself: under a condition, a method of the object whose coroutine runs cancels
    /// it, which is no end of anything.
    fn may_be_own_way(&self, stop: &StopPoint, coroutine: NodeRef) -> bool {
        let Some((function, cancel)) = stop.function.zip(stop.cancel.as_ref()) else {
            return false;
        };
        let classes = self.enclosing_class(function).zip(self.enclosing_class(coroutine));
        stop.wait.is_none()
            && cancel.via.is_none()
            && classes.is_some_and(|(one, other)| self.may_be_one_object(&one, &other))
            && !is_unconditional(self.model(function), cancel.node_ref.node, None)
    }

    /// Whether a function that cancels a task is only called where no task runs.
    pub(super) fn is_cut_off(&self, stop: &StopPoint, location: &StorageLocation) -> bool {
        let Some(function) = stop.function.filter(|_| stop.cancel.is_some()) else { return false };
        let (callers, is_unclear) = self.callers(function);
        self.model(function).name_of(function.node).starts_with('_')
            && !callers.is_empty()
            && !is_unclear
            && callers.iter().all(|c| self.is_only_without_task(c.node_ref, location))
    }

    /// Whether a function may return between two nodes.
    fn returns_before(&self, from: NodeRef, to: NodeRef) -> bool {
        let Some(function) = self.function_of(from) else { return false };
        let model = self.model(function);
        let mut returns = model.own_nodes(function.node, |kind| kind == Kind::ReturnStatement);
        returns.any(|n| from.node < n && n < to.node && !model.tree.contains(n, to.node))
    }

    /// Whether a function ends something, or waits for the end of something, by its name.
    fn ends_or_waits(&self, function: NodeRef) -> bool {
        let name = self.model(function).name_of(function.node);
        self.is_end(function) || name.split('_').any(|word| WAITING_VERBS.contains(&word))
    }

    /// Whether a function only cancels where a caller gives an argument that it can leave out: `if now: task.cancel()`.
    fn is_by_argument(&self, stop: &StopPoint) -> bool {
        let Some((function, cancel)) = stop.function.zip(stop.cancel.as_ref()) else {
            return false;
        };
        let model = self.model(function);
        let is_off = |n| {
            model.bindings_of(n).iter().any(|b| match b.kind {
                BindingKind::Parameter { function: of, default: Some(default), .. } => {
                    of == function.node && matches!(model.kind(default), Kind::None | Kind::False)
                }
                _ => false,
            })
        };
        let mut inner = cancel.node_ref.node;
        let around = model.tree.ancestors(cancel.node_ref.node);
        around.take_while(|n| *n != function.node).any(|around| {
            let is_suite = model.tree.field(inner) == Field::Consequence;
            inner = around;
            let condition = model.child(around, Field::Condition).filter(|_| is_suite);
            condition
                .is_some_and(|c| model.kind(around) == Kind::IfStatement && is_off(model.bare(c)))
        })
    }
}
