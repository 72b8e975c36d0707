//! The edits of a statement that waits for tasks and may leave them running: it cancels what is still pending. It must not
//! decide which statements.

use super::super::file_context::FileContext;
use super::super::layout::{Edit, StatementLayout};
use super::super::plan::unnamed_pending;
use super::super::trackers::FreeNames;
use crate::python::NodeId;

/// The edits that name what the call `wait` leaves pending, and cancel it. `refit` gives the edits that follow from more columns
/// in front of the call.
pub(super) fn cancel_edits(
    context: &FileContext<'_>,
    (statement, place): (NodeId, &StatementLayout),
    wait: NodeId,
    names: &mut FreeNames,
    refit: impl Fn(usize) -> Vec<Edit>,
) -> Vec<Edit> {
    let model = context.model;
    let mut name = |bases: [&str; 2]| names.local(model, wait, &bases, None);
    let pending = name(["pending", "pending_tasks"]);
    let mut edits = match unnamed_pending(model, statement) {
        Some(unnamed) => {
            let mut edits = refit(pending.len() - 1);
            edits.push(Edit::replace(model.tree.range(unnamed), pending.clone()));
            edits
        }
        None => {
            let targets = format!("{}, {pending} = ", name(["_", "_done"]));
            let mut edits = refit(targets.len());
            edits.insert(0, Edit::insert(model.tree.start(statement), targets));
            edits
        }
    };
    let task = name(["task", "pending_task"]);
    let unit = context.layout.indent_unit(statement);
    let line = format!("{}{}", context.layout.newline(), place.indent);
    let lines = format!("{line}for {task} in {pending}:{line}{unit}{task}.cancel()");
    edits.push(Edit::insert(place.after, lines));
    edits
}
