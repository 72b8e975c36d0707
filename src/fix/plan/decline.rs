//! Reasons not to fix a site, found in the code around it. It must not choose trackers.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use super::super::file_context::FileContext;
use super::super::layout::is_crowded;
use super::super::trackers::Helper;
use super::loop_stop::stopping_coroutine;
use super::rewrite_form::shows_source;
use crate::decline::{Decline, DeclineKind};
use crate::python::{Binding, BindingKind, Field, Kind, Model, NodeId, Origin, ScopeKind};
use crate::settings::TrackerChoice;
use crate::tasks::libraries::{Role, ThreadStarter, names, thread_starter, thread_starters};
use crate::tasks::{ClassifiedSite, Reason, Spawner};
use crate::text::Finder;

/// Why the site at this index cannot be fixed.
pub(in crate::fix) fn decline_reason(
    context: &FileContext<'_>,
    site: usize,
    threads: &BTreeSet<NodeId>,
) -> Option<Decline> {
    let because = |kind, message: &str| Some(Decline::new(kind, message));
    let model = context.model;
    let classified = &context.input.classified[site];
    let site = classified.site.node;
    if classified.site.uncalled && !is_same_later(context, classified.site.callee) {
        return because(
            DeclineKind::UnstableReceiver,
            "a new lambda would look the object up later, when it may be a different one",
        );
    }
    let statement = model.statement_of(site);
    if is_crowded(model, statement) {
        return because(DeclineKind::CrowdedLine, "more than 100 statements share the line");
    }
    if let Some(comment) = moved_pragma(model, classified, statement) {
        return because(
            DeclineKind::TypeComment,
            &format!("the comment `{comment}` would end up on a different line than the call"),
        );
    }
    for node in model.tree.ancestors(site).take_while(|n| *n != NodeId::ROOT) {
        let (kind, message) = match model.kind(node) {
            Kind::DefaultParameter | Kind::TypedDefaultParameter => (
                DeclineKind::DefaultArgument,
                "the call is in a parameter's default, which is evaluated once, when the function is defined",
            ),
            Kind::Decorator => (DeclineKind::Decorator, "the call is in a decorator"),
            Kind::AssertStatement => {
                (DeclineKind::Assert, "the call is in an `assert`, which `python -O` removes")
            }
            Kind::Type if model.tree.field(node) == Field::Type => {
                (DeclineKind::Annotation, "the call is in an annotation")
            }
            Kind::Interpolation if shows_source(model, node) => {
                (DeclineKind::FString, "an f-string prints the source of the call (`{…=}`)")
            }
            _ if node == statement => break,
            _ => continue,
        };
        return because(kind, message);
    }
    if model.scopes.scope(model.frame_of(site)).kind == ScopeKind::Class {
        return because(
            DeclineKind::ClassBody,
            "the call is in a class body, where a new name would become an attribute",
        );
    }
    let function = model.function_of(site);
    let name = function.and_then(|f| model.child(f, Field::Name)).map(|n| model.text(n));
    if name == Some("__del__") {
        return because(
            DeclineKind::DelMethod,
            "the call is in `__del__`, which may run after the loop is closed",
        );
    }
    if classified.site.uncalled && !takes_one_argument(model, site) {
        return because(
            DeclineKind::UnknownArguments,
            "it is not clear which arguments the function will be called with. Pass a lambda that keeps the task",
        );
    }
    let threaded = callables_around(model, site).any(|callable| threads.contains(&callable));
    if threaded && is_of_new_loop(model, classified) {
        return because(
            DeclineKind::OwnLoop,
            "this function runs its own event loop in another thread. Keep the task in a local variable and cancel it before the loop closes",
        );
    }
    if threaded && classified.site.spawner != Spawner::Threadsafe {
        return because(
            DeclineKind::OtherThread,
            "this function runs in another thread, where `create_task` is not safe. Use `asyncio.run_coroutine_threadsafe`",
        );
    }
    stopping_coroutine(model, site).and_then(|name| {
        because(
            DeclineKind::StopsLoop,
            &format!("`{name}` stops its own loop, so the done-callback does not run before the loop does again, and until then a set keeps the task"),
        )
    })
}

