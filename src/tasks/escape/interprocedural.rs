//! A value passed to a function or class of the project: applies the callee's summary. It reads no
//! other tree than its own.

use super::analyzer::{EscapeAnalyzer, EscapeResult, Follow};
use super::coroutine::has_plain_decorators;
use super::task_paths::{TaskPaths, parameter_paths};
use crate::python::{Field, Kind, Model, NodeId, Origin, ScopeKind};
use crate::tasks::effects::{
    ArgSlot, FunctionSummary, ParamEffect, PathConditions, PathElement, ReturnEffect, ValueKind,
};
use crate::tasks::project::Callees;
use crate::tasks::verdict::{Reason, Verdict};

impl EscapeAnalyzer<'_> {
    /// Follows an argument of `call`, whose callee is one of `origins`; none when not all of them
    /// have a summary.
    pub(super) fn passed_to_project(
        &self,
        origins: &[Origin],
        argument: NodeId,
        call: NodeId,
        value_kind: ValueKind,
    ) -> Option<EscapeResult> {
        let slot = self.slot(argument, call)?;
        let callee = self.model.bare(self.model.child(call, Field::Function)?);
        let mut effects = Vec::new();
        match self.super_callees(callee) {
            Some(Some(callees)) => effects = self.effects_of_callees(callees, &slot, value_kind)?,
            Some(None) => return None,
            None => {
                for origin in origins {
                    effects.extend(self.effects(origin, &slot, callee, value_kind)?);
                }
            }
        }
        let results: Vec<EscapeResult> =
            effects.iter().map(|t| self.apply_effect(t, argument, call, value_kind)).collect();
        let first = results.first()?.clone();
        if results.iter().all(|f| f.verdict() == first.verdict()) {
            let is_returned = |result: &EscapeResult| result.reason == Reason::Returned;
            // One of them may keep what another only returns.
            let returned = results.iter().find(|r| is_returned(r)).cloned();
            let is_unclear = !results.iter().all(is_returned);
            return Some(match returned {
                Some(returned) if is_unclear => self.unclear_after(call, returned),
                _ => first,
            });
        }
        let why = format!(
            "some of the functions that {} may refer to keep their argument",
            self.quote(callee)
        );
        Some(EscapeResult::new(Reason::Argument, call, why))
    }

    /// The slot of an argument in its call; none when that is not known.
    pub(super) fn slot(&self, argument: NodeId, call: NodeId) -> Option<ArgSlot> {
        let model = self.model;
        match model.kind(argument) {
            Kind::KeywordArgument => {
                let name = model.child(argument, Field::Name)?;
                return Some(ArgSlot::Keyword(model.text(name).to_owned()));
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
        Some(if is_star(&argument) { ArgSlot::Star(at) } else { ArgSlot::Position(at) })
    }

    /// The effects on the argument in `slot` of all functions that an origin may be. Stubs are left
    /// out; none when nothing is left or one function is unknown.
    fn effects(
        &self,
        origin: &Origin,
        slot: &ArgSlot,
        callee: NodeId,
        value_kind: ValueKind,
    ) -> Option<Vec<ParamEffect>> {
        match origin {
            Origin::Function(function) => {
                let on_instance = self.is_on_instance(callee);
                let mut effects =
                    vec![self.summarize_parameter(*function, slot, on_instance, value_kind)];
                let own = self.model.path_of(*function);
                let others = match on_instance && self.may_be_overridden(callee) {
                    true => self.overriding(&own)?,
                    false => Vec::new(),
                };
                let summary = |path| self.summary_of(path, slot.clone(), true, value_kind);
                effects.extend(others.into_iter().map(summary));
                known_effects(effects)
            }
            Origin::Class(class) => {
                self.effects_at_path(&self.model.path_of(*class), slot, callee, value_kind)
            }
            Origin::Path(path) => self.effects_at_path(path, slot, callee, value_kind),
            _ => None,
        }
    }

    fn effects_at_path(
        &self,
        path: &str,
        slot: &ArgSlot,
        callee: NodeId,
        value_kind: ValueKind,
    ) -> Option<Vec<ParamEffect>> {
        let callees = self.callees(path, self.may_be_overridden(callee))?;
        self.effects_of_callees(callees, slot, value_kind)
    }

    fn effects_of_callees(
        &self,
        callees: Callees,
        slot: &ArgSlot,
        value_kind: ValueKind,
    ) -> Option<Vec<ParamEffect>> {
        match callees {
            Callees::GeneratedInit => Some(vec![ParamEffect {
                reason: Reason::Attribute,
                why: "the constructor stores its arguments".into(),
                ..ParamEffect::none()
            }]),
            Callees::Functions(functions) => {
                let effect = |(path, on_instance): (String, bool)| {
                    self.summary_of(path, slot.clone(), on_instance, value_kind)
                };
                known_effects(functions.into_iter().map(effect).collect())
            }
        }
    }

    /// What `super().name` resolves to: the method of the first base that has one. None for any
    /// other callee, an inner none where it is not known.
    pub(super) fn super_callees(&self, callee: NodeId) -> Option<Option<Callees>> {
        let model = self.model;
        let object = model.child(callee, Field::Object)?;
        let name = model.text(model.child(callee, Field::Attribute)?);
        let class = model.class_of(callee).filter(|_| model.text(object) == "super()")?;
        for base in model.bases(class) {
            let path = match self.origins(base)[..] {
                // The index has no classes that are defined in functions.
                [Origin::Class(class)] if model.function_of(class).is_some() => return None,
                [Origin::Class(class)] => model.path_of(class),
                [Origin::Path(ref path)] => path.clone(),
                _ => return Some(None),
            };
            match self.inherited(&path, name) {
                Some(Some(callees)) => return Some(Some(callees)),
                Some(None) => {}
                None => return Some(None),
            }
        }
        Some(None)
    }

    /// Follows an argument of `call` whose callee has this effect on it.
    fn apply_effect(
        &self,
        effect: &ParamEffect,
        argument: NodeId,
        call: NodeId,
        value_kind: ValueKind,
    ) -> EscapeResult {
        let callee = self.model.child(call, Field::Function).unwrap_or(call);
        let name = self.quote(callee);
        let unsure = |why: String| EscapeResult::new(Reason::Argument, call, why);
        let dropped = effect.reason.verdict() == Verdict::Dropped;
        let let_go = || self.dropped_at(argument).left_by(effect.leaves.then_some(call));
        match effect.reason {
            _ if effect.is_generator && self.is_exhausted(call) => {
                let why = format!("the loop over {name} waits for it: {}", effect.why);
                EscapeResult::new(Reason::Gathered, call, why)
            }
            _ if effect.is_generator => {
                unsure(format!("it is not known whether {name} is iterated to its end"))
            }
            Reason::Returned => {
                let value_kind = match effect.return_effect {
                    ReturnEffect::InContainer if !value_kind.is_container() => ValueKind::CONTAINER,
                    _ => value_kind,
                };
                match self.escape_of(call, value_kind) {
                    result
                        if result.verdict() == Verdict::Dropped
                            && effect.return_effect == ReturnEffect::Sometimes =>
                    {
                        let why = format!("{name} keeps its argument only on some paths");
                        EscapeResult::new(Reason::Conditional, call, why)
                    }
                    result if effect.return_effect == ReturnEffect::Sometimes => {
                        self.unclear_after(call, result)
                    }
                    result => result,
                }
            }
            // The coroutine holds it while it runs: follow the coroutine.
            Reason::Awaited | Reason::Gathered | Reason::Frame | Reason::Conditional
                if effect.is_async =>
            {
                self.escape_of(call, ValueKind::Task)
            }
            // Its frame holds the task until it returns; unless that is awaited here, it is not
            // known how long.
            _ if dropped && effect.is_async => match self.escape_of(call, ValueKind::Task) {
                result if matches!(result.reason, Reason::Awaited) => let_go(),
                result if result.verdict() == Verdict::Dropped => result,
                _ => unsure(format!("{name} holds it while it runs")),
            },
            _ if dropped => let_go(),
            reason if matches!(reason.verdict(), Verdict::Held | Verdict::Managed) => {
                let why = format!("{name} keeps its argument: {}", effect.why);
                EscapeResult::new(Reason::Kept, call, why)
            }
            _ => match self.kept_by_arguments(effect, call) {
                Some(true) => {
                    let why = format!("{name} keeps its argument here: {}", effect.why);
                    EscapeResult::new(Reason::Kept, call, why)
                }
                Some(false) => self.dropped_at(argument),
                None => unsure(format!(
                    "it is not known whether {name} keeps its argument: {}",
                    effect.why
                )),
            },
        }
    }

    /// The result for a value that `call` may have kept.
    fn unclear_after(&self, call: NodeId, mut result: EscapeResult) -> EscapeResult {
        let frame = self.model.scopes.scope(self.model.frame_of(call)).node;
        let points = self.flow(frame).map(|flow| flow.points_of(self.model, call));
        result.flow.unclear.extend(points.into_iter().flatten());
        result
    }

    /// Whether the arguments of a call decide that an argument that is kept on some paths is kept.
    fn kept_by_arguments(&self, effect: &ParamEffect, call: NodeId) -> Option<bool> {
        // Where no argument makes it kept, what it does is not a matter of the arguments.
        if effect.kept.is_empty() {
            return None;
        }
        let guarded = self.guarded(call);
        match (effect.kept.open_to(guarded), effect.lost.open_to(guarded)) {
            (Some(_), None) => Some(true),
            (None, Some(_)) => Some(false),
            _ => None,
        }
    }

    /// Summarizes what a function of this file does with the argument in one slot.
    pub(in crate::tasks) fn summarize_parameter(
        &self,
        function: NodeId,
        slot: &ArgSlot,
        on_instance: bool,
        value_kind: ValueKind,
    ) -> FunctionSummary {
        let model = self.model;
        if self.model.is_stub(function) {
            return FunctionSummary::Stub;
        }
        let is_generator = self.is_generator(function);
        let Some((parameter, gathers)) = self.parameter(function, slot, on_instance) else {
            return FunctionSummary::Unknown;
        };
        let value_kind = match slot {
            _ if !gathers => value_kind,
            ArgSlot::Star(_) => value_kind.collected(),
            _ => value_kind.wrapped_in(PathElement::Any),
        };
        let Some(inner) = self.deeper(|| self.escape_from(parameter, value_kind, None)) else {
            return FunctionSummary::Unknown;
        };
        let as_written = has_plain_decorators(model, function);
        let may_change = !inner.holds() || inner.reason == Reason::Returned || is_generator;
        if !as_written && may_change {
            return FunctionSummary::Unknown;
        }
        // A generator suspended at a `yield` may keep its locals for good, or be dropped at once.
        if is_generator && !matches!(inner.reason, Reason::Awaited | Reason::Gathered) {
            return FunctionSummary::Unknown;
        }
        let within = || {
            let parent = model.tree.parent(inner.sink);
            parent.is_some_and(|p| model.kind(p) == Kind::ReturnStatement)
        };
        let return_effect = match inner.reason {
            Reason::Returned if model.kind(inner.sink) == Kind::ReturnStatement => {
                ReturnEffect::Itself
            }
            Reason::Returned if within() => ReturnEffect::InContainer,
            Reason::Returned => ReturnEffect::Sometimes,
            _ => ReturnEffect::Never,
        };
        let is_plain = !model.is_async(function) && !is_generator;
        let is_partial = inner.reason == Reason::Conditional && !inner.flow.kept.is_empty();
        let paths = match is_plain && is_partial {
            true => parameter_paths(self, function, parameter, &inner.flow),
            false => TaskPaths::default(),
        };
        let is_known = paths.unclear.is_empty();
        FunctionSummary::Param(ParamEffect {
            reason: inner.reason,
            return_effect,
            is_async: model.is_async(function),
            is_generator,
            leaves: inner.left_by.is_some(),
            why: inner.why,
            kept: if is_known { paths.kept } else { PathConditions::default() },
            lost: if is_known { paths.fresh } else { PathConditions::default() },
        })
    }

    /// Whether a generator is exhausted: by a comprehension, or a loop that nothing leaves.
    fn is_exhausted(&self, call: NodeId) -> bool {
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

    /// The parameter that receives an argument, and whether it collects several (`*args`).
    pub(super) fn parameter(
        &self,
        function: NodeId,
        slot: &ArgSlot,
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
            let (name, splat) = declared_name(model, parameter)?;
            let here = match (slot, splat) {
                (ArgSlot::Position(at), None) => index == place(at),
                (ArgSlot::Keyword(wanted), None) => model.text(name) == wanted.as_str(),
                (ArgSlot::Position(at) | ArgSlot::Star(at), Some(Kind::ListSplatPattern)) => {
                    index <= place(at)
                }
                (ArgSlot::Keyword(_), Some(Kind::DictionarySplatPattern)) => {
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
fn declared_name(model: &Model, parameter: NodeId) -> Option<(NodeId, Option<Kind>)> {
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

/// The effects of these summaries without stubs; none when one is unknown, or all are stubs.
pub(super) fn known_effects(effects: Vec<FunctionSummary>) -> Option<Vec<ParamEffect>> {
    let mut known = Vec::new();
    for summary in effects {
        match summary {
            FunctionSummary::Param(effect) => known.push(effect),
            FunctionSummary::Stub => {}
            FunctionSummary::Returns { .. }
            | FunctionSummary::Constructs(_)
            | FunctionSummary::Unknown => return None,
        }
    }
    (!known.is_empty()).then_some(known)
}
