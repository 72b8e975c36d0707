//! The audit as Markdown, to commit or to paste into a review: no longer than a comment on GitHub may be, unless everything is
//! asked for. It classifies nothing.

use super::audit_decisions::Decision;
use super::audit_rows::{Row, by_verdict, conclusion, location, of_scope};
use super::audit_selection::Selection;
use super::format::AuditView;
use super::markdown_text::{cell, code};
use super::text::plural;
use super::watch_text::run_text;
use crate::audit::Risk;
use crate::run::Report;

/// GitHub takes no longer comment, in characters; these are bytes.
const MAX_BYTES: usize = 65_536;
/// What is kept free for the lines that say what was left out.
const RESERVE: usize = 1_024;
/// So many sites of a decision are listed before the others are folded.
const MAX_LISTED: usize = 5;

/// The whole document.
pub fn audit_markdown(report: &Report, view: &AuditView<'_>) -> String {
    let selection = Selection::new(report, view);
    let room = if view.all { usize::MAX } else { MAX_BYTES - RESERVE };
    let mut page = Page { text: String::from("# Tasks\n\n"), room, cut: Vec::new() };
    let verdicts: Vec<String> = by_verdict(&selection.all_rows)
        .iter()
        .map(|(v, n)| format!("{n} {}", v.as_str()))
        .collect();
    let files = plural(report.looked_at, "file");
    page.text += &format!("Checked {files}: {}.\n", verdicts.join(", "));
    for (title, scope) in SCOPES {
        let rows = of_scope(&selection.all_rows, scope);
        page.text += &format!("{title}: {}\n", conclusion(&rows));
    }
    if !selection.decisions.is_empty() {
        let entries = selection.decisions.iter().enumerate();
        let entries = entries.map(|(index, each)| decision(index + 1, each, view.all));
        page.part("decision", ["\n## What to do\n", ""], entries);
    }
    for (title, scope) in SCOPES {
        let rows = of_scope(&selection.rows, scope);
        if !rows.is_empty() {
            let start = format!("\n## {title}\n{}", head(&selection));
            page.part("site", [&start, ""], rows.iter().map(|row| table_row(&selection, row)));
        }
    }
    for (title, scope) in SCOPES {
        let rows = of_scope(&selection.rows, scope);
        if !rows.is_empty() {
            let start =
                format!("\n<details><summary>Evidence: {}</summary>\n\n", title.to_lowercase());
            page.part("evidence list", [&start, "\n</details>\n"], rows.iter().map(evidence));
        }
    }
    let left_out = selection.left_out();
    if !left_out.is_empty() {
        page.text += &format!("\n{left_out}\n");
    }
    if !page.cut.is_empty() {
        let cut = page.cut.join(", ");
        page.text += &format!(
            "\nShortened to fit into a GitHub comment; left out: {cut}. `--all` lists everything.\n"
        );
    }
    page.text
}

const SCOPES: [(&str, &str); 2] = [("Production code", "production"), ("Test code", "test")];

/// The text so far, how long it may become, and what had no room.
struct Page {
    text: String,
    room: usize,
    cut: Vec<String>,
}

impl Page {
    /// Adds a part as long as there is room: what stands before its entries, the entries, and its end.
    fn part(
        &mut self,
        what: &str,
        [start, end]: [&str; 2],
        entries: impl ExactSizeIterator<Item = String>,
    ) {
        let count = entries.len();
        let mut shown = 0;
        for entry in entries {
            // Without an entry there is nothing to begin.
            let start = if shown == 0 { start } else { "" };
            if self.text.len() + start.len() + entry.len() + end.len() > self.room {
                break;
            }
            self.text += start;
            self.text += &entry;
            shown += 1;
        }
        if shown > 0 {
            self.text += end;
        }
        if shown < count {
            self.cut.push(plural(count - shown, what));
        }
    }
}

fn decision(number: usize, decision: &Decision<'_>, all: bool) -> String {
    let risk = decision.risk.as_str();
    let tests = if decision.is_test { ", test code" } else { "" };
    let problem = cell(&decision.problem);
    let mut text =
        format!("\n### {number}. {risk}{tests}: {problem}\n\n{}\n\n", cell(&decision.action));
    let sites: Vec<String> =
        decision.sites.iter().map(|site| format!("- {}\n", described(site))).collect();
    let limit = if all || sites.len() <= MAX_LISTED + 1 { sites.len() } else { MAX_LISTED };
    text += &sites[..limit].concat();
    if limit < sites.len() {
        text += &fold(&format!("{} more", plural(sites.len() - limit, "site")), &sites[limit..]);
    }
    let line = |e| format!("- {}: {}\n", code(&location(e)), cell(&e.note));
    let evidence: Vec<String> = decision.evidence.iter().map(line).collect();
    text + &fold("Evidence", &evidence)
}

fn fold(title: &str, lines: &[String]) -> String {
    match lines {
        [] => String::new(),
        lines => {
            format!("\n<details><summary>{title}</summary>\n\n{}\n</details>\n", lines.concat())
        }
    }
}

fn described(site: &super::audit_decisions::DecisionSite<'_>) -> String {
    match &site.row {
        Some(row) => format!(
            "{} {} in {}",
            code(&site.place()),
            code(row.coroutine_or_callee()),
            code(row.function())
        ),
        None => code(&site.place()),
    }
}

const HEAD: &str = "
| site | coroutine | owner | lifetime | stopped by | failure | cancellation | risk | action |";
const HEAD_RULE: &str = "
|---|---|---|---|---|---|---|---|---|";
/// What is seen at run time, in a table that has it.
const RUN_HEAD: [&str; 2] = [" at run time |", "---|"];

fn head(selection: &Selection<'_>) -> String {
    let [run, rule] = if selection.has_runs() { RUN_HEAD } else { [""; 2] };
    format!("{HEAD}{run}{HEAD_RULE}{rule}\n")
}

fn table_row(selection: &Selection<'_>, row: &Row<'_>) -> String {
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
        cell(&selection.action(row)),
    ];
    let run = selection.run_of(row).map(|run| format!(" {} |", cell(&run_text(run))));
    format!("| {} |{}\n", cells.join(" | "), run.unwrap_or_default())
}

fn evidence(row: &Row<'_>) -> String {
    let mut text =
        format!("- {} {}: {}\n", code(&row.place()), row.verdict(), cell(&row.entry.why));
    let shown = row.audit.evidence.iter().map(|e| (e, ""));
    let stops = row.audit.stopped_by.iter().map(|e| (e, "stop: "));
    for (related, kind) in shown.chain(stops) {
        let (place, note) = row.location_and_note(related);
        text += &format!("  - {kind}{}: {}\n", cell(&place), cell(&note));
    }
    for (about, place, note) in row.facts() {
        text += &format!("  - {about}: {}: {}\n", cell(&place), cell(&note));
    }
    text
}
