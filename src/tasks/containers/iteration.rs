//! What is done with the elements of a container that is iterated or copied. It follows the
//! elements, not the container.

use super::tracker::{ContainerOp, IterationUse};
use crate::python::{BindingKind, Field, Kind, Model, NodeId, ScopeId, Symbol, UseKind};
use crate::tasks::container_access::{ContainerAccess, MethodAccess};
use crate::tasks::libraries::{
    ContainerMethod, LibraryEffect, MethodEffect, MethodResult, is_log_method, of_builtin,
};

/// Upper bound on the expressions and names through which a copy is followed.
const DEPTH: u32 = 4;

/// Functions that wait for their arguments.
const WAITS: &[&str] = &[
    "asyncio.gather",
    "asyncio.wait",
    "asyncio.as_completed",
    "asyncio.tasks.gather",
    "asyncio.tasks.wait",
    "concurrent.futures.wait",
    "concurrent.futures.as_completed",
];

/// The operation on `members`, an expression that holds (or yields) the elements of a container.
pub fn op_on_members(model: &Model, members: NodeId) -> ContainerOp {
    op_on_copy(model, members, DEPTH)
}

fn op_on_copy(model: &Model, members: NodeId, depth: u32) -> ContainerOp {
    let Some((depth, parent)) = depth.checked_sub(1).zip(model.tree.parent(members)) else {
        return ContainerOp::Escaped;
    };
    let up = || op_on_copy(model, parent, depth);
    match (model.kind(parent), model.tree.field(members)) {
        (Kind::ForStatement, Field::Right) => ContainerOp::Iterated(of_loop(model, parent)),
        (Kind::ForInClause, Field::Right) => of_comprehension(model, parent, depth),
        (Kind::ParenthesizedExpression | Kind::ConditionalExpression | Kind::BinaryOperator, _)
        | (Kind::BooleanOperator | Kind::Await, _) => up(),
        (Kind::ListSplat, _) => up(),
        (Kind::List | Kind::Set | Kind::Tuple, _) if model.kind(members) == Kind::ListSplat => up(),
        (Kind::ArgumentList, _) => match model.tree.parent(parent) {
            Some(call) => argument(model, call, depth),
            None => ContainerOp::Escaped,
        },
        (Kind::Assignment | Kind::NamedExpression, Field::Right | Field::Value) => {
            let target = model.child(parent, Field::Left);
            named(model, target.or_else(|| model.child(parent, Field::Name)), depth)
        }
        // `taken, self._jobs = self._jobs, {}`
        (Kind::ExpressionList | Kind::Tuple, _) => {
            let assignment = model.parent_of_kind(parent, Kind::Assignment);
            let left = assignment.and_then(|assignment| model.child(assignment, Field::Left));
            let mut targets = left.into_iter().flat_map(|left| model.tree.children(left));
            named(model, targets.find(|t| model.unpacked_value(*t) == Some(members)), depth)
        }
        (Kind::ExpressionStatement | Kind::ComparisonOperator | Kind::NotOperator, _)
        | (Kind::Interpolation | Kind::AssertStatement, _)
        | (Kind::IfStatement | Kind::WhileStatement | Kind::ElifClause, Field::Condition) => {
            ContainerOp::Read
        }
        _ => ContainerOp::Escaped,
    }
}

/// As an argument: of a builtin that copies or reads, of a function that waits, or of anything
/// else.
fn argument(model: &Model, call: NodeId, depth: u32) -> ContainerOp {
    let Some(callee) = model.child(call, Field::Function) else { return ContainerOp::Escaped };
    if model.is_path(callee, WAITS) {
        return ContainerOp::Waited;
    }
    let name = model.text(callee);
    let builtin = model.kind(callee) == Kind::Identifier && model.bindings_of(callee).is_empty();
    let copies = of_builtin(name).is_some_and(LibraryEffect::is_copy) || name == "chain";
    if (builtin && copies) || model.is_path(callee, &["itertools.chain", "copy.copy"]) {
        return op_on_copy(model, call, depth);
    }
    if builtin && only_reads(name) || is_log(model, callee) {
        return ContainerOp::Read;
    }
    if builtin && matches!(name, "any" | "all" | "next" | "map") {
        return ContainerOp::Iterated(IterationUse::default());
    }
    ContainerOp::Escaped
}

