//! How often a coroutine does its work: once, or in a loop, and at which interval. It does not know who runs it.

use super::assessment::{Fact, FactKind};
use super::cancellation::is_parameter_call;
use super::coroutine_exit::{CoroutineExit, suspensions};
use super::index::WorkspaceIndex;
use super::intervals::{is_in_branch, waits_in};
use super::round_failures::{clause_head, is_exit};
use super::source_text::source_on_one_line;
use super::types::NodeRef;
use crate::python::{Field, Kind, Model, NodeId};

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
}

/// Whether a loop may be left by itself: by a `break`, a `return` or a `raise`.
fn leaves_loop(model: &Model, loop_node: NodeId) -> bool {
    model.tree.descendants(loop_node).any(|n| is_exit(model.kind(n)))
}

/// Whether a loop has a `break` or a `return` of its own.
fn leaves_by_statement(model: &Model, loop_node: NodeId) -> bool {
    let own = model.frame_of(loop_node);
    let leaves = |n: NodeId| matches!(model.kind(n), Kind::BreakStatement | Kind::ReturnStatement);
    model.tree.descendants(loop_node).any(|n| leaves(n) && model.frame_of(n) == own)
}
