//! Compares how deeply a file is nested with what CPython accepts. It classifies nothing.

use crate::fault::{Fault, FaultKind};
use crate::python::{Kind, Model, NodeId};

/// CPython's tokenizer refuses more open brackets than this (`MAXLEVEL` in Parser/lexer/state.h).
const BRACKETS: u32 = 200;
/// Likewise for indented blocks (`MAXINDENT`, of which the module's own level takes one).
const BLOCKS: u32 = 100;

/// A fault for a file that is nested more deeply than any Python that runs.
pub(super) fn nesting_fault(model: &Model) -> Option<Fault> {
    let (node, what) = deepest_excess(model)?;
    Some(Fault {
        path: model.source.path().to_path_buf(),
        kind: FaultKind::TooDeep,
        message: format!(
            "{} is nested within {what}, more than CPython allows, so the file was skipped",
            model.place(node).in_words()
        ),
    })
}

fn deepest_excess(model: &Model) -> Option<(NodeId, &'static str)> {
    // The brackets and blocks around the current one, and their depths.
    let mut around: Vec<(NodeId, (u32, u32))> = Vec::new();
    for node in model.tree.parsed_of(|kind| is_bracket(kind) || kind == Kind::Block) {
        while around.pop_if(|(outer, _)| !model.tree.contains(*outer, node)).is_some() {}
        let outer = around.last().map_or((0, 0), |(_, depths)| *depths);
        let kind = model.kind(node);
        let own = (outer.0 + u32::from(is_bracket(kind)), outer.1 + u32::from(kind == Kind::Block));
        if own.0 > BRACKETS {
            return Some((node, "more than 200 brackets"));
        }
        if own.1 > BLOCKS {
            return Some((node, "more than 100 blocks"));
        }
        around.push((node, own));
    }
    None
}

/// Whether a node of this kind has brackets of its own in any case.
fn is_bracket(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::ParenthesizedExpression
            | Kind::ArgumentList
            | Kind::List
            | Kind::Set
            | Kind::Dictionary
            | Kind::Tuple
            | Kind::Subscript
            | Kind::ListComprehension
            | Kind::SetComprehension
            | Kind::DictionaryComprehension
            | Kind::GeneratorExpression
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::SourceFile;

    fn is_refused(code: &str) -> bool {
        let source = SourceFile::new("m.py", code.as_bytes().to_vec()).unwrap();
        nesting_fault(&Model::new(source, "m")).is_some()
    }

    #[test]
    fn what_cpython_takes_is_taken() {
        let nested = |n: usize| format!("x = {}1{}\n", "(".repeat(n), ")".repeat(n));
        assert!(!is_refused(&nested(200)));
        assert!(is_refused(&nested(201)));
        assert!(!is_refused(&format!("x = {}1\n", "-".repeat(900))));
    }

    #[test]
    fn blocks_are_counted_apart_from_brackets() {
        let nested = |n: usize| {
            let ifs: String = (0..n).map(|i| format!("{}if x:\n", " ".repeat(i))).collect();
            format!("{ifs}{}pass\n", " ".repeat(n))
        };
        assert!(!is_refused(&nested(99)));
        assert!(is_refused(&nested(101)));
    }
}
