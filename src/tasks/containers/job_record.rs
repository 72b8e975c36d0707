//! Job records, plain data about work in progress: `{"status": "running"}`,
//! `Job(status=Status.PENDING)`. It looks at one expression.

use crate::python::{Field, Kind, Model, NodeId};

/// Fields that hold the status of a job.
const STATUS: &[&str] = &["status", "state"];
/// Fields that are `True` once the job is over.
const OVER: &[&str] =
    &["done", "finished", "completed", "complete", "is_done", "is_finished", "is_complete"];
/// Status words of a job in progress.
const RUNNING: &[&str] = &[
    "running",
    "pending",
    "queued",
    "started",
    "in_progress",
    "waiting",
    "processing",
    "submitted",
    "working",
    "starting",
];
/// Status words of a finished job.
const TERMINAL: &[&str] = &[
    "done",
    "complete",
    "completed",
    "finished",
    "success",
    "succeeded",
    "successful",
    "failed",
    "failure",
    "error",
    "errored",
    "ok",
    "ready",
    "cancelled",
    "canceled",
    "timeout",
];

/// The stage of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum JobStage {
    UnderWay,
    Over,
}

/// How a record's field is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FieldAccess {
    /// `job["status"]`
    Item,
    /// `job.status`
    Attribute,
}

/// The record of a job in progress.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobRecord {
    /// The field that holds the status.
    pub field: String,
    /// How it is reached.
    pub access: FieldAccess,
    /// The source text of its value: `"running"`, `Status.RUNNING`.
    pub value: String,
    /// The path of its class.
    pub class: Option<String>,
}

impl JobRecord {
    /// How it begins, for a sentence: `"running"`, `done=False`.
    pub fn beginning(&self) -> String {
        match self.value.as_str() {
            "False" => format!("{}=False", self.field),
            value => value.to_owned(),
        }
    }
}

/// The stage that a field's value stands for.
pub(super) fn stage(model: &Model, field: &str, value: NodeId) -> Option<JobStage> {
    let value = model.bare(value);
    if OVER.contains(&field) {
        return match model.kind(value) {
            Kind::True => Some(JobStage::Over),
            Kind::False => Some(JobStage::UnderWay),
            _ => None,
        };
    }
    STATUS.contains(&field).then_some(())?;
    let word = match model.kind(value) {
        Kind::String => model.text(value).trim_matches(['"', '\'']),
        Kind::Attribute => model.text(model.child(value, Field::Attribute)?),
        Kind::Identifier => model.text(value),
        _ => return None,
    };
    let word = word.to_lowercase().replace([' ', '-'], "_");
    match word {
        w if RUNNING.contains(&w.as_str()) => Some(JobStage::UnderWay),
        w if TERMINAL.contains(&w.as_str()) => Some(JobStage::Over),
        _ => None,
    }
}

/// The field that a target sets, and how: `job["status"]`, `job.status`; with the object.
pub(super) fn status_field(model: &Model, target: NodeId) -> Option<(&str, FieldAccess, NodeId)> {
    let (field, access, object) = match model.kind(target) {
        Kind::Attribute => {
            let name = model.text(model.child(target, Field::Attribute)?);
            (name, FieldAccess::Attribute, model.child(target, Field::Object)?)
        }
        Kind::Subscript => {
            let key =
                model.tree.children(target).nth(1).filter(|k| model.kind(*k) == Kind::String)?;
            (key_text(model, key), FieldAccess::Item, model.child(target, Field::Value)?)
        }
        _ => return None,
    };
    (STATUS.contains(&field) || OVER.contains(&field)).then_some((field, access, object))
}

fn key_text(model: &Model, key: NodeId) -> &str {
    model.text(key).trim_matches(['"', '\''])
}

/// The status fields among the arguments of an `update`: the stage of each, where that is known.
pub(super) fn updates(model: &Model, call: NodeId) -> Vec<Option<JobStage>> {
    let given = STATUS.iter().chain(OVER).filter_map(|field| {
        let value = model.keyword(call, field)?;
        Some(stage(model, field, value))
    });
    let literal = model.positional(call).first().copied().map(|a| model.bare(a));
    let pairs = literal.filter(|l| model.kind(*l) == Kind::Dictionary).into_iter();
    let pairs = pairs.flat_map(|l| model.tree.children(l)).filter_map(|pair| {
        let key = key_text(model, model.child(pair, Field::Key)?);
        let known = STATUS.contains(&key) || OVER.contains(&key);
        known.then(|| Some(stage(model, key, model.child(pair, Field::Value)?)))?
    });
    given.chain(pairs).collect()
}

/// The status that an expression's record begins with, and its stage.
pub(super) fn record(model: &Model, value: NodeId) -> Option<(JobRecord, JobStage)> {
    read(model, value, 3)
}

fn read(model: &Model, value: NodeId, depth: usize) -> Option<(JobRecord, JobStage)> {
    let depth = depth.checked_sub(1)?;
    let value = model.bare(value);
    match model.kind(value) {
        Kind::Dictionary => {
            let pairs = model.tree.children(value).filter(|c| model.kind(*c) == Kind::Pair);
            let fields: Vec<(NodeId, NodeId)> = pairs
                .filter_map(|p| Some((model.child(p, Field::Key)?, model.child(p, Field::Value)?)))
                .collect();
            let own = fields.iter().find_map(|(key, value)| {
                let key = key_text(model, *key);
                let stage = stage(model, key, *value)?;
                Some((made(model, key, FieldAccess::Item, *value, None), stage))
            });
            // `{job_id: {"status": "running"}}`
            own.or_else(|| fields.iter().find_map(|(_, inner)| read(model, *inner, depth)))
        }
        Kind::List | Kind::Set | Kind::Tuple => {
            model.tree.children(value).find_map(|inner| read(model, inner, depth))
        }
        Kind::Identifier => {
            let mut values = model.bindings_of(value).iter().filter_map(|b| b.kind.value());
            values.find_map(|value| read(model, value, depth))
        }
        Kind::Call => instance(model, value),
        _ => None,
    }
}

fn made(
    model: &Model,
    field: &str,
    access: FieldAccess,
    value: NodeId,
    class: Option<String>,
) -> JobRecord {
    JobRecord {
        field: field.to_owned(),
        access,
        value: model.text(model.bare(value)).to_owned(),
        class,
    }
}

/// `Job(...)`, whose class, or whose keyword, says how it begins.
fn instance(model: &Model, call: NodeId) -> Option<(JobRecord, JobStage)> {
    let callee = model.child(call, Field::Function)?;
    if model.text(callee) == "dict" || model.is_path(callee, &["dataclasses.replace"]) {
        return STATUS.iter().chain(OVER).find_map(|field| {
            let value = model.keyword(call, field)?;
            Some((made(model, field, FieldAccess::Item, value, None), stage(model, field, value)?))
        });
    }
    let class = model.origins(callee).into_iter().find_map(|origin| origin.class())?;
    let path = Some(model.path_of(class));
    STATUS.iter().chain(OVER).find_map(|field| {
        let given = model.keyword(call, field);
        let own = || {
            let bindings = model.attribute_bindings(class, field);
            let mut values = bindings.iter().filter_map(|m| m.value());
            values.find(|value| stage(model, field, *value).is_some())
        };
        let value = given.or_else(own)?;
        Some((
            made(model, field, FieldAccess::Attribute, value, path.clone()),
            stage(model, field, value)?,
        ))
    })
}