/// Whether a builtin only reads its argument. Trackers differ from verdicts in these.
fn only_reads(name: &str) -> bool {
    match of_builtin(name) {
        Some(LibraryEffect::Reads) => !matches!(
            name,
            "all" | "any" | "callable" | "format" | "getattr" | "hasattr" | "hash" | "type"
        ),
        _ => matches!(name, "sum" | "min" | "max"),
    }
}

/// Whether a callee is a logger's method.
fn is_log(model: &Model, callee: NodeId) -> bool {
    let by_name = |o: NodeId| model.text(o).to_lowercase().contains("log");
    // Trackers do not know loguru's `success`, unlike verdicts.
    let is_known = |name: &str| name != "success" && is_log_method(name);
    let method = model.child(callee, Field::Attribute).is_some_and(|m| is_known(model.text(m)));
    method && model.child(callee, Field::Object).is_some_and(by_name)
}

/// A copy under a name of its own: everything that is done with that name.
fn named(model: &Model, target: Option<NodeId>, depth: u32) -> ContainerOp {
    let variable = target.and_then(|t| model.variable(t));
    let Some((scope, symbol)) = variable else { return ContainerOp::Escaped };
    let loads = model.uses(scope, symbol).iter().filter(|u| u.kind == UseKind::Load);
    let mut iteration = IterationUse::default();
    let mut seen = false;
    for used in loads {
        let op = used_copy(model, used.node, depth);
        seen |= op != ContainerOp::Read;
        iteration.add(op);
    }
    if seen { ContainerOp::Iterated(iteration) } else { ContainerOp::Read }
}

impl IterationUse {
    /// Adds what is done with a copy of the elements.
    fn add(&mut self, op: ContainerOp) {
        match op {
            ContainerOp::Waited => self.awaits = true,
            ContainerOp::Iterated(inner) => {
                self.cancels |= inner.cancels;
                self.awaits |= inner.awaits;
                self.escapes |= inner.escapes;
            }
            ContainerOp::Read => {}
            _ => self.escapes = true,
        }
    }
}

/// One use of a copy: its methods change the copy alone.
fn used_copy(model: &Model, used: NodeId, depth: u32) -> ContainerOp {
    let Some(ContainerAccess::Method(method)) = ContainerAccess::of(model, used) else {
        return op_on_copy(model, used, depth);
    };
    let MethodAccess { name, call: Some(call), .. } = method else { return ContainerOp::Escaped };
    let ContainerMethod { effect, result } = method.op();
    match (effect, result) {
        // These are unknown on a copy only.
        _ if matches!(name, "appendleft" | "reverse" | "union") => ContainerOp::Escaped,
        (MethodEffect::Read, MethodResult::All | MethodResult::Pairs | MethodResult::Keys) => {
            op_on_copy(model, call, depth)
        }
        (MethodEffect::Store(0) | MethodEffect::Clear | MethodEffect::Reorder, _)
        | (MethodEffect::Remove { .. }, _) => ContainerOp::Read,
        _ => ContainerOp::Escaped,
    }
}

fn of_loop(model: &Model, statement: NodeId) -> IterationUse {
    let (Some(target), Some(body)) =
        (model.child(statement, Field::Left), model.child(statement, Field::Body))
    else {
        return IterationUse::default();
    };
    of_members(model, target, body)
}

