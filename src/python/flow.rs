//! The control flow of one function body (or module), statement by statement. It knows jumps and suites, not values.

use super::kind::{Field, Kind};
use super::model::Model;
use super::tree::NodeId;

/// A point of a [`Flow`].
pub type FlowPoint = usize;

/// What runs at a point, and what can run next.
#[derive(Debug, Default)]
struct Point {
    /// The statement, or the expressions of a compound statement's head.
    nodes: Vec<NodeId>,
    next: Vec<FlowPoint>,
    /// Where an exception raised here can go within the function.
    raises: Vec<FlowPoint>,
}

/// A control-flow graph. `finally` suites stand in it twice: once for the normal way through, once for all others.
#[derive(Debug)]
pub struct Flow {
    points: Vec<Point>,
    ends: Vec<FlowPoint>,
    entry: FlowPoint,
    raise_points: Vec<FlowPoint>,
    /// The evaluated nodes in source order, each with its point.
    index: Vec<(NodeId, FlowPoint)>,
}

/// Where the function ends, by `return`, by falling off its end, or by an exception nobody catches.
const EXIT: FlowPoint = 0;
/// Graphs above this size are not built; the caller says `unsure`.
const LARGEST: usize = 50_000;
/// CPython refuses more than 100 levels of indentation (`tokenizer.c`, MAXINDENT).
const DEEPEST: usize = 110;

#[derive(Debug, Clone)]
struct Targets {
    leave: FlowPoint,
    stop: FlowPoint,
    again: FlowPoint,
    raise: Vec<FlowPoint>,
}

struct Builder<'a> {
    model: &'a Model,
    endless: &'a dyn Fn(NodeId) -> bool,
    points: Vec<Point>,
    depth: usize,
    failed: bool,
}

impl Flow {
    /// The flow of the body of `owner` (a `def`, or the module). `endless` says whether a statement never completes
    /// normally. None when the code is too large or too deep to follow.
    pub fn of(model: &Model, owner: NodeId, endless: &dyn Fn(NodeId) -> bool) -> Option<Self> {
        let body = if owner == NodeId::ROOT { owner } else { model.child(owner, Field::Body)? };
        let mut builder =
            Builder { model, endless, points: vec![Point::default()], depth: 0, failed: false };
        let targets = Targets { leave: EXIT, stop: EXIT, again: EXIT, raise: Vec::new() };
        let entry = builder.suite(body, EXIT, &targets);
        if builder.failed {
            return None;
        }
        let points = builder.points;
        let mut index: Vec<(NodeId, FlowPoint)> = Vec::new();
        for (point, at) in points.iter().enumerate() {
            index.extend(at.nodes.iter().map(|n| (*n, point)));
        }
        index.sort_unstable();
        let is_raise = |n: &NodeId| model.kind(*n) == Kind::RaiseStatement;
        let raise_points =
            points.iter().enumerate().filter(|(_, at)| at.nodes.iter().any(is_raise));
        let raise_points = raise_points.map(|(point, _)| point).collect();
        let ends = ends(&points);
        Some(Self { points, ends, entry, index, raise_points })
    }

    /// The points at which `node` is evaluated; more than one inside a `finally`.
    pub fn points_of(&self, model: &Model, node: NodeId) -> Vec<FlowPoint> {
        // The nodes of different points do not overlap, so only the last one that begins before `node` can hold it.
        let after = self.index.partition_point(|(n, _)| *n <= node);
        let Some((holder, _)) = after.checked_sub(1).map(|i| self.index[i]) else {
            return Vec::new();
        };
        if !model.tree.contains(holder, node) {
            return Vec::new();
        }
        let same = self.index[..after].iter().rev().take_while(|(n, _)| *n == holder);
        same.map(|(_, point)| *point).collect()
    }

    /// The point that runs first.
    pub fn entry(&self) -> FlowPoint {
        self.entry
    }

    /// The nodes evaluated at a point.
    pub fn nodes(&self, point: FlowPoint) -> &[NodeId] {
        &self.points[point].nodes
    }

    /// What can run right after a point, exceptions left out.
    pub fn next(&self, point: FlowPoint) -> &[FlowPoint] {
        &self.points[point].next
    }

    /// Where an exception raised at a point can go within the function.
    pub(super) fn raises(&self, point: FlowPoint) -> &[FlowPoint] {
        &self.points[point].raises
    }

    /// The last of the points that run for sure one after the other from this one on, unless an exception is raised: they
    /// are those between, and all raise to the same places.
    pub(super) fn end_of_stretch(&self, point: FlowPoint) -> FlowPoint {
        self.ends[point]
    }

