//! From a file and its project's facts to the breaches of the rules that are not about one site. It fixes nothing.

use super::context::RuleContext;
use super::finding::{ProjectFinding, Status};
use super::registry::{all, audit_rules};
use super::suppression::suppressions;
use crate::settings::RuleSettings;

/// The breaches of one file, in source order; rules that are off report nothing.
pub fn check_project(context: &RuleContext<'_>, settings: &RuleSettings) -> Vec<ProjectFinding> {
    let mut findings = Vec::new();
    for rule in all().iter().copied().filter(|r| settings.is_on(r.code, r.default)) {
        let Some(check) = rule.project_check else { continue };
        findings.extend(check(context).into_iter().map(|diagnostic| ProjectFinding {
            rule,
            status: match suppressions(context.model, diagnostic.node, rule).is_empty() {
                true => Status::Open,
                false => Status::Suppressed,
            },
            diagnostic,
        }));
    }
    findings.sort_by_key(|b| (b.diagnostic.node, b.rule.code));
    findings
}

/// Whether a rule that is not about one site is on, so that the facts it needs are worth gathering.
pub fn has_project_rules(settings: &RuleSettings) -> bool {
    all().iter().any(|r| r.project_check.is_some() && settings.is_on(r.code, r.default))
}

/// Whether a rule that looks at the audit of the project is on, so that every file is worth reading.
pub fn needs_audit(settings: &RuleSettings) -> bool {
    audit_rules().iter().any(|r| settings.is_on(r.code, r.default))
}
