//! A task that is put into a container: does the container outlive it? It follows the container as
//! a value of its own.

use super::analyzer::{EscapeAnalyzer, EscapeResult, Follow};
use crate::python::{Binding, BindingKind, Field, Kind, NodeId, Origin, ScopeKind, Use, UseKind};
use crate::tasks::container_access::new_container;
use crate::tasks::effects::{PathElement, ValueKind};
use crate::tasks::libraries::{self, ContainerMethod, LibraryEffect, MethodEffect};
use crate::tasks::verdict::{Reason, Verdict};

impl EscapeAnalyzer<'_> {
    /// Follows what is put into `container` at `place`; `value_kind` is the kind of the container
    /// then.
    pub(in crate::tasks) fn stored(
        &self,
        container: NodeId,
        place: NodeId,
        value_kind: ValueKind,
    ) -> EscapeResult {
        let model = self.model;
        let container = model.bare(container);
        if self.holds_as(container, LibraryEffect::Weak) {
            let why = format!("{} holds only weak references", self.quote(container));
            return EscapeResult::new(Reason::WeakContainer, container, why);
        }
        match model.kind(container) {
            Kind::Identifier => self.stored_in_variable(container, place, value_kind),
            // `d.setdefault(k, []).append(t)`, `d[k].append(t)`: what counts is `d`.
            Kind::Subscript => match model.child(container, Field::Value) {
                Some(outer) => self.stored(outer, place, value_kind.wrapped_in(PathElement::Any)),
                None => self.held_by_container(container, place),
            },
            Kind::Call => match model.called_method(container) {
                Some((object, "setdefault" | "get")) => {
                    self.stored(object, place, value_kind.wrapped_in(PathElement::Any))
                }
                _ => self.held_by_container(container, place),
            },
            Kind::List | Kind::Set | Kind::Dictionary | Kind::Tuple => {
                self.escape_of(container, value_kind)
            }
            _ => self.held_by_container(container, place),
        }
    }

    /// The containers that discard the task at once, where a callback was intended:
    /// `t.add_done_callback(tasks.discard(t))`.
    pub(super) fn discarded_immediately(&self, reads: &[&Use]) -> Vec<&str> {
        let model = self.model;
        let container = |read: &&Use| {
            let arguments = model.tree.parent(read.node)?;
            let call = model.tree.parent(arguments).filter(|c| model.kind(*c) == Kind::Call)?;
            let (object, method) = model.called_method(call)?;
            let outer = model.tree.parent(call).and_then(|a| model.tree.parent(a))?;
            let effect = ContainerMethod::named(method).effect;
            let removes = matches!(effect, MethodEffect::Remove { .. });
            let registers = matches!(model.called_method(outer)?, (_, "add_done_callback"));
            (removes && registers).then(|| model.text(object))
        };
        reads.iter().filter_map(container).collect()
    }

    /// Whether a call puts the task into one of these containers.
    pub(super) fn is_discarded_again(&self, discarded: &[&str], call: NodeId) -> bool {
        let called = self.model.called_method(call);
        called.is_some_and(|(object, _)| discarded.contains(&self.model.text(object)))
    }

    fn held_by_container(&self, container: NodeId, place: NodeId) -> EscapeResult {
        self.ends_at(Reason::Container, place, format!("{} holds it", self.quote(container)))
    }

    /// Follows what becomes a key of `container` at `place`.
    pub(super) fn stored_as_key(&self, container: NodeId, place: NodeId) -> EscapeResult {
        if self.holds_as(container, LibraryEffect::WeakKeys) {
            let why = format!("{} holds only weak references to its keys", self.quote(container));
            return EscapeResult::new(Reason::WeakContainer, container, why);
        }
        self.stored(container, place, ValueKind::CONTAINER)
    }

    /// Whether all origins of a container have this effect on what they hold.
    fn holds_as(&self, container: NodeId, way: LibraryEffect) -> bool {
        if !matches!(self.model.kind(container), Kind::Identifier | Kind::Attribute | Kind::Call) {
            return false;
        }
        let origins = self.origins(container);
        let holds = |path: &str| {
            let meanings = self.project.resolve(path);
            let effect = |p: &String| p.strip_suffix("()").and_then(libraries::at_path);
            meanings.iter().any(|p| effect(p) == Some(way))
        };
        !origins.is_empty() && origins.iter().all(|o| o.path().is_some_and(holds))
    }

    fn stored_in_variable(
        &self,
        name: NodeId,
        place: NodeId,
        value_kind: ValueKind,
    ) -> EscapeResult {
        let model = self.model;
        let Some((owner, symbol)) = model.variable(name) else {
            return self.held_by_container(name, place);
        };
        if model.scopes.scope(owner).kind != ScopeKind::Function {
            return self.held_by_container(name, place);
        }
        let bindings = model.scopes.bindings(owner, symbol);
        let made_here = |kind: &BindingKind| match kind {
            BindingKind::Annotated { value: None, .. } | BindingKind::Augmented { .. } => true,
            _ => kind.value().is_some_and(|value| self.makes_container(value)),
        };
        let is_fresh = |b: &Binding| match b.kind {
            BindingKind::Unpack { value } => self.unpacks_fresh_container(b.node, value),
            _ => made_here(&b.kind) && !self.is_stored_elsewhere(b.node),
        };
        if bindings.is_empty() || !bindings.iter().all(is_fresh) {
            return self.held_by_container(name, place);
        }
        if model.frame_of(name) != owner {
            // A nested function uses the container: the container lives as long as the closure.
            let outer = self.escape_from(name, value_kind, None);
            let function = model.scopes.scope(model.frame_of(name)).node;
            return match outer.verdict() {
                Verdict::Dropped if !self.outlives_calls(function, owner) => {
                    let from = |b: &Binding| self.escape_from(b.node, value_kind, Some(b.node));
                    let made = EscapeResult::strongest(bindings.iter().map(from).collect());
                    match made.filter(|result| result.verdict() != Verdict::Dropped) {
                        // The function around returns it, not this one.
                        Some(result) if result.reason == Reason::Returned => {
                            EscapeResult { reason: Reason::Closure, sink: place, ..result }
                        }
                        Some(result) => result,
                        None => {
                            EscapeResult { reason: Reason::LocalContainer, sink: name, ..outer }
                        }
                    }
                }
                Verdict::Dropped => EscapeResult::new(
                    Reason::Closure,
                    place,
                    format!("{} of the enclosing function holds it", self.quote(name)),
                ),
                _ => outer,
            };
        }
        let result = self.escape_from(name, value_kind, Some(name));
        if result.verdict() != Verdict::Dropped {
            return result;
        }
        // What received the container earlier still has it.
        let loads = model.uses(owner, symbol).iter().filter(|u| u.kind == UseKind::Load);
        let earlier = loads.filter(|u| u.node < name && model.scopes.frame(u.within) == owner);
        let escaped =
            EscapeResult::strongest(earlier.map(|u| self.escape_of(u.node, value_kind)).collect());
        match escaped {
            Some(other) if other.verdict() != Verdict::Dropped => other,
            _ => EscapeResult { reason: Reason::LocalContainer, sink: name, ..result },
        }
    }

    /// Whether an assignment gives the value of a name to something else, too, that outlives the function: `tasks =
    /// self.tasks = set()`.
    fn is_stored_elsewhere(&self, name: NodeId) -> bool {
        let model = self.model;
        let is_part = |n: &NodeId| model.kind(*n) == Kind::Assignment;
        let Some(mut part) = model.tree.parent(name).filter(is_part) else { return false };
        while let Some(outer) = model.tree.parent(part).filter(is_part) {
            part = outer;
        }
        let chain = std::iter::successors(Some(part), |p| model.child(*p, Field::Right))
            .take_while(|n| is_part(n));
        let owner = model.scopes.owner(name);
        chain
            .filter_map(|p| model.child(p, Field::Left))
            .any(|left| model.kind(left) != Kind::Identifier || model.scopes.owner(left) != owner)
    }

    /// Whether what is unpacked into a name is a new container: of `await asyncio.wait(...)`, or the rest behind a star.
    fn unpacks_fresh_container(&self, name: NodeId, value: NodeId) -> bool {
        let model = self.model;
        let parent = model.tree.parent(name);
        parent.is_some_and(|p| matches!(model.kind(p), Kind::ListSplatPattern | Kind::ListSplat))
            || self.is_done_set(name).is_some()
            || self.makes_container(value)
    }

    /// Whether an expression makes a new container that nothing else refers to.
    pub(super) fn makes_container(&self, value: NodeId) -> bool {
        let value = self.model.bare(value);
        let calls_maker = || {
            self.model.child(value, Field::Function).is_some_and(|c| self.returns_new_container(c))
        };
        match self.model.kind(value) {
            Kind::Tuple => true,
            kind => {
                new_container(self.model, value).is_some() || kind == Kind::Call && calls_maker()
            }
        }
    }

    /// Whether what is called is a function of this file that returns a new container each time.
    fn returns_new_container(&self, callee: NodeId) -> bool {
        let model = self.model;
        let [Origin::Function(function)] = self.origins(callee)[..] else { return false };
        let is_simple = !model.is_async(function)
            && model.decorators(function).is_empty()
            && !self.is_generator(function)
            && !self.is_on_instance(callee);
        let returns = if is_simple { model.returns(function) } else { Vec::new() };
        let is_new = |value: &NodeId| {
            let value = model.bare(*value);
            model.kind(value) != Kind::Call && self.makes_container(value)
                || self.is_own_container(value)
        };
        !returns.is_empty() && returns.iter().all(is_new)
    }

    /// Whether a name is a local container that is only filled and returned.
    fn is_own_container(&self, name: NodeId) -> bool {
        let model = self.model;
        let Some((owner, symbol)) = model.variable(name) else { return false };
        let is_made = |b: &Binding| match b.kind {
            BindingKind::Assign { value } | BindingKind::Annotated { value: Some(value), .. } => {
                model.kind(model.bare(value)) != Kind::Call && self.makes_container(value)
            }
            _ => false,
        };
        let is_plain = |u: &Use| {
            let parent = model.tree.parent(u.node);
            let is_filled = || {
                let call = parent.and_then(|p| model.tree.parent(p));
                call.is_some_and(|c| model.called_method(c).is_some_and(|(o, _)| o == u.node))
            };
            u.within == owner
                && (u.kind == UseKind::Store
                    || parent.is_some_and(|p| model.kind(p) == Kind::ReturnStatement)
                    || is_filled())
        };
        model.scopes.scope(owner).kind == ScopeKind::Function
            && model.scopes.bindings(owner, symbol).iter().all(is_made)
            && model.uses(owner, symbol).iter().all(is_plain)
    }
}
