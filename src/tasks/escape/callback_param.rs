//! A callable that a function is passed, and that makes a new task whenever it is called: does the function, or the object
//! that it stores the callable in, call it and discard the task?

use super::analyzer::{EscapeAnalyzer, Follow};
use super::callback::CallbackCaller;
use super::coroutine::has_plain_decorators;
use crate::python::{Field, Kind, NodeId, UseKind};
use crate::tasks::effects::{ArgSlot, FunctionSummary, ParamEffect, ReturnEffect, ValueKind};
use crate::tasks::libraries::LibraryEffect;
use crate::tasks::verdict::{Reason, Verdict};

/// What becomes of the tasks that a callable makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum CallableOutcome {
    /// It is not called there.
    Uncalled,
    /// It is called, and the task is discarded.
    Discarded,
    /// Something else.
    Unknown,
}

/// Callables that are handed on more often than this are not followed.
const MAX_STEPS: u8 = 6;

/// Methods that give a container's elements, or those of one of its elements.
const READING: &[&str] =
    &["get", "values", "items", "copy", "setdefault", "pop", "popleft", "popitem"];

/// Methods that call no element of a container.
const STORING: &[&str] =
    &["append", "appendleft", "add", "insert", "setdefault", "remove", "discard", "clear", "count"];

