//! How often a coroutine does its work: once, in a loop, at which interval, and what an exception in a round does. It does not
//! know who runs it.

use super::assessment::{Fact, FactKind};
use super::cancellation::is_parameter_call;
use super::coroutine_exit::{
    CoroutineExit, EXCEPTION_BASES, catches, catches_only_cancellation, is_loop, suspensions,
};
use super::harmless_calls::is_limited;
use super::index::WorkspaceIndex;
use super::intervals::{is_in_branch, runs_every_round, waits_in};
use super::own_exceptions::{broad_handler, raises_plainly};
use super::source_text::{one_line, source_on_one_line};
use super::types::NodeRef;
use crate::python::{Field, Kind, Model, NodeId};
use crate::tasks::last_name;
use crate::tasks::libraries::is_log_method;

/// Words in the names of functions that may run for good.
const LASTING: &[&str] = &[
    "consume", "forever", "listen", "loop", "main", "poll", "run", "serve", "start", "wait",
    "watch",
];

/// Maximum depth of coroutines that await others.
const MAX_DEPTH: u32 = 3;

impl WorkspaceIndex<'_> {
    /// How often a coroutine does its work, at which interval, and what an exception in a round does; `call` gives its
    /// arguments.
    pub(super) fn rounds(
        &self,
        function: NodeRef,
        exit: CoroutineExit,
        call: Option<NodeRef>,
    ) -> Vec<Fact> {
        let fact = |value, at: NodeRef, note: String| {
            Fact::with(FactKind::Runs, value, self.related(at, note))
        };
        let CoroutineExit::Loops(at) = exit else {
            // A loop that ends as soon as something succeeds is not told apart.
            let model = self.model(function);
            let mut loops = model.own_nodes(function.node, |kind| kind == Kind::WhileStatement);
            if loops.any(|n| waits_in(model, function.node, n)) || self.loops_in_branches(function)
            {
                return Vec::new();
            }
            let once = || fact("once", function, "it has no loop that waits".to_owned());
            let iterated = self.iterated_within(function, MAX_DEPTH);
            let iterated = iterated.map(|(value, at, note)| fact(value, at, note));
            let looped = || self.waiting_for(function).map(|(at, note)| fact("loop", at, note));
            let ends =
                || self.ends_soon(function, exit, MAX_DEPTH).then(|| looped().unwrap_or_else(once));
            return iterated.or_else(ends).into_iter().collect();
        };
        let model = self.model(at);
        // A loop with an end in what the coroutine awaits, or in a branch, is about a part of its work.
        let is_part =
            self.function_of(at) != Some(function) || is_in_branch(model, function.node, at.node);
        if is_part && self.has_loop_exit(at) {
            return Vec::new();
        }
        if model.kind(at.node) != Kind::WhileStatement {
            let note =
                format!("`{}` returns only when it is stopped", source_on_one_line(model, at.node));
            return vec![fact("forever", at, note)];
        }
        let condition = model.child(at.node, Field::Condition);
        let failure = self.sure_round_failure(at);
        if let Some(clause) = self.end_clause(at).filter(|_| !self.is_left(at)) {
            let note = format!("it loops until `{}`", clause_head(model, clause));
            let runs = fact("loop", at, note);
            let continues = failure.filter(|f| f.value.as_deref() == Some("continues"));
            return std::iter::once(runs).chain(self.interval(at, call)).chain(continues).collect();
        }
        let is_handled = || {
            let around = self.function_of(at);
            around.is_some_and(|f| self.catches_own_exceptions(f, None).0 == Some(true))
        };
        let goes_on = failure.as_ref().is_some_and(|f| f.value.as_deref() == Some("continues"))
            || failure.is_none() && is_handled();
        let end = match failure {
            _ if goes_on => "is cancelled",
            Some(_) => "is cancelled or fails",
            None => "is stopped",
        };
        let runs = match (self.has_loop_exit(at), condition) {
            (false, _) => fact("forever", at, format!("it loops until it {end}")),
            (true, Some(condition)) if !model.is_while_true(at.node) => {
                let text = source_on_one_line(model, condition);
                fact("loop", at, format!("it loops while `{text}`"))
            }
            _ if !leaves_by_statement(model, at.node) => {
                fact("loop", at, "it loops until it exits the program".to_owned())
            }
            _ => fact("loop", at, "it loops until a `break` or `return` in the loop".to_owned()),
        };
        std::iter::once(runs).chain(self.interval(at, call)).chain(failure).collect()
    }

    /// What a coroutine iterates over, or the only coroutine that it awaits, if it does nothing else.
    fn iterated_within(
        &self,
        function: NodeRef,
        depth: u32,
    ) -> Option<(&'static str, NodeRef, String)> {
        let depth = depth.checked_sub(1).filter(|_| !self.loops_in_branches(function))?;
        let model = self.model(function);
        let awaits: Vec<NodeId> =
            model.own_nodes(function.node, |kind| kind == Kind::Await).collect();
        let delegate = || {
            let [only] = awaits[..] else { return None };
            let call = model.bare(model.tree.first_child(only)?);
            match self.coroutines(NodeRef { node: call, ..function })[..] {
                [inner] if inner != function => self.iterated_within(inner, depth),
                _ => None,
            }
        };
        self.iterated(function).or_else(delegate)
    }

    /// Whether a function has a loop of its own that waits, of any kind.
    fn has_waiting_loop(&self, function: NodeRef) -> bool {
        let model = self.model(function);
        let may_loop =
            |kind| matches!(kind, Kind::ForStatement | Kind::WhileStatement | Kind::ForInClause);
        model.own_nodes(function.node, may_loop).any(|n| waits_in(model, function.node, n))
    }

    /// Whether a function has loops that wait in its branches only: that is how often it does a part of its work.
    fn loops_in_branches(&self, function: NodeRef) -> bool {
        let model = self.model(function);
        let iterates = |kind| matches!(kind, Kind::ForStatement | Kind::ForInClause);
        let loops = model.own_nodes(function.node, iterates);
        let loops = loops.filter(|n| waits_in(model, function.node, *n));
        let places: Vec<bool> = loops.map(|n| is_in_branch(model, function.node, n)).collect();
        !places.is_empty() && places.into_iter().all(|is_in_branch| is_in_branch)
    }

    /// `async for message in stream:`, `[item async for item in stream]`
    fn iterated(&self, function: NodeRef) -> Option<(&'static str, NodeRef, String)> {
        let model = self.model(function);
        let iterates = |kind| matches!(kind, Kind::ForStatement | Kind::ForInClause);
        let loops = model.own_nodes(function.node, iterates);
        let mut loops = loops.filter(|n| !is_in_branch(model, function.node, *n));
        let node = loops.find(|n| model.text(*n).starts_with("async"))?;
        let at = |node| NodeRef { node, ..function };
        let iterable = model.child(node, Field::Right)?;
        let text = source_on_one_line(model, iterable);
        if self.never_ends(at(model.bare(iterable))) && !leaves_loop(model, node) {
            return Some(("forever", at(node), format!("`{text}` never ends by itself")));
        }
        Some(("loop", at(node), format!("it runs as long as `{text}` has items")))
    }

    /// Whether a call is of a generator of the project that yields in an endless loop.
    fn never_ends(&self, call: NodeRef) -> bool {
        let generators = self.coroutines(call);
        let is_endless = |f: &NodeRef| {
            let exit = self.coroutine_exit(*f);
            let model = self.model(*f);
            matches!(exit, CoroutineExit::Loops(at) if model.is_while_true(at.node) && !self.has_loop_exit(at))
                && model.own_nodes(f.node, |kind| kind == Kind::Yield).next().is_some()
        };
        !generators.is_empty() && generators.iter().all(is_endless)
    }

    /// `for delay in delays:` with an `await` in its body.
    fn waiting_for(&self, function: NodeRef) -> Option<(NodeRef, String)> {
        let model = self.model(function);
        let waits = |n: &NodeId| {
            let body = model.child(*n, Field::Body);
            body.is_some_and(|body| suspensions(model, function.node, body).next().is_some())
                && !is_in_branch(model, function.node, *n)
        };
        let node = model.own_nodes(function.node, |kind| kind == Kind::ForStatement).find(waits)?;
        let iterable = source_on_one_line(model, model.child(node, Field::Right)?);
        Some((NodeRef { node, ..function }, format!("it loops over `{iterable}`")))
    }

    /// Whether a coroutine returns by itself, and awaits nothing that may run for good.
    fn ends_soon(&self, function: NodeRef, exit: CoroutineExit, depth: u32) -> bool {
        let model = self.model(function);
        let at = |node| NodeRef { node, ..function };
        let ends = |call: NodeId, depth: u32| {
            let coroutines = self.coroutines(at(call));
            let ends = |f: &NodeRef| {
                !self.has_waiting_loop(*f) && self.ends_soon(*f, self.coroutine_exit(*f), depth)
            };
            match coroutines.is_empty() {
                true => self.is_of_library(at(call)) && !is_parameter_call(model, call),
                false => coroutines.iter().all(ends),
            }
        };
        // What a name, a nested call or a function that is passed on runs is not followed: `await coro`,
        // `await wait_for(self._loop(), 5)`, `await to_thread(serve)`.
        let is_hidden = |node: NodeId, depth: u32| {
            let awaited = model.tree.first_child(node).map(|n| model.bare(n));
            let call = awaited.filter(|n| model.kind(*n) == Kind::Call);
            call.is_none_or(|call| {
                let loops = |n: NodeId| {
                    let functions = match model.kind(n) {
                        Kind::Call => self.coroutines(at(n)),
                        Kind::Identifier | Kind::Attribute => self.functions(at(n)),
                        _ => Vec::new(),
                    };
                    functions.iter().any(|f| self.coroutine_exit(*f) != CoroutineExit::Returns)
                };
                let arguments = model.child(call, Field::Arguments);
                let mut inside =
                    arguments.into_iter().flat_map(|list| model.tree.descendants(list));
                inside.any(loops) || !ends(call, depth)
            })
        };
        let Some(depth) = depth.checked_sub(1).filter(|_| exit == CoroutineExit::Returns) else {
            return false;
        };
        let mut awaits = model.own_nodes(function.node, |kind| kind == Kind::Await);
        !awaits.any(|n| is_hidden(n, depth))
    }

    /// Whether a call is of another library, by a name that is not that of something which may run for good.
    fn is_of_library(&self, call: NodeRef) -> bool {
        let model = self.model(call);
        let name = model.callee_name(call.node).unwrap_or_default().to_lowercase();
        let callee = model.child(call.node, Field::Function);
        let origins = callee.map(|n| model.origins(n)).unwrap_or_default();
        let package = |path: &str| path.split(['.', '(']).next().unwrap_or(path).to_owned();
        let own = package(&model.module);
        let is_foreign = |path: &str| {
            let mut packages = self.paths_behind(path).into_iter().map(|p| package(&p));
            packages.any(|p| p != own && !self.is_module(&p))
        };
        !LASTING.iter().any(|word| name.contains(word))
            && origins.iter().filter_map(|o| o.path()).any(is_foreign)
    }

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
    fn sure_round_failure(&self, loop_node: NodeRef) -> Option<Fact> {
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

/// Whether a loop may be left by itself: by a `break`, a `return` or a `raise`.
fn leaves_loop(model: &Model, loop_node: NodeId) -> bool {
    model.tree.descendants(loop_node).any(|n| is_exit(model.kind(n)))
}

fn is_exit(kind: Kind) -> bool {
    matches!(kind, Kind::BreakStatement | Kind::ReturnStatement | Kind::RaiseStatement)
}

/// Whether a loop has a `break` or a `return` of its own.
fn leaves_by_statement(model: &Model, loop_node: NodeId) -> bool {
    let own = model.frame_of(loop_node);
    let leaves = |n: NodeId| matches!(model.kind(n), Kind::BreakStatement | Kind::ReturnStatement);
    model.tree.descendants(loop_node).any(|n| leaves(n) && model.frame_of(n) == own)
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
fn clause_head(model: &Model, clause: NodeId) -> String {
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
