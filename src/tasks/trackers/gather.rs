//! Joins what the files of a project do with its containers. It reads every file once for the declarations, once for the
//! occurrences.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;

use super::super::judge::judge;
use super::super::project::{Export, Project};
use super::super::test_code::is_test_code;
use super::declare::{Declaration, declarations};
use super::deed::Eye;
use super::jobs::{Jobs, Spot};
use super::mark::{FileJobs, file_jobs};
use super::refer::{Wanted, references};
use super::words::{Deed, Home, Touch, Tracker, Trackers};
use crate::python::{BindingKind, Field, Kind, Model, NodeId, Origin, ScopeId};

/// Classes further up than this are not looked at.
const MOST: usize = 64;

impl Trackers {
    /// Gathers the trackers of the given files; their order does not matter.
    pub fn gather(models: &[Model], project: &Project) -> Self {
        let declared: Vec<Vec<Declaration>> = models.par_iter().map(declarations).collect();
        let mut trackers = Self::default();
        let mut names = Names::default();
        for declaration in declared.iter().flatten() {
            names.take(declaration);
            trackers.all.entry(declaration.path.clone()).or_insert_with(|| tracker(declaration));
        }
        let joined = Joined { project, names: &names };
        let found: Vec<(Vec<(Whose, Touch)>, FileJobs)> = models
            .par_iter()
            .zip(&declared)
            .map(|(model, own)| {
                let touches = joined.touches(model, own);
                let jobs = file_jobs(model, project, &known(&touches));
                (touches, jobs)
            })
            .collect();
        let (found, jobs): (Vec<_>, Vec<_>) = found.into_iter().unzip();
        trackers.take_jobs(models, project, jobs);
        for (whose, touch) in found.into_iter().flatten() {
            match whose {
                Whose::Path(path) => {
                    if let Some(tracker) = trackers.all.get_mut(&path) {
                        tracker.keeps_tasks |=
                            matches!(touch.deed, Deed::Added { is_task: true, .. });
                        tracker.touches.push(touch);
                    }
                }
                Whose::Attribute(name) => trackers.loose.entry(name).or_default().push(touch),
            }
        }
        // What a done-callback takes out was a task, too.
        let called_back = |t: &Tracker| t.touches.iter().any(|t| t.deed == Deed::CalledBack);
        let Self { all, jobs, .. } = &mut trackers;
        all.retain(|path, t| t.keeps_tasks || called_back(t) || jobs.contains_key(path));
        for tracker in trackers.all.values_mut() {
            tracker
                .touches
                .sort_by(|a, b| (&a.file, a.line, a.node).cmp(&(&b.file, b.line, b.node)));
        }
        for (path, tracker) in &trackers.all {
            for touch in &tracker.touches {
                let paths = trackers.files.entry(Arc::clone(&touch.file)).or_default();
                paths.insert(path.clone());
            }
        }
        for touches in trackers.loose.values_mut() {
            touches.sort_by(|a, b| (&a.file, a.line, a.node).cmp(&(&b.file, b.line, b.node)));
        }
        trackers
    }
}

impl Trackers {
    /// Joins what the files say of job records, and looks for those who refer to the functions that deal with them.
    fn take_jobs(&mut self, models: &[Model], project: &Project, found: Vec<FileJobs>) {
        let is_shared = |path: &String| self.all.get(path).is_some_and(|t| t.home != Home::Local);
        let (mut marks, mut own_marks) = (Vec::new(), Vec::new());
        for file in found {
            for (path, record, spot) in file.adds.into_iter().filter(|(p, ..)| is_shared(p)) {
                let new = || Jobs { record, adds: Vec::new(), marks: Vec::new() };
                self.jobs.entry(path).or_insert_with(new).adds.push(spot);
            }
            marks.extend(file.marks);
            own_marks.extend(file.own_marks);
        }
        for (path, mark) in marks {
            self.jobs.entry(path).and_modify(|j| j.marks.push(mark));
        }
        for (class, mark) in own_marks {
            let of_class = |j: &&mut Jobs| j.record.class.as_ref() == Some(&class);
            self.jobs.values_mut().filter(of_class).for_each(|j| j.marks.push(mark.clone()));
        }
        let mut wanted = Wanted::new();
        for jobs in self.jobs.values_mut() {
            jobs.adds.sort();
            jobs.marks.sort_by(|a, b| a.spot.cmp(&b.spot));
            for path in jobs.adds.iter().chain(jobs.marks.iter().map(|m| &m.spot)) {
                let Some(path) = &path.function else { continue };
                let name = path.rsplit('.').next().unwrap_or(path).to_owned();
                wanted.entry(name).or_default().insert(path.clone());
                self.references.entry(path.clone()).or_default();
            }
        }
        if wanted.is_empty() {
            return;
        }
        let found: Vec<Vec<(String, Spot)>> =
            models.par_iter().map(|m| references(m, project, &wanted)).collect();
        for (path, spot) in found.into_iter().flatten() {
            self.references.entry(path).or_default().push(spot);
        }
        self.references.values_mut().for_each(|r| r.sort());
    }
}

