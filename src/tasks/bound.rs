//! A value bound to a name: which reads does it reach, does one of them keep it, and on every path? Expressions are
//! followed elsewhere.

use std::rc::Rc;

use super::fate::best;
use super::inquiry::{Fate, Inquiry, Shape};
use super::occurrences::Occurrences;
use super::verdict::{Reason, Verdict};
use crate::python::{
    Cfg, Field, Kind, NodeId, ProgramPoint, Reachable, ScopeId, ScopeKind, Symbol, Use, UseKind,
};

/// The points reached from where a value is bound, exceptions followed or not, up to the stops.
type Reach<'r> = dyn Fn(bool, &[&[ProgramPoint]]) -> Reachable + 'r;

/// A container that is used more often than this is not followed: each of its members would be, past all of the uses.
const MOST_USES: usize = 2000;

/// One name that holds the value from some place on.
struct Bound<'a> {
    /// The identifier that is bound, or the place from which on its value counts.
    name: NodeId,
    owner: ScopeId,
    symbol: Symbol,
    shape: Shape,
    flow: Rc<Cfg>,
    start: Vec<ProgramPoint>,
    uses: &'a [Use],
    occurrences: Rc<Occurrences>,
}

impl<'a> Inquiry<'a> {
    /// The fate of a value that the identifier `name` is bound to where it stands.
    pub(super) fn bound(&self, name: NodeId, shape: Shape) -> Fate {
        self.bound_from(name, shape, Some(name))
    }

    /// The fate of a value in the variable of `name`, from `from` on; from the beginning of its function without one.
    pub(super) fn bound_from(&self, name: NodeId, shape: Shape, from: Option<NodeId>) -> Fate {
        let model = self.model;
        let Some((owner, symbol)) = model.variable(name) else {
            return self.ends(name);
        };
        let scope = model.scopes.scope(owner);
        let quoted = self.quote(name);
        match scope.kind {
            ScopeKind::Class => {
                return Fate::new(
                    Reason::Attribute,
                    name,
                    format!("the class attribute {quoted} holds it"),
                );
            }
            ScopeKind::Module if model.frame_of(name) != owner => {
                return Fate::new(Reason::Global, name, format!("the global {quoted} holds it"));
            }
            ScopeKind::Function if from.is_some() && model.frame_of(name) != owner => {
                return Fate::new(
                    Reason::Closure,
                    name,
                    format!("{quoted} of the function around it holds it"),
                );
            }
            ScopeKind::Comprehension | ScopeKind::Lambda => {
                return self.in_expression(name, owner, symbol, shape);
            }
            _ => {}
        }
        let unsure = |why: &str| Fate::new(Reason::Argument, name, format!("{quoted}: {why}"));
        let Some(flow) = self.flow(scope.node) else {
            return unsure("its function is too large to follow");
        };
        let uses = model.uses(owner, symbol);
        if shape.is_container() && uses.len() > MOST_USES {
            return unsure("it is used too often to follow");
        }
        let start = match from {
            Some(from) => flow.points_of(model, from),
            None => Vec::new(),
        };
        let occurrences = self.occurrences((owner, symbol, shape.is_container()), &flow);
        let bound = Bound { name, owner, symbol, shape, flow, start, uses, occurrences };
        self.once((owner, symbol), from.unwrap_or(scope.node), || {
            self.judge_bound(&bound, from.is_none())
        })
        .unwrap_or_else(|| self.ends(name))
    }

    /// A comprehension's or lambda's own variable: there is no flow, every read counts.
    fn in_expression(&self, name: NodeId, owner: ScopeId, symbol: Symbol, shape: Shape) -> Fate {
        let reads = self.model.uses(owner, symbol).iter().filter(|u| u.kind == UseKind::Load);
        let fate = |u: &Use| match self.is_done_at(u.node, (owner, symbol)) {
            true => self.ends(u.node),
            false => self.follow(u.node, shape),
        };
        let judge = || best(reads.map(fate).collect());
        self.once((owner, symbol), name, judge).flatten().unwrap_or_else(|| self.ends(name))
    }

