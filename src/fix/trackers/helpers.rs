//! The helper functions of a project that keep tasks, by dotted path, for the files that import
//! them. It must not decide which one is used.

use std::collections::{BTreeMap, BTreeSet};

use memchr::memmem;

use super::super::imports::exported_names;
use super::drain_callers::DrainCallers;
use super::keeping_spawner::{KeepingSpawner, keeping_spawner_at, keeping_spawners};
use super::task_set::{instance_sets, keeps_parameter, module_sets};
use crate::python::{Binding, BindingKind, Field, Kind, Model, NodeId, ScopeId};
use crate::tasks::ClassifiedSite;

/// What a helper function does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::fix) enum Helper {
    /// It takes a task, keeps it and returns it.
    Keeps,
    /// It takes a coroutine, spawns the task and keeps it.
    Spawns(KeepingSpawner),
}

/// The module-level helper functions and sets of all analysed files.
#[derive(Debug, Default)]
pub struct Helpers {
    found: BTreeMap<String, Helper>,
    /// The names of functions that read a set (beyond add and discard), or lead to such a function.
    readers: BTreeSet<String>,
    /// Sets that are used by files other than their own.
    used_elsewhere: BTreeSet<String>,
    /// The dotted paths of the sets, by name.
    sets: BTreeMap<String, Vec<String>>,
    /// The dotted paths of the sets that a star import of their module binds.
    exported: BTreeSet<String>,
    /// The modules that star-import a module.
    star_importers: BTreeMap<String, BTreeSet<String>>,
}

impl Helpers {
    /// Those of one file; `is_open` says that a fix may add to its sets.
    pub fn of(model: &Model, classified: &[ClassifiedSite], is_open: bool) -> Self {
        let mut own = Self::default();
        own.collect(model, classified, is_open);
        own
    }

    /// Merges those of another file.
    pub fn merge(&mut self, other: &Self) {
        self.found.extend(other.found.iter().map(|(path, helper)| (path.clone(), helper.clone())));
        self.readers.extend(other.readers.iter().cloned());
        self.used_elsewhere.extend(other.used_elsewhere.iter().cloned());
        self.exported.extend(other.exported.iter().cloned());
        for (name, paths) in &other.sets {
            self.sets.entry(name.clone()).or_default().extend(paths.iter().cloned());
        }
    }

    fn collect(&mut self, model: &Model, classified: &[ClassifiedSite], is_open: bool) {
        let sets = module_sets(model);
        let every = [sets.clone(), instance_sets(model)].concat();
        self.readers.extend(DrainCallers::of(model, &every).names());
        let functions = model.tree.children(NodeId::ROOT);
        let functions = functions.filter(|n| model.kind(*n) == Kind::FunctionDefinition);
        if !sets.is_empty() {
            for function in functions.filter(|f| keeps_parameter(model, *f, &sets)) {
                self.found.insert(model.path_of(function), Helper::Keeps);
            }
        }
        for spawner in keeping_spawners(model, classified) {
            let path = format!("{}.{}", model.module, spawner.name);
            self.found.insert(path, Helper::Spawns(spawner));
        }
        let is_filled = is_open || !self.found.is_empty();
        let exports = (is_filled && !sets.is_empty()).then(|| exported_names(model));
        for set in sets.iter().filter(|_| is_filled) {
            let path = format!("{}.{}", model.module, set.name);
            if exports.as_ref().is_some_and(|e| e.is_computed || e.names.contains(&set.name)) {
                self.exported.insert(path.clone());
            }
            self.sets.entry(set.name.clone()).or_default().push(path);
        }
    }

    /// Whether the text may use a set of another file.
    pub fn may_use(&self, code: &[u8]) -> bool {
        self.sets.iter().any(|(name, paths)| {
            memmem::find(code, name.as_bytes()).is_some()
                && paths.iter().any(|path| {
                    let homes = self.homes(path);
                    let is_starred = homes.len() > 1;
                    homes.iter().any(|home| mentions(code, home))
                        || is_starred && imports_from_package(code)
                })
        })
    }

    /// Records the star imports of the project, each as the module that has it and the module that it names.
    pub fn add_star_imports(&mut self, found: impl IntoIterator<Item = (String, String)>) {
        for (importer, imported) in found {
            self.star_importers.entry(imported).or_default().insert(importer);
        }
    }

    /// The modules that have the set of this path under its name: its own, and those that star-import it, directly or not.
    fn homes<'a>(&'a self, path: &'a str) -> BTreeSet<&'a str> {
        let module = path.rsplit_once('.').map_or("", |(module, _)| module);
        let mut homes = BTreeSet::from([module]);
        let mut pending = vec![module];
        while let Some(module) = pending.pop().filter(|_| self.exported.contains(path)) {
            let importers = self.star_importers.get(module).into_iter().flatten();
            pending.extend(importers.map(String::as_str).filter(|home| homes.insert(home)));
        }
        homes
    }

    /// The modules of the sets that a star import binds.
    pub fn set_modules(&self) -> impl Iterator<Item = &str> {
        self.exported.iter().filter_map(|path| path.rsplit_once('.')).map(|(module, _)| module)
    }

    /// The names of the sets that a fix may add to.
    pub fn set_names(&self) -> impl Iterator<Item = &str> {
        self.sets.keys().map(String::as_str)
    }

    /// Whether there is a set that a fix may add to.
    pub fn has_sets(&self) -> bool {
        !self.sets.is_empty()
    }