/// The occurrences whose container is known.
fn known<'a>(touches: &'a [(Whose, Touch)]) -> Vec<(&'a str, &'a Touch)> {
    let of_path = |(whose, touch): (&'a Whose, &'a Touch)| match whose {
        Whose::Path(path) => Some((path.as_str(), touch)),
        Whose::Attribute(_) => None,
    };
    touches.iter().map(|each| (&each.0, &each.1)).filter_map(of_path).collect()
}

fn tracker(declaration: &Declaration) -> Tracker {
    Tracker {
        path: declaration.path.clone(),
        name: declaration.name.clone(),
        home: declaration.home,
        sort: declaration.sort,
        keeps_tasks: declaration.of_tasks,
        touches: Vec::new(),
    }
}

/// Whose an occurrence is.
enum Whose {
    /// The tracker's with this path.
    Path(String),
    /// Perhaps one's whose attribute has this name.
    Attribute(String),
}

/// What is declared anywhere, by name.
#[derive(Default)]
struct Names {
    paths: BTreeSet<String>,
    /// Last parts of module-level names.
    module: BTreeSet<String>,
    /// Last parts of attributes.
    class: BTreeSet<String>,
}

impl Names {
    fn take(&mut self, declaration: &Declaration) {
        let last = declaration.path.rsplit('.').next().unwrap_or_default().to_owned();
        match declaration.home {
            Home::Module => self.module.insert(last),
            Home::Class => self.class.insert(last),
            Home::Local => return,
        };
        self.paths.insert(declaration.path.clone());
    }
}

struct Joined<'a> {
    project: &'a Project,
    names: &'a Names,
}

