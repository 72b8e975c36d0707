//! The coroutines that a site runs where there may be several: those of a `gather`, of a list, of what the standard library
//! wraps. It does not look at what they do.

use std::collections::BTreeSet;

use super::coroutine::{coroutine_arguments, inner_coroutine};
use super::index::WorkspaceIndex;
use super::types::{NodeRef, StorageLocation};
use crate::python::{BindingKind, Field, Kind, NodeId, UseKind};
use crate::tasks::{ClassifiedSite, Spawner, new_container};

/// Maximum depth of names and containers.
const MAX_DEPTH: u32 = 4;

impl WorkspaceIndex<'_> {
    /// The call of a coroutine function in the arguments of a site.
    pub(super) fn coroutine_call(
        &self,
        file: usize,
        classified: &ClassifiedSite,
        function: NodeRef,
    ) -> Option<NodeRef> {
        let model = self.files[file].model;
        let arguments = coroutine_arguments(model, classified).into_iter();
        let mut calls = arguments.map(|node| NodeRef { file, node: model.bare(node) });
        calls.find(|call| self.coroutines(*call) == [function])
    }

    /// The functions of all coroutines that a site runs, without those of asyncio itself; `None` if some are not known.
    pub(super) fn coroutine_parts(
        &self,
        file: usize,
        classified: &ClassifiedSite,
    ) -> Option<Vec<NodeRef>> {
        let is_wrapper = matches!(
            classified.site.spawner,
            Spawner::Wrapper | Spawner::Manager | Spawner::TaskOwner
        );
        let arguments = coroutine_arguments(self.files[file].model, classified);
        (!is_wrapper && !arguments.is_empty()).then_some(())?;
        self.all_parts(file, arguments, MAX_DEPTH)
    }

    /// The same for what an expression stands for.
    pub(super) fn parts_of(&self, node_ref: NodeRef) -> Option<Vec<NodeRef>> {
        self.parts_within(node_ref, MAX_DEPTH)
    }

    fn all_parts(
        &self,
        file: usize,
        nodes: impl IntoIterator<Item = NodeId>,
        depth: u32,
    ) -> Option<Vec<NodeRef>> {
        let parts = |node| self.parts_within(NodeRef { file, node }, depth);
        let all: Option<Vec<Vec<NodeRef>>> = nodes.into_iter().map(parts).collect();
        let mut all: Vec<NodeRef> = all?.into_iter().flatten().collect();
        all.sort();
        all.dedup();
        Some(all)
    }

    fn parts_within(&self, node_ref: NodeRef, depth: u32) -> Option<Vec<NodeRef>> {
        let depth = depth.checked_sub(1)?;
        let NodeRef { file, .. } = node_ref;
        let model = self.model(node_ref);
        let node = model.bare(node_ref.node);
        match model.kind(node) {
            Kind::Call => {
                if let Some(inner) = inner_coroutine(model, node) {
                    return self.parts_within(NodeRef { node: inner, file }, depth);
                }
                let callee = model.child(node, Field::Function)?;
                if self.may_be_given_back(NodeRef { node: callee, file }) {
                    return None;
                }
                let choices = self.callee_choices(NodeRef { node: callee, file });
                if !choices.is_empty() {
                    let chosen = self.chosen_coroutines(&choices)?;
                    let is_known = |f: &NodeRef| !self.model(*f).is_stub(f.node);
                    return Some(chosen).filter(|chosen| chosen.iter().all(is_known));
                }
                if let [only] = self.coroutines(NodeRef { node, file })[..] {
                    return (!self.model(only).is_stub(only.node)).then(|| vec![only]);
                }
                if new_container(model, node).is_some_and(|made| made.is_empty) {
                    return Some(Vec::new());
                }
                let paths = model.paths(callee);
                let is_known = paths.iter().any(|path| path.starts_with("asyncio."));
                match is_known {
                    true => Some(Vec::new()),
                    false => self.parts_of_location(NodeRef { node, file }),
                }
            }
            Kind::Attribute | Kind::Subscript => self.parts_of_location(NodeRef { node, file }),
            Kind::ListSplat => {
                self.parts_within(NodeRef { node: model.tree.first_child(node)?, file }, depth)
            }
            Kind::List | Kind::Tuple | Kind::Set => {
                self.all_parts(file, model.tree.children(node), depth)
            }
            kind if kind.is_comprehension() && kind != Kind::DictionaryComprehension => {
                self.parts_within(NodeRef { node: model.child(node, Field::Body)?, file }, depth)
            }
            Kind::Identifier => self.parts_of_name(NodeRef { node, file }, depth),
            _ => None,
        }
    }

    /// The same for the tasks of an attribute or a module-level name: what the sites run that store tasks there.
    fn parts_of_location(&self, node_ref: NodeRef) -> Option<Vec<NodeRef>> {
        let location = self.storage_of(node_ref)?;
        let is_shared =
            matches!(location, StorageLocation::Attribute { .. } | StorageLocation::Global(_));
        (is_shared && self.aliased_value(&location).is_none()).then_some(())?;
        let files: BTreeSet<usize> =
            self.occurrences_of(&location).into_iter().map(|o| o.file).collect();
        let mut found = Vec::new();
        for file in files.into_iter().filter(|file| !self.files[*file].is_test) {
            for classified in self.files[file].classified {
                if self.owner(file, classified).location.as_ref() == Some(&location) {
                    found.push(self.coroutine(file, classified).function?);
                }
            }
        }
        found.sort();
        found.dedup();
        Some(found).filter(|found| !found.is_empty())
    }

    /// The same for a local variable: what it is bound to, and what is added to it.
    fn parts_of_name(&self, name: NodeRef, depth: u32) -> Option<Vec<NodeRef>> {
        let model = self.model(name);
        let [binding] = model.bindings_of(name.node) else {
            let sources = self.coroutine_sources(name);
            let parts = sources.iter().map(|source| self.parts_within(*source, depth));
            let parts: Option<Vec<Vec<NodeRef>>> = parts.collect();
            return parts.filter(|parts| !parts.is_empty()).map(|parts| parts.concat());
        };
        let (BindingKind::Assign { value } | BindingKind::Annotated { value: Some(value), .. }) =
            binding.kind
        else {
            return None;
        };
        let (scope, symbol) = model.variable(name.node)?;
        let mut values = vec![value];
        for read in model.uses(scope, symbol).iter().filter(|u| u.kind == UseKind::Load) {
            let Some(method) = model.parent_of_kind(read.node, Kind::Attribute) else { continue };
            let call = model.parent_of_kind(method, Kind::Call)?;
            match model.called_method(call)? {
                (_, "append" | "add") => values.extend(model.positional(call)),
                (_, "cancel" | "done" | "clear" | "discard" | "remove") => {}
                _ => return None,
            }
        }
        self.all_parts(name.file, values, depth)
    }
}
