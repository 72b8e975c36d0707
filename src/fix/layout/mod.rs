//! Text edits that keep the layout of a file: where lines go, how expressions are broken, which
//! quotes are used. It knows Python and formatters; it must not know tasks, trackers or findings.

mod edits;
mod cells;
mod quotes;
mod declaration_site;
mod columns;
mod observed_length;
mod file_layout;
mod statement;
mod pieces;
mod expression;
mod aligned;

pub(super) use aligned::aligned_lines;
pub(super) use cells::{edited, within_cells};
pub(super) use columns::{take_marks, width};
pub(super) use declaration_site::{is_definition_line, is_docstring, is_import};
pub(super) use edits::{Edit, EditSet};
pub(super) use expression::call_lines;
pub(super) use file_layout::FileLayout;
pub(super) use pieces::{ExpressionLayout, Wrap};
pub(super) use statement::{
    StatementLayout, is_crowded, line_breaks, line_end_behind, statement_layout,
};
