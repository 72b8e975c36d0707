//! The callers of some functions among the files that were read: each file is searched for those alone that its package can
//! use. It reads no file.

use std::collections::BTreeSet;

use super::call_pattern::CallPattern;
use super::caller_bodies::CallerBodies;
use super::caller_matcher::CallerMatcher;
use super::visible_sets::{Packages, VisibleSets};
use super::wrapper_patterns::TaskSource;
use crate::python::Model;
use crate::tasks::project::ProjectIndex;

/// Searches files for calls of wrappers.
pub(in crate::tasks) struct PackageCallers<'a> {
    wrappers: &'a [CallPattern],
    packages: &'a dyn Packages,
    visible: VisibleSets<Option<CallerMatcher<'a>>>,
}

impl<'a> PackageCallers<'a> {
    pub(in crate::tasks) fn new(wrappers: &'a [CallPattern], packages: &'a dyn Packages) -> Self {
        let modules = wrappers.iter().map(|pattern| pattern.module.as_str());
        Self { wrappers, packages, visible: VisibleSets::new(modules, packages) }
    }

    /// Whether a file may call one of the wrappers, or defines one.
    pub(in crate::tasks) fn may_call_or_define(&self, file: usize, model: &Model) -> bool {
        if self.wrappers.is_empty() {
            return false;
        }
        let patterns = |items: &[usize]| items.iter().map(|at| &self.wrappers[*at]).collect();
        let set = self.visible.set_of(self.packages.package_of(file));
        let matcher = self.visible.searcher(set, |items| CallerMatcher::new(patterns(items)));
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
    packages: &'a dyn Packages,
    visible: VisibleSets<CallerBodies<'a>>,
}

impl<'a> PackageBodies<'a> {
    pub(in crate::tasks) fn new(
        project: &'a ProjectIndex,
        sources: &'a [TaskSource],
        mentioned: Option<&'a BTreeSet<&'a String>>,
        packages: &'a dyn Packages,
    ) -> Self {
        let owners = sources.iter().map(|source| source.owner.as_str());
        let visible = VisibleSets::new(owners, packages);
        Self { project, sources, mentioned, packages, visible }
    }

    /// Parses every function of a file that may call one of them, or a spawner through a local alias; returns whether any of
    /// them was not parsed before.
    pub(in crate::tasks) fn parse(&self, file: usize, model: &Model) -> bool {
        let name = |at: &usize| self.sources[*at].name.as_str();
        let new = |items: &[usize]| {
            CallerBodies::new(self.project, &items.iter().map(name).collect(), self.mentioned)
        };
        let set = self.visible.set_of(self.packages.package_of(file));
        self.visible.searcher(set, new).parse(model)
    }
}
