//! Facts of the whole project that one file's judgement needs: wrappers and re-exports. It holds no trees.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;

use rayon::prelude::*;

use super::gate::Gates;
use super::taking::{Answer, Taking};

/// Whether a function that makes tasks keeps them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Keeping {
    /// It returns a fresh task and keeps nothing: its callers are sites.
    Fresh,
    /// It keeps the task on some paths only.
    Sometimes,
    /// It keeps the task by itself.
    Kept,
}

/// A function that makes tasks for its callers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Wrapper {
    /// Whether it keeps them.
    pub keeping: Keeping,
    /// Whether it is `async`, so that its task comes out of an `await`.
    pub is_async: bool,
    /// Whether what it returns is a container with the task in it.
    pub in_container: bool,
    /// Parameters that decide whether it returns the task or something else: a call that gives one cannot be told.
    pub switches: BTreeSet<String>,
    /// The ways to its tasks, each with the parameters that decide the same and that the literals of a call can tell.
    pub(super) ways: BTreeSet<Gates>,
    /// Whether it returns a future of another thread's loop, whose `result()` waits for it.
    pub(super) is_threadsafe: bool,
    /// Of one that keeps its task sometimes: parameters without any of which it never does.
    pub keeps_with: BTreeSet<String>,
}

/// What a module-level name, or a class's attribute, stands for to other files.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Export {
    /// Something imported from, or made of, this path.
    Alias(String),
    /// A class with these bases, as paths.
    Class(Vec<String>),
}

/// The facts of all files of a project.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Project {
    pub(super) wrappers: BTreeMap<String, Wrapper>,
    /// Looked up, and never gone through in their order.
    pub(super) exports: HashMap<String, Export>,
    /// The modules that a module star-imports.
    pub(super) stars: BTreeMap<String, Vec<String>>,
    /// For each class those that derive from it.
    pub(super) heirs: BTreeMap<String, BTreeSet<String>>,
    /// The packages that have further names, by these.
    pub(super) packages: BTreeMap<String, String>,
    pub(super) names: BTreeSet<String>,
    /// The paths that stand for a spawner of asyncio's under another name, and the classes of tasks.
    pub(super) aliases: BTreeSet<String>,
    /// The modules that were looked at.
    pub(super) modules: BTreeSet<String>,
    /// What the paths of the project's own begin with.
    pub(super) roots: BTreeSet<String>,
    /// The paths of all functions and methods.
    pub(super) functions: HashSet<Arc<str>>,
    /// The classes whose generated constructor stores what it is given.
    pub(super) records: BTreeSet<String>,
    /// What functions do with what they are given, as far as it was asked.
    pub(super) answers: BTreeMap<Taking, Answer>,
    /// Where every task of the project is made to be kept: `path:line`, and through what.
    pub(super) factory: Option<Factory>,
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

/// What of the project a call can run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Callees {
    /// These functions, each with whether it is called on an instance.
    Functions(Vec<(String, bool)>),
    /// A generated constructor that stores what it is given.
    Record,
}

/// Bases that have nothing but what every object has.
const EMPTY: &[&str] =
    &["abc.ABC", "typing.Generic", "typing.Protocol", "typing_extensions.Protocol"];

/// A path that stands for more others than this leads in a circle that grows: what it stands for is unknown.
const MOST_MEANINGS: usize = 512;

/// A class with more heirs than this is no mixin.
const MOST_HEIRS: usize = 64;

/// A method that is overridden more often than this may be anything.
const MOST_OVERRIDES: usize = 64;

impl Project {
    /// The task factory, or replaced `create_task`, that keeps the project's tasks.
    pub fn factory(&self) -> Option<&Factory> {
        self.factory.as_ref()
    }

    /// Whether a module has a function that makes tasks and keeps them.
    pub fn has_keeper(&self, module: &str) -> bool {
        let from = format!("{module}.");
        let own =
            self.wrappers.range(from.clone()..).take_while(|(path, _)| path.starts_with(&from));
        own.into_iter().any(|(_, wrapper)| wrapper.keeping == Keeping::Kept)
    }

