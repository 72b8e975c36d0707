//! The function bodies of a file that were not parsed, and which of them somebody asked about since. It knows bytes and
//! flags, no syntax.

use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

use aho_corasick::AhoCorasick;

use super::outline::is_word_byte;

/// The bodies left out of a tree, in source order. Whoever reads what they might have an answer to says so here: then that
/// answer is not to be trusted, and the file is to be parsed with them.
#[derive(Debug, Default)]
pub(super) struct Holes {
    holes: Vec<Hole>,
}

#[derive(Debug)]
struct Hole {
    /// Where the `def` begins.
    def: usize,
    bytes: Range<usize>,
    /// How many bytes are in the holes before it.
    skipped: usize,
    asked_for: AtomicBool,
}

impl Hole {
    fn is_asked_for(&self) -> bool {
        self.asked_for.load(Ordering::Relaxed)
    }
}

impl Holes {
    /// The holes of these functions: where each begins, and the bytes of its body.
    pub(super) fn new(bodies: impl IntoIterator<Item = (usize, Range<usize>)>) -> Self {
        let mut skipped = 0;
        let hole = |(def, bytes): (usize, Range<usize>)| {
            let before = skipped;
            skipped += bytes.len();
            Hole { def, bytes, skipped: before, asked_for: AtomicBool::new(false) }
        };
        Self { holes: bodies.into_iter().map(hole).collect() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.holes.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.holes.len()
    }

    /// The bytes of a hole.
    pub(super) fn bytes(&self, index: usize) -> Range<usize> {
        self.holes[index].bytes.clone()
    }

    /// The text without what is in the holes.
    pub(super) fn closed_up(&self, code: &str) -> String {
        let left_out: usize = self.holes.iter().map(|h| h.bytes.len()).sum();
        let mut text = String::with_capacity(code.len() - left_out);
        let mut at = 0;
        for hole in &self.holes {
            text.push_str(&code[at..hole.bytes.start]);
            at = hole.bytes.end;
        }
        text.push_str(&code[at..]);
        text
    }

    /// The place in the whole text of a byte of the one that is closed up. What begins at a hole begins behind it; what ends
    /// there ends before it.
    pub(super) fn spread(&self, at: usize, is_end: bool) -> usize {
        let before = self.holes.partition_point(|h| {
            let seam = h.bytes.start - h.skipped;
            if is_end { seam < at } else { seam <= at }
        });
        let skipped = before.checked_sub(1).map(|last| &self.holes[last]);
        at + skipped.map_or(0, |h| h.skipped + h.bytes.len())
    }

    /// Where the function begins whose body a hole is.
    pub(super) fn def(&self, index: usize) -> usize {
        self.holes[index].def
    }

    /// Whether anybody asked for a hole.
    pub(super) fn is_asked_for(&self, index: usize) -> bool {
        self.holes[index].is_asked_for()
    }

    /// The place, in the order of the holes, of the one that is the body of the `def` at a byte.
    pub(super) fn of_def(&self, start: usize) -> Option<usize> {
        self.holes.binary_search_by_key(&start, |h| h.def).ok()
    }

    /// The holes that nobody asked for.
    pub(super) fn unasked(&self) -> impl Iterator<Item = (usize, Range<usize>)> {
        let left = self.holes.iter().filter(|h| !h.is_asked_for());
        left.map(|h| (h.def, h.bytes.clone()))
    }

    /// Whether anybody asked for any.
    pub(super) fn is_asked(&self) -> bool {
        self.holes.iter().any(Hole::is_asked_for)
    }

    /// Asks for one, by its place in the order.
    pub(super) fn ask(&self, index: usize) {
        if let Some(hole) = self.holes.get(index) {
            hole.asked_for.store(true, Ordering::Relaxed);
        }
    }

    /// Asks for those that overlap a range of bytes.
    pub(super) fn ask_within(&self, range: &Range<usize>) {
        let first = self.holes.partition_point(|h| h.bytes.end <= range.start);
        for hole in self.holes[first..].iter().take_while(|h| h.bytes.start < range.end) {
            hole.asked_for.store(true, Ordering::Relaxed);
        }
    }

    /// Asks for those in which `test` holds of a place where the word stands, the function's header included.
    pub(super) fn ask_naming(&self, code: &str, word: &str, test: impl Fn(&[u8], usize) -> bool) {
        let finder = memchr::memmem::Finder::new(word);
        for hole in self.holes.iter().filter(|h| !h.is_asked_for()) {
            let body = &code.as_bytes()[hole.def..hole.bytes.end];
            let mut places = finder.find_iter(body);
            if places.any(|at| stands_alone(body, at, word.len()) && test(body, at)) {
                hole.asked_for.store(true, Ordering::Relaxed);
            }
        }
    }

    /// Asks for those in which one of the words stands (of two that begin at one place the longer, if there are such), and for which `test` holds of what stands before and behind
    /// it in the function.
    pub(super) fn ask_for_any(
        &self,
        code: &str,
        words: &AhoCorasick,
        test: impl Fn(&[u8], &[u8]) -> bool,
    ) {
        for hole in self.holes.iter().filter(|h| !h.is_asked_for()) {
            let body = &code.as_bytes()[hole.def..hole.bytes.end];
            let mut places = words.find_iter(body);
            let is_asked = |m: aho_corasick::Match| {
                stands_alone(body, m.start(), m.len()) && test(&body[..m.start()], &body[m.end()..])
            };
            if places.any(is_asked) {
                hole.asked_for.store(true, Ordering::Relaxed);
            }
        }
    }
}

/// Whether the word of `length` bytes at byte `at` is not a part of a longer one.
pub fn stands_alone(text: &[u8], at: usize, length: usize) -> bool {
    !text[..at].last().is_some_and(|b| is_word_byte(*b))
        && !text.get(at + length).is_some_and(|b| is_word_byte(*b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hole_is_asked_for_by_place_and_by_word() {
        let code = "a = task\nb = tasks\nc = 1\n";
        let holes = || Holes::new([(0, 0..9), (9, 9..19), (19, 19..25)]);
        let asked = |holes: Holes| holes.unasked().map(|(def, _)| def).collect::<Vec<_>>();
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
