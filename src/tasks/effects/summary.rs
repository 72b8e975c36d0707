//! The types of function summaries: keys, effects, dependencies. It reads no tree.

use super::param_guard::PathConditions;
use super::value_kind::ValueKind;
use crate::tasks::verdict::Reason;

/// The position of an argument in its call.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::tasks) enum ArgSlot {
    /// Behind this many others.
    Position(usize),
    /// `name=value`.
    Keyword(String),
    /// `*values`, behind this many others.
    Star(usize),
    /// No argument: the summary is about the result of a call.
    Result,
}

/// The key of one summary: a function, and the argument that it is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::tasks) struct SummaryKey {
    /// The dotted path of its definition.
    pub(in crate::tasks) path: String,
    pub(in crate::tasks) slot: ArgSlot,
    /// Whether it is called on an instance, which is its first argument.
    pub(in crate::tasks) on_instance: bool,
    pub(in crate::tasks) value_kind: ValueKind,
}

/// What a function does with the argument in one slot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::tasks) struct ParamEffect {
    pub(in crate::tasks) reason: Reason,
    pub(in crate::tasks) return_effect: ReturnEffect,
    pub(in crate::tasks) is_async: bool,
    /// Whether it is a generator, which runs only as it is iterated.
    pub(in crate::tasks) is_generator: bool,
    /// Whether it waits for a task, but may return before that is done.
    pub(in crate::tasks) leaves: bool,
    pub(in crate::tasks) why: String,
    /// Where it is kept on some paths only: these, if they are known.
    pub(in crate::tasks) kept: PathConditions,
    /// The paths on which it is not.
    pub(in crate::tasks) lost: PathConditions,
}

impl ParamEffect {
    /// It keeps nothing: the initial value of the fixpoint iteration, for recursive functions.
    pub(in crate::tasks) fn none() -> Self {
        Self {
            reason: Reason::Touched,
            return_effect: ReturnEffect::Never,
            is_async: false,
            is_generator: false,
            leaves: false,
            why: String::new(),
            kept: PathConditions::default(),
            lost: PathConditions::default(),
        }
    }
}

/// Whether anybody besides the caller of a class knows the new object when its constructor has returned, or may come to
/// know it through the coroutines that this has started.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::tasks) enum ObjectEscape {
    /// Nobody.
    None,
    /// It is not known.
    Unknown,
    /// Somebody.
    Certain,
}

/// How a function returns its argument.
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

/// The summary of a function for one key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::tasks) enum FunctionSummary {
    Param(ParamEffect),
    /// Whether a call of it is known to return a coroutine.
    Returns {
        coroutine: bool,
    },
    /// Of a class: whether anybody else knows a new object of it, and with it what its caller assigns to an attribute.
    Constructs(ObjectEscape),
    /// The function is only there to be overridden.
    Stub,
    /// Not known.
    Unknown,
}

/// What a result in one file depends on in others.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::tasks) enum Dependency {
    /// What a path resolves to.
    Name(String),
    /// The summary of a function.
    Summary(SummaryKey),
    /// Which methods override the one at a path.
    Overrides(String),
}

impl Dependency {
    /// The path that it is about.
    pub(in crate::tasks) fn path(&self) -> &str {
        match self {
            Self::Name(path) | Self::Overrides(path) => path,
            Self::Summary(key) => &key.path,
        }
    }
}
