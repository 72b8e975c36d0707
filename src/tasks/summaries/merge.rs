//! What the summaries of all files say together: it is brought up to date in the project index as summaries change. It
//! evaluates no file.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::mem;

use super::file_summary::{FileSummary, SummaryChanges};
use crate::tasks::project::ProjectIndex;

/// For each wrapper the files that contribute to it.
#[derive(Debug, Default)]
pub(super) struct Contributors(HashMap<String, BTreeSet<usize>>);

impl Contributors {
    /// Notes which of the `evaluated` files contribute to wrappers that may have changed.
    pub(super) fn update(
        &mut self,
        files: &[FileSummary],
        evaluated: &[usize],
        wrappers: &BTreeSet<String>,
    ) {
        for path in wrappers {
            let contributors = self.0.entry(path.clone()).or_default();
            contributors.retain(|file| !evaluated.contains(file));
        }
        for file in evaluated {
            for (path, _) in files[*file].wrappers.iter().filter(|(p, _)| wrappers.contains(p)) {
                self.0.entry(path.clone()).or_default().insert(*file);
            }
        }
    }

    /// Adds the wrappers at these paths to the index.
    pub(super) fn add_wrappers<'p>(
        &self,
        files: &[FileSummary],
        paths: impl Iterator<Item = &'p String>,
        project: &mut ProjectIndex,
    ) {
        for path in paths {
            for file in self.0.get(path).into_iter().flatten() {
                let own = files[*file].wrappers.iter().filter(|(p, _)| p == path);
                own.for_each(|(_, wrapper)| project.add_wrapper(path.clone(), wrapper.clone()));
            }
        }
    }
}

/// Brings up to date what the index knows besides wrappers, as far as it may have changed; returns the paths of the functions
/// and classes of which anything has.
pub(super) fn update_other_facts(
    files: &[FileSummary],
    changes: &SummaryChanges,
    project: &mut ProjectIndex,
) -> BTreeSet<String> {
    let mut changed = BTreeSet::new();
    if changes.task_owners {
        let before = mem::take(&mut project.task_owners);
        for (path, owner) in files.iter().flat_map(|file| &file.task_owners) {
            project.add_task_owner(path.clone(), owner.clone());
        }
        let now = &project.task_owners;
        let is_other = |path: &&String| before.get(*path) != now.get(*path);
        changed.extend(before.keys().chain(now.keys()).filter(is_other).cloned());
    }
    if changes.coroutine_params {
        changed.extend(update_coroutine_params(files, project));
    }
    if changes.keeping_methods {
        let keeping = files.iter().flat_map(|file| &file.keeping_methods).cloned().collect();
        let before = mem::replace(&mut project.keeping_methods, keeping);
        changed.extend(before.symmetric_difference(&project.keeping_methods).cloned());
    }
    changed
}

/// Collects which functions give a parameter to `ensure_future`, and whether all callers give coroutines; returns those of
/// which anything has changed.
fn update_coroutine_params(files: &[FileSummary], project: &mut ProjectIndex) -> BTreeSet<String> {
    let params: BTreeMap<_, _> = files.iter().flat_map(|f| &f.spawned_params).cloned().collect();
    let names = params.keys().filter_map(|path| path.rsplit('.').next());
    project.names.extend(names.map(str::to_owned));
    let mut given: BTreeMap<&String, bool> = BTreeMap::new();
    for (path, is_coroutine) in files.iter().flat_map(|file| &file.coroutines_given) {
        *given.entry(path).or_insert(true) &= is_coroutine;
    }
    let given = given.into_iter().filter(|(_, is_coroutine)| *is_coroutine);
    let given: BTreeSet<String> = given.map(|(path, _)| path.clone()).collect();
    let before = mem::replace(&mut project.spawned_params, params);
    let given_before = mem::replace(&mut project.given_coroutines, given);
    let all = before.keys().chain(project.spawned_params.keys());
    let is_changed = |path: &&String| {
        before.get(*path) != project.spawned_params.get(*path)
            || given_before.contains(*path) != project.given_coroutines.contains(*path)
    };
    all.filter(is_changed).cloned().collect()
}
