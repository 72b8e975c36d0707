//! What the user should know about a fix besides what it does: a stable id for programs and a sentence for people. It must
//! not decide anything.

/// One line about a fix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FixNote {
    /// What it is about, with the id used in JSON.
    pub kind: NoteKind,
    /// The line for the user.
    pub message: String,
}

impl FixNote {
    /// A note of this kind, worded for the user.
    pub(super) fn new(kind: NoteKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }
}

macro_rules! note_kinds {
    ($($variant:ident = $id:literal: $doc:literal,)*) => {
        /// The kinds of notes about fixes.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum NoteKind {
            $(#[doc = $doc] $variant,)*
        }

        impl NoteKind {
            /// Every kind, with its id and what it says.
            pub const ALL: &[(Self, &'static str, &'static str)] =
                &[$((Self::$variant, $id, $doc),)*];

            /// The stable id used in JSON.
            pub fn id(self) -> &'static str {
                match self { $(Self::$variant => $id,)* }
            }
        }
    };
}

note_kinds! {
    CancelsPending = "cancels-pending": "The fix cancels the tasks that a wait leaves pending.",
    CollectedTogether = "collected-together": "An object may be garbage-collected together with its set and its tasks.",
    ConcurrentFuture = "concurrent-future": "The project's function does not take futures of another thread's loop.",
    FixedInWrapper = "fixed-in-wrapper": "The fix is in the function that returns the task, for all callers.",
    HelperIsShorter = "helper-is-shorter": "With `--style helper` the patch is smaller.",
    ModuleTracker = "module-tracker": "The instance cannot have a set, so the module has one.",
    ObjectLivesLonger = "object-lives-longer": "The task does not end, so the set keeps its object alive.",
    TrackerNotUsed = "tracker-not-used": "The file has a set that is not used for the fix.",
    UnmatchedDiscard = "unmatched-discard": "The task is discarded from a set that it is never added to.",
}

impl NoteKind {
    /// Whether it is about what a patch does to the program, so that it is shown with the patch, too.
    pub fn is_consequence(self) -> bool {
        self == Self::ObjectLivesLonger
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documentation_lists_every_id() {
        let page = include_str!("../../docs/output.md");
        for (_, id, says) in NoteKind::ALL {
            assert!(page.contains(&format!("| `{id}` | {says} |")), "{id}");
        }
    }
}
