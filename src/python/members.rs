//! The attributes of a file's classes, and how each gets its value. It collects none.

use std::ops::Range;

use super::tree::NodeId;

/// How a class's attribute gets its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Member {
    /// `self.name = value`, or `name = value` in the class body.
    Value(NodeId),
    /// `self.name: annotation` or `name: annotation`.
    Annotation(NodeId),
    /// A method; the flag says that it is a property.
    Method(NodeId, bool),
}

/// The attributes of the classes of a file, without its text.
#[derive(Debug, Default)]
pub(super) struct Members {
    /// Sorted by class and name.
    attributes: Vec<Attribute>,
    /// Those of each attribute stand together, in source order.
    members: Vec<Member>,
}

#[derive(Debug)]
struct Attribute {
    class: NodeId,
    /// The bytes of its name where it stands first.
    name: Range<u32>,
    /// Where its members begin.
    first: u32,
}

impl Attribute {
    fn text<'a>(&self, code: &'a str) -> &'a str {
        &code[self.name.start as usize..self.name.end as usize]
    }
}

impl Members {
    /// Those that were found, in source order: of which class, the bytes of the name, and what.
    pub(super) fn new(code: &str, mut found: Vec<(NodeId, Range<usize>, Member)>) -> Self {
        let small = |count| u32::try_from(count).expect("files are smaller than 4 GiB");
        found.sort_by_key(|(class, name, _)| (*class, &code[name.clone()]));
        let mut attributes: Vec<Attribute> = Vec::new();
        for (first, (class, name, _)) in found.iter().enumerate() {
            let is_known = |a: &Attribute| a.class == *class && a.text(code) == &code[name.clone()];
            if !attributes.last().is_some_and(is_known) {
                let name = small(name.start)..small(name.end);
                attributes.push(Attribute { class: *class, name, first: small(first) });
            }
        }
        attributes.shrink_to_fit();
        Self { attributes, members: found.into_iter().map(|(.., member)| member).collect() }
    }

    /// The members of one attribute; none where the class has no such attribute of its own.
    pub(super) fn get(&self, code: &str, class: NodeId, name: &str) -> &[Member] {
        let key = |a: &Attribute| (a.class, a.text(code));
        let found = self.attributes.binary_search_by(|a| key(a).cmp(&(class, name)));
        found.map_or(&[], |place| self.of(place))
    }

    /// All of them, by class and name.
    pub(super) fn iter<'a>(
        &'a self,
        code: &'a str,
    ) -> impl Iterator<Item = (NodeId, &'a str, &'a [Member])> {
        let attributes = self.attributes.iter().enumerate();
        attributes.map(move |(place, a)| (a.class, a.text(code), self.of(place)))
    }

    fn of(&self, place: usize) -> &[Member] {
        let first = |a: &Attribute| a.first as usize;
        let end = self.attributes.get(place + 1).map_or(self.members.len(), first);
        &self.members[first(&self.attributes[place])..end]
    }
}
