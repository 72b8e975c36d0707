//! Joins the uses of containers over all files of a project. It reads every file once for the
//! declarations, once for the uses.

use std::collections::{BTreeSet, HashSet};
use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;

use super::declarations::{ContainerDeclaration, declarations};
use super::job_tracker::{CodeLocation, JobTracker};
use super::operation::UseClassifier;
use super::references::{FunctionNames, references};
use super::status_writes::{FileJobUses, file_job_uses};
use super::tracker::{ContainerOp, ContainerUse, Storage, Tracker, Trackers};
use crate::python::{BindingKind, Field, Kind, Model, NodeId, Origin, ScopeId};
use crate::tasks::project::ProjectIndex;
use crate::tasks::sites::{classify, is_test_code};

impl Trackers {
    /// Gathers the trackers of the given files; their order does not matter.
    pub fn gather(models: &[Model], project: &ProjectIndex) -> Self {
        let declared: Vec<Vec<ContainerDeclaration>> =
            models.par_iter().map(declarations).collect();
        let mut trackers = Self::default();
        let mut names = DeclaredNames::default();
        for declaration in declared.iter().flatten() {
            names.add(declaration);
            trackers.all.entry(declaration.path.clone()).or_insert_with(|| tracker(declaration));
        }
        let collector = UseCollector { project, names: &names };
        let found: Vec<(Vec<(UseOwner, ContainerUse)>, FileJobUses)> = models
            .par_iter()
            .zip(&declared)
            .map(|(model, own)| {
                let uses = collector.uses(model, own);
                let jobs = file_job_uses(model, project, &with_known_container(&uses));
                (uses, jobs)
            })
            .collect();
        let (found, jobs): (Vec<_>, Vec<_>) = found.into_iter().unzip();
        trackers.add_jobs(models, project, jobs);
        for (owner, usage) in found.into_iter().flatten() {
            match owner {
                UseOwner::Path(path) => {
                    if let Some(tracker) = trackers.all.get_mut(&path) {
                        tracker.keeps_tasks |=
                            matches!(usage.op, ContainerOp::Added { is_task: true, .. });
                        tracker.uses.push(usage);
                    }
                }
                UseOwner::Attribute(name) => {
                    trackers.unresolved.entry(name).or_default().push(usage)
                }
            }
        }
        // What a done-callback takes out was a task, too.
        let removed_by_callback =
            |t: &Tracker| t.uses.iter().any(|t| t.op == ContainerOp::RemovedByCallback);
        let Self { all, jobs, .. } = &mut trackers;
        all.retain(|path, t| t.keeps_tasks || removed_by_callback(t) || jobs.contains_key(path));
        for tracker in trackers.all.values_mut() {
            tracker.uses.sort_by(|a, b| (&a.file, a.line, a.node).cmp(&(&b.file, b.line, b.node)));
        }
        for (path, tracker) in &trackers.all {
            for usage in &tracker.uses {
                let paths = trackers.files.entry(Arc::clone(&usage.file)).or_default();
                paths.insert(path.clone());
            }
        }
        for uses in trackers.unresolved.values_mut() {
            uses.sort_by(|a, b| (&a.file, a.line, a.node).cmp(&(&b.file, b.line, b.node)));
        }
        trackers
    }
}

impl Trackers {
    /// Joins the job records of all files, and finds the references to the functions that add or
    /// update them.
    fn add_jobs(&mut self, models: &[Model], project: &ProjectIndex, found: Vec<FileJobUses>) {
        let is_shared =
            |path: &String| self.all.get(path).is_some_and(|t| t.storage != Storage::Local);
        let (mut status_writes, mut own_status_writes) = (Vec::new(), Vec::new());
        for file in found {
            for (path, record, location) in file.adds.into_iter().filter(|(p, ..)| is_shared(p)) {
                let new = || JobTracker { record, adds: Vec::new(), status_writes: Vec::new() };
                self.jobs.entry(path).or_insert_with(new).adds.push(location);
            }
            status_writes.extend(file.status_writes);
            own_status_writes.extend(file.own_status_writes);
        }
        for (path, status_write) in status_writes {
            self.jobs.entry(path).and_modify(|j| j.status_writes.push(status_write));
        }
        for (class, status_write) in own_status_writes {
            let of_class = |j: &&mut JobTracker| j.record.class.as_ref() == Some(&class);
            self.jobs
                .values_mut()
                .filter(of_class)
                .for_each(|j| j.status_writes.push(status_write.clone()));
        }
        let mut names = FunctionNames::new();
        for jobs in self.jobs.values_mut() {
            jobs.adds.sort();
            jobs.status_writes.sort_by(|a, b| a.location.cmp(&b.location));
            for path in jobs.adds.iter().chain(jobs.status_writes.iter().map(|m| &m.location)) {
                let Some(path) = &path.function else { continue };
                let name = path.rsplit('.').next().unwrap_or(path).to_owned();
                names.entry(name).or_default().insert(path.clone());
                self.references.entry(path.clone()).or_default();
            }
        }
        if names.is_empty() {
            return;
        }
        let found: Vec<Vec<(String, CodeLocation)>> =
            models.par_iter().map(|m| references(m, project, &names)).collect();
        for (path, location) in found.into_iter().flatten() {
            self.references.entry(path).or_default().push(location);
        }
        self.references.values_mut().for_each(|r| r.sort());
    }
}

