//! Finds the lazily parsed functions that may call one of the project's wrappers. It classifies no call.

use std::collections::BTreeSet;

use crate::python::{Binding, BindingKind, Kind, Model, ScopeId, is_identifier_byte};
use crate::tasks::libraries::is_spawner_name;
use crate::tasks::project::ProjectIndex;
use crate::text::Finder;

/// Has the functions parsed that mention certain wrappers of the project.
#[derive(Debug)]
pub(in crate::tasks) struct CallerBodies<'a> {
    project: &'a ProjectIndex,
    /// Matches the names.
    names: Option<Finder>,
    /// Matches all that is new of names, where a search for others was before.
    mentions: Option<Finder>,
}

impl<'a> CallerBodies<'a> {
    /// Searches for these names of wrappers; in files without one of the `mentioned` names nothing is new.
    pub(in crate::tasks) fn new(
        project: &'a ProjectIndex,
        names: &BTreeSet<&str>,
        mentioned: Option<&BTreeSet<&String>>,
    ) -> Self {
        let mentions = mentioned.map(|new| {
            let mentioned = new.iter().map(|name| name.as_str());
            Finder::new(mentioned.chain(names.iter().copied()))
        });
        let names = names.iter().copied().filter(|name| !is_spawner_name(name));
        let names: Vec<&str> = names.collect();
        let names = (!names.is_empty()).then(|| Finder::new(names));
        Self { project, names, mentions }
    }

    /// Parses every function that may call one of them, or a spawner through a local alias; returns
    /// whether any of them was not parsed before.
    pub(in crate::tasks) fn parse(&self, model: &Model) -> bool {
        let code = model.source.code().as_bytes();
        let has_any = |names: &Finder| names.find_iter(code).next().is_some();
        if model.is_fully_parsed() || !self.mentions.as_ref().is_none_or(has_any) {
            return false;
        }
        let mut is_new = false;
        if let Some(names) = &self.names {
            let foreign = self.foreign(model);
            is_new |= model.parse_naming_any(names, |before, after| {
                may_be_used(before, after) && !is_foreign(before, after, &foreign)
            });
        }
        for alias in self.aliases(model) {
            is_new |= model.parse_naming(alias);
        }
        is_new
    }

    /// Names bound to nothing but modules outside the project.
    fn foreign<'m>(&self, model: &'m Model) -> BTreeSet<&'m str> {
        let bindings = || model.scopes.all_bindings(ScopeId::MODULE);
        let is_import = |b: &&Binding| match &b.kind {
            BindingKind::Import { module } => !self.project.is_own(&model.absolute(module)),
            _ => false,
        };
        let named = |b: &'m Binding| model.text(b.node);
        let others: BTreeSet<&str> = bindings().filter(|b| !is_import(b)).map(named).collect();
        bindings().filter(is_import).map(named).filter(|name| !others.contains(name)).collect()
    }

    /// The module's aliases of spawners.
    fn aliases<'m>(&self, model: &'m Model) -> Vec<&'m str> {
        let mut found: Vec<&str> = Vec::new();
        loop {
            let before = found.len();
            for binding in model.scopes.all_bindings(ScopeId::MODULE) {
                let name = model.text(binding.node);
                let is_new = !self.is_spawner(name) && !found.contains(&name);
                if is_new && self.renames(model, binding, &found) {
                    found.push(name);
                }
            }
            if found.len() == before {
                return found;
            }
        }
    }

    fn is_spawner(&self, name: &str) -> bool {
        is_spawner_name(name) || self.project.is_wrapper_name(name)
    }

    /// Whether a binding may make its name a spawner: asyncio's, the project's, or one of the
    /// aliases in `known`.
    fn renames(&self, model: &Model, binding: &Binding, known: &[&str]) -> bool {
        match &binding.kind {
            BindingKind::ImportFrom { name, .. } => self.is_spawner(name),
            BindingKind::Assign { value } => {
                let value = model.bare(*value);
                let may = matches!(
                    model.kind(value),
                    Kind::Identifier
                        | Kind::Attribute
                        | Kind::ConditionalExpression
                        | Kind::BooleanOperator
                        | Kind::Lambda
                ) || model.text(value).starts_with("getattr(");
                let mut words = model.text(value).split(|c: char| !c.is_alphanumeric() && c != '_');
                may && words.any(|w| self.is_spawner(w) || known.contains(&w))
            }
            _ => false,
        }
    }
}

/// Finds assignments to attributes of certain names.
#[derive(Debug)]
pub(in crate::tasks) struct AssignedNames(Finder);

impl AssignedNames {
    pub(in crate::tasks) fn new(names: &[String]) -> Self {
        Self(Finder::new(names.iter().map(|name| format!(".{name}"))))
    }

    /// Whether a text assigns an attribute that has one of the names: `pool.spawn = f`.
    pub(in crate::tasks) fn is_any_in(&self, code: &[u8]) -> bool {
        self.0.find_iter(code).any(|found| {
            let after = code[found.range.end..].trim_ascii_start();
            after.starts_with(b"=") && !after.starts_with(b"==")
        })
    }
}

/// Whether a name between these texts is an attribute of a module that is not the project's:
/// `subprocess.run(...)` in a function that uses `subprocess` in no other way.
fn is_foreign(before: &[u8], after: &[u8], foreign: &BTreeSet<&str>) -> bool {
    let Some(object) = before.strip_suffix(b".") else { return false };
    let length = object.iter().rev().take_while(|b| is_identifier_byte(**b)).count();
    let (rest, name) = object.split_at(object.len() - length);
    let Some(name) = std::str::from_utf8(name).ok().filter(|name| foreign.contains(name)) else {
        return false;
    };
    let only_asked = |text: &[u8]| {
        memchr::memmem::find_iter(text, name).all(|at| text.get(at + name.len()) == Some(&b'.'))
    };
    !rest.ends_with(b".") && only_asked(rest) && only_asked(after)
}

/// Whether a name between these texts may be called, passed on or, as an attribute, replaced.
fn may_be_used(before: &[u8], after: &[u8]) -> bool {
    let after = after.trim_ascii_start();
    let is_keyword =
        after.starts_with(b"=") && !after.starts_with(b"==") && !before.ends_with(b".");
    !before.ends_with(b"def ") && !is_keyword && !after.starts_with(b".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attribute_of_a_foreign_module_is_no_wrapper() {
        let foreign = BTreeSet::from(["os"]);
        assert!(is_foreign(b"os.x()\nos.", b"(y)", &foreign));
        assert!(!is_foreign(b"os.", b"(y)\nf(os)", &foreign));
        assert!(!is_foreign(b"def f(os):\n    os.", b"()", &foreign));
        assert!(!is_foreign(b"self.os.", b"()", &foreign));
        assert!(!is_foreign(b"pos.", b"()", &foreign));
    }
}
