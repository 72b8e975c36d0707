//! Which classes of a project derive from which, by their names alone, and which of them pass over their base's constructor.
//! It reads models; it decides nothing.

use std::collections::{BTreeMap, BTreeSet};

use crate::python::{Field, Kind, Model, NodeId};

/// The classes of a project, as far as others derive from them.
#[derive(Debug, Default)]
pub struct Kin {
    /// By the last name of a base: the names of those that derive from it, and whether they do without its `__init__`.
    heirs: BTreeMap<String, BTreeMap<String, bool>>,
}

impl Kin {
    /// Adds the classes of one file.
    pub fn add(&mut self, model: &Model) {
        for class in model.tree.ids().filter(|n| model.kind(*n) == Kind::ClassDefinition) {
            let name = model.child(class, Field::Name).map_or("", |n| model.text(n));
            for base in model.bases(class) {
                let text = model.text(base);
                let base = text.rsplit('.').next().unwrap_or(text);
                let known = self.heirs.entry(base.to_owned()).or_default();
                *known.entry(name.to_owned()).or_default() |= forgets(model, class);
            }
        }
    }

    /// Takes in what another part of the project has.
    pub fn absorb(&mut self, other: Self) {
        for (base, heirs) in other.heirs {
            let known = self.heirs.entry(base).or_default();
            for (name, forgets) in heirs {
                *known.entry(name).or_default() |= forgets;
            }
        }
    }

    /// A class that derives from one of this name.
    pub(super) fn heir(&self, class: &str) -> Option<&str> {
        self.heirs.get(class)?.keys().next().map(String::as_str)
    }

    /// A class that derives from one of this name, at whatever distance, and does without its `__init__`.
    pub(super) fn forgetful(&self, class: &str) -> Option<&str> {
        let mut seen = BTreeSet::new();
        let mut todo = vec![class];
        while let Some(base) = todo.pop().filter(|_| !self.heirs.is_empty()) {
            for (heir, forgets) in self.heirs.get(base).into_iter().flatten() {
                if *forgets {
                    return Some(heir);
                }
                if seen.insert(heir.as_str()) {
                    todo.push(heir);
                }
            }
        }
        None
    }
}

/// Whether instances of a class are made without the `__init__` of its base: by one of its own that does not call that, or
/// by a dataclass's.
fn forgets(model: &Model, class: NodeId) -> bool {
    let own = model.members().contains_key(&(class, "__init__".to_owned()));
    let calls = |n: NodeId| model.kind(n) == Kind::Call && is_base_call(model, n);
    match own {
        true => !model.tree.descendants(class).any(calls),
        false => model.decorators(class).into_iter().any(|d| is_dataclass(model, d)),
    }
}

/// Whether a call is one of some `__init__`: `super().__init__(…)`, `Base.__init__(self, …)`.
pub(super) fn is_base_call(model: &Model, call: NodeId) -> bool {
    model.child(call, Field::Function).is_some_and(|f| {
        model.child(f, Field::Attribute).is_some_and(|a| model.text(a) == "__init__")
    })
}

/// Whether a decorator makes a class a dataclass.
pub(super) fn is_dataclass(model: &Model, decorator: NodeId) -> bool {
    let callee = match model.kind(decorator) {
        Kind::Call => model.child(decorator, Field::Function).unwrap_or(decorator),
        _ => decorator,
    };
    model.is_path(callee, &["dataclasses.dataclass"])
}
