//! A task as an argument: what does the callee do with it? Known libraries come from the table, the file's own functions
//! are looked into, everything else is unsure.

use super::inquiry::{Fate, Inquiry, Shape};
use super::known::{self, Does};
use super::verdict::{Reason, Spawner, Verdict};
use crate::python::{BindingKind, Field, Kind, NodeId, Origin, ScopeKind};

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
        let origins = model.origins(callee);
        for origin in &origins {
            let name = match origin {
                Origin::Path(path) => path.as_str(),
                Origin::Builtin(name) => name.as_str(),
                _ => continue,
            };
            if let Some(does) = known::at_path(name) {
                return self.passed_to_known(does, argument, call, shape);
            }
        }
        if let [Origin::Function(function)] = origins[..]
            && let Some(fate) = self.passed_to_own(function, argument, call, callee, shape)
        {
            return fate;
        }
        self.unseen(argument, call, callee, shape)
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
        if Self::is_store(method)
            && !matches!(self.model.origins(object)[..], [Origin::Path(ref p)] if !p.contains("()"))
        {
            return Some(self.stored(object, call));
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
            Does::WaitsFor if shape == Shape::Shielded => self.ends(argument),
            Does::WaitsFor | Does::Passes => self.follow(call, shape),
            Does::Shields => self.follow(call, Shape::Shielded),
            Does::Iterates => match self.follow(call, Shape::Container) {
                fate if fate.verdict() == Verdict::Dropped => fate,
                _ => Fate::new(
                    Reason::Gathered,
                    call,
                    format!("it is waited for on {}", self.at(call)),
                ),
            },
            Does::Awaits => {
                Fate::new(Reason::Awaited, call, format!("{} waits for it", self.quote(call)))
            }
            Does::Collects => self.follow(call, Shape::Container),
            Does::Takes => self.follow(call, Shape::Task),
            Does::Reads => self.ends(argument),
            Does::Keeps => Fate::new(
                Reason::Attribute,
                call,
                format!("it is set as an attribute on {}", self.at(call)),
            ),
            Does::Weak => Fate::new(
                Reason::WeakContainer,
                call,
                format!("the reference made on {} is weak", self.at(call)),
            ),
            Does::Binds => self.follow(call, Shape::Callable),
            Does::Calls => Fate::new(
                Reason::Closure,
                call,
                format!("the callable registered on {} refers to it", self.at(call)),
            ),
            Does::Maps => self.follow(call, Shape::Container),
            Does::Group => Fate::new(
                Reason::Argument,
                call,
                "what the group does with its argument cannot be seen",
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
                Some(pending) if !self.is_read(pending) => {
                    let why = format!(
                        "`asyncio.wait` on {} can leave it running, and nobody looks at what is pending",
                        self.at(call)
                    );
                    Fate::new(Reason::Conditional, call, why)
                }
                _ => gathered(),
            },
            _ => gathered(),
        }
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

    fn is_read(&self, name: NodeId) -> bool {
        let uses = self
            .model
            .variable(name)
            .map_or(&[][..], |(scope, symbol)| self.model.uses(scope, symbol));
        uses.iter().any(|u| u.kind == crate::python::UseKind::Load)
    }

    /// A function of this file: what does it do with the parameter?
    fn passed_to_own(
        &self,
        function: NodeId,
        argument: NodeId,
        call: NodeId,
        callee: NodeId,
        shape: Shape,
    ) -> Option<Fate> {
        if self.is_stub(function) {
            return None;
        }
        let parameter = self.parameter_for(function, argument, call, callee)?;
        let inner = self.deeper(|| self.bound_from(parameter, shape, None))?;
        let is_async = self.model.is_async(function);
        let generator = self.is_generator(function);
        let name = self.quote(callee);
        Some(match inner.reason {
            _ if generator => return None,
            Reason::Returned => match self.follow(call, shape) {
                fate if fate.verdict() == Verdict::Dropped
                    && self.model.kind(inner.end) != Kind::ReturnStatement =>
                {
                    let why = format!("{name} keeps its argument on some paths only");
                    Fate::new(Reason::Conditional, call, why)
                }
                fate => fate,
            },
            Reason::Awaited | Reason::Gathered | Reason::Frame | Reason::Conditional
                if is_async =>
            {
                // The coroutine holds it while it runs: who holds the coroutine?
                self.follow(call, Shape::Task)
            }
            // Its frame holds the task while it runs, and how long that is cannot be told.
            Reason::Touched if is_async => {
                let fate = self.follow(call, Shape::Task);
                let why = format!("{name} has it while it runs");
                if fate.verdict() == Verdict::Dropped {
                    fate
                } else {
                    Fate::new(Reason::Argument, call, why)
                }
            }
            _ if inner.verdict() == Verdict::Dropped => self.ends(argument),
            _ if inner.holds() => {
                Fate::new(Reason::Kept, call, format!("{name} keeps its argument: {}", inner.why))
            }
            _ => Fate::new(
                Reason::Argument,
                call,
                format!("whether {name} keeps its argument cannot be told: {}", inner.why),
            ),
        })
    }

    /// Whether a function is only there to be overridden: its body is `...`, `pass`, a docstring or a `raise`.
    fn is_stub(&self, function: NodeId) -> bool {
        let model = self.model;
        let body = model.child(function, Field::Body);
        body.is_some_and(|body| {
            model.tree.children(body).all(|s| match model.kind(s) {
                Kind::PassStatement | Kind::RaiseStatement => true,
                Kind::ExpressionStatement => model
                    .tree
                    .first_child(s)
                    .is_some_and(|e| matches!(model.kind(e), Kind::Ellipsis | Kind::String)),
                _ => false,
            })
        })
    }

    fn is_generator(&self, function: NodeId) -> bool {
        let scope = self.model.scopes.opened_by(function);
        self.model
            .tree
            .descendants(function)
            .any(|n| self.model.kind(n) == Kind::Yield && Some(self.model.frame_of(n)) == scope)
    }

    /// The identifier of the parameter that an argument of a call lands in.
    pub(super) fn parameter_for(
        &self,
        function: NodeId,
        argument: NodeId,
        call: NodeId,
        callee: NodeId,
    ) -> Option<NodeId> {
        let model = self.model;
        let scope = model.scopes.opened_by(function)?;
        let parameters = model.child(function, Field::Parameters)?;
        let keyword = (model.kind(argument) == Kind::KeywordArgument)
            .then(|| model.child(argument, Field::Name).map(|n| model.text(n)))
            .flatten();
        let method = model.scopes.scope(model.scope_of(function)).kind == ScopeKind::Class
            && model.kind(callee) == Kind::Attribute
            && !model.decorators(function).iter().any(|d| model.text(*d) == "staticmethod");
        let position = model
            .positional(call)
            .iter()
            .position(|a| *a == argument)
            .map(|i| i + usize::from(method));
        if keyword.is_none() && model.kind(argument) == Kind::ListSplat {
            return None;
        }
        for parameter in model.tree.descendants(parameters) {
            if model.kind(parameter) != Kind::Identifier
                || model.scopes.owner(parameter) != Some(scope)
            {
                continue;
            }
            let binding = model.bindings_of(parameter).iter().find(|b| b.node == parameter);
            if let Some(BindingKind::Parameter { index, variadic: false, .. }) =
                binding.map(|b| &b.kind)
            {
                let fits = match keyword {
                    Some(name) => model.text(parameter) == name,
                    None => Some(*index) == position,
                };
                if fits {
                    return Some(parameter);
                }
            }
        }
        None
    }
}
