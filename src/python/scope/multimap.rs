//! A multimap in one allocation: a large file has too many names for a `Vec` each. It knows nothing of its items.

use std::ops::RangeInclusive;

/// Lists of `T` by key. It is filled first, and readable once frozen.
#[derive(Debug)]
pub(super) struct MultiMap<K, T> {
    pending: Vec<(K, T)>,
    /// Each key and where its list begins. Sorted.
    index: Vec<(K, u32)>,
    items: Vec<T>,
}

impl<K, T> Default for MultiMap<K, T> {
    fn default() -> Self {
        Self { pending: Vec::new(), index: Vec::new(), items: Vec::new() }
    }
}

impl<K: Copy + Ord, T> MultiMap<K, T> {
    /// Appends an item to the list of a key.
    pub(super) fn push(&mut self, key: K, item: T) {
        self.pending.push((key, item));
    }

    /// Whether a key has a list.
    pub(super) fn contains(&self, key: K) -> bool {
        self.position(key).is_ok()
    }

    /// Makes it readable; nothing may be pushed afterwards. Each list is sorted by `order`, stably.
    pub(super) fn freeze<O: Ord>(&mut self, order: impl Fn(&T) -> O) {
        let mut filled = std::mem::take(&mut self.pending);
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
        self.position(key).map_or(&[], |position| self.list(position))
    }

    /// The items of all lists in an inclusive range of keys.
    pub(super) fn range(&self, keys: RangeInclusive<K>) -> &[T] {
        let from = self.index.partition_point(|(key, _)| key < keys.start());
        let to = self.index.partition_point(|(key, _)| key <= keys.end());
        &self.items[self.start(from)..self.start(to.max(from))]
    }

    /// The number of keys.
    pub(super) fn len(&self) -> usize {
        self.index.len()
    }

    /// The position of a key among all keys.
    pub(super) fn position(&self, key: K) -> Result<usize, usize> {
        self.index.binary_search_by_key(&key, |(key, _)| *key)
    }

    fn list(&self, position: usize) -> &[T] {
        &self.items[self.start(position)..self.start(position + 1)]
    }

    fn start(&self, position: usize) -> usize {
        self.index.get(position).map_or(self.items.len(), |(_, start)| *start as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_keep_the_order_in_which_they_were_filled() {
        let mut map = MultiMap::default();
        for (key, item) in [(3, 'a'), (1, 'b'), (3, 'c'), (2, 'd'), (1, 'a')] {
            map.push(key, item);
        }
        map.freeze(|_| ());
        assert!(map.contains(3) && !map.contains(4));
        assert_eq!([map.get(1), map.get(2), map.get(3)], [&['b', 'a'][..], &['d'], &['a', 'c']]);
        assert!(map.get(0).is_empty());
        assert_eq!(map.range(2..=3), ['d', 'a', 'c']);
        assert!(map.range(4..=9).is_empty());
    }
}
