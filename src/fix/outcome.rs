//! The result of a file's fixes, one outcome for each finding. It must not decide anything.

use std::collections::BTreeMap;

use super::note::FixNote;
use super::wrapper_fixes::WrapperFix;
use crate::decline::Decline;
use crate::settings::Applicability;

/// The outcome of one finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// A fix exists.
    Fix {
        /// Whether plain `fix` applies it, or only `--unsafe-fixes`.
        applicability: Applicability,
        /// The tracker or helper that keeps the task, such as `_background_tasks`; none where a
        /// variable keeps it.
        tracker: Option<String>,
        /// Whether the new text contains it. If not, `--unsafe-fixes` or `--suppressed` would apply
        /// it.
        applied: bool,
        /// What the user should know about it, such as why an existing set was not used.
        notes: Vec<FixNote>,
        /// The function in another file whose fix keeps the task for all callers.
        elsewhere: Option<WrapperFix>,
    },
    /// No fix, for this reason.
    Declined(Decline),
}

/// The drain function of one tracker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shutdown {
    /// The tracker.
    pub tracker: String,
    /// The function that cancels and awaits its tasks, or why there is none.
    pub function: Result<String, Decline>,
    /// The function that awaits it at shutdown, or why none does.
    pub called_by: Result<String, Decline>,
}

/// The result of patching one file.
#[derive(Debug, Default)]
pub struct Patched {
    /// One outcome for each finding, in the findings' order.
    pub outcomes: Vec<Outcome>,
    /// One outcome for each finding about a whole tracker, in their order.
    pub diagnostic_outcomes: Vec<Outcome>,
    /// One entry for each tracker that was to get a drain.
    pub shutdowns: Vec<Shutdown>,
    /// Dotted paths of this file's wrappers that are dropped somewhere and can be fixed, and
    /// whether the new text fixes them.
    pub wrappers: BTreeMap<String, bool>,
    /// Whether the new text calls the project's shared function from another file.
    pub calls_shared: bool,
    /// The new bytes; none when nothing changes.
    pub bytes: Option<Vec<u8>>,
}
