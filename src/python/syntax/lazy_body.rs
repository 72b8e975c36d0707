//! The functions whose bodies were left out of a partial parse, and which of them have been requested since. It knows byte
//! ranges and flags, no syntax.

use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

use super::identifier::is_whole_word;
use crate::text::{Finder, PatternMatch};

/// A function whose body, and mostly its parameters, are left out of the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::python) struct LazyBody {
    /// The byte at which the `def` begins.
    pub(super) def: usize,
    /// The bytes between the brackets of its parameters; empty if they are parsed.
    pub(super) parameters: Range<usize>,
    /// The bytes of its body.
    pub(in crate::python) body: Range<usize>,
    /// The names of the attributes of its first parameter that the body assigns.
    pub(super) attributes_set: Vec<Range<usize>>,
}

/// Everything that is left out of a tree, in source order. A query whose answer may depend on a lazy body requests it; the
/// answer is then provisional until the body has been parsed.
#[derive(Debug, Default)]
pub(in crate::python) struct LazyBodies {
    bodies: Vec<(LazyBody, AtomicBool)>,
    cuts: Vec<Cut>,
}

/// A byte range that is left out.
#[derive(Debug)]
struct Cut {
    bytes: Range<usize>,
    /// The total length of the cuts before it, in bytes.
    skipped: usize,
}

impl LazyBody {
    fn cuts(&self) -> impl Iterator<Item = Range<usize>> + use<> {
        [self.parameters.clone(), self.body.clone()].into_iter().filter(|cut| !cut.is_empty())
    }
}

impl LazyBodies {
    /// Builds the list; `bodies` come in source order.
    pub(in crate::python) fn new(bodies: impl IntoIterator<Item = LazyBody>) -> Self {
        let bodies: Vec<_> =
            bodies.into_iter().map(|lazy| (lazy, AtomicBool::new(false))).collect();
        let mut skipped = 0;
        let cut = |bytes: Range<usize>| {
            let before = skipped;
            skipped += bytes.len();
            Cut { bytes, skipped: before }
        };
        let cuts = bodies.iter().flat_map(|(lazy, _)| lazy.cuts()).map(cut).collect();
        Self { bodies, cuts }
    }

    pub(in crate::python) fn is_empty(&self) -> bool {
        self.bodies.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.bodies.len()
    }

    /// The lazy body with this index.
    pub(super) fn get(&self, index: usize) -> &LazyBody {
        &self.bodies[index].0
    }

    /// The text without the lazy bodies.
    pub(super) fn text_without(&self, code: &str) -> String {
        let left_out: usize = self.cuts.iter().map(|c| c.bytes.len()).sum();
        let mut text = String::with_capacity(code.len() - left_out);
        let mut at = 0;
        for cut in &self.cuts {
            text.push_str(&code[at..cut.bytes.start]);
            at = cut.bytes.end;
        }
        text.push_str(&code[at..]);
        text
    }

    /// The offset in the source of an offset in [`Self::text_without`]. At a cut, a node that starts there starts after the
    /// cut, and a node that ends there ends before it.
    pub(super) fn source_offset(&self, at: usize, is_end: bool) -> usize {
        let before = self.cuts.partition_point(|c| {
            let seam = c.bytes.start - c.skipped;
            if is_end { seam < at } else { seam <= at }
        });
        let skipped = before.checked_sub(1).map(|last| &self.cuts[last]);
        at + skipped.map_or(0, |c| c.skipped + c.bytes.len())
    }

    /// Whether this body has been requested.
    pub(super) fn is_requested(&self, index: usize) -> bool {
        self.bodies[index].1.load(Ordering::Relaxed)
    }

    /// The index of the lazy body of the `def` that begins at a byte.
    pub(super) fn index_of_def(&self, start: usize) -> Option<usize> {
        self.bodies.binary_search_by_key(&start, |(lazy, _)| lazy.def).ok()
    }

