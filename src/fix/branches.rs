//! Branches of a statement of which only one runs. It knows no fix.

use crate::python::{Kind, Model, NodeId};

/// The branch of `statement` that holds a site, if only one of the statement's branches runs.
pub(super) fn branch_of(
    model: &Model,
    statement: NodeId,
    site: NodeId,
) -> Option<(NodeId, NodeId)> {
    let mut around = std::iter::once(site).chain(model.tree.ancestors(site));
    let child = around.find(|a| model.tree.parent(*a) == Some(statement))?;
    let exclusive = match model.kind(statement) {
        Kind::IfStatement => {
            matches!(model.kind(child), Kind::Block | Kind::ElifClause | Kind::ElseClause)
        }
        Kind::ConditionalExpression => true,
        _ => model.kind(child) == Kind::CaseClause,
    };
    exclusive.then_some((statement, child))
}

/// Whether only one of two nodes runs each time the statement around both does: they are in different branches of it.
pub(super) fn are_exclusive(model: &Model, one: NodeId, other: NodeId) -> bool {
    let shared = model.tree.ancestors(one).find(|a| model.tree.contains(*a, other));
    let branches =
        shared.and_then(|s| Some((branch_of(model, s, one)?, branch_of(model, s, other)?)));
    branches.is_some_and(|(a, b)| a != b)
}
