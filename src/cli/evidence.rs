//! Reads what a program has shown at run time, and lets it decide sites that the verdict is unsure of. It prints nothing.

use std::fs;
use std::path::{Path, PathBuf};

use super::watch::folder_of;
use crate::output::{plural, sanitize, slash_path};
use crate::run::Report;
use crate::tasks::Reason;
use crate::watch::{Evidence, SiteRuns};

/// A file of evidence, and the folder that its paths start at.
pub(super) struct EvidenceFile {
    path: PathBuf,
    folder: PathBuf,
    evidence: Evidence,
}

impl EvidenceFile {
    /// Reads a file.
    ///
    /// # Errors
    /// It cannot be read, or is no evidence; worded for the user.
    pub(super) fn read(path: &Path) -> Result<Self, String> {
        let failed = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
        let text = fs::read_to_string(path).map_err(|error| failed(&error))?;
        let evidence = Evidence::parse(&text).map_err(|why| failed(&why))?;
        Ok(Self { path: path.to_owned(), folder: folder_of(path)?, evidence })
    }

    /// Decides the sites of a report that the verdict is unsure of; what to say about it.
    pub(super) fn settle(&self, report: &mut Report) -> String {
        let settled = self.evidence.settle(report, &self.folder);
        if settled == 0 {
            return String::new();
        }
        let (count, shown) = (plural(settled, "unsure site"), self.path.display());
        let mut note = format!("note: {count} held by the evidence of {shown}\n");
        for file in &report.files {
            for entry in file.entries.iter().filter(|entry| entry.reason == Reason::Evidence) {
                let (path, place, why) = (slash_path(&file.path), entry.span.start, &entry.why);
                note += &sanitize(&format!("  {path}:{place}: {why}\n"));
            }
        }
        note
    }

    /// What became of the tasks of each site.
    pub(super) fn runs<'a>(&self, report: &'a Report) -> SiteRuns<'a> {
        self.evidence.runs(report, &self.folder)
    }
}

/// Leaves the sites out that break no rule, as a check does, but for those that evidence has decided.
pub(super) fn keep_findings(report: &mut Report) {
    for file in &mut report.files {
        file.entries.retain(|entry| entry.found.is_some() || entry.reason == Reason::Evidence);
    }
}
