//! A value passed as an argument: library calls are looked up in the table, the project's functions
//! in their summaries, everything else is unsure.

use super::analyzer::{EscapeAnalyzer, EscapeResult, Follow};
use crate::python::{Field, Kind, NodeId, Origin, UseKind};
use crate::tasks::container_access::MethodAccess;
use crate::tasks::effects::{PathElement, ValueKind};
use crate::tasks::libraries::{
    self, ContainerMethod, LibraryEffect, MethodEffect, MethodResult, Role, Spawner,
};
use crate::tasks::verdict::{Reason, Verdict};

impl EscapeAnalyzer<'_> {
    /// Follows a value that is an argument of `call` (`argument` may be a `keyword=value`).
    pub(in crate::tasks) fn passed_to_call(
        &self,
        argument: NodeId,
        call: NodeId,
        value_kind: ValueKind,
    ) -> EscapeResult {
        let model = self.model;
        let Some(callee) = model.child(call, Field::Function).map(|c| model.bare(c)) else {
            return self.dropped_at(argument);
        };
        if self.is_declared_keeper(callee) {
            let why = format!("{} keeps it, as configured", self.quote(callee));
            return self.ends_at(Reason::Kept, call, why);
        }
        if let Some(result) = self.passed_to_method(argument, call, callee, value_kind) {
            return result;
        }
        // A coroutine that holds the task is itself wrapped in a task: follow that one.
        if model.positional(call).first() == Some(&argument)
            && let Some(found) = self.spawner(callee)
            && found.forced.is_none()
            && matches!(
                found.spawner,
                Spawner::CreateTask | Spawner::LoopCreateTask | Spawner::TaskClass
            )
        {
            return self.escape_of(call, ValueKind::Task);
        }
        let origins = self.origins(callee);
        // `group.create_task(waits(task))`: the group keeps the coroutine that holds it.
        if value_kind == ValueKind::Callable
            && let Some(reason) = self.spawner(callee).and_then(|found| found.forced)
            && reason.verdict() == Verdict::Managed
        {
            let why = format!("{} keeps a callable that refers to it", self.quote(callee));
            return EscapeResult::new(Reason::Kept, call, why);
        }
        if let Some(effect) = origins.iter().find_map(|o| self.library_effect(o)) {
            return self.passed_to_library(effect, argument, call, value_kind);
        }
        if let Some(result) = self.passed_to_project(&origins, argument, call, value_kind) {
            return result;
        }
        self.unseen(argument, call, callee, value_kind)
    }

    /// Whether the configuration says that a function keeps the tasks that it is passed.
    fn is_declared_keeper(&self, callee: NodeId) -> bool {
        let name = self.model.child(callee, Field::Attribute).unwrap_or(callee);
        let declared = &self.project.declared;
        let is_renamed = || self.model.kind(callee) == Kind::Identifier;
        if !declared.has_keeper_named(self.model.text(name))
            && (declared.keepers.is_empty() || !is_renamed())
        {
            return false;
        }
        self.origins(callee).iter().any(|origin| match origin {
            Origin::Path(path) => {
                self.project.resolve(path).iter().any(|path| declared.is_keeper(path))
            }
            Origin::Function(function) => declared.is_keeper(&self.model.path_of(*function)),
            _ => false,
        })
    }

    fn unseen(
        &self,
        argument: NodeId,
        call: NodeId,
        callee: NodeId,
        value_kind: ValueKind,
    ) -> EscapeResult {
        let method = self.model.child(callee, Field::Attribute).map_or("", |a| self.model.text(a));
        let registers = value_kind == ValueKind::Callable
            && (libraries::names(Role::CallbackMethod).contains(&method)
                || method.starts_with("on_")
                || method.starts_with("add_"));
        if registers {
            let why = format!("{} keeps a callable that refers to it", self.quote(callee));
            return EscapeResult::new(Reason::Closure, call, why);
        }
        let why = format!(
            "it is not known whether {} keeps its argument ({})",
            self.quote(callee),
            self.line_text(argument)
        );
        EscapeResult::new(Reason::Argument, call, why)
    }

    /// Calls that are recognised by the method's name: containers, loggers, callbacks.
    fn passed_to_method(
        &self,
        argument: NodeId,
        call: NodeId,
        callee: NodeId,
        value_kind: ValueKind,
    ) -> Option<EscapeResult> {
        let model = self.model;
        let object = model.child(callee, Field::Object)?;
        let method = model.text(model.child(callee, Field::Attribute)?);
        if let Some(effect) = libraries::of_method(method) {
            return Some(match effect {
                // The loop, or the other future, keeps a callback until it has called it.
                LibraryEffect::Calls | LibraryEffect::CallsSecond => {
                    self.registered(argument, call, callee, object, value_kind)
                }
                _ => self.passed_to_library(effect, argument, call, value_kind),
            });
        }
        let ContainerMethod { effect, result } = ContainerMethod::named(method);
        // Verdicts alone take `push` and `__setitem__` for stores.
        let stores =
            matches!(effect, MethodEffect::Store(_) | MethodEffect::Merge | MethodEffect::Enqueue)
                || matches!(method, "push" | "__setitem__");
        if stores && !self.may_be_module(object) {
            // A method of one of the project's own classes does what its body does, whatever its name.
            let origins = self.origins(callee);
            if let Some(result) = self.passed_to_project(&origins, argument, call, value_kind) {
                return Some(result);
            }
            if method == "setdefault" && model.positional(call).first() == Some(&argument) {
                return Some(self.stored_as_key(object, call));
            }
            let value_kind = match value_kind {
                ValueKind::Container(_) if effect == MethodEffect::Merge => value_kind.collected(),
                _ => value_kind.wrapped_in(PathElement::Any),
            };
            return Some(self.stored(object, call, value_kind));
        }
        // `add_done_callback(S.discard(t))` calls `discard` at once.
        if matches!(
            (effect, result),
            (MethodEffect::Remove { .. }, _) | (MethodEffect::Read, MethodResult::Nothing)
        ) {
            return Some(self.dropped_at(argument));
        }
        let named = model.dotted(object).unwrap_or_default().to_lowercase();
        let name = named.rsplit('.').next().unwrap_or_default();
        let logs = libraries::is_log_method(method);
        if logs && (name.contains("log") || name == "self") {
            return Some(self.dropped_at(argument));
        }
        None
    }

    /// Whether an object that looks like a container may be a module or class whose function is
    /// called.
    fn may_be_module(&self, object: NodeId) -> bool {
        let [Origin::Path(ref path)] = self.origins(object)[..] else { return false };
        if path.contains("()") || self.project.is_variable(path) {
            return false;
        }
        self.depends_on_name(path.clone());
        true
    }

    fn registered(
        &self,
        argument: NodeId,
        call: NodeId,
        callee: NodeId,
        object: NodeId,
        value_kind: ValueKind,
    ) -> EscapeResult {
        let method = self.model.child(callee, Field::Attribute).map_or("", |a| self.model.text(a));
        // `t.add_done_callback(tasks.discard)` with `tasks` holding `t`, or `partial(f, t)`: the task's own callback.
        if method == "add_done_callback" && self.is_same_task(object, argument) {
            return self.dropped_at(argument);
        }
        let what = if value_kind == ValueKind::Callable {
            "a callable that refers to it"
        } else {
            "its argument"
        };
        self.ends_at(Reason::Closure, call, format!("{} keeps {what}", self.quote(callee)))
    }

    /// Whether a callback mentions the very variable that it is registered on, or is a container's
    /// method.
    fn is_same_task(&self, object: NodeId, argument: NodeId) -> bool {
        let model = self.model;
        let own = model.variable(model.bare(object));
        let mentions = |n: NodeId| own.is_some() && model.variable(n) == own;
        let inside =
            std::iter::once(argument).chain(model.tree.descendants(argument)).any(mentions);
        let method = MethodAccess::at(model, argument);
        // `appendleft` is no callback for verdicts.
        let is_of_container = matches!(
            method.op().effect,
            MethodEffect::Store(0) | MethodEffect::Remove { .. } | MethodEffect::Take
        ) && method.name != "appendleft";
        inside || is_of_container
    }

    fn passed_to_library(
        &self,
        effect: LibraryEffect,
        argument: NodeId,
        call: NodeId,
        value_kind: ValueKind,
    ) -> EscapeResult {
        match effect {
            LibraryEffect::Gathers => {
                let result = self.escape_of(call, ValueKind::Task);
                match result.reason {
                    Reason::Awaited => EscapeResult::new(
                        Reason::Gathered,
                        result.sink,
                        format!("it is gathered and awaited ({})", self.line_text(call)),
                    ),
                    _ => result,
                }
            }
            LibraryEffect::Waits => self.waited(argument, call),
            LibraryEffect::WaitsFor
                if value_kind == ValueKind::Shielded && !self.waits_for_good(call) =>
            {
                self.dropped_at(argument).left_by(Some(call))
            }
            LibraryEffect::WaitsFor | LibraryEffect::Passes => self.escape_of(call, value_kind),
            LibraryEffect::Shields => self.escape_of(call, ValueKind::Shielded),
            LibraryEffect::Iterates => match self.escape_of(call, ValueKind::CONTAINER) {
                result if result.verdict() == Verdict::Dropped && !self.is_waited_through(call) => {
                    result
                }
                _ => self.ends_at(Reason::Gathered, call, "it is awaited"),
            },
            LibraryEffect::Awaits => EscapeResult::new(
                Reason::Awaited,
                call,
                format!("{} waits for it", self.quote(call)),
            ),
            // `chain(*groups)`: each argument is a group.
            LibraryEffect::Collects if self.model.kind(argument) == Kind::ListSplat => {
                self.escape_of(call, value_kind.element().collected())
            }
            LibraryEffect::Collects | LibraryEffect::Maps => {
                self.escape_of(call, value_kind.collected())
            }
            LibraryEffect::Zips => self.escape_of(call, self.zipped(argument, call, value_kind)),
            LibraryEffect::Numbers => {
                let pair =
                    value_kind.element().wrapped_in(PathElement::Index { index: 1, length: 2 });
                self.escape_of(call, pair.wrapped_in(PathElement::Any))
            }
            LibraryEffect::Flattens => self.escape_of(call, value_kind.element().collected()),
            LibraryEffect::Takes => self.escape_of(call, value_kind.element()),
            LibraryEffect::Reads => self.dropped_at(argument),
            LibraryEffect::Sets if !self.is_set(argument, call) => self.dropped_at(argument),
            LibraryEffect::Keeps | LibraryEffect::Sets => {
                self.ends_at(Reason::Attribute, call, "it is set as an attribute")
            }
            LibraryEffect::Weak => {
                self.ends_at(Reason::WeakContainer, call, "the reference is weak")
            }
            LibraryEffect::Refers | LibraryEffect::Finalizes | LibraryEffect::WeakKeys => {
                self.watched(effect, argument, call, value_kind)
            }
            LibraryEffect::Binds => self.escape_of(call, ValueKind::Callable),
            LibraryEffect::Calls | LibraryEffect::CallsSecond | LibraryEffect::CallsAwaiting => {
                self.ends_at(Reason::Closure, call, "a registered callable refers to it")
            }
            // `to_thread(future.result)`: the thread has the future, and waits for it.
            LibraryEffect::Threads
                if self.model.child(argument, Field::Attribute).is_some_and(|name| {
                    matches!(self.model.text(name), "result" | "exception")
                }) =>
            {
                let callee = self.callee_of(call);
                self.ends_at(Reason::Awaited, call, format!("{callee} waits for it in a thread"))
            }
            LibraryEffect::Runs | LibraryEffect::Threads => {
                let callee = self.model.child(call, Field::Function).unwrap_or(call);
                self.unseen(argument, call, callee, value_kind)
            }
            LibraryEffect::Group => EscapeResult::new(
                Reason::Argument,
                call,
                "it is not known what the group does with its argument",
            ),
        }
    }

    /// Whether an iterator is consumed by an `async for`, which awaits its elements.
    fn is_waited_through(&self, call: NodeId) -> bool {
        let head = self.model.tree.parent(call);
        head.is_some_and(|head| {
            matches!(self.model.kind(head), Kind::ForStatement | Kind::ForInClause)
                && self.model.text(head).starts_with("async")
        })
    }

    /// Whether an argument is the value that `setattr` sets, not the object that it sets it on.
    fn is_set(&self, argument: NodeId, call: NodeId) -> bool {
        let model = self.model;
        let arguments = model.positional(call);
        let own = model.variable(model.bare(argument));
        let owner = arguments.first().and_then(|first| model.variable(model.bare(*first)));
        arguments.first() != Some(&argument) && (own.is_none() || own != owner)
    }

    /// `weakref` functions hold their first argument weakly, but their callback and its arguments
    /// strongly (library/weakref.html).
    fn watched(
        &self,
        effect: LibraryEffect,
        argument: NodeId,
        call: NodeId,
        value_kind: ValueKind,
    ) -> EscapeResult {
        let is_first = self.model.positional(call).first() == Some(&argument);
        match effect {
            LibraryEffect::Refers if is_first => {
                self.ends_at(Reason::WeakContainer, call, "the reference is weak")
            }
            LibraryEffect::Refers => self.escape_of(call, ValueKind::Callable),
            LibraryEffect::Finalizes if is_first => self.dropped_at(argument),
            LibraryEffect::Finalizes => {
                let callee = self.callee_of(call);
                let reason = match value_kind {
                    ValueKind::Callable => Reason::Closure,
                    _ => Reason::Kept,
                };
                self.ends_at(reason, call, format!("{callee} keeps the callable and its arguments"))
            }
            _ => EscapeResult::new(
                Reason::Argument,
                call,
                format!("it is not known what {} keeps", self.callee_of(call)),
            ),
        }
    }

    /// `asyncio.wait` without a limit waits for completion; with one, what counts is the use of
    /// `pending` (asyncio-task.html#asyncio.wait).
    fn waited(&self, argument: NodeId, call: NodeId) -> EscapeResult {
        let model = self.model;
        let Some(awaiting) = model.tree.parent(call).filter(|p| model.kind(*p) == Kind::Await)
        else {
            return self.escape_of(call, ValueKind::Task);
        };
        let gathered = || self.ends_at(Reason::Gathered, call, "it is awaited");
        let limited = model.keyword(call, "timeout").is_some_and(|t| model.kind(t) != Kind::None)
            || model.positional(call).len() > 1
            || model
                .keyword(call, "return_when")
                .is_some_and(|w| !model.text(w).ends_with("ALL_COMPLETED"));
        if !limited {
            return gathered();
        }
        let Some(outer) = model.tree.parent(awaiting) else {
            return gathered();
        };
        match model.kind(outer) {
            Kind::ExpressionStatement => self.dropped_at(argument).left_by(Some(call)),
            Kind::Assignment => match self.pending_of(outer) {
                // `done, _ = ...` with an unread `done` is like a wait whose result is discarded.
                Some(pending) if self.is_discarded_pair(pending) && self.is_left(pending) => {
                    self.dropped_at(argument).left_by(Some(call))
                }
                Some(pending) if self.is_left(pending) => {
                    let why = format!(
                        "`asyncio.wait` ({}) may leave it running, and nothing keeps the pending tasks",
                        self.line_text(call)
                    );
                    EscapeResult::new(Reason::Conditional, call, why)
                }
                _ => gathered(),
            },
            _ => gathered(),
        }
    }

    /// Whether `wait_for` is given no timeout: `None`.
    fn waits_for_good(&self, call: NodeId) -> bool {
        let model = self.model;
        let timeout = model.keyword(call, "timeout");
        let timeout = timeout.or_else(|| model.positional(call).get(1).copied());
        timeout.is_some_and(|t| model.kind(t) == Kind::None)
    }

    /// The second name in `done, pending = ...`.
    fn pending_of(&self, assignment: NodeId) -> Option<NodeId> {
        let left = self.model.child(assignment, Field::Left)?;
        let pair = matches!(self.model.kind(left), Kind::PatternList | Kind::TuplePattern);
        self.model
            .tree
            .children(left)
            .nth(1)
            .filter(|n| pair && self.model.kind(*n) == Kind::Identifier)
    }

    /// Whether a name in `done, pending = ...` is `_`, and nothing reads `done` either.
    fn is_discarded_pair(&self, pending: NodeId) -> bool {
        let model = self.model;
        let done = model.tree.previous_sibling(pending).and_then(|done| model.variable(done));
        let is_read =
            |(scope, symbol)| model.uses(scope, symbol).iter().any(|u| u.kind == UseKind::Load);
        model.text(pending) == "_" && done.is_some_and(|done| !is_read(done))
    }

    /// Whether nothing keeps the tasks of `pending`. A loop that waits for them again keeps them.
    fn is_left(&self, pending: NodeId) -> bool {
        let is_asked = |variable| self.once(variable, pending, || ()).is_none();
        !self.model.variable(pending).is_some_and(is_asked)
            && self.escape_of_variable(pending, ValueKind::CONTAINER).verdict() == Verdict::Dropped
    }
}
