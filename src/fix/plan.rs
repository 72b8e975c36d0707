//! The decisions for one file: for each finding a fix or a refusal, and what keeps the tasks. It writes no text.

use std::collections::BTreeSet;

use super::context::Context;
use super::shape::{Shape, shape, shows_source};
use super::tracker::Family;
use crate::python::{Field, Kind, Model, NodeId, Origin, ScopeKind};
use crate::rules::Status;
use crate::settings::{Applicability, Style, TrackerChoice};
use crate::tasks::{Evidence, Judged, Reason, Spawner, Verdict};

/// How one site is fixed.
#[derive(Debug, Clone)]
pub(super) struct Fix {
    /// The index of the site in the ledger.
    pub site: usize,
    /// The call (of an uncalled passing: the reference).
    pub call: NodeId,
    /// The statement around it.
    pub statement: NodeId,
    /// What stands around it there.
    pub shape: Shape,
    /// What has to hold it.
    pub family: Family,
    /// Whether it makes a future rather than a task.
    pub future: bool,
    /// Whether a module-level name alone holds it.
    pub global: bool,
    /// How sure the fix is.
    pub applicability: Applicability,
}

/// What is decided about one finding.
#[derive(Debug, Clone)]
pub(super) enum Decision {
    /// A fix, and whether the user's wishes have it applied.
    Fix {
        /// The fix.
        fix: Fix,
        /// Whether it is applied.
        wanted: bool,
    },
    /// A refusal, for the user.
    Decline(String),
}

/// One decision a finding.
pub(super) fn decide(context: &Context<'_>) -> Vec<Decision> {
    let threads = thread_functions(context.model);
    let each = context.findings.iter().map(|finding| {
        let judged = &context.judged[finding.site];
        if let Some(reason) = refusal(context, judged, &threads) {
            return Decision::Decline(reason);
        }
        let fix = fix(context, finding.site, judged);
        let allowed = fix.applicability == Applicability::Safe || context.settings.unsafe_fixes;
        let open = finding.status == Status::Open || context.settings.suppressed;
        Decision::Fix { fix, wanted: allowed && open }
    });
    let mut decisions: Vec<Decision> = each.collect();
    unnest(context.model, &mut decisions);
    decisions
}

/// Leaves a call where it stands when it holds another that is fixed, and would move with it; and so the other.
fn unnest(model: &Model, decisions: &mut [Decision]) {
    let fixes = decisions.iter().filter_map(|d| match d {
        Decision::Fix { fix, .. } => Some(fix),
        Decision::Decline(_) => None,
    });
    let fixes: Vec<&Fix> = fixes.collect();
    let stays = |f: &Fix| matches!(f.shape, Shape::Statement | Shape::Bound { .. });
    let around = |a: &Fix, b: &Fix| a.call != b.call && model.tree.contains(a.call, b.call);
    let caught = |f: &Fix| {
        fixes.iter().any(|o| around(o, f) && !stays(o))
            || (!stays(f) && fixes.iter().any(|o| around(f, o)))
    };
    let caught: BTreeSet<usize> = fixes.iter().filter(|f| caught(f)).map(|f| f.site).collect();
    for decision in decisions {
        if let Decision::Fix { fix, .. } = decision
            && caught.contains(&fix.site)
            && fix.shape != Shape::Uncalled
        {
            fix.shape = Shape::InPlace;
            fix.global = false;
        }
    }
}

fn fix(context: &Context<'_>, site: usize, judged: &Judged) -> Fix {
    let model = context.model;
    let carrier = carrier(context, judged);
    let call = carrier.unwrap_or(judged.site.node);
    let statement = model.statement_of(call);
    let family = match judged.site.spawner {
        Spawner::Threadsafe => Family::Thread,
        _ => Family::Task,
    };
    let mut found = match judged.site.uncalled {
        true => Shape::Uncalled,
        false => shape(context, call, statement),
    };
    let global = context.settings.style == Style::Lines && at_module_level(model, call);
    let renames = match &found {
        Shape::Bound { target } => model.text(*target) == "_",
        Shape::Statement | Shape::Inside | Shape::Branch(_) => true,
        Shape::InPlace | Shape::Uncalled => false,
    };
    let read = matches!(&found, Shape::Bound { target } if renames && is_read(model, *target));
    let helper = context.settings.style == Style::Helper;
    if found != Shape::Uncalled && (helper || read || (renames && sees_names(model, call))) {
        found = Shape::InPlace;
    }
    Fix {
        site,
        call,
        statement,
        global: global && found != Shape::InPlace && found != Shape::Uncalled,
        shape: found,
        family,
        future: carrier.is_some() || gathers(judged),
        applicability: applicability(context, judged),
    }
}

