//! Puts what of functions was left out of a tree in where it belongs, without parsing the rest anew. It knows where the holes
//! are, not who asked for them.

use std::sync::Arc;

use super::holes::Holes;

use super::kind::{Field, Kind};
use super::tree::{Node, NodeId, Tree};

/// One body, or list of parameters, that goes in.
struct Graft {
    /// What stood for it.
    hollow: usize,
    /// The function in the small tree.
    function: usize,
    /// The nodes there: the parameters, or the block and the comments in front of it.
    nodes: std::ops::Range<usize>,
    /// How far its bytes in the whole text are behind those in the small one.
    shift: usize,
    /// How many nodes the grafts before it, and it, add.
    added: usize,
}

impl Tree {
    /// The tree with what is in those of its holes that were asked for. None when that cannot be read by itself.
    pub(super) fn grown(&self, code: &str) -> Option<Self> {
        let holes = self.holes();
        let left = Arc::new(Holes::new(holes.unasked()));
        let asked: Vec<usize> = (0..holes.len()).filter(|h| holes.is_asked_for(*h)).collect();
        let mut text = String::new();
        let mut starts = Vec::new();
        for hole in &asked {
            starts.push(text.len());
            text.push_str(&code[holes.hole(*hole).def..holes.hole(*hole).body.end]);
            if !text.ends_with('\n') {
                text.push('\n');
            }
        }
        let small = Self::parse(&text);
        let grafts = self.grafts(&small, &asked, &starts)?;
        let mut nodes = Vec::with_capacity(self.len() + small.len());
        let mut next = grafts.iter().peekable();
        for (index, node) in self.nodes.iter().enumerate() {
            match next.next_if(|g| g.hollow == index) {
                Some(graft) => add(&mut nodes, &small, graft, moved(&grafts, node.parent)),
                None => nodes.push(Node {
                    parent: moved(&grafts, node.parent),
                    after: moved(&grafts, node.after),
                    ..*node
                }),
            }
        }
        let kept = self.hollow.iter().filter(|(_, hole)| !holes.is_asked_for(*hole));
        let before = |hole: usize| asked.partition_point(|a| *a < hole);
        let hollow = kept.map(|(part, hole)| {
            (NodeId::at(moved(&grafts, small_id(self.rank(*part)))), hole - before(*hole))
        });
        let hollow = hollow.collect();
        Some(Self { nodes, error: None, holes: left, hollow })
    }

    /// Where the functions of the small tree go, in source order.
    fn grafts(&self, small: &Self, asked: &[usize], starts: &[usize]) -> Option<Vec<Graft>> {
        let functions: Vec<NodeId> = small.children(NodeId::ROOT).collect();
        if small.error().is_some() || functions.len() != asked.len() {
            return None;
        }
        let mut added = 0;
        let mut grafts = Vec::new();
        for ((function, hole), start) in functions.into_iter().zip(asked).zip(starts) {
            let part = |field| small.children(function).find(|c| small.field(*c) == field);
            let (parameters, body) = (part(Field::Parameters)?, part(Field::Body)?);
            let is_it =
                small.kind(function) == Kind::FunctionDefinition && small.start(function) == *start;
            let shift = self.holes().hole(*hole).def - start;
            let begin = self.holes().hole(*hole).body.start - shift;
            let first = small.all_children(function).find(|c| small.start(*c) >= begin)?;
            let after = |node: NodeId| small.nodes[small.rank(node)].after as usize;
            if !is_it || first > body || small.rank(body) + 1 == after(body) {
                return None;
            }
            let from = self.hollow.partition_point(|(_, h)| h < hole);
            for (part, _) in self.hollow[from..].iter().take_while(|(_, h)| h == hole) {
                let nodes = match self.kind(*part) {
                    Kind::Block => small.rank(first)..after(body),
                    _ => small.rank(parameters)..after(parameters),
                };
                added += nodes.len() - 1;
                let (hollow, function) = (self.rank(*part), small.rank(function));
                grafts.push(Graft { hollow, function, nodes, shift, added });
            }
        }
        Some(grafts)
    }
}

