//! Does the call of a callable that a function or object is given return a coroutine, or may it be a future that exists already? It
//! does not follow the task.

use super::analyzer::EscapeAnalyzer;
use crate::python::{AttributeBinding, Binding, BindingKind, Field, Kind, NodeId, Origin};
use crate::tasks::libraries::Spawner;

impl EscapeAnalyzer<'_> {
    /// The callee of the call that `ensure_future` is given, where that may be any callable: a parameter, or an attribute that is
    /// assigned one, of which nothing shows that its calls return coroutines.
    pub(in crate::tasks) fn unknown_callable(
        &self,
        call: NodeId,
        spawner: Spawner,
    ) -> Option<NodeId> {
        let first = self.model.positional(call).first().copied();
        let argument = self.model.bare(first.filter(|_| spawner == Spawner::EnsureFuture)?);
        let callee = self.model.bare(self.model.child(argument, Field::Function)?);
        self.may_be_any_callable(callee).then_some(callee)
    }

    fn may_be_any_callable(&self, callee: NodeId) -> bool {
        let model = self.model;
        match model.kind(callee) {
            Kind::Identifier => {
                matches!(model.bindings_of(callee), [binding] if self.is_any_callable(binding))
            }
            Kind::Attribute => {
                let class = model.child(callee, Field::Object).and_then(|o| model.self_class(o));
                let name = model.child(callee, Field::Attribute).map_or("", |n| model.text(n));
                let Some(class) = class.filter(|_| !is_called_coroutine(name)) else {
                    return false;
                };
                let is_any = |binding: &AttributeBinding| {
                    let value = binding.value().map(|value| model.bare(value));
                    value.is_some_and(|value| {
                        model.kind(value) == Kind::Identifier && self.may_be_any_callable(value)
                    })
                };
                model.attribute_bindings(class, name).iter().any(is_any)
            }
            _ => false,
        }
    }

    /// Whether a binding is of a parameter that may be any callable.
    fn is_any_callable(&self, binding: &Binding) -> bool {
        let model = self.model;
        let BindingKind::Parameter { function, index, annotation, variadic: false, .. } =
            binding.kind
        else {
            return false;
        };
        let name = model.text(binding.node);
        let annotation = annotation.map_or("Callable", |annotation| model.text(annotation));
        let is_tested = || {
            let text = model.text(function);
            text.contains("iscoroutinefunction(") || text.contains(&format!("iscoroutine({name}("))
        };
        model.self_class(binding.node).is_none()
            && annotation.contains("Callable")
            && !annotation.contains("Coroutine")
            && !is_called_coroutine(name)
            && !is_tested()
            && !self.is_given_by_all(function, index)
    }

    /// Whether each call of a callable certainly returns a new coroutine.
    pub(in crate::tasks) fn makes_coroutine(&self, callable: NodeId) -> bool {
        let model = self.model;
        let callable = model.bare(callable);
        if model.kind(callable) == Kind::Lambda {
            let body = model.child(callable, Field::Body).map(|body| model.bare(body));
            return body.is_some_and(|body| {
                model.kind(body) == Kind::Call && self.call_returns_coroutine(body) == Some(true)
            });
        }
        let callee = model.child(callable, Field::Function);
        if callee.is_some_and(|callee| model.is_path(callee, &["functools.partial"])) {
            let function = model.positional(callable).first().copied();
            return function.is_some_and(|function| {
                self.deeper(|| self.makes_coroutine(function)).unwrap_or(false)
            });
        }
        let is_certain = |origin: &Origin| self.origin_returns_coroutine(origin) == Some(true);
        let origins = self.origins(callable);
        !origins.is_empty() && origins.iter().all(is_certain)
    }
}

/// Whether a name says that what it stands for makes coroutines.
fn is_called_coroutine(name: &str) -> bool {
    let name = name.to_lowercase();
    name.contains("coro") || name.contains("async")
}
