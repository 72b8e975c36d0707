//! What reads of a task's outcome do with its exception: show it to somebody, look at one class of it, or take it and show it to
//! nobody; and what asks whether it has one. It follows no value.

use super::coroutine_exit::{EXCEPTION_BASES, leaves, names_any};
use crate::python::{Field, Kind, Model, NodeId, UseKind};

/// How the task has ended where a condition that asks for its exception holds, or does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ended {
    /// Without an exception.
    Well,
    /// With an exception.
    Badly,
    /// The condition asks for more.
    Either,
}

/// Whether a read of the outcome shows the exception to nobody: a call of `exception()` that is a statement or the body of a lambda,
/// or that an `if` asks to act on success alone (`if task.exception() is None: ...`); or a call of `result()` behind such an `if`.
pub(super) fn is_discarded(model: &Model, call: NodeId) -> bool {
    if !model.positional(call).is_empty() {
        return false;
    }
    match model.called_method(call) {
        Some((_, "exception")) => is_unused(model, call) || acts_on_success(model, call),
        Some((object, "result")) => is_after_success(model, call, model.text(object)),
        _ => false,
    }
}

/// Whether a condition asks whether something is done: `not task.done()`.
pub(super) fn asks_done(model: &Model, condition: NodeId) -> bool {
    let is_asked =
        |n| matches!(model.called_method(n), Some((_, "done"))) && model.positional(n).is_empty();
    model.tree.subtree(condition).any(is_asked)
}

/// Whether of the result of a call of `exception()` only one class is looked at: `error = task.exception()`, then nothing but
/// `if isinstance(error, Refused): raise error`.
pub(super) fn is_partly_read(model: &Model, call: NodeId) -> bool {
    let assignment = model.tree.parent(call).filter(|n| model.kind(*n) == Kind::Assignment);
    let target = assignment.and_then(|n| model.child(n, Field::Left));
    let target = target.filter(|n| model.kind(*n) == Kind::Identifier);
    let Some((scope, symbol)) = target.and_then(|n| model.variable(n)) else { return false };
    let selects = |condition: NodeId, name: &str| {
        let mut inside = model.tree.subtree(condition);
        let is_plain =
            model.kind(condition) == Kind::Call || !model.text(condition).contains(" or ");
        is_plain
            && inside.any(|n| match model.positional(n)[..] {
                [asked, class] => {
                    model.callee_name(n) == Some("isinstance")
                        && model.text(asked) == name
                        && !names_any(model, class, EXCEPTION_BASES)
                        && model.parent_of_kind(n, Kind::NotOperator).is_none()
                }
                _ => false,
            })
    };
    let is_selected = |read: NodeId| {
        let around = model.tree.ancestors(read);
        let mut around = around.take_while(|n| model.kind(*n) != Kind::FunctionDefinition);
        around.any(|n| {
            let condition = model.child(n, Field::Condition).map(|c| model.bare(c));
            model.kind(n) == Kind::IfStatement
                && model.child(n, Field::Alternative).is_none()
                && condition.is_some_and(|c| selects(c, model.text(read)))
        })
    };
    let reads = model.uses(scope, symbol).iter().filter(|u| u.kind == UseKind::Load);
    let mut reads = reads.peekable();
    matches!(model.called_method(call), Some((_, "exception")))
        && model.positional(call).is_empty()
        && reads.peek().is_some()
        && reads.all(|u| is_selected(u.node))
}

/// Whether a call is a statement, or the body of a lambda, alone or behind `or`.
fn is_unused(model: &Model, call: NodeId) -> bool {
    let passes = |n: &NodeId| {
        matches!(
            model.kind(*n),
            Kind::BooleanOperator | Kind::ConditionalExpression | Kind::ParenthesizedExpression
        )
    };
    let outer = model.tree.ancestors(call).find(|n| !passes(n));
    outer.is_some_and(|n| matches!(model.kind(n), Kind::ExpressionStatement | Kind::Lambda))
}

/// Whether a condition that a call of `exception()` is in leads to nothing that could show the exception, where there is one.
fn acts_on_success(model: &Model, call: NodeId) -> bool {
    let Some((asking, holds, _)) = condition(model, call) else { return false };
    if model.kind(asking) == Kind::IfClause {
        return holds == Ended::Well;
    }
    let alternative = model.child(asking, Field::Alternative);
    let suite = model.child(asking, Field::Consequence);
    match (holds, alternative) {
        (Ended::Well, None) => {
            let leaves = suite.is_some_and(|suite| leaves(model, suite).is_some());
            !leaves || following(model, asking).all(|n| shows_nothing(model, n))
        }
        (Ended::Well, Some(other)) => {
            model.kind(other) == Kind::ElseClause && all_show_nothing(model, model.suite_of(other))
        }
        _ => all_show_nothing(model, suite),
    }
}

