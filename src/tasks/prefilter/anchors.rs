//! The identifiers that every site, or task factory, must contain, found in plain text. It reads bytes alone.

use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, MatchKind};

use crate::python::is_whole_word;
use crate::tasks::libraries::{Anchor, Mention, anchor_names};

/// The names, each once, and what finds them.
struct AnchorFinder {
    automaton: AhoCorasick,
    anchors: Vec<&'static Anchor>,
}

impl AnchorFinder {
    fn new() -> Self {
        let mut anchors: Vec<&Anchor> = Vec::new();
        for anchor in anchor_names() {
            if !anchors.iter().any(|a| a.name == anchor.name) {
                anchors.push(anchor);
            }
        }
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(anchors.iter().map(|a| a.name))
            .expect("a few words are no gigabytes");
        Self { automaton, anchors }
    }
}

/// Offsets of the identifiers without which no text has a site or a task factory, in order.
/// Occurrences that cannot matter by the bytes around them are left out. It allocates nothing.
pub fn anchors(text: &[u8]) -> impl Iterator<Item = usize> + '_ {
    static FINDER: OnceLock<AnchorFinder> = OnceLock::new();
    let finder = FINDER.get_or_init(AnchorFinder::new);
    let may_matter = |m: &aho_corasick::Match| {
        let (before, after) = (&text[..m.start()], &text[m.end()..]);
        let anchor = finder.anchors[m.pattern().as_usize()];
        is_whole_word(text, m.start(), m.len()) && may_be_site(before, anchor, after)
    };
    finder.automaton.find_iter(text).filter(may_matter).map(|m| m.start())
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
            false => is_attribute || renamed,
        },
        Mention::Class => {
            let line = &before[memchr::memrchr(b'\n', before).map_or(0, |at| at + 1)..];
            let is_base = line.trim_ascii_start().starts_with(b"class ");
            is_called || renamed || is_base || owner.trim_ascii_end().ends_with(b"=")
        }
        Mention::Name => !before.ends_with(b"def "),
    }
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
}
