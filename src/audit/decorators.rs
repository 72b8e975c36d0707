//! The decorators of coroutine functions: which may replace their function, and by what. They are read if they are functions
//! of the project.

use super::index::WorkspaceIndex;
use super::types::NodeRef;
use crate::python::{BindingKind, Field, Kind, Model, NodeId};
use crate::tasks::libraries::{Role, names};

/// The coroutine function that a decorator puts in the place of another, which it calls.
#[derive(Debug, Clone, Copy)]
pub(super) struct DecoratorWrapper {
    /// The function in the decorator.
    pub(super) function: NodeRef,
    /// The awaited call of the function that is decorated.
    pub(super) call: NodeId,
}

impl WorkspaceIndex<'_> {
    /// A decorator that may replace its function.
    pub(super) fn wrapping_decorator(&self, function: NodeRef) -> Option<NodeRef> {
        self.wrapping_decorators(function).into_iter().next()
    }

    /// The decorators that may replace their function, the outermost first.
    pub(super) fn wrapping_decorators(&self, function: NodeRef) -> Vec<NodeRef> {
        let model = self.model(function);
        let decorators = model.decorators(function.node).into_iter();
        let wrapping = decorators.filter(|d| !is_plain_decorator(model, *d));
        wrapping.map(|node| NodeRef { node, ..function }).collect()
    }

    /// The coroutine function that a decorator returns; none if it is not known.
    pub(super) fn wrapper_in(&self, decorator: NodeRef) -> Option<DecoratorWrapper> {
        let model = self.model(decorator);
        // `@retry` or `@retry(3)`
        let node = model.child(decorator.node, Field::Function).unwrap_or(decorator.node);
        let [home] = self.functions(NodeRef { node, ..decorator })[..] else { return None };
        let home = self.called_instance(home).unwrap_or(home);
        let there = self.model(home);
        let inner = there.tree.descendants(home.node).filter(|n| there.is_async(*n));
        let [wrapper] = inner.collect::<Vec<_>>()[..] else { return None };
        // The call of what it wraps: of a parameter of a function around it.
        let is_wrapped = |call: NodeId| {
            let callee = there.child(call, Field::Function);
            let bindings = callee.map(|c| there.bindings_of(c)).unwrap_or_default();
            bindings.iter().any(|b| {
                matches!(b.kind, BindingKind::Parameter { function, .. } if function != wrapper)
            })
        };
        let calls = there.own_nodes(wrapper, |kind| kind == Kind::Call);
        let [call] = calls.filter(|n| is_wrapped(*n)).collect::<Vec<_>>()[..] else { return None };
        there.parent_of_kind(call, Kind::Await)?;
        Some(DecoratorWrapper { function: NodeRef { node: wrapper, ..home }, call })
    }

    /// The `__call__` of the object that a function makes and calls: `logging = Logging(); return logging(function)`.
    fn called_instance(&self, function: NodeRef) -> Option<NodeRef> {
        let model = self.model(function);
        let called = |value: NodeId| {
            let callee = model.child(value, Field::Function)?;
            let [binding] = model.bindings_of(callee) else { return None };
            let made = model.child(model.bare(binding.kind.value()?), Field::Function)?;
            let class = self.class_of(NodeRef { node: made, ..function })?;
            self.function_at(&format!("{class}.__call__"))
        };
        let returned = model.returns(function.node).into_iter();
        let mut calls = returned.flat_map(|value| model.tree.subtree(value));
        calls.find_map(|n| Some(n).filter(|n| model.kind(*n) == Kind::Call).and_then(called))
    }

    /// Whether what a decorator puts in the place of a function waits for nothing but that function.
    pub(super) fn only_calls(&self, decorator: NodeRef) -> bool {
        self.wrapper_in(decorator).is_some_and(|wrapper| {
            let model = self.model(wrapper.function);
            let node = wrapper.function.node;
            let body = model.child(node, Field::Body).map_or("", |body| model.text(body));
            body.matches("await").count() == 1 && !body.contains("async ")
        })
    }
}

/// Whether a decorator is known not to replace its function.
fn is_plain_decorator(model: &Model, decorator: NodeId) -> bool {
    let text = model.text(decorator);
    let name = text.split('(').next().unwrap_or(text).rsplit('.').next().unwrap_or(text);
    name == "property" || names(Role::PlainDecorator).contains(&name)
}
