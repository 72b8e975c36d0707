//! A patch's context, and what is worked out once for the whole file so that no site has to look through all of it. It
//! decides nothing.

use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;
use std::ops::{Deref, Range};

use super::context::Context;
use super::quote::quote;
use super::spot::{Spot, spot};
use crate::python::{Field, Kind, Model, NodeId};

/// The context of a patch, with the facts of its file.
pub(super) struct Case<'a> {
    given: Context<'a>,
    /// Whether each site of the ledger has a finding.
    found: Vec<bool>,
    spot: OnceCell<Spot>,
    unit: OnceCell<String>,
    quote: OnceCell<char>,
    sees_names: RefCell<BTreeMap<NodeId, bool>>,
}

impl<'a> Deref for Case<'a> {
    type Target = Context<'a>;

    fn deref(&self) -> &Context<'a> {
        &self.given
    }
}

/// The line length of black and of `ruff format`, where the configuration names none.
const LINE_LENGTH: usize = 88;

impl<'a> Case<'a> {
    pub(super) fn new(given: Context<'a>) -> Self {
        let mut found = vec![false; given.judged.len()];
        given.findings.iter().for_each(|f| found[f.site] = true);
        Self {
            given,
            found,
            spot: OnceCell::new(),
            unit: OnceCell::new(),
            quote: OnceCell::new(),
            sees_names: RefCell::default(),
        }
    }

    /// The index of the site that is this call, or this reference.
    pub(super) fn site_at(&self, node: NodeId) -> Option<usize> {
        self.judged.binary_search_by_key(&node, |j| j.site.node).ok()
    }

    /// The index of the site with these bytes.
    pub(super) fn site_of(&self, bytes: &Range<usize>) -> Option<usize> {
        let is_it = |i: &usize| self.model.tree.range(self.judged[*i].site.node) == *bytes;
        self.sites_from(bytes.start).find(is_it)
    }

    /// The indices of the sites that begin at a byte.
    pub(super) fn sites_from(&self, at: usize) -> Range<usize> {
        let start = |i: usize| self.model.tree.start(self.judged[i].site.node);
        let from = self.judged.partition_point(|j| self.model.tree.start(j.site.node) < at);
        from..from + (from..self.judged.len()).take_while(|i| start(*i) == at).count()
    }

    /// Whether a node is a site with a finding.
    pub(super) fn is_found(&self, node: NodeId) -> bool {
        self.site_at(node).is_some_and(|i| self.found[i])
    }

    /// The place of module-level declarations.
    pub(super) fn spot(&self) -> Spot {
        *self.spot.get_or_init(|| spot(self.model))
    }

    /// Whether the function around a node looks at its own names, so that a new one would be seen.
    pub(super) fn sees_names(&self, node: NodeId) -> bool {
        let model = self.model;
        let Some(function) = model.function_of(node) else {
            return false;
        };
        // Called in a function inside, they see the names of this one that it refers to, and no others.
        let looks = |n: NodeId| {
            model.kind(n) == Kind::Call
                && model.function_of(n) == Some(function)
                && model.child(n, Field::Function).is_some_and(|f| looks_at_names(model, n, f))
        };
        let look = || model.tree.descendants(function).any(looks);
        *self.sees_names.borrow_mut().entry(function).or_insert_with(look)
    }

    /// The longest line, in characters, that the project's formatter leaves alone.
    pub(super) fn line_length(&self) -> usize {
        self.file.line_length.unwrap_or(LINE_LENGTH)
    }

    /// Text without quotes or backslashes as a string of the file's style.
    pub(super) fn quoted(&self, text: &str) -> String {
        let quote = *self.quote.get_or_init(|| quote(self.model, self.file.quotes));
        format!("{quote}{text}{quote}")
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
        let indented = |block: NodeId| {
            let header = model.tree.parent(block).filter(|_| model.kind(block) == Kind::Block)?;
            let outer = model.source.indent(model.tree.start(header));
            let inner = model.source.indent(model.tree.start(block));
            inner.strip_prefix(outer).filter(|u| !u.is_empty()).map(str::to_owned)
        };
        let anywhere = || model.tree.ids().find_map(indented).unwrap_or_else(|| "    ".to_owned());
        let around = model.tree.ancestors(node).find_map(indented);
        around.unwrap_or_else(|| self.unit.get_or_init(anywhere).clone())
    }

    /// Whether a node begins and ends on one line.
    pub(super) fn one_line(&self, node: NodeId) -> bool {
        !self.model.text(node).contains('\n')
    }
}

/// Whether a call is one of those that look at all names around it: given an object, `vars` and `dir` look at that, and code
/// that is given its names sees no others.
fn looks_at_names(model: &Model, call: NodeId, callee: NodeId) -> bool {
    let given = model.child(call, Field::Arguments).map_or(0, |a| model.tree.children(a).count());
    match model.text(callee) {
        "locals" => true,
        "vars" | "dir" => given == 0,
        "exec" | "eval" => given < 2,
        _ => false,
    }
}
