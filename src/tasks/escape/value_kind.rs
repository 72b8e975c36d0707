//! What kind of value is being followed: a task, a container with one in it, a callable that refers to one.

use super::access_path::{AccessPath, PathElement};

/// What kind of value is being followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::tasks) enum ValueKind {
    /// A task, or a future that holds tasks (`gather`).
    Task,
    /// The future of `shield`: cancelling it leaves the task alone, and running.
    Shielded,
    /// A container or iterator with the task in it, and where.
    Container(AccessPath),
    /// A callable, bound method or coroutine that refers to the task.
    Callable,
}

impl ValueKind {
    /// A container of tasks.
    pub(in crate::tasks) const CONTAINER: Self = Self::Container(AccessPath::FLAT);

    pub(super) fn is_container(self) -> bool {
        matches!(self, Self::Container(_))
    }

    /// A container that has this at its first step.
    pub(super) fn wrapped_in(self, element: PathElement) -> Self {
        match self {
            Self::Container(access) => Self::Container(access.wrapped_in(element)),
            _ => Self::Container(AccessPath::of(element)),
        }
    }

    /// An element of it; what is no container is taken for one.
    pub(in crate::tasks) fn element(self) -> Self {
        match self {
            Self::Container(access) => access.tail().map_or(Self::Task, Self::Container),
            other => other,
        }
    }

    /// Another container with the same elements, in whatever order.
    pub(in crate::tasks) fn collected(self) -> Self {
        match self {
            Self::Container(access) => Self::Container(access.with_first(PathElement::Any)),
            _ => Self::CONTAINER,
        }
    }
}
