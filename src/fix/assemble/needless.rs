//! Suppression comments that a fix makes needless, of linters and type checkers too, and those that suppress nothing. It must
//! not decide what is fixed.

use std::collections::BTreeMap;
use std::ops::Range;

use super::super::file_context::FileContext;
use super::super::layout::{Edit, statement_layout};
use super::super::plan::{Decision, RewriteForm, SiteFix};
use super::diagnostic_fixes::DiagnosticFixes;
use crate::python::{Field, Kind, Model, NodeId};
use crate::rules::{DirectiveKind, Status, needless_codes};

/// The edits that delete what suppresses nothing, now or with the applied fixes, where none of `edits` is in the way.
pub(in crate::fix) fn needless_comments(
    context: &FileContext<'_>,
    decisions: &[Decision],
    diagnostics: &DiagnosticFixes<'_>,
    edits: &[Edit],
) -> Vec<Edit> {
    let model = context.model;
    let mut found: BTreeMap<usize, Range<usize>> = BTreeMap::new();
    let unused: BTreeMap<NodeId, &[String]> =
        diagnostics.unused_suppressions().map(|(comment, _, codes)| (comment, codes)).collect();
    let is_unused =
        |comment, code: &str| unused.get(&comment).is_some_and(|c| c.iter().any(|c| c == code));
    for (finding, decision) in context.input.findings.iter().zip(decisions) {
        let Some(fix) = decision.applied_fix() else { continue };
        let rule = (finding.status == Status::Suppressed).then_some(finding.rule);
        let site = context.input.classified[finding.site].site.node;
        let is_alone = statement_layout(&context.layout, fix.statement).breaks.is_empty();
        let here = is_alone && model.statement_of(site) == fix.statement;
        let is_split = !is_alone && !fix.wraps();
        let needless = |kind: DirectiveKind, code: &str| {
            (here && is_needless(model, fix, kind, code))
                || (is_split && is_about_joined_lines(kind, code))
        };
        for range in needless_codes(model, site, rule, &needless, &is_unused) {
            found.insert(range.start, range);
        }
    }
    for (_, ranges, _) in diagnostics.unused_suppressions() {
        let overlaps = |range: &Range<usize>| {
            found.range(..range.end).next_back().is_some_and(|(_, other)| other.end > range.start)
        };
        if !ranges.iter().any(overlaps) {
            found.extend(ranges.iter().map(|range| (range.start, range.clone())));
        }
    }
    let mut last = 0;
    found.retain(|start, range| {
        let is_apart = *start >= last;
        last = last.max(range.end);
        is_apart
    });
    let mut taken: Vec<&Range<usize>> = edits.iter().map(|e| &e.range).collect();
    taken.sort_by_key(|r| (r.start, r.end));
    let is_free = |range: &Range<usize>| {
        let before = taken.partition_point(|r| r.start < range.end);
        before.checked_sub(1).is_none_or(|last| taken[last].end <= range.start)
    };
    found.into_values().filter(is_free).map(Edit::delete).collect()
}

/// Whether a code suppresses nothing any more once a task is assigned to a variable that is read, or its expression is an `if`.
fn is_needless(model: &Model, fix: &SiteFix, kind: DirectiveKind, code: &str) -> bool {
    let upper = code.to_ascii_uppercase();
    let of_bound = match kind {
        DirectiveKind::Noqa => upper == "F841",
        DirectiveKind::RuffIgnore => matches!(code, "F841" | "unused-variable"),
        DirectiveKind::PyrightIgnore => code == "reportUnusedVariable",
        DirectiveKind::PylintDisable | DirectiveKind::PylintNext => {
            code == "unused-variable" || upper == "W0612"
        }
        DirectiveKind::NoInspection => code == "PyUnusedLocal",
        _ => false,
    };
    let of_statement = match kind {
        DirectiveKind::TypeIgnore => code == "unused-awaitable",
        DirectiveKind::PyrightIgnore => {
            matches!(code, "reportUnusedCallResult" | "reportUnusedCoroutine")
        }
        DirectiveKind::NoInspection => code == "PyAsyncCall",
        _ => false,
    };
    let of_branch = match kind {
        DirectiveKind::Noqa => upper == "B018",
        DirectiveKind::RuffIgnore => matches!(code, "B018" | "useless-expression"),
        DirectiveKind::PyrightIgnore => code == "reportUnusedExpression",
        DirectiveKind::PylintDisable | DirectiveKind::PylintNext => {
            code == "expression-not-assigned" || upper == "W0106"
        }
        DirectiveKind::NoInspection => code == "PyStatementEffect",
        _ => false,
    };
    match fix.form {
        RewriteForm::Statement | RewriteForm::Branch(_) => of_statement || of_branch,
        RewriteForm::Bound { target } => {
            of_bound && !fix.is_global && is_only_target(model, target)
        }
        RewriteForm::MoveOut
        | RewriteForm::InPlace
        | RewriteForm::Uncalled
        | RewriteForm::CancelPending { .. } => false,
    }
}

/// Whether a code is about several statements on one line.
fn is_about_joined_lines(kind: DirectiveKind, code: &str) -> bool {
    match kind {
        DirectiveKind::Noqa => {
            ["E701", "E702", "E704"].iter().any(|c| c.eq_ignore_ascii_case(code))
        }
        DirectiveKind::RuffIgnore => matches!(
            code,
            "E701"
                | "E702"
                | "multiple-statements-on-one-line-colon"
                | "multiple-statements-on-one-line-semicolon"
        ),
        _ => false,
    }
}

/// Whether an identifier is all that its statement binds.
fn is_only_target(model: &Model, target: NodeId) -> bool {
    let assignment = model.tree.parent(target).filter(|p| model.kind(*p) == Kind::Assignment);
    let value = assignment.and_then(|a| model.child(a, Field::Right));
    value.is_some_and(|v| model.kind(v) != Kind::Assignment)
        && assignment
            .and_then(|a| model.tree.parent(a))
            .is_some_and(|s| model.kind(s) == Kind::ExpressionStatement)
}
