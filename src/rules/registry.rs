//! All rules, in the order of their codes. It applies none.

use super::finding::Rule;
use super::{
    und001, und002, und003, und004, und005, und006, und101, und102, und103, und104, und105, und106,
    und107, und108, und109,
};

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
];

/// The rules that need the audit of the project.
static AUDIT_RULES: &[&Rule] = &[&und104::RULE, &und105::RULE, &und106::RULE, &und107::RULE];

/// Every rule that needs the audit of the project.
pub(super) fn audit_rules() -> &'static [&'static Rule] {
    AUDIT_RULES
}

/// Every rule, in the order of their codes.
pub fn all() -> &'static [&'static Rule] {
    ALL
}

/// The rule with this code or name, in any case: `UND001`, `dropped-task`.
pub fn find(code_or_name: &str) -> Option<&'static Rule> {
    let is = |word: &str| word.eq_ignore_ascii_case(code_or_name);
    ALL.iter().find(|r| is(r.code) || is(r.name)).copied()
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
