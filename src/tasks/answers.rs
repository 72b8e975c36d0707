//! Answers what files ask about each other's functions, from the definitions of the project. It judges no sites.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use rayon::prelude::*;

use super::exports::Exports;
use super::inquiry::Inquiry;
use super::project::{Export, Project};
use super::spawner::{NAMES, asyncio_spawner};
use super::taking::{Answer, Ask, Slot, Taking};
use crate::python::Model;

/// The definitions of a project.
#[derive(Debug, Default)]
pub(super) struct Library {
    /// What each file tells, in the order of the files.
    exports: Vec<Exports>,
    /// The functions of each path: the file's place, and the function's among those of the file.
    defined: HashMap<Arc<str>, Vec<(usize, usize)>>,
}

impl Library {
    /// How many files there are.
    pub(super) fn len(&self) -> usize {
        self.exports.len()
    }

    /// Takes the definitions of the files in that it does not have yet, and tells the project of them. Gives the classes
    /// that something new derives from.
    /// Files that were parsed in part are completed with what their definitions rest on.
    pub(super) fn take_in(
        &mut self,
        models: &mut [Model],
        project: &mut Project,
    ) -> BTreeSet<String> {
        let first = self.len();
        self.exports.par_extend(models[first..].par_iter_mut().map(exports));
        for (place, model) in models.iter().enumerate().skip(first) {
            let exports = &mut self.exports[place];
            exports.tell(project, &model.module);
            for (ordinal, (path, _)) in exports.functions.iter().enumerate() {
                let places =
                    self.defined.entry(path.clone()).or_insert_with(|| Vec::with_capacity(1));
                places.push((place, ordinal));
            }
        }
        let before = std::mem::take(&mut project.heirs);
        collect_heirs(project);
        project.collect_aliases(NAMES, |path| asyncio_spawner(path).is_some());
        let grown = project.heirs.iter().filter(|(class, heirs)| before.get(*class) != Some(heirs));
        grown.map(|(class, _)| class.clone()).collect()
    }

    /// Takes note that the nodes of a file are others than before.
    pub(super) fn renew(&mut self, place: usize, model: &Model) {
        self.exports[place].renew(model);
    }

    /// Whether a file defines one of these classes.
    pub(super) fn defines(&self, place: usize, classes: &BTreeSet<String>) -> bool {
        self.exports[place].classes().any(|class| classes.contains(class))
    }

    /// Whether one of these files defines what a summary is of.
    pub(super) fn is_defined_in(&self, key: &Taking, files: &BTreeSet<usize>) -> bool {
        let places = self.defined.get(key.path.as_str()).into_iter().flatten();
        places.into_iter().any(|(place, _)| files.contains(place))
    }

    pub(super) fn look_up(
        &self,
        models: &[Model],
        project: &Project,
        taking: &Taking,
    ) -> (Answer, BTreeSet<Ask>) {
        let mut asks = BTreeSet::new();
        let mut answers: Vec<Answer> = Vec::new();
        for (place, ordinal) in self.defined.get(taking.path.as_str()).into_iter().flatten() {
            let model = &models[*place];
            let (_, function) = &self.exports[*place].functions[*ordinal];
            let inquiry = Inquiry::assuming_nothing(model, project);
            let mut answer = match taking.slot {
                Slot::Result => inquiry.gives(*function),
                _ => inquiry.take(*function, &taking.slot, taking.on_instance, taking.shape),
            };
            if let Answer::Takes(taken) = &mut answer {
                taken.why = format!("in {}, {}", model.source.path().display(), taken.why);
            }
            asks.extend(inquiry.into_asks());
            // Overloads come before what they stand for.
            if answer != Answer::Stub || answers.is_empty() {
                answers.retain(|a| *a != Answer::Stub);
                answers.push(answer);
            }
        }
        let verdict = |a: &Answer| match a {
            Answer::Takes(taken) => {
                Some((taken.reason.verdict(), taken.gives_back, taken.is_generator))
            }
            _ => None,
        };
        let alike = |a: &Answer, b: &Answer| match (a, b) {
            (Answer::Gives { .. }, _) | (_, Answer::Gives { .. }) => a == b,
            _ => verdict(a) == verdict(b),
        };
        let agree = answers.iter().all(|a| alike(a, &answers[0]));
        match answers.into_iter().next().filter(|_| agree) {
            Some(answer) => (answer, asks),
            None => (Answer::Unseen, asks),
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

fn collect_heirs(project: &mut Project) {
    let bases = |(class, export): (&String, &Export)| match export {
        Export::Class(bases) => {
            bases.iter().map(|base| (project.canonical(base), class.clone())).collect()
        }
        Export::Alias(_) => Vec::new(),
    };
    let heirs: Vec<(String, String)> = project.exports.par_iter().flat_map_iter(bases).collect();
    for (base, class) in heirs {
        project.heirs.entry(base).or_default().insert(class);
    }
}
