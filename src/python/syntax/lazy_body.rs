//! The functions whose bodies are left out of a partial parse. It knows byte ranges, no syntax.

use std::ops::Range;

use super::identifier::is_whole_word;
use super::line_scanner::AttributeText;
use crate::text::{Finder, PatternMatch};

/// A function whose parameters and body are parsed on first access.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::python) struct LazyBody {
    /// The byte at which the `def` begins.
    pub(super) def: usize,
    /// The bytes between the brackets of its parameters.
    pub(super) parameters: Range<usize>,
    /// The bytes of its body.
    pub(in crate::python) body: Range<usize>,
    /// The names of the attributes of its first parameter that the body assigns.
    pub(super) attributes_set: Vec<Range<usize>>,
    /// What these get, if any of them may get the value of a name.
    pub(in crate::python) stored: Option<Box<StoredNames>>,
}

/// What a body stores in attributes of its first parameter, as text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::python) struct StoredNames {
    /// In source order.
    pub(in crate::python) attributes: Vec<AttributeText>,
    /// The targets of the other assignments, and the whole lines of all else that may bind names.
    pub(in crate::python) bindings: Vec<Range<usize>>,
    /// Whether any value may be that of a name, or of an attribute access or call on one.
    pub(super) has_values: bool,
}

impl LazyBody {
    /// The bytes of the function, header included.
    pub(in crate::python) fn range(&self) -> Range<usize> {
        self.def..self.body.end
    }

    /// How many bytes are not parsed while the function is not asked for.
    pub(in crate::python) fn bytes_left_out(&self) -> usize {
        self.parameters.len() + self.body.len()
    }

    /// The text of the return annotation: what stands between `->` and the colon that ends the header.
    pub(in crate::python) fn return_annotation<'c>(&self, code: &'c str) -> Option<&'c str> {
        let (_, annotation) = code[self.parameters.end..self.body.start].split_once("->")?;
        let mut depth = 0_usize;
        let end = annotation.find(|c| {
            match c {
                '[' | '(' | '{' => depth += 1,
                ']' | ')' | '}' => depth = depth.saturating_sub(1),
                _ => {}
            }
            c == ':' && depth == 0
        });
        Some(annotation[..end?].trim())
    }

    /// The bytes between the brackets of its parameters.
    pub(in crate::python) fn parameters(&self) -> Range<usize> {
        self.parameters.clone()
    }

    /// Whether the body assigns an attribute of this name, or any attribute if `name` is `None`.
    pub(in crate::python) fn sets(&self, code: &str, name: Option<&str>) -> bool {
        let matches = |set: &Range<usize>| name.is_none_or(|name| &code[set.clone()] == name);
        self.attributes_set.iter().any(matches)
    }

    /// Whether the function contains one of the identifiers where `test` accepts the function's text before and after it.
    pub(in crate::python) fn names(
        &self,
        code: &str,
        words: &Finder,
        test: impl Fn(&[u8], &[u8]) -> bool,
    ) -> bool {
        let text = &code.as_bytes()[self.range()];
        words.find_iter(text).any(|PatternMatch { range, .. }| {
            is_whole_word(text, range.start, range.len())
                && test(&text[..range.start], &text[range.end..])
        })
    }
}

/// The byte ranges that are left out of a text.
#[derive(Debug)]
pub(super) struct Cuts(Vec<Cut>);

#[derive(Debug)]
struct Cut {
    bytes: Range<usize>,
    /// The total length of the cuts before it, in bytes.
    skipped: usize,
}

impl Cuts {
    /// What `bodies`, in source order, leave out.
    pub(super) fn new(bodies: &[LazyBody]) -> Self {
        let mut skipped = 0;
        let cut = |bytes: Range<usize>| {
            let before = skipped;
            skipped += bytes.len();
            Cut { bytes, skipped: before }
        };
        let ranges = bodies.iter().flat_map(|lazy| [lazy.parameters.clone(), lazy.body.clone()]);
        Self(ranges.filter(|range| !range.is_empty()).map(cut).collect())
    }

    /// The text without them.
    pub(super) fn text_without(&self, code: &str) -> String {
        let left_out: usize = self.0.iter().map(|c| c.bytes.len()).sum();
        let mut text = String::with_capacity(code.len() - left_out);
        let mut at = 0;
        for cut in &self.0 {
            text.push_str(&code[at..cut.bytes.start]);
            at = cut.bytes.end;
        }
        text.push_str(&code[at..]);
        text
    }

    /// The offset in the source of an offset in [`Self::text_without`]. At a cut, a node that starts there starts after the
    /// cut, and a node that ends there ends before it.
    pub(super) fn source_offset(&self, at: usize, is_end: bool) -> usize {
        let before = self.0.partition_point(|c| {
            let seam = c.bytes.start - c.skipped;
            if is_end { seam < at } else { seam <= at }
        });
        let skipped = before.checked_sub(1).map(|last| &self.0[last]);
        at + skipped.map_or(0, |c| c.skipped + c.bytes.len())
    }
}