    /// Records which sets of other files a file uses. All files must have been merged before.
    pub fn add_uses(&mut self, model: &Model) {
        let code = model.source.code().as_bytes();
        for (name, paths) in &self.sets {
            let foreign = |path: &&String| **path != format!("{}.{name}", model.module);
            let mut paths = paths.iter().filter(foreign).peekable();
            if paths.peek().is_none() || memmem::find(code, name.as_bytes()).is_none() {
                continue;
            }
            let named = name_uses(model, name);
            let is_read = named.is_attribute || is_quoted(code, name);
            let is_named = |path: &&String| {
                self.homes(path).into_iter().any(|home| {
                    named.imports.contains(&format!("{home}.{name}"))
                        || (is_read && mentions(code, home))
                })
            };
            let used_elsewhere: Vec<&String> = paths.filter(is_named).collect();
            if !used_elsewhere.is_empty() {
                let readers = functions_with(model, name);
                self.readers.extend(DrainCallers::to(model, readers).names());
            }
            self.used_elsewhere.extend(used_elsewhere.into_iter().cloned());
        }
    }

    /// The functions of a file that lead to one which waits for the tasks of a set, in any file.
    pub(in crate::fix) fn drains<'a>(&'a self, model: &'a Model) -> DrainCallers<'a> {
        DrainCallers::to(model, self.readers.iter().map(String::as_str).collect())
    }

    /// Whether another file uses a set of this one.
    pub(in crate::fix) fn is_used_elsewhere(&self, model: &Model, set: &str) -> bool {
        !self.used_elsewhere.is_empty()
            && self.used_elsewhere.contains(&format!("{}.{set}", model.module))
    }

    /// The helpers that a file imports at module level, by their local names.
    pub(in crate::fix) fn imported(&self, model: &Model) -> Vec<(String, &Helper)> {
        let all = model.scopes.all_bindings(ScopeId::MODULE);
        // Conditional imports, such as those for type checkers only, do not count.
        let once = |b: &&Binding| {
            let statement = model.statement_of(b.node);
            model.bindings_of(b.node).len() == 1
                && model.tree.parent(statement) == Some(NodeId::ROOT)
        };
        let helper = |b: &Binding| match &b.kind {
            BindingKind::ImportFrom { module, name } => {
                let found = self.found.get(&format!("{}.{name}", model.absolute(module)))?;
                let local = model.text(b.node);
                // Name mangling applies inside a class (language reference, "Private name
                // mangling").
                (!local.starts_with("__")).then(|| (local.to_owned(), found))
            }
            _ => None,
        };
        all.filter(once).filter_map(helper).collect()
    }
}

/// The names of the functions that contain an identifier or attribute of this name.
fn functions_with<'a>(model: &'a Model, name: &str) -> BTreeSet<&'a str> {
    let named = |n: &NodeId| model.kind(*n) == Kind::Identifier && model.text(*n) == name;
    model.parse_naming(name);
    let functions = model.tree.parsed_ids().filter(named).filter_map(|n| model.function_of(n));
    functions.filter_map(|f| model.child(f, Field::Name)).map(|n| model.text(n)).collect()
}

/// How a file refers to a name of another file.
struct NameUses {
    /// The dotted paths of what it imports under the name.
    imports: BTreeSet<String>,
    /// Whether it reads an attribute of that name on anything but `self`.
    is_attribute: bool,
}

fn name_uses(model: &Model, name: &str) -> NameUses {
    let mut found = NameUses { imports: BTreeSet::new(), is_attribute: false };
    model.parse_naming(name);
    for node in model.tree.parsed_ids() {
        match model.kind(node) {
            Kind::ImportFromStatement
                if [name, "*"].iter().any(|n| model.text(node).contains(n)) =>
            {
                let module = model.child(node, Field::ModuleName).map_or("", |m| model.text(m));
                found.imports.insert(format!("{}.{name}", model.absolute(module)));
            }
            Kind::Attribute => {
                let attribute = model.child(node, Field::Attribute);
                let object = model.child(node, Field::Object);
                found.is_attribute |= attribute.is_some_and(|a| model.text(a) == name)
                    && object.is_some_and(|o| model.self_class(o).is_none());
            }
            _ => {}
        }
    }
    found
}

/// Whether a text contains the last name of a module, so that an attribute access may be on that module.
fn mentions(code: &[u8], module: &str) -> bool {
    let last = module.rsplit('.').next().unwrap_or(module);
    !last.is_empty() && memmem::find(code, last.as_bytes()).is_some()
}

/// Whether a text may import from a package without its name: `from . import tasks`.
fn imports_from_package(code: &[u8]) -> bool {
    memmem::find(code, b". import").is_some()
}

/// Whether a string without white space has the name as one of its words, so that something may look it up:
/// `getattr(jobs, "tasks")`, `mock.patch("pkg.jobs.tasks")`.
fn is_quoted(code: &[u8], name: &str) -> bool {
    let is_word = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || !b.is_ascii();
    let is_inside = |b: &u8| is_word(*b) || b".:()".contains(b);
    let is_quote = |b: Option<&u8>| b.is_some_and(|b| b"\"'".contains(b));
    memmem::find_iter(code, name.as_bytes()).any(|start| {
        let (before, after) = (&code[..start], &code[start + name.len()..]);
        !before.last().is_some_and(|b| is_word(*b))
            && !after.first().is_some_and(|b| is_word(*b))
            && is_quote(before.iter().rev().find(|b| !is_inside(b)))
            && is_quote(after.iter().find(|b| !is_inside(b)))
    })
}

/// What a function is, if it keeps tasks; `classified` are the file's sites.
pub(in crate::fix) fn helper_at(
    model: &Model,
    classified: &[ClassifiedSite],
    function: NodeId,
) -> Option<Helper> {
    match keeps_parameter(model, function, &module_sets(model)) {
        true => Some(Helper::Keeps),
        false => keeping_spawner_at(model, classified, function).map(Helper::Spawns),
    }
}
