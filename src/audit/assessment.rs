//! The assessment of one site: lifetime, failure handling, cancellation, cause and risk. It
//! computes none of them.

use super::related_location::RelatedLocation;

macro_rules! stable_names {
    ($(#[$doc:meta])* $name:ident { $($(#[$item:meta])* $variant:ident = $text:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$item])* $variant,)* }

        impl $name {
            /// All variants, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The stable name used in JSON.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }
        }
    };
}

stable_names! {
    /// How long a task can live.
    Lifetime {
        /// Until the statement that creates it ends.
        Statement = "statement",
        /// Until the call that creates it returns.
        Call = "call",
        /// As long as an object that stores it.
        Object = "object",
        /// As long as the program runs.
        Application = "application",
        /// Until it is done, or collected before that: nothing keeps it.
        Collected = "until-collected",
        /// As long as the caller keeps what the call returns.
        Caller = "caller",
        /// Not known.
        Unknown = "unknown",
    }
}

stable_names! {
    /// Whether what stops a task is known.
    Stop {
        /// Something stops it, or waits for its end.
        Found = "found",
        /// No code of the project does.
        Nothing = "nothing",
        /// The caller that gets the task decides.
        Caller = "caller",
        /// Not known: other code gets the task, or its owner is not visible.
        Unknown = "unknown",
    }
}

stable_names! {
    /// Who sees the task's exception.
    Failure {
        /// The code that awaits the task.
        Awaited = "awaited",
        /// The code that awaits it after telling it to stop.
        AwaitedAtStop = "awaited-at-stop",
        /// A callback, or code that reads its outcome.
        Observed = "observed",
        /// The coroutine catches every `Exception` itself.
        Handled = "handled",
        /// asyncio logs it when its owner lets go of the task; or the coroutine or its decorator does.
        Logged = "logged",
        /// The coroutine catches some exceptions, and nobody sees others.
        Partly = "partly-handled",
        /// The caller, which gets the task.
        Caller = "caller",
        /// Nobody.
        Lost = "lost",
        /// Not known.
        Unknown = "unknown",
    }
}

stable_names! {
    /// What a cancellation does to the coroutine.
    Cancellation {
        /// It ends the coroutine.
        Propagates = "propagates",
        /// The coroutine catches it and goes on.
        Swallowed = "swallowed",
        /// Not known.
        Unknown = "unknown",
    }
}

stable_names! {
    /// How severe the first [`Cause`] that applies is.
    Risk {
        /// No problem found.
        None = "none",
        /// Something is left to chance.
        Low = "low",
        /// It outlives its use, or fails silently.
        Medium = "medium",
        /// It can be lost, or cannot be stopped.
        High = "high",
    }
}

stable_names! {
    /// What a [`Fact`] is about.
    FactKind {
        /// One step of the calls that lead to the creation of the task, the nearest first.
        StartedBy = "started-by",
        /// The name of the only object that owns the task.
        Instance = "instance",
        /// What a second start does while the task runs.
        SecondStart = "second-start",
        /// Where the reference to the task is removed as it is stopped.
        Cleared = "cleared",
        /// Whether it runs once, in a loop, or forever.
        Runs = "runs",
        /// How long its loop sleeps in each round, in seconds.
        Interval = "interval",
        /// What an exception in a round does to its loop.
        Catches = "catches",
        /// The condition under which it is stopped.
        StopCondition = "stop-condition",
        /// Why it needs no action.
        Safe = "safe",
    }
}

macro_rules! causes {
    ($($variant:ident = $text:literal: $rule:literal),* $(,)?) => {
        /// What is wrong with a site; the first that applies, in this order, determines its risk.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Cause { $(#[doc = $rule] $variant,)* }

        impl Cause {
            /// All variants, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The stable name of the cause.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }

            /// When it applies, in one sentence.
            pub fn rule(self) -> &'static str {
                match self { $(Self::$variant => $rule,)* }
            }
        }
    };
}

