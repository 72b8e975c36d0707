//! The control-flow graph of one function body or module, one point per statement. It knows jumps and suites, not values.

use std::cell::OnceCell;
use std::ops::RangeInclusive;

use super::super::model::Model;
use super::super::syntax::{Field, Kind, NodeId};

/// A point of a [`Cfg`], by its index.
pub type ProgramPoint = usize;

/// The code evaluated at a point, and its successors.
#[derive(Debug, Default)]
struct Point {
    /// The statement, or the expressions of a compound statement's head.
    nodes: Vec<NodeId>,
    next: Vec<ProgramPoint>,
    /// Where an exception raised here can go within the function.
    raises: Vec<ProgramPoint>,
}

/// How a basic block, by its end, leads to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum BlockEdge {
    /// From its end.
    Next(ProgramPoint),
    /// From each of its points, by an exception.
    Raise(ProgramPoint),
}

/// A control-flow graph. It contains each `finally` suite twice: for normal completion, and for jumps and exceptions.
#[derive(Debug)]
pub struct Cfg {
    points: Vec<Point>,
    /// For each point the last one of its basic block.
    block_ends: Vec<ProgramPoint>,
    entry: ProgramPoint,
    /// Each point that an edge from the end of a block leads to, with that edge. Sorted; made when asked for.
    entries: OnceCell<Vec<(ProgramPoint, BlockEdge)>>,
    raise_points: Vec<ProgramPoint>,
    /// The evaluated nodes in source order, each with its point.
    index: Vec<(NodeId, ProgramPoint)>,
}

/// The exit: by `return`, by falling off the end, or by an uncaught exception.
const EXIT: ProgramPoint = 0;
/// Larger graphs are not built; the caller then answers `unsure`.
const MAX_POINTS: usize = 50_000;
/// CPython refuses more than 100 levels of indentation (`tokenizer.c`, MAXINDENT).
const MAX_DEPTH: usize = 110;

/// Where jumps and exceptions go.
#[derive(Debug, Clone)]
struct JumpTargets {
    on_return: ProgramPoint,
    on_break: ProgramPoint,
    on_continue: ProgramPoint,
    on_raise: Vec<ProgramPoint>,
}

struct Builder<'a> {
    model: &'a Model,
    never_completes: &'a dyn Fn(NodeId) -> bool,
    points: Vec<Point>,
    depth: usize,
    failed: bool,
}

impl Cfg {
    /// Builds the graph of the body of `owner` (a `def`, or the module). `never_completes` is whether a statement never
    /// completes normally. `None` if the code is too large or too deep.
    pub fn build(
        model: &Model,
        owner: NodeId,
        never_completes: &dyn Fn(NodeId) -> bool,
    ) -> Option<Self> {
        let body = if owner == NodeId::ROOT { owner } else { model.child(owner, Field::Body)? };
        let mut builder = Builder {
            model,
            never_completes,
            points: vec![Point::default()],
            depth: 0,
            failed: false,
        };
        let targets = JumpTargets {
            on_return: EXIT,
            on_break: EXIT,
            on_continue: EXIT,
            on_raise: Vec::new(),
        };
        let entry = builder.suite(body, EXIT, &targets);
        if builder.failed {
            return None;
        }
        let points = builder.points;
        let mut index: Vec<(NodeId, ProgramPoint)> = Vec::new();
        for (point, at) in points.iter().enumerate() {
            index.extend(at.nodes.iter().map(|n| (*n, point)));
        }
        index.sort_unstable();
        let is_raise = |n: &NodeId| model.kind(*n) == Kind::RaiseStatement;
        let raise_points =
            points.iter().enumerate().filter(|(_, at)| at.nodes.iter().any(is_raise));
        let raise_points = raise_points.map(|(point, _)| point).collect();
        let block_ends = block_ends(&points);
        Some(Self { points, block_ends, entry, entries: OnceCell::new(), index, raise_points })
    }

