//! Workers of a tracker, and their exits that leave the job unmarked. It knows one file and the job
//! records of its project.

use std::collections::BTreeSet;

use super::context::RuleContext;
use super::diagnostic::{Diagnostic, FixKind};
use crate::python::{Cfg, Field, Kind, Model, NodeId, Origin, ProgramPoint};
use crate::tasks::libraries::{thread_starter, thread_starters};
use crate::tasks::{JobTracker, Tracker};

/// One diagnostic for each worker that can end without marking its job.
pub(super) fn unfinished_workers(
    context: &RuleContext<'_>,
    tracker: &Tracker,
    jobs: &JobTracker,
) -> Vec<Diagnostic> {
    let completion_points = completion_points(context, jobs);
    if completion_points.is_empty() {
        return Vec::new();
    }
    let workers: BTreeSet<NodeId> =
        starters(context, jobs).into_iter().flat_map(|f| workers(context.model, f)).collect();
    let diagnostic = |w| unfinished_exit(context, tracker, jobs, &completion_points, w);
    workers.into_iter().filter_map(diagnostic).collect()
}

/// The nodes of this file at which a job is marked as done, directly or by a function of the file.
fn completion_points(context: &RuleContext<'_>, jobs: &JobTracker) -> BTreeSet<NodeId> {
    let model = context.model;
    let file = model.source.path();
    let here = |m: &&crate::tasks::StatusWrite| m.location.file.as_ref() == file;
    let mut places: BTreeSet<NodeId> =
        jobs.completions().filter(here).map(|m| m.location.node).collect();
    for function in jobs.completions().filter_map(|m| m.location.function.as_deref()) {
        let references = context.trackers.references(function).iter();
        places.extend(references.filter(|r| r.file.as_ref() == file).map(|r| r.node));
    }
    // Calls of functions of this file that reach one of these nodes.
    let calls: Vec<(NodeId, NodeId)> = local_calls(model);
    loop {
        let leads: BTreeSet<NodeId> = places.iter().filter_map(|p| model.function_of(*p)).collect();
        let before = places.len();
        places.extend(calls.iter().filter(|(_, f)| leads.contains(f)).map(|(call, _)| *call));
        if places.len() == before {
            return places;
        }
    }
}

/// Every call of a function of this file, with that function.
fn local_calls(model: &Model) -> Vec<(NodeId, NodeId)> {
    let calls = model.tree.ids().filter(|n| model.kind(*n) == Kind::Call);
    let with_function = calls.flat_map(|call| {
        let callee = model.child(call, Field::Function);
        let functions = callee.map(|c| local_functions(model, c)).unwrap_or_default();
        functions.into_iter().map(move |function| (call, function))
    });
    with_function.collect()
}

/// The functions of this file that add a job to the tracker, directly or through a callee.
fn starters(context: &RuleContext<'_>, jobs: &JobTracker) -> BTreeSet<NodeId> {
    let model = context.model;
    let here =
        |s: &&crate::tasks::CodeLocation| s.file.as_ref() == model.source.path() && !s.is_test;
    let adders = jobs.adds.iter().filter_map(|a| a.function.as_deref());
    let calls = adders.flat_map(|f| context.trackers.references(f));
    let places = jobs.adds.iter().chain(calls).filter(here);
    places.filter_map(|s| model.function_of(s.node)).collect()
}

/// The functions of the file that a function starts: as a thread, in an executor, as a task.
fn workers(model: &Model, starter: NodeId) -> Vec<NodeId> {
    let calls = model.tree.descendants(starter).filter(|n| model.kind(*n) == Kind::Call);
    let started = calls.filter_map(|call| started_callable(model, call));
    started.flat_map(|callable| local_functions(model, callable)).collect()
}

/// The functions of this file that an expression can be.
pub(super) fn local_functions(model: &Model, expression: NodeId) -> Vec<NodeId> {
    let function = |origin| match origin {
        Origin::Function(function) => Some(function),
        _ => None,
    };
    model.origins(expression).into_iter().filter_map(function).collect()
}

/// The callable that a call starts.
fn started_callable(model: &Model, call: NodeId) -> Option<NodeId> {
    let callee = model.child(call, Field::Function)?;
    let arguments = model.positional(call);
    let name = model.text(model.child(callee, Field::Attribute).unwrap_or(callee));
    let resolved = || thread_starters().iter().find(|s| model.is_path(callee, &[s.path]));
    if let Some(starter) = thread_starter(name).or_else(resolved) {
        let keyword = starter.keyword.and_then(|name| model.keyword(call, name));
        return keyword.or_else(|| arguments.get(starter.argument).copied());
    }
    match name {
        "add_task" => arguments.first().copied(),
        "create_task" | "ensure_future" => {
            let coroutine = arguments.first().copied()?;
            model.child(coroutine, Field::Function)
        }
        _ => None,
    }
}

