//! Which uses of a task see its exception, and when: the waits and reads that are sure to, only as it is stopped, or not at all.
//! It does not say who sees the exception in the end.

use std::cell::OnceCell;

use super::callers::CallerRef;
use super::coroutine_exit::{catches, suppresses, suspensions};
use super::decorated_exception::DecoratedException;
use super::index::WorkspaceIndex;
use super::operands::names_task;
use super::outcome_reads::{is_discarded, is_partly_read};
use super::own_exceptions::raises_again;
use super::owner::{Owner, OwnerKind};
use super::types::{NodeRef, StorageLocation, TaskOp, TaskUse, TaskUses, Timeout};
use super::unwinding::{asks_whether_done, is_always_cancelled};
use super::waiting::is_silenced;
use crate::python::{Field, Kind, Model, NodeId};
use crate::tasks::ClassifiedSite;

/// A task, and what is asked about its exception more than once.
pub(super) struct FailureCase<'c, 'a> {
    pub(super) index: &'c WorkspaceIndex<'a>,
    pub(super) owner: &'c Owner,
    pub(super) task_uses: &'c TaskUses,
    /// The function of its coroutine, if known.
    pub(super) function: Option<NodeRef>,
    /// Where it is made, or stored in the same function.
    pub(super) made_at: NodeRef,
    pub(super) classified: &'c ClassifiedSite,
    /// The function around `made_at`.
    pub(super) home: Option<NodeRef>,
    /// The class of the object whose method makes it.
    pub(super) class: Option<String>,
    /// Whether its coroutine catches every exception, as [`WorkspaceIndex::catches_own_exceptions`] says.
    pub(super) caught: Option<(Option<bool>, Option<NodeRef>)>,
    /// What the decorators of its coroutine do with an exception.
    pub(super) decorated: DecoratedException,
    release: OnceCell<Option<NodeRef>>,
    own_removal: OnceCell<Option<NodeRef>>,
}

impl<'c, 'a> FailureCase<'c, 'a> {
    pub(super) fn new(
        index: &'c WorkspaceIndex<'a>,
        owner: &'c Owner,
        task_uses: &'c TaskUses,
        function: Option<NodeRef>,
        made_at: NodeRef,
        classified: &'c ClassifiedSite,
    ) -> Self {
        let model = index.model(made_at);
        let class = model.class_of(made_at.node).map(|class| model.path_of(class));
        let caught = function.map(|f| index.catches_own_exceptions(f, class.as_deref()));
        let decorated =
            function.map_or(DecoratedException::Passed, |f| index.decorated_exception(f));
        let home = index.function_of(made_at);
        Self {
            index,
            owner,
            task_uses,
            function,
            made_at,
            classified,
            home,
            class,
            caught,
            decorated,
            release: OnceCell::new(),
            own_removal: OnceCell::new(),
        }
    }

    pub(super) fn site(&self) -> NodeRef {
        NodeRef { node: self.classified.site.node, ..self.made_at }
    }

    /// Whether the future of another thread's loop takes the exception, and reports it to nobody.
    pub(super) fn is_of_thread(&self) -> bool {
        self.index.is_of_thread(self.made_at.file, self.classified)
    }

    /// The callback by which the owner lets go of the task when it is done: it has been let go of where another function looks
    /// for it.
    pub(super) fn release(&self) -> Option<NodeRef> {
        *self.release.get_or_init(|| match &self.owner.location {
            Some(location) => self.index.releasing_callback(location, self.task_uses),
            None => {
                let mut callbacks = self.task_uses.callbacks();
                callbacks.find(|callback| self.index.discards_from_local(*callback))
            }
        })
    }

    /// Whether a function cancels the task, done or not, before it lets go of it here: `cancel()` takes back that asyncio logs
    /// the exception of a task that has failed already (Lib/asyncio/tasks.py, `_log_traceback`).
    pub(super) fn is_cancelled_before(&self, at: NodeRef) -> bool {
        let (index, model) = (self.index, self.index.model(at));
        let function = index.function_of(at);
        self.task_uses.uses.iter().any(|e| {
            e.op == TaskOp::Cancel
                && e.node_ref.file == at.file
                && e.node_ref < at
                && index.function_of(e.node_ref) == function
                && is_always_cancelled(model, e.node_ref.node, at.node)
                && !self.asks_whether_done(e)
        })
    }

