//! How a report is shown: one file for each format, with its own structs. It decides nothing and
//! changes no file.

mod text;
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
pub use diff::{PatchStyle, diff};
pub use faults::faults;
pub use human::human;
pub use json::{DocumentKind, json};
pub use progress::run_with_progress;
pub use summary::{
    audit_summary, check_summary, diff_summary, factory_notes, fix_summary, shutdown_notes,
};
pub use table::{audit_findings, audit_lines, table};
pub use text::sanitize;
