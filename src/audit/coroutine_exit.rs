//! How a coroutine ends, by its own code: whether it returns by itself, and which exceptions it
//! catches. It does not know who runs it.

use super::index::WorkspaceIndex;
use super::types::NodeRef;
use crate::python::{Field, Kind, Model, NodeId};
use crate::tasks::is_log_method;

/// How a coroutine ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CoroutineExit {
    /// It returns by itself, as far as its code shows.
    Returns,
    /// Not known.
    Unknown,
    /// It runs this loop until it is stopped or runs out of work.
    Loops(NodeRef),
}

/// Maximum depth of coroutines that await other coroutines of the project.
pub(super) const MAX_DEPTH: u32 = 3;

impl WorkspaceIndex<'_> {
    /// How a coroutine ends.
    pub fn coroutine_exit(&self, function: NodeRef) -> CoroutineExit {
        self.exit_within(function, MAX_DEPTH)
    }

    fn exit_within(&self, function: NodeRef, depth: u32) -> CoroutineExit {
        let model = self.model(function);
        let at = |node| NodeRef { node, ..function };
        if let Some(loop_node) = waiting_loops(model, function.node).first() {
            return CoroutineExit::Loops(at(*loop_node));
        }
        if model.is_stub(function.node) {
            return CoroutineExit::Unknown;
        }
        let Some(depth) = depth.checked_sub(1) else { return CoroutineExit::Unknown };
        let mut exit = CoroutineExit::Returns;
        for awaited in own_awaits(model, function.node) {
            let Some(call) = awaited_call(model, awaited) else { continue };
            let callee = model.child(call, Field::Function);
            if callee.is_some_and(|c| {
                let name = model.text(c).rsplit('.').next().unwrap_or_default();
                matches!(name, "serve_forever" | "run_forever")
            }) {
                return CoroutineExit::Loops(at(call));
            }
            if let Some(inner) = self.coroutines(at(call)).first().filter(|f| **f != function) {
                match self.exit_within(*inner, depth) {
                    CoroutineExit::Loops(node_ref) => return CoroutineExit::Loops(node_ref),
                    CoroutineExit::Unknown => exit = CoroutineExit::Unknown,
                    CoroutineExit::Returns => {}
                }
            }
        }
        exit
    }

    /// Whether a loop has an exit other than cancellation: a condition, a `break` or a `return`.
    pub(super) fn has_loop_exit(&self, loop_node: NodeRef) -> bool {
        let model = self.model(loop_node);
        if model.kind(loop_node.node) != Kind::WhileStatement {
            return false;
        }
        let condition = model.child(loop_node.node, Field::Condition);
        if !condition.is_some_and(|c| matches!(model.text(model.bare(c)), "True" | "1")) {
            return true;
        }
        let frame = model.frame_of(loop_node.node);
        let leaves = |n: NodeId| {
            let mut around = model.tree.ancestors(n).take_while(|a| *a != loop_node.node);
            let is_way = match model.kind(n) {
                Kind::ReturnStatement => true,
                Kind::BreakStatement => !model
                    .tree
                    .ancestors(n)
                    .take_while(|a| *a != loop_node.node)
                    .any(|a| matches!(model.kind(a), Kind::WhileStatement | Kind::ForStatement)),
                _ => false,
            };
            let is_cancelled = |a: NodeId| {
                model.kind(a) == Kind::ExceptClause && catches_only_cancellation(model, a)
            };
            is_way && model.frame_of(n) == frame && !around.any(is_cancelled)
        };
        model.tree.descendants(loop_node.node).any(leaves)
    }

    /// Whether a coroutine catches every `Exception` that its own code can raise, and where; `None`
    /// if it catches some.
    pub fn catches_own_exceptions(&self, function: NodeRef) -> (Option<bool>, Option<NodeRef>) {
        let model = self.model(function);
        if model.is_stub(function.node) {
            return (None, None);
        }
        let at = |node| NodeRef { node, ..function };
        let own = model.scopes.opened_by(function.node);
        let broad: Vec<NodeId> = model
            .tree
            .descendants(function.node)
            .filter(|n| model.kind(*n) == Kind::TryStatement && Some(model.frame_of(*n)) == own)
            .filter(|n| broad_handler(model, *n).is_some())
            .collect();
        let Some(first) = broad.first().and_then(|t| broad_handler(model, *t)) else {
            let some = partial_handler(model, function.node);
            return (if some.is_some() { None } else { Some(false) }, some.map(at));
        };
        let is_covered = |node: NodeId| {
            broad.iter().any(|t| {
                let body = model.child(*t, Field::Body);
                let handler = broad_handler(model, *t);
                let in_handler = handler.is_some_and(|h| model.tree.contains(h, node));
                in_handler || body.is_some_and(|b| model.tree.contains(b, node))
            })
        };
        let uncovered = model.tree.descendants(function.node).any(|n| {
            let risky = match model.kind(n) {
                Kind::Call => !is_safe_call(model, n),
                Kind::RaiseStatement => true,
                _ => false,
            };
            risky && Some(model.frame_of(n)) == own && !is_covered(n)
        });
        (if uncovered { None } else { Some(true) }, Some(at(first)))
    }

    /// A decorator that may replace its function.
    pub(super) fn wrapping_decorator(&self, function: NodeRef) -> Option<NodeRef> {
        let model = self.model(function);
        let mut decorators = model.decorators(function.node).into_iter();
        let node = decorators.find(|d| !is_plain_decorator(model, *d))?;
        Some(NodeRef { node, ..function })
    }

    /// The coroutine functions of the project that a call resolves to.
    pub(super) fn coroutines(&self, node_ref: NodeRef) -> Vec<NodeRef> {
        let model = self.model(node_ref);
        let Some(callee) = model.child(node_ref.node, Field::Function) else { return Vec::new() };
        let mut found = self.functions(NodeRef { node: callee, ..node_ref });
        found.retain(|f| self.model(*f).is_async(f.node));
        found
    }
}

