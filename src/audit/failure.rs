//! Who sees a task's exception: the code that awaits it, a callback, the coroutine itself, or
//! nobody. It does not rate the risk.

use super::assessment::Failure;
use super::coroutine::coroutine_arguments;
use super::decorated_exception::DecoratedException;
use super::failure_case::{FailureCase, waits_for_first};
use super::index::WorkspaceIndex;
use super::own_exceptions::{is_caught, raises_again};
use super::owner::{Owner, OwnerKind};
use super::related_location::RelatedLocation;
use super::types::{NodeRef, TaskOp, TaskUse, TaskUses};
use super::waiting::returns_exceptions;
use crate::python::{Kind, NodeId};
use crate::tasks::{ClassifiedSite, Reason};

/// Who sees an exception, and the evidence.
type Answer = (Failure, Option<RelatedLocation>);

/// A question that may decide who sees an exception.
type Question = fn(&FailureCase<'_, '_>) -> Option<Answer>;

/// The questions, in this order: the first answer counts.
const QUESTIONS: &[Question] = &[
    // Who has the task, or its coroutine, decides alone.
    raised_by_group,
    caught_by_coroutine,
    caught_by_decorator,
    seen_beside_unknown_owner,
    read_by_callback_of_caller,
    left_to_caller,
    // What sees it while the task runs.
    awaited,
    logged_by_coroutine,
    none_of_event,
    read_by_callback,
    raised_where_read,
    read,
    // What may see it.
    unclear,
    // What lets go of the task when it is done, before its owner ends: at worst asyncio logs it.
    logged_on_release,
    logged_when_dropped,
    maybe_caught_by_decorator,
    awaited_at_stop,
    maybe_caught,
    logged_after_wait,
    unknown_coroutine,
    unknown_wait,
    maybe_removed,
    // What becomes of it when its owner ends, or starts the next.
    partly_read,
    silenced,
    logged_at_end_of_frame,
    logged_on_removal,
    logged_at_next_start,
    partly_handled,
    logged_when_overwritten,
    maybe_logged,
];

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
        let case = FailureCase::new(self, owner, task_uses, function, made_at, classified);
        QUESTIONS.iter().find_map(|question| question(&case)).unwrap_or_else(|| {
            let is_awaited = case.find(|e| matches!(e.op, TaskOp::Await { .. })).is_some();
            let others = match is_awaited {
                true => "each wait for the task follows a cancellation, so that an earlier one goes unseen",
                false => "nothing awaits the task or reads its result",
            };
            let note = format!("the coroutine catches no exceptions, and {others}");
            (Failure::Lost, function.map(|f| self.related(f, note)))
        })
    }

    /// What an await does with the exception of a task.
    fn awaited_note(&self, wait: NodeRef) -> &'static str {
        let model = self.model(wait);
        let mut inside = model.tree.subtree(wait.node);
        match inside.any(|n| returns_exceptions(model, n)) {
            true => "its exception is a result here",
            false => "its exception is raised here",
        }
    }
}

/// The answer that this code shows.
fn shown(case: &FailureCase<'_, '_>, failure: Failure, at: NodeRef, note: &str) -> Option<Answer> {
    Some((failure, Some(case.index.related(at, note))))
}

fn raised_by_group(case: &FailureCase<'_, '_>) -> Option<Answer> {
    let note_at = |at| case.index.related(at, "the task group raises it on exit");
    (case.owner.kind == OwnerKind::Group)
        .then(|| (Failure::Awaited, case.owner.stored_at.map(note_at)))
}

fn caught_by_coroutine(case: &FailureCase<'_, '_>) -> Option<Answer> {
    let Some((Some(true), Some(at))) = case.caught else { return None };
    let note = match case.function == Some(at) {
        true => "nothing in the coroutine is likely to raise an exception",
        false => "the coroutine catches every exception of its own code",
    };
    shown(case, Failure::Handled, at, note)
}

fn caught_by_decorator(case: &FailureCase<'_, '_>) -> Option<Answer> {
    let DecoratedException::Caught(at) = case.decorated else { return None };
    let note = "its decorator catches every exception of the coroutine";
    shown(case, Failure::Handled, at, note)
}

