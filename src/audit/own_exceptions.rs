//! Which exceptions a coroutine catches or logs, by its own code and that of the coroutines which it awaits. It does not know
//! who runs it.

use super::coroutine_exit::{
    EXCEPTION_BASES, MAX_DEPTH, catches, catches_only_cancellation, suppresses,
};
use super::index::WorkspaceIndex;
use super::types::NodeRef;
use crate::python::{Field, Kind, Model, NodeId};
use crate::tasks::last_name;
use crate::tasks::libraries::is_log_method;

impl WorkspaceIndex<'_> {
    /// Whether a coroutine catches every `Exception` that its own code can raise, and where, or nothing in it can raise
    /// one; `None` if it catches some.
    pub fn catches_own_exceptions(&self, function: NodeRef) -> (Option<bool>, Option<NodeRef>) {
        self.catches_within(function, MAX_DEPTH)
    }

    fn catches_within(&self, function: NodeRef, depth: u32) -> (Option<bool>, Option<NodeRef>) {
        let model = self.model(function);
        if model.is_stub(function.node) {
            return (None, None);
        }
        let at = |node| NodeRef { node, ..function };
        let may_catch = |kind| matches!(kind, Kind::TryStatement | Kind::WithStatement);
        let broad: Vec<(NodeId, NodeId)> = model
            .own_nodes(function.node, may_catch)
            .filter_map(|statement| Some((statement, broad_handler(model, statement)?)))
            .collect();
        let is_safe = |n: NodeId| is_safe_call(model, n) || self.awaits_handled(at(n), depth);
        let Some((_, first)) = broad.first() else {
            let raises = |n: NodeId| may_raise(model, n) && !self.awaits_handled(at(n), depth);
            if !model.own_nodes(function.node, |_| true).any(raises) {
                return (Some(true), Some(function));
            }
            let some = partial_handler(model, function.node);
            return (if some.is_some() { None } else { Some(false) }, some.map(at));
        };
        let is_covered = |node: NodeId| {
            broad.iter().any(|(statement, handler)| {
                let body = model.child(*statement, Field::Body);
                // What the other clauses call is taken for safe, and what `finally` waits for is not.
                let is_aside = || {
                    let mut clauses = model.tree.children(*statement);
                    let awaited = model.parent_of_kind(node, Kind::Await).is_some();
                    model.kind(node) == Kind::Call
                        && clauses.any(|clause| {
                            let is_aside = match model.kind(clause) {
                                Kind::ExceptClause => true,
                                Kind::FinallyClause => !awaited,
                                _ => false,
                            };
                            is_aside && model.tree.contains(clause, node)
                        })
                };
                body.into_iter().chain([*handler]).any(|part| model.tree.contains(part, node))
                    || is_aside()
            })
        };
        let risky = |kind| matches!(kind, Kind::Call | Kind::RaiseStatement);
        let of_cancellation = |node| is_of_cancellation(model, function.node, node);
        let uncovered = model
            .own_nodes(function.node, risky)
            .any(|n| !is_safe(n) && !is_covered(n) && !of_cancellation(n));
        (if uncovered { None } else { Some(true) }, Some(at(*first)))
    }

    /// Whether every wait of a coroutine is in a `try` that catches every `Exception`, or for a coroutine that has one: what
    /// other calls of it may raise is not known.
    pub(super) fn catches_in_waits(&self, function: NodeRef) -> bool {
        self.catches_in_waits_within(function, MAX_DEPTH)
    }

    fn catches_in_waits_within(&self, function: NodeRef, depth: u32) -> bool {
        let Some(depth) = depth.checked_sub(1) else { return false };
        let model = self.model(function);
        let handlers = |f: NodeRef| {
            let model = self.model(f);
            let may_catch = |kind| matches!(kind, Kind::TryStatement | Kind::WithStatement);
            let statements = model.own_nodes(f.node, may_catch);
            statements.filter(|n| broad_handler(model, *n).is_some()).collect::<Vec<_>>()
        };
        let broad = handlers(function);
        let is_covered = |n: NodeId| broad.iter().any(|around| model.tree.contains(*around, n));
        let catches =
            |f: &NodeRef| !handlers(*f).is_empty() || self.catches_in_waits_within(*f, depth);
        let mut is_involved = !broad.is_empty();
        let mut is_caught = |n: NodeId| {
            let call = model.tree.first_child(n).map_or(n, |n| model.bare(n));
            let coroutines = self.coroutines(NodeRef { node: call, ..function });
            let is_by_callee = !coroutines.is_empty() && coroutines.iter().all(catches);
            is_involved |= is_by_callee;
            is_covered(n) || is_by_callee || is_safe_call(model, call)
        };
        let raises = |n| !is_covered(n) && !is_of_cancellation(model, function.node, n);
        model.own_nodes(function.node, |kind| kind == Kind::Await).all(&mut is_caught)
            && !model.own_nodes(function.node, |kind| kind == Kind::RaiseStatement).any(raises)
            && is_involved
    }

    /// Whether a call is awaited at once, and runs only coroutines that catch every `Exception` of their own.
    fn awaits_handled(&self, call: NodeRef, depth: u32) -> bool {
        let Some(depth) = depth.checked_sub(1) else { return false };
        let coroutines = self.coroutines(call);
        let handles = |f: &NodeRef| {
            self.catches_within(*f, depth).0 == Some(true) && self.wrapping_decorator(*f).is_none()
        };
        self.model(call).parent_of_kind(call.node, Kind::Await).is_some()
            && !coroutines.is_empty()
            && coroutines.iter().all(handles)
    }

    /// The clause by which a coroutine logs every `Exception` of its own code, and raises it again.
    pub(super) fn logs_own_exceptions(&self, function: NodeRef) -> Option<NodeRef> {
        let model = self.model(function);
        let tries = model.own_nodes(function.node, |kind| kind == Kind::TryStatement);
        let logged = tries.filter_map(|n| Some((n, logging_clause(model, n)?)));
        let (statement, clause) = logged.into_iter().next()?;
        let risky = |kind| matches!(kind, Kind::Call | Kind::RaiseStatement);
        let is_logged = |n: NodeId| model.tree.contains(statement, n) || is_safe_call(model, n);
        let is_all = model.own_nodes(function.node, risky).all(is_logged);
        is_all.then_some(NodeRef { node: clause, ..function })
    }
}

