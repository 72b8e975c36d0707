//! Continuation lines aligned with a bracket, which move along when the bracket moves. It must not
//! know why anything moves.

use super::columns::width;
use super::edits::Edit;
use super::file_layout::FileLayout;
use super::pieces::ExpressionLayout;
use crate::python::{Kind, NodeId};

/// The continuation lines of an expression that are aligned with a bracket on its first line.
pub(in crate::fix) struct AlignedLines {
    /// The byte where each continuation line begins.
    starts: Vec<usize>,
    /// The width of the longest line.
    pub longest: usize,
}

impl AlignedLines {
    /// Edits that indent the continuation lines by `more` columns.
    pub(in crate::fix) fn moved(&self, more: usize) -> Vec<Edit> {
        self.starts.iter().map(|at| Edit::insert(*at, " ".repeat(more))).collect()
    }
}

/// The continuation lines of an expression, if they are aligned (PEP 8, "Indentation").
pub(in crate::fix) fn aligned_lines(layout: &FileLayout<'_>, call: NodeId) -> Option<AlignedLines> {
    let model = layout.model;
    let range = model.tree.range(call);
    let first = model.source.line_index(range.start);
    let last = model.source.line_index(range.end.saturating_sub(1));
    let line = |index: usize| {
        let start = model.source.line_range(index).start;
        (start, &model.source.code()[start..model.source.line_end(start)])
    };
    let (start, text) = line(first);
    let indent = |text: &str| text.len() - text.trim_start_matches(' ').len();
    let column = |at: usize| width(&text.as_bytes()[..at - start]);
    let expression = ExpressionLayout::new(layout, call);
    let further = (first + 1..=last).map(line);
    let further =
        further.filter(|(at, text)| !text.trim().is_empty() && !expression.in_string(call, *at));
    let further: Vec<(usize, &str)> = further.collect();
    let second = further.first()?.1;
    let opens = |n: NodeId| {
        let at = model.tree.start(n);
        is_bracket(model.kind(n))
            && model.source.line_index(at) == first
            && model.tree.end(n) > start + text.len()
            && !text[at + 1 - start..].trim().is_empty()
            && column(at) + 1 == indent(second)
    };
    let is_odd = |text: &str| indent(text) == 0 || text.trim_start_matches(' ').starts_with('\t');
    if text.contains('\t')
        || further.iter().any(|(_, text)| is_odd(text))
        || !model.tree.descendants(call).any(opens)
    {
        return None;
    }
    let texts = further.iter().map(|(_, text)| *text);
    let longest = texts.chain([text]).map(|text| width(text.as_bytes())).max();
    let starts = further.iter().map(|(at, _)| *at).collect();
    Some(AlignedLines { starts, longest: longest.unwrap_or_default() })
}

/// Whether a node begins with its own bracket.
fn is_bracket(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::ArgumentList
            | Kind::ParenthesizedExpression
            | Kind::Tuple
            | Kind::List
            | Kind::Set
            | Kind::Dictionary
    ) || kind.is_comprehension()
}
