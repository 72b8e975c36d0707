//! The line length of a file that no formatter's configuration speaks of, read off its own lines. It reads no configuration.

use super::columns::width;
use crate::python::{Kind, Model, NodeId};

/// The line length of black and of `ruff format`, where the configuration names none.
pub(super) const DEFAULT_LENGTH: usize = 88;

/// The usual longer ones.
const LONGER: [usize; 2] = [100, 120];

/// So many lines that a formatter would have broken at the default length show that the file has a longer one.
const ENOUGH: usize = 3;

/// More of them are not looked at.
const SAMPLE: usize = 40;

/// The line length that a file keeps: a longer one than the default where lines of code show it that end with a call. A
/// formatter breaks such a line at the arguments, however long these are.
pub(super) fn observed_length(model: &Model) -> usize {
    let code = model.source.code();
    if code.contains("fmt: off") || code.contains("fmt:off") || code.contains("yapf: disable") {
        return DEFAULT_LENGTH;
    }
    let mut overlong: Vec<usize> = Vec::new();
    let mut at = 0;
    for line in code.split_inclusive('\n') {
        let text = line.trim_end();
        let start = at + text.len() - text.trim_start().len();
        let columns = if text.len() > DEFAULT_LENGTH { width(text.as_bytes()) } else { 0 };
        if columns > DEFAULT_LENGTH
            && text.ends_with(')')
            && is_call_statement(model, start, at + text.len())
        {
            overlong.push(columns);
        }
        if overlong.len() == SAMPLE {
            break;
        }
        at += line.len();
    }
    if overlong.len() < ENOUGH {
        return DEFAULT_LENGTH;
    }
    overlong.sort_unstable();
    // A few lines are longer than any limit.
    let most = overlong[(overlong.len() - 1) * 9 / 10];
    LONGER.into_iter().find(|length| most <= *length).unwrap_or(LONGER[1])
}

/// Whether these bytes are a simple statement that ends with a call with arguments.
fn is_call_statement(model: &Model, start: usize, end: usize) -> bool {
    let tree = &model.tree;
    let Some(statement) = tree.closest(tree.covering(start..end), Kind::is_simple_statement) else {
        return false;
    };
    let is_call = |node: NodeId| {
        let ends = tree.kind(node) == Kind::ArgumentList && tree.end(node) == end;
        ends && tree.first_child(node).is_some()
    };
    tree.range(statement) == (start..end) && tree.descendants(statement).any(is_call)
}
