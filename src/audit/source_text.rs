//! Source text in messages.

use crate::python::{Model, NodeId};

/// A text with each run of white space as one space.
pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The source text of a node on one line, without comments.
pub(super) fn source_on_one_line(model: &Model, node: NodeId) -> String {
    let range = model.tree.range(node);
    let (mut out, mut from) = (String::new(), range.start);
    for comment in model.comments(range.clone()) {
        out.push_str(&model.source.code()[from..model.tree.start(comment)]);
        from = model.tree.end(comment);
    }
    out.push_str(&model.source.code()[from..range.end]);
    one_line(&out)
}
