//! The words for containers of plain job records: where a record goes in, what marks it as over, who calls that. It finds
//! none.

use std::path::Path;
use std::sync::Arc;

use super::job_record::JobRecord;
use crate::python::NodeId;

/// A function of the project, as seen from a place in it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct CodeLocation {
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
pub struct StatusWrite {
    /// Where.
    pub location: CodeLocation,
    /// Whether the work is, or may be, over then.
    pub is_final: bool,
    /// Whether that is certain: the status is written there.
    pub is_certain: bool,
    /// The `def` around it, in the same file.
    pub definition: Option<NodeId>,
    /// Whether somebody who cannot be seen may call that function: it is decorated, or may override another file's.
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
    /// The marks that say that the work is over, outside of test code.
    pub fn completions(&self) -> impl Iterator<Item = &StatusWrite> {
        self.status_writes.iter().filter(|m| m.is_final && !m.location.is_test)
    }
}