/// Adds the nodes of one body, below the function with this id.
fn add(nodes: &mut Vec<Node>, small: &Tree, graft: &Graft, function: u32) {
    let first = small_id(nodes.len());
    let origin = small_id(graft.nodes.start);
    let shift = small_id(graft.shift);
    for node in &small.nodes[graft.nodes.clone()] {
        let is_child = node.parent as usize == graft.function;
        nodes.push(Node {
            start: node.start + shift,
            end: node.end + shift,
            parent: if is_child { function } else { node.parent - origin + first },
            after: node.after - origin + first,
            ..*node
        });
    }
}

/// The id that an old one has among the new nodes.
fn moved(grafts: &[Graft], id: u32) -> u32 {
    let before = grafts.partition_point(|g| g.hollow < id as usize);
    id + before.checked_sub(1).map_or(0, |last| small_id(grafts[last].added))
}

fn small_id(count: usize) -> u32 {
    u32::try_from(count).expect("files are smaller than 4 GiB")
}

#[cfg(test)]
mod tests {
    use super::super::holes::Hole;
    use super::*;

    /// Every node as text, by the tree of all of the code, and by one that was grown from a part of it.
    fn both(code: &str, bodies: &[&str], wanted: &[&str]) -> [Vec<String>; 2] {
        let hole = |body: &&str| {
            let start = code.find(body).unwrap();
            let def = code[..start].rfind("def").unwrap();
            let open = def + code[def..].find('(').unwrap() + 1;
            let parameters = open..open + code[open..].find(')').unwrap();
            let body = start..start + body.len();
            Hole { def, parameters, body, sets: Vec::new() }
        };
        let holes = Arc::new(Holes::new(bodies.iter().map(hole)));
        let part = Tree::without(code, holes);
        assert!(part.has_every_hole());
        for word in wanted {
            part.holes().ask_naming(code, word, |_, _| true);
        }
        let grown = part.grown(code).unwrap();
        let shown = |tree: &Tree| {
            let one = |n: NodeId| {
                let parent = tree.parent(n).map(|p| tree.kind(p));
                let text = code[tree.range(n)].trim_end().to_owned();
                format!("{:?} {:?} {:?} {text:?}", tree.kind(n), tree.field(n), parent)
            };
            tree.seen().map(one).collect::<Vec<_>>()
        };
        [shown(&Tree::parse(code)), shown(&grown)]
    }

    #[test]
    fn a_tree_that_is_grown_whole_is_the_whole_tree() {
        let code = "import a\n\nclass A(B):\n    def f(self):\n        x = [1]\n        return x\n\n    async \
                    def g(self): # c\n        await z\n    y = 1\ndef h():\n    '''é'''\n    def i(): q\n";
        let bodies = [
            "        x = [1]\n        return x\n",
            "        await z\n",
            "    '''é'''\n    def i(): q\n",
        ];
        let [whole, grown] = both(&code.replace("async def", "def"), &bodies, &["x", "z", "q"]);
        assert_eq!(whole, grown);
    }

    #[test]
    fn the_comments_in_front_of_a_body_come_with_it() {
        let code = "def f():\n    # a:\n# b\n      # c\n    x\n\n\ndef g():  # d\n    y\n";
        let [whole, grown] =
            both(code, &["    # a:\n# b\n      # c\n    x\n", "    y\n"], &["x", "y"]);
        assert_eq!(whole, grown);
    }

    #[test]
    fn what_was_not_asked_for_stays_out() {
        let code = "def f():\n    a\ndef g():\n    b\ndef h():\n    c\n";
        let [whole, grown] = both(code, &["    a\n", "    b\n", "    c\n"], &["b"]);
        assert_eq!(whole.len() - 4, grown.len());
        assert!(grown.iter().any(|n| n.contains("\"b\"")));
    }
}
