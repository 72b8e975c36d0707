//! Where module-level declarations go: below the imports, above the first definition. It must not
//! know what is declared.

use crate::python::{Kind, Model, NodeId, ScopeId};

/// The byte where declarations are inserted, and what stands above it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::fix) struct DeclarationSite {
    /// The end of a line, or the beginning of one when no code stands above.
    pub at: usize,
    /// Whether code or a docstring stands above it, so that inserted text begins with a line end.
    pub below: bool,
    /// Whether that code ends inside a `def` or `class`, which wants two blank lines below it.
    pub after_definition: bool,
}

/// Below the last import above the first `def` or `class`, including imports in `if`, `try` and
/// `with`; else below the docstring; else above the first statement.
pub(in crate::fix) fn declaration_site(model: &Model) -> DeclarationSite {
    let statements: Vec<NodeId> = model.tree.children(NodeId::ROOT).collect();
    let mut found = None;
    for statement in &statements {
        if is_definition(model, *statement) {
            break;
        }
        if holds_import(model, *statement) {
            found = Some(*statement);
        }
    }
    let docstring = statements.first().copied().filter(|s| is_docstring(model, *s));
    match found.or(docstring) {
        Some(statement) => {
            let end = model.source.line_end(model.tree.end(statement).saturating_sub(1));
            DeclarationSite {
                at: below_section_ends(model, end),
                below: true,
                after_definition: ends_in_definition(model, statement),
            }
        }
        None => DeclarationSite {
            at: top(model, statements.first().copied()),
            below: false,
            after_definition: false,
        },
    }
}

/// Pragmas that end a section begun above the imports: `# isort: on`, `# pylint: enable=…`.
const SECTION_ENDS: [&str; 8] = [
    "isort:on",
    "isort:split",
    "ruff:isort:on",
    "fmt:on",
    "yapf:enable",
    "pylint:enable",
    "ruff:enable",
    "endregion",
];

/// The end of the last line below `end` that holds such a pragma.
fn below_section_ends(model: &Model, mut end: usize) -> usize {
    let code = model.source.code();
    let mut line = model.source.line_index(end) + 1;
    while line < model.source.line_count() {
        let range = model.source.line_range(line);
        let text: String = code[range.clone()].split_whitespace().collect();
        let Some(comment) = text.strip_prefix('#') else {
            match text.is_empty() {
                true => line += 1,
                false => break,
            }
            continue;
        };
        if !SECTION_ENDS.iter().any(|e| comment.trim_start_matches('#').starts_with(e)) {
            break;
        }
        end = model.source.line_end(range.start);
        line += 1;
    }
    end
}

fn ends_in_definition(model: &Model, statement: NodeId) -> bool {
    let mut last = Some(statement);
    while let Some(node) = last {
        if is_definition(model, node) {
            return true;
        }
        last = model.tree.children(node).last().filter(|n| !model.kind(*n).is_simple_statement());
    }
    false
}

/// The first byte below the comments that open the file (shebang, encoding, licence).
fn top(model: &Model, first: Option<NodeId>) -> usize {
    let Some(first) = first else {
        return model.source.bytes().len();
    };
    let mut line = model.source.line_index(model.tree.start(first));
    // A comment directly above the first statement belongs to it, unless it opens the file.
    while line > 0 {
        let range = model.source.line_range(line - 1);
        if !model.source.code()[range].starts_with('#') {
            break;
        }
        line -= 1;
    }
    if line == 0 {
        line = model.source.line_index(model.tree.start(first));
    }
    let start = model.source.line_range(line).start;
    if start == 0 && model.source.has_bom() { 3 } else { start }
}

fn is_definition(model: &Model, statement: NodeId) -> bool {
    matches!(
        model.kind(statement),
        Kind::FunctionDefinition | Kind::ClassDefinition | Kind::DecoratedDefinition
    )
}

pub(in crate::fix) fn is_import(kind: Kind) -> bool {
    matches!(kind, Kind::ImportStatement | Kind::ImportFromStatement | Kind::FutureImportStatement)
}

fn holds_import(model: &Model, statement: NodeId) -> bool {
    let suites = matches!(
        model.kind(statement),
        Kind::IfStatement | Kind::TryStatement | Kind::WithStatement
    );
    let own = |n: NodeId| is_import(model.kind(n)) && model.scope_of(n) == ScopeId::MODULE;
    is_import(model.kind(statement)) || (suites && model.tree.descendants(statement).any(own))
}

/// Whether a statement is a string by itself.
pub(in crate::fix) fn is_docstring(model: &Model, statement: NodeId) -> bool {
    let text = model.tree.first_child(statement).map(|c| model.kind(c));
    model.kind(statement) == Kind::ExpressionStatement
        && matches!(text, Some(Kind::String | Kind::ConcatenatedString))
}

/// Whether a line begins a definition.
pub(in crate::fix) fn is_definition_line(line: &str) -> bool {
    ["def ", "async def ", "class ", "@"].iter().any(|w| line.starts_with(w))
}
