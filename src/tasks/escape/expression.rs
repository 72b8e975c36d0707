//! Follows a value outwards through the expressions around it, to its sink. Variables and arguments
//! have files of their own.

use super::analyzer::{EscapeAnalyzer, EscapeResult, Follow, ReturnFlow};
use crate::python::{Field, Kind, NodeId};
use crate::tasks::container_access::MethodAccess;
use crate::tasks::effects::{AccessPath, PathElement, Selector, ValueKind};
use crate::tasks::libraries::{ContainerMethod, MethodEffect, MethodResult, Role, names};
use crate::tasks::verdict::{Reason, Verdict};

impl EscapeAnalyzer<'_> {
    /// Where the value of `node` ends.
    pub(super) fn escape_of_expression(&self, node: NodeId, value_kind: ValueKind) -> EscapeResult {
        self.deeper(|| self.escape_through_parent(node, value_kind)).unwrap_or_else(|| {
            EscapeResult::new(Reason::Argument, node, "it is passed on too many times to follow")
        })
    }

    fn escape_through_parent(&self, node: NodeId, value_kind: ValueKind) -> EscapeResult {
        let model = self.model;
        let Some(parent) = model.tree.parent(node) else {
            return self.dropped_at(node);
        };
        let field = model.tree.field(node);
        match (model.kind(parent), field) {
            // `create_task(x) and 1` is 1.
            (Kind::BooleanOperator, _)
                if model.is_conjunction(parent) == Some(true)
                    && model.tree.first_child(parent) == Some(node) =>
            {
                self.dropped_at(node)
            }
            (Kind::ParenthesizedExpression | Kind::BooleanOperator | Kind::ListSplat, _) => {
                self.escape_of(parent, value_kind)
            }
            (Kind::ConditionalExpression, _) => {
                if model.tree.children(parent).nth(1) == Some(node) {
                    self.dropped_at(node)
                } else {
                    self.escape_of(parent, value_kind)
                }
            }
            (Kind::NamedExpression, Field::Value) => self.named_expression(parent, value_kind),
            (Kind::Await, _) => match value_kind {
                ValueKind::Container(_) => self.unknown_use(parent),
                _ => self.ends_at(Reason::Awaited, parent, "it is awaited"),
            },
            (Kind::Yield, _) => self.ends_at(Reason::Returned, parent, "it is yielded"),
            (Kind::ReturnStatement, _) if value_kind == ValueKind::Callable => {
                self.ends_at(Reason::Closure, parent, "a callable that refers to it is returned")
            }
            (Kind::ReturnStatement, _) => {
                let (sink, access) = match value_kind {
                    ValueKind::Container(access) => (node, Some(access)),
                    _ => (parent, None),
                };
                let why = format!("it is returned ({})", self.line_text(parent));
                let flow = ReturnFlow { access, ..ReturnFlow::default() };
                EscapeResult { flow, ..EscapeResult::new(Reason::Returned, sink, why) }
            }
            (Kind::ExpressionStatement, _) => self.expression_statement(parent, node),
            (Kind::Assignment, Field::Right) => self.assigned(parent, node, value_kind),
            (Kind::AugmentedAssignment, Field::Right) => {
                self.augmented_assignment(parent, value_kind)
            }
            (Kind::Tuple | Kind::List | Kind::Set | Kind::ExpressionList, _) => {
                self.element_of_literal(parent, node, value_kind)
            }
            (Kind::Pair, _) => self.escape_of_parent(
                parent,
                value_kind.wrapped_in(self.path_element_of_pair(parent, node)),
            ),
            (Kind::DictionarySplat, _) => self.escape_of_parent(parent, value_kind),
            (
                Kind::ListComprehension
                | Kind::SetComprehension
                | Kind::GeneratorExpression
                | Kind::DictionaryComprehension,
                Field::Body,
            ) => self.escape_of(parent, value_kind.wrapped_in(PathElement::Any)),
            (Kind::ForInClause | Kind::ForStatement, Field::Right) => {
                self.iterated(parent, value_kind)
            }
            (Kind::KeywordArgument, Field::Value) => self.escape_of_keyword(parent, value_kind),
            (Kind::ArgumentList, _) => self.escape_of_argument(node, parent, value_kind),
            // `tuple(x for x in xs)`: a lone generator is its call's whole argument list.
            (Kind::Call, Field::Arguments) => self.passed_to_call(node, parent, value_kind),
            (Kind::Attribute, Field::Object) => self.attribute(parent, value_kind),
            (Kind::Subscript, Field::Value) => self.subscripted(parent, value_kind),
            (Kind::MatchStatement, Field::Subject)
                if value_kind.is_container() || self.captures(parent) =>
            {
                self.unknown_use(node)
            }
            // The grammar takes an assignment to an attribute of `type(self)` for a type alias.
            (Kind::Type | Kind::TypeAliasStatement, _)
                if model.text(model.statement_of(parent)).starts_with("type(") =>
            {
                let why =
                    format!("an attribute of the class holds it ({})", self.line_text(parent));
                EscapeResult::new(Reason::Attribute, parent, why)
            }
            (Kind::Subscript, _) => self.subscript_index(parent, node),
            (Kind::BinaryOperator, _) if value_kind.is_container() => {
                self.escape_of(parent, value_kind.collected())
            }
            // `registry << task`: an operator is a method, which may keep its operand.
            (Kind::BinaryOperator, _) => self.ends_at(
                Reason::Argument,
                parent,
                "it is not known what the operator does with it",
            ),
            (Kind::Call, Field::Function) if value_kind == ValueKind::Callable => {
                self.partial_called(node, parent)
            }
            (Kind::DefaultParameter | Kind::TypedDefaultParameter, _) => EscapeResult::new(
                Reason::Attribute,
                parent,
                "it is the default of a parameter, which the function keeps",
            ),
            (Kind::Lambda, Field::Body) => self.returned_by_lambda(parent),
            (Kind::WithItem | Kind::AsPattern | Kind::Decorator, _) => self.ends_at(
                Reason::Argument,
                parent,
                "it is used in a way that cannot be followed",
            ),
            _ => self.dropped_at(node),
        }
    }

    /// A `partial` that is called where it is made: `partial(tasks.append, task)()`.
    fn partial_called(&self, partial: NodeId, call: NodeId) -> EscapeResult {
        let model = self.model;
        let callee = model.positional(partial).first().copied();
        let method = callee.filter(|c| model.kind(*c) == Kind::Attribute);
        let method = method.map(|c| MethodAccess::at(model, c));
        let object = method.and_then(|m| model.child(m.attribute, Field::Object));
        match (method.map(|m| m.op().effect), object) {
            (Some(MethodEffect::Store(0)), Some(container)) => {
                self.stored(container, call, ValueKind::CONTAINER)
            }
            _ => self.unknown_use(call),
        }
    }

    /// Whether a `case` of a `match` binds (a part of) its subject to a name.
    fn captures(&self, statement: NodeId) -> bool {
        let model = self.model;
        let binds = |n: NodeId| {
            model.kind(n) == Kind::Identifier && model.bindings_of(n).iter().any(|b| b.node == n)
        };
        let body = model.child(statement, Field::Body).unwrap_or(statement);
        let clauses = model.tree.children(body).filter(|n| model.kind(*n) == Kind::CaseClause);
        let is_pattern = |n: &NodeId| !matches!(model.kind(*n), Kind::Block | Kind::IfClause);
        let patterns = clauses.flat_map(|c| model.tree.children(c)).filter(is_pattern);
        patterns.into_iter().any(|p| model.tree.descendants(p).any(binds))
    }

    fn escape_of_parent(&self, node: NodeId, value_kind: ValueKind) -> EscapeResult {
        self.model
            .tree
            .parent(node)
            .map_or_else(|| self.dropped_at(node), |parent| self.escape_of(parent, value_kind))
    }

    fn expression_statement(&self, statement: NodeId, value: NodeId) -> EscapeResult {
        if self.model.is_displayed(statement) {
            let why = "the notebook keeps the value of a cell's last expression (`Out`)";
            return self.ends_at(Reason::Global, statement, why);
        }
        let bare = self.model.bare(value);
        let whole = self.model.tree.children(statement).count() == 1;
        let plain = matches!(self.model.kind(bare), Kind::Call | Kind::Await | Kind::Identifier);
        if whole && plain {
            let why = format!("the result of the call is discarded ({})", self.line_text(value));
            EscapeResult::new(Reason::Discarded, statement, why)
        } else {
            self.dropped_at(value)
        }
    }

    /// `(t := value)` binds a name and is a value itself: the better result counts.
    fn named_expression(&self, expression: NodeId, value_kind: ValueKind) -> EscapeResult {
        let outwards = self.escape_of(expression, value_kind);
        let Some(name) = self.model.child(expression, Field::Name) else {
            return outwards;
        };
        let named = self.escape_of_variable(name, value_kind);
        match outwards.verdict() {
            Verdict::Dropped => named,
            _ => EscapeResult::strongest(vec![outwards.clone(), named]).unwrap_or(outwards),
        }
    }

    /// Iteration over a container: its elements go to the loop's target.
    fn iterated(&self, head: NodeId, value_kind: ValueKind) -> EscapeResult {
        if matches!(value_kind, ValueKind::Task | ValueKind::Shielded) {
            return self.unknown_use(head);
        }
        match self.model.child(head, Field::Left) {
            Some(target) => {
                let element = match value_kind {
                    ValueKind::Container(_) => value_kind.element(),
                    _ => ValueKind::Task,
                };
                let result = self.assignment_target(target, head, element);
                match result.verdict() {
                    Verdict::Dropped => {
                        EscapeResult { reason: Reason::LocalContainer, sink: head, ..result }
                    }
                    _ => result,
                }
            }
            None => self.dropped_at(head),
        }
    }

    fn escape_of_keyword(&self, keyword: NodeId, value_kind: ValueKind) -> EscapeResult {
        match self.model.tree.parent(keyword) {
            Some(arguments) => self.escape_of_argument(keyword, arguments, value_kind),
            None => self.dropped_at(keyword),
        }
    }

    fn escape_of_argument(
        &self,
        argument: NodeId,
        arguments: NodeId,
        value_kind: ValueKind,
    ) -> EscapeResult {
        match self.model.tree.parent(arguments) {
            Some(call) if self.model.kind(call) == Kind::Call => {
                self.passed_to_call(argument, call, value_kind)
            }
            Some(class) => EscapeResult::new(
                Reason::Argument,
                class,
                "it is an argument of a class definition",
            ),
            None => self.dropped_at(argument),
        }
    }

    fn attribute(&self, attribute: NodeId, value_kind: ValueKind) -> EscapeResult {
        let method = MethodAccess::at(self.model, attribute);
        let Some(call) = method.call else {
            // A bound method that is passed on refers to the task; other attributes do not.
            return match value_kind {
                ValueKind::Container(_) => self.dropped_at(attribute),
                _ => self.escape_of(attribute, ValueKind::Callable),
            };
        };
        match value_kind {
            ValueKind::Task | ValueKind::Shielded => self.task_method(call, method.name),
            ValueKind::Container(access) => self.container_method(call, method.name, access),
            ValueKind::Callable | ValueKind::Spawner => self.dropped_at(call),
        }
    }

    fn task_method(&self, call: NodeId, name: &str) -> EscapeResult {
        match name {
            "cancel" => self.ends_at(Reason::Frame, call, "it is held until it is cancelled"),
            "__await__" | "__iter__" => self.escape_of(call, ValueKind::Task),
            "result" | "exception" if self.is_named(call) => self.ends_at(
                Reason::Awaited,
                call,
                format!("it is done when `.{name}()` is called"),
            ),
            "done" | "cancelled" if self.is_awaited_by_loop(call) => {
                self.ends_at(Reason::Frame, call, "a loop runs until it is done")
            }
            "done" | "cancelled" if self.is_polled(call) || self.is_in_loop_condition(call) => self
                .ends_at(
                    Reason::Conditional,
                    call,
                    "a loop checks whether it is done, but may end before it is",
                ),
            "add_done_callback" if self.is_awaited_through_callback(call) => self.ends_at(
                Reason::Conditional,
                call,
                "the function waits for what its callback does",
            ),
            _ => {
                let statement = self.model.statement_of(call);
                let object = match names(Role::TaskMethod).contains(&name) {
                    true => "it alive",
                    false => "a task alive",
                };
                let line = self.line_text(call);
                let why = format!(
                    "it is only used for `.{name}(...)` ({line}), which does not keep {object}"
                );
                EscapeResult::new(Reason::Chained, statement, why)
            }
        }
    }

    /// Whether a method is called on a name, not on the spawner's call itself.
    fn is_named(&self, call: NodeId) -> bool {
        let called = self.model.called_method(call);
        called.is_some_and(|(o, _)| self.model.kind(self.model.bare(o)) == Kind::Identifier)
    }

    /// Whether a call is (part of) the condition of an `if` that leaves a loop: `if task.done():
    /// break`.
    fn is_polled(&self, call: NodeId) -> bool {
        let model = self.model;
        let mut inner = call;
        let mut branch = None;
        for node in model.tree.ancestors(call) {
            match model.kind(node) {
                Kind::IfStatement if branch.is_none() => {
                    let is_condition = model.tree.field(inner) == Field::Condition;
                    branch = model.child(node, Field::Consequence).filter(|_| is_condition);
                    if branch.is_none() {
                        return false;
                    }
                }
                Kind::WhileStatement | Kind::ForStatement => {
                    let leaves = |n: NodeId| {
                        matches!(model.kind(n), Kind::BreakStatement | Kind::ReturnStatement)
                    };
                    return branch.is_some_and(|b| model.tree.children(b).any(leaves));
                }
                Kind::FunctionDefinition | Kind::Lambda => return false,
                _ => {}
            }
            inner = node;
        }
        false
    }

    fn container_method(&self, call: NodeId, name: &str, access: AccessPath) -> EscapeResult {
        let value_kind = ValueKind::Container(access);
        let ContainerMethod { effect, result } = ContainerMethod::named(name);
        // Verdicts do not know the first three, unlike trackers.
        let is_unknown = matches!(
            effect,
            MethodEffect::Enqueue
                | MethodEffect::RemoveMany
                | MethodEffect::Compare
                | MethodEffect::Unknown
        );
        match result {
            MethodResult::Element => {
                let selector = self.model.positional(call).first().map(|key| self.selector(*key));
                self.element_taken(call, access, selector.unwrap_or(Selector::Unknown))
            }
            MethodResult::All | MethodResult::Subset | MethodResult::Pair => {
                self.escape_of(call, value_kind.collected())
            }
            // It may be the key, too.
            MethodResult::Pairs => self.escape_of(
                call,
                value_kind.element().wrapped_in(PathElement::Any).wrapped_in(PathElement::Any),
            ),
            // It is a key, or belongs to one. What waits for keys shows that they are tasks.
            MethodResult::Keys => match self.escape_of(call, value_kind.collected()) {
                result if result.reason == Reason::Gathered => result,
                result if result.holds() => self.unknown_use(call),
                _ => self.dropped_at(call),
            },
            MethodResult::Nothing if !is_unknown => self.dropped_at(call),
            _ if matches!(name, "join" | "wait" | "close" | "aclose" | "__aexit__") => {
                self.ends_at(Reason::Gathered, call, format!("`.{name}()` waits for it"))
            }
            _ => self.ends_at(
                Reason::Argument,
                call,
                format!("it is not known what `.{name}()` does with it"),
            ),
        }
    }

    /// A task as the index of a subscript: a dict's key in an assignment, a mere read otherwise.
    fn subscript_index(&self, subscript: NodeId, node: NodeId) -> EscapeResult {
        let target = self.model.tree.parent(subscript).is_some_and(|p| {
            self.model.kind(p) == Kind::Assignment
                && self.model.tree.field(subscript) == Field::Left
        });
        match self.model.child(subscript, Field::Value) {
            Some(container) if target => self.stored_as_key(container, subscript),
            _ => self.dropped_at(node),
        }
    }
}