/// Whether a call is reached only where its task has ended without an exception, by a condition that asks for that first.
fn is_after_success(model: &Model, call: NodeId, object: &str) -> bool {
    let asks = |n: NodeId| {
        matches!(model.called_method(n), Some((asked, "exception")) if model.text(asked) == object)
            && model.positional(n).is_empty()
    };
    let ended = |test: NodeId| -> Option<(Ended, Ended)> {
        let asked = model.tree.subtree(test).find(|n| asks(*n))?;
        let (_, holds, fails) = condition(model, asked)?;
        Some((holds, fails))
    };
    let of_branch = |n: NodeId| -> Option<(Ended, Ended)> {
        match model.kind(n) {
            Kind::IfStatement => ended(model.child(n, Field::Condition)?),
            _ => None,
        }
    };
    let is_in = |part: Option<NodeId>| part.is_some_and(|part| model.tree.contains(part, call));
    let around = model.tree.ancestors(call);
    let mut around =
        around.take_while(|n| !matches!(model.kind(*n), Kind::FunctionDefinition | Kind::Lambda));
    around.any(|n| {
        let is_chosen = of_branch(n).is_some_and(|(holds, fails)| {
            holds == Ended::Well && is_in(model.child(n, Field::Consequence))
                || fails == Ended::Well && is_in(model.child(n, Field::Alternative))
        });
        let is_filtered = || {
            let mut clauses = model.children_of_kind(n, Kind::IfClause);
            model.kind(n).is_comprehension()
                && clauses.any(|c| ended(c).is_some_and(|(holds, _)| holds == Ended::Well))
        };
        // `if task.exception(): continue`
        let is_left_over = || {
            let mut before = preceding(model, n);
            before.any(|sibling| {
                of_branch(sibling).is_some_and(|(_, fails)| fails == Ended::Well)
                    && model.child(sibling, Field::Alternative).is_none()
                    && model
                        .child(sibling, Field::Consequence)
                        .is_some_and(|s| leaves(model, s).is_some())
            })
        };
        is_chosen || is_filtered() || is_left_over()
    })
}

/// What asks for the value of a call of `exception()`: an `if`, or that of a comprehension; and how the task has ended where its
/// condition holds, and where it does not.
fn condition(model: &Model, call: NodeId) -> Option<(NodeId, Ended, Ended)> {
    let (mut holds, mut fails) = (Ended::Badly, Ended::Well);
    let mut inner = call;
    for n in model.tree.ancestors(call) {
        match model.kind(n) {
            Kind::ParenthesizedExpression => {}
            Kind::NotOperator => (holds, fails) = (fails, holds),
            Kind::ComparisonOperator => {
                let end = model.tree.children(n).last();
                let end = end.filter(|end| model.kind(*end) == Kind::None)?;
                match model.operator(inner, end)[..] {
                    ["is"] => (holds, fails) = (fails, holds),
                    ["is", "not"] => {}
                    _ => return None,
                }
            }
            Kind::BooleanOperator => match model.is_conjunction(n)? {
                true => fails = Ended::Either,
                false => holds = Ended::Either,
            },
            Kind::IfStatement if model.tree.field(inner) == Field::Condition => {
                return Some((n, holds, fails));
            }
            Kind::IfClause => return Some((n, holds, fails)),
            _ => return None,
        }
        inner = n;
    }
    None
}

/// The statements behind one, in its suite.
fn following(model: &Model, statement: NodeId) -> impl Iterator<Item = NodeId> {
    let suite = model.tree.parent(statement);
    let all = suite.into_iter().flat_map(|suite| model.tree.children(suite));
    all.filter(move |n| *n > statement)
}

/// The statements before one, in its suite.
fn preceding(model: &Model, statement: NodeId) -> impl Iterator<Item = NodeId> {
    let suite = model.tree.parent(statement).filter(|n| model.kind(*n) == Kind::Block);
    let all = suite.into_iter().flat_map(|suite| model.tree.children(suite));
    all.take_while(move |n| *n < statement)
}

/// Whether there is a suite, and none of its statements shows anything.
fn all_show_nothing(model: &Model, suite: Option<NodeId>) -> bool {
    suite.is_some_and(|suite| model.tree.children(suite).all(|n| shows_nothing(model, n)))
}

/// Whether a statement can show nobody that the task has failed: it calls, returns and raises nothing, and notes nothing.
fn shows_nothing(model: &Model, statement: NodeId) -> bool {
    match model.kind(statement) {
        Kind::PassStatement | Kind::ContinueStatement | Kind::BreakStatement | Kind::Comment => {
            true
        }
        Kind::ReturnStatement => {
            let value = model.tree.first_child(statement);
            value.is_none_or(|value| model.kind(value) == Kind::None)
        }
        // `tasks = pending`
        Kind::ExpressionStatement => {
            let assignment = model.tree.first_child(statement);
            let assignment = assignment.filter(|n| model.kind(*n) == Kind::Assignment);
            let sides = [Field::Left, Field::Right].map(|f| model.child(assignment?, f));
            sides.iter().all(|side| side.is_some_and(|n| model.kind(n) == Kind::Identifier))
        }
        _ => false,
    }
}
