//! The words for containers of plain job records: where a record goes in, what marks it as over, who calls that. It finds
//! none.

use std::path::Path;
use std::sync::Arc;

use super::record::Record;
use crate::python::NodeId;

/// A function of the project, as seen from a place in it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spot {
    /// The file, as the user would name it.
    pub file: Arc<Path>,
    /// The 1-based line of the place.
    pub line: usize,
    /// The place, in that file.
    pub node: NodeId,
    /// The dotted path of the function around it, or of the lambda's.
    pub function: Option<String>,
    /// Whether it is test code.
    pub is_test: bool,
}

/// A place that sets a record's status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// Where.
    pub spot: Spot,
    /// Whether the work is, or may be, over then.
    pub is_over: bool,
    /// Whether that is certain: the status is written there.
    pub is_certain: bool,
    /// The `def` around it, in the same file.
    pub definition: Option<NodeId>,
    /// Whether somebody who cannot be seen may call that function: it is decorated, or may override another file's.
    pub is_open: bool,
}

/// What a container of job records is used for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Jobs {
    /// How a record begins.
    pub record: Record,
    /// Where records go in.
    pub adds: Vec<Spot>,
    /// Where their status is set.
    pub marks: Vec<Mark>,
}

impl Jobs {
    /// The marks that say that the work is over, outside of test code.
    pub fn completions(&self) -> impl Iterator<Item = &Mark> {
        self.marks.iter().filter(|m| m.is_over && !m.spot.is_test)
    }
}
