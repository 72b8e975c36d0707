//! Where a file puts job records into containers, and where it sets their status. It reads one file, with the containers of
//! the project.

use super::super::project::{Export, Project};
use super::derive::Sources;
use super::jobs::{Mark, Spot};
use super::record::{Record, Stage, record, stage, status_field, updates};
use super::words::{Deed, Touch};
use crate::python::{Field, Kind, Model, NodeId};

/// What one file says of job records.
#[derive(Debug, Default)]
pub(super) struct FileJobs {
    /// Records that are under way when they go in, by the container's path.
    pub(super) adds: Vec<(String, Record, Spot)>,
    /// Marks, by the container's path.
    pub(super) marks: Vec<(String, Mark)>,
    /// Marks in methods of a record's own class, by the class's path.
    pub(super) own_marks: Vec<(String, Mark)>,
}

/// Reads a file; `touches` are its occurrences of containers, by path.
pub(super) fn file_jobs(model: &Model, project: &Project, touches: &[(&str, &Touch)]) -> FileJobs {
    let mut found = FileJobs::default();
    let mut sources = Sources::default();
    for (path, touch) in touches {
        sources.occurrences.insert(touch.node, (*path).to_owned());
    }
    for (path, touch) in touches {
        let Deed::Added { value: Some(value), .. } = touch.deed else { continue };
        if let Some(variable) = model.variable(model.bare(value)) {
            sources.added.insert(variable, (*path).to_owned());
        }
        add(model, project, path, touch, value, &mut found);
    }
    // `jobs = JOBS.setdefault(parent, [])`, then `jobs.append({...})`.
    for call in model.tree.ids().filter(|n| model.kind(*n) == Kind::Call) {
        let Some((object, value)) = appended(model, call) else { continue };
        if sources.occurrences.contains_key(&object) {
            continue;
        }
        let Some(path) = sources.of(model, object).map(str::to_owned) else { continue };
        if let Some((record, Stage::UnderWay)) = record(model, value) {
            if let Some(variable) = model.variable(model.bare(value)) {
                sources.added.insert(variable, path.clone());
            }
            found.adds.push((path, record, spot(model, call, touches)));
        }
    }
    for node in model.tree.ids() {
        let fields = match model.kind(node) {
            Kind::Assignment => assigned(model, node).into_iter().collect(),
            Kind::Call => updated(model, node),
            _ => continue,
        };
        for field in fields {
            set(model, project, &sources, touches, node, &field, &mut found);
        }
    }
    found
}

fn add(
    model: &Model,
    project: &Project,
    path: &str,
    touch: &Touch,
    value: NodeId,
    found: &mut FileJobs,
) {
    let Some((record, stage)) = record(model, value) else { return };
    let spot = Spot {
        file: touch.file.clone(),
        line: touch.line,
        node: touch.node,
        function: model.function_of(touch.node).map(|f| model.path_of(f)),
        is_test: touch.is_test,
    };
    match stage {
        Stage::UnderWay => found.adds.push((path.to_owned(), record, spot)),
        Stage::Over => found
            .marks
            .push((path.to_owned(), mark(model, project, touch.node, spot, Some(Stage::Over)))),
    }
}

/// The object and the value of `object.append(value)`.
fn appended(model: &Model, call: NodeId) -> Option<(NodeId, NodeId)> {
    let callee = model.child(call, Field::Function)?;
    let method = model.child(callee, Field::Attribute)?;
    matches!(model.text(method), "append" | "add" | "appendleft").then_some(())?;
    Some((model.child(callee, Field::Object)?, *model.positional(call).first()?))
}

/// A status field that gets a value.
struct Given {
    object: NodeId,
    stage: Option<Stage>,
}

/// `job["status"] = "done"`, `job.status = status`
fn assigned(model: &Model, assignment: NodeId) -> Option<Given> {
    let target = model.child(assignment, Field::Left)?;
    let value = model.child(assignment, Field::Right)?;
    let (field, _, object) = status_field(model, target)?;
    Some(Given { object, stage: stage(model, field, value) })
}

/// `job.update(status="done")`, `job.update({"done": True})`
fn updated(model: &Model, call: NodeId) -> Vec<Given> {
    let Some(callee) = model.child(call, Field::Function) else { return Vec::new() };
    let method = model.child(callee, Field::Attribute).map_or("", |m| model.text(m));
    let Some(object) = model.child(callee, Field::Object).filter(|_| method == "update") else {
        return Vec::new();
    };
    let stages = updates(model, call).into_iter();
    stages.map(|stage| Given { object, stage }).collect()
}

fn set(
    model: &Model,
    project: &Project,
    sources: &Sources,
    touches: &[(&str, &Touch)],
    node: NodeId,
    field: &Given,
    found: &mut FileJobs,
) {
    let made = || mark(model, project, node, spot(model, node, touches), field.stage);
    if let Some(path) = sources.of(model, field.object) {
        found.marks.push((path.to_owned(), made()));
    } else if model.text(field.object) == "self"
        && let Some(class) = model.class_of(node)
        && model.function_of(node).is_some_and(|f| !is_constructor(model, f))
    {
        found.own_marks.push((model.path_of(class), made()));
    }
}

fn is_constructor(model: &Model, function: NodeId) -> bool {
    model.child(function, Field::Name).is_some_and(|n| model.text(n).starts_with("__"))
}

fn spot(model: &Model, node: NodeId, touches: &[(&str, &Touch)]) -> Spot {
    let (file, is_test) = match touches.first() {
        Some((_, touch)) => (touch.file.clone(), touch.is_test),
        None => {
            (model.source.path().into(), super::super::test_code::is_test_code(model.source.path()))
        }
    };
    let function = model.function_of(node).map(|f| model.path_of(f));
    Spot { file, line: model.line(node), node, function, is_test }
}

fn mark(model: &Model, project: &Project, node: NodeId, spot: Spot, stage: Option<Stage>) -> Mark {
    let definition = model.function_of(node);
    let is_open = definition.is_none_or(|f| may_be_called_unseen(model, project, f));
    // A status that is handed over cannot be told: it may well be the last.
    Mark {
        spot,
        is_over: stage != Some(Stage::UnderWay),
        is_certain: stage.is_some(),
        definition,
        is_open,
    }
}

/// Whether a function is decorated, is inside another, or belongs to a class whose bases cannot all be seen.
fn may_be_called_unseen(model: &Model, project: &Project, function: NodeId) -> bool {
    let plain = |d: &NodeId| matches!(model.text(*d), "staticmethod" | "classmethod");
    if !model.decorators(function).iter().all(plain) {
        return true;
    }
    let name = model.child(function, Field::Name).map_or("", |n| model.text(n));
    if name.starts_with("__") {
        return true;
    }
    let Some(class) = model.class_of(function) else { return false };
    let harmless = |base: &String| {
        matches!(
            base.rsplit('.').next(),
            Some("ABC" | "Generic" | "Protocol" | "object" | "Thread")
        )
    };
    match project.exports.get(&model.path_of(class)) {
        Some(Export::Class(bases)) => !bases.iter().all(|b| {
            harmless(b)
                || matches!(project.exports.get(&project.canonical(b)), Some(Export::Class(_)))
        }),
        _ => !model.bases(class).is_empty(),
    }
}
