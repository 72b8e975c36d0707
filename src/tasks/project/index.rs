//! The project index: what the analysis of one file needs to know about all others. It holds no
//! trees.

use super::declared::DeclaredFunctions;
use super::wrapper::{Ownership, SpawnedParam, TaskOwner, Wrapper};
use crate::tasks::effects::{FunctionSummary, ObjectEscape, SummaryKey};
use crate::text::Line;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

/// What a module-level name, or a class's attribute, stands for to other files.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Export {
    /// Something imported from, or made of, this path.
    Alias(String),
    /// A class with these bases, as paths.
    Class(Vec<String>),
}

/// What is known about the files of a project.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct ProjectIndex {
    pub(in crate::tasks) wrappers: BTreeMap<String, Wrapper>,
    /// Whether one of them is asynchronous.
    pub(in crate::tasks) has_async_wrappers: bool,
    /// Whether one of them is what a call of a function or of an object gives.
    pub(in crate::tasks) has_wrapper_makers: bool,
    /// Functions that give a parameter to `ensure_future`.
    pub(in crate::tasks) spawned_params: BTreeMap<String, SpawnedParam>,
    /// Those for whose parameter every caller gives a coroutine, and there is one.
    pub(in crate::tasks) given_coroutines: BTreeSet<String>,
    /// The classes whose objects own a task.
    pub(in crate::tasks) task_owners: BTreeMap<String, TaskOwner>,
    /// For lookup only: its order is not deterministic.
    pub(in crate::tasks) exports: FxHashMap<String, Export>,
    /// The aliases with another name than their targets, by the last names of these.
    pub(super) renamed: FxHashMap<String, Vec<String>>,
    /// The modules that a module star-imports.
    pub(super) stars: BTreeMap<String, Vec<String>>,
    /// For each class, its bases with imports followed; those that are no paths are left out.
    pub(super) bases: FxHashMap<String, Vec<String>>,
    /// For each class, its direct subclasses.
    pub(in crate::tasks) subclasses: BTreeMap<String, BTreeSet<String>>,
    /// Alternative names of packages, with the name that their modules use.
    pub(in crate::tasks) packages: BTreeMap<String, String>,
    pub(in crate::tasks) names: BTreeSet<String>,
    /// Paths that are aliases of asyncio's spawners.
    pub(in crate::tasks) aliases: BTreeSet<String>,
    /// Paths that are aliases of wrappers with another name, each with the wrapper's.
    pub(in crate::tasks) wrapper_aliases: BTreeMap<String, String>,
    /// The subclasses of `asyncio.Task`.
    pub(in crate::tasks) task_classes: BTreeSet<String>,
    /// The modules that were read.
    pub(in crate::tasks) modules: BTreeSet<String>,
    /// The first names of all paths that belong to the project.
    pub(in crate::tasks) roots: BTreeSet<String>,
    /// The paths of all functions and methods.
    pub(in crate::tasks) functions: FxHashSet<Arc<str>>,
    /// The classes whose generated constructor stores what it is given.
    pub(super) generated_inits: BTreeSet<String>,
    /// The subclasses with an `__init__` that does not call that of a base before it calls anything
    /// else. One whose body is not parsed counts as such.
    pub(super) replaced_inits: BTreeSet<String>,
    /// The methods that a `with` statement calls, and that return something else than their object.
    pub(super) enters_other: BTreeSet<String>,
    /// What may stand in front of the methods of wrappers: see [`Hiding`].
    pub(in crate::tasks) hiding: Hiding,
    /// The wrappers that are only there to be overridden, each with the only one that overrides it, if there is one.
    pub(in crate::tasks) abstract_wrappers: BTreeMap<String, Option<String>>,
    /// The methods with a task that is kept, or may be, and that they do not return.
    pub(in crate::tasks) keeping_methods: BTreeSet<String>,
    /// The methods of which it matters what overrides them.
    pub(in crate::tasks) overridable: BTreeSet<String>,
    /// The modules of test code.
    pub(in crate::tasks) test_modules: BTreeSet<String>,
    /// Module-level names that are bound to something unknown besides what they are imported or defined as.
    pub(super) rebound: BTreeSet<String>,
    /// Function summaries, as far as they were requested.
    pub(in crate::tasks) summaries: BTreeMap<SummaryKey, FunctionSummary>,
    /// What the configuration says of functions.
    pub(in crate::tasks) declared: DeclaredFunctions,
    /// What keeps every task of the project, if anything does.
    pub(in crate::tasks) factory: Option<Factory>,
}

/// Attributes that hide the wrappers of these names which a base has, as far as the names of wrappers were known when it was
/// made.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(in crate::tasks) struct Hiding {
    /// Paths of attributes that are certainly something else, and no functions.
    pub(in crate::tasks) certain: BTreeSet<String>,
    /// Paths of attributes that are something else at times, and of classes of which all attributes may be.
    pub(in crate::tasks) possible: BTreeSet<String>,
}

/// A task factory, or a replaced `create_task`, that keeps every task.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Factory {
    /// The file that installs it.
    pub path: PathBuf,
    /// The line that does.
    pub line: Line,
    /// Whether only calls of `asyncio.create_task` through the module go through it.
    pub attribute_only: bool,
}

impl ProjectIndex {
    /// The task factory, or replaced `create_task`, that keeps the project's tasks.
    pub fn factory(&self) -> Option<&Factory> {
        self.factory.as_ref()
    }

    /// Whether a module has a function that makes tasks and keeps them.
    pub fn has_keeper(&self, module: &str) -> bool {
        let from = format!("{module}.");
        let own =
            self.wrappers.range(from.clone()..).take_while(|(path, _)| path.starts_with(&from));
        own.into_iter().any(|(_, wrapper)| wrapper.ownership() == Ownership::Kept)
    }

    /// Whether a path is that of a class.
    pub(in crate::tasks) fn is_class(&self, path: &str) -> bool {
        matches!(self.exports.get(path), Some(Export::Class(_)))
    }

    /// A function's summary, if it was computed.
    pub(in crate::tasks) fn summary(&self, key: &SummaryKey) -> Option<&FunctionSummary> {
        self.summaries.get(key)
    }

    pub(in crate::tasks) fn is_wrapper_name(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    /// The wrapper at a path, if any, and the path; of one that is only there to be overridden, the only one that does it.
    pub(in crate::tasks) fn wrapper(&self, path: &str) -> Option<(&str, &Wrapper)> {
        let path = self.abstract_wrappers.get(path).and_then(Option::as_deref).unwrap_or(path);
        self.wrappers.get_key_value(path).map(|(path, wrapper)| (path.as_str(), wrapper))
    }

    pub(in crate::tasks) fn add_task_owner(&mut self, path: String, owner: TaskOwner) {
        self.names.extend(path.rsplit('.').next().map(str::to_owned));
        let other = self.task_owners.insert(path.clone(), owner);
        // Several classes of one name.
        if let Some(owner) = other.and_then(|_| self.task_owners.get_mut(&path)) {
            owner.escape = ObjectEscape::Unknown;
        }
    }

    pub(in crate::tasks) fn add_wrapper(&mut self, path: String, wrapper: Wrapper) {
        if let Some(name) = path.rsplit('.').next().filter(|n| !n.starts_with('<')) {
            self.names.insert(name.trim_end_matches("()").to_owned());
        }
        match self.wrappers.entry(path) {
            Entry::Vacant(entry) => drop(entry.insert(wrapper)),
            Entry::Occupied(entry) => entry.into_mut().merge(wrapper),
        }
    }
}
