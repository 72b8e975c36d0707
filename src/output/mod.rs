//! How a report is shown: one file a format, each with its own shape. It decides nothing and changes no file.

mod text;
mod count;
mod faults;
mod action;
mod audit_json;
mod json;
mod concise;
mod excerpt;
mod human;
mod table;
mod summary;
mod quote;
mod diff;
mod progress;

pub use concise::concise;
pub use count::Count;
pub use diff::{Dress, diff};
pub use faults::faults;
pub use human::human;
pub use json::{View, json};
pub use progress::watch;
pub use summary::{audit_summary, check_summary, diff_summary, factory_notes, fix_summary};
pub use table::{audit_lines, table};
pub use text::harmless;
