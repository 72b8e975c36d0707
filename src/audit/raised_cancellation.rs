//! Whose cancellation a wait raises: that of the coroutine itself, or of another task that it waits for. It does not know what
//! catches it.

use super::harmless_calls::gathers_results;
use crate::python::{Field, Kind, Model, NodeId};

/// Whether a `CancelledError` of this suspension can only be that of the task itself: it awaits neither another task nor a
/// future.
pub(super) fn is_own_cancellation(model: &Model, waiting: NodeId) -> bool {
    if model.kind(waiting) != Kind::Await {
        return true;
    }
    let awaited = model.tree.first_child(waiting).map(|n| model.bare(n));
    awaited.is_some_and(|call| {
        let waits_for_others = matches!(
            model.callee_name(call),
            Some("gather" | "shield" | "wait_for" | "wait" | "wrap_future" | "ensure_future")
        );
        let first = model.positional(call).first().copied();
        let is_call = first.is_some_and(|first| {
            model.kind(first) == Kind::Call && model.callee_name(first) != Some("shield")
        });
        model.kind(call) == Kind::Call && (!waits_for_others || is_call)
    })
}

/// `await t`, `await gather(*ts)` where the function cancels what it awaits before that.
pub(super) fn awaits_cancelled_task(model: &Model, function: NodeId, waiting: NodeId) -> bool {
    if raises_none_of_tasks(model, waiting) {
        return false;
    }
    let names: Vec<String> = model.tree.subtree(waiting).filter_map(|n| model.dotted(n)).collect();
    let is_cancel = |n: &NodeId| {
        let name = model.child(*n, Field::Attribute).map(|a| model.text(a));
        model.kind(*n) == Kind::Attribute && name == Some("cancel")
    };
    let known = |n: NodeId| model.dotted(n).is_some_and(|name| names.contains(&name));
    let mut cancels = model.tree.descendants(function).filter(is_cancel);
    cancels.any(|c| {
        // `for t in tasks: t.cancel()` cancels what is in `tasks`.
        let around = model.tree.ancestors(c).take_while(|n| *n != function);
        let loops = around.filter(|n| model.kind(*n) == Kind::ForStatement);
        let mut iterated = loops.filter_map(|l| model.child(l, Field::Right));
        let is_iterated = |n: NodeId| model.tree.subtree(n).any(known);
        model.child(c, Field::Object).is_some_and(known) || iterated.any(is_iterated)
    })
}

/// `await asyncio.wait(tasks)`, `await asyncio.gather(*tasks, return_exceptions=True)`: what this raises is none of the tasks'.
fn raises_none_of_tasks(model: &Model, waiting: NodeId) -> bool {
    let call = model.tree.first_child(waiting).map(|n| model.bare(n));
    call.is_some_and(|call| {
        let callee = model.child(call, Field::Function);
        callee.is_some_and(|callee| model.is_path(callee, &["asyncio.wait"]))
            || gathers_results(model, call)
    })
}