fn of_comprehension(model: &Model, clause: NodeId, depth: u32) -> ContainerOp {
    let (Some(target), Some(whole)) = (model.child(clause, Field::Left), model.tree.parent(clause))
    else {
        return ContainerOp::Escaped;
    };
    let mut iteration = of_members(model, target, whole);
    let body = model.child(whole, Field::Body);
    let targets = names(model, target);
    let gives_members = body.is_some_and(|b| {
        let own = |n: NodeId| model.variable(n).is_some_and(|v| targets.contains(&v));
        match model.kind(b) {
            Kind::Identifier => own(b),
            Kind::Tuple | Kind::Pair => model.tree.children(b).any(own),
            _ => false,
        }
    });
    if gives_members {
        iteration.add(op_on_copy(model, whole, depth));
    }
    ContainerOp::Iterated(iteration)
}

fn names(model: &Model, target: NodeId) -> Vec<(ScopeId, Symbol)> {
    let all = std::iter::once(target).chain(model.tree.descendants(target));
    all.filter_map(|n| model.variable(n)).collect()
}

/// What a piece of code does with the variables that iterate over the elements.
fn of_members(model: &Model, target: NodeId, code: NodeId) -> IterationUse {
    let targets = names(model, target);
    let mut iteration = IterationUse::default();
    let (mut tests_done, mut results) = (false, false);
    let own = |n: NodeId| model.variable(n).is_some_and(|v| targets.contains(&v));
    for used in model.tree.descendants(code).filter(|n| own(*n) && !model.tree.contains(target, *n))
    {
        let Some(parent) = model.tree.parent(used) else { continue };
        match model.kind(parent) {
            Kind::Await => iteration.awaits = true,
            Kind::Attribute => match model.child(parent, Field::Attribute).map(|a| model.text(a)) {
                Some("cancel" | "terminate" | "kill" | "stop" | "close" | "shutdown") => {
                    iteration.cancels = true;
                }
                Some("join" | "wait") => iteration.awaits = true,
                Some("done") => tests_done = true,
                // `result()` waits for a thread's future, unless `done()` was tested first.
                Some("result") => results = true,
                _ => {}
            },
            Kind::ArgumentList | Kind::KeywordArgument | Kind::ListSplat => {
                let call = model.tree.closest(parent, |k| k == Kind::Call);
                let callee = call.and_then(|c| model.child(c, Field::Function));
                let name = callee.map_or("", |c| model.text(c));
                let looks = callee.is_some_and(|c| is_log(model, c)) || only_reads(name);
                let drops = name.ends_with(".discard") || name.ends_with(".remove");
                iteration.escapes |= !looks && !drops;
            }
            Kind::Assignment | Kind::ReturnStatement | Kind::Yield => iteration.escapes = true,
            _ => {}
        }
    }
    iteration.awaits |= results && !tests_done;
    iteration
}

/// Whether an expression is a task or future: a site, a name that only sites are bound to, a parameter that is annotated
/// as one or gets a done-callback.
pub(super) fn is_task(model: &Model, sites: &dyn Fn(NodeId) -> bool, value: NodeId) -> bool {
    let value = model.bare(value);
    if sites(value) {
        return true;
    }
    match model.kind(value) {
        Kind::Identifier => {
            let gets_callback = || {
                let uses = model.variable(value).map_or(&[][..], |(s, n)| model.uses(s, n));
                uses.iter().any(|u| {
                    let access = ContainerAccess::of(model, u.node);
                    matches!(access, Some(ContainerAccess::Method(m)) if m.name == "add_done_callback")
                })
            };
            model.bindings_of(value).iter().any(|b| match b.kind {
                BindingKind::Parameter { annotation: Some(annotation), .. } => {
                    super::declarations::names_task_type(model, annotation)
                }
                _ => b.kind.value().is_some_and(|value| sites(model.bare(value))),
            }) || gets_callback()
        }
        Kind::ListComprehension | Kind::SetComprehension | Kind::GeneratorExpression => {
            model.child(value, Field::Body).is_some_and(|b| sites(model.bare(b)))
        }
        Kind::List | Kind::Set | Kind::Tuple => {
            model.tree.children(value).any(|c| sites(model.bare(c)))
        }
        _ => false,
    }
}
