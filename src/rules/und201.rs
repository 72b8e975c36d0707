//! UND201: a comment that suppresses nothing. It knows what the other rules found, not why.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::diagnostic::{Diagnostic, FixKind};
use super::directive::{Directive, DirectiveKind, directives};
use super::finding::{Check, Rule, SuppressionContext};
use super::suppression::{Reach, has_own_line, is_own_code, names_rule, removal};
use crate::python::{Field, Kind, Model, NodeId, Origin, is_stdlib};
use crate::tasks::Verdict;

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: "UND201",
    name: "unused-suppression",
    summary: "a suppression comment has no effect",
    default: true,
    doc: include_str!("../../testdata/rules/unused-suppression/doc.md"),
    check: Check::Suppression(check_file),
};

/// What a comment on a line may suppress.
#[derive(Clone, Copy)]
enum Suppressible {
    /// A finding of this rule.
    Finding(&'static Rule),
    /// A finding of some rule about single sites that another run may make.
    Uncertain,
}

/// What the comments on each line may suppress, by the 1-based line.
#[derive(Default)]
struct SuppressibleLines {
    beside: BTreeMap<usize, Vec<Suppressible>>,
    /// Of comments on a line of their own.
    above: BTreeMap<usize, Vec<Suppressible>>,
}

fn check_file(context: &SuppressionContext<'_>) -> Vec<Diagnostic> {
    let model = context.model;
    let own = own_directives(model);
    if own.is_empty() {
        return Vec::new();
    }
    let own_lines: BTreeSet<usize> = own.iter().map(|(comment, _)| model.line(*comment)).collect();
    let lines = SuppressibleLines::of(context, &own_lines);
    own.into_iter().filter_map(|(comment, d)| check(context, &lines, comment, &d)).collect()
}

/// The directives of a file that name this program, or a rule of it.
fn own_directives(model: &Model) -> Vec<(NodeId, Directive)> {
    let mut own = Vec::new();
    for comment in model.comments(0..model.source.bytes().len()) {
        let text = model.text(comment);
        own.extend(directives(text).into_iter().filter(|d| is_own(d, text)).map(|d| (comment, d)));
    }
    own
}

fn is_own(directive: &Directive, comment: &str) -> bool {
    match directive.kind {
        DirectiveKind::Ignore => true,
        DirectiveKind::Noqa => {
            directive.codes.iter().flatten().any(|code| is_own_code(&comment[code.clone()]))
        }
        _ => false,
    }
}

fn check(
    context: &SuppressionContext<'_>,
    lines: &SuppressibleLines,
    comment: NodeId,
    directive: &Directive,
) -> Option<Diagnostic> {
    let model = context.model;
    let text = model.text(comment);
    let code = |range: &Range<usize>| &text[range.clone()];
    // `ignore[UND201]` says that the comment is meant to stay.
    if directive.codes.iter().flatten().any(|c| RULE.has_code_or_name(code(c))) {
        return None;
    }
    let here = lines.at(model, comment, directive.kind);
    let is_unused = |word: &str| {
        (directive.kind == DirectiveKind::Ignore || is_own_code(word))
            && is_unused(context, &here, &|rule| names_rule(word, rule))
    };
    let unused: Vec<&str> = match &directive.codes {
        None => {
            if !self::is_unused(context, &here, &|_| true) {
                return None;
            }
            Vec::new()
        }
        Some(codes) => {
            let unused: Vec<&str> = codes.iter().map(code).filter(|c| is_unused(c)).collect();
            if unused.is_empty() {
                return None;
            }
            unused
        }
    };
    let codes = unused.iter().map(|code| (*code).to_owned()).collect();
    let message = match &unused[..] {
        [] => "this comment suppresses nothing: there is no finding here".to_owned(),
        codes => {
            let codes: Vec<String> = codes.iter().map(|code| format!("`{code}`")).collect();
            format!("this comment has no effect: there is no finding of {} here", codes.join(", "))
        }
    };
    let ranges = removal(model, comment, directive, &is_unused);
    Some(Diagnostic {
        node: comment,
        message,
        evidence: Vec::new(),
        fix: FixKind::RemoveSuppression { ranges, codes },
    })
}

/// Whether every rule that a suppression names ran, and none can have found anything where it counts.
fn is_unused(
    context: &SuppressionContext<'_>,
    here: &[Suppressible],
    names: &dyn Fn(&Rule) -> bool,
) -> bool {
    let mut named = context.rules.iter().filter(|r| r.code != RULE.code && names(r)).peekable();
    let may_be_found = |rule: &Rule| {
        here.iter().any(|one| match one {
            Suppressible::Finding(found) => found.code == rule.code,
            Suppressible::Uncertain => rule.is_site_rule(),
        })
    };
    // A code that names no rule is reported as such.
    named.peek().is_some()
        && named.all(|rule| context.settings.is_on(rule.code, rule.default) && !may_be_found(rule))
}

impl SuppressibleLines {
    /// What findings and doubts there are on the lines that have comments of ours, at least.
    fn of(context: &SuppressionContext<'_>, wanted: &BTreeSet<usize>) -> Self {
        let mut lines = Self::default();
        for (node, rule) in context.found {
            lines.add(context.model, *node, Suppressible::Finding(rule));
        }
        for classified in context.classified.iter().filter(|j| j.verdict() == Verdict::Unsure) {
            lines.add(context.model, classified.site.node, Suppressible::Uncertain);
        }
        if !context.is_project_known {
            for call in foreign_calls(context.model, wanted) {
                lines.add(context.model, call, Suppressible::Uncertain);
            }
        }
        lines
    }

    fn add(&mut self, model: &Model, node: NodeId, what: Suppressible) {
        let reach = Reach::of(model, node);
        for line in reach.beside {
            self.beside.entry(line).or_default().push(what);
        }
        for line in reach.above {
            self.above.entry(line).or_default().push(what);
        }
    }

    /// What a directive of a comment may suppress.
    fn at(&self, model: &Model, comment: NodeId, kind: DirectiveKind) -> Vec<Suppressible> {
        let line = model.line(comment);
        let is_above = kind == DirectiveKind::Ignore && has_own_line(model, comment);
        let above = self.above.get(&line).filter(|_| is_above);
        self.beside.get(&line).into_iter().chain(above).flatten().copied().collect()
    }
}

/// Calls that a comment on one of these lines counts for, of what this file neither defines nor has from the standard library:
/// where the rest of the project is not known, such a call may be one of a wrapper.
fn foreign_calls<'a>(
    model: &'a Model,
    wanted: &'a BTreeSet<usize>,
) -> impl Iterator<Item = NodeId> + 'a {
    let is_wanted = |call: &NodeId| {
        let Reach { beside, above } = Reach::of(model, *call);
        beside.iter().chain(&above).any(|line| wanted.contains(line))
    };
    let is_foreign = |call: &NodeId| {
        let origins = model.child(*call, Field::Function).map(|callee| model.origins(callee));
        origins.unwrap_or_default().iter().any(|origin| match origin {
            Origin::Path(path) => !is_stdlib(path),
            Origin::Builtin(_) => model.star_imports(*call),
            Origin::Function(_) | Origin::Class(_) => false,
            _ => true,
        })
    };
    let calls = model.tree.ids().filter(|node| model.kind(*node) == Kind::Call);
    calls.filter(is_wanted).filter(is_foreign)
}
