//! What the bytes of one file say to all who search the project, so that most need not read it again. It reads no disk.

use memchr::memmem;
use serde::{Deserialize, Serialize};
use twox_hash::XxHash3_64;

use super::candidates::is_worth_parsing;
use super::package_graph::imported;
use super::word_set::{WordQuery, WordSet};
use crate::rules::may_suppress;

/// What the text of a file says of itself.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct FileFacts {
    /// Whether it may have a site, or a fact for others.
    pub(super) is_candidate: bool,
    /// Whether it may have a comment that suppresses findings.
    pub(super) may_suppress: bool,
    /// The first names of what it imports, one on each line.
    imports: Box<str>,
    /// Whether it may import all names of a module.
    pub(super) has_star_import: bool,
    /// Gathered if the facts are kept for later runs: within one, it takes longer than to read the file again.
    words: Option<WordSet>,
}

/// More searches of one file are forgotten, the oldest first: a project has one for each round of its wrappers.
const MAX_SEARCHES: usize = 16;

/// The keys of searches that have found nothing in one file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Fruitless(Vec<u64>);

impl Fruitless {
    /// Whether a search is one of them.
    pub(super) fn contains(&self, search: u64) -> bool {
        self.0.contains(&search)
    }

    /// Adds a search.
    pub(super) fn add(&mut self, search: u64) {
        if !self.contains(search) {
            let others = self.0.len().saturating_sub(MAX_SEARCHES - 1);
            self.0.drain(..others);
            self.0.push(search);
        }
    }
}

impl FileFacts {
    /// The facts of a text, with or without its words.
    pub(super) fn of(text: &[u8], with_words: bool) -> Self {
        let mut names: Vec<&str> =
            imported(text).filter_map(|name| std::str::from_utf8(name).ok()).collect();
        names.sort_unstable();
        names.dedup();
        Self {
            is_candidate: is_worth_parsing(text),
            may_suppress: may_suppress(text),
            imports: names.join("\n").into(),
            has_star_import: memmem::find(text, b"import *").is_some(),
            words: with_words.then(|| WordSet::of(text)),
        }
    }

    /// A hash of what the file tells others, if it tells them no more than what it imports, and has none of the words that they
    /// look for.
    pub(super) fn imports_only(text: &[u8], is_given: bool, words: &WordQuery) -> Option<u64> {
        let facts = Self::of(text, false);
        let tells_more = facts.is_candidate
            || facts.has_star_import
            || facts.may_suppress && is_given
            || words.occurs_in(text);
        (!tells_more).then(|| facts.imports_hash())
    }

    /// A hash of what the file imports.
    pub(super) fn imports_hash(&self) -> u64 {
        XxHash3_64::oneshot(self.imports.as_bytes())
    }

    /// The first names of what the file imports, each once.
    pub(super) fn imports(&self) -> impl Iterator<Item = &str> {
        self.imports.lines()
    }

    /// Whether one of the words may be in the file.
    pub(super) fn may_have_any(&self, query: &WordQuery) -> bool {
        self.words.as_ref().is_none_or(|words| words.may_have_any(query))
    }
}
