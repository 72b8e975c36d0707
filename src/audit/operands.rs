//! What passes tasks on and what does not: the operands of an operation on containers, the targets of a wait, a name that is bound
//! again. It follows no value.

use std::collections::BTreeSet;
use std::ops::Range;

use super::coroutine_exit::leads_on;
use super::index::WorkspaceIndex;
use super::types::{NodeRef, StorageLocation, TaskOp, TaskUse};
use crate::python::{Binding, BindingKind, Field, Kind, Model, NodeId, Use, UseKind};
use crate::tasks::libraries::{ContainerMethod, LibraryEffect, MethodEffect, of_builtin};
use crate::tasks::new_container;

/// Whether the result of an operation on sets has nothing of an operand: it is subtracted, or what it is intersected with cannot have
/// the task of a site.
pub(super) fn is_dropped(
    model: &Model,
    operation: NodeId,
    operand: NodeId,
    site: Option<NodeId>,
) -> bool {
    let sides: Vec<NodeId> = model.tree.children(operation).collect();
    let [left, right] = sides[..] else { return false };
    let other = if operand == left { right } else { left };
    match model.between(left, right).trim() {
        // `done - tasks` has none of `tasks`.
        "-" => operand == right,
        // `done & former` has no task that is newer than `former`.
        "&" => site.is_some_and(|site| is_complete_before(model, model.bare(other), site)),
        _ => false,
    }
}

/// Whether a name is that of a local container to which nothing is added once it is made, before a site.
fn is_complete_before(model: &Model, name: NodeId, site: NodeId) -> bool {
    let [binding] = model.bindings_of(name) else { return false };
    let BindingKind::Assign { value } = binding.kind else { return false };
    let Some((scope, symbol)) = model.variable(name) else { return false };
    let grows = |n: NodeId| {
        let method = model.parent_of_kind(n, Kind::Attribute);
        let call = method.and_then(|method| model.parent_of_kind(method, Kind::Call));
        let name = call.and_then(|call| model.called_method(call)).map(|(_, name)| name);
        let effect = name.map(|name| ContainerMethod::named(name).effect);
        matches!(effect, Some(MethodEffect::Store(_) | MethodEffect::Merge | MethodEffect::Enqueue))
    };
    let is_local = model.function_of(name).is_some()
        && model.frame_of(name) == model.frame_of(site)
        && model.frame_of(binding.node) == model.frame_of(site);
    let mut uses = model.uses(scope, symbol).iter();
    is_local
        && binding.node < site
        && !model.tree.contains(value, site)
        && !uses.any(|used| used.kind == UseKind::Load && grows(used.node))
}

/// Whether an expression is the name of a local variable, which is bound to no attribute.
pub(super) fn is_local_name(index: &WorkspaceIndex<'_>, name: NodeRef) -> bool {
    let model = index.model(name);
    model.kind(name.node) == Kind::Identifier
        && !is_one_of_attributes(model, name.node)
        && matches!(index.storage_of(name), Some(StorageLocation::Local { .. }))
}

/// The local container, new where it is bound, that an assignment to an item gives a key: `names[task] = name`.
pub(super) fn keyed_container(index: &WorkspaceIndex<'_>, item: NodeRef) -> Option<NodeRef> {
    let model = index.model(item);
    let is_set = model.kind(item.node) == Kind::Subscript
        && model.tree.field(item.node) == Field::Left
        && model.parent_of_kind(item.node, Kind::Assignment).is_some();
    let container = model.child(item.node, Field::Value).filter(|_| is_set)?;
    let is_new = |b: &Binding| b.kind.value().is_some_and(|v| new_container(model, v).is_some());
    let bindings = model.bindings_of(container);
    let node_ref = NodeRef { node: container, ..item };
    (!bindings.is_empty() && bindings.iter().all(is_new) && is_local_name(index, node_ref))
        .then_some(node_ref)
}

/// Whether a name is bound to one of several attributes: `tasks = self._reads if reads else self._writes`.
fn is_one_of_attributes(model: &Model, name: NodeId) -> bool {
    let is_choice = |value: NodeId| {
        let value = model.bare(value);
        let is_attribute = |n| model.kind(n) == Kind::Attribute;
        matches!(model.kind(value), Kind::ConditionalExpression | Kind::BooleanOperator)
            && model.tree.children(value).any(is_attribute)
    };
    model.bindings_of(name).iter().any(|b| b.kind.value().is_some_and(is_choice))
}

/// Whether an `await` is of a task that is done: `if task.done(): return await task`.
pub(super) fn is_known_done(model: &Model, awaiting: NodeId) -> bool {
    let awaited = model.tree.first_child(awaiting).map_or("", |n| model.text(model.bare(n)));
    let mut inner = awaiting;
    let around = model.tree.ancestors(awaiting);
    around.take_while(|n| model.kind(*n) != Kind::FunctionDefinition).any(|n| {
        let is_suite = model.tree.field(inner) == Field::Consequence;
        inner = n;
        let condition = model.child(n, Field::Condition).filter(|_| is_suite);
        condition.is_some_and(|c| model.text(c).strip_suffix(".done()") == Some(awaited))
    })
}

