//! The identifiers that every site, or task factory, must contain, found in plain text. It reads bytes alone and
//! allocates nothing.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, Match, MatchKind};
use memchr::memmem::{self, Finder};

use crate::python::{is_identifier_byte, is_whole_word};
use crate::tasks::libraries::{Anchor, Mention, anchor_names};

/// Upper bound on the bytes from a name back to the `import` or `getattr` that it belongs to.
const LOOKBACK: usize = 4096;

/// The names, each once, and what finds them.
struct AnchorFinder {
    automaton: AhoCorasick,
    anchors: Vec<&'static Anchor>,
    /// The libraries of the names that are ordinary words.
    libraries: Vec<Finder<'static>>,
}

impl AnchorFinder {
    fn new() -> Self {
        let mut anchors: Vec<&Anchor> = Vec::new();
        let mut libraries: Vec<Finder> = Vec::new();
        for anchor in anchor_names() {
            if !anchors.iter().any(|a| a.name == anchor.name) {
                anchors.push(anchor);
            }
            let library = anchor.library.as_bytes();
            if anchor.mention != Mention::Name && !libraries.iter().any(|l| l.needle() == library) {
                libraries.push(Finder::new(library));
            }
        }
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(anchors.iter().map(|a| a.name))
            .expect("a few words are no gigabytes");
        Self { automaton, anchors, libraries }
    }

    fn get() -> &'static Self {
        static FINDER: LazyLock<AnchorFinder> = LazyLock::new(AnchorFinder::new);
        &FINDER
    }

    fn anchor(&self, found: &Match) -> &'static Anchor {
        self.anchors[found.pattern().as_usize()]
    }

    /// Whether an occurrence of a name may be a site.
    fn may_matter(&self, text: &[u8], found: &Match) -> bool {
        let (before, after) = (&text[..found.start()], &text[found.end()..]);
        is_whole_word(text, found.start(), found.len())
            && may_be_site(before, self.anchor(found), after)
    }

    fn names_library(&self, text: &[u8]) -> bool {
        self.libraries.iter().any(|library| library.find(text).is_some())
    }
}

/// Offsets of the identifiers without which no text has a site or a task factory, in order.
/// Occurrences that cannot matter by the bytes around them are left out.
pub fn anchors(text: &[u8]) -> impl Iterator<Item = usize> + '_ {
    let finder = AnchorFinder::get();
    let found = finder.automaton.find_iter(text);
    found.filter(|m| finder.may_matter(text, m)).map(|m| m.start())
}

/// Whether a text may have a site or a task factory: it has an anchor, and where that is an ordinary word, it also names the
/// library, or a spawner whose name is none, or imports the word. A text without any of the names is searched once.
pub fn may_have_site(text: &[u8]) -> bool {
    let finder = AnchorFinder::get();
    let mut has_anchor = false;
    let mut has_name = false;
    // A bit for each name.
    let (mut imported, mut used) = (0_u64, 0_u64);
    for found in finder.automaton.find_iter(text) {
        let is_word = finder.anchor(&found).mention != Mention::Name;
        has_name |= !is_word;
        let may_matter = finder.may_matter(text, &found);
        if may_matter && (!is_word || (!has_anchor && finder.names_library(text))) {
            return true;
        }
        has_anchor |= may_matter;
        if is_word && is_whole_word(text, found.start(), found.len()) {
            let before = &text[..found.start()];
            let bit = 1 << found.pattern().as_u64();
            imported |= if is_imported(before) { bit } else { 0 };
            used |= if may_matter && !before.ends_with(b".") { bit } else { 0 };
        }
    }
    has_anchor && has_name || imported & used != 0
}

/// Whether a spawner's name between these texts may spawn a task that is not awaited in place.
fn may_be_site(before: &[u8], anchor: &Anchor, after: &[u8]) -> bool {
    let is_called = after.trim_ascii_start().starts_with(b"(");
    let renamed = after.starts_with(b" as ") || before.trim_ascii_end().ends_with(b"=");
    let is_attribute = before.ends_with(b".");
    // What stands before `gather`, and before `asyncio.gather`.
    let owner = before.strip_suffix(b".").and_then(|b| b.strip_suffix(anchor.library.as_bytes()));
    let owner = owner.unwrap_or(before);
    match anchor.mention {
        Mention::UnlessAwaited => match is_called {
            true => !owner.ends_with(b"await "),
            false => is_attribute || renamed || is_asked_for(before, after),
        },
        Mention::Class => {
            let line = &before[memchr::memrchr(b'\n', before).map_or(0, |at| at + 1)..];
            let is_base = line.trim_ascii_start().starts_with(b"class ");
            is_called
                || renamed
                || is_base
                || owner.trim_ascii_end().ends_with(b"=")
                || is_asked_for(before, after)
        }
        Mention::Name => !before.ends_with(b"def "),
    }
}

