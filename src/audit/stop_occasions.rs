//! When a function that stops tasks runs, if that is not the end of the application or of an object: a restart, a
//! request, an error. It follows no task and no caller.

use std::sync::Arc;

use super::answers::TaskStores;
use super::coroutine_exit::{catches, catches_only_cancellation};
use super::index::WorkspaceIndex;
use super::types::{NodeRef, StopOccasion, StorageLocation, TaskOrigin};
use crate::python::{Cfg, Field, Kind, NodeId};
use crate::tasks::libraries::{ContainerMethod, HookPhase, MethodEffect, Role, is_last_name};
use crate::tasks::new_container;

/// How the names of functions begin that end something.
pub(super) const END_VERBS: &[&str] = &[
    "aclose",
    "aexit",
    "astop",
    "cancel",
    "clean",
    "cleanup",
    "close",
    "destroy",
    "disconnect",
    "dispose",
    "exit",
    "finalize",
    "finish",
    "halt",
    "kill",
    "lost",
    "quit",
    "shut",
    "shutdown",
    "stop",
    "teardown",
    "terminate",
    "unload",
];

/// What is caught where a program or a task ends.
const ENDINGS: &[&str] =
    &["BaseException", "CancelledError", "GeneratorExit", "KeyboardInterrupt", "SystemExit"];

/// How the names of functions begin that register a function for an event.
const EVENT_REGISTRATIONS: &[&str] =
    &["add_event", "add_handler", "add_listener", "register_", "subscribe", "on_", "call_later"];

/// How the names of functions begin that start something, perhaps again.
const START_VERBS: &[&str] =
    &["connect", "reconnect", "reload", "reschedule", "restart", "resume", "schedule", "start"];

/// How the names of functions begin that prepare an object for its work, once.
const SETUP_VERBS: &[&str] = &["init", "initialise", "initialize", "setup"];

/// Parts of names of events at which something ends.
const END_WORDS: &[&str] = &[
    "cancel", "clean", "clos", "connect", "destroy", "disconn", "end", "exit", "fin", "kill",
    "leave", "logout", "lost", "quit", "remov", "shut", "sig", "stop", "term", "unload", "unmount",
];

/// Maximum length of a path of calls from a function that starts something to what creates a task.
const MAX_DEPTH: u32 = 3;

