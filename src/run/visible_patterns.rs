//! Which of the project's wrappers each package can use: a package sees what it defines, and what it imports, directly or not.
//! It searches no file.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{Hash, Hasher};
use std::sync::OnceLock;

use twox_hash::XxHash3_64;

use super::word_set::WordQuery;
use crate::tasks::{CallPattern, CallerMatcher};

/// The set of all patterns, for files of which the package is not known.
const ALL: usize = 0;

/// The set of the patterns whose modules were not read, which any package may use.
const COMMON: usize = 1;

/// Call patterns, and the sets of them that the packages can use.
#[derive(Debug)]
pub(super) struct VisiblePatterns<'a> {
    /// All patterns.
    pub(super) all: Vec<&'a CallPattern>,
    /// The distinct sets, each in order.
    sets: Vec<PatternSet<'a>>,
    /// The set of each package that sees more than all others do.
    by_package: HashMap<usize, usize>,
}

#[derive(Debug, Default)]
struct PatternSet<'a> {
    /// As indices into all patterns.
    patterns: Vec<usize>,
    /// Made when a file needs it.
    search: OnceLock<Option<PatternSearch<'a>>>,
}

/// What finds the patterns of a set.
#[derive(Debug)]
pub(super) struct PatternSearch<'a> {
    /// Its patterns are indices into the set.
    pub(super) matcher: CallerMatcher<'a>,
    /// Words, one of which every text that matches has.
    pub(super) words: WordQuery,
    /// What an `__init__.py` may have instead.
    pub(super) module_words: WordQuery,
    /// A hash of the patterns.
    pub(super) key: u64,
}

impl<'a> VisiblePatterns<'a> {
    /// The sets of these patterns. `users` are the packages that can use what a module defines, if that is known.
    pub(super) fn new(
        all: Vec<&'a CallPattern>,
        users: impl Fn(&str) -> Option<BTreeSet<usize>>,
    ) -> Self {
        let mut by_module: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (index, pattern) in all.iter().enumerate() {
            by_module.entry(&pattern.module).or_default().push(index);
        }
        let mut common: Vec<usize> = Vec::new();
        let mut seen: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (module, patterns) in by_module {
            match users(module) {
                None => common.extend(patterns),
                Some(packages) => packages
                    .into_iter()
                    .for_each(|package| seen.entry(package).or_default().extend(&patterns)),
            }
        }
        let mut sets = vec![(0..all.len()).collect(), sorted(common.clone())];
        let mut known: HashMap<Vec<usize>, usize> = HashMap::new();
        let mut by_package = HashMap::new();
        for (package, own) in seen {
            let patterns = sorted(own.into_iter().chain(common.iter().copied()).collect());
            let set = *known.entry(patterns).or_insert_with_key(|patterns| {
                sets.push(patterns.clone());
                sets.len() - 1
            });
            by_package.insert(package, set);
        }
        let set = |patterns| PatternSet { patterns, search: OnceLock::new() };
        Self { all, sets: sets.into_iter().map(set).collect(), by_package }
    }

    /// The index of the set of what a package can use.
    pub(super) fn set_of(&self, package: Option<usize>) -> usize {
        package.map_or(ALL, |package| self.by_package.get(&package).copied().unwrap_or(COMMON))
    }

    /// What finds the patterns of a set; none where it is empty.
    pub(super) fn search(&self, set: usize) -> Option<&PatternSearch<'a>> {
        let PatternSet { patterns, search } = &self.sets[set];
        search.get_or_init(|| self.new_search(patterns)).as_ref()
    }

    fn new_search(&self, patterns: &[usize]) -> Option<PatternSearch<'a>> {
        let patterns: Vec<&CallPattern> = patterns.iter().map(|index| self.all[*index]).collect();
        let mut hasher = XxHash3_64::new();
        patterns.hash(&mut hasher);
        Some(PatternSearch {
            words: WordQuery::new(patterns.iter().flat_map(|pattern| pattern.words())),
            module_words: WordQuery::new(patterns.iter().filter_map(|one| one.module_word())),
            key: hasher.finish(),
            matcher: CallerMatcher::new(patterns)?,
        })
    }

    /// The index of a pattern of a set among all patterns.
    pub(super) fn pattern(&self, set: usize, index: usize) -> usize {
        self.sets[set].patterns[index]
    }
}

fn sorted(mut patterns: Vec<usize>) -> Vec<usize> {
    patterns.sort_unstable();
    patterns
}
