//! Which exceptions a coroutine catches or logs, by its own code and that of the coroutines which it awaits. It does not know
//! who runs it.

use std::collections::BTreeSet;

use super::coroutine_exit::{
    EXCEPTION_BASES, MAX_DEPTH, awaited_calls, catches, catches_only_cancellation, names_any,
    suppresses,
};
use super::harmless_calls::{gathers_results, is_limited, is_returned};
use super::index::WorkspaceIndex;
use super::types::NodeRef;
use crate::python::{Field, Kind, Model, NodeId};
use crate::tasks::last_name;

impl WorkspaceIndex<'_> {
    /// Whether a coroutine catches every `Exception` that its own code can raise, and where, or nothing in it can raise
    /// one; `None` if it catches some. `class` is that of its object, where it is known better than by the method.
    pub fn catches_own_exceptions(
        &self,
        function: NodeRef,
        class: Option<&str>,
    ) -> (Option<bool>, Option<NodeRef>) {
        self.catches_within(function, class, MAX_DEPTH)
    }

    fn catches_within(
        &self,
        function: NodeRef,
        class: Option<&str>,
        depth: u32,
    ) -> (Option<bool>, Option<NodeRef>) {
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
        let is_safe = |n: NodeId| {
            self.is_safe_call(at(n))
                || self.is_plain_argument(at(n))
                || is_limited(model, n)
                || is_returned(model, n)
                || self.handles(at(n), class, depth)
        };
        let Some((_, first)) = broad.first() else {
            let raises = |n: NodeId| may_raise(model, n) && !is_safe(n);
            if !model.own_nodes(function.node, |_| true).any(raises) {
                return (Some(true), Some(function));
            }
            // What a call has returned may have caught it: `task = call.run()`, then `await task`.
            if model
                .own_nodes(function.node, |kind| kind == Kind::Await)
                .any(|n| self.awaits_returned(at(n)))
            {
                return (None, None);
            }
            let some = partial_handler(model, function.node);
            return (if some.is_some() { None } else { Some(false) }, some.map(at));
        };
        let is_covered = |node: NodeId| {
            broad.iter().any(|(statement, handler)| {
                let body = model.child(*statement, Field::Body);
                // What the other clauses call is taken for safe, and what `else` and `finally` wait for is not.
                let is_aside = || {
                    let clauses = [Kind::ExceptClause, Kind::ElseClause, Kind::FinallyClause];
                    let mut around = model.tree.children(*statement);
                    model.kind(node) == Kind::Call
                        && around.any(|clause| {
                            clauses.contains(&model.kind(clause))
                                && model.tree.contains(clause, node)
                        })
                        && !is_after_handlers(model, *statement, node)
                };
                (body.into_iter().chain([*handler]).any(|part| model.tree.contains(part, node))
                    || is_aside())
                    && !self.fails_in_clause(at(*statement), node, class, depth)
            })
        };
        let of_cancellation = |node| is_of_cancellation(model, function.node, node);
        let uncovered = model.own_nodes(function.node, |_| true).any(|n| {
            raises_plainly(model, n) && !is_covered(n) && !is_safe(n) && !of_cancellation(n)
        });
        (if uncovered { None } else { Some(true) }, Some(at(*first)))
    }

    /// Whether an `await` is of a name that is bound to what a plain function of the project returns.
    fn awaits_returned(&self, awaiting: NodeRef) -> bool {
        let model = self.model(awaiting);
        let Some(name) = model.tree.first_child(awaiting.node).map(|n| model.bare(n)) else {
            return false;
        };
        let is_returned = |value: NodeId| {
            let called = self.methods_called(NodeRef { node: model.bare(value), ..awaiting }, None);
            !called.is_empty() && called.iter().all(|f| !self.model(*f).is_async(f.node))
        };
        let mut values = model.bindings_of(name).iter().filter_map(|b| b.kind.value());
        model.kind(name) == Kind::Identifier && values.any(is_returned)
    }

    /// Whether every wait of a coroutine is in a `try` that catches every `Exception`, or for a coroutine that has one: what
    /// other calls of it may raise is not known.
    pub(super) fn catches_in_waits(&self, function: NodeRef, class: Option<&str>) -> bool {
        self.catches_in_waits_within(function, class, 2 * MAX_DEPTH)
    }

    fn catches_in_waits_within(&self, function: NodeRef, class: Option<&str>, depth: u32) -> bool {
        // What is called further on may catch it.
        let Some(depth) = depth.checked_sub(1) else { return true };
        let model = self.model(function);
        let handlers = |f: NodeRef| {
            let model = self.model(f);
            let may_catch = |kind| matches!(kind, Kind::TryStatement | Kind::WithStatement);
            let statements = model.own_nodes(f.node, may_catch);
            statements.filter(|n| broad_handler(model, *n).is_some()).collect::<Vec<_>>()
        };
        let broad = handlers(function);
        let is_covered = |n: NodeId| {
            let call = model.tree.first_child(n).map_or(n, |n| model.bare(n));
            let mut around = broad.iter().filter(|around| model.tree.contains(**around, n));
            around.any(|statement| {
                let node = *statement;
                !is_after_handlers(model, node, n)
                    && !self.fails_in_clause(NodeRef { node, ..function }, call, class, depth)
            })
        };
        let catches = |f: &NodeRef| {
            !handlers(*f).is_empty() || self.catches_in_waits_within(*f, class, depth)
        };
        // What it iterates over may fail by itself.
        let fails = |n: NodeId| is_async_block(model, n) && !is_covered(n);
        let may_fail = |kind| matches!(kind, Kind::ForStatement | Kind::WithStatement);
        if model.own_nodes(function.node, may_fail).any(fails) {
            return false;
        }
        let mut is_involved = !broad.is_empty();
        let mut is_caught = |n: NodeId| {
            let call = model.tree.first_child(n).map_or(n, |n| model.bare(n));
            let mut coroutines = self.methods_called(NodeRef { node: call, ..function }, class);
            if coroutines.is_empty() {
                // `await asyncio.gather(*(batch.flush() for batch in self._batches))`
                let mut inside = model.tree.descendants(n).filter(|n| model.kind(*n) == Kind::Call);
                let named = inside.find_map(|n| {
                    let named = self.functions_named(model.callee_name(n)?);
                    Some(named).filter(|named| !named.is_empty())
                });
                coroutines.extend(named.unwrap_or_default());
            }
            let is_by_callee = !coroutines.is_empty() && coroutines.iter().any(catches);
            is_involved |= is_by_callee;
            is_covered(n) || is_by_callee || self.is_safe_call(NodeRef { node: call, ..function })
        };
        let raises = |n| !is_covered(n) && !is_of_cancellation(model, function.node, n);
        model.own_nodes(function.node, |kind| kind == Kind::Await).all(&mut is_caught)
            && !model.own_nodes(function.node, |kind| kind == Kind::RaiseStatement).any(raises)
            && is_involved
    }

    /// The first clause that catches every `Exception`, in what a coroutine awaits.
    pub(super) fn handler_in_waits(
        &self,
        function: NodeRef,
        class: Option<&str>,
    ) -> Option<NodeRef> {
        let mut calls = awaited_calls(self.model(function), function.node);
        calls.find_map(|node| {
            let called = self.methods_called(NodeRef { node, ..function }, class);
            called.into_iter().find_map(|f| self.broad_handler_of(f))
        })
    }

    /// Whether each wait of a loop is harmless, or for a function of the project that catches every `Exception` somewhere, which
    /// one is.
    pub(super) fn catches_in_rounds(&self, loop_node: NodeRef) -> bool {
        let model = self.model(loop_node);
        let own = model.frame_of(loop_node.node);
        let call = |n: NodeId| {
            let awaited = model.tree.first_child(n).map_or(n, |n| model.bare(n));
            NodeRef { node: awaited, ..loop_node }
        };
        let catches = |n: NodeId| {
            let mut called = self.methods_called(call(n), None).into_iter();
            called.any(|f| self.broad_handler_of(f).is_some())
        };
        let is_harmless = |n| self.is_safe_call(call(n)) || is_limited(model, call(n).node);
        let is_own = |n: &NodeId| model.kind(*n) == Kind::Await && model.frame_of(*n) == own;
        let waits: Vec<NodeId> = model.tree.descendants(loop_node.node).filter(is_own).collect();
        let (caught, others): (Vec<NodeId>, Vec<NodeId>) =
            waits.into_iter().partition(|n| catches(*n));
        !caught.is_empty() && others.into_iter().all(is_harmless)
    }

    /// The first clause of a function that catches every `Exception`.
    fn broad_handler_of(&self, function: NodeRef) -> Option<NodeRef> {
        let model = self.model(function);
        let may_catch = |kind| matches!(kind, Kind::TryStatement | Kind::WithStatement);
        let mut statements = model.own_nodes(function.node, may_catch);
        let node = statements.find_map(|n| broad_handler(model, n))?;
        Some(NodeRef { node, ..function })
    }

    /// Whether a call runs only functions that catch every `Exception` of their own: a coroutine is awaited at once.
    pub(super) fn handles(&self, call: NodeRef, class: Option<&str>, depth: u32) -> bool {
        let model = self.model(call);
        let Some(depth) = depth.checked_sub(1).filter(|_| model.kind(call.node) == Kind::Call)
        else {
            return false;
        };
        let called = self.methods_called(call, class);
        let is_awaited = model.parent_of_kind(call.node, Kind::Await).is_some();
        let handles = |f: &NodeRef| {
            self.model(*f).is_async(f.node) == is_awaited
                && self.wrapping_decorator(*f).is_none()
                && self.catches_within(*f, class, depth).0 == Some(true)
        };
        !called.is_empty() && called.iter().all(handles)
    }

    /// Whether a clause of a `try` awaits a call that runs a coroutine function of the project which waits for something and is known
    /// not to catch every `Exception` of its own: `except OSError: await self.reconnect()`.
    pub(super) fn fails_in_clause(
        &self,
        statement: NodeRef,
        call: NodeId,
        class: Option<&str>,
        depth: u32,
    ) -> bool {
        let model = self.model(statement);
        let Some(depth) = depth.checked_sub(1).filter(|_| model.kind(call) == Kind::Call) else {
            return false;
        };
        let mut clauses = model.children_of_kind(statement.node, Kind::ExceptClause);
        let is_in_clause = clauses.any(|clause| {
            model.tree.contains(clause, call) && !catches_only_cancellation(model, clause)
        });
        let waits = |f: NodeRef| {
            let there = self.model(f);
            let mut waits = there.own_nodes(f.node, |kind| kind == Kind::Await);
            waits.any(|n| {
                let call = there.tree.first_child(n).map_or(n, |n| there.bare(n));
                !self.is_safe_call(NodeRef { node: call, ..f })
            })
        };
        let fails = |f: NodeRef| {
            self.model(f).is_async(f.node)
                && waits(f)
                && self.wrapping_decorator(f).is_none()
                && self.catches_within(f, class, depth).0 == Some(false)
        };
        let call_ref = NodeRef { node: call, ..statement };
        is_in_clause
            && model.parent_of_kind(call, Kind::Await).is_some()
            && self.methods_called(call_ref, class).into_iter().any(fails)
    }

    /// The functions that a call may run, with the methods that override them: of `self.method()` in the class of the object.
    pub(super) fn methods_called(&self, call: NodeRef, class: Option<&str>) -> Vec<NodeRef> {
        let model = self.model(call);
        let Some(callee) = model.child(call.node, Field::Function) else { return Vec::new() };
        let mut called = self.called_functions(call);
        if called.is_empty() {
            called.extend(self.resolve_stored_object(NodeRef { node: callee, ..call }));
        }
        let object = model.child(callee, Field::Object);
        let own = object.and_then(|object| model.self_class(object));
        let name = model.child(callee, Field::Attribute).map(|name| model.text(name));
        let Some((own, name)) = own.zip(name) else { return called };
        let own = model.path_of(own);
        let class = class.filter(|class| self.is_below(class, &own)).unwrap_or(&own);
        let all = self.with_subclasses(class).into_iter();
        let found = all.filter_map(|class| self.function_at(&format!("{class}.{name}")));
        let found = found.filter(|f| !self.is_test(*f) || self.is_test(call));
        let found: BTreeSet<NodeRef> = found.collect();
        if found.is_empty() { called } else { found.into_iter().collect() }
    }

    /// Whether a function of the project by the name of a method that is called catches every `Exception` of its own.
    pub(super) fn namesake_handles(&self, call: NodeRef) -> bool {
        let Some(name) = self.model(call).callee_name(call.node) else { return false };
        let handles = |f: &NodeRef| self.catches_within(*f, None, MAX_DEPTH).0 == Some(true);
        self.functions_named(name).iter().any(handles)
    }
}

