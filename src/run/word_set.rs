//! Which words a text contains, in little memory and with few errors: a word that is in it is never denied. It reads no file.

use std::collections::BTreeSet;
use std::hash::BuildHasherDefault;

use fastbloom::BloomFilter;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use twox_hash::XxHash3_64;

use crate::python::is_identifier_byte;

/// One bit for so many bytes of text: one word in forty or so is then taken to be in a text that lacks it.
const BYTES_PER_BIT: usize = 4;

/// How many bits stand for a word.
const BITS_PER_WORD: u32 = 2;

/// The identifiers of a text, keywords and the words of its strings and comments among them.
#[derive(Debug, Clone)]
pub(super) struct WordSet(BloomFilter<NoHasher>);

/// Words are hashed before they come to the filter.
type NoHasher = BuildHasherDefault<std::hash::DefaultHasher>;

/// Words to look for.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct WordQuery(BTreeSet<u64>);

impl WordSet {
    pub(super) fn of(text: &[u8]) -> Self {
        let builder = BloomFilter::with_num_bits((text.len() / BYTES_PER_BIT).max(64));
        let mut filter = builder.hasher(NoHasher::default()).hashes(BITS_PER_WORD);
        for word in words(text) {
            filter.insert_hash(XxHash3_64::oneshot(word));
        }
        Self(filter)
    }

    /// Whether one of the words may be in the text.
    pub(super) fn may_have_any(&self, query: &WordQuery) -> bool {
        query.0.iter().any(|hash| self.0.contains_hash(*hash))
    }
}

impl WordQuery {
    /// A query for any of these words.
    pub(super) fn new<W: AsRef<[u8]>>(words: impl IntoIterator<Item = W>) -> Self {
        Self(words.into_iter().map(|word| XxHash3_64::oneshot(word.as_ref())).collect())
    }

    /// Adds the words of another query.
    pub(super) fn extend(&mut self, other: &Self) {
        self.0.extend(&other.0);
    }

    /// Whether one of the words is in a text.
    pub(super) fn occurs_in(&self, text: &[u8]) -> bool {
        words(text).any(|word| self.0.contains(&XxHash3_64::oneshot(word)))
    }
}

/// As little-endian bytes.
impl Serialize for WordSet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let bytes: Vec<u8> = self.0.as_slice().iter().flat_map(|bits| bits.to_le_bytes()).collect();
        serializer.serialize_bytes(&bytes)
    }
}

impl<'de> Deserialize<'de> for WordSet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bytes = <&[u8]>::deserialize(deserializer)?;
        let (chunks, rest) = bytes.as_chunks();
        let bits: Vec<u64> = chunks.iter().map(|chunk| u64::from_le_bytes(*chunk)).collect();
        if bits.is_empty() || !rest.is_empty() {
            return Err(serde::de::Error::invalid_length(bytes.len(), &"whole numbers of bits"));
        }
        Ok(Self(BloomFilter::from_vec(bits).hasher(NoHasher::default()).hashes(BITS_PER_WORD)))
    }
}

/// The longest runs of identifier bytes.
fn words(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|byte| !is_identifier_byte(*byte)).filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_found_wherever_it_stands() {
        let set = WordSet::of("spawn(größe)  # note: 'name'\n\tlast".as_bytes());
        for word in ["spawn", "größe", "note", "name", "last"] {
            assert!(set.may_have_any(&WordQuery::new([word])), "{word}");
        }
        assert!(set.may_have_any(&WordQuery::new(["other", "last"])));
        assert!(!set.may_have_any(&WordQuery::default()));
    }

    #[test]
    fn few_words_are_found_that_are_not_there() {
        let line = |i: usize| format!("word_{} = call_of(value_{})\n", i % 300, i % 200);
        let text: String = (0..900).map(line).collect();
        let set = WordSet::of(text.as_bytes());
        assert!((0..200).all(|i| set.may_have_any(&WordQuery::new([format!("value_{i}")]))));
        let found = (0..1_000).filter(|i| set.may_have_any(&WordQuery::new([format!("no_{i}")])));
        assert!(found.count() < 50);
    }
}
