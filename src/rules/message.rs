//! One sentence a finding: what is lost, and how. It decides nothing.

use crate::python::{Field, Kind, Model, NodeId};
use crate::tasks::{ClassifiedSite, Reason, Spawner};

/// Callees longer than this many characters are shown by their last part.
const LONG: usize = 60;

/// What is wrong with a dropped site, in one sentence.
pub(super) fn message(model: &Model, judged: &ClassifiedSite) -> String {
    let fate = fate(model, judged);
    format!(
        "{fate}; the event loop keeps only a weak reference, so it may be collected before it is done"
    )
}

fn fate(model: &Model, judged: &ClassifiedSite) -> String {
    let callee = short(model, judged.site.callee);
    let thing = thing(judged.site.spawner);
    let subject = if judged.site.uncalled {
        format!("the {thing} of `{callee}`, which is passed uncalled,")
    } else {
        format!("the {thing} of `{callee}(...)`")
    };
    let end = short(model, judged.sink);
    match judged.reason {
        Reason::Chained => match method(model, judged.site.node) {
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
        Reason::PassedUncalled => match receiver(model, judged.sink) {
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

fn thing(spawner: Spawner) -> &'static str {
    match spawner {
        Spawner::Gather | Spawner::Shield | Spawner::Threadsafe => "future",
        _ => "task",
    }
}

/// The source text on one line; of a long one the last part: `….create_task`.
fn short(model: &Model, node: NodeId) -> String {
    let text: Vec<&str> = model.text(node).split_whitespace().collect();
    let text = text.join(" ");
    if text.chars().count() <= LONG {
        return text;
    }
    match model.child(node, Field::Attribute) {
        Some(last) => format!("….{}", model.text(last)),
        None => text.chars().take(LONG).chain(['…']).collect(),
    }
}

/// The name of the method that is called on a node.
fn method(model: &Model, node: NodeId) -> Option<&str> {
    let parent =
        model.tree.ancestors(node).find(|n| model.kind(*n) != Kind::ParenthesizedExpression)?;
    let name = model.child(parent, Field::Attribute)?;
    Some(model.text(name))
}

/// What a call calls.
fn receiver(model: &Model, call: NodeId) -> Option<String> {
    let function = model.child(call, Field::Function)?;
    Some(short(model, function))
}
