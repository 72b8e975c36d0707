//! The types for containers of plain job records: where records are added, where their status is
//! written. It finds none.

use std::path::Path;
use std::sync::Arc;

use super::job_record::JobRecord;
use crate::python::NodeId;
use crate::text::Line;

/// A node in a file, with the function around it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct CodeLocation {
    /// The file, as the user would name it.
    pub file: Arc<Path>,
    /// Its line.
    pub line: Line,
    /// The node, in that file.
    pub node: NodeId,
    /// The dotted path of the function around it, or of the lambda's.
    pub function: Option<String>,
    /// Whether it is test code.
    pub is_test: bool,
}

/// A place that sets a record's status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusWrite {
    /// Where.
    pub location: CodeLocation,
    /// Whether the status is, or may be, a final one.
    pub is_final: bool,
    /// Whether that is certain: the status is a literal.
    pub is_certain: bool,
    /// The `def` around it, in the same file.
    pub definition: Option<NodeId>,
    /// Whether that function may have unknown callers: it is decorated, or may override a method of
    /// unknown code.
    pub is_open: bool,
}

/// What a container of job records is used for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobTracker {
    /// How a record begins.
    pub record: JobRecord,
    /// Where records go in.
    pub adds: Vec<CodeLocation>,
    /// Where their status is set.
    pub status_writes: Vec<StatusWrite>,
}

impl JobTracker {
    /// The writes of a final status, outside of test code.
    pub fn completions(&self) -> impl Iterator<Item = &StatusWrite> {
        self.status_writes.iter().filter(|m| m.is_final && !m.location.is_test)
    }
}
