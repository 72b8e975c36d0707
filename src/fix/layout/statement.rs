//! The position of a statement: on a line of its own, behind a `;`, or in a one-line suite; and
//! what gives it lines of its own. It must not know what the statement does.

use std::collections::BTreeSet;
use std::ops::Range;

use super::edits::Edit;
use super::file_layout::FileLayout;
use crate::python::{Kind, Model, NodeId};

/// How a statement shares its line with others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::fix) struct StatementLayout {
    /// Its indentation once it has a line of its own.
    pub indent: String,
    /// What must become line breaks so that each statement on its line has a line of its own: `; `,
    /// and the space behind a `:`.
    pub breaks: Vec<Range<usize>>,
    /// The byte where lines below it are inserted.
    pub after: usize,
}

/// The layout of a simple statement.
pub(in crate::fix) fn statement_layout(
    layout: &FileLayout<'_>,
    statement: NodeId,
) -> StatementLayout {
    let model = layout.model;
    let parent = model.tree.parent(statement).unwrap_or(NodeId::ROOT);
    let joined = |first: NodeId, second: NodeId| {
        let between = model.tree.end(first)..model.tree.start(second);
        same_line(model, between.clone()).then_some(between)
    };
    let mut breaks = Vec::new();
    let mut first = statement;
    while let Some(before) = model.tree.previous_sibling(first) {
        let Some(between) = joined(before, first) else { break };
        breaks.push(between);
        first = before;
    }
    let mut last = statement;
    while let Some(behind) = model.tree.next_sibling(last) {
        let Some(between) = joined(last, behind) else { break };
        breaks.push(between);
        last = behind;
    }
    let mut indent = model.source.indent(model.tree.start(first)).to_owned();
    if let Some(gap) = one_line_suite_gap(model, parent, first) {
        breaks.push(gap);
        let header = model.tree.parent(parent).unwrap_or(NodeId::ROOT);
        indent =
            model.source.indent(model.tree.start(header)).to_owned() + &layout.indent_unit(header);
    }
    breaks.sort_by_key(|b| b.start);
    let end = model.tree.end(statement);
    let after = if last > statement { end } else { line_end_behind(model, end) };
    StatementLayout { indent, breaks, after }
}

/// The edits that give each statement on its line a line of its own, but for the breaks that are done.
pub(in crate::fix) fn line_breaks(
    layout: &FileLayout<'_>,
    statement: NodeId,
    place: &StatementLayout,
    done: &mut BTreeSet<usize>,
) -> Vec<Edit> {
    let model = layout.model;
    let mut edits = Vec::new();
    for gap in place.breaks.iter().filter(|gap| done.insert(gap.start)) {
        let mut text = format!("{}{}", layout.newline(), place.indent);
        let opens_suite = !model.source.code()[gap.clone()].contains(';');
        if let Some(pragma) = opens_suite.then(|| coverage_pragma(model, statement)).flatten() {
            text = format!("{}{text}", &model.source.code()[pragma.clone()]);
            edits.push(Edit::delete(pragma));
        }
        edits.push(Edit::replace(gap.clone(), text));
    }
    edits
}

/// The comment `# pragma: no cover` behind the line of a statement, with the space before it. It is about the whole line, so that
/// it belongs to the header of a suite that leaves the line.
fn coverage_pragma(model: &Model, statement: NodeId) -> Option<Range<usize>> {
    let line_end = model.source.line_end(model.tree.end(statement));
    let comment = model.comments(model.tree.end(statement)..line_end).into_iter().next()?;
    let text = model.text(comment);
    let is_pragma = text.trim_start_matches(['#', ' ']).starts_with("pragma:");
    let is_alone = text.matches('#').count() == 1;
    let start =
        model.source.code()[..model.tree.start(comment)].trim_end_matches([' ', '\t']).len();
    (is_pragma && is_alone).then(|| start..model.tree.end(comment))
}

/// The end of the line of a statement that ends at `end`. A backslash that continues the line is left behind what is inserted
/// there.
pub(in crate::fix) fn line_end_behind(model: &Model, end: usize) -> usize {
    let line_end = model.source.line_end(end);
    // A statement before a CRLF may end behind the CR.
    let rest = model.source.code().get(end..line_end).unwrap_or_default();
    if rest.trim_start().starts_with('\\') { end } else { line_end }
}

/// More statements than this on one line are generated code.
const MAX_ON_LINE: usize = 100;

/// Whether a statement shares its line with so many others that splitting the line would take too
/// long.
pub(in crate::fix) fn is_crowded(model: &Model, statement: NodeId) -> bool {
    let joins = |first: NodeId, second: NodeId| {
        same_line(model, model.tree.end(first)..model.tree.start(second))
    };
    let next = |n: &NodeId| model.tree.next_sibling(*n).filter(|behind| joins(*n, *behind));
    let previous = |n: &NodeId| model.tree.previous_sibling(*n).filter(|before| joins(*before, *n));
    std::iter::successors(Some(statement), next).nth(MAX_ON_LINE).is_some()
        || std::iter::successors(Some(statement), previous).nth(MAX_ON_LINE).is_some()
}

/// Whether two statements stand on one line, given the bytes between them: a `;`, and no line break
/// but a continued one.
fn same_line(model: &Model, between: Range<usize>) -> bool {
    let text = &model.source.code()[between];
    text.contains(';') && !has_line_end(text)
}

fn has_line_end(text: &str) -> bool {
    let text = text.replace("\\\r\n", "").replace("\\\n", "");
    text.contains('\n')
}

/// The white space between the `:` of a one-line suite and its first statement.
fn one_line_suite_gap(model: &Model, block: NodeId, first: NodeId) -> Option<Range<usize>> {
    if model.kind(block) != Kind::Block {
        return None;
    }
    let start = model.tree.start(first);
    let code = &model.source.code()[..start];
    let header = code.trim_end_matches(|c: char| c.is_whitespace() || c == '\\');
    let is_inline = header.ends_with(':') && !has_line_end(&code[header.len()..]);
    is_inline.then_some(header.len()..start)
}
