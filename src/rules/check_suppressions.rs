//! Checks the comments that suppress findings: those that suppress nothing, cannot be read, or name no rule. It suppresses nothing
//! itself.

use super::directive::{DirectiveKind, directives, unknown_word};
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

/// What is wrong with each comment for this program that cannot be read, and with each word in `undangle: ignore[...]` that names no
/// rule, for the user.
pub fn misread_suppressions(rules: Rules, model: &Model) -> Vec<String> {
    let is_rule = |word: &str| rules.iter().any(|rule| names_rule(word, rule));
    let mut misread = Vec::new();
    for comment in model.comments(0..model.source.bytes().len()) {
        let (text, line) = (model.text(comment), model.place(comment).in_words());
        if let Some(word) = unknown_word(text) {
            let nearest = suggestion(word, ["ignore", "skip-file"].into_iter());
            misread.push(format!("{line}: `undangle: {word}` suppresses nothing{nearest}"));
        }
        for directive in directives(text) {
            if directive.kind != DirectiveKind::Ignore {
                continue;
            }
            let Some(codes) = directive.codes else {
                let rest =
                    text[directive.range.end..].trim_start_matches([' ', '\t', ':', '=', '(']);
                let word = rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').next();
                if let Some(word) =
                    word.filter(|word| rules.iter().any(|rule| rule.has_code_or_name(word)))
                {
                    misread.push(format!(
                        "{line}: `undangle: ignore` without brackets suppresses every rule; write \
                         `undangle: ignore[{word}]`"
                    ));
                }
                continue;
            };
            for word in codes.into_iter().map(|code| &text[code]).filter(|word| !is_rule(word)) {
                let nearest = suggestion(word, rules.iter().flat_map(|r| [r.code, r.name]));
                misread.push(format!(
                    "{line}: a suppression names the unknown rule `{word}`{nearest}"
                ));
            }
        }
    }
    misread
}
