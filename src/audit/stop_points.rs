//! Where the tasks of a storage location are stopped: cancelled, awaited after that, and by which
//! callers. It assesses no site.

use std::sync::Arc;

use super::index::WorkspaceIndex;
use super::types::{
    CallChain, ChainRoot, ItemKeys, NodeRef, StopOccasion, StorageLocation, TaskOp, TaskOrigin,
    TaskUse, TaskUses, Timeout,
};
use super::unwinding::{
    Deferral, asks_whether_done, deferral, is_always_cancelled, is_of_pending, is_unconditional,
    skipped_code,
};
use super::waiting::{FollowedValue, leaves_running, returns_exceptions};
use crate::python::{BindingKind, Cfg, Field, Kind, NodeId};

/// One function that stops the tasks of a storage location.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StopPoint {
    /// The function; `None` for module-level code.
    pub function: Option<NodeRef>,
    /// Where it cancels them.
    pub cancel: Option<TaskUse>,
    /// Where it signals their loop to stop.
    pub signal: Option<TaskUse>,
    /// Where it waits for them, after the cancellation if there is one.
    pub wait: Option<TaskUse>,
    /// Where it waits, after the cancellation, for something else that the task's coroutine sets.
    pub proxy: Option<NodeRef>,
    /// The first code that does not run, as the wait raises the `CancelledError` of the task.
    pub skipped: Option<NodeRef>,
    /// Who calls it.
    pub chain: CallChain,
}

impl StopPoint {
    /// Whether it only waits, with a limit that may leave the task running.
    pub(super) fn is_left(&self) -> bool {
        let is_limited = |wait: &TaskUse| {
            matches!(wait.op, TaskOp::Await { timeout: Timeout::Unknown, .. })
                || leaves_running(wait)
        };
        self.cancel.is_none() && self.signal.is_none() && self.wait.as_ref().is_some_and(is_limited)
    }
}

