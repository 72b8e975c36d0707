//! Applies the project rules (UND1xx) to one file. It fixes nothing.

use super::all;
use super::context::RuleContext;
use super::finding::{Check, ProjectFinding, Rule, Status};
use super::suppression::suppressions;
use crate::settings::RuleSettings;

/// The project findings of one file, in source order; disabled rules report nothing.
pub fn check_project(context: &RuleContext<'_>, settings: &RuleSettings) -> Vec<ProjectFinding> {
    let mut findings = Vec::new();
    for rule in enabled(settings) {
        let (Check::Project(check) | Check::Audit(check)) = rule.check else { continue };
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
    enabled(settings).any(|rule| !rule.is_site_rule())
}

/// Whether any rule that needs the audit is enabled, so that every file has to be read.
pub fn needs_audit(settings: &RuleSettings) -> bool {
    enabled(settings).any(|rule| matches!(rule.check, Check::Audit(_)))
}

fn enabled(settings: &RuleSettings) -> impl Iterator<Item = &'static Rule> {
    all().iter().copied().filter(|rule| settings.is_on(rule.code, rule.default))
}
