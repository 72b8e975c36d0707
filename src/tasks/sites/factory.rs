//! Finds what makes the project keep every task: a task factory that stores them, a replaced
//! `create_task`. It changes no verdict.

use crate::python::{Field, Kind, Model, NodeId, Origin};
use crate::tasks::effects::{ObjectEscape, ValueKind};
use crate::tasks::escape::{EscapeAnalyzer, Follow};
use crate::tasks::project::{Factory, Ownership, ProjectIndex};
use crate::tasks::verdict::Reason;

/// The first place in a file that installs one and does not uninstall it again.
///
/// Sources: asyncio-eventloop.html#asyncio.loop.set_task_factory.
pub(in crate::tasks) fn find_factory(model: &Model, project: &ProjectIndex) -> Option<Factory> {
    if !may_install(model.source.code().as_bytes()) || model.is_test {
        return None;
    }
    let found = |node: NodeId| match model.kind(node) {
        Kind::Call => set_factory(model, project, node),
        Kind::Assignment => replaced(model, project, node),
        _ => None,
    };
    model.tree.parsed_ids().find_map(found)
}

/// Whether a text can set a factory, or give `create_task` another meaning.
fn may_install(text: &[u8]) -> bool {
    let mut named = memchr::memmem::find_iter(text, "create_task");
    let assigned =
        |at: usize| text[at + "create_task".len()..].trim_ascii_start().starts_with(b"=");
    memchr::memmem::find(text, b"set_task_factory").is_some() || named.any(assigned)
}

/// `loop.set_task_factory(f)` where `f` stores what it makes.
fn set_factory(model: &Model, project: &ProjectIndex, call: NodeId) -> Option<Factory> {
    let sets = |n: NodeId| {
        let (_, name) = model.called_method(n)?;
        (name == "set_task_factory").then(|| model.positional(n).first().copied())?
    };
    let factory = sets(call)?;
    let taken_back = |n: NodeId| {
        model.kind(n) == Kind::Call && sets(n).is_some_and(|f| model.kind(f) == Kind::None)
    };
    if model.tree.parsed_ids().any(taken_back) {
        return None;
    }
    let stores = model.origins(factory).iter().any(|o| keeps_what_it_makes(model, project, o));
    stores.then(|| place(model, call, false))
}

/// Whether a function, or an object that can be called, keeps a task that it makes.
fn keeps_what_it_makes(model: &Model, project: &ProjectIndex, origin: &Origin) -> bool {
    match origin {
        Origin::Function(function) => keeps_its_tasks(model, project, *function),
        Origin::Value(lambda) if model.kind(*lambda) == Kind::Lambda => {
            keeps_its_tasks(model, project, *lambda)
        }
        Origin::Instance(class) => {
            let calls = model.attribute_origins(*class, "__call__");
            let mut calls = calls.iter().filter_map(Origin::function);
            calls.any(|function| keeps_its_tasks(model, project, function))
        }
        _ => false,
    }
}

/// Whether a function keeps a task that it makes.
fn keeps_its_tasks(model: &Model, project: &ProjectIndex, function: NodeId) -> bool {
    let analyzer = EscapeAnalyzer::new(model, project);
    let calls = model.tree.descendants(function).filter(|n| model.kind(*n) == Kind::Call);
    calls.into_iter().any(|call| {
        let spawns = model.child(call, Field::Function).is_some_and(|c| {
            let old = |path: &String| path.ends_with("BaseEventLoop.create_task");
            analyzer.spawner(c).is_some()
                || model.text(c).ends_with("factory")
                || model.paths(c).iter().any(old)
        });
        let kept = || {
            matches!(
                analyzer.escape_of(call, ValueKind::Task).reason,
                Reason::Container | Reason::Attribute | Reason::Global | Reason::Kept
            )
        };
        let registers = || {
            let callee = model.child(call, Field::Function);
            let origins = callee.map(|c| model.origins(c)).unwrap_or_default();
            let mut classes = origins.iter().filter_map(Origin::class);
            classes.any(|class| analyzer.escape_of_new(class, "") == ObjectEscape::Certain)
        };
        spawns && (kept() || registers())
    })
}

/// `asyncio.create_task = f`, `asyncio.BaseEventLoop.create_task = f` where `f` keeps the tasks that it makes.
fn replaced(model: &Model, project: &ProjectIndex, assignment: NodeId) -> Option<Factory> {
    let target = model.child(assignment, Field::Left)?;
    let value = model.child(assignment, Field::Right)?;
    if model.kind(target) != Kind::Attribute || !model.text(target).ends_with("create_task") {
        return None;
    }
    let attribute_only = model.is_path(target, &["asyncio.create_task"]);
    let of_loop =
        ["asyncio.BaseEventLoop.create_task", "asyncio.base_events.BaseEventLoop.create_task"];
    if !attribute_only && !model.is_path(target, &of_loop) {
        return None;
    }
    let keeps = |f: NodeId| {
        let wrapper = project.wrapper(&model.path_of(f));
        wrapper.is_some_and(|(_, w)| w.ownership() == Ownership::Kept)
            || keeps_its_tasks(model, project, f)
    };
    let again = |n: NodeId| {
        model.kind(n) == Kind::Assignment
            && n != assignment
            && model.child(n, Field::Left).is_some_and(|t| model.text(t) == model.text(target))
    };
    let kept = model.origins(value).iter().filter_map(Origin::function).any(keeps)
        && !model.tree.parsed_ids().any(again);
    kept.then(|| place(model, assignment, attribute_only))
}

fn place(model: &Model, node: NodeId, attribute_only: bool) -> Factory {
    Factory { path: model.source.path().to_owned(), line: model.place(node), attribute_only }
}
