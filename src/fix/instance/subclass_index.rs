//! The subclasses of each class of a project, by name, and whether they run the base's `__init__`.
//! It must not decide anything.

use std::collections::{BTreeMap, BTreeSet};

use crate::python::{AttributeBinding, Field, Kind, Model, NodeId};

/// The subclasses of each class of a project.
#[derive(Debug, Default)]
pub struct SubclassIndex {
    /// By the last name of the base: the names of its direct subclasses.
    subclasses: BTreeMap<String, BTreeMap<String, Subclass>>,
}

/// How a subclass makes its instances.
#[derive(Debug, Clone, Copy, Default)]
struct Subclass {
    /// Its own `__init__` does not call the base's, or calls something else first.
    skips_base_init: bool,
    /// It has the generated `__init__` of a dataclass, which sets the fields of its bases and calls
    /// nothing.
    is_dataclass: bool,
}

impl Subclass {
    fn merge(&mut self, other: Self) {
        self.skips_base_init |= other.skips_base_init;
        self.is_dataclass |= other.is_dataclass;
    }
}

impl SubclassIndex {
    /// Adds the classes of one file.
    pub fn add(&mut self, model: &Model) {
        for class in model.tree.ids().filter(|n| model.kind(*n) == Kind::ClassDefinition) {
            let name = model.child(class, Field::Name).map_or("", |n| model.text(n));
            for base in model.bases(class) {
                let text = model.text(base);
                let base = text.rsplit('.').next().unwrap_or(text);
                let known = self.subclasses.entry(base.to_owned()).or_default();
                known.entry(name.to_owned()).or_default().merge(subclass(model, class));
            }
        }
    }

    /// Merges the index of another part of the project.
    pub fn merge(&mut self, other: Self) {
        for (base, subclasses) in other.subclasses {
            let known = self.subclasses.entry(base).or_default();
            for (name, subclass) in subclasses {
                known.entry(name).or_default().merge(subclass);
            }
        }
    }

    /// Any direct subclass of a class of this name.
    pub(in crate::fix) fn any_subclass(&self, class: &str) -> Option<&str> {
        self.subclasses.get(class)?.keys().next().map(String::as_str)
    }

    /// Any direct or indirect subclass that does not run the `__init__` of the class. With
    /// `of_fields`, a generated `__init__` counts as running it.
    pub(in crate::fix) fn subclass_without_init(
        &self,
        class: &str,
        of_fields: bool,
    ) -> Option<&str> {
        let mut seen = BTreeSet::new();
        let mut todo = vec![class];
        while let Some(base) = todo.pop().filter(|_| !self.subclasses.is_empty()) {
            for (name, subclass) in self.subclasses.get(base).into_iter().flatten() {
                if subclass.skips_base_init || (subclass.is_dataclass && !of_fields) {
                    return Some(name);
                }
                if seen.insert(name.as_str()) {
                    todo.push(name);
                }
            }
        }
        None
    }
}

fn subclass(model: &Model, class: NodeId) -> Subclass {
    let own = model.attribute_bindings(class, "__init__");
    let skips_base_init = own.iter().any(|m| match m {
        AttributeBinding::Method(function, _) => !calls_base_first(model, *function),
        _ => true,
    });
    let dataclass = || model.decorators(class).into_iter().any(|d| is_dataclass(model, d));
    Subclass { skips_base_init, is_dataclass: own.is_empty() && dataclass() }
}

/// Whether an `__init__` calls the base's before it calls anything else.
fn calls_base_first(model: &Model, constructor: NodeId) -> bool {
    let Some(body) = model.child(constructor, Field::Body) else { return false };
    let call = |n: NodeId| model.kind(n) == Kind::Call;
    for statement in model.tree.children(body) {
        let value = model.tree.first_child(statement);
        if value.is_some_and(|v| call(v) && is_base_call(model, v)) {
            return true;
        }
        if model.tree.descendants(statement).any(call) {
            return false;
        }
    }
    false
}

/// Whether a call is `super().__init__(…)` or `Base.__init__(self, …)`.
pub(in crate::fix) fn is_base_call(model: &Model, call: NodeId) -> bool {
    matches!(model.called_method(call), Some((_, "__init__")))
}

/// Whether a decorator is `dataclass`.
pub(in crate::fix) fn is_dataclass(model: &Model, decorator: NodeId) -> bool {
    let callee = match model.kind(decorator) {
        Kind::Call => model.child(decorator, Field::Function).unwrap_or(decorator),
        _ => decorator,
    };
    model.is_path(callee, &["dataclasses.dataclass"])
}
