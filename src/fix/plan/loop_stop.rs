//! Coroutines that stop their own event loop: their done-callbacks do not run before the loop does again, so a set would keep the
//! tasks until then. It must not know verdicts.

use crate::python::{BindingKind, Field, Kind, Model, NodeId, Origin};

/// The name of a coroutine function of the file that is called for the site or in its arguments and
/// stops its own loop. Done-callbacks are scheduled afterwards (library/asyncio-eventloop.html,
/// `run_forever`: "new callbacks scheduled by callbacks will not run in this case; instead, they
/// will run the next time run_forever() […] is called").
pub(in crate::fix) fn stopping_coroutine(model: &Model, site: NodeId) -> Option<&str> {
    let whole = match model.kind(site) {
        Kind::Call => site,
        _ => model.tree.ancestors(site).find(|n| model.kind(*n) == Kind::Call)?,
    };
    let arguments = model.child(whole, Field::Arguments)?;
    let inside: Vec<NodeId> = model.tree.descendants(arguments).collect();
    let values = inside.iter().filter_map(|n| match model.bindings_of(*n) {
        [binding] => match binding.kind {
            BindingKind::Assign { value } => Some(model.bare(value)),
            _ => None,
        },
        _ => None,
    });
    let calls = inside.iter().copied().chain(values).filter(|n| model.kind(*n) == Kind::Call);
    let callees = calls.filter_map(|c| model.child(c, Field::Function));
    let mut functions = callees.flat_map(|c| model.origins(c)).filter_map(|o| o.function());
    functions.find(|f| stops_loop(model, *f)).map(|f| model.name_of(f))
}

/// Whether a coroutine function calls `stop` in its own frame on something named like a loop.
fn stops_loop(model: &Model, function: NodeId) -> bool {
    let own = model.scopes.opened_by(function);
    let stops = |call: NodeId| {
        let (object, method) = model.called_method(call)?;
        Some(method == "stop" && is_loop(model, object))
    };
    model.is_async(function)
        && model.tree.descendants(function).any(|n| {
            model.kind(n) == Kind::Call
                && own == Some(model.frame_of(n))
                && stops(n).unwrap_or_default()
        })
}

/// Whether an expression is named like a loop (`self.loop`, `get_running_loop()`). Functions of the
/// file are excluded, since some libraries add a `stop` to them by a decorator.
fn is_loop(model: &Model, object: NodeId) -> bool {
    let last = model.text(object).trim_end_matches("()").rsplit('.').next().unwrap_or_default();
    let is_function = |o: &Origin| matches!(o, Origin::Function(_));
    (last == "loop" || last.ends_with("_loop")) && !model.origins(object).iter().any(is_function)
}
