//! How a report is shown: the list of all formats, and one file for each, with its own structs. It decides nothing and
//! changes no file.

mod text;
mod wrap;
mod repository;
mod source_links;
mod format;
mod json_text;
mod replacements;
mod git_quote;
mod diff;
mod statistics;
mod count;
mod faults;
mod watch_text;
mod action;
mod audit_rows;
mod fix_command;
mod audit_decisions;
mod audit_selection;
mod audit_json;
mod json;
mod github;
mod gitlab;
mod junit;
mod rdjson;
mod sarif;
mod concise;
mod excerpt;
mod markdown_text;
mod audit_markdown;
mod audit_patch;
mod html_text;
mod audit_legend;
mod audit_html;
mod human;
mod table;
mod summary;
mod progress;
mod timings;
mod watch_json;

use crate::run::Report;

pub use audit_decisions::count_risky;
pub use audit_html::audit_html;
pub use audit_markdown::audit_markdown;
pub use concise::{concise, finding_line};
pub use count::Counts;
pub use diff::{change, diff};
pub use faults::faults;
pub use format::{AuditView, Format, Medium, PatchStyle, RenderContext, ReportKind};
pub use github::github;
pub use gitlab::gitlab;
pub use html_text::escaped_html;
pub use human::human;
pub use json::{json, json_lines};
pub use json_text::{json_document, json_line};
pub use junit::junit;
pub use markdown_text::{cell, code};
pub use progress::run_with_progress;
pub use rdjson::rdjson;
pub use sarif::sarif;
pub use source_links::{SourceLinks, SourceTemplate};
pub use summary::{
    audit_summary, check_summary, consequence_notes, diff_summary, factory_notes, fix_summary,
    fixed_findings, shared_tracker_notes, shutdown_notes, suppressed_files, written_files,
};
pub use table::{audit_lines, table};
pub use text::{plural, sanitize, slash_path};
pub use timings::timings;
pub use watch_json::watch_json;
pub use watch_text::{watch_summary, watch_text};
pub use wrap::wrapped;

use ReportKind::{Audit, Check, Diff, Fix};

/// Every format. The first one that a command takes is its default; two commands may differ in what a name stands for.
static FORMATS: &[Format] = &[
    Format {
        name: "human",
        help: "With source excerpts and hints",
        kinds: &[Check, Fix],
        medium: Medium::Terminal,
        needs_patch: false,
        render: |report, context| human(report, context.is_quiet).into_bytes(),
    },
    Format {
        name: "human",
        help: "What to do, then the sites",
        kinds: &[Audit],
        medium: Medium::Terminal,
        needs_patch: false,
        render: |report, context| table(report, &context.audit).into_bytes(),
    },
    Format {
        name: "diff",
        help: "A patch",
        kinds: &[Diff],
        medium: Medium::Document,
        needs_patch: false,
        render: |report, context| diff(report, context.cwd, context.patch_style),
    },
    Format {
        name: "concise",
        help: "One line each",
        kinds: &[Check, Fix],
        medium: Medium::Document,
        needs_patch: false,
        render: |report, _| concise(report).into_bytes(),
    },
    Format {
        name: "concise",
        help: "One line each",
        kinds: &[Audit],
        medium: Medium::Document,
        needs_patch: false,
        render: |report, context| audit_lines(report, &context.audit).into_bytes(),
    },
    Format {
        name: "json",
        help: "For programs",
        kinds: &[Check, Fix, Audit],
        medium: Medium::Data,
        needs_patch: false,
        render: |report, context| json(report, context).into_bytes(),
    },
    Format {
        name: "json",
        help: "For programs: the findings and their fixes, without the patch",
        kinds: &[Diff],
        medium: Medium::Data,
        needs_patch: false,
        render: |report, context| json(report, context).into_bytes(),
    },
    Format {
        name: "json-lines",
        help: "For programs: one object a line",
        kinds: &[Check, Diff, Fix, Audit],
        medium: Medium::Data,
        needs_patch: false,
        render: |report, context| json_lines(report, context).into_bytes(),
    },
    Format {
        name: "github",
        help: "Annotations, for GitHub Actions",
        kinds: &[Check, Fix],
        medium: Medium::Document,
        needs_patch: false,
        render: |report, context| github(report, context.cwd).into_bytes(),
    },
    Format {
        name: "gitlab",
        help: "A Code Quality report, for GitLab",
        kinds: &[Check, Fix],
        medium: Medium::Document,
        needs_patch: false,
        render: |report, context| gitlab(report, context.cwd).into_bytes(),
    },
    Format {
        name: "sarif",
        help: "SARIF 2.1.0 with fixes, for code scanning",
        kinds: &[Check, Diff, Fix],
        medium: Medium::Document,
        needs_patch: true,
        render: |report, context| sarif(report, context.cwd).into_bytes(),
    },
    Format {
        name: "junit",
        help: "JUnit XML, for the test reports of CI servers",
        kinds: &[Check, Fix],
        medium: Medium::Document,
        needs_patch: false,
        render: |report, _| junit(report).into_bytes(),
    },
    Format {
        name: "rdjson",
        help: "With suggestions, for reviewdog",
        kinds: &[Check, Diff, Fix],
        medium: Medium::Document,
        needs_patch: true,
        render: |report, _| rdjson(report).into_bytes(),
    },
    Format {
        name: "markdown",
        help: "To commit, or to paste into a review",
        kinds: &[Audit],
        medium: Medium::Document,
        needs_patch: false,
        render: |report, context| audit_markdown(report, &context.audit).into_bytes(),
    },
    Format {
        name: "html",
        help: "One page, which needs no network",
        kinds: &[Audit],
        medium: Medium::Document,
        needs_patch: false,
        render: |report, context| audit_html(report, &context.audit).into_bytes(),
    },
];

/// The counts of findings by rule in a format; none in one that lists findings, and nothing else.
pub fn statistics_as(format: &Format, report: &Report) -> Option<String> {
    match format.name {
        "human" | "concise" => Some(statistics::statistics(report)),
        "json" => Some(statistics::statistics_json(report)),
        _ => None,
    }
}

/// Whether a format shows what each fix changes.
pub fn shows_fixes(format: &Format) -> bool {
    ["human", "json", "json-lines"].contains(&format.name)
}

/// Whether a format names the version of the code, and can link to its source.
pub fn links_source(format: &Format) -> bool {
    format.name == "html"
}

/// The formats that a command takes, its default first.
pub fn formats(kind: ReportKind) -> impl Iterator<Item = &'static Format> {
    FORMATS.iter().filter(move |format| format.kinds.contains(&kind))
}
