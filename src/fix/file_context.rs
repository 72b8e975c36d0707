//! The input of a patch with what is worked out once for its whole file, so that no site has to search all of it. It must not
//! decide anything.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Range;

use super::frame_life::FrameLives;
use super::input::FixInput;
use super::layout::FileLayout;
use crate::python::{Field, Kind, Model, NodeId};

/// The input of a patch, the layout of its file, and look-ups.
pub(super) struct FileContext<'a> {
    /// The file.
    pub model: &'a Model,
    /// The input.
    pub input: FixInput<'a>,
    /// The file's layout. Its anchors are the calls of the sites, under the sites' indices.
    pub layout: FileLayout<'a>,
    /// Which frames run until something stops them.
    pub frames: FrameLives,
    /// For each site whether it has a finding.
    has_finding: Vec<bool>,
    /// For each function whether it inspects its own local names.
    inspects_names: RefCell<BTreeMap<NodeId, bool>>,
}

impl<'a> FileContext<'a> {
    pub(super) fn new(input: FixInput<'a>) -> Self {
        let mut has_finding = vec![false; input.classified.len()];
        input.findings.iter().for_each(|f| has_finding[f.site] = true);
        let calls = input.classified.iter().map(|j| j.site.node).collect();
        let layout = FileLayout::new(input.model, input.file, calls);
        // Nothing is laid out for a preview.
        if input.settings.preview_only {
            layout.assume_default_length();
        }
        Self {
            model: input.model,
            input,
            layout,
            frames: FrameLives::default(),
            has_finding,
            inspects_names: RefCell::default(),
        }
    }

    /// The index of the site that is this call, or this reference.
    pub(super) fn site_at(&self, node: NodeId) -> Option<usize> {
        self.layout.anchor_at(node)
    }

    /// The index of the site with these bytes.
    pub(super) fn site_of(&self, bytes: &Range<usize>) -> Option<usize> {
        let is_it =
            |i: &usize| self.model.tree.range(self.input.classified[*i].site.node) == *bytes;
        self.layout.anchors_from(bytes.start).find(is_it)
    }

    /// Whether a node is a site with a finding.
    pub(super) fn is_found(&self, node: NodeId) -> bool {
        self.site_at(node).is_some_and(|i| self.has_finding[i])
    }

    /// Whether the function around a node inspects its own local names, so that it would notice a new one.
    pub(super) fn inspects_names(&self, node: NodeId) -> bool {
        let model = self.model;
        let Some(function) = model.function_of(node) else {
            return false;
        };
        // Called in a nested function, these see only the names of this one that the nested function refers to.
        let inspects = |n: NodeId| {
            model.kind(n) == Kind::Call
                && model.function_of(n) == Some(function)
                && model.child(n, Field::Function).is_some_and(|f| lists_all_names(model, n, f))
        };
        let search = || model.tree.descendants(function).any(inspects);
        *self.inspects_names.borrow_mut().entry(function).or_insert_with(search)
    }
}

/// Whether a call sees all local names around it. With an object, `vars` and `dir` look at that object instead; code that is
/// given its own namespace sees no other names.
fn lists_all_names(model: &Model, call: NodeId, callee: NodeId) -> bool {
    let given = model.child(call, Field::Arguments).map_or(0, |a| model.tree.children(a).count());
    match model.text(callee) {
        "locals" => true,
        "vars" | "dir" => given == 0,
        "exec" | "eval" => given < 2,
        _ => false,
    }
}
