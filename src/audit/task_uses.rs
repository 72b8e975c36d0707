//! What code does with a task, or a container of tasks, from an expression on: cancels it, awaits
//! it, reads its outcome, or lets it escape. It does not know who owns the task.

use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet};

use super::index::WorkspaceIndex;
use super::operands::{
    after_rebinding, is_dropped, is_known_done, is_local_name, keyed_container, unpacked_wait,
    without_refusals,
};
use super::types::{NodeRef, TaskOp, TaskUse, Timeout};
use super::waiting::{FollowedValue, gather_value, is_in_timeout_block, is_silenced};
use crate::python::{Field, Kind, NodeId, UseKind};
use crate::tasks::MethodAccess;
use crate::tasks::libraries::{
    ContainerMethod, LibraryEffect, MethodEffect, MethodResult, of_builtin,
};

/// Maximum call depth.
const MAX_DEPTH: u32 = 4;

impl WorkspaceIndex<'_> {
    /// Everything that is done with the value of an expression, in source order.
    pub(super) fn collect_task_uses(
        &self,
        node_ref: NodeRef,
        followed: FollowedValue,
        follows_returns: bool,
    ) -> Vec<TaskUse> {
        let mut collector = TaskUseCollector {
            index: self,
            origin: node_ref,
            follows_returns,
            seen: BTreeSet::new(),
            found: BTreeSet::new(),
            callees: BTreeMap::new(),
            is_callee: false,
            returned: BTreeSet::new(),
            depth: 0,
        };
        collector.follow(node_ref, followed);
        collector.found.into_iter().collect()
    }
}

/// What a function does with a parameter, and what it returns of it.
#[derive(Debug, Clone, Default)]
struct CalleeUses {
    uses: BTreeSet<TaskUse>,
    returned: BTreeSet<FollowedValue>,
}

struct TaskUseCollector<'i, 'a> {
    index: &'i WorkspaceIndex<'a>,
    /// Where the value comes from.
    origin: NodeRef,
    seen: BTreeSet<(NodeRef, FollowedValue)>,
    found: BTreeSet<TaskUse>,
    /// What functions do with a parameter.
    callees: BTreeMap<(NodeRef, FollowedValue), CalleeUses>,
    /// Whether this is about a parameter of a function that is called.
    is_callee: bool,
    /// What such a function returns.
    returned: BTreeSet<FollowedValue>,
    /// Whether what is returned is followed to the callers.
    follows_returns: bool,
    depth: u32,
}

impl TaskUseCollector<'_, '_> {
    fn add(&mut self, node_ref: NodeRef, op: TaskOp) {
        self.found.insert(TaskUse { node_ref, op, via: None, inner: None });
    }