/// Of a task whose owner is not known, only what its own function does is.
fn seen_beside_unknown_owner(case: &FailureCase<'_, '_>) -> Option<Answer> {
    (case.owner.kind == OwnerKind::Unknown).then_some(())?;
    let mut uses = case.task_uses.uses.iter().filter(|e| case.is_at_home(e));
    match uses.find(|e| case.raises_now(e) && case.is_sure(e)) {
        Some(seen) => shown(case, Failure::Awaited, seen.node_ref, "its exception is raised here"),
        None => Some((Failure::Unknown, None)),
    }
}

/// The caller's own site reports what it does with the task.
fn left_to_caller(case: &FailureCase<'_, '_>) -> Option<Answer> {
    let note_at = |at| case.index.related(at, "the caller gets the task");
    (case.owner.kind == OwnerKind::Caller)
        .then(|| (Failure::Caller, case.owner.stored_at.map(note_at)))
}

fn awaited(case: &FailureCase<'_, '_>) -> Option<Answer> {
    let seen = case.find(|e| case.raises_now(e) && case.is_sure(e) && !case.is_of_next(e))?;
    shown(case, Failure::Awaited, seen.node_ref, case.index.awaited_note(seen.node_ref))
}

fn logged_by_coroutine(case: &FailureCase<'_, '_>) -> Option<Answer> {
    if let DecoratedException::Logged(at) = case.decorated {
        return shown(case, Failure::Logged, at, "its decorator logs its exception here");
    }
    let at = case.index.logs_own_exceptions(case.function?, case.class.as_deref())?;
    let note = match case.index.function_of(at) == case.function {
        true => "the coroutine logs its exception here",
        false => "what the coroutine awaits logs its exception here",
    };
    if !raises_again(case.index.model(at), at.node) {
        let note = "the coroutine catches every exception of its own code";
        return shown(case, Failure::Handled, at, note);
    }
    shown(case, Failure::Logged, at, note)
}

/// Where each callback reads the outcome: `Some(None)` for nowhere, `None` if it cannot be analysed.
fn callback_reads(case: &FailureCase<'_, '_>) -> impl Iterator<Item = Option<Option<NodeRef>>> {
    case.task_uses.callbacks().map(|callback| case.index.callback_reads_outcome(callback))
}

fn read_by_callback(case: &FailureCase<'_, '_>) -> Option<Answer> {
    let read = callback_reads(case).flatten().flatten().next()?;
    shown(case, Failure::Observed, read, "its callback reads the result")
}

/// A callback that the function registers sees the exception whatever the caller of the function does.
fn read_by_callback_of_caller(case: &FailureCase<'_, '_>) -> Option<Answer> {
    (case.owner.kind == OwnerKind::Caller).then(|| read_by_callback(case))?
}

/// `task.result()` in the function that makes the task, which does not only wait for the first of several.
fn raised_where_read(case: &FailureCase<'_, '_>) -> Option<Answer> {
    let seen = case.find(|e| case.reads_now(e) && case.raises_result(e))?;
    let model = case.index.model(seen.node_ref);
    let is_raised = case.find(waits_for_first).is_none() && !is_caught(model, seen.node_ref.node);
    is_raised.then_some(())?;
    shown(case, Failure::Awaited, seen.node_ref, "its exception is raised here")
}

fn read(case: &FailureCase<'_, '_>) -> Option<Answer> {
    let seen = case.find(|e| case.reads_now(e))?;
    shown(case, Failure::Observed, seen.node_ref, "its result is read here")
}

fn none_of_event(case: &FailureCase<'_, '_>) -> Option<Answer> {
    let model = case.index.model(case.made_at);
    let [only] = coroutine_arguments(model, case.classified)[..] else { return None };
    let note = "waiting for an event or for some time raises no exception";
    let is_wait = case.index.only_waits(NodeRef { node: model.bare(only), ..case.made_at });
    is_wait.then(|| shown(case, Failure::Handled, case.site(), note))?
}

