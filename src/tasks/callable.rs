//! A callable that returns a task: who calls it, and what becomes of the result? Values themselves are followed elsewhere.

use super::inquiry::{Fate, Inquiry, Shape};
use super::known::{self, Does};
use super::verdict::{Reason, Verdict};
use crate::python::{Field, Kind, NodeId, Use, UseKind};

/// What the one who gets a callable does with what it returns.
enum Caller {
    /// Throws it away; the call that registers the callable.
    Discards(NodeId),
    /// Yields it from an iterator; the call.
    Yields(NodeId),
    /// Returns it; the call.
    Returns(NodeId),
    /// Cannot be seen.
    Unseen,
}

/// Those that take their callable as the second argument, behind a time, a file, a signal or an executor.
const SECOND: [&str; 8] = [
    "call_later",
    "call_at",
    "add_signal_handler",
    "add_reader",
    "add_writer",
    "run_in_executor",
    "signal",
    "Timer",
];

impl Inquiry<'_> {
    /// The fate of a task that a lambda returns.
    pub(super) fn returned_by_lambda(&self, lambda: NodeId) -> Fate {
        match self.caller_of(lambda, 0) {
            Caller::Discards(call) => {
                let why = format!(
                    "the lambda returns it, and {} on {} throws away what its callable returns",
                    self.callee_of(call),
                    self.at(call)
                );
                Fate::new(Reason::Lambda, lambda, why)
            }
            Caller::Yields(call) => self.follow(call, Shape::CONTAINER),
            Caller::Returns(call) => match self.follow(call, Shape::Task) {
                fate if fate.verdict() == Verdict::Dropped => {
                    Fate::new(Reason::Lambda, lambda, fate.why)
                }
                fate => fate,
            },
            Caller::Unseen => {
                let why = format!(
                    "the lambda on {} returns it, and who calls that cannot be seen",
                    self.at(lambda)
                );
                Fate::new(Reason::Callback, lambda, why)
            }
        }
    }

    /// The fate of a task made by a spawner that is passed uncalled; none when it is not passed to a caller at all.
    pub(super) fn passed_uncalled(&self, reference: NodeId) -> Option<Fate> {
        match self.caller_of(reference, 0) {
            Caller::Discards(call) => {
                let why = format!(
                    "{} on {} calls it and throws the task away",
                    self.callee_of(call),
                    self.at(call)
                );
                Some(Fate::new(Reason::PassedUncalled, call, why))
            }
            Caller::Yields(call) => Some(self.given_by(call, Shape::CONTAINER)),
            Caller::Returns(call) => Some(self.given_by(call, Shape::Task)),
            Caller::Unseen => None,
        }
    }

    /// The fate of what a call gives that was handed a spawner.
    fn given_by(&self, call: NodeId, shape: Shape) -> Fate {
        match self.follow(call, shape) {
            fate if fate.verdict() == Verdict::Dropped => {
                Fate::new(Reason::PassedUncalled, call, fate.why)
            }
            fate => fate,
        }
    }

    pub(super) fn callee_of(&self, call: NodeId) -> String {
        self.model.child(call, Field::Function).map_or_else(String::new, |c| self.quote(c))
    }

    /// The expressions that stand for a nested function: itself when it is a lambda, else the loads of its name.
    pub(super) fn callable_places(&self, function: NodeId) -> Vec<NodeId> {
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

    fn caller_of(&self, callable: NodeId, depth: u8) -> Caller {
        let model = self.model;
        let Some(parent) = model.tree.parent(callable) else {
            return Caller::Unseen;
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
                    _ => Caller::Unseen,
                }
            }
            Kind::ArgumentList => match model.tree.parent(parent) {
                Some(call) if model.kind(call) == Kind::Call => {
                    self.caller_in_call(callable, call, depth)
                }
                _ => Caller::Unseen,
            },
            // `Timer(1, function=f)`, `Thread(target=f)`.
            Kind::KeywordArgument => {
                let name = model.child(parent, Field::Name).map_or("", |n| model.text(n));
                let call = model.tree.parent(parent).and_then(|list| model.tree.parent(list));
                match call.filter(|_| matches!(name, "function" | "target" | "callback")) {
                    Some(call) => self.caller_in_call(callable, call, depth),
                    None => Caller::Unseen,
                }
            }
            _ => Caller::Unseen,
        }
    }

    /// The one place that a callable's local name is passed to, when there is no other use.
    fn caller_of_name(&self, name: NodeId, depth: u8) -> Caller {
        let Some((scope, symbol)) = self.model.variable(name) else {
            return Caller::Unseen;
        };
        let uses = self.model.uses(scope, symbol);
        let loads: Vec<NodeId> =
            uses.iter().filter(|u| u.kind == UseKind::Load).map(|u| u.node).collect();
        match loads[..] {
            [only] => self.caller_of(only, depth + 1),
            _ => Caller::Unseen,
        }
    }

    fn caller_in_call(&self, callable: NodeId, call: NodeId, depth: u8) -> Caller {
        let model = self.model;
        let Some(callee) = model.child(call, Field::Function) else {
            return Caller::Unseen;
        };
        let name = model.child(callee, Field::Attribute).map_or("", |a| model.text(a));
        // What stands behind the callable is its arguments. A loop's `call_later` takes the time first; textual's takes a
        // callable, and awaits what that returns.
        let last = if name.is_empty() { model.text(callee) } else { name };
        let is_second = SECOND.contains(&last);
        let index = model.positional(call).iter().position(|a| *a == callable);
        let method = known::of_method(name);
        let by_path = || self.origins(callee).iter().find_map(|o| self.known(o));
        match method.or_else(by_path) {
            Some(Does::Calls) if index.is_some_and(|i| i != usize::from(is_second)) => {
                Caller::Unseen
            }
            Some(Does::Calls) => Caller::Discards(call),
            Some(Does::Binds) if model.positional(call).first() == Some(&callable) => {
                self.caller_of(call, depth)
            }
            Some(Does::Maps) if model.positional(call).first() == Some(&callable) => {
                Caller::Yields(call)
            }
            Some(Does::Runs) if model.positional(call).first() == Some(&callable) => {
                Caller::Returns(call)
            }
            _ => Caller::Unseen,
        }
    }
}
