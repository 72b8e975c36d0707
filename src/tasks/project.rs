//! Facts of the whole project that one file's judgement needs: wrappers and re-exports. It holds no trees.

use std::collections::{BTreeMap, BTreeSet};

/// Whether a function that makes tasks keeps them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Keeping {
    /// It returns a fresh task and keeps nothing: its callers are sites.
    Fresh,
    /// It keeps the task by itself.
    Kept,
}

/// A function that makes tasks for its callers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Wrapper {
    /// Whether it keeps them.
    pub keeping: Keeping,
    /// Whether it is `async`, so that its task comes out of an `await`.
    pub is_async: bool,
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
    pub(super) exports: BTreeMap<String, Export>,
    pub(super) names: BTreeSet<String>,
}

impl Project {
    /// The names by which other files may call the project's wrappers: a file that holds none of them, and no spawner's
    /// name, has no sites.
    pub fn wrapper_names(&self) -> &BTreeSet<String> {
        &self.names
    }

    pub(super) fn is_wrapper_name(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    /// The wrapper that a path leads to, if any.
    pub(super) fn wrapper(&self, path: &str) -> Option<Wrapper> {
        self.wrappers.get(path).copied()
    }

    pub(super) fn add_wrapper(&mut self, path: String, wrapper: Wrapper) {
        if let Some(name) = path.rsplit('.').next() {
            self.names.insert(name.to_owned());
        }
        // A function with several sites keeps its callers' task only if it keeps all that it returns.
        let entry = self.wrappers.entry(path).or_insert(wrapper);
        entry.keeping = entry.keeping.min(wrapper.keeping);
    }

    /// A path with re-exports and inherited attributes followed to where they are defined; itself when nothing is known.
    pub(super) fn resolve(&self, path: &str) -> String {
        let mut path = path.to_owned();
        for _ in 0..8 {
            match self.step(&path) {
                Some(next) if next != path => path = next,
                _ => break,
            }
        }
        path
    }

    /// Replaces the shortest known prefix of a path by what it stands for.
    fn step(&self, path: &str) -> Option<String> {
        for (end, _) in path.match_indices(['.', '(']).chain([(path.len(), "")]) {
            let prefix = &path[..end];
            let rest = &path[end..];
            match self.exports.get(prefix) {
                Some(Export::Alias(target)) => return Some(format!("{target}{rest}")),
                Some(Export::Class(bases)) => {
                    let Some(member) = rest.strip_prefix("()").unwrap_or(rest).strip_prefix('.')
                    else {
                        continue;
                    };
                    let own = format!("{prefix}.{member}");
                    if rest.starts_with("()")
                        && (self.wrappers.contains_key(&own) || self.exports.contains_key(&own))
                    {
                        return Some(own);
                    }
                    if let Some(base) = bases.first().filter(|_| !self.wrappers.contains_key(&own))
                    {
                        return Some(format!("{base}().{member}"));
                    }
                }
                None => {}
            }
        }
        None
    }
}
