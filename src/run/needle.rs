//! Which bytes make a file worth parsing. It looks at bytes alone and allocates nothing.

use memchr::memmem::Finder;

use crate::tasks::anchors;

/// What a file must hold to have a site of its own, or a fact for others.
#[derive(Debug)]
pub(super) struct Needles {
    /// One of these is enough, where it may be a call.
    alone: [Finder<'static>; 4],
    asyncio: Finder<'static>,
    /// One of these is enough beside `asyncio`, where it may be a call.
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
        let named = self.alone.iter().any(found)
            || (found(&self.asyncio) && self.with_asyncio.iter().any(found));
        let is_wide = || bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff");
        named && anchors(bytes).next().is_some() || is_wide()
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
        assert!(!needles.hit(b"import asyncio\nawait asyncio.gather(x())"));
    }
}
