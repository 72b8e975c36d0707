//! Runs the parser over a text and keeps the named nodes in one vector. It knows no lazy bodies.

use std::cell::RefCell;

use super::chunks::{CHUNK_SIZE, chunks};
use super::kind::{Field, Kind};
use super::masking::{CommentRun, Substitute, comment_runs, substitute, without_comments};

/// A node; the nodes of a text come in source order, a parent before its children.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Node {
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) parent: u32,
    /// The first node after this node's subtree: its next sibling, where it has one.
    pub(super) subtree_end: u32,
    pub(super) kind: Kind,
    pub(super) field: Field,
}

/// The nodes of a parsed text and the offset of the first syntax error.
#[derive(Debug, Default)]
pub(super) struct ParsedText {
    pub(super) nodes: Vec<Node>,
    pub(super) error: Option<usize>,
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

impl ParsedText {
    /// Parses a text. Parents and ends of subtrees are indices of its nodes.
    pub(super) fn of(code: &str) -> Self {
        let parsed = Self::with_comments_apart(code);
        if parsed.error.is_none() {
            return parsed;
        }
        substitute(code).and_then(|substitute| Self::substituted(&substitute)).unwrap_or(parsed)
    }

    /// Parses a text with substitutes; none if the parser has errors all the same.
    fn substituted(substitute: &Substitute) -> Option<Self> {
        let mut parsed = Self::with_comments_apart(&substitute.text);
        for node in &mut parsed.nodes {
            let is_star = substitute.stars.binary_search(&(node.start as usize)).is_ok();
            if is_star && node.kind == Kind::UnaryOperator {
                node.kind = Kind::ListSplat;
            }
        }
        parsed.error.is_none().then_some(parsed)
    }

    /// Parses a text without its long runs of comments, for which the parser takes quadratic time, and adds these.
    fn with_comments_apart(code: &str) -> Self {
        let runs = comment_runs(code);
        if runs.is_empty() {
            return Self::in_chunks(code, CHUNK_SIZE);
        }
        let parsed = Self::in_chunks(&without_comments(code, &runs), CHUNK_SIZE);
        parsed.with_comments(&runs).unwrap_or_else(|| Self::in_chunks(code, CHUNK_SIZE))
    }

    /// Adds comments that were hidden, in source order; none if what they belong to is not certain.
    fn with_comments(self, runs: &[CommentRun]) -> Option<Self> {
        let comments: Vec<usize> =
            (0..self.nodes.len()).filter(|id| self.nodes[*id].kind == Kind::Comment).collect();
        let find = |start: usize| {
            let of = |id: &usize| self.nodes[*id].start as usize;
            comments.binary_search_by_key(&start, of).ok().map(|at| comments[at])
        };
        // The ids of the comments after which some are added, and how many are added up to there.
        let mut places: Vec<(usize, usize)> = Vec::with_capacity(runs.len());
        let mut added = 0;
        for run in runs {
            let (before, after) = (find(run.before)?, find(run.after)?);
            if self.nodes[before].parent != self.nodes[after].parent || before + 1 != after {
                return None;
            }
            added += run.comments.len();
            places.push((before, added));
        }
        let shift = |id: usize| {
            let place = places.partition_point(|(before, _)| *before < id);
            to_u32(id + place.checked_sub(1).map_or(0, |last| places[last].1))
        };
        let mut nodes: Vec<Node> = Vec::with_capacity(self.nodes.len() + added);
        let mut pending = places.iter().zip(runs).peekable();
        for (id, node) in self.nodes.iter().enumerate() {
            let own = to_u32(nodes.len());
            let is_leaf = node.subtree_end as usize == id + 1;
            let subtree_end = if is_leaf { own + 1 } else { shift(node.subtree_end as usize) };
            let node = Node { parent: shift(node.parent as usize), subtree_end, ..*node };
            nodes.push(node);
            if let Some((_, run)) = pending.next_if(|((before, _), _)| *before == id) {
                nodes.extend(run.comments.iter().zip(own + 1..).map(|(comment, id)| Node {
                    start: to_u32(comment.start),
                    end: to_u32(comment.end),
                    subtree_end: id + 1,
                    ..node
                }));
            }
        }
        Some(Self { nodes, error: self.error })
    }

