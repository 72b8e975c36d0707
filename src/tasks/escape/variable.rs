//! The flow of one variable: which reads does its value reach, and does one of them keep it?

use super::analyzer::{EscapeAnalyzer, EscapeResult, Follow};
use super::def_use::VariableFlow;
use crate::python::{
    Field, Kind, NodeId, ProgramPoint, Reachable, ScopeId, ScopeKind, Symbol, Use, UseKind,
};
use crate::tasks::effects::ValueKind;
use crate::tasks::verdict::{Reason, Verdict};

/// Containers with more uses are not followed: each member is followed past all of them, which is
/// quadratic.
const MAX_USES: usize = 2000;

impl Follow for EscapeAnalyzer<'_> {
    fn escape_of(&self, expression: NodeId, value_kind: ValueKind) -> EscapeResult {
        self.escape_of_expression(expression, value_kind)
    }

    fn escape_from(
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
                    format!("the global variable {quoted} holds it"),
                );
            }
            ScopeKind::Function if from.is_some() && model.frame_of(name) != owner => {
                return EscapeResult::new(
                    Reason::Closure,
                    name,
                    format!("{quoted} of the enclosing function holds it"),
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
            return unsure("the function is too large to analyse");
        };
        let uses = model.uses(owner, symbol);
        if value_kind.is_container() && uses.len() > MAX_USES {
            return unsure("it has too many uses to analyse");
        }
        let start = match from {
            Some(from) => flow.points_of(model, from),
            None => Vec::new(),
        };
        let variable_uses = self.variable_uses((owner, symbol, value_kind.is_container()), &flow);
        let variable =
            VariableFlow { name, owner, symbol, value_kind, flow, start, uses, variable_uses };
        self.once((owner, symbol), from.unwrap_or(scope.node), || {
            self.classify_flow(&variable, from.is_none())
        })
        .unwrap_or_else(|| self.dropped_at(name))
    }
}

