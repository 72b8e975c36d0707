//! What keeps running work in its tracker where results are read: the forms in which that is certain. It says what is wanted,
//! and writes no text.

use super::lapse::{Nesting, Remedy};
use super::scene::Scene;
use crate::python::{Field, Kind, Model, NodeId};
use crate::tasks::{Access, Deed, Jobs, Sort, Spot, Touch, Tracker};

/// The remedy for one occurrence that lets go of everything.
pub(super) fn keep_running(
    scene: &Scene<'_>,
    tracker: &Tracker,
    jobs: Option<&Jobs>,
    touch: &Touch,
) -> Remedy {
    found(scene, tracker, jobs, touch).unwrap_or_else(Remedy::None)
}

fn found(
    scene: &Scene<'_>,
    tracker: &Tracker,
    jobs: Option<&Jobs>,
    touch: &Touch,
) -> Result<Remedy, String> {
    let model = scene.model;
    let running = match jobs {
        Some(jobs) => Some(running(jobs)?),
        None => None,
    };
    let Deed::Popped(call) = touch.deed else {
        if jobs.is_some() {
            return Err("what of it still runs can be kept in more than one way".to_owned());
        }
        let statement = model.statement_of(touch.node);
        return Ok(Remedy::KeepSome { container: touch.node, statement, sort: tracker.sort });
    };
    let container =
        popped_from(model, call).filter(|c| *c == touch.node && tracker.sort == Sort::Dict);
    let container = container.ok_or("it is not popped from a plain dict of entries")?;
    let key = model.positional(call).first().copied();
    let key = key.filter(|k| is_plain(model, *k)).ok_or("its key would be worked out twice")?;
    let statement = model.tree.parent(call).filter(|p| model.kind(*p) == Kind::Assignment);
    let name = statement.and_then(|s| model.child(s, Field::Left));
    let name = name.filter(|n| model.kind(*n) == Kind::Identifier);
    let name = name.ok_or("what is popped has no name of its own")?;
    let nesting = match jobs {
        Some(jobs) => nesting(scene, jobs)?,
        None => Nesting::One,
    };
    let may_be_missing = model.positional(call).len() > 1;
    Ok(Remedy::PutBack { container, key, name, nesting, running, may_be_missing })
}

/// The test that a record still runs, with `{}` for its name: `{}["status"] == "running"`.
fn running(jobs: &Jobs) -> Result<String, String> {
    let certain = jobs.marks.iter().all(|m| m.is_over && m.is_certain);
    if !certain {
        return Err("its jobs may have other statuses in between".to_owned());
    }
    let record = &jobs.record;
    let plain = record.value.starts_with(['"', '\'']) || matches!(record.value.as_str(), "False");
    if !plain {
        return Err(format!("`{}` may not be known where the results are read", record.value));
    }
    let field = match record.access {
        Access::Item => format!("{{}}[\"{}\"]", record.field),
        Access::Attribute => format!("{{}}.{}", record.field),
    };
    Ok(match record.value.as_str() {
        "False" => format!("not {field}"),
        value => format!("{field} == {value}"),
    })
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

/// What an entry of the tracker is, by how records are put in.
fn nesting(scene: &Scene<'_>, jobs: &Jobs) -> Result<Nesting, String> {
    let model = scene.model;
    let mut all = jobs.adds.iter().map(|add| {
        let here = add.file.as_ref() == model.source.path();
        if here { nesting_of(model, add) } else { None }
    });
    let first = all.next().flatten();
    let same = first.filter(|f| all.all(|n| n.as_ref() == Some(f)));
    same.ok_or_else(|| "what its entries are cannot be told".to_owned())
}

fn nesting_of(model: &Model, add: &Spot) -> Option<Nesting> {
    // `jobs = JOBS.setdefault(parent, [])`, then `jobs.append(job)`.
    if model.kind(add.node) == Kind::Call {
        return Some(Nesting::List);
    }
    let parent = model.tree.parent(add.node)?;
    match model.kind(parent) {
        // `JOBS.setdefault(parent, []).append(job)`
        Kind::Attribute => {
            let call = model.tree.parent(parent).filter(|c| model.kind(*c) == Kind::Call)?;
            is_appended(model, call).then_some(Nesting::List)
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
