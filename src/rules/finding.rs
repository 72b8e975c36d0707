//! The words of a report: rule, finding, breach, status. It decides nothing.

use super::lapse::Lapse;
use super::scene::Scene;
use crate::python::NodeId;
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
    /// Whether `check` has it on by default.
    pub default: bool,
    /// The page that `explain` prints.
    pub doc: &'static str,
    /// Whether a judged site breaks it; none for rules that are not about one site.
    pub breaks: Option<fn(&ClassifiedSite) -> bool>,
    /// Where a file breaks it, in any order; none for rules that are about one site.
    pub finds: Option<fn(&Scene<'_>) -> Vec<Lapse>>,
}

/// Whether a finding counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It counts.
    Open,
    /// A comment in the code opts out of it.
    Suppressed,
}

/// A rule broken at a site.
#[derive(Debug)]
pub struct Finding {
    /// The rule.
    pub rule: &'static Rule,
    /// The index of the site in the file's ledger.
    pub site: usize,
    /// The node to point at.
    pub node: NodeId,
    /// What is wrong, in one sentence.
    pub message: String,
    /// Whether it counts.
    pub status: Status,
}

/// A rule that is not about one site, broken at a place.
#[derive(Debug)]
pub struct Breach {
    /// The rule.
    pub rule: &'static Rule,
    /// Where and what.
    pub lapse: Lapse,
    /// Whether it counts.
    pub status: Status,
}
