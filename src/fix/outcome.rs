//! The words of a fix's result, one a finding. It decides nothing.

use std::collections::BTreeMap;

use super::wrapper_fixes::WrapperFix;
use crate::settings::Applicability;

/// What came of one finding's fix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// A fix exists.
    Fix {
        /// Whether `fix` applies it.
        applicability: Applicability,
        /// The tracker or helper that keeps the task afterwards, `_background_tasks`; none where a name does.
        tracker: Option<String>,
        /// Whether the patched text holds it (false: `--unsafe-fixes`, or `--suppressed`, would make it).
        applied: bool,
        /// One line for the reader about the choice made, e.g. why an existing set was passed over.
        note: Option<String>,
        /// The function in another file that holds it there, for all its callers.
        elsewhere: Option<WrapperFix>,
    },
    /// There is none, for this reason.
    Declined(String),
}

/// What was made to end the tasks of one tracker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shutdown {
    /// The tracker.
    pub tracker: String,
    /// The function that ends its tasks; or why there is none.
    pub function: Result<String, String>,
    /// The function of the file that awaits it as the application ends; or why none does.
    pub called_by: Result<String, String>,
}

/// What came of a file.
#[derive(Debug)]
pub struct Patched {
    /// One outcome a finding, in the findings' order.
    pub outcomes: Vec<Outcome>,
    /// One outcome a breach, in the breaches' order.
    pub diagnostic_outcomes: Vec<Outcome>,
    /// What was made to end the tasks of its trackers.
    pub shutdowns: Vec<Shutdown>,
    /// The wrappers of the file that are dropped somewhere and can be fixed, by their paths, and whether they are.
    pub wrappers: BTreeMap<String, bool>,
    /// Whether the new text calls the project's shared function from another file than its own.
    pub calls_shared: bool,
    /// The new bytes; none when nothing changes.
    pub bytes: Option<Vec<u8>>,
}