    /// The dotted paths, each in the module that should define it, of what these paths may stand for.
    pub(super) fn definitions_of(&self, paths: &BTreeSet<&str>) -> BTreeSet<String> {
        let of = |path: String| {
            let named = path.split("()").next().unwrap_or(&path);
            let mut paths = self.lineage(named);
            for (end, _) in named.match_indices('.') {
                let stars = self.stars.get(&named[..end]).into_iter().flatten();
                paths.extend(stars.map(|star| format!("{star}{}", &named[end..])));
            }
            paths
        };
        paths.par_iter().flat_map_iter(|path| self.resolve(path)).flat_map_iter(of).collect()
    }

    /// The functions that a call of what is at `path` can run, those that override it included where it may be overridden;
    /// none when that cannot be told.
    pub(super) fn callees(&self, path: &str, overridden: bool) -> Option<Callees> {
        let meanings = self.resolve(path);
        for meaning in &meanings {
            if self.functions.contains(meaning.as_str()) {
                let name = last_name(meaning);
                let looked_up = format!("().{name}");
                let on_instance = meanings.iter().any(|m| m.ends_with(&looked_up));
                let others = match on_instance && overridden {
                    true => self.overriding(meaning)?,
                    false => Vec::new(),
                };
                let others = others.into_iter().map(|path| (path, true));
                let all = std::iter::once((meaning.clone(), on_instance)).chain(others);
                return Some(Callees::Functions(all.collect()));
            }
            if matches!(self.exports.get(meaning), Some(Export::Class(_))) {
                return self.constructor(meaning);
            }
        }
        None
    }

    /// Whether a path is a variable of a module of the project, and no function or class.
    pub(super) fn is_variable(&self, path: &str) -> bool {
        self.resolve(path).iter().any(|p| {
            let module = p.rsplit_once('.').map_or("", |(module, _)| module);
            self.modules.contains(module)
                && !self.modules.contains(p)
                && !self.functions.contains(p.as_str())
                && !matches!(self.exports.get(p), Some(Export::Class(_)))
        })
    }

    /// What runs when a class of the project is called.
    fn constructor(&self, class: &str) -> Option<Callees> {
        self.inherited(class, "__init__").flatten()
    }

    /// The path of the method that instances of a class have under a name, by the class itself or by its bases; an inner
    /// none where it is certain that they have none that is written out.
    pub fn method(&self, class: &str, name: &str) -> Option<Option<String>> {
        Some(match self.inherited(class, name)? {
            Some(Callees::Functions(functions)) => {
                functions.into_iter().next().map(|(path, _)| path)
            }
            Some(Callees::Record) | None => None,
        })
    }

    /// The method that instances of a class have under a name, by the class itself or by its bases; an inner none where all
    /// of these are known, and none of them has it.
    pub(super) fn inherited(&self, class: &str, name: &str) -> Option<Option<Callees>> {
        for class in self.lineage(class) {
            if self.has_function(&class, name) {
                let own = format!("{class}.{name}");
                return Some(Some(Callees::Functions(vec![(own, true)])));
            }
            let is_constructor = name == "__init__";
            if is_constructor && self.records.contains(&class) {
                return Some(Some(Callees::Record));
            }
            let is_plain = matches!(self.exports.get(&class), Some(Export::Class(_)))
                && !self.exports.contains_key(&format!("{class}.{name}"))
                && !(is_constructor && self.has_function(&class, "__new__"));
            if !is_plain && !EMPTY.contains(&class.as_str()) {
                return None;
            }
        }
        Some(None)
    }

    /// Whether a class of the project derives from `asyncio.Task`, and then whether it is constructed as that is.
    pub(super) fn task_class(&self, class: &str) -> Option<bool> {
        if !self.aliases.contains(class) {
            return None;
        }
        let own = |class: &String| {
            self.has_function(class, "__init__") || self.has_function(class, "__new__")
        };
        Some(!self.lineage(class).iter().any(own))
    }

    /// Notes what stands for a spawner under a name of its own; `spawners` are the last names of all.
    pub(super) fn collect_aliases(
        &mut self,
        spawners: &[&str],
        is_spawner: impl Fn(&str) -> bool + Sync,
    ) {
        let mut found: BTreeSet<String> = BTreeSet::new();
        loop {
            // What stands for one ends with the name of one, or with that of what is known to stand for one.
            let names: HashSet<&str> = found.iter().map(|path| last_name(path)).collect();
            let stands = |(path, export): &(&String, &Export)| {
                let Export::Alias(target) = export else { return false };
                let name = last_name(target);
                if !names.contains(name) && !spawners.contains(&name) {
                    return false;
                }
                let target = self.canonical(target);
                is_spawner(&target) && last_name(&target) != last_name(path)
            };
            let all = self.exports.par_iter().filter(stands).map(|(path, _)| path.clone());
            let all: BTreeSet<String> = all.collect();
            if all.len() == found.len() {
                break;
            }
            found = all;
        }
        for class in ["asyncio.Task", "asyncio.tasks.Task"] {
            found.extend(self.all_heirs(class).into_iter().map(str::to_owned));
        }
        self.names.extend(found.iter().map(|path| last_name(path).to_owned()));
        self.aliases = found;
    }

