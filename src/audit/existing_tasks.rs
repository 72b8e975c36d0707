//! Whether a site makes a task of its own: a `gather` or `shield` of tasks that exist already does not. It follows no task.

use std::collections::BTreeSet;

use super::index::WorkspaceIndex;
use super::types::{NodeRef, StorageLocation};
use super::unwinding::{WaitResult, is_result_of_wait};
use crate::python::{BindingKind, Field, Kind, Model, NodeId};
use crate::tasks::libraries::{
    ContainerMethod, LibraryEffect, MethodEffect, Role, names, of_builtin,
};
use crate::tasks::{ClassifiedSite, Reason, Spawner, Verdict, new_container};

/// The names and attributes that are looked at already: `tasks = [t for t in tasks if not t.done()]` is made of itself.
type Seen = BTreeSet<StorageLocation>;

impl WorkspaceIndex<'_> {
    /// Whether a site makes a task, as far as is known.
    pub(super) fn makes_task(&self, file: usize, classified: &ClassifiedSite) -> bool {
        let combines = matches!(classified.site.spawner, Spawner::Gather | Spawner::Shield);
        let arguments = self.files[file].model.positional(classified.site.node);
        // What a container is given in other ways is not known.
        let is_starred = |n: &NodeId| self.files[file].model.kind(*n) == Kind::ListSplat;
        let is_kept = matches!(classified.verdict(), Verdict::Held | Verdict::Managed)
            || classified.reason == Reason::Argument && !arguments.iter().any(is_starred);
        let all_exist = || {
            arguments.iter().all(|node| {
                let model = self.files[file].model;
                let inner = model.tree.first_child(*node);
                let starred = inner.filter(|_| model.kind(*node) == Kind::ListSplat);
                let node = starred.unwrap_or(*node);
                self.exists_already(NodeRef { file, node }, &mut Seen::new())
            })
        };
        !(combines && is_kept && !arguments.is_empty() && all_exist())
    }

    /// Whether the value of an expression is a future, or a container of futures, that another call has made.
    fn exists_already(&self, node_ref: NodeRef, seen: &mut Seen) -> bool {
        let model = self.model(node_ref);
        let node = model.bare(node_ref.node);
        let is_reference =
            matches!(model.kind(node), Kind::Identifier | Kind::Attribute | Kind::Subscript)
                || matches!(model.called_method(node), Some((_, "values")));
        if !is_reference {
            return self.is_made_elsewhere(NodeRef { node, ..node_ref }, seen);
        }
        let Some(location) = self.storage_of(NodeRef { node, ..node_ref }) else { return false };
        if !seen.insert(location.clone()) {
            return true;
        }
        let occurrences = self.occurrences_of(&location);
        let is_waited = |o: &NodeRef| {
            self.model(*o).kind(o.node) == Kind::Identifier
                && is_result_of_wait(self.model(*o), o.node, WaitResult::Either)
        };
        if occurrences.iter().any(|o| self.is_annotated_as_task(*o) || is_waited(o)) {
            return true;
        }
        let occurrences = occurrences.into_iter();
        let stored: Vec<NodeRef> = occurrences.filter_map(|o| self.stored_value(o)).collect();
        let is_nothing = |v: &NodeRef| {
            let there = self.model(*v);
            there.kind(v.node) == Kind::None
                || new_container(there, v.node).is_some_and(|made| made.is_empty)
        };
        let mut values = stored.into_iter().filter(|v| !is_nothing(v)).peekable();
        values.peek().is_some() && values.all(|v| self.is_made_elsewhere(v, seen))
    }

    /// `self._tasks: set[asyncio.Task] = set()`, `def drain(tasks: list[asyncio.Task]):`
    fn is_annotated_as_task(&self, occurrence: NodeRef) -> bool {
        let model = self.model(occurrence);
        let annotation = model.tree.parent(occurrence.node).and_then(|around| {
            let annotates = match model.kind(around) {
                Kind::Assignment => model.tree.field(occurrence.node) == Field::Left,
                kind => matches!(kind, Kind::TypedParameter | Kind::TypedDefaultParameter),
            };
            model.child(around, Field::Type).filter(|_| annotates)
        });
        annotation.is_some_and(|annotation| {
            let text = model.text(annotation);
            let mut words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
            words.any(|word| matches!(word, "Task" | "Future"))
        })
    }

    /// The value that an occurrence of a name or attribute, or an entry of it, gets.
    pub(super) fn stored_value(&self, occurrence: NodeRef) -> Option<NodeRef> {
        let model = self.model(occurrence);
        let mut node = occurrence.node;
        while let Some(item) = model.parent_of_kind(node, Kind::Subscript)
            && model.tree.field(node) == Field::Value
        {
            node = item;
        }
        let parent = model.tree.parent(node)?;
        let value = match model.kind(parent) {
            Kind::Assignment if model.tree.field(node) == Field::Left => {
                model.child(parent, Field::Right)?
            }
            Kind::Attribute => {
                let call = model.parent_of_kind(parent, Kind::Call)?;
                let (_, method) = model.called_method(call)?;
                match ContainerMethod::named(method).effect {
                    MethodEffect::Store(index) => *model.positional(call).get(index)?,
                    MethodEffect::Merge => *model.positional(call).first()?,
                    _ => return None,
                }
            }
            _ => return None,
        };
        Some(NodeRef { node: model.bare(value), ..occurrence })
    }

    /// Whether a name is bound to each element of a container of futures: `[task for task in self._tasks if not task.done()]`.
    fn is_element(&self, name: NodeRef, seen: &mut Seen) -> bool {
        let model = self.model(name);
        let [binding] = model.bindings_of(name.node) else { return false };
        let BindingKind::For { iterable, whole: true } = binding.kind else { return false };
        let is_name = matches!(model.kind(iterable), Kind::Identifier | Kind::Attribute);
        is_name && self.exists_already(NodeRef { node: iterable, ..name }, seen)
    }

    /// Whether an expression is a site, a new future, or a display or comprehension of these.
    fn is_made_elsewhere(&self, node_ref: NodeRef, seen: &mut Seen) -> bool {
        let model = self.model(node_ref);
        let at = |node: NodeId| NodeRef { node: model.bare(node), ..node_ref };
        match model.kind(node_ref.node) {
            Kind::Call => {
                let method = model.callee_name(node_ref.node).unwrap_or_default();
                let is_site = |c: &ClassifiedSite| c.site.node == node_ref.node;
                names(Role::FutureMethod).contains(&method)
                    || matches!(method, "all_tasks" | "current_task")
                    || copied_value(model, node_ref.node)
                        .is_some_and(|node| self.exists_already(NodeRef { node, ..node_ref }, seen))
                    || self.files[node_ref.file].classified.iter().any(is_site)
            }
            Kind::List | Kind::Tuple | Kind::Set => {
                model.tree.children(node_ref.node).all(|n| self.is_made_elsewhere(at(n), seen))
            }
            Kind::Dictionary => model.tree.children(node_ref.node).all(|pair| {
                model.child(pair, Field::Value).is_some_and(|v| self.is_made_elsewhere(at(v), seen))
            }),
            kind if kind.is_comprehension() => model
                .child(node_ref.node, Field::Body)
                .map(|body| model.child(body, Field::Value).unwrap_or(body))
                .is_some_and(|body| {
                    self.is_element(at(body), seen) || self.is_made_elsewhere(at(body), seen)
                }),
            Kind::Identifier => {
                let bindings = model.bindings_of(node_ref.node);
                let mut values = bindings.iter().map(|b| b.kind.value());
                !bindings.is_empty()
                    && values.all(|v| {
                        v.is_some_and(|v| {
                            let v = at(v);
                            model.kind(v.node) == Kind::Call && self.is_made_elsewhere(v, seen)
                        })
                    })
            }
            _ => false,
        }
    }
}

/// `tasks` of `list(tasks)` and `tasks.copy()`.
fn copied_value(model: &Model, call: NodeId) -> Option<NodeId> {
    if let Some((object, "copy")) = model.called_method(call) {
        return Some(object);
    }
    let callee = model.child(call, Field::Function)?;
    let copies = of_builtin(model.text(callee)).is_some_and(LibraryEffect::is_copy);
    let arguments = model.positional(call);
    matches!(arguments[..], [_] if copies).then(|| arguments[0])
}
