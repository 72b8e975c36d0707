//! What the decorators of a coroutine function do with its exceptions.

use super::coroutine_exit::{EXCEPTION_BASES, catches, catches_only_cancellation};
use super::decorators::DecoratorWrapper;
use super::index::WorkspaceIndex;
use super::own_exceptions::broad_handler;
use super::own_logs::{is_shown, logging_clause};
use super::types::NodeRef;
use crate::python::{Field, Kind, NodeId};

/// What becomes of an exception that a function raises in its decorators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DecoratedException {
    /// They let it pass; the same where there is none.
    Passed,
    /// One logs it here, and raises it again.
    Logged(NodeRef),
    /// One catches it here.
    Caught(NodeRef),
    /// This one cannot be read.
    Unknown(NodeRef),
}

impl WorkspaceIndex<'_> {
    /// What becomes of an `Exception` that a coroutine function raises in its decorators.
    pub(super) fn decorated_exception(&self, function: NodeRef) -> DecoratedException {
        let mut outcome = DecoratedException::Passed;
        for decorator in self.wrapping_decorators(function) {
            match self.exception_in(decorator) {
                Some(DecoratedException::Passed) => {}
                Some(caught @ DecoratedException::Caught(_)) => return caught,
                Some(logged) => outcome = logged,
                None => return DecoratedException::Unknown(decorator),
            }
        }
        outcome
    }

    /// Where the `__exit__` of what a `with self:` enters logs an exception, which it lets pass.
    fn log_on_exit(&self, statement: NodeRef) -> Option<NodeRef> {
        let model = self.model(statement);
        let clause = model.children_of_kind(statement.node, Kind::WithClause).next()?;
        let [item] = model.tree.children(clause).collect::<Vec<_>>()[..] else { return None };
        let value = model.child(item, Field::Value).or(model.tree.first_child(item))?;
        let class = model.path_of(model.self_class(model.bare(value))?);
        let names = ["__exit__", "__aexit__"].into_iter();
        let exit = names.filter_map(|n| self.function_at(&format!("{class}.{n}"))).next()?;
        let there = self.model(exit);
        let is_nothing = |n: &NodeId| matches!(there.kind(*n), Kind::None | Kind::False);
        there.returns(exit.node).iter().all(is_nothing).then_some(())?;
        let node =
            there.own_nodes(exit.node, |kind| kind == Kind::Call).find(|n| is_shown(there, *n))?;
        Some(NodeRef { node, ..exit })
    }

    /// The same for one decorator; none if it is not known.
    fn exception_in(&self, decorator: NodeRef) -> Option<DecoratedException> {
        let DecoratorWrapper { function, call } = self.wrapper_in(decorator)?;
        let there = self.model(function);
        let mut logged = None;
        let around = there.tree.ancestors(call).take_while(|n| *n != function.node);
        for statement in around {
            let in_body = there.child(statement, Field::Body);
            let in_body = in_body.is_some_and(|body| there.tree.contains(body, call));
            let at = |node| NodeRef { node, ..function };
            match there.kind(statement) {
                Kind::WithStatement => {
                    let log = self.log_on_exit(at(statement))?;
                    logged = logged.or(Some(log));
                }
                Kind::TryStatement if in_body => {
                    if let Some(clause) = broad_handler(there, statement) {
                        return Some(DecoratedException::Caught(at(clause)));
                    }
                    logged = logged.or(logging_clause(there, statement).map(at));
                    let mut clauses = there.children_of_kind(statement, Kind::ExceptClause);
                    let passes = |clause: NodeId| {
                        catches(there, clause, EXCEPTION_BASES)
                            || catches_only_cancellation(there, clause)
                    };
                    if !clauses.all(passes) {
                        return None;
                    }
                }
                _ => {}
            }
        }
        Some(logged.map_or(DecoratedException::Passed, DecoratedException::Logged))
    }
}
