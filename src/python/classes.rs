//! The attributes, bases and decorators of a file's classes, as they are written. It resolves nothing.

use std::borrow::Cow;

use super::class_attributes::{AttributeBinding, ClassAttributes};
use super::model::Model;
use super::origin::Origin;
use super::scope::{Binding, BindingKind, ScopeId, ScopeKind};
use super::syntax::{Field, Kind, NodeId};

impl Model {
    /// The attributes of all classes, sorted by class and name, with their bindings.
    pub fn class_attributes(&self) -> impl Iterator<Item = (NodeId, &str, &[AttributeBinding])> {
        let collect = || {
            self.tree.parse_bodies(|lazy, code| lazy.sets(code, None));
            collect_attributes(self, self.tree.parsed_ids())
        };
        let all = match self.tree.is_fully_parsed() {
            true => self.attributes_of(None),
            false => self.class_attributes.get_or_init(collect),
        };
        all.iter(self.source.code())
    }

    /// The same outside of lazy bodies.
    pub fn outer_class_attributes(
        &self,
    ) -> impl Iterator<Item = (NodeId, &str, &[AttributeBinding])> {
        self.attributes_of(None).iter(self.source.code())
    }

    /// The same, with those of the lazy bodies that store a value in an attribute whose text `test` accepts.
    pub fn class_attributes_storing(
        &self,
        test: impl Fn(&str) -> bool,
    ) -> Vec<(NodeId, &str, &[AttributeBinding])> {
        let code = self.source.code();
        let mut found: Vec<_> = self.outer_class_attributes().collect();
        for (body, lazy) in self.tree.lazy_bodies() {
            let mut stored = lazy.stored.iter().flat_map(|stored| &stored.attributes);
            if stored.any(|one| test(code[one.value.clone()].trim())) {
                found.extend(self.attributes_of(Some(body)).iter(code));
            }
        }
        found.sort_by_key(|(class, name, _)| (*class, *name));
        found
    }

    /// The bindings of an attribute in the class itself, bases not included.
    pub fn attribute_bindings(&self, class: NodeId, name: &str) -> Cow<'_, [AttributeBinding]> {
        let code = self.source.code();
        let own = self.tree.body_of(class);
        let mut found = Cow::Borrowed(self.attributes_of(None).get(code, class, name));
        for (body, lazy) in self.tree.lazy_bodies() {
            if own == Some(body) || lazy.sets(code, Some(name)) {
                let inside = self.attributes_of(Some(body)).get(code, class, name);
                if !inside.is_empty() {
                    found.to_mut().extend(inside);
                }
            }
        }
        if let Cow::Owned(found) = &mut found {
            found.sort_by_key(AttributeBinding::node);
        }
        found
    }

    /// Those of one lazy body, or outside of all of them.
    pub(super) fn attributes_of(&self, body: Option<usize>) -> &ClassAttributes {
        let table = &self.attribute_tables[body.map_or(0, |index| index + 1)];
        table.get_or_init(|| collect_attributes(self, self.tree.nodes_of(body)))
    }

    /// The base class expressions of a class, without keyword arguments and subscripts (`Base[T]`).
    pub fn bases(&self, class: NodeId) -> Vec<NodeId> {
        let Some(list) = self.child(class, Field::Superclasses) else { return Vec::new() };
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
        matches!(self.called_method(call), Some((_, "__init__")))
    }

    /// What the first parameter of a method refers to: an instance, or the class itself under `@classmethod`.
    pub(super) fn receiver_class(&self, function: NodeId, index: usize) -> Option<Origin> {
        let scope = self.scopes.scope(self.scope_of(function));
        let is_method =
            scope.kind == ScopeKind::Class && self.kind(function) == Kind::FunctionDefinition;
        if index != 0 || !is_method {
            return None;
        }
        let decorators = self.decorators(function);
        let has = |name| decorators.iter().any(|d| self.text(*d) == name);
        match (has("staticmethod"), has("classmethod")) {
            (true, _) => None,
            (false, true) => Some(Origin::Class(scope.node)),
            (false, false) => Some(Origin::Instance(scope.node)),
        }
    }

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
        let decorated = self.parent_of_kind(definition, Kind::DecoratedDefinition);
        let decorators = decorated.into_iter();
        let decorators = decorators.flat_map(|d| self.children_of_kind(d, Kind::Decorator));
        decorators.filter_map(|d| self.tree.first_child(d)).collect()
    }
}

