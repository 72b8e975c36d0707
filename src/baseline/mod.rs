//! The baseline: a file that lists the findings that are known, so that only new ones count. It knows reports, and no command.

mod entry;
mod document;
mod comparison;

pub use comparison::{Comparison, compare};
pub use document::{parse, render};
pub use entry::{Entry, entries_of, site_entry};
