//! What done-callbacks do with their task: whether they read its outcome, or pass it on.

use super::index::WorkspaceIndex;
use super::outcome_reads::{is_discarded, is_partly_read};
use super::types::{NodeRef, TaskOp};
use super::waiting::FollowedValue;
use crate::python::{Binding, BindingKind, Field, Kind, Model, NodeId, Origin};
use crate::tasks::MethodAccess;
use crate::tasks::libraries::{ContainerMethod, MethodEffect};

/// Maximum depth of functions that a callback passes its task to.
const MAX_DEPTH: u32 = 2;

impl WorkspaceIndex<'_> {
    /// The function or lambda that a callback runs: of `partial(function)` the function, of an object its `__call__`.
    pub(super) fn callback_body(&self, callback: NodeRef) -> Option<NodeRef> {
        let model = self.model(callback);
        let at = |node| NodeRef { node, ..callback };
        let node = model.bare(callback.node);
        if model.kind(node) == Kind::Lambda {
            return Some(at(node));
        }
        if let Some(function) = self.functions(at(node)).first() {
            return Some(*function);
        }
        let class = model.origins(node).into_iter().find_map(|origin| match origin {
            Origin::Instance(class) => Some(model.path_of(class)),
            Origin::Path(path) => Some(path.strip_suffix("()")?.to_owned()),
            _ => None,
        });
        let call = class.and_then(|class| self.function_at(&format!("{class}.__call__")));
        let function = || model.positional(node).first().copied();
        call.or_else(|| self.functions(at(function()?)).first().copied())
    }

    /// Where a function reads the outcome of a task.
    fn outcome_read_in(&self, body: NodeRef) -> Option<NodeRef> {
        let model = self.model(body);
        let looks = |n: &NodeId| {
            let name = model.child(*n, Field::Attribute).map(|a| model.text(a));
            model.kind(*n) == Kind::Attribute
                && matches!(name, Some("exception" | "result"))
                && model
                    .parent_of_kind(*n, Kind::Call)
                    .is_none_or(|call| !is_discarded(model, call) && !is_partly_read(model, call))
        };
        let node = model.tree.descendants(body.node).find(looks)?;
        Some(NodeRef { node, ..body })
    }

    /// Where a callback takes the exception of its task and shows it to nobody: `lambda task: task.exception()`.
    pub(super) fn outcome_discarded_in(&self, callback: NodeRef) -> Option<NodeRef> {
        self.own_outcome_in(callback, is_discarded)
    }

    /// Where a callback takes the exception of its task and looks at one class of it only.
    pub(super) fn outcome_partly_read_in(&self, callback: NodeRef) -> Option<NodeRef> {
        self.own_outcome_in(callback, is_partly_read)
    }

    /// The call by which a callback takes the exception of its task in a way, and in no other.
    fn own_outcome_in(
        &self,
        callback: NodeRef,
        is_taken: fn(&Model, NodeId) -> bool,
    ) -> Option<NodeRef> {
        let body = self.callback_body(callback)?;
        let model = self.model(body);
        let is_own = |call: NodeId| {
            let object = model.called_method(call).map(|(object, _)| object);
            object.is_some_and(|object| is_parameter_of(model, body.node, object))
        };
        let mut calls = model.tree.descendants(body.node).filter(|n| model.kind(*n) == Kind::Call);
        let node = calls.find(|call| is_taken(model, *call) && is_own(*call))?;
        self.outcome_read_in(body).is_none().then_some(NodeRef { node, ..body })
    }

    /// Whether a lambda reads the variable of a loop around it, which is the task of the last round when it is called.
    pub(super) fn is_of_last_round(&self, read: NodeRef) -> bool {
        let model = self.model(read);
        let function = self.function_of(read);
        let lambda = model.tree.ancestors(read.node).find(|n| model.kind(*n) == Kind::Lambda);
        let is_around = |lambda: NodeId| {
            function.is_none_or(|function| model.tree.contains(function.node, lambda))
        };
        let Some(lambda) = lambda.filter(|n| is_around(*n)) else { return false };
        let is_bound = |binding: &Binding| {
            matches!(binding.kind, BindingKind::For { .. })
                && !model.tree.contains(lambda, binding.node)
        };
        let mut inside = model.tree.subtree(read.node);
        inside
            .any(|n| model.kind(n) == Kind::Identifier && model.bindings_of(n).iter().any(is_bound))
    }

    /// Where a callback reads the task's outcome: `Some(None)` for nowhere, `None` if the callback
    /// cannot be analysed.
    pub(super) fn callback_reads_outcome(&self, callback: NodeRef) -> Option<Option<NodeRef>> {
        let model = self.model(callback);
        let node = model.bare(callback.node);
        if is_of_tracker_or_event(model, node) {
            return Some(None);
        }
        let body = self.callback_body(callback)?;
        match self.outcome_read_in(body) {
            Some(read) if self.is_of_last_round(read) => None,
            Some(read) => Some(Some(read)),
            None => self.outcome_read_by_callee(body, MAX_DEPTH),
        }
    }

    /// The same for what a callback passes its task to.
    fn outcome_read_by_callee(&self, body: NodeRef, depth: u32) -> Option<Option<NodeRef>> {
        if !self.passes_parameter_on(body) {
            return Some(None);
        }
        let depth = depth.checked_sub(1)?;
        let model = self.model(body);
        let is_own = |n: NodeId| is_parameter_of(model, body.node, n);
        let calls = model.tree.descendants(body.node).filter(|n| model.kind(*n) == Kind::Call);
        let passing = calls.filter(|call| model.positional(*call).into_iter().any(is_own));
        let mut read = Some(None);
        for call in passing {
            let callee = model.child(call, Field::Function)?;
            let [function] = self.functions(NodeRef { node: callee, ..body })[..] else {
                return None;
            };
            if let Some(read) = self.outcome_read_in(function) {
                return Some(Some(read));
            }
            match self.outcome_read_by_callee(function, depth) {
                Some(Some(found)) => return Some(Some(found)),
                // A coroutine may wait for it.
                Some(None) if !self.model(function).is_async(function.node) => {}
                _ => read = None,
            }
        }
        read
    }

    /// Whether a callback passes its task on to code that may keep or await it.
    pub(super) fn callback_passes_task_on(&self, callback: NodeRef) -> bool {
        let model = self.model(callback);
        let node = model.bare(callback.node);
        if is_of_tracker_or_event(model, node) {
            return false;
        }
        self.callback_body(callback).is_none_or(|body| {
            self.passed_parameters(body).any(|node| !self.is_only_read(NodeRef { node, ..body }))
        })
    }

    /// Whether code of the project that gets a task as an argument does nothing but read and cancel it.
    fn is_only_read(&self, argument: NodeRef) -> bool {
        let uses = self.collect_task_uses(argument, FollowedValue::Task, false);
        uses.iter().all(|e| matches!(e.op, TaskOp::Cancel | TaskOp::ReadOutcome))
    }

    /// Whether a function or lambda passes one of its parameters, but not `self`, to a call that may keep or read it.
    fn passes_parameter_on(&self, body: NodeRef) -> bool {
        self.passed_parameters(body).next().is_some()
    }

    /// The arguments by which it does.
    fn passed_parameters(&self, body: NodeRef) -> impl Iterator<Item = NodeId> {
        let model = self.model(body);
        let is_own = move |n: &NodeId| {
            is_parameter_of(model, body.node, *n) && model.self_class(*n).is_none()
        };
        let is_quiet = |arguments: NodeId| {
            let called = model.tree.parent(arguments).and_then(|call| model.called_method(call));
            called.is_some_and(|(_, name)| {
                let effect = ContainerMethod::named(name).effect;
                matches!(effect, MethodEffect::Remove { .. } | MethodEffect::Take)
                    || matches!(name, "debug" | "info")
            })
        };
        let lists = model.tree.descendants(body.node);
        let lists = lists.filter(move |n| model.kind(*n) == Kind::ArgumentList && !is_quiet(*n));
        lists.flat_map(move |list| model.tree.children(list).filter(is_own))
    }
}

/// Whether a name is a parameter of a function.
fn is_parameter_of(model: &Model, function: NodeId, name: NodeId) -> bool {
    let is_of = |b: &Binding| matches!(b.kind, BindingKind::Parameter { function: of, .. } if of == function);
    model.bindings_of(name).iter().any(is_of)
}

/// Whether a callback is `tasks.discard`, `event.set` or the like, which reads no outcome.
fn is_of_tracker_or_event(model: &Model, callback: NodeId) -> bool {
    let method = MethodAccess::at(model, callback);
    matches!(method.op().effect, MethodEffect::Remove { .. })
        || matches!(method.name, "set" | "cancel")
}
