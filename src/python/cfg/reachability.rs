//! Reachability in a control-flow graph. Each basic block is visited as a whole, so that the cost depends on the number of
//! branches, not on the length of the function. It knows no values.

use std::collections::BTreeMap;

use super::graph::{Cfg, ProgramPoint};

/// A set of reachable points.
#[derive(Debug, Default)]
pub struct Reachable {
    /// Ranges of consecutive points, each by its lowest and its highest; disjoint and sorted.
    ranges: Vec<(ProgramPoint, ProgramPoint)>,
}

impl Reachable {
    /// Whether a point is in the set.
    pub fn contains(&self, point: ProgramPoint) -> bool {
        let after = self.ranges.partition_point(|(low, _)| *low <= point);
        after.checked_sub(1).is_some_and(|last| point <= self.ranges[last].1)
    }

    /// Its points, sorted.
    pub fn points(&self) -> impl Iterator<Item = ProgramPoint> + '_ {
        self.ranges.iter().flat_map(|(low, high)| *low..=*high)
    }

    /// The items of a sorted list whose points are in the set.
    pub fn filter_sorted<'a, T>(
        &'a self,
        sorted: &'a [T],
        point: impl Fn(&T) -> ProgramPoint + Copy + 'a,
    ) -> impl Iterator<Item = &'a T> + 'a {
        self.ranges.iter().flat_map(move |(low, high)| {
            let from = sorted.partition_point(|item| point(item) < *low);
            sorted[from..].iter().take_while(move |item| point(item) <= *high)
        })
    }
}

impl Cfg {
    /// The points reachable from the successors of `from`, without continuing past a stop. With `raising`, exception edges
    /// within the function are followed, too. The lists of stops are sorted.
    pub fn reachable_after(
        &self,
        from: &[ProgramPoint],
        raising: bool,
        stops: &[&[ProgramPoint]],
    ) -> Reachable {
        self.reachable_from(self.successors(from, raising), raising, stops)
    }

    /// Like [`Self::reachable_after`], but points below `lowest` may be left out; of an acyclic graph.
    pub fn reachable_down_to(
        &self,
        lowest: ProgramPoint,
        from: &[ProgramPoint],
        stops: &[&[ProgramPoint]],
    ) -> Reachable {
        self.search(self.successors(from, true), true, stops, lowest)
    }

    fn successors(&self, from: &[ProgramPoint], raising: bool) -> Vec<ProgramPoint> {
        let mut worklist = Vec::new();
        for point in from {
            worklist.extend(self.next(*point));
            worklist.extend(self.raises(*point).iter().filter(|_| raising));
        }
        worklist
    }

    /// Like [`Self::reachable_after`], from points that count as reachable themselves (and may be stops).
    pub fn reachable_from(
        &self,
        worklist: Vec<ProgramPoint>,
        raising: bool,
        stops: &[&[ProgramPoint]],
    ) -> Reachable {
        self.search(worklist, raising, stops, 0)
    }

    fn search(
        &self,
        mut worklist: Vec<ProgramPoint>,
        raising: bool,
        stops: &[&[ProgramPoint]],
        lowest: ProgramPoint,
    ) -> Reachable {
        let mut reached: BTreeMap<ProgramPoint, ProgramPoint> = BTreeMap::new();
        while let Some(point) = worklist.pop() {
            if point < lowest {
                continue;
            }
            let end = self.block_end(point);
            let before = |sorted: &&[ProgramPoint]| {
                let after = sorted.partition_point(|s| *s <= point);
                after.checked_sub(1).map(|last| sorted[last])
            };
            let stop = stops.iter().filter_map(before).max().filter(|s| *s >= end);
            let low = stop.unwrap_or(end);
            match reached.get(&low) {
                Some(high) if point <= *high => continue,
                Some(_) => {}
                None if stop.is_none() => worklist.extend(self.next(end)),
                None => {}
            }
            reached.insert(low, point);
            if raising && stop != Some(point) {
                worklist.extend(self.raises(point));
            }
        }
        Reachable { ranges: reached.into_iter().collect() }
    }
}
