//! Where the reference to a task is removed from its owner: as it is stopped, by its own coroutine, or by others. It stops no
//! task.

use super::assessment::{Fact, FactKind};
use super::callers::CallerRef;
use super::coroutine_exit::is_loop;
use super::index::WorkspaceIndex;
use super::owner::{Owner, OwnerKind};
use super::stop_points::StopPoint;
use super::types::{NodeRef, StorageLocation};
use crate::python::{Cfg, Field, Kind, Model, NodeId};

/// Maximum length of a path of calls to what removes a reference, of which each caller is asked.
const MAX_CALLS: u32 = 3;

impl WorkspaceIndex<'_> {
    /// Where the reference to a task is removed, in other code than that which prepares its owner.
    /// What the coroutine removes by itself does not count.
    /// Nor does what `is_silent` names, nor what finds none there.
    pub(super) fn cleared_at(
        &self,
        owner: &Owner,
        coroutine: NodeRef,
        is_silent: impl Fn(NodeRef) -> bool,
    ) -> Option<NodeRef> {
        let location = owner.location.as_ref().filter(|_| owner.kind == OwnerKind::Holder)?;
        let class = owner.stored_at.and_then(|end| self.storing_class(end));
        let is_elsewhere = |o: NodeRef| {
            let model = self.model(o);
            let own = model.class_of(o.node).map(|class| model.path_of(class));
            class.as_ref().zip(own).is_some_and(|(class, own)| self.is_overridden(o, &own, class))
        };
        self.occurrences_of(location).into_iter().find(|o| {
            let function = self.function_of(*o);
            !is_elsewhere(*o)
                && function != Some(coroutine)
                && sets_to_none(self.model(*o), o.node)
                && !self.is_test(*o)
                && owner.stored_at.is_none_or(|end| self.is_of_same_object(end, *o))
                && function.is_some_and(|f| !self.is_constructor(f))
                && !is_silent(*o)
                && !self.is_emptied_before(*o, location, MAX_CALLS)
        })
    }

    /// Whether no path reaches a node with a task in a location that the node is about: its function has emptied that before, or
    /// all its callers have: `self._task = None`, then `self._reset()`.
    fn is_emptied_before(&self, at: NodeRef, location: &StorageLocation, depth: u32) -> bool {
        let Some(function) = self.function_of(at) else { return false };
        let Some(depth) = depth.checked_sub(1) else { return false };
        let model = self.model(at);
        let stores = self.stores_of(location);
        let creates = |n: NodeId| {
            let here = NodeRef { node: n, ..at };
            let called = || self.called_functions(here).into_iter();
            stores.nodes.contains(&here)
                || model.kind(n) == Kind::Call && called().any(|f| stores.creators.contains(&f))
        };
        let created: Vec<NodeId> =
            model.own_nodes(function.node, |_| true).filter(|n| creates(*n)).collect();
        let object = |n: NodeId| model.child(n, Field::Object).map(|object| model.text(object));
        let callee = model.child(at.node, Field::Function).unwrap_or(at.node);
        let is_emptied_by = |o: &NodeRef| {
            let mut loops = model.tree.ancestors(at.node).filter(|n| is_loop(model, *n));
            let round = loops.find(|n| !model.tree.contains(*n, o.node));
            let is_between = |n: NodeId| {
                n > o.node && n < at.node || round.is_some_and(|r| model.tree.contains(r, n))
            };
            self.function_of(*o) == Some(function)
                && o.node < at.node
                && sets_to_none(model, o.node)
                && object(o.node) == object(callee)
                && is_sure_to_empty(model, o.node, at.node)
                && !created.iter().any(|n| is_between(*n))
        };
        if self.occurrences_of(location).iter().any(is_emptied_by) {
            return true;
        }
        let (callers, is_unclear) = self.callers(function);
        let empties = |c: &CallerRef| {
            let there = self.model(c.node_ref);
            let is_of_self = there
                .child(c.node_ref.node, Field::Function)
                .and_then(|callee| there.child(callee, Field::Object))
                .is_some_and(|object| there.self_class(object).is_some());
            is_of_self && !c.by_name_only && self.is_emptied_before(c.node_ref, location, depth)
        };
        let is_before = |n: &NodeId| *n < at.node;
        let is_own = object(callee).is_some_and(|object| object == "self");
        is_own
            && !callers.is_empty()
            && !is_unclear
            && !created.iter().any(is_before)
            && callers.iter().all(empties)
    }

    /// Where a coroutine lets go of its own task and goes on: what it is in does not keep it then.
    pub(super) fn lets_go(&self, owner: &Owner, coroutine: NodeRef) -> Option<NodeRef> {
        let location = owner.location.as_ref().filter(|_| owner.kind == OwnerKind::Holder)?;
        let model = self.model(coroutine);
        let goes_on = |o: &NodeRef| {
            let mut around = model.tree.ancestors(o.node).take_while(|n| *n != coroutine.node);
            let is_last = around.any(|n| {
                matches!(
                    model.kind(n),
                    Kind::FinallyClause | Kind::ExceptClause | Kind::IfStatement
                )
            });
            let mut awaits = model.own_nodes(coroutine.node, |kind| kind == Kind::Await);
            !is_last && awaits.any(|n| n > o.node)
        };
        let own = self.occurrences_of(location).into_iter();
        let mut own = own.filter(|o| self.function_of(*o) == Some(coroutine));
        own.find(|o| sets_to_none(model, o.node) && goes_on(o))
    }

    /// Where the functions that stop a task, or its own coroutine, remove the reference to it.
    pub(super) fn clearing(
        &self,
        owner: &Owner,
        coroutine: Option<NodeRef>,
        stops: &[StopPoint],
    ) -> Option<Fact> {
        let location = owner.location.as_ref().filter(|_| owner.kind == OwnerKind::Holder)?;
        let all = self.occurrences_of(location);
        let in_function = |function: NodeRef| {
            let here = move |o: &NodeRef| {
                self.function_of(*o) == Some(function) && sets_to_none(self.model(*o), o.node)
            };
            all.iter().copied().filter(here)
        };
        let cleared = stops.iter().find_map(|stop| {
            let end = stop.cancel.as_ref().or(stop.signal.as_ref()).or(stop.wait.as_ref())?;
            let function = stop.function?;
            let model = self.model(function);
            let follows = |from: NodeRef, to: NodeRef| {
                Cfg::can_follow(model, function.node, from.node, to.node)
            };
            // What is removed on another path is not removed as the task is stopped.
            let mut behind = in_function(function).filter(|o| follows(end.node_ref, *o));
            behind.next().or_else(|| in_function(function).find(|o| follows(*o, end.node_ref)))
        });
        let cleared = cleared.or_else(|| in_function(coroutine?).next())?;
        let function = self.function_of(cleared);
        let is_own = coroutine.is_some() && function == coroutine;
        let who = if is_own { "its coroutine".to_owned() } else { self.subject(function) };
        let note = format!("{who} sets the reference to None");
        Some(Fact::new(FactKind::Cleared, self.related(cleared, note)))
    }
}

