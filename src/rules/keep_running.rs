//! What keeps running work in its tracker where results are read: the forms in which that is certain. It says what is wanted,
//! and writes no text.

use super::lapse::{Nesting, Remedy};
use super::scene::Scene;
use crate::python::{Field, Kind, Model, NodeId, ScopeId};
use crate::tasks::{ContainerKind, ContainerOp, ContainerUse, FieldAccess, JobTracker, Tracker};

/// The remedy for one occurrence that lets go of everything.
pub(super) fn keep_running(
    scene: &Scene<'_>,
    tracker: &Tracker,
    jobs: Option<&JobTracker>,
    touch: &ContainerUse,
) -> Remedy {
    found(scene, tracker, jobs, touch).unwrap_or_else(Remedy::None)
}

fn found(
    scene: &Scene<'_>,
    tracker: &Tracker,
    jobs: Option<&JobTracker>,
    touch: &ContainerUse,
) -> Result<Remedy, String> {
    let model = scene.model;
    let file = model.source.path();
    let running = match jobs {
        Some(jobs) => Some(running(model, jobs)?),
        None => None,
    };
    let ContainerOp::Popped(call) = touch.op else {
        if jobs.is_some() {
            return Err("what of it still runs can be kept in more than one way".to_owned());
        }
        let statement = model.statement_of(touch.node);
        return Ok(Remedy::KeepSome { container: touch.node, statement, sort: tracker.kind });
    };
    let container = popped_from(model, call)
        .filter(|c| *c == touch.node && tracker.kind == ContainerKind::Dict);
    let container = container.ok_or("it is not popped from a plain dict of entries")?;
    let key = model.positional(call).first().copied();
    let key = key.filter(|k| is_plain(model, *k)).ok_or("its key would be worked out twice")?;
    let parent = model.tree.parent(call);
    let name = match parent.map(|p| (p, model.kind(p))) {
        Some((parent, Kind::Assignment)) => model.child(parent, Field::Left),
        Some((_, Kind::ReturnStatement)) => Some(call),
        _ => None,
    };
    let name = name.filter(|n| matches!(model.kind(*n), Kind::Identifier | Kind::Call));
    let name = name.ok_or("what is popped has no name of its own")?;
    let added: Vec<(bool, NodeId)> = match jobs {
        Some(jobs) => jobs.adds.iter().map(|a| (a.file.as_ref() == file, a.node)).collect(),
        None => {
            let adds = tracker.uses.iter().filter(|t| matches!(t.op, ContainerOp::Added { .. }));
            adds.map(|t| (t.file.as_ref() == file, t.node)).collect()
        }
    };
    let nesting = nesting(model, &added)?;
    let default = model.positional(call).get(1).map(|d| model.bare(*d));
    let may_be_missing = default.is_some();
    let fits = default.is_none_or(|d| match (nesting, model.kind(d)) {
        (Nesting::One, kind) => kind == Kind::None,
        (_, Kind::List | Kind::Tuple | Kind::Dictionary) => model.tree.first_child(d).is_none(),
        _ => false,
    });
    if !fits {
        return Err("its default is not that of what is popped".to_owned());
    }
    Ok(Remedy::PutBack { container, key, name, nesting, running, may_be_missing })
}

/// The test that a record still runs, with `{}` for its name: `{}["status"] == "running"`.
fn running(model: &Model, jobs: &JobTracker) -> Result<String, String> {
    let certain = jobs.status_writes.iter().all(|m| m.is_final && m.is_certain);
    if !certain {
        return Err("its jobs may have other statuses in between".to_owned());
    }
    let record = &jobs.record;
    let literal = record.value.starts_with(['"', '\'']) || record.value == "False";
    let plain = literal || is_own_name(model, jobs);
    if !plain {
        return Err(format!("`{}` may not be known where the results are read", record.value));
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

/// Whether a status is a name that this file's module knows: `Status.RUNNING`.
fn is_own_name(model: &Model, jobs: &JobTracker) -> bool {
    let first = jobs.record.value.split('.').next().unwrap_or_default();
    let symbol = model.symbol(first);
    symbol.is_some_and(|s| matches!(model.scopes.bindings(ScopeId::MODULE, s), [_]))
}

fn popped_from(model: &Model, call: NodeId) -> Option<NodeId> {
    model.child(model.child(call, Field::Function)?, Field::Object)
}

/// Whether an expression is the same, and without effect, when it is evaluated again.
fn is_plain(model: &Model, key: NodeId) -> bool {
    match model.kind(key) {
        Kind::Identifier | Kind::Integer => true,
        Kind::String => !model.tree.descendants(key).any(|n| model.kind(n) == Kind::Interpolation),
        Kind::Attribute => model.dotted(key).is_some(),
        _ => false,
    }
}

/// What an entry of the tracker is, by the places of this file, and none else, that put something in.
fn nesting(model: &Model, added: &[(bool, NodeId)]) -> Result<Nesting, String> {
    let mut all = added.iter().map(|(here, node)| nesting_of(model, *node).filter(|_| *here));
    let first = all.next().flatten();
    let same = first.filter(|f| all.all(|n| n.as_ref() == Some(f)));
    same.ok_or_else(|| "what its entries are cannot be told".to_owned())
}

fn nesting_of(model: &Model, add: NodeId) -> Option<Nesting> {
    // `jobs = JOBS.setdefault(parent, [])`, then `jobs.append(job)`.
    if model.kind(add) == Kind::Call {
        return Some(Nesting::List);
    }
    let parent = model.tree.parent(add)?;
    match model.kind(parent) {
        // `JOBS.setdefault(parent, []).append(job)`
        Kind::Attribute => {
            let call = model.tree.parent(parent).filter(|c| model.kind(*c) == Kind::Call)?;
            match model.kind(model.tree.parent(call)?) {
                // `JOBS.setdefault(parent, {})[job_id] = job`
                Kind::Subscript => Some(Nesting::Dict),
                _ => is_appended(model, call).then_some(Nesting::List),
            }
        }
        Kind::Subscript => match model.kind(model.tree.parent(parent)?) {
            Kind::Assignment => Some(Nesting::One),
            Kind::Subscript => Some(Nesting::Dict),
            Kind::Attribute => is_appended(model, parent).then_some(Nesting::List),
            _ => None,
        },
        _ => None,
    }
}

fn is_appended(model: &Model, entry: NodeId) -> bool {
    let method = model.tree.parent(entry).and_then(|a| model.child(a, Field::Attribute));
    method.is_some_and(|m| model.text(m) == "append")
}
