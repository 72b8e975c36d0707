//! Which calls are spawners. It resolves the callee and, for loops, the receiver; what becomes of the result is not its
//! business.

use super::inquiry::Inquiry;
use super::known::{self, Does};
use super::project::{Keeping, Wrapper};
use super::taking::Ask;
use super::verdict::{Evidence, Reason, Spawner};
use crate::python::{BindingKind, Field, Kind, NodeId, Origin};

/// What a callee was found to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found<'a> {
    pub(super) spawner: Spawner,
    pub(super) evidence: Evidence,
    /// Why the verdict can be no better than unsure, or (managed) is settled.
    pub(super) settled: Option<Reason>,
    /// The project's function that is called, where one is.
    pub(super) wrapper: Option<&'a Wrapper>,
    /// Its dotted path.
    pub(super) path: Option<&'a str>,
}

impl Found<'_> {
    /// Whether the task comes out of an `await` of the call.
    pub(super) fn is_async(&self) -> bool {
        self.wrapper.is_some_and(|w| w.is_async)
    }

    fn resolved(spawner: Spawner) -> Self {
        Self { spawner, evidence: Evidence::Resolved, settled: None, wrapper: None, path: None }
    }

    fn settled(spawner: Spawner, reason: Reason) -> Self {
        Self { settled: Some(reason), ..Self::resolved(spawner) }
    }
}

/// The names under which asyncio's spawners are known there.
pub const NAMES: &[&str] =
    &["create_task", "ensure_future", "Task", "gather", "shield", "run_coroutine_threadsafe"];

