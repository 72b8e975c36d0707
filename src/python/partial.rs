//! Partial parsing: only functions that contain an anchor are parsed at first, the others when a query needs them. Answers are
//! those of the fully parsed file.

use std::collections::BTreeSet;
use std::ops::Range;

use super::model::Model;
use super::syntax::{Field, NodeId, Tree, closing_bracket, functions, is_identifier_byte};
use crate::text::{Finder, SourceFile};

impl Model {
    /// Parses and binds a file without the bodies of the functions that have no anchor: `anchors` are the offsets, in
    /// order, of the identifiers that matter. A file whose functions cannot be delimited with certainty is parsed fully.
    pub fn partial(source: SourceFile, module: impl Into<String>, anchors: &[usize]) -> Self {
        Self::partial_with(source, module, anchors, |_| false)
    }

    /// The same with the functions whose bytes `test` accepts.
    pub fn partial_with(
        source: SourceFile,
        module: impl Into<String>,
        anchors: &[usize],
        test: impl Fn(Range<usize>) -> bool,
    ) -> Self {
        let code = source.code();
        // A comment anywhere may opt the whole file out, and `global` binds names of the module.
        let has_no_skip = memchr::memmem::find(code.as_bytes(), b"skip-file").is_none();
        let functions = has_no_skip.then(|| functions(code, anchors)).flatten().unwrap_or_default();
        let global = Finder::new(["global"]);
        let lazy = functions.into_iter().filter(|f| !f.must_parse && !f.lazy.body.is_empty());
        let lazy = lazy
            .map(|f| f.lazy)
            .filter(|l| !test(l.range()))
            .filter(|l| !l.names(code, &global, |before, _| begins_statement(before)));
        let bodies: Vec<_> = lazy.collect();
        let partial = (!bodies.is_empty())
            .then(|| Tree::parse_partial(source.shared_code(), bodies))
            .flatten();
        let tree = partial.unwrap_or_else(|| Tree::parse(source.code()));
        Self::from_tree(source, module.into(), tree)
    }

    /// Whether all of the file was parsed from the start.
    pub fn is_fully_parsed(&self) -> bool {
        self.tree.is_fully_parsed()
    }

    /// How many bytes of the file are not parsed so far.
    pub fn bytes_left_out(&self) -> usize {
        let parsed: BTreeSet<usize> = self.tree.parsed_bodies().collect();
        let open = self.tree.lazy_bodies().filter(|(index, _)| !parsed.contains(index));
        open.map(|(_, lazy)| lazy.bytes_left_out()).sum()
    }

    /// How many functions are parsed only when they are asked for, and how many of them were.
    pub fn lazy_functions(&self) -> (usize, usize) {
        (self.tree.lazy_bodies().count(), self.tree.parsed_bodies().count())
    }

    /// Parses all of the file. Invalidates all node ids, unless that was done already.
    pub fn into_fully_parsed(self) -> Self {
        if self.is_fully_parsed() {
            return self;
        }
        let Self { source, module, is_test, script_modules, .. } = self;
        let mut whole = Self::new(source, module);
        (whole.is_test, whole.script_modules) = (is_test, script_modules);
        whole
    }

    /// Parses every function that contains an identifier; returns whether any of them was not parsed before.
    pub fn parse_naming(&self, word: &str) -> bool {
        self.tree.parse_naming(word)
    }

    /// The same for every function that contains one of these identifiers where `test` accepts the function's text before
    /// and after it.
    pub fn parse_naming_any(&self, words: &Finder, test: impl Fn(&[u8], &[u8]) -> bool) -> bool {
        self.tree.parse_bodies(|lazy, code| lazy.names(code, words, &test))
    }

    /// The text of a function's return annotation. It parses no function.
    pub fn return_annotation(&self, function: NodeId) -> Option<&str> {
        match self.tree.lazy_body(function) {
            Some((_, lazy)) => lazy.return_annotation(self.source.code()),
            None => self.child(function, Field::ReturnType).map(|node| self.text(node)),
        }
    }

    /// The attribute of `self` that a function returns, if it does nothing else. It parses no function.
    pub fn returned_attribute(&self, function: NodeId) -> Option<&str> {
        self.returned_text(function)?.strip_prefix("self.").filter(|name| is_identifier(name))
    }

    /// The name whose value a function returns, if it does nothing else. It parses no function.
    pub fn returned_name(&self, function: NodeId) -> Option<&str> {
        self.returned_text(function).filter(|name| is_identifier(name))
    }

    /// Whether a function that is not parsed calls the `__init__` of a base before it calls anything else; none where its text
    /// does not tell. It parses no function.
    pub fn begins_with_base_init(&self, function: NodeId) -> Option<bool> {
        let (body, lazy) = self.tree.lazy_body(function)?;
        if self.tree.is_parsed(body) {
            return None;
        }
        let mut rest = self.source.code()[lazy.body.clone()].trim_start();
        while !rest.is_empty() {
            let line = rest.lines().next().unwrap_or_default();
            if let Some(open) = line.find('(').filter(|_| !line.starts_with('#')) {
                let callee = &line[..open];
                let is_super = callee == "super" && line[open..].starts_with("().__init__(");
                let is_path = callee.bytes().all(|b| is_identifier_byte(b) || b == b'.');
                let from = match is_super {
                    true => open + "().__init__".len(),
                    false if is_path && callee.ends_with(".__init__") => open,
                    false => return None,
                };
                let end = closing_bracket(rest.as_bytes(), from)? + 1;
                let behind = rest[end..].lines().next().unwrap_or_default().trim_start();
                return (behind.is_empty() || behind.starts_with('#')).then_some(true);
            }
            // What is left to the parser: other brackets, strings, blocks and continued lines.
            let is_plain = |line: &str| !line.contains(['[', '{', '"', '\'', '\\', ';', ':', '@']);
            if !line.starts_with('#') && !is_plain(line) {
                return None;
            }
            rest = rest[line.len()..].trim_start();
        }
        None
    }

    /// What follows the `return` of a function that does nothing else.
    fn returned_text(&self, function: NodeId) -> Option<&str> {
        self.body_text(function)?.trim().strip_prefix("return ")
    }

    /// The text of a function's body. It parses no function.
    pub fn body_text(&self, function: NodeId) -> Option<&str> {
        match self.tree.lazy_body(function) {
            Some((_, lazy)) => Some(&self.source.code()[lazy.body.clone()]),
            None => self.child(function, Field::Body).map(|body| self.text(body)),
        }
    }
}

fn is_identifier(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(is_identifier_byte)
}

/// Whether a statement can begin behind a text.
fn begins_statement(text: &[u8]) -> bool {
    let before = text.trim_ascii_end();
    let white = &text[before.len()..];
    white.contains(&b'\n')
        || before.is_empty()
        || matches!(before.last(), Some(b';' | b':' | b'\\'))
}
