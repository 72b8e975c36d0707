//! From findings to a validated new text: plan, edits, checks. It must not read the disk or print anything.

mod layout;
mod imports;
mod trackers;
mod instance;
mod wrapper_fixes;
mod outcome;
mod input;
mod file_context;
mod plan;
mod shutdown;
mod assemble;
mod validate;
mod patch;

pub use imports::imported_modules;
pub use input::FixInput;
pub use outcome::{Outcome, Patched, Shutdown};
pub use patch::patch;
pub use trackers::{Helpers, SharedFunction};
pub use wrapper_fixes::{FileFindings, WrapperFix, WrapperFixes};
