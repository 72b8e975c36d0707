//! Code actions: keep this task, ignore it here, fix all in this file. It offers them, and makes their edits when they are
//! asked for.

use std::collections::BTreeSet;
use std::ops::Range;

use lsp_types::{
    CodeAction, CodeActionContext, CodeActionKind, Diagnostic, TextEdit, Url, WorkspaceEdit,
};
use serde::{Deserialize, Serialize};

use super::analysis::Request;
use super::diagnostics::{diagnostics, file_of};
use super::documents::Document;
use super::edits::in_workspace;
use crate::fix::added_ignore;
use crate::rules::Rule;
use crate::run::{FileReport, FindingKey, Item, Report};
use crate::settings::Applicability;
use crate::text::SourceFile;

/// Fixes everything in a file, as `editor.codeActionsOnSave` asks for.
pub(super) const FIX_ALL: CodeActionKind = CodeActionKind::new("source.fixAll.undangle");

/// What an action fixes: it goes to the client and comes back when the edit is wanted.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct FixData {
    pub(super) url: Url,
    /// The first byte and the rule of a finding; `None` for all of the file that are fixed without being asked for one by one.
    finding: Option<(usize, String)>,
}

impl FixData {
    /// The run that makes the fix.
    pub(super) fn request(&self, file: &FileReport) -> Request {
        let is_it = |item: &Item<'_>| match &self.finding {
            Some((start, code)) => {
                item.span().bytes.start == *start && item.found().rule.code == code
            }
            None => true,
        };
        let items = file.open().into_iter().filter(is_it);
        let selected: BTreeSet<FindingKey> = items.map(|item| file.key(item)).collect();
        Request { selected: Some(selected), unsafe_fixes: self.finding.is_some() }
    }
}

/// What is asked for: a range of a document, and the kinds of action.
pub(super) struct Asked<'a> {
    pub(super) url: &'a Url,
    pub(super) document: &'a Document,
    pub(super) range: Range<usize>,
    pub(super) context: &'a CodeActionContext,
    /// Whether the client takes edits of one version of a document.
    pub(super) versioned: bool,
}

impl Asked<'_> {
    fn wants(&self, kind: &CodeActionKind) -> bool {
        let fits = |only: &CodeActionKind| {
            let rest = kind.as_str().strip_prefix(only.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        self.context.only.as_ref().is_none_or(|only| only.iter().any(fits))
    }
}

/// The actions for a range. Those with `data` have no edit yet.
pub(super) fn actions(report: &Report, asked: &Asked<'_>) -> Vec<CodeAction> {
    let Some(file) = file_of(report, asked.document) else { return Vec::new() };
    let open = file.open();
    let mut actions = Vec::new();
    if asked.wants(&CodeActionKind::QUICKFIX) {
        let told = diagnostics(report, asked.document);
        for (item, diagnostic) in open.iter().zip(told) {
            let bytes = &item.span().bytes;
            if bytes.start <= asked.range.end && asked.range.start <= bytes.end {
                actions.extend(keep(asked, *item, &diagnostic));
                actions.extend(ignore(asked, *item, diagnostic));
            }
        }
    }
    if asked.wants(&FIX_ALL) && open.iter().any(|item| item.found().is_patched()) {
        actions.push(CodeAction {
            title: "Fix all in this file".to_owned(),
            kind: Some(FIX_ALL),
            data: data(asked.url, None),
            ..CodeAction::default()
        });
    }
    actions
}

fn data(url: &Url, finding: Option<(usize, String)>) -> Option<serde_json::Value> {
    serde_json::to_value(FixData { url: url.clone(), finding }).ok()
}

/// The fix of one finding.
fn keep(asked: &Asked<'_>, item: Item<'_>, diagnostic: &Diagnostic) -> Option<CodeAction> {
    let applicability = item.found().applicability()?;
    let what = match item {
        Item::Site(..) => "Keep this task".to_owned(),
        Item::Notice(notice) => format!("Fix {}", notice.found.rule.name),
    };
    let title = match applicability {
        Applicability::Safe => what,
        Applicability::Unsafe => format!("{what} (unsafe fix)"),
        Applicability::Display => return None,
    };
    Some(CodeAction {
        title,
        kind: Some(CodeActionKind::QUICKFIX),
        diagnostics: Some(vec![diagnostic.clone()]),
        is_preferred: Some(applicability == Applicability::Safe),
        data: data(asked.url, Some((item.span().bytes.start, item.found().rule.code.to_owned()))),
        ..CodeAction::default()
    })
}

/// A comment that suppresses one finding.
fn ignore(asked: &Asked<'_>, item: Item<'_>, diagnostic: Diagnostic) -> Option<CodeAction> {
    let rule = item.found().rule;
    Some(CodeAction {
        title: format!("Ignore here (`# undangle: ignore[{}]`)", rule.code),
        kind: Some(CodeActionKind::QUICKFIX),
        diagnostics: Some(vec![diagnostic]),
        edit: Some(comment(asked, item.span().bytes.clone(), rule)?),
        ..CodeAction::default()
    })
}

fn comment(asked: &Asked<'_>, bytes: Range<usize>, rule: &'static Rule) -> Option<WorkspaceEdit> {
    let document = asked.document;
    let source = SourceFile::new(&document.path, document.text.clone().into_bytes()).ok()?;
    let (at, new_text, _) = added_ignore(&source, bytes, rule)?;
    let edit = TextEdit { range: document.lines().range(&(at..at)), new_text };
    let edits = vec![(asked.url.clone(), Some(document.version), vec![edit])];
    Some(in_workspace(edits, asked.versioned))
}
