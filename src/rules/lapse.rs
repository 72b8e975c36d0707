//! What a rule that is not about one site has to say of a file. It decides nothing.

use crate::audit::Witness;
use crate::python::NodeId;
use crate::tasks::ContainerKind;

/// What a rule that is not about one site sees in a file: where, what, how it shows and what puts it right.
#[derive(Debug)]
pub struct Lapse {
    /// The node to point at.
    pub node: NodeId,
    /// What is wrong, in one sentence.
    pub message: String,
    /// The places that show it, the most telling first.
    pub evidence: Vec<Witness>,
    /// What puts it right.
    pub remedy: Remedy,
}

/// What an entry of a container is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nesting {
    /// One piece of work.
    One,
    /// A list of them.
    List,
    /// A dict of them.
    Dict,
}

/// What puts a breach right, in terms of the code that is there; the text is written by the fixes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remedy {
    /// Nothing that is certain, for this reason.
    None(String),
    /// Another method, which does not raise, in the place of this name: `remove` becomes `discard`.
    Method {
        /// The identifier behind the dot.
        name: NodeId,
        /// What it becomes.
        to: &'static str,
    },
    /// What still runs goes back behind the statement that pops it.
    PutBack {
        /// The container that it is popped from.
        container: NodeId,
        /// The key.
        key: NodeId,
        /// The name that it gets, or the `pop` itself where that is returned.
        name: NodeId,
        /// What it is.
        nesting: Nesting,
        /// Of records: the test that one still runs, with `{}` for its name. Tasks are asked.
        running: Option<String>,
        /// Whether it may be the default of the `pop`.
        may_be_missing: bool,
    },
    /// Only the tasks that are done leave a container that is emptied.
    KeepSome {
        /// The container.
        container: NodeId,
        /// The statement that empties it.
        statement: NodeId,
        /// What it is.
        sort: ContainerKind,
    },
    /// A done-callback that discards each task, behind the lines that add it to a set.
    Discard {
        /// The occurrences of the set that add.
        adds: Vec<NodeId>,
    },
    /// A default behind the arguments of a `pop`: `pop(key)` becomes `pop(key, None)`.
    Default {
        /// The arguments, with their brackets.
        arguments: NodeId,
    },
    /// `del entries[key]` becomes `entries.pop(key, None)`.
    PopForDel {
        /// The statement.
        statement: NodeId,
    },
}
