//! Steps from one node of a syntax tree to others, and what a node says about itself. It parses the lazy bodies that it steps
//! into.

use std::ops::Range;

use super::kind::{Field, Kind};
use super::node_id::NodeId;
use super::parser::{Node, to_u32};
use super::tree::Tree;

impl Tree {
    /// The kind of a node.
    pub fn kind(&self, id: NodeId) -> Kind {
        self.node(id).kind
    }

    /// Its field in its parent.
    pub fn field(&self, id: NodeId) -> Field {
        self.node(id).field
    }

    /// Its first byte.
    pub fn start(&self, id: NodeId) -> usize {
        self.node(id).start as usize
    }

    /// The byte after its last.
    pub fn end(&self, id: NodeId) -> usize {
        self.node(id).end as usize
    }

    /// Its bytes.
    pub fn range(&self, id: NodeId) -> Range<usize> {
        self.start(id)..self.end(id)
    }

    /// Its parent; none for the module.
    pub fn parent(&self, id: NodeId) -> Option<NodeId> {
        (id != NodeId::ROOT).then(|| NodeId(self.node(id).parent))
    }

    /// Its ancestors, the nearest first.
    pub fn ancestors(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        std::iter::successors(self.parent(id), |p| self.parent(*p))
    }

    /// Its children, without comments.
    pub fn children(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        self.all_children(id)
            .filter(|c| !matches!(self.kind(*c), Kind::Comment | Kind::LineContinuation))
    }

    /// Its children, comments included.
    pub fn all_children(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        let after = self.node(id).subtree_end;
        let first = (id.0 + 1 < after).then_some(NodeId(id.0 + 1));
        std::iter::successors(first, move |c| {
            let next = self.next_id(self.node(*c).subtree_end);
            (next < after).then_some(NodeId(next))
        })
    }

    /// The first child that is not a comment.
    pub fn first_child(&self, id: NodeId) -> Option<NodeId> {
        self.children(id).next()
    }

    /// The child with this field.
    pub fn child(&self, id: NodeId, field: Field) -> Option<NodeId> {
        let parent = self.node(id);
        let after = if parent.kind.may_have(field) { parent.subtree_end } else { id.0 };
        let mut next = id.0 + 1;
        while next < after {
            let child = self.node(NodeId(next));
            if child.field == field && !matches!(child.kind, Kind::Comment | Kind::LineContinuation)
            {
                return Some(NodeId(next));
            }
            next = self.next_id(child.subtree_end);
        }
        None
    }

    /// All nodes below a node, in source order, without the node itself.
    pub fn descendants(&self, id: NodeId) -> impl DoubleEndedIterator<Item = NodeId> + '_ {
        self.parse_below(id);
        self.parsed_descendants(id)
    }

    /// A node and all nodes below it, in source order.
    pub fn subtree(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        std::iter::once(id).chain(self.descendants(id))
    }

    /// The nodes below a node, as far as they are parsed. See [`Self::parsed_ids`].
    pub fn parsed_descendants(&self, id: NodeId) -> impl DoubleEndedIterator<Item = NodeId> + '_ {
        self.parsed_between(id.0 + 1..self.node(id).subtree_end)
    }

    /// Whether `inner` is `outer` or below it.
    pub fn contains(&self, outer: NodeId, inner: NodeId) -> bool {
        outer.0 <= inner.0 && inner.0 < self.node(outer).subtree_end
    }

    /// The nearest ancestor-or-self for which `test` holds.
    pub fn closest(&self, id: NodeId, test: impl Fn(Kind) -> bool) -> Option<NodeId> {
        std::iter::once(id).chain(self.ancestors(id)).find(|n| test(self.kind(*n)))
    }

    /// The nearest preceding sibling that is not a comment.
    pub fn previous_sibling(&self, id: NodeId) -> Option<NodeId> {
        let parent = self.parent(id)?;
        let mut node = id;
        loop {
            node = self.node_before(node);
            if node == parent {
                return None;
            }
            while self.parent(node)? != parent {
                node = self.parent(node)?;
            }
            if !matches!(self.kind(node), Kind::Comment | Kind::LineContinuation) {
                return Some(node);
            }
        }
    }

    /// The nearest following sibling that is not a comment.
    pub fn next_sibling(&self, id: NodeId) -> Option<NodeId> {
        let end = self.node(self.parent(id)?).subtree_end;
        let next = |n: &NodeId| {
            let next = self.next_id(self.node(*n).subtree_end);
            (next < end).then_some(NodeId(next))
        };
        std::iter::successors(next(&id), next)
            .find(|n| !matches!(self.kind(*n), Kind::Comment | Kind::LineContinuation))
    }

    fn node_before(&self, id: NodeId) -> NodeId {
        let (segment, at) = self.split(id.0);
        if at == 0 && segment % 2 == 0 {
            self.body(segment / 2 - 1);
        }
        NodeId(if at == 0 { self.segment(segment - 1).end } else { id.0 } - 1)
    }

    /// The smallest node that covers the byte range.
    pub fn covering(&self, range: Range<usize>) -> NodeId {
        // Ids grow with where nodes begin.
        let index = self.bodies.partition_point(|b| b.lazy.body.end <= range.start);
        let body = self.bodies.get(index).filter(|b| b.lazy.def <= range.start);
        let before = |nodes: &[Node]| nodes.partition_point(|n| n.start as usize <= range.start);
        let inside = body.map_or(0, |_| before(&self.body(index).nodes));
        let last = match (inside, before(&self.nodes)) {
            (0, outside) => self.id_at(outside.saturating_sub(1)),
            (inside, _) => NodeId(self.first_id(2 * index + 1) + to_u32(inside) - 1),
        };
        let covers = |n: &NodeId| range.end <= self.end(*n);
        std::iter::once(last).chain(self.ancestors(last)).find(covers).unwrap_or(NodeId::ROOT)
    }

    /// The id of the node at an index of `nodes`.
    fn id_at(&self, index: usize) -> NodeId {
        let segment = self.starts.partition_point(|start| *start as usize <= index) - 1;
        NodeId(self.first_id(2 * segment) + to_u32(index) - self.starts[segment])
    }
}
