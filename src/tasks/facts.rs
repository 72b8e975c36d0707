//! The worklist driver of the interprocedural analysis: evaluates function summaries and files until nothing that they read
//! changes. What a summary or a file comes to is the business of others.
//!
//! Files are only evaluated with settled summaries, so that nothing half-known makes a wrapper. Everything in a batch reads the
//! same state, and results are taken over in order: what comes out does not depend on threads.

use std::collections::{BTreeMap, BTreeSet};
use std::mem;

use rayon::prelude::*;

use super::answers::Library;
use super::factory::find_factory;
use super::project::{Keeping, Project, Wrapper, root_of};
use super::said::{Said, said_by};
use super::taking::{Answer, Ask, Taken, Taking};
use super::wanted::{Callers, Wanted};
use super::words::Words;
use crate::python::Model;

/// A summary, or the wrappers of a file, that changed more often than this is widened to unknown. In a cycle of calls each
/// change moves up a short lattice; what still moves after so many swings between answers.
const MOST_CHANGES: u32 = 16;

/// The facts of the files that were read so far, and what each of them rests on.
#[derive(Debug)]
pub struct Facts {
    project: Project,
    library: Library,
    files: Vec<Said>,
    summaries: BTreeMap<Taking, Progress>,
    /// The summaries to evaluate.
    stale: BTreeSet<Taking>,
    /// What the files were last evaluated with.
    published: BTreeMap<Taking, Answer>,
    /// The names of the wrappers that may leave a task to their callers, in the order in which they became known.
    names: Vec<String>,
    /// For how many of these each file was searched.
    searched: Vec<usize>,
    most_changes: u32,
}

/// How far a summary is.
#[derive(Debug, Default)]
struct Progress {
    /// What it was last evaluated with.
    reads: BTreeSet<Ask>,
    /// How often it has changed.
    changes: u32,
}

impl Default for Facts {
    fn default() -> Self {
        Self {
            project: Project::default(),
            library: Library::default(),
            files: Vec::new(),
            summaries: BTreeMap::new(),
            stale: BTreeSet::new(),
            published: BTreeMap::new(),
            names: Vec::new(),
            searched: Vec::new(),
            most_changes: MOST_CHANGES,
        }
    }
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

    /// The dotted paths that something was asked about and that no file read so far defines.
    pub fn missing(&self) -> BTreeSet<String> {
        let reads = self.files.iter().map(|f| &f.asks);
        let reads = reads.chain(self.summaries.values().map(|p| &p.reads)).flatten();
        let meanings = reads.filter_map(|read| match read {
            Ask::Meaning(path) => Some(path.as_str()),
            Ask::Taking(_) => None,
        });
        self.project.definitions_of(&meanings.collect())
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
        self.files.resize_with(models.len(), Said::default);
        self.searched.resize(models.len(), 0);
        let news = self.project.wanted_of(self.project.aliases.difference(&aliases));
        let mut todo = self.parse_callers(models);
        // What could not be told before may lie in what is read now. In a cycle an old answer could keep itself up.
        self.restart();
        todo.extend(self.settle(models));
        let changed = self.publish();
        let modules: BTreeSet<&str> = models[first..].iter().map(|m| m.module.as_str()).collect();
        let concerned = self.concerned(models, &news, |facts, i| {
            let is_told = |read: &Ask| {
                changed.contains(read) || facts.project.leads_into(read.path(), &modules, &grown)
            };
            i >= first
                || facts.files[i].asks.iter().any(is_told)
                || facts.library.defines(i, &grown)
        });
        todo.extend(concerned);
        while !todo.is_empty() {
            todo = self.evaluate(models, todo);
        }
        let found = models.iter().filter_map(|m| find_factory(m, &self.project));
        self.project.factory = found.min_by_key(|f| (f.attribute_only, f.path.clone(), f.line));
    }

    /// Evaluates these files and what rests on them; gives back the files to evaluate next.
    fn evaluate(&mut self, models: &mut [Model], mut files: BTreeSet<usize>) -> BTreeSet<usize> {
        while !files.is_empty() {
            let evaluate = |i: usize| (i, said_by(&models[i], &self.project));
            let found: Vec<(usize, Said)> =
                mem::take(&mut files).into_par_iter().map(evaluate).collect();
            // What was evaluated without a body that it asked for is evaluated again.
            files = self.complete(models);
            for (i, said) in found.into_iter().filter(|(i, _)| !files.contains(i)) {
                self.request(&said.asks);
                self.files[i].replace(said, self.most_changes);
            }
        }
        let news = self.register_wrappers();
        if !news.is_empty() {
            self.stale.extend(self.summaries.keys().cloned());
        }
        let mut next = self.settle(models);
        next.extend(self.parse_callers(models));
        let changed = self.publish();
        next.extend(self.concerned(models, &news, |f, i| !f.files[i].asks.is_disjoint(&changed)));
        next
    }

