//! Which argument of a call a parameter of its function gets, and the other way round. It knows no task.

use super::index::WorkspaceIndex;
use super::types::{NodeRef, StorageLocation};
use crate::python::{Binding, BindingKind, Field, Kind, NodeId};

impl WorkspaceIndex<'_> {
    /// What a call gives for the parameter that this name of its function is.
    pub(super) fn argument_for(
        &self,
        call: NodeRef,
        function: NodeRef,
        name: NodeId,
    ) -> Option<NodeRef> {
        let (model, there) = (self.model(call), self.model(function));
        let [binding] = there.bindings_of(name) else { return None };
        let BindingKind::Parameter { function: of, index, variadic: false, .. } = binding.kind
        else {
            return None;
        };
        let keyword = || model.keyword(call.node, there.text(binding.node));
        let arguments = model.positional(call.node);
        let is_exact = !arguments.iter().any(|a| model.kind(*a) == Kind::ListSplat);
        let at = index.checked_sub(self.bound_parameters(call, function)).filter(|_| is_exact);
        let node = at.and_then(|at| arguments.get(at).copied()).or_else(keyword)?;
        (of == function.node).then_some(NodeRef { node, ..call })
    }

    /// The parameter that an argument of a call is bound to.
    pub(super) fn parameter_for(
        &self,
        function: NodeRef,
        argument: NodeRef,
        call: NodeRef,
    ) -> Option<NodeRef> {
        let (model, there) = (self.model(call), self.model(function));
        let scope = there.scopes.opened_by(function.node)?;
        let keyword = (model.kind(argument.node) == Kind::KeywordArgument)
            .then(|| model.child(argument.node, Field::Name).map(|n| model.text(n)))
            .flatten();
        let is_method = self.enclosing_class(function).is_some()
            && !there.decorators(function.node).iter().any(|d| there.text(*d) == "staticmethod");
        let at = model.positional(call.node).iter().position(|a| *a == argument.node);
        let at = at.map(|i| i + usize::from(is_method));
        let fits = |binding: &&Binding| match binding.kind {
            BindingKind::Parameter { function: of, index, variadic, .. } if of == function.node => {
                let is_of_keywords =
                    there.parent_of_kind(binding.node, Kind::DictionarySplatPattern).is_some();
                match keyword {
                    Some(name) => there.text(binding.node) == name,
                    None if is_of_keywords => false,
                    None if variadic => at.is_some_and(|at| at >= index),
                    None => Some(index) == at,
                }
            }
            _ => false,
        };
        // `stop(**tasks)` takes the keywords that name no other parameter.
        let takes_keywords = |binding: &&Binding| {
            keyword.is_some()
                && matches!(binding.kind, BindingKind::Parameter { function: of, .. } if of == function.node)
                && there.parent_of_kind(binding.node, Kind::DictionarySplatPattern).is_some()
        };
        let mut bindings = there.scopes.all_bindings(scope);
        let binding = bindings
            .find(fits)
            .or_else(|| there.scopes.all_bindings(scope).find(takes_keywords))?;
        Some(NodeRef { node: binding.node, ..function })
    }

    /// The attribute that an argument of a call of a class is stored in.
    pub(super) fn field_of(
        &self,
        class: &str,
        argument: NodeRef,
        call: NodeRef,
    ) -> Option<StorageLocation> {
        let model = self.model(call);
        let attribute = match self.function_at(&format!("{class}.__init__")) {
            None => model.text(model.child(argument.node, Field::Name)?),
            Some(init) => {
                let there = self.model(init);
                let parameter = self.parameter_for(init, argument, call)?;
                let is_given =
                    |n: &NodeId| there.bindings_of(*n).iter().any(|b| b.node == parameter.node);
                let mut stores = there.own_nodes(init.node, |kind| kind == Kind::Assignment);
                let left = stores.find_map(|n| {
                    there.child(n, Field::Right).filter(is_given)?;
                    there.child(there.child(n, Field::Left)?, Field::Attribute)
                })?;
                there.text(left)
            }
        };
        Some(self.class_attribute(class, attribute))
    }

    /// How many parameters of a function a call binds by its receiver.
    fn bound_parameters(&self, call: NodeRef, function: NodeRef) -> usize {
        let (model, there) = (self.model(call), self.model(function));
        let is_static =
            there.decorators(function.node).iter().any(|d| there.text(*d) == "staticmethod");
        let callee = model.child(call.node, Field::Function);
        let is_attribute = callee.is_some_and(|c| model.kind(c) == Kind::Attribute);
        let is_bound = is_attribute || self.is_constructor(function);
        usize::from(self.enclosing_class(function).is_some() && is_bound && !is_static)
    }
}
