//! The input of the project rules: one file, its sites, and what is known of its project. It classifies
//! nothing.

use std::path::Path;

use crate::audit::{NodeRef, RelatedLocation, SiteAudit, WorkspaceAudit};
use crate::python::{Model, NodeId};
use crate::tasks::{ClassifiedSite, ProjectIndex, Trackers};
use crate::text::Line;

/// One file of a project, as project rules see it.
#[derive(Debug, Clone, Copy)]
pub struct RuleContext<'a> {
    /// The file.
    pub model: &'a Model,
    /// Its sites, in source order.
    pub classified: &'a [ClassifiedSite],
    /// What is known of its project.
    pub project: &'a ProjectIndex,
    /// The trackers of the project, and what is done with them.
    pub trackers: &'a Trackers,
    /// Whether it is test code.
    pub is_test: bool,
    /// The audit of the project, and the index of the file in it; `None` unless an enabled rule
    /// needs it.
    pub audit: Option<(&'a WorkspaceAudit<'a>, usize)>,
}

/// A site with its audit, and that of its project.
pub(super) type AuditedSite<'a> = (&'a WorkspaceAudit<'a>, &'a ClassifiedSite, &'a SiteAudit);

impl<'a> RuleContext<'a> {
    /// The sites of the file with their audits; none in test code.
    pub(super) fn audited_production_sites(&self) -> impl Iterator<Item = AuditedSite<'a>> {
        let audit = self.audit.filter(|_| !self.is_test);
        let classified = self.classified;
        audit.into_iter().flat_map(move |(workspace, file)| {
            let audits = workspace.of_file(file);
            classified.iter().zip(audits).map(move |(site, audit)| (workspace, site, audit))
        })
    }

    /// A related location in this file.
    pub fn related(&self, node: NodeId, note: impl Into<String>) -> RelatedLocation {
        self.related_at(self.model.source.path(), self.model.place(node), note)
    }

    /// The node of an audit reference, if it is in this file.
    pub(super) fn node_in_file(&self, node_ref: NodeRef) -> Option<NodeId> {
        self.audit.filter(|(_, file)| *file == node_ref.file).map(|_| node_ref.node)
    }

    /// A related location in any file.
    pub fn related_at(&self, file: &Path, line: Line, note: impl Into<String>) -> RelatedLocation {
        RelatedLocation { path: file.to_path_buf(), line, note: note.into() }
    }
}
