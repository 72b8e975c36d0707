//! A callable that returns a task: what calls it, and where does the result go?

use super::analyzer::{EscapeAnalyzer, EscapeResult, Follow};
use crate::python::{Field, Kind, NodeId, Use, UseKind};
use crate::tasks::effects::ValueKind;
use crate::tasks::libraries::{self, LibraryEffect};
use crate::tasks::verdict::{Reason, Verdict};

/// What the receiver of a callable does with the callable's result.
enum CallbackCaller {
    /// Discards it; the call that registers the callable.
    Discards(NodeId),
    /// Awaits it; the call that registers the callable.
    Awaits(NodeId),
    /// Yields it from an iterator; the call.
    Yields(NodeId),
    /// Returns it; the call.
    Returns(NodeId),
    /// Not known.
    Unknown,
}

impl EscapeAnalyzer<'_> {
    /// Follows a task that a lambda returns.
    pub(super) fn returned_by_lambda(&self, lambda: NodeId) -> EscapeResult {
        match self.caller_of(lambda, 0) {
            CallbackCaller::Discards(call) => {
                let why = format!(
                    "the lambda returns it, and {} ({}) discards what its callback returns",
                    self.callee_of(call),
                    self.line_text(call)
                );
                EscapeResult::new(Reason::Lambda, lambda, why)
            }
            CallbackCaller::Awaits(call) => self.awaited_by(call),
            CallbackCaller::Yields(call) => self.escape_of(call, ValueKind::CONTAINER),
            CallbackCaller::Returns(call) => match self.escape_of(call, ValueKind::Task) {
                result if result.verdict() == Verdict::Dropped => {
                    EscapeResult::new(Reason::Lambda, lambda, result.why)
                }
                result => result,
            },
            CallbackCaller::Unknown => {
                let why = format!(
                    "the lambda ({}) returns it, and its caller is not known",
                    self.line_text(lambda)
                );
                EscapeResult::new(Reason::Callback, lambda, why)
            }
        }
    }

    /// Follows the task of a spawner that is passed uncalled; none when its receiver does not call
    /// it.
    pub(in crate::tasks) fn passed_uncalled(&self, reference: NodeId) -> Option<EscapeResult> {
        match self.caller_of(reference, 0) {
            CallbackCaller::Discards(call) => {
                let why = format!(
                    "{} ({}) calls it and discards the task",
                    self.callee_of(call),
                    self.line_text(call)
                );
                Some(EscapeResult::new(Reason::PassedUncalled, call, why))
            }
            CallbackCaller::Awaits(call) => Some(self.awaited_by(call)),
            CallbackCaller::Yields(call) => Some(self.result_of_caller(call, ValueKind::CONTAINER)),
            CallbackCaller::Returns(call) => Some(self.result_of_caller(call, ValueKind::Task)),
            CallbackCaller::Unknown => None,
        }
    }

    /// The result of a callable is awaited by what a call registers it with.
    fn awaited_by(&self, call: NodeId) -> EscapeResult {
        let why = format!(
            "{} ({}) awaits what its callback returns",
            self.callee_of(call),
            self.line_text(call)
        );
        EscapeResult::new(Reason::Awaited, call, why)
    }

    /// Follows the result of a call that was passed a spawner.
    fn result_of_caller(&self, call: NodeId, value_kind: ValueKind) -> EscapeResult {
        match self.escape_of(call, value_kind) {
            result if result.verdict() == Verdict::Dropped => {
                EscapeResult::new(Reason::PassedUncalled, call, result.why)
            }
            result => result,
        }
    }

    /// The expressions that refer to a nested function: a lambda itself, else the reads of its
    /// name.
    pub(super) fn function_references(&self, function: NodeId) -> Vec<NodeId> {
        if self.model.kind(function) == Kind::Lambda {
            return vec![function];
        }
        let decorated = !self.model.decorators(function).is_empty();
        let Some(name) = self.model.child(function, Field::Name) else {
            return Vec::new();
        };
        let uses = self
            .model
            .variable(name)
            .map_or(&[][..], |(scope, symbol)| self.model.uses(scope, symbol));
        let inside = |u: &&Use| !self.model.tree.contains(function, u.node);
        let mut places: Vec<NodeId> = uses
            .iter()
            .filter(|u| u.kind == UseKind::Load)
            .filter(inside)
            .map(|u| u.node)
            .collect();
        if decorated {
            places.push(function);
        }
        places
    }

    fn caller_of(&self, callable: NodeId, depth: u8) -> CallbackCaller {
        let model = self.model;
        let Some(parent) = model.tree.parent(callable) else {
            return CallbackCaller::Unknown;
        };
        match model.kind(parent) {
            Kind::ParenthesizedExpression | Kind::ConditionalExpression => {
                self.caller_of(parent, depth)
            }
            Kind::Assignment if depth < 2 && model.tree.field(callable) == Field::Right => {
                match model.child(parent, Field::Left) {
                    Some(name) if model.kind(name) == Kind::Identifier => {
                        self.caller_of_name(name, depth)
                    }
                    _ => CallbackCaller::Unknown,
                }
            }
            Kind::ArgumentList => match model.tree.parent(parent) {
                Some(call) if model.kind(call) == Kind::Call => {
                    self.caller_in_call(callable, call, depth)
                }
                _ => CallbackCaller::Unknown,
            },
            // `Timer(1, function=f)`, `Thread(target=f)`.
            Kind::KeywordArgument => {
                let name = model.child(parent, Field::Name).map_or("", |n| model.text(n));
                let call = model.tree.parent(parent).and_then(|list| model.tree.parent(list));
                match call.filter(|_| matches!(name, "function" | "target" | "callback")) {
                    Some(call) => self.caller_in_call(callable, call, depth),
                    None => CallbackCaller::Unknown,
                }
            }
            _ => CallbackCaller::Unknown,
        }
    }

    /// The caller of a callable under a local name that is used only once.
    fn caller_of_name(&self, name: NodeId, depth: u8) -> CallbackCaller {
        let Some((scope, symbol)) = self.model.variable(name) else {
            return CallbackCaller::Unknown;
        };
        let uses = self.model.uses(scope, symbol);
        let loads: Vec<NodeId> =
            uses.iter().filter(|u| u.kind == UseKind::Load).map(|u| u.node).collect();
        match loads[..] {
            [only] => self.caller_of(only, depth + 1),
            _ => CallbackCaller::Unknown,
        }
    }

    fn caller_in_call(&self, callable: NodeId, call: NodeId, depth: u8) -> CallbackCaller {
        let model = self.model;
        let Some(callee) = model.child(call, Field::Function) else {
            return CallbackCaller::Unknown;
        };
        let name = model.child(callee, Field::Attribute).map_or("", |a| model.text(a));
        let index = model.positional(call).iter().position(|a| *a == callable);
        let method = libraries::of_method(name);
        let by_path = || self.origins(callee).iter().find_map(|o| self.library_effect(o));
        match method.or_else(by_path) {
            // What follows the callable is its arguments. A loop's `call_later` takes the time first;
            // textual's takes a callable, and awaits its result.
            Some(LibraryEffect::Calls) if index.is_none_or(|i| i == 0) => {
                CallbackCaller::Discards(call)
            }
            Some(LibraryEffect::CallsAwaiting) if index.is_none_or(|i| i == 0) => {
                CallbackCaller::Awaits(call)
            }
            Some(LibraryEffect::CallsSecond) if index.is_none_or(|i| i == 1) => {
                CallbackCaller::Discards(call)
            }
            Some(LibraryEffect::Binds) if model.positional(call).first() == Some(&callable) => {
                self.caller_of(call, depth)
            }
            Some(LibraryEffect::Maps) if model.positional(call).first() == Some(&callable) => {
                CallbackCaller::Yields(call)
            }
            Some(LibraryEffect::Runs) if model.positional(call).first() == Some(&callable) => {
                CallbackCaller::Returns(call)
            }
            _ => CallbackCaller::Unknown,
        }
    }
}
