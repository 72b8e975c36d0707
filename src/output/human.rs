//! The full text format: where, what, the source underlined, and what can be done. It writes no
//! summary.

use annotate_snippets::{AnnotationKind, Element, Level, Origin, Renderer, Snippet};

use super::diff::change;
use super::excerpt::excerpt;
use super::text::{display_path, sanitize};
use crate::audit::RelatedLocation;
use crate::fix::Outcome;
use crate::rules::headline;
use crate::run::{FileReport, Found, Item, Report};
use crate::settings::Applicability;
use crate::tasks::Reason;

/// Why the findings about single sites matter, once for all of them.
const MECHANISM: &str = "The event loop keeps only weak references to tasks: without another \
                         reference, a task may be garbage-collected before it finishes \
                         (`undangle explain UND001`).\n\n";

/// Every open finding, with ANSI styles; a stream without colour has to strip them. A quiet run does not explain why they matter.
pub fn human(report: &Report, is_quiet: bool) -> String {
    let renderer = Renderer::styled();
    let mut text = String::new();
    let mut has_sites = false;
    for file in &report.files {
        for item in file.open() {
            text.push_str(&render_item(&renderer, file, item));
            text.push_str("\n\n");
            if let Some(new) = &item.found().alone {
                let change = change(&file.path, file.source.file_bytes(), new, true);
                text.push_str(&String::from_utf8_lossy(&change));
                text.push('\n');
            }
            has_sites |= matches!(item, Item::Site(..));
        }
    }
    if has_sites && !is_quiet {
        text.push_str(MECHANISM);
    }
    text
}

fn render_item(renderer: &Renderer, file: &FileReport, item: Item<'_>) -> String {
    let (span, found) = (item.span(), item.found());
    let start = span.start;
    let excerpt = excerpt(&file.source, span);
    let mut path = display_path(&file.path);
    if let Some(cell) = start.line.cell {
        path += &format!(":cell {cell}");
    }
    let snippet = Snippet::source(excerpt.text)
        .line_start(start.line.number)
        .fold(true)
        .annotation(AnnotationKind::Primary.span(excerpt.span));
    let mut elements: Vec<Element<'_>> = match excerpt.is_whole {
        true => vec![snippet.path(path).into()],
        // Columns cannot be derived from a truncated line.
        false => {
            let origin = Origin::path(path).line(start.line.number).char_column(start.column);
            vec![origin.into(), snippet.into()]
        }
    };
    let message = match item {
        Item::Site(..) => headline(&found.message),
        Item::Notice(_) => &found.message,
    };
    let message = sanitize(message).into_owned();
    let note = |text: &str| Level::NOTE.message(sanitize(text).into_owned()).into();
    match item {
        // For a bare statement the message says everything.
        Item::Site(entry, _) if entry.reason == Reason::Discarded => {}
        Item::Site(entry, _) => elements.push(note(&entry.why)),
        Item::Notice(notice) => {
            let at = |w: &RelatedLocation| {
                note(&format!("{}:{}: {}", display_path(&w.path), w.line, w.note))
            };
            elements.extend(notice.evidence.iter().map(at));
        }
    }
    elements.extend(hints(found));
    let group = Level::WARNING.primary_title(message).id(found.rule.code).elements(elements);
    renderer.render(&[group])
}

/// Whether there is a fix and how to apply it, or why there is none.
fn hints(found: &Found) -> Vec<Element<'static>> {
    let mut hints = Vec::new();
    match &found.outcome {
        Outcome::Declined(reason) => {
            let text = format!("no automatic fix: {}", sanitize(&reason.message));
            hints.push(Level::NOTE.message(text).into());
        }
        Outcome::Fix { applicability, tracker, notes, .. } => {
            let (kind, command) = match applicability {
                Applicability::Safe => ("safe fix", " (`undangle fix`)"),
                Applicability::Unsafe => ("unsafe fix", " (`undangle fix --unsafe-fixes`)"),
                Applicability::Display => ("suggestion", ""),
            };
            let keeper = match tracker {
                Some(tracker) => format!(": keep it in `{}`", sanitize(tracker)),
                None => " available".to_owned(),
            };
            hints.push(Level::HELP.message(format!("{kind}{keeper}{command}")).into());
            for note in notes {
                hints.push(Level::NOTE.message(sanitize(&note.message).into_owned()).into());
            }
        }
    }
    hints
}
