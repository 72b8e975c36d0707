//! The attributes, bases and decorators of a file's classes. It follows values no further than `resolve` does.

use super::class_attributes::{AttributeBinding, ClassAttributes};
use super::model::Model;
use super::resolve::{CacheKey, MAX_DEPTH, Origin, Resolution};
use super::scope::{BindingKind, ScopeKind};
use super::syntax::{Field, Kind, NodeId};

impl Model {
    /// The attributes of all classes, sorted by class and name, with their bindings.
    pub fn class_attributes(&self) -> impl Iterator<Item = (NodeId, &str, &[AttributeBinding])> {
        self.tree.lazy_bodies().request_setting(self.source.code(), None);
        self.parsed_class_attributes()
    }

    /// The same as far as it is parsed, without requesting lazy bodies: those assign no attribute the value of a name, or of
    /// an attribute access or call on one.
    pub fn parsed_class_attributes(
        &self,
    ) -> impl Iterator<Item = (NodeId, &str, &[AttributeBinding])> {
        self.attribute_table().iter(self.source.code())
    }

    /// The bindings of an attribute in the class itself, bases not included.
    pub fn attribute_bindings(&self, class: NodeId, name: &str) -> &[AttributeBinding] {
        let code = self.source.code();
        self.tree.lazy_bodies().request_setting(code, Some(name));
        self.attribute_table().get(code, class, name)
    }

    fn attribute_table(&self) -> &ClassAttributes {
        self.class_attributes.get_or_init(|| collect_attributes(self))
    }

    /// The origins of an attribute of a class of this file, bases included.
    pub fn attribute_origins(&self, class: NodeId, name: &str) -> Vec<Origin> {
        let mut resolution = Resolution::default();
        self.resolve_class_attribute(class, name, MAX_DEPTH, &mut resolution);
        resolution.into_sorted()
    }

    pub(super) fn resolve_class_attribute(
        &self,
        class: NodeId,
        name: &str,
        depth: usize,
        out: &mut Resolution,
    ) {
        let Some(depth) = depth.checked_sub(1) else {
            return;
        };
        let bindings = self.attribute_bindings(class, name);
        if !bindings.is_empty() {
            let key = || Some(CacheKey::Attribute(class, name.to_owned()));
            return out.cached(bindings.len(), key, depth, |out| {
                for binding in bindings {
                    match binding {
                        AttributeBinding::Value(value) => self.resolve(*value, depth, out),
                        AttributeBinding::Annotation(annotation) => {
                            self.resolve_annotation(*annotation, depth, out);
                        }
                        AttributeBinding::Method(function, false) => {
                            out.push(Origin::Function(*function))
                        }
                        AttributeBinding::Method(function, true) => {
                            self.resolve_returned(*function, depth, out);
                        }
                    }
                }
            });
        }
        for base in self.bases(class) {
            let origins = out.collect(|out| self.resolve(base, depth, out));
            for origin in origins {
                if let Origin::Class(base) = origin
                    && base != class
                {
                    self.resolve_class_attribute(base, name, depth, out);
                }
            }
        }
    }

    /// Resolves `super()` in a method to instances of the class's bases.
    pub(super) fn resolve_super(&self, call: NodeId, depth: usize, out: &mut Resolution) {
        let bases = self.class_of(call).map(|class| self.bases(class)).unwrap_or_default();
        if bases.is_empty() {
            out.push(Origin::Value(call));
        }
        for base in bases {
            for origin in out.collect(|out| self.resolve(base, depth, out)) {
                out.push(match origin {
                    Origin::Path(path) => Origin::Path(format!("{path}()")),
                    Origin::Class(class) => Origin::Instance(class),
                    _ => Origin::Value(call),
                });
            }
        }
    }

    /// The base class expressions of a class, without keyword arguments and subscripts (`Base[T]`).
    pub fn bases(&self, class: NodeId) -> Vec<NodeId> {
        let Some(list) = self.child(class, Field::Superclasses) else {
            return Vec::new();
        };
        self.tree
            .children(list)
            .filter(|b| self.kind(*b) != Kind::KeywordArgument)
            .map(|b| match self.kind(b) {
                Kind::Subscript => self.child(b, Field::Value).unwrap_or(b),
                _ => b,
            })
            .collect()
    }

    /// Whether a call is `super().__init__(…)` or `Base.__init__(self, …)`.
    pub fn is_base_init(&self, call: NodeId) -> bool {
        let attribute =
            self.child(call, Field::Function).and_then(|f| self.child(f, Field::Attribute));
        attribute.is_some_and(|name| self.text(name) == "__init__")
    }

