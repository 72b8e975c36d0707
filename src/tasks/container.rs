//! A task put into a container: does the container last? It follows the container as `bound` follows names.

use super::fate::best;
use super::inquiry::{Fate, Inquiry, Shape};
use super::known::{self, Does};
use super::nest::Step;
use super::verdict::{Reason, Verdict};
use crate::python::{BindingKind, Field, Kind, NodeId, ScopeKind, Use, UseKind};

/// Methods by which containers and queues take something in.
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

/// Of these the ones that take the elements of their argument in.
const MERGES: &[&str] = &["extend", "update", "extendleft"];

impl Inquiry<'_> {
    /// Whether a method of this name puts the elements of its argument into its receiver.
    pub(super) fn is_merge(name: &str) -> bool {
        MERGES.contains(&name)
    }

    /// Whether a method of this name puts its argument into its receiver.
    pub(super) fn is_store(name: &str) -> bool {
        STORES.contains(&name)
    }

    /// The fate of what is put into `container` at `place`, which then is of this shape.
    pub(super) fn stored(&self, container: NodeId, place: NodeId, shape: Shape) -> Fate {
        let model = self.model;
        let container = model.bare(container);
        if self.holds_as(container, Does::Weak) {
            let why = format!("{} holds weak references only", self.quote(container));
            return Fate::new(Reason::WeakContainer, container, why);
        }
        match model.kind(container) {
            Kind::Identifier => self.stored_in_name(container, place, shape),
            // `d.setdefault(k, []).append(t)`, `d[k].append(t)`: what counts is `d`.
            Kind::Subscript => match model.child(container, Field::Value) {
                Some(outer) => self.stored(outer, place, shape.inside(Step::Any)),
                None => self.kept_in(container, place),
            },
            Kind::Call => {
                let callee = model.child(container, Field::Function);
                let method =
                    callee.and_then(|c| model.child(c, Field::Attribute)).map(|a| model.text(a));
                match callee.and_then(|c| model.child(c, Field::Object)) {
                    Some(object) if matches!(method, Some("setdefault" | "get")) => {
                        self.stored(object, place, shape.inside(Step::Any))
                    }
                    _ => self.kept_in(container, place),
                }
            }
            Kind::List | Kind::Set | Kind::Dictionary | Kind::Tuple => {
                self.follow(container, shape)
            }
            _ => self.kept_in(container, place),
        }
    }

    /// The containers from which a read takes the task again where a callback is meant:
    /// `t.add_done_callback(tasks.discard(t))`.
    pub(super) fn discarded_at_once(&self, reads: &[&Use]) -> Vec<&str> {
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
    pub(super) fn is_undone(&self, undone: &[&str], call: NodeId) -> bool {
        let callee = self.model.child(call, Field::Function);
        let object = callee.and_then(|c| self.model.child(c, Field::Object));
        object.is_some_and(|o| undone.contains(&self.model.text(o)))
    }

    fn kept_in(&self, container: NodeId, place: NodeId) -> Fate {
        Fate::new(
            Reason::Container,
            place,
            format!("{} holds it from {} on", self.quote(container), self.at(place)),
        )
    }

    /// The fate of what becomes a key of `container` at `place`.
    pub(super) fn keyed(&self, container: NodeId, place: NodeId) -> Fate {
        if self.holds_as(container, Does::WeakKeys) {
            let why = format!("{} holds its keys weakly", self.quote(container));
            return Fate::new(Reason::WeakContainer, container, why);
        }
        self.stored(container, place, Shape::CONTAINER)
    }

    /// Whether a container is known to hold what is in it in this way.
    fn holds_as(&self, container: NodeId, way: Does) -> bool {
        if !matches!(self.model.kind(container), Kind::Identifier | Kind::Attribute | Kind::Call) {
            return false;
        }
        let origins = self.origins(container);
        let holds = |path: &str| {
            let meanings = self.project.resolve(path);
            let does = |p: &String| p.strip_suffix("()").and_then(known::at_path);
            meanings.iter().any(|p| does(p) == Some(way))
        };
        !origins.is_empty() && origins.iter().all(|o| o.path().is_some_and(holds))
    }

    fn stored_in_name(&self, name: NodeId, place: NodeId, shape: Shape) -> Fate {
        let model = self.model;
        let Some((owner, symbol)) = model.variable(name) else {
            return self.kept_in(name, place);
        };
        if model.scopes.scope(owner).kind != ScopeKind::Function {
            return self.kept_in(name, place);
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
            return self.kept_in(name, place);
        }
        if model.frame_of(name) != owner {
            // A function inside the one that owns the container: as long as it lives, the container does.
            let outer = self.bound_from(name, shape, None);
            return match outer.verdict() {
                Verdict::Dropped => Fate::new(
                    Reason::Closure,
                    place,
                    format!("{} of the function around it holds it", self.quote(name)),
                ),
                _ => outer,
            };
        }
        let fate = self.bound_from(name, shape, Some(name));
        if fate.verdict() != Verdict::Dropped {
            return fate;
        }
        // Whoever got the container before has it still.
        let loads = model.uses(owner, symbol).iter().filter(|u| u.kind == UseKind::Load);
        let earlier = loads.filter(|u| u.node < name && model.scopes.frame(u.within) == owner);
        let escaped = best(earlier.map(|u| self.follow(u.node, shape)).collect());
        match escaped {
            Some(other) if other.verdict() != Verdict::Dropped => other,
            _ => Fate::new(Reason::LocalContainer, name, fate.why),
        }
    }

    /// Whether an expression makes a new builtin container, so that nobody else can have it.
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
