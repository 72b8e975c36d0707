//! A value that is assigned: follows it to the targets, which are names, attributes, subscripts and patterns.

use super::analyzer::{EscapeAnalyzer, EscapeResult, Follow};
use crate::python::{BindingKind, Field, Kind, Model, NodeId, Origin, ScopeKind, UseKind};
use crate::tasks::effects::{
    ArgSlot, FunctionSummary, ObjectEscape, PathElement, Selector, ValueKind,
};
use crate::tasks::verdict::{Reason, Verdict};

impl EscapeAnalyzer<'_> {
    /// Follows a value through an assignment to all of its targets.
    pub(super) fn assigned(
        &self,
        assignment: NodeId,
        value: NodeId,
        value_kind: ValueKind,
    ) -> EscapeResult {
        let mut results = Vec::new();
        let mut target = Some(assignment);
        // `a = b = value` is a chain of assignments, each the right-hand side of the one before.
        while let Some(this) = target.filter(|t| self.model.kind(*t) == Kind::Assignment) {
            if let Some(left) = self.model.child(this, Field::Left) {
                results.push(self.assignment_target(left, value, value_kind));
            }
            target = self.model.tree.parent(this);
        }
        EscapeResult::strongest(results).unwrap_or_else(|| self.dropped_at(value))
    }

    /// Follows a value that is assigned to one target.
    pub(super) fn assignment_target(
        &self,
        target: NodeId,
        value: NodeId,
        value_kind: ValueKind,
    ) -> EscapeResult {
        let model = self.model;
        match model.kind(target) {
            Kind::Identifier => self.escape_of_variable(target, value_kind),
            // `t.self = t` is a cycle.
            Kind::Attribute if self.is_of_itself(target, value) => self.dropped_at(value),
            Kind::Attribute => match self.forgotten_object(target) {
                Some(object) if self.is_lost_with(object) => {
                    let why =
                        format!("{} is a local object, and nothing reads it", self.quote(object));
                    EscapeResult::new(Reason::LocalContainer, object, why)
                }
                _ => {
                    let why = format!("{} holds it", self.quote(target));
                    self.ends_at(Reason::Attribute, target, why)
                }
            },
            Kind::Subscript => match model.child(target, Field::Value) {
                Some(container) => {
                    self.stored(container, target, value_kind.wrapped_in(PathElement::Any))
                }
                None => self.dropped_at(value),
            },
            Kind::PatternList
            | Kind::TuplePattern
            | Kind::ListPattern
            | Kind::Tuple
            | Kind::List => self.unpacked(target, value, value_kind),
            Kind::ParenthesizedExpression => {
                self.assignment_target(model.bare(target), value, value_kind)
            }
            _ => self.dropped_at(value),
        }
    }

    /// The local variable with an object of which nothing but attributes is set: `job = Job(); job.task = task`.
    fn forgotten_object(&self, target: NodeId) -> Option<NodeId> {
        let model = self.model;
        let object = model.child(target, Field::Object)?;
        let (owner, symbol) = model.variable(object)?;
        let is_local = model.scopes.scope(owner).kind == ScopeKind::Function;
        let [binding] = model.scopes.bindings(owner, symbol) else { return None };
        let BindingKind::Assign { value } = binding.kind else { return None };
        let callee = model.child(value, Field::Function).filter(|_| is_local)?;
        let name = model.text(model.child(target, Field::Attribute)?);
        let only_set = model.uses(owner, symbol).iter().all(|u| match u.kind {
            UseKind::Load => u.within == owner && is_set_of(model, u.node),
            kind => kind == UseKind::Store,
        });
        (only_set && self.is_known_to_caller_alone(callee, name)).then_some(object)
    }

    /// Whether a callee is a class whose new objects, and a value that is assigned to one of their attributes, nobody knows
    /// but the caller.
    fn is_known_to_caller_alone(&self, callee: NodeId, attribute: &str) -> bool {
        match &self.origins(callee)[..] {
            [Origin::Class(class)] => self.escape_of_new(*class, attribute) == ObjectEscape::None,
            [Origin::Path(path)] if !self.project.is_rebound(path) => {
                let class =
                    self.project.resolve(path).into_iter().find(|p| self.project.is_class(p));
                let Some(class) = class else {
                    self.depends_on_name(path.clone());
                    return false;
                };
                let slot = ArgSlot::Keyword(attribute.to_owned());
                self.summary_of(class, slot, false, ValueKind::Task)
                    == FunctionSummary::Constructs(ObjectEscape::None)
            }
            _ => false,
        }
    }

    /// Whether nothing keeps a local object.
    fn is_lost_with(&self, object: NodeId) -> bool {
        self.escape_of_variable(object, ValueKind::CONTAINER).verdict() == Verdict::Dropped
    }

    fn is_of_itself(&self, attribute: NodeId, value: NodeId) -> bool {
        let object = self.model.child(attribute, Field::Object);
        let own = self.model.variable(self.model.bare(value));
        own.is_some() && object.and_then(|o| self.model.variable(o)) == own
    }

    /// Follows a value that `+=` or the like adds to its target.
    pub(super) fn augmented_assignment(
        &self,
        assignment: NodeId,
        value_kind: ValueKind,
    ) -> EscapeResult {
        let Some(left) = self.model.child(assignment, Field::Left) else {
            return self.dropped_at(assignment);
        };
        match (self.model.kind(left), value_kind) {
            (Kind::Identifier, ValueKind::Container(_)) => {
                self.stored(left, assignment, value_kind.collected())
            }
            (Kind::Identifier, _) => self.dropped_at(assignment),
            _ => self.stored(left, assignment, value_kind.collected()),
        }
    }

    /// Follows a value that is unpacked into a pattern.
    fn unpacked(&self, pattern: NodeId, value: NodeId, value_kind: ValueKind) -> EscapeResult {
        let model = self.model;
        let parts: Vec<NodeId> = model.tree.children(pattern).collect();
        let is_star =
            |n: &NodeId| matches!(model.kind(*n), Kind::ListSplatPattern | Kind::ListSplat);
        let star = parts.iter().position(is_star);
        let is_it = |place: usize| {
            let ValueKind::Container(access) = value_kind else { return true };
            let behind = star.is_some_and(|star| star < place);
            let counted = if behind { place as i64 - parts.len() as i64 } else { place as i64 };
            access.first().is_selected_by(Selector::Index(counted)) != Some(false)
        };
        let element =
            if value_kind.is_container() { value_kind.element() } else { ValueKind::Task };
        let others = || (0..parts.len()).filter(|place| Some(*place) != star);
        let mut results: Vec<EscapeResult> = Vec::new();
        for place in others().filter(|place| is_it(*place)) {
            results.push(self.assignment_target(parts[place], value, element));
        }
        let is_known =
            matches!(value_kind, ValueKind::Container(n) if n.first() != PathElement::Any);
        if let Some(star) = star.filter(|_| !is_known || results.is_empty()) {
            let name = model.tree.first_child(parts[star]).unwrap_or(parts[star]);
            results.push(self.assignment_target(name, value, value_kind.collected()));
        }
        EscapeResult::strongest(results).unwrap_or_else(|| self.dropped_at(value))
    }
}

/// Whether a read of an object is the object of an attribute that is assigned.
fn is_set_of(model: &Model, object: NodeId) -> bool {
    let attribute = model.tree.parent(object).filter(|p| model.kind(*p) == Kind::Attribute);
    attribute.is_some_and(|attribute| {
        model.tree.field(object) == Field::Object
            && model.tree.field(attribute) == Field::Left
            && model.tree.parent(attribute).is_some_and(|p| model.kind(p) == Kind::Assignment)
    })
}
