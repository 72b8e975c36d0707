//! Findings with what came of their fixes, as a report has them. It decides nothing.

use super::report::{Entry, Found, Notice, Span};
use crate::fix::Outcome;
use crate::python::{Model, NodeId};
use crate::rules::{ProjectFinding, Status};
use crate::settings::RuleSettings;
use crate::tasks::ClassifiedSite;

/// The findings that are not about one site.
pub(super) fn notices(
    model: &Model,
    rules: &RuleSettings,
    project_findings: Vec<ProjectFinding>,
    outcomes: Vec<Outcome>,
) -> Vec<Notice> {
    let notice = |(project_finding, outcome): (ProjectFinding, Outcome)| Notice {
        span: span(model, project_finding.diagnostic.node),
        evidence: project_finding.diagnostic.evidence,
        found: Found {
            rule: project_finding.rule,
            message: project_finding.diagnostic.message,
            suppressed: project_finding.status == Status::Suppressed,
            is_of_audit: rules.is_of_audit(project_finding.rule.code, project_finding.rule.default),
            outcome,
            alone: None,
        },
    };
    project_findings.into_iter().zip(outcomes).map(notice).collect()
}

/// One site.
pub(super) fn entry(model: &Model, classified: &ClassifiedSite, found: Option<Found>) -> Entry {
    Entry {
        span: span(model, classified.site.node),
        callee: model.text(classified.site.callee).to_owned(),
        function: model.qualified_function(classified.site.node),
        reason: classified.reason,
        evidence: classified.site.evidence,
        why: classified.why.clone(),
        found,
        audit: None,
    }
}

fn span(model: &Model, node: NodeId) -> Span {
    let bytes = model.tree.range(node);
    Span { start: model.source.position(bytes.start), end: model.source.position(bytes.end), bytes }
}
