//! The classes of what is in a container, as its annotation names them: `jobs: dict[str, Job]`. It looks into one file only.

use crate::python::{BindingKind, Field, Kind, Model, NodeId};

/// Types of containers whose only argument is the type of their elements (library/typing.html).
const COLLECTIONS: &[&str] = &[
    "AbstractSet",
    "Collection",
    "Deque",
    "FrozenSet",
    "Iterable",
    "Iterator",
    "List",
    "MutableSequence",
    "MutableSet",
    "Sequence",
    "Set",
    "Tuple",
    "WeakSet",
    "deque",
    "frozenset",
    "list",
    "set",
    "tuple",
];

/// Types of containers whose second argument is the type of their values.
const MAPPINGS: &[&str] = &[
    "DefaultDict",
    "Dict",
    "Mapping",
    "MutableMapping",
    "OrderedDict",
    "WeakValueDictionary",
    "defaultdict",
    "dict",
];

/// What is taken of a container.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// An element of a collection.
    Element,
    /// A value of a mapping.
    Value,
}

/// The containers that an object may be taken out of, by a loop, a key, or `get` and `pop`, and what it is in them.
pub(super) fn sources_of(model: &Model, object: NodeId) -> Vec<(NodeId, Part)> {
    let [binding] = model.bindings_of(object) else { return item_sources(model, object) };
    match binding.kind {
        BindingKind::For { iterable, whole } => {
            // Of a pair it is the second that is the value.
            let is_value = whole || is_second(model, binding.node);
            let source = iterated(model, model.bare(iterable), whole);
            source.filter(|_| is_value).into_iter().collect()
        }
        BindingKind::Assign { value } => item_sources(model, model.bare(value)),
        _ => Vec::new(),
    }
}

/// The same of `jobs[key]`, `jobs.get(key)`, `jobs.pop(key)`.
fn item_sources(model: &Model, item: NodeId) -> Vec<(NodeId, Part)> {
    let either = |container| vec![(container, Part::Value), (container, Part::Element)];
    match (model.kind(item), model.called_method(item)) {
        (Kind::Subscript, _) => {
            let is_slice = model.tree.children(item).any(|n| model.kind(n) == Kind::Slice);
            let container = model.child(item, Field::Value).filter(|_| !is_slice);
            container.map(either).unwrap_or_default()
        }
        (_, Some((container, "get" | "setdefault"))) => vec![(container, Part::Value)],
        (_, Some((container, "pop" | "popleft"))) => either(container),
        _ => Vec::new(),
    }
}

/// The container that a loop goes over, and what it takes of it: `jobs.values()`, `list(jobs)`.
fn iterated(model: &Model, iterable: NodeId, whole: bool) -> Option<(NodeId, Part)> {
    if model.kind(iterable) != Kind::Call {
        return whole.then_some((iterable, Part::Element));
    }
    match model.called_method(iterable) {
        Some((container, "values")) if whole => Some((copied(model, container), Part::Value)),
        Some((container, "items")) if !whole => Some((copied(model, container), Part::Value)),
        Some((container, "copy")) if whole => Some((container, Part::Element)),
        Some(_) => None,
        None => {
            let copies = ["list", "tuple", "set", "sorted", "reversed", "frozenset"];
            let is_copy = copies.contains(&model.callee_name(iterable)?);
            let [copied, ..] = model.positional(iterable)[..] else { return None };
            iterated(model, model.bare(copied), whole).filter(|_| is_copy)
        }
    }
}

/// The mapping of which another is a copy: `jobs` of `jobs.copy()` and `dict(jobs)`.
fn copied(model: &Model, mapping: NodeId) -> NodeId {
    let mapping = model.bare(mapping);
    match (model.called_method(mapping), model.callee_name(mapping)) {
        (Some((original, "copy")), _) => original,
        (None, Some("dict")) => model.positional(mapping).first().copied().unwrap_or(mapping),
        _ => mapping,
    }
}

/// Whether a name is the second of a pair that a loop binds.
fn is_second(model: &Model, name: NodeId) -> bool {
    let pattern = model.tree.parent(name);
    let at = pattern.and_then(|pattern| model.tree.children(pattern).position(|n| n == name));
    at == Some(1)
}

/// The part of an annotation that is the type of what a container has: `Job` of `Optional[dict[str, Job]]`.
pub(super) fn element_type(model: &Model, annotation: NodeId, part: Part) -> Option<NodeId> {
    let is_generic = |n: &NodeId| matches!(model.kind(*n), Kind::Subscript | Kind::GenericType);
    let mut generics = model.tree.subtree(annotation).filter(is_generic);
    generics.find_map(|generic| {
        let head = model.text(model.tree.first_child(generic)?);
        let head = head.rsplit('.').next().unwrap_or(head);
        let arguments = type_arguments(model, generic);
        match part {
            Part::Element if COLLECTIONS.contains(&head) => arguments.first().copied(),
            Part::Value if MAPPINGS.contains(&head) => arguments.get(1).copied(),
            _ => None,
        }
    })
}

fn type_arguments(model: &Model, generic: NodeId) -> Vec<NodeId> {
    let arguments: Vec<NodeId> = model.tree.children(generic).skip(1).collect();
    match arguments[..] {
        [only] if matches!(model.kind(only), Kind::TypeParameter | Kind::Tuple) => {
            model.tree.children(only).collect()
        }
        _ => arguments,
    }
}
