//! Where a new import goes: its block, and its position in the sort order of the block. It must not
//! know what the import is for.

use std::cmp::Reverse;

use super::super::layout::{Edit, FileLayout, is_import, line_end_behind};
use crate::python::{Field, Kind, Model, NodeId, is_stdlib};

/// The sort orders that isort can produce within a block, the default first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ImportOrder {
    /// `import a` above `from a import b`.
    Plain,
    /// By module name alone (`force_sort_within_sections`).
    Module,
    /// `from a import b` above `import a` (`from_first`).
    From,
}

/// Inserts an import among those of the standard library, else in the first block, else below
/// docstring and `__future__` imports.
pub(in crate::fix) fn insert_import(
    layout: &FileLayout<'_>,
    line: &str,
    module: &str,
    from: bool,
) -> Edit {
    let model = layout.model;
    let newline = layout.newline();
    let blocks = blocks(layout);
    if blocks.is_empty() {
        let top: Vec<NodeId> = layout.statements_above().collect();
        let future = top.iter().rfind(|s| model.kind(**s) == Kind::FutureImportStatement);
        return match future.or(top.first()) {
            Some(above) => {
                Edit::insert(line_end(model, *above), format!("{newline}{newline}{line}"))
            }
            None => Edit::insert(layout.declaration_site().at, format!("{line}{newline}{newline}")),
        };
    }
    if let Some(at) = block_below(layout, module) {
        return Edit::insert(at, format!("{line}{newline}{newline}"));
    }
    let standard = |s: &NodeId| imports_standard(model, *s);
    let block = blocks.iter().find(|b| b.iter().any(standard)).unwrap_or(&blocks[0]);
    match import_above(model, block, order(layout, &blocks, block), module, from) {
        Some(above) => Edit::insert(line_end(model, above), format!("{newline}{line}")),
        None => {
            let start = model.source.line_start(model.tree.start(block[0]));
            let start = if model.source.has_bom() { start.max(3) } else { start };
            Edit::insert(start, format!("{line}{newline}"))
        }
    }
}

