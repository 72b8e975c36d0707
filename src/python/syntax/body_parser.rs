//! Splices lazily parsed bodies into the tree without parsing the rest again. It knows which bodies were requested, not why.

use std::sync::Arc;

use super::kind::{Field, Kind};
use super::lazy_body::LazyBodies;
use super::tree::{Node, NodeId, Tree};

/// One body or parameter list, parsed in the fragment tree, to be inserted into the partial one.
struct Splice {
    /// The index of the placeholder that it replaces.
    placeholder: usize,
    /// The index of its function in the fragment tree.
    function: usize,
    /// Its nodes in the fragment tree: the parameters, or the block and the comments in front of it.
    nodes: std::ops::Range<usize>,
    /// What to add to an offset in the fragment's text to get the offset in the source.
    shift: usize,
    /// The number of nodes added by this splice and those before it.
    added: usize,
}

impl Tree {
    /// The tree with its requested bodies parsed; `None` if one of them cannot be parsed by itself.
    pub(in crate::python) fn with_requested_bodies(&self, code: &str) -> Option<Self> {
        let bodies = self.lazy_bodies();
        let lazy_bodies = Arc::new(LazyBodies::new(bodies.unrequested()));
        let requested: Vec<usize> = (0..bodies.len()).filter(|i| bodies.is_requested(*i)).collect();
        let mut text = String::new();
        let mut starts = Vec::new();
        for index in &requested {
            starts.push(text.len());
            let lazy = bodies.get(*index);
            text.push_str(&code[lazy.def..lazy.body.end]);
            if !text.ends_with('\n') {
                text.push('\n');
            }
        }
        let fragment = Self::parse(&text);
        let splices = self.splices(&fragment, &requested, &starts)?;
        let mut nodes = Vec::with_capacity(self.len() + fragment.len());
        let mut next = splices.iter().peekable();
        for (index, node) in self.nodes.iter().enumerate() {
            match next.next_if(|s| s.placeholder == index) {
                Some(splice) => {
                    append(&mut nodes, &fragment, splice, new_id(&splices, node.parent))
                }
                None => nodes.push(Node {
                    parent: new_id(&splices, node.parent),
                    subtree_end: new_id(&splices, node.subtree_end),
                    ..*node
                }),
            }
        }
        let kept = self.placeholders.iter().filter(|(_, body)| !bodies.is_requested(*body));
        let before = |body: usize| requested.partition_point(|r| *r < body);
        let placeholders = kept.map(|(part, body)| {
            (NodeId::from_index(new_id(&splices, to_u32(part.index()))), body - before(*body))
        });
        let placeholders = placeholders.collect();
        Some(Self { nodes, error: None, lazy_bodies, placeholders })
    }

    /// The splices of the fragment's functions, in source order.
    fn splices(
        &self,
        fragment: &Self,
        requested: &[usize],
        starts: &[usize],
    ) -> Option<Vec<Splice>> {
        let functions: Vec<NodeId> = fragment.children(NodeId::ROOT).collect();
        if fragment.error().is_some() || functions.len() != requested.len() {
            return None;
        }
        let mut added = 0;
        let mut splices = Vec::new();
        for ((function, index), start) in functions.into_iter().zip(requested).zip(starts) {
            let part = |field| fragment.children(function).find(|c| fragment.field(*c) == field);
            let (parameters, body) = (part(Field::Parameters)?, part(Field::Body)?);
            let is_same_function = fragment.kind(function) == Kind::FunctionDefinition
                && fragment.start(function) == *start;
            let lazy = self.lazy_bodies().get(*index);
            let shift = lazy.def - start;
            let begin = lazy.body.start - shift;
            let first = fragment.all_children(function).find(|c| fragment.start(*c) >= begin)?;
            let subtree_end = |node: NodeId| fragment.nodes[node.index()].subtree_end as usize;
            if !is_same_function || first > body || body.index() + 1 == subtree_end(body) {
                return None;
            }
            let from = self.placeholders.partition_point(|(_, body)| body < index);
            for (part, _) in self.placeholders[from..].iter().take_while(|(_, body)| body == index)
            {
                let nodes = match self.kind(*part) {
                    Kind::Block => first.index()..subtree_end(body),
                    _ => parameters.index()..subtree_end(parameters),
                };
                added += nodes.len() - 1;
                let (placeholder, function) = (part.index(), function.index());
                splices.push(Splice { placeholder, function, nodes, shift, added });
            }
        }
        Some(splices)
    }
}

