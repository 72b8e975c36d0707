//! What is said of the end of one task: the lines, and whether they are the whole answer. It searches for nothing.

use super::assessment::Stop;
use super::index::WorkspaceIndex;
use super::owner::{Owner, OwnerKind};
use super::related_location::RelatedLocation;
use super::stop_points::StopPoint;
use super::types::{ChainRoot, NodeRef};
use crate::tasks::{ClassifiedSite, Verdict};

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