impl<'a> Inquiry<'a> {
    /// What spawner, if any, `callee` is.
    pub(super) fn spawner(&self, callee: NodeId) -> Option<Found<'a>> {
        let callee = self.model.bare(callee);
        match self.model.kind(callee) {
            Kind::Identifier if self.may_spawn(callee) => self.by_origins(callee),
            Kind::Attribute => {
                let name =
                    self.model.child(callee, Field::Attribute).map(|a| self.model.text(a))?;
                let found = if name == "create_task" {
                    self.method(callee)
                } else if NAMES.contains(&name) || self.project.is_wrapper_name(name) {
                    self.by_origins(callee)
                } else {
                    None
                };
                found.filter(|f| !self.is_past_super(callee, f))
            }
            Kind::Call => self.by_getattr(callee),
            _ => None,
        }
    }

    /// Whether what was found is a method of the very class that looks behind itself, `super().spawn`, or of one that
    /// derives from it.
    fn is_past_super(&self, callee: NodeId, found: &Found<'a>) -> bool {
        let model = self.model;
        let object = model.child(callee, Field::Object);
        if object.is_none_or(|o| model.text(o) != "super()") {
            return false;
        }
        let own = model.class_of(callee).map(|class| model.path_of(class));
        let class = found.path.and_then(|path| path.rsplit_once('.')).map(|(class, _)| class);
        own.zip(class).is_some_and(|(own, class)| {
            class == own || self.project.all_heirs(&own).contains(class)
        })
    }

    /// A cheap look at how a plain name is bound, before its origins are traced.
    fn may_spawn(&self, identifier: NodeId) -> bool {
        let bindings = self.model.bindings_of(identifier);
        let name = self.model.text(identifier);
        let last = |n: NodeId| {
            self.model.dotted(n).is_some_and(|d| {
                let last = d.rsplit('.').next().unwrap_or_default().to_owned();
                NAMES.contains(&last.as_str()) || self.project.is_wrapper_name(&last)
            })
        };
        if bindings.is_empty() {
            return NAMES.contains(&name);
        }
        bindings.iter().any(|b| match &b.kind {
            BindingKind::From { name, .. } => {
                NAMES.contains(&name.as_str()) || self.project.is_wrapper_name(name)
            }
            BindingKind::Assign { value } => {
                let value = self.model.bare(*value);
                last(value)
                    || matches!(
                        self.model.kind(value),
                        Kind::ConditionalExpression
                            | Kind::BooleanOperator
                            | Kind::Identifier
                            | Kind::Lambda
                    )
                    || self.model.text(value).starts_with("getattr(")
            }
            BindingKind::Function(_) | BindingKind::Class(_) => self.project.is_wrapper_name(name),
            BindingKind::Parameter { default: Some(default), .. } => {
                last(self.model.bare(*default))
            }
            _ => false,
        })
    }

    fn by_origins(&self, callee: NodeId) -> Option<Found<'a>> {
        let origins = self.model.origins(callee);
        let mut found: Option<Found<'a>> = None;
        let mut others = false;
        for origin in &origins {
            match self.of_origin(origin) {
                Some(this) => found = Some(found.map_or(this, |f| weaker(f, this))),
                // Another module's function of that name, in an import shim, is the same thing elsewhere.
                // What a call makes of it may be anything: `spawn = kept(spawn)`.
                None => {
                    others |= match origin {
                        Origin::Builtin(_) => false,
                        Origin::Path(path) => path.ends_with("()"),
                        _ => true,
                    }
                }
            }
        }
        let found = found?;
        if others && found.settled.is_none() {
            return Some(Found { settled: Some(Reason::Rebinding), ..found });
        }
        Some(found)
    }

    fn of_origin(&self, origin: &Origin) -> Option<Found<'a>> {
        match origin {
            Origin::Path(path) => self.of_path(path),
            Origin::Function(node) => self.of_summary(&self.model.path_of(*node)),
            Origin::Class(node) => self.of_task_class(&self.model.path_of(*node)),
            Origin::Value(node) if self.model.kind(*node) == Kind::Lambda => self.of_summary(
                &format!("{}.<lambda>{}", self.model.module, self.model.tree.start(*node)),
            ),
            _ => None,
        }
    }

    fn of_path(&self, path: &str) -> Option<Found<'a>> {
        if let Some(found) = self.of_known_path(path) {
            return Some(found);
        }
        let meanings = self.project.resolve(path);
        if let Some(found) = meanings.iter().find_map(|p| self.of_summary(p)) {
            return Some(found);
        }
        if let Some(found) = meanings.iter().find_map(|p| self.of_task_class(p)) {
            return Some(found);
        }
        if let Some(found) = meanings[1..].iter().find_map(|p| self.of_known_path(p)) {
            return Some(found);
        }
        let name = path.rsplit('.').next().unwrap_or(path);
        if NAMES.contains(&name) || self.project.is_wrapper_name(name) {
            self.ask(Ask::Meaning(path.to_owned()));
        }
        // `from mylib import asyncio`: most likely asyncio, and not for certain.
        let foreign = path.rsplit_once(".asyncio.").map(|(_, name)| format!("asyncio.{name}"));
        foreign
            .and_then(|p| asyncio_spawner(&p))
            .filter(|_| !path.starts_with("uasyncio"))
            .map(|spawner| Found::settled(spawner, Reason::Receiver))
    }

    fn of_known_path(&self, path: &str) -> Option<Found<'a>> {
        if let Some(spawner) = asyncio_spawner(path) {
            return Some(Found::resolved(spawner));
        }
        let receiver = path.strip_suffix(".create_task")?;
        // The method itself, too: `BaseEventLoop.create_task(loop, coro)`.
        if is_loop_path(receiver) || is_loop_path(&format!("{receiver}()")) {
            Some(Found::resolved(Spawner::LoopCreateTask))
        } else if known::at_path(receiver) == Some(Does::Group) {
            Some(Found::settled(Spawner::Manager, Reason::TaskGroup))
        } else {
            None
        }
    }

    /// A class that derives from `asyncio.Task`; one that is constructed in its own way may keep what it makes.
    fn of_task_class(&self, path: &str) -> Option<Found<'a>> {
        let found = Found::resolved(Spawner::TaskClass);
        match self.project.task_class(path)? {
            true => Some(found),
            false => Some(Found { settled: Some(Reason::Receiver), ..found }),
        }
    }

    fn of_summary(&self, path: &str) -> Option<Found<'a>> {
        let (path, summary) = self.project.wrapper(path)?;
        let found = match summary.keeping {
            Keeping::Fresh => Found::resolved(Spawner::Wrapper),
            Keeping::Sometimes => Found::settled(Spawner::Wrapper, Reason::Conditional),
            Keeping::Kept => Found::settled(Spawner::Wrapper, Reason::ManagedWrapper),
        };
        Some(Found { wrapper: Some(summary), path: Some(path), ..found })
    }

    /// `receiver.create_task`: a loop's, a task group's, a project class's, or nobody we know.
    fn method(&self, callee: NodeId) -> Option<Found<'a>> {
        let receiver = self.model.bare(self.model.child(callee, Field::Object)?);
        let origins = self.model.origins(callee);
        let mut found: Option<Found<'a>> = None;
        let mut other = false;
        for origin in &origins {
            match self.of_origin(origin) {
                Some(this) => found = Some(found.map_or(this, |f| weaker(f, this))),
                None => other |= self.is_foreign(origin),
            }
        }
        if found.is_some() {
            return found;
        }
        let named = Found { evidence: Evidence::Name, ..Found::resolved(Spawner::LoopCreateTask) };
        if !self.is_named_like_loop(receiver) {
            return None;
        }
        Some(if other { Found { settled: Some(Reason::Receiver), ..named } } else { named })
    }

    /// Whether an origin of `x.create_task` speaks against `x` being a loop: a method of the project's own.
    fn is_foreign(&self, origin: &Origin) -> bool {
        match origin {
            Origin::Function(_) | Origin::Class(_) => true,
            Origin::Path(path) => path
                .strip_suffix("().create_task")
                .and_then(|class| class.rsplit('.').next())
                .is_some_and(|class| {
                    class.chars().next().is_some_and(char::is_uppercase) && !class.ends_with("Loop")
                }),
            _ => false,
        }
    }

    /// `loop`, `self._loop`, `bot.loop`, `get_loop()`, `x.get_event_loop()`: a name is all the evidence there is.
    pub(super) fn is_named_like_loop(&self, receiver: NodeId) -> bool {
        let name = match self.model.kind(receiver) {
            Kind::Identifier => Some(receiver),
            Kind::Attribute => self.model.child(receiver, Field::Attribute),
            Kind::Call => {
                let callee = self.model.child(receiver, Field::Function);
                return callee.is_some_and(|c| {
                    self.model.kind(c) != Kind::Call && self.is_named_like_loop(c)
                });
            }
            _ => None,
        };
        name.is_some_and(|n| {
            let name = self.model.text(n);
            name == "loop" || name.ends_with("_loop")
        })
    }

    /// `getattr(asyncio, "create_task")(...)`.
    fn by_getattr(&self, call: NodeId) -> Option<Found<'a>> {
        let callee = self.model.child(call, Field::Function)?;
        if self.model.text(callee) != "getattr" {
            return None;
        }
        let arguments = self.model.positional(call);
        let [module, name, ..] = arguments[..] else {
            return None;
        };
        let name = self.model.text(name).trim_matches(['"', '\'']).to_owned();
        let paths = self.model.paths(module);
        paths.iter().find_map(|p| asyncio_spawner(&format!("{p}.{name}"))).map(Found::resolved)
    }
}

