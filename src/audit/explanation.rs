//! What a reader of the audit asks next: under which condition a task is stopped, why its end may be impossible to await, and
//! why it needs no action. It puts facts about the code into words and finds none.

use super::assessment::{Assessment, Fact, FactKind, Failure, Lifetime};
use super::index::WorkspaceIndex;
use super::owner::{Owner, OwnerKind};
use super::source_text::source_on_one_line;
use super::stop_points::StopPoint;
use super::types::{ChainRoot, NodeRef, StorageLocation, TaskOp, TaskUse, TaskUses, Timeout};
use crate::python::{Field, Kind, Model, NodeId};

/// Maximum length of a path of calls from a task to what cancels it.
const MAX_DEPTH: u32 = 3;

impl WorkspaceIndex<'_> {
    /// The condition under which a function stops a task; none if it is about the task itself, or the task is created under it,
    /// too, or something also stops it without that condition.
    pub(super) fn stop_condition(
        &self,
        stop: &StopPoint,
        task_uses: &TaskUses,
        owner: &Owner,
        site: NodeRef,
    ) -> Option<Fact> {
        let stopping = stop.cancel.as_ref().or(stop.signal.as_ref())?;
        let at = stopping.node_ref;
        let model = self.model(at);
        let mut names: Vec<&str> = identifiers(model, at.node);
        if let Some(StorageLocation::Attribute { name, .. }) = &owner.location {
            names.push(name);
        }
        // `if self._tasks:` around `for task in self._tasks:`
        let loops = model.tree.ancestors(at.node).filter(|n| model.kind(*n) == Kind::ForStatement);
        for iterated in loops.filter_map(|n| model.child(n, Field::Right)) {
            names.extend(identifiers(model, iterated));
            // `done, pending = await asyncio.wait(tasks)`
            let bound = model.tree.subtree(iterated).flat_map(|n| model.bindings_of(n));
            names.extend(bound.flat_map(|b| identifiers(model, model.statement_of(b.node))));
        }
        let function = stop.function.map_or(NodeId::ROOT, |f| f.node);
        let ends = |e: &TaskUse| {
            matches!(e.op, TaskOp::Cancel | TaskOp::SignalStop | TaskOp::MayCancel)
                && self.function_of(e.node_ref) != stop.function
        };
        if sets_flag_beside(model, function, at.node) || task_uses.uses.iter().any(ends) {
            return None;
        }
        let is_created_under = |text: &str| {
            let there = self.model(site);
            let conditions = there.tree.ancestors(site.node);
            let conditions = conditions.filter_map(|n| there.child(n, Field::Condition));
            let is_it = |part: NodeId| source_on_one_line(there, part) == text;
            conditions.into_iter().any(|c| is_it(c) || conjuncts(there, c).into_iter().any(is_it))
        };
        let is_other_stop = |e: &&TaskUse| {
            let is_here = e.op == stopping.op && self.function_of(e.node_ref) == stop.function;
            is_here && !(self.function_of(site) == stop.function && e.node_ref < site)
        };
        let others: Vec<NodeId> =
            task_uses.uses.iter().filter(is_other_stop).map(|e| e.node_ref.node).collect();
        let mut inner = model.statement_of(at.node);
        while inner != function {
            let around = model.tree.parent(inner)?;
            let is_only = others.iter().all(|n| model.tree.contains(inner, *n));
            let condition = model.child(around, Field::Condition).filter(|_| is_only);
            let is_branch = matches!(model.kind(around), Kind::IfStatement | Kind::ElifClause);
            let is_other = matches!(model.kind(inner), Kind::ElseClause | Kind::ElifClause);
            let parts = condition.filter(|_| is_branch).map(|condition| match is_other {
                true => vec![condition],
                false => conjuncts(model, condition),
            });
            let mut parts = parts.unwrap_or_default();
            parts.retain(|part| {
                let text = source_on_one_line(model, *part);
                let is_own = names.iter().any(|name| {
                    identifiers(model, *part).contains(name)
                        || ['"', '\''].iter().any(|q| text.contains(&format!("{q}{name}{q}")))
                });
                !is_own && !is_created_under(&text)
            });
            if !parts.is_empty() {
                let text = joined(model, &parts);
                let only = if is_other { "only unless" } else { "only if" };
                let who = self.subject(stop.function);
                let note = format!("{who} stops it {only} `{text}`");
                let at = self.related(NodeRef { node: around, ..at }, note);
                let condition = if is_other { format!("not ({text})") } else { text };
                return Some(Fact::with(FactKind::StopCondition, condition, at));
            }
            inner = around;
        }
        None
    }

    /// Why a task without a problem needs no action, if everything is known that takes.
    pub(super) fn why_safe(
        &self,
        site: NodeRef,
        owner: &Owner,
        stops: &[StopPoint],
        assessment: &Assessment,
    ) -> Option<Fact> {
        let name = assessment.owner.as_deref().filter(|_| !assessment.stopped_by.is_empty())?;
        let (kept, ended) = match owner.kind {
            OwnerKind::Awaiting => (self.awaiting_clause(site, assessment), None),
            OwnerKind::Group => (format!("`{name}` waits for it when its block ends"), None),
            OwnerKind::Holder => (format!("`{name}` keeps it"), Some(self.stop_clause(stops)?)),
            OwnerKind::Frame => (format!("a {name} keeps it"), Some(self.stop_clause(stops)?)),
            _ => return None,
        };
        let seen = match assessment.failure {
            Failure::Awaited | Failure::AwaitedAtStop
                if matches!(owner.kind, OwnerKind::Awaiting | OwnerKind::Group) =>
            {
                Some("its exception is seen there")
            }
            Failure::Awaited => Some("its exception is seen where it is awaited"),
            Failure::AwaitedAtStop => Some("its exception is seen there"),
            Failure::Observed => Some("its exception is read"),
            Failure::Handled => Some("its coroutine handles its own exceptions"),
            Failure::Logged => Some("its exception is logged"),
            Failure::Lost | Failure::Unknown | Failure::Partly | Failure::Caller => return None,
        };
        let parts: Vec<String> =
            [Some(kept), ended, seen.map(str::to_owned)].into_iter().flatten().collect();
        let note = match &parts[..] {
            [first @ .., last] => format!("{}, and {last}", first.join(", ")),
            [] => return None,
        };
        Some(Fact::new(FactKind::Safe, self.related(site, note)))
    }

    /// Why the function that cancels a task may be unable to wait for its end: it is not async, or the task itself runs it.
    pub(super) fn await_obstacle(
        &self,
        stops: &[StopPoint],
        coroutine: Option<NodeRef>,
    ) -> Option<String> {
        let stop = stops.iter().find(|s| s.cancel.is_some())?;
        let Some(function) = stop.function else {
            return Some("module-level code is not async".to_owned());
        };
        let name = self.name_of(function);
        if !self.model(function).is_async(function.node) {
            return Some(format!("`{name}` is not async"));
        }
        let is_own = coroutine.is_some_and(|own| self.reaches(own, function, MAX_DEPTH));
        is_own.then(|| format!("the task can itself run `{name}`"))
    }

    fn awaiting_clause(&self, site: NodeRef, assessment: &Assessment) -> String {
        let who = self.subject(self.function_of(site));
        match assessment.lifetime {
            Lifetime::Statement => format!("{who} awaits it in the statement that creates it"),
            _ => format!("{who} awaits it before it returns"),
        }
    }

    /// How the task is stopped or ends, by the most certain stop point.
    fn stop_clause(&self, stops: &[StopPoint]) -> Option<String> {
        let stop = stops.first().filter(|s| !s.is_left())?;
        let who = self.subject(stop.function);
        let is_left = |op: TaskOp| {
            matches!(op, TaskOp::Await { timeout: Timeout::Present | Timeout::FirstDone, .. })
        };
        let waits = stop.wait.as_ref().filter(|w| !is_left(w.op));
        let what = match (&stop.cancel, &stop.signal, waits) {
            (Some(_), _, Some(_)) => "cancels and awaits it",
            (Some(_), _, None) => "cancels it",
            (None, Some(_), Some(_)) => "tells it to stop and awaits it",
            (None, Some(_), None) => "tells it to stop",
            (None, None, Some(_)) => "awaits it",
            (None, None, None) => return None,
        };
        let is_shutdown = stop.chain.root == ChainRoot::Shutdown;
        let when = if is_shutdown { " at application shutdown" } else { "" };
        Some(format!("{who} {what}{when}"))
    }
}

