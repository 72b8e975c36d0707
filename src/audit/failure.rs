//! Who sees a task's exception: the code that awaits it, a callback, the coroutine itself, or
//! nobody. It does not rate the risk.

use super::assessment::Failure;
use super::index::WorkspaceIndex;
use super::owner::{Owner, OwnerKind};
use super::related_location::RelatedLocation;
use super::types::{NodeRef, TaskOp, TaskUse, TaskUses};
use crate::python::{Binding, BindingKind, Field, Kind, Model, NodeId};
use crate::tasks::{ContainerMethod, MethodAccess, MethodEffect};

impl WorkspaceIndex<'_> {
    /// Who sees the exception of a task with these uses, and the evidence.
    pub fn failure(
        &self,
        owner: &Owner,
        task_uses: &TaskUses,
        function: Option<NodeRef>,
    ) -> (Failure, Option<RelatedLocation>) {
        match owner.kind {
            OwnerKind::Group => {
                let note_at =
                    |node_ref| self.related(node_ref, "the group raises it where it is left");
                return (Failure::Awaited, owner.stored_at.map(note_at));
            }
            // The caller's own site reports what it does with the task.
            OwnerKind::Caller | OwnerKind::Unknown => return (Failure::Unknown, None),
            _ => {}
        }
        let home = owner.stored_at.and_then(|p| self.function_of(p));
        let find = |test: &dyn Fn(&TaskUse) -> bool| {
            let all = || task_uses.uses.iter().filter(|e| test(e));
            let own = all().find(|e| home.is_some() && self.function_of(e.node_ref) == home);
            own.or_else(|| all().next())
        };
        if let Some(seen) = find(&|e| matches!(e.op, TaskOp::Await { raises: true, .. })) {
            return (
                Failure::Awaited,
                Some(self.related(seen.node_ref, "its exception comes out here")),
            );
        }
        if let Some(seen) = find(&|e| e.op == TaskOp::ReadOutcome) {
            return (
                Failure::Observed,
                Some(self.related(seen.node_ref, "its outcome is asked for here")),
            );
        }
        let mut is_unclear = task_uses.escapes();
        for task_use in &task_uses.uses {
            let TaskOp::AddCallback(callback) = task_use.op else { continue };
            match self.callback_reads_outcome(callback) {
                Some(Some(node_ref)) => {
                    let note = "its callback asks for its outcome";
                    return (Failure::Observed, Some(self.related(node_ref, note)));
                }
                Some(None) => {}
                None => is_unclear = true,
            }
        }
        let Some(function) = function else { return (Failure::Unknown, None) };
        match self.catches_own_exceptions(function) {
            (Some(true), Some(node_ref)) => {
                let note = "the coroutine catches every exception of its own code";
                return (Failure::Handled, Some(self.related(node_ref, note)));
            }
            (Some(false), _) => {
                if let Some(decorator) = self.wrapping_decorator(function) {
                    let note = "its decorator may catch what the coroutine raises";
                    return (Failure::Unknown, Some(self.related(decorator, note)));
                }
            }
            (_, Some(node_ref)) => {
                let note = "the coroutine catches some exceptions, here and perhaps elsewhere";
                return (Failure::Unknown, Some(self.related(node_ref, note)));
            }
            _ => is_unclear = true,
        }
        if is_unclear {
            return (Failure::Unknown, None);
        }
        let note = "nothing in the coroutine catches an exception, and nobody awaits the task or asks for its outcome";
        (Failure::Lost, Some(self.related(function, note)))
    }

    /// Where a callback reads the task's outcome: `Some(None)` for nowhere, `None` if the callback
    /// cannot be analysed.
    fn callback_reads_outcome(&self, callback: NodeRef) -> Option<Option<NodeRef>> {
        let model = self.model(callback);
        let node = model.bare(callback.node);
        if is_of_tracker_or_event(model, node) {
            return Some(None);
        }
        let body = match model.kind(node) {
            Kind::Lambda => NodeRef { node, ..callback },
            // `partial(self._done, key)`
            Kind::Call => {
                let function = model.positional(node).first().copied()?;
                *self.functions(NodeRef { node: function, ..callback }).first()?
            }
            _ => *self.functions(NodeRef { node, ..callback }).first()?,
        };
        let there = self.model(body);
        let looks = |n: &NodeId| {
            let name = there.child(*n, Field::Attribute).map(|a| there.text(a));
            there.kind(*n) == Kind::Attribute && matches!(name, Some("exception" | "result"))
        };
        if let Some(node) = there.tree.descendants(body.node).find(looks) {
            return Some(Some(NodeRef { node, ..body }));
        }
        if self.passes_parameter_on(body) { None } else { Some(None) }
    }

    /// Whether a callback passes its task on to code that may read or await it.
    pub(super) fn callback_passes_task_on(&self, callback: NodeRef) -> bool {
        let model = self.model(callback);
        let node = model.bare(callback.node);
        if is_of_tracker_or_event(model, node) {
            return false;
        }
        match model.kind(node) {
            Kind::Lambda => self.passes_parameter_on(NodeRef { node, ..callback }),
            _ => self
                .functions(NodeRef { node, ..callback })
                .first()
                .is_none_or(|f| self.passes_parameter_on(*f)),
        }
    }

    /// Whether a function or lambda passes one of its parameters to a call that may keep or read
    /// it.
    fn passes_parameter_on(&self, body: NodeRef) -> bool {
        let model = self.model(body);
        let is_own = |n: NodeId| {
            let of_body = |b: &Binding| matches!(b.kind, BindingKind::Parameter { function, .. } if function == body.node);
            model.bindings_of(n).iter().any(of_body)
        };
        let is_quiet = |arguments: NodeId| {
            let called = model.tree.parent(arguments).and_then(|call| model.called_method(call));
            called.is_some_and(|(_, name)| {
                let effect = ContainerMethod::named(name).effect;
                matches!(effect, MethodEffect::Remove { .. } | MethodEffect::Take)
                    || matches!(name, "debug" | "info")
            })
        };
        let passes = |n: NodeId| {
            model.kind(n) == Kind::ArgumentList
                && model.tree.children(n).any(is_own)
                && !is_quiet(n)
        };
        model.tree.descendants(body.node).any(passes)
    }
}

/// Whether a callback is `tasks.discard`, `event.set` or the like, which reads no outcome.
fn is_of_tracker_or_event(model: &Model, callback: NodeId) -> bool {
    let method = MethodAccess::at(model, callback);
    matches!(method.op().effect, MethodEffect::Remove { .. })
        || matches!(method.name, "set" | "cancel")
}
