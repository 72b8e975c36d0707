//! Edits of a notebook, each of which has to stay within the text of one cell. It must not know Python.

use super::edits::{Edit, EditSet};
use crate::notebook::{Cell, Notebook};
use crate::text::SourceFile;

/// The file with the edits made.
///
/// # Errors
/// Why they cannot be made, for the user.
pub(in crate::fix) fn edited(source: &SourceFile, edits: &EditSet) -> Result<SourceFile, String> {
    let new = edits.apply(source.bytes());
    let Some(notebook) = source.notebook() else {
        return SourceFile::new(source.path(), new).map_err(|fault| fault.message);
    };
    let in_cell = |cell: &Cell| edits.apply_within(source.bytes(), cell.text.clone());
    let texts: Result<Vec<String>, _> =
        notebook.cells().iter().map(|cell| String::from_utf8(in_cell(cell))).collect();
    let file = texts.ok().and_then(|texts| notebook.replaced(&texts));
    let file = file.ok_or("the text of a cell would not fit into the file")?;
    let file = SourceFile::open(source.path(), file).map_err(|fault| fault.message)?;
    match file.bytes() == new {
        true => Ok(file),
        false => Err("a change would not stay within its cell".to_owned()),
    }
}

/// The edits of a file; those of a notebook so that line ends between cells are in none of them.
///
/// # Errors
/// The byte of an edit that belongs to no single cell, or to one that begins with a magic.
pub(in crate::fix) fn within_cells(
    source: &SourceFile,
    edits: Vec<Edit>,
) -> Result<Vec<Edit>, usize> {
    let Some(notebook) = source.notebook() else { return Ok(edits) };
    edits.into_iter().map(|edit| within_cell(notebook, edit)).collect()
}

fn within_cell(notebook: &Notebook, mut edit: Edit) -> Result<Edit, usize> {
    let at = edit.range.start;
    let cell = notebook.cell_at(at).filter(|cell| !cell.is_magic).ok_or(at)?;
    let end = cell.text.end;
    // Below the last cell.
    if at > end {
        edit.text.insert(0, b'\n');
        edit.anchors.iter_mut().for_each(|(_, at)| *at += 1);
        edit.range = end..end;
    } else if edit.range.end == end + 1 {
        match edit.text.last() {
            Some(b'\n') => {
                edit.text.pop();
                edit.text.pop_if(|last| *last == b'\r');
            }
            Some(_) => return Err(at),
            // A cell ends without a line end.
            None if at > cell.text.start => edit.range.start -= 1,
            None => {}
        }
        edit.range.end = end;
    } else if edit.range.end > end {
        return Err(at);
    }
    // The next cell is no part of this one's layout.
    if edit.range == (end..end) {
        let kept = edit.text.iter().rposition(|b| !b"\r\n".contains(b)).map_or(0, |last| last + 1);
        edit.text.truncate(kept);
    }
    Ok(edit)
}
