//! Groups items that lie at dotted paths by who can use them: a package can use what it defines, and what it imports, directly or
//! not. It does not know what the items are, and reads no file.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::OnceLock;

/// The packages of a project, by their indices in its import graph.
pub trait Packages: Sync {
    /// The package of a file, by its index among the models; none if that is not known.
    fn package_of(&self, file: usize) -> Option<usize>;

    /// The packages that can use what lies at a dotted path; none if that is not known.
    fn users(&self, path: &str) -> Option<BTreeSet<usize>>;
}

/// Packages of which nothing is known, so that each file may use everything.
#[derive(Debug, Clone, Copy)]
pub(in crate::tasks) struct UnknownPackages;

impl Packages for UnknownPackages {
    fn package_of(&self, _: usize) -> Option<usize> {
        None
    }

    fn users(&self, _: &str) -> Option<BTreeSet<usize>> {
        None
    }
}

/// The index of the set of all items, for files of which the package is not known.
const ALL: usize = 0;

/// The index of the set of the items that any package may use.
const COMMON: usize = 1;

/// The distinct sets of items that packages can use, each with a searcher for them.
#[derive(Debug)]
pub struct VisibleSets<S> {
    /// Items by their indices, in order.
    sets: Vec<Vec<usize>>,
    /// The set of each package that can use more than the common items.
    by_package: HashMap<usize, usize>,
    /// What searches for the items of each set, made when a file needs it.
    searchers: Vec<OnceLock<S>>,
}

impl<S> VisibleSets<S> {
    /// The sets of the items at these dotted paths.
    pub fn new<'p>(paths: impl Iterator<Item = &'p str>, packages: &dyn Packages) -> Self {
        let mut by_path: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        let mut count = 0;
        for (index, path) in paths.enumerate() {
            by_path.entry(path).or_default().push(index);
            count = index + 1;
        }
        let mut common: Vec<usize> = Vec::new();
        let mut seen: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (path, items) in by_path {
            match packages.users(path) {
                None => common.extend(items),
                Some(users) => {
                    users.into_iter().for_each(|user| seen.entry(user).or_default().extend(&items))
                }
            }
        }
        let mut sets = vec![(0..count).collect(), sorted(common.clone())];
        let mut known: HashMap<Vec<usize>, usize> = HashMap::new();
        let mut by_package = HashMap::new();
        for (package, own) in seen {
            let items = sorted(own.into_iter().chain(common.iter().copied()).collect());
            let set = *known.entry(items).or_insert_with_key(|items| {
                sets.push(items.clone());
                sets.len() - 1
            });
            by_package.insert(package, set);
        }
        let searchers = sets.iter().map(|_| OnceLock::new()).collect();
        Self { sets, by_package, searchers }
    }

    /// The index of the set of what a package can use.
    pub fn set_of(&self, package: Option<usize>) -> usize {
        package.map_or(ALL, |package| self.by_package.get(&package).copied().unwrap_or(COMMON))
    }

    /// The items of a set by their indices, in order.
    pub fn items(&self, set: usize) -> &[usize] {
        &self.sets[set]
    }

    /// The searcher of a set, which `new` makes for its items at the first call.
    pub fn searcher(&self, set: usize, new: impl FnOnce(&[usize]) -> S) -> &S {
        self.searchers[set].get_or_init(|| new(&self.sets[set]))
    }
}

fn sorted(mut items: Vec<usize>) -> Vec<usize> {
    items.sort_unstable();
    items
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Package 1 imports package 0.
    struct Two;

    impl Packages for Two {
        fn package_of(&self, file: usize) -> Option<usize> {
            Some(file)
        }

        fn users(&self, path: &str) -> Option<BTreeSet<usize>> {
            match path {
                "zero" => Some(BTreeSet::from([0, 1])),
                "one" => Some(BTreeSet::from([1])),
                _ => None,
            }
        }
    }

    #[test]
    fn a_package_sees_its_own_and_what_it_imports() {
        let visible: VisibleSets<()> =
            VisibleSets::new(["one", "unread", "zero", "one"].into_iter(), &Two);
        let set = |package| visible.items(visible.set_of(package));
        assert_eq!(set(Some(0)), [1, 2]);
        assert_eq!(set(Some(1)), [0, 1, 2, 3]);
        assert_eq!(set(Some(2)), [1]);
        assert_eq!(set(None), [0, 1, 2, 3]);
        let unknown: VisibleSets<()> = VisibleSets::new(["one"].into_iter(), &UnknownPackages);
        assert_eq!(unknown.items(unknown.set_of(Some(5))), [0]);
    }
}