    /// The same for a function that makes the task, waits for something, and lets go of the task as it returns.
    pub(super) fn is_cancelled_at_home(&self) -> bool {
        let model = self.index.model(self.made_at);
        let Some(home) = self.home else { return false };
        let has_run = |cancel: NodeId| {
            let is_between = |n: NodeId| self.made_at.node < n && n < cancel;
            let mut yields = model.own_nodes(home.node, |kind| kind == Kind::Yield);
            suspensions(model, home.node, home.node).any(is_between) || yields.any(is_between)
        };
        self.task_uses.uses.iter().any(|e| {
            let object = || model.called_method(e.node_ref.node).map(|(object, _)| object);
            e.op == TaskOp::Cancel
                && self.is_at_home(e)
                && object().is_some_and(|object| names_task(model, object, self.made_at.node))
                && has_run(e.node_ref.node)
                && self.index.is_sure_to_run(e.node_ref, self.made_at)
                && !self.asks_whether_done(e)
        })
    }

    /// Whether the function that makes the task cancels it anywhere, but for one that it knows not to be done.
    pub(super) fn may_be_taken_back_at_home(&self) -> bool {
        self.task_uses.uses.iter().any(|e| {
            e.op == TaskOp::Cancel
                && self.is_at_home(e)
                && !self.asks_whether_done(e)
                && !self.index.is_over_pending(e.node_ref)
        })
    }

    /// Whether another function cancels the task, done or not, and nothing sees the exception that it had before.
    pub(super) fn is_taken_back(&self) -> bool {
        let is_cancel = |e: &TaskUse| e.op == TaskOp::Cancel && !self.asks_whether_done(e);
        let mut others = self.task_uses.uses.iter().filter(|e| !self.is_at_home(e));
        others.any(is_cancel) && self.find(|e| self.raises(e)).is_none()
    }

    /// Whether something cancels the task, or waits for it as it is stopped, and whatever does leaves one alone that is done.
    pub(super) fn is_left_when_done(&self) -> bool {
        let mut cancels = self.task_uses.uses.iter().filter(|e| e.op == TaskOp::Cancel).peekable();
        let is_known =
            cancels.peek().is_some() || self.find(|e| self.is_left_out_at_stop(e)).is_some();
        is_known && cancels.all(|e| self.asks_whether_done(e))
    }

    /// Where the coroutine removes its own task from what keeps it, however it ends.
    pub(super) fn own_removal(&self) -> Option<NodeRef> {
        *self.own_removal.get_or_init(|| {
            self.index.removes_itself(self.function?, self.owner.location.as_ref()?)
        })
    }

    /// Whether a use looks for the task where its coroutine has removed it by then, before the function waits for anything.
    fn is_removed_before(&self, e: &TaskUse) -> bool {
        let at = e.inner.unwrap_or(e.node_ref);
        let Some(function) = self.index.function_of(at).filter(|_| self.own_removal().is_some())
        else {
            return false;
        };
        let model = self.index.model(at);
        let is_own = Some(function) == self.home && at > self.made_at;
        let found = || self.owner.location.iter().flat_map(|l| self.index.occurrences_of(l));
        let waits = suspensions(model, function.node, function.node).any(|n| n < at.node);
        !is_own
            && !waits
            && found().any(|o| o.node < at.node && self.index.function_of(o) == Some(function))
    }

