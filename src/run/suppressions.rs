//! What is wrong with the comments of one file that suppress findings. It reads no disk.

use crate::fault::{Fault, FaultKind};
use crate::python::{Model, check_layout};
use crate::rules::{self, Finding, ProjectFinding, SuppressionContext};
use crate::settings::RuleSettings;
use crate::tasks::ClassifiedSite;

/// The suppressions that cannot be read or name no rule.
pub(super) fn misread_suppressions(model: &Model) -> Vec<Fault> {
    if !rules::may_suppress(model.source.bytes()) {
        return Vec::new();
    }
    let path = model.source.path();
    let fault = |message| Fault { path: path.to_path_buf(), kind: FaultKind::Suppression, message };
    rules::misread_suppressions(rules::all(), model).into_iter().map(fault).collect()
}

/// The findings about the suppressions of a file, which has these sites and other findings; none in a file that Python rejects.
/// `is_project_known` says whether the files around it are known.
pub(super) fn check_suppressions(
    (model, classified): (&Model, &[ClassifiedSite]),
    findings: &[Finding],
    project_findings: &[ProjectFinding],
    settings: &RuleSettings,
    is_project_known: bool,
) -> Vec<ProjectFinding> {
    let is_rejected =
        || model.tree.error().is_some() || check_layout(&model.source, &model.tree).is_err();
    if !rules::may_suppress(model.source.bytes()) || is_rejected() {
        return Vec::new();
    }
    let sites = findings.iter().map(|finding| (finding.node, finding.rule));
    let others = project_findings.iter().map(|b| (b.diagnostic.node, b.rule));
    let found: Vec<_> = sites.chain(others).collect();
    let found = &found[..];
    let rules = rules::all();
    let context =
        SuppressionContext { model, classified, found, rules, settings, is_project_known };
    rules::check_suppressions(&context)
}
