//! The diagnostic of a project rule, and the kinds of fixes it can ask for. It decides nothing.

use std::ops::Range;

use crate::audit::RelatedLocation;
use crate::decline::{Decline, DeclineKind};
use crate::python::NodeId;
use crate::tasks::ContainerKind;

/// A problem found by a project rule: where, what, the evidence and the fix.
#[derive(Debug)]
pub struct Diagnostic {
    /// The node to point at.
    pub node: NodeId,
    /// What is wrong, in one sentence.
    pub message: String,
    /// Related locations, the most relevant first.
    pub evidence: Vec<RelatedLocation>,
    /// The fix.
    pub fix: FixKind,
}

/// What one entry of a container holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    /// One task or job.
    Single,
    /// A list of them.
    List,
    /// A dict of them.
    Dict,
}

/// A fix in terms of existing nodes; the `fix` module writes the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FixKind {
    /// No automatic fix, for this reason.
    Unavailable(Decline),
    /// Another method, which does not raise: `remove` becomes `discard`.
    ReplaceMethod {
        /// The identifier after the dot.
        name: NodeId,
        /// What it becomes.
        to: &'static str,
    },
    /// What still runs is put back after the statement that pops it.
    RestoreRunning {
        /// The container.
        container: NodeId,
        /// The key.
        key: NodeId,
        /// The name it is assigned to, or the `pop` call if that is returned.
        name: NodeId,
        /// Its kind.
        entry_kind: EntryKind,
        /// For job records: the test that one still runs, with `{}` for its name. Tasks are asked
        /// `done()`.
        running: Option<String>,
        /// Whether the `pop` may return its default.
        may_be_missing: bool,
    },
    /// Only finished tasks are removed where a container is emptied.
    RetainPending {
        /// The container.
        container: NodeId,
        /// The statement that empties it.
        statement: NodeId,
        /// Its kind.
        kind: ContainerKind,
    },
    /// A done-callback that discards each task, after the lines that add it to a set.
    AddDiscardCallback {
        /// The occurrences of the set in these lines.
        adds: Vec<NodeId>,
    },
    /// A default for a `pop`: `pop(key)` becomes `pop(key, None)`.
    AddPopDefault {
        /// The argument list, with its parentheses.
        arguments: NodeId,
    },
    /// `del entries[key]` becomes `entries.pop(key, None)`.
    ReplaceDelWithPop {
        /// The statement.
        statement: NodeId,
    },
    /// A comment loses codes that suppress nothing, or goes.
    RemoveSuppression {
        /// The bytes to delete, in order.
        ranges: Vec<Range<usize>>,
        /// The codes.
        codes: Vec<String>,
    },
}

impl FixKind {
    /// No automatic fix, for this reason.
    pub(super) fn unavailable(kind: DeclineKind, message: impl Into<String>) -> Self {
        Self::Unavailable(Decline::new(kind, message))
    }

    /// No automatic fix, since only the author can decide; what to do instead.
    pub(super) fn manual(advice: &str) -> Self {
        Self::unavailable(DeclineKind::ManualFix, advice)
    }
}