    /// Whether a class has a function of this name itself.
    fn has_function(&self, class: &str, name: &str) -> bool {
        self.functions.contains(format!("{class}.{name}").as_str())
    }

    /// A class and its bases, as far as the project shows them, in the order in which attributes are looked up (for all
    /// but diamonds).
    fn lineage(&self, class: &str) -> Vec<String> {
        let mut found = Vec::new();
        let mut todo = vec![self.canonical(class)];
        while let Some(class) = todo.pop() {
            if found.contains(&class) {
                continue;
            }
            if let Some(Export::Class(bases)) = self.exports.get(&class) {
                todo.extend(bases.iter().rev().map(|base| self.canonical(base)));
            }
            found.push(class);
        }
        found
    }

    /// The methods by which classes that derive from a method's class override it; none where there are too many to tell.
    pub(super) fn overriding(&self, method: &str) -> Option<Vec<String>> {
        let Some((class, name)) = method.rsplit_once('.') else { return Some(Vec::new()) };
        let methods = self.all_heirs(class).into_iter().map(|heir| format!("{heir}.{name}"));
        let found: Vec<String> = methods.filter(|m| self.functions.contains(m.as_str())).collect();
        (found.len() <= MOST_OVERRIDES).then_some(found)
    }

    /// The classes that derive from a class, at whatever distance.
    pub(super) fn all_heirs(&self, class: &str) -> BTreeSet<&str> {
        let mut heirs: BTreeSet<&str> = BTreeSet::new();
        let mut todo = vec![class];
        while let Some(class) = todo.pop() {
            for heir in self.heirs.get(class).into_iter().flatten() {
                if heirs.insert(heir) {
                    todo.push(heir);
                }
            }
        }
        heirs
    }

    /// What is known of a function's way with what it is given; none when nobody asked before.
    pub(super) fn answer(&self, taking: &Taking) -> Option<&Answer> {
        self.answers.get(taking)
    }

