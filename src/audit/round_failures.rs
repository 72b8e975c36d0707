//! What an exception in a round of a loop does to the loop. It does not know how often the loop runs.

use super::assessment::{Fact, FactKind};
use super::coroutine_exit::{
    EXCEPTION_BASES, catches, catches_only_cancellation, is_loop, suspensions,
};
use super::harmless_calls::is_limited;
use super::index::WorkspaceIndex;
use super::intervals::runs_every_round;
use super::own_exceptions::{broad_handler, raises_plainly};
use super::source_text::one_line;
use super::types::NodeRef;
use crate::python::{Field, Kind, Model, NodeId};
use crate::tasks::last_name;
use crate::tasks::libraries::is_log_method;

/// Maximum depth of coroutines that await others.
const MAX_DEPTH: u32 = 3;

impl WorkspaceIndex<'_> {
    /// Whether something in a round outside of a `try` may fail: a function of the project, an await, a `raise`.
    fn may_fail_beside(&self, loop_node: NodeRef, of_try: NodeId) -> bool {
        let model = self.model(loop_node);
        let own = model.frame_of(loop_node.node);
        let is_after =
            |clause: NodeId| matches!(model.kind(clause), Kind::ElseClause | Kind::FinallyClause);
        let is_caught = |node: NodeId| {
            let around = || model.tree.ancestors(node).take_while(|n| *n != loop_node.node);
            let after = around().find(|n| is_after(*n)).and_then(|n| model.tree.parent(n));
            around().any(|n| Some(n) != after && (n == of_try || broad_handler(model, n).is_some()))
        };
        let may_fail = |node: NodeId| {
            let at = NodeRef { node, ..loop_node };
            let is_followed = || {
                model.parent_of_kind(node, Kind::Await).is_some()
                    || !self.called_functions(at).is_empty()
            };
            let is_safe = || {
                self.is_safe_call(at)
                    || is_limited(model, node)
                    || self.handles(at, None, MAX_DEPTH)
            };
            raises_plainly(model, node)
                && (model.kind(node) != Kind::Call || is_followed() && !is_safe())
        };
        let mut inside = model.tree.descendants(loop_node.node);
        inside.any(|n| model.frame_of(n) == own && may_fail(n) && !is_caught(n))
    }

    /// Whether a loop goes on after an exception in a round.
    pub(super) fn goes_on_after_errors(&self, loop_node: NodeRef) -> bool {
        let failure = self.round_failure(loop_node);
        failure.is_some_and(|failure| failure.value.as_deref() == Some("continues"))
    }

    /// Whether an exception in a round of a loop, of a class that no clause names, ends the loop.
    pub(super) fn ends_after_errors(&self, loop_node: NodeRef) -> bool {
        let failure = self.sure_round_failure(loop_node);
        failure.is_some_and(|failure| failure.value.as_deref() == Some("ends"))
    }

    /// What an exception in a round does to a loop, unless what a round awaits may catch it.
    pub(super) fn sure_round_failure(&self, loop_node: NodeRef) -> Option<Fact> {
        self.round_failure(loop_node).filter(|failure| {
            let ends = failure.value.as_deref() == Some("ends");
            !(ends && self.has_no_handler(loop_node) && self.catches_in_rounds(loop_node))
        })
    }

    /// Whether neither a loop nor the code around it has an `except` clause, but for that of a pause.
    fn has_no_handler(&self, loop_node: NodeRef) -> bool {
        let model = self.model(loop_node);
        let function = self.function_of(loop_node);
        function.is_none_or(|f| {
            let mut clauses = model.own_nodes(f.node, |kind| kind == Kind::ExceptClause);
            clauses.all(|clause| is_of_pause(model, clause))
        })
    }

    /// What an exception in a round does to a loop.
    fn round_failure(&self, loop_node: NodeRef) -> Option<Fact> {
        let model = self.model(loop_node);
        let own = model.frame_of(loop_node.node);
        let own_function = self.function_of(loop_node)?.node;
        let is_own = |n: &NodeId| model.frame_of(*n) == own;
        let fact = |value, node: NodeId, note: String| {
            let at = self.related(NodeRef { node, ..loop_node }, note);
            Some(Fact::with(FactKind::Catches, value, at))
        };
        let inside = model.tree.descendants(loop_node.node);
        let clauses: Vec<NodeId> = inside
            .filter(|n| model.kind(*n) == Kind::ExceptClause && is_own(n))
            .filter(|n| !catches_only_cancellation(model, *n) && !is_of_pause(model, *n))
            .collect();
        // A `try` in a loop within the loop, or in a branch, is about a part of a round.
        let is_in_round = |clause: &&NodeId| {
            let of_try = model.tree.parent(**clause).unwrap_or(**clause);
            runs_every_round(model, loop_node.node, of_try)
        };
        let in_round: Vec<NodeId> = clauses.iter().filter(is_in_round).copied().collect();
        if let Some(clause) = in_round.iter().copied().find(|c| catches(model, *c, EXCEPTION_BASES))
        {
            let head = clause_head(model, clause);
            let suite = model.suite_of(clause)?;
            let last = model.tree.children(suite).last()?;
            let leaves = |n: NodeId| {
                let kind = model.kind(n);
                matches!(kind, Kind::RaiseStatement | Kind::ReturnStatement | Kind::BreakStatement)
            };
            // What another `try` of the round waits for is not what this one is about.
            let of_try = model.tree.parent(clause)?;
            let is_apart = |other: &NodeId| {
                let body = model.tree.parent(*other).and_then(|t| model.child(t, Field::Body));
                body.is_some_and(|body| {
                    !model.tree.contains(of_try, body)
                        && !model.tree.contains(body, of_try)
                        && suspensions(model, own_function, body).next().is_some()
                })
            };
            if clauses.iter().any(is_apart) {
                return None;
            }
            if leaves(last) {
                return fact("ends", clause, format!("`{head}` ends the loop"));
            }
            // `self.close()` may make the condition false.
            let may_end = |node: NodeId| {
                let at = NodeRef { node, ..loop_node };
                !model.is_while_true(loop_node.node) && !self.called_functions(at).is_empty()
            };
            if model.tree.descendants(suite).any(|n| leaves(n) || may_end(n))
                || is_noted(model, loop_node.node, suite)
                || self.may_fail_beside(loop_node, of_try)
            {
                return None;
            }
            let calls = model.tree.descendants(suite).filter(|n| model.kind(*n) == Kind::Call);
            let mut logs =
                calls.filter(|n| model.callee_name(*n).is_some_and(is_log_method)).peekable();
            let verb = match model.kind(last) {
                _ if logs.peek().is_some() => match logs.any(|n| is_sure_in(model, suite, n)) {
                    true => "logs",
                    false => "handles",
                },
                Kind::PassStatement | Kind::ContinueStatement => "ignores",
                _ => "handles",
            };
            return fact(
                "continues",
                clause,
                format!("`{head}` {verb} it, and the loop continues"),
            );
        }
        let around = model.tree.ancestors(loop_node.node);
        let mut tries =
            around.filter(|n| model.kind(*n) == Kind::TryStatement && is_own(n)).filter(|n| {
                model.child(*n, Field::Body).is_some_and(|b| model.tree.contains(b, loop_node.node))
            });
        let outer = tries.find_map(|n| {
            let mut clauses = model.children_of_kind(n, Kind::ExceptClause);
            clauses.find(|c| catches(model, *c, EXCEPTION_BASES))
        });
        let around = model.tree.ancestors(loop_node.node);
        let narrow = around.filter(|n| model.kind(*n) == Kind::TryStatement && is_own(n));
        let narrow = narrow.flat_map(|n| model.children_of_kind(n, Kind::ExceptClause));
        let narrow = narrow.into_iter().find(|c| !catches_only_cancellation(model, *c));
        // A clause of a round that names no class may catch anything: `except self._expected:`.
        if in_round.iter().any(|c| !names_classes(model, *c)) {
            return None;
        }
        // What a part of a round catches all of does not get out of the loop.
        let is_caught = clauses.iter().any(|c| catches(model, *c, EXCEPTION_BASES));
        if outer.is_some() && in_round.is_empty() && is_caught {
            return None;
        }
        if let Some(clause) = outer.filter(|_| in_round.is_empty()) {
            let head = clause_head(model, clause);
            return fact("ends", clause, format!("`{head}` is outside of the loop, which ends"));
        }
        let mut calls = model.tree.descendants(loop_node.node);
        let is_covered = self
            .function_of(loop_node)
            .is_some_and(|f| self.catches_own_exceptions(f, None).0 == Some(true));
        if is_covered
            || in_round.len() < clauses.len()
            || calls.any(|n| model.callee_name(n) == Some("suppress"))
        {
            return None;
        }
        let Some(first) = in_round.first() else {
            if let Some(clause) = narrow {
                let head = clause_head(model, clause);
                let note = format!("`{head}` is outside of the loop: an exception ends it");
                return fact("ends", clause, note);
            }
            let inside = || model.tree.descendants(loop_node.node).filter(is_own);
            let is_clause = |n: NodeId| model.kind(n) == Kind::ExceptClause;
            let note = if inside().any(|n| is_of_pause(model, n)) {
                "only its pause has an `except`: other exceptions end the loop"
            } else if inside().any(is_clause) {
                "its only `except` is for the cancellation: an exception ends it"
            } else {
                "the loop has no `except`: an exception ends it"
            };
            return fact("ends", loop_node.node, note.to_owned());
        };
        let ends = |clause: &NodeId| {
            let last = model.suite_of(*clause).and_then(|suite| model.tree.children(suite).last());
            last.is_some_and(|last| is_exit(model.kind(last)))
        };
        if in_round.iter().all(ends) {
            let note = "each `except` in the loop leaves it: an exception ends it";
            return fact("ends", *first, note.to_owned());
        }
        let heads: Vec<String> =
            in_round.iter().map(|c| format!("`{}`", clause_head(model, *c))).collect();
        let note = format!("it has only {}: other exceptions end the loop", heads.join(" and "));
        fact("ends", *first, note)
    }
}