causes! {
    Dropped = "dropped": "Nothing keeps a reference to the task.",
    NeverWaits = "never-waits": "Nothing keeps a reference to the task, but its coroutine never waits, so it ends in one step.",
    DroppedIfMade = "dropped-if-made": "Nothing keeps a reference to the task on the paths that make one.",
    Unsure = "unsure": "It is not clear whether anything keeps the task.",
    BlocksLoop = "blocks-loop": "A function waits for it on the thread of the loop that has to run it, which blocks both.",
    Swallowed = "swallowed": "Its coroutine catches its cancellation and continues.",
    Endless = "endless": "It loops forever for as long as an object or the application lives, and nothing stops it when they close.",
    Uncalled = "uncalled": "A function stops it, but is never called in the project.",
    LostWorker = "lost-worker": "It loops until it is stopped, and its exception is never seen.",
    UnawaitedAtExit = "unawaited-at-exit": "It lives as long as the application, and is cancelled but never awaited.",
    UnawaitedCleanup = "unawaited-cleanup": "It is cancelled but never awaited, and its coroutine waits for more as it cleans up.",
    SkipsCleanup = "skips-cleanup": "It is cancelled and awaited, which raises CancelledError, so the code after that does not run.",
    Unstopped = "unstopped": "An object or the application keeps it, and nothing cancels or awaits it when they close.",
    Unawaited = "unawaited": "It is cancelled but never awaited.",
    Late = "late": "It loops until it is stopped, and its exception is seen only then.",
    PartlyLost = "partly-lost": "It loops until it is stopped, and an exception that it does not catch ends it, which nobody sees.",
    Lost = "lost": "Its exception is never seen.",
}

impl Cause {
    /// The risk level of the cause.
    pub fn risk(self, is_test: bool) -> Risk {
        match self {
            Self::Dropped | Self::DroppedIfMade if !is_test => Risk::High,
            Self::BlocksLoop | Self::Swallowed => Risk::High,
            Self::Dropped
            | Self::DroppedIfMade
            | Self::Endless
            | Self::Uncalled
            | Self::LostWorker
            | Self::UnawaitedAtExit
            | Self::UnawaitedCleanup
            | Self::SkipsCleanup => Risk::Medium,
            Self::NeverWaits
            | Self::Unsure
            | Self::Unstopped
            | Self::Unawaited
            | Self::Late
            | Self::PartlyLost
            | Self::Lost => Risk::Low,
        }
    }
}

/// The assessment of one site, beside its verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assessment {
    /// The coroutine as written, without its arguments: `self._loop`.
    pub coroutine: String,
    /// The first sentence of its docstring or of the comment above the site, or its name in words.
    pub purpose: Option<String>,
    /// Who owns the task: `Scheduler._task`, `pkg.app._tasks`, `local variable in main`; `None` for
    /// nobody.
    pub owner: Option<String>,
    /// How long it can live.
    pub lifetime: Lifetime,
    /// What stops it: where it is cancelled, where it is awaited after that, and the callers, in
    /// this order.
    pub stopped_by: Vec<RelatedLocation>,
    /// Whether `stopped_by` is the whole answer.
    pub stop: Stop,
    /// Whether what ends it is known to the end of the application, a block or an object.
    pub is_end_known: bool,
    /// Whether a done-callback takes it out of its owner, and nothing tells it to stop.
    pub is_released: bool,
    /// Who sees the task's exception.
    pub failure: Failure,
    /// What a cancellation does to the coroutine.
    pub cancellation: Cancellation,
    /// The first problem found, if any.
    pub cause: Option<Cause>,
    /// How severe that problem is.
    pub risk: Risk,
    /// Why the function that cancels it may be unable to await it, as a clause.
    pub await_obstacle: Option<String>,
    /// Evidence for owner, lifetime, failure and cancellation, in this order.
    pub evidence: Vec<RelatedLocation>,
    /// What else the code shows, in the order of [`FactKind`].
    pub facts: Vec<Fact>,
}

/// Something that the code shows about a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// What it is about.
    pub kind: FactKind,
    /// Its value for programs, for kinds that have one.
    pub value: Option<String>,
    /// Where the code shows it, and the fact as a clause.
    pub shown_at: RelatedLocation,
}

impl Fact {
    /// A fact without a value.
    pub(super) fn new(kind: FactKind, shown_at: RelatedLocation) -> Self {
        Self { kind, value: None, shown_at }
    }

    /// A fact with a value.
    pub(super) fn with(kind: FactKind, value: impl Into<String>, at: RelatedLocation) -> Self {
        Self { kind, value: Some(value.into()), shown_at: at }
    }
}
