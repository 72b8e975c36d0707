//! The syntax tree as a flat arena in source order. It knows node kinds and byte ranges, no names and no meaning.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use super::body_parser::{Header, NODES_PER_BYTE, headers, most_between, parse_body, segments};
use super::kind::{Field, Kind};
use super::lazy_body::{Cuts, LazyBody};
use super::node_id::NodeId;
use super::parser::{Node, ParsedText, to_u32};
use crate::text::Finder;

/// The named nodes of one file. Anonymous tokens (`async`, `;`, operators) and the quotes of strings are left out; they are
/// read off the bytes.
///
/// The ids of a file fall into segments, one for each lazy body and one for the nodes between two of them, so that a body
/// gets its place before it is parsed, and ids never change. Within a segment the ids of a subtree are contiguous, so a walk
/// is a loop over integers, and depth costs no stack.
#[derive(Debug)]
pub struct Tree {
    /// The nodes outside of lazy bodies. Parents and ends of subtrees are ids.
    pub(super) nodes: Vec<Node>,
    /// For each segment of `nodes` the index of its first node.
    pub(super) starts: Vec<u32>,
    pub(super) error: Option<usize>,
    /// The functions that are parsed on first access, in source order.
    pub(super) bodies: Vec<LazyFunction>,
    /// The text, if bodies of it may still have to be parsed.
    pub(super) code: Arc<String>,
    /// How many bits of an id tell the node within its segment: no segment has more nodes than that.
    pub(in crate::python) shift: u32,
}

/// A function that is parsed on first access: all of it below its name.
#[derive(Debug)]
pub(super) struct LazyFunction {
    pub(super) lazy: LazyBody,
    pub(super) function: NodeId,
    pub(super) parsed: OnceLock<Box<ParsedText>>,
}

impl Tree {
    /// Parses `code`. It always gives a tree; [`Self::error`] tells whether it can be trusted.
    pub fn parse(code: &str) -> Self {
        let ParsedText { nodes, error } = ParsedText::of(code);
        Self { nodes, starts: vec![0], error, bodies: Vec::new(), code: Arc::default(), shift: 31 }
    }

    /// Parses `code` without the lazy bodies, which come in source order; `None` if they are not all found, or without them
    /// there is a syntax error, which they may have caused.
    pub(in crate::python) fn parse_partial(
        code: Arc<String>,
        bodies: Vec<LazyBody>,
    ) -> Option<Self> {
        let cuts = Cuts::new(&bodies);
        let ParsedText { mut nodes, error } = ParsedText::of(&cuts.text_without(&code));
        for node in &mut nodes {
            node.start = to_u32(cuts.source_offset(node.start as usize, false));
            node.end = to_u32(cuts.source_offset(node.end as usize, true));
        }
        let mut parsed = ParsedText { nodes, error };
        let headers = headers(&parsed, &bodies)?;
        if error.is_some() || headers.len() != bodies.len() {
            return None;
        }
        let shift = (2 * to_u32(bodies.len()) + 1).leading_zeros();
        let largest_body = bodies.iter().map(|lazy| lazy.range().len()).max()?;
        let most_nodes = most_between(&headers, parsed.nodes.len());
        if most_nodes.max(NODES_PER_BYTE * largest_body) >> shift > 0 {
            return None;
        }
        for Header { function, end, .. } in &headers {
            let mut node = *function;
            while parsed.nodes[node].end < to_u32(*end) {
                parsed.nodes[node].end = to_u32(*end);
                node = parsed.nodes[node].parent as usize;
            }
        }
        let (nodes, starts, functions) = segments(&parsed.nodes, &headers, shift);
        let body = |(lazy, function)| LazyFunction {
            lazy,
            function: NodeId(function),
            parsed: OnceLock::new(),
        };
        let bodies = bodies.into_iter().zip(functions).map(body).collect();
        Some(Self { nodes, starts, error: None, bodies, code, shift })
    }

    /// The segment of an id, and the position in it. Lazy bodies have the odd segments.
    fn split(&self, id: u32) -> (usize, usize) {
        let id = id as usize;
        (id >> self.shift, id & ((1 << self.shift) - 1))
    }

    fn node(&self, id: NodeId) -> &Node {
        if self.bodies.is_empty() {
            return &self.nodes[id.0 as usize];
        }
        let (segment, at) = self.split(id.0);
        match segment % 2 {
            0 => &self.nodes[self.starts[segment / 2] as usize + at],
            _ => &self.body(segment / 2).nodes[at],
        }
    }

    /// The nodes of a segment as far as it is parsed.
    fn segment_nodes(&self, segment: usize) -> &[Node] {
        let start = |at: usize| self.starts.get(at).map_or(self.nodes.len(), |s| *s as usize);
        match segment % 2 {
            0 => &self.nodes[start(segment / 2)..start(segment / 2 + 1)],
            _ => self.bodies[segment / 2].parsed.get().map_or(&[], |parsed| &parsed.nodes),
        }
    }

