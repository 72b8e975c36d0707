//! What a second start does to a task that an attribute or a module-level name holds: nothing, as a condition guards it, or it
//! replaces the task. It knows no caller.

use std::collections::BTreeSet;

use super::assessment::{Fact, FactKind};
use super::callers::CallerRef;
use super::coroutine_exit::{is_loop, leads_on};
use super::index::WorkspaceIndex;
use super::owner::{Owner, OwnerKind};
use super::restarts::may_leave_before;
use super::start_guards::{Guard, RunningTask};
use super::stop_points::StopPoint;
use super::types::{NodeRef, StorageLocation, TaskOp, TaskUse, TaskUses};
use super::unwinding::is_always_cancelled;
use crate::python::{Field, Kind, NodeId};

/// Maximum depth of calls before the task is created.
const MAX_DEPTH: u32 = 3;

/// Methods that run once for each object.
pub(super) const ONCE: &[&str] = &["__aenter__", "__enter__", "connection_made", "setup_hook"];

impl WorkspaceIndex<'_> {
    /// What a second run of the function that creates a task does while the first task runs, as far as its code shows.
    pub(super) fn second_start(
        &self,
        owner: &Owner,
        coroutine: Option<NodeRef>,
        task_uses: &TaskUses,
        stops: &[StopPoint],
    ) -> Option<Fact> {
        let (location, end) = owner.location.as_ref().zip(owner.stored_at)?;
        let model = self.model(end);
        let is_plain = matches!(model.kind(end.node), Kind::Identifier | Kind::Attribute);
        let function = self.function_of(end)?;
        let mut around = std::iter::successors(Some(function), |f| {
            let outer = self.model(*f).tree.parent(f.node)?;
            self.function_of(NodeRef { node: outer, ..*f })
        });
        let is_possible = owner.kind == OwnerKind::Holder
            && is_plain
            && !self.is_constructor(function)
            && !self.is_test(end);
        is_possible.then_some(())?;
        let task = RunningTask { location, flags: self.start_flags(function, coroutine) };
        let fact = |value, at: NodeRef, note: String| {
            Some(Fact::with(FactKind::SecondStart, value, self.related(at, note)))
        };
        let (guard, is_unclear) = self.guard(function, end, &task);
        if let Some((guard, note)) = guard {
            if let Some((value, at, note)) = self.restart_below(guard, end, location, task_uses) {
                return value.and_then(|value| fact(value, at, note));
            }
            let is_around = model.tree.contains(guard.node, end.node);
            let waits = |n: NodeId| {
                n > guard.node && n < end.node && (is_around || !model.tree.contains(guard.node, n))
            };
            // The task of the guard is done, so that a wait for it is over at once.
            let is_other = |n: &NodeId| {
                let awaited = model.tree.first_child(*n).map(|n| NodeRef { node: n, ..end });
                awaited.and_then(|n| self.storage_of(n)).as_ref() != Some(location)
            };
            let awaits = model.own_nodes(function.node, |kind| kind == Kind::Await);
            let is_late = awaits.filter(is_other).any(waits)
                && !self.is_locked(end)
                && !self.is_flagged_at_once(function, guard, &task);
            let late = match is_late {
                true => ", but the function waits in between, where it can be called again",
                false => "",
            };
            return fact("guarded", guard, format!("{note}{late}"));
        }
        let is_before = |e: &NodeRef| e.node < end.node && self.function_of(*e) == Some(function);
        let leads_on = |node: NodeId| leads_on(model, node, end.node);
        let cancels = task_uses.uses.iter().filter(|e| e.op == TaskOp::Cancel).map(|e| e.node_ref);
        let name = self.name_of(function);
        let is_always = |n: NodeId| is_always_cancelled(model, n, end.node);
        if let Some(cancel) = cancels.into_iter().find(|c| is_before(c) && is_always(c.node)) {
            let note = format!("`{name}` cancels the task before it creates the next");
            if may_leave_before(model, cancel.node, end.node) {
                return None;
            }
            return fact("replaces", cancel, note);
        }
        let before = |n: &NodeId| *n < end.node;
        let calls: Vec<NodeId> =
            model.own_nodes(function.node, |kind| kind == Kind::Call).filter(before).collect();
        for call in calls.iter().filter(|call| leads_on(**call)) {
            let called = self.called_functions(NodeRef { node: *call, ..function });
            let stop = stops.iter().find(|s| s.function.is_some_and(|f| called.contains(&f)));
            let stop = stop.filter(|_| self.is_before_start(*call, end, location));
            if let Some(stopper) = stop.and_then(|s| s.function) {
                let note = format!(
                    "`{name}` first calls `{}`, which stops the task",
                    self.name_of(stopper)
                );
                if may_leave_before(model, *call, end.node) {
                    return None;
                }
                return fact("replaces", NodeRef { node: *call, ..function }, note);
            }
        }
        let own = self.occurrences_of(location);
        // `self._tasks = {**self._tasks, key: task}` is an addition.
        let is_in_value = |o: &NodeRef| {
            o.file == end.file
                && o.node > end.node
                && model.tree.contains(model.statement_of(end.node), o.node)
        };
        let is_used = own.iter().any(|o| is_before(o) || is_in_value(o));
        let mut seen = BTreeSet::new();
        let may_handle = |call: &NodeId| {
            let call = NodeRef { node: *call, ..function };
            self.may_touch(call, &own, &mut seen, MAX_DEPTH)
        };
        let is_once = around.any(|f| self.is_constructor(f))
            || ONCE.contains(&model.name_of(function.node))
            || self.hook(function).is_some();
        let awaits = |e: &TaskUse| {
            matches!(e.op, TaskOp::Await { .. }) && self.function_of(e.node_ref) == Some(function)
        };
        let is_awaited = task_uses.uses.iter().any(awaits);
        // It runs once, as something ends.
        let is_end = self.is_end(function) || model.name_of(function.node).starts_with("on_clos");
        // What has the task may be new in each run.
        let is_of_self = model.kind(end.node) != Kind::Attribute
            || model.child(end.node, Field::Object).is_some_and(|o| model.self_class(o).is_some());
        let is_nested = model
            .parent_of_kind(function.node, Kind::Block)
            .is_some_and(|suite| model.function_of(suite).is_some());
        if is_unclear
            || is_used
            || is_awaited
            || is_once
            || is_end
            || is_nested
            || !is_of_self
            || calls.iter().any(may_handle)
        {
            return None;
        }
        let (callers, _) = self.callers(function);
        // `self._cancel(); self._start()`
        let stops_before = |caller: &CallerRef| {
            let around = self.function_of(caller.node_ref);
            around.is_some_and(|f| {
                let mut calls = self.model(f).own_nodes(f.node, |kind| kind == Kind::Call);
                calls.any(|node| {
                    let called = self.called_functions(NodeRef { node, ..f });
                    node < caller.node_ref.node
                        && stops.iter().any(|s| s.function.is_some_and(|s| called.contains(&s)))
                })
            })
        };
        if callers.iter().any(stops_before) {
            return None;
        }
        let guards = callers.iter().filter_map(|c| self.guard_around_call(c.node_ref, &task));
        match guards.collect::<Vec<_>>()[..] {
            [] => {}
            [Some((guard, ref note))] if callers.len() == 1 => {
                let caller = self.subject(self.function_of(guard));
                return fact("guarded", guard, format!("{caller} {note}"));
            }
            _ => return None,
        }
        let note =
            format!("nothing in `{name}` keeps a second call from overwriting the reference");
        fact("overwrites", end, note)
    }

    /// Whether a function sets the flag that its guard asks for before it first waits.
    fn is_flagged_at_once(
        &self,
        function: NodeRef,
        guard: NodeRef,
        task: &RunningTask<'_>,
    ) -> bool {
        let model = self.model(function);
        let at = |node| self.storage_of(NodeRef { node, ..function });
        let condition = model.child(guard.node, Field::Condition);
        let asked = condition.into_iter().flat_map(|c| model.tree.subtree(c));
        let asked: BTreeSet<StorageLocation> =
            asked.filter_map(at).filter(|flag| task.flags.contains(flag)).collect();
        let mut awaits = model.own_nodes(function.node, |kind| kind == Kind::Await);
        let first_wait = awaits.find(|n| *n > guard.node);
        let sets = |n: NodeId| {
            let is_true = model.child(n, Field::Right).is_some_and(|v| model.kind(v) == Kind::True);
            let left = model.child(n, Field::Left).filter(|_| is_true).and_then(at);
            n > guard.node
                && first_wait.is_none_or(|wait| n < wait)
                && left.is_some_and(|flag| asked.contains(&flag))
        };
        model.own_nodes(function.node, |kind| kind == Kind::Assignment).any(sets)
    }

    /// Whether a call that stops the former task runs before each start: it stands in the same or an outer block, or under a
    /// condition on the task.
    fn is_before_start(&self, call: NodeId, end: NodeRef, location: &StorageLocation) -> bool {
        let model = self.model(end);
        let names_task = |condition: NodeId| {
            let mut inside = model.tree.subtree(condition);
            inside.any(|node| self.storage_of(NodeRef { node, ..end }).as_ref() == Some(location))
        };
        let mut around =
            model.tree.ancestors(call).take_while(|n| !model.tree.contains(*n, end.node));
        around.all(|n| match model.kind(n) {
            Kind::IfStatement => model.child(n, Field::Condition).is_some_and(names_task),
            Kind::ExceptClause | Kind::ElseClause | Kind::ElifClause => false,
            _ => true,
        })
    }

    /// The condition under which a task that is done is replaced by the next, which lets go of it: `if self._task.done():`
    /// in a function that is not only called once, as the application starts.
    pub(super) fn replaces_finished(&self, owner: &Owner) -> Option<NodeRef> {
        let location = owner.location.as_ref()?;
        let stores = self.occurrences_of(location).into_iter().filter(|o| self.stores_task(*o));
        stores.into_iter().find_map(|end| self.replaces_at(location, end))
    }

    pub(super) fn replaces_at(&self, location: &StorageLocation, end: NodeRef) -> Option<NodeRef> {
        let model = self.model(end);
        let guard = self.finished_guard(location, end)?;
        let is_again = || {
            let around = model.tree.ancestors(end.node);
            let mut around = around.take_while(|n| model.kind(*n) != Kind::FunctionDefinition);
            around.any(|n| is_loop(model, n)) || self.is_started_again(end)
        };
        is_again().then_some(guard)
    }

    /// The condition before a store by which it replaces a task that is done.
    pub(super) fn finished_guard(
        &self,
        location: &StorageLocation,
        end: NodeRef,
    ) -> Option<NodeRef> {
        let is_plain = matches!(self.model(end).tree.field(end.node), Field::Left);
        let function = self.function_of(end).filter(|f| is_plain && !self.is_constructor(*f))?;
        let model = self.model(end);
        let is_done = |call: NodeRef| match self.model(call).called_method(call.node) {
            Some((node, "done")) => {
                self.storage_of(NodeRef { node, ..call }).as_ref() == Some(location)
            }
            _ => false,
        };
        let asks = |node: NodeId| {
            let call = NodeRef { node, ..end };
            let called = || self.called_functions(call).into_iter().filter(|f| *f != function);
            is_done(call)
                || called().any(|f| {
                    let mut inside = self.model(f).own_nodes(f.node, |kind| kind == Kind::Call);
                    inside.any(|node| is_done(NodeRef { node, ..f }))
                })
        };
        let mut conditions = model.own_nodes(function.node, |kind| kind == Kind::IfStatement);
        let guard = conditions.find(|n| {
            let condition = model.child(*n, Field::Condition).filter(|_| *n < end.node);
            let mut calls = condition.into_iter().flat_map(|c| model.tree.subtree(c));
            calls.any(|n| model.kind(n) == Kind::Call && asks(n))
        })?;
        Some(NodeRef { node: guard, ..end })
    }

    /// The guard of a call of the function that creates a task, if there is one; or that there may be.
    fn guard_around_call(&self, call: NodeRef, task: &RunningTask<'_>) -> Option<Option<Guard>> {
        let function = self.function_of(call)?;
        let mut flags = self.start_flags(function, None);
        flags.extend(task.flags.iter().cloned());
        match self.guard(function, call, &RunningTask { flags, ..*task }) {
            (None, false) => None,
            (guard, _) => Some(guard),
        }
    }

    /// Whether a node is in an `async with` of a lock.
    fn is_locked(&self, node_ref: NodeRef) -> bool {
        let model = self.model(node_ref);
        let locks = |n: NodeId| {
            let items = model.children_of_kind(n, Kind::WithClause).next();
            model.kind(n) == Kind::WithStatement
                && items.is_some_and(|i| model.text(i).to_lowercase().contains("lock"))
        };
        model.tree.ancestors(node_ref.node).any(locks)
    }

    /// Whether a call may use one of these occurrences of the task's location, directly or by further calls; a method that is
    /// not in the project may.
    fn may_touch(
        &self,
        call: NodeRef,
        own: &[NodeRef],
        seen: &mut BTreeSet<NodeRef>,
        depth: u32,
    ) -> bool {
        let model = self.model(call);
        let functions = self.called_functions(call);
        if functions.is_empty() {
            let callee = model.child(call.node, Field::Function);
            let object = callee.and_then(|c| model.child(c, Field::Object));
            return object.is_some_and(|o| {
                model.self_class(o).is_some() || model.text(o).starts_with("super(")
            });
        }
        let Some(depth) = depth.checked_sub(1) else { return true };
        functions.into_iter().any(|function| {
            if !seen.insert(function) {
                return false;
            }
            let there = self.model(function);
            let is_inside =
                |o: &NodeRef| o.file == function.file && there.tree.contains(function.node, o.node);
            let mut calls = there.own_nodes(function.node, |kind| kind == Kind::Call);
            own.iter().any(is_inside)
                || calls.any(|node| self.may_touch(NodeRef { node, ..function }, own, seen, depth))
        })
    }

    /// Whether a condition keeps a function from storing a task while one runs.
    pub(super) fn is_guarded(
        &self,
        function: NodeRef,
        end: NodeRef,
        location: &StorageLocation,
    ) -> bool {
        let task = RunningTask { location, flags: self.start_flags(function, None) };
        self.guard(function, end, &task).0.is_some()
    }

    /// Whether a condition may keep a call of such a function from running while a task runs.
    pub(super) fn is_guarded_around(&self, call: NodeRef, location: &StorageLocation) -> bool {
        let task = RunningTask { location, flags: BTreeSet::new() };
        matches!(self.guard_around_call(call, &task), Some(Some(_)))
    }
}
