//! Applies the project rules (UND1xx) to one file. It fixes nothing.

use super::context::RuleContext;
use super::finding::{ProjectFinding, Status};
use super::registry::{all, audit_rules};
use super::suppression::suppressions;
use crate::settings::RuleSettings;

/// The project findings of one file, in source order; disabled rules report nothing.
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

/// Whether any project rule is enabled, so that trackers have to be collected.
pub fn has_project_rules(settings: &RuleSettings) -> bool {
    all().iter().any(|r| r.project_check.is_some() && settings.is_on(r.code, r.default))
}

/// Whether any rule that needs the audit is enabled, so that every file has to be read.
pub fn needs_audit(settings: &RuleSettings) -> bool {
    audit_rules().iter().any(|r| settings.is_on(r.code, r.default))
}
