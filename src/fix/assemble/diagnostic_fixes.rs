//! Fixes of findings about whole trackers: the edits, or why there are none. It must not question
//! whether the rule is right.

use std::collections::BTreeMap;
use std::ops::Range;

use super::super::file_context::FileContext;
use super::super::layout::{Edit, FileLayout, statement_layout};
use super::super::outcome::Outcome;
use super::super::trackers::FreeNames;
use super::retain_running::{keep_running, several_statements, unsupported};
use crate::decline::Decline;
use crate::python::{Kind, Model, NodeId};
use crate::rules::{FixKind, ProjectFinding, suppressions};
use crate::settings::Applicability;

/// What is decided about each of these findings, in their order.
pub(in crate::fix) struct DiagnosticFixes<'a> {
    project_findings: &'a [ProjectFinding],
    /// Why it has no fix, if so.
    declined: Vec<Option<Decline>>,
    wanted: Vec<bool>,
}

impl<'a> DiagnosticFixes<'a> {
    pub(in crate::fix) fn decide(context: &FileContext<'a>) -> Self {
        let project_findings = context.input.project_findings;
        let trial = |b: &ProjectFinding| edits(&context.layout, &mut FreeNames::default(), b).err();
        let declined: Vec<Option<Decline>> = project_findings.iter().map(trial).collect();
        let settings = context.input.settings;
        let open = |b: &ProjectFinding| b.is_to_be_fixed(settings.suppressed);
        let wanted = |(b, d): (&ProjectFinding, &Option<Decline>)| {
            (settings.unsafe_fixes || applicability(b) == Applicability::Safe)
                && open(b)
                && d.is_none()
        };
        let wanted = project_findings.iter().zip(&declined).map(wanted).collect();
        Self { project_findings, declined, wanted }
    }

    /// Whether no fix is applied.
    pub(in crate::fix) fn is_empty(&self) -> bool {
        !self.wanted.contains(&true)
    }

    /// The edits of all applied fixes but those of suppressions, and the removal of their suppression comments.
    pub(in crate::fix) fn edits(
        &self,
        context: &FileContext<'_>,
        names: &mut FreeNames,
    ) -> Vec<Edit> {
        let mut all = Vec::new();
        let mut comments = BTreeMap::new();
        for (project_finding, _) in
            self.project_findings.iter().zip(&self.wanted).filter(|(_, wanted)| **wanted)
        {
            if let FixKind::RemoveSuppression { .. } = project_finding.diagnostic.fix {
                continue;
            }
            all.extend(edits(&context.layout, names, project_finding).unwrap_or_default());
            for found in
                suppressions(context.model, project_finding.diagnostic.node, project_finding.rule)
            {
                let gone = found.removal.into_iter().map(|r| (r.start, Edit::delete(r)));
                comments.extend(gone);
            }
        }
        all.extend(comments.into_values());
        all
    }

    /// The applied removals of suppressions: the comment, what to delete of it, and the codes.
    pub(in crate::fix) fn unused_suppressions(
        &self,
    ) -> impl Iterator<Item = (NodeId, &'a [Range<usize>], &'a [String])> {
        let applied = self.project_findings.iter().zip(&self.wanted).filter(|(_, wanted)| **wanted);
        applied.filter_map(|(finding, _)| match &finding.diagnostic.fix {
            FixKind::RemoveSuppression { ranges, codes } => {
                Some((finding.diagnostic.node, &ranges[..], &codes[..]))
            }
            _ => None,
        })
    }

    /// Withdraws every applied fix.
    pub(in crate::fix) fn withdraw(&mut self, reason: &str) {
        for (declined, wanted) in self.declined.iter_mut().zip(&mut self.wanted) {
            if *wanted {
                *declined = Some(Decline::failed_validation(reason));
                *wanted = false;
            }
        }
    }

    /// One outcome for each finding.
    pub(in crate::fix) fn outcomes(&self) -> Vec<Outcome> {
        let outcome = |((declined, wanted), finding): ((&Option<Decline>, &bool), _)| match declined
        {
            Some(reason) => Outcome::Declined(reason.clone()),
            None => Outcome::Fix {
                applicability: applicability(finding),
                tracker: None,
                applied: *wanted,
                notes: Vec::new(),
                elsewhere: None,
            },
        };
        self.declined.iter().zip(&self.wanted).zip(self.project_findings).map(outcome).collect()
    }
}

/// How certain it is that the fix of a finding changes nothing else.
fn applicability(project_finding: &ProjectFinding) -> Applicability {
    match project_finding.diagnostic.fix {
        FixKind::RemoveSuppression { .. } => Applicability::Safe,
        _ => Applicability::Unsafe,
    }
}

