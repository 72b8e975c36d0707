//! Searches a text for many patterns at once. It does not know what they mean, nor identifier boundaries.

use std::ops::Range;

use aho_corasick::{AhoCorasick, MatchKind, packed};

/// Patterns per group: with more, the SIMD buckets of the packed searcher collide too often.
const GROUP_SIZE: usize = 16;

/// A searcher for a list of patterns, which it divides into groups of consecutive ones.
#[derive(Debug)]
pub struct Finder {
    groups: Vec<PatternGroup>,
}

/// An occurrence of a pattern in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatternMatch {
    /// The index of the pattern.
    pub pattern: usize,
    /// The byte range of the occurrence.
    pub range: Range<usize>,
}

#[derive(Debug)]
enum PatternGroup {
    Packed(packed::Searcher),
    /// Where the processor has no suitable SIMD instructions.
    Automaton(AhoCorasick),
    /// Of any number of patterns.
    Overlapping(AhoCorasick),
}

impl Finder {
    /// Builds a finder of these patterns, none of them empty.
    ///
    /// # Panics
    /// If a pattern is longer than two gigabytes.
    pub fn new<P: AsRef<[u8]>>(patterns: impl IntoIterator<Item = P>) -> Self {
        let patterns: Vec<P> = patterns.into_iter().collect();
        Self { groups: patterns.chunks(GROUP_SIZE).map(PatternGroup::new).collect() }
    }

    /// A finder of these patterns, none of them empty, in one group, of which all occurrences are found. It takes more time than
    /// others unless the patterns are many.
    ///
    /// # Panics
    /// If the patterns have more than two gigabytes.
    pub fn overlapping<P: AsRef<[u8]>>(patterns: impl IntoIterator<Item = P>) -> Self {
        let automaton = AhoCorasick::new(patterns).expect("the patterns are no gigabytes");
        Self { groups: vec![PatternGroup::Overlapping(automaton)] }
    }

    /// The occurrences in a text, group by group; unless it was made to find all, those in a group do not overlap: the leftmost wins, then the
    /// longest.
    pub fn find_iter<'a>(&'a self, text: &'a [u8]) -> impl Iterator<Item = PatternMatch> + 'a {
        let groups = self.groups.iter().enumerate();
        groups.flat_map(move |(index, group)| {
            group.find_iter(text).map(move |m| PatternMatch {
                pattern: index * GROUP_SIZE + m.pattern().as_usize(),
                range: m.range(),
            })
        })
    }
}

impl PatternGroup {
    fn new<P: AsRef<[u8]>>(patterns: &[P]) -> Self {
        let kind = packed::MatchKind::LeftmostLongest;
        match packed::Config::new().match_kind(kind).builder().extend(patterns).build() {
            Some(packed) => Self::Packed(packed),
            None => Self::automaton(patterns),
        }
    }

    fn automaton<P: AsRef<[u8]>>(patterns: &[P]) -> Self {
        let mut builder = AhoCorasick::builder();
        builder.match_kind(MatchKind::LeftmostLongest);
        Self::Automaton(builder.build(patterns).expect("a few patterns are not too many"))
    }

    fn find_iter<'a>(
        &'a self,
        text: &'a [u8],
    ) -> impl Iterator<Item = aho_corasick::Match> + use<'a> {
        let (mut packed, mut automaton, mut overlapping) = (None, None, None);
        match self {
            Self::Packed(searcher) => packed = Some(searcher.find_iter(text)),
            Self::Automaton(all) => automaton = Some(all.find_iter(text)),
            Self::Overlapping(all) => overlapping = Some(all.find_overlapping_iter(text)),
        }
        let one_by_one = packed.into_iter().flatten().chain(automaton.into_iter().flatten());
        one_by_one.chain(overlapping.into_iter().flatten())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_pattern_is_found_whatever_its_group() {
        let patterns: Vec<String> = (0..3 * GROUP_SIZE).map(|i| format!("w{i}(")).collect();
        let text: String = patterns.iter().rev().map(|w| format!("x {w})\n")).collect();
        let mut found: Vec<PatternMatch> =
            Finder::new(&patterns).find_iter(text.as_bytes()).collect();
        found.sort_by_key(|f| f.pattern);
        assert!(found.iter().map(|f| f.pattern).eq(0..patterns.len()));
        assert!(found.iter().all(|f| text[f.range.clone()] == patterns[f.pattern]));
    }

    #[test]
    fn an_overlapping_finder_finds_what_is_in_others() {
        let finder = Finder::overlapping(["pool", "pool.run(", "run"]);
        let mut found: Vec<usize> = finder.find_iter(b"pool.run()").map(|f| f.pattern).collect();
        found.sort_unstable();
        assert_eq!(found, [0, 1, 2]);
    }

    #[test]
    fn of_two_in_one_group_that_begin_at_one_place_the_longer_is_found() {
        let patterns = ["run", "run(", "close("];
        for group in [PatternGroup::new(&patterns), PatternGroup::automaton(&patterns)] {
            let finder = Finder { groups: vec![group] };
            let found: Vec<usize> =
                finder.find_iter(b"run(); rerun, close()").map(|f| f.pattern).collect();
            assert_eq!(found, [1, 0, 2]);
        }
    }
}
