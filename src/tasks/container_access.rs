//! How the code right around an expression reaches into the container that it evaluates to: by a method or by a subscript.
//! It looks at syntax alone; whether the expression is a container is for its users to know. And which expressions make a new
//! container.

use super::libraries::ContainerMethod;
use crate::python::{Field, Kind, Model, NodeId};

/// One access to a container.
#[derive(Debug, Clone, Copy)]
pub enum ContainerAccess<'a> {
    /// `tasks.add(t)`, `tasks.discard`
    Method(MethodAccess<'a>),
    /// `tasks[key]`: the subscript, and what is done with it.
    Item(NodeId, ItemUse),
}

/// What is done with a subscript.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemUse {
    /// Its value is used.
    Get,
    /// `tasks[key] = value`: the assignment.
    Set(NodeId),
    /// `tasks[key] += value`: the assignment.
    Augment(NodeId),
    /// `del tasks[key]`: the statement.
    Delete(NodeId),
}

/// A method of an expression, called or used as a value.
#[derive(Debug, Clone, Copy)]
pub struct MethodAccess<'a> {
    /// `tasks.add`
    pub attribute: NodeId,
    /// `add`
    pub name: &'a str,
    /// `tasks.add(t)`, if it is called.
    pub call: Option<NodeId>,
}

impl<'a> ContainerAccess<'a> {
    /// The access to the container that `node` evaluates to; none where the container itself is used.
    pub fn of(model: &'a Model, node: NodeId) -> Option<Self> {
        let parent = model.tree.parent(node)?;
        match (model.kind(parent), model.tree.field(node)) {
            (Kind::Attribute, Field::Object) => Some(Self::Method(MethodAccess::at(model, parent))),
            (Kind::Subscript, Field::Value) => Some(Self::Item(parent, item_use(model, parent))),
            _ => None,
        }
    }
}

fn item_use(model: &Model, subscript: NodeId) -> ItemUse {
    let Some(parent) = model.tree.parent(subscript) else { return ItemUse::Get };
    match (model.kind(parent), model.tree.field(subscript)) {
        (Kind::Assignment, Field::Left) => ItemUse::Set(parent),
        (Kind::AugmentedAssignment, Field::Left) => ItemUse::Augment(parent),
        (Kind::DeleteStatement, _) => ItemUse::Delete(parent),
        _ => ItemUse::Get,
    }
}

impl<'a> MethodAccess<'a> {
    /// The access by an attribute expression.
    pub fn at(model: &'a Model, attribute: NodeId) -> Self {
        let is_called = |p: &NodeId| {
            model.kind(*p) == Kind::Call && model.tree.field(attribute) == Field::Function
        };
        Self {
            attribute,
            name: model.child(attribute, Field::Attribute).map_or("", |n| model.text(n)),
            call: model.tree.parent(attribute).filter(is_called),
        }
    }

    /// What it does, if the expression is a container.
    pub fn op(&self) -> ContainerMethod {
        ContainerMethod::named(self.name)
    }

    /// Whether it is registered as a done-callback: `t.add_done_callback(tasks.discard)`.
    pub fn is_done_callback(&self, model: &Model) -> bool {
        let list = model.tree.parent(self.attribute);
        let list = list.filter(|l| model.kind(*l) == Kind::ArgumentList);
        let called =
            list.and_then(|l| model.tree.parent(l)).and_then(|call| model.called_method(call));
        matches!(called, Some((_, "add_done_callback")))
    }
}

/// The kind of a container.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ContainerKind {
    /// A list or deque.
    List,
    /// A set.
    Set,
    /// A dict of any kind.
    Dict,
    /// One that does not keep what is in it: weak references, or a bound on its length.
    Forgetful,
}

/// A container that an expression makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewContainer {
    /// Its kind.
    pub kind: ContainerKind,
    /// Whether it is made here and now, and nothing is in it yet.
    pub is_empty: bool,
}

/// The container that an expression makes, if it certainly makes a new one.
pub fn new_container(model: &Model, value: NodeId) -> Option<NewContainer> {
    let value = model.bare(value);
    let has_children = |node| model.tree.first_child(node).is_some();
    let (kind, is_empty) = match model.kind(value) {
        Kind::List | Kind::ListComprehension => (ContainerKind::List, !has_children(value)),
        Kind::Set | Kind::SetComprehension => (ContainerKind::Set, false),
        Kind::Dictionary | Kind::DictionaryComprehension => {
            (ContainerKind::Dict, !has_children(value))
        }
        Kind::Call => {
            let callee = model.child(value, Field::Function)?;
            let is_field = ["dataclasses.field", "attr.ib", "attr.field", "attrs.field"];
            if model.is_path(callee, &is_field) {
                let factory = model.keyword(value, "default_factory");
                let factory = factory.or_else(|| model.keyword(value, "factory"))?;
                (made_by(model, factory)?, false)
            } else {
                let kind = made_by(model, callee)?;
                let is_bounded = model.keyword(value, "maxlen").is_some();
                let arguments = model.child(value, Field::Arguments)?;
                let is_empty = model.tree.children(arguments).count() == usize::from(is_bounded);
                (if is_bounded { ContainerKind::Forgetful } else { kind }, is_empty)
            }
        }
        _ => return None,
    };
    Some(NewContainer { kind, is_empty })
}

/// The kind of container that a callable makes.
fn made_by(model: &Model, callee: NodeId) -> Option<ContainerKind> {
    let callee = match model.kind(callee) {
        // `set[asyncio.Task]()`
        Kind::Subscript => model.child(callee, Field::Value)?,
        _ => callee,
    };
    let unbound = model.kind(callee) == Kind::Identifier && model.bindings_of(callee).is_empty();
    match model.text(callee) {
        "list" if unbound => return Some(ContainerKind::List),
        "set" if unbound => return Some(ContainerKind::Set),
        "dict" if unbound => return Some(ContainerKind::Dict),
        _ => {}
    }
    model.paths(callee).iter().find_map(|path| match path.as_str() {
        "collections.deque" => Some(ContainerKind::List),
        "collections.defaultdict" | "collections.OrderedDict" => Some(ContainerKind::Dict),
        "weakref.WeakSet" | "weakref.WeakValueDictionary" | "weakref.WeakKeyDictionary" => {
            Some(ContainerKind::Forgetful)
        }
        _ => None,
    })
}
