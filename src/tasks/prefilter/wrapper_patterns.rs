//! The patterns by which the functions of a project that return tasks to their callers are searched
//! for. It reads no text.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use rayon::prelude::*;

use super::call_pattern::CallPattern;
use crate::tasks::project::{Export, Ownership, ProjectIndex, Wrapper, last_name};

/// A function that may return a task to its callers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::tasks) struct TaskSource {
    /// The name that is called.
    pub(in crate::tasks) name: String,
    /// The dotted path of what it belongs to, a module or a class.
    pub(in crate::tasks) owner: String,
}

impl TaskSource {
    fn at(path: &str) -> Self {
        let (owner, _) = path.rsplit_once('.').unwrap_or_default();
        Self { name: last_name(path).trim_end_matches("()").to_owned(), owner: owner.to_owned() }
    }
}

impl ProjectIndex {
    /// One pattern for each wrapper of the project, for each alias of a spawner, and for each method of which it matters what
    /// overrides it.
    pub fn call_patterns(&self) -> Vec<CallPattern> {
        let mut patterns = self.patterns_of(self.overridable.iter());
        patterns.iter_mut().for_each(|pattern| pattern.is_overridden = true);
        patterns.extend(
            self.patterns_with(self.task_sources(), |class, _| self.with_subclasses(class)),
        );
        patterns
    }

    /// Paths of functions that may return a task to their callers, and of what makes such a function of another.
    fn task_sources(&self) -> impl Iterator<Item = &String> {
        let leaves = |(_, wrapper): &(&String, &Wrapper)| wrapper.ownership() != Ownership::Kept;
        let renamed = self.wrapper_aliases.iter().filter_map(move |(alias, path)| {
            self.wrappers.get_key_value(path).filter(leaves).map(|_| alias)
        });
        self.wrappers
            .iter()
            .filter(leaves)
            .map(|(path, _)| path)
            .chain(renamed)
            .chain(self.aliases.union(&self.task_classes))
            .chain(self.task_owners.keys())
            .chain(self.spawned_params.keys())
    }

    /// The functions that may return a task to their callers, without those that are known.
    pub(in crate::tasks) fn task_source_names(&self, known: &[TaskSource]) -> BTreeSet<TaskSource> {
        let known: HashSet<&TaskSource> = known.iter().collect();
        self.task_sources()
            .map(|path| TaskSource::at(path))
            .filter(|source| !source.name.starts_with('<') && !known.contains(source))
            .collect()
    }

    /// The patterns of these functions, whose owners are only the classes that have them: a subclass with a method of that
    /// name has another.
    pub(in crate::tasks) fn patterns_of<'p>(
        &'p self,
        paths: impl Iterator<Item = &'p String>,
    ) -> Vec<CallPattern> {
        self.patterns_with(paths, |class, name| self.inheriting(class, name))
    }

    fn patterns_with<'p>(
        &'p self,
        paths: impl Iterator<Item = &'p String>,
        classes: impl Fn(&'p str, &str) -> BTreeSet<&'p str>,
    ) -> Vec<CallPattern> {
        let last = |path: &str| last_name(path).to_owned();
        let owned = |path: &'p String| {
            let (owner, name) = path.rsplit_once('.')?;
            Some((path.as_str(), classes(owner, name.trim_end_matches("()"))))
        };
        let owners: BTreeMap<&str, BTreeSet<&str>> = paths.filter_map(owned).collect();
        let instances = self.instances(&owners);
        let pattern = |(path, classes): (&&str, &BTreeSet<&str>)| {
            let (owner, name) = path.rsplit_once('.')?;
            let of_class = matches!(self.exports.get(owner), Some(Export::Class(_)))
                || self.declared.classes.contains(owner);
            let module =
                if of_class { owner.rsplit_once('.').map_or("", |(m, _)| m) } else { owner };
            let lambda = name.starts_with('<');
            let called = name.trim_end_matches("()");
            let bracket = if called == name { "(" } else { "" };
            (!lambda).then(|| CallPattern {
                call: format!("{called}{bracket}"),
                owners: classes.iter().map(|class| last(class)).collect(),
                known_calls: instances
                    .get(path)
                    .into_iter()
                    .flatten()
                    .map(|known| match known.strip_suffix(')') {
                        // What a function returns may have any name, or none.
                        Some(called) => called.to_owned(),
                        None => format!("{known}.{called}{bracket}"),
                    })
                    .collect(),
                is_method: of_class,
                is_abstract: self.abstract_wrappers.contains_key(*path),
                is_overridden: false,
                import: format!("{} import", last(module)),
                module: module.to_owned(),
            })
        };
        let mut all: Vec<CallPattern> = owners.iter().filter_map(pattern).collect();
        all.sort();
        all.dedup();
        all
    }

    fn with_subclasses<'p>(&'p self, class: &'p str) -> BTreeSet<&'p str> {
        let mut all = self.all_subclasses(class);
        all.insert(class);
        all
    }

    /// For each function, the last names of known instances of its classes.
    fn instances<'p>(
        &'p self,
        classes: &BTreeMap<&'p str, BTreeSet<&'p str>>,
    ) -> BTreeMap<&'p str, BTreeSet<&'p str>> {
        let mut derived: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (path, classes) in classes {
            for class in classes {
                derived.entry(class).or_default().push(path);
            }
        }
        let names: HashSet<&str> = derived.keys().map(|class| last_name(class)).collect();
        let instance = |(path, export): (&'p String, &'p Export)| match export {
            Export::Alias(target) => {
                let class = target.strip_suffix("()")?;
                let may = names.contains(last_name(class));
                may.then(|| (self.canonical(class), last_name(path)))
            }
            Export::Class(_) => None,
        };
        let found: Vec<(String, &str)> = self.exports.par_iter().filter_map(instance).collect();
        let mut instances: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (class, name) in found {
            for path in derived.get(class.as_str()).into_iter().flatten() {
                instances.entry(path).or_default().insert(name);
            }
        }
        instances
    }
}