impl WorkspaceIndex<'_> {
    /// What the project does with the tasks in a storage location, or in one of its entries, that are stored at a node.
    pub(super) fn task_uses_of(
        &self,
        location: &StorageLocation,
        keys: &ItemKeys,
        stored_at: Option<NodeRef>,
    ) -> Arc<TaskUses> {
        let key = (location.clone(), keys.clone(), stored_at);
        self.answers
            .task_uses
            .get(key, |_| Arc::new(self.compute_task_uses(location, keys, stored_at)))
    }

    fn compute_task_uses(
        &self,
        location: &StorageLocation,
        keys: &ItemKeys,
        stored_at: Option<NodeRef>,
    ) -> TaskUses {
        let is_shared = !matches!(location, StorageLocation::Local { .. });
        let uses_at = |occurrence| self.uses_at(occurrence, is_shared);
        let is_of_task = |p: &NodeRef| {
            self.is_read(*p)
                && !self.is_reassigned(location, stored_at, *p)
                && stored_at.is_none_or(|end| self.is_of_same_object(end, *p))
        };
        let reads = self.occurrences_of_item(location, keys).into_iter().filter(is_of_task);
        let mut uses: Vec<TaskUse> = reads.flat_map(uses_at).collect();
        // Uses of an unresolved attribute of the same name may be uses of this one.
        let unresolved = self.unresolved_ending_uses(location);
        let below = stored_at.filter(|_| match location {
            StorageLocation::Attribute { class, name } => self.is_set_below(class, name),
            _ => false,
        });
        let escapes = self.aliased_value(location).into_iter().chain(below);
        uses.extend(unresolved.iter().cloned());
        uses.extend(escapes.map(|node_ref| at_most(node_ref, TaskOp::Escape)));
        uses.sort();
        uses.dedup();
        TaskUses { uses }
    }

    /// What is done with a task or a container of tasks that is read at an occurrence.
    fn uses_at(&self, occurrence: NodeRef, is_shared: bool) -> impl Iterator<Item = TaskUse> {
        let kinds = [FollowedValue::Container, FollowedValue::Task];
        kinds.into_iter().flat_map(move |kind| self.collect_task_uses(occurrence, kind, is_shared))
    }

    /// The unresolved uses of an attribute's name that end a task: what is only cancelled is neither awaited nor read.
    fn unresolved_ending_uses(&self, location: &StorageLocation) -> Arc<[TaskUse]> {
        let StorageLocation::Attribute { name, .. } = location else { return Arc::default() };
        let is_end = |e: &TaskUse| matches!(e.op, TaskOp::Cancel | TaskOp::Await { .. });
        let ending_at = |node_ref: NodeRef| {
            let uses: Vec<TaskUse> = self.uses_at(node_ref, true).collect();
            let is_cancelled = uses.iter().all(|e| e.op == TaskOp::Cancel);
            let op = if is_cancelled { TaskOp::MayCancel } else { TaskOp::Escape };
            uses.iter().any(is_end).then(|| at_most(node_ref, op))
        };
        self.answers.ending_uses.get(name.clone(), |_| {
            let unresolved = self.unresolved_uses(location).into_iter();
            unresolved.filter(|o| self.is_read(*o)).filter_map(ending_at).collect()
        })
    }

    /// Adds what is done with tasks in the attributes of objects that are made with them.
    pub(super) fn add_field_uses(&self, task_uses: &mut TaskUses) {
        let mut seen: Vec<StorageLocation> = Vec::new();
        let is_field = |e: &TaskUse| matches!(e.op, TaskOp::StoreIn(_));
        while let Some(at) = task_uses.uses.iter().position(is_field) {
            let TaskUse { op: TaskOp::StoreIn(field), .. } = task_uses.uses.remove(at) else {
                break;
            };
            let Some(location) = self.storage_of(field).filter(|f| !seen.contains(f)) else {
                continue;
            };
            let stored = self.task_uses_of(&location, &ItemKeys::new(), None);
            task_uses.extend(&stored.uses);
            seen.push(location);
        }
    }

    /// The functions that stop tasks with these uses, the one most certain to run first; `made_at` is where their only task
    /// is stored.
    pub fn stop_points(
        &self,
        task_uses: &TaskUses,
        origin: &TaskOrigin,
        made_at: Option<NodeRef>,
        for_test: bool,
    ) -> Vec<StopPoint> {
        let counts = |e: &&TaskUse| for_test || !self.is_test(e.node_ref);
        let mut functions: Vec<Option<NodeRef>> = Vec::new();
        for task_use in task_uses.uses.iter().filter(counts) {
            let ends =
                matches!(task_use.op, TaskOp::Cancel | TaskOp::SignalStop | TaskOp::Await { .. });
            let function = self.function_of(task_use.node_ref);
            if ends && !functions.contains(&function) {
                functions.push(function);
            }
        }
        let home = made_at.map(|at| self.function_of(at));
        let mut stops: Vec<StopPoint> = Vec::new();
        for function in functions {
            let here = |e: &&TaskUse| self.function_of(e.node_ref) == function;
            let own: Vec<&TaskUse> = task_uses.uses.iter().filter(here).filter(counts).collect();
            // What comes before the task is stored is done to the one before.
            let is_home = home == Some(function);
            let is_later = |e: &TaskUse| is_home && made_at.is_some_and(|at| e.node_ref > at);
            let (later, own): (Vec<&TaskUse>, _) = own.into_iter().partition(|e| is_later(e));
            for (own, is_own_task) in [(own, false), (later, true)] {
                let ends = |e: &&TaskUse| {
                    matches!(e.op, TaskOp::Cancel | TaskOp::SignalStop | TaskOp::Await { .. })
                };
                if own.iter().any(ends) {
                    let made_at = made_at.filter(|_| is_own_task);
                    stops.push(self.stop_point(&own, origin, function, made_at));
                }
            }
        }
        self.join_stops(&mut stops, made_at);
        // A wait with a limit where the task is made, which leaves it running, stops nothing.
        let leaves_it = |s: &StopPoint| {
            let is_left = s.wait.as_ref().is_some_and(leaves_running);
            let op = s.wait.as_ref().map(|w| w.op);
            let is_first = matches!(op, Some(TaskOp::Await { timeout: Timeout::FirstDone, .. }));
            s.is_left() && is_left && (is_first || home == Some(s.function))
        };
        stops.retain(|s| !leaves_it(s));

        stops.sort_by_key(|s| {
            let first_use =
                s.cancel.as_ref().or(s.signal.as_ref()).or(s.wait.as_ref()).map(|e| e.node_ref);
            let root = s.chain.root;
            // A local variable is first of all that of the function which creates the task, and of those in it.
            let is_local = origin.location.is_none();
            let is_home = home == Some(s.function);
            let is_inside = home.flatten().zip(s.function).is_some_and(|(home, function)| {
                home.file == function.file
                    && self.model(home).tree.contains(home.node, function.node)
            });
            let is_occasion = root.occasion().is_some() && !(is_local && is_home);
            let is_foreign = is_local && !is_home && !is_inside;
            let is_elsewhere =
                made_at.zip(first_use).is_some_and(|(at, used)| at.file != used.file);
            let order = std::cmp::Reverse(root);
            // Whoever makes it and cancels it in a `finally` does so before others.
            let is_last = |cancel: &TaskUse| {
                let model = self.model(cancel.node_ref);
                let mut around = model.tree.ancestors(cancel.node_ref.node);
                around.any(|n| model.kind(n) == Kind::FinallyClause)
                    && made_at.is_some_and(|at| self.is_sure_to_run(cancel.node_ref, at))
            };
            let is_own_end = is_home && s.cancel.as_ref().is_some_and(is_last);
            (
                !is_own_end,
                is_occasion,
                is_foreign,
                s.is_left(),
                is_local && !is_home,
                root < ChainRoot::CloseMethod,
                s.cancel.is_none(),
                order,
                !s.function.is_some_and(|f| self.is_end(f)),
                s.chain.steps.len(),
                is_elsewhere,
                first_use,
            )
        });
        stops
    }

    /// Adds to each wait what a function does to the tasks that is called before it: `await self.shutdown(); await self._task`.
    fn join_stops(&self, stops: &mut [StopPoint], made_at: Option<NodeRef>) {
        let ends = |s: &&StopPoint| s.cancel.is_some() || s.signal.is_some();
        let ending: Vec<StopPoint> = stops.iter().filter(ends).cloned().collect();
        for stop in stops.iter_mut().filter(|s| s.cancel.is_none() && s.signal.is_none()) {
            let Some((function, wait)) = stop.function.zip(stop.wait.as_ref()) else { continue };
            let model = self.model(function);
            let calls = model.own_nodes(function.node, |kind| kind == Kind::Call);
            let calls = calls.filter(|call| {
                let is_between =
                    |at: NodeRef| at.file == function.file && *call < at.node && at < wait.node_ref;
                *call < wait.node_ref.node
                    && !made_at.is_some_and(is_between)
                    && is_always_cancelled(model, *call, wait.node_ref.node)
            });
            let found = calls.filter_map(|call| {
                let callee = model.child(call, Field::Function)?;
                let called = self.functions(NodeRef { node: callee, ..function });
                let inner =
                    ending.iter().find(|s| s.function.is_some_and(|f| called.contains(&f)))?;
                Some((NodeRef { node: call, ..function }, inner))
            });
            let Some((node_ref, inner)) = found.last() else { continue };
            let through = |e: &TaskUse| TaskUse {
                node_ref,
                op: e.op,
                via: inner.function.map(|f| self.name_of(f)),
                inner: Some(e.node_ref),
            };
            stop.cancel = inner.cancel.as_ref().map(through);
            stop.signal = inner.signal.as_ref().map(through);
        }
    }

    /// The stop by these uses in a function; `made_at` is where the function has made the task before them, if it has.
    fn stop_point(
        &self,
        own: &[&TaskUse],
        origin: &TaskOrigin,
        function: Option<NodeRef>,
        made_at: Option<NodeRef>,
    ) -> StopPoint {
        let is_wait = |e: &&&TaskUse| matches!(e.op, TaskOp::Await { .. });
        let is_deferred = |e: &TaskUse| self.is_called_later(e);
        let is_awaited = own.iter().any(|e| is_wait(&e));
        // What waits for the task does not leave its end to a callable that may cancel it.
        let is_cancel = |e: &&TaskUse| e.op == TaskOp::Cancel && !(is_awaited && is_deferred(e));
        let mut cancels = own.iter().copied().filter(is_cancel);
        // What passes on the cancellation of the function itself is not how the function ends the task.
        let is_own =
            |e: &&TaskUse| function.is_none_or(|f| !self.is_after_cancellation(f, e.node_ref));
        // Nor what it does only under a condition, if it does it without one, too.
        let is_plain = |e: &&TaskUse| {
            let made_at = made_at.map(|at| at.node);
            is_own(e) && is_unconditional(self.model(e.node_ref), e.node_ref.node, made_at)
        };
        let cancel = cancels.clone().find(is_plain);
        let cancel = cancel.or_else(|| cancels.clone().find(is_own)).or_else(|| cancels.next());
        let signal = own.iter().find(|e| e.op == TaskOp::SignalStop).copied();
        // A callee may wait first, and cancel what has not ended by then.
        let place = |e: &TaskUse| (e.node_ref, e.inner);
        let after = |e: &&&TaskUse| cancel.is_none_or(|c| place(e) >= place(c));
        let follows = |wait: &&TaskUse| {
            cancel.zip(function).is_none_or(|(cancel, function)| {
                let (from, to) = (cancel.node_ref.node, wait.node_ref.node);
                let model = self.model(function);
                // A round of a loop that makes a task waits for none of the rounds before.
                let made = made_at.map(|at| at.node);
                from == to
                    || Cfg::can_follow_without(model, function.node, from, to, made)
                        && !is_of_pending(model, from, to)
                        && self.asks_for_done(wait.node_ref).is_none()
            })
        };
        let waits = || own.iter().filter(is_wait).filter(after).copied().filter(follows);
        let mut wait = waits().find(|w| !leaves_running(w)).or_else(|| waits().next());
        let gives_up = |w: &&TaskUse| wait.is_some_and(|last| self.may_give_up_between(w, last));
        wait = waits().find(gives_up).or(wait);
        let first_use = cancel.or(signal).or(wait).map(|e| e.node_ref);
        // Whether the function that has made the task is sure to end it.
        let own_end = made_at.filter(|_| signal.is_none()).and_then(|made_at| {
            let is_sure = |e: &&TaskUse| self.is_sure_to_run(e.node_ref, made_at);
            let sure_wait = own.iter().filter(is_wait).copied().filter(is_sure);
            let sure_wait = sure_wait.filter(|w| !leaves_running(w)).min();
            let end = cancel.filter(is_sure).or(sure_wait).or(wait)?;
            let is_sure = is_sure(&end);
            (cancel.is_none() || is_sure).then_some(is_sure)
        });
        let chain = match (function, first_use) {
            (None, Some(first_use)) if self.is_example(first_use) => {
                CallChain { steps: Vec::new(), root: ChainRoot::Occasion(StopOccasion::Example) }
            }
            (None, _) => CallChain { steps: Vec::new(), root: ChainRoot::Program },
            // Whoever makes a task and waits for it needs no caller to end it.
            (Some(_), _) if let Some(is_sure) = own_end => {
                let root = if is_sure { ChainRoot::CloseMethod } else { ChainRoot::Ambiguous };
                CallChain { steps: Vec::new(), root }
            }
            // Who calls it starts the task, too.
            (Some(f), Some(first_use)) if made_at.is_some() => {
                let chain = self.chain_from(f, first_use, origin);
                let is_shutdown = chain.root == ChainRoot::Shutdown;
                let steps = if is_shutdown { chain.steps } else { Vec::new() };
                CallChain { steps, root: chain.root }
            }
            (Some(f), Some(first_use)) => self.chain_from(f, first_use, origin),
            (Some(f), None) => self.chain(f, origin),
        };
        let skipped = cancel.zip(wait).and_then(|(cancel, wait)| {
            let [coroutine] = origin.coroutines[..] else { return None };
            let raises = matches!(wait.op, TaskOp::Await { raises: true, .. });
            let is_direct = cancel.via.is_none() && wait.via.is_none();
            let (model, function) = (self.model(function?), function?);
            let returns = |n| returns_exceptions(model, n);
            let mut calls = model.tree.subtree(wait.node_ref.node);
            let is_returned = calls.any(|n| model.kind(n) == Kind::Call && returns(n));
            let catches = || self.catches_cancellation(coroutine);
            let is_plain = raises && is_direct && !is_returned && !catches();
            let skips =
                is_plain && is_always_cancelled(model, cancel.node_ref.node, wait.node_ref.node);
            let node = skips.then(|| skipped_code(model, function.node, wait.node_ref.node))??;
            Some(NodeRef { node, ..function })
        });
        let proxy = cancel.filter(|_| wait.is_none());
        let proxy = proxy.and_then(|cancel| self.waits_by_proxy(cancel.node_ref, origin));
        let (cancel, signal, wait) = (cancel.cloned(), signal.cloned(), wait.cloned());
        StopPoint { function, cancel, signal, wait, proxy, skipped, chain }
    }

    /// Whether the function that waits may return after a wait with a limit, as the tasks are not done, and before a later wait.
    fn may_give_up_between(&self, limited: &TaskUse, later: &TaskUse) -> bool {
        let place = |e: &TaskUse| e.inner.unwrap_or(e.node_ref);
        let (from, to) = (place(limited), place(later));
        let function = self.function_of(from).filter(|f| self.function_of(to) == Some(*f));
        let Some(function) = function.filter(|_| leaves_running(limited)) else { return false };
        let model = self.model(function);
        let is_between = |n: &NodeId| *n > from.node && *n < to.node;
        let mut returns =
            model.own_nodes(function.node, |kind| kind == Kind::ReturnStatement).filter(is_between);
        returns.any(|n| {
            // `if not pending: return`
            let mut around =
                model.tree.ancestors(n).take_while(|a| !model.tree.contains(*a, from.node));
            !around.any(|a| {
                let condition = model.child(a, Field::Condition).map(|c| model.bare(c));
                condition.is_some_and(|c| model.kind(c) == Kind::NotOperator)
            })
        })
    }

    /// Whether a function that cancels a task for another waits after that, so that it may wait for the task.
    pub(super) fn waits_inside(&self, stop: &StopPoint) -> bool {
        let inner = stop.cancel.as_ref().and_then(|cancel| cancel.inner);
        inner.zip(inner.and_then(|i| self.function_of(i))).is_some_and(|(inner, function)| {
            let mut awaits = self.model(function).own_nodes(function.node, |k| k == Kind::Await);
            awaits.any(|n| n > inner.node)
        })
    }

    /// Whether a task is awaited here only to let it end: after its cancellation, or as its owner closes.
    pub(super) fn is_awaited_at_stop(
        &self,
        wait: &TaskUse,
        task_uses: &TaskUses,
        made_at: NodeRef,
    ) -> bool {
        let Some(function) = self.function_of(wait.node_ref) else { return false };
        let model = self.model(function);
        let is_after =
            made_at < wait.node_ref || model.tree.contains(wait.node_ref.node, made_at.node);
        let is_own = self.function_of(made_at) == Some(function) && is_after;
        // After a wait that ends as the task does, one that is done is left alone, and awaited.
        let is_left_when_done = |cancel: &TaskUse| {
            let has_waited = |e: &TaskUse| {
                matches!(e.op, TaskOp::Await { retrieves: false, .. })
                    && made_at < e.node_ref
                    && e.node_ref < cancel.node_ref
                    && self.function_of(e.node_ref) == Some(function)
            };
            is_own
                && asks_whether_done(model, cancel.node_ref.node)
                && task_uses.uses.iter().any(has_waited)
        };
        let ends_before = task_uses.uses.iter().any(|e| {
            matches!(e.op, TaskOp::Cancel | TaskOp::SignalStop)
                && self.function_of(e.node_ref) == Some(function)
                && e.node_ref <= wait.node_ref
                && !(is_own && e.node_ref < made_at)
                && !is_left_when_done(e)
                && is_always_cancelled(model, e.node_ref.node, wait.node_ref.node)
                && !(e.node_ref == wait.node_ref && self.is_cancelled_later(e, wait))
                && !is_of_pending(model, e.node_ref.node, wait.node_ref.node)
                && self.asks_for_done(wait.node_ref).is_none()
        });
        ends_before
            || !is_own
                && !self.is_exit_around(function, made_at)
                && (self.runs_at_end(function, wait.node_ref) || self.is_called_at_end(function))
    }

    /// Whether a function is the exit of the block in which a task is made by what the block is entered with: it waits as the block
    /// ends, while the task runs.
    fn is_exit_around(&self, function: NodeRef, made_at: NodeRef) -> bool {
        let model = self.model(made_at);
        let receiver = model.called_method(made_at.node).map(|(object, _)| object);
        let is_entered = |object| {
            let mut bindings = model.bindings_of(object).iter();
            bindings.any(|b| matches!(b.kind, BindingKind::With { whole: true, .. }))
        };
        self.name_is(function, &["__aexit__", "__exit__"]) && receiver.is_some_and(is_entered)
    }

    /// Whether a cancellation is left to a callable that other code may call.
    pub(super) fn is_called_later(&self, cancel: &TaskUse) -> bool {
        deferral(self.model(cancel.node_ref), cancel.node_ref.node) == Some(Deferral::Unknown)
    }

    /// Whether of what one function does with a task that it is given, the wait comes before the cancellation.
    fn is_cancelled_later(&self, cancel: &TaskUse, wait: &TaskUse) -> bool {
        let inner = cancel.inner.zip(wait.inner);
        inner.is_some_and(|(cancel, wait)| {
            self.function_of(cancel) == self.function_of(wait) && wait < cancel
        })
    }
}

/// What code may do with a task at most.
fn at_most(node_ref: NodeRef, op: TaskOp) -> TaskUse {
    TaskUse { node_ref, op, via: None, inner: None }
}
