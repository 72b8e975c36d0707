//! Worklist driver: builds the project index as files become known, and recomputes summaries until
//! nothing changes.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::file_summary::{FileSummary, summarize};
use super::store::SummaryStore;
use super::summary::{Dependency, FunctionSummary, ParamEffect, SummaryKey};
use crate::python::Model;
use crate::tasks::prefilter::{BodyRequests, CallPattern, CallerMatcher};
use crate::tasks::project::{ProjectIndex, root_of};
use crate::tasks::sites::find_factory;

/// Upper bound on fixpoint iterations over the files.
const MAX_ITERATIONS: usize = 6;

/// The index of the files that were read so far, and the summary of each.
#[derive(Debug, Default)]
pub struct ProjectBuilder {
    project: ProjectIndex,
    store: SummaryStore,
    summaries: Vec<FileSummary>,
    /// The names of wrappers that may return a task to their callers, in the order of discovery.
    wrapper_names: Vec<String>,
    /// The number of these names that each file was searched for.
    searched: Vec<Option<usize>>,
}

/// The outcome of recomputing function summaries.
struct Recomputed {
    /// The summaries that are new or changed.
    summaries: BTreeSet<Dependency>,
    /// The files that were summarized before the summaries were final.
    resummarized: BTreeSet<usize>,
}

impl ProjectIndex {
    /// Builds the index of the given files; their order does not matter. Partially parsed files are
    /// completed as needed.
    pub fn gather(models: &mut [Model]) -> Self {
        let mut builder = ProjectBuilder::default();
        builder.extend(models);
        builder.project
    }
}

impl ProjectBuilder {
    /// The index as far as it is known.
    pub fn project(&self) -> &ProjectIndex {
        &self.project
    }

    /// The finished index.
    pub fn into_project(self) -> ProjectIndex {
        self.project
    }

    /// Sets the alternative names of packages, each with the name that its modules use. They
    /// replace all earlier ones and affect files added from now on.
    pub fn name_packages(&mut self, packages: BTreeMap<String, String>) {
        self.project.roots.extend(packages.keys().map(|other| root_of(other).to_owned()));
        self.project.packages = packages;
    }

    /// Adds files: `models` starts with the files that are known already, new ones follow.
    /// Partially parsed files are completed as needed.
    pub fn extend(&mut self, models: &mut [Model]) {
        let first = self.store.len();
        let aliases = self.project.aliases.clone();
        let extended_classes = self.store.register_files(models, &mut self.project);
        self.summaries.resize_with(models.len(), FileSummary::default);
        self.searched.resize(models.len(), None);
        let new = self.project.aliases.difference(&aliases);
        let changed = self.project.patterns_of(new);
        self.request_bodies(models);
        let recomputed = self.recompute_all(models);
        let modules: BTreeSet<&str> = models[first..].iter().map(|m| m.module.as_str()).collect();
        let mut worklist = self.affected_files(models, &changed, |builder, i| {
            let is_changed = |dependency: &Dependency| {
                recomputed.summaries.contains(dependency)
                    || builder.project.leads_into(dependency.path(), &modules, &extended_classes)
            };
            i >= first
                || recomputed.resummarized.contains(&i)
                || builder.summaries[i].dependencies.iter().any(is_changed)
                || builder.store.defines(i, &extended_classes)
        });
        for _ in 0..MAX_ITERATIONS {
            self.summarize_files(models, worklist);
            let changed = self.update_wrappers();
            let recomputed = self.compute_summaries(models);
            let completed = self.request_bodies(models);
            worklist = self.affected_files(models, &changed, |builder, i| {
                completed.contains(&i)
                    || recomputed.resummarized.contains(&i)
                    || !builder.summaries[i].dependencies.is_disjoint(&recomputed.summaries)
            });
            if worklist.is_empty() {
                break;
            }
        }
        for dependency in self.summaries.iter().flat_map(|s| &s.dependencies) {
            if let Dependency::Name(path) = dependency {
                self.project.unresolved.insert(path.clone());
            }
        }
        let found = models.iter().filter_map(|m| find_factory(m, &self.project));
        self.project.factory = found.min_by_key(|f| (f.attribute_only, f.path.clone(), f.line));
    }

    /// Summarizes these files, and again those that had to be completed for it; returns the latter.
    fn summarize_files(&mut self, models: &mut [Model], mut files: Vec<usize>) -> BTreeSet<usize> {
        let mut again = BTreeSet::new();
        while !files.is_empty() {
            let found: Vec<FileSummary> =
                files.par_iter().map(|i| summarize(&models[*i], &self.project)).collect();
            for (index, found) in files.into_iter().zip(found) {
                self.summaries[index] = found;
            }
            let completed = self.complete(models);
            again.extend(&completed);
            files = completed.into_iter().collect();
        }
        again
    }

