//! Whether a call of a project's method may run one that overrides it in a subclass, and that keeps the task. It does not follow
//! the task.

use super::analyzer::EscapeAnalyzer;
use super::spawner::ResolvedSpawner;
use crate::python::{Field, Kind, NodeId};
use crate::tasks::effects::{FunctionSummary, ValueKind};
use crate::tasks::project::{CallOutcome, Wrapper, last_name};
use crate::tasks::verdict::Verdict;

impl EscapeAnalyzer<'_> {
    /// Whether the callee of a fresh task, called there or passed on, may be another method that overrides the one found, and
    /// that keeps the task or may do so.
    pub(in crate::tasks) fn may_be_kept_by_override(
        &self,
        callee: NodeId,
        found: &ResolvedSpawner<'_>,
    ) -> bool {
        let callee = self.model.bare(callee);
        let name = self.model.child(callee, Field::Attribute).map(|name| self.model.text(name));
        let Some(((wrapper, path), name)) = found.wrapper.zip(found.path).zip(name) else {
            return false;
        };
        let object = self.model.child(callee, Field::Object);
        let Some(object) = object.filter(|_| last_name(path) == name) else { return false };
        if !self.may_be_overridden(callee) {
            return false;
        }
        let call = self.model.tree.parent(callee);
        let call = call.filter(|_| self.model.tree.field(callee) == Field::Function);
        self.classes_of(object).into_iter().any(|class| {
            let method = format!("{class}.{name}");
            self.depends_on_overrides(method.clone());
            let overriding = self.project.overriding_wrapper(&method, self.model.is_test);
            overriding.is_none_or(|all| {
                all.iter().any(|other| other != path && self.may_keep(other, call, wrapper))
            })
        })
    }

    /// Whether a method that is called in the place of a wrapper may keep the task.
    fn may_keep(&self, method: &str, call: Option<NodeId>, replaced: &Wrapper) -> bool {
        if let Some((_, wrapper)) = self.project.wrapper(method) {
            let is_alike =
                wrapper.access == replaced.access && wrapper.is_async == replaced.is_async;
            let is_fresh = match call {
                Some(call) => {
                    matches!(self.outcome(call, wrapper), CallOutcome::Fresh | CallOutcome::Nothing)
                }
                None => wrapper.is_unconditional(),
            };
            return !is_alike || !is_fresh;
        }
        let keeps_argument = |call| {
            let arguments = self.model.child(call, Field::Arguments);
            let mut arguments = arguments.into_iter().flat_map(|a| self.model.tree.children(a));
            arguments.any(|argument| self.may_keep_argument(method, call, argument))
        };
        self.project.keeping_methods.contains(method) || call.is_some_and(keeps_argument)
    }

    /// Whether a method may keep an argument of a call that runs it.
    fn may_keep_argument(&self, method: &str, call: NodeId, argument: NodeId) -> bool {
        let model = self.model;
        let value = model.child(argument, Field::Value).unwrap_or(argument);
        if !matches!(model.kind(model.bare(value)), Kind::Call | Kind::Identifier | Kind::Attribute)
        {
            return false;
        }
        let Some(slot) = self.slot(argument, call) else { return true };
        match self.summary_of(method.to_owned(), slot, true, ValueKind::Task) {
            FunctionSummary::Param(effect) => effect.reason.verdict() != Verdict::Dropped,
            FunctionSummary::Stub => false,
            _ => true,
        }
    }
}
