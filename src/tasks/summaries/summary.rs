//! What a function of the project does with what it is given: the question and the answer, as files ask and get them. It
//! reads no tree.

use crate::tasks::escape::ValueKind;
use crate::tasks::sites::Reason;

/// Where an argument stands in its call.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::tasks) enum ArgSlot {
    /// Behind this many others.
    Position(usize),
    /// `name=value`.
    Keyword(String),
    /// `*values`, behind this many others.
    Star(usize),
    /// None at all: what does a call give?
    Result,
}

/// One question: what does the function at `path` do with the value in `slot`?
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::tasks) struct SummaryKey {
    /// The dotted path of its definition.
    pub(in crate::tasks) path: String,
    pub(in crate::tasks) slot: ArgSlot,
    /// Whether it is called on an instance, which is its first argument.
    pub(in crate::tasks) on_instance: bool,
    pub(in crate::tasks) value_kind: ValueKind,
}

/// What becomes of a value inside a function that is given it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::tasks) struct ParamEffect {
    pub(in crate::tasks) reason: Reason,
    pub(in crate::tasks) return_effect: ReturnEffect,
    pub(in crate::tasks) is_async: bool,
    /// Whether it is a generator, which does it as somebody goes through it.
    pub(in crate::tasks) is_generator: bool,
    pub(in crate::tasks) why: String,
}

impl ParamEffect {
    /// It looks and keeps nothing: what is assumed of functions that call each other in a circle, until one of them
    /// shows more.
    pub(in crate::tasks) fn none() -> Self {
        Self {
            reason: Reason::Touched,
            return_effect: ReturnEffect::Never,
            is_async: false,
            is_generator: false,
            why: String::new(),
        }
    }
}

/// What of its parameter a function returns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::tasks) enum ReturnEffect {
    Never,
    /// The very value.
    Itself,
    /// A container with the value in it.
    InContainer,
    /// The value, and something else keeps it on some paths.
    Sometimes,
}

/// One answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::tasks) enum FunctionSummary {
    Param(ParamEffect),
    /// A call of it gives a coroutine, or else cannot be told to give one.
    Returns {
        coroutine: bool,
    },
    /// The function is only there to be overridden.
    Stub,
    /// It cannot be told.
    Unknown,
}

/// What one file asks about others.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::tasks) enum Dependency {
    /// What a path stands for.
    Name(String),
    /// What a function does with an argument.
    Summary(SummaryKey),
}

impl Dependency {
    /// The path that it is about.
    pub(in crate::tasks) fn path(&self) -> &str {
        match self {
            Self::Name(path) => path,
            Self::Summary(key) => &key.path,
        }
    }
}
