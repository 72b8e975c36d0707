//! Which calls are spawners. It resolves the callee and, for event loops, the receiver; it does not
//! follow the result.

use super::analyzer::EscapeAnalyzer;
use crate::python::{BindingKind, Field, Kind, NodeId, Origin};
use crate::tasks::libraries::{
    self, LibraryEffect, Spawner, is_loop_path, is_spawner_name, spawner_at,
};
use crate::tasks::project::{Ownership, Wrapper};
use crate::tasks::verdict::{Reason, SpawnerEvidence};

/// The spawner that a callee resolves to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::tasks) struct ResolvedSpawner<'a> {
    pub(in crate::tasks) spawner: Spawner,
    pub(in crate::tasks) evidence: SpawnerEvidence,
    /// A reason known without following the value: the verdict is managed, or unsure at best.
    pub(in crate::tasks) forced: Option<Reason>,
    /// The project's function that is called, where one is.
    pub(in crate::tasks) wrapper: Option<&'a Wrapper>,
    /// Its dotted path.
    pub(in crate::tasks) path: Option<&'a str>,
}

impl ResolvedSpawner<'_> {
    /// Whether the task comes out of an `await` of the call.
    pub(in crate::tasks) fn is_async(&self) -> bool {
        self.wrapper.is_some_and(|w| w.is_async)
    }

    fn resolved(spawner: Spawner) -> Self {
        Self {
            spawner,
            evidence: SpawnerEvidence::Resolved,
            forced: None,
            wrapper: None,
            path: None,
        }
    }

    fn forced(spawner: Spawner, reason: Reason) -> Self {
        Self { forced: Some(reason), ..Self::resolved(spawner) }
    }
}

