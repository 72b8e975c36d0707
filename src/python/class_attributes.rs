//! The attributes of a file's classes and how each gets its value. It stores and looks them up; `classes` collects them.

use std::ops::Range;

use super::syntax::NodeId;

/// How an attribute of a class gets its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttributeBinding {
    /// `self.name = value`, or `name = value` in the class body.
    Value(NodeId),
    /// `self.name: annotation` or `name: annotation`.
    Annotation(NodeId),
    /// A method; the flag says that it is a property.
    Method(NodeId, bool),
    /// In any other way: by an import, a nested class, a part of an unpacked value, or from outside of the class.
    Other {
        /// The target, or the name that is bound.
        target: NodeId,
        /// The expression whose value it is, where there is one.
        value: Option<NodeId>,
    },
}

impl AttributeBinding {
    /// Where it is in the file: its value, annotation, function or target.
    pub(super) fn node(&self) -> NodeId {
        match self {
            Self::Value(node) | Self::Annotation(node) | Self::Method(node, _) => *node,
            Self::Other { target, .. } => *target,
        }
    }
}

impl AttributeBinding {
    /// The value, if this is one.
    pub fn value(&self) -> Option<NodeId> {
        match *self {
            Self::Value(value) => Some(value),
            _ => None,
        }
    }
}

/// The attributes of all classes of a part of a file, without its text.
#[derive(Debug, Default)]
pub(super) struct ClassAttributes {
    /// Sorted by class and name.
    entries: Vec<AttributeEntry>,
    /// Grouped by attribute, each group in source order.
    bindings: Vec<AttributeBinding>,
}

#[derive(Debug)]
struct AttributeEntry {
    class: NodeId,
    /// The range of its name's first occurrence.
    name: Range<u32>,
    /// The index of its first binding.
    first: u32,
}

impl AttributeEntry {
    fn text<'a>(&self, code: &'a str) -> &'a str {
        &code[self.name.start as usize..self.name.end as usize]
    }
}

impl ClassAttributes {
    /// Builds the table from (class, range of the name, binding).
    pub(super) fn new(
        code: &str,
        mut found: Vec<(NodeId, Range<usize>, AttributeBinding)>,
    ) -> Self {
        let small = |count| u32::try_from(count).expect("files are smaller than 4 GiB");
        found.sort_by_key(|(class, name, binding)| (*class, &code[name.clone()], binding.node()));
        let mut entries: Vec<AttributeEntry> = Vec::new();
        for (first, (class, name, _)) in found.iter().enumerate() {
            let is_known =
                |a: &AttributeEntry| a.class == *class && a.text(code) == &code[name.clone()];
            if !entries.last().is_some_and(is_known) {
                let name = small(name.start)..small(name.end);
                entries.push(AttributeEntry { class: *class, name, first: small(first) });
            }
        }
        entries.shrink_to_fit();
        Self { entries, bindings: found.into_iter().map(|(.., binding)| binding).collect() }
    }

    /// The bindings of one attribute; none if the class itself has no such attribute.
    pub(super) fn get(&self, code: &str, class: NodeId, name: &str) -> &[AttributeBinding] {
        let key = |a: &AttributeEntry| (a.class, a.text(code));
        let found = self.entries.binary_search_by(|a| key(a).cmp(&(class, name)));
        found.map_or(&[], |index| self.of(index))
    }

    /// All of them, by class and name.
    pub(super) fn iter<'a>(
        &'a self,
        code: &'a str,
    ) -> impl Iterator<Item = (NodeId, &'a str, &'a [AttributeBinding])> {
        let entries = self.entries.iter().enumerate();
        entries.map(move |(index, a)| (a.class, a.text(code), self.of(index)))
    }

    fn of(&self, index: usize) -> &[AttributeBinding] {
        let first = |a: &AttributeEntry| a.first as usize;
        let end = self.entries.get(index + 1).map_or(self.bindings.len(), first);
        &self.bindings[first(&self.entries[index])..end]
    }
}