/// Whether a reference is None behind the code that sets it to None: that stands in the same or an outer block, in a `finally`, or
/// under a condition on whether there is a task.
fn is_sure_to_empty(model: &Model, target: NodeId, later: NodeId) -> bool {
    let asks_for_it = |condition: NodeId| {
        let sides: Vec<NodeId> = model.tree.children(condition).collect();
        let asked = match sides[..] {
            [left, right]
                if model.kind(condition) == Kind::ComparisonOperator
                    && model.kind(right) == Kind::None
                    && model.between(left, right).trim() == "is not" =>
            {
                left
            }
            _ => condition,
        };
        model.text(asked) == model.text(target)
    };
    let mut node = model.statement_of(target);
    loop {
        let Some(suite) = model.tree.parent(node) else { return false };
        if model.tree.contains(suite, later) {
            return true;
        }
        let Some(around) = model.tree.parent(suite) else { return false };
        let condition = model.child(around, Field::Condition).map(|c| model.bare(c));
        node = match model.kind(around) {
            Kind::WithStatement => around,
            Kind::FinallyClause => model.tree.parent(around).unwrap_or(around),
            Kind::IfStatement
                if model.tree.field(suite) == Field::Consequence
                    && condition.is_some_and(asks_for_it) =>
            {
                around
            }
            _ => return false,
        };
    }
}

/// `self._task = None`, `task, self._task = self._task, None`
pub(super) fn sets_to_none(model: &Model, target: NodeId) -> bool {
    let is_none = |n: NodeId| model.kind(n) == Kind::None;
    let Some(parent) = model.tree.parent(target) else { return false };
    match model.kind(parent) {
        Kind::Assignment if model.tree.field(target) == Field::Left => {
            model.child(parent, Field::Right).is_some_and(is_none)
        }
        Kind::PatternList => {
            let at = model.tree.children(parent).position(|n| n == target);
            let assignment = model.parent_of_kind(parent, Kind::Assignment);
            let values = assignment.and_then(|a| model.child(a, Field::Right));
            let value = values.zip(at).and_then(|(v, at)| model.tree.children(v).nth(at));
            value.is_some_and(is_none)
        }
        _ => false,
    }
}