impl WorkspaceIndex<'_> {
    /// The occasion at which this node of a function runs, unless it may be the end.
    pub(super) fn stop_occasion(
        &self,
        function: NodeRef,
        node_ref: NodeRef,
        origin: &TaskOrigin,
    ) -> Option<StopOccasion> {
        if origin.coroutines.contains(&function) {
            return Some(StopOccasion::OwnCoroutine);
        }
        if self.is_request_handler(function) || self.registers_request_handler(node_ref) {
            return Some(StopOccasion::Request);
        }
        if self.registers_event_handler(node_ref) || self.is_event_handler(function) {
            return Some(StopOccasion::Event);
        }
        if self.is_at_startup(function, node_ref) {
            return Some(StopOccasion::Startup);
        }
        if self.stops_former(function, node_ref)
            || self.creates_afterwards(function, node_ref, origin)
        {
            return Some(StopOccasion::Restart);
        }
        // A function that closes something may wait first, and cancel after a time limit.
        let is_error = self.is_after_error(function, node_ref) && !self.is_end(function);
        is_error.then_some(StopOccasion::Error)
    }

    /// Whether a function ends something, by its name.
    pub(super) fn is_end(&self, function: NodeRef) -> bool {
        let name = self.model(function).name_of(function.node).trim_start_matches('_');
        let words = || name.split('_');
        words().any(|word| END_VERBS.contains(&word))
    }

    /// Whether a framework calls a function for each request or command.
    pub(super) fn is_request_handler(&self, function: NodeRef) -> bool {
        let model = self.model(function);
        let is_route = |decorator: NodeId| {
            let called = model.called_method(decorator);
            called.is_some_and(|(_, name)| is_last_name(Role::RequestDecorator, name))
        };
        model.is_async(function.node) && model.decorators(function.node).into_iter().any(is_route)
    }

    /// `app.router.add_post("/stop", self.stop)`, `Depends(stop)`
    pub(super) fn registers_request_handler(&self, reference: NodeRef) -> bool {
        let model = self.model(reference);
        let arguments = model.parent_of_kind(reference.node, Kind::ArgumentList);
        let call = arguments.and_then(|arguments| model.parent_of_kind(arguments, Kind::Call));
        let Some(call) = call else { return false };
        let called = model.called_method(call);
        called.is_some_and(|(_, name)| is_last_name(Role::RequestMethod, name))
            || model.callee_name(call).is_some_and(|n| is_last_name(Role::RequestDependency, n))
    }

    /// `@sio.on("message")`, unless the event may be that of an end.
    fn is_event_handler(&self, function: NodeRef) -> bool {
        let model = self.model(function);
        let is_of_event = |decorator: NodeId| {
            let called = model.called_method(decorator);
            let text = model.text(decorator).to_lowercase();
            let text = text.split_once('(').map_or("", |(_, arguments)| arguments);
            let mut ends = END_WORDS.iter().filter(|word| **word != "stop");
            called.is_some_and(|(_, name)| matches!(name, "event" | "on"))
                && !text.is_empty()
                && !ends.any(|word| text.contains(word))
        };
        self.hook(function).is_none()
            && model.decorators(function.node).into_iter().any(is_of_event)
    }

    /// `client.add_event_handler("message", self._on_message)`, unless the event, or the name of the function, may be that of
    /// an end.
    fn registers_event_handler(&self, reference: NodeRef) -> bool {
        let model = self.model(reference);
        let arguments = model.parent_of_kind(reference.node, Kind::ArgumentList);
        let call = arguments.and_then(|arguments| model.parent_of_kind(arguments, Kind::Call));
        let name = call.and_then(|call| model.callee_name(call)).unwrap_or_default();
        let registers = EVENT_REGISTRATIONS.iter().any(|prefix| name.starts_with(prefix))
            || ["Callback", "Handler"].iter().any(|suffix| name.ends_with(suffix));
        let text = call.map_or("", |call| model.text(call)).to_lowercase();
        registers && !END_WORDS.iter().any(|word| text.contains(word))
    }

    /// Whether a node runs when the application starts: before the `yield` of its lifespan.
    fn is_at_startup(&self, function: NodeRef, node_ref: NodeRef) -> bool {
        let Some(hook) = self.hook(function) else { return false };
        match hook.phase {
            HookPhase::Startup => true,
            HookPhase::Around => self.yield_of(function).is_some_and(|y| node_ref.node < y),
            HookPhase::Shutdown => false,
        }
    }

    /// Whether a function starts something, by its name.
    pub(super) fn is_start(&self, function: NodeRef) -> bool {
        START_VERBS.contains(&self.verb_of(function))
    }

    /// Whether a function prepares an object for its work, by its name: it runs again only after what ends that.
    pub(super) fn is_setup(&self, function: NodeRef) -> bool {
        SETUP_VERBS.contains(&self.verb_of(function))
    }

    /// The first word of a function's name.
    fn verb_of(&self, function: NodeRef) -> &str {
        let name = self.model(function).name_of(function.node).trim_start_matches('_');
        name.split('_').next().unwrap_or(name)
    }

    /// Whether what a function that starts something stops in passing is what ran before.
    fn stops_former(&self, function: NodeRef, node_ref: NodeRef) -> bool {
        let model = self.model(function);
        let mut around = model.tree.ancestors(node_ref.node).take_while(|n| *n != function.node);
        self.is_start(function)
            && !around.any(|n| matches!(model.kind(n), Kind::FinallyClause | Kind::ExceptClause))
            && matches!(model.called_method(node_ref.node), Some((_, "cancel")))
    }

    /// Whether a function creates the next task after this node, by itself or through a function that it calls.
    fn creates_afterwards(
        &self,
        function: NodeRef,
        node_ref: NodeRef,
        origin: &TaskOrigin,
    ) -> bool {
        let Some(location) = &origin.location else { return false };
        // What is in a `finally` runs at the end, too.
        let mut around = self.model(function).tree.ancestors(node_ref.node);
        if around.any(|n| self.model(function).kind(n) == Kind::FinallyClause) {
            return false;
        }
        let stores = self.stores_of(location);
        let model = self.model(function);
        let calls_creator = |n: NodeId| {
            let callee = model.child(n, Field::Function).filter(|_| model.kind(n) == Kind::Call);
            callee.is_some_and(|node| {
                let called = self.functions(NodeRef { node, ..function });
                let mut others = called.iter().filter(|f| **f != function);
                others.any(|f| {
                    let mut creators = stores.creators.iter();
                    stores.creators.contains(f)
                        || self.is_start(*f)
                            && creators.any(|creator| self.reaches(*f, *creator, MAX_DEPTH))
                })
            })
        };
        let creates = |n: NodeId| {
            stores.nodes.iter().any(|s| s.file == function.file && s.node == n) || calls_creator(n)
        };
        let later = model.own_nodes(function.node, |kind| {
            matches!(kind, Kind::Call | Kind::Attribute | Kind::Identifier)
        });
        let is_later = |n: &NodeId| !model.tree.contains(node_ref.node, *n);
        let later: Vec<NodeId> = later.filter(|n| is_later(n) && creates(*n)).collect();
        if later.is_empty() {
            return false;
        }
        let Some(flow) = Cfg::build(model, function.node, &|_| false) else { return false };
        let starts = flow.points_of(model, node_ref.node);
        let reached = flow.reachable_from(starts, false, &[flow.raise_points()]);
        later.into_iter().any(|n| flow.points_of(model, n).iter().any(|p| reached.contains(*p)))
    }

    /// Whether a function calls another, perhaps through others.
    pub(super) fn reaches(&self, from: NodeRef, to: NodeRef, depth: u32) -> bool {
        let Some(depth) = depth.checked_sub(1) else { return false };
        let model = self.model(from);
        let calls = model.own_nodes(from.node, |kind| kind == Kind::Call);
        let callees = calls.filter_map(|call| model.child(call, Field::Function));
        let mut called = callees.flat_map(|node| self.functions(NodeRef { node, ..from }));
        called.any(|f| f == to || self.reaches(f, to, depth))
    }

    /// Where a storage location gets its tasks.
    pub(super) fn stores_of(&self, location: &StorageLocation) -> Arc<TaskStores> {
        self.answers.stores.get(location.clone(), |location| {
            let mut nodes = self.occurrences_of(location);
            nodes.retain(|occurrence| self.stores_task(*occurrence));
            let creators = nodes.iter().filter_map(|store| self.function_of(*store)).collect();
            Arc::new(TaskStores { nodes, creators })
        })
    }

    /// Whether an occurrence of a storage location receives a new task, not `None` or an empty container.
    pub(super) fn stores_task(&self, occurrence: NodeRef) -> bool {
        let model = self.model(occurrence);
        let mut node = occurrence.node;
        while let Some(item) = model.parent_of_kind(node, Kind::Subscript)
            && model.tree.field(node) == Field::Value
        {
            node = item;
        }
        let Some(parent) = model.tree.parent(node) else { return false };
        match model.kind(parent) {
            Kind::Assignment if model.tree.field(node) == Field::Left => {
                // `self._one = self._two = None`
                let mut value = model.child(parent, Field::Right).map(|v| model.bare(v));
                while let Some(inner) = value.filter(|v| model.kind(*v) == Kind::Assignment) {
                    value = model.child(inner, Field::Right).map(|v| model.bare(v));
                }
                value.is_some_and(|v| {
                    matches!(model.kind(v), Kind::Call | Kind::Await | Kind::Identifier)
                        && !new_container(model, v).is_some_and(|made| made.is_empty)
                })
            }
            Kind::Attribute => {
                let called = model.parent_of_kind(parent, Kind::Call);
                let method = called.and_then(|call| model.called_method(call));
                method.is_some_and(|(_, name)| {
                    matches!(ContainerMethod::named(name).effect, MethodEffect::Store(_))
                })
            }
            _ => false,
        }
    }

    /// Whether a node runs only after an error that does not end the program: in an `except` of one, or before a `raise`.
    fn is_after_error(&self, function: NodeRef, node_ref: NodeRef) -> bool {
        let model = self.model(function);
        let suite = model.tree.parent(model.statement_of(node_ref.node));
        let last = suite.and_then(|suite| model.tree.children(suite).last());
        if last.is_some_and(|last| model.kind(last) == Kind::RaiseStatement) {
            let ends =
                |n: NodeId| model.kind(n) == Kind::ExceptClause && catches(model, n, ENDINGS);
            return !model.tree.ancestors(node_ref.node).any(ends);
        }
        let mut around = model.tree.ancestors(node_ref.node).take_while(|n| *n != function.node);
        around.any(|n| model.kind(n) == Kind::ExceptClause && !catches(model, n, ENDINGS))
    }

    /// Whether a node runs only after a cancellation of the function, or of its task.
    pub(super) fn is_after_cancellation(&self, function: NodeRef, node_ref: NodeRef) -> bool {
        let model = self.model(function);
        let mut around = model.tree.ancestors(node_ref.node).take_while(|n| *n != function.node);
        around.any(|n| model.kind(n) == Kind::ExceptClause && catches_only_cancellation(model, n))
    }
}
