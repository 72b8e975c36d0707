//! What a patch is made from: one analysed file, its findings and the user's settings. It must not
//! decide anything.

use super::imports::StarImports;
use super::trackers::{Helpers, SharedFunction};
use super::wrapper_fixes::WrapperFixes;
use crate::audit::ShutdownPoints;
use crate::python::Model;
use crate::rules::{Finding, ProjectFinding};
use crate::settings::{FileSettings, FixSettings};
use crate::tasks::{ClassifiedSite, ProjectIndex};

/// Everything that planning a file's fixes may read.
#[derive(Debug, Clone, Copy)]
pub struct FixInput<'a> {
    /// The file.
    pub model: &'a Model,
    /// The function summaries and facts of its project.
    pub project: &'a ProjectIndex,
    /// Its sites with their verdicts, in order of position.
    pub classified: &'a [ClassifiedSite],
    /// The findings to fix; `site` is an index of `classified`.
    pub findings: &'a [Finding],
    /// Findings of rules about whole trackers or the application.
    pub project_findings: &'a [ProjectFinding],
    /// The wrappers whose results are dropped, here or in other files, and where each gets its fix.
    pub wrapper_fixes: &'a WrapperFixes,
    /// The functions of the project that keep tasks.
    pub helpers: &'a Helpers,
    /// The function that keeps all tasks of the project (`--tracker module:name`).
    pub shared: Option<&'a SharedFunction>,
    /// Whether fixes in other files call that function.
    pub shared_is_wanted: bool,
    /// What is known of star imports.
    pub star_imports: &'a StarImports,
    /// The settings of the run.
    pub settings: &'a FixSettings,
    /// The settings of the file's formatter and Python version.
    pub file: &'a FileSettings,
    /// Where its application shuts down; none unless drains are asked for.
    pub ends: Option<&'a ShutdownPoints>,
    /// Whether it is test code. Its fixes are unsafe: tasks of closed loops would stay in the set.
    pub test_code: bool,
}
