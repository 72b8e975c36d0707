//! Searches for the files that may call the project's wrappers, by their bytes and the package graph. It parses nothing.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use twox_hash::XxHash3_64;

use super::file_facts::FileFacts;
use super::package_graph::PackageGraph;
use super::sweep::Interest;
use super::walk::{ListedFile, Walk};
use crate::tasks::{CallPattern, CallerMatcher, Matches};

/// A search of all files for the callers of wrappers, again and again as wrappers become known.
#[derive(Debug, Default)]
pub(super) struct CallerSearch {
    /// The import graph, once it was needed.
    graph: Option<PackageGraph>,
}

/// A file that matches patterns of wrappers, and the index of its naming root.
struct Candidate {
    file: PathBuf,
    root: Option<usize>,
    matches: Matches,
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
        let modules: Vec<&str> = wanted.iter().map(|one| one.module.as_str()).collect();
        let of_subclasses: Vec<bool> =
            wanted.iter().map(|one| one.is_abstract || one.is_overridden).collect();
        let mut hasher = XxHash3_64::new();
        wanted.hash(&mut hasher);
        let search = hasher.finish();
        let Some(callers) = CallerMatcher::new(wanted) else { return BTreeSet::new() };
        let found: Mutex<BTreeMap<PathBuf, Matches>> = Mutex::default();
        let words = walk.query(callers.words());
        let module_words = walk.query(callers.module_words());
        let is_package = |file: &Path| file.file_name().is_some_and(|name| name == "__init__.py");
        let may_match = |file: &ListedFile| {
            (file.may_have_any(&words)
                || is_package(&file.path) && file.may_have_any(&module_words))
                && !file.fruitless().contains(search)
        };
        let remembers = walk.cache.is_some();
        walk.sweep(&may_match, &|file, bytes| {
            let matches = callers.matches(bytes, is_package(file));
            let interest = Interest::noted_if(matches != Matches::default());
            if interest == Interest::Noted || remembers {
                let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
                found.insert(file.to_path_buf(), matches);
            }
            interest
        });
        let graph = self.graph.get_or_insert_with(|| import_graph(walk));
        let mut found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
        // What could not be read was not searched.
        let has_nothing = |path: &Path| found.get(path) == Some(&Matches::default());
        for file in walk.files().iter().filter(|file| has_nothing(&file.path)) {
            file.fruitless().add(search);
        }
        found.retain(|_, matches| *matches != Matches::default());
        let groups: Vec<&[usize]> = callers.groups().collect();
        select(graph, found, &groups, &modules, &of_subclasses, defining_files)
    }
}

/// The import graph of the files that were read, standard input included.
fn import_graph(walk: &Walk<'_>) -> PackageGraph {
    let stdin = walk.target.stdin.as_ref();
    let stdin =
        stdin.map(|s| (s.real.as_deref().unwrap_or(&s.shown), FileFacts::of(&s.bytes, false)));
    let stdin = stdin.as_ref().map(|(path, facts)| (*path, facts));
    let listed = walk.files().iter().filter_map(|file| Some((file.path.as_path(), file.facts()?)));
    let all = listed.chain(stdin).map(|(path, facts)| (path, facts.imports()));
    PackageGraph::new(&walk.target.root, all, walk.lookups)
}

/// The files that can use the wrapper whose pattern they match. `groups` are the patterns of one call each, `modules` those of
/// the wrappers, `of_subclasses` says of which of these every subclass matters.
fn select(
    graph: &PackageGraph,
    found: BTreeMap<PathBuf, Matches>,
    groups: &[&[usize]],
    modules: &[&str],
    of_subclasses: &[bool],
    defining_files: &HashMap<&str, Vec<&Path>>,
) -> BTreeSet<PathBuf> {
    let mut dependents: BTreeMap<&str, Option<BTreeSet<usize>>> = BTreeMap::new();
    for module in modules {
        dependents.entry(module).or_insert_with(|| {
            let files = files_of(module, defining_files)?;
            Some(graph.dependents(files.iter().copied()))
        });
    }
    let can_use = |root: Option<usize>, pattern: usize| {
        let roots = dependents.get(modules[pattern]).and_then(Option::as_ref);
        root.zip(roots).is_none_or(|(root, roots)| roots.contains(&root))
    };
    let candidate =
        |(file, matches): (PathBuf, _)| Candidate { root: graph.root_of(&file), file, matches };
    let candidates: Vec<Candidate> = found.into_iter().map(candidate).collect();
    // A file that provides the class of a wrapper matters only if a call may be one of the wrapper.
    let called_unqualified = called_unqualified(&candidates, groups, can_use);
    let matters = |candidate: &Candidate| {
        let Matches { calls, provides, .. } = &candidate.matches;
        let provides = provides
            .iter()
            .filter(|pattern| called_unqualified.contains(pattern) || of_subclasses[**pattern]);
        calls.iter().chain(provides).any(|pattern| can_use(candidate.root, *pattern))
    };
    candidates.into_iter().filter(matters).map(|candidate| candidate.file).collect()
}

/// The patterns that match a file which calls them through a receiver that does not name the owner, and which can use them.
/// Files are counted by their roots, since each may match all patterns of a call.
fn called_unqualified(
    candidates: &[Candidate],
    groups: &[&[usize]],
    can_use: impl Fn(Option<usize>, usize) -> bool,
) -> BTreeSet<usize> {
    let mut files: BTreeMap<usize, BTreeMap<Option<usize>, usize>> = BTreeMap::new();
    let mut named: HashMap<(usize, Option<usize>), usize> = HashMap::new();
    for Candidate { root, matches, .. } in candidates {
        for group in &matches.unqualified {
            *files.entry(*group).or_default().entry(*root).or_default() += 1;
        }
        let is_counted = |pattern: &&usize| {
            matches.unqualified.iter().any(|group| groups[*group].binary_search(pattern).is_ok())
        };
        for pattern in matches.calls.iter().filter(is_counted) {
            *named.entry((*pattern, *root)).or_default() += 1;
        }
    }
    let is_called = |group: usize, pattern: usize| {
        files[&group].iter().any(|(root, count)| {
            *count > named.get(&(pattern, *root)).copied().unwrap_or(0) && can_use(*root, pattern)
        })
    };
    let called = |group: usize| groups[group].iter().copied().filter(move |p| is_called(group, *p));
    files.keys().copied().flat_map(called).collect()
}

/// The files that define what lies at a dotted path: those of the module that it begins with.
fn files_of<'f>(
    path: &str,
    defining_files: &'f HashMap<&str, Vec<&Path>>,
) -> Option<&'f [&'f Path]> {
    let ends = std::iter::once(path.len()).chain(path.rmatch_indices('.').map(|(end, _)| end));
    ends.into_iter().find_map(|end| defining_files.get(&path[..end])).map(Vec::as_slice)
}
