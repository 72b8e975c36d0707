//! Compares findings with a baseline: which are known, and which entries are left. It reads no disk.

use std::collections::BTreeMap;

use super::entry::Entry;

/// What a comparison comes to.
#[derive(Debug, Default)]
pub struct Comparison {
    /// For each finding of each file, whether it is known.
    pub known: Vec<Vec<bool>>,
    /// The known findings, as they are now.
    pub current: Vec<Entry>,
    /// The entries that fit no finding, in order.
    pub left: Vec<Entry>,
}

/// Compares the findings of each file with a baseline. An entry fits one finding with its path; one whose file is gone, also one
/// with another path that is alike otherwise.
pub fn compare(
    found: &[Vec<Entry>],
    baseline: Vec<Entry>,
    is_gone: impl Fn(&str) -> bool,
) -> Comparison {
    let mut left = Pool::default();
    baseline.into_iter().for_each(|entry| left.add(entry.clone(), entry));
    let mut known: Vec<Vec<bool>> = found.iter().map(|file| vec![false; file.len()]).collect();
    let mut current = Vec::new();
    let mut match_all = |pool: &mut Pool, key: fn(&Entry) -> Entry| {
        for (entries, known) in found.iter().zip(&mut known) {
            for (entry, known) in entries.iter().zip(known).filter(|(_, known)| !**known) {
                *known = pool.take(&key(entry));
                current.extend(known.then(|| entry.clone()));
            }
        }
    };
    match_all(&mut left, Entry::clone);
    // Those whose files were renamed, or deleted.
    let mut moved = Pool::default();
    let gone = left.0.extract_if(.., |entry, _| is_gone(&entry.path));
    gone.flat_map(|(_, entries)| entries).for_each(|entry| moved.add(without_path(&entry), entry));
    match_all(&mut moved, without_path);
    let mut left: Vec<Entry> =
        left.0.into_values().chain(moved.0.into_values()).flatten().collect();
    left.sort();
    Comparison { known, current, left }
}

/// Entries that were not found yet, by what they are found by.
#[derive(Default)]
struct Pool(BTreeMap<Entry, Vec<Entry>>);

impl Pool {
    fn add(&mut self, key: Entry, entry: Entry) {
        self.0.entry(key).or_default().push(entry);
    }

    /// Takes one entry out; says whether there was one.
    fn take(&mut self, key: &Entry) -> bool {
        self.0.get_mut(key).and_then(Vec::pop).is_some()
    }
}

fn without_path(entry: &Entry) -> Entry {
    Entry { path: String::new(), ..entry.clone() }
}
