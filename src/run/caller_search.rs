//! Searches for the files that may call the project's wrappers, by their bytes and the package graph. It parses nothing.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use twox_hash::XxHash3_64;

use super::known_packages::KnownPackages;
use super::sweep::Interest;
use super::walk::{ListedFile, Walk};
use super::word_set::WordQuery;
use crate::tasks::{CallPattern, CallerMatcher, Matches, VisibleSets};

/// The files that may call one of these wrappers, or that decide whether a call elsewhere is one.
pub(super) fn callers(
    walk: &Walk<'_>,
    packages: &KnownPackages<'_>,
    wanted: Vec<&CallPattern>,
) -> BTreeSet<PathBuf> {
    if wanted.is_empty() {
        return BTreeSet::new();
    }
    // A file of any package may come to use any wrapper, as imports change.
    walk.query(wanted.iter().flat_map(|pattern| pattern.words()));
    walk.query(wanted.iter().filter_map(|pattern| pattern.module_word()));
    let visible = VisiblePatterns::new(wanted, packages);
    let found: Mutex<BTreeMap<PathBuf, Matches>> = Mutex::default();
    let is_package = |file: &Path| file.file_name().is_some_and(|name| name == "__init__.py");
    let set_of = |file: &Path| visible.sets.set_of(packages.package_at(file));
    let may_match = |file: &ListedFile| {
        visible.search(set_of(&file.path)).is_some_and(|search| {
            (file.may_have_any(&search.words)
                || is_package(&file.path) && file.may_have_any(&search.module_words))
                && !file.fruitless().contains(search.key)
        })
    };
    let remembers = walk.cache.is_some();
    walk.sweep(&may_match, &|file, bytes| {
        let Some(search) = visible.search(set_of(file)) else { return Interest::None };
        let matches = search.matcher.matches(bytes, is_package(file));
        let interest = Interest::noted_if(matches != Matches::default());
        if interest == Interest::Noted || remembers {
            let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
            found.insert(file.to_path_buf(), matches);
        }
        interest
    });
    let mut found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    // What could not be read was not searched.
    let has_nothing = |path: &Path| found.get(path) == Some(&Matches::default());
    for file in walk.files().iter().filter(|file| has_nothing(&file.path)) {
        if let Some(search) = visible.search(set_of(&file.path)) {
            file.fruitless().add(search.key);
        }
    }
    found.retain(|_, matches| *matches != Matches::default());
    let candidate = |(file, matches): (PathBuf, _)| Candidate { set: set_of(&file), file, matches };
    select(&visible, found.into_iter().map(candidate).collect())
}

/// Call patterns, and the sets of them that the packages can use.
struct VisiblePatterns<'a> {
    all: Vec<&'a CallPattern>,
    /// With what finds the patterns; none where a set is empty.
    sets: VisibleSets<Option<PatternSearch<'a>>>,
}

/// What finds the patterns of a set.
struct PatternSearch<'a> {
    /// Its patterns are indices into the set.
    matcher: CallerMatcher<'a>,
    /// Words, one of which every text that matches has.
    words: WordQuery,
    /// What an `__init__.py` may have instead.
    module_words: WordQuery,
    /// A hash of the patterns.
    key: u64,
}

impl<'a> VisiblePatterns<'a> {
    fn new(all: Vec<&'a CallPattern>, packages: &KnownPackages<'_>) -> Self {
        let modules = all.iter().map(|pattern| pattern.module.as_str());
        let sets = VisibleSets::new(modules, packages);
        Self { all, sets }
    }

    fn search(&self, set: usize) -> Option<&PatternSearch<'a>> {
        let new = |items: &[usize]| PatternSearch::new(items.iter().map(|at| self.all[*at]));
        self.sets.searcher(set, new).as_ref()
    }

    /// The index of a pattern of a set among all patterns.
    fn pattern(&self, set: usize, index: usize) -> usize {
        self.sets.items(set)[index]
    }
}

impl<'a> PatternSearch<'a> {
    fn new(patterns: impl Iterator<Item = &'a CallPattern>) -> Option<Self> {
        let patterns: Vec<&CallPattern> = patterns.collect();
        let mut hasher = XxHash3_64::new();
        patterns.hash(&mut hasher);
        Some(Self {
            words: WordQuery::new(patterns.iter().flat_map(|pattern| pattern.words())),
            module_words: WordQuery::new(patterns.iter().filter_map(|one| one.module_word())),
            key: hasher.finish(),
            matcher: CallerMatcher::new(patterns)?,
        })
    }
}

/// A file that matches patterns of wrappers, and the index of the set of those that it can use.
struct Candidate {
    file: PathBuf,
    set: usize,
    /// Patterns are indices into the set.
    matches: Matches,
}

/// The files that may call a wrapper, or that provide the class of one which a file may call by another name.
fn select(visible: &VisiblePatterns<'_>, candidates: Vec<Candidate>) -> BTreeSet<PathBuf> {
    // A file that provides the class of a wrapper matters only if a call may be one of the wrapper.
    let called_unqualified = called_unqualified(visible, &candidates);
    let matters = |Candidate { set, matches, .. }: &Candidate| {
        let provides = |local: &usize| {
            let pattern = visible.pattern(*set, *local);
            let CallPattern { is_abstract, is_overridden, .. } = visible.all[pattern];
            // Every subclass of these matters.
            *is_abstract || *is_overridden || called_unqualified.contains(&pattern)
        };
        !matches.calls.is_empty() || matches.provides.iter().any(provides)
    };
    candidates.into_iter().filter(matters).map(|candidate| candidate.file).collect()
}

/// The patterns that match a file which calls them through a receiver that does not name the owner. Files are counted by the
/// sets of patterns that they can use, since each may match all patterns of a call.
fn called_unqualified(visible: &VisiblePatterns<'_>, candidates: &[Candidate]) -> BTreeSet<usize> {
    let mut files: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    let mut named: HashMap<(usize, usize), usize> = HashMap::new();
    let groups_of = |set: usize| -> Vec<&[usize]> {
        visible.search(set).into_iter().flat_map(|search| search.matcher.groups()).collect()
    };
    let mut groups: HashMap<usize, Vec<&[usize]>> = HashMap::new();
    for Candidate { set, matches, .. } in candidates {
        let groups = groups.entry(*set).or_insert_with(|| groups_of(*set));
        for group in &matches.unqualified {
            *files.entry((*set, *group)).or_default() += 1;
        }
        let is_counted = |pattern: &&usize| {
            matches.unqualified.iter().any(|group| groups[*group].binary_search(pattern).is_ok())
        };
        for pattern in matches.calls.iter().filter(is_counted) {
            *named.entry((*set, *pattern)).or_default() += 1;
        }
    }
    let called = |((set, group), count): (&(usize, usize), &usize)| {
        let (set, count) = (*set, *count);
        let named = &named;
        let others = groups[&set][*group]
            .iter()
            .filter(move |pattern| count > named.get(&(set, **pattern)).copied().unwrap_or(0));
        others.map(|pattern| visible.pattern(set, *pattern)).collect::<Vec<usize>>()
    };
    files.iter().flat_map(called).collect()
}
