//! Whose cancellation a wait raises: that of the coroutine itself, or of another task that it waits for; and whether what catches it
//! raises it again. It does not know where it is caught.

use super::coroutine_exit::{names_any, suspensions};
use super::harmless_calls::gathers_results;
use crate::python::{Cfg, Field, Kind, Model, NodeId, ProgramPoint};

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
        let Some(object) = model.child(c, Field::Object) else { return false };
        let is_of_object = |n: NodeId| {
            let mut inside = model.tree.subtree(object);
            inside.any(|o| model.kind(o) == Kind::Identifier && model.text(o) == model.text(n))
        };
        let goes_over = |l: &NodeId| {
            let target = model.child(*l, Field::Left);
            target.is_some_and(|target| model.tree.subtree(target).any(is_of_object))
        };
        let mut iterated = loops.filter(goes_over).filter_map(|l| model.child(l, Field::Right));
        let is_iterated = |n: NodeId| model.tree.subtree(n).any(known);
        known(object) || iterated.any(is_iterated)
    })
}

/// `await asyncio.wait(tasks)`, `await asyncio.gather(*tasks, return_exceptions=True)`: what this raises is none of the tasks'.
fn raises_none_of_tasks(model: &Model, waiting: NodeId) -> bool {
    let call = model.tree.first_child(waiting).map(|n| model.bare(n));
    call.is_some_and(|call| {
        model.is_call_of(call, &["asyncio.wait"]) || gathers_results(model, call)
    })
}

/// Whether a call cancels the task that runs it: `asyncio.current_task().cancel()`.
pub(super) fn cancels_itself(model: &Model, call: NodeId) -> bool {
    let is_own = |n: NodeId| {
        let callee = model.child(model.bare(n), Field::Function);
        callee.is_some_and(|callee| model.is_path(callee, &["asyncio.current_task"]))
    };
    let Some((object, "cancel")) = model.called_method(call) else { return false };
    let bindings = match model.kind(object) {
        Kind::Identifier => model.bindings_of(object),
        _ => &[],
    };
    is_own(object) || bindings.iter().filter_map(|b| b.kind.value()).any(is_own)
}

/// Whether a suite does that whatever happens in it.
pub(super) fn is_sure_to_cancel_itself(model: &Model, suite: NodeId) -> bool {
    let mut statements = model.tree.children(suite).filter_map(|n| model.tree.first_child(n));
    statements.any(|n| cancels_itself(model, n))
}

/// `raise`, an exit of the program, or a cancellation of the own task.
pub(super) fn leaves_by_error(model: &Model, node: NodeId) -> bool {
    // `sys.exit()`, `os._exit()`, `self.loop.stop()`, but not `self.timer.stop()`.
    let is_exit = || match model.callee_name(node) {
        Some("exit" | "_exit") => true,
        Some("stop") => model
            .called_method(node)
            .is_some_and(|(object, _)| model.text(object).trim_end_matches("()").ends_with("loop")),
        _ => false,
    };
    match model.kind(node) {
        Kind::RaiseStatement => true,
        Kind::Call => is_exit() || cancels_itself(model, node),
        _ => false,
    }
}

/// Whether a clause that catches a cancellation leaves the function by an error: not if it only raises under a condition, which is not
/// whether the function is cancelled.
pub(super) fn is_left_by_error(model: &Model, function: NodeId, catcher: NodeId) -> bool {
    let inside = || model.tree.descendants(catcher);
    if !inside().any(|n| leaves_by_error(model, n)) {
        return false;
    }
    let is_other = |n| model.kind(n) != Kind::RaiseStatement && leaves_by_error(model, n);
    let is_asked = |n| match model.callee_name(n) {
        Some("cancelling") => true,
        name => name == Some("isinstance") && names_any(model, n, &["CancelledError"]),
    };
    let Some(flow) = Cfg::build(model, function, &|_| false) else { return true };
    let first = model.suite_of(catcher).and_then(|suite| model.tree.first_child(suite));
    let points = points_of_start(model, &flow, first);
    let reached = flow.reachable_from(points, false, &[flow.raise_points()]);
    let is_outside = |p: ProgramPoint| {
        flow.nodes(p).iter().any(|n| !model.tree.contains(catcher, *n)) || p == flow.exit()
    };
    inside().any(is_other) || inside().any(is_asked) || !reached.points().any(is_outside)
}

/// The points at which a statement starts.
pub(super) fn points_of_start(
    model: &Model,
    flow: &Cfg,
    statement: Option<NodeId>,
) -> Vec<ProgramPoint> {
    let mut head = statement.into_iter().flat_map(|statement| model.tree.subtree(statement));
    let entry = head.find_map(|n| Some(flow.points_of(model, n)).filter(|p| !p.is_empty()));
    entry.unwrap_or_default()
}

/// Whether a clause raises a cancellation again before it waits for anything: `if isinstance(error, CancelledError): raise`.
pub(super) fn raises_cancellation_first(model: &Model, function: NodeId, clause: NodeId) -> bool {
    let Some(suite) = model.suite_of(clause) else { return false };
    let raises = |statement: NodeId| {
        let condition = model.child(statement, Field::Condition).map(|c| model.bare(c));
        let is_asked = condition.is_some_and(|c| {
            model.callee_name(c) == Some("isinstance") && names_any(model, c, &["CancelledError"])
        });
        let last = model
            .child(statement, Field::Consequence)
            .and_then(|consequence| model.tree.children(consequence).last());
        is_asked && last.is_some_and(|last| model.kind(last) == Kind::RaiseStatement)
    };
    let Some(raise) = model.tree.children(suite).find(|n| raises(*n)) else { return false };
    suspensions(model, function, suite).all(|n| n > raise)
}
