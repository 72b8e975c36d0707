//! Where a file's drains are awaited: the function that runs at application shutdown, and the lines
//! in it. Forms that are not fully understood are left alone. It must not know what is awaited.

use std::collections::BTreeSet;

use super::super::layout::{Edit, FileLayout, is_docstring, statement_layout};
use crate::audit::{ShutdownHook, ShutdownPoints};
use crate::decline::{Decline, DeclineKind};
use crate::python::{Field, Kind, Model, NodeId};
use crate::tasks::libraries::HookPhase;

/// Where the awaits go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::fix) enum DrainPosition {
    /// Around a `yield` statement, which becomes the body of a `try` with a `finally`.
    Around(NodeId),
    /// First in the existing `finally` clause of the `try` whose body the `yield` ends.
    Finally(NodeId),
    /// First in a function.
    First(NodeId),
}

/// The place in the file that runs at application shutdown, and the name of its function.
///
/// # Errors
/// Why there is none, for the user.
pub(in crate::fix) fn shutdown_hook(
    layout: &FileLayout<'_>,
    ends: &ShutdownPoints,
    sites: &[NodeId],
) -> Result<(DrainPosition, String), Decline> {
    let model = layout.model;
    let Some(end) = application_shutdown(model, &ends.hooks)? else {
        return close_method(model, &ends.closers, sites);
    };
    let name = model.name_of(end.function).to_owned();
    let hook = match end.hook.phase {
        HookPhase::Around => around_yield(model, end.function),
        _ => first_in_function(model, end.function),
    };
    hook.map(|hook| (hook, name.clone())).map_err(|why| unsupported(&name, why))
}

fn unsupported(function: &str, why: &str) -> Decline {
    Decline::new(DeclineKind::ShutdownForm, format!("`{function}` {why}"))
}

fn several(message: &str) -> Decline {
    Decline::new(DeclineKind::SeveralShutdownHooks, message)
}

/// The function that runs at application shutdown; the first one, if one application has several.
fn application_shutdown<'e>(
    model: &Model,
    ends: &'e [ShutdownHook],
) -> Result<Option<&'e ShutdownHook>, Decline> {
    let of_application = |phase: HookPhase| -> Vec<&ShutdownHook> {
        ends.iter().filter(|e| e.hook.is_application && e.hook.phase == phase).collect()
    };
    let lifespans = of_application(HookPhase::Around);
    let shutdowns = of_application(HookPhase::Shutdown);
    let named = |e: &&ShutdownHook| {
        let name = model.name_of(e.function);
        e.hook.phase == HookPhase::Around && !e.hook.is_application && name.contains("lifespan")
    };
    let named: Vec<&ShutdownHook> = ends.iter().filter(named).collect();
    match (&lifespans[..], &shutdowns[..], &named[..]) {
        ([one], _, _) => Ok(Some(one)),
        ([], [first, ..], _) => {
            let applications: BTreeSet<String> =
                shutdowns.iter().filter_map(|e| registered_on(model, e)).collect();
            match applications.len() {
                0 | 1 => Ok(Some(first)),
                _ => Err(several("several applications shut down in this file")),
            }
        }
        ([], [], [one]) => Ok(Some(one)),
        ([], [], []) => Ok(None),
        _ => Err(several("several functions in this file may run at shutdown")),
    }
}

/// The close method of the one class that makes all of the tasks.
fn close_method(
    model: &Model,
    closers: &[NodeId],
    sites: &[NodeId],
) -> Result<(DrainPosition, String), Decline> {
    let makes_all = |c: &&NodeId| {
        let class = model.class_of(**c);
        !sites.is_empty() && sites.iter().all(|s| model.class_of(*s) == class)
    };
    let name = |f: NodeId| model.name_of(f);
    let found: Vec<NodeId> = closers.iter().filter(makes_all).copied().collect();
    // `__aexit__` only calls the other close method.
    let plain: Vec<NodeId> = found.iter().copied().filter(|f| name(*f) != "__aexit__").collect();
    let function = match (&plain[..], &found[..]) {
        ([one], _) | ([], [one]) => *one,
        ([], _) => {
            let message = "nothing in this file runs at application shutdown";
            return Err(Decline::new(DeclineKind::NoShutdownHook, message));
        }
        _ => return Err(several("the class has several close methods")),
    };
    let class = model.class_of(function).and_then(|c| model.child(c, Field::Name));
    let shown = format!("{}.{}", class.map_or("", |n| model.text(n)), name(function));
    first_in_function(model, function)
        .map(|hook| (hook, shown.clone()))
        .map_err(|why| unsupported(&shown, why))
}

/// The object that a shutdown function is registered on, as text: `app`.
fn registered_on(model: &Model, end: &ShutdownHook) -> Option<String> {
    let node = end.hook.node_ref.node;
    let callee = model.child(node, Field::Function).unwrap_or(node);
    let text = model.dotted(callee)?;
    text.split('.').next().map(str::to_owned)
}

