//! A value given to a function or a class of the project: what does that do with it? Other files answer through the
//! project's facts; this one looks into no other tree than its own.

use super::inquiry::{Fate, Inquiry, Shape};
use super::nest::Step;
use super::project::Callees;
use super::taking::{Answer, Ask, Back, Slot, Taken, Taking};
use super::verdict::{Reason, Verdict};
use crate::python::{Field, Kind, Model, NodeId, Origin, ScopeKind};

impl Inquiry<'_> {
    /// The fate of an argument of `call`, whose callee is one of `origins`; none when not all of them can be looked into.
    pub(super) fn passed_to_project(
        &self,
        origins: &[Origin],
        argument: NodeId,
        call: NodeId,
        shape: Shape,
    ) -> Option<Fate> {
        let slot = self.slot(argument, call)?;
        let callee = self.model.bare(self.model.child(call, Field::Function)?);
        let mut answers = Vec::new();
        match self.of_super(callee) {
            Some(Some(callees)) => answers = self.answers_of(callees, &slot, shape)?,
            Some(None) => return None,
            None => {
                for origin in origins {
                    answers.extend(self.answers(origin, &slot, callee, shape)?);
                }
            }
        }
        let fates: Vec<Fate> =
            answers.iter().map(|t| self.fate_inside(t, argument, call, shape)).collect();
        let first = fates.first()?.clone();
        if fates.iter().all(|f| f.verdict() == first.verdict()) {
            return Some(first);
        }
        let why = format!("some of what {} may be keeps its argument", self.quote(callee));
        Some(Fate::new(Reason::Argument, call, why))
    }

    /// Where an argument stands in its call; none when that cannot be told.
    fn slot(&self, argument: NodeId, call: NodeId) -> Option<Slot> {
        let model = self.model;
        match model.kind(argument) {
            Kind::KeywordArgument => {
                let name = model.child(argument, Field::Name)?;
                return Some(Slot::Keyword(model.text(name).to_owned()));
            }
            Kind::DictionarySplat => return None,
            _ => {}
        }
        let arguments = model.positional(call);
        let at = arguments.iter().position(|a| *a == argument)?;
        let is_star = |n: &NodeId| model.kind(*n) == Kind::ListSplat;
        if arguments[..at].iter().any(is_star) {
            return None;
        }
        Some(if is_star(&argument) { Slot::Star(at) } else { Slot::Position(at) })
    }

    /// What everything that an origin stands for does with what lands in `slot`; stubs are left out, and with nothing
    /// left, or something unseen, there is no answer.
    fn answers(
        &self,
        origin: &Origin,
        slot: &Slot,
        callee: NodeId,
        shape: Shape,
    ) -> Option<Vec<Taken>> {
        match origin {
            Origin::Function(function) => {
                let on_instance = self.is_on_instance(callee);
                let mut answers = vec![self.take(*function, slot, on_instance, shape)];
                let own = self.model.path_of(*function);
                let others = match on_instance && self.may_be_overridden(callee) {
                    true => self.project.overriding(&own)?,
                    false => Vec::new(),
                };
                answers.extend(others.into_iter().map(|path| {
                    self.asked(Taking { path, slot: slot.clone(), on_instance: true, shape })
                }));
                seen(answers)
            }
            Origin::Class(class) => {
                self.answers_at(&self.model.path_of(*class), slot, callee, shape)
            }
            Origin::Path(path) => self.answers_at(path, slot, callee, shape),
            _ => None,
        }
    }

    fn answers_at(
        &self,
        path: &str,
        slot: &Slot,
        callee: NodeId,
        shape: Shape,
    ) -> Option<Vec<Taken>> {
        match self.project.callees(path, self.may_be_overridden(callee)) {
            Some(callees) => self.answers_of(callees, slot, shape),
            None => {
                self.ask(Ask::Meaning(path.to_owned()));
                None
            }
        }
    }

    fn answers_of(&self, callees: Callees, slot: &Slot, shape: Shape) -> Option<Vec<Taken>> {
        match callees {
            Callees::Record => Some(vec![Taken {
                reason: Reason::Attribute,
                why: "its constructor stores what it is given".into(),
                ..Taken::nothing()
            }]),
            Callees::Functions(functions) => {
                let ask = |(path, on_instance): (String, bool)| {
                    self.asked(Taking { path, slot: slot.clone(), on_instance, shape })
                };
                seen(functions.into_iter().map(ask).collect())
            }
        }
    }

    /// What `super().name` finds: of the bases of its class, in their order, what the first has that has any; none of
    /// anything else, and an inner none where that cannot be told.
    pub(super) fn of_super(&self, callee: NodeId) -> Option<Option<Callees>> {
        let model = self.model;
        let object = model.child(callee, Field::Object)?;
        let name = model.text(model.child(callee, Field::Attribute)?);
        let class = model.class_of(callee).filter(|_| model.text(object) == "super()")?;
        for base in model.bases(class) {
            let path = match self.origins(base)[..] {
                // The project knows none that are made in functions.
                [Origin::Class(class)] if model.function_of(class).is_some() => return None,
                [Origin::Class(class)] => model.path_of(class),
                [Origin::Path(ref path)] => path.clone(),
                _ => return Some(None),
            };
            match self.project.inherited(&path, name) {
                Some(Some(callees)) => return Some(Some(callees)),
                Some(None) => {}
                None => {
                    self.ask(Ask::Meaning(format!("{path}().{name}")));
                    return Some(None);
                }
            }
        }
        Some(None)
    }

    pub(super) fn asked(&self, taking: Taking) -> Answer {
        let answer = self.project.answer(&taking).cloned();
        self.ask(Ask::Taking(taking));
        answer.unwrap_or_else(|| match self.assumes_nothing() {
            true => Answer::Takes(Taken::nothing()),
            false => Answer::Unseen,
        })
    }

    /// Whether a callee is looked up on an instance, which becomes its first argument.
    pub(super) fn is_on_instance(&self, callee: NodeId) -> bool {
        let object = self.model.child(callee, Field::Object);
        object.is_some_and(|o| {
            !self.model.origins(o).iter().any(|origin| matches!(origin, Origin::Class(_)))
        })
    }

    /// Whether a method may be that of a class which derives from the one that it is found in: not of `super()`.
    fn may_be_overridden(&self, callee: NodeId) -> bool {
        let object = self.model.child(callee, Field::Object);
        !object.is_some_and(|o| self.model.text(o).starts_with("super("))
    }

    /// The fate of an argument of `call` whose callee does this with it.
    fn fate_inside(&self, taken: &Taken, argument: NodeId, call: NodeId, shape: Shape) -> Fate {
        let callee = self.model.child(call, Field::Function).unwrap_or(call);
        let name = self.quote(callee);
        let unsure = |why: String| Fate::new(Reason::Argument, call, why);
        let dropped = taken.reason.verdict() == Verdict::Dropped;
        match taken.reason {
            _ if taken.is_generator && self.is_gone_through(call) => {
                let why = format!("{name} waits for it as it is gone through: {}", taken.why);
                Fate::new(Reason::Gathered, call, why)
            }
            _ if taken.is_generator => {
                unsure(format!("whether {name} is gone through to its end cannot be seen"))
            }
            Reason::Returned => {
                let shape = match taken.gives_back {
                    Back::Within if !shape.is_container() => Shape::CONTAINER,
                    _ => shape,
                };
                match self.follow(call, shape) {
                    fate if fate.verdict() == Verdict::Dropped
                        && taken.gives_back == Back::Sometimes =>
                    {
                        let why = format!("{name} keeps its argument on some paths only");
                        Fate::new(Reason::Conditional, call, why)
                    }
                    fate => fate,
                }
            }
            // The coroutine holds it while it runs: who holds the coroutine?
            Reason::Awaited | Reason::Gathered | Reason::Frame | Reason::Conditional
                if taken.is_async =>
            {
                self.follow(call, Shape::Task)
            }
            // Its frame holds the task until it is over; when nobody waits for that here, how long that is cannot be told.
            _ if dropped && taken.is_async => match self.follow(call, Shape::Task) {
                fate if matches!(fate.reason, Reason::Awaited) => self.ends(argument),
                fate if fate.verdict() == Verdict::Dropped => fate,
                _ => unsure(format!("{name} has it while it runs")),
            },
            _ if dropped => self.ends(argument),
            reason if matches!(reason.verdict(), Verdict::Held | Verdict::Managed) => {
                let why = format!("{name} keeps its argument: {}", taken.why);
                Fate::new(Reason::Kept, call, why)
            }
            _ => unsure(format!("whether {name} keeps its argument cannot be told: {}", taken.why)),
        }
    }

    /// What a function of this file does with what lands in one of its parameters.
    pub(super) fn take(
        &self,
        function: NodeId,
        slot: &Slot,
        on_instance: bool,
        shape: Shape,
    ) -> Answer {
        let model = self.model;
        if self.model.is_stub(function) {
            return Answer::Stub;
        }
        let is_generator = self.is_generator(function);
        let Some((parameter, gathers)) = self.parameter(function, slot, on_instance) else {
            return Answer::Unseen;
        };
        let shape = match slot {
            _ if !gathers => shape,
            Slot::Star(_) => shape.collected(),
            _ => shape.inside(Step::Any),
        };
        let Some(inner) = self.deeper(|| self.bound_from(parameter, shape, None)) else {
            return Answer::Unseen;
        };
        let as_written = has_plain_decorators(model, function);
        let may_change = !inner.holds() || inner.reason == Reason::Returned || is_generator;
        if !as_written && may_change {
            return Answer::Unseen;
        }
        // What a generator has while it waits at a `yield` it may have for good, or lose at once.
        if is_generator && !matches!(inner.reason, Reason::Awaited | Reason::Gathered) {
            return Answer::Unseen;
        }
        let within = || {
            let parent = model.tree.parent(inner.end);
            parent.is_some_and(|p| model.kind(p) == Kind::ReturnStatement)
        };
        let gives_back = match inner.reason {
            Reason::Returned if model.kind(inner.end) == Kind::ReturnStatement => Back::Itself,
            Reason::Returned if within() => Back::Within,
            Reason::Returned => Back::Sometimes,
            _ => Back::Never,
        };
        Answer::Takes(Taken {
            reason: inner.reason,
            gives_back,
            is_async: model.is_async(function),
            is_generator,
            why: inner.why,
        })
    }

    /// Whether a call of a generator is gone through to its end: by a comprehension, or a loop that nothing leaves.
    fn is_gone_through(&self, call: NodeId) -> bool {
        let model = self.model;
        let Some(head) = model.tree.parent(call).filter(|_| model.tree.field(call) == Field::Right)
        else {
            return false;
        };
        let leaves =
            |n: NodeId| matches!(model.kind(n), Kind::BreakStatement | Kind::ReturnStatement);
        match model.kind(head) {
            Kind::ForInClause => {
                let whole = model.tree.parent(head);
                whole.is_some_and(|whole| model.kind(whole) != Kind::GeneratorExpression)
            }
            Kind::ForStatement => !model.tree.descendants(head).any(leaves),
            _ => false,
        }
    }

    pub(super) fn is_generator(&self, function: NodeId) -> bool {
        let scope = self.model.scopes.opened_by(function);
        scope.is_some_and(|s| !self.yields(s).is_empty())
    }

    /// The identifier of the parameter that an argument lands in, and whether that gathers arguments (`*args`).
    fn parameter(
        &self,
        function: NodeId,
        slot: &Slot,
        on_instance: bool,
    ) -> Option<(NodeId, bool)> {
        let model = self.model;
        let decorated = |name: &str| {
            model.decorators(function).iter().any(|d| model.text(*d).trim_end_matches("()") == name)
        };
        let method = model.scopes.scope(model.scope_of(function)).kind == ScopeKind::Class
            && !decorated("staticmethod")
            && (on_instance || decorated("classmethod"));
        let place = |at: &usize| at + usize::from(method);
        let parameters = model.child(function, Field::Parameters)?;
        let separator = |n: &NodeId| {
            matches!(model.kind(*n), Kind::PositionalSeparator | Kind::KeywordSeparator)
        };
        let all = model.tree.children(parameters).filter(|n| !separator(n)).enumerate();
        let mut rest = None;
        for (index, parameter) in all {
            let (name, splat) = declared(model, parameter)?;
            let here = match (slot, splat) {
                (Slot::Position(at), None) => index == place(at),
                (Slot::Keyword(wanted), None) => model.text(name) == wanted.as_str(),
                (Slot::Position(at) | Slot::Star(at), Some(Kind::ListSplatPattern)) => {
                    index <= place(at)
                }
                (Slot::Keyword(_), Some(Kind::DictionarySplatPattern)) => {
                    rest = Some((name, true));
                    false
                }
                _ => false,
            };
            if here {
                return Some((name, splat.is_some()));
            }
        }
        rest
    }
}