    /// Evaluates summaries until none is stale; gives back the files of which more was parsed for that.
    fn settle(&mut self, models: &mut [Model]) -> BTreeSet<usize> {
        let mut parsed = BTreeSet::new();
        while !self.stale.is_empty() {
            let batch: Vec<Taking> = mem::take(&mut self.stale).into_iter().collect();
            let look_up = |key: &Taking| self.library.look_up(models, &self.project, key);
            let found: Vec<_> = batch.par_iter().map(look_up).collect();
            let completed = self.complete(models);
            let mut changed = BTreeSet::new();
            for (key, (answer, reads)) in batch.into_iter().zip(found) {
                if self.library.is_defined_in(&key, &completed) {
                    self.stale.insert(key);
                    continue;
                }
                self.request(&reads);
                let progress = self.summaries.entry(key.clone()).or_default();
                progress.reads = reads;
                let before = self.project.answers.get(&key);
                if before != Some(&answer) && progress.changes <= self.most_changes {
                    progress.changes += 1;
                    let is_settled = progress.changes <= self.most_changes;
                    let answer = if is_settled { answer } else { Answer::Unseen };
                    self.project.answers.insert(key.clone(), answer);
                    changed.insert(Ask::Taking(key));
                }
            }
            let summaries = self.summaries.iter();
            let stale = summaries.filter(|(_, progress)| !progress.reads.is_disjoint(&changed));
            self.stale.extend(stale.map(|(key, _)| key.clone()));
            parsed.extend(completed);
        }
        parsed
    }

    /// Has the summaries that something reads evaluated that were not asked for before. Until then a function does nothing
    /// with what it is given: the least answer, from which those of a cycle rise together.
    fn request(&mut self, reads: &BTreeSet<Ask>) {
        for read in reads {
            if let Ask::Taking(key) = read
                && !self.project.answers.contains_key(key)
            {
                self.project.answers.insert(key.clone(), Answer::Takes(Taken::nothing()));
                self.stale.insert(key.clone());
            }
        }
    }

    /// Has all summaries evaluated again from the least answers.
    fn restart(&mut self) {
        for (key, answer) in &mut self.project.answers {
            *answer = Answer::Takes(Taken::nothing());
            self.stale.insert(key.clone());
        }
        self.summaries.values_mut().for_each(|progress| progress.changes = 0);
    }

    /// Lets the files know the summaries as they are now; gives back which are others than before.
    fn publish(&mut self) -> BTreeSet<Ask> {
        let now = &self.project.answers;
        let news = now.iter().filter(|(key, answer)| self.published.get(*key) != Some(answer));
        let changed = news.map(|(key, _)| Ask::Taking(key.clone())).collect();
        self.published.clone_from(now);
        changed
    }

    /// Parses every function that may be left a task by a wrapper whose name has become known; gives back the files that have
    /// any.
    fn parse_callers(&mut self, models: &mut [Model]) -> BTreeSet<usize> {
        let known: BTreeSet<&String> = self.names.iter().collect();
        let new = self.project.maker_names().into_iter().map(str::to_owned);
        let new: Vec<String> = new.filter(|name| !known.contains(name)).collect();
        self.names.extend(new);
        let all = self.names.len();
        let froms: BTreeSet<usize> = self.searched.iter().copied().collect();
        for from in froms.into_iter().filter(|from| *from != all) {
            let words = Words::new(&self.project, &self.names[from..]);
            let models = models.par_iter().zip(&self.searched).filter(|(_, s)| **s == from);
            models.for_each(|(model, _)| words.look_ahead(model));
        }
        self.searched.fill(all);
        self.complete(models)
    }

    /// Parses the bodies that somebody asked for; gives back the files that have any.
    fn complete(&mut self, models: &mut [Model]) -> BTreeSet<usize> {
        let places = models.par_iter_mut().enumerate().filter(|(_, model)| model.is_lacking());
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

    /// Registers the wrappers of all files; gives those back that are new, or other than before.
    fn register_wrappers(&mut self) -> Vec<Wanted> {
        let project = &mut self.project;
        let before = mem::take(&mut project.wrappers);
        for (path, wrapper) in self.files.iter().flat_map(|f| &f.wrappers) {
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

impl Said {
    /// Takes over what an evaluation found. Wrappers that change again and again are widened: whether they leave a task to
    /// their callers cannot be told.
    fn replace(&mut self, found: Self, most_changes: u32) {
        self.asks = found.asks;
        if self.wrappers == found.wrappers || self.changes > most_changes {
            return;
        }
        self.changes += 1;
        let before = mem::replace(&mut self.wrappers, found.wrappers);
        if self.changes > most_changes {
            let swings = |own: &(String, Wrapper)| !before.contains(own);
            let lost: Vec<_> =
                before.iter().filter(|w| !self.wrappers.contains(w)).cloned().collect();
            for (_, wrapper) in self.wrappers.iter_mut().filter(|w| swings(w)) {
                wrapper.keeping = Keeping::Sometimes;
            }
            let lost = lost
                .into_iter()
                .map(|(path, w)| (path, Wrapper { keeping: Keeping::Sometimes, ..w }));
            self.wrappers.extend(lost);
        }
    }
}
