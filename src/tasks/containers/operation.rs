//! The operation of one use of a container. It looks at the syntax around the use, and knows no
//! project.

use super::iteration::{is_task, op_on_members};
use super::job_record::status_field;
use super::tracker::ContainerOp;
use crate::python::{Field, Kind, Model, NodeId, ScopeKind};

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
        let Some(parent) = model.tree.parent(node) else { return ContainerOp::Escaped };
        match (model.kind(parent), model.tree.field(node)) {
            (Kind::Attribute, Field::Object) => self.method(parent),
            (Kind::Subscript, Field::Value) => self.entry(parent),
            (Kind::Assignment, Field::Left) => self.bound(parent, is_declaration),
            (Kind::AugmentedAssignment, Field::Left) => self.augmented(parent),
            (Kind::DeleteStatement, _) => ContainerOp::Rebound,
            (Kind::PatternList | Kind::TuplePattern, _) => ContainerOp::Rebound,
            (Kind::ComparisonOperator | Kind::NotOperator | Kind::AssertStatement, _)
            | (Kind::Interpolation | Kind::GlobalStatement, _)
            | (Kind::IfStatement | Kind::WhileStatement | Kind::ElifClause, Field::Condition) => {
                ContainerOp::Read
            }
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

    fn bound(&self, assignment: NodeId, is_declaration: bool) -> ContainerOp {
        let model = self.model;
        if is_declaration || model.child(assignment, Field::Right).is_none() {
            return ContainerOp::Declared;
        }
        ContainerOp::Rebound
    }

    /// `tasks += [t]`, `tasks |= {t}`, `tasks -= done`.
    fn augmented(&self, assignment: NodeId) -> ContainerOp {
        let model = self.model;
        let between =
            model.child(assignment, Field::Left).zip(model.child(assignment, Field::Right));
        let Some((left, right)) = between else { return ContainerOp::Escaped };
        let operator = &model.source.code()[model.tree.end(left)..model.tree.start(right)];
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
    fn method(&self, attribute: NodeId) -> ContainerOp {
        let model = self.model;
        let Some(name) = model.child(attribute, Field::Attribute) else {
            return ContainerOp::Escaped;
        };
        let name = model.text(name);
        let parent = model.tree.parent(attribute);
        let call = parent.filter(|p| {
            model.kind(*p) == Kind::Call && model.tree.field(attribute) == Field::Function
        });
        let Some(call) = call else { return self.uncalled(attribute, name) };
        let arguments = model.positional(call);
        if self.is_done_callback(call) && matches!(name, "pop" | "remove" | "discard") {
            return ContainerOp::RemovedByCallback;
        }
        match name {
            "append" | "add" | "appendleft" | "extend" | "update" | "put" => {
                self.added(arguments.first().copied())
            }
            "insert" => self.added(arguments.get(1).copied()),
            "setdefault" => match self.nested(call) {
                ContainerOp::Read | ContainerOp::Fetched(_) => {
                    self.added(arguments.get(1).copied())
                }
                op => op,
            },
            "pop" | "popitem" | "popleft" => ContainerOp::Popped(call),
            "remove" | "discard" | "difference_update" | "intersection_update" => {
                ContainerOp::Removed
            }
            "clear" => ContainerOp::Cleared,
            "get" => self.nested(call),
            "values" | "items" | "keys" | "copy" | "union" => op_on_members(model, call),
            "count" | "index" | "__contains__" | "__len__" | "isdisjoint" | "issubset" | "sort" => {
                ContainerOp::Read
            }
            _ => ContainerOp::Escaped,
        }
    }

    /// `add_done_callback(tasks.discard)`, `add_done_callback(partial(tasks.pop, key))`.
    fn uncalled(&self, attribute: NodeId, name: &str) -> ContainerOp {
        let takes = matches!(name, "pop" | "remove" | "discard" | "__delitem__");
        if takes && self.is_done_callback(attribute) {
            ContainerOp::RemovedByCallback
        } else {
            ContainerOp::Escaped
        }
    }

    /// Whether an expression is (part of) the argument of `add_done_callback`: itself, in a
    /// `partial`, in a lambda.
    fn is_done_callback(&self, node: NodeId) -> bool {
        let model = self.model;
        let registers = |call: NodeId| {
            let callee = model.child(call, Field::Function);
            let name = callee.and_then(|c| model.child(c, Field::Attribute));
            name.is_some_and(|n| model.text(n) == "add_done_callback")
        };
        let around = model.tree.ancestors(node).take_while(|n| !model.kind(*n).is_statement());
        let mut inside = around.filter(|n| model.kind(*n) == Kind::Call);
        // `add_done_callback(tasks.discard(t))` calls it at once.
        let at_once = || {
            let argument =
                model.tree.parent(node).is_some_and(|p| model.kind(p) == Kind::ArgumentList);
            model.kind(node) == Kind::Call && argument
        };
        inside.any(registers) && !at_once()
    }

    /// `tasks[key]` with whatever is done with it.
    fn entry(&self, subscript: NodeId) -> ContainerOp {
        let model = self.model;
        let Some(parent) = model.tree.parent(subscript) else { return ContainerOp::Escaped };
        match (model.kind(parent), model.tree.field(subscript)) {
            (Kind::Assignment, Field::Left) => {
                let slice = model.tree.children(subscript).any(|c| model.kind(c) == Kind::Slice);
                let value = model.child(parent, Field::Right);
                if slice { ContainerOp::Removed } else { self.added(value) }
            }
            (Kind::DeleteStatement, _) => ContainerOp::Removed,
            (Kind::AugmentedAssignment, Field::Left) => self.augmented(parent),
            _ => self.nested(subscript),
        }
    }

    /// One entry that is itself a container: `tasks[key].append(t)`, `tasks.get(key).clear()`; else the entry is got.
    fn nested(&self, entry: NodeId) -> ContainerOp {
        let model = self.model;
        let Some(attribute) = model.tree.parent(entry) else { return ContainerOp::Fetched(entry) };
        match (model.kind(attribute), model.tree.field(entry)) {
            (Kind::Attribute, Field::Object) => {}
            // `jobs[parent][key] = job`; `jobs[key]["status"] = "done"` puts nothing in.
            (Kind::Subscript, Field::Value) if status_field(model, attribute).is_none() => {
                return self.entry(attribute);
            }
            _ => return ContainerOp::Fetched(entry),
        }
        let name = model.child(attribute, Field::Attribute).map_or("", |n| model.text(n));
        match name {
            "append" | "add" | "extend" | "pop" | "remove" | "discard" | "clear" | "popleft" => {
                self.method(attribute)
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
                let name = model.child(scope.node, Field::Name).map_or("", |n| model.text(n));
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
