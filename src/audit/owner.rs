//! Who owns a site's task: a name to display and, where there is one, a storage location. It does
//! not ask for how long.

use super::index::WorkspaceIndex;
use super::related_location::RelatedLocation;
use super::source_text::source_on_one_line;
use super::types::{ItemKeys, NodeRef, StorageLocation, TaskOp, TaskUse, TaskUses, Timeout};
use super::waiting::FollowedValue;
use crate::python::{Binding, BindingKind, Field, Kind, Model, NodeId};
use crate::tasks::libraries::{ContainerMethod, MethodEffect, Role, names};
use crate::tasks::{ClassifiedSite, Reason, Verdict, last_name, new_container};

/// The kind of owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnerKind {
    /// Nobody.
    Nobody,
    /// An attribute or a module-level name.
    Holder,
    /// The frame of a function, by a local variable or a closure.
    Frame,
    /// Whoever awaits it in the statement that creates it, or later in the same function.
    Awaiting,
    /// The caller that it is returned to.
    Caller,
    /// A task group, nursery or the like.
    Group,
    /// The task factory.
    Factory,
    /// Not known.
    Unknown,
}

/// Who owns a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// The kind of owner.
    pub kind: OwnerKind,
    /// The storage location of an [`OwnerKind::Holder`], or of a frame's variable.
    pub location: Option<StorageLocation>,
    /// The keys of its entry in that location.
    pub(super) keys: ItemKeys,
    /// Its display name; `None` for nobody.
    pub name: Option<String>,
    /// Where it gets the task.
    pub stored_at: Option<NodeRef>,
    /// The evidence.
    pub evidence: Option<RelatedLocation>,
}

/// Maximum depth of wrappers that pass their tasks on.
const MAX_DEPTH: u32 = 3;