/// Other code may see it: what gets the task, a wait that need not run or ends too early, a callback that cannot be read.
fn unclear(case: &FailureCase<'_, '_>) -> Option<Answer> {
    let is_replaced =
        |e: &TaskUse| case.is_of_next(e) && case.index.replaces_finished(case.owner).is_some();
    let is_unclear = case.task_uses.may_be_awaited()
        || case.find(|e| case.raises_now(e) && !is_replaced(e)).is_some()
        || callback_reads(case).any(|read| read.is_none())
        || case.find(|e| case.may_read_too_early(e) || case.is_asked_in_rounds(e)).is_some();
    is_unclear.then_some((Failure::Unknown, None))
}

fn maybe_caught_by_decorator(case: &FailureCase<'_, '_>) -> Option<Answer> {
    let DecoratedException::Unknown(decorator) = case.decorated else { return None };
    let note = "its decorator may catch exceptions of the coroutine";
    shown(case, Failure::Unknown, decorator, note)
}

/// Whether every wait of the coroutine may be caught, in what it awaits.
fn may_be_caught(case: &FailureCase<'_, '_>) -> bool {
    let catches = |f| case.index.catches_in_waits(f, case.class.as_deref());
    case.caught.is_none_or(|(all, _)| all != Some(true)) && case.function.is_some_and(catches)
}

/// Something lets go of the task once it is done, or removes it, so that asyncio logs its exception.
fn logged_on_release(case: &FailureCase<'_, '_>) -> Option<Answer> {
    (!case.is_of_thread() && case.discarding_callback().is_none()).then_some(())?;
    if let Some(release) = case.release() {
        let note =
            "nothing keeps the task any longer when it is done, so asyncio logs its exception";
        return shown(case, Failure::Logged, release, note);
    }
    if let Some(removal) = case.own_removal() {
        let note = "the coroutine removes its task here, so asyncio logs its exception";
        return shown(case, Failure::Logged, removal, note);
    }
    let guard = case.index.replaces_finished(case.owner)?;
    let is_prepared = || case.index.function_of(guard).is_some_and(|f| case.index.is_setup(f));
    (!(is_prepared() && case.is_taken_back())).then_some(())?;
    (!is_read_before_next(case, guard)).then_some(())?;
    if case.task_uses.may_be_cancelled() {
        return Some((Failure::Unknown, None));
    }
    let note = "a task that is done is replaced by the next, so asyncio logs its exception";
    shown(case, Failure::Logged, guard, note)
}

/// Whether the function that replaces a task which is done looks at its outcome before that.
fn is_read_before_next(case: &FailureCase<'_, '_>, guard: NodeRef) -> bool {
    let function = case.index.function_of(guard);
    let is_there = |at: &NodeRef| case.index.function_of(*at) == function;
    let looks = |e: &&TaskUse| matches!(e.op, TaskOp::Await { .. } | TaskOp::ReadOutcome);
    let looked = case.task_uses.uses.iter().filter(looks).map(|e| e.node_ref);
    let first = looked.filter(is_there).min();
    let replaced = case.owner.stored_at.filter(is_there);
    first.zip(replaced).is_some_and(|(first, replaced)| first < replaced)
}

fn awaited_at_stop(case: &FailureCase<'_, '_>) -> Option<Answer> {
    let seen = case.find(|e| case.raises(e) && !case.is_of_next(e) || case.reads(e))?;
    let model = case.index.model(seen.node_ref);
    let verb = match (seen.op, model.callee_name(seen.node_ref.node)) {
        (TaskOp::ReadOutcome, Some("exception")) => "read",
        _ => "raised",
    };
    let note =
        format!("its exception is {verb} here, where the task is told to stop or its owner closes");
    shown(case, Failure::AwaitedAtStop, seen.node_ref, &note)
}

/// What the coroutine awaits may catch everything: of an unresolved call, a function of the project by that name.
fn maybe_caught(case: &FailureCase<'_, '_>) -> Option<Answer> {
    let model = case.index.model(case.made_at);
    let is_handled = |node: NodeId| {
        let call = NodeRef { node: model.bare(node), ..case.made_at };
        model.kind(call.node) == Kind::Call && case.index.namesake_handles(call)
    };
    let given = || coroutine_arguments(model, case.classified).into_iter();
    let may_be = may_be_caught(case) || case.function.is_none() && given().any(is_handled);
    may_be.then_some((Failure::Unknown, None))
}

