//! What is shown of a finding under the pointer: the reason, what a fix would do, and the page of its rule. It classifies nothing.

use lsp_types::{Hover, HoverContents, MarkupContent, MarkupKind, Position};

use super::diagnostics::file_of;
use super::documents::Document;
use crate::fix::Outcome;
use crate::run::{Item, Report};
use crate::settings::Applicability;

/// The findings at a position; none where there is none.
pub(super) fn hover(report: &Report, document: &Document, position: Position) -> Option<Hover> {
    let lines = document.lines();
    let offset = lines.offset(position);
    let items = file_of(report, document)?.open();
    let here: Vec<Item<'_>> =
        items.into_iter().filter(|item| item.span().bytes.contains(&offset)).collect();
    let innermost = here.iter().min_by_key(|item| item.span().bytes.len())?;
    let value = here.iter().map(text).collect::<Vec<_>>().join("\n---\n\n");
    Some(Hover {
        contents: HoverContents::Markup(MarkupContent { kind: MarkupKind::Markdown, value }),
        range: Some(lines.range(&innermost.span().bytes)),
    })
}

fn text(item: &Item<'_>) -> String {
    let found = item.found();
    let reasons: Vec<String> = match item {
        Item::Site(entry, _) => vec![entry.why.clone()],
        Item::Notice(notice) => {
            let evidence = notice.evidence.iter();
            evidence.map(|e| format!("{}:{}: {}", e.path.display(), e.line, e.note)).collect()
        }
    };
    let fix = match &found.outcome {
        Outcome::Declined(reason) => format!("No automatic fix: {}", reason.message),
        Outcome::Fix { applicability, tracker, .. } => {
            let kind = match applicability {
                Applicability::Safe => "Safe fix",
                Applicability::Unsafe => "Unsafe fix",
                Applicability::Display => "Suggestion",
            };
            match tracker {
                Some(tracker) => format!("{kind}: keep it in `{tracker}`"),
                None => format!("{kind} available"),
            }
        }
    };
    let mut lines = vec![found.message.clone()];
    lines.extend(reasons.into_iter().filter(|reason| *reason != found.message));
    lines.push(fix);
    format!("{}\n\n---\n\n{}", lines.join("\n\n"), found.rule.doc)
}
