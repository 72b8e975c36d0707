//! Many words looked for in a text at once. It does not know what they mean, nor where a word ends.

use std::ops::Range;

use aho_corasick::{AhoCorasick, MatchKind, packed};

/// Words that are looked for together: a vector of bytes holds the beginnings of so many with few that stand for others, too.
const GROUP: usize = 16;

/// Finds words, in groups of those that were given one behind another.
#[derive(Debug)]
pub struct Finder {
    groups: Vec<Group>,
}

/// A word in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its place among the words.
    pub word: usize,
    /// Its bytes in the text.
    pub range: Range<usize>,
}

#[derive(Debug)]
enum Group {
    Packed(packed::Searcher),
    /// Where the processor has no such vectors.
    Automaton(AhoCorasick),
}

impl Finder {
    /// A finder of these words, none of them empty.
    ///
    /// # Panics
    /// When a word is longer than two gigabytes.
    pub fn new<W: AsRef<[u8]>>(words: impl IntoIterator<Item = W>) -> Self {
        let words: Vec<W> = words.into_iter().collect();
        Self { groups: words.chunks(GROUP).map(Group::new).collect() }
    }

    /// Where the words stand in a text, one group of them after the other; of those in one group that overlap the one that
    /// begins first, and the longest of these.
    pub fn find_iter<'a>(&'a self, text: &'a [u8]) -> impl Iterator<Item = Found> + 'a {
        let groups = self.groups.iter().enumerate();
        groups.flat_map(move |(place, group)| {
            group.find_iter(text).map(move |m| Found {
                word: place * GROUP + m.pattern().as_usize(),
                range: m.range(),
            })
        })
    }
}

impl Group {
    fn new<W: AsRef<[u8]>>(words: &[W]) -> Self {
        let kind = packed::MatchKind::LeftmostLongest;
        match packed::Config::new().match_kind(kind).builder().extend(words).build() {
            Some(packed) => Self::Packed(packed),
            None => Self::automaton(words),
        }
    }

    fn automaton<W: AsRef<[u8]>>(words: &[W]) -> Self {
        let mut builder = AhoCorasick::builder();
        builder.match_kind(MatchKind::LeftmostLongest);
        Self::Automaton(builder.build(words).expect("a few words are not too many"))
    }

    fn find_iter<'a>(
        &'a self,
        text: &'a [u8],
    ) -> impl Iterator<Item = aho_corasick::Match> + use<'a> {
        let (packed, automaton) = match self {
            Self::Packed(searcher) => (Some(searcher.find_iter(text)), None),
            Self::Automaton(automaton) => (None, Some(automaton.find_iter(text))),
        };
        packed.into_iter().flatten().chain(automaton.into_iter().flatten())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_is_found_whatever_its_group() {
        let words: Vec<String> = (0..3 * GROUP).map(|i| format!("w{i}(")).collect();
        let text: String = words.iter().rev().map(|w| format!("x {w})\n")).collect();
        let mut found: Vec<Found> = Finder::new(&words).find_iter(text.as_bytes()).collect();
        found.sort_by_key(|f| f.word);
        assert!(found.iter().map(|f| f.word).eq(0..words.len()));
        assert!(found.iter().all(|f| text[f.range.clone()] == words[f.word]));
    }

    #[test]
    fn of_two_in_one_group_that_begin_at_one_place_the_longer_is_found() {
        let words = ["run", "run(", "close("];
        for group in [Group::new(&words), Group::automaton(&words)] {
            let finder = Finder { groups: vec![group] };
            let found: Vec<usize> =
                finder.find_iter(b"run(); rerun, close()").map(|f| f.word).collect();
            assert_eq!(found, [1, 0, 2]);
        }
    }
}
