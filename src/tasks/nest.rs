//! Where in a container a task is: in a pair in a list in a dictionary. It knows steps, and reads no tree.

/// One step from a container to something in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    /// To any of its elements.
    Any,
    /// To one element of a tuple, counted from 0, of so many.
    Place { at: u8, of: u8 },
    /// To the value of a key that is a string, by its hash.
    Key(u64),
}

/// What a subscript, or a place in a pattern, takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Takes {
    /// The element at a place, from the end when it is negative.
    Place(i64),
    /// The value of a string key, by its hash.
    Key(u64),
    /// One that cannot be told.
    Unknown,
}

/// The steps from a container to the task in it, the outermost first; at least one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Nest {
    first: Step,
    rest: [Option<Step>; Nest::DEEPEST - 1],
}

impl Nest {
    /// The containers within each other that are told apart.
    const DEEPEST: usize = 4;

    /// The task is one of the elements.
    pub(super) const FLAT: Self = Self { first: Step::Any, rest: [None; Self::DEEPEST - 1] };

    /// The task is at one place.
    pub(super) fn of(first: Step) -> Self {
        Self { first, ..Self::FLAT }
    }

    /// The first step.
    pub(super) fn first(self) -> Step {
        self.first
    }

    /// The same container with another first step.
    pub(super) fn with_first(self, first: Step) -> Self {
        Self { first, ..self }
    }

    /// Where the task is in a container that has this one in it. Of more steps than are told apart the outer ones are kept:
    /// what they lead to is used as no task can be.
    pub(super) fn inside(self, first: Step) -> Self {
        let [kept @ .., _] = self.rest;
        let mut rest = [None; Self::DEEPEST - 1];
        rest[0] = Some(self.first);
        rest[1..].copy_from_slice(&kept);
        Self { first, rest }
    }

    /// What the first step leads to: a container again, or none when it is the task.
    pub(super) fn inner(self) -> Option<Self> {
        let [next, kept @ ..] = self.rest;
        let mut rest = [None; Self::DEEPEST - 1];
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

impl Step {
    /// Whether this is what a subscript takes; none when that cannot be told.
    pub(super) fn is_taken(self, takes: Takes) -> Option<bool> {
        match (self, takes) {
            (Self::Any, _) => Some(true),
            (Self::Place { at, of }, Takes::Place(place)) => {
                let counted = if place < 0 { place + i64::from(of) } else { place };
                Some(counted == i64::from(at))
            }
            (Self::Key(key), Takes::Key(other)) => Some(key == other),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_went_in_comes_out() {
        let place = Step::Place { at: 1, of: 2 };
        let nest = Nest::FLAT.inside(place).inside(Step::Any);
        assert_eq!(nest.first(), Step::Any);
        assert_eq!(nest.inner().map(Nest::first), Some(place));
        assert_eq!(nest.inner().and_then(Nest::inner), Some(Nest::FLAT));
        assert_eq!(Nest::FLAT.inner(), None);
        assert_eq!(nest.transposed().first(), place);
        let deepest = nest.inside(Step::Any).inside(Step::Any);
        assert_eq!(deepest.inner().map(Nest::first), Some(Step::Any));
        assert_eq!(
            deepest.inner().and_then(Nest::inner).and_then(Nest::inner),
            Some(Nest::of(place))
        );
    }

    #[test]
    fn places_are_counted_from_both_ends() {
        let place = Step::Place { at: 1, of: 2 };
        assert_eq!(place.is_taken(Takes::Place(-1)), Some(true));
        assert_eq!(place.is_taken(Takes::Place(0)), Some(false));
        assert_eq!(place.is_taken(Takes::Unknown), None);
        assert_eq!(Step::Any.is_taken(Takes::Unknown), Some(true));
    }
}
