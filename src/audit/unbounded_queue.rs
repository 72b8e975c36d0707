//! Whether what a site runs is the `put` of a queue without a limit, which never waits
//! (library/asyncio-queue.html#asyncio.Queue). It follows no value.

use super::callers::CallerRef;
use super::coroutine::coroutine_arguments;
use super::index::WorkspaceIndex;
use super::types::{NodeRef, StorageLocation};
use crate::python::{AttributeBinding, BindingKind, Field, Kind, NodeId};
use crate::tasks::ClassifiedSite;

/// The queues that have a limit only if they are given one.
const QUEUES: &[&str] = &["asyncio.LifoQueue", "asyncio.PriorityQueue", "asyncio.Queue"];

impl WorkspaceIndex<'_> {
    /// `create_task(self._queue.put(item))`, with `self._queue = asyncio.Queue()`.
    pub(super) fn puts_at_once(&self, file: usize, classified: &ClassifiedSite) -> bool {
        let model = self.files[file].model;
        let [coroutine] = coroutine_arguments(model, classified)[..] else { return false };
        self.is_put_at_once(NodeRef { file, node: model.bare(coroutine) })
    }

    /// Whether a coroutine waits for nothing but such calls: `await self._queue.put(item)`.
    pub(super) fn only_puts_at_once(&self, function: NodeRef) -> bool {
        self.waits_only_for(function, |awaited| self.is_put_at_once(awaited))
    }

    fn is_put_at_once(&self, call: NodeRef) -> bool {
        let model = self.model(call);
        let Some((node, "put")) = model.called_method(call.node) else { return false };
        let queue = NodeRef { node, ..call };
        let given = self.given_values(queue).unwrap_or_else(|| vec![queue]);
        !given.is_empty() && given.into_iter().all(|queue| self.is_unbounded_queue(queue))
    }

    /// What all calls of a function give for its parameter; `None` for what is no parameter.
    fn given_values(&self, name: NodeRef) -> Option<Vec<NodeRef>> {
        let model = self.model(name);
        let [binding] = model.bindings_of(name.node) else { return None };
        let BindingKind::Parameter { function, .. } = binding.kind else { return None };
        let function = NodeRef { node: function, ..name };
        let (callers, is_unclear) = self.callers(function);
        let given = |caller: &CallerRef| {
            let is_call = self.model(caller.node_ref).kind(caller.node_ref.node) == Kind::Call;
            let call = Some(caller.node_ref).filter(|_| is_call && !caller.by_name_only)?;
            self.argument_for(call, function, name.node)
        };
        let all: Option<Vec<NodeRef>> = callers.iter().map(given).collect();
        Some(all.filter(|_| !is_unclear).unwrap_or_default())
    }

    fn is_unbounded_queue(&self, queue: NodeRef) -> bool {
        let values = self.values_of(queue).unwrap_or_default();
        let is_unbounded = |value: &NodeRef| {
            let model = self.model(*value);
            let callee = model.child(value.node, Field::Function);
            let arguments = model.child(value.node, Field::Arguments);
            callee.is_some_and(|callee| model.is_path(callee, QUEUES))
                && arguments.is_some_and(|list| model.tree.first_child(list).is_none())
        };
        !values.is_empty() && values.iter().all(is_unbounded)
    }

    /// Everything but None that a name or an attribute is bound to; `None` if not all of it is an expression.
    fn values_of(&self, target: NodeRef) -> Option<Vec<NodeRef>> {
        let model = self.model(target);
        let (at, values): (NodeRef, Vec<NodeId>) = match model.kind(target.node) {
            Kind::Identifier => {
                let values = model.bindings_of(target.node).iter().map(|b| b.kind.value());
                (target, values.collect::<Option<_>>()?)
            }
            _ => {
                let StorageLocation::Attribute { class: class_path, name } =
                    self.storage_of(target)?
                else {
                    return None;
                };
                let class = self.class_at(&class_path);
                let class = class.filter(|_| !self.is_set_below(&class_path, &name))?;
                let bindings = self.model(class).attribute_bindings(class.node, &name);
                let set = bindings.iter().filter(|b| !matches!(b, AttributeBinding::Annotation(_)));
                let value = |b: &AttributeBinding| match b {
                    AttributeBinding::Value(value) => Some(*value),
                    _ => None,
                };
                let values: Vec<NodeId> = set.map(value).collect::<Option<_>>()?;
                if values.is_empty() {
                    return self.values_of_field(&class_path, &name);
                }
                (class, values)
            }
        };
        let there = self.model(at);
        let values = values.into_iter().map(|node| NodeRef { node: there.bare(node), ..at });
        Some(values.filter(|v| there.kind(v.node) != Kind::None).collect())
    }

    /// What each object of a class is given for a field that only the constructor of a data class sets; `None` if one is not
    /// given it by name.
    fn values_of_field(&self, class: &str, name: &str) -> Option<Vec<NodeRef>> {
        let location = self.class_attribute(class, name);
        let is_set =
            |at: &NodeRef| self.model(*at).kind(at.node) == Kind::Attribute && !self.is_read(*at);
        let is_data_class = self.function_at(&format!("{class}.__init__")).is_none();
        (is_data_class && !self.occurrences_of(&location).iter().any(is_set)).then_some(())?;
        let given = |made: &NodeRef| {
            let model = self.model(*made);
            let node = model.bare(model.keyword(made.node, name)?);
            Some(NodeRef { node, ..*made })
        };
        self.constructions(class).iter().map(given).collect()
    }
}
