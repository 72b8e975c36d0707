//! Searches for the files that may call the project's wrappers, by their bytes and the package graph. It parses nothing.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::file_facts::FileFacts;
use super::package_graph::PackageGraph;
use super::sweep::Interest;
use super::visible_patterns::VisiblePatterns;
use super::walk::{ListedFile, Walk};
use crate::tasks::{CallPattern, Matches};

/// A search of all files for the callers of wrappers, again and again as wrappers become known.
#[derive(Debug, Default)]
pub(super) struct CallerSearch {
    /// The import graph, once it was needed.
    graph: Option<PackageGraph>,
}

impl CallerSearch {
    /// The files that may call one of these wrappers, or that decide whether a call elsewhere is one. `defining_files` are
    /// the files of each module that was read.
    pub(super) fn callers(
        &mut self,
        walk: &Walk<'_>,
        wanted: Vec<&CallPattern>,
        defining_files: &HashMap<&str, Vec<&Path>>,
    ) -> BTreeSet<PathBuf> {
        if wanted.is_empty() {
            return BTreeSet::new();
        }
        // A file of any package may come to use any wrapper, as imports change.
        walk.query(wanted.iter().flat_map(|pattern| pattern.words()));
        walk.query(wanted.iter().filter_map(|pattern| pattern.module_word()));
        let graph = self.graph.get_or_insert_with(|| import_graph(walk));
        let visible = VisiblePatterns::new(wanted, |module| {
            let files = files_of(module, defining_files)?;
            Some(graph.dependents(files.iter().copied()))
        });
        let found: Mutex<BTreeMap<PathBuf, Matches>> = Mutex::default();
        let is_package = |file: &Path| file.file_name().is_some_and(|name| name == "__init__.py");
        let set_of = |file: &Path| visible.set_of(graph.root_of(file));
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
        let candidate =
            |(file, matches): (PathBuf, _)| Candidate { set: set_of(&file), file, matches };
        select(&visible, found.into_iter().map(candidate).collect())
    }
}

/// A file that matches patterns of wrappers, and the index of the set of those that it can use.
struct Candidate {
    file: PathBuf,
    set: usize,
    /// Patterns are indices into the set.
    matches: Matches,
}

/// The import graph of all files, standard input included.
fn import_graph(walk: &Walk<'_>) -> PackageGraph {
    walk.sweep(&|file| file.facts().is_none(), &|_, _| Interest::None);
    let stdin = walk.target.stdin.as_ref();
    let stdin =
        stdin.map(|s| (s.real.as_deref().unwrap_or(&s.shown), FileFacts::of(&s.bytes, false)));
    let stdin = stdin.as_ref().map(|(path, facts)| (*path, facts));
    let listed = walk.files().iter().filter_map(|file| Some((file.path.as_path(), file.facts()?)));
    let all = listed.chain(stdin).map(|(path, facts)| (path, facts.imports()));
    PackageGraph::new(&walk.target.root, all, walk.lookups)
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

/// The files that define what lies at a dotted path: those of the module that it begins with.
fn files_of<'f>(
    path: &str,
    defining_files: &'f HashMap<&str, Vec<&Path>>,
) -> Option<&'f [&'f Path]> {
    let ends = std::iter::once(path.len()).chain(path.rmatch_indices('.').map(|(end, _)| end));
    ends.into_iter().find_map(|end| defining_files.get(&path[..end])).map(Vec::as_slice)
}
