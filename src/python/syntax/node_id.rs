//! The number of a node in its file. It does not know what a node is.

/// A node of a [`super::Tree`]. Ids grow in source order, a parent before its children.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub(super) u32);

impl NodeId {
    /// The module node of every tree.
    pub const ROOT: Self = Self(0);
}
