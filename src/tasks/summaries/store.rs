//! The definitions of a project, and the evaluation of one function summary. It iterates nothing.

use std::collections::BTreeSet;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use rayon::prelude::*;

use crate::python::{Model, NodeId};
use crate::tasks::effects::{ArgSlot, Dependency, FunctionSummary, SummaryKey, ValueKind};
use crate::tasks::escape::EscapeAnalyzer;
use crate::tasks::project::{Exports, ProjectIndex};

/// The definitions that summaries are computed from.
#[derive(Debug, Default)]
pub(super) struct SummaryStore {
    /// The exports of each file, in the order of the files.
    exports: Vec<Exports>,
    /// For each path its definitions: the index of the file, and that of the function among the
    /// file's functions.
    defined: FxHashMap<Arc<str>, Vec<(usize, usize)>>,
    /// The same for classes.
    classes: FxHashMap<Arc<str>, Vec<(usize, NodeId)>>,
}

impl SummaryStore {
    /// How many files there are.
    pub(in crate::tasks) fn len(&self) -> usize {
        self.exports.len()
    }

    /// Adds the definitions of new files, here and to the project index. Returns the classes that
    /// have new subclasses, direct or not.
    pub(super) fn register_files(
        &mut self,
        models: &[Model],
        project: &mut ProjectIndex,
    ) -> BTreeSet<String> {
        let first = self.len();
        self.exports.par_extend(models[first..].par_iter().map(Exports::of));
        for (place, model) in models.iter().enumerate().skip(first) {
            let exports = &mut self.exports[place];
            exports.register(project, model);
            for (path, class) in exports.class_definitions() {
                self.classes.entry(path.into()).or_default().push((place, class));
            }
            for (ordinal, (path, _)) in exports.functions.iter().enumerate() {
                let places =
                    self.defined.entry(path.clone()).or_insert_with(|| Vec::with_capacity(1));
                places.push((place, ordinal));
            }
        }
        let before = std::mem::take(&mut project.subclasses);
        project.collect_subclasses();
        project.collect_aliases();
        let grown = project
            .subclasses
            .iter()
            .filter(|(class, subclasses)| before.get(*class) != Some(subclasses));
        let grown = grown.map(|(class, _)| class.as_str()).collect();
        project.with_all_bases(grown).into_iter().map(str::to_owned).collect()
    }

    /// The classes of all files, each with its file and its path.
    pub(super) fn class_definitions<'s>(
        &'s self,
        models: &'s [Model],
    ) -> impl Iterator<Item = (&'s Model, &'s str, NodeId)> {
        let of = |(model, exports): (&'s Model, &'s Exports)| {
            exports.class_definitions().map(move |(path, class)| (model, path, class))
        };
        models.iter().zip(&self.exports).flat_map(of)
    }

    /// The functions that are defined at a path, each with its file.
    pub(super) fn definitions<'s>(
        &'s self,
        models: &'s [Model],
        path: &str,
    ) -> impl Iterator<Item = (&'s Model, NodeId)> + use<'s> {
        let places = self.defined.get(path).into_iter().flatten();
        places.map(|(place, ordinal)| (&models[*place], self.exports[*place].functions[*ordinal].1))
    }

    /// The files that define a function or class at a path.
    pub(super) fn files_of(&self, path: &str) -> impl Iterator<Item = usize> {
        let functions = self.defined.get(path).into_iter().flatten().map(|(place, _)| *place);
        functions.chain(self.classes.get(path).into_iter().flatten().map(|(place, _)| *place))
    }

    /// Whether a file defines one of these classes.
    pub(in crate::tasks) fn defines(&self, place: usize, classes: &BTreeSet<String>) -> bool {
        self.exports[place].classes().any(|class| classes.contains(class))
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
                ArgSlot::Result if key.value_kind == ValueKind::Spawner => {
                    analyzer.summarize_decorator_factory(*function)
                }
                ArgSlot::Result => analyzer.summarize_result(*function),
                _ if key.value_kind == ValueKind::Spawner => {
                    analyzer.summarize_callable(*function, &key.slot, key.on_instance)
                }
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
        for (place, class) in self.classes.get(key.path.as_str()).into_iter().flatten() {
            if let ArgSlot::Keyword(attribute) = &key.slot {
                let analyzer = EscapeAnalyzer::optimistic(&models[*place], project);
                let escape = analyzer.escape_of_new(*class, attribute);
                dependencies.extend(analyzer.into_dependencies());
                summaries.push(FunctionSummary::Constructs(escape));
            }
        }
        let verdict = |a: &FunctionSummary| match a {
            FunctionSummary::Param(taken) => {
                Some((taken.reason.verdict(), taken.return_effect, taken.is_generator))
            }
            _ => None,
        };
        let alike = |a: &FunctionSummary, b: &FunctionSummary| match (a, b) {
            (FunctionSummary::Returns { .. } | FunctionSummary::Constructs(_), _)
            | (_, FunctionSummary::Returns { .. } | FunctionSummary::Constructs(_)) => a == b,
            _ => verdict(a) == verdict(b),
        };
        let agree = summaries.iter().all(|a| alike(a, &summaries[0]));
        match summaries.into_iter().next().filter(|_| agree) {
            Some(summary) => (summary, dependencies),
            None => (FunctionSummary::Unknown, dependencies),
        }
    }
}
