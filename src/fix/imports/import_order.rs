//! Where a new import goes among those of a file: its block, and its place in the order that the block is in. It knows import
//! statements, and not what they are for.

use std::cmp::Reverse;

use super::super::layout::{Edit, FileLayout, is_import};
use crate::python::{Field, Kind, Model, NodeId, is_standard};

/// The orders that isort has for the imports of a block, the usual one first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ImportOrder {
    /// `import a` above `from a import b`.
    Plain,
    /// By their modules alone (`force_sort_within_sections`).
    Module,
    /// `from a import b` above `import a` (`from_first`).
    From,
}

/// A new import at its place among those of the standard library, or in the first block of imports; above everything but
/// docstring and `__future__` if there is none.
pub(in crate::fix) fn import_line(
    layout: &FileLayout<'_>,
    line: &str,
    module: &str,
    from: bool,
) -> Edit {
    let model = layout.model;
    let newline = layout.newline();
    let blocks = blocks(layout);
    if blocks.is_empty() {
        let limit = layout.declaration_site().at;
        let top = model.tree.children(NodeId::ROOT).take_while(|s| model.tree.end(*s) <= limit);
        let top: Vec<NodeId> = top.collect();
        let future = top.iter().rfind(|s| model.kind(**s) == Kind::FutureImportStatement);
        return match future.or(top.first()) {
            Some(above) => {
                Edit::insert(line_end(model, *above), format!("{newline}{newline}{line}"))
            }
            None => Edit::insert(limit, format!("{line}{newline}{newline}")),
        };
    }
    if let Some(at) = block_below(layout, module) {
        return Edit::insert(at, format!("{line}{newline}{newline}"));
    }
    let standard = |s: &NodeId| imports_standard(model, *s);
    let block = blocks.iter().find(|b| b.iter().any(standard)).unwrap_or(&blocks[0]);
    match above(model, block, order(model, &blocks, block), module, from) {
        Some(above) => Edit::insert(line_end(model, above), format!("{newline}{line}")),
        None => {
            let start = model.source.line_start(model.tree.start(block[0]));
            let start = if model.source.has_bom() { start.max(3) } else { start };
            Edit::insert(start, format!("{line}{newline}"))
        }
    }
}

/// The import of a block that a new one goes below; none where it goes on top.
fn above(
    model: &Model,
    block: &[NodeId],
    order: ImportOrder,
    module: &str,
    from: bool,
) -> Option<NodeId> {
    let standard = |s: &NodeId| imports_standard(model, *s);
    let kind = |s: &NodeId| order == ImportOrder::Module || is_from(model, *s) == from;
    // Other modules in the same block are in an order of their own.
    let known: Vec<NodeId> = block.iter().copied().filter(standard).collect();
    let known = if is_standard(module) { known } else { Vec::new() };
    let near: Vec<NodeId> = match known.is_empty() {
        true => block.iter().copied().filter(kind).collect(),
        false => known.iter().copied().filter(kind).collect(),
    };
    if near.is_empty() {
        let below = (order == ImportOrder::From) != from;
        return known.last().or(block.last()).copied().filter(|_| below);
    }
    if !is_sorted(model, &near, order) {
        return near.last().copied();
    }
    let place = key(order, from, module);
    let before = block.iter().copied().take_while(|s| *s != near[0]).last();
    near.into_iter().take_while(|s| key_of(model, order, *s) <= place).last().or(before)
}

/// The order of a block, and if it may be in several, the one that the others of the file are in.
fn order(model: &Model, blocks: &[Vec<NodeId>], block: &[NodeId]) -> ImportOrder {
    let all = [ImportOrder::Plain, ImportOrder::Module, ImportOrder::From];
    let fit: Vec<ImportOrder> = all.into_iter().filter(|o| is_sorted(model, block, *o)).collect();
    let everywhere = |o: &ImportOrder| blocks.iter().all(|b| is_sorted(model, b, *o));
    let found = fit.iter().copied().find(everywhere).or(fit.first().copied());
    found
        .or_else(|| all.into_iter().find(|o| in_order(model, block, *o)))
        .unwrap_or(ImportOrder::Plain)
}

/// Whether imports are in an order, the modules of each kind included.
fn is_sorted(model: &Model, imports: &[NodeId], order: ImportOrder) -> bool {
    imports.windows(2).all(|w| key_of(model, order, w[0]) <= key_of(model, order, w[1]))
}

/// Whether imports are in an order but for their modules.
fn in_order(model: &Model, imports: &[NodeId], order: ImportOrder) -> bool {
    let rank = |s: NodeId| key(order, is_from(model, s), "");
    order != ImportOrder::Module && imports.windows(2).all(|w| rank(w[0]) <= rank(w[1]))
}

