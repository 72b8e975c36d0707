//! The words for a class's attributes. It collects none.

use std::collections::BTreeMap;

use super::tree::NodeId;

/// How a class's attribute gets its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Member {
    /// `self.name = value`, or `name = value` in the class body.
    Value(NodeId),
    /// `self.name: annotation` or `name: annotation`.
    Annotation(NodeId),
    /// A method; the flag says that it is a property.
    Method(NodeId, bool),
}

/// The attributes of the classes of a file, by class and name, in source order.
pub type Members = BTreeMap<(NodeId, String), Vec<Member>>;
