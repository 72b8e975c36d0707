//! The comments that opt out of a rule, once the code no longer needs them. It knows their spelling, not whether they count.

use super::context::Context;
use super::edits::Edit;
use crate::python::{Kind, NodeId};

/// The edits that take `# noqa`, `# noqa: RUF006` and `# undangle: ignore[…]` away from the lines of a statement. Codes of
/// other rules stay.
pub(super) fn needless_comments(context: &Context<'_>, statement: NodeId) -> Vec<Edit> {
    let model = context.model;
    let source = &model.source;
    let first = source.line_index(model.tree.start(statement));
    let last = source.line_index(model.tree.end(statement));
    let comments = model.tree.ids().filter(|n| model.kind(*n) == Kind::Comment);
    let near =
        comments.filter(|c| (first..=last).contains(&source.line_index(model.tree.start(*c))));
    near.filter_map(|comment| needless(context, comment)).collect()
}

fn needless(context: &Context<'_>, comment: NodeId) -> Option<Edit> {
    let model = context.model;
    let text = model.text(comment);
    let parts: Vec<&str> = text.split('#').skip(1).collect();
    let kept: Vec<String> = parts.iter().filter_map(|p| without(p)).collect();
    let whole = parts.iter().map(|p| (*p).to_owned()).collect::<Vec<_>>();
    if kept == whole {
        return None;
    }
    let range = model.tree.range(comment);
    if kept.is_empty() {
        let line = model.source.line_start(range.start);
        let before = &model.source.code()[line..range.start];
        let blank = before.len() - before.trim_end().len();
        return Some(Edit::delete(range.start - blank..range.end));
    }
    Some(Edit::replace(range, format!("#{}", kept.join("#")).trim_end()))
}

/// One part of a comment without our codes; none when nothing is left of it.
fn without(part: &str) -> Option<String> {
    let bare = part.trim();
    let lower = bare.to_lowercase();
    if lower.starts_with("undangle: ignore")
        || lower.starts_with("undangle:ignore")
        || lower == "noqa"
    {
        return None;
    }
    let Some(list) = lower.strip_prefix("noqa:").map(|l| &bare[bare.len() - l.len()..]) else {
        return Some(part.to_owned());
    };
    let ours = |code: &str| code == "RUF006" || code.starts_with("UND");
    let codes: Vec<&str> = list.split([',', ' ']).filter(|c| !c.is_empty()).collect();
    let left: Vec<&str> = codes.iter().copied().filter(|c| !ours(&c.to_uppercase())).collect();
    if left.len() == codes.len() {
        Some(part.to_owned())
    } else if left.is_empty() {
        None
    } else {
        Some(format!(" noqa: {} ", left.join(", ")))
    }
}
