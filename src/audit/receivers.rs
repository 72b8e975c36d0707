//! Which class an object is exactly of, as the code shows what makes it, and which methods a call on it cannot run. It follows no
//! chain of callers.

use super::index::WorkspaceIndex;
use super::types::NodeRef;
use crate::python::{BindingKind, Field, Kind, Model, NodeId};

impl WorkspaceIndex<'_> {
    /// Whether a call may be for an object of this class or of a subclass: not `Base().run()`, nor one on `self` in a method that
    /// the class overrides.
    pub(super) fn may_be_for(&self, call: NodeRef, class: &str) -> bool {
        let model = self.model(call);
        let Some(callee) = model.child(call.node, Field::Function) else { return true };
        let made = self.class_of(NodeRef { node: callee, ..call });
        let object = model.child(callee, Field::Object);
        let exact = made.or_else(|| self.exact_class(NodeRef { node: object?, ..call }));
        exact.is_none_or(|exact| self.is_below(&exact, class))
    }

    /// The class of the objects for which a call runs, where it is on `self`: the narrower one of that of the method around it and
    /// that for which it is followed.
    pub(super) fn class_above(&self, call: NodeRef, class: Option<&str>) -> Option<String> {
        let model = self.model(call);
        let own = model.class_of(call.node).map(|class| model.path_of(class))?;
        let callee = model.child(call.node, Field::Function)?;
        let object = model.child(callee, Field::Object)?;
        let is_on_self = model.self_class(object).is_some() || model.text(object) == "super()";
        match class {
            Some(class) if is_on_self && self.is_below(class, &own) => Some(class.to_owned()),
            _ => Some(own),
        }
    }

    /// The class that an object is an instance of, and of no subclass: what makes it is a call of the class.
    pub(super) fn exact_class(&self, object: NodeRef) -> Option<String> {
        let model = self.model(object);
        let node = model.bare(object.node);
        let value = match (model.kind(node), model.bindings_of(node)) {
            (Kind::Call | Kind::Await, _) => node,
            (Kind::Identifier, [binding]) => match binding.kind {
                BindingKind::With { value, whole: true } => value,
                _ => binding.kind.value()?,
            },
            _ => return None,
        };
        let value = NodeRef { node: model.bare(value), ..object };
        self.class_made(value).or_else(|| self.class_returned(value))
    }

    /// The class whose object a call makes.
    fn class_made(&self, call: NodeRef) -> Option<String> {
        let callee = self.model(call).child(call.node, Field::Function)?;
        self.class_of(NodeRef { node: callee, ..call })
    }

    /// The class whose objects the functions of a call make in each `return`.
    fn class_returned(&self, value: NodeRef) -> Option<String> {
        let model = self.model(value);
        let awaited = model.tree.first_child(value.node);
        let awaited = awaited.filter(|_| model.kind(value.node) == Kind::Await);
        let call = NodeRef { node: awaited.map_or(value.node, |n| model.bare(n)), ..value };
        let functions = self.called_functions(call);
        let made = functions.iter().flat_map(|f| {
            let there = self.model(*f);
            let is_plain = there.is_async(f.node) == awaited.is_some() && !yields(there, f.node);
            let returns = there.returns(f.node).into_iter().filter(move |_| is_plain);
            let class = move |node| self.class_made(NodeRef { node: there.bare(node), ..*f });
            let is_empty = there.returns(f.node).is_empty() || !is_plain;
            returns.map(class).chain(is_empty.then_some(None))
        });
        let mut classes: Vec<String> = made.collect::<Option<_>>()?;
        classes.dedup();
        classes.pop().filter(|_| classes.is_empty())
    }
}

fn yields(model: &Model, function: NodeId) -> bool {
    model.own_nodes(function, |kind| kind == Kind::Yield).next().is_some()
}