/// Whether a node is a wait, or the call of one, of a `try` in its `else` or `finally`, whose exceptions its clauses do not catch.
pub(super) fn is_after_handlers(model: &Model, statement: NodeId, node: NodeId) -> bool {
    let is_after = |clause: &NodeId| {
        matches!(model.kind(*clause), Kind::FinallyClause | Kind::ElseClause)
            && model.tree.contains(*clause, node)
    };
    let is_awaited =
        model.kind(node) == Kind::Await || model.parent_of_kind(node, Kind::Await).is_some();
    is_awaited && model.tree.children(statement).any(|clause| is_after(&clause))
}

/// `except CancelledError: raise`, `raise CancelledError()`
pub(super) fn is_of_cancellation(model: &Model, function: NodeId, node: NodeId) -> bool {
    let mut around = model.tree.ancestors(node).take_while(|n| *n != function);
    let raised = model.tree.first_child(node);
    model.kind(node) == Kind::RaiseStatement
        && (raised.is_some_and(|raised| names_any(model, raised, &["CancelledError"]))
            || around.any(|n| {
                model.kind(n) == Kind::ExceptClause && catches_only_cancellation(model, n)
            }))
}

/// Whether a node may raise an `Exception` of its own: for what is not a call this is a guess on the safe side.
fn may_raise(model: &Model, node: NodeId) -> bool {
    let divides = |node: NodeId| {
        let mut operands = model.tree.children(node);
        let between = operands.next().zip(operands.next());
        between.is_some_and(|(a, b)| model.between(a, b).contains(['/', '%']))
    };
    let is_slice = |node| model.children_of_kind(node, Kind::Slice).next().is_some();
    match model.kind(node) {
        Kind::WithStatement => is_async_block(model, node),
        Kind::BinaryOperator => divides(node),
        Kind::Subscript => !is_slice(node),
        Kind::AssertStatement
        | Kind::DeleteStatement
        | Kind::ImportStatement
        | Kind::ImportFromStatement
        | Kind::ForStatement => true,
        _ => raises_plainly(model, node),
    }
}