    /// The points at which `node` is evaluated; more than one inside a `finally` suite.
    pub fn points_of(&self, model: &Model, node: NodeId) -> Vec<ProgramPoint> {
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
    pub fn entry(&self) -> ProgramPoint {
        self.entry
    }

    /// The nodes evaluated at a point.
    pub fn nodes(&self, point: ProgramPoint) -> &[NodeId] {
        &self.points[point].nodes
    }

    /// The successors of a point, exceptions left out.
    pub fn next(&self, point: ProgramPoint) -> &[ProgramPoint] {
        &self.points[point].next
    }

    /// Where an exception raised at a point can go within the function.
    pub fn raises(&self, point: ProgramPoint) -> &[ProgramPoint] {
        &self.points[point].raises
    }

    /// The last point of the basic block of a point: those between run one after the other unless an exception is raised, and
    /// have the same exception targets.
    pub(super) fn block_end(&self, point: ProgramPoint) -> ProgramPoint {
        self.block_ends[point]
    }

    /// The first point of the basic block with this end.
    pub(super) fn block_start(&self, end: ProgramPoint) -> ProgramPoint {
        self.block_ends.partition_point(|other| *other <= end) - 1
    }

    /// The edges from other blocks, or the same, to these points.
    pub(super) fn edges_to(
        &self,
        points: RangeInclusive<ProgramPoint>,
    ) -> impl Iterator<Item = BlockEdge> {
        let entries = self.entries.get_or_init(|| self.collect_entries());
        let from = entries.partition_point(|(point, _)| point < points.start());
        let inside = entries[from..].iter().take_while(move |(point, _)| point <= points.end());
        inside.map(|(_, edge)| *edge)
    }

    fn collect_entries(&self) -> Vec<(ProgramPoint, BlockEdge)> {
        let ends = self.points().filter(|point| self.block_ends[*point] == *point);
        let edges = |end: ProgramPoint| {
            let next = self.next(end).iter().map(move |to| (*to, BlockEdge::Next(end)));
            next.chain(self.raises(end).iter().map(move |to| (*to, BlockEdge::Raise(end))))
        };
        let mut entries: Vec<_> = ends.flat_map(edges).collect();
        entries.sort_unstable();
        entries
    }

    /// The end of the function.
    pub fn exit(&self) -> ProgramPoint {
        EXIT
    }

    /// All points.
    pub fn points(&self) -> std::ops::Range<ProgramPoint> {
        0..self.points.len()
    }

    /// The points at which a `raise` statement stands. Sorted.
    pub fn raise_points(&self) -> &[ProgramPoint] {
        &self.raise_points
    }
}

/// For each point the last one of its basic block. Suites are built backwards, so it has a lower index.
fn block_ends(points: &[Point]) -> Vec<ProgramPoint> {
    let mut ends: Vec<ProgramPoint> = Vec::with_capacity(points.len());
    for (at, point) in points.iter().enumerate() {
        let continues = at > 0 && point.next == [at - 1] && point.raises == points[at - 1].raises;
        ends.push(if continues { ends[at - 1] } else { at });
    }
    ends
}

impl Builder<'_> {
    fn add_point(
        &mut self,
        nodes: impl IntoIterator<Item = NodeId>,
        next: Vec<ProgramPoint>,
        targets: &JumpTargets,
    ) -> ProgramPoint {
        if self.points.len() >= MAX_POINTS {
            self.failed = true;
            return EXIT;
        }
        let nodes = nodes.into_iter().collect();
        self.points.push(Point { nodes, next, raises: targets.on_raise.clone() });
        self.points.len() - 1
    }

