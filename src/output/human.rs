//! Findings for people: where, what, the source underlined, and what can be done. It writes no summary.

use annotate_snippets::{AnnotationKind, Element, Level, Origin, Renderer, Snippet};

use super::excerpt::excerpt;
use super::text::{harmless, shown};
use crate::audit::RelatedLocation;
use crate::fix::Outcome;
use crate::run::{FileReport, Found, Item, Report};
use crate::settings::Applicability;
use crate::tasks::Reason;

/// Every finding that counts, with styles in it; a stream without colour has to take them out.
pub fn human(report: &Report) -> String {
    let renderer = Renderer::styled();
    let mut text = String::new();
    for file in &report.files {
        for item in file.open() {
            text.push_str(&one(&renderer, file, item));
            text.push_str("\n\n");
        }
    }
    text
}

fn one(renderer: &Renderer, file: &FileReport, item: Item<'_>) -> String {
    let (span, found) = (item.span(), item.found());
    let start = span.start;
    let excerpt = excerpt(&file.source, span);
    let path = shown(&file.path);
    let snippet = Snippet::source(excerpt.text)
        .line_start(start.line)
        .fold(false)
        .annotation(AnnotationKind::Primary.span(excerpt.span));
    let mut elements: Vec<Element<'_>> = match excerpt.is_whole {
        true => vec![snippet.path(path).into()],
        // The place cannot be counted off a line that is cut.
        false => {
            let origin = Origin::path(path).line(start.line).char_column(start.column);
            vec![origin.into(), snippet.into()]
        }
    };
    let message = harmless(&found.message).into_owned();
    let note = |text: &str| Level::NOTE.message(harmless(text).into_owned()).into();
    match item {
        // Of a bare statement the message has said it all.
        Item::Site(entry, _) if entry.reason == Reason::Discarded => {}
        Item::Site(entry, _) => elements.push(note(&entry.why)),
        Item::Notice(notice) => {
            let at =
                |w: &RelatedLocation| note(&format!("{}:{}: {}", shown(&w.path), w.line, w.note));
            elements.extend(notice.evidence.iter().map(at));
        }
    }
    elements.extend(hints(found));
    let group = Level::WARNING.primary_title(message).id(found.rule.code).elements(elements);
    renderer.render(&[group])
}

/// Whether there is a fix and how to get it, or why there is none.
fn hints(found: &Found) -> Vec<Element<'static>> {
    let mut hints = Vec::new();
    match &found.outcome {
        Outcome::Declined(reason) => {
            hints.push(Level::NOTE.message(format!("no fix: {}", harmless(reason))).into());
        }
        Outcome::Fix { applicability, tracker, note, .. } => {
            let (kind, command) = match applicability {
                Applicability::Safe => ("a safe fix", " (`undangle fix`)"),
                Applicability::Unsafe => ("an unsafe fix", " (`undangle fix --unsafe-fixes`)"),
                Applicability::Display => ("a suggestion", ""),
            };
            let keeper = match tracker {
                Some(tracker) => format!(" keeps it in `{}`", harmless(tracker)),
                None => " exists".to_owned(),
            };
            hints.push(Level::HELP.message(format!("{kind}{keeper}{command}")).into());
            if let Some(note) = note {
                hints.push(Level::NOTE.message(harmless(note).into_owned()).into());
            }
        }
    }
    hints
}
