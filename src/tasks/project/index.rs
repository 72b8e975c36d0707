//! The project index: what the analysis of one file needs to know about all others. It holds no
//! trees.

use crate::tasks::effects::{FunctionSummary, PathCondition, SummaryKey};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;

/// Who owns the tasks that a function makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ownership {
    /// The caller: the function returns a fresh task and keeps nothing, so its calls are sites.
    Fresh,
    /// The function on some paths, the caller on others.
    Sometimes,
    /// The function itself.
    Kept,
}

/// A function that makes tasks for its callers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Wrapper {
    /// Whether it keeps them.
    pub ownership: Ownership,
    /// Whether it is `async`, so that its task comes out of an `await`.
    pub is_async: bool,
    /// Whether what it returns is a container with the task in it.
    pub in_container: bool,
    /// Parameters that decide whether it returns the task or something else: a call that passes one
    /// cannot be decided.
    pub switches: BTreeSet<String>,
    /// The paths on which it returns a task, each as the condition on its parameters; the literals
    /// of a call can decide these.
    pub(in crate::tasks) paths: BTreeSet<PathCondition>,
    /// Whether it returns a future of another thread's loop, whose `result()` waits for it.
    pub(in crate::tasks) is_threadsafe: bool,
    /// If it keeps its task on some paths only: it never does so unless one of these parameters is
    /// passed.
    pub keeps_with: BTreeSet<String>,
}

impl Wrapper {
    /// Whether each call of it returns a task that it does not keep.
    pub(in crate::tasks) fn is_unconditional(&self) -> bool {
        self.ownership == Ownership::Fresh
            && self.switches.is_empty()
            && self.paths.contains(&PathCondition::new())
    }
}

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
    /// For lookup only: its order is not deterministic.
    pub(in crate::tasks) exports: HashMap<String, Export>,
    /// The modules that a module star-imports.
    pub(super) stars: BTreeMap<String, Vec<String>>,
    /// For each class, its bases with imports followed; those that are no paths are left out.
    pub(super) bases: HashMap<String, Vec<String>>,
    /// For each class, its direct subclasses.
    pub(in crate::tasks) subclasses: BTreeMap<String, BTreeSet<String>>,
    /// Alternative names of packages, with the name that their modules use.
    pub(in crate::tasks) packages: BTreeMap<String, String>,
    pub(in crate::tasks) names: BTreeSet<String>,
    /// Paths that are aliases of asyncio's spawners.
    pub(in crate::tasks) aliases: BTreeSet<String>,
    /// The subclasses of `asyncio.Task`.
    pub(in crate::tasks) task_classes: BTreeSet<String>,
    /// The modules that were read.
    pub(in crate::tasks) modules: BTreeSet<String>,
    /// The first names of all paths that belong to the project.
    pub(in crate::tasks) roots: BTreeSet<String>,
    /// The paths of all functions and methods.
    pub(in crate::tasks) functions: HashSet<Arc<str>>,
    /// The classes whose generated constructor stores what it is given.
    pub(super) generated_inits: BTreeSet<String>,
    /// The subclasses with an `__init__` that does not call that of a base before it calls anything
    /// else. One whose body is not parsed counts as such.
    pub(super) replaced_inits: BTreeSet<String>,
    /// What may stand in front of the methods of wrappers: see [`Hiding`].
    pub(in crate::tasks) hiding: Hiding,
    /// The wrappers that are only there to be overridden, each with the only one that overrides it, if there is one.
    pub(in crate::tasks) abstract_wrappers: BTreeMap<String, Option<String>>,
    /// Module-level names that are bound to something unknown besides what they are imported or defined as.
    pub(super) rebound: BTreeSet<String>,
    /// Function summaries, as far as they were requested.
    pub(in crate::tasks) summaries: BTreeMap<SummaryKey, FunctionSummary>,
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
    /// The 1-based line that does.
    pub line: usize,
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
        own.into_iter().any(|(_, wrapper)| wrapper.ownership == Ownership::Kept)
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

    pub(in crate::tasks) fn add_wrapper(&mut self, path: String, wrapper: Wrapper) {
        if let Some(name) = path.rsplit('.').next().filter(|n| !n.starts_with('<')) {
            self.names.insert(name.to_owned());
        }
        // A function with several sites keeps its callers' task only if it keeps all that it returns.
        let entry = self.wrappers.entry(path).or_insert_with(|| wrapper.clone());
        entry.ownership = entry.ownership.min(wrapper.ownership);
        entry.is_threadsafe &= wrapper.is_threadsafe;
        entry.paths.extend(wrapper.paths);
        entry.switches.extend(wrapper.switches);
        entry.keeps_with.extend(wrapper.keeps_with);
    }
}
