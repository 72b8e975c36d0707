//! Whether what holds a variable's value does so on every path out of its function, and what to say where nothing does. The
//! reads of the variable are classified already.

use super::analyzer::{EscapeAnalyzer, EscapeResult, LongWaits, ReturnFlow, cached};
use super::def_use::{ReachFn, VariableFlow};
use super::noreturn::waits_for_shutdown;
use crate::python::{
    Cfg, Field, Kind, Model, NodeId, ProgramPoint, Reachable, ScopeId, Use, UseKind,
};
use crate::tasks::libraries::LibraryEffect;
use crate::tasks::verdict::{Reason, Verdict};

impl<'a> EscapeAnalyzer<'a> {
    /// At least one read keeps the value: does that hold on every path?
    pub(super) fn held_result(
        &self,
        variable: &VariableFlow<'a>,
        holds: &[&(NodeId, EscapeResult)],
        results: &[(NodeId, EscapeResult)],
        reach: &ReachFn<'_>,
        module_level: bool,
    ) -> EscapeResult {
        let result = EscapeResult::strongest(holds.iter().map(|(_, f)| f.clone()).collect())
            .expect("there is at least one");
        let flow = &variable.flow;
        if let Some(result) = self.held_on_some_paths(variable, holds, &result, reach) {
            return result;
        }
        let mut ownership: Vec<ProgramPoint> = Vec::new();
        for (read, result) in holds {
            if result.reason == Reason::Closure {
                ownership.extend(flow.points_of(self.model, result.sink));
            }
            ownership.extend(self.guard_points(variable, *read));
        }
        // After a shielded wait that did not time out, the task is done.
        let shielded = results.iter().filter(|(read, _)| self.is_shielded_wait(*read));
        ownership.extend(shielded.flat_map(|(read, _)| flow.points_of(self.model, *read)));
        ownership.extend_from_slice(&self.ended_points(
            flow,
            variable.uses,
            (variable.owner, variable.symbol),
        ));
        ownership.sort_unstable();
        let kills = variable.variable_uses.kills();
        let raises = self.raises_without_abandoning(variable);
        let escaping = reach(false, &[kills, &ownership, &raises]);
        let lost = |p: &&ProgramPoint| ownership.binary_search(p).is_err();
        let rebound = escaping.filter_sorted(kills, |p| *p).find(lost);
        if let Some(kill) = rebound
            && variable.start.contains(kill)
            && self.is_lost_in_loop(variable)
        {
            let why = format!(
                "the loop reassigns {} ({}) before anything keeps the task",
                self.quote(variable.name),
                self.line_text(variable.name)
            );
            let left_by = results.iter().find_map(|(_, result)| result.left_by);
            return EscapeResult::new(Reason::Rebound, variable.name, why).left_by(left_by);
        }
        let leaves = escaping.contains(flow.exit()) && !module_level;
        let any_closure = holds.iter().any(|(_, f)| f.reason == Reason::Closure);
        if (leaves || rebound.is_some()) && !any_closure {
            let why = format!("{}, but only on some paths", result.why);
            let flow = self.partial_flow(variable, holds, results);
            return EscapeResult {
                flow,
                ..EscapeResult::new(Reason::Conditional, result.sink, why)
            };
        }
        result
    }

    /// Where a value is kept, or may be, on some paths; empty where it is returned on others.
    fn partial_flow(
        &self,
        variable: &VariableFlow<'a>,
        holds: &[&(NodeId, EscapeResult)],
        results: &[(NodeId, EscapeResult)],
    ) -> ReturnFlow {
        if holds.iter().any(|(_, result)| result.reason == Reason::Returned) {
            return ReturnFlow::default();
        }
        let kept = holds.iter().flat_map(|(read, _)| self.guard_points(variable, *read)).collect();
        let unsure = results.iter().filter(|(_, result)| result.verdict() == Verdict::Unsure);
        let unclear = unsure.flat_map(|(read, _)| variable.flow.points_of(self.model, *read));
        ReturnFlow { kept, unclear: unclear.collect(), ..ReturnFlow::default() }
    }

    /// Whether a read of a task is `await wait_for(shield(task), timeout)`: when that returns, the task is done.
    fn is_shielded_wait(&self, read: NodeId) -> bool {
        let model = self.model;
        let around = |node: NodeId| {
            let call = model.tree.parent(node).and_then(|list| model.tree.parent(list));
            call.filter(|c| model.kind(*c) == Kind::Call)
        };
        let is_awaited =
            |n: &NodeId| model.tree.parent(*n).is_some_and(|p| model.kind(p) == Kind::Await);
        let Some(shield) = around(read) else { return false };
        // The syntax is checked first: resolving names is expensive.
        let Some(wait) = around(shield).filter(is_awaited) else { return false };
        let effect = |call: NodeId| {
            let callee = model.child(call, Field::Function)?;
            self.origins(callee).iter().find_map(|o| self.library_effect(o))
        };
        effect(shield) == Some(LibraryEffect::Shields)
            && effect(wait) == Some(LibraryEffect::WaitsFor)
    }