fn logged_when_dropped(case: &FailureCase<'_, '_>) -> Option<Answer> {
    // A wrapper that makes a task on some paths may make one of several, each with a coroutine of its own.
    let is_any = case.function.is_none() && case.classified.reason == Reason::Conditional;
    let is_logged = !is_any && !case.is_of_thread() && case.discarding_callback().is_none();
    (case.owner.kind == OwnerKind::Nobody && is_logged).then_some(())?;
    let note = "nothing keeps the task, so asyncio logs its exception".to_owned();
    let dropped = case.owner.evidence.clone();
    Some((Failure::Logged, dropped.map(|at| RelatedLocation { note, ..at })))
}

/// Whether the coroutine catches some exceptions, and where; none if that is not known.
fn partial_handler(case: &FailureCase<'_, '_>) -> Option<Option<NodeRef>> {
    match case.caught {
        Some((Some(false), _)) => Some(None),
        Some((_, Some(at))) => Some(Some(at)),
        _ => None,
    }
}

/// `asyncio.wait` reads no outcome, and nothing else does before the function returns: what a coroutine that is not known may raise,
/// asyncio logs.
fn logged_after_wait(case: &FailureCase<'_, '_>) -> Option<Answer> {
    let model = case.index.model(case.made_at);
    let is_wait = |e: &TaskUse| matches!(e.op, TaskOp::Await { .. }) && case.is_at_home(e);
    let reads_nothing = |e: &TaskUse| {
        let calls = |n: NodeId| model.is_call_of(n, &["asyncio.wait"]);
        is_wait(e) && e.inner.is_none() && model.tree.subtree(e.node_ref.node).any(calls)
    };
    // What it is given may be a task that others have, too.
    let is_call = |n: &NodeId| model.kind(model.bare(*n)) == Kind::Call;
    let is_new = coroutine_arguments(model, case.classified).iter().all(is_call);
    let wait = case.find(reads_nothing).filter(|_| case.function.is_none() && is_new)?;
    frame_release(case)?;
    let is_other = |e: &TaskUse| is_wait(e) && !reads_nothing(e);
    (case.find(is_other).is_none() && !is_retrieved(case) && !case.may_be_taken_back_at_home())
        .then_some(())?;
    let note = "nothing reads its outcome after this wait, so asyncio logs its exception";
    shown(case, Failure::Logged, wait.node_ref, note)
}

fn unknown_coroutine(case: &FailureCase<'_, '_>) -> Option<Answer> {
    partial_handler(case).is_none().then_some((Failure::Unknown, None))
}

fn unknown_wait(case: &FailureCase<'_, '_>) -> Option<Answer> {
    let is_hidden =
        case.owner.kind == OwnerKind::Awaiting && case.find(|e| case.is_followed(e)).is_none();
    is_hidden.then_some((Failure::Unknown, None))
}

/// As it ends, the coroutine removes something from an attribute of an object that is not known, which may be the one that keeps
/// its task: the names are the same.
fn maybe_removed(case: &FailureCase<'_, '_>) -> Option<Answer> {
    let removal = case.index.removes_by_name(case.function?, case.owner.location.as_ref()?)?;
    shown(case, Failure::Unknown, removal, "the coroutine may remove its task here")
}

/// How the frame that has the task lets go of it.
fn frame_release(case: &FailureCase<'_, '_>) -> Option<&'static str> {
    let release = case.index.frame_release(case.owner, case.made_at);
    release.filter(|_| !case.is_of_thread())
}

fn partly_read(case: &FailureCase<'_, '_>) -> Option<Answer> {
    let note = "only one class of exceptions is handled here; any other goes unseen";
    shown(case, Failure::Partly, case.partial_read()?, note)
}

