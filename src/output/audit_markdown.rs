//! The audit as Markdown, to commit or to paste into a review. It classifies nothing.

use super::audit_rows::{Row, by_verdict, conclusion, rows};
use super::markdown_text::{cell, code};
use super::text::{display_path, plural};
use crate::audit::{RelatedLocation, Risk};
use crate::run::{Notice, Report};

/// The whole document.
pub fn audit_markdown(report: &Report) -> String {
    let rows = rows(report);
    let mut text = String::from("# Tasks\n\n");
    let verdicts: Vec<String> =
        by_verdict(&rows).iter().map(|(v, n)| format!("{n} {}", v.as_str())).collect();
    let files = plural(report.looked_at, "file");
    text += &format!("Checked {files}: {}.\n", verdicts.join(", "));
    for (title, scope) in [("Production code", "production"), ("Test code", "test")] {
        let section: Vec<Row<'_>> = rows.iter().copied().filter(|r| r.scope() == scope).collect();
        text += &format!("\n## {title}\n\n{}\n", conclusion(&section));
        if !section.is_empty() {
            table(&mut text, &section);
            evidence(&mut text, &section);
        }
    }
    let notices: Vec<_> =
        report.files.iter().flat_map(|f| f.notices.iter().map(move |n| (f, n))).collect();
    if !notices.is_empty() {
        text.push_str("\n## Findings\n\n");
        for (file, notice) in notices {
            finding(&mut text, &display_path(&file.path), notice);
        }
    }
    text
}

const HEAD: &str = "
| site | coroutine | owner | lifetime | stopped by | failure | cancellation | risk | action |
|---|---|---|---|---|---|---|---|---|
";

fn table(text: &mut String, rows: &[Row<'_>]) {
    text.push_str(HEAD);
    for row in rows {
        let audit = row.audit;
        let purpose = audit.purpose.as_deref().map(|p| format!(": {}", cell(p)));
        let risk = audit.risk.as_str();
        let cells = [
            format!("{} in {}", code(&row.place()), code(row.function())),
            format!("{}{}", code(&audit.coroutine), purpose.unwrap_or_default()),
            cell(row.owner()),
            audit.lifetime.as_str().to_owned(),
            cell(&row.stopped_by()),
            audit.failure.as_str().to_owned(),
            audit.cancellation.as_str().to_owned(),
            if audit.risk >= Risk::Medium { format!("**{risk}**") } else { risk.to_owned() },
            cell(&row.action()),
        ];
        *text += &format!("| {} |\n", cells.join(" | "));
    }
}

fn evidence(text: &mut String, rows: &[Row<'_>]) {
    text.push_str("\n### Evidence\n\n");
    for row in rows {
        let (place, verdict) = (code(&row.place()), row.verdict());
        *text += &format!("- {place} {verdict}: {}\n", cell(&row.entry.why));
        let shown = row.audit.evidence.iter().map(|w| (w, ""));
        let stops = row.audit.stopped_by.iter().map(|w| (w, "stop: "));
        for (related, kind) in shown.chain(stops) {
            let (place, note) = row.location_and_note(related);
            *text += &format!("  - {kind}{}: {}\n", cell(&place), cell(&note));
        }
        for (about, place, note) in row.facts() {
            *text += &format!("  - {about}: {}: {}\n", cell(&place), cell(&note));
        }
    }
}

fn finding(text: &mut String, path: &str, notice: &Notice) {
    let (rule, line) = (notice.found.rule, notice.span.start.line);
    let place = code(&format!("{path}:{line}"));
    let state = if notice.found.suppressed { " (suppressed)" } else { "" };
    *text += &format!("- {} {place}{state}: {}\n", rule.code, cell(&notice.found.message));
    for RelatedLocation { path, line, note } in &notice.evidence {
        *text += &format!("  - {}:{line}: {}\n", cell(&display_path(path)), cell(note));
    }
}
