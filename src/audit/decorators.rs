//! What the decorators of a coroutine function do with its exceptions. They are read if they are functions of the project.

use super::coroutine_exit::{
    EXCEPTION_BASES, broad_handler, catches, catches_only_cancellation, logging_clause,
};
use super::index::WorkspaceIndex;
use super::types::NodeRef;
use crate::python::{BindingKind, Field, Kind, NodeId};

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
        let model = self.model(decorator);
        // `@retry` or `@retry(3)`
        let node = model.child(decorator.node, Field::Function).unwrap_or(decorator.node);
        let [home] = self.functions(NodeRef { node, ..decorator })[..] else { return None };
        let there = self.model(home);
        let inner = there.tree.descendants(home.node).filter(|n| there.is_async(*n));
        let [wrapper] = inner.collect::<Vec<_>>()[..] else { return None };
        // The call of what it wraps: of a parameter of a function around it.
        let is_wrapped = |call: NodeId| {
            let callee = there.child(call, Field::Function);
            let bindings = callee.map(|c| there.bindings_of(c)).unwrap_or_default();
            bindings.iter().any(|b| {
                matches!(b.kind, BindingKind::Parameter { function, .. } if function != wrapper)
            })
        };
        let calls = there.own_nodes(wrapper, |kind| kind == Kind::Call);
        let [call] = calls.filter(|n| is_wrapped(*n)).collect::<Vec<_>>()[..] else { return None };
        there.parent_of_kind(call, Kind::Await)?;
        let mut logged = None;
        let around = there.tree.ancestors(call).take_while(|n| *n != wrapper);
        for statement in around {
            let in_body = there.child(statement, Field::Body);
            let in_body = in_body.is_some_and(|body| there.tree.contains(body, call));
            let at = |node| NodeRef { node, ..home };
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
