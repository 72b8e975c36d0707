//! What waiting for a task means for it: whether its exception is raised there, and whether a limit cancels it. It follows
//! no value.

use super::coroutine_exit::{EXCEPTION_BASES, catches, suppresses};
use super::types::{TaskOp, TaskUse, Timeout};
use crate::python::{Field, Kind, Model, NodeId};
use crate::tasks::libraries::{Role, names};

/// The kind of value that is followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum FollowedValue {
    Task,
    Container,
    /// Those of several tasks that are done, where a wait for the first of them leaves others running.
    Done,
    /// A `shield` around a task: it takes the cancellations that are meant for the task.
    Shield,
    /// An awaitable around tasks: what awaiting it means for them (`gather`, `wait_for`).
    Waiting {
        timeout: Timeout,
        raises: bool,
        /// Whether cancelling it cancels the tasks.
        cancels: bool,
    },
}

impl FollowedValue {
    /// What an iteration over `asyncio.as_completed` awaits, which ends where the loop is left.
    pub(super) const AS_COMPLETED: Self =
        Self::Waiting { timeout: Timeout::Unknown, raises: true, cancels: false };

    /// One of [`FollowedValue::Done`]: to wait for it is to wait for the first of several.
    const FIRST: Self = Self::Waiting { timeout: Timeout::FirstDone, raises: true, cancels: false };

    /// An element of the value, which a container has.
    pub(super) fn element(self) -> Self {
        match self {
            Self::Done => Self::FIRST,
            Self::Shield | Self::Waiting { .. } => self,
            Self::Task | Self::Container => Self::Task,
        }
    }

    /// What a loop over the value binds.
    pub(super) fn item(self) -> Option<Self> {
        (self != Self::Task).then(|| self.element())
    }

    /// Whether cancelling the value cancels the task.
    pub(super) fn passes_cancellation(self) -> bool {
        !matches!(self, Self::Shield | Self::Waiting { cancels: false, .. })
    }

    /// What a limit on waiting for the value means for the task.
    pub(super) fn limited(self, timeout: Timeout) -> Timeout {
        match timeout {
            Timeout::Present if self.passes_cancellation() => Timeout::Cancels,
            Timeout::Unknown if self.passes_cancellation() => Timeout::MayCancel,
            timeout => timeout,
        }
    }

    /// A container of such values; of awaitables it is followed as one of them.
    pub(super) fn collected(self) -> Self {
        match self {
            Self::FIRST => Self::Done,
            Self::Shield | Self::Waiting { .. } => self,
            _ => Self::Container,
        }
    }

    /// A `shield` around the value.
    pub(super) fn shielded(self) -> Self {
        if matches!(self, Self::Waiting { .. }) { self.around(Self::Shield) } else { Self::Shield }
    }

    /// The same value around a `shield` of the tasks, or around the tasks.
    pub(super) fn around(self, inner: Self) -> Self {
        match self {
            Self::Waiting { raises, .. } if !inner.passes_cancellation() => {
                Self::Waiting { timeout: Timeout::Unknown, raises, cancels: false }
            }
            Self::Waiting { raises, .. } if inner == Self::Done => {
                Self::Waiting { timeout: Timeout::FirstDone, raises, cancels: false }
            }
            // `gather(wait_for(task, 5))`
            Self::Waiting { timeout: outer, raises, cancels } => match inner {
                Self::Waiting { timeout, .. } => {
                    Self::Waiting { timeout: outer.max(timeout), raises, cancels }
                }
                _ => self,
            },
            outer => outer,
        }
    }

    pub(super) fn await_op(self) -> TaskOp {
        match self {
            // The cancellation of who waits leaves the task running.
            Self::Shield => {
                TaskOp::Await { timeout: Timeout::Unknown, raises: true, retrieves: true }
            }
            // `asyncio.wait` retrieves nothing.
            Self::Waiting { timeout, raises, cancels } => {
                TaskOp::Await { timeout, raises, retrieves: raises || cancels }
            }
            _ => TaskOp::Await { timeout: Timeout::Absent, raises: true, retrieves: true },
        }
    }
}

/// Whether a call has `return_exceptions=True`, or another value that may be true.
pub(super) fn returns_exceptions(model: &Model, call: NodeId) -> bool {
    let value = model.keyword(call, "return_exceptions");
    value.is_some_and(|value| !matches!(model.kind(value), Kind::None | Kind::False))
}

