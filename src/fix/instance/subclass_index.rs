//! Which classes of a project derive from which, by their names alone, and which of them pass over their base's constructor.
//! It reads models; it decides nothing.

use std::collections::{BTreeMap, BTreeSet};

use crate::python::{Field, Kind, Member, Model, NodeId};

/// The classes of a project, as far as others derive from them.
#[derive(Debug, Default)]
pub struct SubclassIndex {
    /// By the last name of a base: the names of those that derive from it.
    subclasses: BTreeMap<String, BTreeMap<String, Subclass>>,
}

/// How the instances of a class that derives from another are made.
#[derive(Debug, Clone, Copy, Default)]
struct Subclass {
    /// Its own `__init__` does not call its base's, or does more before than set attributes.
    skips_base_init: bool,
    /// It has a dataclass's `__init__`, which sets the fields of its bases and calls nothing.
    is_dataclass: bool,
}

impl Subclass {
    fn absorb(&mut self, other: Self) {
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
                known.entry(name.to_owned()).or_default().absorb(subclass(model, class));
            }
        }
    }

    /// Takes in what another part of the project has.
    pub fn absorb(&mut self, other: Self) {
        for (base, subclasses) in other.subclasses {
            let known = self.subclasses.entry(base).or_default();
            for (name, subclass) in subclasses {
                known.entry(name).or_default().absorb(subclass);
            }
        }
    }

    /// A class that derives from one of this name.
    pub(in crate::fix) fn any_subclass(&self, class: &str) -> Option<&str> {
        self.subclasses.get(class)?.keys().next().map(String::as_str)
    }

    /// A class that derives from one of this name, at whatever distance, and does without its `__init__`, or its fields.
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
    let own = model.member(class, "__init__");
    let skips_base_init = own.iter().any(|m| match m {
        Member::Method(function, _) => !calls_base_first(model, *function),
        _ => true,
    });
    let dataclass = || model.decorators(class).into_iter().any(|d| is_dataclass(model, d));
    Subclass { skips_base_init, is_dataclass: own.is_empty() && dataclass() }
}

/// Whether an `__init__` calls its base's before it calls anything else.
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

/// Whether a call is one of some `__init__`: `super().__init__(…)`, `Base.__init__(self, …)`.
pub(in crate::fix) fn is_base_call(model: &Model, call: NodeId) -> bool {
    model.child(call, Field::Function).is_some_and(|f| {
        model.child(f, Field::Attribute).is_some_and(|a| model.text(a) == "__init__")
    })
}

/// Whether a decorator makes a class a dataclass.
pub(in crate::fix) fn is_dataclass(model: &Model, decorator: NodeId) -> bool {
    let callee = match model.kind(decorator) {
        Kind::Call => model.child(decorator, Field::Function).unwrap_or(decorator),
        _ => decorator,
    };
    model.is_path(callee, &["dataclasses.dataclass"])
}
