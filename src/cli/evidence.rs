//! Lets what a program has shown at run time decide sites that the verdict is unsure of. It prints nothing.

use std::fs;
use std::path::Path;

use super::watch::folder_of;
use crate::output::{plural, sanitize, slash_path};
use crate::run::Report;
use crate::tasks::Reason;
use crate::watch::Evidence;

/// Decides the sites of a report by a file of evidence; what to say about it.
///
/// # Errors
/// The file cannot be read; worded for the user.
pub(super) fn apply_evidence(file: &Path, report: &mut Report) -> Result<String, String> {
    let failed = |error: &dyn std::fmt::Display| format!("{}: {error}", file.display());
    let text = fs::read_to_string(file).map_err(|error| failed(&error))?;
    let evidence = Evidence::parse(&text).map_err(|why| failed(&why))?;
    let settled = evidence.settle(report, &folder_of(file)?);
    if settled == 0 {
        return Ok(String::new());
    }
    let (count, shown) = (plural(settled, "unsure site"), file.display());
    let mut note = format!("note: {count} held by the evidence of {shown}\n");
    for file in &report.files {
        for entry in file.entries.iter().filter(|entry| entry.reason == Reason::Evidence) {
            let (path, place, why) = (slash_path(&file.path), entry.span.start, &entry.why);
            note += &sanitize(&format!("  {path}:{place}: {why}\n"));
        }
    }
    Ok(note)
}

/// Leaves the sites out that break no rule, as a check does, but for those that evidence has decided.
pub(super) fn keep_findings(report: &mut Report) {
    for file in &mut report.files {
        file.entries.retain(|entry| entry.found.is_some() || entry.reason == Reason::Evidence);
    }
}
