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
        Self {
            reason: reason.into(),
            sites: Vec::new(),
        }
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
        return Err(Refusal::of(format!(
            "the new text would have a syntax error on line {line}"
        )));
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
    let by_start: BTreeMap<usize, &Judged> = ledger
        .iter()
        .map(|j| (model.tree.start(j.site.node), j))
        .collect();
    let moved: BTreeMap<usize, usize> = edits.anchors().into_iter().collect();
    let mut spoiled = Vec::new();
    let mut reason = String::new();
    for (i, judged) in context.judged.iter().enumerate() {
        let start = context.model.tree.start(judged.site.node);
        let at = moved.get(&i).copied().or_else(|| edits.moved(start));
        let now = at.and_then(|at| by_start.get(&at));
        let line = context.model.line(judged.site.node);
        let bad = match now {
            Some(now) if fixed.contains(&i) => {
                matches!(now.verdict(), Verdict::Dropped | Verdict::Unsure).then(|| {
                    format!(
                        "the task of line {line} would still not be kept: {}",
                        now.why
                    )
                })
            }
            None if fixed.contains(&i) => Some(format!("the call of line {line} would be lost")),
            Some(now)
                if (now.verdict(), now.reason) != (judged.verdict(), judged.reason)
                    && !inside_fixed(context, fixed, i) =>
            {
                Some(format!(
                    "the site of line {line}, which is not fixed, would be judged differently"
                ))
            }
            None => Some(format!(
                "the site of line {line}, which is not fixed, would be lost"
            )),
            Some(_) => None,
        };
        if let Some(bad) = bad {
            reason = bad;
            spoiled.push(i);
        }
    }
    let dropped = |l: &[Judged]| l.iter().filter(|j| j.verdict() == Verdict::Dropped).count();
    let left = context
        .judged
        .iter()
        .enumerate()
        .filter(|(i, _)| !fixed.contains(i));
    let left = left
        .filter(|(_, j)| j.verdict() == Verdict::Dropped)
        .count();
    if spoiled.is_empty() && dropped(ledger) > left {
        return Err(Refusal::of(
            "the new text would drop a task that was not dropped before",
        ));
    }
    match spoiled.is_empty() {
        true => Ok(()),
        false => Err(Refusal {
            reason,
            sites: spoiled,
        }),
    }
}

/// Whether a site is part of the call of a fixed one, which may well keep it now.
fn inside_fixed(context: &Context<'_>, fixed: &BTreeSet<usize>, site: usize) -> bool {
    let node = context.judged[site].site.node;
    fixed.iter().any(|f| {
        context
            .model
            .tree
            .contains(context.judged[*f].site.node, node)
    })
}
