//! What a call of one of the project's wrappers gives, by its arguments. It does not follow the task.

use super::analyzer::EscapeAnalyzer;
use crate::python::{BindingKind, Field, Kind, NodeId, Origin};
use crate::tasks::effects::{ArgumentFacts, GuardedCall};
use crate::tasks::project::{CallOutcome, Wrapper};

impl EscapeAnalyzer<'_> {
    /// What a call of a wrapper gives.
    pub(in crate::tasks) fn outcome<'w>(
        &self,
        call: NodeId,
        wrapper: &'w Wrapper,
    ) -> CallOutcome<'w> {
        wrapper.outcome(self.guarded(call))
    }

    /// The first argument of a call that is certainly a coroutine call.
    pub(in crate::tasks) fn coroutine_argument(&self, call: NodeId) -> Option<NodeId> {
        let model = self.model;
        let arguments = model.child(call, Field::Arguments)?;
        let value = |n: NodeId| match model.kind(n) {
            Kind::KeywordArgument => model.child(n, Field::Value),
            _ => Some(n),
        };
        let values = model.tree.children(arguments).filter_map(value).map(|n| model.bare(n));
        let mut calls = values.filter(|n| model.kind(*n) == Kind::Call);
        calls.find(|n| ArgumentFacts::is_coroutine(self, *n) == Some(true))
    }

    /// A call with what is known of its arguments.
    pub(in crate::tasks) fn guarded(&self, call: NodeId) -> GuardedCall<'_> {
        let callee = self.model.child(call, Field::Function);
        let on_instance = callee.is_some_and(|callee| self.is_on_instance(callee));
        GuardedCall { model: self.model, call, on_instance, arguments: self }
    }
}

impl ArgumentFacts for EscapeAnalyzer<'_> {
    fn is_coroutine(&self, argument: NodeId) -> Option<bool> {
        let model = self.model;
        let is_certain = |value: NodeId| {
            model.kind(value) == Kind::Call && self.call_returns_coroutine(value) == Some(true)
        };
        match model.kind(argument) {
            Kind::Lambda => Some(false),
            Kind::Call => is_certain(argument).then_some(true),
            Kind::Identifier => {
                let bindings = model.bindings_of(argument);
                let is_all = bindings.iter().all(|b| match b.kind {
                    BindingKind::Assign { value } => is_certain(model.bare(value)),
                    _ => false,
                });
                (is_all && !bindings.is_empty()).then_some(true)
            }
            _ => None,
        }
    }

    fn is_coroutine_function(&self, argument: NodeId) -> Option<bool> {
        let model = self.model;
        if model.kind(argument) == Kind::Lambda {
            return Some(false);
        }
        let is_plain = |f: NodeId| model.decorators(f).is_empty();
        let is_async = |origin: &Origin| match origin {
            Origin::Function(function) if is_plain(*function) => {
                Some(model.is_async(*function) && !self.is_generator(*function))
            }
            _ => None,
        };
        let origins = self.origins(argument);
        let first = is_async(origins.first()?)?;
        origins.iter().all(|origin| is_async(origin) == Some(first)).then_some(first)
    }

    fn makes_coroutine(&self, argument: NodeId) -> bool {
        EscapeAnalyzer::makes_coroutine(self, argument)
    }

    fn is_object(&self, argument: NodeId) -> bool {
        let model = self.model;
        let is_made = |value: NodeId| {
            let value = model.bare(value);
            model.kind(value) == Kind::String
                || model.kind(value) == Kind::Lambda
                || self.makes_container(value)
        };
        if is_made(argument) {
            return true;
        }
        let origins = self.origins(argument);
        let is_object = |origin: &Origin| match origin {
            Origin::Function(_) | Origin::Class(_) | Origin::Instance(_) => true,
            Origin::Value(value) => is_made(*value),
            _ => false,
        };
        !origins.is_empty() && origins.iter().all(is_object) && !self.may_be_none(argument)
    }
}

impl EscapeAnalyzer<'_> {
    /// Whether a name may be bound to `None`, which is no origin.
    fn may_be_none(&self, name: NodeId) -> bool {
        let bindings = self.model.bindings_of(name);
        let is_value = |kind: &BindingKind| match kind {
            BindingKind::Assign { value } | BindingKind::Annotated { value: Some(value), .. } => {
                self.model.kind(self.model.bare(*value)) != Kind::None
            }
            BindingKind::Function(_) | BindingKind::Class(_) => true,
            _ => false,
        };
        !bindings.iter().all(|b| is_value(&b.kind))
    }
}
