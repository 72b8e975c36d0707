//! Where a file puts job records into containers, and where it sets their status. It reads one file, with the containers of
//! the project.

use super::job_record::{JobRecord, JobStage, record, stage, status_field, updates};
use super::job_tracker::{CodeLocation, StatusWrite};
use super::provenance::Provenance;
use super::tracker::{ContainerOp, ContainerUse};
use crate::python::{Field, Kind, Model, NodeId};
use crate::tasks::libraries::{ContainerMethod, MethodEffect, Role, is_last_name};
use crate::tasks::project::{Export, ProjectIndex};
use crate::tasks::sites::is_test_code;

/// The job records and status writes of one file.
#[derive(Debug, Default)]
pub(super) struct FileJobUses {
    /// Records that are under way when they go in, by the container's path.
    pub(super) adds: Vec<(String, JobRecord, CodeLocation)>,
    /// Status writes, by the container's path.
    pub(super) status_writes: Vec<(String, StatusWrite)>,
    /// Status writes in methods of a record's own class, by the class's path.
    pub(super) own_status_writes: Vec<(String, StatusWrite)>,
}

/// Reads a file; `uses` are its uses of containers, by path.
pub(super) fn file_job_uses(
    model: &Model,
    project: &ProjectIndex,
    uses: &[(&str, &ContainerUse)],
) -> FileJobUses {
    let mut found = FileJobUses::default();
    let mut sources = Provenance::default();
    for (path, usage) in uses {
        sources.occurrences.insert(usage.node, (*path).to_owned());
    }
    for (path, usage) in uses {
        let ContainerOp::Added { value: Some(value), .. } = usage.op else { continue };
        if let Some(variable) = model.variable(model.bare(value)) {
            sources.added.insert(variable, (*path).to_owned());
        }
        add(model, project, uses, path, (usage.node, value), &mut found);
    }
    // `jobs = JOBS.setdefault(parent, [])`, then `jobs.append({...})`.
    for call in model.tree.ids().filter(|n| model.kind(*n) == Kind::Call) {
        let Some((object, value)) = appended(model, call) else { continue };
        if sources.occurrences.contains_key(&object) {
            continue;
        }
        let Some(path) = sources.of(model, object).map(str::to_owned) else { continue };
        if let Some((record, JobStage::UnderWay)) = record(model, value) {
            if let Some(variable) = model.variable(model.bare(value)) {
                sources.added.insert(variable, path.clone());
            }
            found.adds.push((path, record, location(model, call, uses)));
        }
    }
    for node in model.tree.ids() {
        let fields = match model.kind(node) {
            Kind::Assignment => assigned(model, node).into_iter().collect(),
            Kind::Call => updated(model, node),
            _ => continue,
        };
        for field in fields {
            set(model, project, &sources, uses, node, &field, &mut found);
        }
    }
    found
}

fn add(
    model: &Model,
    project: &ProjectIndex,
    uses: &[(&str, &ContainerUse)],
    path: &str,
    (node, value): (NodeId, NodeId),
    found: &mut FileJobUses,
) {
    let Some((record, stage)) = record(model, value) else { return };
    let location = location(model, node, uses);
    match stage {
        JobStage::UnderWay => found.adds.push((path.to_owned(), record, location)),
        JobStage::Over => {
            let write = status_write(model, project, node, location, Some(stage));
            found.status_writes.push((path.to_owned(), write));
        }
    }
}

/// The object and the value of `object.append(value)`.
fn appended(model: &Model, call: NodeId) -> Option<(NodeId, NodeId)> {
    let (object, method) = model.called_method(call)?;
    (ContainerMethod::named(method).effect == MethodEffect::Store(0)).then_some(())?;
    Some((object, *model.positional(call).first()?))
}

/// A status field that gets a value.
struct StatusChange {
    object: NodeId,
    stage: Option<JobStage>,
}

/// `job["status"] = "done"`, `job.status = status`
fn assigned(model: &Model, assignment: NodeId) -> Option<StatusChange> {
    let target = model.child(assignment, Field::Left)?;
    let value = model.child(assignment, Field::Right)?;
    let (field, _, object) = status_field(model, target)?;
    Some(StatusChange { object, stage: stage(model, field, value) })
}

/// `job.update(status="done")`, `job.update({"done": True})`
fn updated(model: &Model, call: NodeId) -> Vec<StatusChange> {
    let Some((object, "update")) = model.called_method(call) else { return Vec::new() };
    let stages = updates(model, call).into_iter();
    stages.map(|stage| StatusChange { object, stage }).collect()
}

fn set(
    model: &Model,
    project: &ProjectIndex,
    sources: &Provenance,
    uses: &[(&str, &ContainerUse)],
    node: NodeId,
    field: &StatusChange,
    found: &mut FileJobUses,
) {
    let made = || status_write(model, project, node, location(model, node, uses), field.stage);
    if let Some(path) = sources.of(model, field.object) {
        found.status_writes.push((path.to_owned(), made()));
    } else if model.text(field.object) == "self"
        && let Some(class) = model.class_of(node)
        && model.function_of(node).is_some_and(|f| !is_constructor(model, f))
    {
        found.own_status_writes.push((model.path_of(class), made()));
    }
}

fn is_constructor(model: &Model, function: NodeId) -> bool {
    model.child(function, Field::Name).is_some_and(|n| model.text(n).starts_with("__"))
}

fn location(model: &Model, node: NodeId, uses: &[(&str, &ContainerUse)]) -> CodeLocation {
    let (file, is_test) = match uses.first() {
        Some((_, usage)) => (usage.file.clone(), usage.is_test),
        None => (model.source.path().into(), is_test_code(model.source.path())),
    };
    let function = model.function_of(node).map(|f| model.path_of(f));
    CodeLocation { file, line: model.place(node), node, function, is_test }
}

fn status_write(
    model: &Model,
    project: &ProjectIndex,
    node: NodeId,
    location: CodeLocation,
    stage: Option<JobStage>,
) -> StatusWrite {
    let definition = model.function_of(node);
    let is_open = definition.is_none_or(|f| may_be_called_unseen(model, project, f));
    // A status that is a variable is not known: it may be the final one.
    StatusWrite {
        location,
        is_final: stage != Some(JobStage::UnderWay),
        is_certain: stage.is_some(),
        definition,
        is_open,
    }
}

/// Whether a function is decorated, is inside another, or belongs to a class whose bases cannot all be seen.
fn may_be_called_unseen(model: &Model, project: &ProjectIndex, function: NodeId) -> bool {
    let plain = |d: &NodeId| matches!(model.text(*d), "staticmethod" | "classmethod");
    if !model.decorators(function).iter().all(plain) {
        return true;
    }
    let name = model.name_of(function);
    if name.starts_with("__") {
        return true;
    }
    let Some(class) = model.class_of(function) else { return false };
    let harmless = |base: &String| {
        let name = base.rsplit('.').next().unwrap_or(base);
        matches!(name, "object" | "Thread") || is_last_name(Role::EmptyBase, name)
    };
    match project.exports.get(&model.path_of(class)) {
        Some(Export::Class(bases)) => !bases.iter().all(|b| {
            harmless(b)
                || matches!(project.exports.get(&project.canonical(b)), Some(Export::Class(_)))
        }),
        _ => !model.bases(class).is_empty(),
    }
}