/// Of two answers about one callee the less certain.
fn weaker<'a>(a: Found<'a>, b: Found<'a>) -> Found<'a> {
    match (a.settled, b.settled) {
        (None, None) => {
            if a.evidence >= b.evidence {
                a
            } else {
                b
            }
        }
        (Some(_), _) => a,
        (None, Some(_)) => b,
    }
}

/// The spawner of asyncio's at a path.
pub(super) fn asyncio_spawner(path: &str) -> Option<Spawner> {
    let name = path.strip_prefix("asyncio.")?;
    let name = name.strip_prefix("tasks.").unwrap_or(name);
    Some(match name {
        "create_task" => Spawner::CreateTask,
        "ensure_future" => Spawner::EnsureFuture,
        "Task" => Spawner::TaskClass,
        "gather" => Spawner::Gather,
        "shield" => Spawner::Shield,
        "run_coroutine_threadsafe" => Spawner::Threadsafe,
        _ => return None,
    })
}

/// Whether a path is an event loop: a getter's result, or an instance of a loop class (asyncio-eventloop.html).
pub(super) fn is_loop_path(path: &str) -> bool {
    let Some(path) = path.strip_suffix("()") else {
        return false;
    };
    let Some((root, _)) = path.split_once('.') else {
        return false;
    };
    if !matches!(root, "asyncio" | "uvloop" | "winloop" | "qasync" | "rloop") {
        return false;
    }
    matches!(
        path.rsplit('.').next(),
        Some(
            "get_running_loop"
                | "_get_running_loop"
                | "get_event_loop"
                | "new_event_loop"
                | "get_loop"
                | "AbstractEventLoop"
                | "BaseEventLoop"
                | "SelectorEventLoop"
                | "ProactorEventLoop"
                | "EventLoop"
                | "Loop"
                | "QEventLoop"
        )
    )
}
