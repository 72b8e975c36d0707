//! What can be reached from somewhere in a flow. Points that run one after the other are gone through as one, so that a long
//! function takes no longer than it has branches. It knows no values.

use std::collections::BTreeMap;

use super::flow::{Flow, FlowPoint};

/// The points that were reached.
#[derive(Debug, Default)]
pub struct Reached {
    /// Stretches of consecutive points, each by its lowest and its highest; disjoint and sorted.
    stretches: Vec<(FlowPoint, FlowPoint)>,
}

impl Reached {
    /// Whether a point is among them.
    pub fn contains(&self, point: FlowPoint) -> bool {
        let after = self.stretches.partition_point(|(low, _)| *low <= point);
        after.checked_sub(1).is_some_and(|last| point <= self.stretches[last].1)
    }

    /// All of them, sorted.
    pub fn points(&self) -> impl Iterator<Item = FlowPoint> + '_ {
        self.stretches.iter().flat_map(|(low, high)| *low..=*high)
    }

    /// Those of a sorted list that are among them.
    pub fn among<'a, T>(
        &'a self,
        sorted: &'a [T],
        point: impl Fn(&T) -> FlowPoint + Copy + 'a,
    ) -> impl Iterator<Item = &'a T> + 'a {
        self.stretches.iter().flat_map(move |(low, high)| {
            let from = sorted.partition_point(|item| point(item) < *low);
            sorted[from..].iter().take_while(move |item| point(item) <= *high)
        })
    }
}

impl Flow {
    /// The points reached from those after `from`, not going on behind a stop. With `raising`, exceptions are followed to
    /// the handlers of the function, too. The lists of stops are sorted.
    pub fn reach(&self, from: &[FlowPoint], raising: bool, stops: &[&[FlowPoint]]) -> Reached {
        let mut todo = Vec::new();
        for point in from {
            todo.extend(self.next(*point));
            todo.extend(self.raises(*point).iter().filter(|_| raising));
        }
        self.spread(todo, raising, stops)
    }

    /// As [`Self::reach`], from points that are themselves reached (and may stop).
    pub fn spread(
        &self,
        mut todo: Vec<FlowPoint>,
        raising: bool,
        stops: &[&[FlowPoint]],
    ) -> Reached {
        let mut reached: BTreeMap<FlowPoint, FlowPoint> = BTreeMap::new();
        while let Some(point) = todo.pop() {
            let end = self.end_of_stretch(point);
            let before = |sorted: &&[FlowPoint]| {
                let after = sorted.partition_point(|s| *s <= point);
                after.checked_sub(1).map(|last| sorted[last])
            };
            let stop = stops.iter().filter_map(before).max().filter(|s| *s >= end);
            let low = stop.unwrap_or(end);
            match reached.get(&low) {
                Some(high) if point <= *high => continue,
                Some(_) => {}
                None if stop.is_none() => todo.extend(self.next(end)),
                None => {}
            }
            reached.insert(low, point);
            if raising && stop != Some(point) {
                todo.extend(self.raises(point));
            }
        }
        Reached { stretches: reached.into_iter().collect() }
    }
}