fn silenced(case: &FailureCase<'_, '_>) -> Option<Answer> {
    let note = "its exception is retrieved and ignored here, so asyncio does not log it";
    let is_partly_handled = partial_handler(case).flatten().is_some() || may_be_logged(case);
    if let Some(at) = case.discarding_callback().filter(|_| !is_partly_handled) {
        return shown(case, Failure::Lost, at, note);
    }
    let is_ignored = frame_release(case).is_some()
        || case.owner.kind == OwnerKind::Holder && !case.is_of_thread();
    (is_ignored && !is_partly_handled).then_some(())?;
    let wait = case.find(|e| case.retrieves(e))?;
    shown(case, Failure::Lost, wait.node_ref, note)
}

/// Whether something takes the exception and shows it to nobody.
fn is_retrieved(case: &FailureCase<'_, '_>) -> bool {
    case.discarding_callback().is_some() || case.find(|e| case.retrieves(e)).is_some()
}

fn logged_at_end_of_frame(case: &FailureCase<'_, '_>) -> Option<Answer> {
    let note = frame_release(case)?;
    (!is_retrieved(case) && !case.is_cancelled_at_home()).then_some(())?;
    shown(case, Failure::Logged, case.function?, note)
}

/// The coroutine clears the reference to its task where it ends well, or the function that makes the task removes it.
fn logged_on_removal(case: &FailureCase<'_, '_>) -> Option<Answer> {
    (!case.is_of_thread() && !is_retrieved(case)).then_some(())?;
    let is_silent = |at| case.is_cancelled_before(at);
    let cleared = || case.index.cleared_at(case.owner, case.function?, is_silent);
    if let Some(cleared) = cleared() {
        if case.task_uses.may_be_cancelled() {
            return Some((Failure::Unknown, None));
        }
        let note = "the reference to the task is removed here, so asyncio logs its exception";
        return shown(case, Failure::Logged, cleared, note);
    }
    let removal = case.index.removed_in_home(case.made_at, case.owner.location.as_ref()?)?;
    let note = "its function removes the task here, so asyncio logs its exception";
    shown(case, Failure::Logged, removal, note)
}

/// What the coroutine awaits logs some exceptions and raises them again.
fn maybe_logged(case: &FailureCase<'_, '_>) -> Option<Answer> {
    may_be_logged(case).then_some((Failure::Unknown, None))
}

fn may_be_logged(case: &FailureCase<'_, '_>) -> bool {
    case.function.is_some_and(|f| case.index.logs_in_waits(f, case.class.as_deref()))
}

/// The next start overwrites the reference to a task that is done, and whatever cancels it leaves one alone that is done.
fn logged_at_next_start(case: &FailureCase<'_, '_>) -> Option<Answer> {
    let may_be_taken_back = case.is_taken_back() || case.task_uses.may_be_cancelled();
    (!case.is_of_thread() && !is_retrieved(case) && !may_be_taken_back).then_some(())?;
    let next =
        || case.index.replaced_at_next_start(case.owner).filter(|_| case.is_left_when_done());
    let end = overwritten(case).or_else(next)?;
    shown(case, Failure::Logged, end, OVERWRITTEN)
}

/// Each start overwrites the reference, whether the task before is done or not.
fn logged_when_overwritten(case: &FailureCase<'_, '_>) -> Option<Answer> {
    (!case.is_of_thread() && !is_retrieved(case)).then_some(())?;
    let end = overwritten(case)?;
    if case.task_uses.may_be_cancelled() {
        return Some((Failure::Unknown, None));
    }
    shown(case, Failure::Logged, end, OVERWRITTEN)
}

const OVERWRITTEN: &str = "the next start replaces the task here, so asyncio logs its exception";

fn overwritten(case: &FailureCase<'_, '_>) -> Option<NodeRef> {
    let end = case.index.overwrites_at_restart(case.owner)?;
    (!case.is_cancelled_before(end)).then_some(end)
}

fn partly_handled(case: &FailureCase<'_, '_>) -> Option<Answer> {
    if let Some(at) = partial_handler(case).flatten() {
        let note = "the coroutine catches some exceptions here; nobody sees others";
        return shown(case, Failure::Partly, at, note);
    }
    let at = case.index.handler_in_waits(case.function?, case.class.as_deref())?;
    let note = "what the coroutine awaits catches some exceptions here; nobody sees others";
    shown(case, Failure::Partly, at, note)
}
