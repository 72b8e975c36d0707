//! Which of some things each package can use: a package sees what it defines, and what it imports, directly or not. It does not
//! know what the things are.

use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The packages of a project, numbered by who knows what they import.
pub trait Packages: Sync {
    /// The package of a file, by its index among the models; none if that is not known.
    fn package_of(&self, file: usize) -> Option<usize>;

    /// The packages that can use what lies at a dotted path, in order; none if that is not known.
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

/// The set of everything, for files of which the package is not known.
const ALL: usize = 0;

/// The set of what any package may use.
const COMMON: usize = 1;

/// The distinct sets of things that the packages can use.
#[derive(Debug)]
pub struct VisibleSets {
    /// Things as indices, in order.
    sets: Vec<Vec<usize>>,
    /// The set of each package that sees more than all others do.
    by_package: HashMap<usize, usize>,
}

impl VisibleSets {
    /// The sets of what lies at these dotted paths.
    pub fn new<'p>(paths: impl Iterator<Item = &'p str>, packages: &dyn Packages) -> Self {
        let mut by_path: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        let mut count = 0;
        for (index, path) in paths.enumerate() {
            by_path.entry(path).or_default().push(index);
            count = index + 1;
        }
        let mut common: Vec<usize> = Vec::new();
        let mut seen: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (path, things) in by_path {
            match packages.users(path) {
                None => common.extend(things),
                Some(users) => {
                    users.into_iter().for_each(|user| seen.entry(user).or_default().extend(&things))
                }
            }
        }
        let mut sets = vec![(0..count).collect(), sorted(common.clone())];
        let mut known: HashMap<Vec<usize>, usize> = HashMap::new();
        let mut by_package = HashMap::new();
        for (package, own) in seen {
            let things = sorted(own.into_iter().chain(common.iter().copied()).collect());
            let set = *known.entry(things).or_insert_with_key(|things| {
                sets.push(things.clone());
                sets.len() - 1
            });
            by_package.insert(package, set);
        }
        Self { sets, by_package }
    }

    /// The index of the set of what a package can use.
    pub fn set_of(&self, package: Option<usize>) -> usize {
        package.map_or(ALL, |package| self.by_package.get(&package).copied().unwrap_or(COMMON))
    }

    /// The sets, by their indices: things as indices, in order.
    pub fn sets(&self) -> &[Vec<usize>] {
        &self.sets
    }
}

fn sorted(mut things: Vec<usize>) -> Vec<usize> {
    things.sort_unstable();
    things
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
        let visible = VisibleSets::new(["one", "unread", "zero", "one"].into_iter(), &Two);
        let set = |package| visible.sets()[visible.set_of(package)].as_slice();
        assert_eq!(set(Some(0)), [1, 2]);
        assert_eq!(set(Some(1)), [0, 1, 2, 3]);
        assert_eq!(set(Some(2)), [1]);
        assert_eq!(set(None), [0, 1, 2, 3]);
        let unknown = VisibleSets::new(["one"].into_iter(), &UnknownPackages);
        assert_eq!(unknown.sets()[unknown.set_of(Some(5))], [0]);
    }
}
