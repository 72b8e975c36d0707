//! A task that is put into a container: does the container outlive it? It follows the container as
//! a value of its own.

use super::access_path::PathElement;
use super::analyzer::{EscapeAnalyzer, EscapeResult};
use super::value_kind::ValueKind;
use crate::python::{BindingKind, Field, Kind, NodeId, ScopeKind, Use, UseKind};
use crate::tasks::libraries::{self, LibraryEffect};
use crate::tasks::sites::{Reason, Verdict};

/// Methods by which containers and queues add an element.
const STORES: &[&str] = &[
    "append",
    "add",
    "insert",
    "extend",
    "update",
    "appendleft",
    "extendleft",
    "setdefault",
    "put",
    "put_nowait",
    "push",
    "__setitem__",
];

/// Those that add the elements of their argument.
const MERGES: &[&str] = &["extend", "update", "extendleft"];

impl EscapeAnalyzer<'_> {
    /// Whether a method of this name puts the elements of its argument into its receiver.
    pub(super) fn is_merge(name: &str) -> bool {
        MERGES.contains(&name)
    }

    /// Whether a method of this name puts its argument into its receiver.
    pub(super) fn is_store(name: &str) -> bool {
        STORES.contains(&name)
    }

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
            Kind::Call => {
                let callee = model.child(container, Field::Function);
                let method =
                    callee.and_then(|c| model.child(c, Field::Attribute)).map(|a| model.text(a));
                match callee.and_then(|c| model.child(c, Field::Object)) {
                    Some(object) if matches!(method, Some("setdefault" | "get")) => {
                        self.stored(object, place, value_kind.wrapped_in(PathElement::Any))
                    }
                    _ => self.held_by_container(container, place),
                }
            }
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
            let callee = model.child(call, Field::Function)?;
            let method = model.text(model.child(callee, Field::Attribute)?);
            let outer = model.tree.parent(call).and_then(|a| model.tree.parent(a))?;
            let registers = model.child(outer, Field::Function)?;
            let registers = model.text(model.child(registers, Field::Attribute)?);
            let at_once =
                matches!(method, "discard" | "remove") && registers == "add_done_callback";
            at_once.then(|| model.text(model.child(callee, Field::Object).unwrap_or(callee)))
        };
        reads.iter().filter_map(container).collect()
    }

    /// Whether a call puts the task into one of these containers.
    pub(super) fn is_discarded_again(&self, discarded: &[&str], call: NodeId) -> bool {
        let callee = self.model.child(call, Field::Function);
        let object = callee.and_then(|c| self.model.child(c, Field::Object));
        object.is_some_and(|o| discarded.contains(&self.model.text(o)))
    }

    fn held_by_container(&self, container: NodeId, place: NodeId) -> EscapeResult {
        EscapeResult::new(
            Reason::Container,
            place,
            format!("{} holds it ({})", self.quote(container), self.line_text(place)),
        )
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
            BindingKind::Assign { value } | BindingKind::Annotated { value: Some(value), .. } => {
                self.makes_container(*value)
            }
            BindingKind::Annotated { value: None, .. } | BindingKind::Augmented { .. } => true,
            BindingKind::Unpack { .. } => true,
            _ => false,
        };
        if bindings.is_empty() || !bindings.iter().all(|b| made_here(&b.kind)) {
            return self.held_by_container(name, place);
        }
        if model.frame_of(name) != owner {
            // A nested function uses the container: the container lives as long as the closure.
            let outer = self.escape_from(name, value_kind, None);
            return match outer.verdict() {
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
            _ => EscapeResult::new(Reason::LocalContainer, name, result.why),
        }
    }

    /// Whether an expression makes a new builtin container that nothing else refers to.
    fn makes_container(&self, value: NodeId) -> bool {
        let value = self.model.bare(value);
        match self.model.kind(value) {
            Kind::List
            | Kind::Set
            | Kind::Dictionary
            | Kind::Tuple
            | Kind::ListComprehension
            | Kind::SetComprehension
            | Kind::DictionaryComprehension => true,
            Kind::Call => {
                let callee = self.model.child(value, Field::Function);
                callee.is_some_and(|c| {
                    matches!(self.model.text(c), "list" | "set" | "dict")
                        || self.model.is_path(
                            c,
                            &[
                                "collections.deque",
                                "collections.defaultdict",
                                "collections.OrderedDict",
                                "weakref.WeakKeyDictionary",
                            ],
                        )
                })
            }
            _ => false,
        }
    }
}
