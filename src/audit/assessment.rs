//! The words of an audit: lifetime, failure, cancellation, risk, and the record of one site. It finds nothing out.

use super::related_location::RelatedLocation;

macro_rules! stable_names {
    ($(#[$doc:meta])* $name:ident { $($(#[$item:meta])* $variant:ident = $text:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$item])* $variant,)* }

        impl $name {
            /// All of them, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The stable word used in JSON.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }
        }
    };
}

stable_names! {
    /// How long a task can live.
    Lifetime {
        /// It is over when its statement is.
        Statement = "statement",
        /// It is over when the call that made it is.
        Call = "call",
        /// An object keeps it.
        Object = "object",
        /// It may run as long as the program does.
        Application = "application",
        /// It cannot be told.
        Unknown = "unknown",
    }
}

stable_names! {
    /// Who sees its exception.
    Failure {
        /// Whoever awaits it.
        Awaited = "awaited",
        /// A callback, or code that asks for its outcome.
        Observed = "observed",
        /// The coroutine catches every `Exception` itself.
        Handled = "handled",
        /// Nobody.
        Lost = "lost",
        /// It cannot be told.
        Unknown = "unknown",
    }
}

stable_names! {
    /// What a cancellation does.
    Cancellation {
        /// It ends the coroutine.
        Propagates = "propagates",
        /// The coroutine catches it and goes on.
        Swallowed = "swallowed",
        /// It cannot be told.
        Unknown = "unknown",
    }
}

stable_names! {
    /// How much there is to fear, by the first rule of [`Cause`] that applies.
    Risk {
        /// Nothing was found against it.
        None = "none",
        /// A blemish: something is left to chance.
        Low = "low",
        /// It outlives its use, or fails without anybody hearing.
        Medium = "medium",
        /// It can be lost, or cannot be stopped.
        High = "high",
    }
}

macro_rules! causes {
    ($($variant:ident = $text:literal: $rule:literal),* $(,)?) => {
        /// What is wrong with a site; the first one that applies, in this order, makes its risk.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Cause { $(#[doc = $rule] $variant,)* }

        impl Cause {
            /// All of them, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// A word for it.
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
    Dropped = "dropped": "Nobody keeps the task.",
    Unsure = "unsure": "What becomes of the task cannot be told.",
    Swallowed = "swallowed": "Its coroutine catches its cancellation and goes on for good.",
    Endless = "endless": "It loops without a way out, as long as an object or the application lives, and nothing stops it.",
    Uncalled = "uncalled": "A function stops it, and nobody in the project calls that.",
    LostWorker = "lost-worker": "It loops until it is told to stop, and nobody sees its failure.",
    Unstopped = "unstopped": "An object or the application keeps it, and nothing stops it or waits for it when they end.",
    Unawaited = "unawaited": "It is cancelled, and never awaited.",
    Lost = "lost": "Nobody sees its failure.",
}

impl Cause {
    /// The level that it makes.
    pub fn risk(self, is_test: bool) -> Risk {
        match self {
            Self::Dropped if !is_test => Risk::High,
            Self::Swallowed => Risk::High,
            Self::Dropped | Self::Endless | Self::Uncalled | Self::LostWorker => Risk::Medium,
            Self::Unsure | Self::Unstopped | Self::Unawaited | Self::Lost => Risk::Low,
        }
    }
}

/// What is known of one site besides its verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assessment {
    /// What is run, as it is written, without its arguments: `self._loop`.
    pub coroutine: String,
    /// The first line of its docstring.
    pub purpose: Option<String>,
    /// Who keeps the task: `Scheduler._task`, `pkg.app._tasks`, `the frame of main`; none for nobody.
    pub owner: Option<String>,
    /// How long it can live.
    pub lifetime: Lifetime,
    /// What ends it: where it is cancelled, awaited after that, and who calls that, in this order.
    pub stopped_by: Vec<RelatedLocation>,
    /// Who sees its exception.
    pub failure: Failure,
    /// What a cancellation does.
    pub cancellation: Cancellation,
    /// What is wrong, if anything is.
    pub cause: Option<Cause>,
    /// How much there is to fear.
    pub risk: Risk,
    /// What shows owner, lifetime, failure and cancellation, in this order.
    pub evidence: Vec<RelatedLocation>,
}
