//! Which bytes make a file worth parsing. It looks at bytes alone and allocates nothing.

use std::path::Path;

use aho_corasick::AhoCorasick;
use memchr::memmem::Finder;

use crate::tasks::Wanted;

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

/// Calls of the project's wrappers, and the imports that can bring them.
#[derive(Debug)]
pub(super) struct Calls<'a> {
    wanted: Vec<&'a Wanted>,
    /// Rejects most files in one pass.
    any: AhoCorasick,
}

impl<'a> Calls<'a> {
    /// None when there is no wrapper, or too many to search for.
    pub(super) fn new(wanted: Vec<&'a Wanted>) -> Option<Self> {
        let words = wanted.iter().flat_map(|w| [w.call.as_str(), w.import.as_str()]);
        let any = AhoCorasick::new(words).ok().filter(|a| a.patterns_len() > 0)?;
        Some(Self { wanted, any })
    }

    /// Whether a file may call one of the wrappers, or hand it on.
    pub(super) fn hit(&self, path: &Path, bytes: &[u8]) -> bool {
        let is_package = path.file_name().is_some_and(|name| name == "__init__.py");
        self.any.is_match(bytes) && self.wanted.iter().any(|w| w.is_in(bytes, is_package))
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
    fn a_call_needs_its_owner_or_an_import() {
        let wanted = Wanted {
            call: "spawn(".into(),
            owner: "Pool".into(),
            is_method: false,
            import: "pools import".into(),
            module: "zoo.pools".into(),
        };
        let calls = Calls::new(vec![&wanted]).unwrap();
        assert!(calls.hit(Path::new("m.py"), b"def f(pool: Pool): pool.spawn(x())"));
        assert!(calls.hit(Path::new("p/__init__.py"), b"from .pools import *"));
        assert!(calls.hit(Path::new("m.py"), b"from x import spawn\nspawn(y())"));
        assert!(!calls.hit(Path::new("m.py"), b"zoo.spawn(y())"));
        assert!(!calls.hit(Path::new("m.py"), b"from .pools import *"));
        assert!(Calls::new(vec![]).is_none());
    }
}
