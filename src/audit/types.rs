//! What the answers about a project are made of: places, keepers, hooks, who calls a function, what is done with a task. It
//! finds none of them.

use super::related_location::RelatedLocation;
use crate::python::{NodeId, ScopeId, Symbol};

/// A node of one of the files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeRef {
    /// The index of the file.
    pub file: usize,
    /// The node.
    pub node: NodeId,
}

/// A place that keeps tasks, whatever name it goes by where it is used.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StorageLocation {
    /// An attribute of the instances of a class (or of the class itself), by the class's path.
    Attribute {
        /// `pkg.jobs.Scheduler`, the topmost class of the project that sets it.
        class: String,
        /// `_task`
        name: String,
    },
    /// A module-level name, `pkg.jobs._tasks`.
    Global(String),
    /// A name of a function.
    Local {
        /// The index of its file.
        file: usize,
        /// The function's scope.
        scope: ScopeId,
        /// The name.
        symbol: Symbol,
    },
    /// An attribute of something that is not known, by its text: `app.state.watcher`.
    Unresolved {
        /// The index of the only file that it is looked for in; none for the whole project.
        file: Option<usize>,
        /// `state.watcher`
        text: String,
    },
}

/// When a hook runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HookPhase {
    /// As the application starts.
    Startup,
    /// As it ends.
    Shutdown,
    /// A generator: up to its `yield` as the application, or a block, starts, behind it as that ends.
    Around,
}

/// What makes a function a hook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LifecycleHook {
    /// When it runs.
    pub phase: HookPhase,
    /// Whether it is the application's: a generator may be any block's.
    pub is_application: bool,
    /// Whether a coroutine function is awaited there, in the application's loop: not by `atexit`, nor on a signal.
    pub is_awaited: bool,
    /// The decorator or the registration.
    pub node_ref: NodeRef,
    /// `on_event("shutdown")`, `lifespan=`
    pub label: String,
}

/// How sure it is that a function runs when things end; the greater the surer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChainRoot {
    /// Nobody in the project calls it.
    Uncalled,
    /// Nobody is known to, but something of its name is called on what cannot be told.
    Ambiguous,
    /// It is the way out of an object that its users call: `close`, `aclose`, `disconnect`.
    CloseMethod,
    /// Some code of the project calls it, which nothing is seen to call.
    Caller,
    /// A program's own code calls it: `main`, a module's last lines.
    Program,
    /// The end of a block calls it: `__aexit__`, behind the `yield` of a context manager.
    BlockExit,
    /// The application's shutdown calls it.
    Shutdown,
}

/// Who calls a function, from it upwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallChain {
    /// One witness a call, the one nearest to the function first.
    pub steps: Vec<RelatedLocation>,
    /// Where it ends.
    pub root: ChainRoot,
}

/// Whether waiting has a time limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Timeout {
    /// It has none.
    Absent,
    /// It has one, or none: a name says.
    Unknown,
    /// It has one.
    Present,
    /// It is over when one of several is done.
    FirstDone,
}

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TaskOp {
    /// It is cancelled.
    Cancel,
    /// Its loop is told to end.
    SignalStop,
    /// It is waited for.
    Await {
        /// Whether there is a time limit.
        timeout: Timeout,
        /// Whether an exception comes out there.
        raises: bool,
    },
    /// Its `result()` or `exception()` is read.
    ReadOutcome,
    /// This is registered as its callback.
    AddCallback(NodeRef),
    /// It goes where it cannot be followed.
    Escape,
}

/// Something done at a place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TaskUse {
    /// Where: in the code that has the task, also when a function called there does it.
    pub node_ref: NodeRef,
    /// What.
    pub op: TaskOp,
    /// The function of the project that does it, where one is called.
    pub via: Option<String>,
}

/// Everything that is done with the tasks of a keeper, or of a site.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TaskUses {
    /// In the order of the places.
    pub uses: Vec<TaskUse>,
}

impl TaskUses {
    /// Whether a task goes where it cannot be followed, so that nothing can be said of what is not done.
    pub fn escapes(&self) -> bool {
        self.uses.iter().any(|e| e.op == TaskOp::Escape)
    }

    /// The functions registered as its callbacks.
    pub fn callbacks(&self) -> impl Iterator<Item = NodeRef> + '_ {
        self.uses.iter().filter_map(|e| match e.op {
            TaskOp::AddCallback(callback) => Some(callback),
            _ => None,
        })
    }

    /// Whether it is waited for anywhere.
    pub fn waits(&self) -> bool {
        self.uses.iter().any(|e| matches!(e.op, TaskOp::Await { .. }))
    }
}
