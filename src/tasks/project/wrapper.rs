//! Functions that make tasks for their callers, and what a call of one gives. It reads no tree.

use crate::tasks::effects::{AccessPath, GuardedCall, ObjectEscape, PathConditions, ValueKind};

/// Who owns the tasks that a function makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ownership {
    /// The caller: the function returns a fresh task and keeps nothing, so its calls are sites.
    Fresh,
    /// The function on some paths, the caller on others; or there is no task on some paths.
    Sometimes,
    /// The function itself.
    Kept,
}

/// A function that makes tasks for its callers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Wrapper {
    /// The paths on which it returns a task that it does not keep.
    pub(in crate::tasks) fresh: PathConditions,
    /// The paths on which it keeps its task.
    pub(in crate::tasks) kept: PathConditions,
    /// The paths on which it makes no task, or may keep it.
    pub(in crate::tasks) others: PathConditions,
    /// Whether it is `async`, so that its task comes out of an `await`.
    pub is_async: bool,
    /// Where in what it returns the task is; none when that is the task itself.
    pub(in crate::tasks) access: Option<AccessPath>,
    /// Whether it returns a future of another thread's loop, whose `result()` waits for it.
    pub(in crate::tasks) is_threadsafe: bool,
    /// The path of the function that makes the tasks, where a decorator has put that in the place of another.
    pub(in crate::tasks) defined_as: Option<String>,
}

/// A parameter of a function, of which this makes a task if it is a coroutine, or if its call returns one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::tasks) struct SpawnedParam {
    /// Its position, counting every parameter from 0.
    pub(in crate::tasks) index: usize,
    /// Its name.
    pub(in crate::tasks) name: String,
    /// Whether it is called.
    pub(in crate::tasks) is_called: bool,
}

/// A class whose constructor makes a task that, as far as is known, nothing but the new object keeps.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::tasks) struct TaskOwner {
    /// The attribute of the object that holds the task.
    pub(in crate::tasks) attribute: String,
    /// Whether each call of the class makes the task.
    pub(in crate::tasks) is_certain: bool,
    /// Whether anything else keeps the object: not certainly.
    pub(in crate::tasks) escape: ObjectEscape,
}

/// What a call of a wrapper gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::tasks) enum CallOutcome<'w> {
    /// No task.
    Nothing,
    /// A task that nothing keeps.
    Fresh,
    /// A task that the wrapper keeps, if there is one.
    Kept,
    /// Not known; the parameter that decides, if one does.
    Undecided(Option<&'w str>),
}

impl Wrapper {
    /// One that returns a fresh task on every path.
    pub(in crate::tasks) fn fresh() -> Self {
        Self {
            fresh: PathConditions::always(),
            kept: PathConditions::default(),
            others: PathConditions::default(),
            is_async: false,
            access: None,
            is_threadsafe: false,
            defined_as: None,
        }
    }

    /// The wrapper that stands for another function, whose parameters are not its own.
    pub(in crate::tasks) fn in_place_of_another(&self, path: &str) -> Self {
        Self {
            fresh: self.fresh.without_parameters(),
            kept: self.kept.without_parameters(),
            others: self.others.without_parameters(),
            defined_as: Some(self.defined_as.clone().unwrap_or_else(|| path.to_owned())),
            ..*self
        }
    }

    /// Who owns its tasks if nothing is known of the call.
    pub fn ownership(&self) -> Ownership {
        if self.fresh.is_empty() {
            Ownership::Kept
        } else if self.kept.is_empty() && self.others.is_empty() {
            Ownership::Fresh
        } else {
            Ownership::Sometimes
        }
    }

    /// Whether each call of it returns a task that it does not keep.
    pub(in crate::tasks) fn is_unconditional(&self) -> bool {
        self.ownership() == Ownership::Fresh
    }

    /// The kind of the value that it returns.
    pub(in crate::tasks) fn value_kind(&self) -> ValueKind {
        self.access.map_or(ValueKind::Task, ValueKind::Container)
    }

    /// What a call gives, by its arguments.
    pub(in crate::tasks) fn outcome(&self, call: GuardedCall<'_>) -> CallOutcome<'_> {
        let fresh = self.fresh.open_to(call);
        let kept = self.kept.open_to(call);
        let others = self.others.open_to(call);
        match (fresh, kept, others) {
            (None, None, _) => CallOutcome::Nothing,
            (None, Some(_), _) => CallOutcome::Kept,
            (Some(_), None, None) => CallOutcome::Fresh,
            _ => {
                let parameters = [kept, others, fresh].into_iter().flatten().flatten();
                CallOutcome::Undecided(parameters.into_iter().next())
            }
        }
    }

    /// Joins the paths of another definition of the function, or of another of its sites.
    pub(super) fn merge(&mut self, other: Self) {
        self.fresh.extend(other.fresh);
        self.kept.extend(other.kept);
        self.others.extend(other.others);
        self.is_threadsafe &= other.is_threadsafe;
        if self.access != other.access {
            self.access = Some(AccessPath::FLAT);
        }
    }
}
