//! The project's facts, gathered as its files become known. It decides in which order files speak, and whom news concern;
//! what each says is its own business.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::answers::Library;
use super::factory::find_factory;
use super::project::{Project, root_of};
use super::said::{Said, said_by};
use super::taking::{Answer, Ask, Taken, Taking};
use super::wanted::{Callers, Wanted};
use super::words::Words;
use crate::python::Model;

/// More rounds than this of asking and answering are not gone.
const ROUNDS: usize = 6;

/// The facts of the files that were read so far, and what each of them said.
#[derive(Debug, Default)]
pub struct Facts {
    project: Project,
    library: Library,
    said: Vec<Said>,
    /// The names of the wrappers that may leave a task to their callers, in the order in which they became known.
    names: Vec<String>,
    /// For how many of these each file was searched.
    searched: Vec<Option<usize>>,
}

/// What came of a round of answers.
struct Answered {
    /// The questions whose answer is new, or another than before.
    asks: BTreeSet<Ask>,
    /// The files that were heard while answers were still to change.
    spoke: BTreeSet<usize>,
}

impl Project {
    /// Gathers the facts of the given files; their order does not matter. Files that were parsed in part are completed with
    /// what the facts rest on.
    pub fn gather(models: &mut [Model]) -> Self {
        let mut facts = Facts::default();
        facts.learn(models);
        facts.project
    }
}

impl Facts {
    /// What is known of the project.
    pub fn project(&self) -> &Project {
        &self.project
    }

    /// The project, when all of its files are known.
    pub fn into_project(self) -> Project {
        self.project
    }

    /// Takes note of the further names that packages have: of each name the one that the names of its modules begin with. They
    /// are all that are known by now, and count for what is learned from here on.
    pub fn name_packages(&mut self, packages: BTreeMap<String, String>) {
        self.project.roots.extend(packages.keys().map(|other| root_of(other).to_owned()));
        self.project.packages = packages;
    }

    /// Takes further files in: those of `models`, which begin with the files that are known already, behind these. Files
    /// that were parsed in part are completed with what the facts rest on.
    pub fn learn(&mut self, models: &mut [Model]) {
        let first = self.library.len();
        let aliases = self.project.aliases.clone();
        let grown = self.library.take_in(models, &mut self.project);
        self.said.resize_with(models.len(), Said::default);
        self.searched.resize(models.len(), None);
        let new = self.project.aliases.difference(&aliases);
        let news = self.project.wanted_of(new);
        self.look_ahead(models);
        let answered = self.answer_anew(models);
        let modules: BTreeSet<&str> = models[first..].iter().map(|m| m.module.as_str()).collect();
        let mut todo = self.concerned(models, &news, |facts, i| {
            let is_told = |ask: &Ask| {
                answered.asks.contains(ask)
                    || facts.project.leads_into(ask.path(), &modules, &grown)
            };
            i >= first
                || answered.spoke.contains(&i)
                || facts.said[i].asks.iter().any(is_told)
                || facts.library.defines(i, &grown)
        });
        for _ in 0..ROUNDS {
            self.listen(models, todo);
            let news = self.take_over();
            let answered = self.answer(models);
            let grown = self.look_ahead(models);
            todo = self.concerned(models, &news, |facts, i| {
                grown.contains(&i)
                    || answered.spoke.contains(&i)
                    || !facts.said[i].asks.is_disjoint(&answered.asks)
            });
            if todo.is_empty() {
                break;
            }
        }
        for ask in self.said.iter().flat_map(|s| &s.asks) {
            if let Ask::Meaning(path) = ask {
                self.project.unmet.insert(path.clone());
            }
        }
        let found = models.iter().filter_map(|m| find_factory(m, &self.project));
        self.project.factory = found.min_by_key(|f| (f.attribute_only, f.path.clone(), f.line));
    }

    /// Hears what these files say, and again those that lacked something for it; gives back the latter.
    fn listen(&mut self, models: &mut [Model], mut files: Vec<usize>) -> BTreeSet<usize> {
        let mut again = BTreeSet::new();
        while !files.is_empty() {
            let found: Vec<Said> =
                files.par_iter().map(|i| said_by(&models[*i], &self.project)).collect();
            for (index, found) in files.into_iter().zip(found) {
                self.said[index] = found;
            }
            let grown = self.complete(models);
            again.extend(&grown);
            files = grown.into_iter().collect();
        }
        again
    }

