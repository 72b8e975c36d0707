//! Statements that never complete, or not before the program is stopped. It knows no tasks.

use crate::python::{Field, Kind, Model, NodeId};
use crate::tasks::libraries::{Role, is_last_name, names};

/// Whether a statement runs the event loop until something is done:
/// `loop.run_until_complete(main())`.
fn runs_the_loop(model: &Model, statement: NodeId) -> bool {
    // The statements in a block are asked about by themselves.
    let is_own = |n: &NodeId| model.kind(*n) == Kind::Call && model.statement_of(*n) == statement;
    model.tree.descendants(statement).filter(is_own).any(|call| {
        let Some(callee) = model.child(call, Field::Function) else { return false };
        let method = model.child(callee, Field::Attribute).map(|a| model.text(a));
        model.frame_of(call) == model.frame_of(statement)
            && match method {
                Some("run_until_complete") => true,
                Some("run") => model.is_path(callee, &["asyncio.Runner().run"]),
                _ => false,
            }
    })
}

/// Whether a statement waits until the program, or a server, is told to stop: `await
/// stop_event.wait()`, `await server.serve()`; or runs the event loop. Until then the frame keeps
/// its locals.
pub(super) fn waits_for_shutdown(model: &Model, statement: NodeId) -> bool {
    if !model.kind(statement).is_statement() {
        return false;
    }
    if runs_the_loop(model, statement) {
        return true;
    }
    let awaited = model
        .tree
        .first_child(statement)
        .filter(|e| model.kind(*e) == Kind::Await)
        .and_then(|e| model.tree.first_child(e));
    match awaited.and_then(|call| model.called_method(call)) {
        Some((object, "wait")) => model.is_path(object, names(Role::Event)),
        Some((_, method)) => names(Role::ServerMethod).contains(&method),
        None => false,
    }
}

/// Whether a loop ends only by a `break`, an exception, or the end of a stream: `while True:`, `async for`.
pub fn is_endless_loop(model: &Model, statement: NodeId) -> bool {
    match model.kind(statement) {
        Kind::WhileStatement => model
            .child(statement, Field::Condition)
            .is_some_and(|c| matches!(model.text(model.bare(c)), "True" | "1")),
        Kind::ForStatement => model.text(statement).starts_with("async"),
        _ => false,
    }
}

/// Whether a loop awaits something in each turn until other code tells it to stop: `while self.running:`,
/// `while not stop.is_set():`.
fn is_poll_loop(model: &Model, statement: NodeId) -> bool {
    if model.kind(statement) != Kind::WhileStatement {
        return false;
    }
    let Some(condition) = model.child(statement, Field::Condition) else { return false };
    let bare = model.bare(condition);
    let tested = match model.kind(bare) {
        Kind::NotOperator => model.tree.first_child(bare).map_or(bare, |inner| model.bare(inner)),
        _ => bare,
    };
    let is_told = match model.kind(tested) {
        Kind::Attribute => true,
        Kind::Call => model.called_method(tested).is_some_and(|(_, method)| method == "is_set"),
        _ => false,
    };
    let awaits =
        |n: NodeId| model.kind(n) == Kind::Await && model.frame_of(n) == model.frame_of(statement);
    is_told && model.tree.descendants(statement).any(awaits)
}

/// Whether a statement runs until the program, a server, or the object that it belongs to is stopped.
pub fn runs_until_stopped(model: &Model, statement: NodeId) -> bool {
    is_endless_loop(model, statement)
        || is_poll_loop(model, statement)
        || never_completes(model, statement)
        || waits_for_shutdown(model, statement)
}

/// Whether a statement runs for good unless other code stops it: unlike [`runs_until_stopped`] without loops that leave by
/// themselves, and without waiting for what may be near its end.
pub fn runs_for_good(model: &Model, statement: NodeId) -> bool {
    let leaves = |n: NodeId| {
        let ends = matches!(model.kind(n), Kind::BreakStatement | Kind::ReturnStatement);
        ends && model.frame_of(n) == model.frame_of(statement)
    };
    let is_loop = model.kind(statement) == Kind::WhileStatement
        && (is_endless_loop(model, statement) || is_poll_loop(model, statement));
    is_loop && !model.tree.descendants(statement).any(leaves) || never_completes(model, statement)
}

/// The call that a statement consists of, and whether it is awaited.
fn only_call(model: &Model, statement: NodeId) -> Option<(NodeId, bool)> {
    let is_expression = model.kind(statement) == Kind::ExpressionStatement;
    let expression = model.tree.first_child(statement).filter(|_| is_expression)?;
    let expression = model.bare(expression);
    let is_awaited = model.kind(expression) == Kind::Await;
    let called = if is_awaited { model.tree.first_child(expression)? } else { expression };
    let call = Some(model.bare(called)).filter(|call| model.kind(*call) == Kind::Call)?;
    Some((call, is_awaited))
}

/// What a statement calls by a name under which libraries have methods that never complete: `self.run_forever`. The project may
/// have a method of that name.
pub(super) fn endless_method(model: &Model, statement: NodeId) -> Option<NodeId> {
    let callee = model.child(only_call(model, statement)?.0, Field::Function)?;
    let method = model.child(callee, Field::Attribute).map(|a| model.text(a))?;
    names(Role::EndlessMethod).contains(&method).then_some(callee)
}

/// Whether a function gets into a loop, outside of any branch, that it cannot leave.
pub(super) fn ends_in_loop(model: &Model, function: NodeId) -> bool {
    let body = model.child(function, Field::Body);
    let mut statements = body.into_iter().flat_map(|body| model.tree.children(body));
    statements.any(|statement| {
        let is_loop = model.kind(statement) == Kind::WhileStatement;
        is_loop && is_endless_loop(model, statement) && runs_for_good(model, statement)
    })
}

/// Whether a statement waits for something that nothing can ever end: `await asyncio.Event().wait()`,
/// `await asyncio.Future()`, `await server.serve_forever()`, `loop.run_forever()`.
pub(super) fn never_completes(model: &Model, statement: NodeId) -> bool {
    let Some((call, is_awaited)) = only_call(model, statement) else { return false };
    let Some(callee) = model.child(call, Field::Function) else { return false };
    if endless_method(model, statement).is_some() {
        return true;
    }
    let method = model.child(callee, Field::Attribute).map(|a| model.text(a));
    // The name is checked first: resolving it is expensive.
    if method.is_some_and(|m| is_last_name(Role::EndlessFunction, m))
        && model.is_path(callee, names(Role::EndlessFunction))
    {
        return true;
    }
    if !is_awaited {
        return false;
    }
    let endless_sleep = || {
        let delay = model.positional(call).first().map(|d| model.text(*d).replace(['"', '\''], ""));
        model.is_path(callee, names(Role::Sleep))
            && delay.is_some_and(|d| matches!(d.as_str(), "float(inf)" | "math.inf" | "inf"))
    };
    let event = || {
        let object = model.child(callee, Field::Object).map(|o| model.bare(o));
        method == Some("wait")
            && object.is_some_and(|o| {
                model.kind(o) == Kind::Call && model.is_path(o, names(Role::Event))
            })
    };
    let future = || model.is_path(callee, names(Role::EndlessAwaitable));
    endless_sleep() || event() || future()
}