    fn body(&self, index: usize) -> &ParsedText {
        let body = &self.bodies[index];
        let first_id = self.first_id(2 * index + 1);
        let parse = || parse_body(&self.code, &body.lazy, body.function.0, first_id);
        body.parsed.get_or_init(|| Box::new(parse()))
    }

    /// The ids of a segment as far as it is parsed.
    fn segment(&self, segment: usize) -> Range<u32> {
        let first = self.first_id(segment);
        first..first + to_u32(self.segment_nodes(segment).len())
    }

    /// The ids of a segment, which is parsed for it.
    fn whole_segment(&self, segment: usize) -> Range<u32> {
        if segment % 2 == 1 {
            self.body(segment / 2);
        }
        self.segment(segment)
    }

    pub(super) fn first_id(&self, segment: usize) -> u32 {
        to_u32(segment << self.shift)
    }

    /// The id that follows the nodes before `end`: the next segment's first, if they end theirs.
    fn next_id(&self, end: u32) -> u32 {
        let (segment, _) = self.split(end - 1);
        let is_last = !self.bodies.is_empty() && self.segment(segment).end == end;
        if is_last { self.first_id(segment + 1) } else { end }
    }

    /// The nodes with ids in a range, as far as they are parsed.
    fn parsed_between(&self, ids: Range<u32>) -> impl DoubleEndedIterator<Item = NodeId> + '_ {
        let (first, _) = self.split(ids.start);
        let (last, _) = self.split(ids.end.max(1) - 1);
        let all = (first..=last).flat_map(move |segment| {
            let own = self.segment(segment);
            own.start.max(ids.start)..own.end.min(ids.end)
        });
        all.map(NodeId)
    }

    /// Parses the lazy bodies below a node.
    fn parse_below(&self, id: NodeId) {
        if !self.bodies.is_empty() {
            let (first, _) = self.split(id.0);
            let (last, _) = self.split(self.node(id).subtree_end - 1);
            (first..=last).filter(|segment| segment % 2 == 1).for_each(|segment| {
                self.body(segment / 2);
            });
        }
    }

    /// Whether all of the text is parsed, and was so from the start.
    pub(in crate::python) fn is_fully_parsed(&self) -> bool {
        self.bodies.is_empty()
    }

    /// Parses the lazy bodies for which `test` holds; returns whether any of them was not parsed before.
    pub(in crate::python) fn parse_bodies(&self, test: impl Fn(&LazyBody, &str) -> bool) -> bool {
        let mut is_new = false;
        for (index, body) in self.bodies.iter().enumerate() {
            if body.parsed.get().is_none() && test(&body.lazy, &self.code) {
                self.body(index);
                is_new = true;
            }
        }
        is_new
    }

    /// Parses the lazy bodies of the functions that contain an identifier.
    pub(in crate::python) fn parse_naming(&self, word: &str) -> bool {
        let words = Finder::new([word]);
        self.parse_bodies(|lazy, code| lazy.names(code, &words, |_, _| true))
    }

    /// The lazy bodies with their indices, in source order.
    pub(in crate::python) fn lazy_bodies(&self) -> impl Iterator<Item = (usize, &LazyBody)> {
        self.bodies.iter().map(|body| &body.lazy).enumerate()
    }

    /// The indices of the lazy bodies that are parsed.
    pub(in crate::python) fn parsed_bodies(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.bodies.len()).filter(|index| self.bodies[*index].parsed.get().is_some())
    }

    /// The index of the lazy body that a node is part of.
    pub(in crate::python) fn body_of(&self, id: NodeId) -> Option<usize> {
        let (segment, _) = self.split(id.0);
        (segment % 2 == 1).then_some(segment / 2)
    }

    /// The lazy body of a function, with its index.
    pub(in crate::python) fn lazy_body(&self, function: NodeId) -> Option<(usize, &LazyBody)> {
        let index = self.bodies.binary_search_by_key(&function, |body| body.function).ok()?;
        Some((index, &self.bodies[index].lazy))
    }

    /// The function of a lazy body.
    pub(in crate::python) fn function_of_body(&self, index: usize) -> NodeId {
        self.bodies[index].function
    }

    /// The nodes of a lazy body, which is parsed for it; without an index, those outside of all lazy bodies.
    pub(in crate::python) fn nodes_of(
        &self,
        body: Option<usize>,
    ) -> impl Iterator<Item = NodeId> + '_ {
        let segments = match body {
            Some(index) => 2 * index + 1..2 * index + 2,
            None => 0..2 * self.bodies.len() + 1,
        };
        segments.step_by(2).flat_map(|segment| self.whole_segment(segment)).map(NodeId)
    }

    /// The position of a node among [`Self::nodes_of`] those that it belongs to.
    pub(in crate::python) fn position(&self, id: NodeId) -> usize {
        let (segment, at) = self.split(id.0);
        at + if segment % 2 == 0 { self.starts[segment / 2] as usize } else { 0 }
    }

    /// The text of a tree with lazy bodies.
    pub(in crate::python) fn code(&self) -> &str {
        &self.code
    }

    /// The byte offset of the first syntax error.
    pub fn error(&self) -> Option<usize> {
        let errors = self.bodies.iter().filter_map(|body| body.parsed.get()?.error);
        self.error.or_else(|| errors.min())
    }

    /// All nodes in source order. A lazy body is parsed when it is reached.
    pub fn ids(&self) -> impl Iterator<Item = NodeId> + '_ {
        (0..=2 * self.bodies.len()).flat_map(|segment| self.whole_segment(segment)).map(NodeId)
    }

    /// The nodes that are parsed so far, in source order, without parsing lazy bodies. For queries that concern only the
    /// anchors, which lazy bodies do not contain.
    pub fn parsed_ids(&self) -> impl DoubleEndedIterator<Item = NodeId> + '_ {
        self.parsed_between(0..self.segment(2 * self.bodies.len()).end)
    }

    /// Those of [`Self::parsed_ids`] whose kind `test` accepts.
    pub fn parsed_of<'a>(
        &'a self,
        test: impl Fn(Kind) -> bool + Copy + 'a,
    ) -> impl Iterator<Item = NodeId> + 'a {
        (0..=2 * self.bodies.len()).flat_map(move |segment| {
            let ids = self.first_id(segment)..;
            let all = self.segment_nodes(segment).iter().zip(ids);
            all.filter(move |(node, _)| test(node.kind)).map(|(_, id)| NodeId(id))
        })
    }

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
        assert!(Tree::parse(&code).nodes.len() > 10_000);
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

    /// Every node as text: of the tree of all the code, and of a partial parse after the functions that name one of the words
    /// were parsed.
    fn both(code: &str, bodies: &[&str], wanted: &[&str]) -> [Vec<String>; 2] {
        let lazy = |body: &&str| {
            let start = code.find(body).unwrap();
            let def = code[..start].rfind("def").unwrap();
            let open = def + code[def..].find('(').unwrap() + 1;
            let parameters = open..open + code[open..].find(')').unwrap();
            let body = start..start + body.len();
            LazyBody { def, parameters, body, attributes_set: Vec::new() }
        };
        let bodies = bodies.iter().map(lazy).collect();
        let part = Tree::parse_partial(Arc::new(code.to_owned()), bodies).unwrap();
        wanted.iter().for_each(|word| assert!(part.parse_naming(word)));
        let shown = |tree: &Tree| {
            let one = |n: NodeId| {
                let parent = tree.parent(n).map(|p| tree.kind(p));
                let text = code[tree.range(n)].trim_end().to_owned();
                let below = tree.parsed_descendants(n).count();
                let next = tree.next_sibling(n).map(|n| tree.start(n));
                let before = tree.previous_sibling(n).map(|n| tree.start(n));
                let children = tree.all_children(n).count();
                format!(
                    "{:?} {:?} {parent:?} {text:?} {below} {children} {next:?} {before:?}",
                    tree.kind(n),
                    tree.field(n)
                )
            };
            tree.parsed_ids().map(one).collect::<Vec<_>>()
        };
        [shown(&Tree::parse(code)), shown(&part)]
    }

    #[test]
    fn with_every_body_the_tree_equals_the_full_parse() {
        let code = "import a\n\nclass A(B):\n    def f(self):\n        x = [1]\n        return x\n\n    async \
                    def g(self): # c\n        await z\n    y = 1\ndef h():\n    '''é'''\n    def i(): q\n";
        let bodies = [
            "        x = [1]\n        return x\n",
            "        await z\n",
            "    '''é'''\n    def i(): q\n",
        ];
        let [whole, parts] = both(&code.replace("async def", "def"), &bodies, &["x", "z", "q"]);
        assert_eq!(whole, parts);
    }

    #[test]
    fn the_comments_in_front_of_a_body_come_with_it() {
        let code = "def f():\n    # a:\n# b\n      # c\n    x\n\n\ndef g():  # d\n    y\n";
        let [whole, parts] =
            both(code, &["    # a:\n# b\n      # c\n    x\n", "    y\n"], &["x", "y"]);
        assert_eq!(whole, parts);
    }

    #[test]
    fn siblings_are_found_across_bodies() {
        let code = "class A:\n    def f(self, a: B = c) -> D:\n        x\n    def g[T](self): # c\n        y\nz\n";
        let [whole, parts] = both(code, &["        x\n", "        y\n"], &["x", "y"]);
        assert_eq!(whole, parts);
    }
}