    fn follow(&mut self, node_ref: NodeRef, followed: FollowedValue) {
        if !self.seen.insert((node_ref, followed)) {
            return;
        }
        let model = self.index.model(node_ref);
        let at = |node| NodeRef { node, ..node_ref };
        let Some(parent) = model.tree.parent(node_ref.node) else { return };
        let field = model.tree.field(node_ref.node);
        match (model.kind(parent), field) {
            (
                Kind::ParenthesizedExpression
                | Kind::BooleanOperator
                | Kind::ListSplat
                | Kind::DictionarySplat,
                _,
            ) => self.follow(at(parent), followed),
            (Kind::ConditionalExpression, _)
                if model.tree.children(parent).nth(1) != Some(node_ref.node) =>
            {
                self.follow(at(parent), followed);
            }
            (Kind::NamedExpression, Field::Value) => {
                if let Some(name) = model.child(parent, Field::Name) {
                    self.follow_name(at(name), followed);
                }
                self.follow(at(parent), followed);
            }
            (Kind::Await, _) => self.follow_awaited(at(parent), followed),
            (Kind::Assignment | Kind::AugmentedAssignment, Field::Right) => {
                let left = model.child(parent, Field::Left);
                let is_listed = model.kind(node_ref.node) == Kind::List
                    && left.is_some_and(|left| model.kind(left) == Kind::Identifier);
                if model.kind(parent) == Kind::Assignment || is_listed {
                    left.into_iter().for_each(|left| self.follow_target(at(left), followed));
                }
                // `task = self._task = spawn(work())`
                self.follow(at(parent), followed);
            }
            (Kind::Tuple | Kind::List | Kind::Set | Kind::ExpressionList, _) => {
                self.follow_element(at(parent), node_ref, followed);
            }
            (Kind::Pair, Field::Key | Field::Value) => {
                if let Some(literal) = model.tree.parent(parent) {
                    self.follow(at(literal), followed.collected());
                }
            }
            (kind, Field::Body) if kind.is_comprehension() => {
                self.follow(at(parent), followed.collected());
            }
            (Kind::ForInClause | Kind::ForStatement, Field::Right) => {
                if let Some((left, item)) = model.child(parent, Field::Left).zip(followed.item()) {
                    self.follow_target(at(left), item);
                }
            }
            (Kind::BinaryOperator, _) => {
                let site = Some(self.origin.node).filter(|_| self.origin.file == node_ref.file);
                if !is_dropped(model, parent, node_ref.node, site) {
                    self.follow(at(parent), followed);
                }
            }
            (Kind::Subscript, Field::Value) => self.follow(at(parent), followed.element()),
            // `names[task] = name`
            (Kind::Subscript, _) => {
                if let Some(container) = keyed_container(self.index, at(parent)) {
                    self.follow_name(container, followed.collected());
                }
            }
            (Kind::Attribute, Field::Object) => self.follow_attribute(at(parent), followed),
            (Kind::KeywordArgument, Field::Value) => {
                if let Some(arguments) = model.tree.parent(parent) {
                    self.follow_argument(at(parent), at(arguments), followed);
                }
            }
            (Kind::ArgumentList, _) => self.follow_argument(node_ref, at(parent), followed),
            (Kind::Call, Field::Arguments) => self.passed_to_call(node_ref, at(parent), followed),
            // In an `__await__`.
            (Kind::Yield, _) if model.text(parent).starts_with("yield from") => {
                self.follow_awaited(at(parent), followed);
            }
            (Kind::ReturnStatement, _) if self.is_callee => {
                self.returned.insert(followed);
            }
            (Kind::ReturnStatement, _) if self.follows_returns => {
                self.follow_returned(at(parent), followed);
            }
            (Kind::ReturnStatement | Kind::Yield, _) => self.add(at(parent), TaskOp::Escape),
            _ => {}
        }
    }

    /// The value is returned: what the callers of the function do with it.
    fn follow_returned(&mut self, statement: NodeRef, followed: FollowedValue) {
        let index = self.index;
        let function = index.function_of(statement).filter(|_| self.depth < MAX_DEPTH);
        let (callers, is_unclear) = function.map(|f| index.callers(f)).unwrap_or_default();
        let is_async = function.is_some_and(|f| index.model(f).is_async(f.node));
        // Others may call what is not private.
        let is_open =
            |f: NodeRef| !index.model(f).name_of(f.node).starts_with('_') || index.is_property(f);
        if callers.is_empty() || is_unclear || function.is_none_or(is_open) {
            self.add(statement, TaskOp::Escape);
        }
        self.depth += 1;
        for caller in callers.into_iter().filter(|c| !c.by_name_only) {
            let model = index.model(caller.node_ref);
            let is_call = model.kind(caller.node_ref.node) == Kind::Call;
            let value = match is_async {
                true => model.parent_of_kind(caller.node_ref.node, Kind::Await),
                false => Some(caller.node_ref.node),
            };
            match value.filter(|_| is_call) {
                Some(node) => self.follow(NodeRef { node, ..caller.node_ref }, followed),
                None => self.add(statement, TaskOp::Escape),
            }
        }
        self.depth -= 1;
    }

    /// `await value`, and the result of `asyncio.wait`.
    fn follow_awaited(&mut self, awaiting: NodeRef, followed: FollowedValue) {
        let is_plain = matches!(followed, FollowedValue::Task | FollowedValue::Container);
        let is_done = is_plain && is_known_done(self.index.model(awaiting), awaiting.node);
        let followed = if is_done { FollowedValue::Done.element() } else { followed };
        let op = match followed.await_op() {
            TaskOp::Await { mut timeout, raises, retrieves } => {
                if is_in_timeout_block(self.index.model(awaiting), awaiting.node) {
                    timeout = timeout.max(followed.limited(Timeout::Present));
                }
                let is_hidden = is_silenced(self.index.model(awaiting), awaiting.node);
                TaskOp::Await { timeout, raises: raises && !is_hidden, retrieves }
            }
            other => other,
        };
        self.add(awaiting, op);
        let model = self.index.model(awaiting);
        let at = |node| NodeRef { node, ..awaiting };
        if matches!(op, TaskOp::Await { timeout: Timeout::FirstDone, .. })
            && let Some((done, pending)) = unpacked_wait(model, awaiting.node)
        {
            self.follow_target(at(done), FollowedValue::Done);
            self.follow_target(at(pending), FollowedValue::Container);
        } else if matches!(followed, FollowedValue::Waiting { raises: false, .. }) {
            // `done, pending = await asyncio.wait(tasks)`, `results = await gather(..., return_exceptions=True)`
            self.follow(awaiting, FollowedValue::Container);
        }
    }

