//! The types for containers that keep tasks: their storage, kind and uses. It finds none.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use super::job_tracker::{CodeLocation, JobTracker};
use crate::python::NodeId;
use crate::tasks::container_access::ContainerKind;
use crate::text::Line;

/// Where a container is stored, which decides how long it lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Storage {
    /// A module-level name: as long as the program.
    Module,
    /// An attribute of an object, or of a class.
    Class,
    /// A local name: as long as its function runs.
    Local,
}

/// What one use does with a container. Nodes are those of the use's own file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ContainerOp {
    /// Creates it: at module level, in the class body or `__init__`, the first time in a function.
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
    /// Takes out one or several elements and drops them.
    Removed,
    /// Takes one element out: the expression whose value it is.
    Popped(NodeId),
    /// Takes everything out.
    Cleared,
    /// Iterates over the elements, or a copy of them.
    Iterated(IterationUse),
    /// Awaits the elements together: `gather`, `wait`, `as_completed`.
    Waited,
    /// Reads one element: the expression whose value it is.
    Fetched(NodeId),
    /// Counts, tests or prints it.
    Read,
    /// Passes it to code that may do anything with it.
    Escaped,
}

/// What is done with the elements in an iteration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct IterationUse {
    /// `t.cancel()`
    pub cancels: bool,
    /// `await t`, `gather(...)`, `t.join()`
    pub awaits: bool,
    /// They are passed to code that may do either.
    pub escapes: bool,
}

/// One use of a container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContainerUse {
    /// What it does.
    pub op: ContainerOp,
    /// The file, as the user would name it.
    pub file: Arc<Path>,
    /// The 1-based line.
    pub line: Line,
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

    /// The uses in one file.
    pub fn uses_in<'a>(&'a self, file: &'a Path) -> impl Iterator<Item = &'a ContainerUse> {
        let from = self.uses.partition_point(|t| &*t.file < file);
        self.uses[from..].iter().take_while(move |t| &*t.file == file)
    }

    /// Whether some use removes elements, or may.
    pub fn shrinks(&self) -> bool {
        self.uses.iter().any(|t| t.op.shrinks())
    }
}

impl ContainerOp {
    /// Whether elements are removed, or may be.
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

/// The containers that keep a project's tasks and job records.
#[derive(Debug, Default)]
pub struct Trackers {
    /// By path.
    pub(super) all: BTreeMap<String, Tracker>,
    /// Uses of an attribute of an unknown object, by the attribute's name.
    pub(super) unresolved: BTreeMap<String, Vec<ContainerUse>>,
    /// The paths of the trackers that a file uses, by file.
    pub(super) files: BTreeMap<Arc<Path>, BTreeSet<String>>,
    /// Those that hold job records, by path.
    pub(super) jobs: BTreeMap<String, JobTracker>,
    /// References to the functions that add job records or write their status, by the function's
    /// path.
    pub(super) references: BTreeMap<String, Vec<CodeLocation>>,
}

impl Trackers {
    /// All of them, by path.
    pub fn all(&self) -> impl Iterator<Item = &Tracker> {
        self.all.values()
    }

    /// Those that a file uses, by path.
    pub fn in_file(&self, file: &Path) -> impl Iterator<Item = &Tracker> {
        let paths = self.files.get(file).into_iter().flatten();
        paths.filter_map(|path| self.all.get(path))
    }

    /// What a container of job records is used for.
    pub fn jobs(&self, tracker: &Tracker) -> Option<&JobTracker> {
        self.jobs.get(&tracker.path)
    }

    /// The references to a function that adds job records or writes their status, those in test
    /// code included.
    pub fn references(&self, function: &str) -> &[CodeLocation] {
        self.references.get(function).map_or(&[], Vec::as_slice)
    }

    /// The one with this path.
    pub fn at(&self, path: &str) -> Option<&Tracker> {
        self.all.get(path)
    }

    /// Uses elsewhere that may be of this container: of an attribute of the same name on an unknown
    /// object.
    pub fn unresolved(&self, tracker: &Tracker) -> &[ContainerUse] {
        match tracker.storage {
            Storage::Class => self.unresolved.get(tracker.attribute()).map_or(&[], Vec::as_slice),
            Storage::Module | Storage::Local => &[],
        }
    }
}
