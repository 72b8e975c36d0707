//! A callable that returns a task: what calls it, and where does the result go?

use super::analyzer::{EscapeAnalyzer, EscapeResult, Follow};
use super::interprocedural::known_effects;
use crate::python::{Field, Kind, NodeId, Origin, UseKind};
use crate::tasks::effects::{ParamEffect, ReturnEffect, ValueKind};
use crate::tasks::libraries::{self, LibraryEffect};
use crate::tasks::project::Callees;
use crate::tasks::verdict::{Reason, Verdict};

/// What the receiver of a callable does with the callable's result.
pub(super) enum CallbackCaller {
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
                    EscapeResult { reason: Reason::Lambda, sink: lambda, ..result }
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
                EscapeResult { reason: Reason::PassedUncalled, sink: call, ..result }
            }
            result => result,
        }
    }

    pub(super) fn caller_of(&self, callable: NodeId, depth: u8) -> CallbackCaller {
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
                let name = model.name_of(parent);
                let call = model.tree.parent(parent).and_then(|list| model.tree.parent(list));
                match call {
                    Some(call) if matches!(name, "function" | "target" | "callback") => {
                        self.caller_in_call(callable, call, depth)
                    }
                    Some(call) => self.caller_in_project(parent, call),
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
            Some(LibraryEffect::Binds) if index == Some(0) => self.caller_of(call, depth),
            Some(LibraryEffect::Maps) if index == Some(0) => CallbackCaller::Yields(call),
            Some(LibraryEffect::Runs) if index == Some(0) => CallbackCaller::Returns(call),
            _ => {
                let list = model.child(call, Field::Arguments);
                let is_argument = |n: &NodeId| model.tree.parent(*n) == list;
                let argument = std::iter::once(callable)
                    .chain(model.tree.ancestors(callable))
                    .find(is_argument);
                argument.map_or(CallbackCaller::Unknown, |argument| {
                    self.caller_in_project(argument, call)
                })
            }
        }
    }

    /// The caller of a callable that is an argument of a call of a function of the project.
    fn caller_in_project(&self, argument: NodeId, call: NodeId) -> CallbackCaller {
        let model = self.model;
        let is_parent = |kind| model.tree.parent(call).is_some_and(|p| model.kind(p) == kind);
        let discards = |effect: &ParamEffect| {
            effect.reason == Reason::Discarded
                && (!effect.is_async || is_parent(Kind::Await))
                && (effect.return_effect == ReturnEffect::Never
                    || is_parent(Kind::ExpressionStatement))
        };
        let effects = self.effects_on_spawner(argument, call);
        match effects.is_some_and(|effects| effects.iter().all(discards)) {
            true => CallbackCaller::Discards(call),
            false => CallbackCaller::Unknown,
        }
    }

    /// What the functions of the project that a call may run do with an argument that makes a task when it is called; none
    /// when one is not known.
    fn effects_on_spawner(&self, argument: NodeId, call: NodeId) -> Option<Vec<ParamEffect>> {
        let slot = self.slot(argument, call)?;
        let callee = self.model.bare(self.model.child(call, Field::Function)?);
        let mut functions = Vec::new();
        for origin in self.origins(callee).iter() {
            match origin {
                Origin::Function(function) => {
                    let own = self.model.path_of(*function);
                    let on_instance = self.is_on_instance(callee);
                    if on_instance {
                        let overriding = self.overriding(&own)?;
                        functions.extend(overriding.into_iter().map(|path| (path, true)));
                    }
                    functions.push((own, on_instance));
                }
                Origin::Path(path) => match self.callees(path, true)? {
                    Callees::Functions(found) => functions.extend(found),
                    Callees::GeneratedInit => return None,
                },
                _ => return None,
            }
        }
        let effect = |(path, on_instance)| {
            let value_kind = ValueKind::Spawner;
            self.summary_of(path, slot.clone(), on_instance, value_kind)
        };
        known_effects(functions.into_iter().map(effect).collect())
    }
}
