//! Functions that a framework, or the interpreter, calls when an application starts or ends. It follows no task.
//!
//! Sources: starlette.dev/lifespan, fastapi.tiangolo.com/advanced/events, docs.aiohttp.org/en/stable/web_advanced.html
//! (signals, cleanup contexts), quart.palletsprojects.com (startup and shutdown), sanic.dev (listeners),
//! docs.litestar.dev (hooks), docs.python.org/3/library/atexit.html.

use super::index::Index;
use super::terms::{Hook, Spot, When};
use crate::python::{Field, Kind, Model, NodeId};

impl Index<'_> {
    /// What makes a function a hook, by its decorators or by where it is registered; the application's first.
    pub fn hook(&self, function: Spot) -> Option<Hook> {
        self.hooks.get(function, |function| {
            let registered = self.registration(*function);
            registered.or_else(|| self.decorated(*function))
        })
    }

    fn decorated(&self, function: Spot) -> Option<Hook> {
        let model = self.model(function);
        model.decorators(function.node).into_iter().find_map(|decorator| {
            let (when, is_application) = decorator_meaning(model, decorator)?;
            let label = format!("`@{}`", one_line(model.text(decorator)));
            let spot = Spot { node: decorator, ..function };
            let is_awaited = !model.is_path(decorator, &["atexit.register"]);
            Some(Hook { when, is_application, is_awaited, spot, label })
        })
    }

    /// Where a function is handed to something that calls it at startup or shutdown.
    fn registration(&self, function: Spot) -> Option<Hook> {
        let model = self.model(function);
        let name = model.text(model.child(function.node, Field::Name)?);
        let refers =
            |spot: &&Spot| !self.is_test(**spot) && self.functions(**spot).contains(&function);
        let registers = |spot: &Spot| {
            let (when, node, label) = registration_meaning(self.model(*spot), spot.node)?;
            let spot = Spot { node, ..*spot };
            let is_awaited = awaits_what_it_is_given(self.model(spot), node);
            Some(Hook { when, is_application: true, is_awaited, spot, label })
        };
        let may_register = |spot: &&Spot| registers(spot).is_some();
        self.mentions(name).iter().filter(may_register).find(refers).and_then(registers)
    }

    /// The first `yield` of a function's own frame.
    pub fn yield_of(&self, function: Spot) -> Option<NodeId> {
        let model = self.model(function);
        let scope = model.scopes.opened_by(function.node)?;
        let own = |n: &NodeId| model.kind(*n) == Kind::Yield && model.frame_of(*n) == scope;
        model.tree.descendants(function.node).find(own)
    }
}

fn decorator_meaning(model: &Model, decorator: NodeId) -> Option<(When, bool)> {
    let (callee, argument) = match model.kind(decorator) {
        Kind::Call => {
            let first = model.positional(decorator).first().map(|a| unquoted(model.text(*a)));
            (model.child(decorator, Field::Function)?, first)
        }
        _ => (decorator, None),
    };
    let name = model.text(callee).rsplit('.').next().unwrap_or_default();
    if name == "register" && model.is_path(callee, &["atexit.register"]) {
        return Some((When::Shutdown, true));
    }
    Some(match (name, argument.as_deref()) {
        ("on_event" | "listener" | "on", Some(event)) => (event_meaning(event)?, true),
        ("asynccontextmanager" | "contextmanager" | "fixture", _) => (When::Around, false),
        ("while_serving", _) => (When::Around, true),
        (name, _) => (event_meaning(name)?, true),
    })
}

/// What an event's, or a listener's, name says.
fn event_meaning(event: &str) -> Option<When> {
    Some(match event {
        "startup"
        | "before_serving"
        | "before_server_start"
        | "after_server_start"
        | "main_process_start"
        | "on_startup" => When::Startup,
        "shutdown" | "after_serving" | "before_server_stop" | "after_server_stop"
        | "main_process_stop" | "on_shutdown" | "on_cleanup" | "after_shutdown" => When::Shutdown,
        "cleanup_ctx" | "lifespan" => When::Around,
        _ => return None,
    })
}

/// When a function that is handed on here, uncalled, is called.
fn registration_meaning(model: &Model, mention: NodeId) -> Option<(When, NodeId, String)> {
    let mut node = mention;
    loop {
        let parent = model.tree.parent(node)?;
        match model.kind(parent) {
            Kind::List | Kind::Tuple | Kind::ParenthesizedExpression => node = parent,
            Kind::KeywordArgument => {
                let name = model.text(model.child(parent, Field::Name)?);
                let label = format!("`{name}=`");
                return Some((event_meaning(name)?, parent, label));
            }
            // `app.router.lifespan_context = lifespan`
            Kind::Assignment if model.tree.field(node) == Field::Right => {
                let left = model.text(model.child(parent, Field::Left)?);
                let is_context = left.ends_with(".lifespan_context");
                return is_context.then(|| (When::Around, parent, format!("`{left}`")));
            }
            Kind::ArgumentList => {
                let call = model.tree.parent(parent).filter(|c| model.kind(*c) == Kind::Call)?;
                return call_meaning(model, call, node);
            }
            _ => return None,
        }
    }
}

fn call_meaning(model: &Model, call: NodeId, argument: NodeId) -> Option<(When, NodeId, String)> {
    let callee = model.child(call, Field::Function)?;
    let label = format!("`{}`", one_line(model.text(callee)));
    let method = model.child(callee, Field::Attribute).map(|a| model.text(a));
    let object = model.child(callee, Field::Object);
    // `app.on_cleanup.append(close)`
    if matches!(method, Some("append" | "extend" | "insert"))
        && let Some(list) = object.and_then(|o| model.child(o, Field::Attribute))
    {
        return Some((event_meaning(model.text(list))?, call, label));
    }
    let arguments = model.positional(call);
    match method {
        Some("add_event_handler" | "register_listener" | "add_listener") => {
            let other = arguments.iter().find(|a| **a != argument)?;
            Some((event_meaning(&unquoted(model.text(*other)))?, call, label))
        }
        Some("add_signal_handler" | "push_async_callback" | "push_async_exit") => {
            Some((When::Shutdown, call, label))
        }
        _ if model.is_path(callee, &["atexit.register", "signal.signal"]) => {
            Some((When::Shutdown, call, label))
        }
        _ => None,
    }
}

/// Whether a registration is one with a framework, which awaits coroutine functions as the application ends.
fn awaits_what_it_is_given(model: &Model, registration: NodeId) -> bool {
    let callee = model.child(registration, Field::Function);
    let name = callee.map_or("", |c| model.text(c).rsplit('.').next().unwrap_or_default());
    !matches!(
        name,
        "register" | "signal" | "add_signal_handler" | "push_async_callback" | "push_async_exit"
    )
}

fn unquoted(text: &str) -> String {
    text.trim_matches(['"', '\'']).to_owned()
}

pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
