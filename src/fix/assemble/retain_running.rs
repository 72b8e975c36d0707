//! Edits that keep running work in its tracker where results are read. It must not question whether
//! the rule is right.

use super::super::layout::{Edit, FileLayout, statement_layout};
use super::super::trackers::FreeNames;
use crate::decline::{Decline, DeclineKind};
use crate::python::{Kind, NodeId};
use crate::rules::{EntryKind, FixKind};
use crate::tasks::ContainerKind;

/// The edits of a fix that keeps what is still running.
pub(in crate::fix) fn keep_running(
    layout: &FileLayout<'_>,
    names: &mut FreeNames,
    remedy: &FixKind,
) -> Result<Vec<Edit>, Decline> {
    match remedy {
        FixKind::RestoreRunning { .. } => put_back(layout, names, remedy),
        FixKind::RetainPending { container, statement, kind } => {
            keep_some(layout, *container, *statement, *kind)
        }
        _ => Err(unsupported("the fix keeps no task")),
    }
}

/// Adds lines that put a popped entry back while it is still running.
fn put_back(
    layout: &FileLayout<'_>,
    names: &mut FreeNames,
    remedy: &FixKind,
) -> Result<Vec<Edit>, Decline> {
    let FixKind::RestoreRunning { container, key, name, entry_kind, running, may_be_missing } =
        remedy
    else {
        return Err(unsupported("the fix restores no task"));
    };
    let model = layout.model;
    let statement = model.statement_of(*name);
    let place = statement_layout(layout, statement);
    if !place.breaks.is_empty() {
        return Err(several_statements(&model.place(statement).in_words()));
    }
    let unit = layout.indent_unit(statement);
    let entry = format!("{}[{}]", model.text(*container), model.text(*key));
    let returned = model.kind(*name) == Kind::Call;
    let name = match returned {
        true => names.local(layout.model, statement, &["popped", "popped_entry"], None),
        false => model.text(*name).to_owned(),
    };
    let one = match running {
        Some(_) if name == "job" => "entry",
        Some(_) => "job",
        None if name == "task" => "entry",
        None => "task",
    };
    let test = |of: &str| match running {
        Some(test) => test.replace("{}", of),
        None => format!("not {of}.done()"),
    };
    let is_there = if *may_be_missing { format!("{name} is not None and ") } else { String::new() };
    let mut rest = || names.local(layout.model, statement, &["running", "still_running"], None);
    let lines = match entry_kind {
        EntryKind::Single => {
            vec![format!("if {is_there}{}:", test(&name)), format!("{unit}{entry} = {name}")]
        }
        EntryKind::List => {
            let rest = rest();
            vec![
                format!("{rest} = [{one} for {one} in {name} if {}]", test(one)),
                format!("if {rest}:"),
                format!("{unit}{entry} = {rest}"),
            ]
        }
        EntryKind::Dict => {
            let rest = rest();
            let test = test(one);
            vec![
                format!("{rest} = {{key: {one} for key, {one} in {name}.items() if {test}}}"),
                format!("if {rest}:"),
                format!("{unit}{entry} = {rest}"),
            ]
        }
    };
    fits(layout, &place.indent, &lines)?;
    let newline = layout.newline();
    let mut lines = lines;
    let mut edits = Vec::new();
    if returned {
        let start = model.tree.start(statement);
        let call = model.tree.first_child(statement).map_or(start, |c| model.tree.start(c));
        edits.push(Edit::replace(start..call, format!("{name} = ")));
        lines.push(format!("return {name}"));
    }
    let text: String = lines.iter().map(|l| format!("{newline}{}{l}", place.indent)).collect();
    edits.push(Edit::insert(place.after, text));
    Ok(edits)
}

/// Rewrites a statement that empties a container so that it removes only finished tasks.
fn keep_some(
    layout: &FileLayout<'_>,
    container: NodeId,
    statement: NodeId,
    kind: ContainerKind,
) -> Result<Vec<Edit>, Decline> {
    let model = layout.model;
    let place = statement_layout(layout, statement);
    if model.kind(statement) != Kind::ExpressionStatement || !place.breaks.is_empty() {
        return Err(several_statements(&model.place(statement).in_words()));
    }
    let name = model.text(container);
    let clears = model.tree.first_child(statement).map(|e| model.kind(e)) == Some(Kind::Call);
    let text = match (kind, clears) {
        (ContainerKind::Set, true) => {
            format!("{name}.difference_update([task for task in {name} if task.done()])")
        }
        (ContainerKind::List, true) => {
            format!("{name}[:] = [task for task in {name} if not task.done()]")
        }
        (ContainerKind::Set, false) => {
            format!("{name} = {{task for task in {name} if not task.done()}}")
        }
        (ContainerKind::List, false) => {
            format!("{name} = [task for task in {name} if not task.done()]")
        }
        (ContainerKind::Dict, false) => {
            format!("{name} = {{key: task for key, task in {name}.items() if not task.done()}}")
        }
        (ContainerKind::Dict, true) => {
            let message = "no method of `dict` removes only finished tasks";
            return Err(Decline::new(DeclineKind::ContainerType, message));
        }
        (ContainerKind::Forgetful, _) => {
            let message = "the container holds no strong references";
            return Err(Decline::new(DeclineKind::ContainerType, message));
        }
    };
    fits(layout, &place.indent, std::slice::from_ref(&text))?;
    Ok(vec![Edit::replace(model.tree.range(statement), text)])
}

/// Refuses lines that a formatter would break.
fn fits(layout: &FileLayout<'_>, indent: &str, lines: &[String]) -> Result<(), Decline> {
    let room = layout.line_length();
    let long = lines.iter().any(|l| indent.chars().count() + l.chars().count() > room);
    match long {
        true => Err(Decline::new(DeclineKind::LineTooLong, "the new line would be too long")),
        false => Ok(()),
    }
}

/// A statement that a fix cannot rewrite.
pub(super) fn unsupported(message: impl Into<String>) -> Decline {
    Decline::new(DeclineKind::StatementForm, message)
}

/// A line that a fix cannot rewrite.
pub(super) fn several_statements(line: &str) -> Decline {
    unsupported(format!("{line} contains more than one statement"))
}
