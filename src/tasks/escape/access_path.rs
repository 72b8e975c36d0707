//! Where in a container a task is: in a pair in a list in a dictionary. It knows steps, and reads no tree.

/// One step from a container to something in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum PathElement {
    /// To any of its elements.
    Any,
    /// To one element of a tuple, counted from 0, of so many.
    Index { index: u8, length: u8 },
    /// To the value of a key that is a string, by its hash.
    Key(u64),
}

/// What a subscript, or a place in a pattern, takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Selector {
    /// The element at a place, from the end when it is negative.
    Index(i64),
    /// The value of a string key, by its hash.
    Key(u64),
    /// One that cannot be told.
    Unknown,
}

/// The steps from a container to the task in it, the outermost first; at least one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::tasks) struct AccessPath {
    first: PathElement,
    rest: [Option<PathElement>; AccessPath::MAX_DEPTH - 1],
}

impl AccessPath {
    /// The containers within each other that are told apart.
    const MAX_DEPTH: usize = 4;

    /// The task is one of the elements.
    pub(super) const FLAT: Self =
        Self { first: PathElement::Any, rest: [None; Self::MAX_DEPTH - 1] };

    /// The task is at one place.
    pub(super) fn of(first: PathElement) -> Self {
        Self { first, ..Self::FLAT }
    }

    /// The first step.
    pub(super) fn first(self) -> PathElement {
        self.first
    }

    /// The same container with another first step.
    pub(super) fn with_first(self, first: PathElement) -> Self {
        Self { first, ..self }
    }

    /// Where the task is in a container that has this one in it. Of more steps than are told apart the outer ones are kept:
    /// what they lead to is used as no task can be.
    pub(super) fn wrapped_in(self, first: PathElement) -> Self {
        let [kept @ .., _] = self.rest;
        let mut rest = [None; Self::MAX_DEPTH - 1];
        rest[0] = Some(self.first);
        rest[1..].copy_from_slice(&kept);
        Self { first, rest }
    }

    /// What the first step leads to: a container again, or none when it is the task.
    pub(super) fn tail(self) -> Option<Self> {
        let [next, kept @ ..] = self.rest;
        let mut rest = [None; Self::MAX_DEPTH - 1];
        rest[..kept.len()].copy_from_slice(&kept);
        next.map(|first| Self { first, rest })
    }

    /// `zip(*pairs)`: the first two steps change places.
    pub(super) fn transposed(self) -> Self {
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
    /// Whether this is what a subscript takes; none when that cannot be told.
    pub(super) fn is_selected_by(self, selector: Selector) -> Option<bool> {
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
    fn places_are_counted_from_both_ends() {
        let index = PathElement::Index { index: 1, length: 2 };
        assert_eq!(index.is_selected_by(Selector::Index(-1)), Some(true));
        assert_eq!(index.is_selected_by(Selector::Index(0)), Some(false));
        assert_eq!(index.is_selected_by(Selector::Unknown), None);
        assert_eq!(PathElement::Any.is_selected_by(Selector::Unknown), Some(true));
    }
}
