//! The rules: one file of pure code each. They know classified sites, trackers and the audit, but no
//! fixes and no output.

mod diagnostic;
mod context;
mod finding;
mod directive;
mod ruff_ranges;
mod suppression;
mod spawner_kinds;
mod repetition;
mod worker;
mod retain_running;
mod und001;
mod und002;
mod und003;
mod und004;
mod und005;
mod und006;
mod und101;
mod und102;
mod und103;
mod und104;
mod und105;
mod und106;
mod und107;
mod und108;
mod und109;
mod und201;
mod message;
mod check_sites;
mod check_project;
mod check_suppressions;

pub use check_project::{check_project, has_project_rules, needs_audit};
pub use check_sites::check_sites;
pub use check_suppressions::{check_suppressions, misread_suppressions};
pub use context::RuleContext;
pub use diagnostic::{Diagnostic, EntryKind, FixKind};
pub use directive::{DirectiveKind, may_suppress};
pub use finding::{
    Check, Finding, ProjectCheck, ProjectFinding, Rule, Rules, Status, SuppressionCheck,
    SuppressionContext,
};
pub use message::headline;
pub use suppression::{
    Suppression, code_list_end, comment_lines, is_of_other_linter, needless_codes, skips_file,
    suppressions,
};

/// Every rule, in the order of their codes. Above, each has its `mod` line.
static ALL: &[&Rule] = &[
    &und001::RULE,
    &und002::RULE,
    &und003::RULE,
    &und004::RULE,
    &und005::RULE,
    &und006::RULE,
    &und101::RULE,
    &und102::RULE,
    &und103::RULE,
    &und104::RULE,
    &und105::RULE,
    &und106::RULE,
    &und107::RULE,
    &und108::RULE,
    &und109::RULE,
    &und201::RULE,
];

/// Every rule, in the order of their codes.
pub fn all() -> &'static [&'static Rule] {
    ALL
}

/// The rule with this code or name, in any case: `UND001`, `dropped-task`.
pub fn find(code_or_name: &str) -> Option<&'static Rule> {
    ALL.iter().find(|rule| rule.has_code_or_name(code_or_name)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_found_by_code_and_by_name_in_any_case() {
        assert_eq!(find("und003").unwrap().name, "short-lived-tracker");
        assert_eq!(find("Dropped-Task").unwrap().code, "UND001");
        assert!(find("RUF006").is_none());
    }

    #[test]
    fn codes_are_unique_and_in_order() {
        assert!(all().windows(2).all(|w| w[0].code < w[1].code));
    }
}