impl<'a> EscapeAnalyzer<'a> {
    /// The spawner that `callee` resolves to, if any.
    pub(in crate::tasks) fn spawner(&self, callee: NodeId) -> Option<ResolvedSpawner<'a>> {
        let callee = self.model.bare(callee);
        match self.model.kind(callee) {
            Kind::Identifier if self.may_spawn(callee) => self.by_origins(callee),
            Kind::Attribute => {
                let name =
                    self.model.child(callee, Field::Attribute).map(|a| self.model.text(a))?;
                let found = if name == "create_task" {
                    self.by_method(callee)
                } else if is_spawner_name(name) || self.project.is_wrapper_name(name) {
                    self.by_origins(callee)
                } else {
                    None
                };
                found.filter(|f| !self.is_found_past_super(callee, f))
            }
            Kind::Call => self.by_getattr(callee),
            _ => None,
        }
    }

    /// Whether the method found for `super().spawn` belongs to the calling class itself or to a
    /// subclass, which `super()` skips.
    fn is_found_past_super(&self, callee: NodeId, found: &ResolvedSpawner<'a>) -> bool {
        let model = self.model;
        let object = model.child(callee, Field::Object);
        if object.is_none_or(|o| model.text(o) != "super()") {
            return false;
        }
        let own = model.class_of(callee).map(|class| model.path_of(class));
        let class = found.path.and_then(|path| path.rsplit_once('.')).map(|(class, _)| class);
        own.zip(class).is_some_and(|(own, class)| {
            class == own || self.project.all_subclasses(&own).contains(class)
        })
    }

    /// A cheap test of how a plain name is bound, before its origins are resolved; cached.
    fn may_spawn(&self, identifier: NodeId) -> bool {
        let Some(variable) = self.model.variable(identifier) else {
            return is_spawner_name(self.model.text(identifier));
        };
        if let Some(known) = self.spawning_names.borrow().get(&variable) {
            return *known;
        }
        let found = self.binds_spawner(identifier);
        self.spawning_names.borrow_mut().insert(variable, found);
        found
    }

    fn binds_spawner(&self, identifier: NodeId) -> bool {
        let bindings = self.model.bindings_of(identifier);
        let name = self.model.text(identifier);
        let last = |n: NodeId| {
            self.model.dotted(n).is_some_and(|d| {
                let last = d.rsplit('.').next().unwrap_or_default();
                is_spawner_name(last) || self.project.is_wrapper_name(last)
            })
        };
        if bindings.is_empty() {
            return is_spawner_name(name);
        }
        bindings.iter().any(|b| match &b.kind {
            BindingKind::ImportFrom { name, .. } => {
                is_spawner_name(name) || self.project.is_wrapper_name(name)
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

    fn by_origins(&self, callee: NodeId) -> Option<ResolvedSpawner<'a>> {
        let origins = self.model.origins(callee);
        let mut found: Option<ResolvedSpawner<'a>> = None;
        let mut others = false;
        for origin in &origins {
            match self.by_origin(origin) {
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
        if others && found.forced.is_none() {
            return Some(ResolvedSpawner { forced: Some(Reason::Rebinding), ..found });
        }
        Some(found)
    }

    fn by_origin(&self, origin: &Origin) -> Option<ResolvedSpawner<'a>> {
        match origin {
            Origin::Path(path) => self.by_path(path),
            Origin::Function(node) => self.wrapper_at(&self.model.path_of(*node)),
            Origin::Class(node) => self.task_subclass(&self.model.path_of(*node)),
            Origin::Value(node) if self.model.kind(*node) == Kind::Lambda => self.wrapper_at(
                &format!("{}.<lambda>{}", self.model.module, self.model.tree.start(*node)),
            ),
            _ => None,
        }
    }

    fn by_path(&self, path: &str) -> Option<ResolvedSpawner<'a>> {
        if let Some(found) = self.known_spawner(path) {
            return Some(found);
        }
        let targets = self.project.resolve(path);
        if let Some(found) = targets.iter().find_map(|p| self.wrapper_at(p)) {
            return Some(found);
        }
        if let Some(found) = targets.iter().find_map(|p| self.task_subclass(p)) {
            return Some(found);
        }
        if let Some(found) = targets[1..].iter().find_map(|p| self.known_spawner(p)) {
            return Some(found);
        }
        let name = path.rsplit('.').next().unwrap_or(path);
        if is_spawner_name(name) || self.project.is_wrapper_name(name) {
            self.depends_on_name(path.to_owned());
        }
        // `from mylib import asyncio`: most likely asyncio, and not for certain.
        let foreign = path.rsplit_once(".asyncio.").map(|(_, name)| format!("asyncio.{name}"));
        foreign
            .and_then(|p| spawner_at(&p))
            .filter(|_| !path.starts_with("uasyncio"))
            .map(|spawner| ResolvedSpawner::forced(spawner, Reason::Receiver))
    }

    fn known_spawner(&self, path: &str) -> Option<ResolvedSpawner<'a>> {
        if let Some(spawner) = spawner_at(path) {
            return Some(ResolvedSpawner::resolved(spawner));
        }
        let receiver = path.strip_suffix(".create_task")?;
        // The method itself, too: `BaseEventLoop.create_task(loop, coro)`.
        if is_loop_path(receiver) || is_loop_path(&format!("{receiver}()")) {
            Some(ResolvedSpawner::resolved(Spawner::LoopCreateTask))
        } else if libraries::at_path(receiver) == Some(LibraryEffect::Group) {
            Some(ResolvedSpawner::forced(Spawner::Manager, Reason::TaskGroup))
        } else {
            None
        }
    }

    /// A class that derives from `asyncio.Task`; one that is constructed in its own way may keep what it makes.
    fn task_subclass(&self, path: &str) -> Option<ResolvedSpawner<'a>> {
        let found = ResolvedSpawner::resolved(Spawner::TaskClass);
        match self.project.task_class(path)? {
            true => Some(found),
            false => Some(ResolvedSpawner { forced: Some(Reason::Receiver), ..found }),
        }
    }

    fn wrapper_at(&self, path: &str) -> Option<ResolvedSpawner<'a>> {
        let (path, summary) = self.project.wrapper(path)?;
        let found = match summary.ownership {
            Ownership::Fresh => ResolvedSpawner::resolved(Spawner::Wrapper),
            Ownership::Sometimes => ResolvedSpawner::forced(Spawner::Wrapper, Reason::Conditional),
            Ownership::Kept => ResolvedSpawner::forced(Spawner::Wrapper, Reason::ManagedWrapper),
        };
        Some(ResolvedSpawner { wrapper: Some(summary), path: Some(path), ..found })
    }

    /// `receiver.create_task`: of an event loop, a task group, a class of the project, or an
    /// unknown receiver.
    fn by_method(&self, callee: NodeId) -> Option<ResolvedSpawner<'a>> {
        let receiver = self.model.bare(self.model.child(callee, Field::Object)?);
        let origins = self.model.origins(callee);
        let mut found: Option<ResolvedSpawner<'a>> = None;
        let mut other = false;
        for origin in &origins {
            match self.by_origin(origin) {
                Some(this) => found = Some(found.map_or(this, |f| weaker(f, this))),
                None => other |= self.is_foreign(origin),
            }
        }
        if found.is_some() {
            return found;
        }
        let named = ResolvedSpawner {
            evidence: SpawnerEvidence::Name,
            ..ResolvedSpawner::resolved(Spawner::LoopCreateTask)
        };
        if !self.is_named_like_loop(receiver) {
            return None;
        }
        Some(if other {
            ResolvedSpawner { forced: Some(Reason::Receiver), ..named }
        } else {
            named
        })
    }

    /// Whether an origin of `x.create_task` shows that `x` is no event loop: a method of the
    /// project itself.
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

    /// `loop`, `self._loop`, `bot.loop`, `get_loop()`, `x.get_event_loop()`: recognised by name
    /// only.
    pub(in crate::tasks) fn is_named_like_loop(&self, receiver: NodeId) -> bool {
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
    fn by_getattr(&self, call: NodeId) -> Option<ResolvedSpawner<'a>> {
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
        paths.iter().find_map(|p| spawner_at(&format!("{p}.{name}"))).map(ResolvedSpawner::resolved)
    }
}

/// The less certain of two resolutions of one callee.
fn weaker<'a>(a: ResolvedSpawner<'a>, b: ResolvedSpawner<'a>) -> ResolvedSpawner<'a> {
    match (a.forced, b.forced) {
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
