//! What a function of the project does with what it is given: the question and the answer, as files ask and get them. It
//! reads no tree.

use super::nest::{Nest, Step};
use super::verdict::Reason;

/// What kind of value is being followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Shape {
    /// A task, or a future that holds tasks (`gather`).
    Task,
    /// The future of `shield`: cancelling it leaves the task alone, and running.
    Shielded,
    /// A container or iterator with the task in it, and where.
    Container(Nest),
    /// A callable, bound method or coroutine that refers to the task.
    Callable,
}

impl Shape {
    /// A container of tasks.
    pub(super) const CONTAINER: Self = Self::Container(Nest::FLAT);

    pub(super) fn is_container(self) -> bool {
        matches!(self, Self::Container(_))
    }

    /// A container that has this at its first step.
    pub(super) fn inside(self, step: Step) -> Self {
        match self {
            Self::Container(nest) => Self::Container(nest.inside(step)),
            _ => Self::Container(Nest::of(step)),
        }
    }

    /// An element of it; what is no container is taken for one.
    pub(super) fn element(self) -> Self {
        match self {
            Self::Container(nest) => nest.inner().map_or(Self::Task, Self::Container),
            other => other,
        }
    }

    /// Another container with the same elements, in whatever order.
    pub(super) fn collected(self) -> Self {
        match self {
            Self::Container(nest) => Self::Container(nest.with_first(Step::Any)),
            _ => Self::CONTAINER,
        }
    }
}

/// Where an argument stands in its call.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Slot {
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
pub(super) struct Taking {
    /// The dotted path of its definition.
    pub(super) path: String,
    pub(super) slot: Slot,
    /// Whether it is called on an instance, which is its first argument.
    pub(super) on_instance: bool,
    pub(super) shape: Shape,
}

/// What becomes of a value inside a function that is given it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Taken {
    pub(super) reason: Reason,
    pub(super) gives_back: Back,
    pub(super) is_async: bool,
    /// Whether it is a generator, which does it as somebody goes through it.
    pub(super) is_generator: bool,
    pub(super) why: String,
}

impl Taken {
    /// It looks and keeps nothing: what is assumed of functions that call each other in a circle, until one of them
    /// shows more.
    pub(super) fn nothing() -> Self {
        Self {
            reason: Reason::Touched,
            gives_back: Back::Never,
            is_async: false,
            is_generator: false,
            why: String::new(),
        }
    }
}

/// What of its parameter a function returns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Back {
    Never,
    /// The very value.
    Itself,
    /// A container with the value in it.
    Within,
    /// The value, and something else keeps it on some paths.
    Sometimes,
}

/// One answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Answer {
    Takes(Taken),
    /// A call of it gives a coroutine, or else cannot be told to give one.
    Gives {
        coroutine: bool,
    },
    /// The function is only there to be overridden.
    Stub,
    /// It cannot be told.
    Unseen,
}

/// What one file asks about others.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Ask {
    /// What a path stands for.
    Meaning(String),
    /// What a function does with an argument.
    Taking(Taking),
}

impl Ask {
    /// The path that it is about.
    pub(super) fn path(&self) -> &str {
        match self {
            Self::Meaning(path) => path,
            Self::Taking(taking) => &taking.path,
        }
    }
}