fn gathers(judged: &Judged) -> bool {
    matches!(judged.site.spawner, Spawner::Gather | Spawner::Shield)
}

/// The `gather` or `shield` that is handed the task and is a statement of its own, or bound to a name: it holds its tasks, so
/// that it is enough to keep its future.
fn carrier(context: &Context<'_>, judged: &Judged) -> Option<NodeId> {
    let model = context.model;
    let site = judged.site.node;
    let carries = |n: NodeId| context.judged.iter().any(|j| j.site.node == n && gathers(j));
    let whole = |n: NodeId| {
        let shape = shape(context, n, model.statement_of(n));
        matches!(shape, Shape::Statement | Shape::Bound { .. })
    };
    let within = model.tree.ancestors(site).take_while(|a| !model.kind(*a).is_statement());
    within.filter(|a| carries(*a) && whole(*a)).last()
}

fn applicability(context: &Context<'_>, judged: &Judged) -> Applicability {
    let by_name = judged.site.evidence == Evidence::Name;
    if context.test_code || by_name || judged.site.uncalled {
        Applicability::Unsafe
    } else {
        Applicability::Safe
    }
}

/// Why a site cannot be fixed at all.
fn refusal(context: &Context<'_>, judged: &Judged, threads: &BTreeSet<NodeId>) -> Option<String> {
    let model = context.model;
    let site = judged.site.node;
    if judged.verdict() != Verdict::Dropped {
        return Some("the site is not dropped".into());
    }
    if !matches!(context.settings.tracker, TrackerChoice::Auto | TrackerChoice::Module) {
        return Some("this tracker choice is not implemented yet; use `auto` or `module`".into());
    }
    if judged.reason == Reason::Wrapper || judged.site.spawner == Spawner::Wrapper {
        let callee = model.text(judged.site.callee);
        return Some(format!(
            "the wrapper `{callee}` returns the task unkept; keep it there, once, or keep the result here by hand"
        ));
    }
    let statement = model.statement_of(site);
    for node in model.tree.ancestors(site).take_while(|n| *n != NodeId::ROOT) {
        let field = model.tree.field(node);
        match model.kind(node) {
            Kind::DefaultParameter | Kind::TypedDefaultParameter => {
                return Some("it is the default of a parameter, evaluated once, when the function is defined".into());
            }
            Kind::Decorator => return Some("it is part of a decorator".into()),
            Kind::AssertStatement => {
                return Some("it is part of an `assert`, which `python -O` leaves out".into());
            }
            Kind::Type if field == Field::Type => {
                return Some("it is part of an annotation".into());
            }
            Kind::Interpolation if shows_source(model, node) => {
                return Some("an f-string prints its source (`{…=}`)".into());
            }
            _ => {}
        }
        if node == statement {
            break;
        }
    }
    if model.scopes.scope(model.frame_of(site)).kind == ScopeKind::Class {
        return Some("it stands in a class body, whose names become attributes".into());
    }
    let function = model.function_of(site);
    let name = function.and_then(|f| model.child(f, Field::Name)).map(|n| model.text(n));
    if name == Some("__del__") {
        return Some("it stands in `__del__`, which may run when the loop is closed".into());
    }
    if judged.site.uncalled && !takes_one_argument(model, site) {
        return Some("how the spawner will be called cannot be seen; call it in a lambda that keeps the task".into());
    }
    let threaded = function.is_some_and(|f| threads.contains(&f));
    if threaded && judged.site.spawner != Spawner::Threadsafe {
        return Some("its function runs in another thread, where making a task is not safe; use `asyncio.run_coroutine_threadsafe`".into());
    }
    None
}