/// The uses whose container is known.
fn with_known_container<'a>(
    uses: &'a [(UseOwner, ContainerUse)],
) -> Vec<(&'a str, &'a ContainerUse)> {
    let of_path = |(owner, usage): &'a (UseOwner, ContainerUse)| match owner {
        UseOwner::Path(path) => Some((path.as_str(), usage)),
        UseOwner::Attribute(_) => None,
    };
    uses.iter().filter_map(of_path).collect()
}

fn tracker(declaration: &ContainerDeclaration) -> Tracker {
    Tracker {
        path: declaration.path.clone(),
        name: declaration.name.clone(),
        storage: declaration.storage,
        kind: declaration.kind,
        keeps_tasks: declaration.is_annotated_with_tasks,
        uses: Vec::new(),
    }
}

/// The container that a use belongs to.
enum UseOwner {
    /// The tracker with this path.
    Path(String),
    /// Any tracker that is an attribute of this name.
    Attribute(String),
}

/// The names of all declared containers.
#[derive(Default)]
struct DeclaredNames {
    paths: HashSet<String>,
    /// Last parts of module-level names.
    module: HashSet<String>,
    /// Last parts of attributes.
    class: HashSet<String>,
}

impl DeclaredNames {
    fn add(&mut self, declaration: &ContainerDeclaration) {
        let last = declaration.path.rsplit('.').next().unwrap_or_default().to_owned();
        match declaration.storage {
            Storage::Module => self.module.insert(last),
            Storage::Class => self.class.insert(last),
            Storage::Local => return,
        };
        self.paths.insert(declaration.path.clone());
    }
}

struct UseCollector<'a> {
    project: &'a ProjectIndex,
    names: &'a DeclaredNames,
}

impl UseCollector<'_> {
    /// Every use of a container in one file.
    fn uses(&self, model: &Model, own: &[ContainerDeclaration]) -> Vec<(UseOwner, ContainerUse)> {
        let sites: BTreeSet<NodeId> =
            classify(model, self.project).iter().map(|j| j.site.node).collect();
        let is_site = |node: NodeId| sites.contains(&node);
        let classifier = UseClassifier { model, sites: &is_site };
        let file: Arc<Path> = model.source.path().into();
        let usage = |node: NodeId, is_declaration: bool| ContainerUse {
            op: classifier.op(node, is_declaration),
            file: Arc::clone(&file),
            line: model.place(node),
            node,
            function: model.qualified_function(node),
            is_test: is_test_code(&file),
        };
        let mut found = Vec::new();
        for declaration in own {
            let Some((scope, symbol)) = declaration.variable else { continue };
            let mut is_first = true;
            for used in model.uses(scope, symbol) {
                let is_local = declaration.storage == Storage::Local;
                let is_declaration = classifier.begins(used.node, is_local && is_first);
                is_first = false;
                found.push((
                    UseOwner::Path(declaration.path.clone()),
                    usage(used.node, is_declaration),
                ));
            }
        }
        for (path, node) in self.imported(model) {
            found.push((UseOwner::Path(path), usage(node, false)));
        }
        for node in model.tree.ids().filter(|n| model.kind(*n) == Kind::Attribute) {
            let Some(owner) = self.attribute(model, node) else { continue };
            found.push((owner, usage(node, classifier.begins(node, false))));
        }
        for (class, name) in class_names(model) {
            let (class, attribute) = (model.path_of(class), model.text(name));
            if self.names.paths.contains(&format!("{class}.{attribute}")) {
                let path = self.declared_by(&class, attribute);
                found.extend(path.map(|path| (UseOwner::Path(path), usage(name, true))));
            }
        }
        found
    }

    /// The uses of names that are imported from the module that declares them.
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

    /// The container that `object.name` refers to, if it may be one.
    fn attribute(&self, model: &Model, node: NodeId) -> Option<UseOwner> {
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
                return Some(UseOwner::Path(path));
            }
        }
        (unknown && of_class).then(|| UseOwner::Attribute(name.to_owned()))
    }

    /// The path under which an attribute of a module or class is declared.
    fn declared_by(&self, owner: &str, name: &str) -> Option<String> {
        let path = |class: &str| format!("{class}.{name}");
        let declares = |class: &str| self.names.paths.contains(&path(class));
        self.project.declaring_class(owner, &declares).map(|class| path(&class))
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
