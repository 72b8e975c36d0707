//! Checks a new text in memory before it is shown or written: parse it, analyse it again, compare.
//! It must not rely on what the planner promised.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::file_context::FileContext;
use super::layout::EditSet;
use super::plan::{RewriteForm, SiteFix};
use crate::python::{Model, NodeId, check_parsed_layout};
use crate::tasks::{ClassifiedSite, ProjectIndex, Reason, Spawner, Verdict, anchors, classify};
use crate::text::SourceFile;

/// Why a new text is rejected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct InvalidPatch {
    /// For the user.
    pub reason: String,
    /// The indices of the sites at fault, as far as known.
    pub sites: Vec<usize>,
}

impl InvalidPatch {
    pub(super) fn of(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), sites: Vec::new() }
    }
}

/// Checks that the new text is valid Python, that only the edits changed it, and that every fixed
/// task is now kept. `trusted` are calls that a function of another file keeps; that function was
/// checked there.
pub(super) fn validate(
    context: &FileContext<'_>,
    edits: &EditSet,
    new: SourceFile,
    fixes: &[&SiteFix],
    trusted: &BTreeSet<NodeId>,
) -> Result<(), InvalidPatch> {
    let old = &context.model.source;
    if !edits.explains(old.bytes(), new.bytes()) {
        return Err(InvalidPatch::of("text outside the edits would change"));
    }
    let model = model_of(context, edits, new);
    if let Some(at) = model.tree.error() {
        let line = model.source.line(at).in_words();
        return Err(InvalidPatch::of(format!("the new text would have a syntax error on {line}")));
    }
    check_parsed_layout(&model.source, &model.tree).map_err(|e| {
        InvalidPatch::of(format!(
            "Python would reject {} of the new text: {}",
            model.source.line_at(e.line - 1).in_words(),
            e.message
        ))
    })?;
    let mut analyses = vec![classify(&model, context.input.project)];
    let is_lambda =
        |j: &ClassifiedSite| j.wrapper.as_deref().is_some_and(|path| path.contains("<lambda>"));
    if fixes.iter().any(|f| f.in_wrapper) || context.input.classified.iter().any(is_lambda) {
        // The project's summaries describe the old text; a fixed wrapper behaves differently in the
        // new one, and a lambda is elsewhere.
        let renewed = ProjectIndex::build(std::slice::from_ref(&model));
        analyses.push(classify(&model, &renewed));
    }
    check_sites(context, edits, &FixedSites::new(fixes, trusted), &model, &analyses)
}

/// Parses the new text. A function without a site that no edit touches is as valid as in the old text, which was checked.
fn model_of(context: &FileContext<'_>, edits: &EditSet, new: SourceFile) -> Model {
    let old = context.model;
    let written: Vec<Range<usize>> = edits.written().collect();
    let sites = context.input.classified.iter().map(|c| old.tree.start(c.site.node));
    let mut sites: Vec<usize> = sites.filter_map(|start| edits.moved(start)).collect();
    sites.sort_unstable();
    let is_looked_at = |function: Range<usize>| {
        let next_site = sites.partition_point(|site| *site < function.start);
        let next_edit = written.partition_point(|edit| edit.end < function.start);
        sites.get(next_site).is_some_and(|site| *site < function.end)
            || written.get(next_edit).is_some_and(|edit| edit.start <= function.end)
    };
    let anchors: Vec<usize> = anchors(new.code().as_bytes()).collect();
    Model::partial_with(new, old.module.clone(), &anchors, is_looked_at)
}

/// The applied fixes, indexed for the checks.
struct FixedSites {
    sites: BTreeSet<usize>,
    /// Sites that a function of another file keeps.
    trusted: BTreeSet<usize>,
    statements: BTreeMap<NodeId, Vec<usize>>,
    wrapper: bool,
    /// Uncalled spawners in whose place a keeping function is passed, which makes no site.
    replaced: BTreeSet<usize>,
}

impl FixedSites {
    fn new(fixes: &[&SiteFix], trusted: &BTreeSet<NodeId>) -> Self {
        let mut statements: BTreeMap<NodeId, Vec<usize>> = BTreeMap::new();
        for fix in fixes {
            statements.entry(fix.statement).or_default().push(fix.site);
        }
        Self {
            sites: fixes.iter().map(|f| f.site).collect(),
            trusted: fixes.iter().filter(|f| trusted.contains(&f.call)).map(|f| f.site).collect(),
            statements,
            wrapper: fixes.iter().any(|f| f.in_wrapper),
            replaced: fixes
                .iter()
                .filter(|f| f.replacement.is_some() && f.form == RewriteForm::Uncalled)
                .map(|f| f.site)
                .collect(),
        }
    }

