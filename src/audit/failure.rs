//! Who sees a task's exception: the code that awaits it, a callback, the coroutine itself, or
//! nobody. It does not rate the risk.

use super::assessment::Failure;
use super::callers::CallerRef;
use super::coroutine::coroutine_arguments;
use super::coroutine_exit::{CoroutineExit, is_loop};
use super::decorated_exception::DecoratedException;
use super::index::WorkspaceIndex;
use super::own_exceptions::{is_event_wait, raises_again};
use super::owner::{Owner, OwnerKind};
use super::related_location::RelatedLocation;
use super::types::{NodeRef, StorageLocation, TaskOp, TaskUse, TaskUses, Timeout};
use super::waiting::is_silenced;
use crate::python::{Binding, BindingKind, Field, Kind, NodeId};
use crate::tasks::libraries::{ContainerMethod, MethodEffect};
use crate::tasks::{ClassifiedSite, MethodAccess, Reason, Spawner};

impl WorkspaceIndex<'_> {
    /// Who sees the exception of a task with these uses, and the evidence.
    pub fn failure(
        &self,
        owner: &Owner,
        task_uses: &TaskUses,
        function: Option<NodeRef>,
        made_at: NodeRef,
        classified: &ClassifiedSite,
    ) -> (Failure, Option<RelatedLocation>) {
        let spawner = classified.site.spawner;
        if owner.kind == OwnerKind::Group {
            let note_at = |node_ref| self.related(node_ref, "the task group raises it on exit");
            return (Failure::Awaited, owner.stored_at.map(note_at));
        }
        let class = self.model(made_at).class_of(made_at.node);
        let class = class.map(|class| self.model(made_at).path_of(class));
        let caught = function.map(|f| self.catches_own_exceptions(f, class.as_deref()));
        if let Some((Some(true), Some(node_ref))) = caught {
            let note = match function == Some(node_ref) {
                true => "nothing in the coroutine is likely to raise an exception",
                false => "the coroutine catches every exception of its own code",
            };
            return (Failure::Handled, Some(self.related(node_ref, note)));
        }
        let decorated =
            function.map_or(DecoratedException::Passed, |f| self.decorated_exception(f));
        if let DecoratedException::Caught(at) = decorated {
            let note = "its decorator catches every exception of the coroutine";
            return (Failure::Handled, Some(self.related(at, note)));
        }
        let home = self.function_of(made_at);
        // What is let go of when it is done has been let go of where another function looks for it.
        let release = match &owner.location {
            Some(location) => self.releasing_callback(location, task_uses),
            None => task_uses.callbacks().find(|callback| self.discards_from_local(*callback)),
        };
        let is_local = matches!(owner.location, None | Some(StorageLocation::Local { .. }));
        let raises = |e: &TaskUse| {
            let raises = matches!(e.op, TaskOp::Await { raises: true, .. });
            let is_own = self.function_of(e.node_ref) == home;
            let is_gone =
                release.is_some() && (!is_own || self.is_for_the_rest(e.node_ref, made_at));
            let is_other = || is_local && is_own && self.is_left_before(e.node_ref, made_at);
            raises && !is_gone && !self.is_blind(e, task_uses) && !is_other()
        };
        let is_late = |e: &TaskUse| self.is_awaited_at_stop(e, task_uses, made_at);
        let is_now = |e: &TaskUse| raises(e) && !is_late(e);
        let is_seen = |e: &TaskUse| {
            let sure = self.asks_for_done(e.node_ref).unwrap_or(e.node_ref);
            self.is_sure_to_run(sure, made_at)
                && !self.is_skipped_when_done(e.node_ref)
                && (self.function_of(e.node_ref) == home || !self.may_run_at_end(e.node_ref))
                && !self.is_of_one_object(owner, e)
        };
        if owner.kind == OwnerKind::Unknown {
            let is_here = |e: &&TaskUse| self.function_of(e.node_ref) == home;
            let seen = task_uses.uses.iter().filter(is_here).find(|e| is_now(e) && is_seen(e));
            let note_at = |e: &TaskUse| self.related(e.node_ref, "its exception is raised here");
            let failure = if seen.is_some() { Failure::Awaited } else { Failure::Unknown };
            return (failure, seen.map(note_at));
        }
        // The caller's own site reports what it does with the task.
        if owner.kind == OwnerKind::Caller {
            let note_at = |node_ref| self.related(node_ref, "the caller gets the task");
            return (Failure::Caller, owner.stored_at.map(note_at));
        }
        // What a wrapper does with the task of the call before is not done to this one.
        let site = NodeRef { node: classified.site.node, ..made_at };
        let is_of_last = |e: &TaskUse| e.inner.is_some() && e.node_ref == site;
        let find = |test: &dyn Fn(&TaskUse) -> bool| {
            let all = || task_uses.uses.iter().filter(|e| test(e) && !is_of_last(e));
            let is_own = |e: &&TaskUse| home.is_some() && self.function_of(e.node_ref) == home;
            // What comes before it is made is done to the one before, unless it is made in a loop.
            let later = all().filter(is_own).find(|e| e.node_ref > made_at);
            later.or_else(|| all().find(is_own)).or_else(|| all().next())
        };
        if let Some(seen) = find(&|e| is_now(e) && is_seen(e) && !self.starts_next(owner, e)) {
            let note = self.awaited_note(seen.node_ref);
            return (Failure::Awaited, Some(self.related(seen.node_ref, note)));
        }
        let logged = match decorated {
            DecoratedException::Logged(at) => Some((at, "its decorator logs its exception here")),
            _ => function
                .and_then(|f| self.logs_own_exceptions(f))
                .map(|at| (at, "the coroutine logs its exception here")),
        };
        if let Some((at, note)) = logged {
            if !raises_again(self.model(at), at.node) {
                let note = "the coroutine catches every exception of its own code";
                return (Failure::Handled, Some(self.related(at, note)));
            }
            return (Failure::Logged, Some(self.related(at, note)));
        }
        let is_of_next = |e: &TaskUse| self.starts_next(owner, e);
        let mut is_unclear = task_uses.escapes()
            || find(&|e| is_now(e) && !(is_of_next(e) && self.replaces_finished(owner).is_some()))
                .is_some();
        for task_use in &task_uses.uses {
            let TaskOp::AddCallback(callback) = task_use.op else { continue };
            match self.callback_reads_outcome(callback) {
                Some(Some(node_ref)) => {
                    let note = "its callback reads the result";
                    return (Failure::Observed, Some(self.related(node_ref, note)));
                }
                Some(None) => {}
                None => is_unclear = true,
            }
        }
        let is_at_end = |e: &TaskUse| {
            let function = self.function_of(e.node_ref);
            let is_own = function == home && e.node_ref > made_at;
            !is_own && function.is_some_and(|f| self.runs_at_end(f, e.node_ref))
        };
        let is_ignored_read = |e: &TaskUse| {
            let at = e.inner.unwrap_or(e.node_ref);
            e.op == TaskOp::ReadOutcome && is_silenced(self.model(at), at.node)
        };
        let reads = |e: &TaskUse| {
            let is_read = e.op == TaskOp::ReadOutcome && !is_ignored_read(e);
            let is_gone = || release.is_some() && self.is_of_gathered_rest(e.node_ref, made_at);
            is_read && !self.is_of_last_round(e.node_ref) && !is_gone()
        };
        // What is not among the first is not read.
        let is_first =
            |e: &TaskUse| matches!(e.op, TaskOp::Await { timeout: Timeout::FirstDone, .. });
        let is_raised = |e: &TaskUse| {
            let method = self.model(e.node_ref).callee_name(e.node_ref.node);
            method == Some("result") && self.function_of(e.node_ref) == home
        };
        let is_seen = |e: &TaskUse| reads(e) && !is_at_end(e);
        if let Some(seen) =
            find(&|e| is_seen(e) && is_raised(e)).filter(|_| find(&is_first).is_none())
        {
            let note = "its exception is raised here";
            return (Failure::Awaited, Some(self.related(seen.node_ref, note)));
        }
        if let Some(seen) = find(&is_seen) {
            return (
                Failure::Observed,
                Some(self.related(seen.node_ref, "its result is read here")),
            );
        }
        let given = coroutine_arguments(self.model(made_at), classified);
        if let [only] = given[..]
            && is_event_wait(self.model(made_at), only)
        {
            let note = "an event that is waited for raises no exception";
            return (Failure::Handled, Some(self.related(site, note)));
        }
        if is_unclear {
            return (Failure::Unknown, None);
        }
        if let DecoratedException::Unknown(decorator) = decorated {
            let note = "its decorator may catch exceptions of the coroutine";
            return (Failure::Unknown, Some(self.related(decorator, note)));
        }
        // The future of another thread's loop takes the exception, and reports it to nobody.
        let is_of_thread = spawner == Spawner::Threadsafe;
        let may_handle = caught.is_none_or(|(all, _)| all != Some(true))
            && function.is_some_and(|f| self.catches_in_waits(f, class.as_deref()));
        let location = owner.location.as_ref();
        // Whether asyncio logs the exception once nothing refers to the task.
        let is_logged_when_released = function.is_some() && !is_of_thread && !may_handle;
        if let Some(release) = release.filter(|_| is_logged_when_released) {
            let note =
                "nothing keeps the task any longer when it is done, so asyncio logs its exception";
            return (Failure::Logged, Some(self.related(release, note)));
        }
        let removal = || self.removes_itself(function?, location?);
        if let Some(removal) = removal().filter(|_| is_logged_when_released) {
            let note = "the coroutine removes its task here, so asyncio logs its exception";
            return (Failure::Logged, Some(self.related(removal, note)));
        }
        let replaced = || self.replaces_finished(owner);
        if let Some(guard) = replaced().filter(|_| is_logged_when_released) {
            let note = "a task that is done is replaced by the next, so asyncio logs its exception";
            return (Failure::Logged, Some(self.related(guard, note)));
        }
        if let Some(seen) = find(&|e| raises(e) && !is_of_next(e) || reads(e)) {
            let note =
                "its exception is raised here, where the task is told to stop or its owner closes";
            return (Failure::AwaitedAtStop, Some(self.related(seen.node_ref, note)));
        }
        if may_handle {
            return (Failure::Unknown, None);
        }
        // One of the functions that may run by an unresolved name may catch everything.
        let is_other = |node: NodeId| {
            let model = self.model(made_at);
            let call = NodeRef { node: model.bare(node), ..made_at };
            model.kind(call.node) == Kind::Call && self.namesake_handles(call)
        };
        if function.is_none() && given.into_iter().any(is_other) {
            return (Failure::Unknown, None);
        }
        let is_any = function.is_none() && classified.reason == Reason::Conditional;
        if owner.kind == OwnerKind::Nobody && !is_of_thread && !is_any {
            let note = "nothing keeps the task, so asyncio logs its exception".to_owned();
            let dropped = owner.evidence.clone();
            return (Failure::Logged, dropped.map(|at| RelatedLocation { note, ..at }));
        }
        let Some(function) = function else { return (Failure::Unknown, None) };
        let partly = match caught {
            Some((Some(false), _)) => None,
            Some((_, Some(node_ref))) => Some(node_ref),
            _ => return (Failure::Unknown, None),
        };
        // What waits for it may be other code, such as an async generator that it is given to.
        let is_followed = |e: &TaskUse| {
            let tree = &self.model(made_at).tree;
            let (at, sink) = (e.node_ref, classified.sink);
            matches!(e.op, TaskOp::Await { .. })
                && at.file == made_at.file
                && (tree.contains(at.node, sink) || tree.contains(sink, at.node))
        };
        if owner.kind == OwnerKind::Awaiting && find(&is_followed).is_none() {
            return (Failure::Unknown, None);
        }
        let is_released = self.frame_release(owner, made_at).filter(|_| !is_of_thread);
        let retrieves = |e: &TaskUse| {
            let retrieves = matches!(e.op, TaskOp::Await { retrieves: true, .. });
            is_ignored_read(e) || retrieves && !self.is_blind(e, task_uses) && !is_of_next(e)
        };
        let is_ignored = is_released.is_some() || owner.kind == OwnerKind::Holder && !is_of_thread;
        if let Some(wait) = find(&retrieves).filter(|_| is_ignored && partly.is_none()) {
            let note = "its exception is retrieved and ignored here, so asyncio does not log it";
            return (Failure::Lost, Some(self.related(wait.node_ref, note)));
        }
        if let Some(note) = is_released.filter(|_| find(&retrieves).is_none()) {
            return (Failure::Logged, Some(self.related(function, note)));
        }
        if !is_of_thread
            && find(&retrieves).is_none()
            && let Some(cleared) = self.cleared_at(owner, function)
        {
            let note = "the reference to the task is removed here, so asyncio logs its exception";
            return (Failure::Logged, Some(self.related(cleared, note)));
        }
        let home_removal = || self.removed_in_home(made_at, location?);
        if let Some(removal) = home_removal().filter(|_| !is_of_thread) {
            let note = "its function removes the task here, so asyncio logs its exception";
            return (Failure::Logged, Some(self.related(removal, note)));
        }
        if let Some(node_ref) = partly {
            let note = "the coroutine catches some exceptions here; nobody sees others";
            return (Failure::Partly, Some(self.related(node_ref, note)));
        }
        if let Some(node_ref) = self.handler_in_waits(function, class.as_deref()) {
            let note = "what the coroutine awaits catches some exceptions here; nobody sees others";
            return (Failure::Partly, Some(self.related(node_ref, note)));
        }
        let note =
            "the coroutine catches no exceptions, and nothing awaits the task or reads its result";
        (Failure::Lost, Some(self.related(function, note)))
    }

    /// What an await does with the exception of a task.
    fn awaited_note(&self, wait: NodeRef) -> &'static str {
        let model = self.model(wait);
        let mut inside = model.tree.subtree(wait.node);
        match inside.any(|n| model.keyword(n, "return_exceptions").is_some()) {
            true => "its exception is a result here",
            false => "its exception is raised here",
        }
    }

    /// How the frame that has a task lets go of it.
    fn frame_release(&self, owner: &Owner, made_at: NodeRef) -> Option<&'static str> {
        let home = self.function_of(made_at);
        let is_frame_over = || {
            let frame = home.map(|f| self.coroutine_exit(f));
            let runs_on = matches!(frame, Some(CoroutineExit::Loops(l)) if !self.has_loop_exit(l));
            !runs_on && home.is_none_or(|f| self.hook(f).is_none_or(|h| !h.is_application))
        };
        match owner.kind {
            OwnerKind::Frame | OwnerKind::Awaiting if is_frame_over() => Some(
                "its function lets go of the task as it returns, so asyncio logs its exception",
            ),
            OwnerKind::Frame if self.is_rebound_by_loop(made_at) => Some(
                "the next round of the loop lets go of the task, so asyncio logs its exception",
            ),
            _ => None,
        }
    }

    /// Where the function that makes a task removes it from its location afterwards.
    fn removed_in_home(&self, made_at: NodeRef, location: &StorageLocation) -> Option<NodeRef> {
        let home = self.function_of(made_at)?;
        let statements =
            self.model(home).own_nodes(home.node, |kind| kind == Kind::ExpressionStatement);
        let later = statements.filter(|n| *n > made_at.node);
        let mut later = later.map(|node| NodeRef { node, ..home });
        later.find(|statement| self.removes_from(*statement, location))
    }

    /// Whether a use is about one of several objects: that which a call in its function has given.
    fn is_of_one_object(&self, owner: &Owner, task_use: &TaskUse) -> bool {
        let Some(StorageLocation::Attribute { class, .. }) = &owner.location else { return false };
        let made = self.constructions(class);
        let is_shared = |f: NodeRef| {
            let (callers, is_unclear) = self.callers(f);
            callers.len() > 1 || is_unclear
        };
        let mut creators = made.iter().filter_map(|at| self.function_of(*at));
        let are_several = made.len() > 1 || creators.any(is_shared);
        let model = self.model(task_use.node_ref);
        // `job = start(work)`, then `await job.task`
        let is_made_here = |n: NodeId| {
            let object = model.child(n, Field::Object).filter(|_| model.kind(n) == Kind::Attribute);
            let value = match object.map(|object| model.bindings_of(object)) {
                Some([binding]) => binding.kind.value(),
                _ => None,
            };
            value.is_some_and(|value| model.kind(model.bare(value)) == Kind::Call)
        };
        are_several && model.tree.descendants(task_use.node_ref.node).any(is_made_here)
    }

    /// Whether the function around a node may be called only where something ends, as far as its callers are known.
    fn may_run_at_end(&self, node_ref: NodeRef) -> bool {
        let Some(function) = self.function_of(node_ref) else { return false };
        let (callers, is_unclear) = self.callers(function);
        let at_end = |caller: &CallerRef| {
            let around = self.function_of(caller.node_ref);
            around.is_some_and(|f| self.runs_at_end(f, caller.node_ref) || self.is_called_at_end(f))
        };
        let is_drain = self.model(function).name_of(function.node).contains("drain");
        let is_known = !is_unclear || callers.is_empty() && !is_drain;
        !is_known && callers.iter().all(at_end)
    }

    /// Whether a function stores another task, unguarded, before it waits: the one that others have stored is not awaited.
    fn starts_next(&self, owner: &Owner, wait: &TaskUse) -> bool {
        let Some((location, end)) = owner.location.as_ref().zip(owner.stored_at) else {
            return false;
        };
        let Some((creator, function)) =
            self.function_of(end).zip(self.function_of(wait.node_ref)).filter(|(c, f)| c != f)
        else {
            return false;
        };
        let model = self.model(function);
        let starts = |call: NodeId| {
            let callee = model.child(call, Field::Function).filter(|_| call < wait.node_ref.node);
            callee
                .is_some_and(|node| self.functions(NodeRef { node, ..function }).contains(&creator))
        };
        owner.kind == OwnerKind::Holder
            && model.own_nodes(function.node, |kind| kind == Kind::Call).any(starts)
            && self
                .callers(creator)
                .0
                .iter()
                .any(|c| self.function_of(c.node_ref) != Some(function))
            && (!self.is_guarded(creator, end, location)
                || self.replaces_at(location, end).is_some())
    }

    /// Whether a site in a loop assigns its task to a name that has that of a round before.
    fn is_rebound_by_loop(&self, site: NodeRef) -> bool {
        let model = self.model(site);
        let target = model.parent_of_kind(site.node, Kind::Assignment);
        let target = target.and_then(|assignment| model.child(assignment, Field::Left));
        let around = model.tree.ancestors(site.node);
        target.is_some_and(|n| model.kind(n) == Kind::Identifier)
            && around
                .take_while(|n| model.kind(*n) != Kind::FunctionDefinition)
                .any(|n| is_loop(model, n))
    }

    /// The done-callback by which a task leaves its owner. asyncio then logs an exception that nobody has read
    /// (library/asyncio-dev.html#detect-never-retrieved-exceptions).
    pub fn releasing_callback(
        &self,
        location: &StorageLocation,
        task_uses: &TaskUses,
    ) -> Option<NodeRef> {
        let removes = |callback: &NodeRef| {
            let at = |node| NodeRef { node, ..*callback };
            let model = self.model(*callback);
            let node = model.bare(callback.node);
            if matches!(MethodAccess::at(model, node).op().effect, MethodEffect::Remove { .. }) {
                let Some(object) = model.child(node, Field::Object) else { return false };
                // A function discards from the container that it is given.
                let is_given = |b: &Binding| matches!(b.kind, BindingKind::Parameter { .. });
                return self.storage_of(at(object)).as_ref() == Some(location)
                    || model.bindings_of(object).iter().any(is_given);
            }
            self.callback_body(at(node)).is_some_and(|body| self.removes_from(body, location))
        };
        task_uses.callbacks().chain(self.callbacks_of_setters(location)).find(removes)
    }

    /// `running.discard`, of a container in a variable.
    fn discards_from_local(&self, callback: NodeRef) -> bool {
        let model = self.model(callback);
        let node = model.bare(callback.node);
        let object = model.child(node, Field::Object);
        matches!(MethodAccess::at(model, node).op().effect, MethodEffect::Remove { .. })
            && object.is_some_and(|n| model.kind(n) == Kind::Identifier)
    }

    /// The done-callbacks that the setter of a property adds to a task which it stores.
    fn callbacks_of_setters(&self, location: &StorageLocation) -> Vec<NodeRef> {
        let added = |o: NodeRef| {
            let model = self.model(o);
            let setter = self.function_of(o).filter(|f| {
                let decorators = model.decorators(f.node);
                decorators.iter().any(|d| model.text(*d).ends_with(".setter"))
            })?;
            let stores = model.tree.parent(o.node).filter(|n| model.kind(*n) == Kind::Assignment);
            let value = model.text(model.child(stores?, Field::Right)?);
            let mut calls = model.own_nodes(setter.node, |kind| kind == Kind::Call);
            calls.find_map(|call| {
                let (object, "add_done_callback") = model.called_method(call)? else { return None };
                let callback = model.positional(call).first().copied();
                callback.filter(|_| model.text(object) == value)
            })
        };
        let all = self.occurrences_of(location).into_iter();
        all.filter_map(|o| Some(NodeRef { node: added(o)?, ..o })).collect()
    }

    /// Where a coroutine takes something out of the location of its task whenever it ends: in a `finally`.
    fn removes_itself(&self, coroutine: NodeRef, location: &StorageLocation) -> Option<NodeRef> {
        let model = self.model(coroutine);
        let mut clauses = model.own_nodes(coroutine.node, |kind| kind == Kind::FinallyClause);
        let clause =
            clauses.find(|n| self.removes_from(NodeRef { node: *n, ..coroutine }, location));
        clause.map(|node| NodeRef { node, ..coroutine })
    }

    /// Whether code removes something from a storage location, or clears it.
    fn removes_from(&self, body: NodeRef, location: &StorageLocation) -> bool {
        let model = self.model(body);
        let mut inside = self
            .occurrences_of(location)
            .into_iter()
            .filter(|o| o.file == body.file && model.tree.contains(body.node, o.node));
        inside.any(|occurrence| {
            let parent = model.tree.parent(occurrence.node);
            // `for tasks in self._tasks.values(): tasks.remove(task)`
            let around = model.tree.ancestors(occurrence.node);
            let mut loops = around.filter(|n| model.kind(*n) == Kind::ForStatement);
            let removes = |n: NodeId| {
                let name = model.called_method(n).map(|(_, name)| name);
                let effect = name.map(|name| ContainerMethod::named(name).effect);
                matches!(effect, Some(MethodEffect::Remove { .. }))
            };
            let iterated = loops.find(|n| {
                let right = model.child(*n, Field::Right);
                right.is_some_and(|right| model.tree.contains(right, occurrence.node))
            });
            if iterated.is_some_and(|n| model.tree.descendants(n).any(removes)) {
                return true;
            }
            match parent.map(|p| model.kind(p)) {
                Some(Kind::Attribute) => {
                    let effect =
                        MethodAccess::at(model, parent.unwrap_or(occurrence.node)).op().effect;
                    matches!(effect, MethodEffect::Remove { .. } | MethodEffect::Take)
                }
                Some(Kind::Subscript) => {
                    let outer = parent.and_then(|p| model.tree.parent(p));
                    outer.is_some_and(|o| model.kind(o) == Kind::DeleteStatement)
                }
                Some(Kind::Assignment) => {
                    let value = parent.and_then(|p| model.child(p, Field::Right));
                    value.is_some_and(|v| model.kind(v) == Kind::None)
                }
                _ => false,
            }
        })
    }
}
