//! A value bound to a name: which reads does it reach, does one of them keep it, and on every path? Expressions are
//! followed elsewhere.

use std::rc::Rc;

use super::analyzer::{EscapeAnalyzer, EscapeResult};
use super::def_use::VariableUses;
use super::expression::best;
use super::value_kind::ValueKind;
use crate::python::{
    Field, Flow, FlowPoint, Kind, NodeId, Reached, ScopeId, ScopeKind, Symbol, Use, UseKind,
};
use crate::tasks::sites::{Reason, Verdict};

/// The points reached from where a value is bound, exceptions followed or not, up to the stops.
type ReachFn<'r> = dyn Fn(bool, &[&[FlowPoint]]) -> Reached + 'r;

/// A container that is used more often than this is not followed: each of its members would be, past all of the uses.
const MAX_USES: usize = 2000;

/// One name that holds the value from some place on.
struct VariableFlow<'a> {
    /// The identifier that is bound, or the place from which on its value counts.
    name: NodeId,
    owner: ScopeId,
    symbol: Symbol,
    value_kind: ValueKind,
    flow: Rc<Flow>,
    start: Vec<FlowPoint>,
    uses: &'a [Use],
    variable_uses: Rc<VariableUses>,
}

impl<'a> EscapeAnalyzer<'a> {
    /// The fate of a value that the identifier `name` is bound to where it stands.
    pub(super) fn escape_of_variable(&self, name: NodeId, value_kind: ValueKind) -> EscapeResult {
        self.escape_from(name, value_kind, Some(name))
    }

    /// The fate of a value in the variable of `name`, from `from` on; from the beginning of its function without one.
    pub(super) fn escape_from(
        &self,
        name: NodeId,
        value_kind: ValueKind,
        from: Option<NodeId>,
    ) -> EscapeResult {
        let model = self.model;
        let Some((owner, symbol)) = model.variable(name) else {
            return self.dropped_at(name);
        };
        let scope = model.scopes.scope(owner);
        let quoted = self.quote(name);
        match scope.kind {
            ScopeKind::Class => {
                return EscapeResult::new(
                    Reason::Attribute,
                    name,
                    format!("the class attribute {quoted} holds it"),
                );
            }
            ScopeKind::Module if model.frame_of(name) != owner => {
                return EscapeResult::new(
                    Reason::Global,
                    name,
                    format!("the global {quoted} holds it"),
                );
            }
            ScopeKind::Function if from.is_some() && model.frame_of(name) != owner => {
                return EscapeResult::new(
                    Reason::Closure,
                    name,
                    format!("{quoted} of the function around it holds it"),
                );
            }
            ScopeKind::Comprehension | ScopeKind::Lambda => {
                return self.in_inner_scope(name, owner, symbol, value_kind);
            }
            _ => {}
        }
        let unsure =
            |why: &str| EscapeResult::new(Reason::Argument, name, format!("{quoted}: {why}"));
        let Some(flow) = self.flow(scope.node) else {
            return unsure("its function is too large to follow");
        };
        let uses = model.uses(owner, symbol);
        if value_kind.is_container() && uses.len() > MAX_USES {
            return unsure("it is used too often to follow");
        }
        let start = match from {
            Some(from) => flow.points_of(model, from),
            None => Vec::new(),
        };
        let variable_uses = self.variable_uses((owner, symbol, value_kind.is_container()), &flow);
        let flow_of =
            VariableFlow { name, owner, symbol, value_kind, flow, start, uses, variable_uses };
        self.once((owner, symbol), from.unwrap_or(scope.node), || {
            self.classify_flow(&flow_of, from.is_none())
        })
        .unwrap_or_else(|| self.dropped_at(name))
    }

