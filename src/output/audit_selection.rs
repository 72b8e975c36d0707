//! Which decisions and sites of an audit people are shown, and what is said of the others. It knows no format.

use super::audit_decisions::{Decision, decisions, is_only_kept};
use super::audit_rows::{Row, rows};
use super::format::AuditView;
use super::text::plural;
use crate::audit::{Lifetime, Risk};
use crate::run::Report;
use crate::watch::{Outcome, SiteRun, SiteRuns};

/// What is shown, and how much is not.
#[derive(Debug)]
pub(super) struct Selection<'a> {
    /// The decisions, the most urgent first.
    pub(super) decisions: Vec<Decision<'a>>,
    /// All sites, shown or not.
    pub(super) all_rows: Vec<Row<'a>>,
    /// The sites that are shown, in the order of the report.
    pub(super) rows: Vec<Row<'a>>,
    runs: Option<&'a SiteRuns<'a>>,
    left_out: LeftOut,
}

/// The numbers of what is not shown.
#[derive(Debug, Default)]
struct LeftOut {
    least: Option<Risk>,
    decisions: usize,
    below: usize,
    statements: usize,
    calls: usize,
    /// Sites that are no decision, but listed.
    looping: usize,
    /// Sites whose tasks were lost at run time although the verdict says that something holds them.
    held_but_lost: usize,
}

impl<'a> Selection<'a> {
    /// What a view shows of a report.
    pub(super) fn new(report: &'a Report, view: &AuditView<'a>) -> Self {
        let mut left_out = LeftOut { least: view.least, ..LeftOut::default() };
        let mut decisions = decisions(report);
        let all_rows = rows(report);
        left_out.looping = all_rows.iter().filter(|row| is_only_kept(row)).count();
        if let Some(runs) = view.runs {
            for decision in &mut decisions {
                decision.show_losses(runs);
            }
            let is_surprise = |row: &&Row<'_>| {
                runs.of(row.file, row.entry).is_some_and(|r| r.outcome == Outcome::HeldButLost)
            };
            left_out.held_but_lost = all_rows.iter().filter(is_surprise).count();
        }
        let mut rows = all_rows.clone();
        if let Some(least) = view.least {
            let all_decisions = decisions.len();
            decisions.retain(|decision| decision.risk >= least);
            rows.retain(|row| row.audit.risk >= least);
            left_out.decisions = all_decisions - decisions.len();
            left_out.below = all_rows.len() - rows.len();
        }
        if !view.all {
            rows.retain(|row| !left_out.takes(row));
        }
        Self { decisions, all_rows, rows, runs: view.runs, left_out }
    }

    /// What to do about a site: the number of its decision, else in words.
    pub(super) fn action(&self, row: &Row<'_>) -> String {
        match self.decision_of(row) {
            Some(number) => format!("see {number}"),
            None => row.action(),
        }
    }

    /// Whether it is known what became of tasks when the program ran.
    pub(super) fn has_runs(&self) -> bool {
        self.runs.is_some()
    }

    /// What became of the tasks of a site when the program ran, if that is known.
    pub(super) fn run_of<'b>(&'b self, row: &Row<'b>) -> Option<&'b SiteRun<'a>> {
        self.runs?.of(row.file, row.entry)
    }

    /// The stable word for that; empty if it is not known.
    pub(super) fn outcome(&self, row: &Row<'_>) -> &'static str {
        self.run_of(row).map_or("", |run| run.outcome.as_str())
    }

    /// The number of the decision about a site, from 1.
    pub(super) fn decision_of(&self, row: &Row<'_>) -> Option<usize> {
        let is_row = |other: &Row<'_>| std::ptr::eq(other.entry, row.entry);
        let has = |d: &Decision<'_>| d.sites.iter().any(|s| s.row.as_ref().is_some_and(is_row));
        self.decisions.iter().position(has).map(|index| index + 1)
    }

    /// What is not listed, in one sentence; empty if everything is.
    pub(super) fn left_out(&self) -> String {
        let LeftOut { least, decisions, below, statements, calls, looping, held_but_lost } =
            self.left_out;
        let mut parts = Vec::new();
        if let Some(least) = least.filter(|_| decisions + below > 0) {
            let decisions = match decisions {
                0 => String::new(),
                n => format!("{} and ", plural(n, "decision")),
            };
            let sites = plural(below, "site");
            parts.push(format!("{decisions}{sites} of a risk lower than {}", least.as_str()));
        }
        if statements > 0 {
            let sites = plural(statements, "site");
            parts.push(format!("{sites} without risk whose statement awaits the task"));
        }
        if calls > 0 {
            let sites = plural(calls, "site");
            parts.push(format!("{sites} without risk whose task ends with one call"));
        }
        let mut text = match held_but_lost {
            0 => String::new(),
            n => format!(
                "At run time tasks of {} were lost although something holds them (held-but-lost). ",
                plural(n, "site")
            ),
        };
        text += &match looping {
            0 => String::new(),
            n => format!(
                "No decision: {} whose tasks loop, or fail unseen, in a container that keeps them until they are done, \
                 and that nothing cancels at shutdown (UND104). ",
                plural(n, "site")
            ),
        };
        if !parts.is_empty() {
            // With `--all` only a risk leaves something out.
            let hint = if statements + calls > 0 { " `--all` lists everything." } else { "" };
            text += &format!("Not listed: {}.{hint}", parts.join("; "));
        }
        text.trim_end().to_owned()
    }
}

impl LeftOut {
    /// Whether a site is only counted: one without risk, of a task that does not outlive a call.
    fn takes(&mut self, row: &Row<'_>) -> bool {
        let is_short = matches!(row.audit.lifetime, Lifetime::Statement | Lifetime::Call);
        if row.audit.risk > Risk::None || !is_short {
            return false;
        }
        match row.audit.lifetime {
            Lifetime::Statement => self.statements += 1,
            _ => self.calls += 1,
        }
        true
    }
}
