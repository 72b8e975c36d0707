//! How one file is written: indentation, quotes, line ends, the formatter's line length, and where declarations go. It must
//! not know what is written into the file.

use std::cell::OnceCell;
use std::ops::Range;

use super::declaration_site::{DeclarationSite, declaration_site};
use super::observed_length::{DEFAULT_LENGTH, observed_length};
use super::quotes::quote;
use crate::python::{Kind, Model, NodeId};
use crate::settings::FileSettings;

/// The layout of one file.
pub(in crate::fix) struct FileLayout<'a> {
    /// The file.
    pub model: &'a Model,
    /// The settings of its formatter and Python version.
    pub settings: &'a FileSettings,
    /// Nodes, in ascending order, whose new positions edits report
    /// ([`super::edits::Edit::anchors`]).
    anchors: Vec<NodeId>,
    declaration_site: OnceCell<DeclarationSite>,
    indent_unit: OnceCell<String>,
    quote: OnceCell<char>,
    observed_length: OnceCell<usize>,
}

/// The oldest Python that is still supported, for projects that name none; as in ruff.
const TARGET_VERSION: (u8, u8) = (3, 10);

impl<'a> FileLayout<'a> {
    pub(in crate::fix) fn new(
        model: &'a Model,
        settings: &'a FileSettings,
        anchors: Vec<NodeId>,
    ) -> Self {
        Self {
            model,
            settings,
            anchors,
            declaration_site: OnceCell::new(),
            indent_unit: OnceCell::new(),
            quote: OnceCell::new(),
            observed_length: OnceCell::new(),
        }
    }

    /// The index of the anchor that is this node.
    pub(in crate::fix) fn anchor_at(&self, node: NodeId) -> Option<usize> {
        self.anchors.binary_search(&node).ok()
    }

    /// The node of an anchor.
    pub(super) fn anchor(&self, index: usize) -> NodeId {
        self.anchors[index]
    }

    /// The indices of the anchors that begin at a byte.
    pub(in crate::fix) fn anchors_from(&self, at: usize) -> Range<usize> {
        let start = |n: &NodeId| self.model.tree.start(*n);
        let from = self.anchors.partition_point(|n| start(n) < at);
        from..from + self.anchors[from..].iter().take_while(|n| start(n) == at).count()
    }

    /// Where module-level declarations go.
    pub(in crate::fix) fn declaration_site(&self) -> DeclarationSite {
        *self.declaration_site.get_or_init(|| declaration_site(self.model))
    }

    /// The statements at module level above the declaration site.
    pub(in crate::fix) fn statements_above(&self) -> impl Iterator<Item = NodeId> + 'a {
        let (model, limit) = (self.model, self.declaration_site().at);
        let statements = model.tree.children(NodeId::ROOT);
        statements.take_while(move |s| model.tree.end(*s) <= limit)
    }

    /// The longest line, in characters, that the project's formatter leaves alone; without one, that of the file.
    pub(in crate::fix) fn line_length(&self) -> usize {
        let observed = || *self.observed_length.get_or_init(|| observed_length(self.model));
        self.settings.line_length.unwrap_or_else(observed)
    }

    /// Spares the look at the file's own lines.
    pub(in crate::fix) fn assume_default_length(&self) {
        self.observed_length.get_or_init(|| DEFAULT_LENGTH);
    }

    /// The oldest Python version that the file has to run on.
    pub(in crate::fix) fn target_version(&self) -> (u8, u8) {
        self.settings.target_version.unwrap_or(TARGET_VERSION)
    }

    /// Text without quotes or backslashes as a string of the file's style.
    pub(in crate::fix) fn quoted(&self, text: &str) -> String {
        let quote = *self.quote.get_or_init(|| quote(self.model, self.settings.quotes));
        format!("{quote}{text}{quote}")
    }

    /// The bytes of a node as they stand in the file.
    pub(in crate::fix) fn raw(&self, node: NodeId) -> &'a [u8] {
        &self.model.source.bytes()[self.model.tree.range(node)]
    }

    /// The line end for new lines.
    pub(in crate::fix) fn newline(&self) -> &'static str {
        self.model.source.newline().text()
    }

    /// One level of indentation, as in the nearest block around `node`, else in any block, else four spaces.
    pub(in crate::fix) fn indent_unit(&self, node: NodeId) -> String {
        let model = self.model;
        let indented = |block: NodeId| {
            let header = model.tree.parent(block).filter(|_| model.kind(block) == Kind::Block)?;
            let outer = model.source.indent(model.tree.start(header));
            let inner = model.source.indent(model.tree.start(block));
            inner.strip_prefix(outer).filter(|u| !u.is_empty()).map(str::to_owned)
        };
        let anywhere = || model.tree.ids().find_map(indented).unwrap_or_else(|| "    ".to_owned());
        let around = model.tree.ancestors(node).find_map(indented);
        around.unwrap_or_else(|| self.indent_unit.get_or_init(anywhere).clone())
    }

    /// Whether a node begins and ends on one line.
    pub(in crate::fix) fn is_one_line(&self, node: NodeId) -> bool {
        !self.model.text(node).contains('\n')
    }
}
