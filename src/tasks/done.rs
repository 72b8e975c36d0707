//! Is a task done where it is read? What somebody does with one that is done keeps none that still runs. It looks at
//! conditions, and follows no values.

use super::gate::operator;
use super::inquiry::Inquiry;
use super::known::Does;
use crate::python::{BindingKind, Field, Kind, NodeId, ScopeId, Symbol};

impl Inquiry<'_> {
    /// Whether a read of a variable stands where a condition says that its task is done: `if t.done(): t.result()`.
    pub(super) fn is_done_at(&self, read: NodeId, variable: (ScopeId, Symbol)) -> bool {
        let model = self.model;
        let mut inner = read;
        for node in model.tree.ancestors(read) {
            let is_in = |field: Field| model.child(node, field) == Some(inner);
            let says = |condition: NodeId, wants: bool| self.says_done(condition, wants, variable);
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

    /// Whether a condition that is `wants` says that the task of a variable is done.
    fn says_done(&self, condition: NodeId, wants: bool, variable: (ScopeId, Symbol)) -> bool {
        let model = self.model;
        let condition = model.bare(condition);
        let says = |part: NodeId, wants: bool| self.says_done(part, wants, variable);
        let is_it = |node: NodeId| model.variable(model.bare(node)) == Some(variable);
        match model.kind(condition) {
            Kind::NotOperator => {
                model.tree.first_child(condition).is_some_and(|inner| says(inner, !wants))
            }
            Kind::BooleanOperator => {
                let mut sides = model.tree.children(condition);
                match operator(model, condition) == Some(wants) {
                    true => sides.any(|side| says(side, wants)),
                    false => sides.all(|side| says(side, wants)),
                }
            }
            Kind::Call => {
                let callee = model.child(condition, Field::Function);
                let method = callee.and_then(|c| model.child(c, Field::Attribute));
                let object = callee.and_then(|c| model.child(c, Field::Object));
                wants
                    && method.is_some_and(|m| matches!(model.text(m), "done" | "cancelled"))
                    && object.is_some_and(is_it)
            }
            Kind::ComparisonOperator => {
                let mut sides = model.tree.children(condition);
                let (Some(left), Some(right), None) = (sides.next(), sides.next(), sides.next())
                else {
                    return false;
                };
                let between = &model.source.code()[model.tree.end(left)..model.tree.start(right)];
                let is_in = match between.split_whitespace().collect::<Vec<_>>()[..] {
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
