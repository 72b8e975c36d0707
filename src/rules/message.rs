//! The messages of site findings: which task is lost, and how. It decides nothing.

use crate::python::{Field, Kind, Model, NodeId};
use crate::tasks::{ClassifiedSite, Reason, Spawner};
use crate::text::single_line;

/// Callees longer than this many characters are shortened to their last part.
const MAX_CALLEE: usize = 60;

/// What is wrong with a dropped site, in one sentence, and after a colon what may follow.
pub(super) fn message(model: &Model, classified: &ClassifiedSite) -> String {
    let loss = describe_loss(model, classified);
    let risk = match classified.site.spawner {
        Spawner::Gather => "its tasks may be garbage-collected before they finish",
        Spawner::Shield => "its task may be garbage-collected before it finishes",
        _ => "it may be garbage-collected before it finishes",
    };
    format!("{loss}: {risk}")
}

/// The message of a dropped site without what may follow.
pub fn headline(message: &str) -> &str {
    message.rsplit_once(": ").map_or(message, |(loss, _)| loss)
}

fn describe_loss(model: &Model, classified: &ClassifiedSite) -> String {
    let callee = shorten(model, classified.site.callee);
    if classified.site.uncalled {
        return match callee_text(model, classified.sink) {
            Some(caller) => format!("`{callee}` is passed to `{caller}`, which discards the task"),
            None => format!("`{callee}` is passed to code that discards the task"),
        };
    }
    if classified.site.spawner == Spawner::TaskOwner {
        return format!(
            "`{callee}(...)` makes a task that only the new object keeps, and that is discarded here"
        );
    }
    if classified.reason == Reason::Wrapper {
        let coroutine = classified.coroutine.and_then(|call| shown_call(model, call));
        let end = match is_statement(model, classified.site.node) {
            true => "is discarded here",
            false => "nothing keeps a reference to",
        };
        return match coroutine {
            Some(coroutine) => {
                format!("`{coroutine}` runs in a task that `{callee}(...)` returns and that {end}")
            }
            None => format!("`{callee}(...)` returns a task that {end}"),
        };
    }
    let start = match (classified.site.spawner, coroutine_call(model, classified)) {
        (Spawner::Gather | Spawner::Shield, _) => format!("`{callee}(...)` returns a future"),
        (_, Some(coroutine)) => format!("`{coroutine}` runs in a task"),
        (_, None) => format!("`{callee}(...)` starts a task"),
    };
    // The future of `run_coroutine_threadsafe` is what keeps its task.
    let which = match classified.site.spawner {
        Spawner::Threadsafe => "whose future",
        _ => "that",
    };
    let end = shorten(model, classified.sink);
    let predicate = match classified.reason {
        Reason::Underscore => format!("is only assigned to `{end}`"),
        Reason::Unread => format!("is only assigned to `{end}`, which is never read"),
        Reason::Rebound => {
            format!("is only assigned to `{end}`, which is reassigned or deleted before it is read")
        }
        Reason::Touched => format!("is assigned to `{end}`, but nothing stores `{end}`"),
        Reason::Lambda => "a lambda returns to a caller that discards it".to_owned(),
        Reason::LocalContainer => match model.dotted(classified.sink) {
            Some(name) => format!("is only in the local container `{name}`"),
            None => "is only in a local container".to_owned(),
        },
        Reason::WeakContainer => match model.dotted(classified.sink) {
            Some(name) => format!("is only in `{name}`, which holds weak references"),
            None => "is only in a container of weak references".to_owned(),
        },
        _ => "nothing keeps a reference to".to_owned(),
    };
    format!("{start} {which} {predicate}")
}

/// Whether a call, or an `await` of it, is a statement of its own.
fn is_statement(model: &Model, call: NodeId) -> bool {
    let mut around = model.tree.ancestors(call).map(|node| model.kind(node));
    around.find(|kind| !matches!(kind, Kind::Await | Kind::ParenthesizedExpression))
        == Some(Kind::ExpressionStatement)
}

/// The call of the coroutine function in a site's arguments, with its arguments left out:
/// `work(...)`.
fn coroutine_call(model: &Model, classified: &ClassifiedSite) -> Option<String> {
    let site = classified.site.node;
    let argument = model.positional(site).first().copied().or_else(|| model.keyword(site, "coro"));
    let call = argument.map(|a| model.bare(a)).filter(|a| model.kind(*a) == Kind::Call)?;
    shown_call(model, call)
}

/// A call with its arguments left out: `work(...)`.
fn shown_call(model: &Model, call: NodeId) -> Option<String> {
    let function = callee_text(model, call)?;
    let list = model.child(call, Field::Arguments)?;
    let arguments = if model.tree.first_child(list).is_some() { "..." } else { "" };
    Some(format!("{function}({arguments})"))
}

/// The source text on one line; if long, only its last part: `….create_task`.
fn shorten(model: &Model, node: NodeId) -> String {
    let text = single_line(model.text(node), MAX_CALLEE + 1);
    if text.chars().count() <= MAX_CALLEE {
        return text;
    }
    match model.child(node, Field::Attribute) {
        Some(last) => format!("….{}", model.text(last)),
        None => text.chars().take(MAX_CALLEE).chain(['…']).collect(),
    }
}

/// The callee of a call.
fn callee_text(model: &Model, call: NodeId) -> Option<String> {
    let function = model.child(call, Field::Function)?;
    Some(shorten(model, function))
}
