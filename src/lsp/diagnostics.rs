//! Findings as diagnostics of the protocol. It classifies nothing.

use lsp_types::{Diagnostic, DiagnosticSeverity, NumberOrString};

use super::documents::Document;
use crate::run::{FileReport, Report};

/// What a report says of one document.
pub(super) fn file_of<'r>(report: &'r Report, document: &Document) -> Option<&'r FileReport> {
    report.files.iter().find(|file| file.real.as_deref() == Some(&document.path))
}

/// The open findings of a document.
pub(super) fn diagnostics(report: &Report, document: &Document) -> Vec<Diagnostic> {
    let lines = document.lines();
    let items = file_of(report, document).map(FileReport::open).unwrap_or_default();
    let diagnostic = |item: crate::run::Item<'_>| Diagnostic {
        range: lines.range(&item.span().bytes),
        severity: Some(DiagnosticSeverity::WARNING),
        code: Some(NumberOrString::String(item.found().rule.code.to_owned())),
        source: Some("undangle".to_owned()),
        message: item.found().message.clone(),
        ..Diagnostic::default()
    };
    items.into_iter().map(diagnostic).collect()
}
