//! The counts of a report, for the summaries. It prints nothing.

use super::text::plural;
use crate::run::{FileReport, Found, Report};
use crate::settings::Applicability;
use crate::tasks::Verdict;

/// The counts of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Sites by verdict, suppressed ones left out.
    pub dropped: usize,
    /// See `dropped`.
    pub held: usize,
    /// See `dropped`.
    pub managed: usize,
    /// See `dropped`.
    pub unsure: usize,
    /// Findings suppressed by a comment.
    pub suppressed: usize,
    /// Open findings: those not suppressed.
    pub open: usize,
    /// Open findings of project rules.
    pub project_findings: usize,
    /// Open findings with a safe fix.
    pub safe_fixes: usize,
    /// Open findings with an unsafe fix.
    pub unsafe_fixes: usize,
    /// Findings that the patch fixes, suppressed ones included.
    pub patched: usize,
    /// Open findings that the patch fixes.
    pub patched_open: usize,
    /// Open findings with an unsafe fix that is not in the patch.
    pub withheld: usize,
    /// Files with an open finding.
    pub files: usize,
    /// Files with a finding that the patch fixes, in whichever file.
    pub patched_files: usize,
    /// Trackers that the patch drains at shutdown.
    pub drained: usize,
}

impl Counts {
    /// Counts a report.
    pub fn of(report: &Report) -> Self {
        let mut counts = Self::default();
        for entry in report.entries() {
            if let Some(found) = &entry.found {
                counts.add(found);
                if found.suppressed {
                    continue;
                }
            }
            match entry.verdict() {
                Verdict::Dropped => counts.dropped += 1,
                Verdict::Held => counts.held += 1,
                Verdict::Managed => counts.managed += 1,
                Verdict::Unsure => counts.unsure += 1,
            }
        }
        for notice in report.notices() {
            counts.project_findings += usize::from(!notice.found.suppressed);
            counts.add(&notice.found);
        }
        let shutdowns =
            report.files.iter().filter(|f| f.patch.is_some()).flat_map(|f| &f.shutdowns);
        counts.drained = shutdowns.filter(|s| s.function.is_ok()).count();
        let files_with = |test: fn(&Found) -> bool| {
            let has = |file: &&FileReport| file.found().any(test);
            report.files.iter().filter(has).count()
        };
        counts.files = files_with(|found| !found.suppressed);
        counts.patched_files = files_with(Found::is_patched);
        counts
    }

    fn add(&mut self, found: &Found) {
        self.patched += usize::from(found.is_patched());
        if found.suppressed {
            self.suppressed += 1;
            return;
        }
        self.open += 1;
        self.patched_open += usize::from(found.is_patched());
        match found.applicability() {
            Some(Applicability::Safe) => self.safe_fixes += 1,
            Some(Applicability::Unsafe) => {
                self.unsafe_fixes += 1;
                self.withheld += usize::from(!found.is_patched());
            }
            Some(Applicability::Display) | None => {}
        }
    }

    /// `2 dropped tasks`, or `2 findings` if some are of project rules.
    pub(super) fn describe(&self, findings: usize) -> String {
        let word = if self.project_findings > 0 { "finding" } else { "dropped task" };
        plural(findings, word)
    }

    /// Open findings that the patch does not fix.
    pub fn remaining(&self) -> usize {
        self.open - self.patched_open
    }
}
