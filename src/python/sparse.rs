//! A file of which only those functions are parsed that hold the words somebody looks for, and the others once they are
//! asked for. Answers are those of the whole file, or the model says that it lacks something.

use super::holes::Holes;
use super::model::Model;
use super::outline::outline;
use super::tree::Tree;
use crate::text::{Finder, SourceFile};

impl Model {
    /// Parses and binds a file without the bodies of the functions that have no mark: `marks` are the places, in order, of
    /// the words that matter. A file whose bytes leave a doubt where its functions end is parsed whole.
    pub fn sparse(source: SourceFile, module: impl Into<String>, marks: &[usize]) -> Self {
        let code = source.code();
        // A comment may opt the whole file out from anywhere; `global` says something about the module.
        let is_quiet = memchr::memmem::find(code.as_bytes(), b"skip-file").is_none();
        let defs = is_quiet.then(|| outline(code, marks)).flatten().unwrap_or_default();
        let unmarked = defs.into_iter().filter(|d| !d.is_marked && !d.hole.body.is_empty());
        let holes = Holes::new(unmarked.map(|d| d.hole));
        holes.ask_naming(code, "global", begins_statement);
        let left = Holes::new(holes.unasked());
        if left.is_empty() {
            return Self::new(source, module);
        }
        let mut model = Self::without(source, module.into(), left);
        // What the parser stumbles over, it may have stumbled over because of what it was not shown.
        if model.tree.error().is_some() || !model.tree.has_every_hole() {
            model.parse_whole();
        }
        model
    }

    /// Whether something was asked since that lies in what was not parsed: then no answer is to be trusted.
    pub fn is_lacking(&self) -> bool {
        self.tree.holes().is_asked()
    }

    /// Parses what is lacking, too. Nodes from before mean nothing any more.
    pub fn complete(&mut self) {
        if self.is_lacking() {
            let code = self.source.code();
            let tree = self.tree.grown(code).unwrap_or_else(|| Tree::parse(code));
            self.put(tree);
        }
    }

    /// Whether all of the file was parsed.
    pub fn is_whole(&self) -> bool {
        self.tree.holes().is_empty()
    }

    /// Parses all of the file, unless that was done. Nodes from before mean nothing any more.
    pub fn parse_whole(&mut self) {
        if !self.is_whole() {
            self.put(Tree::parse(self.source.code()));
        }
    }

    /// Says that somebody wants to see every function in which a word stands.
    pub fn ask_for(&self, word: &str) {
        self.tree.holes().ask_naming(self.source.code(), word, |_, _| true);
    }

    /// Says that somebody wants to see every function in which one of these words stands, and for which `test` holds of what
    /// stands before and behind it in the function.
    pub fn ask_for_any(&self, words: &Finder, test: impl Fn(&[u8], &[u8]) -> bool) {
        self.tree.holes().ask_for_any(self.source.code(), words, test);
    }
}

/// Whether what stands at a place can be the first word of a statement.
fn begins_statement(text: &[u8], at: usize) -> bool {
    let before = text[..at].trim_ascii_end();
    let white = &text[before.len()..at];
    white.contains(&b'\n')
        || before.is_empty()
        || matches!(before.last(), Some(b';' | b':' | b'\\'))
}
