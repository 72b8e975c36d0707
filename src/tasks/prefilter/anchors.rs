//! The identifiers that every site, or task factory, must contain, found in plain text. It reads bytes alone.

use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, MatchKind};

use crate::python::is_whole_word;
use crate::tasks::libraries::SPAWNER_NAMES;

/// Offsets of the identifiers without which no text has a site or a task factory, in order.
/// Occurrences that cannot matter by the bytes around them are left out. It allocates nothing.
pub fn anchors(text: &[u8]) -> impl Iterator<Item = usize> + '_ {
    static WORDS: OnceLock<AhoCorasick> = OnceLock::new();
    let words = WORDS.get_or_init(|| {
        AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostFirst)
            .build(SPAWNER_NAMES.iter().chain(&["set_task_factory"]))
            .expect("seven words are few")
    });
    let may_matter = |m: &aho_corasick::Match| {
        let (before, after) = (&text[..m.start()], &text[m.end()..]);
        is_whole_word(text, m.start(), m.len()) && may_be_site(before, &text[m.range()], after)
    };
    words.find_iter(text).filter(may_matter).map(|m| m.start())
}

/// Whether a spawner's name between these texts may spawn a task that is not awaited in place.
fn may_be_site(before: &[u8], name: &[u8], after: &[u8]) -> bool {
    let is_called = after.trim_ascii_start().starts_with(b"(");
    let renamed = after.starts_with(b" as ") || before.trim_ascii_end().ends_with(b"=");
    match name {
        b"gather" | b"shield" => {
            let owner = before.strip_suffix(b"asyncio.").unwrap_or(before);
            let is_attribute = before.ends_with(b".");
            match is_called {
                true => !owner.ends_with(b"await "),
                false => is_attribute || renamed,
            }
        }
        b"Task" => {
            let line = &before[memchr::memrchr(b'\n', before).map_or(0, |at| at + 1)..];
            let owner = before.strip_suffix(b"asyncio.").unwrap_or(before).trim_ascii_end();
            let is_base = line.trim_ascii_start().starts_with(b"class ");
            is_called || renamed || is_base || owner.ends_with(b"=")
        }
        _ => !before.ends_with(b"def "),
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
