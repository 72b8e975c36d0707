//! How what keeps a task lets go of it: by a callback, in its coroutine, in its function, as its frame ends. It does not say who
//! sees the exception.

use super::coroutine_exit::{CoroutineExit, is_loop};
use super::index::WorkspaceIndex;
use super::owner::{Owner, OwnerKind};
use super::second_start::ONCE;
use super::types::{NodeRef, StorageLocation, TaskUses};
use crate::python::{Binding, BindingKind, Cfg, Field, Kind, NodeId};
use crate::tasks::MethodAccess;
use crate::tasks::libraries::{ContainerMethod, MethodEffect};

impl WorkspaceIndex<'_> {
    /// The done-callback by which a task leaves its owner. asyncio then logs an exception that nobody has read
    /// (library/asyncio-dev.html#detect-never-retrieved-exceptions).
    pub fn releasing_callback(
        &self,
        location: &StorageLocation,
        task_uses: &TaskUses,
    ) -> Option<NodeRef> {
        let removes = |callback: &NodeRef| {
            let at = |node| NodeRef { node, ..*callback };
            let model = self.model(*callback);
            let node = model.bare(callback.node);
            if matches!(MethodAccess::at(model, node).op().effect, MethodEffect::Remove { .. }) {
                let Some(object) = model.child(node, Field::Object) else { return false };
                // A function discards from the container that it is given.
                let is_given = |b: &Binding| matches!(b.kind, BindingKind::Parameter { .. });
                return self.storage_of(at(object)).as_ref() == Some(location)
                    || model.bindings_of(object).iter().any(is_given);
            }
            self.callback_body(at(node)).is_some_and(|body| self.removes_from(body, location))
        };
        task_uses.callbacks().chain(self.callbacks_of_setters(location)).find(removes)
    }

    /// `running.discard`, of a container in a variable.
    pub(super) fn discards_from_local(&self, callback: NodeRef) -> bool {
        let model = self.model(callback);
        let node = model.bare(callback.node);
        let object = model.child(node, Field::Object);
        matches!(MethodAccess::at(model, node).op().effect, MethodEffect::Remove { .. })
            && object.is_some_and(|n| model.kind(n) == Kind::Identifier)
    }

    /// The done-callbacks that the setter of a property adds to a task which it stores.
    fn callbacks_of_setters(&self, location: &StorageLocation) -> Vec<NodeRef> {
        let added = |o: NodeRef| {
            let model = self.model(o);
            let setter = self.function_of(o).filter(|f| {
                let decorators = model.decorators(f.node);
                decorators.iter().any(|d| model.text(*d).ends_with(".setter"))
            })?;
            let stores = model.tree.parent(o.node).filter(|n| model.kind(*n) == Kind::Assignment);
            let value = model.text(model.child(stores?, Field::Right)?);
            let mut calls = model.own_nodes(setter.node, |kind| kind == Kind::Call);
            calls.find_map(|call| {
                let (object, "add_done_callback") = model.called_method(call)? else { return None };
                let callback = model.positional(call).first().copied();
                callback.filter(|_| model.text(object) == value)
            })
        };
        let all = self.occurrences_of(location).into_iter();
        all.filter_map(|o| Some(NodeRef { node: added(o)?, ..o })).collect()
    }

    /// Where a coroutine takes something out of the location of its task whenever it ends: in a `finally`. An attribute of an
    /// object that is not known, `self.proxy.relays`, is that of the only class that sets one by this name.
    pub(super) fn removes_itself(
        &self,
        coroutine: NodeRef,
        location: &StorageLocation,
    ) -> Option<NodeRef> {
        let model = self.model(coroutine);
        let mut clauses = model.own_nodes(coroutine.node, |kind| kind == Kind::FinallyClause);
        let clause =
            clauses.find(|n| self.removes_from(NodeRef { node: *n, ..coroutine }, location));
        let own = clause.map(|node| NodeRef { node, ..coroutine });
        own.or_else(|| self.removes_by_name(coroutine, location).filter(|_| self.is_only(location)))
    }

    /// Where a coroutine takes something, whenever it ends, out of an attribute of the same name of an object that is not known.
    pub(super) fn removes_by_name(
        &self,
        coroutine: NodeRef,
        location: &StorageLocation,
    ) -> Option<NodeRef> {
        let model = self.model(coroutine);
        let in_finally = |o: &NodeRef| {
            let mut around = model.tree.ancestors(o.node).take_while(|n| *n != coroutine.node);
            around.any(|n| model.kind(n) == Kind::FinallyClause)
        };
        let ends = |o: &NodeRef| self.function_of(*o) == Some(coroutine) && in_finally(o);
        let mut uses = self.unresolved_uses(location).into_iter().filter(ends);
        uses.find(|o| self.is_removal(*o))
    }

    /// Whether only one class of the project sets an attribute by the name of a location.
    fn is_only(&self, location: &StorageLocation) -> bool {
        let StorageLocation::Attribute { class, name } = location else { return false };
        self.setters.get(name).is_some_and(|setters| setters.iter().eq([class]))
    }

    /// Whether code removes something from a storage location, or clears it.
    fn removes_from(&self, body: NodeRef, location: &StorageLocation) -> bool {
        let model = self.model(body);
        let is_inside = |o: &NodeRef| o.file == body.file && model.tree.contains(body.node, o.node);
        let mut inside = self.occurrences_of(location).into_iter().filter(is_inside);
        inside.any(|occurrence| self.is_removal(occurrence))
    }

    /// Whether something is removed from what an occurrence names, or that is cleared.
    fn is_removal(&self, occurrence: NodeRef) -> bool {
        let model = self.model(occurrence);
        let parent = model.tree.parent(occurrence.node);
        // `for tasks in self._tasks.values(): tasks.remove(task)`
        let around = model.tree.ancestors(occurrence.node);
        let mut loops = around.filter(|n| model.kind(*n) == Kind::ForStatement);
        let removes = |n: NodeId| {
            let name = model.called_method(n).map(|(_, name)| name);
            let effect = name.map(|name| ContainerMethod::named(name).effect);
            matches!(effect, Some(MethodEffect::Remove { .. }))
        };
        let iterated = loops.find(|n| {
            let right = model.child(*n, Field::Right);
            right.is_some_and(|right| model.tree.contains(right, occurrence.node))
        });
        if iterated.is_some_and(|n| model.tree.descendants(n).any(removes)) {
            return true;
        }
        match parent.map(|p| model.kind(p)) {
            Some(Kind::Attribute) => {
                let effect = MethodAccess::at(model, parent.unwrap_or(occurrence.node)).op().effect;
                matches!(effect, MethodEffect::Remove { .. } | MethodEffect::Take)
            }
            Some(Kind::Subscript) => {
                let outer = parent.and_then(|p| model.tree.parent(p));
                outer.is_some_and(|o| model.kind(o) == Kind::DeleteStatement)
            }
            Some(Kind::Assignment) => {
                let value = parent.and_then(|p| model.child(p, Field::Right));
                value.is_some_and(|v| model.kind(v) == Kind::None)
            }
            _ => false,
        }
    }

    /// Where the function that makes a task removes it from its location afterwards.
    pub(super) fn removed_in_home(
        &self,
        made_at: NodeRef,
        location: &StorageLocation,
    ) -> Option<NodeRef> {
        let home = self.function_of(made_at)?;
        let statements =
            self.model(home).own_nodes(home.node, |kind| kind == Kind::ExpressionStatement);
        let later = statements.filter(|n| *n > made_at.node);
        let mut later = later.map(|node| NodeRef { node, ..home });
        later.find(|later| {
            self.removes_from(*later, location)
                && Cfg::can_follow(self.model(home), home.node, made_at.node, later.node)
        })
    }

    /// How the frame that has a task lets go of it.
    pub(super) fn frame_release(&self, owner: &Owner, made_at: NodeRef) -> Option<&'static str> {
        let home = self.function_of(made_at);
        let is_frame_over = || {
            let frame = home.map(|f| self.coroutine_exit(f));
            let runs_on = matches!(frame, Some(CoroutineExit::Loops(l)) if !self.has_loop_exit(l));
            !runs_on && home.is_none_or(|f| self.hook(f).is_none_or(|h| !h.is_application))
        };
        match owner.kind {
            OwnerKind::Frame | OwnerKind::Awaiting if is_frame_over() => Some(
                "its function lets go of the task as it returns, so asyncio logs its exception",
            ),
            OwnerKind::Frame if self.is_rebound_by_loop(made_at) => Some(
                "the next round of the loop lets go of the task, so asyncio logs its exception",
            ),
            _ => None,
        }
    }

    /// Whether a site in a loop assigns its task to a name that has that of a round before.
    fn is_rebound_by_loop(&self, site: NodeRef) -> bool {
        let model = self.model(site);
        let target = model.parent_of_kind(site.node, Kind::Assignment);
        let target = target.and_then(|assignment| model.child(assignment, Field::Left));
        let around = model.tree.ancestors(site.node);
        target.is_some_and(|n| model.kind(n) == Kind::Identifier)
            && around
                .take_while(|n| model.kind(*n) != Kind::FunctionDefinition)
                .any(|n| is_loop(model, n))
    }

    /// Where each start of several stores its task in place of the one before, without a look at that and without a wait for it.
    pub(super) fn overwrites_at_restart(&self, owner: &Owner) -> Option<NodeRef> {
        let (location, end) = owner.location.as_ref().zip(owner.stored_at)?;
        let model = self.model(end);
        let is_plain = matches!(model.kind(end.node), Kind::Identifier | Kind::Attribute)
            && matches!(model.tree.field(end.node), Field::Left);
        let function = self.function_of(end).filter(|f| is_plain && !self.is_constructor(*f))?;
        let waits = |n: NodeId| n < end.node && model.parent_of_kind(n, Kind::Await).is_some();
        let own = self.occurrences_of(location);
        let is_awaited =
            own.iter().any(|o| self.function_of(*o) == Some(function) && waits(o.node));
        let is_possible = owner.kind == OwnerKind::Holder && !is_awaited;
        // What only a framework calls, or who has just made the object, may be called once for each object.
        let of_self = |node: NodeRef| {
            let there = self.model(node);
            let callee = there.child(node.node, Field::Function).unwrap_or(node.node);
            let object = there.child(callee, Field::Object);
            object
                .is_some_and(|o| there.self_class(o).is_some() || there.kind(o) == Kind::Attribute)
        };
        let object = model.child(end.node, Field::Object);
        let is_own = object.is_some_and(|object| model.self_class(object).is_some());
        let is_nested = model.function_of(function.node).is_some();
        let callers = self.start_callers(function);
        let is_called = !callers.is_empty()
            && callers.iter().all(|(c, _)| of_self(*c) && !self.is_guarded_around(*c, location));
        (is_possible
            && is_own
            && (is_nested || is_called)
            && !ONCE.contains(&model.name_of(function.node))
            && !self.is_start(function)
            && self.is_started_again(end)
            && !self.is_guarded(function, end, location))
        .then_some(end)
    }

    /// Where a method that nothing in the project calls stores its task in place of the one before, unless that runs: who has the
    /// object may call it again.
    pub(super) fn replaced_at_next_start(&self, owner: &Owner) -> Option<NodeRef> {
        let (location, end) = owner.location.as_ref().zip(owner.stored_at)?;
        let model = self.model(end);
        let function = self.function_of(end)?;
        let is_stored = model.kind(end.node) == Kind::Attribute
            && matches!(model.tree.field(end.node), Field::Left);
        let object = model.child(end.node, Field::Object).filter(|_| is_stored)?;
        let is_replaced = || {
            !self.is_guarded(function, end, location)
                || self.finished_guard(location, end).is_some()
        };
        (owner.kind == OwnerKind::Holder
            && model.self_class(object).is_some()
            && !self.is_constructor(function)
            && !ONCE.contains(&model.name_of(function.node))
            && self.hook(function).is_none()
            && self.start_callers(function).is_empty()
            && is_replaced())
        .then_some(end)
    }
}
