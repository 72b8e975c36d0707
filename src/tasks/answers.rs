//! Answers what files ask about each other's functions, from the definitions of the project. It judges no sites.

use std::collections::{BTreeMap, BTreeSet};

use super::exports::{collect_exports, functions};
use super::inquiry::Inquiry;
use super::project::{Export, Project};
use super::spawner::asyncio_spawner;
use super::taking::{Answer, Ask, Taken, Taking};
use crate::python::{Model, NodeId};

/// Answers that still change after this many rounds are none.
const ROUNDS: usize = 8;

/// The definitions of a project.
pub(super) struct Library<'a> {
    models: &'a [Model],
    /// The functions of each path, as the model's place and the node.
    defined: BTreeMap<String, Vec<(usize, NodeId)>>,
}

impl<'a> Library<'a> {
    /// Collects the definitions, and tells the project of them.
    pub(super) fn new(models: &'a [Model], project: &mut Project) -> Self {
        let mut defined: BTreeMap<String, Vec<(usize, NodeId)>> = BTreeMap::new();
        for (place, model) in models.iter().enumerate() {
            project.modules.insert(model.module.clone());
            collect_exports(model, project);
            for function in functions(model) {
                defined.entry(model.path_of(function)).or_default().push((place, function));
            }
        }
        project.functions = defined.keys().cloned().collect();
        collect_heirs(project);
        project.collect_aliases(|path| asyncio_spawner(path).is_some());
        Self { models, defined }
    }

    /// Answers what is asked; gives back the questions whose answer is new, or another than before.
    ///
    /// A function in a circle of calls is taken to do nothing with its argument until something in the circle shows
    /// more, so that the answers are the least ones that agree with each other.
    pub(super) fn answer<'q>(
        &self,
        project: &mut Project,
        asks: impl Iterator<Item = &'q Ask>,
    ) -> BTreeSet<Ask> {
        let before = project.answers.clone();
        add(project, asks);
        for round in 0..ROUNDS {
            let mut asked = BTreeSet::new();
            let found: Vec<(Taking, Answer)> = project
                .answers
                .keys()
                .map(|taking| {
                    let (answer, more) = self.look_up(project, taking);
                    asked.extend(more);
                    (taking.clone(), answer)
                })
                .collect();
            let known = project.answers.len();
            let mut changed = false;
            for (taking, answer) in found {
                if project.answers.get(&taking) != Some(&answer) {
                    changed = true;
                    let last = round + 1 == ROUNDS;
                    let answer = if last { Answer::Unseen } else { answer };
                    project.answers.insert(taking, answer);
                }
            }
            add(project, asked.iter());
            project.unmet.extend(asked.into_iter().filter_map(|ask| match ask {
                Ask::Meaning(path) => Some(path),
                Ask::Taking(_) => None,
            }));
            if !changed && project.answers.len() == known {
                break;
            }
        }
        let is_news = |(taking, answer): &(&Taking, &Answer)| before.get(taking) != Some(answer);
        project.answers.iter().filter(is_news).map(|(t, _)| Ask::Taking(t.clone())).collect()
    }

    fn look_up(&self, project: &Project, taking: &Taking) -> (Answer, BTreeSet<Ask>) {
        let mut asks = BTreeSet::new();
        let mut answers: Vec<Answer> = Vec::new();
        for (place, function) in self.defined.get(&taking.path).into_iter().flatten() {
            let model = &self.models[*place];
            let inquiry = Inquiry::assuming_nothing(model, project);
            let mut answer =
                inquiry.take(*function, &taking.slot, taking.on_instance, taking.shape);
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
            Answer::Takes(taken) => Some((taken.reason.verdict(), taken.gives_back)),
            _ => None,
        };
        let agree = answers.iter().all(|a| verdict(a) == verdict(&answers[0]));
        match answers.into_iter().next().filter(|_| agree) {
            Some(answer) => (answer, asks),
            None => (Answer::Unseen, asks),
        }
    }
}

fn add<'q>(project: &mut Project, asks: impl Iterator<Item = &'q Ask>) {
    for ask in asks {
        if let Ask::Taking(taking) = ask
            && !project.answers.contains_key(taking)
        {
            project.answers.insert(taking.clone(), Answer::Takes(Taken::nothing()));
        }
    }
}

fn collect_heirs(project: &mut Project) {
    let mut heirs: Vec<(String, String)> = Vec::new();
    for (class, export) in &project.exports {
        if let Export::Class(bases) = export {
            heirs.extend(bases.iter().map(|base| (project.canonical(base), class.clone())));
        }
    }
    for (base, class) in heirs {
        project.heirs.entry(base).or_default().insert(class);
    }
}
