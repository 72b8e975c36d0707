//! Whether the object that a method is called on is of a known class, or may be of a subclass. It looks up no method.

use super::analyzer::EscapeAnalyzer;
use crate::python::{AttributeBinding, BindingKind, Field, Kind, NodeId, Origin};

impl EscapeAnalyzer<'_> {
    /// Whether a call may run a method that overrides the one found for its callee: not of `super()`, of a class that is named,
    /// or of an object that is certainly made by a call of such a class.
    pub(super) fn may_be_overridden(&self, callee: NodeId) -> bool {
        let object = self.model.child(callee, Field::Object);
        object.is_some_and(|o| {
            !self.model.text(o).starts_with("super(") && !self.names_class(o) && !self.is_exact(o)
        })
    }

    /// Whether a value is `None`, or certainly an instance of the very class that makes it.
    fn is_exact(&self, value: NodeId) -> bool {
        self.deeper(|| self.is_made_by_class(self.model.bare(value))).unwrap_or(false)
    }

    fn is_made_by_class(&self, value: NodeId) -> bool {
        let model = self.model;
        match model.kind(value) {
            Kind::None => true,
            Kind::Call => {
                let callee = model.child(value, Field::Function);
                callee.is_some_and(|callee| self.names_class(callee))
            }
            Kind::BooleanOperator => model.tree.children(value).all(|side| self.is_exact(side)),
            Kind::ConditionalExpression => {
                // body `if` condition `else` alternative
                let mut parts = model.tree.children(value).enumerate();
                parts.all(|(index, part)| index == 1 || self.is_exact(part))
            }
            Kind::NamedExpression => {
                model.child(value, Field::Value).is_some_and(|inner| self.is_exact(inner))
            }
            Kind::Identifier => {
                let bindings = model.bindings_of(value);
                !bindings.is_empty()
                    && bindings.iter().all(|b| match b.kind {
                        BindingKind::Assign { value }
                        | BindingKind::Annotated { value: Some(value), .. }
                        | BindingKind::With { value, whole: true } => self.is_exact(value),
                        _ => false,
                    })
            }
            Kind::Attribute => {
                let class = model.child(value, Field::Object).and_then(|o| model.self_class(o));
                let name = model.child(value, Field::Attribute).map_or("", |n| model.text(n));
                class.is_some_and(|class| {
                    let bindings = model.attribute_bindings(class, name);
                    bindings.iter().any(|b| b.value().is_some())
                        && bindings.iter().all(|b| match *b {
                            AttributeBinding::Value(value) => self.is_exact(value),
                            AttributeBinding::Annotation(_) => true,
                            _ => false,
                        })
                })
            }
            _ => false,
        }
    }

    /// Whether an expression is the name of a class that an import or a `class` binds, or an attribute of such a name.
    fn names_class(&self, expression: NodeId) -> bool {
        let model = self.model;
        let object = |n: &NodeId| model.child(*n, Field::Object);
        let root = std::iter::successors(Some(expression), object).last().unwrap_or(expression);
        let bindings = model.bindings_of(root);
        let is_definition = |kind: &BindingKind| {
            matches!(
                kind,
                BindingKind::Class(_) | BindingKind::Import { .. } | BindingKind::ImportFrom { .. }
            )
        };
        if bindings.is_empty() || !bindings.iter().all(|b| is_definition(&b.kind)) {
            return false;
        }
        let is_class = |origin: &Origin| match origin {
            Origin::Class(_) => true,
            Origin::Path(path) => {
                self.project.resolve(path).iter().any(|p| self.project.is_class(p))
            }
            _ => false,
        };
        let origins = self.origins(expression);
        !origins.is_empty() && origins.iter().all(is_class)
    }
}