impl<'a> EscapeAnalyzer<'a> {
    /// A variable of a comprehension or lambda: it has no control-flow graph, so every read counts.
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
        let classify = || EscapeResult::strongest(reads.map(result).collect());
        self.once((owner, symbol), name, classify)
            .flatten()
            .unwrap_or_else(|| self.dropped_at(name))
    }

    fn classify_flow(&self, variable: &VariableFlow<'a>, from_entry: bool) -> EscapeResult {
        let module_level = self.model.scopes.scope(variable.owner).kind == ScopeKind::Module;
        let kills = variable.variable_uses.kills();
        let reach = |raising: bool, stops: &[&[ProgramPoint]]| {
            if from_entry {
                variable.flow.reachable_from(vec![variable.flow.entry()], raising, stops)
            } else {
                variable.flow.reachable_after(&variable.start, raising, stops)
            }
        };
        let flow = &variable.flow;
        let first = match from_entry {
            true => vec![flow.entry()],
            false => flow.successors(&variable.start, true),
        };
        let live = variable.variable_uses.live(flow);
        let reads = self.reads(variable, &flow.reachable_live(first, &[kills], live));
        let discarded = self.discarded_immediately(&reads);
        let classified = reads.iter().map(|r| match self.read(variable, r) {
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
        // A parameter is still held by the caller.
        let is_dropped = || !from_entry && self.is_dropped_unfinished(variable, &holds, &reach);
        if !holds.is_empty() && !is_dropped() {
            let unseen = results.iter().find(|(_, f)| f.verdict() == Verdict::Unsure);
            if let Some((read, unseen)) = unseen
                && holds.iter().all(|(_, f)| f.reason == Reason::Returned)
            {
                // Returned, and possibly kept as well: for callers the task is not certainly fresh.
                let mut returned = holds[0].1.clone();
                returned.flow.unclear = variable.flow.points_of(self.model, *read);
                return EscapeResult { sink: unseen.sink, ..returned };
            }
            return self.held_result(variable, &holds, &results, &reach, module_level);
        }
        let ended =
            self.ended_points(&variable.flow, variable.uses, (variable.owner, variable.symbol));
        let exits = reach(false, &[kills, &ended]);
        let leaves = exits.contains(variable.flow.exit());
        let is_running = |p: &&ProgramPoint| ended.binary_search(p).is_err();
        let killed = exits.filter_sorted(kills, |p| *p).any(|p| is_running(&p));
        if module_level && leaves {
            return EscapeResult::new(
                Reason::Global,
                variable.name,
                format!("the global variable {} holds it", self.quote(variable.name)),
            );
        }
        if let Some((_, result)) = results.iter().find(|(_, f)| f.verdict() == Verdict::Unsure) {
            return result.clone();
        }
        if let Some(result) =
            self.held_by_frame(variable, &reach(true, &[kills]), leaves, killed, !ended.is_empty())
        {
            return result;
        }
        if let Some(call) = self.handed_on_with_all(variable, &exits) {
            let why = format!("`{}` hands on all local variables", self.model.text(call));
            return EscapeResult::new(Reason::Argument, call, why);
        }
        self.dropped_result(variable, &reads, results, leaves)
    }

    /// A call of `locals` or `vars` that the value reaches, and whose dictionary something keeps, or may keep.
    fn handed_on_with_all(
        &self,
        variable: &VariableFlow<'a>,
        reached: &Reachable,
    ) -> Option<NodeId> {
        let model = self.model;
        let function = model.scopes.scope(variable.owner).node;
        let text = model.text(function);
        if !["locals(", "vars("].iter().any(|call| text.contains(call)) {
            return None;
        }
        let takes_all = |call: &NodeId| {
            let callee = model.child(*call, Field::Function);
            let is_given = || {
                let given = model.child(*call, Field::Arguments);
                given.is_some_and(|list| model.tree.first_child(list).is_some())
            };
            model.kind(*call) == Kind::Call
                && callee.is_some_and(|c| matches!(model.text(c), "locals" | "vars"))
                && callee.is_some_and(|c| model.bindings_of(c).is_empty())
                && model.function_of(*call) == Some(function)
                && !is_given()
        };
        let points = |call: NodeId| variable.flow.points_of(model, call);
        let mut calls = model.tree.descendants(function).filter(takes_all);
        calls.find(|call| {
            let is_reached = points(*call).iter().any(|point| reached.contains(*point));
            is_reached && {
                let result = self.escape_of(*call, ValueKind::CONTAINER);
                result.holds() || result.verdict() == Verdict::Unsure
            }
        })
    }

    /// The reads that the value reaches: those at reached points, and all those in nested
    /// functions.
    fn reads(&self, variable: &VariableFlow<'a>, reached: &Reachable) -> Vec<&'a Use> {
        let here = |u: &&Use| {
            let at = variable.flow.points_of(self.model, u.node);
            let only_start = !at.iter().any(|p| reached.contains(*p));
            let inner = self.model.scopes.frame(u.within) != variable.owner;
            u.node != variable.name
                && (inner || !only_start || self.is_after_named_expression(variable, u))
        };
        let loads = variable.variable_uses.loads_at(reached, &variable.start);
        loads.into_iter().map(|i| &variable.uses[i]).filter(here).collect()
    }

    /// Whether a read in the same statement follows the `:=` that binds the name.
    fn is_after_named_expression(&self, variable: &VariableFlow<'a>, load: &Use) -> bool {
        let walrus = self
            .model
            .tree
            .parent(variable.name)
            .is_some_and(|p| self.model.kind(p) == Kind::NamedExpression);
        walrus && load.node > variable.name
    }

    /// Follows the value from one read.
    fn read(&self, variable: &VariableFlow<'a>, load: &Use) -> EscapeResult {
        if self.model.scopes.frame(load.within) != variable.owner {
            return self.read_in_closure(variable, load);
        }
        let kept =
            variable.value_kind.is_container().then(|| self.kept_until_empty(variable, load));
        kept.flatten().unwrap_or_else(|| self.escape_of(load.node, variable.value_kind))
    }

    /// A read in a nested function: the closure keeps the task as long as something keeps the
    /// closure.
    fn read_in_closure(&self, variable: &VariableFlow<'a>, load: &Use) -> EscapeResult {
        let scopes = &self.model.scopes;
        let around = scopes.chain(load.within).take_while(|id| *id != variable.owner);
        let functions: Vec<NodeId> = around
            .map(|id| scopes.scope(id))
            .filter(|scope| {
                matches!(scope.kind, ScopeKind::Function | ScopeKind::Lambda | ScopeKind::Class)
            })
            .map(|scope| scope.node)
            .collect();
        let Some(function) = functions.last().copied() else {
            return self.dropped_at(load.node);
        };
        let held = || {
            self.ends_at(
                Reason::Closure,
                function,
                "a function that outlives the call refers to it",
            )
        };
        let places = self.function_references(function);
        if places.iter().all(|p| self.is_own_callback(variable, *p)) {
            return self.dropped_at(load.node);
        }
        match functions.into_iter().any(|f| self.outlives_calls(f, variable.owner)) {
            true => held(),
            // What the nested function returns its caller may keep.
            false => match self.escape_of(load.node, variable.value_kind) {
                result if result.reason == Reason::Returned => held(),
                result => result,
            },
        }
    }

    /// Whether a callable is passed to `add_done_callback` of the very task that it refers to: a
    /// cycle without an owner.
    fn is_own_callback(&self, variable: &VariableFlow<'a>, callable: NodeId) -> bool {
        let model = self.model;
        let registered_on = |call| match model.called_method(call) {
            Some((object, "add_done_callback")) => Some((call, object)),
            _ => None,
        };
        let registered = model.tree.ancestors(callable).find_map(registered_on);
        let registered =
            registered.filter(|(c, _)| model.statement_of(*c) == model.statement_of(callable));
        registered.is_some_and(|(_, o)| {
            model.variable(model.bare(o)) == Some((variable.owner, variable.symbol))
        })
    }
}
