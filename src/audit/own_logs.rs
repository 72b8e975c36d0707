//! By which clause a coroutine logs its exceptions, by its own code and that of the coroutines which it awaits. It does not know
//! who runs it.

use super::coroutine_exit::{
    EXCEPTION_BASES, MAX_DEPTH, catches, catches_only_cancellation, names_any,
};
use super::index::WorkspaceIndex;
use super::own_exceptions::{is_after_handlers, is_of_cancellation, raises_again, raises_plainly};
use super::types::NodeRef;
use crate::python::{Field, Kind, Model, NodeId};
use crate::tasks::libraries::is_log_method;

impl WorkspaceIndex<'_> {
    /// The clause by which a coroutine logs every `Exception` of its own code, perhaps to raise it again, or by which what it
    /// awaits does; one that raises it again, if there is one. `class` is that of its object, as for
    /// [`WorkspaceIndex::catches_own_exceptions`].
    pub(super) fn logs_own_exceptions(
        &self,
        function: NodeRef,
        class: Option<&str>,
    ) -> Option<NodeRef> {
        self.logs_within(function, class, MAX_DEPTH)
    }

    /// Whether something that a coroutine awaits logs what it raises again.
    pub(super) fn logs_in_waits(&self, function: NodeRef, class: Option<&str>) -> bool {
        let model = self.model(function);
        let logs = |f: NodeRef| {
            let there = self.model(f);
            let mut tries = there.own_nodes(f.node, |kind| kind == Kind::TryStatement);
            tries.any(|n| logging_clause(there, n).is_some())
        };
        // Those in the arguments of a call, too: `await gather(*[self._query(text) for text in texts])`.
        let awaits = model.own_nodes(function.node, |kind| kind == Kind::Await);
        let inside = awaits.flat_map(|n| model.tree.descendants(n));
        let mut calls = inside.filter(|n| model.kind(*n) == Kind::Call);
        calls.any(|node| {
            let called = self.methods_called(NodeRef { node, ..function }, class);
            called.into_iter().any(logs)
        })
    }

    fn logs_within(&self, function: NodeRef, class: Option<&str>, depth: u32) -> Option<NodeRef> {
        let depth = depth.checked_sub(1)?;
        let model = self.model(function);
        let at = |node| NodeRef { node, ..function };
        let tries = model.own_nodes(function.node, |kind| kind == Kind::TryStatement);
        let logged: Vec<(NodeId, NodeId)> =
            tries.filter_map(|n| Some((n, logging_clause(model, n)?))).collect();
        let is_logged = |n: NodeId| {
            let mut around = logged.iter().filter(|(around, _)| model.tree.contains(*around, n));
            around.any(|(statement, _)| {
                !is_after_handlers(model, *statement, n)
                    && !self.fails_in_clause(at(*statement), n, class, depth)
            })
        };
        let mut clauses: Vec<NodeRef> = logged.iter().map(|(_, clause)| at(*clause)).collect();
        // What is awaited is read for what it waits for, and what it raises.
        let is_aside = |n: NodeId| {
            let is_awaited = model.parent_of_kind(n, Kind::Await).is_some();
            depth + 1 < MAX_DEPTH && model.kind(n) == Kind::Call && !is_awaited
        };
        let open = model.own_nodes(function.node, |_| true).filter(|n| {
            raises_plainly(model, *n)
                && !is_logged(*n)
                && !is_aside(*n)
                && !self.is_safe_call(at(*n))
                && !is_of_cancellation(model, function.node, *n)
        });
        for node in open {
            if !self.handles(at(node), class, depth) {
                clauses.push(self.logged_by_callee(at(node), class, depth)?);
            }
        }
        let raises = |clause: &&NodeRef| raises_again(self.model(**clause), clause.node);
        clauses.iter().find(raises).or(clauses.first()).copied()
    }

    /// The same for the coroutines that an awaited call may run.
    fn logged_by_callee(&self, call: NodeRef, class: Option<&str>, depth: u32) -> Option<NodeRef> {
        let model = self.model(call);
        (model.kind(call.node) == Kind::Call).then_some(())?;
        model.parent_of_kind(call.node, Kind::Await)?;
        let logs = |f: NodeRef| {
            let is_plain = self.model(f).is_async(f.node) && self.wrapping_decorator(f).is_none();
            self.logs_within(f, class, depth).filter(|_| is_plain)
        };
        let called = self.methods_called(call, class).into_iter();
        let clauses: Option<Vec<NodeRef>> = called.map(logs).collect();
        clauses?.first().copied()
    }
}

