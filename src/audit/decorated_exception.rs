//! What the decorators of a coroutine function do with its exceptions.

use super::coroutine_exit::{EXCEPTION_BASES, catches, catches_only_cancellation};
use super::decorators::DecoratorWrapper;
use super::index::WorkspaceIndex;
use super::own_exceptions::broad_handler;
use super::own_logs::logging_clause;
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
                Kind::WithStatement => return None,
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
