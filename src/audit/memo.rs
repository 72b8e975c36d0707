//! A cache of computed answers. It knows no question.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Mutex;

/// Cached values by key; usable from several threads.
#[derive(Debug)]
pub(super) struct Memo<K, V> {
    known: Mutex<HashMap<K, V>>,
}

impl<K, V> Default for Memo<K, V> {
    fn default() -> Self {
        Self { known: Mutex::default() }
    }
}

impl<K: Hash + Eq, V: Clone> Memo<K, V> {
    /// The value for a key, computed on first use. The computation may ask for other keys: no lock
    /// is held.
    pub(super) fn get(&self, key: K, answer: impl FnOnce(&K) -> V) -> V {
        let known = || self.known.lock().expect("no thread panics while it holds the lock");
        if let Some(known) = known().get(&key) {
            return known.clone();
        }
        let found = answer(&key);
        known().insert(key, found.clone());
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_worked_out_twice() {
        let memo = Memo::default();
        let times = std::cell::Cell::new(0);
        let count = |key: &i32| {
            times.set(times.get() + 1);
            key + 1
        };
        assert_eq!([memo.get(1, count), memo.get(1, count), memo.get(2, count)], [2, 2, 3]);
        assert_eq!(times.get(), 2);
    }
}