pub(super) fn is_exit(kind: Kind) -> bool {
    matches!(kind, Kind::BreakStatement | Kind::ReturnStatement | Kind::RaiseStatement)
}

/// Whether what a clause of a round assigns decides later in the round whether the loop goes on: `if self._error: break`.
fn is_noted(model: &Model, loop_node: NodeId, suite: NodeId) -> bool {
    let assignments = model.tree.descendants(suite).filter(|n| model.kind(*n) == Kind::Assignment);
    let noted: Vec<&str> =
        assignments.filter_map(|n| model.child(n, Field::Left)).map(|n| model.text(n)).collect();
    let leaves = |n: NodeId| matches!(model.kind(n), Kind::ReturnStatement | Kind::BreakStatement);
    model.tree.descendants(loop_node).any(|n| {
        let condition = model.child(n, Field::Condition);
        let is_if = matches!(model.kind(n), Kind::IfStatement | Kind::ElifClause);
        is_if
            && condition.is_some_and(|c| noted.iter().any(|name| model.text(c).contains(name)))
            && model.tree.descendants(n).any(leaves)
    })
}

/// Whether a node is an `except` clause whose `try` holds only a pause with a limit:
/// `await asyncio.wait_for(self._wake.wait(), timeout=delay)`.
fn is_of_pause(model: &Model, node: NodeId) -> bool {
    let clause = Some(node).filter(|n| model.kind(*n) == Kind::ExceptClause);
    let of_try = clause.and_then(|clause| model.tree.parent(clause));
    let body = of_try.and_then(|of_try| model.child(of_try, Field::Body));
    let statements: Vec<NodeId> = body.into_iter().flat_map(|b| model.tree.children(b)).collect();
    let [statement] = statements[..] else { return false };
    let mut awaits = model.tree.subtree(statement).filter(|n| model.kind(*n) == Kind::Await);
    let awaited = awaits.next().and_then(|n| model.tree.first_child(n)).map(|n| model.bare(n));
    let Some(call) = awaited.filter(|_| awaits.next().is_none()) else { return false };
    let waits_for_event = || {
        let waited = model.positional(call).first().and_then(|n| model.called_method(*n));
        matches!(waited, Some((_, "wait")))
    };
    match model.child(call, Field::Function) {
        Some(callee) if model.is_path(callee, &["asyncio.wait_for"]) => waits_for_event(),
        Some(callee) => model.is_path(callee, &["asyncio.sleep"]),
        None => false,
    }
}

/// `except OSError`
pub(super) fn clause_head(model: &Model, clause: NodeId) -> String {
    let text = model.text(clause);
    let head = text.split_once(':').map_or(text, |(head, _)| head);
    one_line(head.split(" as ").next().unwrap_or(head))
}

/// Whether the types of an `except` clause are all classes, by the spelling of their names.
fn names_classes(model: &Model, clause: NodeId) -> bool {
    let head = clause_head(model, clause);
    let is_of_name = |c: char| c == '.' || c == '_' || c.is_alphanumeric();
    let names = head.split(|c| !is_of_name(c)).filter(|name| !name.is_empty());
    names.skip(1).all(|name| last_name(name).starts_with(char::is_uppercase))
}

/// Whether a node of a suite runs whenever the suite does.
fn is_sure_in(model: &Model, suite: NodeId, node: NodeId) -> bool {
    let around = model.tree.ancestors(node).take_while(|n| *n != suite);
    !around.into_iter().any(|n| {
        is_loop(model, n) || matches!(model.kind(n), Kind::IfStatement | Kind::MatchStatement)
    })
}
