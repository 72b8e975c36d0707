//! What a rule that is not about one site has to say of a file. It decides nothing.

use crate::audit::RelatedLocation;
use crate::python::NodeId;
use crate::tasks::Sort;

/// What a rule that is not about one site sees in a file: where, what, how it shows and what puts it right.
#[derive(Debug)]
pub struct Diagnostic {
    /// The node to point at.
    pub node: NodeId,
    /// What is wrong, in one sentence.
    pub message: String,
    /// The places that show it, the most telling first.
    pub evidence: Vec<RelatedLocation>,
    /// What puts it right.
    pub fix: FixKind,
}

/// What an entry of a container is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    /// One piece of work.
    Single,
    /// A list of them.
    List,
    /// A dict of them.
    Dict,
}

/// What puts a breach right, in terms of the code that is there; the text is written by the fixes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FixKind {
    /// Nothing that is certain, for this reason.
    Unavailable(String),
    /// Another method, which does not raise, in the place of this name: `remove` becomes `discard`.
    ReplaceMethod {
        /// The identifier behind the dot.
        name: NodeId,
        /// What it becomes.
        to: &'static str,
    },
    /// What still runs goes back behind the statement that pops it.
    RestoreRunning {
        /// The container that it is popped from.
        container: NodeId,
        /// The key.
        key: NodeId,
        /// The name that it gets, or the `pop` itself where that is returned.
        name: NodeId,
        /// What it is.
        entry_kind: EntryKind,
        /// Of records: the test that one still runs, with `{}` for its name. Tasks are asked.
        running: Option<String>,
        /// Whether it may be the default of the `pop`.
        may_be_missing: bool,
    },
    /// Only the tasks that are done leave a container that is emptied.
    RetainPending {
        /// The container.
        container: NodeId,
        /// The statement that empties it.
        statement: NodeId,
        /// What it is.
        sort: Sort,
    },
    /// A done-callback that discards each task, behind the lines that add it to a set.
    AddDiscardCallback {
        /// The occurrences of the set that add.
        adds: Vec<NodeId>,
    },
    /// A default behind the arguments of a `pop`: `pop(key)` becomes `pop(key, None)`.
    AddPopDefault {
        /// The arguments, with their brackets.
        arguments: NodeId,
    },
    /// `del entries[key]` becomes `entries.pop(key, None)`.
    ReplaceDelWithPop {
        /// The statement.
        statement: NodeId,
    },
}