    /// The bodies that have not been requested.
    pub(in crate::python) fn unrequested(&self) -> impl Iterator<Item = LazyBody> {
        self.pending().map(|(lazy, _)| lazy.clone())
    }

    fn pending(&self) -> impl Iterator<Item = &(LazyBody, AtomicBool)> {
        self.bodies.iter().filter(|(_, requested)| !requested.load(Ordering::Relaxed))
    }

    /// Whether any body has been requested.
    pub(in crate::python) fn any_requested(&self) -> bool {
        self.bodies.iter().any(|(_, requested)| requested.load(Ordering::Relaxed))
    }

    /// Requests one body, by its index.
    pub(in crate::python) fn request(&self, index: usize) {
        if let Some((_, requested)) = self.bodies.get(index) {
            requested.store(true, Ordering::Relaxed);
        }
    }

    /// Requests the bodies that overlap a byte range.
    pub(in crate::python) fn request_range(&self, range: &Range<usize>) {
        let overlaps = |cut: Range<usize>| cut.start < range.end && range.start < cut.end;
        let first = self.bodies.partition_point(|(lazy, _)| lazy.body.end <= range.start);
        for (lazy, requested) in self.bodies[first..].iter().take_while(|(h, _)| h.def < range.end)
        {
            if lazy.cuts().any(overlaps) {
                requested.store(true, Ordering::Relaxed);
            }
        }
    }

    /// Requests the bodies that assign an attribute of this name, or any attribute if `name` is `None`.
    pub(in crate::python) fn request_setting(&self, code: &str, name: Option<&str>) {
        let matches = |set: &Range<usize>| name.is_none_or(|name| &code[set.clone()] == name);
        for (_, requested) in
            self.pending().filter(|(lazy, _)| lazy.attributes_set.iter().any(matches))
        {
            requested.store(true, Ordering::Relaxed);
        }
    }

    /// Requests the functions, headers included, that contain the identifier `word` where `test` accepts its offset.
    pub(in crate::python) fn request_naming(
        &self,
        code: &str,
        word: &str,
        test: impl Fn(&[u8], usize) -> bool,
    ) {
        let finder = memchr::memmem::Finder::new(word);
        for (lazy, requested) in self.pending() {
            let body = &code.as_bytes()[lazy.def..lazy.body.end];
            let mut hits = finder.find_iter(body);
            if hits.any(|at| is_whole_word(body, at, word.len()) && test(body, at)) {
                requested.store(true, Ordering::Relaxed);
            }
        }
    }

    /// Requests the functions that contain one of the identifiers where `test` accepts the function's text before and after
    /// it.
    pub(in crate::python) fn request_naming_any(
        &self,
        code: &str,
        words: &Finder,
        test: impl Fn(&[u8], &[u8]) -> bool,
    ) {
        for (lazy, requested) in self.pending() {
            let body = &code.as_bytes()[lazy.def..lazy.body.end];
            let mut hits = words.find_iter(body);
            let matches = |PatternMatch { range, .. }: PatternMatch| {
                is_whole_word(body, range.start, range.len())
                    && test(&body[..range.start], &body[range.end..])
            };
            if hits.any(matches) {
                requested.store(true, Ordering::Relaxed);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_requested_by_range_and_by_identifier() {
        let code = "a = task\nb = tasks\nc = 1\n";
        let lazy = |body: Range<usize>| LazyBody {
            def: body.start,
            parameters: 0..0,
            body,
            attributes_set: Vec::new(),
        };
        let bodies = || LazyBodies::new([0..9, 9..19, 19..25].map(lazy));
        let requested =
            |bodies: LazyBodies| bodies.unrequested().map(|lazy| lazy.def).collect::<Vec<_>>();
        let by_identifier = bodies();
        by_identifier.request_naming(code, "task", |_, _| true);
        assert_eq!(requested(by_identifier), [9, 19]);
        let by_range = bodies();
        by_range.request_range(&(9..20));
        assert!(by_range.any_requested());
        assert_eq!(requested(by_range), [0]);
        assert!(!bodies().any_requested());
    }
}
