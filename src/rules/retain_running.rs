//! Finds the fix that retains running work in its tracker where results are read. It names the
//! nodes, and writes no text.

use super::context::RuleContext;
use super::diagnostic::{EntryKind, FixKind};
use crate::decline::{Decline, DeclineKind};
use crate::python::{Field, Kind, Model, NodeId, ScopeId};
use crate::tasks::{
    ContainerAccess, ContainerKind, ContainerOp, ContainerUse, FieldAccess, ItemUse, JobTracker,
    Tracker,
};

/// The fix for one occurrence that removes everything.
pub(super) fn retain_running_fix(
    context: &RuleContext<'_>,
    tracker: &Tracker,
    jobs: Option<&JobTracker>,
    container_use: &ContainerUse,
) -> FixKind {
    try_retain(context, tracker, jobs, container_use).unwrap_or_else(FixKind::Unavailable)
}

fn try_retain(
    context: &RuleContext<'_>,
    tracker: &Tracker,
    jobs: Option<&JobTracker>,
    container_use: &ContainerUse,
) -> Result<FixKind, Decline> {
    let model = context.model;
    let file = model.source.path();
    let running = jobs.map(|jobs| running_test(model, jobs)).transpose()?;
    let ContainerOp::Popped(call) = container_use.op else {
        if jobs.is_some() {
            let message = "there is more than one way to keep the running jobs";
            return Err(Decline::new(DeclineKind::AmbiguousFix, message));
        }
        let statement = model.statement_of(container_use.node);
        if model.unpacked_value(container_use.node).is_some() {
            let message = "the same statement takes the entries out and binds a new container";
            return Err(Decline::new(DeclineKind::StatementForm, message));
        }
        return Ok(FixKind::RetainPending {
            container: container_use.node,
            statement,
            kind: tracker.kind,
        });
    };
    let container = model.called_method(call).map(|(object, _)| object);
    let container =
        container.filter(|c| *c == container_use.node && tracker.kind == ContainerKind::Dict);
    let container = container.ok_or_else(|| {
        Decline::new(DeclineKind::ContainerType, "the entry is not popped from a plain dict")
    })?;
    let key = model.positional(call).first().copied();
    let key = key.filter(|k| is_repeatable(model, *k)).ok_or_else(|| {
        Decline::new(DeclineKind::RepeatedKey, "the key expression would be evaluated twice")
    })?;
    let parent = model.tree.parent(call);
    let name = match parent.map(|p| (p, model.kind(p))) {
        Some((parent, Kind::Assignment)) => model.child(parent, Field::Left),
        Some((_, Kind::ReturnStatement)) => Some(call),
        _ => None,
    };
    let name = name.filter(|n| matches!(model.kind(*n), Kind::Identifier | Kind::Call));
    let name = name.ok_or_else(|| {
        Decline::new(DeclineKind::StatementForm, "the popped entry is not assigned to a name")
    })?;
    let added: Vec<(bool, NodeId)> = match jobs {
        Some(jobs) => jobs.adds.iter().map(|a| (a.file.as_ref() == file, a.node)).collect(),
        None => {
            let adds = tracker.uses.iter().filter(|t| matches!(t.op, ContainerOp::Added { .. }));
            adds.map(|t| (t.file.as_ref() == file, t.node)).collect()
        }
    };
    let entry_kind = entry_kind(model, &added)?;
    let default = model.positional(call).get(1).map(|d| model.bare(*d));
    let may_be_missing = default.is_some();
    let fits = default.is_none_or(|d| match (entry_kind, model.kind(d)) {
        (EntryKind::Single, kind) => kind == Kind::None,
        (_, Kind::List | Kind::Tuple | Kind::Dictionary) => model.tree.first_child(d).is_none(),
        _ => false,
    });
    if !fits {
        let message = "the default of the `pop` has another type than the entries";
        return Err(Decline::new(DeclineKind::PopDefault, message));
    }
    Ok(FixKind::RestoreRunning { container, key, name, entry_kind, running, may_be_missing })
}

/// The test that a record still runs, with `{}` for its name: `{}["status"] == "running"`.
fn running_test(model: &Model, jobs: &JobTracker) -> Result<String, Decline> {
    let certain = jobs.status_writes.iter().all(|m| m.is_final && m.is_certain);
    if !certain {
        let message = "a job may have other statuses before it is done";
        return Err(Decline::new(DeclineKind::UnknownStatus, message));
    }
    let record = &jobs.record;
    let literal = record.value.starts_with(['"', '\'']) || record.value == "False";
    let plain = literal || is_module_name(model, jobs);
    if !plain {
        let message = format!("`{}` may not be defined where the results are read", record.value);
        return Err(Decline::new(DeclineKind::UnknownStatus, message));
    }
    let field = match record.access {
        FieldAccess::Item => format!("{{}}[\"{}\"]", record.field),
        FieldAccess::Attribute => format!("{{}}.{}", record.field),
    };
    Ok(match record.value.as_str() {
        "False" => format!("not {field}"),
        value => format!("{field} == {value}"),
    })
}

/// Whether a status is a name bound in this module: `Status.RUNNING`.
fn is_module_name(model: &Model, jobs: &JobTracker) -> bool {
    let first = jobs.record.value.split('.').next().unwrap_or_default();
    model.bindings_in(ScopeId::MODULE, first).len() == 1
}

/// Whether evaluating an expression again gives the same value without side effects.
fn is_repeatable(model: &Model, key: NodeId) -> bool {
    match model.kind(key) {
        Kind::Identifier | Kind::Integer => true,
        Kind::String => !model.tree.descendants(key).any(|n| model.kind(n) == Kind::Interpolation),
        Kind::Attribute => model.dotted(key).is_some(),
        _ => false,
    }
}

/// What an entry of the tracker holds, if only this file adds entries.
fn entry_kind(model: &Model, added: &[(bool, NodeId)]) -> Result<EntryKind, Decline> {
    let mut all = added.iter().map(|(here, node)| entry_kind_of(model, *node).filter(|_| *here));
    let first = all.next().flatten();
    let same = first.filter(|f| all.all(|n| n.as_ref() == Some(f)));
    same.ok_or_else(|| {
        Decline::new(DeclineKind::UnknownEntries, "the type of the entries is unknown")
    })
}

fn entry_kind_of(model: &Model, add: NodeId) -> Option<EntryKind> {
    // `jobs = JOBS.setdefault(parent, [])`, then `jobs.append(job)`.
    if model.kind(add) == Kind::Call {
        return Some(EntryKind::List);
    }
    let entry = match ContainerAccess::of(model, add)? {
        ContainerAccess::Method(method) => method.call?,
        ContainerAccess::Item(_, ItemUse::Set(_)) => return Some(EntryKind::Single),
        ContainerAccess::Item(entry, _) => entry,
    };
    match ContainerAccess::of(model, entry)? {
        // `JOBS.setdefault(parent, {})[job_id] = job`
        ContainerAccess::Item(..) => Some(EntryKind::Dict),
        // `JOBS.setdefault(parent, []).append(job)`
        ContainerAccess::Method(method) => (method.name == "append").then_some(EntryKind::List),
    }
}
