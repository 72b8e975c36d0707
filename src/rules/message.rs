//! The messages of site findings: what is lost, and how. It decides nothing.

use crate::python::{Field, Kind, Model, NodeId};
use crate::tasks::{ClassifiedSite, Reason, Spawner};

/// Callees longer than this many characters are shortened to their last part.
const MAX_CALLEE: usize = 60;

/// What is wrong with a dropped site, in one sentence.
pub(super) fn message(model: &Model, judged: &ClassifiedSite) -> String {
    let loss = describe_loss(model, judged);
    format!(
        "{loss}; the event loop keeps only a weak reference, so it may be collected before it is done"
    )
}

fn describe_loss(model: &Model, judged: &ClassifiedSite) -> String {
    let callee = shorten(model, judged.site.callee);
    let result_noun = result_noun(judged.site.spawner);
    let subject = if judged.site.uncalled {
        format!("the {result_noun} of `{callee}`, which is passed uncalled,")
    } else {
        format!("the {result_noun} of `{callee}(...)`")
    };
    let end = shorten(model, judged.sink);
    match judged.reason {
        Reason::Chained => match called_method(model, judged.site.node) {
            Some(method) => {
                format!("{subject} is thrown away once `{method}` has been called on it")
            }
            None => format!("{subject} is thrown away once a method has been called on it"),
        },
        Reason::Expression => format!("{subject} ends in an expression that keeps nothing"),
        Reason::Underscore => format!("{subject} is bound to `{end}`, which keeps nothing"),
        Reason::Unread => format!("{subject} is bound to `{end}`, which is never read"),
        Reason::Rebound => {
            format!("{subject} is bound to `{end}`, which is bound anew or deleted unread")
        }
        Reason::Touched => format!("{subject} is bound to `{end}`, whose uses do not keep it"),
        Reason::Lambda => {
            format!("{subject} is returned by a lambda, and what calls that throws it away")
        }
        Reason::PassedUncalled => match callee_text(model, judged.sink) {
            Some(taker) => format!("{subject} is thrown away by `{taker}`"),
            None => format!("{subject} is thrown away by what calls it"),
        },
        Reason::LocalContainer => match model.dotted(judged.sink) {
            Some(name) => format!("{subject} is only in `{name}`, which dies with its function"),
            None => format!("{subject} is only in a container that dies with its function"),
        },
        Reason::WeakContainer => match model.dotted(judged.sink) {
            Some(name) => format!("{subject} is only in `{name}`, which holds it weakly"),
            None => format!("{subject} is only in a container that holds it weakly"),
        },
        Reason::Wrapper => format!("{subject} is returned by it, kept by nobody and thrown away"),
        _ => format!("{subject} is thrown away"),
    }
}

fn result_noun(spawner: Spawner) -> &'static str {
    match spawner {
        Spawner::Gather | Spawner::Shield | Spawner::Threadsafe => "future",
        _ => "task",
    }
}

/// The source text on one line; if long, only its last part: `….create_task`.
fn shorten(model: &Model, node: NodeId) -> String {
    let text: Vec<&str> = model.text(node).split_whitespace().collect();
    let text = text.join(" ");
    if text.chars().count() <= MAX_CALLEE {
        return text;
    }
    match model.child(node, Field::Attribute) {
        Some(last) => format!("….{}", model.text(last)),
        None => text.chars().take(MAX_CALLEE).chain(['…']).collect(),
    }
}

/// The name of the method that is called on a node.
fn called_method(model: &Model, node: NodeId) -> Option<&str> {
    let parent =
        model.tree.ancestors(node).find(|n| model.kind(*n) != Kind::ParenthesizedExpression)?;
    let name = model.child(parent, Field::Attribute)?;
    Some(model.text(name))
}

/// The callee of a call.
fn callee_text(model: &Model, call: NodeId) -> Option<String> {
    let function = model.child(call, Field::Function)?;
    Some(shorten(model, function))
}