/// Whether a decorator is known not to replace its function.
fn is_plain_decorator(model: &Model, decorator: NodeId) -> bool {
    let text = model.text(decorator);
    let name = text.split('(').next().unwrap_or(text).rsplit('.').next().unwrap_or(text);
    matches!(
        name,
        "staticmethod"
            | "classmethod"
            | "property"
            | "override"
            | "final"
            | "abstractmethod"
            | "wraps"
    )
}

/// Whether a call raises nothing of interest: it waits, or logs.
fn is_safe_call(model: &Model, call: NodeId) -> bool {
    let callee = model.child(call, Field::Function);
    let name = callee.map(|c| model.text(c).rsplit('.').next().unwrap_or_default());
    name.is_some_and(|n| match n {
        "print" | "sleep" | "set" | "clear" | "is_set" | "append" | "time" | "monotonic" => true,
        "len" | "task_done" | "cancelled" => true,
        // The audit does not know it, unlike verdicts.
        "trace" => false,
        _ => is_log_method(n),
    })
}

/// The `await` expressions of a function's own frame.
pub(super) fn own_awaits(model: &Model, function: NodeId) -> Vec<NodeId> {
    let own = model.scopes.opened_by(function);
    let is_own = |n: &NodeId| model.kind(*n) == Kind::Await && Some(model.frame_of(*n)) == own;
    model.tree.descendants(function).filter(is_own).collect()
}

pub(super) fn awaited_call(model: &Model, awaiting: NodeId) -> Option<NodeId> {
    let inner = model.bare(model.tree.first_child(awaiting)?);
    (model.kind(inner) == Kind::Call).then_some(inner)
}