impl Joined<'_> {
    /// Every occurrence of a container in one file.
    fn touches(&self, model: &Model, own: &[Declaration]) -> Vec<(Whose, Touch)> {
        let sites: BTreeSet<NodeId> =
            judge(model, self.project).iter().map(|j| j.site.node).collect();
        let is_site = |node: NodeId| sites.contains(&node);
        let eye = Eye { model, sites: &is_site };
        let file: Arc<Path> = model.source.path().into();
        let touch = |node: NodeId, declares: bool| Touch {
            deed: eye.deed(node, declares),
            file: Arc::clone(&file),
            line: model.line(node),
            node,
            function: model.qualified_function(node),
            is_test: is_test_code(&file),
        };
        let mut found = Vec::new();
        for declaration in own {
            let Some((scope, symbol)) = declaration.variable else { continue };
            let mut is_first = true;
            for used in model.uses(scope, symbol) {
                let is_local = declaration.home == Home::Local;
                let declares = eye.begins(used.node, is_local && is_first);
                is_first = false;
                found.push((Whose::Path(declaration.path.clone()), touch(used.node, declares)));
            }
        }
        for (path, node) in self.imported(model) {
            found.push((Whose::Path(path), touch(node, false)));
        }
        for node in model.tree.ids().filter(|n| model.kind(*n) == Kind::Attribute) {
            let Some(whose) = self.attribute(model, node) else { continue };
            found.push((whose, touch(node, eye.begins(node, false))));
        }
        for (class, name) in class_names(model) {
            let path = format!("{}.{}", model.path_of(class), model.text(name));
            if self.names.paths.contains(&path) {
                found.push((Whose::Path(self.topmost(&path)), touch(name, true)));
            }
        }
        found
    }

    /// The occurrences of names that are imported from the module that declares them.
    fn imported(&self, model: &Model) -> Vec<(String, NodeId)> {
        let mut found = Vec::new();
        for scope in model.scopes.ids() {
            for binding in model.scopes.all_bindings(scope) {
                let BindingKind::ImportFrom { module, name } = &binding.kind else { continue };
                if !self.names.module.contains(name) {
                    continue;
                }
                let path = self.project.canonical(&format!("{}.{name}", model.absolute(module)));
                let variable =
                    model.variable(binding.node).filter(|_| self.names.paths.contains(&path));
                let Some((owner, symbol)) = variable else { continue };
                let uses = model.uses(owner, symbol).iter().filter(|u| u.node != binding.node);
                found.extend(uses.map(|u| (path.clone(), u.node)));
            }
        }
        found
    }

    /// Whose attribute `object.name` is, if it may be a container's.
    fn attribute(&self, model: &Model, node: NodeId) -> Option<Whose> {
        let name = model.text(model.child(node, Field::Attribute)?);
        let (of_class, of_module) =
            (self.names.class.contains(name), self.names.module.contains(name));
        if !of_class && !of_module {
            return None;
        }
        let object = model.child(node, Field::Object)?;
        let mut unknown = false;
        for origin in model.origins(object) {
            let owner = match origin {
                Origin::Instance(class) | Origin::Class(class) => model.path_of(class),
                Origin::Path(path) => self.project.canonical(path.trim_end_matches("()")),
                Origin::Builtin(_) | Origin::Function(_) => continue,
                Origin::Parameter(_) | Origin::Value(_) | Origin::Returned(_) => {
                    unknown = true;
                    continue;
                }
            };
            if let Some(path) = self.declared_by(&owner, name) {
                return Some(Whose::Path(path));
            }
        }
        (unknown && of_class).then(|| Whose::Attribute(name.to_owned()))
    }

    /// The path under which an attribute of a module or class is declared: the topmost class counts.
    fn declared_by(&self, owner: &str, name: &str) -> Option<String> {
        let own = format!("{owner}.{name}");
        let above = self.topmost(&own);
        if self.names.paths.contains(&above) {
            return Some(above);
        }
        // A mixin's attribute that the classes made of it declare.
        let heirs = self.project.heirs.get(owner)?;
        let mut declared =
            heirs.iter().map(|h| format!("{h}.{name}")).filter(|p| self.names.paths.contains(p));
        declared.next().filter(|_| declared.next().is_none())
    }

    /// The path of the same attribute in the topmost class of the project that declares it.
    fn topmost(&self, path: &str) -> String {
        let Some((class, name)) = path.rsplit_once('.') else { return path.to_owned() };
        let mut best = path.to_owned();
        let mut todo = vec![class.to_owned()];
        let mut at = 0;
        while at < todo.len() && at < MOST {
            let own = format!("{}.{name}", todo[at]);
            if self.names.paths.contains(&own) {
                best = own;
            }
            if let Some(Export::Class(bases)) = self.project.exports.get(&todo[at]) {
                for base in bases {
                    let base = self.project.canonical(base);
                    if !todo.contains(&base) {
                        todo.push(base);
                    }
                }
            }
            at += 1;
        }
        best
    }
}

/// The names that class bodies bind.
fn class_names(model: &Model) -> Vec<(NodeId, NodeId)> {
    let classes = model.tree.ids().filter(|n| model.kind(*n) == Kind::ClassDefinition);
    let scope = |class: NodeId| Some((class, model.scopes.opened_by(class)?));
    let classes: Vec<(NodeId, ScopeId)> = classes.filter_map(scope).collect();
    let names = classes
        .into_iter()
        .flat_map(|(class, scope)| model.scopes.all_bindings(scope).map(move |b| (class, b.node)));
    names.collect()
}
