//! The operation of one use of a container. It looks at the syntax around the use, and knows no
//! project.

use super::iteration::{is_task, op_on_members};
use super::job_record::status_field;
use super::tracker::ContainerOp;
use crate::python::{Field, Kind, Model, NodeId, ScopeKind};
use crate::tasks::container_access::{ContainerAccess, ItemUse, MethodAccess};
use crate::tasks::libraries::{ContainerMethod, MethodEffect, MethodResult};

/// Classifies the uses of containers in one file.
pub(super) struct UseClassifier<'a> {
    pub(super) model: &'a Model,
    /// Whether a node is a site.
    pub(super) sites: &'a dyn Fn(NodeId) -> bool,
}

impl UseClassifier<'_> {
    /// The operation of the use `node` (a name, or `self.name`); `is_declaration` says whether a
    /// binding there creates the container.
    pub(super) fn op(&self, node: NodeId, is_declaration: bool) -> ContainerOp {
        let model = self.model;
        match ContainerAccess::of(model, node) {
            Some(ContainerAccess::Method(method)) => return self.method(method),
            Some(ContainerAccess::Item(subscript, item)) => return self.entry(subscript, item),
            None => {}
        }
        let Some(parent) = model.tree.parent(node) else { return ContainerOp::Escaped };
        match (model.kind(parent), model.tree.field(node)) {
            (Kind::Assignment, Field::Left)
                if is_declaration || model.child(parent, Field::Right).is_none() =>
            {
                ContainerOp::Declared
            }
            (Kind::Assignment, Field::Left) => ContainerOp::Rebound,
            (Kind::AugmentedAssignment, Field::Left) => self.augmented(parent),
            (Kind::DeleteStatement, _) => ContainerOp::Rebound,
            (Kind::PatternList | Kind::TuplePattern, _) => ContainerOp::Rebound,
            (Kind::GlobalStatement, _) => ContainerOp::Read,
            (Kind::ConditionalExpression, _)
                if model.tree.children(parent).nth(1) == Some(node) =>
            {
                ContainerOp::Read
            }
            (Kind::BooleanOperator, _) if self.is_condition(parent) => ContainerOp::Read,
            // `asyncio.wait(tasks)`, `list(tasks)`: what counts is what is done with the elements.
            _ => op_on_members(model, node),
        }
    }

    /// Whether a boolean expression is only used as a condition.
    fn is_condition(&self, expression: NodeId) -> bool {
        let model = self.model;
        let Some(parent) = model.tree.parent(expression) else { return false };
        match model.kind(parent) {
            Kind::IfStatement | Kind::WhileStatement | Kind::ElifClause => {
                model.tree.field(expression) == Field::Condition
            }
            Kind::BooleanOperator | Kind::NotOperator | Kind::ParenthesizedExpression => {
                self.is_condition(parent)
            }
            Kind::AssertStatement | Kind::IfClause => true,
            _ => false,
        }
    }

    /// `tasks += [t]`, `tasks |= {t}`, `tasks -= done`.
    fn augmented(&self, assignment: NodeId) -> ContainerOp {
        let model = self.model;
        let between =
            model.child(assignment, Field::Left).zip(model.child(assignment, Field::Right));
        let Some((left, right)) = between else { return ContainerOp::Escaped };
        let operator = model.between(left, right);
        match operator.trim() {
            "+=" | "|=" => self.added(Some(right)),
            _ => ContainerOp::Removed,
        }
    }

    fn added(&self, value: Option<NodeId>) -> ContainerOp {
        let is_task = value.is_some_and(|v| is_task(self.model, self.sites, v));
        ContainerOp::Added { value, is_task }
    }

    /// `tasks.method` with whatever is done with it.
    fn method(&self, method: MethodAccess<'_>) -> ContainerOp {
        let model = self.model;
        let ContainerMethod { effect, result } = method.op();
        let takes = matches!(effect, MethodEffect::Take | MethodEffect::Remove { .. });
        let Some(call) = method.call else {
            // `add_done_callback(tasks.discard)`, `add_done_callback(partial(tasks.pop, key))`
            let takes = takes || method.name == "__delitem__";
            return match takes && self.is_done_callback(method.attribute) {
                true => ContainerOp::RemovedByCallback,
                false => ContainerOp::Escaped,
            };
        };
        if takes && self.is_done_callback(call) {
            return ContainerOp::RemovedByCallback;
        }
        let argument = |index: usize| model.positional(call).get(index).copied();
        match (effect, result) {
            // Trackers do not know these, unlike verdicts.
            _ if matches!(
                method.name,
                "extendleft" | "put_nowait" | "get_nowait" | "reverse" | "__getitem__"
            ) =>
            {
                ContainerOp::Escaped
            }
            (MethodEffect::Store(index), MethodResult::Nothing) => self.added(argument(index)),
            (MethodEffect::Store(index), _) => match self.nested(call) {
                ContainerOp::Read | ContainerOp::Fetched(_) => self.added(argument(index)),
                op => op,
            },
            (MethodEffect::Merge | MethodEffect::Enqueue, _) => self.added(argument(0)),
            (MethodEffect::Take | MethodEffect::TakeNext, _) => ContainerOp::Popped(call),
            (MethodEffect::Remove { .. } | MethodEffect::RemoveMany, _) => ContainerOp::Removed,
            (MethodEffect::Clear, _) => ContainerOp::Cleared,
            (MethodEffect::Read, MethodResult::Element) => self.nested(call),
            (MethodEffect::Read, MethodResult::All | MethodResult::Pairs | MethodResult::Keys) => {
                op_on_members(model, call)
            }
            (MethodEffect::Read, MethodResult::Nothing)
            | (MethodEffect::Compare | MethodEffect::Reorder, _) => ContainerOp::Read,
            _ => ContainerOp::Escaped,
        }
    }

    /// Whether an expression is (part of) the argument of `add_done_callback`: itself, in a
    /// `partial`, in a lambda.
    fn is_done_callback(&self, node: NodeId) -> bool {
        let model = self.model;
        let registers = |call| matches!(model.called_method(call), Some((_, "add_done_callback")));
        let mut around = model.tree.ancestors(node).take_while(|n| !model.kind(*n).is_statement());
        // `add_done_callback(tasks.discard(t))` calls it at once.
        let is_argument = |p| model.kind(p) == Kind::ArgumentList;
        let at_once =
            || model.kind(node) == Kind::Call && model.tree.parent(node).is_some_and(is_argument);
        around.any(registers) && !at_once()
    }

    /// `tasks[key]` with whatever is done with it.
    fn entry(&self, subscript: NodeId, item: ItemUse) -> ContainerOp {
        let model = self.model;
        match item {
            ItemUse::Set(assignment) => {
                let slice = model.tree.children(subscript).any(|c| model.kind(c) == Kind::Slice);
                let value = model.child(assignment, Field::Right);
                if slice { ContainerOp::Removed } else { self.added(value) }
            }
            ItemUse::Delete(_) => ContainerOp::Removed,
            ItemUse::Augment(assignment) => self.augmented(assignment),
            ItemUse::Get => self.nested(subscript),
        }
    }

    /// One entry that is itself a container: `tasks[key].append(t)`, `tasks.get(key).clear()`; else the entry is got.
    fn nested(&self, entry: NodeId) -> ContainerOp {
        match ContainerAccess::of(self.model, entry) {
            Some(ContainerAccess::Method(method)) if changes_container(method.name) => {
                self.method(method)
            }
            // `jobs[parent][key] = job`; `jobs[key]["status"] = "done"` puts nothing in.
            Some(ContainerAccess::Item(subscript, item))
                if status_field(self.model, subscript).is_none() =>
            {
                self.entry(subscript, item)
            }
            _ => ContainerOp::Fetched(entry),
        }
    }

    /// Whether a binding creates a container: in the module's or class's own code, in `__init__`,
    /// or, of a local name, anywhere.
    pub(super) fn begins(&self, node: NodeId, is_local: bool) -> bool {
        let model = self.model;
        let scope = model.scopes.scope(model.frame_of(node));
        match scope.kind {
            ScopeKind::Module | ScopeKind::Class => true,
            ScopeKind::Function => {
                let name = model.name_of(scope.node);
                is_local
                    || matches!(
                        name,
                        "__init__" | "__new__" | "__post_init__" | "__attrs_post_init__"
                    )
            }
            _ => false,
        }
    }
}

/// Whether a method shows that an entry is a container: not `get` or `update`, which a record has, too.
fn changes_container(name: &str) -> bool {
    matches!(name, "append" | "add" | "extend" | "pop" | "remove" | "discard" | "clear" | "popleft")
}
