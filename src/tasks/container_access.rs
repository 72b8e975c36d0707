//! How the code right around an expression reaches into the container that it evaluates to: by a method or by a subscript.
//! It looks at syntax alone; whether the expression is a container is for its users to know.

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