    /// A task that is returned, and kept as well on some paths only: for callers it is neither
    /// fresh nor kept.
    fn held_on_some_paths(
        &self,
        variable: &VariableFlow<'a>,
        holds: &[&(NodeId, EscapeResult)],
        strongest: &EscapeResult,
        reach: &ReachFn<'_>,
    ) -> Option<EscapeResult> {
        let returned = holds.iter().find(|(_, f)| f.reason == Reason::Returned)?;
        let mut points: Vec<ProgramPoint> = Vec::new();
        let mut flow = ReturnFlow { access: returned.1.flow.access, ..ReturnFlow::default() };
        for (read, result) in holds {
            let guard_points = self.guard_points(variable, *read);
            // `if t in tasks: return t` does not bypass the container.
            let about_it = guard_points.len() > variable.flow.points_of(self.model, *read).len();
            match result.reason {
                Reason::Returned if !about_it => continue,
                Reason::Returned => {}
                Reason::Awaited | Reason::Gathered => flow.done.extend(&guard_points),
                _ => flow.kept.extend(&guard_points),
            }
            points.extend(guard_points);
        }
        points.sort_unstable();
        let escaping = reach(false, &[&points]);
        let sometimes = strongest.reason != Reason::Returned
            && strongest.reason != Reason::Closure
            && escaping.contains(variable.flow.exit());
        sometimes.then(|| EscapeResult { sink: strongest.sink, flow, ..returned.1.clone() })
    }

    /// Whether a loop rebinds the variable without reading it: every task but the last is lost.
    fn is_lost_in_loop(&self, variable: &VariableFlow<'a>) -> bool {
        let kills = variable.variable_uses.kills();
        let Some(closing) = self.closing_points(variable) else { return false };
        let returns = |from: &[ProgramPoint]| {
            let back = variable.flow.reachable_after(from, false, &[kills, &closing]);
            variable.start.iter().any(|s| back.contains(*s))
        };
        let after = variable.flow.reachable_after(&variable.start, false, &[kills]);
        let looks = variable.uses.iter().filter(|u| u.kind == UseKind::Load);
        let points = looks.flat_map(|u| variable.flow.points_of(self.model, u.node));
        let mut between = points.filter(|p| after.contains(*p) && !variable.start.contains(p));
        returns(&variable.start) && !between.any(|p| returns(&[p]))
    }

    /// Whether the task is kept only once it is done, or on paths to a `raise`, and the function
    /// can exit before that.
    pub(super) fn is_dropped_unfinished(
        &self,
        variable: &VariableFlow<'a>,
        holds: &[&(NodeId, EscapeResult)],
        reach: &ReachFn<'_>,
    ) -> bool {
        let (flow, id) = (&variable.flow, (variable.owner, variable.symbol));
        let points_of = |read: NodeId| flow.points_of(self.model, read);
        let is_done = |read: NodeId| self.is_done_at(read, id);
        let raises = |read: NodeId| {
            let points = points_of(read);
            let behind = flow.reachable_after(&points, false, &[flow.raise_points()]);
            !points.is_empty() && !behind.contains(flow.exit())
        };
        let reads = || holds.iter().map(|(read, _)| *read);
        let is_always_reached = |read: &NodeId| self.is_always_reached(*read, &|_| false);
        if !reads().any(is_done) || !reads().all(|read| is_done(read) || raises(read)) {
            return false;
        }
        let mut points: Vec<ProgramPoint> =
            reads().filter(is_always_reached).flat_map(points_of).collect();
        points.extend_from_slice(&self.ended_points(flow, variable.uses, id));
        points.sort_unstable();
        reach(false, &[variable.variable_uses.kills(), &points, flow.raise_points()])
            .contains(flow.exit())
    }