    fn follow_element(&mut self, literal: NodeRef, node: NodeRef, followed: FollowedValue) {
        let model = self.index.model(literal);
        if let Some(assignment) = model.parent_of_kind(literal.node, Kind::Assignment)
            && let Some(left) = model.child(assignment, Field::Left)
            && matches!(model.kind(left), Kind::PatternList | Kind::TuplePattern)
        {
            let position = model.tree.children(literal.node).position(|c| c == node.node);
            let target = position.and_then(|i| model.tree.children(left).nth(i));
            if let Some(node) = target {
                self.follow_target(NodeRef { node, ..literal }, followed);
            }
            return;
        }
        // `for tasks in [self._readers, self._writers]:`
        if let Some(around) = model.tree.parent(literal.node)
            && matches!(model.kind(around), Kind::ForInClause | Kind::ForStatement)
            && model.tree.field(literal.node) == Field::Right
            && let Some(left) = model.child(around, Field::Left)
        {
            return self.follow_target(NodeRef { node: left, ..literal }, followed);
        }
        self.follow(literal, followed.collected());
    }

    /// The value is bound to the target of an assignment or a loop.
    fn follow_target(&mut self, target: NodeRef, followed: FollowedValue) {
        let model = self.index.model(target);
        match model.kind(target.node) {
            Kind::Identifier => self.follow_name(target, followed),
            Kind::PatternList | Kind::TuplePattern | Kind::ListPattern | Kind::Tuple => {
                let parts: Vec<NodeId> = model.tree.children(target.node).collect();
                // `(ended,) = done`
                let is_unpacked = followed == FollowedValue::Done || parts.len() == 1;
                let followed = if is_unpacked { followed.element() } else { followed };
                for node in parts {
                    self.follow_target(NodeRef { node, ..target }, followed);
                }
            }
            // `self.writer = writer` in the constructor of an object that is made with the task.
            _ if self.is_callee && self.index.is_own_field(target) => {
                self.add(target, TaskOp::StoreIn(target));
            }
            // Stored elsewhere: the uses of that location are not followed here.
            _ => self.add(target, TaskOp::Escape),
        }
    }

    /// Follows every read of a local variable that can run after this occurrence.
    fn follow_name(&mut self, name: NodeRef, followed: FollowedValue) {
        let model = self.index.model(name);
        let Some((scope, symbol)) = model.variable(name.node) else { return };
        if self.index.is_shared_name(name) {
            return self.add(name, TaskOp::Escape);
        }
        let frame = model.frame_of(name.node);
        let around = model.tree.ancestors(name.node);
        let around = around.take_while(|n| model.kind(*n) != Kind::FunctionDefinition);
        let is_loop = |n: &NodeId| {
            let kind = model.kind(*n);
            matches!(kind, Kind::ForStatement | Kind::WhileStatement) || kind.is_comprehension()
        };
        let round = around.filter(is_loop).last();
        let uses = model.uses(scope, symbol);
        let rebound = after_rebinding(model, name.node, uses);
        for read in uses.iter().filter(|u| u.kind == UseKind::Load) {
            let can_come_after = read.node > name.node
                && !rebound.contains(&model.tree.start(read.node))
                || model.frame_of(read.node) != frame
                || round.is_some_and(|r| model.tree.contains(r, read.node));
            if can_come_after {
                self.follow(NodeRef { node: read.node, ..name }, followed);
            }
        }
    }