    /// The first use that passes a test, those of the function that makes the task first. What comes before it is made is done to
    /// the one before, unless it is made in a loop; what a wrapper does with the task of the call before is not done to this one.
    pub(super) fn find(&self, test: impl Fn(&TaskUse) -> bool) -> Option<&'c TaskUse> {
        let is_of_last = |e: &TaskUse| e.inner.is_some() && e.node_ref == self.site();
        let all = || self.task_uses.uses.iter().filter(|e| test(e) && !is_of_last(e));
        let is_own = |e: &&TaskUse| self.home.is_some() && self.is_at_home(e);
        let later = all().filter(is_own).find(|e| e.node_ref > self.made_at);
        later.or_else(|| all().find(is_own)).or_else(|| all().next())
    }

    /// Whether a task is cancelled only if it is not done, here or in what is called.
    fn asks_whether_done(&self, cancel: &TaskUse) -> bool {
        let mut places = std::iter::once(cancel.node_ref).chain(cancel.inner);
        places.any(|at| asks_whether_done(self.index.model(at), at.node))
    }

    /// Whether a use is in the function that makes the task.
    pub(super) fn is_at_home(&self, task_use: &TaskUse) -> bool {
        task_use.node_ref.file == self.made_at.file
            && self.index.function_of(task_use.node_ref) == self.home
    }

    /// Whether a use is a wait that raises the exception of this task.
    pub(super) fn raises(&self, e: &TaskUse) -> bool {
        let is_local = matches!(self.owner.location, None | Some(StorageLocation::Local { .. }));
        let raises = matches!(e.op, TaskOp::Await { raises: true, .. });
        let is_own = self.is_at_home(e);
        let is_gone = || {
            self.release().is_some()
                && (!is_own || self.index.is_for_the_rest(e.node_ref, self.made_at))
        };
        let is_other = || is_local && is_own && self.index.is_left_before(e.node_ref, self.made_at);
        raises
            && !is_gone()
            && !self.index.is_blind(e, self.task_uses)
            && !self.is_left_out_at_stop(e)
            && !is_other()
            && !self.is_of_others(e)
    }

    /// Whether a use waits for the task as it is stopped, and is left out for one that is done, whose exception it does not see:
    /// `if not self._task.done(): await self._task`.
    fn is_left_out_at_stop(&self, e: &TaskUse) -> bool {
        let is_left_out = || {
            let mut places = std::iter::once(e.node_ref).chain(e.inner);
            places.any(|at| self.index.is_skipped_when_done(at))
        };
        matches!(e.op, TaskOp::Await { .. })
            && is_left_out()
            && self.index.is_awaited_at_stop(e, self.task_uses, self.made_at)
    }

    /// The same for a wait while the task runs, not as it is stopped.
    pub(super) fn raises_now(&self, e: &TaskUse) -> bool {
        self.raises(e) && !self.index.is_awaited_at_stop(e, self.task_uses, self.made_at)
    }

    /// Whether a wait is sure to run, whether the task is done or not.
    pub(super) fn is_sure(&self, e: &TaskUse) -> bool {
        let index = self.index;
        let sure = index.asks_for_done(e.node_ref).unwrap_or(e.node_ref);
        index.is_sure_to_run(sure, self.made_at)
            && !index.is_skipped_when_done(e.node_ref)
            && (self.is_at_home(e) || !index.may_run_at_end(e.node_ref))
            && !index.is_of_one_object(self.owner, e)
    }

    /// Whether a wait is for the next task, which its function makes before it.
    pub(super) fn is_of_next(&self, e: &TaskUse) -> bool {
        self.index.starts_next(self.owner, e)
    }

    /// Whether a use reads the outcome of the task, and does something with it.
    pub(super) fn reads(&self, e: &TaskUse) -> bool {
        let index = self.index;
        let is_read = e.op == TaskOp::ReadOutcome && !self.ignores_read(e);
        let is_gone =
            || self.release().is_some() && index.is_of_gathered_rest(e.node_ref, self.made_at);
        is_read
            && !index.is_of_last_round(e.node_ref)
            && !is_gone()
            && !self.is_removed_before(e)
            && !self.is_of_others(e)
            && !self.may_read_too_early(e)
            && !self.is_asked_in_rounds(e)
    }

    /// Whether a use reads the outcome in a round of a `for` that finds the task done, and may end before it is: after the last
    /// round it may be done, and nobody asks.
    pub(super) fn is_asked_in_rounds(&self, e: &TaskUse) -> bool {
        let model = self.index.model(e.node_ref);
        let Some((object, _)) = model.called_method(e.node_ref.node) else { return false };
        let is_round = |n: NodeId| {
            let target = model.child(n, Field::Left);
            let mut names = target.into_iter().flat_map(|target| model.tree.subtree(target));
            model.kind(n) == Kind::ForStatement
                && !names.any(|n| model.text(n) == model.text(object))
        };
        let asks = |n: NodeId| {
            let condition = model.child(n, Field::Condition).map(|c| model.bare(c));
            let asked = condition.and_then(|c| model.called_method(c));
            model.kind(n) == Kind::IfStatement
                && asked.is_some_and(|(asked, name)| {
                    name == "done" && model.text(asked) == model.text(object)
                })
        };
        let around = model.tree.ancestors(e.node_ref.node);
        let around = around.take_while(|n| !model.tree.contains(*n, self.made_at.node));
        let mut around = around.skip_while(|n| !asks(*n));
        e.op == TaskOp::ReadOutcome && self.is_at_home(e) && around.any(is_round)
    }

    /// Whether a use reads the outcome with a limit in another thread, after which the function goes on and nobody cancels the
    /// task: who sees what it raises later is not known.
    pub(super) fn may_read_too_early(&self, e: &TaskUse) -> bool {
        let is_cancelled =
            || self.task_uses.uses.iter().any(|e| e.op == TaskOp::Cancel && self.is_at_home(e));
        e.op == TaskOp::ReadOutcome
            && self.is_of_thread()
            && self.is_at_home(e)
            && self.index.reads_with_limit(e.node_ref, self.made_at)
            && passes_over_limit(self.index.model(e.node_ref), e.node_ref.node)
            && !is_cancelled()
    }

    /// The same where it is not only read as something ends.
    pub(super) fn reads_now(&self, e: &TaskUse) -> bool {
        let is_at_end = || {
            let function = self.index.function_of(e.node_ref);
            let is_around = || {
                let model = self.index.model(self.made_at);
                model.tree.contains(e.node_ref.node, self.made_at.node)
            };
            let is_own = self.is_at_home(e) && (e.node_ref > self.made_at || is_around());
            !is_own && function.is_some_and(|f| self.index.runs_at_end(f, e.node_ref))
        };
        self.reads(e) && !is_at_end()
    }

    /// Whether a read of the outcome is raised where the task is made: `task.result()`.
    pub(super) fn raises_result(&self, e: &TaskUse) -> bool {
        let method = self.index.model(e.node_ref).callee_name(e.node_ref.node);
        method == Some("result") && self.is_at_home(e)
    }

    fn ignores_read(&self, e: &TaskUse) -> bool {
        let at = e.inner.unwrap_or(e.node_ref);
        let model = self.index.model(at);
        let is_ignored = || is_silenced(model, at.node) || is_discarded(model, at.node);
        e.op == TaskOp::ReadOutcome && (is_ignored() || self.reads_partly(e))
    }

    /// Whether a use reads the exception, and looks at one class of it only.
    fn reads_partly(&self, e: &TaskUse) -> bool {
        let at = e.inner.unwrap_or(e.node_ref);
        e.op == TaskOp::ReadOutcome && is_partly_read(self.index.model(at), at.node)
    }

    /// Where code takes the exception, and looks at one class of it only.
    pub(super) fn partial_read(&self) -> Option<NodeRef> {
        let read = self.find(|e| self.reads_partly(e)).map(|e| e.node_ref);
        let mut callbacks = self.task_uses.callbacks();
        read.or_else(|| callbacks.find_map(|c| self.index.outcome_partly_read_in(c)))
    }

    /// Where a callback takes the exception and shows it to nobody.
    pub(super) fn discarding_callback(&self) -> Option<NodeRef> {
        self.task_uses.callbacks().find_map(|callback| {
            let partial = || self.index.outcome_partly_read_in(callback);
            self.index.outcome_discarded_in(callback).or_else(partial)
        })
    }

    /// Whether a use is of the other tasks only: `if task is not ended:` around it, for the task `ended`.
    fn is_of_others(&self, e: &TaskUse) -> bool {
        if !self.is_at_home(e) {
            return false;
        }
        let model = self.index.model(self.made_at);
        let target = model.parent_of_kind(self.made_at.node, Kind::Assignment);
        let name = target.and_then(|n| model.child(n, Field::Left)).map(|n| model.text(n));
        // What a use is compared with: `ended` in `task is not ended`.
        let differs_from = |condition: NodeId| {
            let sides: Vec<NodeId> = model.tree.children(condition).collect();
            let [left, right] = sides[..] else { return None };
            let is_unequal = matches!(model.between(left, right).trim(), "!=" | "is not");
            let used: Vec<&str> =
                model.tree.subtree(e.node_ref.node).map(|n| model.text(n)).collect();
            match (used.contains(&model.text(left)), used.contains(&model.text(right))) {
                (true, false) => is_unequal.then(|| model.text(right)),
                (false, true) => is_unequal.then(|| model.text(left)),
                _ => None,
            }
        };
        let around = model.tree.ancestors(e.node_ref.node);
        let around = around.take_while(|n| model.kind(*n) != Kind::FunctionDefinition);
        let mut branches = around.filter(|n| model.kind(*n) == Kind::IfStatement);
        name.is_some()
            && branches.any(|n| {
                let suite = model.child(n, Field::Consequence);
                let is_inside = suite.is_some_and(|s| model.tree.contains(s, e.node_ref.node));
                let condition = model.child(n, Field::Condition).map(|c| model.bare(c));
                condition
                    .filter(|_| is_inside)
                    .is_some_and(|condition| differs_from(condition) == name)
            })
    }

    /// Whether a use takes the exception and shows it to nobody, so that asyncio does not log it.
    pub(super) fn retrieves(&self, e: &TaskUse) -> bool {
        let retrieves = matches!(e.op, TaskOp::Await { retrieves: true, .. });
        self.ignores_read(e)
            || retrieves
                && !self.index.is_blind(e, self.task_uses)
                && !self.is_left_out_at_stop(e)
                && !self.is_of_next(e)
    }

    /// Whether what waits for the task here is in sight: it may be other code, such as an async generator that it is given to.
    pub(super) fn is_followed(&self, e: &TaskUse) -> bool {
        let tree = &self.index.model(self.made_at).tree;
        let (at, sink) = (e.node_ref, self.classified.sink);
        matches!(e.op, TaskOp::Await { .. })
            && at.file == self.made_at.file
            && (tree.contains(at.node, sink) || tree.contains(sink, at.node))
    }
}

/// Whether a use is a wait for the first of several: what is not among the first is not read.
pub(super) fn waits_for_first(e: &TaskUse) -> bool {
    matches!(e.op, TaskOp::Await { timeout: Timeout::FirstDone, .. })
}

impl WorkspaceIndex<'_> {
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
}

/// Whether code around a node catches a TimeoutError, and goes on.
fn passes_over_limit(model: &Model, node: NodeId) -> bool {
    let names = ["TimeoutError", "Exception", "BaseException"];
    let mut inner = node;
    let around = model.tree.ancestors(node);
    let mut around = around.take_while(|n| model.kind(*n) != Kind::FunctionDefinition);
    around.any(|n| {
        let is_body = model.tree.field(inner) == Field::Body;
        inner = n;
        let mut clauses = model.children_of_kind(n, Kind::ExceptClause);
        let mut items = model.children_of_kind(n, Kind::WithClause);
        let suppresses = |n| suppresses(model, n, &names);
        let first = clauses.find(|clause| is_body && catches(model, *clause, &names));
        first.is_some_and(|clause| !raises_again(model, clause))
            || items.any(|items| model.tree.descendants(items).any(suppresses))
    })
}