/// Whether what an uncalled spawner is passed to will call it with exactly one argument, as far as can be seen:
/// `call_soon(create_task, coro)`, `partial(create_task, coro)`, `map(create_task, coros)`.
fn takes_one_argument(model: &Model, reference: NodeId) -> bool {
    let call = model.tree.ancestors(reference).find(|a| model.kind(*a) == Kind::Call);
    let Some(call) = call else { return false };
    let arguments = model.positional(call);
    let Some(index) = arguments.iter().position(|a| *a == reference) else {
        return false;
    };
    let list = model.child(call, Field::Arguments);
    let keyword = |n: NodeId| {
        model.kind(n) == Kind::DictionarySplat
            || (model.kind(n) == Kind::KeywordArgument
                && model.child(n, Field::Name).is_some_and(|k| model.text(k) != "context"))
    };
    let keywords = list.is_some_and(|l| model.tree.children(l).any(keyword));
    let function = model.child(call, Field::Function).map_or("", |f| model.text(f));
    let known = ["call_soon", "call_soon_threadsafe", "call_later", "call_at", "partial", "map"];
    let known = known.iter().any(|k| function.rsplit('.').next() == Some(k));
    let rest = &arguments[index + 1..];
    let hidden = model.text(reference).contains("coro");
    known && !keywords && !hidden && matches!(rest, [one] if model.kind(*one) != Kind::ListSplat)
}

/// Functions of the file that run in a thread: `Thread(target=f)`, `to_thread(f)`, `run_in_executor(None, f)`, and the `run` of
/// a thread class.
fn thread_functions(model: &Model) -> BTreeSet<NodeId> {
    let mut found = BTreeSet::new();
    for node in model.tree.ids() {
        match model.kind(node) {
            Kind::Call => {
                let Some(handed) = handed_to_thread(model, node) else {
                    continue;
                };
                found.extend(model.origins(handed).into_iter().filter_map(|o| match o {
                    Origin::Function(function) if !model.is_async(function) => Some(function),
                    _ => None,
                }));
            }
            Kind::ClassDefinition => {
                let base = |b: NodeId| model.is_path(b, &["threading.Thread", "threading.Timer"]);
                if model.bases(node).into_iter().any(base) {
                    found.extend(model.member_origins(node, "run").into_iter().filter_map(|o| {
                        match o {
                            Origin::Function(function) => Some(function),
                            _ => None,
                        }
                    }));
                }
            }
            _ => {}
        }
    }
    found
}

fn handed_to_thread(model: &Model, call: NodeId) -> Option<NodeId> {
    let function = model.child(call, Field::Function).map_or("", |f| model.text(f));
    let arguments = model.positional(call);
    match function.rsplit('.').next().unwrap_or_default() {
        "Thread" => model.keyword(call, "target"),
        "to_thread" | "submit" | "run_sync" => arguments.first().copied(),
        "run_in_executor" => arguments.get(1).copied(),
        "Timer" => model.keyword(call, "function").or(arguments.get(1).copied()),
        _ => None,
    }
}

/// Whether the call runs at module level, once: a global name is enough to hold its task.
fn at_module_level(model: &Model, call: NodeId) -> bool {
    let looped = |n: NodeId| matches!(model.kind(n), Kind::ForStatement | Kind::WhileStatement);
    model.scopes.scope(model.scope_of(call)).kind == ScopeKind::Module
        && !model.tree.ancestors(call).any(looped)
}

/// Whether the function around the call looks at its own names, so that a new one would be seen.
fn sees_names(model: &Model, call: NodeId) -> bool {
    let Some(function) = model.function_of(call) else {
        return false;
    };
    let looks = |n: NodeId| {
        model.kind(n) == Kind::Call
            && model
                .child(n, Field::Function)
                .is_some_and(|f| matches!(model.text(f), "locals" | "vars" | "exec" | "eval"))
    };
    model.tree.descendants(function).any(looks)
}

/// Whether the variable that an identifier binds is read anywhere.
fn is_read(model: &Model, identifier: NodeId) -> bool {
    let Some((scope, symbol)) = model.variable(identifier) else {
        return true;
    };
    model.uses(scope, symbol).iter().any(|u| u.kind != crate::python::UseKind::Store)
}