/// The edits that fix one finding.
fn edits(
    layout: &FileLayout<'_>,
    names: &mut FreeNames,
    project_finding: &ProjectFinding,
) -> Result<Vec<Edit>, Decline> {
    match &project_finding.diagnostic.fix {
        FixKind::Unavailable(reason) => Err(reason.clone()),
        FixKind::ReplaceMethod { name, to } => {
            Ok(vec![Edit::replace(layout.model.tree.range(*name), *to)])
        }
        FixKind::AddDiscardCallback { adds } => {
            let each = adds.iter().map(|add| discard(layout, names, *add));
            Ok(each.collect::<Result<Vec<_>, _>>()?.concat())
        }
        FixKind::RestoreRunning { .. } | FixKind::RetainPending { .. } => {
            keep_running(layout, names, &project_finding.diagnostic.fix)
        }
        FixKind::AddPopDefault { arguments } => default(layout, *arguments),
        FixKind::ReplaceDelWithPop { statement } => pop_for_del(layout, *statement),
        FixKind::RemoveSuppression { ranges, .. } => {
            remove_suppression(layout.model, project_finding.diagnostic.node, ranges)
        }
    }
}

/// Deletes a suppression, or codes of it, unless that would change what the code means or how it is formatted.
fn remove_suppression(
    model: &Model,
    comment: NodeId,
    ranges: &[Range<usize>],
) -> Result<Vec<Edit>, Decline> {
    let is_whole = |range: &Range<usize>| range.start <= model.tree.start(comment);
    let parent = model.tree.parent(comment).map(|parent| model.kind(parent));
    if ranges.iter().any(is_whole) && !matches!(parent, Some(Kind::Module | Kind::Block)) {
        return Err(unsupported("without the comment a formatter may join the lines around it"));
    }
    // Python reads it on the first two lines only (reference/lexical_analysis.html, "Encoding declarations").
    let declares = |line: &str| line.trim_start().starts_with('#') && line.contains("coding");
    let moves_lines = model.line(comment) <= 2 && ranges.iter().any(is_whole);
    if moves_lines && model.source.code().lines().take(4).any(declares) {
        return Err(unsupported("without the comment another line may declare the encoding"));
    }
    Ok(ranges.iter().cloned().map(Edit::delete).collect())
}

/// `(key)` becomes `(key, None)`.
fn default(layout: &FileLayout<'_>, arguments: NodeId) -> Result<Vec<Edit>, Decline> {
    let tree = &layout.model.tree;
    let Some(last) = tree.children(arguments).last() else {
        return Err(unsupported("the `pop` has no key"));
    };
    Ok(vec![Edit::insert(tree.end(last), ", None")])
}

/// `del entries[key]` becomes `entries.pop(key, None)`.
fn pop_for_del(layout: &FileLayout<'_>, statement: NodeId) -> Result<Vec<Edit>, Decline> {
    let model = layout.model;
    let targets: Vec<NodeId> = model.tree.children(statement).collect();
    let [target] = targets[..] else {
        return Err(unsupported("the `del` statement has several targets"));
    };
    let parts: Vec<NodeId> = model.tree.children(target).collect();
    let [container, key] = parts[..] else {
        return Err(unsupported("the key is not a simple expression"));
    };
    let tree = &model.tree;
    Ok(vec![
        Edit::delete(tree.start(statement)..tree.start(container)),
        Edit::replace(tree.end(container)..tree.start(key), ".pop("),
        Edit::replace(tree.end(key)..tree.end(target), ", None)"),
    ])
}

/// Adds a line below `tasks.add(task)` that discards the task when it is done. If the argument is a
/// call, it gets a name first.
fn discard(
    layout: &FileLayout<'_>,
    names: &mut FreeNames,
    set: NodeId,
) -> Result<Vec<Edit>, Decline> {
    let model = layout.model;
    let tree = &model.tree;
    let line = model.place(set).in_words();
    let parts = tree.parent(set).and_then(|attribute| {
        let call = tree.parent(attribute).filter(|c| model.kind(*c) == Kind::Call)?;
        let statement = tree.parent(call)?;
        let whole = model.kind(statement) == Kind::ExpressionStatement;
        let [task] = model.positional(call)[..] else { return None };
        whole.then_some((statement, task))
    });
    let Some((statement, task)) = parts else {
        return Err(unsupported(format!("the call on {line} is part of a larger expression")));
    };
    let place = statement_layout(layout, statement);
    if !place.breaks.is_empty() {
        return Err(several_statements(&line));
    }
    let (newline, indent) = (layout.newline(), &place.indent);
    let behind = |name: &str| {
        format!("{newline}{indent}{name}.add_done_callback({}.discard)", model.text(set))
    };
    match model.kind(task) {
        Kind::Identifier => Ok(vec![Edit::insert(place.after, behind(model.text(task)))]),
        Kind::Call => {
            let name = names.local(layout.model, task, &["task", "background_task"], None);
            let add = format!("{newline}{indent}{}.add({name})", model.text(set));
            Ok(vec![
                Edit::replace(tree.start(statement)..tree.start(task), format!("{name} = ")),
                Edit::delete(tree.end(task)..tree.end(statement)),
                Edit::insert(place.after, format!("{add}{}", behind(&name))),
            ])
        }
        _ => Err(unsupported(format!("{line} adds an expression other than a name or a call"))),
    }
}