/// Whether a node runs other code that may raise an `Exception`, or raises one itself.
pub(super) fn raises_plainly(model: &Model, node: NodeId) -> bool {
    match model.kind(node) {
        Kind::Call | Kind::RaiseStatement => true,
        Kind::Await => model.tree.first_child(node).is_none_or(|n| {
            let awaited = model.bare(n);
            model.kind(awaited) != Kind::Call
        }),
        Kind::ForStatement | Kind::WithStatement => is_async_block(model, node),
        _ => false,
    }
}

/// `async for message in stream:`, `async with stream:`: what it waits for is no call, which would count by itself, and no
/// lock.
fn is_async_block(model: &Model, node: NodeId) -> bool {
    let is_lock = |text: &str| {
        let text = text.to_lowercase();
        ["lock", "mutex", "sem", "semaphore", "condition"].iter().any(|end| text.ends_with(end))
    };
    let is_plain = |n: NodeId| match model.kind(n) {
        Kind::Call => false,
        _ => !is_lock(model.text(n)),
    };
    let waits = model.text(node).starts_with("async");
    waits
        && match model.kind(node) {
            Kind::WithStatement => {
                let items = model.children_of_kind(node, Kind::WithClause);
                let mut items = items.flat_map(|clause| model.tree.children(clause));
                items.any(|item| {
                    let value = model.child(item, Field::Value).or(model.tree.first_child(item));
                    let value = value.unwrap_or(item);
                    let value = match model.kind(value) {
                        Kind::AsPattern => model.tree.first_child(value).unwrap_or(value),
                        _ => value,
                    };
                    is_plain(model.bare(value))
                })
            }
            _ => model.child(node, Field::Right).is_some_and(|n| is_plain(model.bare(n))),
        }
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
    (!raises_again(model, clause)).then_some(clause)
}