    /// Builds a suite backwards, from its successor; returns its entry.
    fn suite(&mut self, block: NodeId, next: ProgramPoint, targets: &JumpTargets) -> ProgramPoint {
        self.depth += 1;
        let mut entry = next;
        if self.depth > MAX_DEPTH {
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

    /// Builds the suite that a clause has in a field, if it has one, and returns its entry.
    fn suite_in(
        &mut self,
        clause: Option<NodeId>,
        field: Field,
        next: ProgramPoint,
        targets: &JumpTargets,
    ) -> ProgramPoint {
        let suite = clause.and_then(|clause| self.model.child(clause, field));
        suite.map_or(next, |suite| self.suite(suite, next, targets))
    }

    fn statement(
        &mut self,
        node: NodeId,
        next: ProgramPoint,
        targets: &JumpTargets,
    ) -> ProgramPoint {
        let child = |field| self.model.child(node, field);
        match self.model.kind(node) {
            Kind::ReturnStatement => self.add_point([node], vec![targets.on_return], targets),
            Kind::RaiseStatement => {
                let to = if targets.on_raise.is_empty() {
                    vec![targets.on_return]
                } else {
                    targets.on_raise.clone()
                };
                self.add_point([node], to, targets)
            }
            Kind::BreakStatement => self.add_point([node], vec![targets.on_break], targets),
            Kind::ContinueStatement => self.add_point([node], vec![targets.on_continue], targets),
            Kind::IfStatement => self.if_statement(node, next, targets),
            Kind::WhileStatement => {
                let after = self.suite_in(child(Field::Alternative), Field::Body, next, targets);
                let is_infinite = self.model.is_while_true(node);
                let successors = if is_infinite { vec![] } else { vec![after] };
                let head = self.add_point(child(Field::Condition), successors, targets);
                self.loop_body(node, head, head, next, targets);
                head
            }
            Kind::ForStatement => {
                // The target is bound only when there is an element: the exit edge bypasses it.
                let after = self.suite_in(child(Field::Alternative), Field::Body, next, targets);
                let iteration = self.add_point([], vec![after], targets);
                let head = self.add_point(child(Field::Left), vec![], targets);
                self.points[iteration].next.insert(0, head);
                self.loop_body(node, head, iteration, next, targets);
                self.add_point(child(Field::Right), vec![iteration], targets)
            }
            Kind::WithStatement => {
                let mut inner = targets.clone();
                inner.on_raise.push(next);
                let entry = self.suite_in(Some(node), Field::Body, next, &inner);
                self.add_point(self.model.tree.first_child(node), vec![entry], targets)
            }
            Kind::TryStatement => self.try_statement(node, next, targets),
            Kind::MatchStatement => self.match_statement(node, next, targets),
            _ if (self.never_completes)(node) => self.add_point([node], vec![], targets),
            _ => self.add_point([node], vec![next], targets),
        }
    }

    fn if_statement(
        &mut self,
        node: NodeId,
        next: ProgramPoint,
        targets: &JumpTargets,
    ) -> ProgramPoint {
        let clauses: Vec<NodeId> = self.model.tree.children(node).collect();
        let mut or_else = next;
        for clause in clauses.into_iter().rev() {
            match self.model.kind(clause) {
                Kind::ElseClause => {
                    or_else = self.suite_in(Some(clause), Field::Body, next, targets);
                }
                Kind::ElifClause => or_else = self.branch(clause, or_else, next, targets),
                _ => {}
            }
        }
        self.branch(node, or_else, next, targets)
    }

    fn branch(
        &mut self,
        node: NodeId,
        or_else: ProgramPoint,
        next: ProgramPoint,
        targets: &JumpTargets,
    ) -> ProgramPoint {
        let entry = self.suite_in(Some(node), Field::Consequence, next, targets);
        let condition = self.model.child(node, Field::Condition);
        self.add_point(condition, vec![entry, or_else], targets)
    }

    /// Builds a loop's body after `head`; its end and every `continue` go to `on_continue`, every `break` to `next`.
    fn loop_body(
        &mut self,
        node: NodeId,
        head: ProgramPoint,
        on_continue: ProgramPoint,
        next: ProgramPoint,
        targets: &JumpTargets,
    ) {
        let inner = JumpTargets { on_break: next, on_continue, ..targets.clone() };
        if let Some(body) = self.model.child(node, Field::Body) {
            let entry = self.suite(body, on_continue, &inner);
            self.points[head].next.insert(0, entry);
        }
    }

    fn try_statement(
        &mut self,
        node: NodeId,
        next: ProgramPoint,
        targets: &JumpTargets,
    ) -> ProgramPoint {
        let model = self.model;
        let clause = |kind| model.children_of_kind(node, kind).next();
        let finally = clause(Kind::FinallyClause).and_then(|c| model.tree.first_child(c));
        let (mut after, mut outer) = (next, targets.clone());
        if let Some(finally) = finally {
            after = self.suite(finally, next, targets);
            let join = self.add_point([], Vec::new(), targets);
            let abrupt = self.suite(finally, join, targets);
            let mut exits = vec![targets.on_return, targets.on_break, targets.on_continue];
            exits.extend(&targets.on_raise);
            exits.sort_unstable();
            exits.dedup();
            self.points[join].next = exits;
            outer = JumpTargets {
                on_return: abrupt,
                on_break: abrupt,
                on_continue: abrupt,
                on_raise: vec![abrupt],
            };
        }
        let mut inner = outer.clone();
        if clause(Kind::ExceptClause).is_some() {
            inner.on_raise.clear();
        }
        for handler in model.children_of_kind(node, Kind::ExceptClause) {
            let suite = model.suite_of(handler);
            let entry = suite.map_or(after, |suite| self.suite(suite, after, &outer));
            let head = model.tree.children(handler).filter(|c| model.kind(*c) != Kind::Block);
            inner.on_raise.push(self.add_point(head, vec![entry], &outer));
        }
        let done = self.suite_in(clause(Kind::ElseClause), Field::Body, after, &outer);
        self.suite_in(Some(node), Field::Body, done, &inner)
    }

    fn match_statement(
        &mut self,
        node: NodeId,
        next: ProgramPoint,
        targets: &JumpTargets,
    ) -> ProgramPoint {
        let model = self.model;
        let subject = model.tree.children(node).filter(|c| model.tree.field(*c) == Field::Subject);
        let Some(block) = model.child(node, Field::Body) else { return next };
        let clauses: Vec<NodeId> = model.tree.children(block).collect();
        let mut or_else = next;
        for clause in clauses.into_iter().rev() {
            let entry = self.suite_in(Some(clause), Field::Consequence, next, targets);
            let head = model.tree.children(clause);
            let head: Vec<NodeId> =
                head.filter(|c| model.tree.field(*c) != Field::Consequence).collect();
            let wildcard = matches!(head[..], [only] if model.text(only) == "_");
            let successors = if wildcard { vec![entry] } else { vec![entry, or_else] };
            or_else = self.add_point(head, successors, targets);
        }
        self.add_point(subject, vec![or_else], targets)
    }
}
