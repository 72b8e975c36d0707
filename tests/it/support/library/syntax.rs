//! What tests ask the parser: whether a text is legal, and which lines a fix may touch. It judges nothing.

use std::collections::BTreeSet;
use std::ops::Range;

use undangle::python::{Field, Kind, Model, NodeId, Tree, check_layout};
use undangle::text::SourceFile;

fn model(bytes: &[u8]) -> Model {
    Model::new(SourceFile::new("app.py", bytes.to_vec()).unwrap(), "app")
}

/// What the parser, or CPython's tokenizer, would say against a text.
pub fn legal(bytes: &[u8]) -> Result<(), String> {
    let model = model(bytes);
    if let Some(at) = model.tree.error() {
        return Err(format!("line {}: a syntax error", model.source.position(at).line.number));
    }
    check_layout(&model.source, &model.tree).map_err(|e| format!("line {}: {}", e.line, e.message))
}

/// The 0-based lines that a fix may touch: those of the statements that hold `sites`, of imports, and of each `yield` of the
/// functions `ends`, around which a shutdown is put.
pub fn free_lines(bytes: &[u8], sites: &[Range<usize>], ends: &[String]) -> BTreeSet<usize> {
    let model = model(bytes);
    let mut free = BTreeSet::new();
    let mut add = |node: NodeId, end: usize| {
        // A continued line is one with those above it.
        let mut start = model.tree.start(node);
        while let Some(at) = bytes[..start].iter().rposition(|b| *b == b'\n') {
            if !bytes[..at].trim_ascii_end().ends_with(b"\\") {
                break;
            }
            start = at;
        }
        let line = |at: usize| bytes[..at].iter().filter(|b| **b == b'\n').count();
        free.extend(line(start)..=line(end));
    };
    let is_end = |node: NodeId| {
        let name = model.function_of(node).and_then(|f| model.child(f, Field::Name));
        name.is_some_and(|n| ends.iter().any(|e| e == model.text(n)))
    };
    for node in model.tree.ids() {
        let range = model.tree.range(node);
        if matches!(model.kind(node), Kind::ImportStatement | Kind::ImportFromStatement) {
            add(node, range.end);
        } else if model.kind(node) == Kind::Yield && is_end(node) {
            add(model.statement_of(node), range.end);
        } else if model
            .child(node, Field::Function)
            .is_some_and(|callee| model.is_path(callee, &["asyncio.wait"]))
        {
            // A wait cancels what it leaves running.
            add(model.statement_of(node), range.end);
        } else if sites.contains(&range) {
            let statement = model.statement_of(node);
            // Of a compound statement the head alone is the site's.
            let head = model.tree.children(statement).find(|c| model.kind(*c) == Kind::Block);
            let end = head.map(|b| model.tree.start(b)).filter(|start| *start > range.start);
            add(statement, end.unwrap_or(model.tree.end(statement)));
        }
    }
    free
}

/// The 1-based line of a text's first syntax error; `Err` with its kind where the file cannot be read at all.
pub fn syntax_error(bytes: Vec<u8>) -> Result<Option<usize>, &'static str> {
    let source = SourceFile::new("app.py", bytes).map_err(|fault| fault.kind.as_str())?;
    Ok(Tree::parse(source.code()).error().map(|at| source.position(at).line.number))
}

/// Line, column and callee of every call whose callee ends in one of `names`.
pub fn calls(bytes: &[u8], names: &[&str]) -> Vec<(usize, usize, String)> {
    let model = model(bytes);
    let called = |node: NodeId| {
        let callee =
            model.child(node, Field::Function).filter(|_| model.kind(node) == Kind::Call)?;
        let name = match model.kind(callee) {
            Kind::Identifier => callee,
            Kind::Attribute => model.child(callee, Field::Attribute)?,
            _ => return None,
        };
        let at = model.position(node);
        let is_named = names.contains(&model.text(name));
        is_named.then(|| (at.line.number, at.column, model.text(callee).to_owned()))
    };
    model.tree.ids().filter_map(called).collect()
}
