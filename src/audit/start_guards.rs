//! The conditions that hold while a task runs, or do not: those that keep a function from making the next one, and those under
//! which it is not stopped. It knows no caller.

use std::collections::BTreeSet;

use super::coroutine_exit::leaves;
use super::index::WorkspaceIndex;
use super::source_text::source_on_one_line;
use super::types::{NodeRef, StorageLocation};
use crate::python::{AttributeBinding, Field, Kind, NodeId};

/// Maximum depth of properties and functions in a condition.
const MAX_DEPTH: u32 = 3;

/// A task while it runs: where it is, and what else says so.
pub(super) struct RunningTask<'a> {
    pub(super) location: &'a StorageLocation,
    /// Names and attributes that are true once it is started.
    pub(super) flags: BTreeSet<StorageLocation>,
}

/// A condition, and what it does.
pub(super) type Guard = (NodeRef, String);

impl WorkspaceIndex<'_> {
    /// The names and attributes that a function, or the coroutine that it starts, sets to True.
    pub(super) fn start_flags(
        &self,
        function: NodeRef,
        coroutine: Option<NodeRef>,
    ) -> BTreeSet<StorageLocation> {
        let creator = function;
        let set_in = |function: NodeRef| {
            let model = self.model(function);
            let first_wait = model.own_nodes(function.node, |kind| kind == Kind::Await).min();
            let target = move |n: NodeId| {
                let value = model.child(n, Field::Right)?;
                let left = model.child(n, Field::Left)?;
                let shared = self.storage_of(NodeRef { node: left, ..function })?;
                let is_flag = model.kind(value) == Kind::True
                    && (function == creator || first_wait.is_none_or(|wait| n < wait))
                    && !matches!(shared, StorageLocation::Local { .. });
                is_flag.then_some(shared)
            };
            model.own_nodes(function.node, |kind| kind == Kind::Assignment).filter_map(target)
        };
        set_in(function).chain(coroutine.into_iter().flat_map(set_in)).collect()
    }

    /// The condition that keeps a function from storing a task at `end` while one runs, and what it does; and whether
    /// another condition, whose value is not known, may.
    pub(super) fn guard(
        &self,
        function: NodeRef,
        end: NodeRef,
        task: &RunningTask<'_>,
    ) -> (Option<Guard>, bool) {
        let mut is_unclear = false;
        let found = self.find_guard(function, end, task, &mut is_unclear);
        (found, is_unclear)
    }

    fn find_guard(
        &self,
        function: NodeRef,
        end: NodeRef,
        task: &RunningTask<'_>,
        is_unclear: &mut bool,
    ) -> Option<Guard> {
        let model = self.model(end);
        let at = |node| NodeRef { node, ..end };
        let mut holds = |condition| {
            let value = self.holds_while_running(at(condition), task, MAX_DEPTH);
            *is_unclear |= value.is_none();
            value
        };
        let text = |condition: NodeId| source_on_one_line(model, model.bare(condition));
        let mut inner = model.statement_of(end.node);
        while inner != function.node {
            for earlier in model.tree.children(model.tree.parent(inner)?).filter(|n| *n < inner) {
                let is_assert = model.kind(earlier) == Kind::AssertStatement;
                let condition = match is_assert {
                    true => model.tree.first_child(earlier)?,
                    false => match model.child(earlier, Field::Condition) {
                        Some(condition) if model.kind(earlier) == Kind::IfStatement => condition,
                        _ => continue,
                    },
                };
                let suite = model.child(earlier, Field::Consequence);
                let (verb, needed) = match suite.and_then(|suite| leaves(model, suite)) {
                    Some(verb) => (verb, true),
                    None if is_assert => ("fails unless", false),
                    None => continue,
                };
                if holds(condition) == Some(needed) {
                    return Some((at(earlier), format!("{verb} `{}`", text(condition))));
                }
            }
            let around = model.tree.parent(inner)?;
            let condition = model.child(around, Field::Condition);
            let needed = matches!(model.kind(inner), Kind::ElseClause | Kind::ElifClause);
            let is_branch = matches!(model.kind(around), Kind::IfStatement | Kind::ElifClause);
            if let Some(condition) = condition.filter(|_| is_branch)
                && holds(condition) == Some(needed)
            {
                let only = if needed { "only unless" } else { "only if" };
                return Some((at(around), format!("creates it {only} `{}`", text(condition))));
            }
            inner = around;
        }
        None
    }

    /// The value of a condition while a task runs, if that is known.
    fn holds_while_running(
        &self,
        condition: NodeRef,
        task: &RunningTask<'_>,
        depth: u32,
    ) -> Option<bool> {
        let model = self.model(condition);
        let node = model.bare(condition.node);
        let at = |node| NodeRef { node, ..condition };
        let holds = |node| self.holds_while_running(at(node), task, depth);
        let is_task = |node: NodeId| self.storage_of(at(node)).as_ref() == Some(task.location);
        let mut parts = model.tree.children(node);
        match model.kind(node) {
            Kind::NotOperator => holds(parts.next()?).map(|value| !value),
            Kind::BooleanOperator => {
                let (left, right) = (parts.next()?, parts.next()?);
                // One side decides `and` by being false, `or` by being true.
                let deciding = model.is_conjunction(node) == Some(false);
                match (holds(left), holds(right)) {
                    (Some(one), _) | (_, Some(one)) if one == deciding => Some(deciding),
                    (Some(_), Some(_)) => Some(!deciding),
                    _ => None,
                }
            }
            Kind::NamedExpression => holds(model.child(node, Field::Value)?),
            Kind::ComparisonOperator => {
                let (left, right) = (parts.next()?, parts.next()?);
                let is_of_task = is_task(left) && model.kind(right) == Kind::None;
                let words: Vec<&str> = model.between(left, right).split_whitespace().collect();
                match words[..] {
                    ["is"] | ["=="] if is_of_task => Some(false),
                    ["is", "not"] | ["!="] if is_of_task => Some(true),
                    _ => None,
                }
            }
            Kind::Call => match model.called_method(node) {
                Some((object, "done" | "cancelled")) if is_task(object) => Some(false),
                _ => {
                    let [function] = self.called_functions(at(node))[..] else { return None };
                    self.holds_where_returned(function, task, depth)
                }
            },
            Kind::Identifier | Kind::Attribute => {
                let shared = self.storage_of(at(node));
                let is_true = |s: &StorageLocation| s == task.location || task.flags.contains(s);
                match shared? {
                    shared if is_true(&shared) => Some(true),
                    StorageLocation::Attribute { class, name } => {
                        let class = self.class_at(&class)?;
                        let bindings = self.model(class).attribute_bindings(class.node, &name);
                        let [AttributeBinding::Method(node, true)] = bindings[..] else {
                            return None;
                        };
                        self.holds_where_returned(NodeRef { node, ..class }, task, depth)
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// The same for what a property or a function returns: `self.is_running`.
    fn holds_where_returned(
        &self,
        function: NodeRef,
        task: &RunningTask<'_>,
        depth: u32,
    ) -> Option<bool> {
        let depth = depth.checked_sub(1)?;
        let [value] = self.model(function).returns(function.node)[..] else { return None };
        self.holds_while_running(NodeRef { node: value, ..function }, task, depth)
    }

    /// Whether a call on `self` does not run while the task in a storage location runs: `if self._task.done(): self._end()`.
    pub(super) fn is_only_without_task(&self, call: NodeRef, location: &StorageLocation) -> bool {
        let model = self.model(call);
        let callee = model.child(call.node, Field::Function);
        let object = callee.and_then(|callee| model.child(callee, Field::Object));
        let is_own = object.is_some_and(|object| model.self_class(object).is_some());
        let task = RunningTask { location, flags: BTreeSet::new() };
        is_own && self.function_of(call).is_some_and(|f| self.guard(f, call, &task).0.is_some())
    }
}