/// The `yield` of a generator-based context manager.
fn around_yield(model: &Model, function: NodeId) -> Result<DrainPosition, &'static str> {
    let scope = model.scopes.opened_by(function);
    let own = |n: &NodeId| model.kind(*n) == Kind::Yield && Some(model.frame_of(*n)) == scope;
    let yields: Vec<NodeId> = model.tree.descendants(function).filter(own).collect();
    let [only] = yields[..] else { return Err("does not have exactly one `yield`") };
    let statement = model.statement_of(only);
    let is_whole = model.kind(statement) == Kind::ExpressionStatement
        && model.tree.parent(only) == Some(statement);
    if !is_whole || !stands_alone(model, statement) {
        return Err("has its `yield` inside a larger statement");
    }
    let body = model.child(function, Field::Body);
    let mut block = model.tree.parent(statement);
    while block != body {
        let around = block.and_then(|b| model.tree.parent(b));
        let understood = around.is_some_and(|a| match model.kind(a) {
            Kind::WithStatement => true,
            Kind::TryStatement => model.child(a, Field::Body) == block,
            _ => false,
        });
        if !understood {
            return Err("has its `yield` in a condition or a loop");
        }
        block = around.and_then(|a| model.tree.parent(a));
    }
    let tried = model.tree.parent(statement).and_then(|b| model.tree.parent(b));
    let tried = tried.filter(|t| model.kind(*t) == Kind::TryStatement);
    let is_last = model.tree.next_sibling(statement).is_none();
    let clauses = tried.map(|t| model.tree.children(t).collect::<Vec<_>>()).unwrap_or_default();
    let is_plain = !clauses.iter().any(|c| model.kind(*c) == Kind::ElseClause);
    let clause = clauses.into_iter().find(|c| model.kind(*c) == Kind::FinallyClause);
    match clause.filter(|_| is_last && is_plain) {
        Some(clause) => block_below(model, clause, model.tree.start(clause))
            .map(DrainPosition::Finally)
            .ok_or("has its `finally` clause on one line"),
        None => Ok(DrainPosition::Around(statement)),
    }
}

pub(super) fn first_in_function(
    model: &Model,
    function: NodeId,
) -> Result<DrainPosition, &'static str> {
    let head = model.child(function, Field::ReturnType);
    let head = head.or(model.child(function, Field::Parameters)).unwrap_or(function);
    let end = model.tree.end(head).saturating_sub(1);
    let block = block_below(model, function, end);
    block.map(DrainPosition::First).ok_or("has its body on one line")
}

/// The suite of a definition or clause, if it begins on a new line below the header that ends at a
/// byte.
fn block_below(model: &Model, of: NodeId, header: usize) -> Option<NodeId> {
    let block = model.tree.children(of).find(|c| model.kind(*c) == Kind::Block)?;
    let line = model.source.line_index(header);
    let ends_there =
        model.source.code()[header..model.tree.start(block)].lines().next()?.contains(':');
    (model.source.line_index(model.tree.start(block)) > line && ends_there).then_some(block)
}

/// Whether a statement shares its lines with no other statement or header.
fn stands_alone(model: &Model, statement: NodeId) -> bool {
    let (start, end) = (model.tree.start(statement), model.tree.end(statement));
    let code = model.source.code();
    let before = &code[model.source.line_start(start)..start];
    let behind = code[end..model.source.line_end(end)].trim();
    before.trim().is_empty() && (behind.is_empty() || behind.starts_with('#'))
}

impl DrainPosition {
    /// The edits that await these coroutine functions one by one.
    pub(in crate::fix) fn edits(self, layout: &FileLayout<'_>, functions: &[String]) -> Vec<Edit> {
        let model = layout.model;
        let newline = layout.newline();
        let lines = |indent: &str| -> String {
            functions.iter().map(|f| format!("{newline}{indent}await {f}()")).collect()
        };
        match self {
            Self::Finally(block) | Self::First(block) => {
                let first = model.tree.first_child(block).unwrap_or(block);
                let indent = model.source.indent(model.tree.start(first));
                vec![Edit::insert(insertion_point(model, self, block, first), lines(indent))]
            }
            Self::Around(statement) => try_finally_edits(layout, statement, &lines),
        }
    }
}

/// The end of the line above the awaits: the header, or the docstring.
fn insertion_point(model: &Model, hook: DrainPosition, block: NodeId, first: NodeId) -> usize {
    if matches!(hook, DrainPosition::First(_)) && is_docstring(model, first) {
        return model.source.line_end(model.tree.end(first));
    }
    let owner = model.tree.parent(block).unwrap_or(block);
    let header = match hook {
        DrainPosition::First(_) => {
            let head = model.child(owner, Field::ReturnType);
            let head = head.or(model.child(owner, Field::Parameters));
            head.map_or(model.tree.start(owner), |h| model.tree.end(h))
        }
        _ => model.tree.start(owner),
    };
    model.source.line_end(header)
}

fn try_finally_edits(
    layout: &FileLayout<'_>,
    statement: NodeId,
    lines: &dyn Fn(&str) -> String,
) -> Vec<Edit> {
    let model = layout.model;
    let newline = layout.newline();
    let place = statement_layout(layout, statement);
    let (indent, unit) = (&place.indent, layout.indent_unit(statement));
    let inner = format!("{indent}{unit}");
    let range = model.tree.range(statement);
    let mut edits = vec![Edit::insert(range.start, format!("try:{newline}{inner}"))];
    // Lines inside a multi-line string are not indented.
    let strings: Vec<NodeId> =
        model.tree.descendants(statement).filter(|n| model.kind(*n) == Kind::String).collect();
    let in_string = |at: usize| strings.iter().any(|s| model.tree.range(*s).contains(&at));
    let text = model.text(statement);
    for (at, _) in text.match_indices('\n') {
        let at = range.start + at;
        let is_blank =
            text[at + 1 - range.start..].lines().next().is_none_or(|l| l.trim().is_empty());
        if !in_string(at) && !is_blank {
            edits.push(Edit::insert(at + 1, unit.clone()));
        }
    }
    edits.push(Edit::insert(place.after, format!("{newline}{indent}finally:{}", lines(&inner))));
    edits
}
