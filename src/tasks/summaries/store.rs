//! Answers what files ask about each other's functions, from the definitions of the project. It judges no sites.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use rayon::prelude::*;

use super::summary::{ArgSlot, Dependency, FunctionSummary, ParamEffect, SummaryKey};
use crate::python::Model;
use crate::tasks::escape::EscapeAnalyzer;
use crate::tasks::project::{Exports, ProjectIndex};
use crate::tasks::sites::{SPAWNER_NAMES, asyncio_spawner};

/// Answers that still change after this many rounds are none.
const MAX_ITERATIONS: usize = 8;

/// The definitions of a project.
#[derive(Debug, Default)]
pub(super) struct SummaryStore {
    /// What each file tells, in the order of the files.
    exports: Vec<Exports>,
    /// The functions of each path: the file's place, and the function's among those of the file.
    defined: HashMap<Arc<str>, Vec<(usize, usize)>>,
}

impl SummaryStore {
    /// How many files there are.
    pub(in crate::tasks) fn len(&self) -> usize {
        self.exports.len()
    }

    /// Takes the definitions of the files in that it does not have yet, and tells the project of them. Gives the classes
    /// that something new derives from.
    /// Files that were parsed in part are completed with what their definitions rest on.
    pub(super) fn register_files(
        &mut self,
        models: &mut [Model],
        project: &mut ProjectIndex,
    ) -> BTreeSet<String> {
        let first = self.len();
        self.exports.par_extend(models[first..].par_iter_mut().map(exports));
        for (place, model) in models.iter().enumerate().skip(first) {
            let exports = &mut self.exports[place];
            exports.register(project, &model.module);
            for (ordinal, (path, _)) in exports.functions.iter().enumerate() {
                let places =
                    self.defined.entry(path.clone()).or_insert_with(|| Vec::with_capacity(1));
                places.push((place, ordinal));
            }
        }
        let before = std::mem::take(&mut project.subclasses);
        project.collect_subclasses();
        project.collect_aliases(SPAWNER_NAMES, |path| asyncio_spawner(path).is_some());
        let grown = project
            .subclasses
            .iter()
            .filter(|(class, subclasses)| before.get(*class) != Some(subclasses));
        grown.map(|(class, _)| class.clone()).collect()
    }

    /// Takes note that the nodes of a file are others than before.
    pub(in crate::tasks) fn rebind(&mut self, place: usize, model: &Model) {
        self.exports[place].rebind(model);
    }

    /// Whether a file defines one of these classes.
    pub(in crate::tasks) fn defines(&self, place: usize, classes: &BTreeSet<String>) -> bool {
        self.exports[place].classes().any(|class| classes.contains(class))
    }

    /// Answers what is asked.
    ///
    /// A function in a circle of calls is taken to do nothing with its argument until something in the circle shows
    /// more, so that the answers are the least ones that agree with each other.
    pub(super) fn compute<'q>(
        &self,
        models: &[Model],
        project: &mut ProjectIndex,
        dependencies: impl Iterator<Item = &'q Dependency>,
    ) {
        request(project, dependencies);
        for round in 0..MAX_ITERATIONS {
            let keys: Vec<&SummaryKey> = project.summaries.keys().collect();
            let found: Vec<(SummaryKey, FunctionSummary, BTreeSet<Dependency>)> = keys
                .into_par_iter()
                .map(|key| {
                    let (summary, dependencies) = self.compute_one(models, project, key);
                    (key.clone(), summary, dependencies)
                })
                .collect();
            let mut requested = BTreeSet::new();
            let known = project.summaries.len();
            let mut changed = false;
            for (key, summary, dependencies) in found {
                requested.extend(dependencies);
                if project.summaries.get(&key) != Some(&summary) {
                    changed = true;
                    let last = round + 1 == MAX_ITERATIONS;
                    let summary = if last { FunctionSummary::Unknown } else { summary };
                    project.summaries.insert(key, summary);
                }
            }
            request(project, requested.iter());
            // What was asked for on the way to these answers, and is no more, does not matter.
            let unresolved = requested.into_iter().filter_map(|ask| match ask {
                Dependency::Name(path) => Some(path),
                Dependency::Summary(_) => None,
            });
            project.unresolved = unresolved.collect();
            if !changed && project.summaries.len() == known {
                break;
            }
        }
    }

    fn compute_one(
        &self,
        models: &[Model],
        project: &ProjectIndex,
        key: &SummaryKey,
    ) -> (FunctionSummary, BTreeSet<Dependency>) {
        let mut dependencies = BTreeSet::new();
        let mut summaries: Vec<FunctionSummary> = Vec::new();
        for (place, ordinal) in self.defined.get(key.path.as_str()).into_iter().flatten() {
            let model = &models[*place];
            let (_, function) = &self.exports[*place].functions[*ordinal];
            let analyzer = EscapeAnalyzer::optimistic(model, project);
            let mut summary = match key.slot {
                ArgSlot::Result => analyzer.summarize_result(*function),
                _ => analyzer.summarize_parameter(
                    *function,
                    &key.slot,
                    key.on_instance,
                    key.value_kind,
                ),
            };
            if let FunctionSummary::Param(taken) = &mut summary {
                taken.why = format!("in {}, {}", model.source.path().display(), taken.why);
            }
            dependencies.extend(analyzer.into_dependencies());
            // Overloads come before what they stand for.
            if summary != FunctionSummary::Stub || summaries.is_empty() {
                summaries.retain(|a| *a != FunctionSummary::Stub);
                summaries.push(summary);
            }
        }
        let verdict = |a: &FunctionSummary| match a {
            FunctionSummary::Param(taken) => {
                Some((taken.reason.verdict(), taken.return_effect, taken.is_generator))
            }
            _ => None,
        };
        let alike = |a: &FunctionSummary, b: &FunctionSummary| match (a, b) {
            (FunctionSummary::Returns { .. }, _) | (_, FunctionSummary::Returns { .. }) => a == b,
            _ => verdict(a) == verdict(b),
        };
        let agree = summaries.iter().all(|a| alike(a, &summaries[0]));
        match summaries.into_iter().next().filter(|_| agree) {
            Some(summary) => (summary, dependencies),
            None => (FunctionSummary::Unknown, dependencies),
        }
    }
}

/// What a file tells, once nothing is lacking for it.
fn exports(model: &mut Model) -> Exports {
    let mut exports = Exports::of(model);
    while model.is_lacking() {
        model.complete();
        exports = Exports::of(model);
    }
    exports
}

fn request<'q>(project: &mut ProjectIndex, dependencies: impl Iterator<Item = &'q Dependency>) {
    for ask in dependencies {
        if let Dependency::Summary(key) = ask
            && !project.summaries.contains_key(key)
        {
            project.summaries.insert(key.clone(), FunctionSummary::Param(ParamEffect::none()));
        }
    }
}
