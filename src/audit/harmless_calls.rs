//! Calls that raise nothing of interest: they log, or wait for something that cannot fail, or what they raise is caught or
//! returned around them. It knows no coroutine.

use super::coroutine_exit::{catches, suppresses};
use super::index::WorkspaceIndex;
use super::types::{NodeRef, StorageLocation};
use crate::python::{AttributeBinding, Field, Kind, Model, NodeId};
use crate::tasks::libraries::{Role, is_log_method, names};

impl WorkspaceIndex<'_> {
    /// Whether a call raises nothing of interest: it waits, or logs. A function of the project by such a name may do anything but
    /// where it is named as those of a logger are.
    pub(super) fn is_safe_call(&self, call: NodeRef) -> bool {
        let model = self.model(call);
        let is_of_logger = || model.callee_name(call.node).is_some_and(is_log_method);
        is_named_safely(model, call.node)
            && (is_of_logger() || self.called_functions(call).is_empty())
            || self.only_waits(call)
    }

    /// Whether a call is a wait for an event of asyncio, or for some time: `self._stopped.wait()`, `asyncio.sleep(5)`.
    pub(super) fn only_waits(&self, call: NodeRef) -> bool {
        let model = self.model(call);
        let callee = model.child(call.node, Field::Function);
        if callee.is_some_and(|callee| model.is_path(callee, names(Role::Sleep))) {
            return true;
        }
        let Some((node, "wait")) = model.called_method(call.node) else { return false };
        model.positional(call.node).is_empty()
            && (model.is_path(node, names(Role::Event))
                || self.stores_events(NodeRef { node, ..call }))
    }

    /// Whether an attribute of an object gets nothing but events: `self._client.closed`.
    fn stores_events(&self, object: NodeRef) -> bool {
        let Some(StorageLocation::Attribute { class, name }) = self.storage_of(object) else {
            return false;
        };
        let Some(class) = self.class_at(&class) else { return false };
        let model = self.model(class);
        let bindings = model.attribute_bindings(class.node, &name);
        let is_event = |binding: &AttributeBinding| {
            let value = binding.value();
            value.is_some_and(|value| model.is_path(value, names(Role::Event)))
        };
        let is_annotation = |b: &AttributeBinding| matches!(b, AttributeBinding::Annotation(_));
        bindings.iter().any(is_event) && bindings.iter().all(|b| is_annotation(b) || is_event(b))
    }

    /// `asyncio.sleep(interval.total_seconds())`: a call without arguments, of another library, for the argument of a safe call.
    pub(super) fn is_plain_argument(&self, call: NodeRef) -> bool {
        let model = self.model(call);
        let is_plain = |n: NodeId| {
            let arguments = model.child(n, Field::Arguments);
            model.kind(n) == Kind::Call
                && arguments.is_some_and(|list| model.tree.first_child(list).is_none())
        };
        let mut around = model.tree.ancestors(call.node).skip_while(|n| {
            matches!(model.kind(*n), Kind::BinaryOperator | Kind::ParenthesizedExpression)
        });
        let list = around.next().filter(|n| model.kind(*n) == Kind::ArgumentList);
        let outer = list.and(around.next()).filter(|_| is_plain(call.node));
        outer.is_some_and(|node| self.is_safe_call(NodeRef { node, ..call }))
            && self.called_functions(call).is_empty()
    }
}

/// Whether a call is, or is an argument of, an awaited `asyncio.gather(..., return_exceptions=True)`.
pub(super) fn is_returned(model: &Model, node: NodeId) -> bool {
    let mut around = std::iter::once(node).chain(model.tree.ancestors(node));
    around.any(|n| gathers_results(model, n))
}

pub(super) fn gathers_results(model: &Model, call: NodeId) -> bool {
    let returns = model.keyword(call, "return_exceptions");
    model.callee_name(call) == Some("gather")
        && returns.is_some_and(|value| model.kind(value) == Kind::True)
        && model.parent_of_kind(call, Kind::Await).is_some()
}

/// `asyncio.wait_for(event.wait(), 5)`, and the `event.wait()` in it, where a TimeoutError is caught.
pub(super) fn is_limited(model: &Model, call: NodeId) -> bool {
    let is_event =
        |n: NodeId| model.callee_name(n) == Some("wait") && model.positional(n).is_empty();
    let waits = |n: NodeId| {
        model.callee_name(n) == Some("wait_for")
            && model.positional(n).first().is_some_and(|first| is_event(*first))
    };
    let outer = model.tree.ancestors(call).find(|n| model.kind(*n) == Kind::Call);
    let limit = if is_event(call) { outer } else { Some(call) };
    let Some(limit) = limit.filter(|n| waits(*n)) else { return false };
    let ends = ["TimeoutError", "Exception", "BaseException"];
    let mut around = model.tree.ancestors(limit);
    around.any(|n| match model.kind(n) {
        Kind::WithStatement => {
            let items = model.children_of_kind(n, Kind::WithClause);
            let mut inside = items.flat_map(|items| model.tree.descendants(items));
            inside.any(|n| suppresses(model, n, &ends))
        }
        Kind::TryStatement => {
            let raises = |clause: NodeId| {
                let mut inside = model.tree.descendants(clause);
                inside.any(|n| model.kind(n) == Kind::RaiseStatement)
            };
            let mut clauses = model.children_of_kind(n, Kind::ExceptClause);
            let body = model.child(n, Field::Body);
            body.is_some_and(|body| model.tree.contains(body, limit))
                && clauses.any(|clause| catches(model, clause, &ends) && !raises(clause))
        }
        _ => false,
    })
}

/// `settings.get("name", "")`, not `await session.get("name")`
fn is_lookup(model: &Model, call: NodeId) -> bool {
    let first = model.positional(call).first().copied();
    model.callee_name(call) == Some("get")
        && first.is_some_and(|n| model.kind(n) == Kind::String)
        && model.parent_of_kind(call, Kind::Await).is_none()
}

/// Whether a call is of a method or function that raises nothing of interest, by its name.
fn is_named_safely(model: &Model, call: NodeId) -> bool {
    model.callee_name(call).is_some_and(|name| match name {
        // `event.set()`, not `await cache.set(key, value)`
        "append" | "clear" | "set" => model.parent_of_kind(call, Kind::Await).is_none(),
        "print" | "sleep" | "is_set" | "time" | "monotonic" => true,
        "len" | "min" | "max" | "task_done" | "cancelled" | "suppress" => true,
        "bool" | "isinstance" | "str" | "type" | "perf_counter" => true,
        "endswith" | "items" | "keys" | "lower" | "startswith" | "strip" | "upper" | "values" => {
            true
        }
        "Event" | "Lock" | "Queue" | "Semaphore" => true,
        "get_running_loop" | "current_task" | "set_result" | "set_exception" => true,
        // `self._queue.put(item)`, not `session.put(url)`
        "poll" => model.positional(call).is_empty(),
        "get" | "put" => model.called_method(call).is_some_and(|(object, _)| {
            let object = model.text(object).to_lowercase();
            object.ends_with("queue") || object.ends_with("_q") || is_lookup(model, call)
        }),
        // The audit does not know loguru's methods, unlike verdicts.
        "trace" | "success" => false,
        _ => is_log_method(name),
    })
}
