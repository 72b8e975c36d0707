//! Access paths of limited length: where in nested containers a task is. It reads no tree.

/// One element of an access path: from a container to something in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::tasks) enum PathElement {
    /// To any of its elements.
    Any,
    /// To the element of a tuple at a 0-based index; the tuple has `length` elements.
    Index { index: u8, length: u8 },
    /// To the value of a key that is a string, by its hash.
    Key(u64),
}

/// What a subscript, or a position in a pattern, selects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::tasks) enum Selector {
    /// The element at an index; a negative one counts from the end.
    Index(i64),
    /// The value of a string key, by its hash.
    Key(u64),
    /// An element that is not known.
    Unknown,
}

/// The path from a container to the task in it, outermost element first; never empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::tasks) struct AccessPath {
    first: PathElement,
    rest: [Option<PathElement>; AccessPath::MAX_DEPTH - 1],
}

impl AccessPath {
    /// The longest path that is represented.
    const MAX_DEPTH: usize = 4;

    /// The task is any of the elements.
    pub(in crate::tasks) const FLAT: Self =
        Self { first: PathElement::Any, rest: [None; Self::MAX_DEPTH - 1] };

    /// The path of one element.
    pub(in crate::tasks) fn of(first: PathElement) -> Self {
        Self { first, ..Self::FLAT }
    }

    /// The outermost element.
    pub(in crate::tasks) fn first(self) -> PathElement {
        self.first
    }

    /// The same path with another outermost element.
    pub(in crate::tasks) fn with_first(self, first: PathElement) -> Self {
        Self { first, ..self }
    }

    /// The path in a container that holds this one. Beyond the longest path the innermost elements
    /// are cut off; what is left leads to a value that is used as no task can be.
    pub(in crate::tasks) fn wrapped_in(self, first: PathElement) -> Self {
        let [kept @ .., _] = self.rest;
        let mut rest = [None; Self::MAX_DEPTH - 1];
        rest[0] = Some(self.first);
        rest[1..].copy_from_slice(&kept);
        Self { first, rest }
    }

    /// The path without its outermost element; none when that leads to the task itself.
    pub(in crate::tasks) fn tail(self) -> Option<Self> {
        let [next, kept @ ..] = self.rest;
        let mut rest = [None; Self::MAX_DEPTH - 1];
        rest[..kept.len()].copy_from_slice(&kept);
        next.map(|first| Self { first, rest })
    }

    /// `zip(*pairs)`: swaps the two outermost elements.
    pub(in crate::tasks) fn transposed(self) -> Self {
        match self.rest[0] {
            Some(second) => {
                let mut rest = self.rest;
                rest[0] = Some(self.first);
                Self { first: second, rest }
            }
            None => self,
        }
    }
}

impl PathElement {
    /// Whether a selector selects this element; none when that is not known.
    pub(in crate::tasks) fn is_selected_by(self, selector: Selector) -> Option<bool> {
        match (self, selector) {
            (Self::Any, _) => Some(true),
            (Self::Index { index, length }, Selector::Index(wanted)) => {
                let wanted = if wanted < 0 { wanted + i64::from(length) } else { wanted };
                Some(wanted == i64::from(index))
            }
            (Self::Key(key), Selector::Key(other)) => Some(key == other),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_went_in_comes_out() {
        let index = PathElement::Index { index: 1, length: 2 };
        let access = AccessPath::FLAT.wrapped_in(index).wrapped_in(PathElement::Any);
        assert_eq!(access.first(), PathElement::Any);
        assert_eq!(access.tail().map(AccessPath::first), Some(index));
        assert_eq!(access.tail().and_then(AccessPath::tail), Some(AccessPath::FLAT));
        assert_eq!(AccessPath::FLAT.tail(), None);
        assert_eq!(access.transposed().first(), index);
        let deepest = access.wrapped_in(PathElement::Any).wrapped_in(PathElement::Any);
        assert_eq!(deepest.tail().map(AccessPath::first), Some(PathElement::Any));
        assert_eq!(
            deepest.tail().and_then(AccessPath::tail).and_then(AccessPath::tail),
            Some(AccessPath::of(index))
        );
    }

    #[test]
    fn indices_count_from_both_ends() {
        let index = PathElement::Index { index: 1, length: 2 };
        assert_eq!(index.is_selected_by(Selector::Index(-1)), Some(true));
        assert_eq!(index.is_selected_by(Selector::Index(0)), Some(false));
        assert_eq!(index.is_selected_by(Selector::Unknown), None);
        assert_eq!(PathElement::Any.is_selected_by(Selector::Unknown), Some(true));
    }
}
