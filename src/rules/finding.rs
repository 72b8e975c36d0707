//! Rules, findings and their status. It decides nothing.

use super::context::RuleContext;
use super::diagnostic::Diagnostic;
use crate::python::{Model, NodeId};
use crate::settings::RuleSettings;
use crate::tasks::ClassifiedSite;

/// One rule, as its file in this folder describes it.
#[derive(Debug)]
pub struct Rule {
    /// `UND001`
    pub code: &'static str,
    /// `dropped-task`
    pub name: &'static str,
    /// One line for tables.
    pub summary: &'static str,
    /// Whether `check` enables it by default.
    pub default: bool,
    /// The page that `explain` prints.
    pub doc: &'static str,
    /// How a violation is found.
    pub check: Check,
}

/// How the violations of a rule are found.
#[derive(Debug, Clone, Copy)]
pub enum Check {
    /// A site rule: whether a dropped site violates it. Each dropped site violates exactly one.
    Site(fn(&ClassifiedSite) -> bool),
    /// A project rule: the diagnostics of one file, in any order.
    Project(ProjectCheck),
    /// A project rule that needs the audit, for which every file of the project is read.
    Audit(ProjectCheck),
    /// A rule about the comments that suppress findings, applied once all others were.
    Suppression(SuppressionCheck),
}

/// The diagnostics of one file, in any order.
pub type ProjectCheck = fn(&RuleContext<'_>) -> Vec<Diagnostic>;

/// The diagnostics about the suppressions of one file, in any order.
pub type SuppressionCheck = fn(&SuppressionContext<'_>) -> Vec<Diagnostic>;

/// One file, as rules about suppressions see it.
#[derive(Debug, Clone, Copy)]
pub struct SuppressionContext<'a> {
    /// The file.
    pub model: &'a Model,
    /// Its sites.
    pub classified: &'a [ClassifiedSite],
    /// What the other rules found in it, suppressed findings included: where, and by which rule.
    pub found: &'a [(NodeId, &'static Rule)],
    /// All rules.
    pub rules: Rules,
    /// Which of them are on.
    pub settings: &'a RuleSettings,
    /// Whether the files around it are known, so that calls of their functions are.
    pub is_project_known: bool,
}

impl Rule {
    /// Whether this is its code or its name, in any case.
    pub(super) fn has_code_or_name(&self, word: &str) -> bool {
        self.code.eq_ignore_ascii_case(word) || self.name.eq_ignore_ascii_case(word)
    }

    /// Whether it is about single sites.
    pub(super) fn is_site_rule(&self) -> bool {
        matches!(self.check, Check::Site(_))
    }
}

/// Whether a finding counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It counts.
    Open,
    /// A comment in the code suppresses it.
    Suppressed,
}

/// A violation of a site rule.
#[derive(Debug)]
pub struct Finding {
    /// The rule.
    pub rule: &'static Rule,
    /// The index of the site in its file.
    pub site: usize,
    /// The node to point at.
    pub node: NodeId,
    /// What is wrong, in one sentence.
    pub message: String,
    /// Whether it counts.
    pub status: Status,
    /// Whether it is among those to fix.
    pub is_selected: bool,
}

impl Finding {
    /// Whether it is to be fixed; `suppressed` says whether suppressed findings are.
    pub fn is_to_be_fixed(&self, suppressed: bool) -> bool {
        self.is_selected && (suppressed || self.status == Status::Open)
    }
}

/// A violation of a project rule: about a tracker, a worker or the application, not one site.
#[derive(Debug)]
pub struct ProjectFinding {
    /// The rule.
    pub rule: &'static Rule,
    /// Where and what, and how to fix it.
    pub diagnostic: Diagnostic,
    /// Whether it counts.
    pub status: Status,
    /// Whether it is among those to fix.
    pub is_selected: bool,
}

impl ProjectFinding {
    /// Whether it is to be fixed; `suppressed` says whether suppressed findings are.
    pub fn is_to_be_fixed(&self, suppressed: bool) -> bool {
        self.is_selected && (suppressed || self.status == Status::Open)
    }
}

/// The rules that a check applies, in the order of their codes.
pub type Rules = &'static [&'static Rule];
