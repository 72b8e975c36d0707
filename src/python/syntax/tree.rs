//! The syntax tree as a flat arena in source order. It knows node kinds and byte ranges, no names and no meaning.

use std::cell::RefCell;
use std::ops::Range;
use std::sync::Arc;

use super::chunks::{CHUNK_SIZE, chunks};
use super::kind::{Field, Kind};
use super::lazy_body::{LazyBodies, LazyBody};

/// A node of a [`Tree`]. Ids grow in source order, a parent before its children.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(u32);

impl NodeId {
    /// The module node of every tree.
    pub const ROOT: Self = Self(0);

    pub(in crate::python) fn from_index(index: u32) -> Self {
        Self(index)
    }

    /// The node's position in [`Tree::ids`]: dense, from 0.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Node {
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) parent: u32,
    /// The first id after this node's subtree: its next sibling, where it has one.
    pub(super) subtree_end: u32,
    pub(super) kind: Kind,
    pub(super) field: Field,
}

/// The named nodes of one file. Anonymous tokens (`async`, `;`, operators) and the quotes of strings are left out; they are
/// read off the bytes.
///
/// Children are contiguous (`id + 1..subtree_end`), so a walk is a loop over integers, and depth costs no stack.
#[derive(Debug)]
pub struct Tree {
    pub(super) nodes: Vec<Node>,
    pub(super) error: Option<usize>,
    /// The functions whose bodies are not parsed.
    pub(super) lazy_bodies: Arc<LazyBodies>,
    /// The empty parameter lists and blocks that stand for a lazy body, each with its index there. Sorted.
    pub(super) placeholders: Vec<(NodeId, usize)>,
}

thread_local! {
    static PARSER: RefCell<Option<tree_sitter::Parser>> = const { RefCell::new(None) };
}

fn parse_text(code: &str) -> tree_sitter::Tree {
    PARSER.with_borrow_mut(|slot| {
        let parser = slot.get_or_insert_with(|| {
            let mut parser = tree_sitter::Parser::new();
            parser
                .set_language(&tree_sitter_python::LANGUAGE.into())
                .expect("the grammar and the library are built for each other");
            parser
        });
        parser.parse(code, None).expect("a parse without a time limit ends with a tree")
    })
}

impl Tree {
    /// Parses `code`. It always gives a tree; [`Self::error`] tells whether it can be trusted.
    pub fn parse(code: &str) -> Self {
        Self::parse_partial(code, Arc::default())
    }

    /// Parses `code` without its lazy bodies: those functions get no parameters and an empty block.
    pub(in crate::python) fn parse_partial(code: &str, lazy_bodies: Arc<LazyBodies>) -> Self {
        Self::parse_in_chunks(code, lazy_bodies, CHUNK_SIZE)
    }

    fn parse_in_chunks(code: &str, lazy_bodies: Arc<LazyBodies>, size: usize) -> Self {
        let mut tree =
            Self { nodes: Vec::new(), error: None, lazy_bodies, placeholders: Vec::new() };
        if tree.lazy_bodies.is_empty() {
            tree.parse_chunks(code, size);
        } else {
            let text = tree.lazy_bodies.text_without(code);
            tree.parse_chunks(&text, size);
            tree.restore_offsets();
        }
        // The grammar counts the CR of a CRLF to the comment before it.
        for node in tree.nodes.iter_mut().filter(|n| n.kind == Kind::Comment) {
            let text = &code.as_bytes()[node.start as usize..node.end as usize];
            node.end -= u32::from(text.ends_with(b"\r"));
        }
        tree
    }

    /// Parses chunks of about `size` bytes one after another: tree-sitter's own tree takes many times the memory of the text.
    fn parse_chunks(&mut self, code: &str, size: usize) {
        let chunks = chunks(code, size);
        let (mut from, mut at, mut step) = (0, 0, 1);
        while let Some(chunk) = chunks.get(at) {
            let parsed = parse_text(&code[from..chunk.end]);
            if parsed.root_node().has_error() && chunk.end < code.len() {
                // The cut may be inside a string or a bracket: retry with a chunk that grows geometrically.
                at = (at + step).min(chunks.len() - 1);
                step *= 2;
                continue;
            }
            self.append(&parsed, from);
            (from, at, step) = (chunk.end, at + 1, 1);
        }
        // Many trees live at once, and a vector that grew is up to half empty.
        self.nodes.shrink_to_fit();
    }

