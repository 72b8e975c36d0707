//! The attributes, bases and decorators of a file's classes. It follows values no further than `names` does.

use super::kind::{Field, Kind};
use super::members::{Member, Members};
use super::model::Model;
use super::names::{Asked, DEPTH, Origin, Trail};
use super::scopes::{BindingKind, ScopeKind};
use super::tree::NodeId;

impl Model {
    /// The classes' attributes, sorted by class and name: how each gets its value.
    pub fn members(&self) -> impl Iterator<Item = (NodeId, &str, &[Member])> {
        self.tree.holes().ask_setting(self.source.code(), None);
        self.seen_members()
    }

    /// The same without the values that are given them where nothing else was looked for, if those are neither names nor
    /// what is looked up or called by a name.
    pub fn seen_members(&self) -> impl Iterator<Item = (NodeId, &str, &[Member])> {
        self.known_members().iter(self.source.code())
    }

    /// How an attribute of a class gets its value, by the class itself; nothing where it has no such attribute.
    pub fn member(&self, class: NodeId, name: &str) -> &[Member] {
        let code = self.source.code();
        self.tree.holes().ask_setting(code, Some(name));
        self.known_members().get(code, class, name)
    }

    fn known_members(&self) -> &Members {
        self.members.get_or_init(|| collect_members(self))
    }

    /// The origins of an attribute of a class of this file, its bases included.
    pub fn member_origins(&self, class: NodeId, name: &str) -> Vec<Origin> {
        let mut trail = Trail::default();
        self.trace_member(class, name, DEPTH, &mut trail);
        trail.sorted()
    }

    pub(super) fn trace_member(&self, class: NodeId, name: &str, depth: usize, out: &mut Trail) {
        let Some(depth) = depth.checked_sub(1) else {
            return;
        };
        let members = self.member(class, name);
        if !members.is_empty() {
            let asked = || Some(Asked::Member(class, name.to_owned()));
            return out.once(members.len(), asked, depth, |out| {
                for member in members {
                    match member {
                        Member::Value(value) => self.trace(*value, depth, out),
                        Member::Annotation(annotation) => {
                            self.trace_annotation(*annotation, depth, out);
                        }
                        Member::Method(function, false) => out.push(Origin::Function(*function)),
                        Member::Method(function, true) => {
                            self.trace_returned(*function, depth, out);
                        }
                    }
                }
            });
        }
        for base in self.bases(class) {
            let origins = out.apart(|out| self.trace(base, depth, out));
            for origin in origins {
                if let Origin::Class(base) = origin
                    && base != class
                {
                    self.trace_member(base, name, depth, out);
                }
            }
        }
    }

    /// What `super()` stands for in a method: instances of the bases, of which one has what is looked up.
    pub(super) fn trace_super(&self, call: NodeId, depth: usize, out: &mut Trail) {
        let bases = self.class_of(call).map(|class| self.bases(class)).unwrap_or_default();
        if bases.is_empty() {
            out.push(Origin::Value(call));
        }
        for base in bases {
            for origin in out.apart(|out| self.trace(base, depth, out)) {
                out.push(match origin {
                    Origin::Path(path) => Origin::Path(format!("{path}()")),
                    Origin::Class(class) => Origin::Instance(class),
                    _ => Origin::Value(call),
                });
            }
        }
    }

    /// The base class expressions of a class; keyword arguments are left out, subscripts (`Base[T]`) are taken off.
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

    /// What the first parameter of a method is: an instance, or the class itself under `@classmethod`.
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

    /// Whether a function is only there to be overridden: its body is `...`, `pass`, a docstring or a `raise`.
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

fn collect_members(model: &Model) -> Members {
    let mut found = Vec::new();
    let mut add = |class, name, member| found.push((class, model.tree.range(name), member));
    for node in model.tree.seen() {
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
                let Some((class, name)) = member_target(model, target) else {
                    continue;
                };
                if let Some(annotation) = model.child(node, Field::Type) {
                    add(class, name, Member::Annotation(annotation));
                }
                if let Some(value) = value {
                    add(class, name, Member::Value(value));
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
                    add(scope.node, name, Member::Method(node, property));
                }
            }
            _ => {}
        }
    }
    Members::new(model.source.code(), found)
}

/// The class whose attribute `self.name` or, in a class body, `name` sets, and the name.
fn member_target(model: &Model, target: NodeId) -> Option<(NodeId, NodeId)> {
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
    /// The class whose instance (or, in a class method, which itself) an identifier is by being a method's first
    /// parameter.
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
