//! Why a finding has no fix: a stable id for programs and a sentence for the user. It decides nothing.

use std::fmt;

/// Why there is no fix, or why a fix is not applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decline {
    /// The kind of reason, with the id used in JSON.
    pub kind: DeclineKind,
    /// The reason in one sentence, for the user.
    pub message: String,
}

impl Decline {
    /// A reason of this kind, worded for the user.
    pub fn new(kind: DeclineKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }

    /// A fix whose new text did not pass the checks.
    pub(crate) fn failed_validation(reason: &str) -> Self {
        let message = format!("the fix was withdrawn: {reason}");
        Self::new(DeclineKind::FailedValidation, message)
    }

    /// The stable id used in JSON.
    pub fn id(&self) -> &'static str {
        self.kind.id()
    }
}

impl fmt::Display for Decline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

macro_rules! decline_kinds {
    ($($variant:ident = $id:literal: $doc:literal,)*) => {
        /// The kinds of reasons for having no fix.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum DeclineKind {
            $(#[doc = $doc] $variant,)*
        }

        impl DeclineKind {
            /// Every kind.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The stable id used in JSON.
            pub fn id(self) -> &'static str {
                match self { $(Self::$variant => $id,)* }
            }
        }
    };
}

decline_kinds! {
    // The file.
    SyntaxError = "syntax-error": "The file has a syntax error.",
    LayoutError = "layout-error": "CPython rejects the file's layout.",
    SkipFile = "skip-file": "A comment opts the file out.",
    Symlink = "symlink": "The file is a symbolic link to one outside the given paths.",
    FailedValidation = "failed-validation": "The new text did not pass the checks.",
    // The code around a site.
    Annotation = "annotation": "The call is in an annotation.",
    Assert = "assert": "The call is in an `assert`.",
    ClassBody = "class-body": "The call is in a class body.",
    CrowdedLine = "crowded-line": "Too many statements share the line.",
    Decorator = "decorator": "The call is in a decorator.",
    DefaultArgument = "default-argument": "The call is in a parameter's default.",
    DelMethod = "del-method": "The call is in `__del__`.",
    FString = "f-string": "An f-string prints the source of the call.",
    LeftRunning = "left-running": "A wait may leave the task running on purpose; a set would keep it alive.",
    ImportTime = "import-time": "The call may run before the tracker is declared.",
    OtherThread = "other-thread": "The function runs in another thread.",
    OwnLoop = "own-loop": "The function runs its own event loop in another thread.",
    StopsLoop = "stops-loop": "The coroutine stops its own loop.",
    TypeComment = "type-comment": "A type checker's comment would move to another line.",
    UnknownArguments = "unknown-arguments": "How an uncalled spawner is called is unknown.",
    UnstableReceiver = "unstable-receiver": "The object of an uncalled method may change.",
    // Notebooks.
    MagicCell = "magic-cell": "The cell of the notebook begins with a magic.",
    // Trackers.
    AwaitsTracker = "awaits-tracker": "The task waits for the tasks of its own tracker.",
    MayAwaitTracker = "may-await-tracker": "The task may wait for the tasks of its own tracker.",
    SharedArguments = "shared-arguments": "The project's function does not take these arguments.",
    SharedImport = "shared-import": "The project's function cannot be imported here.",
    SharedMissing = "shared-missing": "The project's function does not exist and cannot be written.",
    SharedUnsuitable = "shared-unsuitable": "The project's function does not keep its argument.",
    // Wrappers.
    TaskOwner = "task-owner": "Only an object that is discarded keeps the task.",
    WrapperAmbiguous = "wrapper-ambiguous": "The wrapper has several definitions or tasks.",
    WrapperContainer = "wrapper-container": "The wrapper returns its task inside a container.",
    WrapperElsewhere = "wrapper-elsewhere": "The wrapper's file is not among the given paths.",
    WrapperNesting = "wrapper-nesting": "The task passes through too many wrappers.",
    WrapperPartial = "wrapper-partial": "Not all tasks of the wrapper can be fixed.",
    WrapperUnknown = "wrapper-unknown": "The call inside the wrapper cannot be located.",
    WrapperUnfixed = "wrapper-unfixed": "The wrapper cannot be fixed in its file.",
    // Trackers and jobs as a whole.
    ManualFix = "manual-fix": "The rule has no automatic fix.",
    AddedElsewhere = "added-elsewhere": "Several files add to the container.",
    AmbiguousFix = "ambiguous-fix": "There is more than one way to fix it.",
    ContainerType = "container-type": "The container's type has no suitable method.",
    IteratedTracker = "iterated-tracker": "Other code iterates over the container.",
    LineTooLong = "line-too-long": "The new line would be too long.",
    PopDefault = "pop-default": "The default of the `pop` does not match the entries.",
    RepeatedKey = "repeated-key": "The key would be evaluated twice.",
    StatementForm = "statement-form": "The statement has a form that is not rewritten.",
    UnknownEntries = "unknown-entries": "What the container holds is unknown.",
    UnknownStatus = "unknown-status": "The statuses of its jobs are not all known.",
    // Shutdown functions.
    ConcurrentFutures = "concurrent-futures": "The tracker holds futures of another thread's loop.",
    NoShutdownHook = "no-shutdown-hook": "Nothing in the file runs at shutdown.",
    SeveralShutdownHooks = "several-shutdown-hooks": "Several functions may run at shutdown.",
    ShutdownForm = "shutdown-form": "The shutdown function has a form that is not rewritten.",
    TrackerBinding = "tracker-binding": "The tracker is not one new container, assigned once.",
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn ids_are_unique_and_kebab_case() {
        let ids: BTreeSet<&str> = DeclineKind::ALL.iter().map(|kind| kind.id()).collect();
        assert_eq!(ids.len(), DeclineKind::ALL.len());
        let is_word = |w: &str| !w.is_empty() && w.bytes().all(|b| b.is_ascii_lowercase());
        assert!(ids.iter().all(|id| id.split('-').all(is_word)), "{ids:?}");
    }
}
