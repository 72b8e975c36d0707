//! Heuristics for code that runs repeatedly, from one file. It knows functions and loops, and no
//! tasks.

use std::collections::BTreeSet;

use crate::python::{BindingKind, Kind, Model, NodeId};
use crate::tasks::is_endless_loop;

/// Names of functions that run once in the lifetime of their object or program.
const ONCE: &str = "
    __init__ __post_init__ __new__ __aenter__ __enter__ __call__ setup set_up setUp asyncSetUp
    start startup start_up on_startup on_start _start run _run main amain _main async_main serve
    open _open connect _connect init _init initialize initialise launch lifespan boot begin
    listen on_ready setup_hook create_app
";

/// Whether a function runs once: by its name, or because it is a generator, which a context manager
/// or a fixture runs once.
pub(super) fn runs_once(model: &Model, function: NodeId) -> bool {
    let name = model.name_of(function);
    let bare = name.trim_start_matches('_');
    let prepares = ["start_", "setup_", "set_up_", "init_", "connect_", "open_", "launch_"];
    ONCE.split_ascii_whitespace().any(|known| known == name)
        || prepares.iter().any(|p| bare.starts_with(p))
        || model.own_nodes(function, |kind| kind == Kind::Yield).next().is_some()
}

/// Words in the names of functions that run for every event.
const EVENTS: &str = "
    on handle handler callback event message schedule reschedule restart refresh reload trigger
    reset debounce notify emit receive received changed update
";

/// Whether a function, by its name, runs for every event.
pub(super) fn runs_for_events(model: &Model, function: NodeId) -> bool {
    model.name_of(function).split('_').any(|w| EVENTS.split_ascii_whitespace().any(|e| e == w))
}

/// The endless loop around a node, within its function: `while True:`, `async for`.
pub(super) fn endless_loop(model: &Model, node: NodeId) -> Option<NodeId> {
    let frame = model.frame_of(node);
    let mut around = model.tree.ancestors(node).take_while(|n| model.frame_of(*n) == frame);
    around.find(|n| is_endless_loop(model, *n))
}

/// Whether a statement returns, raises or continues a loop somewhere inside.
pub(super) fn exits_early(model: &Model, statement: NodeId) -> bool {
    let mut kinds = model.tree.descendants(statement).map(|n| model.kind(n));
    kinds.any(|kind| {
        matches!(kind, Kind::ReturnStatement | Kind::RaiseStatement | Kind::ContinueStatement)
    })
}

/// Whether an expression depends on a parameter of its function other than `self` that counts: then each call creates a new
/// value.
pub(super) fn depends_on_parameter(
    model: &Model,
    expression: NodeId,
    counts: &dyn Fn(NodeId) -> bool,
) -> bool {
    let mut pending = vec![expression];
    let mut seen = BTreeSet::new();
    while let Some(node) = pending.pop() {
        for name in model.tree.subtree(node).filter(|n| model.kind(*n) == Kind::Identifier) {
            let Some(variable) = model.variable(name).filter(|v| seen.insert(*v)) else { continue };
            for binding in model.scopes.bindings(variable.0, variable.1) {
                match binding.kind {
                    BindingKind::Parameter { .. }
                        if !matches!(model.text(name), "self" | "cls") && counts(name) =>
                    {
                        return true;
                    }
                    BindingKind::Assign { value } => pending.push(value),
                    _ => {}
                }
            }
        }
    }
    false
}
