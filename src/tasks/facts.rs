//! The project's facts, gathered as its files become known. It decides in which order files speak, and whom news concern;
//! what each says is its own business.

use rayon::prelude::*;

use super::answers::Library;
use super::factory::find_factory;
use super::project::Project;
use super::said::{Said, said_by};
use super::taking::{Answer, Ask, Taken};
use super::wanted::{Callers, Wanted};
use crate::python::Model;

/// More rounds than this of asking and answering are not gone.
const ROUNDS: usize = 6;

/// The facts of the files that were read so far, and what each of them said.
#[derive(Debug, Default)]
pub struct Facts {
    project: Project,
    library: Library,
    said: Vec<Said>,
}

impl Project {
    /// Gathers the facts of the given files; their order does not matter.
    pub fn gather(models: &[Model]) -> Self {
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

    /// Takes further files in: those of `models`, which begin with the files that are known already, behind these.
    pub fn learn(&mut self, models: &[Model]) {
        let first = self.library.len();
        let aliases = self.project.aliases.clone();
        let grown = self.library.take_in(models, &mut self.project);
        self.said.resize_with(models.len(), Said::default);
        let new = self.project.aliases.difference(&aliases);
        let news = self.project.wanted_of(new);
        self.answer_anew(models);
        let mut todo = self.concerned(models, &news, |facts, i| {
            i >= first || !facts.said[i].asks.is_empty() || facts.library.defines(i, &grown)
        });
        for _ in 0..ROUNDS {
            let found: Vec<Said> =
                todo.par_iter().map(|i| said_by(&models[*i], &self.project)).collect();
            for (index, found) in todo.iter().zip(found) {
                self.said[*index] = found;
            }
            let news = self.take_over();
            let asks = self.said.iter().flat_map(|s| &s.asks);
            let answered = self.library.answer(models, &mut self.project, asks);
            let hears = |facts: &Self, i: usize| !facts.said[i].asks.is_disjoint(&answered);
            todo = self.concerned(models, &news, hears);
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

    /// Asks everything again that was asked before: what nobody could tell may lie in what is read now.
    fn answer_anew(&mut self, models: &[Model]) {
        self.project.unmet.clear();
        for answer in self.project.answers.values_mut() {
            *answer = Answer::Takes(Taken::nothing());
        }
        self.library.answer(models, &mut self.project, std::iter::empty());
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