    /// A comprehension's or lambda's own variable: there is no flow, every read counts.
    fn in_inner_scope(
        &self,
        name: NodeId,
        owner: ScopeId,
        symbol: Symbol,
        value_kind: ValueKind,
    ) -> EscapeResult {
        let reads = self.model.uses(owner, symbol).iter().filter(|u| u.kind == UseKind::Load);
        let result = |u: &Use| match self.is_done_at(u.node, (owner, symbol)) {
            true => self.dropped_at(u.node),
            false => self.escape_of(u.node, value_kind),
        };
        let classify = || best(reads.map(result).collect());
        self.once((owner, symbol), name, classify)
            .flatten()
            .unwrap_or_else(|| self.dropped_at(name))
    }

    fn classify_flow(&self, flow_of: &VariableFlow<'a>, from_entry: bool) -> EscapeResult {
        let module_level = self.model.scopes.scope(flow_of.owner).kind == ScopeKind::Module;
        let kills = flow_of.variable_uses.kills();
        let reach = |raising: bool, stops: &[&[FlowPoint]]| {
            if from_entry {
                flow_of.flow.spread(vec![flow_of.flow.entry()], raising, stops)
            } else {
                flow_of.flow.reach(&flow_of.start, raising, stops)
            }
        };
        let reached = reach(true, &[kills]);
        let reads = self.reads(flow_of, &reached);
        let discarded = self.discarded_immediately(&reads);
        let classified = reads.iter().map(|r| match self.read(flow_of, r) {
            result
                if result.reason == Reason::Container
                    && self.is_discarded_again(&discarded, result.sink) =>
            {
                (r.node, self.dropped_at(r.node))
            }
            result => (r.node, result),
        });
        let results: Vec<(NodeId, EscapeResult)> = classified.collect();
        let holds: Vec<&(NodeId, EscapeResult)> =
            results.iter().filter(|(_, f)| f.holds()).collect();
        // What hands its task to a function that looks whether it is done has it still.
        let is_dropped = || !from_entry && self.is_dropped_unfinished(flow_of, &holds, &reach);
        if !holds.is_empty() && !is_dropped() {
            let unseen = results.iter().find(|(_, f)| f.verdict() == Verdict::Unsure);
            if let Some((_, unseen)) = unseen
                && holds.iter().all(|(_, f)| f.reason == Reason::Returned)
            {
                // Returned, and perhaps kept besides: to its callers the task is not surely fresh.
                return EscapeResult::new(Reason::Returned, unseen.sink, holds[0].1.why.clone());
            }
            return self.held_result(flow_of, &holds, &results, &reach, module_level);
        }
        let exits = reach(false, &[kills]);
        let leaves = exits.contains(flow_of.flow.exit());
        let killed = exits.among(kills, |p| *p).next().is_some();
        if module_level && leaves {
            return EscapeResult::new(
                Reason::Global,
                flow_of.name,
                format!("the global {} holds it", self.quote(flow_of.name)),
            );
        }
        if let Some((_, result)) = results.iter().find(|(_, f)| f.verdict() == Verdict::Unsure) {
            return result.clone();
        }
        if let Some(result) = self.held_by_frame(flow_of, &reached, leaves, killed) {
            return result;
        }
        self.dropped_result(flow_of, &reads, results, leaves)
    }