/// The targets of the done and the other tasks where the wait for the first of several is unpacked, and not repeated:
/// `done, pending = await asyncio.wait(tasks, return_when=FIRST_COMPLETED)`.
pub(super) fn unpacked_wait(model: &Model, awaiting: NodeId) -> Option<(NodeId, NodeId)> {
    let assignment = model.parent_of_kind(awaiting, Kind::Assignment)?;
    let left = model.child(assignment, Field::Left)?;
    let targets: Vec<NodeId> = model.tree.children(left).collect();
    let [done, pending] = targets[..] else { return None };
    let mut around = model.tree.ancestors(awaiting);
    let is_repeated = around.any(|n| model.kind(n) == Kind::WhileStatement);
    (!is_repeated && matches!(model.kind(left), Kind::PatternList | Kind::TuplePattern))
        .then_some((done, pending))
}

/// The bytes of the code that runs only after the name is bound again: what follows the next assignment to it in the same
/// suite. Empty if there is none.
pub(super) fn after_rebinding(model: &Model, name: NodeId, uses: &[Use]) -> Range<usize> {
    let suite_of = |node| model.tree.parent(model.statement_of(node));
    let is_assigned = |bound: &&Use| {
        let assignment = model.parent_of_kind(bound.node, Kind::Assignment);
        bound.kind == UseKind::Store
            && assignment.is_some_and(|a| model.child(a, Field::Right).is_some())
            && suite_of(bound.node) == suite_of(name)
    };
    let later = &uses[uses.partition_point(|u| u.node <= name)..];
    let next = later.iter().find(is_assigned).map(|bound| model.statement_of(bound.node));
    let code = next
        .zip(suite_of(name))
        .map(|(statement, suite)| model.tree.end(statement)..model.tree.end(suite));
    code.unwrap_or_default()
}

/// The uses of a parameter without its cancellation where the function only refuses it, and keeps it otherwise:
/// `if self._closed: task.cancel(); return`, before `self._tasks.add(task)`. What becomes of it there escapes.
pub(super) fn without_refusals(
    index: &WorkspaceIndex,
    uses: BTreeSet<TaskUse>,
) -> BTreeSet<TaskUse> {
    let keeps = |e: &TaskUse| matches!(e.op, TaskOp::StoreIn(_) | TaskOp::Escape);
    let last_kept = uses.iter().filter(|e| keeps(e)).map(|e| e.node_ref).max();
    let Some(kept) = last_kept else { return uses };
    let is_refusal = |e: &TaskUse| {
        e.op == TaskOp::Cancel
            && e.node_ref.file == kept.file
            && e.node_ref < kept
            && !leads_on(index.model(kept), e.node_ref.node, kept.node)
    };
    let refused = |e: TaskUse| if is_refusal(&e) { TaskUse { op: TaskOp::Escape, ..e } } else { e };
    uses.into_iter().map(refused).collect()
}

/// Whether a name stands for the task that a site makes, in the same function: it is bound to that, or a loop binds it to each
/// element of a container that the task is put into: `for task in tasks: task.cancel()`.
pub(super) fn names_task(model: &Model, name: NodeId, site: NodeId) -> bool {
    let target = model.parent_of_kind(site, Kind::Assignment);
    let target = target.and_then(|assignment| model.child(assignment, Field::Left));
    let target = target.filter(|n| model.kind(*n) == Kind::Identifier).map(|n| model.text(n));
    let Some(container) = looped_container(model, name) else {
        return target == Some(model.text(name));
    };
    let Some((scope, symbol)) = model.variable(container) else { return false };
    let is_task = |n: NodeId| n == site || Some(model.text(n)) == target;
    let has_task = |value: NodeId| {
        let is_comprehension = model.kind(value).is_comprehension();
        model.tree.children(value).any(|n| is_task(model.bare(n)))
            || is_comprehension && model.tree.contains(value, site)
    };
    let is_put = |used: NodeId| {
        let method = model.parent_of_kind(used, Kind::Attribute);
        let call = method.and_then(|method| model.parent_of_kind(method, Kind::Call));
        let stores = |call: &NodeId| {
            let name = model.called_method(*call).map(|(_, name)| name);
            name.is_some_and(|n| ContainerMethod::named(n).effect == MethodEffect::Store(0))
        };
        let given = call.filter(stores).map(|call| model.positional(call)).unwrap_or_default();
        given.into_iter().any(|n| is_task(model.bare(n)))
    };
    let bindings = model.bindings_of(container).iter();
    let values: Option<Vec<NodeId>> =
        bindings.map(|b| b.kind.value().map(|v| model.bare(v))).collect();
    let mut uses = model.uses(scope, symbol).iter();
    values.is_some_and(|values| {
        !values.iter().any(|v| model.kind(*v) == Kind::Await)
            && (values.into_iter().any(has_task) || uses.any(|used| is_put(used.node)))
    })
}

/// The local container of whose elements a loop around a name binds it to each: `for task in list(tasks):`.
fn looped_container(model: &Model, name: NodeId) -> Option<NodeId> {
    let around = model.tree.ancestors(name);
    let mut around = around.take_while(|n| model.kind(*n) != Kind::FunctionDefinition);
    let binds = |n: &NodeId| {
        let left = model.child(*n, Field::Left);
        model.kind(*n) == Kind::ForStatement
            && left.is_some_and(|left| model.text(left) == model.text(name))
    };
    let iterable = model.bare(model.child(around.find(binds)?, Field::Right)?);
    let copies = |callee| of_builtin(model.text(callee)).is_some_and(LibraryEffect::is_copy);
    match model.child(iterable, Field::Function).filter(|callee| copies(*callee)) {
        Some(_) => model.positional(iterable).first().copied(),
        None => Some(iterable),
    }
}
