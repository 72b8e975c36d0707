//! The functions of a file of which only the names were parsed, and which of them somebody asked about since. It knows bytes
//! and flags, no syntax.

use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

use super::word::stands_alone;
use crate::text::{Finder, Found};

/// What is left out of one function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hole {
    /// Where the `def` begins.
    pub(super) def: usize,
    /// The bytes between the brackets of its parameters; none where they are not left out.
    pub(super) parameters: Range<usize>,
    /// The bytes of its body.
    pub(super) body: Range<usize>,
    /// The names of the attributes that the body gives to its first parameter.
    pub(super) sets: Vec<Range<usize>>,
}

/// What is left out of a tree, in source order. Whoever reads what it might have an answer to says so here: then that answer
/// is not to be trusted, and the file is to be parsed with it.
#[derive(Debug, Default)]
pub(super) struct Holes {
    holes: Vec<(Hole, AtomicBool)>,
    cuts: Vec<Cut>,
}

/// A stretch of bytes that is left out.
#[derive(Debug)]
struct Cut {
    bytes: Range<usize>,
    /// How many bytes are in the cuts before it.
    skipped: usize,
}

impl Hole {
    fn cuts(&self) -> impl Iterator<Item = Range<usize>> + use<> {
        [self.parameters.clone(), self.body.clone()].into_iter().filter(|cut| !cut.is_empty())
    }
}

impl Holes {
    /// These holes, in source order.
    pub(super) fn new(holes: impl IntoIterator<Item = Hole>) -> Self {
        let holes: Vec<_> = holes.into_iter().map(|hole| (hole, AtomicBool::new(false))).collect();
        let mut skipped = 0;
        let cut = |bytes: Range<usize>| {
            let before = skipped;
            skipped += bytes.len();
            Cut { bytes, skipped: before }
        };
        let cuts = holes.iter().flat_map(|(hole, _)| hole.cuts()).map(cut).collect();
        Self { holes, cuts }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.holes.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.holes.len()
    }

    /// One of them.
    pub(super) fn hole(&self, index: usize) -> &Hole {
        &self.holes[index].0
    }

    /// The text without what is in the holes.
    pub(super) fn closed_up(&self, code: &str) -> String {
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

    /// The place in the whole text of a byte of the one that is closed up. What begins at a hole begins behind it; what ends
    /// there ends before it.
    pub(super) fn spread(&self, at: usize, is_end: bool) -> usize {
        let before = self.cuts.partition_point(|c| {
            let seam = c.bytes.start - c.skipped;
            if is_end { seam < at } else { seam <= at }
        });
        let skipped = before.checked_sub(1).map(|last| &self.cuts[last]);
        at + skipped.map_or(0, |c| c.skipped + c.bytes.len())
    }

    /// Whether anybody asked for a hole.
    pub(super) fn is_asked_for(&self, index: usize) -> bool {
        self.holes[index].1.load(Ordering::Relaxed)
    }

    /// The place, in the order of the holes, of the one in the function at a byte.
    pub(super) fn of_def(&self, start: usize) -> Option<usize> {
        self.holes.binary_search_by_key(&start, |(hole, _)| hole.def).ok()
    }

    /// The holes that nobody asked for.
    pub(super) fn unasked(&self) -> impl Iterator<Item = Hole> {
        self.left().map(|(hole, _)| hole.clone())
    }

    fn left(&self) -> impl Iterator<Item = &(Hole, AtomicBool)> {
        self.holes.iter().filter(|(_, asked)| !asked.load(Ordering::Relaxed))
    }

    /// Whether anybody asked for any.
    pub(super) fn is_asked(&self) -> bool {
        self.holes.iter().any(|(_, asked)| asked.load(Ordering::Relaxed))
    }

    /// Asks for one, by its place in the order.
    pub(super) fn ask(&self, index: usize) {
        if let Some((_, asked)) = self.holes.get(index) {
            asked.store(true, Ordering::Relaxed);
        }
    }

    /// Asks for those that overlap a range of bytes.
    pub(super) fn ask_within(&self, range: &Range<usize>) {
        let overlaps = |cut: Range<usize>| cut.start < range.end && range.start < cut.end;
        let first = self.holes.partition_point(|(hole, _)| hole.body.end <= range.start);
        for (hole, asked) in self.holes[first..].iter().take_while(|(h, _)| h.def < range.end) {
            if hole.cuts().any(overlaps) {
                asked.store(true, Ordering::Relaxed);
            }
        }
    }

    /// Asks for those that set an attribute of this name, or, without one, any attribute.
    pub(super) fn ask_setting(&self, code: &str, name: Option<&str>) {
        let is_it = |set: &Range<usize>| name.is_none_or(|name| &code[set.clone()] == name);
        for (_, asked) in self.left().filter(|(hole, _)| hole.sets.iter().any(is_it)) {
            asked.store(true, Ordering::Relaxed);
        }
    }

    /// Asks for those in which `test` holds of a place where the word stands, the function's header included.
    pub(super) fn ask_naming(&self, code: &str, word: &str, test: impl Fn(&[u8], usize) -> bool) {
        let finder = memchr::memmem::Finder::new(word);
        for (hole, asked) in self.left() {
            let body = &code.as_bytes()[hole.def..hole.body.end];
            let mut places = finder.find_iter(body);
            if places.any(|at| stands_alone(body, at, word.len()) && test(body, at)) {
                asked.store(true, Ordering::Relaxed);
            }
        }
    }

    /// Asks for those in which one of the words stands, and for which `test` holds of what stands before and behind it in the
    /// function.
    pub(super) fn ask_for_any(
        &self,
        code: &str,
        words: &Finder,
        test: impl Fn(&[u8], &[u8]) -> bool,
    ) {
        for (hole, asked) in self.left() {
            let body = &code.as_bytes()[hole.def..hole.body.end];
            let mut places = words.find_iter(body);
            let is_asked = |Found { range, .. }: Found| {
                stands_alone(body, range.start, range.len())
                    && test(&body[..range.start], &body[range.end..])
            };
            if places.any(is_asked) {
                asked.store(true, Ordering::Relaxed);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hole_is_asked_for_by_place_and_by_word() {
        let code = "a = task\nb = tasks\nc = 1\n";
        let hole =
            |body: Range<usize>| Hole { def: body.start, parameters: 0..0, body, sets: Vec::new() };
        let holes = || Holes::new([0..9, 9..19, 19..25].map(hole));
        let asked = |holes: Holes| holes.unasked().map(|hole| hole.def).collect::<Vec<_>>();
        let by_word = holes();
        by_word.ask_naming(code, "task", |_, _| true);
        assert_eq!(asked(by_word), [9, 19]);
        let by_place = holes();
        by_place.ask_within(&(9..20));
        assert!(by_place.is_asked());
        assert_eq!(asked(by_place), [0]);
        assert!(!holes().is_asked());
    }
}
