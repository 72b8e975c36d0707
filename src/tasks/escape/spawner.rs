//! Which calls are spawners. It resolves the callee and, for event loops, the receiver; it does not
//! follow the result.

use std::collections::BTreeSet;

use super::analyzer::EscapeAnalyzer;
use crate::python::{BindingKind, Field, Kind, NodeId, Origin, ScopeId, Use, UseKind};
use crate::tasks::libraries::{
    self, LibraryEffect, Spawner, is_loop_path, is_spawner_name, spawner_at,
};
use crate::tasks::project::{Lookup, Ownership, Wrapper, last_name};
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
                let found = found.filter(|f| !self.is_found_past_super(callee, f))?;
                (found.path.is_none() || !self.is_of_entered_other(callee)).then_some(())?;
                self.unless_hidden(callee, name, found)
            }
            Kind::Call => self.by_getattr(callee),
            _ => None,
        }
    }

    /// Whether a callee is looked up on an instance, which becomes its first argument.
    pub(in crate::tasks) fn is_on_instance(&self, callee: NodeId) -> bool {
        let object = self.model.child(callee, Field::Object);
        object.is_some_and(|o| {
            !self.model.origins(o).iter().any(|origin| matches!(origin, Origin::Class(_)))
        })
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
            class == own
                || !self.project.derives_from(&own, class) && self.project.derives_from(class, &own)
        })
    }

    /// A wrapper that is found as a method, unless the class of the receiver has something else under its name; one that
    /// may be hidden is doubtful.
    fn unless_hidden(
        &self,
        callee: NodeId,
        name: &str,
        found: ResolvedSpawner<'a>,
    ) -> Option<ResolvedSpawner<'a>> {
        let Some(path) = found.path.filter(|path| last_name(path) == name) else {
            return Some(found);
        };
        let object = self.model.child(callee, Field::Object)?;
        let mut lookups = self.classes_of(object).into_iter().filter_map(|class| {
            let (owner, _) = path.rsplit_once('.')?;
            let is_inherited = self.project.classes_above(&class).any(|base| base == owner);
            let lookup = match is_inherited {
                true => self.project.look_up(&class, name),
                // One that a mixin has from a subclass.
                false => self.project.has_unknown_base(&class).then_some(Lookup::Unknown)?,
            };
            if lookup == Lookup::Unknown {
                self.depends_on_name(format!("{class}().{name}"));
            }
            Some(lookup)
        });
        let is_found = |lookup: &Lookup| matches!(lookup, Lookup::Method(own) if own == path);
        let Some(first) = lookups.next() else { return Some(found) };
        let rest: Vec<Lookup> = lookups.collect();
        if is_found(&first) && rest.iter().all(is_found) {
            return Some(found);
        }
        let is_other = |lookup: &Lookup| !is_found(lookup) && *lookup != Lookup::Unknown;
        if is_other(&first) && rest.iter().all(is_other) {
            return None;
        }
        Some(ResolvedSpawner { forced: Some(Reason::Rebinding), ..found })
    }

    /// The paths of the classes that an expression may be an instance of, or that it may be.
    pub(in crate::tasks) fn classes_of(&self, expression: NodeId) -> BTreeSet<String> {
        let classes = |origin: &Origin| match origin {
            Origin::Instance(class) | Origin::Class(class) => vec![self.model.path_of(*class)],
            Origin::Path(path) => {
                let all = self.project.resolve(path).into_iter();
                let bare =
                    |path: String| path.strip_suffix("()").map_or(path.clone(), str::to_owned);
                all.map(bare).filter(|path| self.project.is_class(path)).collect()
            }
            _ => Vec::new(),
        };
        self.origins(expression).iter().flat_map(classes).collect()
    }

    /// Whether a method is called on what a `with` statement binds, and that is none of the objects which it enters.
    fn is_of_entered_other(&self, callee: NodeId) -> bool {
        let Some(object) = self.model.child(callee, Field::Object) else { return false };
        let Some(method) = self.model.entered_by(object) else { return false };
        let classes = self.classes_of(object);
        classes.iter().any(|class| {
            self.depends_on_name(format!("{class}().{method}"));
            self.project.enters_other(class, method)
        })
    }

    /// A cheap test of how a plain name is bound, before its origins are resolved; cached.
    pub(in crate::tasks) fn may_spawn(&self, identifier: NodeId) -> bool {
        let Some(variable) = self.model.variable(identifier) else {
            return self.binds_spawner(identifier);
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
            return is_spawner_name(name)
                || self.project.is_wrapper_name(name) && self.model.star_imports(identifier);
        }
        bindings.iter().any(|b| match &b.kind {
            BindingKind::ImportFrom { name, .. } => {
                is_spawner_name(name) || self.project.is_wrapper_name(name)
            }
            BindingKind::Assign { value } => {
                let value = self.model.bare(*value);
                last(value)
                    || self.model.child(value, Field::Function).is_some_and(last)
                    || self.model.positional(value).first().is_some_and(|first| last(*first))
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
        let mut origins = self.model.origins(callee);
        let hidden = self.hidden_by_stars(callee);
        origins.retain(|origin| origin.path().is_none_or(|path| !hidden.contains(path)));
        let mut found: Option<ResolvedSpawner<'a>> = None;
        let mut others: Vec<&Origin> = Vec::new();
        for origin in &origins {
            match self.by_origin(origin) {
                Some(this) => found = Some(found.map_or(this, |f| weaker(f, this))),
                None => others.push(origin),
            }
        }
        let found = found?;
        let is_other = |origin: &&Origin| self.is_other(origin, callee, &found);
        let is_doubtful = others.iter().any(is_other) || self.is_rebound_elsewhere(callee, &found);
        if is_doubtful && found.forced.is_none() {
            return Some(ResolvedSpawner { forced: Some(Reason::Rebinding), ..found });
        }
        Some(found)
    }

    /// Whether an origin of a callee, which has a spawner for another, is something else than that.
    fn is_other(&self, origin: &Origin, callee: NodeId, found: &ResolvedSpawner<'_>) -> bool {
        match origin {
            // A name that the file does not bind is its own origin: that of a star import.
            Origin::Builtin(name) => {
                let own = self.model.child(callee, Field::Attribute).unwrap_or(callee);
                self.model.text(own) != name
            }
            // The same callable has another origin, its call.
            Origin::Path(path) if path.starts_with("functools.partial") => false,
            // What a call makes of a spawner may be anything: `spawn = kept(spawn)`.
            Origin::Path(path) if path.ends_with("()") => true,
            // One of several star imports binds a name that no other of them binds.
            Origin::Path(path) if self.is_starred(callee) => {
                let module = path.rsplit_once('.').map_or("", |(module, _)| module);
                let is_unseen = || found.wrapper.is_some() && !self.project.is_read(module);
                self.project.is_defined(path) || is_unseen()
            }
            // Another module's function of that name, in an import shim, is the same thing elsewhere if it is no function of
            // the project.
            Origin::Path(path) => found.wrapper.is_some() || self.project.is_defined(path),
            _ => true,
        }
    }

    /// What a name that only star imports can bind refers to in those that stand before another of which it is known that it
    /// binds the name.
    fn hidden_by_stars(&self, callee: NodeId) -> BTreeSet<String> {
        let model = self.model;
        let stars = model.scopes.scope(ScopeId::MODULE).star_imports();
        let is_plain = |(statement, _): &(NodeId, String)| {
            model.tree.parent(*statement).is_some_and(|p| model.kind(p) == Kind::Module)
        };
        if stars.len() < 2 || !self.is_starred(callee) || !stars.iter().all(is_plain) {
            return BTreeSet::new();
        }
        let path = |(_, module): &(NodeId, String)| {
            format!("{}.{}", model.absolute(module), model.text(callee))
        };
        let paths: Vec<String> = stars.iter().map(path).collect();
        let is_bound =
            |path: &String| self.known_spawner(path).is_some() || self.project.is_defined(path);
        let last = paths.iter().rposition(is_bound).unwrap_or(0);
        paths[..last].iter().filter(|path| **path != paths[last]).cloned().collect()
    }

    /// Whether only a star import can bind a name.
    fn is_starred(&self, callee: NodeId) -> bool {
        self.model.kind(callee) == Kind::Identifier && self.model.bindings_of(callee).is_empty()
    }

    /// Whether a function, a `del` or a later star import may bind the name of a callee to something else.
    fn is_rebound_elsewhere(&self, callee: NodeId, found: &ResolvedSpawner<'_>) -> bool {
        let model = self.model;
        let Some((scope, symbol)) = model.variable(callee) else { return false };
        let bindings = model.bindings_of(callee);
        let is_deleted = bindings.iter().any(|b| matches!(b.kind, BindingKind::Delete));
        if is_deleted || scope != ScopeId::MODULE {
            return is_deleted;
        }
        let is_global = |u: &Use| u.kind != UseKind::Load && model.frame_of(u.node) != scope;
        let last = bindings.iter().map(|b| b.node).max();
        let may_bind = |(statement, module): &(NodeId, String)| {
            let module = model.absolute(module);
            let path = format!("{module}.{}", model.text(callee));
            let is_unseen = || found.wrapper.is_some() && !self.project.is_read(&module);
            last < Some(*statement)
                && self.by_path(&path).is_none_or(|other| other.path != found.path)
                && (self.project.is_defined(&path) || is_unseen())
        };
        model.scopes.scope(scope).star_imports().iter().any(may_bind)
            || model.uses(scope, symbol).iter().any(is_global)
    }

    fn by_origin(&self, origin: &Origin) -> Option<ResolvedSpawner<'a>> {
        match origin {
            Origin::Path(path) => {
                let found = self.by_path(path)?;
                match found.forced.is_none() && self.project.is_rebound(path) {
                    true => Some(ResolvedSpawner { forced: Some(Reason::Rebinding), ..found }),
                    false => Some(found),
                }
            }
            Origin::Function(node) => {
                let path = self.model.path_of(*node);
                self.declared_spawner(&path).or_else(|| self.wrapper_at(&path))
            }
            // What a function returns may be a wrapper: `run = in_background(run)`.
            Origin::Returned(node) => self.wrapper_at(&format!("{}()", self.model.path_of(*node))),
            Origin::Class(node) => self.task_subclass(&self.model.path_of(*node)),
            Origin::Value(node) if self.model.kind(*node) == Kind::Lambda => self.wrapper_at(
                &format!("{}.<lambda>{}", self.model.module, self.model.tree.start(*node)),
            ),
            Origin::Value(node) => self.partial_spawner(*node),
            _ => None,
        }
    }

    /// The spawner to whose calls `functools.partial` or `partialmethod` adds keyword arguments, unless these may decide what
    /// the spawner does.
    pub(in crate::tasks) fn partial_spawner(&self, call: NodeId) -> Option<ResolvedSpawner<'a>> {
        let callee = self.model.child(call, Field::Function)?;
        let [function] = self.model.positional(call)[..] else { return None };
        if !self.model.is_path(callee, &["functools.partial", "functools.partialmethod"]) {
            return None;
        }
        let found = self.deeper(|| self.spawner(function)).flatten()?;
        found.wrapper.is_none_or(Wrapper::is_unconditional).then_some(found)
    }

    fn by_path(&self, path: &str) -> Option<ResolvedSpawner<'a>> {
        if let Some(found) = self.known_spawner(path) {
            return Some(found);
        }
        let targets = self.project.resolve(path);
        let declared = targets.iter().find_map(|p| self.declared_spawner(p));
        let found = declared
            .or_else(|| targets.iter().find_map(|p| self.wrapper_at(p)))
            .or_else(|| targets.iter().find_map(|p| self.task_subclass(p)))
            .or_else(|| targets[1..].iter().find_map(|p| self.known_spawner(p)));
        if found.is_some() {
            return found;
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
        if let Some(found) = self.declared_spawner(path) {
            return Some(found);
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

    /// A function that the configuration declares to be a spawner.
    fn declared_spawner(&self, path: &str) -> Option<ResolvedSpawner<'a>> {
        let is_declared = self.project.declared.is_spawner(path);
        is_declared.then(|| ResolvedSpawner::resolved(Spawner::CreateTask))
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
        let found = match summary.ownership() {
            Ownership::Fresh => ResolvedSpawner::resolved(Spawner::Wrapper),
            Ownership::Sometimes => ResolvedSpawner::forced(Spawner::Wrapper, Reason::Conditional),
            Ownership::Kept => ResolvedSpawner::forced(Spawner::Wrapper, Reason::ManagedWrapper),
        };
        let path = summary.defined_as.as_deref().unwrap_or(path);
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
        Some(ResolvedSpawner { forced: other.then_some(Reason::Receiver), ..named })
    }

    /// Whether an origin of `x.create_task` shows that `x` is no event loop: a method of the
    /// project itself.
    fn is_foreign(&self, origin: &Origin) -> bool {
        match origin {
            Origin::Function(_) | Origin::Class(_) => true,
            Origin::Path(path) if self.project.is_defined(path) => true,
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
        paths.iter().find_map(|path| self.by_path(&format!("{path}.{name}")))
    }
}

/// The less certain of two resolutions of one callee.
fn weaker<'a>(a: ResolvedSpawner<'a>, b: ResolvedSpawner<'a>) -> ResolvedSpawner<'a> {
    match (a.forced, b.forced) {
        (None, Some(_)) => b,
        (None, None) if a.evidence < b.evidence => b,
        _ => a,
    }
}