/// Why the project's shared function, if requested, cannot keep the task of this site.
pub(super) fn shared_function_decline(context: &FileContext<'_>, site: usize) -> Option<Decline> {
    let TrackerChoice::Shared { module, name } = &context.input.settings.tracker else {
        return None;
    };
    let classified = &context.input.classified[site];
    if classified.site.spawner == Spawner::Threadsafe
        || at_module_level(context.model, classified.site.node)
    {
        return None;
    }
    let Some(shared) = context.input.shared else {
        let message = format!("`{module}:{name}` can be found only for files of a project");
        return Some(Decline::new(DeclineKind::SharedMissing, message));
    };
    match shared.definition(context.model) {
        Err(reason) => Some(reason),
        Ok(Some(Helper::Spawns(spawner))) if !spawner.fits(context.model, classified, true) => {
            let message = format!("`{name}` does not take the arguments of this call");
            Some(Decline::new(DeclineKind::SharedArguments, message))
        }
        Ok(_) => None,
    }
}

/// Whether the call runs at module level and once, so that a global variable is enough to keep its
/// task.
pub(super) fn at_module_level(model: &Model, call: NodeId) -> bool {
    let looped = |n: NodeId| matches!(model.kind(n), Kind::ForStatement | Kind::WhileStatement);
    model.scopes.scope(model.scope_of(call)).kind == ScopeKind::Module
        && !model.tree.ancestors(call).any(looped)
}

/// Whether a task is made on a loop that the enclosing function created: `loop =
/// asyncio.new_event_loop()`.
fn is_of_new_loop(model: &Model, classified: &ClassifiedSite) -> bool {
    let receiver = model.child(classified.site.callee, Field::Object);
    let given = model.keyword(classified.site.node, "loop");
    let makes = |value: NodeId| {
        let call = model.bare(value);
        model.child(call, Field::Function).is_some_and(|f| model.is_path(f, names(Role::NewLoop)))
    };
    let made = |binding: &Binding| match binding.kind {
        BindingKind::Assign { value } => {
            model.frame_of(value) == model.frame_of(classified.site.node) && makes(value)
        }
        _ => false,
    };
    receiver.into_iter().chain(given).any(|name| model.bindings_of(name).iter().any(made))
}

/// Whether an uncalled spawner will visibly be called with exactly one argument:
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
    let last = function.rsplit('.').next().unwrap_or_default();
    let known = names(Role::ForwardsArguments).contains(&last);
    let rest = &arguments[index + 1..];
    let used = model.text(reference);
    let hidden = used.contains("coro") || used.contains("kwargs");
    let handed = is_partial(model, call) || !keywords;
    known && handed && !hidden && matches!(rest, [one] if model.kind(*one) != Kind::ListSplat)
}

/// Whether a call is `functools.partial`, whose keyword arguments go to the callee.
pub(in crate::fix) fn is_partial(model: &Model, call: NodeId) -> bool {
    let function = model.child(call, Field::Function).map_or("", |f| model.text(f));
    function.rsplit('.').next() == Some("partial")
}

/// Parses every function that may start a thread.
fn parse_thread_starts(model: &Model) {
    static STARTERS: LazyLock<Finder> = LazyLock::new(|| Finder::new(of_threads().map(|s| s.name)));
    model.parse_naming_any(&STARTERS, |_, after| after.trim_ascii_start().starts_with(b"("));
}

/// The callables that a node is part of, from the inside out: itself, the nearest lambda, and the function. A lambda around
/// that one need not run where it does.
fn callables_around(model: &Model, node: NodeId) -> impl Iterator<Item = NodeId> {
    let lambda = model
        .tree
        .ancestors(node)
        .find(|n| matches!(model.kind(*n), Kind::Lambda | Kind::FunctionDefinition));
    [Some(node), lambda, model.function_of(node)].into_iter().flatten()
}

/// The functions and lambdas of the file that run in a thread: `Thread(target=f)`, `to_thread(f)`,
/// `run_in_executor(None, f)`, and the `run` method of a thread class; also what is passed there uncalled.
pub(in crate::fix) fn thread_functions(model: &Model) -> BTreeSet<NodeId> {
    parse_thread_starts(model);
    let classes: Vec<&str> = of_threads().map(|s| s.path).collect();
    let mut found = BTreeSet::new();
    for node in model.tree.parsed_ids() {
        match model.kind(node) {
            Kind::Call => {
                let Some(handed) = handed_to_thread(model, node) else {
                    continue;
                };
                found.extend(called_by(model, handed));
            }
            Kind::ClassDefinition
                if model.bases(node).into_iter().any(|b| model.is_path(b, &classes)) =>
            {
                let runs = model.attribute_origins(node, "run");
                found.extend(runs.into_iter().filter_map(|o| o.function()));
            }
            _ => {}
        }
    }
    found
}

