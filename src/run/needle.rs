//! Which bytes make a file worth parsing. It looks at bytes alone and allocates nothing.

use memchr::memmem::Finder;

use crate::tasks::anchors;
use crate::tasks::libraries::{Mention, anchor_names};

/// What a file must hold to have a site of its own, or a fact for others.
#[derive(Debug)]
pub(super) struct Needles {
    /// One of these is enough, where it may be a call.
    alone: Vec<Finder<'static>>,
    /// A library, and names of which one is enough beside it, where it may be a call.
    with_library: Vec<(Finder<'static>, Vec<Finder<'static>>)>,
}

impl Needles {
    pub(super) fn new() -> Self {
        let mut needles = Self { alone: Vec::new(), with_library: Vec::new() };
        for anchor in anchor_names() {
            let name = Finder::new(anchor.name);
            if anchor.mention == Mention::Name {
                needles.alone.push(name);
                continue;
            }
            let library = anchor.library.as_bytes();
            let mut known = needles.with_library.iter_mut();
            match known.find(|(own, _)| own.needle() == library) {
                Some((_, names)) => names.push(name),
                None => needles.with_library.push((Finder::new(library), vec![name])),
            }
        }
        needles
    }

    /// Whether a file is worth parsing. UTF-16 is, so that the user hears that it was not searched.
    pub(super) fn hit(&self, bytes: &[u8]) -> bool {
        let found = |finder: &Finder<'_>| finder.find(bytes).is_some();
        let named = self.alone.iter().any(found)
            || self
                .with_library
                .iter()
                .any(|(library, names)| found(library) && names.iter().any(found));
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

    #[test]
    fn a_call_of_every_name_in_the_table_makes_a_file_worth_parsing() {
        let needles = Needles::new();
        for anchor in anchor_names() {
            let code = format!("import {}\nx.{}(y)", anchor.library, anchor.name);
            assert!(needles.hit(code.as_bytes()), "{}", anchor.name);
        }
    }
}
