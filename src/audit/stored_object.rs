//! Methods of an object that a function has just stored in an attribute of another object.

use super::index::WorkspaceIndex;
use super::types::NodeRef;
use crate::python::{Field, Kind, NodeId};

impl WorkspaceIndex<'_> {
    /// The method that `item.job.run` resolves to in a function that has stored the object before: `item.job = Job()`.
    pub(super) fn resolve_stored_object(&self, node_ref: NodeRef) -> Option<NodeRef> {
        let model = self.model(node_ref);
        let object = model.child(node_ref.node, Field::Object)?;
        let name = model.text(model.child(node_ref.node, Field::Attribute)?);
        let function = model.function_of(node_ref.node)?;
        (model.kind(object) == Kind::Attribute).then_some(())?;
        let stores = |n: &NodeId| {
            let target = model.child(*n, Field::Left).map(|left| model.text(left));
            *n < node_ref.node && target == Some(model.text(object))
        };
        let assignments = model.own_nodes(function, |kind| kind == Kind::Assignment);
        let stored = model.child(assignments.filter(stores).last()?, Field::Right)?;
        let callee = model.child(stored, Field::Function)?;
        let class = self.class_of(NodeRef { node: callee, ..node_ref })?;
        self.function_at(&format!("{class}.{name}"))
    }
}