    fn judge_bound(&self, bound: &Bound<'a>, from_entry: bool) -> Fate {
        let module_level = self.model.scopes.scope(bound.owner).kind == ScopeKind::Module;
        let kills = bound.occurrences.kills();
        let reach = |raising: bool, stops: &[&[ProgramPoint]]| {
            if from_entry {
                bound.flow.reachable_from(vec![bound.flow.entry()], raising, stops)
            } else {
                bound.flow.reachable_after(&bound.start, raising, stops)
            }
        };
        let reached = reach(true, &[kills]);
        let reads = self.reads(bound, &reached);
        let undone = self.discarded_at_once(&reads);
        let judged = reads.iter().map(|r| match self.read(bound, r) {
            fate if fate.reason == Reason::Container && self.is_undone(&undone, fate.end) => {
                (r.node, self.ends(r.node))
            }
            fate => (r.node, fate),
        });
        let fates: Vec<(NodeId, Fate)> = judged.collect();
        let holds: Vec<&(NodeId, Fate)> = fates.iter().filter(|(_, f)| f.holds()).collect();
        // What hands its task to a function that looks whether it is done has it still.
        let is_let_go = || !from_entry && self.is_let_go_undone(bound, &holds, &reach);
        if !holds.is_empty() && !is_let_go() {
            let unseen = fates.iter().find(|(_, f)| f.verdict() == Verdict::Unsure);
            if let Some((_, unseen)) = unseen
                && holds.iter().all(|(_, f)| f.reason == Reason::Returned)
            {
                // Returned, and perhaps kept besides: to its callers the task is not surely fresh.
                return Fate::new(Reason::Returned, unseen.end, holds[0].1.why.clone());
            }
            return self.judge_held(bound, &holds, &fates, &reach, module_level);
        }
        let exits = reach(false, &[kills]);
        let leaves = exits.contains(bound.flow.exit());
        let killed = exits.filter_sorted(kills, |p| *p).next().is_some();
        if module_level && leaves {
            return Fate::new(
                Reason::Global,
                bound.name,
                format!("the global {} holds it", self.quote(bound.name)),
            );
        }
        if let Some((_, fate)) = fates.iter().find(|(_, f)| f.verdict() == Verdict::Unsure) {
            return fate.clone();
        }
        if let Some(fate) = self.held_by_frame(bound, &reached, leaves, killed) {
            return fate;
        }
        self.let_go(bound, &reads, fates, leaves)
    }

