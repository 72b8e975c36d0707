//! What is done with the task of one site: up to where it is stored, and where its owner has it. It judges none of that.

use super::coroutine_exit::is_loop;
use super::index::WorkspaceIndex;
use super::owner::{Owner, OwnerKind};
use super::types::{NodeRef, StorageLocation, TaskOp, TaskUse, TaskUses};
use super::waiting::{FollowedValue, gather_value};
use crate::python::{Kind, NodeId};
use crate::tasks::{ClassifiedSite, Reason, Spawner, Verdict};

/// What is done with the task: where it is made, and where its owner has it.
pub(super) fn task_uses(
    index: &WorkspaceIndex<'_>,
    site: NodeRef,
    classified: &ClassifiedSite,
    owner: &Owner,
) -> TaskUses {
    let mut task_uses = site_task_uses(index, site.file, classified, owner);
    if let Some(location) = &owner.location {
        let mut stored = stored_task_uses(index, site, classified, owner, location);
        // What is followed from the site is known better: the variable may hold a `gather` of the task.
        let is_wait = |e: &TaskUse| matches!(e.op, TaskOp::Await { .. });
        stored.retain(|e| {
            let is_same =
                |s: &TaskUse| s.node_ref == e.node_ref && s.inner == e.inner && is_wait(s);
            !is_wait(e) || !task_uses.uses.iter().any(is_same)
        });
        task_uses.extend(&stored);
    }
    // `self._job = spawn(work())`: what keeps it is not the only one that has it.
    let assigned = index.assigned_attribute(site, classified);
    if let Some(location) = assigned.filter(|_| owner.kind == OwnerKind::Holder) {
        let stored = index.task_uses_of(&location, &Default::default(), None);
        task_uses.extend(&stored.uses);
    }
    index.add_field_uses(&mut task_uses);
    task_uses
}

/// What is done with the task where its owner has it.
fn stored_task_uses(
    index: &WorkspaceIndex<'_>,
    site: NodeRef,
    classified: &ClassifiedSite,
    owner: &Owner,
    location: &StorageLocation,
) -> Vec<TaskUse> {
    let stored = index.task_uses_of(location, &owner.keys, owner.stored_at);
    let overwriting = owner.stored_at.and_then(|end| index.overwriting(location, end));
    let has_it = |e: &TaskUse| {
        overwriting.is_none_or(|o| {
            index.function_of(e.node_ref) == index.function_of(o)
                && e.node_ref.node > classified.sink
                && e.node_ref.node < o.node
        })
    };
    // A sibling of the class that makes the task has another attribute of that name.
    let class = index.calling_class(site, classified);
    let class = class.or_else(|| index.storing_class(owner.stored_at?));
    let is_of_sibling = |e: &TaskUse| {
        let model = index.model(e.node_ref);
        let own = model.class_of(e.node_ref.node).map(|class| model.path_of(class));
        let (StorageLocation::Attribute { class: base, .. }, Some(class), Some(own)) =
            (location, &class, own)
        else {
            return false;
        };
        index.may_be_one_object(&own, base)
            && (!index.may_be_one_object(&own, class)
                || index.is_overridden(e.node_ref, &own, class))
    };
    stored.uses.iter().filter(|e| has_it(e) && !is_of_sibling(e)).cloned().collect()
}

/// What is done with the value of the site itself, up to where it is stored.
fn site_task_uses(
    index: &WorkspaceIndex<'_>,
    file: usize,
    classified: &ClassifiedSite,
    owner: &Owner,
) -> TaskUses {
    let model = index.files[file].model;
    let mut node = classified.site.node;
    if classified.site.uncalled {
        // `context.run(create_task, work())` returns the task.
        let call = model.tree.ancestors(node).find(|n| model.kind(*n) == Kind::Call);
        match call.filter(|_| classified.verdict() != Verdict::Dropped) {
            Some(call) => node = call,
            None => return TaskUses::default(),
        }
    }
    node = task_value(index, file, classified, node);
    let followed = match classified.site.spawner {
        Spawner::Gather => gather_value(model, classified.site.node),
        _ => FollowedValue::Task,
    };
    let mut uses = index.collect_task_uses(NodeRef { file, node }, followed, false);
    let storage = NodeRef { file, node: classified.sink };
    // What the call itself is given can only be the task of a round before.
    let site = classified.site.node;
    let mut around = model.tree.ancestors(site);
    let is_repeated = around.any(|n| is_loop(model, n));
    uses.retain(|e| {
        let is_given = || e.node_ref.file == file && model.tree.contains(site, e.node_ref.node);
        (e.op != TaskOp::Escape || e.node_ref != storage || is_stored_elsewhere(index, e, owner))
            && (is_repeated || !is_given())
    });
    if classified.site.spawner == Spawner::Wrapper {
        uses.extend(wrapper_task_uses(index, file, classified, owner));
    }
    TaskUses { uses }
}

/// The expression whose value is the task of a site at `node`: what awaits a call of an async wrapper returns its task. Of a
/// dropped one the wrapper may be unknown; an awaited task would have [`Reason::Awaited`].
fn task_value(
    index: &WorkspaceIndex<'_>,
    file: usize,
    classified: &ClassifiedSite,
    node: NodeId,
) -> NodeId {
    let model = index.files[file].model;
    let is_async = |wrapper: NodeRef| index.model(wrapper).is_async(wrapper.node);
    let is_wrapper = index.wrapper(file, classified).is_some_and(is_async)
        || classified.reason != Reason::Awaited && classified.verdict() == Verdict::Dropped;
    let outer = model.tree.parent(node).filter(|p| model.kind(*p) == Kind::Await);
    outer.filter(|_| is_wrapper).unwrap_or(node)
}

/// Whether a task is added to a container in another attribute than that which owns it: `self._pending.add(task)`.
fn is_stored_elsewhere(index: &WorkspaceIndex<'_>, stored: &TaskUse, owner: &Owner) -> bool {
    let container = index.container_of(stored.inner.unwrap_or(stored.node_ref));
    match (container.and_then(|c| index.storage_of(c)), &owner.location) {
        (
            Some(StorageLocation::Attribute { name, .. }),
            Some(StorageLocation::Attribute { name: own, .. }),
        ) => stored.inner.is_some() && name != *own,
        _ => false,
    }
}

/// What a wrapper does with the task before its caller gets it.
fn wrapper_task_uses(
    index: &WorkspaceIndex<'_>,
    file: usize,
    classified: &ClassifiedSite,
    owner: &Owner,
) -> Vec<TaskUse> {
    let Some(wrapper) = index.wrapper(file, classified) else { return Vec::new() };
    let sites = index.sites_in(wrapper).into_iter();
    let inner = sites.flat_map(|site| {
        let node = task_value(index, wrapper.file, site, site.site.node);
        let value = NodeRef { node, ..wrapper };
        let mut uses = index.collect_task_uses(value, FollowedValue::Task, false);
        // What the wrapper cancels is not what its caller gets.
        let cancel = uses.iter().filter(|e| e.op == TaskOp::Cancel).map(|e| e.node_ref).min();
        uses.retain(|e| {
            let is_after = cancel.is_some_and(|cancel| e.node_ref >= cancel);
            let is_end = matches!(e.op, TaskOp::Cancel | TaskOp::Await { .. });
            let is_open = e.op != TaskOp::Escape || is_stored_elsewhere(index, e, owner);
            is_open && !(is_after && is_end)
        });
        uses
    });
    inner.collect()
}
