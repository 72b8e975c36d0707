//! Partial parsing: only functions that contain an anchor are parsed at first, the others once a query requests them. Answers
//! are those of the fully parsed file, or the model reports that it needs completion.

use super::model::Model;
use super::syntax::{LazyBodies, Tree, functions};
use crate::text::{Finder, SourceFile};

impl Model {
    /// Parses and binds a file without the bodies of the functions that have no anchor: `anchors` are the offsets, in
    /// order, of the identifiers that matter. A file whose functions cannot be delimited with certainty is parsed fully.
    pub fn partial(source: SourceFile, module: impl Into<String>, anchors: &[usize]) -> Self {
        let code = source.code();
        // A comment anywhere may opt the whole file out, and `global` binds names of the module.
        let has_no_skip = memchr::memmem::find(code.as_bytes(), b"skip-file").is_none();
        let functions = has_no_skip.then(|| functions(code, anchors)).flatten().unwrap_or_default();
        let lazy = functions.into_iter().filter(|f| !f.must_parse && !f.lazy.body.is_empty());
        let bodies = LazyBodies::new(lazy.map(|f| f.lazy));
        bodies.request_naming(code, "global", begins_statement);
        let bodies = LazyBodies::new(bodies.unrequested());
        if bodies.is_empty() {
            return Self::new(source, module);
        }
        let mut model = Self::with_lazy_bodies(source, module.into(), bodies);
        // The omitted bodies may themselves have caused a syntax error.
        if model.tree.error().is_some() || !model.tree.has_every_lazy_body() {
            model.parse_fully();
        }
        model
    }

    /// Whether a query since the last parse depended on a body that is not parsed: its answer is provisional then.
    pub fn needs_completion(&self) -> bool {
        self.tree.lazy_bodies().any_requested()
    }

    /// Parses the requested bodies. Invalidates all node ids.
    pub fn complete(&mut self) {
        if self.needs_completion() {
            let code = self.source.code();
            let tree = self.tree.with_requested_bodies(code).unwrap_or_else(|| Tree::parse(code));
            self.replace_tree(tree);
        }
    }

    /// Whether all of the file is parsed.
    pub fn is_fully_parsed(&self) -> bool {
        self.tree.lazy_bodies().is_empty()
    }

    /// Parses all of the file unless that was done already. Invalidates all node ids if it was not.
    pub fn parse_fully(&mut self) {
        if !self.is_fully_parsed() {
            self.replace_tree(Tree::parse(self.source.code()));
        }
    }

    /// Requests every function that contains one of these identifiers where `test` accepts the function's text before and
    /// after it.
    pub fn request_naming_any(&self, words: &Finder, test: impl Fn(&[u8], &[u8]) -> bool) {
        self.tree.lazy_bodies().request_naming_any(self.source.code(), words, test);
    }
}

/// Whether a statement can begin at an offset.
fn begins_statement(text: &[u8], at: usize) -> bool {
    let before = text[..at].trim_ascii_end();
    let white = &text[before.len()..at];
    white.contains(&b'\n')
        || before.is_empty()
        || matches!(before.last(), Some(b';' | b':' | b'\\'))
}