    pub(super) fn is_wrapper_name(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    /// The wrapper at a path, if any, and the path.
    pub(super) fn wrapper(&self, path: &str) -> Option<(&str, &Wrapper)> {
        self.wrappers.get_key_value(path).map(|(path, wrapper)| (path.as_str(), wrapper))
    }

    pub(super) fn add_wrapper(&mut self, path: String, wrapper: Wrapper) {
        if let Some(name) = path.rsplit('.').next().filter(|n| !n.starts_with('<')) {
            self.names.insert(name.to_owned());
        }
        // A function with several sites keeps its callers' task only if it keeps all that it returns.
        let entry = self.wrappers.entry(path).or_insert_with(|| wrapper.clone());
        entry.keeping = entry.keeping.min(wrapper.keeping);
        entry.is_threadsafe &= wrapper.is_threadsafe;
        entry.ways.extend(wrapper.ways);
        entry.switches.extend(wrapper.switches);
        entry.keeps_with.extend(wrapper.keeps_with);
    }

    /// The paths that a path stands for, re-exports and inherited attributes followed; itself comes first, and last what
    /// a mixin's attribute is in the classes that are made of it.
    pub fn resolve(&self, path: &str) -> Vec<String> {
        let Some(found) = self.closure(vec![path.to_owned()]) else { return vec![path.to_owned()] };
        let heirs_of = |p: &String| {
            let (class, member) = p.split_once("().")?;
            let heirs = self.heirs.get(class).filter(|heirs| heirs.len() <= MOST_HEIRS)?;
            Some(heirs.iter().map(|h| format!("{h}().{member}")).collect::<Vec<_>>())
        };
        match found.iter().find_map(heirs_of) {
            Some(inherited) => {
                let all = found.iter().cloned().chain(inherited).collect();
                self.closure(all).unwrap_or(found)
            }
            None => found,
        }
    }

    /// Whether what a path stands for lies, or passes through something, in one of these modules, or is a member of one of
    /// these classes.
    pub(super) fn leads_into(
        &self,
        path: &str,
        modules: &BTreeSet<&str>,
        classes: &BTreeSet<String>,
    ) -> bool {
        self.resolve(path).iter().any(|path| {
            let ends = path.match_indices(['.', '(']).map(|(end, _)| end).chain([path.len()]);
            ends.into_iter()
                .map(|end| &path[..end])
                .any(|part| modules.contains(part) || classes.contains(part))
        })
    }

    /// Whether a path can be one of the project's.
    pub(super) fn is_own(&self, path: &str) -> bool {
        self.roots.contains(root_of(path))
    }

    /// Paths with what they stand for, step by step; none where that does not come to an end.
    fn closure(&self, mut found: Vec<String>) -> Option<Vec<String>> {
        let mut next = 0;
        while next < found.len() {
            for step in self.steps(&found[next]) {
                if !found.contains(&step) {
                    found.push(step);
                }
            }
            next += 1;
            if found.len() > MOST_MEANINGS {
                return None;
            }
        }
        Some(found)
    }

    /// What a package is called by its modules, if this is another name of it. What has the name itself is meant before it.
    fn package(&self, other: &str) -> Option<&String> {
        self.packages.get(other).filter(|_| !self.modules.contains(other))
    }

    /// A path with imports followed, to where the thing is defined.
    pub(super) fn canonical(&self, path: &str) -> String {
        let mut found = path.to_owned();
        for _ in 0..MOST_MEANINGS {
            match self.import_of(&found).filter(|target| *target != found) {
                Some(target) => found = target,
                None => return found,
            }
        }
        path.to_owned()
    }

    /// A path with one import followed, that of its longest part.
    fn import_of(&self, path: &str) -> Option<String> {
        if !self.is_own(path) {
            return None;
        }
        let ends = path.rmatch_indices('.').map(|(end, _)| end);
        std::iter::once(path.len()).chain(ends).find_map(|end| {
            let target = match self.exports.get(&path[..end]) {
                Some(Export::Alias(target)) => target,
                Some(Export::Class(_)) => return None,
                None => self.package(&path[..end])?,
            };
            Some(format!("{target}{}", &path[end..]))
        })
    }

    /// Replaces the longest known prefix of a path by what it stands for, a class's attribute by its bases'.
    fn steps(&self, path: &str) -> Vec<String> {
        if !self.is_own(path) {
            return Vec::new();
        }
        let ends = path.match_indices(['.', '(']).map(|(end, _)| end);
        let ends: Vec<usize> = ends.chain([path.len()]).collect();
        for end in ends.into_iter().rev() {
            let (prefix, rest) = path.split_at(end);
            match self.exports.get(prefix) {
                Some(Export::Alias(target)) => return vec![format!("{target}{rest}")],
                Some(Export::Class(bases)) => {
                    let member = rest.strip_prefix("()").unwrap_or(rest).strip_prefix('.');
                    let Some(member) = member else { continue };
                    let name = member.split(['.', '(']).next().unwrap_or(member);
                    if self.defines(&format!("{prefix}.{name}")) {
                        return vec![format!("{prefix}.{member}")];
                    }
                    return bases.iter().map(|base| format!("{base}().{member}")).collect();
                }
                None => {
                    if let Some(name) = self.package(prefix) {
                        return vec![format!("{name}{rest}")];
                    }
                }
            }
        }
        self.star_imported(path)
    }

    fn defines(&self, path: &str) -> bool {
        self.exports.contains_key(path) || self.functions.contains(path)
    }

    /// What a path stands for that goes through a module's `from x import *`.
    fn star_imported(&self, path: &str) -> Vec<String> {
        for (end, _) in path.match_indices('.') {
            let (module, rest) = (&path[..end], &path[end + 1..]);
            let name = rest.split(['.', '(']).next().unwrap_or(rest);
            for star in self.stars.get(module).into_iter().flatten() {
                if self.defines(&format!("{star}.{name}")) {
                    return vec![format!("{star}.{rest}")];
                }
            }
        }
        Vec::new()
    }
}

/// What stands behind the last dot of a path.
pub(super) fn last_name(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}

/// What stands before the first dot, or bracket, of a path.
pub(super) fn root_of(path: &str) -> &str {
    path.split(['.', '(']).next().unwrap_or(path)
}