fn key_of(model: &Model, order: ImportOrder, statement: NodeId) -> SortKey {
    let path = model.child(statement, Field::ModuleName).or(model.tree.first_child(statement));
    key(order, is_from(model, statement), path.map_or("", |p| model.text(p)))
}

/// What an import is sorted by: its kind, whether it is relative, the farthest packages first, and its module.
type SortKey = (bool, bool, Reverse<usize>, String);

fn key(order: ImportOrder, from: bool, path: &str) -> SortKey {
    let late = match order {
        ImportOrder::Plain => from,
        ImportOrder::Module => false,
        ImportOrder::From => !from,
    };
    let module = path.trim_start_matches('.');
    let dots = path.len() - module.len();
    (late, dots > 0, Reverse(dots), module.to_lowercase())
}

fn is_from(model: &Model, statement: NodeId) -> bool {
    model.kind(statement) == Kind::ImportFromStatement
}

fn line_end(model: &Model, statement: NodeId) -> usize {
    model.source.line_end(model.tree.end(statement).saturating_sub(1))
}

/// The imports at module level above the declaration, those of `__future__` left out: what follows one another line by line
/// is a block.
fn blocks(layout: &FileLayout<'_>) -> Vec<Vec<NodeId>> {
    let model = layout.model;
    let limit = layout.declaration_site().at;
    let top = model.tree.children(NodeId::ROOT).take_while(|s| model.tree.end(*s) <= limit);
    let plain =
        |s: &NodeId| is_import(model.kind(*s)) && model.kind(*s) != Kind::FutureImportStatement;
    let mut blocks: Vec<Vec<NodeId>> = Vec::new();
    for statement in top.filter(plain) {
        let touches = |above: &NodeId| {
            model.line(statement) == model.source.line_index(model.tree.end(*above)) + 2
        };
        match blocks.last_mut() {
            Some(block) if block.last().is_some_and(touches) => block.push(statement),
            _ => blocks.push(vec![statement]),
        }
    }
    blocks
}

/// The first import at module level above the declaration that is none of `__future__`.
pub(in crate::fix) fn first_import(layout: &FileLayout<'_>) -> Option<NodeId> {
    let model = layout.model;
    let plain =
        |s: &NodeId| matches!(model.kind(*s), Kind::ImportStatement | Kind::ImportFromStatement);
    let top = model.tree.children(NodeId::ROOT);
    top.take_while(|s| model.tree.end(*s) <= layout.declaration_site().at).find(plain)
}

/// Where the block of imports begins that a block of standard modules has to stand above: the file's first, in a file that has
/// none of the standard library at module level, and whose blocks are parted by blank lines.
pub(in crate::fix) fn block_below(layout: &FileLayout<'_>, module: &str) -> Option<usize> {
    let model = layout.model;
    let first = first_import(layout).filter(|_| is_standard(module))?;
    let above = model.tree.children(NodeId::ROOT);
    let above = above.take_while(|s| model.tree.end(*s) <= layout.declaration_site().at);
    let imports: Vec<NodeId> = above.filter(|s| is_import(model.kind(*s))).collect();
    let plain = |s: &&NodeId| model.kind(**s) != Kind::FutureImportStatement;
    if imports.iter().filter(plain).any(|s| imports_standard(model, *s)) {
        return None;
    }
    let is_relative = |s: NodeId| {
        model.child(s, Field::ModuleName).is_some_and(|m| model.text(m).starts_with('.'))
    };
    let touch = |w: &[NodeId]| model.line(w[0]) + 1 == model.line(w[1]);
    let mut pairs = imports.windows(2).filter(|w| plain(&&w[0]) && touch(w));
    if pairs.any(|w| is_relative(w[0]) != is_relative(w[1])) {
        return None;
    }
    let mut line = model.source.line_index(model.tree.start(first));
    let text = |line: usize| &model.source.code()[model.source.line_range(line)];
    // Comments that touch an import belong to it, unless they open the file.
    let mut top = line;
    while top > 0 && text(top - 1).starts_with('#') {
        top -= 1;
    }
    if top > 0 {
        line = top;
        let is_future = imports.first().is_some_and(|s| !plain(&s));
        if is_future && !text(line - 1).trim().is_empty() {
            return None;
        }
    }
    let start = model.source.line_range(line).start;
    Some(if start == 0 && model.source.has_bom() { 3 } else { start })
}

/// Whether an import statement names a module of the standard library.
fn imports_standard(model: &Model, statement: NodeId) -> bool {
    match model.child(statement, Field::ModuleName) {
        Some(module) => is_standard(model.text(module)),
        None => {
            let modules = model.tree.children(statement);
            let path = |n| model.text(model.child(n, Field::Name).unwrap_or(n));
            modules.into_iter().any(|n| is_standard(path(n)))
        }
    }
}