    /// The fixed sites that can have changed the verdict of a site: itself if it is fixed, else
    /// those in its statement.
    fn sites_at_fault(&self, context: &FileContext<'_>, site: usize) -> Vec<usize> {
        if self.sites.contains(&site) {
            return vec![site];
        }
        let statement = context.model.statement_of(context.input.classified[site].site.node);
        self.statements.get(&statement).cloned().unwrap_or_default()
    }
}

/// Compares the new verdicts with the old ones. In at least one of the analyses, every fixed task
/// is kept and every other site is unchanged.
fn check_sites(
    context: &FileContext<'_>,
    edits: &EditSet,
    fixed: &FixedSites,
    model: &Model,
    analyses: &[Vec<ClassifiedSite>],
) -> Result<(), InvalidPatch> {
    let start = |j: &ClassifiedSite| model.tree.start(j.site.node);
    let by_start: Vec<BTreeMap<usize, &ClassifiedSite>> =
        analyses.iter().map(|l| l.iter().map(|j| (start(j), j)).collect()).collect();
    let moved: BTreeMap<usize, usize> = edits.anchors().into_iter().collect();
    let mut rejection = InvalidPatch::of("");
    for (i, classified) in context.input.classified.iter().enumerate() {
        let start = context.model.tree.start(classified.site.node);
        let at = moved.get(&i).copied().or_else(|| edits.moved(start));
        let now = by_start.iter().map(|l| at.and_then(|at| l.get(&at).copied()));
        let bad: Option<Vec<String>> = now.map(|n| compare(context, fixed, i, n)).collect();
        if let Some(bad) = bad.and_then(|b| b.into_iter().next()) {
            rejection.reason = bad;
            rejection.sites.extend(fixed.sites_at_fault(context, i));
        }
    }
    let dropped =
        |l: &Vec<ClassifiedSite>| l.iter().filter(|j| j.verdict() == Verdict::Dropped).count();
    let left =
        context.input.classified.iter().enumerate().filter(|(i, _)| !fixed.sites.contains(i));
    let left = left.filter(|(_, j)| j.verdict() == Verdict::Dropped).count();
    match rejection.reason.is_empty() {
        false => Err(rejection),
        true if analyses.iter().all(|l| dropped(l) > left) => {
            Err(InvalidPatch::of("the new text would drop another task"))
        }
        true => Ok(()),
    }
}

/// What is wrong with one old site in the new text.
fn compare(
    context: &FileContext<'_>,
    fixed: &FixedSites,
    site: usize,
    now: Option<&ClassifiedSite>,
) -> Option<String> {
    let classified = &context.input.classified[site];
    let line = || context.model.place(classified.site.node).in_words();
    // A wrapper that now keeps its task no longer spawns.
    let gone = (classified.site.spawner == Spawner::Wrapper && fixed.wrapper)
        || fixed.replaced.contains(&site);
    let Some(now) = now else {
        return (!gone).then(|| format!("the call on {} would be lost", line()));
    };
    let lost = match now.verdict() {
        Verdict::Dropped => true,
        Verdict::Unsure => !(fixed.trusted.contains(&site) && now.reason == Reason::Argument),
        Verdict::Held | Verdict::Managed => false,
    };
    if fixed.sites.contains(&site) {
        return lost
            .then(|| format!("nothing would keep the task of {} either: {}", line(), now.why));
    }
    let same = (now.verdict(), now.reason) == (classified.verdict(), classified.reason);
    // A site that shares a statement with a fixed call may become kept, but not dropped. Callers of
    // a fixed wrapper become managed.
    let better = || {
        let kept = now.verdict() != Verdict::Dropped || classified.verdict() == Verdict::Dropped;
        kept && !fixed.sites_at_fault(context, site).is_empty()
    };
    let relieved = classified.site.spawner == Spawner::Wrapper && now.verdict() == Verdict::Managed;
    (!same && !better() && !relieved)
        .then(|| format!("the verdict for the unchanged call on {} would change", line()))
}
