//! Resolves expressions to storage locations: an attribute of a class, a module-level name, a
//! local. It follows no value.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::answers::UsesByName;
use super::file_entries::{getattr_lookup, looked_up_names};
use super::index::WorkspaceIndex;
use super::types::{ItemKeys, NodeRef, StorageLocation};
use crate::python::{
    AttributeBinding, Binding, BindingKind, Cfg, Field, Kind, NodeId, Origin, ScopeKind, UseKind,
};
use crate::tasks::{last_name, new_container};

/// Whether two lookups may be of the same entry.
fn may_be_same_item(one: &ItemKeys, other: &ItemKeys) -> bool {
    let differ = |(a, b): (&Option<String>, &Option<String>)| a.is_some() && b.is_some() && a != b;
    !one.iter().zip(other).any(differ)
}

impl WorkspaceIndex<'_> {
    /// The keys by which an occurrence of a container is subscripted, or asked for an entry: `tasks["a"]`,
    /// `tasks.pop("a")`.
    pub(super) fn item_keys(&self, occurrence: NodeRef) -> ItemKeys {
        let model = self.model(occurrence);
        let constant = |key: Option<NodeId>| {
            let key = key.filter(|k| model.kind(*k) == Kind::String)?;
            Some(model.text(key).to_owned())
        };
        let (mut keys, mut node) = (ItemKeys::new(), occurrence.node);
        while let Some(item) = model.parent_of_kind(node, Kind::Subscript)
            && model.tree.field(node) == Field::Value
        {
            keys.push(constant(model.tree.children(item).nth(1)));
            node = item;
        }
        let call = model.parent_of_kind(node, Kind::Attribute);
        let call = call.and_then(|attribute| model.parent_of_kind(attribute, Kind::Call));
        if let Some(call) = call
            && let Some((_, "get" | "pop" | "setdefault")) = model.called_method(call)
        {
            keys.push(constant(model.positional(call).first().copied()));
        }
        keys
    }

    /// The occurrences of a storage location that may have this entry.
    pub(super) fn occurrences_of_item(
        &self,
        location: &StorageLocation,
        keys: &ItemKeys,
    ) -> Vec<NodeRef> {
        let mut found = self.occurrences_of(location);
        if !keys.is_empty() {
            found.retain(|occurrence| may_be_same_item(&self.item_keys(*occurrence), keys));
        }
        found
    }

    /// The expression that a value is stored in: the receiver of `add`, the target of an
    /// assignment.
    pub(super) fn container_of(&self, end: NodeRef) -> Option<NodeRef> {
        let model = self.model(end);
        let node = match model.kind(end.node) {
            Kind::Identifier | Kind::Attribute | Kind::Subscript => end.node,
            Kind::Call => model.called_method(end.node)?.0,
            Kind::AugmentedAssignment => model.child(end.node, Field::Left)?,
            _ => return None,
        };
        Some(NodeRef { node, ..end })
    }

    /// Whether an attribute of `self` may belong to the object that stores a task at `end`: not if their classes only have a
    /// base in common.
    pub(super) fn is_of_same_object(&self, end: NodeRef, occurrence: NodeRef) -> bool {
        let class_of = |at: NodeRef| {
            let model = self.model(at);
            let object = model.child(at.node, Field::Object)?;
            let class = model.class_of(at.node).filter(|_| model.text(object) == "self")?;
            Some(model.path_of(class))
        };
        let container = self.container_of(end).unwrap_or(end);
        let (Some(one), Some(other)) = (class_of(container), class_of(occurrence)) else {
            return true;
        };
        one == other || self.may_be_one_object(&one, &other)
    }

    /// Whether this occurrence of a storage location, in a function that assigns to it before, has another value than the one
    /// stored at `end`: another task, `None`, or a new container.
    pub(super) fn is_reassigned(
        &self,
        location: &StorageLocation,
        end: Option<NodeRef>,
        occurrence: NodeRef,
    ) -> bool {
        let model = self.model(occurrence);
        let function = self.function_of(occurrence);
        let sites = self.files[occurrence.file].classified;
        let is_container = end.is_some_and(|end| self.model(end).kind(end.node) == Kind::Call);
        let occurrences = self.occurrences_of(location);
        let is_new = |value: NodeId| {
            let is_of_it =
                |o: &NodeRef| o.file == occurrence.file && model.tree.contains(value, o.node);
            model.kind(value) == Kind::None
                || new_container(model, value).is_some_and(|made| made.is_empty)
                || sites.iter().any(|classified| classified.site.node == value)
                || !is_container
                    && model.kind(value) == Kind::Call
                    && !occurrences.iter().any(is_of_it)
        };
        let assigns = |o: &NodeRef| {
            let assignment = model.parent_of_kind(o.node, Kind::Assignment);
            let value = assignment.and_then(|a| model.child(a, Field::Right));
            let is_target = model.tree.field(o.node) == Field::Left;
            let suite = model.tree.parent(model.statement_of(o.node));
            is_target
                && value.is_some_and(|value| is_new(model.bare(value)))
                && suite.is_some_and(|suite| model.tree.contains(suite, occurrence.node))
        };
        let mut before = occurrences.clone();
        before.retain(|o| {
            o.file == occurrence.file
                && o.node < occurrence.node
                && self.function_of(*o) == function
                && assigns(o)
        });
        let last = before.into_iter().max();
        last.is_some_and(|last| {
            function.is_some()
                && !end.is_some_and(|end| {
                    end.file == last.file && last.node <= end.node && end.node < occurrence.node
                })
        })
    }

    /// The assignment target that overwrites what is stored at `end` in the same run of a function, before anything else
    /// reads it.
    pub(super) fn overwriting(&self, location: &StorageLocation, end: NodeRef) -> Option<NodeRef> {
        let model = self.model(end);
        let function = self.function_of(end)?;
        let is_target = |o: &NodeRef| {
            model.kind(o.node) == Kind::Attribute
                && model.tree.field(o.node) == Field::Left
                && model.parent_of_kind(o.node, Kind::Assignment).is_some()
        };
        is_target(&end).then_some(())?;
        let mut all = self.occurrences_of(location);
        all.retain(|o| self.function_of(*o) == Some(function) && o.node > end.node);
        let next = all.into_iter().min().filter(is_target)?;
        let suite = model.tree.parent(model.statement_of(next.node))?;
        let is_run = || Cfg::can_follow(model, function.node, end.node, next.node);
        (model.tree.contains(suite, end.node) && is_run()).then_some(next)
    }

    /// The storage location of an expression, without subscripts and calls: `self._tasks` for
    /// `self._tasks[k]`.
    pub(super) fn storage_of(&self, node_ref: NodeRef) -> Option<StorageLocation> {
        let model = self.model(node_ref);
        let node = model.bare(node_ref.node);
        let inner = |node| self.storage_of(NodeRef { node, ..node_ref });
        match model.kind(node) {
            Kind::Identifier => self.storage_of_name(NodeRef { node, ..node_ref }),
            Kind::Attribute => self.storage_of_attribute(NodeRef { node, ..node_ref }),
            Kind::Subscript => inner(model.child(node, Field::Value)?),
            // `d.setdefault(k, []).append(t)`
            Kind::Call => inner(model.called_method(node)?.0),
            _ => None,
        }
    }

    fn storage_of_name(&self, node_ref: NodeRef) -> Option<StorageLocation> {
        let model = self.model(node_ref);
        let (scope, symbol) = model.variable(node_ref.node)?;
        match model.scopes.scope(scope).kind {
            ScopeKind::Module => {
                let imported = self.imported_name(node_ref);
                let own = || match model.module.as_str() {
                    "" => model.text(node_ref.node).to_owned(),
                    module => format!("{module}.{}", model.text(node_ref.node)),
                };
                Some(imported.unwrap_or_else(|| StorageLocation::Global(own())))
            }
            ScopeKind::Class => {
                let class = model.path_of(model.scopes.scope(scope).node);
                Some(self.class_attribute(&class, model.text(node_ref.node)))
            }
            _ => {
                // `from pkg.jobs import _tasks` in a function.
                if let Some(imported) = self.imported_name(node_ref) {
                    return Some(imported);
                }
                let aliased = self.aliased_attribute(node_ref);
                aliased.or(Some(StorageLocation::Local { file: node_ref.file, scope, symbol }))
            }
        }
    }

    /// The attribute whose value a local name has: `tasks = self._tasks`, `tasks = getattr(self, "_tasks", None)`, also where the
    /// attribute gets a new container by the name: `if tasks is None: tasks = set(); self._tasks = tasks`.
    fn aliased_attribute(&self, name: NodeRef) -> Option<StorageLocation> {
        let model = self.model(name);
        let values: Option<Vec<NodeId>> = model
            .bindings_of(name.node)
            .iter()
            .map(|binding| match binding.kind {
                BindingKind::Assign { value }
                | BindingKind::Annotated { value: Some(value), .. } => Some(model.bare(value)),
                _ => None,
            })
            .collect();
        let is_read = |value: &NodeId| {
            model.kind(*value) == Kind::Attribute || getattr_lookup(model, *value).is_some()
        };
        let (read, made): (Vec<NodeId>, Vec<NodeId>) = values?.into_iter().partition(is_read);
        let [read] = read[..] else { return None };
        let is_stored = |value: NodeId| {
            new_container(model, value).is_some_and(|made| made.is_empty)
                && self.is_set_by_name(name, value)
        };
        made.into_iter().all(is_stored).then_some(())?;
        match getattr_lookup(model, read) {
            Some((object, attribute)) => {
                self.storage_of_member(NodeRef { node: object, ..name }, attribute)
            }
            None => self.storage_of(NodeRef { node: read, ..name }),
        }
    }

    /// Whether what a name is bound to becomes that of an attribute: `name = self._tasks = value`, `self._tasks = name`,
    /// `setattr(self, "_tasks", name)`.
    fn is_set_by_name(&self, name: NodeRef, value: NodeId) -> bool {
        let model = self.model(name);
        let assignment = model.parent_of_kind(value, Kind::Assignment);
        let chained = assignment.and_then(|a| model.parent_of_kind(a, Kind::Assignment));
        let Some((scope, symbol)) = model.variable(name.node) else { return false };
        let is_handed_on = |node: NodeId| {
            let set = model.parent_of_kind(node, Kind::ArgumentList);
            let set = set.and_then(|arguments| model.parent_of_kind(arguments, Kind::Call));
            let is_setter =
                |call| matches!(model.callee_name(call), Some("setattr" | "__setattr__"));
            model.parent_of_kind(node, Kind::Assignment).is_some() || set.is_some_and(is_setter)
        };
        let uses = model.uses(scope, symbol).iter();
        chained.is_some() || uses.filter(|u| u.kind == UseKind::Load).any(|u| is_handed_on(u.node))
    }

    /// Whether a name is one of a class, or one of a module that is used elsewhere than in the module's own lines.
    pub(super) fn is_shared_name(&self, name: NodeRef) -> bool {
        let model = self.model(name);
        let kind = model.variable(name.node).map(|(scope, _)| model.scopes.scope(scope).kind);
        match kind {
            Some(ScopeKind::Module) => self.storage_of_name(name).is_none_or(|location| {
                let is_here = |o: &NodeRef| o.file == name.file && self.function_of(*o).is_none();
                !self.occurrences_of(&location).iter().all(is_here)
            }),
            kind => kind == Some(ScopeKind::Class),
        }
    }

    /// The module-level name of the project that a name is imported from.
    fn imported_name(&self, node_ref: NodeRef) -> Option<StorageLocation> {
        let model = self.model(node_ref);
        let imports = model.bindings_of(node_ref.node).iter();
        let imports = imports.filter(|b| matches!(b.kind, BindingKind::ImportFrom { .. }));
        let mut origins = imports.flat_map(|b| model.binding_origins(b));
        origins.find_map(|o| self.imported_global(o.path()?))
    }

    fn storage_of_attribute(&self, node_ref: NodeRef) -> Option<StorageLocation> {
        let model = self.model(node_ref);
        let object = model.child(node_ref.node, Field::Object)?;
        let name = model.text(model.child(node_ref.node, Field::Attribute)?);
        self.storage_of_member(NodeRef { node: object, ..node_ref }, name)
    }

    /// The storage location of the attribute `name` of an object.
    fn storage_of_member(&self, object: NodeRef, name: &str) -> Option<StorageLocation> {
        let model = self.model(object);
        let of_origin = |origin| match origin {
            Origin::Instance(class) | Origin::Class(class) => {
                Some(self.class_attribute(&model.path_of(class), name))
            }
            Origin::Path(path) => self.storage_at_path(&path, name),
            _ => None,
        };
        if let Some(found) = model.origins(object.node).into_iter().find_map(of_origin) {
            return Some(found);
        }
        if let Some(class) = self.class_of_self(object) {
            return Some(self.class_attribute(&class, name));
        }
        if let Some(class) = self.only_setter(name) {
            return Some(self.class_attribute(class, name));
        }
        let text = format!("{}.{name}", model.dotted(object.node)?);
        let parts: Vec<&str> = text.rsplit('.').take(2).collect();
        Some(match parts[..] {
            // Where Starlette and aiohttp keep application state.
            [_, "state"] if model.kind(object.node) == Kind::Attribute => {
                StorageLocation::Unresolved { file: None, text: format!("state.{name}") }
            }
            _ => StorageLocation::Unresolved { file: Some(object.file), text },
        })
    }

    pub(super) fn class_attribute(&self, class: &str, name: &str) -> StorageLocation {
        if let Some((home, backing)) = self.behind_property(class, name) {
            return self.own_attribute(&home, backing);
        }
        self.own_attribute(class, name)
    }

    fn own_attribute(&self, class: &str, name: &str) -> StorageLocation {
        // Python puts the name of the class before `__task`: no subclass has the same.
        let is_private = name.starts_with("__") && !name.ends_with("__");
        let home = || self.declaring_class(class, name);
        let class = if is_private { class.to_owned() } else { home() };
        StorageLocation::Attribute { class, name: name.to_owned() }
    }

    /// The storage location of `name` in the instance, class or module at a path.
    fn storage_at_path(&self, path: &str, name: &str) -> Option<StorageLocation> {
        self.paths_behind(path).iter().find_map(|path| {
            let class = path.strip_suffix("()").unwrap_or(path);
            if self.class_at(class).is_some() {
                Some(self.class_attribute(class, name))
            } else {
                self.is_module(path).then(|| StorageLocation::Global(format!("{path}.{name}")))
            }
        })
    }

    /// The module-level name of the project that an import resolves to.
    fn imported_global(&self, path: &str) -> Option<StorageLocation> {
        let is_own = |p: &&String| p.rsplit_once('.').is_some_and(|(m, _)| self.is_module(m));
        let paths = self.paths_behind(path);
        paths.iter().rfind(is_own).map(|p| StorageLocation::Global(p.clone()))
    }

    /// All occurrences of a storage location in the project.
    pub(super) fn occurrences_of(&self, location: &StorageLocation) -> Vec<NodeRef> {
        let name = match location {
            StorageLocation::Attribute { name, .. } => name.as_str(),
            StorageLocation::Global(path) | StorageLocation::Unresolved { text: path, .. } => {
                last_name(path)
            }
            StorageLocation::Local { file, scope, symbol } => {
                let uses = self.files[*file].model.uses(*scope, *symbol);
                return uses.iter().map(|u| NodeRef { file: *file, node: u.node }).collect();
            }
        };
        let uses = |name| self.uses_of_name(name)?.by_location.get(location).cloned();
        let mut found = uses(name).unwrap_or_default();
        if matches!(location, StorageLocation::Attribute { .. }) {
            let names: BTreeSet<&str> = self.properties_for(name).collect();
            found.extend(names.into_iter().filter_map(uses).flatten());
            found.sort();
        }
        found
    }

    /// Whether this occurrence of a name or attribute is a read.
    pub(super) fn is_read(&self, occurrence: NodeRef) -> bool {
        let model = self.model(occurrence);
        if model.kind(occurrence.node) == Kind::Identifier {
            let Some((scope, symbol)) = model.variable(occurrence.node) else { return true };
            let uses = model.uses(scope, symbol);
            return uses.iter().any(|u| u.node == occurrence.node && u.kind == UseKind::Load);
        }
        let parent = model.tree.parent(occurrence.node).map(|p| model.kind(p));
        let sets = matches!(
            parent,
            Some(Kind::Assignment | Kind::AugmentedAssignment | Kind::ForStatement)
        );
        let is_target = sets && model.tree.field(occurrence.node) == Field::Left;
        !is_target && parent != Some(Kind::DeleteStatement)
    }

    /// Occurrences in production code of an attribute of the same name on an unresolved object.
    pub(super) fn unresolved_uses(&self, location: &StorageLocation) -> Vec<NodeRef> {
        let StorageLocation::Attribute { name, .. } = location else { return Vec::new() };
        self.uses_of_name(name).map(|n| n.unresolved_uses.clone()).unwrap_or_default()
    }

    fn uses_of_name(&self, name: &str) -> Option<Arc<UsesByName>> {
        let occurrences = self.occurrences(name);
        let classify = |_: &String| {
            let mut found = UsesByName::default();
            for node_ref in occurrences.iter().copied() {
                let location = self.unaliased_storage(node_ref, name);
                let is_attribute = self.model(node_ref).kind(node_ref.node) == Kind::Attribute;
                let is_strange =
                    matches!(location, None | Some(StorageLocation::Unresolved { .. }));
                if is_attribute && is_strange && !self.is_test(node_ref) {
                    found.unresolved_uses.push(node_ref);
                }
                if let Some(location) = location {
                    found.by_location.entry(location).or_default().push(node_ref);
                }
            }
            Arc::new(found)
        };
        (!occurrences.is_empty()).then(|| self.answers.uses_by_name.get(name.to_owned(), classify))
    }

    /// The storage location of an occurrence of a name itself, without following local aliases.
    fn unaliased_storage(&self, node_ref: NodeRef, name: &str) -> Option<StorageLocation> {
        let model = self.model(node_ref);
        match model.kind(node_ref.node) {
            Kind::Identifier => {
                let (scope, _) = model.variable(node_ref.node)?;
                match model.scopes.scope(scope).kind {
                    ScopeKind::Module | ScopeKind::Class => self.storage_of_name(node_ref),
                    _ => self.imported_name(node_ref),
                }
            }
            Kind::Attribute => self.storage_of_attribute(node_ref),
            Kind::Call => {
                let (node, names) = looked_up_names(model, node_ref.node)?;
                let found = names.into_iter().find(|looked_up| *looked_up == name)?;
                self.storage_of_member(NodeRef { node, ..node_ref }, found)
            }
            _ => None,
        }
    }

    /// The value of an attribute that only aliases what its object was given: `self.tasks =
    /// state.tasks`.
    pub(super) fn aliased_value(&self, location: &StorageLocation) -> Option<NodeRef> {
        let StorageLocation::Attribute { class, name } = location else { return None };
        let class = self.class_at(class)?;
        let model = self.model(class);
        let bindings = model.attribute_bindings(class.node, name);
        let values = bindings.iter().filter_map(|m| match m {
            AttributeBinding::Value(value) => Some(model.bare(*value)),
            _ => None,
        });
        let is_given = |value: &NodeId| match model.kind(*value) {
            Kind::Attribute => true,
            Kind::Identifier => {
                let of = |b: &Binding| matches!(b.kind, BindingKind::Parameter { .. });
                model.bindings_of(*value).iter().any(of)
            }
            _ => false,
        };
        let mut values = values.filter(|v| model.kind(*v) != Kind::None).peekable();
        let first = *values.peek()?;
        values.all(|v| is_given(&v)).then_some(NodeRef { node: first, ..class })
    }

    /// The display name of a storage location: `Scheduler._task`, `pkg.jobs._tasks`.
    pub(super) fn storage_name(&self, location: &StorageLocation, class: Option<&str>) -> String {
        match location {
            StorageLocation::Attribute { class: home, name } => {
                format!("{}.{name}", last_name(class.unwrap_or(home)))
            }
            StorageLocation::Global(path) => path.clone(),
            StorageLocation::Unresolved { text, .. } => text.clone(),
            StorageLocation::Local { file, scope, symbol } => {
                let model = self.files[*file].model;
                let name = model.uses(*scope, *symbol).first().map_or("", |u| model.text(u.node));
                let function = model.scopes.scope(*scope).node;
                let of = self.frame_name(NodeRef { file: *file, node: function });
                format!("{name} in {of}")
            }
        }
    }

    /// The display name of the function around a node, or of the module.
    pub(super) fn enclosing_frame_name(&self, node_ref: NodeRef) -> String {
        match self.function_of(node_ref) {
            Some(function) => self.name_of(function),
            None => "the module".to_owned(),
        }
    }

    /// The display name of the frame of a function, lambda or module.
    pub(super) fn frame_name(&self, opener: NodeRef) -> String {
        let model = self.model(opener);
        match model.kind(opener.node) {
            Kind::FunctionDefinition => self.name_of(opener),
            Kind::Lambda => format!("the lambda on {}", model.place(opener.node).in_words()),
            // The scope of a comprehension.
            _ => self.enclosing_frame_name(opener),
        }
    }
}
