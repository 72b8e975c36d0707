//! What a rule that is not about one site may look at: one file, its ledger, and the facts of its project. It judges
//! nothing.

use std::path::Path;

use crate::audit::{Spot, Survey, Witness};
use crate::python::{Model, NodeId};
use crate::tasks::{ClassifiedSite, ProjectIndex, Trackers};

/// One file of a project.
#[derive(Debug, Clone, Copy)]
pub struct Scene<'a> {
    /// The file.
    pub model: &'a Model,
    /// Its ledger.
    pub judged: &'a [ClassifiedSite],
    /// The facts of its project.
    pub project: &'a ProjectIndex,
    /// The containers that keep its project's work, and what is done with them.
    pub trackers: &'a Trackers,
    /// Whether it is test code.
    pub is_test: bool,
    /// The audit of the project, and the file's number in it; none unless a rule that is on asks for it.
    pub audit: Option<(&'a Survey<'a>, usize)>,
}

impl Scene<'_> {
    /// A place in this file that shows something.
    pub fn witness(&self, node: NodeId, note: impl Into<String>) -> Witness {
        self.witness_at(self.model.source.path(), self.model.line(node), note)
    }

    /// A place of the audit, if it is one of this file.
    pub(super) fn own(&self, spot: Spot) -> Option<NodeId> {
        self.audit.filter(|(_, file)| *file == spot.file).map(|_| spot.node)
    }

    /// A place in any file that shows something.
    pub fn witness_at(&self, file: &Path, line: usize, note: impl Into<String>) -> Witness {
        Witness { path: file.to_path_buf(), line, note: note.into() }
    }
}