impl WorkspaceIndex<'_> {
    /// Who owns the task of a site.
    pub fn owner(&self, file: usize, classified: &ClassifiedSite) -> Owner {
        self.owner_within(file, classified, MAX_DEPTH)
    }

    fn owner_within(&self, file: usize, classified: &ClassifiedSite, depth: u32) -> Owner {
        let at = |node| NodeRef { file, node };
        let (site, end) = (at(classified.site.node), at(classified.sink));
        let frame = self.enclosing_frame_name(site);
        let because = || {
            let wait = self.blocking_wait(file, classified);
            let gathered = || self.gathered_futures(file, classified);
            let note = wait.or_else(gathered);
            Some(self.related(end, note.map_or_else(|| classified.why.clone(), str::to_owned)))
        };
        let plain = |kind, name: String| Owner {
            kind,
            location: None,
            keys: Vec::new(),
            name: Some(name),
            stored_at: Some(end),
            evidence: because(),
        };
        let unknown = || plain(OwnerKind::Unknown, "unknown".into());
        match classified.reason {
            _ if classified.verdict() == Verdict::Dropped
                || self.is_dropped_where_made(file, classified) =>
            {
                Owner {
                    kind: OwnerKind::Nobody,
                    location: None,
                    keys: Vec::new(),
                    name: None,
                    stored_at: None,
                    evidence: because(),
                }
            }
            // The `result()` of the future of another thread waits.
            Reason::Awaited | Reason::Gathered
                if !self.is_of_thread(file, classified) && self.ends_early(end) =>
            {
                plain(OwnerKind::Frame, format!("local variable in {frame}"))
            }
            Reason::Awaited | Reason::Gathered => {
                plain(OwnerKind::Awaiting, format!("awaited in {frame}"))
            }
            // `yield from task` in an `__await__` waits for it.
            Reason::Returned if self.model(end).text(end.node).starts_with("yield from") => {
                plain(OwnerKind::Awaiting, format!("awaited in {frame}"))
            }
            Reason::Returned => plain(OwnerKind::Caller, format!("the caller of {frame}")),
            Reason::Attribute | Reason::Global | Reason::Container => {
                self.holder(end, site).unwrap_or_else(unknown)
            }
            Reason::Frame | Reason::Closure => {
                let container = self.container_of(end).filter(|c| !self.is_of_other_site(*c, site));
                let container = container.or_else(|| self.subscript_target(site));
                let container = container.or_else(|| self.added_to(site));
                let location = container.and_then(|c| self.storage_of(c));
                // A parameter of a nested function is no owner.
                let is_around = |scope| {
                    let model = self.model(site);
                    model.tree.contains(model.scopes.scope(scope).node, site.node)
                };
                let local = location.filter(|k| {
                    matches!(k, StorageLocation::Local { file: of, scope, .. } if *of == file && is_around(*scope))
                });
                let of = match &local {
                    Some(StorageLocation::Local { file, scope, .. }) => {
                        let node = self.files[*file].model.scopes.scope(*scope).node;
                        self.frame_name(NodeRef { file: *file, node })
                    }
                    _ => frame,
                };
                Owner {
                    location: local,
                    ..plain(OwnerKind::Frame, format!("local variable in {of}"))
                }
            }
            Reason::Kept => {
                let record = self.record_field(site, end).map(|(location, name)| Owner {
                    location: Some(location),
                    ..plain(OwnerKind::Unknown, name)
                });
                if let Some(record) = record {
                    return record;
                }
                let callee = self.model(end).child(end.node, Field::Function);
                let function = callee.map(|c| self.functions(at(c))).unwrap_or_default();
                let stored = |f: &NodeRef| self.stored_by(*f, MAX_DEPTH);
                function.first().and_then(stored).unwrap_or_else(unknown)
            }
            Reason::Factory => plain(OwnerKind::Factory, "the task factory".into()),
            Reason::TaskGroup => {
                let callee = classified.site.callee;
                let object = self.model(site).child(callee, Field::Object).unwrap_or(callee);
                let name = source_on_one_line(self.model(site), object);
                // An object of a framework stores its tasks too, but for how long is unknown.
                match self.is_group(at(object)) {
                    true => plain(OwnerKind::Group, format!("TaskGroup {name}")),
                    false => plain(OwnerKind::Unknown, name),
                }
            }
            Reason::ManagedWrapper => {
                let inner = depth.checked_sub(1).zip(self.wrapper(file, classified));
                let kept = inner.and_then(|(depth, wrapper)| {
                    let own = self.owner_in_wrapper(wrapper, depth);
                    own.or_else(|| self.owner_by_argument(site, wrapper))
                });
                kept.map(|owner| self.of_caller(owner, site, classified)).unwrap_or_else(unknown)
            }
            _ => unknown(),
        }
    }

    /// Whether a name is bound to the task of another site, which is given the task of this one:
    /// `renewal = create_task(renew(task))`.
    fn is_of_other_site(&self, name: NodeRef, site: NodeRef) -> bool {
        let model = self.model(name);
        let classified = self.files[name.file].classified;
        let is_other = |value: NodeId| {
            let value = model.bare(value);
            value != site.node
                && !model.tree.contains(value, site.node)
                && classified.iter().any(|other| other.site.node == value)
        };
        let [binding] = model.bindings_of(name.node) else { return false };
        binding.kind.value().is_some_and(is_other)
    }

    /// Whether a function stores a task elsewhere where it does not await it: `if wait: await task`, `else: self._task = task`.
    pub(super) fn is_kept_instead(
        &self,
        file: usize,
        classified: &ClassifiedSite,
        task_uses: &TaskUses,
    ) -> bool {
        let model = self.files[file].model;
        let wait = classified.sink;
        let around = model.tree.ancestors(wait);
        let mut branches = around.filter(|n| {
            model.kind(*n) == Kind::IfStatement && !model.tree.contains(*n, classified.site.node)
        });
        let stores = |e: &&TaskUse| {
            e.op == TaskOp::Escape
                && e.node_ref.file == file
                && matches!(model.kind(e.node_ref.node), Kind::Attribute | Kind::Subscript)
        };
        branches.any(|n| {
            let mut stored = task_uses.uses.iter().filter(stores);
            stored.any(|e| model.tree.contains(n, e.node_ref.node))
        })
    }

    /// The attribute that the value of a wrapper's call is assigned to, beside the container that keeps the task.
    pub(super) fn assigned_attribute(
        &self,
        site: NodeRef,
        classified: &ClassifiedSite,
    ) -> Option<StorageLocation> {
        let model = self.model(site);
        let assignment = model.parent_of_kind(site.node, Kind::Assignment)?;
        let node = model.child(assignment, Field::Left)?;
        let is_attribute = model.kind(node) == Kind::Attribute;
        (is_attribute && classified.reason == Reason::ManagedWrapper)
            .then(|| self.storage_of(NodeRef { node, ..site }))?
    }

    /// Whether a function that returns a task also stores it elsewhere.
    pub(super) fn is_stored_too(&self, file: usize, classified: &ClassifiedSite) -> bool {
        let stores = |e: &TaskUse| {
            let model = self.model(e.node_ref);
            let node = e.node_ref.node;
            e.op == TaskOp::Escape
                && e.via.is_none()
                && match model.kind(node) {
                    Kind::Attribute | Kind::Subscript => true,
                    _ => model.called_method(node).is_some_and(|(_, name)| {
                        matches!(ContainerMethod::named(name).effect, MethodEffect::Store(_))
                    }),
                }
        };
        let stores_at = |value: NodeRef| {
            let uses = self.collect_task_uses(value, FollowedValue::Task, false);
            uses.iter().any(stores)
        };
        let wrapper = self.wrapper(file, classified);
        let inner = wrapper.into_iter().flat_map(|wrapper| {
            let sites = self.sites_in(wrapper).into_iter();
            sites.map(move |site| NodeRef { node: site.site.node, ..wrapper })
        });
        std::iter::once(NodeRef { file, node: classified.site.node }).chain(inner).any(stores_at)
    }

    /// Whether what a task is held until is no wait for its end: `asyncio.wait` with a limit, `.result()` of a task that
    /// is done.
    fn ends_early(&self, end: NodeRef) -> bool {
        let model = self.model(end);
        let Some(callee) = model.child(end.node, Field::Function) else { return false };
        let reads = || matches!(model.called_method(end.node), Some((_, "result" | "exception")));
        match model.is_path(callee, &["asyncio.wait"]) {
            true => self.wait_timeout(end) != Timeout::Absent,
            false => reads(),
        }
    }

    /// Whether an object is a group that waits for its tasks on exit.
    fn is_group(&self, object: NodeRef) -> bool {
        let waits = |path: &str| {
            let path = path.trim_end_matches("()").trim_end_matches(".__aenter__");
            names(Role::WaitingGroup).contains(&last_name(path))
        };
        self.model(object).origins(object.node).iter().any(|o| o.path().is_some_and(waits))
    }

    /// The owner of a task that a method of a base keeps in an attribute of `self`, by the class that calls it: a mixin may
    /// use what each of its subclasses sets.
    fn of_caller(&self, owner: Owner, site: NodeRef, classified: &ClassifiedSite) -> Owner {
        let Some((StorageLocation::Attribute { class: base, name }, class)) =
            owner.location.as_ref().zip(self.calling_class(site, classified))
        else {
            return owner;
        };
        if !self.may_be_one_object(base, &class) {
            return owner;
        }
        let location = self.class_attribute(&class, name);
        let name = self.storage_name(&location, Some(&class));
        Owner { location: Some(location), name: Some(name), ..owner }
    }

    /// The class whose method calls another of its methods at a site.
    pub(super) fn calling_class(
        &self,
        site: NodeRef,
        classified: &ClassifiedSite,
    ) -> Option<String> {
        let model = self.model(site);
        let object = model.child(classified.site.callee, Field::Object)?;
        model.self_class(object).map(|class| model.path_of(class))
    }

    /// The class whose `self` has the attribute that a task is stored in at `end`.
    pub(super) fn storing_class(&self, end: NodeRef) -> Option<String> {
        let model = self.model(end);
        let container = self.container_of(end)?;
        let object = model.child(innermost(model, container.node), Field::Object)?;
        model.self_class(object).map(|class| model.path_of(class))
    }

    /// Who owns the tasks that a wrapper of the project creates for its callers.
    fn owner_in_wrapper(&self, wrapper: NodeRef, depth: u32) -> Option<Owner> {
        let sites = self.sites_in(wrapper);
        let kept = sites.iter().map(|j| self.owner_within(wrapper.file, j, depth));
        kept.into_iter().find(|o| o.location.is_some() && o.kind != OwnerKind::Unknown)
    }

    /// The container that a wrapper is given, and stores the task of a call in: `track(self._tasks, work())`.
    fn owner_by_argument(&self, call: NodeRef, wrapper: NodeRef) -> Option<Owner> {
        let given = |site: &&ClassifiedSite| {
            let container = self.container_of(NodeRef { node: site.sink, ..wrapper })?;
            self.argument_for(call, wrapper, container.node)
        };
        let argument = self.sites_in(wrapper).iter().find_map(given)?;
        let location = self.storage_of(argument)?;
        let name = self.storage_name(&location, None);
        let is_local = matches!(location, StorageLocation::Local { .. });
        let model = self.model(argument);
        let is_parameter = |b: &Binding| matches!(b.kind, BindingKind::Parameter { .. });
        // What the caller is given, too, belongs to somebody else.
        let is_given = is_local && model.bindings_of(argument.node).iter().any(is_parameter);
        let (kind, name) = match is_local {
            _ if is_given => (OwnerKind::Unknown, source_on_one_line(model, argument.node)),
            true => (OwnerKind::Frame, name),
            false => (OwnerKind::Holder, name),
        };
        Some(Owner {
            kind,
            evidence: Some(self.related(argument, format!("`{name}` holds it"))),
            keys: self.item_keys(argument),
            location: Some(location),
            name: Some(name),
            stored_at: Some(call),
        })
    }

    /// The owner that the storing expression at `end` belongs to.
    fn holder(&self, end: NodeRef, site: NodeRef) -> Option<Owner> {
        let container = self.container_of(end)?;
        let location = self.storage_of(container)?;
        let model = self.model(end);
        let inner = innermost(model, container.node);
        // `tasks = self._all()`: what a call returns may be that of others.
        let is_given = |b: &Binding| match b.kind {
            BindingKind::Parameter { .. } => true,
            BindingKind::Assign { value } | BindingKind::Annotated { value: Some(value), .. } => {
                let value = model.bare(value);
                // `tasks = self._readers if reads else self._writers`
                if matches!(model.kind(value), Kind::ConditionalExpression | Kind::BooleanOperator)
                {
                    let is_attribute = |n| model.kind(n) == Kind::Attribute;
                    return model.tree.children(value).any(is_attribute);
                }
                let is_new = || new_container(model, value).is_some();
                model.kind(value) == Kind::Call && !is_new() && self.has_functions(value, end)
            }
            _ => false,
        };
        let is_local = matches!(location, StorageLocation::Local { .. });
        let is_parameter = |b: &Binding| matches!(b.kind, BindingKind::Parameter { .. });
        let bindings = model.bindings_of(inner);
        if bindings.iter().any(is_parameter) || is_local && bindings.iter().any(is_given) {
            // An object that the function is given keeps it, for as long as its owner wants.
            let name = source_on_one_line(model, container.node);
            let evidence = Some(self.related(end, format!("`{name}` holds it")));
            let (kind, keys, stored_at) = (OwnerKind::Unknown, Vec::new(), Some(end));
            let is_name = inner == container.node;
            return Some(Owner {
                kind,
                location: is_name.then_some(location),
                keys,
                name: Some(name),
                stored_at,
                evidence,
            });
        }
        let is_self_attribute = model
            .child(container.node, Field::Object)
            .is_some_and(|o| model.self_class(o).is_some());
        let class = self.model(site).class_of(site.node).filter(|_| is_self_attribute);
        let class = class.map(|class| self.model(site).path_of(class));
        let name = self.storage_name(&location, class.as_deref());
        let note = format!("`{name}` holds it");
        Some(Owner {
            kind: if matches!(location, StorageLocation::Local { .. }) {
                OwnerKind::Frame
            } else {
                OwnerKind::Holder
            },
            location: Some(location),
            keys: self.item_keys(NodeRef { node: innermost(model, container.node), ..container }),
            name: Some(name),
            stored_at: Some(end),
            evidence: Some(self.related(end, note)),
        })
    }

    /// Whether a call is of a function of the project.
    fn has_functions(&self, call: NodeId, at: NodeRef) -> bool {
        let callee = self.model(at).child(call, Field::Function);
        callee.is_some_and(|node| !self.functions(NodeRef { node, ..at }).is_empty())
    }

    /// The container in `tasks[key] = create_task(...)`.
    fn subscript_target(&self, site: NodeRef) -> Option<NodeRef> {
        let model = self.model(site);
        let parent = model.tree.parent(site.node)?;
        let is_value = model.tree.field(site.node) == Field::Right;
        let left = model.child(parent, Field::Left).filter(|_| is_value)?;
        (model.kind(left) == Kind::Subscript).then_some(NodeRef { node: left, ..site })
    }

    /// The container in `tasks.append(create_task(...))`.
    fn added_to(&self, site: NodeRef) -> Option<NodeRef> {
        let model = self.model(site);
        let arguments = model.parent_of_kind(site.node, Kind::ArgumentList)?;
        let (object, method) = model.called_method(model.tree.parent(arguments)?)?;
        let effect = ContainerMethod::named(method).effect;
        let stores = matches!(effect, MethodEffect::Store(_) | MethodEffect::Enqueue);
        stores.then_some(NodeRef { node: object, ..site })
    }

    /// The attribute that a call of a class stores the task of a site in, where the project has the class: `Job(task=...)`.
    fn record_field(&self, site: NodeRef, call: NodeRef) -> Option<(StorageLocation, String)> {
        let model = self.model(call);
        let callee = model.child(call.node, Field::Function)?;
        let class = self.class_of(NodeRef { node: callee, ..call })?;
        let is_task = |n: NodeId| {
            let mut bindings = model.bindings_of(n).iter();
            model.tree.contains(n, site.node)
                || bindings.any(|b| b.kind.value().is_some_and(|v| model.bare(v) == site.node))
        };
        let list = model.child(call.node, Field::Arguments)?;
        let argument = model
            .tree
            .children(list)
            .find(|n| is_task(model.child(*n, Field::Value).unwrap_or(*n)))?;
        let location = self.field_of(&class, NodeRef { node: argument, ..call }, call)?;
        let name = self.storage_name(&location, Some(&class));
        Some((location, name))
    }

    /// The owner that a function stores its argument in.
    fn stored_by(&self, function: NodeRef, depth: u32) -> Option<Owner> {
        let model = self.model(function);
        let scope = model.scopes.opened_by(function.node)?;
        let is_parameter = |n: NodeId| {
            model.scopes.owner(n) == Some(scope)
                && model.bindings_of(n).iter().any(|b| {
                    matches!(b.kind, BindingKind::Parameter { index, .. }
                        if index > 0 || model.self_class(n).is_none())
                })
        };
        let stores = |n: &NodeId| {
            let called = model.called_method(*n);
            called.is_some_and(|(_, name)| {
                let effect = ContainerMethod::named(name).effect;
                matches!(effect, MethodEffect::Store(_) | MethodEffect::Enqueue)
                    && model.positional(*n).into_iter().any(is_parameter)
            })
        };
        let target = |n: NodeId| {
            let left = model.child(n, Field::Left).filter(|_| model.kind(n) == Kind::Assignment)?;
            let right = model.child(n, Field::Right)?;
            let keeps = matches!(model.kind(left), Kind::Attribute | Kind::Subscript);
            (keeps && is_parameter(right)).then_some(left)
        };
        let all = || model.tree.descendants(function.node);
        let Some(store) = all().find(stores).or_else(|| all().find_map(target)) else {
            let depth = depth.checked_sub(1)?;
            let passes = |n: &NodeId| model.positional(*n).into_iter().any(is_parameter);
            let callees = all().filter(passes).filter_map(|n| model.child(n, Field::Function));
            let mut functions =
                callees.flat_map(|node| self.functions(NodeRef { node, ..function }));
            return functions.find_map(|f| self.stored_by(f, depth).filter(|_| f != function));
        };
        let store = NodeRef { node: store, ..function };
        self.holder(store, store).filter(|o| o.kind == OwnerKind::Holder)
    }
}

/// `tasks` of `tasks[a][b]`.
fn innermost(model: &Model, node: NodeId) -> NodeId {
    match model.child(node, Field::Value).filter(|_| model.kind(node) == Kind::Subscript) {
        Some(inner) => innermost(model, model.bare(inner)),
        None => node,
    }
}
