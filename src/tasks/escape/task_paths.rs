//! The paths of a function on which it returns a fresh task, keeps its task, or makes none, each as a condition on its parameters.
//! It classifies no site.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::analyzer::{EscapeAnalyzer, ReturnFlow};
use crate::python::{Cfg, Field, Kind, Model, NodeId, ProgramPoint, ScopeId, Symbol};
use crate::tasks::effects::{PathConditions, conditions_of};
use crate::tasks::libraries::is_loop_path;

/// The conditions of the paths by what becomes of the task on them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::tasks) struct TaskPaths {
    /// There is none, or it is done.
    pub(in crate::tasks) none: PathConditions,
    /// It is returned.
    pub(in crate::tasks) fresh: PathConditions,
    /// It is kept.
    pub(in crate::tasks) kept: PathConditions,
    /// It may be kept.
    pub(in crate::tasks) unclear: PathConditions,
}

/// A site whose task the function returns or keeps.
#[derive(Debug)]
pub(in crate::tasks) struct PathSite<'a> {
    /// The call.
    pub(in crate::tasks) node: NodeId,
    /// What the call gives.
    pub(in crate::tasks) gives: TaskPaths,
    /// What becomes of the task until it is returned.
    pub(in crate::tasks) flow: &'a ReturnFlow,
}

impl TaskPaths {
    /// Nothing is known.
    pub(in crate::tasks) fn unknown() -> Self {
        Self {
            fresh: PathConditions::always(),
            unclear: PathConditions::always(),
            ..Self::default()
        }
    }

    /// A fresh task, in any case.
    pub(in crate::tasks) fn fresh() -> Self {
        Self { fresh: PathConditions::always(), ..Self::default() }
    }

    fn no_task() -> Self {
        Self { none: PathConditions::always(), ..Self::default() }
    }

    fn parts(&self) -> [&PathConditions; 4] {
        [&self.none, &self.fresh, &self.kept, &self.unclear]
    }

    fn is_empty(&self) -> bool {
        self.parts().iter().all(|part| part.is_empty())
    }

    fn extend(&mut self, other: Self) -> bool {
        let Self { none, fresh, kept, unclear } = other;
        let changed = [
            self.none.extend(none),
            self.fresh.extend(fresh),
            self.kept.extend(kept),
            self.unclear.extend(unclear),
        ];
        changed.contains(&true)
    }

    /// The paths on which a condition holds, where `with_task` is the condition if there is a task.
    fn under(&self, without_task: &PathConditions, with_task: &PathConditions) -> Self {
        Self {
            none: self.none.and(without_task),
            fresh: self.fresh.and(with_task),
            kept: self.kept.and(with_task),
            unclear: self.unclear.and(with_task),
        }
    }

    /// First these paths, then those of what follows, which counts only where there is no task yet.
    fn then(self, next: &Self) -> Self {
        let mut all = next.under(&self.none, &self.none);
        all.extend(Self { none: PathConditions::default(), ..self });
        all
    }
}