    /// Appends the nodes of a chunk that begins at byte `base`; its statements become the module's.
    fn append(&mut self, parsed: &tree_sitter::Tree, base: usize) {
        let byte = |at: usize| u32::try_from(base + at).expect("files are smaller than 4 GiB");
        let root = parsed.root_node();
        // Nodes need checking only in a tree that has an error somewhere.
        let may_err = root.has_error();
        let mut cursor = parsed.walk();
        let mut parents: Vec<u32> = Vec::new();
        let mut current = 0;
        loop {
            let node = cursor.node();
            let is_error = may_err && node.is_error();
            if (is_error || may_err && node.is_missing()) && self.error.is_none() {
                self.error = Some(base + node.start_byte());
            }
            let is_root = parents.is_empty();
            let id = u32::try_from(self.nodes.len()).expect("fewer nodes than bytes");
            let kind = if is_error { Kind::Error } else { Kind::of(node.kind_id()) };
            let is_quote = matches!(kind, Kind::StringStart | Kind::StringEnd);
            if node.is_named() && !is_quote && (!is_root || id == 0) {
                self.nodes.push(Node {
                    start: byte(node.start_byte()),
                    end: byte(node.end_byte()),
                    parent: current,
                    subtree_end: id + 1,
                    kind,
                    field: Field::of(cursor.field_id()),
                });
            }
            if node.is_named() && cursor.goto_first_child() {
                parents.push(current);
                current = if is_root { 0 } else { id };
                continue;
            }
            while !cursor.goto_next_sibling() {
                if !cursor.goto_parent() {
                    self.nodes[0].end = byte(root.end_byte());
                    return;
                }
                let end = u32::try_from(self.nodes.len()).expect("fewer nodes than bytes");
                self.nodes[current as usize].subtree_end = end;
                current = parents.pop().expect("one entry for each level");
            }
        }
    }

    /// Maps every node's range back to the source, and finds the placeholders of the lazy bodies.
    fn restore_offsets(&mut self) {
        let bodies = self.lazy_bodies.clone();
        let source_offset = |at: u32, is_end: bool| {
            let at = bodies.source_offset(at as usize, is_end);
            u32::try_from(at).expect("files are smaller than 4 GiB")
        };
        self.error = self.error.map(|at| bodies.source_offset(at, false));
        for node in &mut self.nodes {
            (node.start, node.end) =
                (source_offset(node.start, false), source_offset(node.end, true));
        }
        for id in self.parsed_ids() {
            let is_def = self.kind(id) == Kind::FunctionDefinition;
            let index = if is_def { bodies.index_of_def(self.start(id)) } else { None };
            let Some(index) = index else { continue };
            let part = |field| self.children(id).find(|c| self.field(*c) == field);
            let (Some(parameters), Some(body)) = (part(Field::Parameters), part(Field::Body))
            else {
                continue;
            };
            let LazyBody { parameters: within, body: bytes, .. } = bodies.get(index);
            if !within.is_empty() {
                self.placeholders.push((parameters, index));
            }
            self.placeholders.push((body, index));
            let end = u32::try_from(bytes.end).expect("files are smaller than 4 GiB");
            self.nodes[body.index()].start = self.nodes[body.index()].end;
            let mut around = Some(body);
            while let Some(node) = around.filter(|n| self.nodes[n.index()].end < end) {
                self.nodes[node.index()].end = end;
                around = self.parent(node);
            }
        }
    }

    /// Requests the lazy bodies below a node.
    fn request_below(&self, id: NodeId) {
        if !self.placeholders.is_empty() {
            let end = NodeId(self.nodes[id.index()].subtree_end);
            let first = self.placeholders.partition_point(|(part, _)| *part < id);
            for (_, body) in self.placeholders[first..].iter().take_while(|(part, _)| *part < end) {
                self.lazy_bodies.request(*body);
            }
        }
    }

    fn request_placeholder(&self, id: NodeId) {
        if let Ok(found) = self.placeholders.binary_search_by_key(&id, |(part, _)| *part) {
            self.lazy_bodies.request(self.placeholders[found].1);
        }
    }

