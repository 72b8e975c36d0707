//! What a patch is made from: a judged file and the user's wishes. It decides nothing.

use super::helpers::Helpers;
use super::homes::Homes;
use super::kin::Kin;
use super::shared::Shared;
use crate::audit::ShutdownPoints;
use crate::python::Model;
use crate::rules::{Finding, ProjectFinding};
use crate::settings::{FileSettings, FixSettings};
use crate::tasks::{ClassifiedSite, ProjectIndex};

/// Everything that the planner may look at.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The file.
    pub model: &'a Model,
    /// The facts of its project.
    pub project: &'a ProjectIndex,
    /// Its ledger.
    pub judged: &'a [ClassifiedSite],
    /// What is to be fixed; `site` is an index of `judged`.
    pub findings: &'a [Finding],
    /// What else is to be fixed: the breaches of rules that are not about one site.
    pub breaches: &'a [ProjectFinding],
    /// Where wrappers that are dropped here, or elsewhere, keep their tasks.
    pub homes: &'a Homes,
    /// The functions of the project that keep tasks.
    pub helpers: &'a Helpers,
    /// Which classes of the project derive from which; for sets of instances.
    pub kin: &'a Kin,
    /// The function that the user wants to keep all tasks, if so.
    pub shared: Option<&'a Shared>,
    /// Whether fixes in other files call it.
    pub shared_is_wanted: bool,
    /// The user's wishes.
    pub settings: &'a FixSettings,
    /// What the file's configuration says of it.
    pub file: &'a FileSettings,
    /// How its application ends; none where nobody asked for a shutdown.
    pub ends: Option<&'a ShutdownPoints>,
    /// Whether it is test code, whose fixes are unsafe: tasks of closed loops would stay in the set.
    pub test_code: bool,
}
