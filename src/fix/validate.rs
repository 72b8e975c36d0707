//! The last look at a new text, in memory, before anybody sees it. It trusts nothing that the planner says.

use std::collections::{BTreeMap, BTreeSet};

use super::context::Context;
use super::edits::EditSet;
use crate::python::{Model, check_layout};
use crate::tasks::{Judged, Verdict, judge};
use crate::text::SourceFile;

/// Why a new text is not good enough.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    /// For the user.
    pub reason: String,
    /// The sites of the ledger that spoil it, as far as that can be told.
    pub sites: Vec<usize>,
}

impl Refusal {
    fn of(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), sites: Vec::new() }
    }
}

/// Checks that the new text is Python, that nothing but the edits changed, and that they do what they are for.
pub(super) fn validate(
    context: &Context<'_>,
    edits: &EditSet,
    new: &[u8],
    fixed: &BTreeSet<usize>,
) -> Result<(), Refusal> {
    let old = &context.model.source;
    if !edits.explains(old.bytes(), new) {
        return Err(Refusal::of("a byte outside the edits would change"));
    }
    let source = SourceFile::new(old.path(), new.to_vec()).map_err(|f| Refusal::of(f.message))?;
    let model = Model::new(source, context.model.module.clone());
    if let Some(at) = model.tree.error() {
        let line = model.source.position(at).line;
        return Err(Refusal::of(format!("the new text would have a syntax error on line {line}")));
    }
    check_layout(&model.source, &model.tree).map_err(|e| {
        Refusal::of(format!(
            "the new text would have a layout error on line {}: {}",
            e.line, e.message
        ))
    })?;
    let ledger = judge(&model, context.project);
    check_ledger(context, edits, fixed, &model, &ledger)
}

/// Checks the new ledger against the old: what was fixed is kept, and what was not is as it was.
fn check_ledger(
    context: &Context<'_>,
    edits: &EditSet,
    fixed: &BTreeSet<usize>,
    model: &Model,
    ledger: &[Judged],
) -> Result<(), Refusal> {
    let by_start: BTreeMap<usize, &Judged> =
        ledger.iter().map(|j| (model.tree.start(j.site.node), j)).collect();
    let moved: BTreeMap<usize, usize> = edits.anchors().into_iter().collect();
    let mut refusal = Refusal::of("");
    for (i, judged) in context.judged.iter().enumerate() {
        let start = context.model.tree.start(judged.site.node);
        let at = moved.get(&i).copied().or_else(|| edits.moved(start));
        let now = at.and_then(|at| by_start.get(&at)).copied();
        if let Some(bad) = compare(context, fixed, i, now) {
            refusal.reason = bad;
            refusal.sites.extend(to_blame(context, fixed, i));
        }
    }
    let dropped = |l: &[Judged]| l.iter().filter(|j| j.verdict() == Verdict::Dropped).count();
    let left = context.judged.iter().enumerate().filter(|(i, _)| !fixed.contains(i));
    let left = left.filter(|(_, j)| j.verdict() == Verdict::Dropped).count();
    if refusal.reason.is_empty() && dropped(ledger) > left {
        return Err(Refusal::of("the new text would drop a task that was not dropped before"));
    }
    match refusal.reason.is_empty() {
        true => Ok(()),
        false => Err(refusal),
    }
}

/// What is wrong with one site of the old ledger, as the new text has it.
fn compare(
    context: &Context<'_>,
    fixed: &BTreeSet<usize>,
    site: usize,
    now: Option<&Judged>,
) -> Option<String> {
    let judged = &context.judged[site];
    let line = context.model.line(judged.site.node);
    let Some(now) = now else {
        return Some(format!("the call of line {line} would be lost"));
    };
    let lost = matches!(now.verdict(), Verdict::Dropped | Verdict::Unsure);
    if fixed.contains(&site) {
        return lost
            .then(|| format!("the task of line {line} would still not be kept: {}", now.why));
    }
    let same = (now.verdict(), now.reason) == (judged.verdict(), judged.reason);
    // What shares a statement with a fixed call may well be kept by the fix; it must not be dropped by it.
    let better = !to_blame(context, fixed, site).is_empty()
        && (now.verdict() != Verdict::Dropped || judged.verdict() == Verdict::Dropped);
    (!same && !better).then(|| {
        format!("the site of line {line}, which is not fixed, would be judged differently")
    })
}

/// The fixed sites that share a site's statement (itself, if it is one).
fn to_blame(context: &Context<'_>, fixed: &BTreeSet<usize>, site: usize) -> Vec<usize> {
    if fixed.contains(&site) {
        return vec![site];
    }
    let statement = |i: usize| context.model.statement_of(context.judged[i].site.node);
    let mut near = fixed.iter().copied().collect::<Vec<_>>();
    near.retain(|f| statement(*f) == statement(site));
    near
}
