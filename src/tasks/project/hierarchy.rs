//! The class hierarchy of a project: which functions a call can run, what a class inherits, what derives from it.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::index::{Export, ProjectIndex};
use super::resolution::last_name;
use crate::tasks::libraries::{Role, names};

/// The targets of a call within the project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::tasks) enum Callees {
    /// These functions, each with whether it is called on an instance.
    Functions(Vec<(String, bool)>),
    /// A generated `__init__` that stores its arguments.
    GeneratedInit,
}

/// A method with more overrides than this is not followed: what a call of it does is unknown.
const MAX_OVERRIDES: usize = 64;

impl ProjectIndex {
    /// The functions that a call of `path` can run, with overriding methods if `overridden`; none
    /// when they are not all known.
    pub(in crate::tasks) fn callees(&self, path: &str, overridden: bool) -> Option<Callees> {
        let meanings = self.resolve(path);
        for meaning in &meanings {
            if self.functions.contains(meaning.as_str()) {
                let name = last_name(meaning);
                let looked_up = format!("().{name}");
                let on_instance = meanings.iter().any(|m| m.ends_with(&looked_up));
                let others = match on_instance && overridden {
                    true => self.overriding(meaning)?,
                    false => Vec::new(),
                };
                let others = others.into_iter().map(|path| (path, true));
                let all = std::iter::once((meaning.clone(), on_instance)).chain(others);
                return Some(Callees::Functions(all.collect()));
            }
            if matches!(self.exports.get(meaning), Some(Export::Class(_))) {
                return self.constructor(meaning);
            }
        }
        None
    }

    /// Whether a path is a module-level variable of the project, not a function or class.
    pub(in crate::tasks) fn is_variable(&self, path: &str) -> bool {
        self.resolve(path).iter().any(|p| {
            let module = p.rsplit_once('.').map_or("", |(module, _)| module);
            self.modules.contains(module)
                && !self.modules.contains(p)
                && !self.functions.contains(p.as_str())
                && !matches!(self.exports.get(p), Some(Export::Class(_)))
        })
    }

    /// What runs when a class of the project is called.
    fn constructor(&self, class: &str) -> Option<Callees> {
        self.inherited(class, "__init__").flatten()
    }

    /// The path of the method that instances of a class have under a name, by the class itself or
    /// by its bases; an inner none where it is certain that no source defines one.
    pub fn method(&self, class: &str, name: &str) -> Option<Option<String>> {
        Some(match self.inherited(class, name)? {
            Some(Callees::Functions(functions)) => {
                functions.into_iter().next().map(|(path, _)| path)
            }
            Some(Callees::GeneratedInit) | None => None,
        })
    }

    /// The method that instances of a class have under a name, by the class itself or by its bases; an inner none where all
    /// of these are known, and none of them has it.
    pub(in crate::tasks) fn inherited(&self, class: &str, name: &str) -> Option<Option<Callees>> {
        for class in self.mro(class) {
            if self.has_function(&class, name) {
                let own = format!("{class}.{name}");
                return Some(Some(Callees::Functions(vec![(own, true)])));
            }
            let is_constructor = name == "__init__";
            if is_constructor && self.generated_inits.contains(&class) {
                return Some(Some(Callees::GeneratedInit));
            }
            let is_plain = matches!(self.exports.get(&class), Some(Export::Class(_)))
                && !self.exports.contains_key(&format!("{class}.{name}"))
                && !(is_constructor && self.has_function(&class, "__new__"));
            if !is_plain && !names(Role::EmptyBase).contains(&class.as_str()) {
                return None;
            }
        }
        Some(None)
    }

    /// Whether a class of the project derives from `asyncio.Task`, and then whether it is constructed as that is.
    pub(in crate::tasks) fn task_class(&self, class: &str) -> Option<bool> {
        if !self.task_classes.contains(class) {
            return None;
        }
        let own = |class: &String| {
            self.has_function(class, "__init__") || self.has_function(class, "__new__")
        };
        Some(!self.mro(class).iter().any(own))
    }

    /// Whether a class defines a method of this name itself.
    fn has_function(&self, class: &str, name: &str) -> bool {
        self.functions.contains(format!("{class}.{name}").as_str())
    }

    /// The method resolution order of a class, as far as the project shows it; diamonds are not
    /// linearised as CPython does.
    pub(super) fn mro(&self, class: &str) -> Vec<String> {
        let mut found = Vec::new();
        let mut todo = vec![self.canonical(class)];
        while let Some(class) = todo.pop() {
            if found.contains(&class) {
                continue;
            }
            if let Some(Export::Class(bases)) = self.exports.get(&class) {
                todo.extend(bases.iter().rev().map(|base| self.canonical(base)));
            }
            found.push(class);
        }
        found
    }

    /// The methods that override a method in subclasses; none when they are too many to follow.
    pub(in crate::tasks) fn overriding(&self, method: &str) -> Option<Vec<String>> {
        let Some((class, name)) = method.rsplit_once('.') else { return Some(Vec::new()) };
        let methods = self.all_subclasses(class).into_iter().map(|s| format!("{s}.{name}"));
        let found: Vec<String> = methods.filter(|m| self.functions.contains(m.as_str())).collect();
        (found.len() <= MAX_OVERRIDES).then_some(found)
    }

    /// All direct and indirect subclasses of a class.
    pub(in crate::tasks) fn all_subclasses(&self, class: &str) -> BTreeSet<&str> {
        let mut subclasses: BTreeSet<&str> = BTreeSet::new();
        let mut todo = vec![class];
        while let Some(class) = todo.pop() {
            for subclass in self.subclasses.get(class).into_iter().flatten() {
                if subclasses.insert(subclass) {
                    todo.push(subclass);
                }
            }
        }
        subclasses
    }

    /// Rebuilds the map from classes to their direct subclasses.
    pub(in crate::tasks) fn collect_subclasses(&mut self) {
        let bases = |(class, export): (&String, &Export)| match export {
            Export::Class(bases) => {
                bases.iter().map(|base| (self.canonical(base), class.clone())).collect()
            }
            Export::Alias(_) => Vec::new(),
        };
        let subclasses: Vec<(String, String)> =
            self.exports.par_iter().flat_map_iter(bases).collect();
        for (base, class) in subclasses {
            self.subclasses.entry(base).or_default().insert(class);
        }
    }
}