    /// Computes the function summaries that the files depend on.
    fn compute_summaries(&mut self, models: &mut [Model]) -> Recomputed {
        let before = self.project.summaries.clone();
        self.compute_since(&before, models)
    }

    /// Recomputes all function summaries: what was unknown may be defined in the new files.
    fn recompute_all(&mut self, models: &mut [Model]) -> Recomputed {
        let before = self.project.summaries.clone();
        self.reset_summaries();
        self.compute_since(&before, models)
    }

    fn compute_since(
        &mut self,
        before: &BTreeMap<SummaryKey, FunctionSummary>,
        models: &mut [Model],
    ) -> Recomputed {
        let mut resummarized = BTreeSet::new();
        loop {
            let dependencies = self.summaries.iter().flat_map(|s| &s.dependencies);
            self.store.compute(models, &mut self.project, dependencies);
            let completed = self.complete(models);
            if completed.is_empty() {
                break;
            }
            // Summaries of recursive functions support each other, so outdated ones must be reset.
            self.reset_summaries();
            resummarized.extend(&completed);
            resummarized.extend(self.summarize_files(models, completed.into_iter().collect()));
        }
        let now = self.project.summaries.iter();
        let changed = now.filter(|(key, summary)| before.get(*key) != Some(summary));
        let summaries = changed.map(|(key, _)| Dependency::Summary(key.clone())).collect();
        Recomputed { summaries, resummarized }
    }

    /// Resets all function summaries to the initial value of the iteration.
    fn reset_summaries(&mut self) {
        for summary in self.project.summaries.values_mut() {
            *summary = FunctionSummary::Param(ParamEffect::none());
        }
    }

    /// Completes the files with every function body that may call a newly known wrapper; returns
    /// those files.
    fn request_bodies(&mut self, models: &mut [Model]) -> BTreeSet<usize> {
        let known: BTreeSet<&String> = self.wrapper_names.iter().collect();
        let new = self.project.task_source_names().into_iter().map(str::to_owned);
        let new: Vec<String> = new.filter(|name| !known.contains(name)).collect();
        self.wrapper_names.extend(new);
        let all = Some(self.wrapper_names.len());
        let froms: BTreeSet<Option<usize>> = self.searched.iter().copied().collect();
        for from in froms.into_iter().filter(|from| *from != all) {
            let requests =
                BodyRequests::new(&self.project, &self.wrapper_names[from.unwrap_or(0)..]);
            let models = models.par_iter().zip(&self.searched).filter(|(_, s)| **s == from);
            models.for_each(|(model, _)| requests.request(model));
        }
        self.searched.fill(all);
        self.complete(models)
    }

    /// Completes the files that lack function bodies; returns which.
    fn complete(&mut self, models: &mut [Model]) -> BTreeSet<usize> {
        let files = models.par_iter_mut().enumerate().filter(|(_, model)| model.needs_completion());
        let files: BTreeSet<usize> = files
            .map(|(file, model)| {
                model.complete();
                file
            })
            .collect();
        for file in &files {
            self.store.rebind(*file, &models[*file]);
        }
        files
    }

    /// Rebuilds the index's wrappers from the file summaries; returns the patterns of those that
    /// are new or changed.
    fn update_wrappers(&mut self) -> Vec<CallPattern> {
        let project = &mut self.project;
        let before = std::mem::take(&mut project.wrappers);
        for (path, wrapper) in self.summaries.iter().flat_map(|s| &s.wrappers) {
            project.add_wrapper(path.clone(), wrapper.clone());
        }
        let is_changed = |path: &&String| before.get(*path) != project.wrappers.get(*path);
        let paths = before.keys().chain(project.wrappers.keys()).filter(is_changed);
        project.patterns_of(paths)
    }

    /// The files that may call one of these wrappers, define one, or for which `test` holds.
    fn affected_files(
        &self,
        models: &[Model],
        changed: &[CallPattern],
        test: impl Fn(&Self, usize) -> bool + Sync,
    ) -> Vec<usize> {
        let callers = CallerMatcher::new(changed.iter().collect());
        let may_call = |model: &Model| {
            let code = model.source.code().as_bytes();
            let calls = |c: &CallerMatcher<'_>| {
                c.defines_any(&model.module) || c.may_call(code, model.is_package)
            };
            callers.as_ref().is_some_and(calls)
        };
        let all = (0..models.len()).into_par_iter();
        all.filter(|i| test(self, *i) || may_call(&models[*i])).collect()
    }
}
