//! What is said of the end of one task: the lines, and whether they are the whole answer. It searches for nothing.

use super::assessment::Stop;
use super::index::WorkspaceIndex;
use super::operands::is_known_done;
use super::owner::{Owner, OwnerKind};
use super::related_location::RelatedLocation;
use super::stop_points::StopPoint;
use super::types::{ChainRoot, NodeRef, TaskOp, TaskUse, Timeout};
use crate::tasks::{ClassifiedSite, Verdict};

impl WorkspaceIndex<'_> {
    /// The evidence for a stop point, in execution order.
    pub fn stop_evidence(&self, stop: &StopPoint, owner: OwnerKind) -> Vec<RelatedLocation> {
        let who = self.subject(stop.function);
        let only = stop.chain.root.occasion().filter(|_| owner == OwnerKind::Holder);
        let who = match only {
            Some(occasion) => format!("only {}: {who}", occasion.subject()),
            None => who,
        };
        let via = |e: &TaskUse| match &e.via {
            Some(inner) => format!(", through `{inner}`"),
            None => String::new(),
        };
        let verb = |c: &TaskUse| match self.is_called_later(c) {
            true => "registers its cancellation",
            false => "cancels it",
        };
        let cancels =
            stop.cancel.as_ref().map(|c| (c.node_ref, format!("{who} {}{}", verb(c), via(c))));
        let signals = stop
            .signal
            .as_ref()
            .map(|t| (t.node_ref, format!("{who} tells its loop to stop{}", via(t))));
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
                Timeout::Cancels | Timeout::MayCancel if stop.cancel.is_some() => {
                    "waits for it, with a timeout"
                }
                Timeout::Cancels => "waits for it, and cancels it at a time limit",
                Timeout::MayCancel => {
                    "waits for it, and cancels it at its time limit if it has one"
                }
                Timeout::FirstDone if self.awaits_done(wait) => "awaits it if it is done",
                Timeout::FirstDone => "waits until it or another task is done",
                Timeout::Present => "waits for it, with a timeout",
                Timeout::Absent => "waits for it, without a timeout",
                Timeout::Unknown => "waits for it",
            };
            let then = if stop.cancel.is_some() || stop.signal.is_some() { " then" } else { "" };
            let note = format!("{who}{then} {waits}{}", via(wait));
            evidence.push(self.related(wait.node_ref, note));
        }
        evidence.extend(stop.proxy.map(|proxy| {
            self.related(proxy, format!("{who} then waits for what its coroutine sets at the end"))
        }));
        evidence.extend(stop.skipped.map(|skipped| {
            self.related(skipped, "this does not run, as the wait raises CancelledError")
        }));
        // A frame stops its own tasks, whoever calls it, unless it is the application lifespan.
        let is_lifespan = stop.chain.root == ChainRoot::Shutdown && stop.chain.steps.len() <= 1;
        if owner != OwnerKind::Frame || is_lifespan {
            evidence.extend(stop.chain.steps.iter().cloned());
        }
        evidence
    }

    /// Whether a wait is for a task that is known to be done: `if task.done(): await task`.
    fn awaits_done(&self, wait: &TaskUse) -> bool {
        let at = wait.inner.unwrap_or(wait.node_ref);
        let model = self.model(at);
        is_known_done(model, at.node)
    }
}

/// The lines that end a task, from a stop that is known to be its own.
pub(super) fn stopped_by(
    index: &WorkspaceIndex<'_>,
    file: usize,
    classified: &ClassifiedSite,
    owner: &Owner,
    stop: Option<&StopPoint>,
    is_in_passing: bool,
) -> Vec<RelatedLocation> {
    let end = NodeRef { file, node: classified.sink };
    let home = index.function_of(NodeRef { file, node: classified.site.node });
    match owner.kind {
        OwnerKind::Awaiting
            if let Some(stop) = stop.filter(|s| s.function == home && s.cancel.is_some()) =>
        {
            index.stop_evidence(stop, OwnerKind::Frame)
        }
        OwnerKind::Awaiting if is_in_passing => Vec::new(),
        OwnerKind::Awaiting => {
            let wait = index.blocking_wait(file, classified);
            vec![index.related(end, wait.map_or_else(|| classified.why.clone(), str::to_owned))]
        }
        OwnerKind::Group => {
            vec![index.related(end, "the task group awaits or cancels it on exit")]
        }
        _ => stop.map(|s| index.stop_evidence(s, owner.kind)).unwrap_or_default(),
    }
}

/// Whether the list of what stops a task is the whole answer.
pub(super) fn stop_of(
    classified: &ClassifiedSite,
    owner: &Owner,
    stopped_by: &[RelatedLocation],
    is_open: bool,
) -> Stop {
    let is_unsure = classified.verdict() == Verdict::Unsure || is_open;
    match owner.kind {
        _ if !stopped_by.is_empty() => Stop::Found,
        OwnerKind::Nobody => Stop::Nothing,
        OwnerKind::Caller => Stop::Caller,
        OwnerKind::Unknown | OwnerKind::Factory => Stop::Unknown,
        _ if is_unsure => Stop::Unknown,
        _ => Stop::Nothing,
    }
}

/// Whether what ends a task is known to the end: its owner's close method, the exit of a block, the shutdown.
pub(super) fn is_end_known(owner: &Owner, stops: &[StopPoint]) -> bool {
    match owner.kind {
        OwnerKind::Holder => stops.iter().any(|s| s.chain.root >= ChainRoot::CloseMethod),
        _ => true,
    }
}