/// Finds the paths of a function with these sites.
pub(in crate::tasks) fn task_paths(
    analyzer: &EscapeAnalyzer<'_>,
    function: NodeId,
    sites: &[PathSite<'_>],
) -> TaskPaths {
    let Some(flow) = analyzer.flow(function) else { return TaskPaths::unknown() };
    let mut sites_at: BTreeMap<ProgramPoint, Vec<usize>> = BTreeMap::new();
    let places: Vec<NodeId> = sites.iter().map(|site| place_of(analyzer.model, site)).collect();
    for (index, place) in places.iter().enumerate() {
        for point in flow.points_of(analyzer.model, *place) {
            sites_at.entry(point).or_default().push(index);
        }
    }
    let names = sites.iter().filter_map(|site| bound_variable(analyzer.model, site.node));
    let variables = names.collect();
    let points = |of: fn(&ReturnFlow) -> &[ProgramPoint]| {
        sites.iter().flat_map(|site| of(site.flow)).copied().collect()
    };
    PathSearch {
        analyzer,
        model: analyzer.model,
        function,
        flow,
        sites,
        places,
        sites_at,
        variables,
        kept: points(|flow| &flow.kept),
        done: points(|flow| &flow.done),
        unclear: points(|flow| &flow.unclear),
    }
    .run(TaskPaths::no_task())
}

/// Finds the paths of a function that is given a task as a parameter.
pub(super) fn parameter_paths(
    analyzer: &EscapeAnalyzer<'_>,
    function: NodeId,
    parameter: NodeId,
    flow: &ReturnFlow,
) -> TaskPaths {
    let Some(graph) = analyzer.flow(function) else { return TaskPaths::unknown() };
    PathSearch {
        analyzer,
        model: analyzer.model,
        function,
        flow: graph,
        sites: &[],
        places: Vec::new(),
        sites_at: BTreeMap::new(),
        variables: analyzer.model.variable(parameter).into_iter().collect(),
        kept: flow.kept.iter().copied().collect(),
        done: flow.done.iter().copied().collect(),
        unclear: flow.unclear.iter().copied().collect(),
    }
    .run(TaskPaths::fresh())
}

/// The node that counts as the place of a site: the call, or the loop that fills a container with its tasks. A container of the
/// tasks of no element is not taken for another result.
fn place_of(model: &Model, site: &PathSite<'_>) -> NodeId {
    if site.flow.access.is_none() {
        return site.node;
    }
    let is_plain = |kind: Kind| {
        !matches!(
            kind,
            Kind::IfStatement
                | Kind::WhileStatement
                | Kind::TryStatement
                | Kind::MatchStatement
                | Kind::ConditionalExpression
                | Kind::BooleanOperator
        ) && !kind.is_comprehension()
            && kind != Kind::FunctionDefinition
    };
    let around = model.tree.ancestors(site.node).take_while(|n| is_plain(model.kind(*n)));
    let loops = around.filter(|n| model.kind(*n) == Kind::ForStatement);
    let jumps = |n: NodeId| {
        let is_jump = matches!(
            model.kind(n),
            Kind::ContinueStatement | Kind::BreakStatement | Kind::ReturnStatement
        );
        is_jump && n < site.node
    };
    let whole = loops.take_while(|l| !model.tree.descendants(*l).any(jumps)).last();
    whole.and_then(|l| model.child(l, Field::Right)).unwrap_or(site.node)
}

/// The variable that the value of a call is assigned to.
fn bound_variable(model: &Model, call: NodeId) -> Option<(ScopeId, Symbol)> {
    let mut around = model.tree.ancestors(call);
    let binding = around.find(|n| {
        model.kind(*n).is_statement()
            || matches!(model.kind(*n), Kind::Assignment | Kind::NamedExpression)
    })?;
    let name = match model.kind(binding) {
        Kind::Assignment => model.child(binding, Field::Left),
        Kind::NamedExpression => model.child(binding, Field::Name),
        _ => None,
    };
    model.variable(name?)
}

struct PathSearch<'s, 'a> {
    analyzer: &'s EscapeAnalyzer<'a>,
    model: &'a Model,
    function: NodeId,
    flow: Rc<Cfg>,
    sites: &'s [PathSite<'s>],
    /// The places of the sites.
    places: Vec<NodeId>,
    /// The indices of the sites at each point.
    sites_at: BTreeMap<ProgramPoint, Vec<usize>>,
    /// The variables that the tasks are assigned to.
    variables: BTreeSet<(ScopeId, Symbol)>,
    kept: BTreeSet<ProgramPoint>,
    done: BTreeSet<ProgramPoint>,
    unclear: BTreeSet<ProgramPoint>,
}

impl PathSearch<'_, '_> {
    fn run(&self, start: TaskPaths) -> TaskPaths {
        let entry = self.flow.entry();
        let mut reached = BTreeMap::from([(entry, start)]);
        let mut worklist = BTreeSet::from([entry]);
        // Suites are built backwards: what runs first has the highest index.
        while let Some(point) = worklist.pop_last() {
            let before = reached[&point].clone();
            let mut edges = self.raised(point, &before);
            edges.extend(self.continued(point, self.after(point, before)));
            for (next, paths) in edges.into_iter().filter(|(_, paths)| !paths.is_empty()) {
                if reached.entry(next).or_default().extend(paths) && next != self.flow.exit() {
                    worklist.insert(next);
                }
            }
        }
        reached.remove(&self.flow.exit()).unwrap_or_default()
    }

