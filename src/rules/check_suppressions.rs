//! Checks the comments that suppress findings: those that suppress nothing, and those that name no rule. It suppresses nothing
//! itself.

use super::directive::{DirectiveKind, directives};
use super::finding::{Check, ProjectFinding, Rules, Status, SuppressionContext};
use super::suppression::names_rule;
use crate::python::Model;
use crate::text::suggestion;

/// The findings about the suppressions of one file, in source order; disabled rules report nothing.
pub fn check_suppressions(context: &SuppressionContext<'_>) -> Vec<ProjectFinding> {
    let mut findings = Vec::new();
    for &rule in context.rules {
        let Check::Suppression(check) = rule.check else { continue };
        if context.settings.is_on(rule.code, rule.default) {
            let found = check(context).into_iter();
            // A comment is no reason to keep itself.
            findings.extend(found.map(|diagnostic| ProjectFinding {
                rule,
                status: Status::Open,
                is_selected: true,
                diagnostic,
            }));
        }
    }
    findings
}

/// What is wrong with each word in `undangle: ignore[...]` that names no rule, for the user.
pub fn unknown_rules(rules: Rules, model: &Model) -> Vec<String> {
    let mut unknown = Vec::new();
    for comment in model.comments(0..model.source.bytes().len()) {
        let (text, line) = (model.text(comment), model.place(comment).in_words());
        let own = directives(text).into_iter().filter(|d| d.kind == DirectiveKind::Ignore);
        for code in own.flat_map(|directive| directive.codes.unwrap_or_default()) {
            let word = &text[code];
            if !rules.iter().any(|rule| names_rule(word, rule)) {
                let nearest = suggestion(word, rules.iter().flat_map(|r| [r.code, r.name]));
                unknown.push(format!(
                    "{line}: a suppression names the unknown rule `{word}`{nearest}"
                ));
            }
        }
    }
    unknown
}
