//! What is to be done for one project. It does nothing.

use std::path::Path;

use ignore::gitignore::Gitignore;

use super::report::Progress;
use super::target::Target;
use crate::settings::{FileSettings, Settings};

/// What is to be done for one project.
pub struct Job<'a> {
    /// The project, and what is asked about it.
    pub target: &'a Target,
    /// What the user asked for.
    pub settings: &'a Settings,
    /// What the configuration says of the files of a folder.
    pub file_settings: &'a (dyn Fn(&Path) -> FileSettings + Sync),
    /// Files left out, see [`super::excluder`].
    pub exclude: &'a Gitignore,
    /// The files that are test code; none for the usual ones.
    pub tests: Option<&'a Gitignore>,
    /// Whether sites without a finding are reported too.
    pub every_site: bool,
    /// Whether `.gitignore` and its like are respected.
    pub respects_ignore_files: bool,
    /// How many threads work; 0 for as many as the machine has.
    pub threads: usize,
    /// Where to count what is done.
    pub progress: &'a Progress,
}
