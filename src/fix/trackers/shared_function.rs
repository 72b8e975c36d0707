//! The user's function that keeps the tasks of a whole project: its definition, and whether a file
//! can import it. It must not write text.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::PathBuf;

use super::super::imports::{FunctionImport, function_import};
use super::super::layout::FileLayout;
use super::helpers::{Helper, helper_at};
use crate::decline::{Decline, DeclineKind};
use crate::python::{BindingKind, Model, ScopeId};
use crate::tasks::ClassifiedSite;

/// `pkg.module:name`, resolved in the project.
#[derive(Debug)]
pub struct SharedFunction {
    /// The module.
    pub module: String,
    /// The function's name there.
    pub name: String,
    /// What the function does; none where it is still to be written, an error where it cannot be
    /// used.
    definition: Result<Option<Helper>, Decline>,
    /// For each module of the project, the modules that it imports while it is itself imported.
    imports: BTreeMap<String, BTreeSet<String>>,
    /// For each module from which an import of this one would find another file: that file.
    shadowed_by: BTreeMap<String, PathBuf>,
}

impl SharedFunction {
    /// Resolves the function. `defining` is its module with its sites, none when the file does not
    /// exist, and `locked` says why nothing can be written there. For `imports` and `shadowed_by`
    /// see the fields.
    pub fn new(
        (module, name): (&str, &str),
        defining: Option<(&Model, &[ClassifiedSite])>,
        locked: Option<Decline>,
        imports: BTreeMap<String, BTreeSet<String>>,
        shadowed_by: BTreeMap<String, PathBuf>,
    ) -> Self {
        let missing = || match locked {
            Some(reason) => Err(reason),
            None => Ok(None),
        };
        let definition = match defining {
            Some((model, classified)) => match definition(model, classified, name) {
                Some(definition) => definition.map(Some),
                None => missing(),
            },
            None => missing(),
        };
        Self { module: module.to_owned(), name: name.to_owned(), definition, imports, shadowed_by }
    }

    /// Whether the function is still to be written.
    pub fn is_missing(&self) -> bool {
        self.definition == Ok(None)
    }

    /// What the function does, for a file of the project; none where it is still to be written.
    ///
    /// # Errors
    /// Why it cannot be used there, for the user.
    pub(in crate::fix) fn definition(&self, model: &Model) -> Result<Option<&Helper>, Decline> {
        let definition = self.definition.as_ref().map_err(Clone::clone)?;
        if let Some(other) = self.shadowed_by.get(&model.module) {
            let (module, other) = (&self.module, other.display());
            let message = format!("here, `import {module}` would import {other} instead");
            return Err(Decline::new(DeclineKind::SharedImport, message));
        }
        match self.cycle(&model.module) {
            Some(chain) => Err(Decline::new(
                DeclineKind::SharedImport,
                format!(
                    "importing `{}` here would create an import cycle: {}",
                    self.module,
                    chain.join(" imports ")
                ),
            )),
            None => Ok(definition.as_ref()),
        }
    }

    /// How a file calls the function.
    pub(in crate::fix) fn import_into(&self, layout: &FileLayout<'_>) -> FunctionImport {
        function_import(layout, &self.module, &self.name)
    }

    /// Whether a file is the function's own module.
    pub fn is_defined_in(&self, model: &Model) -> bool {
        model.module == self.module
    }

    /// The import cycle that importing the function's module in `from` would create.
    fn cycle(&self, from: &str) -> Option<Vec<String>> {
        if from == self.module {
            return None;
        }
        // The packages around a module are imported before it.
        let around: BTreeSet<&str> = packages(from).chain([from]).collect();
        let mut reached_from: BTreeMap<&str, &str> = BTreeMap::new();
        let mut queue: VecDeque<&str> = VecDeque::from([self.module.as_str()]);
        queue.extend(packages(&self.module).filter(|p| !around.contains(p)));
        let starts: BTreeSet<&str> = queue.iter().copied().collect();
        while let Some(module) = queue.pop_front() {
            for imported in self.imports.get(module).into_iter().flatten() {
                let with = packages(imported).filter(|p| !around.contains(p));
                for next in with.chain([imported.as_str()]) {
                    if starts.contains(next) || reached_from.contains_key(next) {
                        continue;
                    }
                    reached_from.insert(next, module);
                    if next == from {
                        return Some(chain(&reached_from, &starts, next));
                    }
                    queue.push_back(next);
                }
            }
        }
        None
    }
}

/// The path of imports from where the search began to `last`.
fn chain(reached_from: &BTreeMap<&str, &str>, starts: &BTreeSet<&str>, last: &str) -> Vec<String> {
    let mut path = vec![format!("`{last}`")];
    let mut at = last;
    while let Some(before) = reached_from.get(at).filter(|_| !starts.contains(at)) {
        path.push(format!("`{before}`"));
        at = before;
    }
    path.reverse();
    path
}

/// The packages around a module, the outermost first.
fn packages(module: &str) -> impl Iterator<Item = &str> {
    module.match_indices('.').map(|(end, _)| &module[..end])
}

/// What a module binds a name to; none when it does not.
fn definition(
    model: &Model,
    classified: &[ClassifiedSite],
    name: &str,
) -> Option<Result<Helper, Decline>> {
    let bindings = model.bindings_in(ScopeId::MODULE, name);
    let module = &model.module;
    let wrong = || {
        Err(Decline::new(
            DeclineKind::SharedUnsuitable,
            format!("`{name}` in `{module}` does not appear to keep its argument and return it"),
        ))
    };
    match bindings {
        [] => None,
        [binding] => Some(match binding.kind {
            BindingKind::Function(function) => {
                helper_at(model, classified, function).map_or_else(wrong, Ok)
            }
            _ => wrong(),
        }),
        _ => Some(wrong()),
    }
}
