//! The kinds of values that are followed.

use super::access_path::{AccessPath, PathElement};

/// What kind of value is being followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::tasks) enum ValueKind {
    /// A task, or a future that holds tasks (`gather`).
    Task,
    /// The future of `shield`: cancelling it leaves the task alone, and running.
    Shielded,
    /// A container or iterator, and where in it the task is.
    Container(AccessPath),
    /// A callable, bound method or coroutine that refers to the task.
    Callable,
    /// A callable that makes a new task whenever it is called.
    Spawner,
}

impl ValueKind {
    /// A container of tasks.
    pub(in crate::tasks) const CONTAINER: Self = Self::Container(AccessPath::FLAT);

    pub(in crate::tasks) fn is_container(self) -> bool {
        matches!(self, Self::Container(_))
    }

    /// A container with this value behind the given path element.
    pub(in crate::tasks) fn wrapped_in(self, element: PathElement) -> Self {
        match self {
            Self::Container(access) => Self::Container(access.wrapped_in(element)),
            _ => Self::Container(AccessPath::of(element)),
        }
    }

    /// Its element; a value that is no container is its own element.
    pub(in crate::tasks) fn element(self) -> Self {
        match self {
            Self::Container(access) => access.tail().map_or(Self::Task, Self::Container),
            other => other,
        }
    }

    /// Another container with the same elements in any order.
    pub(in crate::tasks) fn collected(self) -> Self {
        match self {
            Self::Container(access) => Self::Container(access.with_first(PathElement::Any)),
            _ => Self::CONTAINER,
        }
    }
}