    /// The loads that the value reaches: at reached points of its own frame, and anywhere in functions inside it.
    fn reads(&self, bound: &Bound<'a>, reached: &Reachable) -> Vec<&'a Use> {
        let here = |u: &&Use| {
            let at = bound.flow.points_of(self.model, u.node);
            let only_start = !at.iter().any(|p| reached.contains(*p));
            let inner = self.model.scopes.frame(u.within) != bound.owner;
            u.node != bound.name && (inner || !only_start || self.follows(bound, u))
        };
        let loads = bound.occurrences.loads_at(reached, &bound.start);
        loads.into_iter().map(|i| &bound.uses[i]).filter(here).collect()
    }

    /// Whether a load in the same statement comes after a walrus that binds the name.
    fn follows(&self, bound: &Bound<'a>, load: &Use) -> bool {
        let walrus = self
            .model
            .tree
            .parent(bound.name)
            .is_some_and(|p| self.model.kind(p) == Kind::NamedExpression);
        walrus && load.node > bound.name
    }

    /// What one read of the name does with the value.
    fn read(&self, bound: &Bound<'a>, load: &Use) -> Fate {
        if self.model.scopes.frame(load.within) == bound.owner {
            return self.follow(load.node, bound.shape);
        }
        self.read_in_closure(bound, load)
    }

    /// A function inside reads the name: it keeps the task as long as something keeps the function.
    fn read_in_closure(&self, bound: &Bound<'a>, load: &Use) -> Fate {
        let scopes = &self.model.scopes;
        let function = scopes
            .chain(load.within)
            .take_while(|id| *id != bound.owner)
            .filter(|id| {
                matches!(
                    scopes.scope(*id).kind,
                    ScopeKind::Function | ScopeKind::Lambda | ScopeKind::Class
                )
            })
            .last();
        let Some(function) = function.map(|id| scopes.scope(id).node) else {
            return self.ends(load.node);
        };
        let held = || {
            Fate::new(
                Reason::Closure,
                function,
                format!(
                    "the function on {} refers to it, and outlives the call",
                    self.at(function)
                ),
            )
        };
        let places = self.callable_places(function);
        if places.iter().any(|p| !self.is_own_callback(bound, *p)) {
            held()
        } else {
            self.ends(load.node)
        }
    }

    /// Whether a callable is handed to `add_done_callback` of the very task that it refers to: a cycle, no owner.
    fn is_own_callback(&self, bound: &Bound<'a>, callable: NodeId) -> bool {
        let model = self.model;
        let call = model.tree.ancestors(callable).find(|n| {
            model.kind(*n) == Kind::Call
                && model
                    .child(*n, Field::Function)
                    .and_then(|f| model.child(f, Field::Attribute))
                    .is_some_and(|a| model.text(a) == "add_done_callback")
        });
        let object = call
            .filter(|c| model.statement_of(*c) == model.statement_of(callable))
            .and_then(|c| model.child(c, Field::Function))
            .and_then(|f| model.child(f, Field::Object));
        object.is_some_and(|o| model.variable(model.bare(o)) == Some((bound.owner, bound.symbol)))
    }

    /// Some read keeps the value: on every path?
    fn judge_held(
        &self,
        bound: &Bound<'a>,
        holds: &[&(NodeId, Fate)],
        fates: &[(NodeId, Fate)],
        reach: &Reach<'_>,
        module_level: bool,
    ) -> Fate {
        let fate =
            best(holds.iter().map(|(_, f)| f.clone()).collect()).expect("there is at least one");
        let flow = &bound.flow;
        if let Some(fate) = self.kept_sometimes(bound, holds, &fate, reach) {
            return fate;
        }
        let mut keeping: Vec<ProgramPoint> = Vec::new();
        for (read, fate) in holds {
            if fate.reason == Reason::Closure {
                keeping.extend(flow.points_of(self.model, fate.end));
            }
            keeping.extend(self.guards(bound, *read));
        }
        // Behind a shielded wait that does not time out, it is done.
        let shielded = fates.iter().filter(|(read, _)| self.is_shielded_wait(*read));
        keeping.extend(shielded.flat_map(|(read, _)| flow.points_of(self.model, *read)));
        keeping.extend(self.absent_points(flow, bound.uses, (bound.owner, bound.symbol)));
        keeping.sort_unstable();
        let kills = bound.occurrences.kills();
        let escaping = reach(false, &[kills, &keeping, flow.raise_points()]);
        let lost = |p: &&ProgramPoint| keeping.binary_search(p).is_err();
        let rebound = escaping.filter_sorted(kills, |p| *p).find(lost);
        if let Some(kill) = rebound
            && bound.start.contains(kill)
            && self.is_lost_in_loop(bound)
        {
            let why = format!(
                "the loop binds {} anew on {} before anybody keeps it",
                self.quote(bound.name),
                self.at(bound.name)
            );
            return Fate::new(Reason::Rebound, bound.name, why);
        }
        let leaves = escaping.contains(flow.exit()) && !module_level;
        let any_closure = holds.iter().any(|(_, f)| f.reason == Reason::Closure);
        if (leaves || rebound.is_some()) && !any_closure {
            let why = format!("{}, but not on every path", fate.why);
            return Fate::new(Reason::Conditional, fate.end, why);
        }
        fate
    }

    /// A task that is returned, and kept besides on some paths only: to its callers it is neither fresh nor kept.
    fn kept_sometimes(
        &self,
        bound: &Bound<'a>,
        holds: &[&(NodeId, Fate)],
        best: &Fate,
        reach: &Reach<'_>,
    ) -> Option<Fate> {
        let returned = holds.iter().find(|(_, f)| f.reason == Reason::Returned)?;
        let mut points: Vec<ProgramPoint> = Vec::new();
        for (read, fate) in holds {
            let guards = self.guards(bound, *read);
            // `if t in tasks: return t` is no way past the keeper.
            let about_it = guards.len() > bound.flow.points_of(self.model, *read).len();
            if fate.reason != Reason::Returned || about_it {
                points.extend(guards);
            }
        }
        points.sort_unstable();
        let escaping = reach(false, &[&points]);
        let sometimes = best.reason != Reason::Returned
            && best.reason != Reason::Closure
            && escaping.contains(bound.flow.exit());
        sometimes.then(|| Fate::new(Reason::Returned, best.end, returned.1.why.clone()))
    }

    /// Whether the loop around a binding comes back to it past no look at the task: each turn but the last is lost.
    fn is_lost_in_loop(&self, bound: &Bound<'a>) -> bool {
        let kills = bound.occurrences.kills();
        let returns = |from: &[ProgramPoint]| {
            let back = bound.flow.reachable_after(from, false, &[kills]);
            bound.start.iter().any(|s| back.contains(*s))
        };
        let after = bound.flow.reachable_after(&bound.start, false, &[kills]);
        let looks = bound.uses.iter().filter(|u| u.kind == UseKind::Load);
        let points = looks.flat_map(|u| bound.flow.points_of(self.model, u.node));
        let mut between = points.filter(|p| after.contains(*p) && !bound.start.contains(p));
        returns(&bound.start) && !between.any(|p| returns(&[p]))
    }

    /// Whether all that keeps the task does so once it is done, or on a way to a `raise`, and the function can be left
    /// before.
    fn is_let_go_undone(
        &self,
        bound: &Bound<'a>,
        holds: &[&(NodeId, Fate)],
        reach: &Reach<'_>,
    ) -> bool {
        let (flow, variable) = (&bound.flow, (bound.owner, bound.symbol));
        let points_of = |read: NodeId| flow.points_of(self.model, read);
        let is_done = |read: NodeId| self.is_done_at(read, variable);
        let raises = |read: NodeId| {
            let points = points_of(read);
            let behind = flow.reachable_after(&points, false, &[flow.raise_points()]);
            !points.is_empty() && !behind.contains(flow.exit())
        };
        let reads = || holds.iter().map(|(read, _)| *read);
        if !reads().any(is_done) || !reads().all(|read| is_done(read) || raises(read)) {
            return false;
        }
        let mut points: Vec<ProgramPoint> = reads().flat_map(points_of).collect();
        points.extend(self.absent_points(flow, bound.uses, variable));
        points.sort_unstable();
        reach(false, &[bound.occurrences.kills(), &points, flow.raise_points()])
            .contains(flow.exit())
    }

    /// The points that stand for a read that keeps: its own, and those of conditions about the task itself, of conditions
    /// that the binding stands under too, and of loops around it.
    fn guards(&self, bound: &Bound<'a>, read: NodeId) -> Vec<ProgramPoint> {
        let model = self.model;
        let mut points = bound.flow.points_of(model, read);
        if self.is_done_at(read, (bound.owner, bound.symbol)) {
            return points;
        }
        let binding_conditions: Vec<&str> = model
            .tree
            .ancestors(bound.name)
            .filter(|n| matches!(model.kind(*n), Kind::IfStatement | Kind::ElifClause))
            .filter_map(|n| model.child(n, Field::Condition))
            .map(|c| model.text(c))
            .collect();
        let about_it = |condition: NodeId| {
            bound.uses.iter().any(|u| model.tree.contains(condition, u.node))
                || binding_conditions.contains(&model.text(condition))
        };
        let mut inner = read;
        // Under a condition of its own a loop may be gone through without the read.
        let mut is_sure = true;
        for node in model.tree.ancestors(read) {
            // The `else` of a loop is no part of it.
            let in_else = model.kind(inner) == Kind::ElseClause;
            inner = node;
            match model.kind(node) {
                Kind::WhileStatement | Kind::ForStatement if in_else || !is_sure => {}
                Kind::IfStatement | Kind::ElifClause | Kind::WhileStatement => {
                    let Some(condition) = model.child(node, Field::Condition) else {
                        continue;
                    };
                    if model.kind(node) == Kind::WhileStatement
                        || about_it(condition)
                        || self.asks_for_open_loop(condition)
                    {
                        points.extend(bound.flow.points_of(model, condition));
                    } else {
                        is_sure = false;
                    }
                }
                Kind::ForStatement if !model.tree.contains(node, bound.name) => {
                    let iterable = model.child(node, Field::Right);
                    points
                        .extend(iterable.into_iter().flat_map(|i| bound.flow.points_of(model, i)));
                }
                Kind::FunctionDefinition | Kind::Lambda => break,
                _ => {}
            }
        }
        points
    }

    /// The frame itself keeps its locals: it runs for good, or is a generator that waits at a `yield`.
    fn held_by_frame(
        &self,
        bound: &Bound<'a>,
        reached: &Reachable,
        leaves: bool,
        killed: bool,
    ) -> Option<Fate> {
        if !leaves && !killed {
            let why =
                format!("the function never ends, and its frame keeps {}", self.quote(bound.name));
            return Some(Fate::new(Reason::Frame, bound.name, why));
        }
        let waits = self.waits(bound.owner, &bound.flow);
        let points: Vec<ProgramPoint> = waits.iter().map(|(p, _)| *p).collect();
        let before =
            bound.flow.reachable_after(&bound.start, false, &[bound.occurrences.kills(), &points]);
        let is_rebound = bound.start.iter().any(|s| before.contains(*s));
        if let Some((_, end)) = reached.filter_sorted(&waits, |(p, _)| *p).next().copied()
            && !is_rebound
        {
            let why = format!(
                "its frame keeps {} until {} on {} is over",
                self.quote(bound.name),
                self.quote(end),
                self.at(end)
            );
            return Some(Fate::new(Reason::Conditional, bound.name, why));
        }
        let reaches = |n: &&NodeId| {
            let points = bound.flow.points_of(self.model, **n);
            points.iter().any(|p| reached.contains(*p))
        };
        let yields = self.yields(bound.owner);
        let yielding = *yields.iter().find(reaches)?;
        let why = format!(
            "the generator waits at its `yield` on {}, and its frame keeps {}",
            self.at(yielding),
            self.quote(bound.name)
        );
        Some(Fate::new(Reason::Frame, bound.name, why))
    }

    fn let_go(
        &self,
        bound: &Bound<'a>,
        reads: &[&Use],
        fates: Vec<(NodeId, Fate)>,
        leaves: bool,
    ) -> Fate {
        let name = self.quote(bound.name);
        if bound.shape.is_container() {
            let why = format!(
                "the local {name} dies with its function, and nothing else keeps what is in it"
            );
            return Fate::new(Reason::LocalContainer, bound.name, why);
        }
        let contained = |(_, f): &&(NodeId, Fate)| {
            matches!(f.reason, Reason::LocalContainer | Reason::WeakContainer)
        };
        if let Some((_, fate)) = fates.iter().find(contained) {
            return fate.clone();
        }
        if let Some((node, fate)) = fates.first() {
            let why = format!(
                "{name} is only used in ways that keep nothing, first on {} ({})",
                self.at(*node),
                fate.why
            );
            return Fate::new(Reason::Touched, bound.name, why);
        }
        debug_assert!(reads.is_empty());
        if !leaves && !bound.occurrences.kills().is_empty() {
            let why = format!("{name} is bound anew before it is read");
            return Fate::new(Reason::Rebound, bound.name, why);
        }
        let text = self.model.text(bound.name);
        if text == "_" {
            return Fate::new(
                Reason::Underscore,
                bound.name,
                "`_` is never read, and dies with its function",
            );
        }
        Fate::new(
            Reason::Unread,
            bound.name,
            format!("{name} is never read, and dies with its function"),
        )
    }
}