    /// The paths behind a point.
    fn after(&self, point: ProgramPoint, before: TaskPaths) -> TaskPaths {
        let mut paths = before;
        if let Some(sites) = self.sites_at.get(&point) {
            let nodes = self.flow.nodes(point).iter();
            let result = nodes.map(|node| self.result_of(*node, sites));
            paths = result.fold(paths, |paths, result| paths.then(&result));
        }
        if self.done.contains(&point) {
            paths.none.extend(std::mem::take(&mut paths.fresh));
        }
        if self.kept.contains(&point) {
            paths.kept.extend(std::mem::take(&mut paths.fresh));
        }
        if self.unclear.contains(&point) {
            paths.unclear.extend(paths.fresh.clone());
        }
        paths
    }

    /// What evaluating an expression gives, which contains some of these sites.
    fn result_of(&self, expression: NodeId, sites: &[usize]) -> TaskPaths {
        let model = self.model;
        if let Some(site) = sites.iter().find(|i| self.places[**i] == expression) {
            return self.sites[*site].gives.clone();
        }
        let has_site = |n: &NodeId| sites.iter().any(|i| model.tree.contains(*n, self.places[*i]));
        if !has_site(&expression) {
            return TaskPaths::no_task();
        }
        let parts: Vec<NodeId> = model.tree.children(expression).collect();
        let when = |condition: NodeId, value: bool, part: NodeId| {
            let known = self.conditions((condition, value), false);
            self.result_of(part, sites).under(&known, &known)
        };
        match (model.kind(expression), &parts[..]) {
            (Kind::ConditionalExpression, [body, condition, other]) if !has_site(condition) => {
                let mut both = when(*condition, true, *body);
                both.extend(when(*condition, false, *other));
                both
            }
            (Kind::BooleanOperator, [left, right]) if !has_site(left) => {
                let is_and = model.is_conjunction(expression) == Some(true);
                let mut both = when(*left, is_and, *right);
                both.none.extend(self.conditions((*left, !is_and), false));
                both
            }
            (kind, _) => {
                let is_filter = |n: &NodeId| model.kind(*n) == Kind::IfClause;
                let is_filtered = kind.is_comprehension() && parts.iter().any(is_filter);
                let mut all = TaskPaths::no_task();
                for part in parts {
                    // What follows counts only where there is no task yet.
                    if all.none.is_empty() {
                        break;
                    }
                    if has_site(&part) {
                        all = all.then(&self.result_of(part, sites));
                    }
                }
                if is_filtered {
                    all.none = PathConditions::always();
                }
                all
            }
        }
    }

    /// The points that follow a point without an exception.
    fn continued(&self, point: ProgramPoint, paths: TaskPaths) -> Vec<(ProgramPoint, TaskPaths)> {
        let model = self.model;
        let next = self.flow.next(point);
        let node = self.flow.nodes(point).first().copied();
        if node.is_some_and(|n| self.ends_abruptly(n)) {
            return Vec::new();
        }
        let is_condition = |n: &NodeId| model.tree.field(*n) == Field::Condition;
        let Some(condition) = node.filter(is_condition) else {
            return next.iter().map(|next| (*next, paths.clone())).collect();
        };
        let branches = next.iter().zip([true, false]);
        let branch = |(next, value): (&ProgramPoint, bool)| {
            let without_task = self.conditions((condition, value), false);
            let with_task = self.conditions((condition, value), true);
            (*next, paths.under(&without_task, &with_task))
        };
        branches.map(branch).collect()
    }

    /// Whether a statement raises an exception or ends the program.
    fn ends_abruptly(&self, statement: NodeId) -> bool {
        let model = self.model;
        let exits = || {
            let call = model.tree.first_child(statement)?;
            let callee = model.child(call, Field::Function)?;
            let may = model.text(callee).ends_with("exit");
            (may && model.is_path(callee, &["sys.exit", "os._exit"])).then_some(())
        };
        match model.kind(statement) {
            Kind::RaiseStatement => true,
            Kind::ExpressionStatement => exits().is_some(),
            _ => false,
        }
    }

