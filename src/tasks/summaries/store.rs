//! The definitions of a project, and the evaluation of one function summary. It iterates nothing.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use rayon::prelude::*;

use crate::python::Model;
use crate::tasks::effects::{ArgSlot, Dependency, FunctionSummary, SummaryKey};
use crate::tasks::escape::EscapeAnalyzer;
use crate::tasks::libraries::{SPAWNER_NAMES, asyncio_spawner};
use crate::tasks::project::{Exports, ProjectIndex};

/// The definitions that summaries are computed from.
#[derive(Debug, Default)]
pub(super) struct SummaryStore {
    /// The exports of each file, in the order of the files.
    exports: Vec<Exports>,
    /// For each path its definitions: the index of the file, and that of the function among the
    /// file's functions.
    defined: HashMap<Arc<str>, Vec<(usize, usize)>>,
}

impl SummaryStore {
    /// How many files there are.
    pub(in crate::tasks) fn len(&self) -> usize {
        self.exports.len()
    }

    /// Adds the definitions of new files, here and to the project index. Returns the classes that
    /// have new subclasses. Partially parsed files are completed with what their definitions need.
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

    /// Updates the nodes of a file after its tree was completed.
    pub(in crate::tasks) fn rebind(&mut self, place: usize, model: &Model) {
        self.exports[place].rebind(model);
    }

    /// Whether a file defines one of these classes.
    pub(in crate::tasks) fn defines(&self, place: usize, classes: &BTreeSet<String>) -> bool {
        self.exports[place].classes().any(|class| classes.contains(class))
    }

    /// Whether one of these files defines the function of a summary.
    pub(super) fn is_defined_in(&self, key: &SummaryKey, files: &BTreeSet<usize>) -> bool {
        let places = self.defined.get(key.path.as_str()).into_iter().flatten();
        places.into_iter().any(|(file, _)| files.contains(file))
    }

    /// Evaluates one summary with the project as it is known; returns also what that depends on.
    pub(super) fn evaluate(
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
            // Overloads precede their implementation.
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

/// The exports of a file, whose tree is completed as needed.
fn exports(model: &mut Model) -> Exports {
    let mut exports = Exports::of(model);
    while model.needs_completion() {
        model.complete();
        exports = Exports::of(model);
    }
    exports
}