impl EscapeAnalyzer<'_> {
    /// Summarizes what a function of this file does with a callable, in one slot, that makes tasks.
    pub(in crate::tasks) fn summarize_callable(
        &self,
        function: NodeId,
        slot: &ArgSlot,
        on_instance: bool,
    ) -> FunctionSummary {
        let model = self.model;
        if model.is_stub(function) {
            return FunctionSummary::Stub;
        }
        let Some((parameter, false)) = self.parameter(function, slot, on_instance) else {
            return FunctionSummary::Unknown;
        };
        let is_known = has_plain_decorators(model, function) && !self.is_generator(function);
        if !is_known {
            return FunctionSummary::Unknown;
        }
        if self.outcome_of_name(parameter, 0) != CallableOutcome::Discarded {
            let effect = self.passed_through(function, parameter);
            return effect.map_or(FunctionSummary::Unknown, FunctionSummary::Param);
        }
        let is_parameter =
            |value: &NodeId| model.variable(model.bare(*value)) == model.variable(parameter);
        let return_effect = match model.returns(function).iter().any(is_parameter) {
            true => ReturnEffect::Itself,
            false => ReturnEffect::Never,
        };
        FunctionSummary::Param(ParamEffect {
            reason: Reason::Discarded,
            return_effect,
            is_async: model.is_async(function),
            ..ParamEffect::none()
        })
    }

    /// The outcome of all uses of a callable under a name that is bound to it once.
    fn outcome_of_name(&self, name: NodeId, steps: u8) -> CallableOutcome {
        self.outcome_of_uses(name, |node| self.outcome_of_callable(node, steps + 1))
    }

    fn outcome_of_uses(
        &self,
        name: NodeId,
        of: impl Fn(NodeId) -> CallableOutcome,
    ) -> CallableOutcome {
        let Some((scope, symbol)) = self.model.variable(name) else {
            return CallableOutcome::Unknown;
        };
        let uses = self.model.uses(scope, symbol).iter().filter(|u| u.node != name);
        let outcome = |kind, node| match kind {
            UseKind::Load => of(node),
            _ => CallableOutcome::Unknown,
        };
        uses.map(|u| outcome(u.kind, u.node)).max().unwrap_or(CallableOutcome::Uncalled)
    }

    /// The outcome of the call of a callable.
    fn outcome_of_call(&self, call: NodeId) -> CallableOutcome {
        match self.escape_of(call, ValueKind::Task).verdict() {
            Verdict::Dropped => CallableOutcome::Discarded,
            _ => CallableOutcome::Unknown,
        }
    }

    /// The outcome of one use of a callable, or of a tuple or list with it.
    fn outcome_of_callable(&self, node: NodeId, steps: u8) -> CallableOutcome {
        let model = self.model;
        let Some(parent) = model.tree.parent(node).filter(|_| steps <= MAX_STEPS) else {
            return CallableOutcome::Unknown;
        };
        match (model.kind(parent), model.tree.field(node)) {
            (Kind::ParenthesizedExpression | Kind::Tuple | Kind::List, _) => {
                self.outcome_of_callable(parent, steps)
            }
            (Kind::Call, Field::Function) => self.outcome_of_call(parent),
            (Kind::ArgumentList | Kind::KeywordArgument, _) => {
                self.outcome_of_argument(node, steps)
            }
            (Kind::Assignment, Field::Right) => match model.child(parent, Field::Left) {
                Some(left) if model.kind(left) == Kind::Identifier => {
                    self.outcome_of_name(left, steps)
                }
                Some(left) => self.outcome_of_stored(left, steps),
                None => CallableOutcome::Unknown,
            },
            // `return f`: see `ReturnEffect::Itself`.
            (Kind::ReturnStatement | Kind::Attribute, _) => CallableOutcome::Uncalled,
            _ if self.is_tested(node) => CallableOutcome::Uncalled,
            _ => CallableOutcome::Unknown,
        }
    }

    /// The outcome of a callable that is passed on.
    fn outcome_of_argument(&self, argument: NodeId, steps: u8) -> CallableOutcome {
        let model = self.model;
        match self.caller_of(argument, 0) {
            CallbackCaller::Discards(_) => return CallableOutcome::Discarded,
            CallbackCaller::Returns(call) => return self.outcome_of_call(call),
            CallbackCaller::Awaits(_) | CallbackCaller::Yields(_) | CallbackCaller::Unknown => {}
        }
        let call = model.tree.ancestors(argument).find(|n| model.kind(*n) == Kind::Call);
        let Some(call) = call else { return CallableOutcome::Unknown };
        if self.is_read_by(call) {
            return CallableOutcome::Uncalled;
        }
        match model.called_method(call) {
            Some((object, method)) if STORING.contains(&method) => {
                self.outcome_of_stored(object, steps)
            }
            _ => CallableOutcome::Unknown,
        }
    }

    /// Whether a call is of a function that only reads its argument: `callable(f)`.
    fn is_read_by(&self, call: NodeId) -> bool {
        let callee = self.model.child(call, Field::Function);
        let effects = callee.into_iter().flat_map(|c| {
            self.origins(c).iter().map(|o| self.library_effect(o)).collect::<Vec<_>>()
        });
        effects.into_iter().any(|effect| effect == Some(LibraryEffect::Reads))
    }

    /// Whether an expression is only tested.
    fn is_tested(&self, node: NodeId) -> bool {
        let model = self.model;
        let Some(parent) = model.tree.parent(node) else { return false };
        match model.kind(parent) {
            Kind::ComparisonOperator | Kind::NotOperator | Kind::AssertStatement => true,
            Kind::BooleanOperator | Kind::ParenthesizedExpression => self.is_tested(parent),
            Kind::ConditionalExpression => model.tree.children(parent).nth(1) == Some(node),
            _ => model.tree.field(node) == Field::Condition,
        }
    }

    /// The outcome of a callable stored in an attribute of `self`, or in a container there.
    fn outcome_of_stored(&self, place: NodeId, steps: u8) -> CallableOutcome {
        let model = self.model;
        let mut place = model.bare(place);
        loop {
            let inner = match model.kind(place) {
                Kind::Subscript => model.child(place, Field::Value),
                Kind::Call => model.called_method(place).map(|(object, _)| object),
                _ => break,
            };
            let Some(inner) = inner else { return CallableOutcome::Unknown };
            place = model.bare(inner);
        }
        let object = model.child(place, Field::Object);
        let (Some(object), Some(name)) = (object, model.child(place, Field::Attribute)) else {
            return CallableOutcome::Unknown;
        };
        let Some(class) = model.self_class(object) else { return CallableOutcome::Unknown };
        let name = model.text(name);
        model.parse_naming(name);
        let is_same = |n: &NodeId| {
            model.child(*n, Field::Attribute).is_some_and(|a| model.text(a) == name)
                && model.child(*n, Field::Object).is_some_and(|o| self.may_be_instance(o, class))
        };
        let uses = model.tree.parsed_of(|kind| kind == Kind::Attribute).filter(is_same);
        let outcomes = uses.map(|n| self.deeper(|| self.outcome_of_holder(n, steps + 1)));
        let worst = outcomes.map(|outcome| outcome.unwrap_or(CallableOutcome::Unknown)).max();
        worst.unwrap_or(CallableOutcome::Unknown)
    }

    /// Whether an expression may be an instance of a class: it is not the `self` of an unrelated one.
    fn may_be_instance(&self, expression: NodeId, class: NodeId) -> bool {
        let Some(other) = self.model.self_class(expression) else { return true };
        let (class, other) = (self.model.path_of(class), self.model.path_of(other));
        let derives = |a: &str, b: &str| a == b || self.project.all_subclasses(b).contains(a);
        derives(&class, &other) || derives(&other, &class)
    }

    /// The outcome of one use of a container of callables, or of an attribute that is one.
    fn outcome_of_holder(&self, mut node: NodeId, steps: u8) -> CallableOutcome {
        let model = self.model;
        if steps > MAX_STEPS {
            return CallableOutcome::Unknown;
        }
        while let Some(parent) = model.tree.parent(node) {
            let field = model.tree.field(node);
            match (model.kind(parent), field) {
                (Kind::Subscript, Field::Value) | (Kind::ParenthesizedExpression, _) => {}
                _ if self.is_tested(node) => return CallableOutcome::Uncalled,
                (Kind::BooleanOperator | Kind::ConditionalExpression, _) => {}
                (Kind::Attribute, Field::Object) => {
                    let call = model.tree.parent(parent).filter(|c| model.kind(*c) == Kind::Call);
                    let method = call.and_then(|call| Some((call, model.called_method(call)?.1)));
                    match method {
                        Some((call, name)) if READING.contains(&name) => {
                            node = call;
                            continue;
                        }
                        Some((_, name)) if STORING.contains(&name) => {
                            return CallableOutcome::Uncalled;
                        }
                        _ => return CallableOutcome::Unknown,
                    }
                }
                (Kind::ArgumentList, _) => {
                    let call = model.tree.parent(parent);
                    match call {
                        Some(call) if self.is_read_by(call) => return CallableOutcome::Uncalled,
                        Some(call) if self.is_copied_by(call) => {
                            node = call;
                            continue;
                        }
                        _ => return CallableOutcome::Unknown,
                    }
                }
                (Kind::Call, Field::Function) => return self.outcome_of_call(parent),
                (Kind::ForStatement | Kind::ForInClause, Field::Right) => {
                    return self.outcome_of_targets(parent, steps);
                }
                (Kind::Assignment, Field::Right) => {
                    return match model.child(parent, Field::Left) {
                        Some(left) if model.kind(left) == Kind::Identifier => self
                            .outcome_of_uses(left, |node| self.outcome_of_holder(node, steps + 1)),
                        _ => CallableOutcome::Unknown,
                    };
                }
                (Kind::Assignment, Field::Left) => {
                    let value = model.child(parent, Field::Right);
                    let is_alias = value.is_some_and(|v| model.kind(v) == Kind::Attribute);
                    return if is_alias {
                        CallableOutcome::Unknown
                    } else {
                        CallableOutcome::Uncalled
                    };
                }
                (Kind::AugmentedAssignment, Field::Left)
                | (Kind::DeleteStatement | Kind::ExpressionStatement, _) => {
                    return CallableOutcome::Uncalled;
                }
                _ => return CallableOutcome::Unknown,
            }
            node = parent;
        }
        CallableOutcome::Unknown
    }

    /// The outcome of the elements that a loop takes out of a container of callables.
    fn outcome_of_targets(&self, head: NodeId, steps: u8) -> CallableOutcome {
        let model = self.model;
        let Some(target) = model.child(head, Field::Left) else { return CallableOutcome::Unknown };
        let names = std::iter::once(target).chain(model.tree.descendants(target));
        let names = names.filter(|n| model.kind(*n) == Kind::Identifier);
        // A name that is no callable has uses of all kinds; one that is called has a known outcome.
        let of = |name| match self.outcome_of_name(name, steps) {
            CallableOutcome::Unknown if name != target && !self.is_called(name) => {
                CallableOutcome::Uncalled
            }
            outcome => outcome,
        };
        names.map(of).max().unwrap_or(CallableOutcome::Unknown)
    }

    /// Whether a name is called anywhere.
    fn is_called(&self, name: NodeId) -> bool {
        let model = self.model;
        let Some((scope, symbol)) = model.variable(name) else { return false };
        let is_callee = |n: NodeId| {
            model.tree.field(n) == Field::Function
                && model.tree.parent(n).is_some_and(|p| model.kind(p) == Kind::Call)
        };
        model.uses(scope, symbol).iter().any(|u| is_callee(u.node))
    }

    /// Whether a call gives the elements of its argument: `list(handlers)`.
    fn is_copied_by(&self, call: NodeId) -> bool {
        let callee = self.model.child(call, Field::Function);
        callee.is_some_and(|c| {
            let is_copy = |effect: LibraryEffect| effect.is_copy();
            self.origins(c).iter().any(|o| self.library_effect(o).is_some_and(is_copy))
        })
    }
}