/// The value of a `gather`: with `return_exceptions` and a discarded result no exception surfaces.
pub(super) fn gather_value(model: &Model, call: NodeId) -> FollowedValue {
    let returns = returns_exceptions(model, call);
    FollowedValue::Waiting {
        timeout: Timeout::Absent,
        cancels: true,
        raises: !returns || is_awaited(model, call) && !is_result_discarded(model, call),
    }
}

/// Whether whatever an `await` raises is thrown away: by `suppress`, or by an `except` with nothing in it.
pub(super) fn is_silenced(model: &Model, awaiting: NodeId) -> bool {
    let around = model.tree.ancestors(awaiting);
    let around = around.take_while(|n| model.kind(*n) != Kind::FunctionDefinition);
    let in_body = |n: &NodeId| {
        model.child(*n, Field::Body).is_some_and(|body| model.tree.contains(body, awaiting))
    };
    around.filter(in_body).any(|n| match model.kind(n) {
        Kind::WithStatement => {
            let items = model.children_of_kind(n, Kind::WithClause);
            let mut calls = items.flat_map(|items| model.tree.descendants(items));
            calls.any(|call| suppresses(model, call, EXCEPTION_BASES))
        }
        Kind::TryStatement => {
            let mut clauses = model.children_of_kind(n, Kind::ExceptClause);
            let broad = clauses.find(|clause| catches(model, *clause, EXCEPTION_BASES));
            broad.is_some_and(|clause| is_silent(model, clause))
        }
        _ => false,
    })
}

/// Whether an `except` clause neither uses, logs nor raises what it catches, and at most cancels or awaits something.
fn is_silent(model: &Model, clause: NodeId) -> bool {
    let Some(suite) = model.suite_of(clause) else { return false };
    let ends = ["cancel", "gather", "suppress", "wait", "wait_for"];
    let acts = |n: NodeId| match model.kind(n) {
        Kind::Call => !model.callee_name(n).is_some_and(|name| ends.contains(&name)),
        Kind::ReturnStatement => {
            model.tree.first_child(n).is_some_and(|value| model.kind(value) == Kind::Identifier)
        }
        Kind::Assignment | Kind::AugmentedAssignment | Kind::RaiseStatement => true,
        _ => false,
    };
    !model.tree.descendants(suite).any(acts)
}

/// Whether a call is awaited where it stands, perhaps through another call.
fn is_awaited(model: &Model, call: NodeId) -> bool {
    let passes = |n: &NodeId| {
        matches!(model.kind(*n), Kind::ArgumentList | Kind::Call | Kind::ParenthesizedExpression)
    };
    let outer = model.tree.ancestors(call).find(|n| !passes(n));
    outer.is_some_and(|n| model.kind(n) == Kind::Await)
}

/// Whether the result of an awaited call is discarded by its statement.
fn is_result_discarded(model: &Model, call: NodeId) -> bool {
    let passes = |n: &NodeId| {
        matches!(
            model.kind(*n),
            Kind::Await | Kind::ArgumentList | Kind::Call | Kind::ParenthesizedExpression
        )
    };
    let outer = model.tree.ancestors(call).find(|n| !passes(n));
    outer.is_some_and(|s| model.kind(s) == Kind::ExpressionStatement)
}

/// The argument that limits an `asyncio.wait`, which leaves the tasks running; or what else ends it.
pub(super) fn wait_limit(model: &Model, call: NodeId) -> Result<Option<NodeId>, Timeout> {
    match model.keyword(call, "return_when") {
        Some(when) if model.text(when).contains("FIRST_COMPLETED") => Err(Timeout::FirstDone),
        Some(when) if !model.text(when).contains("ALL_COMPLETED") => Err(Timeout::Unknown),
        _ => Ok(model.keyword(call, "timeout")),
    }
}

/// Whether a wait has a limit, or an end, that leaves the task running.
pub(super) fn leaves_running(wait: &TaskUse) -> bool {
    let timeout = match wait.op {
        TaskOp::Await { timeout, .. } => timeout,
        _ => Timeout::Unknown,
    };
    matches!(timeout, Timeout::Present | Timeout::FirstDone)
}

/// Whether an `await` is inside an `async with asyncio.timeout(…)` or the like.
pub(super) fn is_in_timeout_block(model: &Model, awaiting: NodeId) -> bool {
    let is_limit =
        |n| model.callee_name(n).is_some_and(|name| names(Role::TimeoutBlock).contains(&name));
    let around = model.tree.ancestors(awaiting);
    around.take_while(|n| model.kind(*n) != Kind::FunctionDefinition).any(|n| {
        model.kind(n) == Kind::WithStatement
            && model
                .children_of_kind(n, Kind::WithClause)
                .flat_map(|items| model.tree.descendants(items))
                .any(is_limit)
    })
}