/// `except CancelledError: raise`
fn is_of_cancellation(model: &Model, function: NodeId, node: NodeId) -> bool {
    let mut around = model.tree.ancestors(node).take_while(|n| *n != function);
    model.kind(node) == Kind::RaiseStatement
        && around
            .any(|n| model.kind(n) == Kind::ExceptClause && catches_only_cancellation(model, n))
}

/// Whether a node may raise an `Exception` of its own: for what is not a call this is a guess on the safe side.
fn may_raise(model: &Model, node: NodeId) -> bool {
    match model.kind(node) {
        Kind::Call => !is_safe_call(model, node),
        Kind::Await => model.tree.first_child(node).is_none_or(|n| {
            let awaited = model.bare(n);
            model.kind(awaited) != Kind::Call
        }),
        Kind::RaiseStatement
        | Kind::Subscript
        | Kind::BinaryOperator
        | Kind::AssertStatement
        | Kind::DeleteStatement
        | Kind::WithStatement
        | Kind::ImportStatement
        | Kind::ImportFromStatement
        | Kind::ForStatement
        | Kind::PatternList
        | Kind::TuplePattern => true,
        _ => false,
    }
}

/// Whether a call raises nothing of interest: it waits, or logs.
fn is_safe_call(model: &Model, call: NodeId) -> bool {
    model.callee_name(call).is_some_and(|name| match name {
        "print" | "sleep" | "set" | "clear" | "is_set" | "append" | "time" | "monotonic" => true,
        "len" | "task_done" | "cancelled" | "suppress" => true,
        "Event" | "Lock" | "Queue" | "Semaphore" => true,
        "get_running_loop" | "current_task" | "set_result" | "set_exception" => true,
        // `self._queue.put(item)`, not `session.put(url)`
        "put" => model.called_method(call).is_some_and(|(object, _)| {
            let object = model.text(object).to_lowercase();
            object.ends_with("queue") || object.ends_with("_q")
        }),
        // The audit does not know loguru's methods, unlike verdicts.
        "trace" | "success" => false,
        _ => is_log_method(name),
    })
}

/// The clause of a `try` that catches every `Exception` and does not raise; the `suppress` of a `with` that does.
pub(super) fn broad_handler(model: &Model, statement: NodeId) -> Option<NodeId> {
    if model.kind(statement) == Kind::WithStatement {
        let clause = model.children_of_kind(statement, Kind::WithClause).next()?;
        let mut inside = model.tree.subtree(clause);
        return inside
            .find(|n| model.kind(*n) == Kind::Call && suppresses(model, *n, EXCEPTION_BASES));
    }
    let mut clauses = model.children_of_kind(statement, Kind::ExceptClause);
    let clause = clauses.find(|c| catches(model, *c, EXCEPTION_BASES))?;
    let raises = model.tree.descendants(clause).any(|n| model.kind(n) == Kind::RaiseStatement);
    (!raises).then_some(clause)
}

/// The clause of a `try` that catches every `Exception`, logs it, and raises it again.
pub(super) fn logging_clause(model: &Model, statement: NodeId) -> Option<NodeId> {
    let mut clauses = model.children_of_kind(statement, Kind::ExceptClause);
    let clause = clauses.find(|c| catches(model, *c, EXCEPTION_BASES))?;
    let mut inside = model.tree.descendants(clause);
    let is_shown = |name: &str| is_log_method(name) && !matches!(name, "debug" | "info");
    let logs =
        |n: NodeId| model.kind(n) == Kind::Call && model.callee_name(n).is_some_and(is_shown);
    inside.any(logs).then_some(clause)
}

/// A clause, or a `suppress`, of a function's own frame that catches some exception.
fn partial_handler(model: &Model, function: NodeId) -> Option<NodeId> {
    let handles = |n: &NodeId| match model.kind(*n) {
        Kind::ExceptClause => {
            let types = model.tree.children(*n).filter(|c| model.kind(*c) != Kind::Block);
            let mut names = types.flat_map(|t| model.tree.subtree(t));
            names.any(|t| model.kind(t) == Kind::Identifier && is_exception_name(model.text(t)))
        }
        _ => {
            let mut given = model.positional(*n).into_iter();
            model.callee_name(*n) == Some("suppress")
                && given.any(|a| is_exception_name(last_name(model.text(a))))
        }
    };
    let may_handle = |kind| matches!(kind, Kind::ExceptClause | Kind::Call);
    model.own_nodes(function, may_handle).find(handles)
}

/// Whether a name is that of an exception other than `CancelledError`.
fn is_exception_name(name: &str) -> bool {
    name.starts_with(char::is_uppercase) && name != "CancelledError"
}
