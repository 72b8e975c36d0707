//! What do conditions say of a task: is it done, is there one at all? What somebody does with one that is done keeps none
//! that still runs. It follows no values.

use super::gate::operator;
use super::inquiry::Inquiry;
use super::known::Does;
use crate::python::{
    BindingKind, Cfg, Field, Kind, NodeId, ProgramPoint, ScopeId, Symbol, Use, UseKind,
};

/// A variable.
type Name = (ScopeId, Symbol);

/// What a condition can say of a variable.
#[derive(Debug, Clone, Copy)]
enum Saying {
    /// Its task is done.
    Done,
    /// It has no task: it is `None`, or empty.
    Absent,
}

impl Inquiry<'_> {
    /// Whether a read of a variable stands where a condition says that its task is done: `if t.done(): t.result()`.
    pub(super) fn is_done_at(&self, read: NodeId, variable: Name) -> bool {
        let model = self.model;
        let mut inner = read;
        for node in model.tree.ancestors(read) {
            let is_in = |field: Field| model.child(node, field) == Some(inner);
            let says =
                |condition: NodeId, wants| self.says(Saying::Done, condition, wants, variable);
            let parts = || model.tree.children(node).collect::<Vec<NodeId>>();
            let is_done = match model.kind(node) {
                Kind::FunctionDefinition | Kind::Lambda => return false,
                Kind::IfStatement | Kind::ElifClause if is_in(Field::Consequence) => {
                    model.child(node, Field::Condition).is_some_and(|c| says(c, true))
                }
                Kind::IfStatement
                    if matches!(model.kind(inner), Kind::ElseClause | Kind::ElifClause) =>
                {
                    model.child(node, Field::Condition).is_some_and(|c| says(c, false))
                }
                Kind::ConditionalExpression => match parts()[..] {
                    [body, condition, _] if body == inner => says(condition, true),
                    [_, condition, other] if other == inner => says(condition, false),
                    _ => false,
                },
                Kind::BooleanOperator => match (parts()[..].first(), operator(model, node)) {
                    (Some(left), Some(is_and)) => *left != inner && says(*left, is_and),
                    _ => false,
                },
                kind if kind.is_comprehension() && is_in(Field::Body) => parts()
                    .into_iter()
                    .filter(|part| model.kind(*part) == Kind::IfClause)
                    .filter_map(|clause| model.tree.first_child(clause))
                    .any(|condition| says(condition, true)),
                _ => false,
            };
            if is_done {
                return true;
            }
            inner = node;
        }
        false
    }

    /// The points to which conditions lead that say that a variable has no task: `if not tasks: return`.
    pub(super) fn absent_points(
        &self,
        flow: &Cfg,
        uses: &[Use],
        variable: Name,
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
            let Some(statement) =
                statement.filter(|s| model.child(*s, Field::Condition) == Some(inner))
            else {
                continue;
            };
            let says = |wants| self.says(Saying::Absent, inner, wants, variable);
            let other = model.tree.children(statement).find(|n| model.kind(*n) == Kind::ElseClause);
            let blocks = [
                model.child(statement, Field::Consequence).filter(|_| says(true)),
                other.and_then(|other| model.child(other, Field::Body)).filter(|_| says(false)),
            ];
            let first = blocks.into_iter().flatten().filter_map(|b| model.tree.first_child(b));
            points.extend(first.flat_map(|statement| flow.points_of(model, statement)));
        }
        points
    }

    /// Whether a condition that is `wants` says this of a variable.
    fn says(&self, what: Saying, condition: NodeId, wants: bool, variable: Name) -> bool {
        let model = self.model;
        let condition = model.bare(condition);
        let says = |part: NodeId, wants: bool| self.says(what, part, wants, variable);
        match (model.kind(condition), what) {
            (Kind::NotOperator, _) => {
                model.tree.first_child(condition).is_some_and(|inner| says(inner, !wants))
            }
            (Kind::BooleanOperator, _) => {
                let mut sides = model.tree.children(condition);
                match operator(model, condition) == Some(wants) {
                    true => sides.any(|side| says(side, wants)),
                    false => sides.all(|side| says(side, wants)),
                }
            }
            (_, Saying::Done) => self.says_done(condition, wants, variable),
            (_, Saying::Absent) => self.says_absent(condition, wants, variable),
        }
    }

    /// `tasks`, `len(tasks)`, `tasks == []`, `task is None`
    fn says_absent(&self, condition: NodeId, wants: bool, variable: Name) -> bool {
        let model = self.model;
        let is_it = |node: NodeId| model.variable(model.bare(node)) == Some(variable);
        let counts = |node: NodeId| {
            let callee = model.child(node, Field::Function);
            callee.is_some_and(|c| model.text(c) == "len")
                && model.positional(node).first().copied().is_some_and(is_it)
        };
        let Some((left, between, right)) = self.compared(condition) else {
            return !wants && (is_it(condition) || counts(condition));
        };
        let is_empty = |node: NodeId| {
            matches!(model.text(node), "[]" | "{}" | "()" | "set()" | "None" | "list()" | "dict()")
        };
        match (&between[..], model.text(right)) {
            (["is"] | ["=="], _) if is_it(left) && is_empty(right) => wants,
            (["is", "not"] | ["!="], _) if is_it(left) && is_empty(right) => !wants,
            (["=="] | ["<="], "0") | (["<"], "1") if counts(left) => wants,
            (["!="] | [">"], "0") | ([">="], "1") if counts(left) => !wants,
            _ => false,
        }
    }

    /// The sides of a comparison of two, and the words between them.
    fn compared(&self, condition: NodeId) -> Option<(NodeId, Vec<&str>, NodeId)> {
        let model = self.model;
        let mut sides = model.tree.children(condition);
        let (left, right) = (sides.next()?, sides.next()?);
        if model.kind(condition) != Kind::ComparisonOperator || sides.next().is_some() {
            return None;
        }
        let between = &model.source.code()[model.tree.end(left)..model.tree.start(right)];
        Some((left, between.split_whitespace().collect(), right))
    }

    /// `task.done()`, `task in done`
    fn says_done(&self, condition: NodeId, wants: bool, variable: Name) -> bool {
        let model = self.model;
        let is_it = |node: NodeId| model.variable(model.bare(node)) == Some(variable);
        match model.kind(condition) {
            Kind::Call => {
                let callee = model.child(condition, Field::Function);
                let method = callee.and_then(|c| model.child(c, Field::Attribute));
                let object = callee.and_then(|c| model.child(c, Field::Object));
                wants
                    && method.is_some_and(|m| matches!(model.text(m), "done" | "cancelled"))
                    && object.is_some_and(is_it)
            }
            Kind::ComparisonOperator => {
                let Some((left, between, right)) = self.compared(condition) else { return false };
                let is_in = match between[..] {
                    ["in"] => wants,
                    ["not", "in"] => !wants,
                    _ => return false,
                };
                is_it(left) && self.is_waited_for(right) == Some(is_in)
            }
            _ => false,
        }
    }

    /// Whether a condition asks for a loop that is not closed: one that is runs no tasks. `if not loop.is_closed():`
    pub(super) fn asks_for_open_loop(&self, condition: NodeId) -> bool {
        let model = self.model;
        let condition = model.bare(condition);
        let asked = model.tree.first_child(condition).map(|inner| model.bare(inner));
        let callee = asked.and_then(|call| model.child(call, Field::Function));
        let method = callee.and_then(|c| model.child(c, Field::Attribute));
        let object = callee.and_then(|c| model.child(c, Field::Object));
        model.kind(condition) == Kind::NotOperator
            && method.is_some_and(|m| model.text(m) == "is_closed")
            && object.is_some_and(|o| self.is_named_like_loop(o))
    }

    /// Of `done, pending = await asyncio.wait(...)` whether a name is the first; none of any other name.
    fn is_waited_for(&self, name: NodeId) -> Option<bool> {
        let model = self.model;
        let mut found = model.bindings_of(model.bare(name)).iter().filter_map(|binding| {
            let BindingKind::Unpack { value } = binding.kind else { return None };
            let call =
                model.tree.first_child(value).filter(|_| model.kind(value) == Kind::Await)?;
            let callee = model.child(call, Field::Function)?;
            let waits = self.origins(callee).iter().any(|o| self.known(o) == Some(Does::Waits));
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
