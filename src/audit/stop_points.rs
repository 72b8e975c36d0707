//! Where the tasks of a storage location are stopped: cancelled, awaited after that, and by which
//! callers. It assesses no site.

use std::sync::Arc;

use super::index::WorkspaceIndex;
use super::owner::OwnerKind;
use super::related_location::RelatedLocation;
use super::task_uses::FollowedValue;
use super::types::{
    CallChain, ChainRoot, NodeRef, StorageLocation, TaskOp, TaskUse, TaskUses, Timeout,
};
use crate::python::{AttributeBinding, Binding, BindingKind, Field, Kind, NodeId, UseKind};

/// One function that stops the tasks of a storage location.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StopPoint {
    /// The function; `None` for module-level code.
    pub function: Option<NodeRef>,
    /// Where it cancels them.
    pub cancel: Option<TaskUse>,
    /// Where it signals their loop to stop.
    pub signal: Option<TaskUse>,
    /// Where it waits for them, after the cancellation if there is one.
    pub wait: Option<TaskUse>,
    /// Who calls it.
    pub chain: CallChain,
}

impl WorkspaceIndex<'_> {
    /// What the project does with the tasks in a storage location.
    pub(super) fn task_uses_of(&self, location: &StorageLocation) -> Arc<TaskUses> {
        self.task_uses.get(location.clone(), |location| Arc::new(self.compute_task_uses(location)))
    }

    fn compute_task_uses(&self, location: &StorageLocation) -> TaskUses {
        let uses_at = |occurrence| {
            let kinds = [FollowedValue::Container, FollowedValue::Task];
            kinds.into_iter().flat_map(move |kind| self.collect_task_uses(occurrence, kind))
        };
        let reads = self.occurrences_of(location).into_iter().filter(|p| self.is_read(*p));
        let mut uses: Vec<TaskUse> = reads.flat_map(uses_at).collect();
        // Uses of an unresolved attribute of the same name may be uses of this one.
        let ends = |e: TaskUse| matches!(e.op, TaskOp::Cancel | TaskOp::Await { .. });
        let unresolved = self.unresolved_uses(location).into_iter();
        let unresolved = unresolved.filter(|p| self.is_read(*p) && uses_at(*p).any(ends));
        let escapes = unresolved.chain(self.aliased_value(location));
        uses.extend(escapes.map(|node_ref| TaskUse { node_ref, op: TaskOp::Escape, via: None }));
        uses.sort();
        uses.dedup();
        TaskUses { uses }
    }

    /// The value of an attribute that only aliases what its object was given: `self.tasks =
    /// state.tasks`.
    fn aliased_value(&self, location: &StorageLocation) -> Option<NodeRef> {
        let StorageLocation::Attribute { class, name } = location else { return None };
        let class = self.class_at(class)?;
        let model = self.model(class);
        let bindings = model.attribute_bindings(class.node, name);
        let values = bindings.iter().filter_map(|m| match m {
            AttributeBinding::Value(value) => Some(model.bare(*value)),
            _ => None,
        });
        let is_given = |value: &NodeId| match model.kind(*value) {
            Kind::Attribute => true,
            Kind::Identifier => {
                let of = |b: &Binding| matches!(b.kind, BindingKind::Parameter { .. });
                model.bindings_of(*value).iter().any(of)
            }
            _ => false,
        };
        let mut values = values.filter(|v| model.kind(*v) != Kind::None).peekable();
        let first = *values.peek()?;
        values.all(|v| is_given(&v)).then_some(NodeRef { node: first, ..class })
    }

    /// Whether this occurrence of a name or attribute is a read.
    fn is_read(&self, occurrence: NodeRef) -> bool {
        let model = self.model(occurrence);
        if model.kind(occurrence.node) == Kind::Identifier {
            let Some((scope, symbol)) = model.variable(occurrence.node) else { return true };
            let uses = model.uses(scope, symbol);
            return uses.iter().any(|u| u.node == occurrence.node && u.kind == UseKind::Load);
        }
        let parent = model.tree.parent(occurrence.node).map(|p| model.kind(p));
        let sets = matches!(
            parent,
            Some(Kind::Assignment | Kind::AugmentedAssignment | Kind::ForStatement)
        );
        let is_target = sets && model.tree.field(occurrence.node) == Field::Left;
        !is_target && parent != Some(Kind::DeleteStatement)
    }

    /// The functions that stop tasks with these uses, the one most certain to run first.
    pub fn stop_points(&self, task_uses: &TaskUses, for_test: bool) -> Vec<StopPoint> {
        let counts = |e: &&TaskUse| for_test || !self.is_test(e.node_ref);
        let mut functions: Vec<Option<NodeRef>> = Vec::new();
        for task_use in task_uses.uses.iter().filter(counts) {
            let ends =
                matches!(task_use.op, TaskOp::Cancel | TaskOp::SignalStop | TaskOp::Await { .. });
            let function = self.function_of(task_use.node_ref);
            if ends && !functions.contains(&function) {
                functions.push(function);
            }
        }
        let mut stops: Vec<StopPoint> =
            functions.into_iter().map(|f| self.stop_point(task_uses, f)).collect();
        stops.sort_by_key(|s| {
            let first_use =
                s.cancel.as_ref().or(s.signal.as_ref()).or(s.wait.as_ref()).map(|e| e.node_ref);
            (s.cancel.is_none(), std::cmp::Reverse(s.chain.root), first_use)
        });
        stops
    }

    fn stop_point(&self, task_uses: &TaskUses, function: Option<NodeRef>) -> StopPoint {
        let here = |e: &&TaskUse| self.function_of(e.node_ref) == function;
        let own: Vec<&TaskUse> = task_uses.uses.iter().filter(here).collect();
        let cancel = own.iter().find(|e| e.op == TaskOp::Cancel).copied();
        let signal = own.iter().find(|e| e.op == TaskOp::SignalStop).copied();
        let is_wait = |e: &&&TaskUse| matches!(e.op, TaskOp::Await { .. });
        let after = |e: &&&TaskUse| cancel.is_none_or(|c| e.node_ref >= c.node_ref);
        let wait = own.iter().filter(is_wait).find(after).copied();
        let first_use = cancel.or(signal).or(wait).map(|e| e.node_ref);
        let chain = match (function, first_use) {
            (None, _) => CallChain { steps: Vec::new(), root: ChainRoot::Program },
            (Some(f), Some(first_use)) => self.chain_from(f, first_use),
            (Some(f), None) => self.chain(f),
        };
        let (cancel, signal, wait) = (cancel.cloned(), signal.cloned(), wait.cloned());
        StopPoint { function, cancel, signal, wait, chain }
    }

    /// Whether a function awaits anything after cancelling, so that the cancelled tasks can finish.
    pub fn waits_after(&self, stop: &StopPoint) -> bool {
        let (Some(cancel), Some(function)) = (&stop.cancel, stop.function) else { return false };
        let model = self.model(function);
        let awaits = |n| model.kind(n) == Kind::Await && n > cancel.node_ref.node;
        cancel.via.is_some() || model.tree.descendants(function.node).any(awaits)
    }

    /// The evidence for a stop point, in execution order.
    pub fn stop_evidence(&self, stop: &StopPoint, owner: OwnerKind) -> Vec<RelatedLocation> {
        let who = self.subject(stop.function);
        let via = |e: &TaskUse| match &e.via {
            Some(inner) => format!(", through `{inner}`"),
            None => String::new(),
        };
        let cancels =
            stop.cancel.as_ref().map(|c| (c.node_ref, format!("{who} cancels it{}", via(c))));
        let signals =
            stop.signal.as_ref().map(|t| (t.node_ref, format!("{who} tells its loop to stop")));
        let mut ends: Vec<(NodeRef, String)> = cancels.into_iter().chain(signals).collect();
        ends.sort_by_key(|(node_ref, _)| *node_ref);
        let mut evidence: Vec<RelatedLocation> =
            ends.into_iter().map(|(node_ref, note)| self.related(node_ref, note)).collect();
        if let Some(wait) = &stop.wait {
            let timeout = match wait.op {
                TaskOp::Await { timeout, .. } => timeout,
                _ => Timeout::Unknown,
            };
            let waits = match timeout {
                Timeout::FirstDone => "waits until it or another task is done",
                Timeout::Present => "waits for it, with a timeout",
                Timeout::Absent => "waits for it, without a timeout",
                Timeout::Unknown => "waits for it",
            };
            let then = if stop.cancel.is_some() || stop.signal.is_some() { " then" } else { "" };
            let note = format!("{who}{then} {waits}{}", via(wait));
            evidence.push(self.related(wait.node_ref, note));
        }
        // A frame stops its own tasks, whoever calls it, unless it is the application lifespan.
        if owner != OwnerKind::Frame || stop.chain.root == ChainRoot::Shutdown {
            evidence.extend(stop.chain.steps.iter().cloned());
        }
        evidence
    }
}
