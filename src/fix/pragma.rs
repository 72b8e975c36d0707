//! The comments that opt out of a rule, once the code no longer needs them. It knows their spelling, not whether they count.

use super::case::Case;
use super::edits::Edit;
use crate::python::NodeId;

/// The edits that take `# noqa`, `# noqa: RUF006` and `# undangle: ignore[…]` away from the lines of a statement. Codes of
/// other rules stay.
pub(super) fn needless_comments(context: &Case<'_>, statement: NodeId) -> Vec<Edit> {
    let model = context.model;
    let source = &model.source;
    let first = source.line_start(model.tree.start(statement));
    let last = source.line_end(model.tree.end(statement));
    let near = model.comments(first..last).iter().copied();
    near.filter_map(|comment| needless(context, comment)).collect()
}

fn needless(context: &Case<'_>, comment: NodeId) -> Option<Edit> {
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
    // `RUF006, E501 - and an explanation`: the codes come first.
    let (mut codes, mut rest) = (Vec::new(), list.trim_start());
    while let Some(code) = leading_code(rest) {
        codes.push(code);
        rest = rest[code.len()..].trim_start_matches([',', ' ', '\t']);
    }
    let ours = |code: &str| code == "RUF006" || code.starts_with("UND");
    let left: Vec<&str> = codes.iter().copied().filter(|c| !ours(&c.to_uppercase())).collect();
    match (left.len(), codes.len()) {
        (kept, all) if kept == all => Some(part.to_owned()),
        (0, _) => None,
        _ => Some(format!(" noqa: {} {rest}", left.join(", "))),
    }
}

/// `RUF006` at the beginning of `RUF006, E501`.
fn leading_code(text: &str) -> Option<&str> {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(text.len());
    let code = &text[..end];
    let letters = code.len() - code.trim_start_matches(|c: char| c.is_ascii_alphabetic()).len();
    let digits = &code[letters..];
    let whole = letters > 0 && !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    whole.then_some(code)
}