/// The name that a parameter binds, and the kind of its star pattern if it has one.
fn declared(model: &Model, parameter: NodeId) -> Option<(NodeId, Option<Kind>)> {
    let pattern = match model.kind(parameter) {
        Kind::DefaultParameter | Kind::TypedDefaultParameter => {
            model.child(parameter, Field::Name)?
        }
        Kind::TypedParameter => model.tree.first_child(parameter)?,
        _ => parameter,
    };
    match model.kind(pattern) {
        Kind::Identifier => Some((pattern, None)),
        kind => Some((model.tree.first_child(pattern)?, Some(kind))),
    }
}

/// The answers that say something; none when one of them cannot be told, or all are stubs.
fn seen(answers: Vec<Answer>) -> Option<Vec<Taken>> {
    let mut takes = Vec::new();
    for answer in answers {
        match answer {
            Answer::Takes(taken) => takes.push(taken),
            Answer::Stub => {}
            Answer::Gives { .. } | Answer::Unseen => return None,
        }
    }
    (!takes.is_empty()).then_some(takes)
}

/// Whether a function is what its callers get: a decorator that is not known may change what it does.
pub(super) fn has_plain_decorators(model: &Model, function: NodeId) -> bool {
    model.decorators(function).iter().all(|d| {
        let text = model.text(*d);
        let name = text.split('(').next().unwrap_or(text).rsplit('.').next().unwrap_or(text);
        matches!(
            name,
            "staticmethod"
                | "classmethod"
                | "override"
                | "abstractmethod"
                | "wraps"
                | "final"
                | "no_type_check"
                | "deprecated"
        )
    })
}
