//! What a patch is made from: a judged file and the user's wishes. It decides nothing.

use super::instance::SubclassIndex;
use super::trackers::{Helpers, SharedFunction};
use super::wrapper_fixes::WrapperFixes;
use crate::audit::Ends;
use crate::python::Model;
use crate::rules::{Breach, Finding};
use crate::settings::{FileSettings, FixSettings};
use crate::tasks::{Judged, Project};

/// Everything that the planner may look at.
#[derive(Debug, Clone, Copy)]
pub struct FixInput<'a> {
    /// The file.
    pub model: &'a Model,
    /// The facts of its project.
    pub project: &'a Project,
    /// Its ledger.
    pub judged: &'a [Judged],
    /// What is to be fixed; `site` is an index of `judged`.
    pub findings: &'a [Finding],
    /// What else is to be fixed: the breaches of rules that are not about one site.
    pub breaches: &'a [Breach],
    /// Where wrappers that are dropped here, or elsewhere, keep their tasks.
    pub wrapper_fixes: &'a WrapperFixes,
    /// The functions of the project that keep tasks.
    pub helpers: &'a Helpers,
    /// Which classes of the project derive from which; for sets of instances.
    pub subclasses: &'a SubclassIndex,
    /// The function that the user wants to keep all tasks, if so.
    pub shared: Option<&'a SharedFunction>,
    /// Whether fixes in other files call it.
    pub shared_is_wanted: bool,
    /// The user's wishes.
    pub settings: &'a FixSettings,
    /// What the file's configuration says of it.
    pub file: &'a FileSettings,
    /// How its application ends; none where nobody asked for a shutdown.
    pub ends: Option<&'a Ends>,
    /// Whether it is test code, whose fixes are unsafe: tasks of closed loops would stay in the set.
    pub test_code: bool,
}
