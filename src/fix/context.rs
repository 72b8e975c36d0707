//! What a patch is made from: a judged file and the user's wishes. It decides nothing.

use crate::python::{Kind, Model, NodeId};
use crate::rules::Finding;
use crate::settings::{FileSettings, FixSettings};
use crate::tasks::{Judged, Project};

/// Everything that the planner may look at.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The file.
    pub model: &'a Model,
    /// The facts of its project.
    pub project: &'a Project,
    /// Its ledger.
    pub judged: &'a [Judged],
    /// What is to be fixed; `site` is an index of `judged`.
    pub findings: &'a [Finding],
    /// The user's wishes.
    pub settings: &'a FixSettings,
    /// What the file's configuration says of it.
    pub file: &'a FileSettings,
    /// Whether it is test code, whose fixes are unsafe: tasks of closed loops would stay in the set.
    pub test_code: bool,
}

/// The line length of black and of `ruff format`, where the configuration names none.
const LINE_LENGTH: usize = 88;

impl<'a> Context<'a> {
    /// The longest line, in characters, that the project's formatter leaves alone.
    pub(super) fn line_length(&self) -> usize {
        self.file.line_length.unwrap_or(LINE_LENGTH)
    }

    /// The bytes of a node as they lie in the file.
    pub(super) fn raw(&self, node: NodeId) -> &'a [u8] {
        &self.model.source.bytes()[self.model.tree.range(node)]
    }

    /// The line end for new lines.
    pub(super) fn newline(&self) -> &'static str {
        self.model.source.newline().text()
    }

    /// One level of indentation, as the file does it nearest to `node`, else anywhere, else four spaces.
    pub(super) fn unit(&self, node: NodeId) -> String {
        let model = self.model;
        let around = model.tree.ancestors(node);
        let blocks = around.chain(model.tree.ids()).filter(|n| model.kind(*n) == Kind::Block);
        for block in blocks {
            let Some(header) = model.tree.parent(block) else {
                continue;
            };
            let outer = model.source.indent(model.tree.start(header));
            let inner = model.source.indent(model.tree.start(block));
            if let Some(unit) = inner.strip_prefix(outer).filter(|u| !u.is_empty()) {
                return unit.to_owned();
            }
        }
        "    ".to_owned()
    }

    /// Whether a node begins and ends on one line.
    pub(super) fn one_line(&self, node: NodeId) -> bool {
        !self.model.text(node).contains('\n')
    }
}
