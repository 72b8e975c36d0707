//! What a rule that is not about one site may look at: one file, its ledger, and the facts of its project. It judges
//! nothing.

use std::path::Path;

use crate::audit::{NodeRef, RelatedLocation, WorkspaceAudit};
use crate::python::{Model, NodeId};
use crate::tasks::{Judged, Project, Trackers};

/// One file of a project.
#[derive(Debug, Clone, Copy)]
pub struct RuleContext<'a> {
    /// The file.
    pub model: &'a Model,
    /// Its ledger.
    pub judged: &'a [Judged],
    /// The facts of its project.
    pub project: &'a Project,
    /// The containers that keep its project's work, and what is done with them.
    pub trackers: &'a Trackers,
    /// Whether it is test code.
    pub is_test: bool,
    /// The audit of the project, and the file's number in it; none unless a rule that is on asks for it.
    pub audit: Option<(&'a WorkspaceAudit<'a>, usize)>,
}

impl RuleContext<'_> {
    /// A place in this file that shows something.
    pub fn related(&self, node: NodeId, note: impl Into<String>) -> RelatedLocation {
        self.related_at(self.model.source.path(), self.model.line(node), note)
    }

    /// A place of the audit, if it is one of this file.
    pub(super) fn node_in_file(&self, node_ref: NodeRef) -> Option<NodeId> {
        self.audit.filter(|(_, file)| *file == node_ref.file).map(|_| node_ref.node)
    }

    /// A place in any file that shows something.
    pub fn related_at(&self, file: &Path, line: usize, note: impl Into<String>) -> RelatedLocation {
        RelatedLocation { path: file.to_path_buf(), line, note: note.into() }
    }
}
