//! Lists by key, all of them in one piece of memory: a large file has more names than would bear a list of their own each.
//! It knows nothing of what is in them.

use std::collections::HashSet;
use std::hash::Hash;
use std::ops::RangeInclusive;

/// Lists of `T`, found by a key. It is filled first, and read once it is settled.
#[derive(Debug)]
pub(super) struct Table<K, T> {
    filling: Vec<(K, T)>,
    /// The keys, as long as it is being filled.
    known: HashSet<K>,
    /// Each key and where its list begins. Sorted.
    index: Vec<(K, u32)>,
    items: Vec<T>,
}

impl<K, T> Default for Table<K, T> {
    fn default() -> Self {
        Self { filling: Vec::new(), known: HashSet::new(), index: Vec::new(), items: Vec::new() }
    }
}

impl<K: Copy + Ord + Hash, T> Table<K, T> {
    /// Puts something behind what the key has already.
    pub(super) fn push(&mut self, key: K, item: T) {
        self.known.insert(key);
        self.filling.push((key, item));
    }

    /// Whether there is a list under a key; known at any time.
    pub(super) fn contains(&self, key: K) -> bool {
        self.known.contains(&key) || self.place(key).is_ok()
    }

    /// Makes it ready to be read: from here on nothing is put in. The lists are sorted by `order`, and what is equal there
    /// stays in the order in which it came.
    pub(super) fn settle<O: Ord>(&mut self, order: impl Fn(&T) -> O) {
        let mut filled = std::mem::take(&mut self.filling);
        self.known = HashSet::new();
        filled.sort_by_key(|(key, item)| (*key, order(item)));
        for (at, (key, _)) in filled.iter().enumerate() {
            if self.index.last().is_none_or(|(last, _)| last != key) {
                let at = u32::try_from(at).expect("fewer names than bytes");
                self.index.push((*key, at));
            }
        }
        self.items = filled.into_iter().map(|(_, item)| item).collect();
        self.items.shrink_to_fit();
        self.index.shrink_to_fit();
    }

    /// The list of a key.
    pub(super) fn get(&self, key: K) -> &[T] {
        self.place(key).map_or(&[], |place| self.list(place))
    }

    /// The items of all lists between two keys, those included.
    pub(super) fn range(&self, keys: RangeInclusive<K>) -> &[T] {
        let from = self.index.partition_point(|(key, _)| key < keys.start());
        let to = self.index.partition_point(|(key, _)| key <= keys.end());
        &self.items[self.start(from)..self.start(to.max(from))]
    }

    fn place(&self, key: K) -> Result<usize, usize> {
        self.index.binary_search_by_key(&key, |(key, _)| *key)
    }

    fn list(&self, place: usize) -> &[T] {
        &self.items[self.start(place)..self.start(place + 1)]
    }

    fn start(&self, place: usize) -> usize {
        self.index.get(place).map_or(self.items.len(), |(_, start)| *start as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_keep_the_order_in_which_they_were_filled() {
        let mut table = Table::default();
        for (key, item) in [(3, 'a'), (1, 'b'), (3, 'c'), (2, 'd'), (1, 'a')] {
            table.push(key, item);
        }
        assert!(table.contains(3) && !table.contains(4));
        table.settle(|_| ());
        assert!(table.contains(3) && !table.contains(4));
        assert_eq!(
            [table.get(1), table.get(2), table.get(3)],
            [&['b', 'a'][..], &['d'], &['a', 'c']]
        );
        assert_eq!(table.get(0), []);
        assert_eq!(table.range(2..=3), ['d', 'a', 'c']);
        assert_eq!(table.range(4..=9), []);
    }
}
