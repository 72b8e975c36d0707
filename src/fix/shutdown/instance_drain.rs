//! Methods that end the tasks of an object when it is closed: which close method calls one, and the text. It must not know
//! sites.

use super::super::file_context::FileContext;
use super::super::imports::RequiredImports;
use super::super::layout::Edit;
use super::super::trackers::FreeNames;
use super::drain::drain_lines;
use super::shutdown_hook::{DrainPosition, first_in_function};
use crate::decline::{Decline, DeclineKind};
use crate::python::{Field, Kind, Model, NodeId};

/// Methods that close an object, in the order in which they are preferred to `__aexit__`, which mostly calls another.
const CLOSE_METHODS: [&str; 6] = ["close", "aclose", "stop", "shutdown", "disconnect", "__aexit__"];

/// A method that ends the tasks in a set of its object.
#[derive(Debug, Clone)]
pub(in crate::fix) struct InstanceDrain {
    /// The attribute with the set.
    set: String,
    /// The method's name.
    name: String,
    /// The close method that awaits it.
    closer: NodeId,
    /// The beginning of that method.
    position: DrainPosition,
    /// Its name for the object.
    receiver: String,
}

/// The drain for a set on the instances of a class, and what awaits it, for the user.
///
/// # Errors
/// Why there is none, for the user.
pub(in crate::fix) fn plan_instance_drain(
    context: &FileContext<'_>,
    names: &mut FreeNames,
    class: NodeId,
    set: &str,
) -> Result<(InstanceDrain, String), Decline> {
    let model = context.model;
    let closer = close_method(model, class)?;
    let text = |n: NodeId| model.child(n, Field::Name).map_or("", |n| model.text(n));
    let shown = format!("{}.{}", text(class), text(closer));
    let refuse = |why: &str| Decline::new(DeclineKind::ShutdownForm, format!("`{shown}` {why}"));
    if !model.is_async(closer) {
        return Err(refuse("is not a coroutine, so it cannot wait for tasks"));
    }
    if !model.decorators(closer).is_empty() {
        return Err(refuse("has a decorator"));
    }
    let position = first_in_function(model, closer).map_err(refuse)?;
    let parameters = model.child(closer, Field::Parameters);
    let receiver = parameters.and_then(|list| model.tree.first_child(list));
    let receiver = receiver.filter(|n| model.kind(*n) == Kind::Identifier);
    let receiver = receiver.ok_or_else(|| refuse("has no plain `self`"))?;
    let base = format!("_drain_{}", set.trim_matches('_'));
    let drain = InstanceDrain {
        set: set.to_owned(),
        name: names.attribute(model, class, &[&base]),
        closer,
        position,
        receiver: model.text(receiver).to_owned(),
    };
    Ok((drain, shown))
}

/// The one method of a class that closes its instances.
fn close_method(model: &Model, class: NodeId) -> Result<NodeId, Decline> {
    let body = model.child(class, Field::Body);
    let statements = body.into_iter().flat_map(|b| model.tree.children(b));
    let methods = statements.map(|s| model.child(s, Field::Definition).unwrap_or(s));
    let name = |n: NodeId| model.child(n, Field::Name).map_or("", |n| model.text(n));
    let is_closer = |n: &NodeId| {
        model.kind(*n) == Kind::FunctionDefinition && CLOSE_METHODS.contains(&name(*n))
    };
    let found: Vec<NodeId> = methods.filter(is_closer).collect();
    let plain: Vec<NodeId> = found.iter().copied().filter(|n| name(*n) != "__aexit__").collect();
    match (&plain[..], &found[..]) {
        ([one], _) | ([], [one]) => Ok(*one),
        ([], _) => Err(Decline::new(
            DeclineKind::NoShutdownHook,
            format!("`{}` has no method that closes it", name(class)),
        )),
        _ => Err(Decline::new(
            DeclineKind::SeveralShutdownHooks,
            format!("`{}` has several methods that may close it", name(class)),
        )),
    }
}

/// The end of the last line of a method, or of the comments below it that are indented like its body.
fn end_with_comments(model: &Model, method: NodeId, indent: &str) -> usize {
    let mut end = model.source.line_end(model.tree.end(method));
    let mut line = model.source.line_index(end) + 1;
    while line < model.source.line_count() {
        let range = model.source.line_range(line);
        let text = &model.source.code()[range.clone()];
        let below = text.strip_prefix(indent).filter(|t| t.starts_with([' ', '\t']));
        if !below.is_some_and(|t| t.trim_start().starts_with('#')) {
            break;
        }
        end = model.source.line_end(range.start);
        line += 1;
    }
    end
}

impl InstanceDrain {
    /// The method, as the user calls it.
    pub(in crate::fix) fn shown(&self) -> String {
        format!("{}.{}", self.receiver, self.name)
    }

    /// The tracker, as the user writes it.
    pub(in crate::fix) fn tracker(&self) -> String {
        format!("{}.{}", self.receiver, self.set)
    }

    /// The method below the close method, and its call there.
    pub(in crate::fix) fn edits(
        &self,
        context: &FileContext<'_>,
        imports: &mut RequiredImports<'_>,
    ) -> Vec<Edit> {
        let model = context.model;
        let indent = model.source.indent(model.tree.start(self.closer));
        let newline = context.layout.newline();
        let header = format!("async def {}({}) -> None:", self.name, self.receiver);
        let lines = drain_lines(context, imports, &header, &self.tracker(), indent);
        let end = end_with_comments(model, self.closer, indent);
        let method = format!("{newline}{newline}{}", lines.join(newline));
        let mut edits = self.position.edits(&context.layout, &[self.shown()]);
        edits.push(Edit::insert(end, method));
        edits
    }
}
