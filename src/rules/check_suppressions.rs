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

/// What is wrong with the comments for this program, for the user: those that cannot be read, that suppress every rule where one
/// is named, and each word in `undangle: ignore[...]` that names no rule.
pub fn misread_suppressions(rules: Rules, model: &Model) -> Vec<String> {
    let comments = model.comments(0..model.source.bytes().len());
    let in_comment = |comment| {
        let line = model.place(comment).in_words();
        let misread = misread_in(rules, model.text(comment));
        misread.into_iter().map(move |message| format!("{line}: {message}"))
    };
    comments.into_iter().flat_map(in_comment).collect()
}

/// What is wrong with one comment.
fn misread_in(rules: Rules, text: &str) -> Vec<String> {
    let unread = unknown_word(text).map(|word| {
        let nearest = suggestion(word, ["ignore", "skip-file"].into_iter());
        format!("`undangle: {word}` suppresses nothing{nearest}")
    });
    let ignores = directives(text).into_iter().filter(|d| d.kind == DirectiveKind::Ignore);
    let of_ignores = ignores.flat_map(|directive| match directive.codes {
        Some(codes) => unknown_rules(rules, codes.into_iter().map(|code| &text[code])),
        None => Vec::from_iter(named_without_brackets(rules, &text[directive.range.end..])),
    });
    unread.into_iter().chain(of_ignores).collect()
}

/// What to say of a comment that names a rule where it suppresses every rule: `# undangle: ignore UND001`.
fn named_without_brackets(rules: Rules, rest: &str) -> Option<String> {
    let rest = rest.trim_start_matches([' ', '\t', ':', '=', '(']);
    let word = rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').next()?;
    rules.iter().any(|rule| rule.has_code_or_name(word)).then(|| {
        format!(
            "`undangle: ignore` without brackets suppresses every rule; write `undangle: \
             ignore[{word}]`"
        )
    })
}

/// What to say of each word in brackets that names no rule.
fn unknown_rules<'t>(rules: Rules, words: impl Iterator<Item = &'t str>) -> Vec<String> {
    let is_rule = |word: &str| rules.iter().any(|rule| names_rule(word, rule));
    let unknown = words.filter(|word| !is_rule(word));
    unknown
        .map(|word| {
            let nearest = suggestion(word, rules.iter().flat_map(|r| [r.code, r.name]));
            format!("a suppression names the unknown rule `{word}`{nearest}")
        })
        .collect()
}
