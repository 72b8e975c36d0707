//! How a report is shown: the list of all formats, and one file for each, with its own structs. It decides nothing and
//! changes no file.

mod text;
mod format;
mod count;
mod faults;
mod action;
mod audit_json;
mod audit_rows;
mod json;
mod concise;
mod excerpt;
mod audit_markdown;
mod audit_patch;
mod audit_html;
mod human;
mod table;
mod summary;
mod git_quote;
mod diff;
mod progress;

pub use audit_html::audit_html;
pub use audit_markdown::audit_markdown;
pub use concise::concise;
pub use count::Counts;
pub use diff::diff;
pub use faults::faults;
pub use format::{Format, Medium, PatchStyle, RenderContext, ReportKind};
pub use human::human;
pub use json::json;
pub use progress::run_with_progress;
pub use summary::{
    audit_summary, check_summary, consequence_notes, diff_summary, factory_notes, fix_summary,
    shared_tracker_notes, shutdown_notes, written_files,
};
pub use table::{audit_findings, audit_lines, table};
pub use text::sanitize;

use ReportKind::{Audit, Check, Diff, Fix};

/// Every format. The first one that a command takes is its default; two commands may differ in what a name stands for.
static FORMATS: &[Format] = &[
    Format {
        name: "human",
        help: "With source excerpts and hints",
        kinds: &[Check, Fix],
        medium: Medium::Terminal,
        render: |report, _| human(report).into_bytes(),
    },
    Format {
        name: "human",
        help: "A table",
        kinds: &[Audit],
        medium: Medium::Terminal,
        render: |report, _| (table(report) + &audit_findings(report)).into_bytes(),
    },
    Format {
        name: "diff",
        help: "A patch",
        kinds: &[Diff],
        medium: Medium::Document,
        render: |report, context| diff(report, context.cwd, context.patch_style),
    },
    Format {
        name: "concise",
        help: "One line each",
        kinds: &[Check, Fix],
        medium: Medium::Document,
        render: |report, _| concise(report).into_bytes(),
    },
    Format {
        name: "concise",
        help: "One line each",
        kinds: &[Audit],
        medium: Medium::Document,
        render: |report, _| audit_lines(report).into_bytes(),
    },
    Format {
        name: "json",
        help: "For programs",
        kinds: &[Check, Fix, Audit],
        medium: Medium::Data,
        render: |report, context| json(report, context.kind).into_bytes(),
    },
    Format {
        name: "json",
        help: "For programs: the findings and their fixes, without the patch",
        kinds: &[Diff],
        medium: Medium::Data,
        render: |report, context| json(report, context.kind).into_bytes(),
    },
    Format {
        name: "markdown",
        help: "To commit, or to paste into a review",
        kinds: &[Audit],
        medium: Medium::Document,
        render: |report, _| audit_markdown(report).into_bytes(),
    },
    Format {
        name: "html",
        help: "One page, which needs no network",
        kinds: &[Audit],
        medium: Medium::Document,
        render: |report, _| audit_html(report).into_bytes(),
    },
];

/// The formats that a command takes, its default first.
pub fn formats(kind: ReportKind) -> impl Iterator<Item = &'static Format> {
    FORMATS.iter().filter(move |format| format.kinds.contains(&kind))
}
