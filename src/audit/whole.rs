//! A whole project, audited. It finds nothing out by itself.

use rayon::prelude::*;

use super::index::{File, Index};
use super::keeper::{Keeper, keepers};
use super::survey::{Facts, site_facts};
use super::terms::Spot;
use super::words::Cancellation;
use crate::tasks::{ClassifiedSite, ProjectIndex};

/// All sites of a project, audited.
#[derive(Debug)]
pub struct Survey<'a> {
    /// The files and what can be looked up in them.
    pub index: Index<'a>,
    /// The facts of each site, by file and ledger.
    pub facts: Vec<Vec<Facts>>,
    /// What keeps tasks, each once.
    pub keepers: Vec<Keeper>,
    /// The sites whose coroutine catches its cancellation and goes on: its function, and the file and place of the site.
    pub swallowed: Vec<(Spot, (usize, usize))>,
}

impl<'a> Survey<'a> {
    /// Audits every site of the files.
    pub fn new(files: &'a [File<'a>], project: &'a ProjectIndex) -> Self {
        let index = Index::new(files, project);
        let of_file = |(file, File { judged, .. }): (usize, &File<'_>)| {
            let of = |(place, judged)| site_facts(&index, (file, place), judged);
            judged.iter().enumerate().map(of).collect()
        };
        let facts: Vec<Vec<Facts>> = files.par_iter().enumerate().map(of_file).collect();
        let keepers = keepers(&index, &facts);
        let swallows = |f: &&Facts| f.audit.cancellation == Cancellation::Swallowed;
        let swallowed = facts.iter().flatten().filter(swallows);
        let swallowed = swallowed.filter_map(|f| Some((f.function?, f.site))).collect();
        Self { index, facts, keepers, swallowed }
    }

    /// The facts of one file's sites, in the order of its ledger.
    pub fn of_file(&self, file: usize) -> &[Facts] {
        self.facts.get(file).map_or(&[], Vec::as_slice)
    }

    /// The judgement and the place of a site.
    pub fn site(&self, (file, place): (usize, usize)) -> (&'a ClassifiedSite, Spot) {
        let judged = &self.index.files[file].judged[place];
        (judged, Spot { file, node: judged.site.node })
    }
}