    fn follow_attribute(&mut self, attribute: NodeRef, followed: FollowedValue) {
        let model = self.index.model(attribute);
        let at = |node| NodeRef { node, ..attribute };
        let method = MethodAccess::at(model, attribute.node);
        let name = method.name;
        let Some(call) = method.call else {
            match name {
                // `call_later(5, task.cancel)`, `stack.callback(task.cancel)`
                "cancel" if followed.passes_cancellation() => self.add(attribute, TaskOp::Cancel),
                // `to_thread(future.result)`
                "result" | "exception" => self.add(attribute, TaskOp::ReadOutcome),
                _ => {}
            }
            return;
        };
        match name {
            "cancel" if followed.passes_cancellation() => self.add(at(call), TaskOp::Cancel),
            "result" | "exception"
                if !matches!(followed, FollowedValue::Container | FollowedValue::Done) =>
            {
                self.add(at(call), TaskOp::ReadOutcome)
            }
            // In the `__await__` of the owner of the task.
            "__await__" => self.follow_awaited(at(call), followed),
            "add_done_callback" => {
                if let Some(callback) = model.positional(call).first() {
                    self.add(at(call), TaskOp::AddCallback(at(*callback)));
                }
            }
            // `task = await queue.get()` waits for the queue.
            "get" if followed == FollowedValue::Container && model.positional(call).is_empty() => {
                match model.parent_of_kind(call, Kind::Await) {
                    Some(got) => self.follow(at(got), FollowedValue::Task),
                    None => self.add(at(call), TaskOp::Escape),
                }
            }
            // The audit does not follow it, unlike verdicts.
            "symmetric_difference" => {}
            _ if followed != FollowedValue::Task => match method.op().result {
                MethodResult::Nothing => {}
                MethodResult::Element | MethodResult::Pair => {
                    self.follow(at(call), followed.element())
                }
                _ => self.follow(at(call), followed),
            },
            _ => {}
        }
    }

    fn follow_argument(&mut self, argument: NodeRef, arguments: NodeRef, followed: FollowedValue) {
        let model = self.index.model(arguments);
        if let Some(call) = model.parent_of_kind(arguments.node, Kind::Call) {
            self.passed_to_call(argument, NodeRef { node: call, ..arguments }, followed);
        }
    }

    /// The value is an argument of a call.
    fn passed_to_call(&mut self, argument: NodeRef, call: NodeRef, followed: FollowedValue) {
        let model = self.index.model(call);
        let Some(callee) = model.child(call.node, Field::Function) else { return };
        let text = model.text(callee);
        let method = model.child(callee, Field::Attribute).map_or("", |a| model.text(a));
        let paths = LazyCell::new(|| model.paths(callee));
        let is = |path: &str| paths.iter().any(|p| p == path);
        let waiting = |inner: FollowedValue, timeout: Timeout| match inner {
            FollowedValue::Waiting { timeout: before, raises, cancels } => {
                FollowedValue::Waiting { timeout: before.max(timeout), raises, cancels }
            }
            inner => {
                let cancels = inner.passes_cancellation();
                FollowedValue::Waiting { timeout, raises: true, cancels }
            }
        };
        let second_argument = model.positional(call.node).get(1).copied();
        let limit = || model.keyword(call.node, "timeout").or(second_argument);
        let timeout = || self.index.timeout_of(call, limit());
        let effect = ContainerMethod::named(method).effect;
        let builtin = of_builtin(text);
        // The audit does not follow what is passed to `dict`, unlike verdicts.
        let copies = builtin.is_some_and(LibraryEffect::is_copy) && text != "dict";
        // Nor does it know that these builtins only read it.
        let reads = builtin == Some(LibraryEffect::Reads)
            && !matches!(text, "callable" | "format" | "getattr" | "hash" | "type");
        if copies || is("itertools.chain") || is("itertools.chain.from_iterable") {
            self.follow(call, followed);
        } else if builtin == Some(LibraryEffect::Takes) {
            self.follow(call, followed.element());
        } else if is("asyncio.gather") {
            self.follow(call, gather_value(model, call.node).around(followed));
        } else if is("asyncio.as_completed") {
            self.follow(call, FollowedValue::AS_COMPLETED);
        } else if is("asyncio.wait") {
            let timeout = self.index.wait_timeout(call);
            self.follow(call, FollowedValue::Waiting { timeout, raises: false, cancels: false });
        } else if is("asyncio.wait_for") {
            self.follow(call, waiting(followed, followed.limited(timeout())));
        } else if is("asyncio.shield") {
            self.follow(call, followed.shielded());
        } else if is("asyncio.ensure_future") || is("asyncio.wrap_future") {
            self.follow(call, followed);
        } else if method == "run_until_complete" {
            self.add(call, followed.await_op());
        } else if matches!(
            effect,
            MethodEffect::Store(0) | MethodEffect::Merge | MethodEffect::Enqueue
        ) && !matches!(method, "appendleft" | "extendleft")
        {
            // The audit does not know `insert`, `setdefault` and the methods of the left end here, unlike verdicts.
            // Added to another container: a local list is followed, anything else escapes.
            let object = model.child(callee, Field::Object);
            let is_local = |o: &NodeId| is_local_name(self.index, NodeRef { node: *o, ..call });
            match object.filter(is_local).filter(|_| effect != MethodEffect::Enqueue) {
                Some(list) => {
                    self.follow_name(NodeRef { node: list, ..call }, followed.collected())
                }
                None => self.add(call, TaskOp::Escape),
            }
        } else if !reads
            && !matches!(effect, MethodEffect::Remove { .. })
            && !matches!(method, "index" | "debug" | "info" | "warning")
        {
            self.follow_into_callee(argument, call, callee, followed);
        }
    }