/// The import of a block that the new one goes below; none where it goes first.
fn import_above(
    model: &Model,
    block: &[NodeId],
    order: ImportOrder,
    module: &str,
    from: bool,
) -> Option<NodeId> {
    let standard = |s: &NodeId| imports_standard(model, *s);
    let kind = |s: &NodeId| order == ImportOrder::Module || is_from(model, *s) == from;
    // Third-party imports in the same block have an order of their own.
    let known: Vec<NodeId> = block.iter().copied().filter(standard).collect();
    let known = if is_stdlib(module) { known } else { Vec::new() };
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

/// The sort order of a block. If several fit, the one that the project is configured for, else the one that the file's other
/// blocks have.
fn order(layout: &FileLayout<'_>, blocks: &[Vec<NodeId>], block: &[NodeId]) -> ImportOrder {
    let model = layout.model;
    if layout.settings.imports.force_sort_within_sections == Some(true)
        && is_sorted(model, block, ImportOrder::Module)
    {
        return ImportOrder::Module;
    }
    let all = [ImportOrder::Plain, ImportOrder::Module, ImportOrder::From];
    let fit: Vec<ImportOrder> = all.into_iter().filter(|o| is_sorted(model, block, *o)).collect();
    let everywhere = |o: &ImportOrder| blocks.iter().all(|b| is_sorted(model, b, *o));
    let found = fit.iter().copied().find(everywhere).or(fit.first().copied());
    found
        .or_else(|| all.into_iter().find(|o| in_order(model, block, *o)))
        .unwrap_or(ImportOrder::Plain)
}

/// Whether imports are fully sorted in an order.
fn is_sorted(model: &Model, imports: &[NodeId], order: ImportOrder) -> bool {
    imports.windows(2).all(|w| key_of(model, order, w[0]) <= key_of(model, order, w[1]))
}

/// Whether imports are sorted in an order, module names aside.
fn in_order(model: &Model, imports: &[NodeId], order: ImportOrder) -> bool {
    let rank = |s: NodeId| key(order, is_from(model, s), "");
    order != ImportOrder::Module && imports.windows(2).all(|w| rank(w[0]) <= rank(w[1]))
}

pub(super) fn key_of(model: &Model, order: ImportOrder, statement: NodeId) -> SortKey {
    key(order, is_from(model, statement), imported_path(model, statement))
}

/// The module that a statement imports or imports from, with its leading dots.
pub(super) fn imported_path(model: &Model, statement: NodeId) -> &str {
    let path = model.child(statement, Field::ModuleName).or(model.tree.first_child(statement));
    path.map_or("", |p| model.text(p))
}

/// What imports are sorted by: kind, whether relative, number of dots (most first), module.
pub(super) type SortKey = (bool, bool, Reverse<usize>, String);

pub(super) fn key(order: ImportOrder, from: bool, path: &str) -> SortKey {
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

pub(super) fn line_end(model: &Model, statement: NodeId) -> usize {
    line_end_behind(model, model.tree.end(statement))
}

/// The import blocks at module level above the declaration site, without `__future__` imports.
/// Imports on adjacent lines form a block.
fn blocks(layout: &FileLayout<'_>) -> Vec<Vec<NodeId>> {
    let model = layout.model;
    let mut blocks: Vec<Vec<NodeId>> = Vec::new();
    for statement in layout.statements_above().filter(|s| is_plain_import(model, *s)) {
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

/// The first import above the declaration site that is not a `__future__` import.
pub(in crate::fix) fn first_import(layout: &FileLayout<'_>) -> Option<NodeId> {
    layout.statements_above().find(|s| is_plain_import(layout.model, *s))
}

/// Whether a statement is an import, but not from `__future__`.
pub(super) fn is_plain_import(model: &Model, statement: NodeId) -> bool {
    matches!(model.kind(statement), Kind::ImportStatement | Kind::ImportFromStatement)
}

/// Where the block begins that a new block of standard modules must stand above: the file's first,
/// if no block has standard modules and blank lines separate the blocks.
pub(in crate::fix) fn block_below(layout: &FileLayout<'_>, module: &str) -> Option<usize> {
    let model = layout.model;
    let first = first_import(layout).filter(|_| is_stdlib(module))?;
    let imports: Vec<NodeId> =
        layout.statements_above().filter(|s| is_import(model.kind(*s))).collect();
    let plain = |s: NodeId| is_plain_import(model, s);
    if imports.iter().any(|s| plain(*s) && imports_standard(model, *s)) {
        return None;
    }
    let is_relative = |s: NodeId| is_from(model, s) && imported_path(model, s).starts_with('.');
    let touch = |w: &[NodeId]| model.line(w[0]) + 1 == model.line(w[1]);
    let mut pairs = imports.windows(2).filter(|w| plain(w[0]) && touch(w));
    if pairs.any(|w| is_relative(w[0]) != is_relative(w[1])) {
        return None;
    }
    let mut line = model.source.line_index(model.tree.start(first));
    let text = |line: usize| &model.source.code()[model.source.line_range(line)];
    // Comments directly above an import belong to it, unless they open the file.
    let mut top = line;
    while top > 0 && text(top - 1).starts_with('#') {
        top -= 1;
    }
    if top > 0 {
        line = top;
        let is_future = imports.first().is_some_and(|s| !plain(*s));
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
        Some(module) => is_stdlib(model.text(module)),
        None => {
            let modules = model.tree.children(statement);
            let path = |n| model.text(model.child(n, Field::Name).unwrap_or(n));
            modules.into_iter().any(|n| is_stdlib(path(n)))
        }
    }
}

/// Whether a statement is a top-level `if TYPE_CHECKING:` above the declaration site.
pub(in crate::fix) fn is_type_checking(layout: &FileLayout<'_>, statement: NodeId) -> bool {
    let model = layout.model;
    let condition = || model.child(statement, Field::Condition).map(|c| model.text(c));
    model.kind(statement) == Kind::IfStatement
        && model.tree.parent(statement) == Some(NodeId::ROOT)
        && model.tree.start(statement) < layout.declaration_site().at
        && condition().is_some_and(|c| c.rsplit('.').next() == Some("TYPE_CHECKING"))
}

/// The suite of the file's `if TYPE_CHECKING:`.
pub(in crate::fix) fn type_checking_block(layout: &FileLayout<'_>) -> Option<NodeId> {
    let model = layout.model;
    let mut top = model.tree.children(NodeId::ROOT);
    let statement = top.find(|s| is_type_checking(layout, *s))?;
    let block = model.child(statement, Field::Consequence)?;
    let first = model.tree.first_child(block)?;
    // A suite on the line of its `if` takes no import above it.
    (model.line(first) > model.line(statement)).then_some(block)
}

/// Inserts `import module`, of the standard library, into a suite that begins with imports.
pub(in crate::fix) fn insert_into_block(
    layout: &FileLayout<'_>,
    block: NodeId,
    module: &str,
) -> Edit {
    let model = layout.model;
    let newline = layout.newline();
    let order = match layout.settings.imports.force_sort_within_sections {
        Some(true) => ImportOrder::Module,
        _ => ImportOrder::Plain,
    };
    let statements: Vec<NodeId> = model.tree.children(block).collect();
    let goes_above = |s: &NodeId| {
        !is_import(model.kind(*s))
            || !imports_standard(model, *s)
            || key(order, false, module) < key_of(model, order, *s)
    };
    let indent = model.source.indent(model.tree.start(statements[0]));
    let line = format!("{indent}import {module}");
    match statements.iter().position(goes_above) {
        Some(0) => {
            let apart = !imports_standard(model, statements[0]);
            let gap = if apart { newline } else { "" };
            let at = model.source.line_start(model.tree.start(statements[0]));
            Edit::insert(at, format!("{line}{newline}{gap}"))
        }
        found => {
            let above = statements[found.unwrap_or(statements.len()) - 1];
            Edit::insert(line_end(model, above), format!("{newline}{line}"))
        }
    }
}
