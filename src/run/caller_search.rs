//! Searches for the files that may call the project's wrappers, by their bytes and the package graph. It parses nothing.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::package_graph::{ImportCollector, PackageGraph};
use super::walk::Walk;
use crate::tasks::{CallPattern, CallerMatcher, Matches};

/// A search of all files for the callers of wrappers, again and again as wrappers become known.
#[derive(Debug, Default)]
pub(super) struct CallerSearch {
    /// Who can know whom, once all files were read.
    ties: Option<PackageGraph>,
}

/// A file with what it has of the wrappers, and the top of its module's name.
struct Candidate {
    file: PathBuf,
    top: Option<usize>,
    mentions: Matches,
}

impl CallerSearch {
    /// The files that may call one of these wrappers, or can tell of a call somewhere that it is one. `homes` are the files
    /// of each module that was read.
    pub(super) fn callers(
        &mut self,
        walk: &Walk<'_>,
        wanted: Vec<&CallPattern>,
        homes: &HashMap<&str, Vec<&Path>>,
    ) -> BTreeSet<PathBuf> {
        let modules: Vec<&str> = wanted.iter().map(|one| one.module.as_str()).collect();
        let is_abstract: Vec<bool> = wanted.iter().map(|one| one.is_abstract).collect();
        let Some(callers) = CallerMatcher::new(wanted) else { return BTreeSet::new() };
        let imports = self.ties.is_none().then(|| ImportCollector::new(&walk.target.root));
        let found: Mutex<Vec<(PathBuf, Matches)>> = Mutex::default();
        walk.sweep(&|file, bytes| {
            if let Some(imports) = &imports {
                imports.note(file, bytes);
            }
            let is_package = file.file_name().is_some_and(|name| name == "__init__.py");
            let mentions = callers.matches(bytes, is_package);
            if mentions != Matches::default() {
                let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
                found.push((file.to_path_buf(), mentions));
            }
            false
        });
        if let Some(imports) = imports {
            if let Some(stdin) = &walk.target.stdin {
                imports.note(stdin.real.as_deref().unwrap_or(&stdin.shown), &stdin.bytes);
            }
            self.ties = Some(imports.into_ties());
        }
        let found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
        let select = |ties| select(ties, found, &modules, &is_abstract, homes);
        self.ties.as_ref().map(select).unwrap_or_default()
    }
}

/// Those of the files that can know the wrapper that they have a word of. `modules` are those of the wrappers,
/// `is_abstract` says which of these are only there to be overridden.
fn select(
    ties: &PackageGraph,
    found: Vec<(PathBuf, Matches)>,
    modules: &[&str],
    is_abstract: &[bool],
    homes: &HashMap<&str, Vec<&Path>>,
) -> BTreeSet<PathBuf> {
    let mut known: BTreeMap<&str, Option<BTreeSet<usize>>> = BTreeMap::new();
    for module in modules {
        known.entry(module).or_insert_with(|| {
            let files = home(module, homes)?;
            Some(ties.knowing(files.iter().copied()))
        });
    }
    let knows = |lead: &Candidate, place: usize| {
        let tops = known.get(modules[place]).and_then(Option::as_ref);
        lead.top.zip(tops).is_none_or(|(top, tops)| tops.contains(&top))
    };
    let lead = |(file, mentions): (PathBuf, _)| Candidate { top: ties.top(&file), file, mentions };
    let leads: Vec<Candidate> = found.into_iter().map(lead).collect();
    // What brings the class of a wrapper matters where somebody calls what may be the wrapper.
    let mut somebodys: BTreeSet<usize> = BTreeSet::new();
    for lead in &leads {
        let nameless = lead.mentions.unqualified.iter().filter(|place| knows(lead, **place));
        somebodys.extend(nameless);
    }
    let matters = |lead: &Candidate| {
        let Matches { calls, provides, .. } = &lead.mentions;
        let provides =
            provides.iter().filter(|place| somebodys.contains(place) || is_abstract[**place]);
        calls.iter().chain(provides).any(|place| knows(lead, *place))
    };
    leads.into_iter().filter(matters).map(|lead| lead.file).collect()
}

/// The files that define what lies at a dotted path: those of the module that it begins with.
fn home<'h>(path: &str, homes: &'h HashMap<&str, Vec<&Path>>) -> Option<&'h [&'h Path]> {
    let ends = std::iter::once(path.len()).chain(path.rmatch_indices('.').map(|(end, _)| end));
    ends.into_iter().find_map(|end| homes.get(&path[..end])).map(Vec::as_slice)
}