    /// The value is passed to a function: one of the project is followed, and its uses are
    /// attributed to the call.
    fn follow_into_callee(
        &mut self,
        argument: NodeRef,
        call: NodeRef,
        callee: NodeId,
        followed: FollowedValue,
    ) {
        let at = NodeRef { node: callee, ..call };
        let mut functions = self.index.functions(at);
        if let Some(class) = self.index.class_of(at).filter(|_| functions.is_empty()) {
            match self.index.function_at(&format!("{class}.__init__")) {
                Some(constructor) => functions.push(constructor),
                None => {
                    let field = self.index.field_of(&class, argument, call);
                    let field = field.and_then(|f| self.index.occurrences_of(&f).first().copied());
                    return self.add(call, field.map_or(TaskOp::Escape, TaskOp::StoreIn));
                }
            }
        }
        let parameter = match functions[..] {
            [function] if self.depth < MAX_DEPTH => {
                self.index.parameter_for(function, argument, call).map(|p| (function, p))
            }
            _ => None,
        };
        let Some((function, parameter)) = parameter else { return self.add(call, TaskOp::Escape) };
        let there = self.index.model(parameter);
        let followed = match there.tree.parent(parameter.node).map(|p| there.kind(p)) {
            Some(Kind::ListSplatPattern | Kind::DictionarySplatPattern) => FollowedValue::Container,
            _ => followed,
        };
        let key = (parameter, followed);
        if !self.callees.contains_key(&key) {
            // A recursive call adds nothing.
            self.callees.insert(key, CalleeUses::default());
            let mut inner = TaskUseCollector {
                index: self.index,
                origin: parameter,
                seen: BTreeSet::new(),
                found: BTreeSet::new(),
                callees: std::mem::take(&mut self.callees),
                is_callee: true,
                returned: BTreeSet::new(),
                follows_returns: false,
                depth: self.depth + 1,
            };
            inner.follow_name(parameter, followed);
            self.callees = inner.callees;
            let uses = without_refusals(self.index, inner.found);
            self.callees.insert(key, CalleeUses { uses, returned: inner.returned });
        }
        // A coroutine that is not awaited here runs at an unknown time.
        let model = self.index.model(call);
        let awaiting = model.parent_of_kind(call.node, Kind::Await);
        let is_coroutine = self.index.model(function).is_async(function.node);
        let is_later = is_coroutine && awaiting.is_none();
        let via = Some(self.index.name_of(function));
        let CalleeUses { uses, returned } = self.callees[&key].clone();
        for task_use in uses {
            // So does a function inside the callee.
            let is_nested = self.index.function_of(task_use.node_ref) != Some(function);
            let op = if is_later || is_nested { TaskOp::Escape } else { task_use.op };
            let inner = Some(task_use.node_ref);
            self.found.insert(TaskUse { node_ref: call, op, via: via.clone(), inner });
        }
        // A coroutine returns it where it is awaited.
        let value = if is_coroutine { awaiting } else { Some(call.node) };
        match value {
            Some(node) => {
                returned.into_iter().for_each(|r| self.follow(NodeRef { node, ..call }, r))
            }
            None if returned.is_empty() => {}
            None => self.add(call, TaskOp::Escape),
        }
    }
}
