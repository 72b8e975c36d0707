//! Re-emits an expression on one line, or with its line ends and a new indentation, with names
//! substituted, calls wrapped and anchors marked. It must not know the line length.

use std::collections::BTreeMap;

use super::file_layout::FileLayout;
use crate::python::{Kind, NodeId};

/// The rewriting of an expression: what is wrapped and substituted while it is laid out.
pub(in crate::fix) struct ExpressionLayout<'a> {
    pub layout: &'a FileLayout<'a>,
    /// Calls that are wrapped in another expression.
    pub wraps: BTreeMap<NodeId, Wrap>,
    /// Nodes that are replaced by a name.
    pub names: BTreeMap<NodeId, String>,
    /// One level of indentation.
    pub unit: String,
}

/// Text around a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::fix) struct Wrap {
    /// The text in front of it, up to an open bracket.
    pub open: String,
    /// The text behind it.
    pub close: &'static str,
    /// Whether line breaks are allowed inside of the bracket.
    pub is_breakable: bool,
}

impl<'a> ExpressionLayout<'a> {
    pub(in crate::fix) fn new(layout: &'a FileLayout<'a>, near: NodeId) -> Self {
        Self {
            layout,
            wraps: BTreeMap::new(),
            names: BTreeMap::new(),
            unit: layout.indent_unit(near),
        }
    }

    /// Whether a comment, a multi-line string or a backslash fixes the line breaks of the node.
    pub(in crate::fix) fn is_rigid(&self, node: NodeId) -> bool {
        let model = self.layout.model;
        let gone = |n: NodeId| self.names.keys().any(|c| model.tree.contains(*c, n));
        let fixed = |n: NodeId| match model.kind(n) {
            Kind::Comment | Kind::LineContinuation => true,
            Kind::String | Kind::ConcatenatedString => !self.layout.is_one_line(n),
            _ => false,
        };
        model.tree.descendants(node).any(|n| fixed(n) && !gone(n))
            || (self.names.is_empty() && model.text(node).contains("\\\n"))
    }

    /// The node with its line breaks; continuation lines change from the indentation of its line to
    /// `indent`.
    pub(in crate::fix) fn reindented(&self, node: NodeId, indent: &str) -> Vec<u8> {
        let model = self.layout.model;
        let code = model.source.code();
        let old = model.source.indent(model.tree.start(node));
        let (mut at, end) = (model.tree.start(node), model.tree.end(node));
        let mut text = Vec::new();
        let mut closing = Vec::new();
        while at <= end {
            self.close_wraps(at, &mut text, &mut closing);
            if at == end {
                break;
            }
            if let Some(behind) = self.enter(at, end, &mut text, &mut closing) {
                at = behind;
                continue;
            }
            text.push(model.source.bytes()[at]);
            at += 1;
            if code.as_bytes()[at - 1] == b'\n' && !self.in_string(node, at) {
                let line = code[at..end].lines().next().unwrap_or_default();
                if !line.trim().is_empty() {
                    at += if line.starts_with(old) { old.len() } else { 0 };
                    text.extend_from_slice(indent.as_bytes());
                }
            }
        }
        text
    }

    /// Whether an offset lies within a string.
    pub(in crate::fix) fn in_string(&self, around: NodeId, at: usize) -> bool {
        let model = self.layout.model;
        let mut strings = model.tree.descendants(around).filter(|n| model.kind(*n) == Kind::String);
        strings.any(|s| model.tree.start(s) < at && at < model.tree.end(s))
    }

    pub(in crate::fix) fn mark(&self, node: NodeId) -> Vec<u8> {
        let anchor = self.layout.anchor_at(node);
        anchor.filter(|_| !self.wraps.contains_key(&node)).map_or_else(Vec::new, mark)
    }

    /// The node on one line, unless a magic trailing comma forbids it.
    pub(in crate::fix) fn flat(&self, node: NodeId) -> Option<Vec<u8>> {
        self.one_line(self.layout.model.tree.start(node), self.layout.model.tree.end(node))
    }