/// The clause of a `try` that catches every `Exception` and logs it: nothing is raised again that was not logged on the same
/// path.
pub(super) fn logging_clause(model: &Model, statement: NodeId) -> Option<NodeId> {
    let clauses: Vec<NodeId> = model.children_of_kind(statement, Kind::ExceptClause).collect();
    let at = clauses.iter().position(|c| catches(model, *c, EXCEPTION_BASES))?;
    let clause = clauses[at];
    let logs = model.tree.descendants(clause).any(|n| is_shown(model, n));
    let narrow = clauses[..at].iter().filter(|c| !catches_only_cancellation(model, **c));
    let is_noted = |c: &NodeId| {
        raises_what_is_logged(model, *c, is_log) || is_logged_before(model, statement, *c)
    };
    (logs && raises_what_is_logged(model, clause, is_shown) && narrow.into_iter().all(is_noted))
        .then_some(clause)
}

/// Whether a node is a call that logs.
type IsLog = fn(&Model, NodeId) -> bool;

fn is_log(model: &Model, call: NodeId) -> bool {
    model.kind(call) == Kind::Call && model.callee_name(call).is_some_and(is_log_method)
}

/// A call of a logger that shows something by default.
pub(super) fn is_shown(model: &Model, call: NodeId) -> bool {
    let shows = |name: &str| is_log_method(name) && !matches!(name, "debug" | "info");
    model.kind(call) == Kind::Call && model.callee_name(call).is_some_and(shows)
}

/// Whether each `raise` of an `except` clause, but that of a cancellation, comes after a log on the same path.
fn raises_what_is_logged(model: &Model, clause: NodeId, logs: IsLog) -> bool {
    let is_of_cancellation = |raise: NodeId| {
        let mut around = model.tree.ancestors(raise).take_while(|n| *n != clause);
        around.any(|n| {
            let condition = model.child(n, Field::Condition);
            condition.is_some_and(|c| names_any(model, c, &["CancelledError"]))
        })
    };
    let mut raises =
        model.tree.descendants(clause).filter(|n| model.kind(*n) == Kind::RaiseStatement);
    raises.all(|raise| is_of_cancellation(raise) || is_after_log(model, clause, raise, logs))
}

/// Whether a log comes before a `raise` on each path through a block.
fn is_after_log(model: &Model, block: NodeId, raise: NodeId, is_log: IsLog) -> bool {
    let mut logs = model.tree.descendants(block).filter(|n| *n < raise && is_log(model, *n));
    logs.any(|log| {
        let suite = model.tree.parent(model.statement_of(log));
        suite.is_some_and(|suite| model.tree.contains(suite, raise))
    })
}

/// Whether what an `except` clause catches is raised in the body of its `try` only, each time after a log:
/// `log.error("lost"); raise Lost`.
fn is_logged_before(model: &Model, statement: NodeId, clause: NodeId) -> bool {
    let Some(body) = model.child(statement, Field::Body) else { return false };
    let types = model.tree.children(clause).filter(|c| model.kind(*c) != Kind::Block);
    let names: Vec<&str> = types
        .flat_map(|t| model.tree.subtree(t))
        .filter(|n| model.kind(*n) == Kind::Identifier)
        .map(|n| model.text(n))
        .collect();
    let mut raises = model
        .tree
        .descendants(body)
        .filter(|n| model.kind(*n) == Kind::RaiseStatement && names_any(model, *n, &names))
        .peekable();
    raises.peek().is_some() && raises.all(|raise| is_after_log(model, body, raise, is_shown))
}