    /// The loads that the value reaches: at reached points of its own frame, and anywhere in functions inside it.
    fn reads(&self, flow_of: &VariableFlow<'a>, reached: &Reached) -> Vec<&'a Use> {
        let here = |u: &&Use| {
            let at = flow_of.flow.points_of(self.model, u.node);
            let only_start = !at.iter().any(|p| reached.contains(*p));
            let inner = self.model.scopes.frame(u.within) != flow_of.owner;
            u.node != flow_of.name
                && (inner || !only_start || self.is_after_named_expression(flow_of, u))
        };
        let loads = flow_of.variable_uses.loads_at(reached, &flow_of.start);
        loads.into_iter().map(|i| &flow_of.uses[i]).filter(here).collect()
    }

    /// Whether a load in the same statement comes after a walrus that binds the name.
    fn is_after_named_expression(&self, flow_of: &VariableFlow<'a>, load: &Use) -> bool {
        let walrus = self
            .model
            .tree
            .parent(flow_of.name)
            .is_some_and(|p| self.model.kind(p) == Kind::NamedExpression);
        walrus && load.node > flow_of.name
    }

    /// What one read of the name does with the value.
    fn read(&self, flow_of: &VariableFlow<'a>, load: &Use) -> EscapeResult {
        if self.model.scopes.frame(load.within) == flow_of.owner {
            return self.escape_of(load.node, flow_of.value_kind);
        }
        self.read_in_closure(flow_of, load)
    }

    /// A function inside reads the name: it keeps the task as long as something keeps the function.
    fn read_in_closure(&self, flow_of: &VariableFlow<'a>, load: &Use) -> EscapeResult {
        let scopes = &self.model.scopes;
        let function = scopes
            .chain(load.within)
            .take_while(|id| *id != flow_of.owner)
            .filter(|id| {
                matches!(
                    scopes.scope(*id).kind,
                    ScopeKind::Function | ScopeKind::Lambda | ScopeKind::Class
                )
            })
            .last();
        let Some(function) = function.map(|id| scopes.scope(id).node) else {
            return self.dropped_at(load.node);
        };
        let held = || {
            EscapeResult::new(
                Reason::Closure,
                function,
                format!(
                    "the function on {} refers to it, and outlives the call",
                    self.at(function)
                ),
            )
        };
        let places = self.function_references(function);
        if places.iter().any(|p| !self.is_own_callback(flow_of, *p)) {
            held()
        } else {
            self.dropped_at(load.node)
        }
    }

    /// Whether a callable is handed to `add_done_callback` of the very task that it refers to: a cycle, no owner.
    fn is_own_callback(&self, flow_of: &VariableFlow<'a>, callable: NodeId) -> bool {
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
        object
            .is_some_and(|o| model.variable(model.bare(o)) == Some((flow_of.owner, flow_of.symbol)))
    }

    /// Some read keeps the value: on every path?
    fn held_result(
        &self,
        flow_of: &VariableFlow<'a>,
        holds: &[&(NodeId, EscapeResult)],
        results: &[(NodeId, EscapeResult)],
        reach: &ReachFn<'_>,
        module_level: bool,
    ) -> EscapeResult {
        let result =
            best(holds.iter().map(|(_, f)| f.clone()).collect()).expect("there is at least one");
        let flow = &flow_of.flow;
        if let Some(result) = self.held_on_some_paths(flow_of, holds, &result, reach) {
            return result;
        }
        let mut ownership: Vec<FlowPoint> = Vec::new();
        for (read, result) in holds {
            if result.reason == Reason::Closure {
                ownership.extend(flow.points_of(self.model, result.sink));
            }
            ownership.extend(self.guard_points(flow_of, *read));
        }
        // Behind a shielded wait that does not time out, it is done.
        let shielded = results.iter().filter(|(read, _)| self.is_shielded_wait(*read));
        ownership.extend(shielded.flat_map(|(read, _)| flow.points_of(self.model, *read)));
        ownership.extend(self.absent_points(flow, flow_of.uses, (flow_of.owner, flow_of.symbol)));
        ownership.sort_unstable();
        let kills = flow_of.variable_uses.kills();
        let escaping = reach(false, &[kills, &ownership, flow.raise_points()]);
        let lost = |p: &&FlowPoint| ownership.binary_search(p).is_err();
        let rebound = escaping.among(kills, |p| *p).find(lost);
        if let Some(kill) = rebound
            && flow_of.start.contains(kill)
            && self.is_lost_in_loop(flow_of)
        {
            let why = format!(
                "the loop binds {} anew on {} before anybody keeps it",
                self.quote(flow_of.name),
                self.at(flow_of.name)
            );
            return EscapeResult::new(Reason::Rebound, flow_of.name, why);
        }
        let leaves = escaping.contains(flow.exit()) && !module_level;
        let any_closure = holds.iter().any(|(_, f)| f.reason == Reason::Closure);
        if (leaves || rebound.is_some()) && !any_closure {
            let why = format!("{}, but not on every path", result.why);
            return EscapeResult::new(Reason::Conditional, result.sink, why);
        }
        result
    }

    /// A task that is returned, and kept besides on some paths only: to its callers it is neither fresh nor kept.
    fn held_on_some_paths(
        &self,
        flow_of: &VariableFlow<'a>,
        holds: &[&(NodeId, EscapeResult)],
        best: &EscapeResult,
        reach: &ReachFn<'_>,
    ) -> Option<EscapeResult> {
        let returned = holds.iter().find(|(_, f)| f.reason == Reason::Returned)?;
        let mut points: Vec<FlowPoint> = Vec::new();
        for (read, result) in holds {
            let guard_points = self.guard_points(flow_of, *read);
            // `if t in tasks: return t` is no way past the keeper.
            let about_it = guard_points.len() > flow_of.flow.points_of(self.model, *read).len();
            if result.reason != Reason::Returned || about_it {
                points.extend(guard_points);
            }
        }
        points.sort_unstable();
        let escaping = reach(false, &[&points]);
        let sometimes = best.reason != Reason::Returned
            && best.reason != Reason::Closure
            && escaping.contains(flow_of.flow.exit());
        sometimes.then(|| EscapeResult::new(Reason::Returned, best.sink, returned.1.why.clone()))
    }

    /// Whether the loop around a binding comes back to it past no look at the task: each turn but the last is lost.
    fn is_lost_in_loop(&self, flow_of: &VariableFlow<'a>) -> bool {
        let kills = flow_of.variable_uses.kills();
        let returns = |from: &[FlowPoint]| {
            let back = flow_of.flow.reach(from, false, &[kills]);
            flow_of.start.iter().any(|s| back.contains(*s))
        };
        let after = flow_of.flow.reach(&flow_of.start, false, &[kills]);
        let looks = flow_of.uses.iter().filter(|u| u.kind == UseKind::Load);
        let points = looks.flat_map(|u| flow_of.flow.points_of(self.model, u.node));
        let mut between = points.filter(|p| after.contains(*p) && !flow_of.start.contains(p));
        returns(&flow_of.start) && !between.any(|p| returns(&[p]))
    }

    /// Whether all that keeps the task does so once it is done, or on a way to a `raise`, and the function can be left
    /// before.
    fn is_dropped_unfinished(
        &self,
        flow_of: &VariableFlow<'a>,
        holds: &[&(NodeId, EscapeResult)],
        reach: &ReachFn<'_>,
    ) -> bool {
        let (flow, variable) = (&flow_of.flow, (flow_of.owner, flow_of.symbol));
        let points_of = |read: NodeId| flow.points_of(self.model, read);
        let is_done = |read: NodeId| self.is_done_at(read, variable);
        let raises = |read: NodeId| {
            let points = points_of(read);
            let behind = flow.reach(&points, false, &[flow.raise_points()]);
            !points.is_empty() && !behind.contains(flow.exit())
        };
        let reads = || holds.iter().map(|(read, _)| *read);
        if !reads().any(is_done) || !reads().all(|read| is_done(read) || raises(read)) {
            return false;
        }
        let mut points: Vec<FlowPoint> = reads().flat_map(points_of).collect();
        points.extend(self.absent_points(flow, flow_of.uses, variable));
        points.sort_unstable();
        reach(false, &[flow_of.variable_uses.kills(), &points, flow.raise_points()])
            .contains(flow.exit())
    }

    /// The points that stand for a read that keeps: its own, and those of conditions about the task itself, of conditions
    /// that the binding stands under too, and of loops around it.
    fn guard_points(&self, flow_of: &VariableFlow<'a>, read: NodeId) -> Vec<FlowPoint> {
        let model = self.model;
        let mut points = flow_of.flow.points_of(model, read);
        if self.is_done_at(read, (flow_of.owner, flow_of.symbol)) {
            return points;
        }
        let binding_conditions: Vec<&str> = model
            .tree
            .ancestors(flow_of.name)
            .filter(|n| matches!(model.kind(*n), Kind::IfStatement | Kind::ElifClause))
            .filter_map(|n| model.child(n, Field::Condition))
            .map(|c| model.text(c))
            .collect();
        let about_it = |condition: NodeId| {
            flow_of.uses.iter().any(|u| model.tree.contains(condition, u.node))
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
                        || self.tests_for_open_loop(condition)
                    {
                        points.extend(flow_of.flow.points_of(model, condition));
                    } else {
                        is_sure = false;
                    }
                }
                Kind::ForStatement if !model.tree.contains(node, flow_of.name) => {
                    let iterable = model.child(node, Field::Right);
                    points.extend(
                        iterable.into_iter().flat_map(|i| flow_of.flow.points_of(model, i)),
                    );
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
        flow_of: &VariableFlow<'a>,
        reached: &Reached,
        leaves: bool,
        killed: bool,
    ) -> Option<EscapeResult> {
        if !leaves && !killed {
            let why = format!(
                "the function never ends, and its frame keeps {}",
                self.quote(flow_of.name)
            );
            return Some(EscapeResult::new(Reason::Frame, flow_of.name, why));
        }
        let waits = self.long_waits(flow_of.owner, &flow_of.flow);
        let points: Vec<FlowPoint> = waits.iter().map(|(p, _)| *p).collect();
        let before =
            flow_of.flow.reach(&flow_of.start, false, &[flow_of.variable_uses.kills(), &points]);
        let is_rebound = flow_of.start.iter().any(|s| before.contains(*s));
        if let Some((_, sink)) = reached.among(&waits, |(p, _)| *p).next().copied()
            && !is_rebound
        {
            let why = format!(
                "its frame keeps {} until {} on {} is over",
                self.quote(flow_of.name),
                self.quote(sink),
                self.at(sink)
            );
            return Some(EscapeResult::new(Reason::Conditional, flow_of.name, why));
        }
        let reaches = |n: &&NodeId| {
            let points = flow_of.flow.points_of(self.model, **n);
            points.iter().any(|p| reached.contains(*p))
        };
        let yields = self.yields(flow_of.owner);
        let yielding = *yields.iter().find(reaches)?;
        let why = format!(
            "the generator waits at its `yield` on {}, and its frame keeps {}",
            self.at(yielding),
            self.quote(flow_of.name)
        );
        Some(EscapeResult::new(Reason::Frame, flow_of.name, why))
    }

    fn dropped_result(
        &self,
        flow_of: &VariableFlow<'a>,
        reads: &[&Use],
        results: Vec<(NodeId, EscapeResult)>,
        leaves: bool,
    ) -> EscapeResult {
        let name = self.quote(flow_of.name);
        if flow_of.value_kind.is_container() {
            let why = format!(
                "the local {name} dies with its function, and nothing else keeps what is in it"
            );
            return EscapeResult::new(Reason::LocalContainer, flow_of.name, why);
        }
        let contained = |(_, f): &&(NodeId, EscapeResult)| {
            matches!(f.reason, Reason::LocalContainer | Reason::WeakContainer)
        };
        if let Some((_, result)) = results.iter().find(contained) {
            return result.clone();
        }
        if let Some((node, result)) = results.first() {
            let why = format!(
                "{name} is only used in ways that keep nothing, first on {} ({})",
                self.at(*node),
                result.why
            );
            return EscapeResult::new(Reason::Touched, flow_of.name, why);
        }
        debug_assert!(reads.is_empty());
        if !leaves && !flow_of.variable_uses.kills().is_empty() {
            let why = format!("{name} is bound anew before it is read");
            return EscapeResult::new(Reason::Rebound, flow_of.name, why);
        }
        let text = self.model.text(flow_of.name);
        if text == "_" {
            return EscapeResult::new(
                Reason::Underscore,
                flow_of.name,
                "`_` is never read, and dies with its function",
            );
        }
        EscapeResult::new(
            Reason::Unread,
            flow_of.name,
            format!("{name} is never read, and dies with its function"),
        )
    }
}