/// Whether a clause raises something else than the cancellation that it may have caught, too.
pub(super) fn raises_again(model: &Model, clause: NodeId) -> bool {
    // `if isinstance(error, CancelledError): raise`
    let is_of_cancellation = |n: NodeId| {
        let mut around = model.tree.ancestors(n).take_while(|n| *n != clause);
        around.any(|n| {
            let condition = model.child(n, Field::Condition);
            condition.is_some_and(|c| names_any(model, c, &["CancelledError"]))
        })
    };
    let mut inside = model.tree.descendants(clause);
    inside.any(|n| model.kind(n) == Kind::RaiseStatement && !is_of_cancellation(n))
}

/// Whether a clause around a node catches every exception, and raises none.
pub(super) fn is_caught(model: &Model, node: NodeId) -> bool {
    let around = model.tree.ancestors(node);
    let mut around = around.take_while(|n| model.kind(*n) != Kind::FunctionDefinition);
    around.any(|n| {
        let body = model.child(n, Field::Body).filter(|_| model.kind(n) == Kind::TryStatement);
        let mut clauses = model.children_of_kind(n, Kind::ExceptClause);
        body.is_some_and(|body| model.tree.contains(body, node))
            && clauses.any(|c| catches(model, c, EXCEPTION_BASES) && !raises_again(model, c))
    })
}

/// A clause, a `suppress` or a `gather` of a function's own frame that catches some exception.
fn partial_handler(model: &Model, function: NodeId) -> Option<NodeId> {
    let handles = |n: &NodeId| match model.kind(*n) {
        Kind::ExceptClause => {
            let types = model.tree.children(*n).filter(|c| model.kind(*c) != Kind::Block);
            let mut names = types.flat_map(|t| model.tree.subtree(t));
            names.any(|t| model.kind(t) == Kind::Identifier && is_exception_name(model.text(t)))
        }
        _ => {
            let mut given = model.positional(*n).into_iter();
            gathers_results(model, *n)
                || model.callee_name(*n) == Some("suppress")
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
