//! The data types of the audit: node references, storage locations, hooks, call chains, task uses.
//! It computes none of them.

use super::related_location::RelatedLocation;
use crate::python::{NodeId, ScopeId, Symbol};
use crate::tasks::libraries::HookPhase;

/// A node in one of the indexed files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeRef {
    /// The index of the file.
    pub file: usize,
    /// The node.
    pub node: NodeId,
}

/// An abstract location that stores tasks, whatever name it is accessed by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StorageLocation {
    /// An attribute of a class or of its instances.
    Attribute {
        /// The path of the declaring class: `pkg.jobs.Scheduler`.
        class: String,
        /// `_task`
        name: String,
    },
    /// A module-level name, `pkg.jobs._tasks`.
    Global(String),
    /// A local variable.
    Local {
        /// The index of its file.
        file: usize,
        /// The function's scope.
        scope: ScopeId,
        /// The name.
        symbol: Symbol,
    },
    /// An attribute of an unresolved object, by its text: `app.state.watcher`.
    Unresolved {
        /// The index of the file that it is limited to; `None` for the whole project.
        file: Option<usize>,
        /// `state.watcher`
        text: String,
    },
}

/// The constant keys by which an entry of nested containers is looked up, outermost last; `None` for any other key.
pub(super) type ItemKeys = Vec<Option<String>>;

/// What makes a function a hook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LifecycleHook {
    /// When it runs.
    pub phase: HookPhase,
    /// Whether it is bound to the application: a generator may serve any block, and what `atexit` calls runs when no loop does.
    pub is_application: bool,
    /// Whether a coroutine function is awaited in the application's loop: not by `atexit` nor on a
    /// signal.
    pub is_awaited: bool,
    /// The decorator or the registration.
    pub node_ref: NodeRef,
    /// `on_event("shutdown")`, `lifespan=`
    pub label: String,
}

/// Where a chain of callers ends, ordered by how certain it is that the function runs at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChainRoot {
    /// No code of the project calls it.
    Uncalled,
    /// It runs only on an occasion that is not the end.
    Occasion(StopOccasion),
    /// No known caller, but a function of its name is called on an unresolved receiver.
    Ambiguous,
    /// A function of the project calls it that has no known caller.
    Caller,
    /// It is a method by which users close an object, or one calls it: `close`, `aclose`, `disconnect`.
    CloseMethod,
    /// Module-level code calls it.
    Program,
    /// The exit of a block calls it: `__aexit__`, after the `yield` of a context manager.
    BlockExit,
    /// The application's shutdown calls it.
    Shutdown,
}

/// An occasion, other than the end of the application or of an object, at which tasks are stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StopOccasion {
    /// Code that shows how a library is used.
    Example,
    /// The task's own coroutine decides to.
    OwnCoroutine,
    /// The application starts.
    Startup,
    /// The next task is created.
    Restart,
    /// Something else has failed.
    Error,
    /// A request or a command of a user.
    Request,
    /// An event that a function is registered for.
    Event,
}

impl StopOccasion {
    /// As the subject of a sentence.
    pub fn subject(self) -> &'static str {
        match self {
            Self::Example => "an example",
            Self::OwnCoroutine => "its own coroutine",
            Self::Startup => "the startup",
            Self::Restart => "a restart",
            Self::Error => "an error",
            Self::Request => "a request",
            Self::Event => "an event",
        }
    }
}

impl ChainRoot {
    /// The occasion, if the chain ends at none but one that is not the end.
    pub fn occasion(self) -> Option<StopOccasion> {
        match self {
            Self::Occasion(occasion) => Some(occasion),
            _ => None,
        }
    }
}

/// Where tasks come from: what stores them, and what they run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct TaskOrigin {
    /// The attribute or module-level name.
    pub location: Option<StorageLocation>,
    /// Their coroutine functions.
    pub coroutines: Vec<NodeRef>,
}

/// A chain of callers, from a function upwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallChain {
    /// One location per call, the nearest to the function first.
    pub steps: Vec<RelatedLocation>,
    /// Where the chain ends.
    pub root: ChainRoot,
}

/// Whether waiting has a timeout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Timeout {
    /// It has none.
    Absent,
    /// It depends on a value that is not known.
    Unknown,
    /// It has one, after which the task is left to run.
    Present,
    /// As [`Timeout::Unknown`], but the task is cancelled after it.
    MayCancel,
    /// It has one, after which the task is cancelled.
    Cancels,
    /// It ends when one of several tasks is done.
    FirstDone,
}

/// An operation on a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TaskOp {
    /// It is cancelled.
    Cancel,
    /// Its loop is signalled to stop.
    SignalStop,
    /// It is waited for.
    Await {
        /// Whether there is a timeout.
        timeout: Timeout,
        /// Whether the task's exception is raised there.
        raises: bool,
        /// Whether the exception is retrieved there, so that asyncio does not log it.
        retrieves: bool,
    },
    /// Its `result()` or `exception()` is read.
    ReadOutcome,
    /// This function is registered as its done-callback.
    AddCallback(NodeRef),
    /// An object that is made with it stores it in this attribute.
    StoreIn(NodeRef),
    /// It escapes the analysis.
    Escape,
    /// It may be what is cancelled here, an attribute of that name of an object that is not known.
    MayCancel,
}

/// An operation on a task at a node.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TaskUse {
    /// Where: in the function that has the task, even if a callee does it.
    pub node_ref: NodeRef,
    /// The operation.
    pub op: TaskOp,
    /// The name of the callee that does it, if one does.
    pub via: Option<String>,
    /// Where the callee does it.
    pub inner: Option<NodeRef>,
}

/// Everything that is done with the tasks of a storage location, or of a site.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TaskUses {
    /// In source order.
    pub uses: Vec<TaskUse>,
}

impl TaskUses {
    /// Adds uses, each once.
    pub(super) fn extend<'u>(&mut self, others: impl IntoIterator<Item = &'u TaskUse>) {
        self.uses.extend(others.into_iter().cloned());
        self.uses.sort();
        self.uses.dedup();
    }

    /// Whether a task escapes, so that unknown code may do more with it.
    pub fn escapes(&self) -> bool {
        self.may_be_cancelled() || self.may_be_awaited()
    }

    /// Whether it escapes to code that may wait for it, or read its outcome.
    pub(super) fn may_be_awaited(&self) -> bool {
        self.uses.iter().any(|e| e.op == TaskOp::Escape)
    }

    /// Whether code that does nothing else with it may cancel it.
    pub(super) fn may_be_cancelled(&self) -> bool {
        self.uses.iter().any(|e| e.op == TaskOp::MayCancel)
    }

    /// The functions registered as done-callbacks.
    pub fn callbacks(&self) -> impl Iterator<Item = NodeRef> + '_ {
        self.uses.iter().filter_map(|e| match e.op {
            TaskOp::AddCallback(callback) => Some(callback),
            _ => None,
        })
    }

    /// Whether it is awaited anywhere.
    pub fn waits(&self) -> bool {
        self.uses.iter().any(|e| matches!(e.op, TaskOp::Await { .. }))
    }
}
