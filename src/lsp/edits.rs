//! Patches as edits of the protocol: the lines that differ. It plans no fix.

use std::collections::HashMap;

use lsp_types::{
    DocumentChanges, OneOf, OptionalVersionedTextDocumentIdentifier, TextDocumentEdit, TextEdit,
    Url, WorkspaceEdit,
};
use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::documents::Documents;
use super::position::DocumentLines;
use crate::run::Report;

/// The edits that make every patch of a report; none where there is no patch, or one cannot be told in edits of text.
/// `versioned` says whether the client takes edits of one version of a document.
pub(super) fn workspace_edit(
    documents: &Documents,
    report: &Report,
    versioned: bool,
) -> Option<WorkspaceEdit> {
    let mut edits = Vec::new();
    for file in &report.files {
        let Some(new) = &file.patch else { continue };
        if file.is_new || file.source.notebook().is_some() {
            return None;
        }
        let path = file.real.as_deref()?;
        let (url, version) = match documents.at(path) {
            Some((url, document)) => (url.clone(), Some(document.version)),
            None => (Url::from_file_path(path).ok()?, None),
        };
        let (old, new) = (str::from_utf8(file.source.bytes()), str::from_utf8(new));
        edits.push((url, version, text_edits(old.ok()?, new.ok()?)));
    }
    (!edits.is_empty()).then(|| in_workspace(edits, versioned))
}

/// Edits by document, as the client takes them.
pub(super) fn in_workspace(
    edits: Vec<(Url, Option<i32>, Vec<TextEdit>)>,
    versioned: bool,
) -> WorkspaceEdit {
    if !versioned {
        let changes: HashMap<Url, Vec<TextEdit>> =
            edits.into_iter().map(|(url, _, edits)| (url, edits)).collect();
        return WorkspaceEdit::new(changes);
    }
    let edit = |(uri, version, edits): (Url, Option<i32>, Vec<TextEdit>)| TextDocumentEdit {
        text_document: OptionalVersionedTextDocumentIdentifier { uri, version },
        edits: edits.into_iter().map(OneOf::Left).collect(),
    };
    WorkspaceEdit {
        document_changes: Some(DocumentChanges::Edits(edits.into_iter().map(edit).collect())),
        ..WorkspaceEdit::default()
    }
}

/// The lines that differ. A byte order mark is no character of a document.
fn text_edits(old: &str, new: &str) -> Vec<TextEdit> {
    let bare = |text| -> Vec<&str> {
        let text: &str = text;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        text.split_inclusive('\n').collect()
    };
    let (old_lines, new_lines) = (bare(old), bare(new));
    let old = old_lines.concat();
    let index = DocumentLines::new(&old);
    let ends = old_lines.iter().scan(0, |end, line| {
        *end += line.len();
        Some(*end)
    });
    let starts: Vec<usize> = std::iter::once(0).chain(ends).collect();
    let ops = capture_diff_slices(Algorithm::Myers, &old_lines, &new_lines);
    let changes = ops.iter().filter(|op| !matches!(op, DiffOp::Equal { .. }));
    let edit = |op: &DiffOp| TextEdit {
        range: index.range(&(starts[op.old_range().start]..starts[op.old_range().end])),
        new_text: new_lines[op.new_range()].concat(),
    };
    changes.map(edit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_are_of_whole_lines_and_leave_the_mark_alone() {
        let edits = text_edits("\u{feff}a\nb\r\nc", "\u{feff}x\na\nb\r\nd");
        let applied = |old: &str| {
            let mut text = old.to_owned();
            for edit in edits.iter().rev() {
                text.replace_range(DocumentLines::new(old).bytes(edit.range), &edit.new_text);
            }
            text
        };
        assert_eq!(applied("a\nb\r\nc"), "x\na\nb\r\nd");
        assert_eq!(edits.len(), 2);
    }
}