/// What a call of this value runs: functions, lambdas, the first argument of a `partial`, or a reference.
fn called_by(model: &Model, value: NodeId) -> Vec<NodeId> {
    let value = model.bare(value);
    // What a call returns is no reference.
    let mut found: Vec<NodeId> =
        [value].into_iter().filter(|v| model.kind(*v) != Kind::Call).collect();
    let wrapped =
        |call| is_partial(model, call).then(|| model.positional(call).first().copied())?;
    let mut values = vec![value];
    values.extend(model.origins(value).into_iter().filter_map(|origin| match origin {
        Origin::Value(node) => Some(node),
        _ => None,
    }));
    for value in values {
        match model.kind(value) {
            Kind::Lambda => found.push(value),
            Kind::Call => found.extend(wrapped(value)),
            _ => {}
        }
    }
    let functions = found.iter().flat_map(|node| model.origins(*node));
    let functions = functions.filter_map(|o| o.function()).filter(|f| !model.is_async(*f));
    let functions: Vec<NodeId> = functions.collect();
    found.extend(functions);
    found
}

fn handed_to_thread(model: &Model, call: NodeId) -> Option<NodeId> {
    let function = model.child(call, Field::Function).map_or("", |f| model.text(f));
    let starter = thread_starter(function.rsplit('.').next()?).filter(|s| !s.is_process)?;
    let keyword = starter.keyword.and_then(|name| model.keyword(call, name));
    keyword.or_else(|| model.positional(call).get(starter.argument).copied())
}

/// What runs a function in another thread of this process.
fn of_threads() -> impl Iterator<Item = &'static ThreadStarter> {
    thread_starters().iter().filter(|s| !s.is_process)
}

/// Whether an uncalled spawner is the same object when looked up later: a plain name, a module's,
/// or a method of a name or attribute that is bound once.
fn is_same_later(context: &FileContext<'_>, callee: NodeId) -> bool {
    let model = context.model;
    let Some(object) = model.child(callee, Field::Object) else { return true };
    let once = |bindings: &[Binding]| match bindings {
        [only] => !matches!(only.kind, BindingKind::For { .. }),
        _ => false,
    };
    match model.kind(object) {
        Kind::Identifier => once(model.bindings_of(object)),
        Kind::Attribute => {
            let class = model.child(object, Field::Object).and_then(|o| model.self_class(o));
            let name = model.child(object, Field::Attribute).map(|a| model.text(a));
            // A base in another file, or any other holder of the object, may rebind it.
            let own = class.filter(|c| model.bases(*c).is_empty());
            own.zip(name)
                .is_some_and(|(class, name)| model.attribute_bindings(class, name).len() == 1)
        }
        _ => false,
    }
}

/// A type checker's comment that would end up on another line than the call.
fn moved_pragma<'a>(
    model: &'a Model,
    classified: &ClassifiedSite,
    statement: NodeId,
) -> Option<&'a str> {
    let source = &model.source;
    let (start, end) = (model.tree.start(statement), model.tree.end(statement));
    let first = source.line_start(start);
    let alone = source.code()[first..start].trim().is_empty();
    let stays = match classified.reason {
        Reason::Discarded
        | Reason::Unread
        | Reason::Underscore
        | Reason::Touched
        | Reason::Rebound => true,
        // The call is bound here and stored by another statement.
        Reason::LocalContainer | Reason::WeakContainer => {
            !model.tree.contains(statement, classified.sink)
        }
        _ => false,
    };
    if alone && stays && !source.code()[end..source.line_end(end)].starts_with(';') {
        return None;
    }
    let near = model.comments(first..source.line_end(end)).into_iter().map(|c| model.text(c));
    near.into_iter().find(|c| c.contains("type: ignore") || c.contains("pyright: ignore"))
}
