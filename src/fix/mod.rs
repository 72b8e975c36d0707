//! From findings to a validated new text: plan, edits, checks. It must not read the disk or print anything.

mod layout;
mod imports;
mod branches;
mod trackers;
mod instance;
mod wrapper_fixes;
mod note;
mod outcome;
mod input;
mod frame_life;
mod file_context;
mod plan;
mod shutdown;
mod assemble;
mod validate;
mod patch;
mod add_ignore;

pub use add_ignore::{AddedIgnores, add_ignores, added_ignore};
pub use imports::{ExportedNames, StarImports, exported_names, imported_modules};
pub use input::FixInput;
pub use note::{FixNote, NoteKind};
pub use outcome::{Outcome, Patched, Shutdown};
pub use patch::patch;
pub use trackers::{Helpers, SharedFunction};
pub use wrapper_fixes::{FileFindings, WrapperFix, WrapperFixes};
