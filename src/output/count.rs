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
            match &entry.found {
                Some(found) if found.suppressed => {
                    counts.suppressed += 1;
                    counts.patched += usize::from(found.is_patched());
                    continue;
                }
                Some(found) => counts.add(found),
                None => {}
            }
            match entry.verdict() {
                Verdict::Dropped => counts.dropped += 1,
                Verdict::Held => counts.held += 1,
                Verdict::Managed => counts.managed += 1,
                Verdict::Unsure => counts.unsure += 1,
            }
        }
        for notice in report.notices() {
            if notice.found.suppressed {
                counts.suppressed += 1;
                counts.patched += usize::from(notice.found.is_patched());
            } else {
                counts.project_findings += 1;
                counts.add(&notice.found);
            }
        }
        let shutdowns =
            report.files.iter().filter(|f| f.patch.is_some()).flat_map(|f| &f.shutdowns);
        counts.drained = shutdowns.filter(|s| s.function.is_ok()).count();
        let is_hit = |f: &&FileReport| {
            f.entries.iter().any(|e| e.open().is_some())
                || f.notices.iter().any(|n| !n.found.suppressed)
        };
        counts.files = report.files.iter().filter(is_hit).count();
        let is_fixed = |f: &&FileReport| {
            f.entries.iter().filter_map(|e| e.found.as_ref()).any(Found::is_patched)
                || f.notices.iter().any(|n| n.found.is_patched())
        };
        counts.patched_files = report.files.iter().filter(is_fixed).count();
        counts
    }

    fn add(&mut self, found: &Found) {
        self.open += 1;
        self.patched += usize::from(found.is_patched());
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
