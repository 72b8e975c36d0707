//! Findings for people: where, what, the source underlined, and what can be done. It writes no summary.

use annotate_snippets::{AnnotationKind, Element, Level, Origin, Renderer, Snippet};

use super::excerpt::excerpt;
use super::text::{harmless, shown};
use crate::fix::Outcome;
use crate::run::{Entry, FileReport, Found, Report};
use crate::settings::Applicability;
use crate::tasks::Reason;

/// Every finding that counts, with styles in it; a stream without colour has to take them out.
pub fn human(report: &Report) -> String {
    let renderer = Renderer::styled();
    let mut text = String::new();
    for file in &report.files {
        for entry in &file.entries {
            if let Some(found) = entry.open() {
                text.push_str(&one(&renderer, file, entry, found));
                text.push_str("\n\n");
            }
        }
    }
    text
}

fn one(renderer: &Renderer, file: &FileReport, entry: &Entry, found: &Found) -> String {
    let start = entry.span.start;
    let excerpt = excerpt(&file.source, &entry.span);
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
    // Of a bare statement the message has said it all.
    if entry.reason != Reason::Discarded {
        elements.push(Level::NOTE.message(harmless(&entry.why).into_owned()).into());
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
