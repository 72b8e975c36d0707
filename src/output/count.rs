//! The numbers of a report that summaries tell. It shows nothing.

use super::text::plural;
use crate::run::{FileReport, Found, Report};
use crate::settings::Applicability;
use crate::tasks::Verdict;

/// What a report counts up to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Count {
    /// Sites by verdict, suppressed ones left out.
    pub dropped: usize,
    /// See `dropped`.
    pub held: usize,
    /// See `dropped`.
    pub managed: usize,
    /// See `dropped`.
    pub unsure: usize,
    /// Findings that a comment opts out of.
    pub suppressed: usize,
    /// Findings that count.
    pub open: usize,
    /// Those of them that are not about one site.
    pub others: usize,
    /// Those of them with a safe fix.
    pub safe: usize,
    /// Those of them with an unsafe fix.
    pub risky: usize,
    /// Findings whose fix the patch holds.
    pub patched: usize,
    /// Those of the findings that count whose fix it holds.
    pub settled: usize,
    /// Those of the findings that count with an unsafe fix that it does not hold.
    pub held_back: usize,
    /// Files with a finding that counts.
    pub files: usize,
    /// Trackers that the patch drains.
    pub drained: usize,
}

impl Count {
    /// Counts a report.
    pub fn of(report: &Report) -> Self {
        let mut count = Self::default();
        for entry in report.entries() {
            match &entry.found {
                Some(found) if found.suppressed => {
                    count.suppressed += 1;
                    count.patched += usize::from(found.is_patched());
                    continue;
                }
                Some(found) => count.add(found),
                None => {}
            }
            match entry.verdict() {
                Verdict::Dropped => count.dropped += 1,
                Verdict::Held => count.held += 1,
                Verdict::Managed => count.managed += 1,
                Verdict::Unsure => count.unsure += 1,
            }
        }
        for notice in report.notices() {
            if notice.found.suppressed {
                count.suppressed += 1;
                count.patched += usize::from(notice.found.is_patched());
            } else {
                count.others += 1;
                count.add(&notice.found);
            }
        }
        let shutdowns =
            report.files.iter().filter(|f| f.patch.is_some()).flat_map(|f| &f.shutdowns);
        count.drained = shutdowns.filter(|s| s.function.is_ok()).count();
        let is_hit = |f: &&FileReport| {
            f.entries.iter().any(|e| e.open().is_some())
                || f.notices.iter().any(|n| !n.found.suppressed)
        };
        count.files = report.files.iter().filter(is_hit).count();
        count
    }

    fn add(&mut self, found: &Found) {
        self.open += 1;
        self.patched += usize::from(found.is_patched());
        self.settled += usize::from(found.is_patched());
        match found.applicability() {
            Some(Applicability::Safe) => self.safe += 1,
            Some(Applicability::Unsafe) => {
                self.risky += 1;
                self.held_back += usize::from(!found.is_patched());
            }
            Some(Applicability::Display) | None => {}
        }
    }

    /// `2 dropped tasks`, of so many findings; `2 findings` where some are about something else.
    pub(super) fn things(&self, findings: usize) -> String {
        let word = if self.others > 0 { "finding" } else { "dropped task" };
        plural(findings, word)
    }

    /// Findings that count and that the patch does not settle.
    pub fn remaining(&self) -> usize {
        self.open - self.settled
    }
}
