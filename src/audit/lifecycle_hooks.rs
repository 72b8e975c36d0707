//! Functions that a framework, or the interpreter, calls when an application starts or ends. It follows no task.
//!
//! Sources: starlette.dev/lifespan, fastapi.tiangolo.com/advanced/events, docs.aiohttp.org/en/stable/web_advanced.html
//! (signals, cleanup contexts), quart.palletsprojects.com (startup and shutdown), sanic.dev (listeners),
//! docs.litestar.dev (hooks), docs.python.org/3/library/atexit.html.

use super::index::WorkspaceIndex;
use super::types::{HookPhase, LifecycleHook, NodeRef};
use crate::python::{Field, Kind, Model, NodeId};

impl WorkspaceIndex<'_> {
    /// The hook that a function is, by its registration or else by its decorators.
    pub fn hook(&self, function: NodeRef) -> Option<LifecycleHook> {
        self.hooks.get(function, |function| {
            let registered = self.hook_from_registration(*function);
            registered.or_else(|| self.hook_from_decorator(*function))
        })
    }

    fn hook_from_decorator(&self, function: NodeRef) -> Option<LifecycleHook> {
        let model = self.model(function);
        model.decorators(function.node).into_iter().find_map(|decorator| {
            let (phase, is_application) = decorator_phase(model, decorator)?;
            let label = format!("`@{}`", one_line(model.text(decorator)));
            let node_ref = NodeRef { node: decorator, ..function };
            let is_awaited = !model.is_path(decorator, &["atexit.register"]);
            Some(LifecycleHook { phase, is_application, is_awaited, node_ref, label })
        })
    }

    /// The hook that a function becomes by being registered for startup or shutdown.
    fn hook_from_registration(&self, function: NodeRef) -> Option<LifecycleHook> {
        let model = self.model(function);
        let name = model.text(model.child(function.node, Field::Name)?);
        let refers = |node_ref: &&NodeRef| {
            !self.is_test(**node_ref) && self.functions(**node_ref).contains(&function)
        };
        let registers = |node_ref: &NodeRef| {
            let (phase, node, label) = registration_phase(self.model(*node_ref), node_ref.node)?;
            let node_ref = NodeRef { node, ..*node_ref };
            let is_awaited = awaits_coroutine_functions(self.model(node_ref), node);
            Some(LifecycleHook { phase, is_application: true, is_awaited, node_ref, label })
        };
        let may_register = |node_ref: &&NodeRef| registers(node_ref).is_some();
        self.occurrences(name).iter().filter(may_register).find(refers).and_then(registers)
    }

    /// The first `yield` of a function's own frame.
    pub fn yield_of(&self, function: NodeRef) -> Option<NodeId> {
        let model = self.model(function);
        let scope = model.scopes.opened_by(function.node)?;
        let own = |n: &NodeId| model.kind(*n) == Kind::Yield && model.frame_of(*n) == scope;
        model.tree.descendants(function.node).find(own)
    }
}

fn decorator_phase(model: &Model, decorator: NodeId) -> Option<(HookPhase, bool)> {
    let (callee, argument) = match model.kind(decorator) {
        Kind::Call => {
            let first = model.positional(decorator).first().map(|a| unquoted(model.text(*a)));
            (model.child(decorator, Field::Function)?, first)
        }
        _ => (decorator, None),
    };
    let name = model.text(callee).rsplit('.').next().unwrap_or_default();
    if name == "register" && model.is_path(callee, &["atexit.register"]) {
        return Some((HookPhase::Shutdown, true));
    }
    Some(match (name, argument.as_deref()) {
        ("on_event" | "listener" | "on", Some(event)) => (event_phase(event)?, true),
        ("asynccontextmanager" | "contextmanager" | "fixture", _) => (HookPhase::Around, false),
        ("while_serving", _) => (HookPhase::Around, true),
        (name, _) => (event_phase(name)?, true),
    })
}

/// The phase that the name of an event or a listener stands for.
fn event_phase(event: &str) -> Option<HookPhase> {
    Some(match event {
        "startup"
        | "before_serving"
        | "before_server_start"
        | "after_server_start"
        | "main_process_start"
        | "on_startup" => HookPhase::Startup,
        "shutdown" | "after_serving" | "before_server_stop" | "after_server_stop"
        | "main_process_stop" | "on_shutdown" | "on_cleanup" | "after_shutdown" => {
            HookPhase::Shutdown
        }
        "cleanup_ctx" | "lifespan" => HookPhase::Around,
        _ => return None,
    })
}

/// The phase in which a function that is passed on here gets called.
fn registration_phase(model: &Model, occurrence: NodeId) -> Option<(HookPhase, NodeId, String)> {
    let mut node = occurrence;
    loop {
        let parent = model.tree.parent(node)?;
        match model.kind(parent) {
            Kind::List | Kind::Tuple | Kind::ParenthesizedExpression => node = parent,
            Kind::KeywordArgument => {
                let name = model.text(model.child(parent, Field::Name)?);
                let label = format!("`{name}=`");
                return Some((event_phase(name)?, parent, label));
            }
            // `app.router.lifespan_context = lifespan`
            Kind::Assignment if model.tree.field(node) == Field::Right => {
                let left = model.text(model.child(parent, Field::Left)?);
                let is_context = left.ends_with(".lifespan_context");
                return is_context.then(|| (HookPhase::Around, parent, format!("`{left}`")));
            }
            Kind::ArgumentList => {
                let call = model.tree.parent(parent).filter(|c| model.kind(*c) == Kind::Call)?;
                return call_phase(model, call, node);
            }
            _ => return None,
        }
    }
}

fn call_phase(
    model: &Model,
    call: NodeId,
    argument: NodeId,
) -> Option<(HookPhase, NodeId, String)> {
    let callee = model.child(call, Field::Function)?;
    let label = format!("`{}`", one_line(model.text(callee)));
    let method = model.child(callee, Field::Attribute).map(|a| model.text(a));
    let object = model.child(callee, Field::Object);
    // `app.on_cleanup.append(close)`
    if matches!(method, Some("append" | "extend" | "insert"))
        && let Some(list) = object.and_then(|o| model.child(o, Field::Attribute))
    {
        return Some((event_phase(model.text(list))?, call, label));
    }
    let arguments = model.positional(call);
    match method {
        Some("add_event_handler" | "register_listener" | "add_listener") => {
            let other = arguments.iter().find(|a| **a != argument)?;
            Some((event_phase(&unquoted(model.text(*other)))?, call, label))
        }
        Some("add_signal_handler" | "push_async_callback" | "push_async_exit") => {
            Some((HookPhase::Shutdown, call, label))
        }
        _ if model.is_path(callee, &["atexit.register", "signal.signal"]) => {
            Some((HookPhase::Shutdown, call, label))
        }
        _ => None,
    }
}

/// Whether a registration is with a framework, which awaits coroutine functions at shutdown.
fn awaits_coroutine_functions(model: &Model, registration: NodeId) -> bool {
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