    /// Parses chunks of about `size` bytes one after another: tree-sitter's own tree takes many times the memory of the text.
    fn in_chunks(code: &str, size: usize) -> Self {
        let mut parsed_text = Self::default();
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
            parsed_text.append(&parsed, from);
            (from, at, step) = (chunk.end, at + 1, 1);
        }
        // Many trees live at once, and a vector that grew is up to half empty.
        parsed_text.nodes.shrink_to_fit();
        // The grammar counts the CR of a CRLF to the comment before it.
        for node in parsed_text.nodes.iter_mut().filter(|n| n.kind == Kind::Comment) {
            let text = &code.as_bytes()[node.start as usize..node.end as usize];
            node.end -= u32::from(text.ends_with(b"\r"));
        }
        parsed_text
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

    /// The child of a node with this field.
    pub(super) fn child(&self, parent: usize, field: Field) -> Option<usize> {
        let end = self.nodes[parent].subtree_end as usize;
        let next = |child: usize| (child < end).then_some(child);
        std::iter::successors(next(parent + 1), |c| next(self.nodes[*c].subtree_end as usize))
            .find(|c| self.nodes[*c].field == field)
    }
}

/// A count of bytes or nodes in a file.
pub(super) fn to_u32(count: usize) -> u32 {
    u32::try_from(count).expect("files are smaller than 4 GiB")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The chunk sizes at which the nodes differ from those of the text parsed at once.
    fn sizes_that_differ(code: &str) -> Vec<usize> {
        let whole = ParsedText::in_chunks(code, usize::MAX / 2);
        let differs = |size: &usize| ParsedText::in_chunks(code, *size).nodes != whole.nodes;
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
            assert_eq!(ParsedText::of(code).error, None, "{code}");
            assert_eq!(sizes_that_differ(code), [0; 0], "{code}");
        }
    }

    #[test]
    fn hidden_comments_do_not_change_the_tree() {
        let lines = |indent: &str| format!("{indent}# é: c\r\n\n").repeat(80);
        let [none, four] = [lines(""), lines("    ")];
        for code in [
            none.clone(),
            format!("def f():\n    a\n{none}b\n"),
            format!("def f():\n    a\n{four}{none}b\n"),
            format!("def f():\n{none}    a\n{four}    b\n{four}"),
            format!("x = [\n    a,\n{four}    b,\n{none}]\n{none}y = 1\n"),
            format!("class A:\n{four}    def f(): a\n{none}{four}\n    b\n{none}"),
            format!("x = f'''\n{none}'''\n{none}def f(:\n{none}"),
        ] {
            assert!(!comment_runs(&code).is_empty());
            let (apart, whole) =
                (ParsedText::of(&code), ParsedText::in_chunks(&code, usize::MAX / 2));
            assert_eq!(apart.nodes, whole.nodes, "{code}");
            assert_eq!(apart.error, whole.error, "{code}");
        }
    }

    #[test]
    fn stars_that_the_grammar_does_not_have_are_no_errors() {
        for code in ["x = a, *[b]\n", "for x in a, *(b or c): d\n", "yield *{a}, b\n"] {
            assert_eq!(ParsedText::of(code).error, None, "{code}");
        }
        for code in
            ["yield *\n", "x = a, *\n", "return *b, *\n", "*(a, b), c = d\n", "a, *[b] = c\n"]
        {
            assert!(ParsedText::of(code).error.is_some(), "{code}");
        }
        let splat = ParsedText::of("return a, *[b]\n")
            .nodes
            .into_iter()
            .find(|n| n.kind == Kind::ListSplat);
        assert_eq!(splat.map(|n| (n.start, n.end)), Some((10, 14)));
    }

    #[test]
    fn a_star_in_a_subscript_is_a_splat() {
        let parsed = ParsedText::of("x = Literal[*names]\nclass A[T = int](B[T]): pass\n");
        assert_eq!(parsed.error, None);
        let splat = parsed.nodes.iter().find(|n| n.kind == Kind::ListSplat).unwrap();
        assert_eq!((splat.start, splat.end), (12, 18));
    }

    #[test]
    fn an_error_is_found_in_any_chunk() {
        for code in ["a\nb = (\nc\nd\ne\n", "a\nb\nc = )\nd\n", "a\nb\nc\nd = '''\n"] {
            assert!(ParsedText::in_chunks(code, 1).error.is_some(), "{code}");
        }
    }
}
