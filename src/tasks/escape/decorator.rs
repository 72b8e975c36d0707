//! Decorators of the project: does a call of what one makes return what the decorated function would?

use super::analyzer::{EscapeAnalyzer, Follow};
use super::coroutine::is_plain_decorator;
use super::interprocedural::known_effects;
use crate::python::{BindingKind, Field, Kind, NodeId, Origin};
use crate::tasks::effects::{ArgSlot, FunctionSummary, ParamEffect, ReturnEffect, ValueKind};
use crate::tasks::project::Callees;
use crate::tasks::verdict::Reason;

impl EscapeAnalyzer<'_> {
    /// Whether a call of a function, as it is decorated, returns what the function itself returns.
    pub(in crate::tasks) fn returns_as_written(&self, function: NodeId) -> bool {
        let decorators = self.model.decorators(function);
        decorators
            .into_iter()
            .all(|d| is_plain_decorator(self.model, d) || self.is_transparent(d, function))
    }

    /// Whether a decorator is a function of the project whose result returns what the decorated function returns.
    fn is_transparent(&self, decorator: NodeId, function: NodeId) -> bool {
        let model = self.model;
        let (callee, slot) = match model.kind(decorator) {
            // What `@retried(3)` calls is what `retried` returns.
            Kind::Call => (model.child(decorator, Field::Function), ArgSlot::Result),
            _ => (Some(decorator), ArgSlot::Position(0)),
        };
        let Some(callee) = callee else { return false };
        let mut functions = Vec::new();
        for origin in self.origins(callee).iter() {
            match origin {
                Origin::Function(function) => functions.push(model.path_of(*function)),
                Origin::Path(path) => match self.callees(path, true) {
                    Some(Callees::Functions(all)) => {
                        functions.extend(all.into_iter().map(|(path, _)| path));
                    }
                    _ => return false,
                },
                // What `functools.wraps` and other calls add is not known.
                _ => return false,
            }
        }
        let summary = |path| {
            let (slot, value_kind) = (slot.clone(), ValueKind::Spawner);
            self.summary_of(path, slot, false, value_kind)
        };
        let effects = known_effects(functions.into_iter().map(summary).collect());
        let is_same = |e: &ParamEffect| {
            let gives = e.reason == Reason::Returned || e.return_effect == ReturnEffect::Itself;
            gives && (!e.is_async || model.is_async(function))
        };
        effects.is_some_and(|effects| effects.iter().all(is_same))
    }

    /// Summarizes what the function that a function returns does with its first argument.
    pub(in crate::tasks) fn summarize_decorator_factory(
        &self,
        function: NodeId,
    ) -> FunctionSummary {
        let returned = self.returned_functions(function);
        let effect = |decorator: &NodeId| {
            let parameters = self.model.child(*decorator, Field::Parameters)?;
            self.passed_through(*decorator, self.model.tree.first_child(parameters)?)
        };
        match returned.as_deref() {
            Some([decorator]) => {
                effect(decorator).map_or(FunctionSummary::Unknown, FunctionSummary::Param)
            }
            _ => FunctionSummary::Unknown,
        }
    }

    /// The effect of a decorator that returns the function it gets as this parameter, or one that returns what a call of it
    /// gives.
    pub(super) fn passed_through(
        &self,
        decorator: NodeId,
        parameter: NodeId,
    ) -> Option<ParamEffect> {
        let model = self.model;
        let own = model.variable(parameter)?;
        let is_own = |n: NodeId| model.variable(model.bare(n)) == Some(own);
        let returned = ParamEffect { reason: Reason::Returned, ..ParamEffect::none() };
        let values = model.returns(decorator);
        if !values.is_empty() && values.into_iter().all(is_own) {
            return Some(returned).filter(|_| self.ends_with_return(decorator));
        }
        let [inner] = self.returned_functions(decorator)?[..] else { return None };
        let is_call = |value: NodeId| {
            let value = model.bare(value);
            let call = match model.kind(value) {
                Kind::Await if model.is_async(inner) => model.tree.first_child(value)?,
                _ if model.is_async(inner) => return None,
                _ => value,
            };
            let callee = model.child(call, Field::Function)?;
            let is_given = is_own(callee)
                && (call != value
                    || self.escape_of(call, ValueKind::Task).reason == Reason::Returned);
            is_given.then_some(callee)
        };
        let gives = |value: &NodeId| {
            let value = model.bare(*value);
            match model.bindings_of(value) {
                [binding] => match binding.kind {
                    BindingKind::Assign { value } => is_call(value).is_some(),
                    _ => false,
                },
                _ => is_call(value).is_some(),
            }
        };
        let values = model.returns(inner);
        let passes = !values.is_empty()
            && values.iter().all(gives)
            && self.ends_with_return(inner)
            && !self.is_generator(inner)
            && model.decorators(inner).into_iter().all(|d| is_plain_decorator(model, d));
        passes.then(|| ParamEffect { is_async: model.is_async(inner), ..returned })
    }

    /// The nested functions that a function returns; none when it may return anything else.
    fn returned_functions(&self, function: NodeId) -> Option<Vec<NodeId>> {
        let model = self.model;
        let nested = |value: &NodeId| match model.bindings_of(model.bare(*value)) {
            [binding] => match binding.kind {
                BindingKind::Function(inner) if model.tree.contains(function, inner) => Some(inner),
                _ => None,
            },
            _ => None,
        };
        let mut found: Vec<NodeId> =
            model.returns(function).iter().map(nested).collect::<Option<_>>()?;
        found.dedup();
        Some(found).filter(|_| self.ends_with_return(function))
    }

    /// Whether the last statement of a function returns, unless something is raised.
    fn ends_with_return(&self, function: NodeId) -> bool {
        let model = self.model;
        let mut last = model.child(function, Field::Body);
        while let Some(block) = last {
            let Some(statement) = model.tree.children(block).last() else { return false };
            match model.kind(statement) {
                Kind::ReturnStatement | Kind::RaiseStatement => return true,
                Kind::WithStatement | Kind::TryStatement => {
                    last = model.child(statement, Field::Body)
                }
                _ => return false,
            }
        }
        false
    }
}
