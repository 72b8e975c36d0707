//! Parses a text without its lazy bodies, and each of these by itself. It does not know who accesses a body, or why.

use super::kind::{Field, Kind};
use super::lazy_body::LazyBody;
use super::parser::{Node, ParsedText, to_u32};

/// No text has more nodes than this for each of its bytes.
pub(super) const NODES_PER_BYTE: usize = 8;

/// A function whose parameters and body were left out, as it was parsed.
pub(super) struct Header {
    /// The index of its node.
    pub(super) function: usize,
    /// The index of its first node that comes with the body: the parameters.
    rest: usize,
    /// The byte after its body.
    pub(super) end: usize,
}

/// Parses one lazy body: its nodes get ids from `first_id` on, below the node of the `function`.
pub(super) fn parse_body(code: &str, lazy: &LazyBody, function: u32, first_id: u32) -> ParsedText {
    let offset = to_u32(lazy.def);
    let fragment = ParsedText::of(&code[lazy.range()]);
    let Some(rest) = rest_of(&fragment, lazy) else {
        let [start, end] = [lazy.body.start, lazy.body.end].map(to_u32);
        let empty = |kind, field, id| Node {
            start,
            end,
            parent: function,
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
        parent: if node.parent == 1 { function } else { id(node.parent) },
        subtree_end: id(node.subtree_end),
        ..*node
    };
    ParsedText { nodes: fragment.nodes[rest].iter().map(own).collect(), error: None }
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
pub(super) fn headers(parsed: &ParsedText, bodies: &[LazyBody]) -> Option<Vec<Header>> {
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

/// At least as many as the largest segment of [`segments`] has nodes, of `count` in all.
pub(super) fn most_between(headers: &[Header], count: usize) -> usize {
    let ends = headers.iter().map(|header| header.rest).chain([count]);
    let starts = [0].into_iter().chain(headers.iter().map(|header| header.rest));
    ends.zip(starts).map(|(end, start)| end - start).max().unwrap_or(count)
}

/// The nodes outside of the lazy bodies, numbered by segments; also where each segment begins, and the ids of the functions.
pub(super) fn segments(
    nodes: &[Node],
    headers: &[Header],
    shift: u32,
) -> (Vec<Node>, Vec<u32>, Vec<u32>) {
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
    let functions = functions.into_iter().map(id).collect();
    (kept, starts, functions)
}
