//! Which bytes make a file worth parsing. It looks at bytes alone and allocates nothing.

use aho_corasick::AhoCorasick;
use memchr::memmem::Finder;

/// What a file must hold to have a site of its own, or a fact for others.
#[derive(Debug)]
pub(super) struct Needles {
    /// One of these is enough.
    alone: [Finder<'static>; 4],
    asyncio: Finder<'static>,
    /// One of these is enough beside `asyncio`.
    with_asyncio: [Finder<'static>; 3],
}

impl Needles {
    pub(super) fn new() -> Self {
        Self {
            alone: ["create_task", "ensure_future", "run_coroutine_threadsafe", "set_task_factory"]
                .map(Finder::new),
            asyncio: Finder::new("asyncio"),
            with_asyncio: ["gather", "shield", "Task"].map(Finder::new),
        }
    }

    /// Whether a file is worth parsing. UTF-16 is, so that the user hears that it was not searched.
    pub(super) fn hit(&self, bytes: &[u8]) -> bool {
        let found = |finder: &Finder<'_>| finder.find(bytes).is_some();
        self.alone.iter().any(found)
            || (found(&self.asyncio) && self.with_asyncio.iter().any(found))
            || bytes.starts_with(b"\xff\xfe")
            || bytes.starts_with(b"\xfe\xff")
    }
}

/// Names looked for as whole words.
#[derive(Debug)]
pub(super) struct Words {
    names: AhoCorasick,
}

impl Words {
    /// None when there is no name, or too many to search for.
    pub(super) fn new<'a>(names: impl IntoIterator<Item = &'a String>) -> Option<Self> {
        let names = AhoCorasick::new(names).ok().filter(|a| a.patterns_len() > 0)?;
        Some(Self { names })
    }

    /// Whether one of the names stands in the bytes as a word.
    pub(super) fn hit(&self, bytes: &[u8]) -> bool {
        let part = |b: Option<&u8>| {
            b.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_' || !b.is_ascii())
        };
        let before = |at: usize| at.checked_sub(1).and_then(|i| bytes.get(i));
        self.names
            .find_overlapping_iter(bytes)
            .any(|m| !part(before(m.start())) && !part(bytes.get(m.end())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spawner_is_enough_alone_but_gather_needs_asyncio() {
        let needles = Needles::new();
        assert!(needles.hit(b"loop.create_task(x())"));
        assert!(!needles.hit(b"facts.gather(x)"));
        assert!(needles.hit(b"import asyncio as a\na.gather(x)"));
        assert!(!needles.hit(b"import asyncio\nasyncio.run(x())"));
    }

    #[test]
    fn a_word_is_not_found_inside_another() {
        let words = Words::new(&["spawn".to_owned(), "spawn_all".to_owned()]).unwrap();
        assert!(words.hit(b"x.spawn(y)"));
        assert!(!words.hit(b"respawn(spawner)"));
        assert!(words.hit(b"spawn_all"));
        assert!(Words::new(&[]).is_none());
    }
}
