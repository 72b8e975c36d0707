//! Sorted, disjoint edits of one file's bytes. It must not know Python.

use std::ops::Range;

/// One replacement; an empty range is an insertion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::fix) struct Edit {
    /// The bytes of the old text that are replaced.
    pub range: Range<usize>,
    /// The new bytes.
    pub text: Vec<u8>,
    /// Anchors whose nodes lie in `text`: the index of the anchor, and the node's offset in `text`.
    pub anchors: Vec<(usize, usize)>,
}

impl Edit {
    pub(in crate::fix) fn replace(range: Range<usize>, text: impl Into<Vec<u8>>) -> Self {
        Self { range, text: text.into(), anchors: Vec::new() }
    }

    pub(in crate::fix) fn insert(at: usize, text: impl Into<Vec<u8>>) -> Self {
        Self::replace(at..at, text)
    }

    pub(in crate::fix) fn delete(range: Range<usize>) -> Self {
        Self::replace(range, Vec::new())
    }

    pub(in crate::fix) fn anchored(mut self, anchors: Vec<(usize, usize)>) -> Self {
        self.anchors = anchors;
        self
    }

    fn grows(&self) -> isize {
        self.text.len().cast_signed() - self.range.len().cast_signed()
    }
}

/// Two edits overlap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::fix) struct Overlap {
    /// The first byte that both replace.
    pub at: usize,
}

/// Edits that are sorted and disjoint. Adjacent edits do not overlap. Insertions at one byte keep
/// the order in which they were given, and precede a replacement that begins there.
#[derive(Debug, Default)]
pub(in crate::fix) struct EditSet {
    edits: Vec<Edit>,
    /// For each edit: by how much the text behind it moves.
    shifts: Vec<isize>,
}

impl EditSet {
    /// Sorts the edits.
    ///
    /// # Errors
    /// The first overlap, if there is one.
    pub(in crate::fix) fn new(mut edits: Vec<Edit>) -> Result<Self, Overlap> {
        edits.retain(|e| !e.range.is_empty() || !e.text.is_empty());
        edits.sort_by_key(|e| (e.range.start, e.range.end));
        for pair in edits.windows(2) {
            if pair[1].range.start < pair[0].range.end {
                return Err(Overlap { at: pair[1].range.start });
            }
        }
        let grow = |sum: &mut isize, e: &Edit| {
            *sum += e.grows();
            Some(*sum)
        };
        let shifts = edits.iter().scan(0, grow).collect();
        Ok(Self { edits, shifts })
    }

    /// The text with the edits made.
    pub(in crate::fix) fn apply(&self, old: &[u8]) -> Vec<u8> {
        let mut new = Vec::with_capacity(old.len() + 256);
        let mut at = 0;
        for edit in &self.edits {
            new.extend_from_slice(&old[at..edit.range.start]);
            new.extend_from_slice(&edit.text);
            at = edit.range.end;
        }
        new.extend_from_slice(&old[at..]);
        new
    }

    /// The new text of a range, with the edits made that lie within it.
    pub(in crate::fix) fn apply_within(&self, old: &[u8], range: Range<usize>) -> Vec<u8> {
        let lies_within = |e: &&Edit| range.start <= e.range.start && e.range.end <= range.end;
        let own = self.edits.iter().filter(lies_within).map(|e| Edit {
            range: e.range.start - range.start..e.range.end - range.start,
            ..e.clone()
        });
        let own = Self { edits: own.collect(), shifts: Vec::new() };
        own.apply(&old[range.clone()])
    }

    /// The position in the new text of a byte of the old one; none when it was replaced.
    pub(in crate::fix) fn moved(&self, offset: usize) -> Option<usize> {
        let before = self.edits.partition_point(|e| e.range.start <= offset);
        let Some(last) = before.checked_sub(1) else { return Some(offset) };
        // Of edits at one byte, the replacement comes last.
        if self.edits[last].range.contains(&offset) {
            return None;
        }
        offset.checked_add_signed(self.shifts[last])
    }

    /// Anchors that were moved into new text, and the byte of each in the new text.
    pub(in crate::fix) fn anchors(&self) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        let mut shift = 0;
        for edit in &self.edits {
            let start = edit.range.start.saturating_add_signed(shift);
            found.extend(edit.anchors.iter().map(|(site, at)| (*site, start + at)));
            shift += edit.grows();
        }
        found
    }

    /// The ranges of the new text that the edits wrote, in order; a deletion is an empty one.
    pub(in crate::fix) fn written(&self) -> impl Iterator<Item = Range<usize>> + '_ {
        self.edits.iter().zip(&self.shifts).map(|(edit, shift)| {
            let end = edit.range.end.saturating_add_signed(*shift);
            end - edit.text.len()..end
        })
    }

    /// Whether `new` is `old` with exactly these edits: all bytes between them are equal.
    pub(in crate::fix) fn explains(&self, old: &[u8], new: &[u8]) -> bool {
        let (mut at, mut seen) = (0, 0);
        for edit in &self.edits {
            let kept = edit.range.start - at;
            let Some(rest) = new.get(seen..seen + kept + edit.text.len()) else {
                return false;
            };
            if rest[..kept] != old[at..edit.range.start] || rest[kept..] != edit.text[..] {
                return false;
            }
            seen += kept + edit.text.len();
            at = edit.range.end;
        }
        new.get(seen..) == old.get(at..)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(edits: Vec<Edit>) -> EditSet {
        EditSet::new(edits).unwrap()
    }

    #[test]
    fn touching_is_not_overlapping() {
        let s = set(vec![Edit::replace(2..4, "X"), Edit::replace(0..2, "Y")]);
        assert_eq!(s.apply(b"abcde"), b"YXe");
    }

    #[test]
    fn an_overlap_comes_back_as_a_value() {
        let twice = vec![Edit::replace(0..3, "X"), Edit::insert(2, "Y")];
        assert_eq!(EditSet::new(twice).unwrap_err(), Overlap { at: 2 });
    }

    #[test]
    fn insertions_at_one_place_keep_their_order_and_come_first() {
        let s = set(vec![Edit::insert(1, "1"), Edit::replace(1..2, "X"), Edit::insert(1, "2")]);
        assert_eq!(s.apply(b"abc"), b"a12Xc");
    }

    #[test]
    fn a_byte_is_found_again_unless_it_was_replaced() {
        let s = set(vec![Edit::insert(1, "12"), Edit::replace(2..3, "")]);
        assert_eq!(
            (s.moved(0), s.moved(1), s.moved(2), s.moved(3)),
            (Some(0), Some(3), None, Some(4))
        );
    }

    #[test]
    fn an_anchor_lies_where_the_new_text_lies() {
        let moved = Edit::insert(3, "t = call()").anchored(vec![(7, 4)]);
        let s = set(vec![Edit::insert(0, "ab"), moved]);
        assert_eq!(s.anchors(), vec![(7, 9)]);
    }

    #[test]
    fn a_changed_byte_between_edits_is_noticed() {
        let s = set(vec![Edit::insert(1, "x")]);
        assert!(s.explains(b"abc", b"axbc"));
        assert!(!s.explains(b"abc", b"axbC"));
        assert!(!s.explains(b"abc", b"axb"));
    }
}
