//! The words for containers that keep work: where one lives, what is done with it, and where. It finds none.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use super::job_tracker::{CodeLocation, JobTracker};
use crate::python::NodeId;

/// Where a container lives, and so how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Storage {
    /// A module-level name: as long as the program.
    Module,
    /// An attribute of an object, or of a class.
    Class,
    /// A local name: as long as its function runs.
    Local,
}

/// What kind of container it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ContainerKind {
    /// A list or deque.
    List,
    /// A set.
    Set,
    /// A dict of any kind.
    Dict,
    /// One that does not keep what is in it: weak references, or a bound on its length.
    Forgetful,
}

/// What one occurrence does with a container. Nodes are those of the occurrence's own file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ContainerOp {
    /// Binds it where it begins: at module level, in the class body or `__init__`, the first time in a function.
    Declared,
    /// Binds it to another container elsewhere.
    Rebound,
    /// Puts something in.
    Added {
        /// What goes in, where it is one value.
        value: Option<NodeId>,
        /// Whether that is known to be a task (or future).
        is_task: bool,
    },
    /// A done-callback takes the task out.
    RemovedByCallback,
    /// Takes one entry out, or some, and lets them go.
    Removed,
    /// Takes one entry out: the expression that has it.
    Popped(NodeId),
    /// Takes everything out.
    Cleared,
    /// Goes through the members, or a copy of them.
    Iterated(IterationUse),
    /// Awaits the members together: `gather`, `wait`, `as_completed`.
    Waited,
    /// Gets one member: the expression that has it.
    Fetched(NodeId),
    /// Counts, tests or shows it.
    Read,
    /// Hands it on to code that may do anything with it.
    Escaped,
}

/// What is done with the members that somebody goes through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct IterationUse {
    /// `t.cancel()`
    pub cancels: bool,
    /// `await t`, `gather(...)`, `t.join()`
    pub awaits: bool,
    /// They are handed to code that may do either.
    pub hands_on: bool,
}

/// One occurrence of a container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContainerUse {
    /// What it does.
    pub op: ContainerOp,
    /// The file, as the user would name it.
    pub file: Arc<Path>,
    /// The 1-based line.
    pub line: usize,
    /// The name, or the attribute expression, in that file.
    pub node: NodeId,
    /// The qualified name of the function around it.
    pub function: Option<String>,
    /// Whether it stands in test code.
    pub is_test: bool,
}

/// A container and everything that the project does with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tracker {
    /// Its dotted path: `pkg.bg.TASKS`, `pkg.app.App._tasks`; of a local one `pkg.app.main.tasks`.
    pub path: String,
    /// How a person would say it: `TASKS`, `App._tasks`, `tasks`.
    pub name: String,
    /// Where it lives.
    pub storage: Storage,
    /// What it is.
    pub kind: ContainerKind,
    /// Whether tasks (or futures) are known to be put into it.
    pub keeps_tasks: bool,
    /// Sorted by file and place.
    pub uses: Vec<ContainerUse>,
}

impl Tracker {
    /// Its last name.
    pub fn attribute(&self) -> &str {
        self.path.rsplit('.').next().unwrap_or_default()
    }

    /// The occurrences in one file.
    pub fn touches_in<'a>(&'a self, file: &'a Path) -> impl Iterator<Item = &'a ContainerUse> {
        let from = self.uses.partition_point(|t| &*t.file < file);
        self.uses[from..].iter().take_while(move |t| &*t.file == file)
    }

    /// Whether an occurrence takes something out, in whatever way, or may.
    pub fn shrinks(&self) -> bool {
        self.uses.iter().any(|t| t.op.shrinks())
    }
}

impl ContainerOp {
    /// Whether something is taken out, or may be.
    pub fn shrinks(&self) -> bool {
        matches!(
            self,
            Self::Rebound
                | Self::RemovedByCallback
                | Self::Removed
                | Self::Popped(_)
                | Self::Cleared
                | Self::Escaped
        )
    }
}

/// The containers of a project that keep its work.
#[derive(Debug, Default)]
pub struct Trackers {
    /// By path.
    pub(super) all: BTreeMap<String, Tracker>,
    /// Occurrences of an attribute whose object cannot be told, by the attribute's name.
    pub(super) unresolved: BTreeMap<String, Vec<ContainerUse>>,
    /// The paths of those with an occurrence in a file, by file.
    pub(super) files: BTreeMap<Arc<Path>, BTreeSet<String>>,
    /// What those of job records are used for, by path.
    pub(super) jobs: BTreeMap<String, JobTracker>,
    /// Who refers to the functions that job records are added or marked in, by the function's path.
    pub(super) references: BTreeMap<String, Vec<CodeLocation>>,
}

impl Trackers {
    /// All of them, by path.
    pub fn all(&self) -> impl Iterator<Item = &Tracker> {
        self.all.values()
    }

    /// Those with an occurrence in a file, by path.
    pub fn in_file(&self, file: &Path) -> impl Iterator<Item = &Tracker> {
        let paths = self.files.get(file).into_iter().flatten();
        paths.filter_map(|path| self.all.get(path))
    }

    /// What a container of job records is used for.
    pub fn jobs(&self, tracker: &Tracker) -> Option<&JobTracker> {
        self.jobs.get(&tracker.path)
    }

    /// Who refers to a function that job records are added or marked in; test code counts, too.
    pub fn references(&self, function: &str) -> &[CodeLocation] {
        self.references.get(function).map_or(&[], Vec::as_slice)
    }

    /// The one with this path.
    pub fn at(&self, path: &str) -> Option<&Tracker> {
        self.all.get(path)
    }

    /// Occurrences elsewhere that may mean this container: those of an attribute of the same name, of an object that
    /// cannot be told.
    pub fn unresolved(&self, tracker: &Tracker) -> &[ContainerUse] {
        match tracker.storage {
            Storage::Class => self.unresolved.get(tracker.attribute()).map_or(&[], Vec::as_slice),
            Storage::Module | Storage::Local => &[],
        }
    }
}
