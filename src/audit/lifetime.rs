//! How long a task can live: as long as its statement, its call, an object, or the application. It
//! does not ask what stops it.

use super::assessment::Lifetime;
use super::coroutine_exit::{CANCELLATION_BASES, EXCEPTION_BASES, catches};
use super::index::WorkspaceIndex;
use super::outcome_reads::asks_done;
use super::owner::{Owner, OwnerKind};
use super::related_location::RelatedLocation;
use super::types::{NodeRef, StorageLocation, TaskOp, TaskUse, TaskUses, Timeout};
use super::unwinding::is_unconditional;
use super::waiting::leaves_running;
use crate::python::{AttributeBinding, Field, Kind, NodeId, Origin};
use crate::tasks::libraries::HookPhase;
use crate::tasks::{ClassifiedSite, Reason, new_container};

impl WorkspaceIndex<'_> {
    /// How long the task of a site can live, and the evidence beyond its owner.
    pub fn lifetime(
        &self,
        file: usize,
        classified: &ClassifiedSite,
        owner: &Owner,
    ) -> (Lifetime, Option<RelatedLocation>) {
        let site = NodeRef { file, node: classified.site.node };
        match owner.kind {
            OwnerKind::Nobody => (Lifetime::Collected, None),
            OwnerKind::Caller => (Lifetime::Caller, None),
            OwnerKind::Unknown => (Lifetime::Unknown, None),
            OwnerKind::Awaiting => (self.awaited_lifetime(site, classified), None),
            OwnerKind::Factory => (Lifetime::Application, None),
            OwnerKind::Group => (self.group_lifetime(site, classified), None),
            OwnerKind::Frame => self.frame_lifetime(site),
            OwnerKind::Holder => match &owner.location {
                Some(
                    StorageLocation::Global(_) | StorageLocation::Unresolved { file: None, .. },
                ) => (Lifetime::Application, None),
                Some(StorageLocation::Attribute { class, name }) => {
                    match self.class_value(class, name) {
                        Some(value) => {
                            let note = "the class itself holds it, not one of its objects";
                            (Lifetime::Application, Some(self.related(value, note)))
                        }
                        None => self.object_lifetime(class),
                    }
                }
                _ => (Lifetime::Unknown, None),
            },
        }
    }

    /// Whether a task can outlive the call that creates it and waits for it: the wait has a limit or a shield and nothing in the
    /// function cancels the task, or a function in it has the task, too, or the function is left before it waits.
    pub(super) fn may_outlive_call(
        &self,
        classified: &ClassifiedSite,
        task_uses: &TaskUses,
        made_at: NodeRef,
        coroutine: Option<NodeRef>,
    ) -> bool {
        let is_captured = classified.reason == Reason::Closure;
        let home = self.function_of(made_at);
        let Some(function) = home else { return false };
        let model = self.model(function);
        let own = || task_uses.uses.iter().filter(|e| self.function_of(e.node_ref) == home);
        let is_wait = |e: &&TaskUse| matches!(e.op, TaskOp::Await { .. });
        let is_limited = |e: &TaskUse| {
            leaves_running(e)
                || matches!(e.op, TaskOp::Await { timeout: Timeout::Unknown, .. })
                || self.may_leave_others(e.node_ref, coroutine)
        };
        let cancels = |e: &TaskUse| {
            let is_here = e.node_ref.file == made_at.file;
            let there = self.model(e.node_ref);
            e.op == TaskOp::Cancel
                && is_unconditional(there, e.node_ref.node, Some(made_at.node).filter(|_| is_here))
        };
        // `while not task.done():`
        let until_done = |e: &TaskUse| {
            let there = self.model(e.node_ref);
            let around = model.tree.ancestors(e.node_ref.node);
            let mut conditions = around.filter(|n| model.kind(*n) == Kind::WhileStatement);
            conditions.any(|n| {
                let condition = model.child(n, Field::Condition);
                condition.is_some_and(|c| asks_done(there, c))
            })
        };
        let mut waits = own().filter(is_wait).peekable();
        let is_left = waits.peek().is_some() && waits.all(|e| is_limited(e) && !until_done(e));
        let yields = |e: &TaskUse| {
            let user = self.function_of(e.node_ref).filter(|f| Some(*f) != home);
            user.is_some_and(|f| {
                f.file == function.file
                    && model.tree.contains(function.node, f.node)
                    && model.own_nodes(f.node, |kind| kind == Kind::Yield).next().is_some()
            })
        };
        // A wait with a limit after the cancellation does not expect the task to end.
        let place = |e: &TaskUse| (e.node_ref, e.inner);
        let gives_up = |wait: &TaskUse| {
            matches!(wait.op, TaskOp::Await { timeout: Timeout::Present, .. })
                && own().any(|e| e.op == TaskOp::Cancel && place(e) <= place(wait))
        };
        is_left && (!task_uses.uses.iter().any(cancels) || own().any(gives_up))
            || is_captured
                && !own().any(cancels)
                && !self.ends_with_call(task_uses, made_at, coroutine)
            || task_uses.uses.iter().any(yields)
            || self.may_abandon(task_uses, made_at)
            || self.may_leave_rest(task_uses, made_at, coroutine)
    }

    /// Whether the function that stores a task in an attribute always waits for it before it returns.
    pub(super) fn ends_with_call(
        &self,
        task_uses: &TaskUses,
        made_at: NodeRef,
        coroutine: Option<NodeRef>,
    ) -> bool {
        let home = self.function_of(made_at);
        let Some(function) = home else { return false };
        let model = self.model(function);
        let is_own = |e: &&TaskUse| self.function_of(e.node_ref) == home && e.node_ref > made_at;
        let own = || task_uses.uses.iter().filter(is_own);
        // The others are cancelled where one fails.
        let uses = self.uses_after(task_uses, made_at, function);
        let is_caught =
            |e: &TaskUse| self.ends_when_left(function, e.node_ref.node, &uses, EXCEPTION_BASES);
        let waits = |e: &&TaskUse| {
            matches!(e.op, TaskOp::Await { timeout, .. } if timeout != Timeout::Unknown)
                && !leaves_running(e)
                && self.is_sure_to_run(e.node_ref, made_at)
                && (!self.may_leave_others(e.node_ref, coroutine) || is_caught(e))
        };
        let Some(wait) = own().find(waits) else { return false };
        let at_end = |e: &TaskUse| {
            let mut around =
                model.tree.ancestors(e.node_ref.node).take_while(|n| *n != function.node);
            e.op == TaskOp::Cancel
                && around.any(|n| match model.kind(n) {
                    Kind::FinallyClause => true,
                    Kind::ExceptClause => catches(model, n, CANCELLATION_BASES),
                    _ => false,
                })
        };
        // The cancellation of who waits is that of the task, too.
        let is_passed_on = matches!(wait.op, TaskOp::Await { raises: true, .. });
        let mut between = model.own_nodes(function.node, |kind| kind == Kind::Await);
        let is_between = |n: NodeId| n > made_at.node && n < wait.node_ref.node;
        own().any(at_end) || is_passed_on && !between.any(is_between)
    }

    fn awaited_lifetime(&self, site: NodeRef, classified: &ClassifiedSite) -> Lifetime {
        let model = self.model(site);
        let same = model.statement_of(site.node) == model.statement_of(classified.sink);
        if same { Lifetime::Statement } else { Lifetime::Call }
    }

    /// A group in a local variable ends with the call.
    fn group_lifetime(&self, site: NodeRef, classified: &ClassifiedSite) -> Lifetime {
        let model = self.model(site);
        let Some(object) = model.child(classified.site.callee, Field::Object) else {
            return Lifetime::Unknown;
        };
        match model.kind(model.bare(object)) {
            Kind::Identifier => match self.storage_of(NodeRef { node: object, ..site }) {
                Some(StorageLocation::Local { .. }) => Lifetime::Call,
                Some(StorageLocation::Global(_)) => Lifetime::Application,
                _ => Lifetime::Unknown,
            },
            Kind::Attribute => Lifetime::Object,
            _ => Lifetime::Unknown,
        }
    }

    /// The frame of an application's lifespan lives as long as the application.
    fn frame_lifetime(&self, site: NodeRef) -> (Lifetime, Option<RelatedLocation>) {
        let hook = self.function_of(site).and_then(|f| self.hook(f));
        match hook.filter(|h| h.phase == HookPhase::Around && h.is_application) {
            Some(hook) => {
                let note = format!("{} makes it the application lifespan", hook.label);
                (Lifetime::Application, Some(self.related(hook.node_ref, note)))
            }
            None => match self.function_of(site).and_then(|f| self.lifespan_around(f)) {
                Some(location) => (Lifetime::Application, Some(location)),
                None => (Lifetime::Call, None),
            },
        }
    }

    /// The call of a context manager that an application lifespan enters.
    fn lifespan_around(&self, function: NodeRef) -> Option<RelatedLocation> {
        let is_lifespan = |f: NodeRef| {
            let hook = self.hook(f);
            hook.is_some_and(|h| h.phase == HookPhase::Around && h.is_application)
        };
        self.hook(function).filter(|h| h.phase == HookPhase::Around)?;
        let (callers, _) = self.callers(function);
        let around = |call| Some(call).zip(self.function_of(call).filter(|f| is_lifespan(*f)));
        let (call, outer) = callers.into_iter().find_map(|c| around(c.node_ref))?;
        let note = format!(
            "the application lifespan `{}` enters this context manager",
            self.name_of(outer)
        );
        Some(self.related(call, note))
    }

    /// The value of an attribute of a class that all of its objects share: no method sets it on `self`.
    fn class_value(&self, class: &str, name: &str) -> Option<NodeRef> {
        let at = self.class_at(class).filter(|_| !self.is_set_below(class, name))?;
        let model = self.model(at);
        let bindings = model.attribute_bindings(at.node, name);
        let values = bindings.iter().filter(|b| !matches!(b, AttributeBinding::Annotation(_)));
        let values: Vec<NodeId> = values
            .map(|b| match b {
                AttributeBinding::Value(value) => Some(*value),
                _ => None,
            })
            .collect::<Option<_>>()?;
        let is_of_class = |value: &NodeId| {
            let assignment = model.parent_of_kind(*value, Kind::Assignment)?;
            let left = model.child(assignment, Field::Left)?;
            if let Some(object) = model.child(left, Field::Object) {
                let origins = model.origins(object);
                return origins.iter().any(|o| matches!(o, Origin::Class(_))).then_some(());
            }
            // A field of a model is a value of each object.
            let annotation = model.child(assignment, Field::Type).map(|a| model.text(a));
            let is_plain =
                annotation.is_none_or(|a| a.contains("ClassVar")) || self.is_self_contained(class);
            // `dataclasses.field(default_factory=set)`
            let is_field = || model.callee_name(*value).is_some_and(|name| name.ends_with("ield"));
            let is_value = model.kind(*value) != Kind::Call
                || new_container(model, *value).is_some() && !is_field();
            (is_plain && is_value).then_some(())
        };
        let is_shared = values.iter().all(|value| is_of_class(value).is_some());
        let is_set = |value: &&NodeId| model.kind(**value) != Kind::None;
        let first = values.iter().find(is_set).filter(|_| is_shared)?;
        Some(NodeRef { node: *first, ..at })
    }

    /// An object in a module-level name, or created by a startup hook, lives as long as the
    /// application.
    fn object_lifetime(&self, class: &str) -> (Lifetime, Option<RelatedLocation>) {
        let Some(node_ref) = self.class_at(class) else { return (Lifetime::Object, None) };
        let name = self.model(node_ref).name_of(node_ref.node);
        let made = self.occurrences(name).iter().copied().find_map(|occurrence| {
            let there = self.model(occurrence);
            let call = there.parent_of_kind(occurrence.node, Kind::Call)?;
            let is_made = there.tree.field(occurrence.node) == Field::Function
                && there.parent_of_kind(call, Kind::Assignment).is_some()
                && !self.is_test(occurrence)
                && self.class_of(occurrence).as_deref() == Some(class);
            let at = NodeRef { node: call, ..occurrence };
            let note = match self.function_of(at) {
                _ if !is_made || self.is_example(at) => return None,
                None if there.class_of(call).is_some() => return None,
                None => "the module creates and keeps one".to_owned(),
                Some(f) => {
                    let hook = self.hook(f).filter(|h| h.is_application)?;
                    let name = self.name_of(f);
                    (hook.phase != HookPhase::Shutdown).then(|| {
                        format!("`{name}` creates one at application startup ({})", hook.label)
                    })?
                }
            };
            Some(self.related(at, note))
        });
        match made {
            Some(location) => (Lifetime::Application, Some(location)),
            None => (Lifetime::Object, None),
        }
    }
}
