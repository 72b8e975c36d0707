//! Parses a text without its lazy bodies, and each of these by itself. It does not know who accesses a body, or why.

use std::sync::{Arc, OnceLock};

use super::kind::{Field, Kind};
use super::lazy_body::{Cuts, LazyBody};
use super::parser::{Node, ParsedText};
use super::tree::{Body, NodeId, Tree, to_u32};

/// No text has more nodes than this for each of its bytes.
const NODES_PER_BYTE: usize = 8;

/// A function whose parameters and body were left out, as it was parsed.
struct Header {
    /// The index of its node.
    function: usize,
    /// The index of its first node that comes with the body: the parameters.
    rest: usize,
    /// The byte after its body.
    end: usize,
}

impl Tree {
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
        let largest = bodies.iter().map(|lazy| lazy.range().len()).max()?;
        if parsed.nodes.len().max(NODES_PER_BYTE * largest) >> shift > 0 {
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
        let body = |(lazy, function)| Body { lazy, function, parsed: OnceLock::new() };
        let bodies = bodies.into_iter().zip(functions).map(body).collect();
        Some(Self { nodes, starts, error: None, bodies, code, shift })
    }

    /// Parses one lazy body.
    pub(super) fn parse_body(&self, index: usize, body: &Body) -> ParsedText {
        let Body { lazy, function, .. } = body;
        let offset = to_u32(lazy.def);
        let fragment = ParsedText::of(&self.code[lazy.range()]);
        let first_id = self.first_id(2 * index + 1);
        let Some(rest) = rest_of(&fragment, lazy) else {
            let [start, end] = [lazy.body.start, lazy.body.end].map(to_u32);
            let empty = |kind, field, id| Node {
                start,
                end,
                parent: function.0,
                subtree_end: id + 1,
                kind,
                field,
            };
            let nodes = vec![
                empty(Kind::Parameters, Field::Parameters, first_id),
                empty(Kind::Block, Field::Body, first_id + 1),
            ];
            let error = lazy.def + fragment.error.unwrap_or(0);
            return ParsedText { nodes, error: Some(error) };
        };
        let start = to_u32(rest.start);
        let id = |node: u32| first_id + node - start;
        let own = |node: &Node| Node {
            start: node.start + offset,
            end: node.end + offset,
            parent: if node.parent == 1 { function.0 } else { id(node.parent) },
            subtree_end: id(node.subtree_end),
            ..*node
        };
        ParsedText { nodes: fragment.nodes[rest].iter().map(own).collect(), error: None }
    }
}

/// The nodes of a function, which is parsed by itself, from its parameters on; `None` if it cannot be parsed by itself.
fn rest_of(fragment: &ParsedText, lazy: &LazyBody) -> Option<std::ops::Range<usize>> {
    let nodes = &fragment.nodes;
    let function = nodes.get(1).filter(|n| n.kind == Kind::FunctionDefinition && n.start == 0)?;
    let end = function.subtree_end as usize;
    let (parameters, body) =
        (fragment.child(1, Field::Parameters)?, fragment.child(1, Field::Body)?);
    let is_in_body = |n: &Node| n.start as usize + lazy.def >= lazy.body.start;
    let is_whole = fragment.error.is_none()
        && nodes[end..].iter().all(|n| n.kind == Kind::Comment)
        && is_in_body(&nodes[body])
        && body + 1 < nodes[body].subtree_end as usize
        && (end - parameters) <= NODES_PER_BYTE * lazy.range().len();
    is_whole.then_some(parameters..end)
}

/// The functions of the lazy bodies; `None` if the order differs.
fn headers(parsed: &ParsedText, bodies: &[LazyBody]) -> Option<Vec<Header>> {
    let mut headers: Vec<Header> = Vec::with_capacity(bodies.len());
    for (index, node) in parsed.nodes.iter().enumerate() {
        if node.kind == Kind::FunctionDefinition
            && let Some(lazy) = bodies.get(headers.len())
            && lazy.def == node.start as usize
        {
            let rest = parsed.child(index, Field::Parameters)?;
            parsed.child(index, Field::Body)?;
            headers.push(Header { function: index, rest, end: lazy.body.end });
        }
    }
    Some(headers)
}

/// The nodes outside of the lazy bodies, numbered by segments; also where each segment begins, and the ids of the functions.
fn segments(nodes: &[Node], headers: &[Header], shift: u32) -> (Vec<Node>, Vec<u32>, Vec<NodeId>) {
    // Comments below a body may have become part of the function.
    let mut kept = Vec::with_capacity(nodes.len());
    let mut kept_before = Vec::with_capacity(nodes.len() + 1);
    let mut starts = vec![0];
    let mut pending = headers.iter().peekable();
    let mut rest: Option<(&Header, u32)> = None;
    for (index, node) in nodes.iter().enumerate() {
        kept_before.push(to_u32(kept.len()));
        if let Some(header) = pending.next_if(|header| header.rest == index) {
            rest = Some((header, nodes[header.function].subtree_end));
            starts.push(to_u32(kept.len()));
        }
        match rest.filter(|(_, end)| index < *end as usize) {
            None => kept.push(*node),
            Some((header, _))
                if node.kind == Kind::Comment && node.start as usize >= header.end =>
            {
                kept.push(Node { parent: to_u32(header.function), ..*node })
            }
            Some(_) => {}
        }
    }
    kept_before.push(to_u32(kept.len()));
    let id = |at: u32| {
        let segment = starts.partition_point(|start| *start <= at) - 1;
        (to_u32(2 * segment) << shift) + at - starts[segment]
    };
    let functions: Vec<u32> = headers.iter().map(|h| kept_before[h.function]).collect();
    let mut segment = 0;
    for at in 0..kept.len() {
        let index = to_u32(at);
        segment += usize::from(starts.get(segment + 1) == Some(&index));
        let end = kept_before[kept[at].subtree_end as usize];
        // A node of a header, the name for example, ends before the body.
        let is_in_header = functions.get(segment).is_some_and(|function| *function < index)
            && starts.get(segment + 1) == Some(&end);
        kept[at].subtree_end = if is_in_header { id(end - 1) + 1 } else { id(end) };
        kept[at].parent = id(kept_before[kept[at].parent as usize]);
    }
    kept.shrink_to_fit();
    let functions = functions.into_iter().map(|at| NodeId(id(at))).collect();
    (kept, starts, functions)
}

#[cfg(test)]
mod tests {
    use super::*;

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
