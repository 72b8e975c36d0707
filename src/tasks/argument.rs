//! A task as an argument: what does the callee do with it? Known libraries come from the table, the project's functions
//! are looked into, everything else is unsure.

use super::inquiry::{Fate, Inquiry, Shape};
use super::known::{self, Does};
use super::nest::Step;
use super::taking::Ask;
use super::verdict::{Reason, Spawner, Verdict};
use crate::python::{Field, Kind, NodeId, Origin};

/// Method names of loggers (library/logging.html#logger-objects).
const LOG: &[&str] = &[
    "debug",
    "info",
    "warning",
    "warn",
    "error",
    "exception",
    "critical",
    "log",
    "trace",
    "success",
];

impl Inquiry<'_> {
    /// The fate of a value that is an argument of `call` (`argument` may be a `keyword=value`).
    pub(super) fn passed(&self, argument: NodeId, call: NodeId, shape: Shape) -> Fate {
        let model = self.model;
        let Some(callee) = model.child(call, Field::Function).map(|c| model.bare(c)) else {
            return self.ends(argument);
        };
        if let Some(fate) = self.passed_to_method(argument, call, callee, shape) {
            return fate;
        }
        // A coroutine that holds the task is itself made a task: what becomes of that one?
        if model.positional(call).first() == Some(&argument)
            && let Some(found) = self.spawner(callee)
            && found.settled.is_none()
            && matches!(
                found.spawner,
                Spawner::CreateTask | Spawner::LoopCreateTask | Spawner::TaskClass
            )
        {
            return self.follow(call, Shape::Task);
        }
        let origins = self.origins(callee);
        // `group.create_task(waits(task))`: the group keeps the coroutine that holds it.
        if shape == Shape::Callable
            && let Some(reason) = self.spawner(callee).and_then(|found| found.settled)
            && reason.verdict() == Verdict::Managed
        {
            let why = format!("{} keeps what refers to it", self.quote(callee));
            return Fate::new(Reason::Kept, call, why);
        }
        if let Some(does) = origins.iter().find_map(|o| self.known(o)) {
            return self.passed_to_known(does, argument, call, shape);
        }
        if let Some(fate) = self.passed_to_project(&origins, argument, call, shape) {
            return fate;
        }
        self.unseen(argument, call, callee, shape)
    }

    /// What the table says of an origin, the project's re-exports followed.
    pub(super) fn known(&self, origin: &Origin) -> Option<Does> {
        match origin {
            Origin::Path(path) => known::at_path(path)
                .or_else(|| self.project.resolve(path)[1..].iter().find_map(|p| known::at_path(p))),
            Origin::Builtin(name) => known::at_path(name),
            _ => None,
        }
    }

    fn unseen(&self, argument: NodeId, call: NodeId, callee: NodeId, shape: Shape) -> Fate {
        let method = self.model.child(callee, Field::Attribute).map_or("", |a| self.model.text(a));
        let registers = shape == Shape::Callable
            && (matches!(
                method,
                "push_async_callback"
                    | "callback"
                    | "connect"
                    | "register"
                    | "append"
                    | "subscribe"
            ) || method.starts_with("on_")
                || method.starts_with("add_"));
        if registers {
            let why = format!("{} keeps a callable that refers to it", self.quote(callee));
            return Fate::new(Reason::Closure, call, why);
        }
        let why = format!(
            "whether {} keeps its argument on {} cannot be seen",
            self.quote(callee),
            self.at(argument)
        );
        Fate::new(Reason::Argument, call, why)
    }

    /// Calls whose meaning lies in the method's name: containers, loggers, callbacks.
    fn passed_to_method(
        &self,
        argument: NodeId,
        call: NodeId,
        callee: NodeId,
        shape: Shape,
    ) -> Option<Fate> {
        let model = self.model;
        let object = model.child(callee, Field::Object)?;
        let method = model.text(model.child(callee, Field::Attribute)?);
        if let Some(does) = known::of_method(method) {
            return Some(match does {
                // The loop and the other future keep what they call until they have called it.
                Does::Calls => self.registered(argument, call, callee, object, shape),
                _ => self.passed_to_known(does, argument, call, shape),
            });
        }
        if Self::is_store(method) && !self.may_be_module(object) {
            if method == "setdefault" && model.positional(call).first() == Some(&argument) {
                return Some(self.keyed(object, call));
            }
            let shape = match shape {
                Shape::Container(_) if Self::is_merge(method) => shape.collected(),
                _ => shape.inside(Step::Any),
            };
            return Some(self.stored(object, call, shape));
        }
        // `add_done_callback(S.discard(t))` calls `discard` at once.
        if matches!(method, "discard" | "remove" | "index" | "count" | "__contains__") {
            return Some(self.ends(argument));
        }
        let named = model.dotted(object).unwrap_or_default().to_lowercase();
        let name = named.rsplit('.').next().unwrap_or_default();
        if LOG.contains(&method) && (name.contains("log") || name == "self") {
            return Some(self.ends(argument));
        }
        None
    }

    /// Whether what looks like a container may be a module, or a class, whose function is called.
    fn may_be_module(&self, object: NodeId) -> bool {
        let [Origin::Path(ref path)] = self.origins(object)[..] else { return false };
        if path.contains("()") || self.project.is_variable(path) {
            return false;
        }
        self.ask(Ask::Meaning(path.clone()));
        true
    }

    fn registered(
        &self,
        argument: NodeId,
        call: NodeId,
        callee: NodeId,
        object: NodeId,
        shape: Shape,
    ) -> Fate {
        let method = self.model.child(callee, Field::Attribute).map_or("", |a| self.model.text(a));
        // `t.add_done_callback(tasks.discard)` with `tasks` holding `t`, or `partial(f, t)`: the task's own callback.
        if method == "add_done_callback" && self.is_same_task(object, argument) {
            return self.ends(argument);
        }
        let what = if shape == Shape::Callable {
            "a callable that refers to it"
        } else {
            "it as an argument"
        };
        let why = format!("{} keeps {what} on {}", self.quote(callee), self.at(call));
        Fate::new(Reason::Closure, call, why)
    }

    /// Whether a callback's argument mentions the very name that the callback is registered on, or a container's method.
    fn is_same_task(&self, object: NodeId, argument: NodeId) -> bool {
        let model = self.model;
        let own = model.variable(model.bare(object));
        let mentions = |n: NodeId| own.is_some() && model.variable(n) == own;
        let inside =
            std::iter::once(argument).chain(model.tree.descendants(argument)).any(mentions);
        let discards = model.child(argument, Field::Attribute).is_some_and(|a| {
            matches!(model.text(a), "discard" | "remove" | "append" | "add" | "pop")
        });
        inside || discards
    }

    fn passed_to_known(&self, does: Does, argument: NodeId, call: NodeId, shape: Shape) -> Fate {
        match does {
            Does::Gathers => {
                let fate = self.follow(call, Shape::Task);
                match fate.reason {
                    Reason::Awaited => Fate::new(
                        Reason::Gathered,
                        fate.end,
                        format!("it is gathered, and that awaited, on {}", self.at(call)),
                    ),
                    _ => fate,
                }
            }
            Does::Waits => self.waited(argument, call),
            Does::WaitsFor if shape == Shape::Shielded && !self.waits_for_good(call) => {
                self.ends(argument)
            }
            Does::WaitsFor | Does::Passes => self.follow(call, shape),
            Does::Shields => self.follow(call, Shape::Shielded),
            Does::Iterates => match self.follow(call, Shape::CONTAINER) {
                fate if fate.verdict() == Verdict::Dropped && !self.is_waited_through(call) => fate,
                _ => Fate::new(
                    Reason::Gathered,
                    call,
                    format!("it is waited for on {}", self.at(call)),
                ),
            },
            Does::Awaits => {
                Fate::new(Reason::Awaited, call, format!("{} waits for it", self.quote(call)))
            }
            // `chain(*groups)`: each argument is a group.
            Does::Collects if self.model.kind(argument) == Kind::ListSplat => {
                self.follow(call, shape.element().collected())
            }
            Does::Collects | Does::Maps => self.follow(call, shape.collected()),
            Does::Zips => self.follow(call, self.zipped(argument, call, shape)),
            Does::Numbers => {
                let pair = shape.element().inside(Step::Place { at: 1, of: 2 });
                self.follow(call, pair.inside(Step::Any))
            }
            Does::Flattens => self.follow(call, shape.element().collected()),
            Does::Takes => self.follow(call, shape.element()),
            Does::Reads => self.ends(argument),
            Does::Sets if !self.is_set(argument, call) => self.ends(argument),
            Does::Keeps | Does::Sets => Fate::new(
                Reason::Attribute,
                call,
                format!("it is set as an attribute on {}", self.at(call)),
            ),
            Does::Weak => Fate::new(
                Reason::WeakContainer,
                call,
                format!("the reference made on {} is weak", self.at(call)),
            ),
            Does::Refers | Does::Finalizes | Does::WeakKeys => {
                self.watched(does, argument, call, shape)
            }
            Does::Binds => self.follow(call, Shape::Callable),
            Does::Calls => Fate::new(
                Reason::Closure,
                call,
                format!("the callable registered on {} refers to it", self.at(call)),
            ),
            // `to_thread(future.result)`: the thread has the future, and waits for it.
            Does::Threads
                if self.model.child(argument, Field::Attribute).is_some_and(|name| {
                    matches!(self.model.text(name), "result" | "exception")
                }) =>
            {
                let callee = self.callee_of(call);
                let why = format!("{callee} has a thread wait for it on {}", self.at(call));
                Fate::new(Reason::Awaited, call, why)
            }
            Does::Runs | Does::Threads => {
                let callee = self.model.child(call, Field::Function).unwrap_or(call);
                self.unseen(argument, call, callee, shape)
            }
            Does::Group => Fate::new(
                Reason::Argument,
                call,
                "what the group does with its argument cannot be seen",
            ),
        }
    }

    /// Whether an iterator is gone through by an `async for`, which waits for what it gives.
    fn is_waited_through(&self, call: NodeId) -> bool {
        let head = self.model.tree.parent(call);
        head.is_some_and(|head| {
            matches!(self.model.kind(head), Kind::ForStatement | Kind::ForInClause)
                && self.model.text(head).starts_with("async")
        })
    }

    /// Whether an argument is what `setattr` sets, and not that whose attribute it sets.
    fn is_set(&self, argument: NodeId, call: NodeId) -> bool {
        let model = self.model;
        let arguments = model.positional(call);
        let own = model.variable(model.bare(argument));
        let owner = arguments.first().and_then(|first| model.variable(model.bare(*first)));
        arguments.first() != Some(&argument) && (own.is_none() || own != owner)
    }

    /// What is watched is held weakly; what is called when it is gone, and that with what, is not (library/weakref.html).
    fn watched(&self, does: Does, argument: NodeId, call: NodeId, shape: Shape) -> Fate {
        let is_first = self.model.positional(call).first() == Some(&argument);
        match does {
            Does::Refers if is_first => Fate::new(
                Reason::WeakContainer,
                call,
                format!("the reference made on {} is weak", self.at(call)),
            ),
            Does::Refers => self.follow(call, Shape::Callable),
            Does::Finalizes if is_first => self.ends(argument),
            Does::Finalizes => {
                let callee = self.callee_of(call);
                let reason = match shape {
                    Shape::Callable => Reason::Closure,
                    _ => Reason::Kept,
                };
                let why = format!("{callee} keeps what it is to call on {}", self.at(call));
                Fate::new(reason, call, why)
            }
            _ => Fate::new(
                Reason::Argument,
                call,
                format!("what {} takes over cannot be seen", self.callee_of(call)),
            ),
        }
    }

    /// `asyncio.wait`: to the end without a limit; else what counts is who looks at `pending` (asyncio-task.html#asyncio.wait).
    fn waited(&self, argument: NodeId, call: NodeId) -> Fate {
        let model = self.model;
        let Some(awaiting) = model.tree.parent(call).filter(|p| model.kind(*p) == Kind::Await)
        else {
            return self.follow(call, Shape::Task);
        };
        let gathered =
            || Fate::new(Reason::Gathered, call, format!("it is waited for on {}", self.at(call)));
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
            Kind::ExpressionStatement => self.ends(argument),
            Kind::Assignment => match self.pending_of(outer) {
                Some(pending) if self.is_left(pending) => {
                    let why = format!(
                        "`asyncio.wait` on {} can leave it running, and nobody keeps what is pending",
                        self.at(call)
                    );
                    Fate::new(Reason::Conditional, call, why)
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

    /// Whether a read of a task is `await wait_for(shield(task), timeout)`: when that returns, the task is done.
    pub(super) fn is_shielded_wait(&self, read: NodeId) -> bool {
        let model = self.model;
        let around = |node: NodeId| {
            let call = model.tree.parent(node).and_then(|list| model.tree.parent(list));
            call.filter(|c| model.kind(*c) == Kind::Call)
        };
        let is_awaited =
            |n: &NodeId| model.tree.parent(*n).is_some_and(|p| model.kind(p) == Kind::Await);
        let Some(shield) = around(read) else { return false };
        // The form is looked at first: where a name comes from can be a long story.
        let Some(wait) = around(shield).filter(is_awaited) else { return false };
        let does = |call: NodeId| {
            let callee = model.child(call, Field::Function)?;
            self.origins(callee).iter().find_map(|o| self.known(o))
        };
        does(shield) == Some(Does::Shields) && does(wait) == Some(Does::WaitsFor)
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

    /// Whether nobody keeps the tasks of `pending`. In a loop that waits for them again they are kept by that.
    fn is_left(&self, pending: NodeId) -> bool {
        let is_asked = |variable| self.once(variable, pending, || ()).is_none();
        !self.model.variable(pending).is_some_and(is_asked)
            && self.bound(pending, Shape::CONTAINER).verdict() == Verdict::Dropped
    }
}
