//! What is wrong with a task: the first problem that applies, given what is known about it. It
//! analyses no code itself.

use super::assessment::{Assessment, Cancellation, Cause, Failure, Lifetime, Stop};
use super::coroutine_exit::CoroutineExit;
use super::index::WorkspaceIndex;
use super::stop_points::StopPoint;
use super::types::{ChainRoot, NodeRef, TaskUses};
use super::waiting::leaves_running;
use crate::tasks::{ClassifiedSite, Verdict};

/// What the code says about the end of a task.
pub(super) struct Ending {
    /// How its coroutine ends.
    pub(super) exit: CoroutineExit,
    /// Where its coroutine waits once more when it is cancelled.
    pub(super) cleanup: Option<NodeRef>,
    /// Whether it is created as something ends, by the name of the function.
    pub(super) is_made_at_end: bool,
    /// Whether what waits for it blocks the loop that has to run it.
    pub(super) is_blocked: bool,
}

/// The first [`Cause`] that applies to a site.
pub(super) fn first_cause(
    index: &WorkspaceIndex<'_>,
    classified: &ClassifiedSite,
    assessment: &Assessment,
    ending: &Ending,
    task_uses: &TaskUses,
    stops: &[StopPoint],
) -> Option<Cause> {
    let exit = ending.exit;
    match classified.verdict() {
        Verdict::Dropped => return Some(Cause::Dropped),
        Verdict::Unsure if assessment.owner.is_none() => return Some(Cause::DroppedIfMade),
        Verdict::Unsure => return Some(Cause::Unsure),
        Verdict::Held | Verdict::Managed => {}
    }
    let is_worker =
        matches!(exit, CoroutineExit::Loops(loop_node) if !index.ends_by_itself(loop_node));
    let is_endless =
        matches!(exit, CoroutineExit::Loops(loop_node) if !index.has_loop_exit(loop_node));
    if ending.is_blocked {
        return Some(Cause::BlocksLoop);
    }
    if assessment.cancellation == Cancellation::Swallowed {
        return Some(Cause::Swallowed);
    }
    let is_lost = assessment.failure == Failure::Lost;
    let skips = stops.iter().any(|s| s.skipped.is_some());
    if !matches!(assessment.lifetime, Lifetime::Object | Lifetime::Application) {
        let lost = is_lost.then_some(Cause::Lost);
        return skips.then_some(Cause::SkipsCleanup).or(lost);
    }
    let is_ended = |s: &StopPoint| s.chain.root.occasion().is_none();
    let in_group = !assessment.stopped_by.is_empty() && stops.is_empty();
    let is_open = assessment.stop == Stop::Unknown || task_uses.escapes();
    let is_stopped = in_group || stops.iter().any(is_ended) || is_open;
    // A loop outlives a wait with a limit.
    let is_brief = |s: &StopPoint| s.is_left() && s.wait.as_ref().is_some_and(leaves_running);
    let ends_loop = |s: &StopPoint| is_ended(s) && !is_brief(s);
    if is_endless && !(in_group || stops.iter().any(ends_loop) || is_open) {
        return Some(Cause::Endless);
    }
    let best = stops.iter().map(|s| s.chain.root).max();
    if best == Some(ChainRoot::Uncalled) && !task_uses.escapes() {
        return Some(Cause::Uncalled);
    }
    if is_lost && is_worker {
        return Some(Cause::LostWorker);
    }
    // Where it is not known what stops a task, nor is it known what waits for it.
    let is_unawaited =
        is_stopped && assessment.stop != Stop::Unknown && is_never_awaited(index, task_uses, stops);
    if is_unawaited && assessment.lifetime == Lifetime::Application {
        return Some(Cause::UnawaitedAtExit);
    }
    if is_unawaited && ending.cleanup.is_some() {
        return Some(Cause::UnawaitedCleanup);
    }
    if skips {
        return Some(Cause::SkipsCleanup);
    }
    // A set of tasks that end by themselves needs nobody who stops them.
    // Nor does what only runs as its owner closes.
    if !is_stopped && (is_worker || !assessment.is_released && !ending.is_made_at_end) {
        return Some(Cause::Unstopped);
    }
    if is_unawaited {
        return Some(Cause::Unawaited);
    }
    let goes_on =
        matches!(exit, CoroutineExit::Loops(loop_node) if index.goes_on_after_errors(loop_node));
    if is_worker && !goes_on && assessment.failure == Failure::AwaitedAtStop {
        return Some(Cause::Late);
    }
    let ends =
        matches!(exit, CoroutineExit::Loops(loop_node) if index.ends_after_errors(loop_node));
    if is_worker && ends && assessment.failure == Failure::Partly {
        return Some(Cause::PartlyLost);
    }
    is_lost.then_some(Cause::Lost)
}

/// Whether tasks are cancelled and never given a chance to finish.
pub fn is_never_awaited(
    index: &WorkspaceIndex<'_>,
    task_uses: &TaskUses,
    stops: &[StopPoint],
) -> bool {
    let mut cancelling = stops.iter().filter(|s| s.cancel.is_some()).peekable();
    cancelling.peek().is_some()
        && !task_uses.waits()
        && !task_uses.may_be_awaited()
        && !cancelling.any(|s| s.wait.is_some() || s.proxy.is_some() || index.waits_inside(s))
        && !task_uses.callbacks().any(|c| index.callback_passes_task_on(c))
}
