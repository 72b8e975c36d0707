//! How a coroutine ends, by its own code: whether it returns by itself, and which exceptions it
//! catches. It does not know who runs it.

use super::decorators::DecoratorWrapper;
use super::index::WorkspaceIndex;
use super::types::NodeRef;
use crate::python::{Field, Kind, Model, NodeId, UseKind};
use crate::tasks::last_name;
use crate::tasks::libraries::{ContainerMethod, MethodEffect, Role, names};

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

/// Parts of the names of exceptions by which a stream, a connection or a queue ends.
const END_NAMES: &[&str] = &[
    "Closed",
    "Disconnect",
    "EOF",
    "IncompleteRead",
    "ShutDown",
    "StopAsyncIteration",
    "StopIteration",
];

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
        if let Some(loop_node) = waiting_loop(model, function.node) {
            return CoroutineExit::Loops(at(loop_node));
        }
        if let Some(loop_node) = self.decorating_loop(function) {
            return CoroutineExit::Loops(loop_node);
        }
        if model.is_stub(function.node) {
            return CoroutineExit::Unknown;
        }
        let Some(depth) = depth.checked_sub(1) else { return CoroutineExit::Unknown };
        let mut exit = CoroutineExit::Returns;
        let awaited = awaited_calls(model, function.node);
        for call in awaited.chain(awaited_coroutines(model, function.node)) {
            if model.callee_name(call).is_some_and(|n| names(Role::EndlessMethod).contains(&n)) {
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

    /// The loop of a decorator that calls its function in each round.
    fn decorating_loop(&self, function: NodeRef) -> Option<NodeRef> {
        self.wrapping_decorators(function).into_iter().find_map(|decorator| {
            let DecoratorWrapper { function, call } = self.wrapper_in(decorator)?;
            let model = self.model(function);
            let node = waiting_loop(model, function.node)?;
            model.tree.contains(node, call).then_some(NodeRef { node, ..function })
        })
    }

    /// Whether a loop has an exit other than cancellation: a condition, a `break` or a `return`.
    pub(super) fn has_loop_exit(&self, loop_node: NodeRef) -> bool {
        let model = self.model(loop_node);
        if model.kind(loop_node.node) != Kind::WhileStatement {
            return false;
        }
        self.is_left(loop_node) || self.end_clause(loop_node).is_some()
    }

    /// Whether a `while` loop has a condition, a `break` or a `return`.
    pub(super) fn is_left(&self, loop_node: NodeRef) -> bool {
        let model = self.model(loop_node);
        if !model.is_while_true(loop_node.node) {
            return true;
        }
        let frame = model.frame_of(loop_node.node);
        let leaves = |n: NodeId| {
            let around = || model.tree.ancestors(n).take_while(|a| *a != loop_node.node);
            let is_way = match model.kind(n) {
                Kind::ReturnStatement => true,
                Kind::BreakStatement => !around().any(|a| is_loop(model, a)),
                Kind::Call => exits_program(model, n),
                _ => false,
            };
            let is_cancelled = |a: NodeId| {
                model.kind(a) == Kind::ExceptClause && catches_only_cancellation(model, a)
            };
            is_way && model.frame_of(n) == frame && !around().any(is_cancelled)
        };
        model.tree.descendants(loop_node.node).any(leaves)
    }

    /// The clause around a loop that catches the exception by which what the loop reads ends: `except StopAsyncIteration`.
    pub(super) fn end_clause(&self, loop_node: NodeRef) -> Option<NodeId> {
        let model = self.model(loop_node);
        let ends = |clause: &NodeId| {
            let types = model.tree.children(*clause).filter(|c| model.kind(*c) != Kind::Block);
            let mut names = types.flat_map(|t| model.tree.subtree(t));
            names.any(|n| {
                let name = last_name(model.text(n));
                model.kind(n) == Kind::Identifier && END_NAMES.iter().any(|e| name.contains(e))
            })
        };
        let around = model.tree.ancestors(loop_node.node);
        let around = around.take_while(|n| model.kind(*n) != Kind::FunctionDefinition);
        let mut tries = around.take_while(|n| !is_loop(model, *n)).filter(|n| {
            let body = model.child(*n, Field::Body);
            model.kind(*n) == Kind::TryStatement
                && body.is_some_and(|body| model.tree.contains(body, loop_node.node))
        });
        tries.find_map(|n| model.children_of_kind(n, Kind::ExceptClause).find(ends))
    }

    /// Whether a loop is left when a number, such as a time or a count, is reached.
    pub(super) fn ends_by_itself(&self, loop_node: NodeRef) -> bool {
        let model = self.model(loop_node);
        let frame = model.frame_of(loop_node.node);
        let compares = |n: NodeId| {
            let mut operands = model.tree.children(n);
            let between = operands.next().zip(operands.next());
            let operator = between.map_or("", |(left, right)| model.between(left, right).trim());
            model.kind(n) == Kind::ComparisonOperator && operator.starts_with(['<', '>'])
        };
        let is_timed = |n: NodeId| compares(model.bare(n));
        model.child(loop_node.node, Field::Condition).is_some_and(is_timed)
            || model.tree.descendants(loop_node.node).any(|n| {
                let leaves = matches!(model.kind(n), Kind::ReturnStatement | Kind::BreakStatement);
                let condition = model.tree.parent(n).and_then(|suite| model.tree.parent(suite));
                let condition = condition.and_then(|around| model.child(around, Field::Condition));
                leaves
                    && model.frame_of(n) == frame
                    && condition.is_some_and(|c| compares(model.bare(c)))
            })
    }

    /// Whether a coroutine runs to its end in one step: nothing in it, nor in what overrides it, waits. The loop itself refers to
    /// the step.
    pub(super) fn never_waits(&self, function: NodeRef) -> bool {
        self.waits_only_for(function, |_| false)
    }

    /// Whether nothing in a coroutine, nor in what overrides it, waits, but for the `await` of what passes a test.
    pub(super) fn waits_only_for(
        &self,
        function: NodeRef,
        is_passed: impl Fn(NodeRef) -> bool,
    ) -> bool {
        let model = self.model(function);
        let name = model.name_of(function.node);
        // Any of these words counts, wherever it stands: `[item async for item in stream]`.
        let body = model.child(function.node, Field::Body).map_or("", |body| model.text(body));
        let is_overridden = self.enclosing_class(function).is_some_and(|class| {
            let mut below = self.with_subclasses(&class).into_iter().filter(|c| **c != *class);
            below.any(|c| self.function_at(&format!("{c}.{name}")) != Some(function))
        });
        let waits = || model.own_nodes(function.node, |kind| kind == Kind::Await);
        let awaited = |n| model.tree.first_child(n).map(|n| model.bare(n));
        model.is_async(function.node)
            && !model.is_stub(function.node)
            && !body.contains("async ")
            && body.matches("await").count() == waits().count()
            && waits()
                .all(|n| awaited(n).is_some_and(|node| is_passed(NodeRef { node, ..function })))
            && self.wrapping_decorators(function).into_iter().all(|d| self.only_calls(d))
            && !is_overridden
    }

    /// The coroutine functions of the project that a call resolves to.
    pub(super) fn coroutines(&self, node_ref: NodeRef) -> Vec<NodeRef> {
        let model = self.model(node_ref);
        let Some(callee) = model.child(node_ref.node, Field::Function) else { return Vec::new() };
        let callee = NodeRef { node: callee, ..node_ref };
        let mut found = self.functions(callee);
        if found.is_empty() {
            found.extend(self.resolve_stored_object(callee));
        }
        found.retain(|f| self.model(*f).is_async(f.node));
        found
    }
}

/// The calls that a function awaits in its own frame.
pub(super) fn awaited_calls(model: &Model, function: NodeId) -> impl Iterator<Item = NodeId> {
    let awaits = model.own_nodes(function, |kind| kind == Kind::Await);
    let awaited = awaits.filter_map(|n| model.tree.first_child(n)).map(|n| model.bare(n));
    awaited.filter(|n| model.kind(*n) == Kind::Call)
}

/// The calls whose tasks a function awaits by their names in its own frame: `task = create_task(work()); await task`.
fn awaited_coroutines(model: &Model, function: NodeId) -> impl Iterator<Item = NodeId> {
    let awaits = model.own_nodes(function, |kind| kind == Kind::Await);
    let awaited = awaits.filter_map(|n| model.tree.first_child(n)).map(|n| model.bare(n));
    awaited.filter(|n| model.kind(*n) == Kind::Identifier).filter_map(|name| {
        let [binding] = model.bindings_of(name) else { return None };
        let made = model.bare(binding.kind.value()?);
        let is_task = matches!(model.callee_name(made), Some("create_task" | "ensure_future"));
        let work = *model.positional(made).first().filter(|_| is_task)?;
        (model.kind(work) == Kind::Call).then_some(work)
    })
}

pub(super) fn is_loop(model: &Model, node: NodeId) -> bool {
    matches!(model.kind(node), Kind::WhileStatement | Kind::ForStatement)
}

/// `sys.exit()`
fn exits_program(model: &Model, call: NodeId) -> bool {
    let callee = model.child(call, Field::Function);
    callee.is_some_and(|callee| {
        model.is_path(callee, &["sys.exit", "os._exit"])
            || matches!(model.text(callee), "exit" | "quit")
    })
}

/// Whether the code after a node in a branch goes on to a later node: no block between ends in a `raise` or the like.
pub(super) fn leads_on(model: &Model, node: NodeId, later: NodeId) -> bool {
    let around = model.tree.ancestors(node).take_while(|n| !model.tree.contains(*n, later));
    let leaves = |n: NodeId| {
        matches!(
            model.kind(n),
            Kind::RaiseStatement
                | Kind::ReturnStatement
                | Kind::BreakStatement
                | Kind::ContinueStatement
        )
    };
    let mut blocks = around.filter(|n| model.kind(*n) == Kind::Block);
    !blocks.any(|block| model.tree.children(block).last().is_some_and(leaves))
}

/// Where a function's own frame can suspend below a node: an `await`, an `async for`, an `async with`.
pub(super) fn suspensions(
    model: &Model,
    function: NodeId,
    below: NodeId,
) -> impl Iterator<Item = NodeId> {
    let own = model.scopes.opened_by(function);
    let suspends = |n: &NodeId| match model.kind(*n) {
        Kind::Await => true,
        Kind::ForStatement | Kind::WithStatement => model.text(*n).starts_with("async"),
        _ => false,
    };
    let all = model.tree.descendants(below).filter(suspends);
    all.filter(move |n| Some(model.frame_of(*n)) == own)
}

/// The first `while` loop of a function's own frame that suspends, but for one that clears away in a `finally`.
fn waiting_loop(model: &Model, function: NodeId) -> Option<NodeId> {
    let clears_away = |n: NodeId| {
        let mut around = model.tree.ancestors(n).take_while(|a| *a != function);
        around.any(|a| model.kind(a) == Kind::FinallyClause) && !model.is_while_true(n)
    };
    let loops = model.own_nodes(function, |kind| kind == Kind::WhileStatement);
    let mut loops = loops.filter(|n| !clears_away(*n));
    loops.find(|n| {
        suspensions(model, function, *n).next().is_some()
            && !counts(model, *n)
            && !is_retry(model, *n)
            && !only_waits(model, function, *n)
    })
}

/// `while self._is_busy: await asyncio.sleep(0)`: a loop that does nothing but wait until the coroutine can go on with what it
/// awaits after it.
fn only_waits(model: &Model, function: NodeId, statement: NodeId) -> bool {
    let Some(body) = model.child(statement, Field::Body) else { return false };
    let sleeps = |n: NodeId| {
        let awaited = model.tree.first_child(n).filter(|a| model.kind(*a) == Kind::Await);
        let call = awaited.and_then(|a| model.tree.first_child(a));
        call.is_some_and(|call| model.callee_name(call) == Some("sleep"))
    };
    let is_cleanup = |n: NodeId| {
        let mut around = model.tree.ancestors(n).take_while(|a| *a != function);
        around.any(|a| matches!(model.kind(a), Kind::FinallyClause | Kind::ExceptClause))
    };
    let mut later = suspensions(model, function, function);
    !model.is_while_true(statement)
        && model.tree.children(body).all(sleeps)
        && later.any(|n| n > statement && !model.tree.contains(statement, n) && !is_cleanup(n))
}

/// `while True: try: ...; break`, `while True: if await connect(): break`: a loop that ends as soon as something succeeds.
fn is_retry(model: &Model, statement: NodeId) -> bool {
    let leaves = |n: NodeId| matches!(model.kind(n), Kind::BreakStatement | Kind::ReturnStatement);
    let succeeds = |exit: NodeId| {
        let mut around = model.tree.ancestors(exit).take_while(|n| *n != statement).peekable();
        let is_passed = |n: NodeId| match model.kind(n) {
            Kind::Block => true,
            Kind::WithStatement => model.kind(exit) == Kind::BreakStatement,
            Kind::TryStatement => {
                let in_part = |field| {
                    let part = model.child(n, field);
                    part.is_some_and(|part| model.tree.contains(part, exit))
                };
                in_part(Field::Body)
            }
            Kind::ElseClause => {
                model.tree.parent(n).is_some_and(|p| model.kind(p) == Kind::TryStatement)
            }
            Kind::IfStatement => {
                let condition = model.child(n, Field::Condition).map(|c| model.bare(c));
                condition.is_some_and(|c| model.kind(c) == Kind::Await)
            }
            _ => false,
        };
        around.all(is_passed)
    };
    model.is_while_true(statement)
        && model
            .tree
            .descendants(statement)
            .any(|n| leaves(n) && model.frame_of(n) == model.frame_of(statement) && succeeds(n))
}

/// `while left > 0: ...; left -= 1`: a loop whose condition is about local variables only, one of which it changes.
fn counts(model: &Model, statement: NodeId) -> bool {
    let Some(condition) = model.child(statement, Field::Condition) else { return false };
    let inside = || model.tree.subtree(condition);
    let is_simple = |n: NodeId| {
        !matches!(model.kind(n), Kind::Attribute | Kind::Call | Kind::Subscript | Kind::Await)
    };
    let frame = model.frame_of(statement);
    let is_changed = |n: NodeId| {
        let Some((scope, symbol)) = model.variable(n) else { return false };
        scope == frame
            && model.uses(scope, symbol).iter().any(|u| {
                matches!(u.kind, UseKind::Store | UseKind::Update)
                    && model.tree.contains(statement, u.node)
                    && !model.tree.contains(condition, u.node)
            })
    };
    let mut names = inside().filter(|n| model.kind(*n) == Kind::Identifier);
    inside().all(is_simple) && names.any(is_changed) || empties(model, statement, condition)
}

/// `while self._queue: self._queue.pop(0)`
fn empties(model: &Model, statement: NodeId, condition: NodeId) -> bool {
    let container = model.text(condition);
    let takes = |n: NodeId| {
        model.called_method(n).is_some_and(|(object, method)| {
            let effect = ContainerMethod::named(method).effect;
            let takes = matches!(effect, MethodEffect::Take | MethodEffect::TakeNext);
            takes && model.text(object) == container
        })
    };
    model.dotted(condition).is_some() && model.tree.descendants(statement).any(takes)
}

/// The classes that catch a `CancelledError` (library/asyncio-exceptions.html: a BaseException
/// since 3.8).
pub(super) const CANCELLATION_BASES: &[&str] = &["CancelledError", "BaseException"];

/// The classes that catch every other exception.
pub(super) const EXCEPTION_BASES: &[&str] = &["Exception", "BaseException"];

/// Whether an `except` clause is bare or names one of these.
pub(super) fn catches(model: &Model, clause: NodeId, names: &[&str]) -> bool {
    let types: Vec<NodeId> = model
        .tree
        .children(clause)
        .filter(|c| model.kind(*c) != Kind::Block && model.tree.field(*c) != Field::Alias)
        .collect();
    types.is_empty() || types.into_iter().any(|t| names_any(model, t, names))
}

/// Whether a node is a `suppress` of one of these.
pub(super) fn suppresses(model: &Model, node: NodeId, names: &[&str]) -> bool {
    model.callee_name(node) == Some("suppress")
        && model.positional(node).iter().any(|a| names_any(model, *a, names))
}

/// `except asyncio.CancelledError:`
pub(super) fn catches_only_cancellation(model: &Model, clause: NodeId) -> bool {
    let types = model.tree.children(clause).filter(|c| model.kind(*c) != Kind::Block);
    let mut types = types.peekable();
    types.peek().is_some() && types.all(|t| model.text(t).trim_end().ends_with("CancelledError"))
}

pub(super) fn names_any(model: &Model, expression: NodeId, names: &[&str]) -> bool {
    let mut inside = model.tree.subtree(expression);
    inside.any(|n| model.kind(n) == Kind::Identifier && names.contains(&model.text(n)))
}

/// What a suite does at its end to leave the code after it out.
pub(super) fn leaves(model: &Model, suite: NodeId) -> Option<&'static str> {
    match model.kind(model.tree.children(suite).last()?) {
        Kind::ReturnStatement => Some("returns if"),
        Kind::RaiseStatement => Some("raises if"),
        Kind::ContinueStatement => Some("goes on if"),
        Kind::BreakStatement => Some("ends its loop if"),
        _ => None,
    }
}
