//! Reachability in a control-flow graph. Each basic block is visited as a whole, so that the cost depends on the number of
//! branches, not on the length of the function. It knows no values.

use std::collections::BTreeMap;

use super::super::model::Model;
use super::super::syntax::NodeId;
use super::graph::{BlockEdge, Cfg, ProgramPoint};

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
    /// Whether a node of a function can run after another, in the same call, unless an exception is raised. It can where the
    /// function has no graph.
    pub fn can_follow(model: &Model, function: NodeId, earlier: NodeId, later: NodeId) -> bool {
        Self::can_follow_without(model, function, earlier, later, None)
    }

    /// The same on a path that does not run a node in between: `without`.
    pub fn can_follow_without(
        model: &Model,
        function: NodeId,
        earlier: NodeId,
        later: NodeId,
        without: Option<NodeId>,
    ) -> bool {
        Self::build(model, function, &|_| false).is_none_or(|flow| {
            let start = flow.points_of(model, earlier);
            let mut stops = without.map_or(Vec::new(), |node| flow.points_of(model, node));
            stops.retain(|stop| !start.contains(stop));
            stops.sort_unstable();
            let reached = flow.reachable_from(start, false, &[&stops]);
            flow.points_of(model, later).iter().any(|p| reached.contains(*p))
        })
    }

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

    /// The points from which one of `loads` is reachable without passing a kill before; a few more may be among them. Both lists
    /// are sorted.
    pub fn live_points(&self, loads: &[ProgramPoint], kills: &[ProgramPoint]) -> Reachable {
        let mut live: BTreeMap<ProgramPoint, ProgramPoint> = BTreeMap::new();
        let mut worklist = loads.to_vec();
        while let Some(low) = worklist.pop() {
            let before = live.range(..=low).next_back();
            if before.is_some_and(|(_, high)| low <= *high) {
                continue;
            }
            let start = self.block_start(self.block_end(low));
            let above = kills.get(kills.partition_point(|kill| *kill <= low));
            let mut high = above.map_or(start, |kill| start.min(kill - 1));
            if let Some((other, end)) = live.range(low..=high).next().map(|(l, h)| (*l, *h)) {
                live.insert(low, end);
                live.remove(&other);
                high = other - 1;
            } else {
                live.insert(low, high);
            }
            for edge in self.edges_to(low..=high) {
                let (end, raises) = match edge {
                    BlockEdge::Next(end) => (end, false),
                    BlockEdge::Raise(end) => (end, true),
                };
                let first = kills.partition_point(|kill| *kill < end);
                if kills.get(first) != Some(&end) {
                    worklist.push(end);
                }
                let start = self.block_start(end);
                let inside = kills[first..].iter().filter(|_| raises).take_while(|k| **k < start);
                worklist.extend(
                    inside.map(|kill| kill + 1).filter(|at| kills.binary_search(at).is_err()),
                );
            }
        }
        Reachable { ranges: live.into_iter().collect() }
    }

    /// Like [`Self::reachable_from`], with exception edges, as far as the points are among `live` ones.
    pub fn reachable_live(
        &self,
        worklist: Vec<ProgramPoint>,
        stops: &[&[ProgramPoint]],
        live: &Reachable,
    ) -> Reachable {
        self.search(worklist, true, stops, |point| live.contains(point))
    }

    /// The points that run directly after these.
    pub fn successors(&self, from: &[ProgramPoint], raising: bool) -> Vec<ProgramPoint> {
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
        self.search(worklist, raising, stops, |_| true)
    }

    fn search(
        &self,
        mut worklist: Vec<ProgramPoint>,
        raising: bool,
        stops: &[&[ProgramPoint]],
        is_wanted: impl Fn(ProgramPoint) -> bool,
    ) -> Reachable {
        let mut reached: BTreeMap<ProgramPoint, ProgramPoint> = BTreeMap::new();
        while let Some(point) = worklist.pop() {
            if !is_wanted(point) {
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
