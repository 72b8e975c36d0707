//! Signals that stop a loop without cancelling its task: a flag, an event, a `None` sentinel in a
//! queue. It knows one loop, and follows no task.

use super::coroutine_exit::{catches_only_cancellation, is_loop};
use super::index::WorkspaceIndex;
use super::types::{NodeRef, StorageLocation, TaskOp, TaskUse};
use crate::python::{BindingKind, Field, Kind, NodeId};
use crate::tasks::libraries::{ContainerMethod, MethodEffect};

/// A name or attribute that decides whether a loop continues.
struct StopCondition {
    location: StorageLocation,
    /// What has to happen to it for the loop to end.
    trigger: StopTrigger,
}

enum StopTrigger {
    /// It is set to this value.
    Value(bool),
    /// One of these methods is called on it.
    Called(&'static [&'static str]),
    /// It is set to None.
    Cleared,
    /// `None` is put into it.
    Sentinel,
}

impl WorkspaceIndex<'_> {
    /// The places outside a loop's function that signal it to stop.
    pub(super) fn stop_signals(&self, loop_node: NodeRef) -> Vec<TaskUse> {
        let own = self.function_of(loop_node);
        let mut found: Vec<TaskUse> = Vec::new();
        for condition in self.stop_conditions(loop_node) {
            for occurrence in self.occurrences_of(&condition.location) {
                let function = self.function_of(occurrence);
                if function == own || function.is_none_or(|f| self.is_constructor(f)) {
                    continue;
                }
                let signal = self.signal_at(occurrence, &condition.trigger);
                found.extend(signal.map(|node_ref| TaskUse {
                    node_ref,
                    op: TaskOp::SignalStop,
                    via: None,
                    inner: None,
                }));
            }
        }
        found
    }

    /// The call in the condition of a loop by which other code may end it: `while not self._is_over():`
    pub(super) fn unknown_end(&self, loop_node: NodeRef) -> Option<NodeRef> {
        let model = self.model(loop_node);
        let condition = model.child(loop_node.node, Field::Condition)?;
        let is_other = |n: NodeId| {
            let called = model.called_method(n);
            called.is_some_and(|(object, name)| {
                let is_own = model.tree.subtree(object).any(|n| model.self_class(n).is_some());
                is_own && !matches!(name, "is_set" | "done" | "time")
            })
        };
        let node = model.tree.subtree(condition).find(|n| is_other(*n))?;
        Some(NodeRef { node, ..loop_node })
    }

    /// Where a loop that may be left waits, in a task beside others, for an event that other code sets:
    /// `asyncio.wait({closing, receiving})` with `closing = asyncio.create_task(self._closing.wait())`.
    pub(super) fn event_in_task(&self, loop_node: NodeRef) -> Option<NodeRef> {
        let model = self.model(loop_node);
        let function = self.function_of(loop_node)?;
        let waits = |n: NodeId| model.is_call_of(n, &["asyncio.wait"]);
        let is_possible = model.tree.descendants(loop_node.node).any(waits);
        (is_possible && self.is_left(loop_node)).then_some(())?;
        let is_event = |call: &NodeId| {
            let is_task = matches!(model.callee_name(*call), Some("create_task" | "ensure_future"));
            let work = model.positional(*call).first().map(|n| model.bare(*n));
            let waited = work.filter(|_| is_task).and_then(|work| model.called_method(work));
            let Some((node, "wait")) = waited else { return false };
            let places = self.shared_storage(NodeRef { node, ..loop_node });
            let mut places = places.into_iter().flat_map(|location| self.occurrences_of(&location));
            places.any(|place| {
                self.function_of(place) != Some(function)
                    && self.signal_at(place, &StopTrigger::Called(&["set"])).is_some()
            })
        };
        let node = model.own_nodes(function.node, |kind| kind == Kind::Call).find(is_event)?;
        Some(NodeRef { node, ..loop_node })
    }

    /// The state of an object by which other code may end a loop, or a coroutine with one: `if self._state == State.STOPPED: break`,
    /// where another method sets it.
    pub(super) fn compared_state(&self, scope: NodeRef) -> Option<NodeRef> {
        let model = self.model(scope);
        let at = |node| NodeRef { node, ..scope };
        let leaves =
            |n: NodeId| matches!(model.kind(n), Kind::BreakStatement | Kind::ReturnStatement);
        let ends = |n: NodeId| match model.kind(n) {
            Kind::WhileStatement => true,
            Kind::IfStatement => {
                let suite = model.child(n, Field::Consequence);
                let is_in_loop = || model.tree.ancestors(n).any(|a| is_loop(model, a));
                suite.is_some_and(|suite| model.tree.children(suite).any(leaves)) && is_in_loop()
            }
            _ => false,
        };
        let is_constant = |n: NodeId| {
            let name = model.child(n, Field::Attribute).unwrap_or(n);
            let is_upper = !model.text(name).contains(char::is_lowercase);
            match model.kind(n) {
                Kind::Attribute | Kind::Identifier => is_upper,
                kind => kind == Kind::String,
            }
        };
        let state = |comparison: NodeId| {
            let mut sides = model.tree.children(comparison);
            let (left, right) = (sides.next()?, sides.next()?);
            let operator = model.between(left, right).trim();
            let is_state = model.kind(comparison) == Kind::ComparisonOperator
                && matches!(operator, "==" | "!=" | "is" | "is not")
                && is_constant(right);
            Some(left).filter(|_| is_state)
        };
        let is_set_by_others = |n: &NodeId| {
            let places = self.shared_storage(at(*n)).map(|location| self.occurrences_of(&location));
            places.into_iter().flatten().any(|place| {
                let function = self.function_of(place);
                !self.is_read(place)
                    && function != self.function_of(at(*n))
                    && function.is_some_and(|f| !self.is_constructor(f))
            })
        };
        let inside = model.tree.subtree(scope.node).filter(|n| ends(*n));
        let conditions = inside.filter_map(|n| model.child(n, Field::Condition));
        let mut states = conditions.flat_map(|c| model.tree.subtree(c)).filter_map(state);
        states.find(is_set_by_others).map(at)
    }

    /// The clause by which a loop is left as what it reads ends: `except ConnectionClosed: return`, in the loop or around it.
    pub(super) fn end_by_error(&self, loop_node: NodeRef) -> Option<NodeRef> {
        let model = self.model(loop_node);
        let leaves = |clause: &NodeId| {
            let mut inside = model.tree.descendants(*clause);
            let own_loop = model.tree.ancestors(*clause).find(|n| is_loop(model, *n));
            let is_own = own_loop == Some(loop_node.node);
            inside.any(|n| match model.kind(n) {
                Kind::ReturnStatement => true,
                kind => kind == Kind::BreakStatement && is_own,
            })
        };
        let inside = model.tree.descendants(loop_node.node);
        let mut clauses = inside.filter(|n| {
            model.kind(*n) == Kind::ExceptClause
                && model.frame_of(*n) == model.frame_of(loop_node.node)
                && !catches_only_cancellation(model, *n)
        });
        let node = clauses.find(leaves).or_else(|| self.end_clause(loop_node))?;
        Some(NodeRef { node, ..loop_node })
    }

    /// Where a coroutine without a loop tells others that it is over: `self._closed.set_result(None)`.
    pub(super) fn announcement(&self, function: NodeRef) -> Option<NodeRef> {
        let model = self.model(function);
        let is_announced = |n: &NodeId| {
            let called = model.called_method(*n);
            called.is_some_and(|(object, name)| {
                let is_shared = model.kind(object) == Kind::Attribute;
                is_shared && matches!(name, "set" | "set_result")
            })
        };
        let node = model.own_nodes(function.node, |kind| kind == Kind::Call).find(is_announced)?;
        Some(NodeRef { node, ..function })
    }

    /// Where a coroutine without a loop waits for an event that a function sets which ends something: `await self._ended.wait()`, where
    /// `stop` calls `self._ended.set()`. The coroutine may wait for more after that.
    pub(super) fn event_of_end(&self, function: NodeRef) -> Option<NodeRef> {
        let model = self.model(function);
        let at = |node| NodeRef { node, ..function };
        let is_of_end = |awaiting: &NodeId| {
            let awaited = model.tree.first_child(*awaiting).map(|n| model.bare(n));
            let waited = awaited.and_then(|n| model.called_method(n));
            let Some((event, "wait")) = waited else { return false };
            let places =
                self.shared_storage(at(event)).map(|location| self.occurrences_of(&location));
            places.into_iter().flatten().any(|place| {
                let other = self.function_of(place).filter(|f| *f != function);
                other.is_some_and(|f| self.is_end(f))
                    && self.signal_at(place, &StopTrigger::Called(&["set"])).is_some()
            })
        };
        let mut awaits = model.own_nodes(function.node, |kind| kind == Kind::Await);
        awaits.find(is_of_end).map(at)
    }

    /// Whether a function initialises its object.
    pub(super) fn is_constructor(&self, function: NodeRef) -> bool {
        let name = self.model(function).name_of(function.node);
        matches!(name, "__init__" | "__new__" | "__post_init__" | "__attrs_post_init__")
    }

    /// `self.writer` where a constructor assigns to it.
    pub(super) fn is_own_field(&self, target: NodeRef) -> bool {
        let model = self.model(target);
        let object = model.child(target.node, Field::Object);
        object.is_some_and(|object| model.self_class(object).is_some())
            && self.function_of(target).is_some_and(|f| self.is_constructor(f))
    }

    /// The statement or call at `place` that triggers the end of the loop.
    fn signal_at(&self, occurrence: NodeRef, trigger: &StopTrigger) -> Option<NodeRef> {
        let model = self.model(occurrence);
        let parent = model.tree.parent(occurrence.node)?;
        let at = |node| Some(NodeRef { node, ..occurrence });
        if let StopTrigger::Value(wanted) = trigger {
            let is_target = model.kind(parent) == Kind::Assignment
                && model.tree.field(occurrence.node) == Field::Left;
            let value = model.child(parent, Field::Right).filter(|_| is_target)?;
            let gives = match model.kind(value) {
                Kind::True => true,
                Kind::False | Kind::None => false,
                _ => return None,
            };
            return at(parent).filter(|_| gives == *wanted);
        }
        if let StopTrigger::Cleared = trigger {
            let value = model.child(parent, Field::Right).filter(|_| {
                model.kind(parent) == Kind::Assignment
                    && model.tree.field(occurrence.node) == Field::Left
            });
            return at(parent).filter(|_| value.is_some_and(|v| model.kind(v) == Kind::None));
        }
        let name = model.child(parent, Field::Attribute).map(|n| model.text(n))?;
        let call = model.parent_of_kind(parent, Kind::Call)?;
        let arguments = model.positional(call);
        let is_it = match trigger {
            StopTrigger::Called(methods) => methods.contains(&name),
            _ => {
                let is_none = arguments.first().is_some_and(|a| model.kind(*a) == Kind::None);
                ContainerMethod::named(name).effect == MethodEffect::Enqueue && is_none
            }
        };
        at(call).filter(|_| is_it)
    }

    /// The stop conditions of a loop: its own, and those that guard a `break` or `return` in its
    /// body.
    fn stop_conditions(&self, loop_node: NodeRef) -> Vec<StopCondition> {
        let model = self.model(loop_node);
        let mut found = Vec::new();
        if let Some(condition) = model.child(loop_node.node, Field::Condition) {
            self.collect_conditions(NodeRef { node: condition, ..loop_node }, false, &mut found);
        }
        for node in model.tree.descendants(loop_node.node) {
            let leaves_loop =
                |n: NodeId| matches!(model.kind(n), Kind::BreakStatement | Kind::ReturnStatement);
            let guarded = || model.child(node, Field::Consequence);
            if model.kind(node) == Kind::IfStatement
                && guarded().is_some_and(|b| model.tree.children(b).any(leaves_loop))
                && let Some(condition) = model.child(node, Field::Condition)
            {
                self.collect_conditions(NodeRef { node: condition, ..loop_node }, true, &mut found);
            }
            let event = self.event_that_ends(NodeRef { node, ..loop_node });
            found.extend(event.map(|location| StopCondition {
                location,
                trigger: StopTrigger::Called(&["set"]),
            }));
        }
        found
    }

    /// The event of a wait that is followed by the end of the loop: `await self._stopped.wait()`, then `break`, also in the `else`
    /// of its `try`.
    fn event_that_ends(&self, call: NodeRef) -> Option<StorageLocation> {
        let model = self.model(call);
        let (event, "wait") = model.called_method(call.node)? else { return None };
        let statement = model.statement_of(call.node);
        let block = model.tree.parent(statement)?;
        let attempt = model.tree.parent(block).filter(|n| model.kind(*n) == Kind::TryStatement);
        let otherwise = attempt.and_then(|n| {
            let mut clauses = model.children_of_kind(n, Kind::ElseClause);
            clauses.next().and_then(|clause| model.child(clause, Field::Body))
        });
        let leaves =
            |n: NodeId| matches!(model.kind(n), Kind::BreakStatement | Kind::ReturnStatement);
        let ends = model.tree.children(block).any(|n| n > statement && leaves(n))
            || otherwise.is_some_and(|block| model.tree.children(block).any(leaves));
        ends.then(|| self.shared_storage(NodeRef { node: event, ..call }))?
    }

    /// Collects the stop conditions of an expression that ends the loop when it has this value.
    fn collect_conditions(
        &self,
        condition: NodeRef,
        ends_when: bool,
        found: &mut Vec<StopCondition>,
    ) {
        let model = self.model(condition);
        let node = model.bare(condition.node);
        let at = |node| NodeRef { node, ..condition };
        match model.kind(node) {
            Kind::NotOperator => {
                if let Some(inner) = model.tree.first_child(node) {
                    self.collect_conditions(at(inner), !ends_when, found);
                }
            }
            Kind::BooleanOperator => {
                for side in model.tree.children(node) {
                    self.collect_conditions(at(side), ends_when, found);
                }
            }
            Kind::Identifier | Kind::Attribute => {
                if let Some(value) = self.property_value(at(node)) {
                    return self.collect_conditions(value, ends_when, found);
                }
                let location = self.shared_storage(at(node));
                found.extend(location.map(|location| StopCondition {
                    location,
                    trigger: StopTrigger::Value(ends_when),
                }));
            }
            Kind::Call => {
                let methods: &[&str] = match model.called_method(node) {
                    Some((_, "is_set")) if ends_when => &["set"],
                    Some((_, "is_set")) => &["clear"],
                    Some((_, "done")) if ends_when => &["set_result", "set_exception", "cancel"],
                    _ => return,
                };
                let object = model.called_method(node).map(|(object, _)| at(object));
                if let Some(location) = object.and_then(|object| self.shared_storage(object)) {
                    found.push(StopCondition { location, trigger: StopTrigger::Called(methods) });
                }
            }
            Kind::ComparisonOperator => {
                let sentinel = self.sentinel_condition(at(node)).filter(|_| ends_when);
                found.extend(sentinel.or_else(|| self.absence_condition(at(node), ends_when)));
            }
            _ => {}
        }
    }

    /// What a property of `self` returns, if it does nothing else, and that is more than an attribute.
    fn property_value(&self, attribute: NodeRef) -> Option<NodeRef> {
        let model = self.model(attribute);
        let class = model.self_class(model.child(attribute.node, Field::Object)?)?;
        let name = model.text(model.child(attribute.node, Field::Attribute)?);
        let getter = self.function_at(&format!("{}.{name}", model.path_of(class)))?;
        let there = self.model(getter);
        let [value] = there.returns(getter.node)[..] else { return None };
        let decorators = there.decorators(getter.node);
        let is_property = decorators.iter().any(|d| there.text(*d) == "property");
        (is_property && there.kind(there.bare(value)) != Kind::Attribute)
            .then_some(NodeRef { node: value, ..getter })
    }

    /// `self.transport is not None`, in the condition of a loop.
    fn absence_condition(&self, comparison: NodeRef, ends_when: bool) -> Option<StopCondition> {
        let model = self.model(comparison);
        let mut sides = model.tree.children(comparison.node);
        let (left, right) = (sides.next()?, sides.next()?);
        let is_absent = match model.between(left, right).split_whitespace().collect::<Vec<_>>()[..]
        {
            ["is"] => true,
            ["is", "not"] => false,
            _ => return None,
        };
        let is_it = model.kind(right) == Kind::None && is_absent == ends_when;
        let location = self.shared_storage(NodeRef { node: left, ..comparison })?;
        is_it.then_some(StopCondition { location, trigger: StopTrigger::Cleared })
    }

    /// `item is None`, where `item` comes out of a queue.
    fn sentinel_condition(&self, comparison: NodeRef) -> Option<StopCondition> {
        let model = self.model(comparison);
        let mut sides = model.tree.children(comparison.node);
        let (left, right) = (sides.next()?, sides.next()?);
        (model.kind(right) == Kind::None && !model.text(comparison.node).contains(" not "))
            .then_some(())?;
        let got = match model.kind(model.bare(left)) {
            Kind::Identifier => model.bindings_of(left).iter().find_map(|b| match b.kind {
                BindingKind::Assign { value }
                | BindingKind::Annotated { value: Some(value), .. } => Some(value),
                _ => None,
            })?,
            _ => model.bare(left),
        };
        let call = model.tree.first_child(got).filter(|_| model.kind(got) == Kind::Await)?;
        let at = |node| NodeRef { node, ..comparison };
        let location = match model.called_method(call) {
            Some((object, "get")) => self.shared_storage(at(object)),
            _ => self.queue_of_helper(at(call)),
        };
        Some(StopCondition { location: location?, trigger: StopTrigger::Sentinel })
    }

    /// The only queue that the function of a call returns items of: `return await self._queue.get()`.
    fn queue_of_helper(&self, call: NodeRef) -> Option<StorageLocation> {
        let [helper] = self.coroutines(call)[..] else { return None };
        let model = self.model(helper);
        let gets = model.own_nodes(helper.node, |kind| kind == Kind::Attribute).filter(|n| {
            let name = model.child(*n, Field::Attribute).map(|name| model.text(name));
            matches!(name, Some("get" | "get_nowait"))
        });
        let objects = gets.filter_map(|n| model.child(n, Field::Object));
        let mut queues: Vec<StorageLocation> =
            objects.filter_map(|node| self.shared_storage(NodeRef { node, ..helper })).collect();
        queues.dedup();
        queues.pop().filter(|_| queues.is_empty())
    }

    /// The storage location, if other functions can reach it too.
    fn shared_storage(&self, node_ref: NodeRef) -> Option<StorageLocation> {
        self.storage_of(node_ref)
            .filter(|k| matches!(k, StorageLocation::Attribute { .. } | StorageLocation::Global(_)))
    }
}