    /// What the first parameter of a method refers to: an instance, or the class itself under `@classmethod`.
    pub(super) fn receiver_class(&self, function: NodeId, index: usize) -> Option<Origin> {
        let scope = self.scopes.scope(self.scope_of(function));
        if index != 0
            || scope.kind != ScopeKind::Class
            || self.kind(function) != Kind::FunctionDefinition
        {
            return None;
        }
        let decorators = self.decorators(function);
        if decorators.iter().any(|d| self.text(*d) == "staticmethod") {
            None
        } else if decorators.iter().any(|d| self.text(*d) == "classmethod") {
            Some(Origin::Class(scope.node))
        } else {
            Some(Origin::Instance(scope.node))
        }
    }

    /// Whether a function is a stub: its body is `...`, `pass`, a docstring or a `raise`.
    pub fn is_stub(&self, function: NodeId) -> bool {
        let body = self.child(function, Field::Body);
        body.is_some_and(|body| {
            self.tree.children(body).all(|s| match self.kind(s) {
                Kind::PassStatement | Kind::RaiseStatement => true,
                Kind::ExpressionStatement => self
                    .tree
                    .first_child(s)
                    .is_some_and(|e| matches!(self.kind(e), Kind::Ellipsis | Kind::String)),
                _ => false,
            })
        })
    }

    /// The expressions of a definition's decorators, the topmost first.
    pub fn decorators(&self, definition: NodeId) -> Vec<NodeId> {
        match self.tree.parent(definition) {
            Some(parent) if self.kind(parent) == Kind::DecoratedDefinition => self
                .tree
                .children(parent)
                .filter(|c| self.kind(*c) == Kind::Decorator)
                .filter_map(|d| self.tree.first_child(d))
                .collect(),
            _ => Vec::new(),
        }
    }
}

fn collect_attributes(model: &Model) -> ClassAttributes {
    let mut found = Vec::new();
    let mut add = |class, name, binding| found.push((class, model.tree.range(name), binding));
    for node in model.tree.parsed_ids() {
        match model.kind(node) {
            Kind::Assignment => {
                let Some(target) = model.child(node, Field::Left) else {
                    continue;
                };
                let value = {
                    let mut value = model.child(node, Field::Right);
                    while let Some(inner) = value.filter(|v| model.kind(*v) == Kind::Assignment) {
                        value = model.child(inner, Field::Right);
                    }
                    value
                };
                let Some((class, name)) = assigned_attribute(model, target) else {
                    continue;
                };
                if let Some(annotation) = model.child(node, Field::Type) {
                    add(class, name, AttributeBinding::Annotation(annotation));
                }
                if let Some(value) = value {
                    add(class, name, AttributeBinding::Value(value));
                }
            }
            Kind::FunctionDefinition => {
                let scope = model.scopes.scope(model.scope_of(node));
                if scope.kind != ScopeKind::Class {
                    continue;
                }
                let property =
                    model.decorators(node).iter().any(|d| model.text(*d).ends_with("property"));
                if let Some(name) = model.child(node, Field::Name) {
                    add(scope.node, name, AttributeBinding::Method(node, property));
                }
            }
            _ => {}
        }
    }
    ClassAttributes::new(model.source.code(), found)
}

/// The class and name of the attribute that `self.name = …` or, in a class body, `name = …` assigns.
fn assigned_attribute(model: &Model, target: NodeId) -> Option<(NodeId, NodeId)> {
    match model.kind(target) {
        Kind::Identifier => {
            let scope = model.scopes.scope(model.scope_of(target));
            (scope.kind == ScopeKind::Class).then_some((scope.node, target))
        }
        Kind::Attribute => {
            let object = model.child(target, Field::Object)?;
            let name = model.child(target, Field::Attribute)?;
            let class = model.self_class(object)?;
            Some((class, name))
        }
        _ => None,
    }
}

impl Model {
    /// The class whose instance, or which itself in a class method, an identifier refers to because it is the first parameter
    /// of a method.
    pub fn self_class(&self, expression: NodeId) -> Option<NodeId> {
        self.bindings_of(expression).iter().find_map(|b| match b.kind {
            BindingKind::Parameter { function, index, .. } => {
                match self.receiver_class(function, index) {
                    Some(Origin::Instance(class) | Origin::Class(class)) => Some(class),
                    _ => None,
                }
            }
            _ => None,
        })
    }
}
