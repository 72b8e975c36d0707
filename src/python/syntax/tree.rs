//! The syntax tree as a flat arena in source order. It knows node kinds and byte ranges, no names and no meaning.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use super::body_parser::{Header, NODES_PER_BYTE, headers, most_between, parse_body, segments};
use super::kind::Kind;
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
    pub(super) fn split(&self, id: u32) -> (usize, usize) {
        let id = id as usize;
        (id >> self.shift, id & ((1 << self.shift) - 1))
    }

    pub(super) fn node(&self, id: NodeId) -> &Node {
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

    pub(super) fn body(&self, index: usize) -> &ParsedText {
        let body = &self.bodies[index];
        let first_id = self.first_id(2 * index + 1);
        let parse = || parse_body(&self.code, &body.lazy, body.function.0, first_id);
        body.parsed.get_or_init(|| Box::new(parse()))
    }

    /// The ids of a segment as far as it is parsed.
    pub(super) fn segment(&self, segment: usize) -> Range<u32> {
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
    pub(super) fn next_id(&self, end: u32) -> u32 {
        let (segment, _) = self.split(end - 1);
        let is_last = !self.bodies.is_empty() && self.segment(segment).end == end;
        if is_last { self.first_id(segment + 1) } else { end }
    }

    /// The nodes with ids in a range, as far as they are parsed.
    pub(super) fn parsed_between(
        &self,
        ids: Range<u32>,
    ) -> impl DoubleEndedIterator<Item = NodeId> + '_ {
        let (first, _) = self.split(ids.start);
        let (last, _) = self.split(ids.end.max(1) - 1);
        let all = (first..=last).flat_map(move |segment| {
            let own = self.segment(segment);
            own.start.max(ids.start)..own.end.min(ids.end)
        });
        all.map(NodeId)
    }

    /// Parses the lazy bodies below a node.
    pub(super) fn parse_below(&self, id: NodeId) {
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

    /// The indices of the lazy bodies whose functions have bytes in a range.
    pub(in crate::python) fn bodies_within(&self, bytes: &Range<usize>) -> Range<usize> {
        let first = self.bodies.partition_point(|body| body.lazy.range().end <= bytes.start);
        let last = self.bodies.partition_point(|body| body.lazy.range().start < bytes.end);
        first..last.max(first)
    }

    /// Whether a lazy body is parsed.
    pub(in crate::python) fn is_parsed(&self, body: usize) -> bool {
        self.bodies[body].parsed.get().is_some()
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

    /// Visits the nodes by segments, in source order, each with the id of its first node and the offset of its first syntax
    /// error. With `whole`, lazy bodies that are not parsed are parsed for it, and not kept; else they are passed over.
    pub(super) fn visit_segments(
        &self,
        whole: bool,
        mut visit: impl FnMut(&[Node], u32, Option<usize>),
    ) {
        for segment in 0..=2 * self.bodies.len() {
            let first_id = self.first_id(segment);
            let Some(body) = self.bodies.get(segment / 2).filter(|_| segment % 2 == 1) else {
                visit(self.segment_nodes(segment), first_id, self.error);
                continue;
            };
            if let Some(parsed) = body.parsed.get() {
                visit(&parsed.nodes, first_id, parsed.error);
            } else if whole {
                let parsed = parse_body(&self.code, &body.lazy, body.function.0, first_id);
                visit(&parsed.nodes, first_id, parsed.error);
            }
        }
    }

    /// The lazy bodies that are not parsed, in source order.
    pub(super) fn unparsed_bodies(&self) -> impl Iterator<Item = &LazyBody> {
        self.bodies.iter().filter(|body| body.parsed.get().is_none()).map(|body| &body.lazy)
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
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::Field;

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
            LazyBody { def, parameters, body, attributes_set: Vec::new(), stored: None }
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