    /// The end of the function.
    pub fn exit(&self) -> FlowPoint {
        EXIT
    }

    /// All points.
    pub fn points(&self) -> std::ops::Range<FlowPoint> {
        0..self.points.len()
    }

    /// The points at which a `raise` statement stands. Sorted.
    pub fn raise_points(&self) -> &[FlowPoint] {
        &self.raise_points
    }
}

/// For each point the last one of its stretch. Suites are built backwards, so that one is lower.
fn ends(points: &[Point]) -> Vec<FlowPoint> {
    let mut ends: Vec<FlowPoint> = Vec::with_capacity(points.len());
    for (at, point) in points.iter().enumerate() {
        let goes_on = at > 0 && point.next == [at - 1] && point.raises == points[at - 1].raises;
        ends.push(if goes_on { ends[at - 1] } else { at });
    }
    ends
}

impl Builder<'_> {
    fn point(&mut self, nodes: Vec<NodeId>, next: Vec<FlowPoint>, targets: &Targets) -> FlowPoint {
        if self.points.len() >= LARGEST {
            self.failed = true;
            return EXIT;
        }
        self.points.push(Point { nodes, next, raises: targets.raise.clone() });
        self.points.len() - 1
    }

    /// Builds a suite backwards: what runs after it is known, what comes back is its entry.
    fn suite(&mut self, block: NodeId, next: FlowPoint, targets: &Targets) -> FlowPoint {
        self.depth += 1;
        let mut entry = next;
        if self.depth > DEEPEST {
            self.failed = true;
        }
        if !self.failed {
            let statements: Vec<NodeId> = self.model.tree.children(block).collect();
            for statement in statements.into_iter().rev() {
                entry = self.statement(statement, entry, targets);
            }
        }
        self.depth -= 1;
        entry
    }

    fn statement(&mut self, node: NodeId, next: FlowPoint, targets: &Targets) -> FlowPoint {
        let child = |field| self.model.child(node, field);
        match self.model.kind(node) {
            Kind::ReturnStatement => self.point(vec![node], vec![targets.leave], targets),
            Kind::RaiseStatement => {
                let to = if targets.raise.is_empty() {
                    vec![targets.leave]
                } else {
                    targets.raise.clone()
                };
                self.point(vec![node], to, targets)
            }
            Kind::BreakStatement => self.point(vec![node], vec![targets.stop], targets),
            Kind::ContinueStatement => self.point(vec![node], vec![targets.again], targets),
            Kind::IfStatement => self.branches(node, next, targets),
            Kind::WhileStatement => {
                let after = self.alternative(node, next, targets);
                let condition = child(Field::Condition);
                let forever = condition
                    .is_some_and(|c| matches!(self.model.text(self.model.bare(c)), "True" | "1"));
                let nexts = if forever { vec![] } else { vec![after] };
                let head = self.point(condition.into_iter().collect(), nexts, targets);
                self.loop_body(node, head, head, next, targets);
                head
            }
            Kind::ForStatement => {
                // The target is bound only when an element comes: the way out goes past it.
                let after = self.alternative(node, next, targets);
                let gate = self.point(vec![], vec![after], targets);
                let head = self.point(child(Field::Left).into_iter().collect(), vec![], targets);
                self.points[gate].next.insert(0, head);
                self.loop_body(node, head, gate, next, targets);
                self.point(child(Field::Right).into_iter().collect(), vec![gate], targets)
            }
            Kind::WithStatement => {
                let mut inner = targets.clone();
                inner.raise.push(next);
                let entry = child(Field::Body).map_or(next, |body| self.suite(body, next, &inner));
                let clause = self.model.tree.first_child(node).into_iter().collect();
                self.point(clause, vec![entry], targets)
            }
            Kind::TryStatement => self.attempt(node, next, targets),
            Kind::MatchStatement => self.cases(node, next, targets),
            _ if (self.endless)(node) => self.point(vec![node], vec![], targets),
            _ => self.point(vec![node], vec![next], targets),
        }
    }

    fn branches(&mut self, node: NodeId, next: FlowPoint, targets: &Targets) -> FlowPoint {
        let clauses: Vec<NodeId> = self.model.tree.children(node).collect();
        let mut otherwise = next;
        for clause in clauses.into_iter().rev() {
            match self.model.kind(clause) {
                Kind::ElseClause => {
                    if let Some(body) = self.model.child(clause, Field::Body) {
                        otherwise = self.suite(body, next, targets);
                    }
                }
                Kind::ElifClause => otherwise = self.branch(clause, otherwise, next, targets),
                _ => {}
            }
        }
        self.branch(node, otherwise, next, targets)
    }

    fn branch(
        &mut self,
        node: NodeId,
        otherwise: FlowPoint,
        next: FlowPoint,
        targets: &Targets,
    ) -> FlowPoint {
        let body = self.model.child(node, Field::Consequence);
        let entry = body.map_or(next, |b| self.suite(b, next, targets));
        let condition = self.model.child(node, Field::Condition).into_iter().collect();
        self.point(condition, vec![entry, otherwise], targets)
    }

    fn alternative(&mut self, node: NodeId, next: FlowPoint, targets: &Targets) -> FlowPoint {
        let body = self
            .model
            .child(node, Field::Alternative)
            .and_then(|clause| self.model.child(clause, Field::Body));
        body.map_or(next, |b| self.suite(b, next, targets))
    }

    /// Builds a loop's body behind `head`; its end and every `continue` go to `again`, every `break` to `next`.
    fn loop_body(
        &mut self,
        node: NodeId,
        head: FlowPoint,
        again: FlowPoint,
        next: FlowPoint,
        targets: &Targets,
    ) {
        let inner = Targets { stop: next, again, ..targets.clone() };
        if let Some(body) = self.model.child(node, Field::Body) {
            let entry = self.suite(body, again, &inner);
            self.points[head].next.insert(0, entry);
        }
    }

    fn attempt(&mut self, node: NodeId, next: FlowPoint, targets: &Targets) -> FlowPoint {
        let clauses: Vec<NodeId> = self.model.tree.children(node).collect();
        let model = self.model;
        let of = |kind: Kind| {
            clauses.iter().copied().filter(|c| model.kind(*c) == kind).collect::<Vec<_>>()
        };
        let handlers = of(Kind::ExceptClause);
        let finally = of(Kind::FinallyClause).first().and_then(|c| model.tree.first_child(*c));
        let otherwise = of(Kind::ElseClause).first().and_then(|c| model.child(*c, Field::Body));
        let (mut after, mut outer) = (next, targets.clone());
        if let Some(finally) = finally {
            after = self.suite(finally, next, targets);
            let join = self.point(vec![], Vec::new(), targets);
            let abrupt = self.suite(finally, join, targets);
            let mut ways = vec![targets.leave, targets.stop, targets.again];
            ways.extend(&targets.raise);
            ways.sort_unstable();
            ways.dedup();
            self.points[join].next = ways;
            outer = Targets { leave: abrupt, stop: abrupt, again: abrupt, raise: vec![abrupt] };
        }
        let mut inner = outer.clone();
        if !handlers.is_empty() {
            inner.raise.clear();
        }
        for handler in handlers {
            let body =
                self.model.tree.children(handler).find(|c| self.model.kind(*c) == Kind::Block);
            let entry = body.map_or(after, |b| self.suite(b, after, &outer));
            let head: Vec<NodeId> = self
                .model
                .tree
                .children(handler)
                .filter(|c| self.model.kind(*c) != Kind::Block)
                .collect();
            let entry = self.point(head, vec![entry], &outer);
            inner.raise.push(entry);
        }
        let done = otherwise.map_or(after, |b| self.suite(b, after, &outer));
        let Some(body) = self.model.child(node, Field::Body) else {
            return done;
        };
        self.suite(body, done, &inner)
    }

    fn cases(&mut self, node: NodeId, next: FlowPoint, targets: &Targets) -> FlowPoint {
        let subject: Vec<NodeId> = self
            .model
            .tree
            .children(node)
            .filter(|c| self.model.tree.field(*c) == Field::Subject)
            .collect();
        let Some(block) = self.model.child(node, Field::Body) else {
            return next;
        };
        let clauses: Vec<NodeId> = self.model.tree.children(block).collect();
        let mut otherwise = next;
        for clause in clauses.into_iter().rev() {
            let body = self.model.child(clause, Field::Consequence);
            let entry = body.map_or(next, |b| self.suite(b, next, targets));
            let head: Vec<NodeId> =
                self.model.tree.children(clause).filter(|c| Some(*c) != body).collect();
            let wildcard = matches!(head[..], [only] if self.model.text(only) == "_");
            let nexts = if wildcard { vec![entry] } else { vec![entry, otherwise] };
            otherwise = self.point(head, nexts, targets);
        }
        self.point(subject, vec![otherwise], targets)
    }
}
