//! Applies the project rules (UND1xx) to one file. It fixes nothing.

use super::context::RuleContext;
use super::finding::{Check, ProjectFinding, Rule, Rules, Status};
use crate::settings::RuleSettings;

/// The project findings of one file, in source order; disabled rules report nothing.
pub fn check_project(
    rules: Rules,
    context: &RuleContext<'_>,
    settings: &RuleSettings,
) -> Vec<ProjectFinding> {
    let mut findings = Vec::new();
    for rule in enabled(rules, settings) {
        let (Check::Project(check) | Check::Audit(check)) = rule.check else { continue };
        findings.extend(check(context).into_iter().map(|diagnostic| ProjectFinding {
            rule,
            status: Status::of(context.model, diagnostic.node, rule),
            is_selected: true,
            diagnostic,
        }));
    }
    findings.sort_by_key(|b| (b.diagnostic.node, b.rule.code));
    findings
}

/// Whether any project rule is enabled, so that trackers have to be collected.
pub fn has_project_rules(rules: Rules, settings: &RuleSettings) -> bool {
    enabled(rules, settings).any(|rule| matches!(rule.check, Check::Project(_) | Check::Audit(_)))
}

/// Whether any rule that needs the audit is enabled, so that every file has to be read.
pub fn needs_audit(rules: Rules, settings: &RuleSettings) -> bool {
    enabled(rules, settings).any(|rule| matches!(rule.check, Check::Audit(_)))
}

fn enabled(rules: Rules, settings: &RuleSettings) -> impl Iterator<Item = &'static Rule> {
    rules.iter().copied().filter(|rule| settings.is_on(rule.code, rule.default))
}