    /// The alternatives on which a condition has a value; with a task, that is there and not done.
    fn conditions(&self, condition: (NodeId, bool), with_task: bool) -> PathConditions {
        let model = self.model;
        let is_task = |n: NodeId| {
            let variable = model.variable(model.bare(n));
            variable.is_some_and(|variable| self.variables.contains(&variable))
        };
        let known = |part: NodeId| {
            if !with_task {
                return None;
            }
            let sides: Vec<NodeId> = model.tree.children(part).collect();
            match (model.kind(part), &sides[..]) {
                (Kind::Identifier, _) if is_task(part) => Some(true),
                (Kind::Call, _) => {
                    let asked = model.called_method(part);
                    let is_end = |(o, name)| is_task(o) && matches!(name, "done" | "cancelled");
                    asked.is_some_and(is_end).then_some(false)
                }
                (Kind::ComparisonOperator, [left, right])
                    if is_task(*left) && model.kind(*right) == Kind::None =>
                {
                    match model.operator(*left, *right)[..] {
                        ["is"] | ["=="] => Some(false),
                        ["is", "not"] | ["!="] => Some(true),
                        _ => None,
                    }
                }
                _ => None,
            }
        };
        conditions_of(model, self.function, condition, &known)
    }

    /// The handlers that an exception raised at a point leads to.
    fn raised(&self, point: ProgramPoint, before: &TaskPaths) -> Vec<(ProgramPoint, TaskPaths)> {
        let handlers = self.flow.raises(point).iter().filter(|h| self.catches(point, **h));
        let lead = |handler: &ProgramPoint| {
            let when = self.raising_conditions(point, *handler)?;
            Some((*handler, before.under(&when, &when)))
        };
        handlers.filter_map(lead).collect()
    }

    /// Whether an exception of a point continues at another one, and not only through it: a handler, or what follows a block
    /// that suppresses exceptions.
    fn catches(&self, point: ProgramPoint, target: ProgramPoint) -> bool {
        let model = self.model;
        let is_clause = |n: NodeId| model.kind(n) == Kind::ExceptClause;
        let head = self.flow.nodes(target).first().copied();
        let first = || {
            let [next] = *self.flow.next(target) else { return None };
            let statement = self.flow.nodes(next).first().copied()?;
            model.tree.ancestors(statement).find(|n| model.kind(*n) == Kind::Block)
        };
        let is_handler = match head {
            Some(head) => model.tree.parent(head).is_some_and(is_clause),
            None => first().and_then(|block| model.tree.parent(block)).is_some_and(is_clause),
        };
        is_handler || {
            let node = self.flow.nodes(point).first().copied();
            let mut around = node.into_iter().flat_map(|n| model.tree.ancestors(n));
            let with = around.find(|n| model.kind(*n) == Kind::WithStatement);
            let clause = with.and_then(|with| model.tree.first_child(with));
            clause.is_some_and(|clause| model.text(clause).contains("suppress("))
        }
    }

    /// On which paths a point raises an exception that a handler catches; none if it does not raise any.
    fn raising_conditions(
        &self,
        point: ProgramPoint,
        handler: ProgramPoint,
    ) -> Option<PathConditions> {
        let model = self.model;
        let nodes = self.flow.nodes(point);
        let inside =
            || nodes.iter().flat_map(|n| std::iter::once(*n).chain(model.tree.descendants(*n)));
        let may_raise = |n: NodeId| {
            matches!(
                model.kind(n),
                Kind::Call
                    | Kind::Await
                    | Kind::Subscript
                    | Kind::RaiseStatement
                    | Kind::AssertStatement
                    | Kind::ImportStatement
                    | Kind::ImportFromStatement
            )
        };
        if !inside().any(may_raise) {
            return None;
        }
        let needs_loop = |n: &NodeId| {
            let callee = model.child(*n, Field::Function);
            let gets = |c: NodeId| model.paths(c).iter().any(|p| is_loop_path(&format!("{p}()")));
            callee.is_some_and(|c| self.analyzer.spawner(c).is_some() || gets(c))
        };
        let loop_calls: Vec<NodeId> =
            inside().filter(|n| model.kind(*n) == Kind::Call).filter(needs_loop).collect();
        let head = self.flow.nodes(handler).first().map_or("", |head| model.text(*head));
        let is_covered = |n: NodeId| loop_calls.iter().any(|call| model.tree.contains(*call, n));
        let is_only = || inside().filter(|n| may_raise(*n)).all(is_covered);
        let is_about_loop =
            !loop_calls.is_empty() && (head.starts_with("RuntimeError") || is_only());
        match is_about_loop {
            true if model.is_async(self.function) => None,
            true => Some(PathConditions::without_loop()),
            false => Some(PathConditions::always()),
        }
    }
}
