//! Narrowing by conditions: is a task known to be done, or absent, where a variable is read? Reads
//! of a finished task keep nothing that runs. It follows no values.

use std::rc::Rc;

use super::analyzer::EscapeAnalyzer;
use crate::python::{
    BindingKind, Cfg, Field, Kind, NodeId, ProgramPoint, ScopeId, Symbol, Use, UseKind,
};
use crate::tasks::libraries::LibraryEffect;

/// A variable.
type VariableId = (ScopeId, Symbol);

/// What a condition can imply about a variable.
#[derive(Debug, Clone, Copy)]
enum ConditionFact {
    /// Its task is done.
    Done,
    /// It has no task that runs: its tasks are done, or it is `None` or empty.
    Ended,
}

impl EscapeAnalyzer<'_> {
    /// Whether a condition around a read implies that the variable's task is done: `if t.done():
    /// t.result()`.
    pub(in crate::tasks) fn is_done_at(&self, read: NodeId, variable: VariableId) -> bool {
        let model = self.model;
        let mut inner = read;
        for node in model.tree.ancestors(read) {
            let is_in = |field: Field| model.child(node, field) == Some(inner);
            let implies = |condition: NodeId, value| {
                self.implies(ConditionFact::Done, condition, value, variable)
            };
            let parts = || model.tree.children(node).collect::<Vec<NodeId>>();
            let is_done = match model.kind(node) {
                Kind::FunctionDefinition | Kind::Lambda => return false,
                Kind::IfStatement | Kind::ElifClause if is_in(Field::Consequence) => {
                    model.child(node, Field::Condition).is_some_and(|c| implies(c, true))
                }
                Kind::IfStatement
                    if matches!(model.kind(inner), Kind::ElseClause | Kind::ElifClause) =>
                {
                    model.child(node, Field::Condition).is_some_and(|c| implies(c, false))
                }
                Kind::ConditionalExpression => match parts()[..] {
                    [body, condition, _] if body == inner => implies(condition, true),
                    [_, condition, other] if other == inner => implies(condition, false),
                    _ => false,
                },
                Kind::BooleanOperator => match (parts()[..].first(), model.is_conjunction(node)) {
                    (Some(left), Some(is_and)) => *left != inner && implies(*left, is_and),
                    _ => false,
                },
                kind if kind.is_comprehension() && is_in(Field::Body) => parts()
                    .into_iter()
                    .filter(|part| model.kind(*part) == Kind::IfClause)
                    .filter_map(|clause| model.tree.first_child(clause))
                    .any(|condition| implies(condition, true)),
                _ => false,
            };
            if is_done {
                return true;
            }
            inner = node;
        }
        false
    }

    /// The points that are only reached when a variable has no task that runs: `if not tasks: return`, `assert t.done()`.
    /// Sorted; cached.
    pub(super) fn ended_points(
        &self,
        flow: &Cfg,
        uses: &[Use],
        variable: VariableId,
    ) -> Rc<[ProgramPoint]> {
        if let Some(known) = self.ended.borrow().get(&variable) {
            return known.clone();
        }
        let mut points = self.find_ended_points(flow, uses, variable);
        points.sort_unstable();
        let found: Rc<[ProgramPoint]> = points.into();
        self.ended.borrow_mut().insert(variable, found.clone());
        found
    }

    fn find_ended_points(
        &self,
        flow: &Cfg,
        uses: &[Use],
        variable: VariableId,
    ) -> Vec<ProgramPoint> {
        let model = self.model;
        let mut points = Vec::new();
        for load in uses.iter().filter(|u| u.kind == UseKind::Load) {
            let mut inner = load.node;
            let statement = model.tree.ancestors(load.node).find(|node| {
                let is_if = matches!(model.kind(*node), Kind::IfStatement | Kind::ElifClause);
                is_if || model.kind(*node).is_statement() || {
                    inner = *node;
                    false
                }
            });
            let implies = |value| self.implies(ConditionFact::Ended, inner, value, variable);
            if let Some(assert) = statement
                && let Some((condition, value)) = self.asserted(assert)
                && self.implies(ConditionFact::Ended, condition, value, variable)
            {
                points.extend(flow.points_of(model, assert));
            }
            let Some(statement) =
                statement.filter(|s| model.child(*s, Field::Condition) == Some(inner))
            else {
                continue;
            };
            let other = model.tree.children(statement).find(|n| model.kind(*n) == Kind::ElseClause);
            let blocks = [
                model.child(statement, Field::Consequence).filter(|_| implies(true)),
                other.and_then(|other| model.child(other, Field::Body)).filter(|_| implies(false)),
            ];
            let first = blocks.into_iter().flatten().filter_map(|b| model.tree.first_child(b));
            points.extend(first.flat_map(|statement| flow.points_of(model, statement)));
        }
        points
    }

    /// The condition that a statement asserts, and the value that it has behind it: `assert t.done()`, and
    /// `self.assertTrue(t.done())` of unittest
    /// (<https://docs.python.org/3/library/unittest.html#unittest.TestCase.assertTrue>).
    fn asserted(&self, statement: NodeId) -> Option<(NodeId, bool)> {
        let model = self.model;
        let first = model.tree.first_child(statement)?;
        if model.kind(statement) == Kind::AssertStatement {
            return Some((first, true));
        }
        let call = Some(first).filter(|call| model.kind(*call) == Kind::Call)?;
        let callee = model.child(call, Field::Function)?;
        model.self_class(model.child(callee, Field::Object)?)?;
        let value = match model.text(model.child(callee, Field::Attribute)?) {
            "assertTrue" => true,
            "assertFalse" => false,
            _ => return None,
        };
        Some((*model.positional(call).first()?, value))
    }

    /// Whether a variable has no task that runs once a condition is false.
    pub(super) fn ends_when_false(&self, condition: NodeId, variable: VariableId) -> bool {
        self.implies(ConditionFact::Ended, condition, false, variable)
    }

    /// Whether a condition implies the fact about a variable when it evaluates to `value`.
    fn implies(
        &self,
        what: ConditionFact,
        condition: NodeId,
        value: bool,
        variable: VariableId,
    ) -> bool {
        let model = self.model;
        let condition = model.bare(condition);
        let implies = |part: NodeId, value: bool| self.implies(what, part, value, variable);
        match (model.kind(condition), what) {
            (Kind::NotOperator, _) => {
                model.tree.first_child(condition).is_some_and(|inner| implies(inner, !value))
            }
            (Kind::BooleanOperator, _) => {
                let mut sides = model.tree.children(condition);
                match model.is_conjunction(condition) == Some(value) {
                    true => sides.any(|side| implies(side, value)),
                    false => sides.all(|side| implies(side, value)),
                }
            }
            (_, ConditionFact::Done) => self.implies_done(condition, value, variable),
            (_, ConditionFact::Ended) => {
                self.implies_absent(condition, value, variable)
                    || self.implies_done(condition, value, variable)
                    || self.implies_all_done(condition, value, variable)
            }
        }
    }

    /// `tasks`, `len(tasks)`, `tasks == []`, `task is None`
    fn implies_absent(&self, condition: NodeId, value: bool, variable: VariableId) -> bool {
        let model = self.model;
        let is_it = |node: NodeId| model.variable(model.bare(node)) == Some(variable);
        let counts = |node: NodeId| {
            let callee = model.child(node, Field::Function);
            callee.is_some_and(|c| model.text(c) == "len")
                && model.positional(node).first().copied().is_some_and(is_it)
        };
        let Some((left, between, right)) = self.compared(condition) else {
            return !value && (is_it(condition) || counts(condition));
        };
        let is_empty = |node: NodeId| {
            matches!(model.text(node), "[]" | "{}" | "()" | "set()" | "None" | "list()" | "dict()")
        };
        match (&between[..], model.text(right)) {
            (["is"] | ["=="], _) if is_it(left) && is_empty(right) => value,
            (["is", "not"] | ["!="], _) if is_it(left) && is_empty(right) => !value,
            (["=="] | ["<="], "0") | (["<"], "1") if counts(left) => value,
            (["!="] | [">"], "0") | ([">="], "1") if counts(left) => !value,
            _ => false,
        }
    }

    /// The two sides of a comparison, and the operator's words.
    fn compared(&self, condition: NodeId) -> Option<(NodeId, Vec<&str>, NodeId)> {
        let model = self.model;
        let mut sides = model.tree.children(condition);
        let (left, right) = (sides.next()?, sides.next()?);
        if model.kind(condition) != Kind::ComparisonOperator || sides.next().is_some() {
            return None;
        }
        Some((left, model.operator(left, right), right))
    }

    /// `all(t.done() for t in tasks)`, `not any(not t.done() for t in tasks)`
    fn implies_all_done(&self, condition: NodeId, value: bool, variable: VariableId) -> bool {
        let model = self.model;
        let called = model.child(condition, Field::Function).map_or("", |c| model.text(c));
        if called != if value { "all" } else { "any" } {
            return false;
        }
        let arguments = model.child(condition, Field::Arguments);
        let given = arguments.map(|a| match model.kind(a) {
            Kind::GeneratorExpression => a,
            _ => model.tree.first_child(a).map_or(a, |first| model.bare(first)),
        });
        let Some(each) = given.filter(|n| model.kind(*n).is_comprehension()) else { return false };
        let parts: Vec<NodeId> = model.tree.children(each).collect();
        let [body, clause] = parts[..] else { return false };
        let element = model.child(clause, Field::Left).and_then(|n| model.variable(n));
        let container = model.child(clause, Field::Right).map(|n| model.bare(n));
        container.and_then(|n| model.variable(n)) == Some(variable)
            && element.is_some_and(|e| self.implies(ConditionFact::Done, body, value, e))
    }

    /// `task.done()`, `task in done`
    fn implies_done(&self, condition: NodeId, value: bool, variable: VariableId) -> bool {
        let model = self.model;
        let is_it = |node: NodeId| model.variable(model.bare(node)) == Some(variable);
        match model.kind(condition) {
            Kind::Call => {
                let called = model.called_method(condition);
                value && matches!(called, Some((o, "done" | "cancelled")) if is_it(o))
            }
            Kind::ComparisonOperator => {
                let Some((left, between, right)) = self.compared(condition) else { return false };
                let is_in = match between[..] {
                    ["in"] => value,
                    ["not", "in"] => !value,
                    _ => return false,
                };
                is_it(left) && self.is_done_set(right) == Some(is_in)
            }
            _ => false,
        }
    }

    /// Whether a condition tests that an event loop is open; a closed one runs no tasks: `if not
    /// loop.is_closed():`
    pub(super) fn tests_for_open_loop(&self, condition: NodeId) -> bool {
        let model = self.model;
        let condition = model.bare(condition);
        let asked = model.tree.first_child(condition).map(|inner| model.bare(inner));
        let called = asked.and_then(|call| model.called_method(call));
        model.kind(condition) == Kind::NotOperator
            && matches!(called, Some((o, "is_closed")) if self.is_named_like_loop(o))
    }

    /// Whether a name is `done` (true) or `pending` (false) in `done, pending = await
    /// asyncio.wait(...)`; none for any other name.
    pub(super) fn is_done_set(&self, name: NodeId) -> Option<bool> {
        let model = self.model;
        let mut found = model.bindings_of(model.bare(name)).iter().filter_map(|binding| {
            let BindingKind::Unpack { value } = binding.kind else { return None };
            let call =
                model.tree.first_child(value).filter(|_| model.kind(value) == Kind::Await)?;
            let callee = model.child(call, Field::Function)?;
            let waits = self
                .origins(callee)
                .iter()
                .any(|o| self.library_effect(o) == Some(LibraryEffect::Waits));
            let targets = model.tree.parent(binding.node).filter(|_| waits)?;
            match model.tree.children(targets).position(|target| target == binding.node) {
                Some(0) => Some(true),
                Some(1) => Some(false),
                _ => None,
            }
        });
        found.next()
    }
}