/// The class attributes that some nodes bind.
fn collect_attributes(model: &Model, nodes: impl Iterator<Item = NodeId>) -> ClassAttributes {
    let mut found = Vec::new();
    let mut add = |class, name, binding| found.push((class, model.tree.range(name), binding));
    for node in nodes {
        match model.kind(node) {
            Kind::Assignment => {
                let Some(target) = model.child(node, Field::Left) else { continue };
                let assigned = assigned_attribute(model, target);
                let patched = match assigned {
                    Some(_) => None,
                    None => patched_attribute(model, target),
                };
                let Some((class, name)) = assigned.or(patched) else { continue };
                let mut value = model.child(node, Field::Right);
                while let Some(inner) = value.filter(|v| model.kind(*v) == Kind::Assignment) {
                    value = model.child(inner, Field::Right);
                }
                if patched.is_some() {
                    add(class, name, AttributeBinding::Other { target, value });
                    continue;
                }
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
            Kind::ClassDefinition => {
                for name in unassigned_names(model, node) {
                    let binding = AttributeBinding::Other { target: name, value: Some(name) };
                    add(node, name, binding);
                }
            }
            Kind::PatternList | Kind::TuplePattern | Kind::ListPattern => {
                for target in model.tree.children(node) {
                    if model.kind(target) == Kind::Attribute
                        && let Some((class, name)) = assigned_attribute(model, target)
                    {
                        let value = model.unpacked_value(target);
                        add(class, name, AttributeBinding::Other { target, value });
                    }
                }
            }
            Kind::Call => {
                if let Some((class, target)) = set_by_name(model, node) {
                    add(class, target, AttributeBinding::Other { target, value: None });
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

/// The names that a class body binds other than by a `def` or a plain assignment.
fn unassigned_names(model: &Model, class: NodeId) -> impl Iterator<Item = NodeId> + '_ {
    let bindings = model.scopes.opened_by(class).map(|scope| model.scopes.all_bindings(scope));
    let is_other = |binding: &&Binding| {
        let is_target = model.tree.field(binding.node) == Field::Left
            && model.tree.parent(binding.node).is_some_and(|p| model.kind(p) == Kind::Assignment);
        !is_target && !matches!(binding.kind, BindingKind::Function(_) | BindingKind::Delete)
    };
    bindings.into_iter().flatten().filter(is_other).map(|binding| binding.node)
}

/// The class and name of the attribute that `App.name = …` assigns outside of classes and functions.
fn patched_attribute(model: &Model, target: NodeId) -> Option<(NodeId, NodeId)> {
    let class = class_of_module(model, model.child(target, Field::Object)?)?;
    Some((class, model.child(target, Field::Attribute)?))
}

/// The class and name of the attribute that `setattr(App, "name", …)` sets outside of classes and functions.
fn set_by_name(model: &Model, call: NodeId) -> Option<(NodeId, NodeId)> {
    let callee = model.child(call, Field::Function)?;
    if model.kind(callee) != Kind::Identifier || model.text(callee) != "setattr" {
        return None;
    }
    let [object, name, _] = model.positional(call)[..] else { return None };
    let class = class_of_module(model, object)?;
    let is_text = |n: &NodeId| model.kind(*n) == Kind::StringContent;
    Some((class, model.tree.children(name).find(is_text)?))
}

/// The class of this file that a name outside of classes and functions refers to.
fn class_of_module(model: &Model, name: NodeId) -> Option<NodeId> {
    if model.kind(name) != Kind::Identifier || model.frame_of(name) != ScopeId::MODULE {
        return None;
    }
    match model.bindings_of(name) {
        [Binding { kind: BindingKind::Class(class), .. }] => Some(*class),
        _ => None,
    }
}

impl Model {
    /// The expression that a target in a pattern gets, where as many are assigned as there are targets.
    pub fn unpacked_value(&self, target: NodeId) -> Option<NodeId> {
        let pattern = self.tree.parent(target)?;
        let assignment = self.parent_of_kind(pattern, Kind::Assignment)?;
        let value = self.bare(self.child(assignment, Field::Right)?);
        if !matches!(self.kind(value), Kind::ExpressionList | Kind::Tuple | Kind::List) {
            return None;
        }
        let targets: Vec<NodeId> = self.tree.children(pattern).collect();
        let values: Vec<NodeId> = self.tree.children(value).collect();
        let is_star =
            |n: &NodeId| matches!(self.kind(*n), Kind::ListSplat | Kind::ListSplatPattern);
        let is_paired =
            targets.len() == values.len() && !targets.iter().chain(&values).any(is_star);
        let at = targets.iter().position(|t| *t == target).filter(|_| is_paired)?;
        Some(values[at])
    }
}
