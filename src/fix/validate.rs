//! The last look at a new text, in memory, before anybody sees it. It trusts nothing that the planner says.

use std::collections::BTreeMap;

use super::context::Context;
use super::edits::EditSet;
use super::plan::Fix;
use crate::python::{Model, check_layout};
use crate::tasks::{Judged, Project, Spawner, Verdict, judge};
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
    fixes: &[&Fix],
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
    let mut ledgers = vec![judge(&model, context.project)];
    if fixes.iter().any(|f| f.wrapper) {
        // The project's facts are those of the old text: what a wrapper does now, only the new one tells.
        let renewed = Project::gather(std::slice::from_ref(&model));
        ledgers.push(judge(&model, &renewed));
    }
    check_ledgers(context, edits, fixes, &model, &ledgers)
}

/// Checks the new ledgers against the old: what was fixed is kept, and what was not is as it was, by one of them.
fn check_ledgers(
    context: &Context<'_>,
    edits: &EditSet,
    fixes: &[&Fix],
    model: &Model,
    ledgers: &[Vec<Judged>],
) -> Result<(), Refusal> {
    let start = |j: &Judged| model.tree.start(j.site.node);
    let by_start = |l: &Vec<Judged>| l.iter().map(|j| (start(j), j.clone())).collect();
    let by_start: Vec<BTreeMap<usize, Judged>> = ledgers.iter().map(by_start).collect();
    let moved: BTreeMap<usize, usize> = edits.anchors().into_iter().collect();
    let mut refusal = Refusal::of("");
    for (i, judged) in context.judged.iter().enumerate() {
        let start = context.model.tree.start(judged.site.node);
        let at = moved.get(&i).copied().or_else(|| edits.moved(start));
        let now = by_start.iter().map(|l| at.and_then(|at| l.get(&at)));
        let bad: Option<Vec<String>> = now.map(|n| compare(context, fixes, i, n)).collect();
        if let Some(bad) = bad.and_then(|b| b.into_iter().next()) {
            refusal.reason = bad;
            refusal.sites.extend(to_blame(context, fixes, i));
        }
    }
    let dropped = |l: &Vec<Judged>| l.iter().filter(|j| j.verdict() == Verdict::Dropped).count();
    let left = context.judged.iter().enumerate().filter(|(i, _)| !is_fixed(fixes, *i));
    let left = left.filter(|(_, j)| j.verdict() == Verdict::Dropped).count();
    if refusal.reason.is_empty() && ledgers.iter().all(|l| dropped(l) > left) {
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
    fixes: &[&Fix],
    site: usize,
    now: Option<&Judged>,
) -> Option<String> {
    let judged = &context.judged[site];
    let line = context.model.line(judged.site.node);
    // A wrapper whose task is kept inside it is no spawner any more.
    let gone = judged.site.spawner == Spawner::Wrapper && fixes.iter().any(|f| f.wrapper);
    let Some(now) = now else {
        if gone {
            return None;
        }
        return Some(format!("the call of line {line} would be lost"));
    };
    let lost = matches!(now.verdict(), Verdict::Dropped | Verdict::Unsure);
    if is_fixed(fixes, site) {
        return lost
            .then(|| format!("the task of line {line} would still not be kept: {}", now.why));
    }
    let same = (now.verdict(), now.reason) == (judged.verdict(), judged.reason);
    // What shares a statement with a fixed call may well be kept by the fix; it must not be dropped by it. And the callers of
    // a wrapper that keeps its task now have nothing more to care for.
    let near = !to_blame(context, fixes, site).is_empty();
    let better =
        near && (now.verdict() != Verdict::Dropped || judged.verdict() == Verdict::Dropped);
    let relieved = judged.site.spawner == Spawner::Wrapper && now.verdict() == Verdict::Managed;
    (!same && !better && !relieved).then(|| {
        format!("the site of line {line}, which is not fixed, would be judged differently")
    })
}

fn is_fixed(fixes: &[&Fix], site: usize) -> bool {
    fixes.iter().any(|f| f.site == site)
}

/// The fixed sites that a site's fate depends on: itself, if it is one, else those whose fix is in its statement.
fn to_blame(context: &Context<'_>, fixes: &[&Fix], site: usize) -> Vec<usize> {
    if is_fixed(fixes, site) {
        return vec![site];
    }
    let statement = context.model.statement_of(context.judged[site].site.node);
    fixes.iter().filter(|f| f.statement == statement).map(|f| f.site).collect()
}
