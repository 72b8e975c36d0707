//! The callers of some functions among the files that were read: each file is searched for those alone that its package can
//! use. It reads no file.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use super::call_pattern::CallPattern;
use super::caller_bodies::CallerBodies;
use super::caller_matcher::CallerMatcher;
use super::visible_sets::{Packages, VisibleSets};
use super::wrapper_patterns::TaskSource;
use crate::python::Model;
use crate::tasks::project::ProjectIndex;

/// One searcher for each set of things that a package can use, made when a file needs it.
struct PackageSearch<'a, S> {
    packages: &'a dyn Packages,
    visible: VisibleSets,
    searchers: Vec<OnceLock<S>>,
}

impl<'a, S> PackageSearch<'a, S> {
    fn new<'p>(paths: impl Iterator<Item = &'p str>, packages: &'a dyn Packages) -> Self {
        let visible = VisibleSets::new(paths, packages);
        let searchers = visible.sets().iter().map(|_| OnceLock::new()).collect();
        Self { packages, visible, searchers }
    }

    /// The searcher for a file; `new` makes one for things as indices.
    fn of(&self, file: usize, new: impl FnOnce(&[usize]) -> S) -> &S {
        let set = self.visible.set_of(self.packages.package_of(file));
        self.searchers[set].get_or_init(|| new(&self.visible.sets()[set]))
    }
}

/// Searches files for calls of wrappers.
pub(in crate::tasks) struct PackageCallers<'a> {
    wrappers: &'a [CallPattern],
    search: PackageSearch<'a, Option<CallerMatcher<'a>>>,
}

impl<'a> PackageCallers<'a> {
    pub(in crate::tasks) fn new(wrappers: &'a [CallPattern], packages: &'a dyn Packages) -> Self {
        let modules = wrappers.iter().map(|pattern| pattern.module.as_str());
        Self { wrappers, search: PackageSearch::new(modules, packages) }
    }

    /// Whether a file may call one of the wrappers, or defines one.
    pub(in crate::tasks) fn concern(&self, file: usize, model: &Model) -> bool {
        let patterns = |set: &[usize]| set.iter().map(|at| &self.wrappers[*at]).collect();
        let matcher = self.search.of(file, |set| CallerMatcher::new(patterns(set)));
        matcher.as_ref().is_some_and(|callers| {
            callers.defines_any(&model.module)
                || callers.may_call(model.source.code().as_bytes(), model.is_package)
        })
    }
}

/// Has the functions parsed that may call one of some functions.
pub(in crate::tasks) struct PackageBodies<'a> {
    project: &'a ProjectIndex,
    sources: &'a [TaskSource],
    /// In files without one of these names nothing is new.
    mentioned: Option<&'a BTreeSet<&'a String>>,
    search: PackageSearch<'a, CallerBodies<'a>>,
}

impl<'a> PackageBodies<'a> {
    pub(in crate::tasks) fn new(
        project: &'a ProjectIndex,
        sources: &'a [TaskSource],
        mentioned: Option<&'a BTreeSet<&'a String>>,
        packages: &'a dyn Packages,
    ) -> Self {
        let owners = sources.iter().map(|source| source.owner.as_str());
        Self { project, sources, mentioned, search: PackageSearch::new(owners, packages) }
    }

    /// Parses every function of a file that may call one of them, or a spawner through a local alias; returns whether any of
    /// them was not parsed before.
    pub(in crate::tasks) fn parse(&self, file: usize, model: &Model) -> bool {
        let names = |set: &[usize]| set.iter().map(|at| self.sources[*at].name.as_str()).collect();
        let new = |set: &[usize]| CallerBodies::new(self.project, &names(set), self.mentioned);
        self.search.of(file, new).parse(model)
    }
}
