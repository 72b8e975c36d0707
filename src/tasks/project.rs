//! Facts of the whole project that one file's judgement needs: wrappers, factories, keepers. It holds no trees.

use std::collections::BTreeSet;

use crate::python::Model;

/// The facts of all files of a project.
#[derive(Debug, Default)]
pub struct Project {}

impl Project {
    /// Gathers the facts of the given files; their order does not matter.
    pub fn gather(_models: &[Model]) -> Self {
        Self::default()
    }

    /// The names by which other files may call the project's wrappers: a file that holds none of them, and no spawner's
    /// name, has no sites.
    pub fn wrapper_names(&self) -> BTreeSet<String> {
        BTreeSet::new()
    }
}