    /// The points that count as passing a keeping read: its own, and those of enclosing loops and
    /// of conditions that are about the task itself or also guard the binding.
    fn guard_points(&self, variable: &VariableFlow<'a>, read: NodeId) -> Vec<ProgramPoint> {
        let model = self.model;
        let mut points = variable.flow.points_of(model, read);
        if self.is_done_at(read, (variable.owner, variable.symbol)) {
            return if self.is_always_reached(read, &|_| false) { points } else { Vec::new() };
        }
        let binding_conditions: Vec<&str> = model
            .tree
            .ancestors(variable.name)
            .filter(|n| matches!(model.kind(*n), Kind::IfStatement | Kind::ElifClause))
            .filter_map(|n| model.child(n, Field::Condition))
            .map(|c| model.text(c))
            .collect();
        let about_it = |condition: NodeId| {
            let mentions =
                |part: &NodeId| variable.uses.iter().any(|u| model.tree.contains(*part, u.node));
            // `keep and not t.done()` is about something else, too.
            conjuncts(model, condition).iter().all(mentions)
                || binding_conditions.contains(&model.text(condition))
        };
        let mut inner = read;
        // Under a condition, a loop may complete without the read.
        let mut is_sure = self.is_always_reached(read, &about_it);
        if !is_sure {
            points.clear();
        }
        for node in model.tree.ancestors(read) {
            // The `else` of a loop runs outside of it.
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
                        points.extend(variable.flow.points_of(model, condition));
                    } else {
                        is_sure = false;
                    }
                }
                Kind::ForStatement if !model.tree.contains(node, variable.name) => {
                    let iterable = model.child(node, Field::Right);
                    points.extend(
                        iterable.into_iter().flat_map(|i| variable.flow.points_of(model, i)),
                    );
                }
                Kind::FunctionDefinition | Kind::Lambda => break,
                _ => {}
            }
        }
        points
    }

    /// Whether a statement that runs evaluates a read in it: what is behind `and`, `or` or `if` in an expression it may not,
    /// unless the condition is one that `about_it` accepts.
    fn is_always_reached(&self, read: NodeId, about_it: &dyn Fn(NodeId) -> bool) -> bool {
        let model = self.model;
        let mut inner = read;
        for node in model.tree.ancestors(read) {
            let kind = model.kind(node);
            if kind.is_statement() || kind == Kind::Lambda {
                break;
            }
            let mut parts = model.tree.children(node);
            let condition = match kind {
                Kind::BooleanOperator => parts.next(),
                Kind::ConditionalExpression => parts.nth(1),
                _ => None,
            };
            if condition.is_some_and(|c| c != inner && !about_it(c)) {
                return false;
            }
            inner = node;
        }
        true
    }

    /// The points that raise, without those where the task is known to run on: `if not t.done(): raise TimeoutError`.
    fn raises_without_abandoning(&self, variable: &VariableFlow<'a>) -> Vec<ProgramPoint> {
        let (model, flow) = (self.model, &variable.flow);
        let loads = variable.uses.iter().filter(|u| u.kind == UseKind::Load);
        let left = loads.filter_map(|load| self.raise_while_running(load.node));
        let left: Vec<ProgramPoint> = left.flat_map(|raise| flow.points_of(model, raise)).collect();
        flow.raise_points().iter().copied().filter(|point| !left.contains(point)).collect()
    }

    /// The `raise` that follows where a condition finds the task of a read not to be done.
    fn raise_while_running(&self, read: NodeId) -> Option<NodeId> {
        let model = self.model;
        let method = model.parent_of_kind(read, Kind::Attribute)?;
        let call = model.parent_of_kind(method, Kind::Call)?;
        matches!(model.called_method(call), Some((_, "done"))).then_some(())?;
        let negation = model.parent_of_kind(call, Kind::NotOperator);
        let condition = negation.unwrap_or(call);
        let choice = model.parent_of_kind(condition, Kind::IfStatement)?;
        (model.child(choice, Field::Condition) == Some(condition)).then_some(())?;
        let consequence = model.child(choice, Field::Consequence)?;
        let other = model.tree.children(choice).find(|n| model.kind(*n) == Kind::ElseClause);
        let last = |block: NodeId| model.tree.children(block).last();
        let raise = match (negation, other) {
            (Some(_), _) => last(consequence),
            (None, Some(other)) => last(model.child(other, Field::Body)?),
            (None, None) => {
                let exits =
                    |n| matches!(model.kind(n), Kind::ReturnStatement | Kind::RaiseStatement);
                last(consequence)
                    .filter(|n| exits(*n))
                    .and_then(|_| model.tree.next_sibling(choice))
            }
        };
        raise.filter(|n| model.kind(*n) == Kind::RaiseStatement)
    }

    /// The frame itself keeps its locals: it never ends, or belongs to a generator suspended at a
    /// `yield`.
    pub(super) fn held_by_frame(
        &self,
        variable: &VariableFlow<'a>,
        reached: &Reachable,
        leaves: bool,
        killed: bool,
        ends: bool,
    ) -> Option<EscapeResult> {
        if !leaves && !killed {
            let name = self.quote(variable.name);
            let why = match ends {
                true => format!("the local variable {name} keeps it until it is done"),
                false => format!(
                    "the function never returns, so its local variable {name} keeps the task"
                ),
            };
            return Some(EscapeResult::new(Reason::Frame, variable.name, why));
        }
        let waits = self.long_waits(variable.owner, &variable.flow);
        let kills = variable.variable_uses.kills();
        let points: Vec<ProgramPoint> = waits.iter().map(|(p, _)| *p).collect();
        let before = variable.flow.reachable_after(&variable.start, false, &[kills, &points]);
        let is_rebound = variable.start.iter().any(|s| before.contains(*s) && kills.contains(s));
        if let Some((_, sink)) = reached.filter_sorted(&waits, |(p, _)| *p).next().copied()
            && !is_rebound
        {
            let why = format!(
                "the local variable {} keeps it while {} runs ({})",
                self.quote(variable.name),
                self.quote(sink),
                self.line_text(sink)
            );
            return Some(EscapeResult::new(Reason::Conditional, variable.name, why));
        }
        let reaches = |n: &&NodeId| {
            let points = variable.flow.points_of(self.model, **n);
            points.iter().any(|p| reached.contains(*p))
        };
        let yields = self.yields(variable.owner);
        let yielding = *yields.iter().find(reaches)?;
        let why = format!(
            "the local variable {} keeps it while the generator is suspended ({})",
            self.quote(variable.name),
            self.line_text(yielding)
        );
        Some(EscapeResult::new(Reason::Frame, variable.name, why))
    }

    /// The statements of a function that wait until the program is told to stop, or for all tasks of the loop; cached.
    fn long_waits(&self, owner: ScopeId, flow: &Cfg) -> LongWaits {
        let waits = |n: NodeId| {
            waits_for_shutdown(self.model, n)
                || self.may_take_long(n)
                || self.waits_for_running_tasks(n)
        };
        cached(&self.long_waits, owner, || {
            let nodes = flow.points().flat_map(|p| flow.nodes(p).iter().map(move |n| (p, *n)));
            nodes.filter(|(_, n)| waits(*n)).collect()
        })
    }

    pub(super) fn dropped_result(
        &self,
        variable: &VariableFlow<'a>,
        reads: &[&Use],
        results: Vec<(NodeId, EscapeResult)>,
        leaves: bool,
    ) -> EscapeResult {
        let left_by = results.iter().find_map(|(_, result)| result.left_by);
        self.reason_dropped(variable, reads, results, leaves).left_by(left_by)
    }

    fn reason_dropped(
        &self,
        variable: &VariableFlow<'a>,
        reads: &[&Use],
        results: Vec<(NodeId, EscapeResult)>,
        leaves: bool,
    ) -> EscapeResult {
        let name = self.quote(variable.name);
        if variable.value_kind.is_container() {
            let why =
                format!("{name} is a local variable, and nothing else keeps what it contains");
            return EscapeResult::new(Reason::LocalContainer, variable.name, why);
        }
        let contained = |(_, f): &&(NodeId, EscapeResult)| {
            matches!(f.reason, Reason::LocalContainer | Reason::WeakContainer)
        };
        if let Some((_, result)) = results.iter().find(contained) {
            return result.clone();
        }
        if let Some((node, result)) = results.first() {
            let why = match result.reason {
                Reason::Expression => format!("{name} is only read ({})", self.line_text(*node)),
                _ => format!("nothing stores {name}: {}", result.why),
            };
            return EscapeResult::new(Reason::Touched, variable.name, why);
        }
        debug_assert!(reads.is_empty());
        if !leaves && !variable.variable_uses.kills().is_empty() {
            let why = format!("{name} is reassigned or deleted before it is read");
            return EscapeResult::new(Reason::Rebound, variable.name, why);
        }
        let text = self.model.text(variable.name);
        if text == "_" {
            return EscapeResult::new(Reason::Underscore, variable.name, "`_` is never read");
        }
        EscapeResult::new(Reason::Unread, variable.name, format!("{name} is never read"))
    }
}

/// The parts of a condition that are joined by `and`.
fn conjuncts(model: &Model, condition: NodeId) -> Vec<NodeId> {
    let mut parts = Vec::new();
    let mut pending = vec![condition];
    while let Some(part) = pending.pop() {
        let part = model.bare(part);
        match model.is_conjunction(part) {
            Some(true) => pending.extend(model.tree.children(part)),
            _ => parts.push(part),
        }
    }
    parts
}
