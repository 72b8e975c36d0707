//! The functions that the configuration declares to spawn or to keep tasks. It resolves no path.

use std::collections::BTreeSet;

use crate::python::is_whole_word;
use crate::text::Finder;

/// Functions and methods by their dotted paths, whatever their code says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeclaredFunctions {
    /// Those that make a task of a coroutine, as `asyncio.create_task` does.
    pub(in crate::tasks) spawners: BTreeSet<String>,
    /// Those that keep the tasks that they are passed.
    pub(in crate::tasks) keepers: BTreeSet<String>,
    /// The classes of the methods among the spawners.
    pub(in crate::tasks) classes: BTreeSet<String>,
}

impl DeclaredFunctions {
    /// Adds a spawner: `pkg.module:name` or `pkg.module:Class.method`.
    pub fn add_spawner(&mut self, function: &str) {
        let path = function.replace(':', ".");
        let class = function.rsplit_once('.').filter(|(class, _)| class.contains(':'));
        self.classes.extend(class.map(|(class, _)| class.replace(':', ".")));
        self.spawners.insert(path);
    }

    /// Adds a keeper, as a spawner.
    pub fn add_keeper(&mut self, function: &str) {
        self.keepers.insert(function.replace(':', "."));
    }

    /// What a text must mention to call a spawner, or to define one.
    pub fn prefilter(&self) -> Prefilter {
        let names = self.spawners.iter().filter_map(|path| path.rsplit('.').next());
        let names: Vec<String> = names.map(str::to_owned).collect();
        Prefilter { finder: Finder::new(&names), names }
    }

    /// Whether the function at a resolved path is a spawner.
    pub(in crate::tasks) fn is_spawner(&self, path: &str) -> bool {
        contains(&self.spawners, path)
    }

    /// Whether the function at a resolved path is a keeper.
    pub(in crate::tasks) fn is_keeper(&self, path: &str) -> bool {
        contains(&self.keepers, path)
    }

    /// Whether a keeper has this last name.
    pub(in crate::tasks) fn has_keeper_named(&self, name: &str) -> bool {
        self.keepers.iter().any(|path| path.rsplit('.').next() == Some(name))
    }
}

/// A search for the names of declared spawners.
#[derive(Debug)]
pub struct Prefilter {
    finder: Finder,
    names: Vec<String>,
}

impl Prefilter {
    /// Whether a text mentions a declared spawner.
    pub fn may_spawn(&self, text: &[u8]) -> bool {
        let mut found = self.finder.find_iter(text);
        found.any(|name| is_whole_word(text, name.range.start, name.range.len()))
    }

    /// The names of the declared spawners.
    pub fn names(&self) -> &[String] {
        &self.names
    }
}

/// A method is declared by its class, and may be called on an instance: `Pool.spawn`, `Pool().spawn`.
fn contains(declared: &BTreeSet<String>, path: &str) -> bool {
    !declared.is_empty() && (declared.contains(path) || declared.contains(&path.replace("()", "")))
}
