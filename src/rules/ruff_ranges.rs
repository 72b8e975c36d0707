//! The comments of ruff that suppress a rule in a part of a file: `# ruff: disable[...]` and `# ruff: file-ignore[...]`. It
//! knows where such a part ends, and not which rule is meant.

use std::collections::BTreeSet;

use super::directive::{Directive, DirectiveKind, directives};
use crate::python::{Model, NodeId};

/// A comment with its directive.
struct Found<'m> {
    comment: NodeId,
    directive: Directive,
    text: &'m str,
    /// The bytes before it on its line, if it has a line of its own.
    indentation: Option<usize>,
}

/// The comments whose directive `is_named` accepts, and whose part of the file holds a node: all of it for one of the whole
/// file; for `disable` what stands below it up to the `enable` of the same codes, or to the end of its block
/// (<https://docs.astral.sh/ruff/linter/#error-suppression>).
pub(super) fn around(
    model: &Model,
    node: NodeId,
    is_named: &dyn Fn(&Directive, &str) -> bool,
) -> Vec<NodeId> {
    if model.linter_comments().is_empty() {
        return Vec::new();
    }
    let all = of_parts(model, node);
    let begin = model.tree.start(node);
    let counts = |at: usize| {
        let found = &all[at];
        is_named(&found.directive, found.text)
            && match found.directive.kind {
                DirectiveKind::RuffFileIgnore => true,
                DirectiveKind::RuffDisable => {
                    model.tree.start(found.comment) < begin
                        && !all[at + 1..].iter().any(|later| ends(model, found, later, begin))
                        && is_in_block(model, found, begin)
                }
                _ => false,
            }
    };
    (0..all.len()).filter(|at| counts(*at)).map(|at| all[at].comment).collect()
}

/// The comments of a file that have a line of their own and a directive for a part of it that may hold a node, in order.
fn of_parts(model: &Model, node: NodeId) -> Vec<Found<'_>> {
    let of_part = |kind| {
        use DirectiveKind::{RuffDisable, RuffEnable, RuffFileIgnore};
        matches!(kind, RuffDisable | RuffEnable | RuffFileIgnore)
    };
    // Those within other functions count for nothing here, and need not be parsed.
    let around = std::iter::successors(model.function_of(node), |inner| model.function_of(*inner));
    let function = around.last().map_or(0..0, |f| model.tree.start(f)..model.tree.end(f));
    let own = model.linter_comments();
    let is_inside = own.iter().any(|at| function.contains(at));
    let inside = if is_inside { model.comments(function) } else { Vec::new() };
    let inside = inside.into_iter().filter(|n| own.binary_search(&model.tree.start(*n)).is_ok());
    let outside = model.comments_outside();
    let outside = own.iter().filter_map(|at| {
        let index = outside.binary_search_by_key(at, |comment| model.tree.start(*comment));
        index.ok().map(|index| outside[index])
    });
    let comments: BTreeSet<NodeId> = outside.chain(inside).collect();
    let found = comments.into_iter().flat_map(|comment| {
        let text = model.text(comment);
        let own = directives(text).into_iter().filter(|d| of_part(d.kind));
        own.map(move |directive| {
            let indentation = indentation(model, comment);
            Found { comment, directive, text, indentation }
        })
    });
    found.filter(|found| found.indentation.is_some()).collect()
}

/// How many bytes stand before a comment that has a line of its own.
pub(super) fn indentation(model: &Model, comment: NodeId) -> Option<usize> {
    let start = model.tree.start(comment);
    let before = &model.source.bytes()[model.source.line_start(start)..start];
    before.trim_ascii().is_empty().then_some(before.len())
}

/// Whether a comment ends before a byte what another disables: it enables the same codes, in the same order, in the same block.
fn ends(model: &Model, disable: &Found<'_>, later: &Found<'_>, before: usize) -> bool {
    later.directive.kind == DirectiveKind::RuffEnable
        && later.indentation == disable.indentation
        && model.tree.start(later.comment) < before
        && codes(later).eq(codes(disable))
}

fn codes<'f>(found: &'f Found<'_>) -> impl Iterator<Item = &'f str> {
    found.directive.codes.iter().flatten().map(|code| &found.text[code.clone()])
}

/// Whether the block that a comment stands in, by its indentation, goes on to a byte below: no statement between begins further
/// left.
fn is_in_block(model: &Model, found: &Found<'_>, end: usize) -> bool {
    if found.indentation == Some(0) {
        return true;
    }
    let source = &model.source;
    let lines = source.line_index(model.tree.start(found.comment)) + 1..=source.line_index(end);
    let begins_left = |line: usize| {
        let range = source.line_range(line);
        let text = &source.bytes()[range.clone()];
        let before = text.len() - text.trim_ascii_start().len();
        let at = range.start + before;
        let is_code = text.get(before).is_some_and(|byte| *byte != b'#');
        let begins = || {
            let node = model.tree.covering(at..at + 1);
            model.tree.start(model.statement_of(node)) == at
        };
        is_code && found.indentation.is_some_and(|own| before < own) && begins()
    };
    !lines.into_iter().any(begins_left)
}
