//! Conditions that let a loop make a task only once: `if first: first = False`. It follows no values.

use super::analyzer::EscapeAnalyzer;
use super::def_use::VariableFlow;
use crate::python::{BindingKind, Field, Kind, Model, NodeId, ProgramPoint, UseKind};

impl EscapeAnalyzer<'_> {
    /// The points in the loop around a binding that make one of its conditions false, for as long as the loop runs. None when the
    /// condition is true only once in any case.
    pub(super) fn closing_points(&self, variable: &VariableFlow<'_>) -> Option<Vec<ProgramPoint>> {
        let model = self.model;
        let mut conditions = Vec::new();
        let mut inner = variable.name;
        for node in model.tree.ancestors(variable.name) {
            match model.kind(node) {
                Kind::IfStatement | Kind::ElifClause
                    if model.tree.field(inner) == Field::Consequence =>
                {
                    conditions.extend(model.child(node, Field::Condition));
                }
                Kind::WhileStatement | Kind::ForStatement => {
                    let mut points = Vec::new();
                    for condition in conditions {
                        points.extend(self.points_closing(variable, node, condition)?);
                    }
                    points.sort_unstable();
                    return Some(points);
                }
                Kind::FunctionDefinition => break,
                _ => {}
            }
            inner = node;
        }
        Some(Vec::new())
    }

    /// The same for one condition in a loop.
    fn points_closing(
        &self,
        variable: &VariableFlow<'_>,
        around: NodeId,
        condition: NodeId,
    ) -> Option<Vec<ProgramPoint>> {
        let model = self.model;
        let mut points = Vec::new();
        let parts = std::iter::once(condition).chain(model.tree.descendants(condition));
        for name in parts.filter(|n| model.kind(*n) == Kind::Identifier) {
            let Some((owner, symbol)) = model.variable(name) else { continue };
            if owner != variable.owner || symbol == variable.symbol {
                continue;
            }
            if is_counted_by(model, around, name) && model.text(condition).contains("==") {
                return None;
            }
            let stores = model.uses(owner, symbol).iter().filter(|u| {
                matches!(u.kind, UseKind::Store | UseKind::Update)
                    && model.tree.contains(around, u.node)
            });
            let stores: Vec<NodeId> = stores.map(|u| u.node).collect();
            if stores.iter().all(|store| result_after(model, condition, *store) == Some(false)) {
                points.extend(stores.iter().flat_map(|s| variable.flow.points_of(model, *s)));
            }
        }
        Some(points)
    }
}

/// Whether a loop counts with a name: `for name, item in enumerate(items)`, `for name in range(n)`.
fn is_counted_by(model: &Model, around: NodeId, name: NodeId) -> bool {
    let target = model.child(around, Field::Left);
    let first = target.map(|t| model.tree.first_child(t).unwrap_or(t));
    let iterable = model.child(around, Field::Right).map_or("", |i| model.text(i));
    first.is_some_and(|t| model.variable(t) == model.variable(name))
        && (iterable.starts_with("enumerate(") || iterable.starts_with("range("))
}

/// The result of a condition after a store to a variable that it tests, where that is known.
fn result_after(model: &Model, condition: NodeId, store: NodeId) -> Option<bool> {
    let condition = model.bare(condition);
    let is_it = |node: NodeId| model.variable(model.bare(node)) == model.variable(store);
    let binding = model.bindings_of(store).iter().find(|b| b.node == store);
    let value = match binding.map(|b| &b.kind) {
        Some(BindingKind::Assign { value }) => Some(model.bare(*value)),
        Some(BindingKind::Augmented { .. }) => None,
        _ => return None,
    };
    let mut sides = model.tree.children(condition);
    match model.kind(condition) {
        Kind::NotOperator => Some(!result_after(model, sides.next()?, store)?),
        Kind::BooleanOperator => {
            // `and` is false when one side is, `or` is true when one side is.
            let deciding = model.is_conjunction(condition) == Some(false);
            let results: Vec<_> = sides.map(|side| result_after(model, side, store)).collect();
            match results.contains(&Some(deciding)) {
                true => Some(deciding),
                false => results.iter().all(|r| *r == Some(!deciding)).then_some(!deciding),
            }
        }
        Kind::Identifier if is_it(condition) => Some(!matches!(
            value.map_or("", |v| model.text(v)),
            "False" | "None" | "0" | "[]" | "{}"
        )),
        Kind::ComparisonOperator => {
            let (left, right) = (sides.next()?, sides.next()?);
            let between = &model.source.code()[model.tree.end(left)..model.tree.start(right)];
            let words: Vec<&str> = between.split_whitespace().collect();
            let is_same = value.is_some_and(|v| model.text(v) == model.text(right));
            match &words[..] {
                _ if !is_it(left) => None,
                ["is"] | ["=="] => Some(is_same),
                ["is", "not"] | ["!="] => Some(!is_same),
                _ => None,
            }
        }
        _ => None,
    }
}