    /// The code between two offsets on one line, with wraps, names and marks.
    pub(in crate::fix) fn one_line(&self, start: usize, end: usize) -> Option<Vec<u8>> {
        let code = self.layout.model.source.code().as_bytes();
        let bytes = self.layout.model.source.bytes();
        let mut text: Vec<u8> = Vec::new();
        let mut closing = Vec::new();
        let mut at = start;
        while at <= end {
            self.close_wraps(at, &mut text, &mut closing);
            if at == end {
                break;
            }
            if let Some(behind) = self.enter(at, end, &mut text, &mut closing) {
                at = behind;
                continue;
            }
            let stop = self.opaque_end(at).unwrap_or(at + 1).min(end);
            if stop > at + 1 {
                text.extend_from_slice(&bytes[at..stop]);
                at = stop;
                continue;
            }
            if !is_white(code, at) {
                text.push(bytes[at]);
                at += 1;
                continue;
            }
            let mut next = at;
            while next < end && is_white(code, next) {
                next += 1;
            }
            if code[at..next].contains(&b'\n') {
                text.extend_from_slice(line_end_replacement(
                    text.last().copied(),
                    code.get(next).copied(),
                )?);
            } else {
                text.extend_from_slice(&bytes[at..next]);
            }
            at = next;
        }
        Some(text)
    }

    fn close_wraps(&self, at: usize, text: &mut Vec<u8>, closing: &mut Vec<(usize, &'static str)>) {
        while let Some((_, close)) = closing.pop_if(|(end, _)| *end == at) {
            text.extend_from_slice(close.as_bytes());
        }
    }

    /// Emits the wraps and marks of nodes that begin at a byte. If a name replaces a node there,
    /// emits it and returns the byte behind that node.
    fn enter(
        &self,
        at: usize,
        end: usize,
        text: &mut Vec<u8>,
        closing: &mut Vec<(usize, &'static str)>,
    ) -> Option<usize> {
        let tree = &self.layout.model.tree;
        for i in self.layout.anchors_from(at) {
            let node = self.layout.anchor(i);
            if tree.end(node) > end || self.names.contains_key(&node) {
                continue;
            }
            if let Some(wrap) = self.wraps.get(&node) {
                text.extend_from_slice(wrap.open.as_bytes());
                closing.push((tree.end(node), wrap.close));
            }
            text.extend(mark(i));
        }
        let (node, name) = self.named(at, end)?;
        text.extend_from_slice(name.as_bytes());
        Some(tree.end(node))
    }

    /// The outermost node that begins at a byte and is replaced by a name.
    fn named(&self, at: usize, end: usize) -> Option<(NodeId, &str)> {
        if self.names.is_empty() {
            return None;
        }
        let tree = &self.layout.model.tree;
        let innermost = tree.covering(at..at + 1);
        let around = std::iter::once(innermost).chain(tree.ancestors(innermost));
        let begun = around.take_while(|n| tree.start(*n) == at && tree.end(*n) <= end);
        begun.filter_map(|n| Some((n, self.names.get(&n)?.as_str()))).last()
    }

    /// The end of the string that begins at `at`; none if the string contains a replaced or wrapped
    /// node.
    fn opaque_end(&self, at: usize) -> Option<usize> {
        let tree = &self.layout.model.tree;
        if !matches!(self.layout.model.source.code().as_bytes()[at], b'"' | b'\'' | b'a'..=b'z' | b'A'..=b'Z')
        {
            return None;
        }
        let mut node = tree.covering(at..at + 1);
        while self.layout.model.kind(node) != Kind::String || tree.start(node) != at {
            node = tree.parent(node)?;
            if tree.start(node) != at {
                return None;
            }
        }
        let busy = self.names.keys().chain(self.wraps.keys()).any(|c| tree.contains(node, *c));
        (!busy).then(|| tree.end(node))
    }
}

fn mark(anchor: usize) -> Vec<u8> {
    format!("\0{anchor}\0").into_bytes()
}

fn is_white(code: &[u8], at: usize) -> bool {
    match code[at] {
        b' ' | b'\t' | b'\r' | b'\n' | b'\x0c' => true,
        b'\\' => matches!(code.get(at + 1), Some(b'\n' | b'\r')),
        _ => false,
    }
}

/// What replaces a line break between two characters; none when a magic trailing comma keeps the
/// lines apart.
fn line_end_replacement(before: Option<u8>, after: Option<u8>) -> Option<&'static [u8]> {
    match (before, after) {
        (Some(b','), Some(b')' | b']' | b'}')) => None,
        (Some(b'(' | b'[' | b'{'), _) | (_, Some(b')' | b']' | b'}' | b'.')) => Some(b""),
        _ => Some(b" "),
    }
}