/// Whether a name between these texts is the string in `getattr(asyncio, "gather")`.
fn is_asked_for(before: &[u8], after: &[u8]) -> bool {
    let (Some((quote @ (b'"' | b'\''), before)), Some(end)) = (before.split_last(), after.first())
    else {
        return false;
    };
    let Some(before) = before.trim_ascii_end().strip_suffix(b",") else { return false };
    let before = near(before);
    let open = memchr::memrchr2(b'(', b')', before).filter(|at| before[*at] == b'(');
    quote == end && open.is_some_and(|at| before[..at].trim_ascii_end().ends_with(b"getattr"))
}

/// Whether a name behind this text is imported by it: `from spawners import (run, gather`.
fn is_imported(before: &[u8]) -> bool {
    let near = near(before);
    let Some(at) = memmem::rfind(near, b"import") else { return false };
    let names = near[at + b"import".len()..].trim_ascii_start();
    let is_list = |line: &[u8]| {
        let names = line.iter().take_while(|b| **b != b'#');
        names.into_iter().all(|b| is_identifier_byte(*b) || b" \t\r,(\\".contains(b))
    };
    let goes_on = |end: usize| names[..end].trim_ascii_end().ends_with(b"\\");
    let is_one_statement =
        names.starts_with(b"(") || memchr::memchr_iter(b'\n', names).all(goes_on);
    is_one_statement && names.split(|b| *b == b'\n').all(is_list)
}

/// The end of a text.
fn near(before: &[u8]) -> &[u8] {
    &before[before.len().saturating_sub(LOOKBACK)..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anchors_are_whole_words_that_can_be_called() {
        let places = |code: &str| anchors(code.as_bytes()).count();
        assert_eq!(places("create_task(x); a.gather(y); asyncio.Task(z)"), 3);
        assert_eq!(places("_create_task(x); tasks_gathered; Tasks()"), 0);
        assert_eq!(places("def create_task(x): ...\nx: Task[int] | asyncio.Task | None"), 0);
        assert_eq!(places("T = asyncio.Task\nloop.set_task_factory(f)"), 2);
        assert_eq!(places("class A(asyncio.Task): ...\nfrom asyncio import Task as T"), 2);
        assert_eq!(
            places("await asyncio.gather(a)\nfrom asyncio import gather\nawait gather()"),
            0
        );
        assert_eq!(places("g = asyncio.gather\nreturn gather(a)\nimport gather as h"), 3);
    }

    #[test]
    fn an_ordinary_word_needs_its_library_beside_it_or_an_import() {
        let hit = |code: &str| may_have_site(code.as_bytes());
        assert!(hit("loop.create_task(x())"));
        assert!(!hit("facts.gather(x)"));
        assert!(hit("import asyncio as a\na.gather(x)"));
        assert!(!hit("import asyncio\nasyncio.run(x())"));
        assert!(!hit("import asyncio\nawait asyncio.gather(x())"));
        assert!(hit("from m import gather\ngather(x)"));
        assert!(hit("from .m import (  # all (of them)\n    run,\n    Task,\n)\nTask(x)"));
        assert!(hit("from m import run, \\\n    shield\nshield(x)"));
        assert!(hit("from m import gather as g\ng(x)"));
        assert!(!hit("from m import gather\nawait gather(x)"));
        assert!(!hit("from m import gather\nm.gather(x)"));
        assert!(!hit("from m import gather\nTask(x)"));
        assert!(!hit("from m import run\ngather(x)"));
        assert!(!hit("from m import (run)\ngather(x)"));
    }

    #[test]
    fn a_string_is_an_anchor_only_where_it_names_an_attribute() {
        let hit = |code: &str| may_have_site(format!("import asyncio\n{code}").as_bytes());
        assert!(hit("getattr(asyncio, 'gather')(x)"));
        assert!(hit("getattr(\n    asyncio,\n    \"Task\",\n)(x)"));
        assert!(!hit("print('gather', \"Task\")"));
        assert!(!hit("x: 'Task'\ngetattr(f(), 1, 'gather x')"));
    }

    #[test]
    fn a_call_of_every_name_in_the_table_makes_a_text_worth_parsing() {
        for anchor in anchor_names() {
            let code = format!("import {}\nx.{}(y)", anchor.library, anchor.name);
            assert!(may_have_site(code.as_bytes()), "{}", anchor.name);
        }
    }
}
