//! Whether what holds a variable's value does so on every path out of its function, and what to say where nothing does. The
//! reads of the variable are classified already.

use super::analyzer::{EscapeAnalyzer, EscapeResult};
use super::def_use::{ReachFn, VariableFlow};
use crate::python::{Field, Kind, NodeId, ProgramPoint, Reachable, Use, UseKind};
use crate::tasks::libraries::LibraryEffect;
use crate::tasks::verdict::Reason;

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
        let absent = self.absent_points(flow, variable.uses, (variable.owner, variable.symbol));
        ownership.extend(absent.iter());
        ownership.sort_unstable();
        let kills = variable.variable_uses.kills();
        let escaping = reach(false, &[kills, &ownership, flow.raise_points()]);
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
            return EscapeResult::new(Reason::Rebound, variable.name, why);
        }
        let leaves = escaping.contains(flow.exit()) && !module_level;
        let any_closure = holds.iter().any(|(_, f)| f.reason == Reason::Closure);
        if (leaves || rebound.is_some()) && !any_closure {
            let why = format!("{}, but only on some paths", result.why);
            return EscapeResult::new(Reason::Conditional, result.sink, why);
        }
        result
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
        for (read, result) in holds {
            let guard_points = self.guard_points(variable, *read);
            // `if t in tasks: return t` does not bypass the container.
            let about_it = guard_points.len() > variable.flow.points_of(self.model, *read).len();
            if result.reason != Reason::Returned || about_it {
                points.extend(guard_points);
            }
        }
        points.sort_unstable();
        let escaping = reach(false, &[&points]);
        let sometimes = strongest.reason != Reason::Returned
            && strongest.reason != Reason::Closure
            && escaping.contains(variable.flow.exit());
        sometimes
            .then(|| EscapeResult::new(Reason::Returned, strongest.sink, returned.1.why.clone()))
    }

    /// Whether a loop rebinds the variable without reading it: every task but the last is lost.
    fn is_lost_in_loop(&self, variable: &VariableFlow<'a>) -> bool {
        let kills = variable.variable_uses.kills();
        let returns = |from: &[ProgramPoint]| {
            let back = variable.flow.reachable_after(from, false, &[kills]);
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
        if !reads().any(is_done) || !reads().all(|read| is_done(read) || raises(read)) {
            return false;
        }
        let mut points: Vec<ProgramPoint> = reads().flat_map(points_of).collect();
        points.extend(self.absent_points(flow, variable.uses, id).iter());
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
            return points;
        }
        let binding_conditions: Vec<&str> = model
            .tree
            .ancestors(variable.name)
            .filter(|n| matches!(model.kind(*n), Kind::IfStatement | Kind::ElifClause))
            .filter_map(|n| model.child(n, Field::Condition))
            .map(|c| model.text(c))
            .collect();
        let about_it = |condition: NodeId| {
            variable.uses.iter().any(|u| model.tree.contains(condition, u.node))
                || binding_conditions.contains(&model.text(condition))
        };
        let mut inner = read;
        // Under a condition, a loop may complete without the read.
        let mut is_sure = true;
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

    /// The frame itself keeps its locals: it never ends, or belongs to a generator suspended at a
    /// `yield`.
    pub(super) fn held_by_frame(
        &self,
        variable: &VariableFlow<'a>,
        reached: &Reachable,
        leaves: bool,
        killed: bool,
    ) -> Option<EscapeResult> {
        if !leaves && !killed {
            let why = format!(
                "the function never returns, so its local variable {} keeps the task",
                self.quote(variable.name)
            );
            return Some(EscapeResult::new(Reason::Frame, variable.name, why));
        }
        let waits = self.long_waits(variable.owner, &variable.flow);
        let points: Vec<ProgramPoint> = waits.iter().map(|(p, _)| *p).collect();
        let before = variable.flow.reachable_after(
            &variable.start,
            false,
            &[variable.variable_uses.kills(), &points],
        );
        let is_rebound = variable.start.iter().any(|s| before.contains(*s));
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

    pub(super) fn dropped_result(
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