fn unfinished_exit(
    context: &RuleContext<'_>,
    tracker: &Tracker,
    jobs: &JobTracker,
    completion_points: &BTreeSet<NodeId>,
    worker: NodeId,
) -> Option<Diagnostic> {
    let model = context.model;
    let own: Vec<NodeId> =
        completion_points.iter().copied().filter(|p| model.tree.contains(worker, *p)).collect();
    let scope = model.scopes.opened_by(worker)?;
    // Whether marks in a nested function or a loop are reached is unknown.
    let direct = |n: &NodeId| model.frame_of(*n) == scope && !is_in_loop(model, worker, *n);
    let first = *own.first().filter(|_| own.iter().all(direct))?;
    let flow = Cfg::build(model, worker, &|_| false)?;
    let mut stops: Vec<ProgramPoint> = own.iter().flat_map(|n| flow.points_of(model, *n)).collect();
    let inside = || model.tree.descendants(worker).filter(|n| model.frame_of(*n) == scope);
    let ends = |n: &NodeId| match model.kind(*n) {
        Kind::RaiseStatement => true,
        Kind::ReturnStatement => is_missing_job_exit(model, worker, *n),
        _ => false,
    };
    stops.extend(inside().filter(ends).flat_map(|n| flow.points_of(model, n)));
    stops.sort_unstable();
    let reached = flow.reachable_from(vec![flow.entry()], true, &[&stops]);
    let is_reached = |n: &NodeId| {
        flow.points_of(model, *n).iter().any(|p| reached.contains(*p) && !stops.contains(p))
    };
    let raises = || {
        let mut risky = inside().filter(|n| is_risky(model, worker, *n) && is_reached(n));
        risky.next().filter(|_| !has_done_callback(context, jobs))
    };
    if !reached.contains(flow.exit()) {
        let node = raises()?;
        let message = format!(
            "if this raises, the worker `{}` ends without marking its job in `{}` as done: it stays `{}`",
            model.name_of(worker),
            tracker.name,
            jobs.record.beginning()
        );
        let evidence = vec![context.related(first, "the job is marked only here")];
        let fix = FixKind::manual("mark the job in a `finally` or `except` clause");
        return Some(Diagnostic { node, message, evidence, fix });
    }
    let returns = inside().find(|n| model.kind(*n) == Kind::ReturnStatement && is_reached(n));
    let handler = || {
        inside().find(|n| {
            model.kind(*n) == Kind::ExceptClause && ends_unmarked(model, &flow, &stops, *n)
        })
    };
    let node = match returns.or_else(handler) {
        Some(node) => node,
        None if own.iter().any(|n| is_conditional(model, worker, *n)) => return None,
        None => model.child(worker, Field::Name)?,
    };
    let name = model.name_of(worker);
    let how = match model.kind(node) {
        Kind::ReturnStatement => "returns here",
        Kind::ExceptClause => "ends here, after an exception,",
        _ => "can end",
    };
    let value = jobs.record.beginning();
    Some(Diagnostic {
        node,
        message: format!(
            "the worker `{name}` {how} without marking its job in `{}` as done: it stays `{value}`",
            tracker.name
        ),
        evidence: vec![context.related(first, "other paths mark the job here")],
        fix: FixKind::manual("mark the job as done or failed on this path too"),
    })
}

/// Whether a node calls other code, which may raise, and no `try` is around it.
fn is_risky(model: &Model, worker: NodeId, node: NodeId) -> bool {
    let calls = match model.kind(node) {
        Kind::Await => {
            let awaited = model.tree.first_child(node).map(|n| model.bare(n));
            awaited.and_then(|call| model.callee_name(call)) != Some("sleep")
        }
        Kind::Call => model.child(node, Field::Function).is_some_and(|callee| {
            let is_code = |origin: &Origin| match origin {
                Origin::Function(_) => true,
                Origin::Path(path) => {
                    !HARMLESS.iter().any(|module| path.split('.').next() == Some(module))
                }
                _ => false,
            };
            model.origins(callee).iter().any(is_code)
        }),
        _ => false,
    };
    let mut around = model.tree.ancestors(node).take_while(|n| *n != worker);
    calls && !around.any(|n| model.kind(n) == Kind::TryStatement)
}

/// Whether a function that starts workers looks at how they end.
fn has_done_callback(context: &RuleContext<'_>, jobs: &JobTracker) -> bool {
    let model = context.model;
    starters(context, jobs).into_iter().any(|starter| {
        let mut calls = model.tree.descendants(starter);
        calls.any(|n| matches!(model.called_method(n), Some((_, "add_done_callback"))))
    })
}

/// Modules whose functions do not fail in practice.
const HARMLESS: &[&str] =
    &["asyncio", "datetime", "logging", "random", "threading", "time", "uuid"];

fn is_in_loop(model: &Model, worker: NodeId, node: NodeId) -> bool {
    let mut around = model.tree.ancestors(node).take_while(|n| *n != worker);
    around.any(|n| matches!(model.kind(n), Kind::ForStatement | Kind::WhileStatement))
}

/// Whether a mark is conditional.
fn is_conditional(model: &Model, worker: NodeId, node: NodeId) -> bool {
    let mut around = model.tree.ancestors(node).take_while(|n| *n != worker);
    around.any(|n| matches!(model.kind(n), Kind::IfStatement | Kind::MatchStatement))
}

/// `if job is None: return`, `if job_id not in JOBS: return`: there is no job to mark.
fn is_missing_job_exit(model: &Model, worker: NodeId, statement: NodeId) -> bool {
    let mut around = model.tree.ancestors(statement).take_while(|n| *n != worker);
    around.any(|n| {
        let condition = model.child(n, Field::Condition).map_or("", |c| model.text(c));
        matches!(model.kind(n), Kind::IfStatement | Kind::ElifClause)
            && (condition.contains("None")
                || condition.contains(" in ")
                || condition.starts_with("not "))
    })
}

/// Whether the function can end after an `except` clause without a mark.
fn ends_unmarked(model: &Model, flow: &Cfg, stops: &[ProgramPoint], clause: NodeId) -> bool {
    let first = model.suite_of(clause).and_then(|suite| model.tree.first_child(suite));
    let from = first.map(|f| flow.points_of(model, f)).unwrap_or_default();
    if from.is_empty() || from.iter().any(|p| stops.contains(p)) {
        return false;
    }
    flow.reachable_from(from, false, &[stops]).contains(flow.exit())
}
