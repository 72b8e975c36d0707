//! Statements that never complete, or not before the program is stopped. It knows no tasks.

use crate::python::{Field, Kind, Model, NodeId};

/// Methods that return only when the program ends, whatever the receiver.
const METHODS: &[&str] = &["serve_forever", "run_forever", "run_until_disconnected"];

/// Functions that return only when the program ends or its event loop is stopped.
///
/// Sources: docs.twistedmatrix.com (IReactorCore.run), tornadoweb.org (IOLoop.start), docs.aiohttp.org (web.run_app).
const RUNS: &[&str] = &[
    "twisted.internet.reactor.run",
    "tornado.ioloop.IOLoop().start",
    "tornado.ioloop.IOLoop.current().start",
    "tornado.ioloop.IOLoop.instance().start",
    "aiohttp.web.run_app",
];

/// Whether a statement runs the event loop until something is done:
/// `loop.run_until_complete(main())`.
fn runs_the_loop(model: &Model, statement: NodeId) -> bool {
    let inside = std::iter::once(statement).chain(model.tree.descendants(statement));
    let mut calls = inside.into_iter().filter(|n| model.kind(*n) == Kind::Call);
    calls.any(|call| {
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
        Some((object, "wait")) => {
            model.is_path(object, &["asyncio.Event()", "asyncio.locks.Event()", "anyio.Event()"])
        }
        Some((_, "serve" | "wait_closed" | "wait_for_termination" | "idle")) => true,
        _ => false,
    }
}

/// Whether a statement waits for something that nothing can ever end: `await asyncio.Event().wait()`,
/// `await asyncio.Future()`, `await server.serve_forever()`, `loop.run_forever()`.
pub(super) fn never_completes(model: &Model, statement: NodeId) -> bool {
    if model.kind(statement) != Kind::ExpressionStatement {
        return false;
    }
    let Some(expression) = model.tree.first_child(statement) else {
        return false;
    };
    let (awaited, call) = match model.kind(expression) {
        Kind::Await => (true, model.tree.first_child(expression)),
        _ => (false, Some(expression)),
    };
    let Some(call) = call.map(|c| model.bare(c)).filter(|c| model.kind(*c) == Kind::Call) else {
        return false;
    };
    let Some(callee) = model.child(call, Field::Function) else {
        return false;
    };
    let method = model.child(callee, Field::Attribute).map(|a| model.text(a));
    if method.is_some_and(|m| METHODS.contains(&m)) {
        return true;
    }
    if matches!(method, Some("run" | "start" | "run_app")) && model.is_path(callee, RUNS) {
        return true;
    }
    if !awaited {
        return false;
    }
    let endless_sleep = || {
        let delay = model.positional(call).first().map(|d| model.text(*d).replace(['"', '\''], ""));
        model.is_path(callee, &["asyncio.sleep", "anyio.sleep", "trio.sleep"])
            && delay.is_some_and(|d| matches!(d.as_str(), "float(inf)" | "math.inf" | "inf"))
    };
    let event = || {
        let object = model.child(callee, Field::Object).map(|o| model.bare(o));
        method == Some("wait")
            && object.is_some_and(|o| {
                model.kind(o) == Kind::Call && model.is_path(o, &["asyncio.Event()"])
            })
    };
    let future = || {
        model.is_path(
            callee,
            &[
                "asyncio.Future",
                "asyncio.get_running_loop().create_future",
                "asyncio.get_event_loop().create_future",
                "anyio.sleep_forever",
                "trio.sleep_forever",
            ],
        )
    };
    endless_sleep() || event() || future()
}