/// Appends the nodes of one body below the function with this index.
fn append(nodes: &mut Vec<Node>, fragment: &Tree, splice: &Splice, function: u32) {
    let first = to_u32(nodes.len());
    let origin = to_u32(splice.nodes.start);
    let shift = to_u32(splice.shift);
    for node in &fragment.nodes[splice.nodes.clone()] {
        let is_child = node.parent as usize == splice.function;
        nodes.push(Node {
            start: node.start + shift,
            end: node.end + shift,
            parent: if is_child { function } else { node.parent - origin + first },
            subtree_end: node.subtree_end - origin + first,
            ..*node
        });
    }
}

/// The index in the new tree of a node of the old one.
fn new_id(splices: &[Splice], id: u32) -> u32 {
    let before = splices.partition_point(|s| s.placeholder < id as usize);
    id + before.checked_sub(1).map_or(0, |last| to_u32(splices[last].added))
}

fn to_u32(count: usize) -> u32 {
    u32::try_from(count).expect("files are smaller than 4 GiB")
}

#[cfg(test)]
mod tests {
    use super::super::lazy_body::LazyBody;
    use super::*;

    /// Every node as text: of the tree of all the code, and of one that was completed from a partial parse.
    fn both(code: &str, bodies: &[&str], wanted: &[&str]) -> [Vec<String>; 2] {
        let lazy = |body: &&str| {
            let start = code.find(body).unwrap();
            let def = code[..start].rfind("def").unwrap();
            let open = def + code[def..].find('(').unwrap() + 1;
            let parameters = open..open + code[open..].find(')').unwrap();
            let body = start..start + body.len();
            LazyBody { def, parameters, body, attributes_set: Vec::new() }
        };
        let bodies = Arc::new(LazyBodies::new(bodies.iter().map(lazy)));
        let part = Tree::parse_partial(code, bodies);
        assert!(part.has_every_lazy_body());
        for word in wanted {
            part.lazy_bodies().request_naming(code, word, |_, _| true);
        }
        let completed = part.with_requested_bodies(code).unwrap();
        let shown = |tree: &Tree| {
            let one = |n: NodeId| {
                let parent = tree.parent(n).map(|p| tree.kind(p));
                let text = code[tree.range(n)].trim_end().to_owned();
                format!("{:?} {:?} {:?} {text:?}", tree.kind(n), tree.field(n), parent)
            };
            tree.parsed_ids().map(one).collect::<Vec<_>>()
        };
        [shown(&Tree::parse(code)), shown(&completed)]
    }

    #[test]
    fn a_fully_completed_tree_equals_the_full_parse() {
        let code = "import a\n\nclass A(B):\n    def f(self):\n        x = [1]\n        return x\n\n    async \
                    def g(self): # c\n        await z\n    y = 1\ndef h():\n    '''é'''\n    def i(): q\n";
        let bodies = [
            "        x = [1]\n        return x\n",
            "        await z\n",
            "    '''é'''\n    def i(): q\n",
        ];
        let [whole, completed] = both(&code.replace("async def", "def"), &bodies, &["x", "z", "q"]);
        assert_eq!(whole, completed);
    }

    #[test]
    fn the_comments_in_front_of_a_body_come_with_it() {
        let code = "def f():\n    # a:\n# b\n      # c\n    x\n\n\ndef g():  # d\n    y\n";
        let [whole, completed] =
            both(code, &["    # a:\n# b\n      # c\n    x\n", "    y\n"], &["x", "y"]);
        assert_eq!(whole, completed);
    }

    #[test]
    fn what_was_not_requested_stays_out() {
        let code = "def f():\n    a\ndef g():\n    b\ndef h():\n    c\n";
        let [whole, completed] = both(code, &["    a\n", "    b\n", "    c\n"], &["b"]);
        assert_eq!(whole.len() - 4, completed.len());
        assert!(completed.iter().any(|n| n.contains("\"b\"")));
    }
}