    /// The functions with a lazy body, and its index.
    pub(in crate::python) fn lazy_functions(&self) -> impl Iterator<Item = (NodeId, usize)> + '_ {
        let blocks = self.placeholders.iter().filter(|(part, _)| self.kind(*part) == Kind::Block);
        blocks.filter_map(|(block, body)| Some((self.parent(*block)?, *body)))
    }

    /// Whether every lazy body was matched to a function of the tree.
    pub(in crate::python) fn has_every_lazy_body(&self) -> bool {
        self.lazy_functions().count() == self.lazy_bodies.len()
    }

    /// The functions whose bodies are not parsed.
    pub(in crate::python) fn lazy_bodies(&self) -> &Arc<LazyBodies> {
        &self.lazy_bodies
    }

    /// The byte offset of the first syntax error.
    pub fn error(&self) -> Option<usize> {
        self.error
    }

    /// The number of nodes.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Always false: every tree has a module node.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// All nodes in source order.
    pub fn ids(&self) -> impl DoubleEndedIterator<Item = NodeId> + use<> {
        self.request_below(NodeId::ROOT);
        self.parsed_ids()
    }

    /// The nodes that are parsed so far, in source order, without requesting lazy bodies. For queries that concern only the
    /// anchors, which lazy bodies do not contain.
    pub fn parsed_ids(&self) -> impl DoubleEndedIterator<Item = NodeId> + use<> {
        (0..u32::try_from(self.nodes.len()).expect("fewer nodes than bytes")).map(NodeId)
    }

    /// The kind of a node.
    pub fn kind(&self, id: NodeId) -> Kind {
        self.nodes[id.index()].kind
    }

    /// Its field in its parent.
    pub fn field(&self, id: NodeId) -> Field {
        self.nodes[id.index()].field
    }

    /// Its first byte.
    pub fn start(&self, id: NodeId) -> usize {
        self.nodes[id.index()].start as usize
    }

    /// The byte after its last.
    pub fn end(&self, id: NodeId) -> usize {
        self.nodes[id.index()].end as usize
    }

    /// Its bytes.
    pub fn range(&self, id: NodeId) -> Range<usize> {
        self.start(id)..self.end(id)
    }

    /// Its parent; none for the module.
    pub fn parent(&self, id: NodeId) -> Option<NodeId> {
        (id != NodeId::ROOT).then(|| NodeId(self.nodes[id.index()].parent))
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
        if matches!(self.kind(id), Kind::Block | Kind::Parameters) {
            self.request_placeholder(id);
        }
        self.parsed_children(id)
    }

    /// Its children as far as they are parsed, comments included.
    pub(in crate::python) fn parsed_children(
        &self,
        id: NodeId,
    ) -> impl Iterator<Item = NodeId> + '_ {
        let after = self.nodes[id.index()].subtree_end;
        let first = (id.0 + 1 < after).then_some(NodeId(id.0 + 1));
        std::iter::successors(first, move |c| {
            let next = self.nodes[c.index()].subtree_end;
            (next < after).then_some(NodeId(next))
        })
    }

    /// The first child that is not a comment.
    pub fn first_child(&self, id: NodeId) -> Option<NodeId> {
        self.children(id).next()
    }

    /// The child with this field.
    pub fn child(&self, id: NodeId, field: Field) -> Option<NodeId> {
        if !self.kind(id).may_have(field) {
            return None;
        }
        self.children(id).find(|c| self.field(*c) == field)
    }

    /// All nodes below a node, in source order, without the node itself.
    pub fn descendants(&self, id: NodeId) -> impl DoubleEndedIterator<Item = NodeId> + use<> {
        self.request_below(id);
        self.parsed_descendants(id)
    }

    /// The same, as far as they are parsed. See [`Self::parsed_ids`].
    pub fn parsed_descendants(
        &self,
        id: NodeId,
    ) -> impl DoubleEndedIterator<Item = NodeId> + use<> {
        (id.0 + 1..self.nodes[id.index()].subtree_end).map(NodeId)
    }

    /// Whether `inner` is `outer` or below it.
    pub fn contains(&self, outer: NodeId, inner: NodeId) -> bool {
        outer.0 <= inner.0 && inner.0 < self.nodes[outer.index()].subtree_end
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
            node = NodeId(node.0 - 1);
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
        let end = self.nodes[self.parent(id)?.index()].subtree_end;
        let next = |id: u32| (id < end).then_some(NodeId(id));
        let all = std::iter::successors(next(self.nodes[id.index()].subtree_end), |n| {
            next(self.nodes[n.index()].subtree_end)
        });
        all.into_iter().find(|n| !matches!(self.kind(*n), Kind::Comment | Kind::LineContinuation))
    }

    /// The smallest node that covers the byte range.
    pub fn covering(&self, range: Range<usize>) -> NodeId {
        // Ids grow with where nodes begin.
        let from = self.nodes.partition_point(|n| n.start as usize <= range.start);
        let last = NodeId(u32::try_from(from).expect("fewer nodes than bytes").saturating_sub(1));
        let covers = |n: &NodeId| range.end <= self.end(*n);
        std::iter::once(last).chain(self.ancestors(last)).find(covers).unwrap_or(NodeId::ROOT)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn children_come_in_order_and_know_their_parent() {
        let tree = Tree::parse("a = f(x, y)  # c\nb\n");
        let statements: Vec<_> = tree.children(NodeId::ROOT).collect();
        assert_eq!(statements.len(), 2);
        let call = tree.ids().find(|n| tree.kind(*n) == Kind::Call).unwrap();
        let arguments = tree.child(call, Field::Arguments).unwrap();
        assert_eq!(tree.children(arguments).count(), 2);
        assert_eq!(tree.parent(arguments), Some(call));
        assert_eq!(tree.range(call), 4..11);
        assert_eq!(tree.error(), None);
    }

    #[test]
    fn depth_costs_no_stack() {
        let code = format!("x = {}1{}\n", "(".repeat(10_000), ")".repeat(10_000));
        assert!(Tree::parse(&code).len() > 10_000);
    }

    /// The chunk sizes at which the tree differs from that of the text parsed at once.
    fn sizes_that_differ(code: &str) -> Vec<usize> {
        let whole = Tree::parse_in_chunks(code, Arc::default(), usize::MAX / 2);
        let differs =
            |size: &usize| Tree::parse_in_chunks(code, Arc::default(), *size).nodes != whole.nodes;
        [1, 20, 100, 1000].into_iter().filter(differs).collect()
    }

    #[test]
    fn chunks_give_the_tree_of_the_whole_text() {
        for code in [
            "x = 'a'\n# c\n\ny = 2  # d\nz = 3\n# e\n",
            "\u{feff}import a\n@b\n# c\n@d\ndef f():\n    pass\n    # e\n# f\ndef g(): pass\n\n\n",
            "x = \"\"\"\ndef f():\n    pass\ny = 2\n\"\"\"\nz = 3\n",
            "x = [\na,\nb,\nc,\nd]\nprint(x)\ny = 1; z = 2\n",
            "if a:\r\n    b\r\nelif c:\r\n    d\r\nelse:\r\n    e  # f\r\ng\r\n",
            "match a:\n  case 1:\n    pass\nmatch = 1\ncase = 2\nb\nc",
            "def f():\n    def g():\n        pass\n  # odd\n        # odd\n\nclass A:\n    x = 1\n",
            "async def f():\n    await a\n\\\nb = 1\nasync def g():\n    await b\n  \n",
        ] {
            assert_eq!(Tree::parse(code).error(), None, "{code}");
            assert_eq!(sizes_that_differ(code), [0; 0], "{code}");
        }
    }

    #[test]
    fn an_error_is_found_in_any_chunk() {
        for code in ["a\nb = (\nc\nd\ne\n", "a\nb\nc = )\nd\n", "a\nb\nc\nd = '''\n"] {
            assert!(Tree::parse_in_chunks(code, Arc::default(), 1).error().is_some(), "{code}");
        }
    }

    #[test]
    fn a_comment_ends_before_its_line_end() {
        let tree = Tree::parse("a  # b\r\nc\r\n");
        let comment = tree.ids().find(|n| tree.kind(*n) == Kind::Comment).unwrap();
        assert_eq!(tree.range(comment), 3..6);
    }

    #[test]
    fn an_error_is_located() {
        assert!(Tree::parse("def f(:\n    pass\n").error().is_some());
    }
}
