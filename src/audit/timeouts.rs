//! Whether a wait has a limit: what an argument gives, as far as constants, defaults and annotations show. It follows no task.

use super::index::WorkspaceIndex;
use super::types::{NodeRef, StorageLocation, Timeout};
use super::waiting::wait_limit;
use crate::python::{Binding, BindingKind, Field, Kind, NodeId};

/// Maximum depth of names that stand for others.
const MAX_DEPTH: u32 = 4;

impl WorkspaceIndex<'_> {
    /// The limit that an argument of a call gives: a parameter or a setting may be None.
    pub(super) fn timeout_of(&self, call: NodeRef, argument: Option<NodeId>) -> Timeout {
        let model = self.model(call);
        match argument.map(|node| NodeRef { node: model.bare(node), ..call }) {
            None => Timeout::Absent,
            Some(at) if model.kind(at.node) == Kind::None => Timeout::Absent,
            Some(at) if self.is_number(at, MAX_DEPTH) => Timeout::Present,
            Some(_) => Timeout::Unknown,
        }
    }

    /// The limit of an `asyncio.wait`.
    pub(super) fn wait_timeout(&self, call: NodeRef) -> Timeout {
        let limit = wait_limit(self.model(call), call.node);
        limit.map_or_else(|other| other, |argument| self.timeout_of(call, argument))
    }

    /// Whether the value of an expression is a number, never None.
    fn is_number(&self, value: NodeRef, depth: u32) -> bool {
        let Some(depth) = depth.checked_sub(1) else { return false };
        let model = self.model(value);
        let node = model.bare(value.node);
        let is_one = |node| self.is_number(NodeRef { node, ..value }, depth);
        match model.kind(node) {
            Kind::Integer | Kind::Float | Kind::BinaryOperator => true,
            // `timeout or 5`
            Kind::BooleanOperator => model.tree.children(node).last().is_some_and(is_one),
            Kind::ConditionalExpression => {
                let parts: Vec<NodeId> = model.tree.children(node).collect();
                matches!(parts[..], [one, _, other] if is_one(one) && is_one(other))
            }
            Kind::Call => {
                let name = model.callee_name(node).unwrap_or_default();
                matches!(name, "float" | "int" | "max" | "min")
            }
            Kind::Identifier => {
                let bindings = model.bindings_of(node);
                let is_import = |b: &Binding| matches!(b.kind, BindingKind::ImportFrom { .. });
                match bindings.iter().any(is_import) || bindings.is_empty() {
                    true => self.is_number_everywhere(NodeRef { node, ..value }, depth),
                    false => bindings.iter().all(|b| self.binds_number(value, b, depth)),
                }
            }
            Kind::Attribute => self.is_number_everywhere(NodeRef { node, ..value }, depth),
            _ => false,
        }
    }

    /// Whether a binding of a name gives it a number.
    fn binds_number(&self, at: NodeRef, binding: &Binding, depth: u32) -> bool {
        let model = self.model(at);
        let is_one = |node| self.is_number(NodeRef { node, ..at }, depth);
        match binding.kind {
            BindingKind::Parameter { variadic: false, default, .. } => {
                let parameter = model.tree.parent(binding.node);
                let parameter = parameter.filter(|p| model.kind(*p) != Kind::Parameters);
                match parameter.and_then(|p| model.child(p, Field::Type)) {
                    Some(annotation) => is_number_type(model.text(annotation)),
                    None => default.is_some_and(is_one),
                }
            }
            BindingKind::Assign { value } => is_one(value),
            BindingKind::Annotated { value, annotation } => {
                is_number_type(model.text(annotation)) || value.is_some_and(is_one)
            }
            _ => false,
        }
    }

    /// Whether a call waits with a limit for the outcome of a task in another thread's loop, and leaves the task running then:
    /// `future.result(5)`, but not in a loop that asks again.
    pub(super) fn reads_with_limit(&self, call: NodeRef, made_at: NodeRef) -> bool {
        let model = self.model(call);
        let Some((_, "result" | "exception")) = model.called_method(call.node) else {
            return false;
        };
        let first = model.positional(call.node).first().copied();
        let limit = model.keyword(call.node, "timeout").or(first);
        let around = model.tree.ancestors(call.node);
        let mut around = around.take_while(|n| !model.tree.contains(*n, made_at.node));
        limit.is_some_and(|l| model.kind(l) != Kind::None)
            && !around.any(|n| model.kind(n) == Kind::WhileStatement)
    }

    /// Whether everything that is assigned to an attribute or a module-level name is a number.
    fn is_number_everywhere(&self, name: NodeRef, depth: u32) -> bool {
        let location = self.storage_of(name).filter(|location| {
            matches!(location, StorageLocation::Attribute { .. } | StorageLocation::Global(_))
        });
        let Some(location) = location else { return false };
        let is_target = |o: &NodeRef| {
            let model = self.model(*o);
            let parent = model.tree.parent(o.node).map(|p| model.kind(p));
            parent == Some(Kind::Assignment) && model.tree.field(o.node) == Field::Left
        };
        let mut targets = self.occurrences_of(&location);
        targets.retain(is_target);
        let gives = |o: &NodeRef| {
            let model = self.model(*o);
            let assignment = model.tree.parent(o.node);
            let part = |field| assignment.and_then(|a| model.child(a, field));
            part(Field::Type).is_some_and(|annotation| is_number_type(model.text(annotation)))
                || part(Field::Right)
                    .is_some_and(|node| self.is_number(NodeRef { node, ..*o }, depth))
        };
        !targets.is_empty() && targets.iter().all(gives)
    }
}

/// `float`, `int | float`, `Final[float]`, but not `float | None`.
fn is_number_type(annotation: &str) -> bool {
    let words = annotation.split(|c: char| !c.is_alphanumeric() && c != '_');
    let mut words = words.filter(|word| !word.is_empty()).peekable();
    words.peek().is_some() && words.all(|word| matches!(word, "float" | "int" | "Final" | "typing"))
}