    /// Answers what the files ask.
    fn answer(&mut self, models: &mut [Model]) -> Answered {
        let before = self.project.answers.clone();
        self.answer_since(&before, models)
    }

    /// Answers everything again that was asked before: what nobody could tell may lie in what is read now.
    fn answer_anew(&mut self, models: &mut [Model]) -> Answered {
        let before = self.project.answers.clone();
        self.forget();
        self.answer_since(&before, models)
    }

    fn answer_since(
        &mut self,
        before: &BTreeMap<Taking, Answer>,
        models: &mut [Model],
    ) -> Answered {
        let mut spoke = BTreeSet::new();
        loop {
            let asks = self.said.iter().flat_map(|s| &s.asks);
            self.library.answer(models, &mut self.project, asks);
            let grown = self.complete(models);
            if grown.is_empty() {
                break;
            }
            // An answer that rests on what was not there does not go away by itself, where answers rest on each other.
            self.forget();
            spoke.extend(&grown);
            spoke.extend(self.listen(models, grown.into_iter().collect()));
        }
        let now = self.project.answers.iter();
        let news = now.filter(|(taking, answer)| before.get(*taking) != Some(answer));
        let asks = news.map(|(taking, _)| Ask::Taking(taking.clone())).collect();
        Answered { asks, spoke }
    }

    /// Takes all answers back, as it is before anything is known.
    fn forget(&mut self) {
        for answer in self.project.answers.values_mut() {
            *answer = Answer::Takes(Taken::nothing());
        }
    }

    /// Completes the files with every function that may be left a task by a wrapper whose name has become known; gives back
    /// which.
    fn look_ahead(&mut self, models: &mut [Model]) -> BTreeSet<usize> {
        let known: BTreeSet<&String> = self.names.iter().collect();
        let new = self.project.maker_names().into_iter().map(str::to_owned);
        let new: Vec<String> = new.filter(|name| !known.contains(name)).collect();
        self.names.extend(new);
        let all = Some(self.names.len());
        let froms: BTreeSet<Option<usize>> = self.searched.iter().copied().collect();
        for from in froms.into_iter().filter(|from| *from != all) {
            let words = Words::new(&self.project, &self.names[from.unwrap_or(0)..]);
            let models = models.par_iter().zip(&self.searched).filter(|(_, s)| **s == from);
            models.for_each(|(model, _)| words.look_ahead(model));
        }
        self.searched.fill(all);
        self.complete(models)
    }

    /// Completes the files that lack something; gives back which.
    fn complete(&mut self, models: &mut [Model]) -> BTreeSet<usize> {
        let places =
            models.par_iter_mut().enumerate().filter(|(_, model)| model.needs_completion());
        let places: BTreeSet<usize> = places
            .map(|(place, model)| {
                model.complete();
                place
            })
            .collect();
        for place in &places {
            self.library.renew(*place, &models[*place]);
        }
        places
    }

    /// Takes the wrappers over that the files speak of; gives those back that are new, or other than before.
    fn take_over(&mut self) -> Vec<Wanted> {
        let project = &mut self.project;
        let before = std::mem::take(&mut project.wrappers);
        for (path, wrapper) in self.said.iter().flat_map(|s| &s.wrappers) {
            project.add_wrapper(path.clone(), wrapper.clone());
        }
        let is_news = |path: &&String| before.get(*path) != project.wrappers.get(*path);
        let paths = before.keys().chain(project.wrappers.keys()).filter(is_news);
        project.wanted_of(paths)
    }

    /// The files that may call one of these wrappers, define one, or for which `test` holds.
    fn concerned(
        &self,
        models: &[Model],
        news: &[Wanted],
        test: impl Fn(&Self, usize) -> bool + Sync,
    ) -> Vec<usize> {
        let callers = Callers::new(news.iter().collect());
        let hears = |model: &Model| {
            let code = model.source.code().as_bytes();
            let calls =
                |c: &Callers<'_>| c.are_from(&model.module) || c.are_in(code, model.is_package);
            callers.as_ref().is_some_and(calls)
        };
        let all = (0..models.len()).into_par_iter();
        all.filter(|i| test(self, *i) || hears(&models[*i])).collect()
    }
}
