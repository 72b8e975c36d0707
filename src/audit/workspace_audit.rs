//! The audit of a whole project. It analyses no code itself.

use rayon::prelude::*;

use super::assessment::Cancellation;
use super::index::{IndexedFile, WorkspaceIndex};
use super::site_audit::{SiteAudit, audit_site};
use super::task_holders::{TaskHolder, task_holders};
use super::types::NodeRef;
use crate::tasks::{ClassifiedSite, ProjectIndex};

/// All sites of a project, audited.
#[derive(Debug)]
pub struct WorkspaceAudit<'a> {
    /// The index of the files.
    pub index: WorkspaceIndex<'a>,
    /// The audit of each site, by file and site index.
    pub site_audits: Vec<Vec<SiteAudit>>,
    /// Everything that stores tasks, each once.
    pub task_holders: Vec<TaskHolder>,
    /// The sites whose coroutine swallows its cancellation: its function, and the indices of file
    /// and site.
    pub swallowed: Vec<(NodeRef, (usize, usize))>,
}

impl<'a> WorkspaceAudit<'a> {
    /// Audits every site of the files.
    pub fn new(files: &'a [IndexedFile<'a>], project: &'a ProjectIndex) -> Self {
        let index = WorkspaceIndex::new(files, project);
        let of_file = |(file, IndexedFile { classified, .. }): (usize, &IndexedFile<'_>)| {
            let of = |(position, classified)| audit_site(&index, (file, position), classified);
            classified.iter().enumerate().map(of).collect()
        };
        let site_audits: Vec<Vec<SiteAudit>> = files.par_iter().enumerate().map(of_file).collect();
        let task_holders = task_holders(&index, &site_audits);
        let swallows = |f: &&SiteAudit| f.assessment.cancellation == Cancellation::Swallowed;
        let swallowed = site_audits.iter().flatten().filter(swallows);
        let swallowed = swallowed.filter_map(|f| Some((f.function?, f.site))).collect();
        Self { index, site_audits, task_holders, swallowed }
    }

    /// The audits of one file's sites, in source order.
    pub fn of_file(&self, file: usize) -> &[SiteAudit] {
        self.site_audits.get(file).map_or(&[], Vec::as_slice)
    }

    /// A site and its node.
    pub fn site(&self, (file, position): (usize, usize)) -> (&'a ClassifiedSite, NodeRef) {
        let classified = &self.index.files[file].classified[position];
        (classified, NodeRef { file, node: classified.site.node })
    }
}
