//! Fixes of some findings only: those that are selected, or each alone. It plans nothing itself.

use std::collections::BTreeSet;
use std::path::Path;

use super::report::FindingKey;
use crate::fix::{Outcome, Patched};
use crate::python::{Model, NodeId};
use crate::rules::{Finding, ProjectFinding, Rule};

/// Whether the finding of a rule at a node of a file is selected.
pub(super) fn is_selected(
    selected: Option<&BTreeSet<FindingKey>>,
    file: &Path,
    model: &Model,
    (node, rule): (NodeId, &'static Rule),
) -> bool {
    let key =
        || FindingKey { file: file.to_path_buf(), start: model.tree.start(node), code: rule.code };
    selected.is_none_or(|selected| selected.contains(&key()))
}

/// The new bytes of a file with each fix of its patch alone, in the order of the findings, those about one site first. None for
/// what is not fixed there, or not without another file. `patch` makes the fixes of those that are selected.
pub(super) fn each_alone(
    mut findings: Vec<Finding>,
    mut project_findings: Vec<ProjectFinding>,
    patched: &Patched,
    patch: impl Fn(&[Finding], &[ProjectFinding]) -> Patched,
) -> (Vec<Finding>, Vec<ProjectFinding>, Vec<Option<Vec<u8>>>) {
    let mut each = Vec::new();
    for (number, outcome) in patched.outcomes.iter().chain(&patched.diagnostic_outcomes).enumerate()
    {
        if !matches!(outcome, Outcome::Fix { applied: true, elsewhere: None, .. }) {
            each.push(None);
            continue;
        }
        let sites = findings.iter_mut().map(|finding| &mut finding.is_selected);
        let others = project_findings.iter_mut().map(|finding| &mut finding.is_selected);
        sites.chain(others).enumerate().for_each(|(at, is)| *is = at == number);
        let alone = patch(&findings, &project_findings);
        each.push(alone.bytes.filter(|_| !alone.calls_shared));
    }
    (findings, project_findings, each)
}