/// Whether the coroutine can suspend at a node: an `await`, an `async for`, an `async with`.
pub(super) fn suspends(model: &Model, node: NodeId) -> bool {
    let is_async = || model.text(node).starts_with("async");
    match model.kind(node) {
        Kind::Await => true,
        Kind::ForStatement | Kind::WithStatement => is_async(),
        _ => false,
    }
}

/// The `while` loops of a function's own frame that suspend.
fn waiting_loops(model: &Model, function: NodeId) -> Vec<NodeId> {
    let own = model.scopes.opened_by(function);
    let waits = |n: NodeId| {
        let mut inside = model.tree.descendants(n);
        inside.any(|m| suspends(model, m) && Some(model.frame_of(m)) == own)
    };
    let is_loop = |n: &NodeId| {
        model.kind(*n) == Kind::WhileStatement && Some(model.frame_of(*n)) == own && waits(*n)
    };
    model.tree.descendants(function).filter(is_loop).collect()
}

/// The classes that catch every other exception.
const EXCEPTION_BASES: &[&str] = &["Exception", "BaseException"];

/// Whether an `except` clause is bare or names one of these.
pub(super) fn catches(model: &Model, clause: NodeId, names: &[&str]) -> bool {
    let types: Vec<NodeId> = model
        .tree
        .children(clause)
        .filter(|c| model.kind(*c) != Kind::Block && model.tree.field(*c) != Field::Alias)
        .collect();
    types.is_empty() || types.into_iter().any(|t| names_any(model, t, names))
}

/// `except asyncio.CancelledError:`
pub(super) fn catches_only_cancellation(model: &Model, clause: NodeId) -> bool {
    let types = model.tree.children(clause).filter(|c| model.kind(*c) != Kind::Block);
    let mut types = types.peekable();
    types.peek().is_some() && types.all(|t| model.text(t).trim_end().ends_with("CancelledError"))
}

pub(super) fn names_any(model: &Model, expression: NodeId, names: &[&str]) -> bool {
    let mut inside = std::iter::once(expression).chain(model.tree.descendants(expression));
    inside.any(|n| matches!(model.kind(n), Kind::Identifier) && names.contains(&model.text(n)))
}

/// The clause of a `try` that catches every `Exception` and does not raise.
fn broad_handler(model: &Model, statement: NodeId) -> Option<NodeId> {
    let clauses = model.tree.children(statement);
    let mut clauses = clauses.filter(|c| model.kind(*c) == Kind::ExceptClause);
    let clause = clauses.find(|c| catches(model, *c, EXCEPTION_BASES))?;
    let raises = model.tree.descendants(clause).any(|n| model.kind(n) == Kind::RaiseStatement);
    (!raises).then_some(clause)
}

/// A clause, or a `suppress`, of a function's own frame that catches some exception.
fn partial_handler(model: &Model, function: NodeId) -> Option<NodeId> {
    let own = model.scopes.opened_by(function);
    let is_handler = |n: &NodeId| match model.kind(*n) {
        Kind::ExceptClause => {
            let types = model.tree.children(*n).filter(|c| model.kind(*c) != Kind::Block);
            let mut names = types.flat_map(|t| std::iter::once(t).chain(model.tree.descendants(t)));
            names.any(|t| model.kind(t) == Kind::Identifier && is_exception_name(model.text(t)))
        }
        Kind::Call => {
            let callee = model.child(*n, Field::Function).map(|c| model.text(c));
            let suppresses = callee.and_then(|c| c.rsplit('.').next()) == Some("suppress");
            let mut given = model.positional(*n).into_iter();
            suppresses
                && given.any(|a| {
                    is_exception_name(model.text(a).rsplit('.').next().unwrap_or_default())
                })
        }
        _ => false,
    };
    let mut inside = model.tree.descendants(function);
    inside.find(|n| Some(model.frame_of(*n)) == own && is_handler(n))
}

/// Whether a name is that of an exception other than `CancelledError`.
fn is_exception_name(name: &str) -> bool {
    name.starts_with(char::is_uppercase) && name != "CancelledError"
}