/// The operands of `a and b and c`.
fn conjuncts(model: &Model, condition: NodeId) -> Vec<NodeId> {
    let condition = model.bare(condition);
    let sides = model.tree.children(condition).filter(|n| model.kind(*n) != Kind::Comment);
    let sides: Vec<NodeId> = sides.collect();
    match (model.kind(condition), &sides[..]) {
        (Kind::BooleanOperator, [left, right]) if model.is_conjunction(condition) == Some(true) => {
            [conjuncts(model, *left), conjuncts(model, *right)].concat()
        }
        _ => vec![condition],
    }
}

/// The text of operands of `and`, joined by it, in one line.
fn joined(model: &Model, operands: &[NodeId]) -> String {
    let text = |operand: &NodeId| {
        let text = source_on_one_line(model, *operand);
        match model.kind(*operand) {
            Kind::BooleanOperator | Kind::ConditionalExpression | Kind::NamedExpression
                if operands.len() > 1 =>
            {
                format!("({text})")
            }
            _ => text,
        }
    };
    operands.iter().map(text).collect::<Vec<_>>().join(" and ")
}

/// The names in an expression but that of the object of a method: `_task` and `cancel` of `self._task.cancel()`.
fn identifiers(model: &Model, expression: NodeId) -> Vec<&str> {
    let is_name = |n: &NodeId| model.kind(*n) == Kind::Identifier && model.self_class(*n).is_none();
    model.tree.subtree(expression).filter(is_name).map(|n| model.text(n)).collect()
}

/// Whether a function sets an event of the object that has a task, beside a cancellation of the task: `job.stopper.set()` and
/// `job.task.cancel()`. The coroutine may have got the event.
fn sets_flag_beside(model: &Model, function: NodeId, cancel: NodeId) -> bool {
    let task = model.called_method(cancel).map(|(task, _)| task);
    let object = task.and_then(|task| model.child(task, Field::Object)).map(|o| model.text(o));
    let Some(object) = object.filter(|object| *object != "self") else { return false };
    let mut calls = model.own_nodes(function, |kind| kind == Kind::Call);
    calls.any(|call| match model.called_method(call) {
        Some((flag, "set")) => {
            let owner = model.child(flag, Field::Object);
            owner.is_some_and(|owner| model.text(owner) == object)
        }
        _ => false,
    })
}
