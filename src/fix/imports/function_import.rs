//! The import of one function of the project: relative or absolute as in the file's other imports,
//! sorted among them, under a free name. It must not know what the function does.

use super::super::layout::{Edit, FileLayout, is_definition_line, is_import};
use super::import_order::{
    ImportOrder, imported_path, insert_import, is_plain_import, key, key_of, line_end,
};
use super::required::{extend, from_import};
use crate::python::{BindingKind, Field, Kind, Model, NodeId, ScopeId};

/// The name that a file has for a function of the project, and the missing import, if any.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::fix) struct FunctionImport {
    /// The name in the file.
    pub local: String,
    /// The module as the missing import names it; none when nothing is missing.
    module: Option<String>,
    /// The function's name in its module.
    name: String,
}

/// How a file calls the function `name` of `module`.
pub(in crate::fix) fn function_import(
    layout: &FileLayout<'_>,
    module: &str,
    name: &str,
) -> FunctionImport {
    let model = layout.model;
    let name = name.to_owned();
    if model.module == module {
        return FunctionImport { local: name.clone(), module: None, name };
    }
    if let Some(local) = existing_import(layout, module, &name) {
        return FunctionImport { local, module: None, name };
    }
    let bare = name.trim_start_matches('_');
    let numbered = (2..).map(|n| format!("_{bare}_{n}"));
    let mut names = [name.clone(), format!("_{bare}")].into_iter().chain(numbered);
    let free = |n: &String| !n.starts_with("__") && !model.has_name(n);
    let local = names.find(free).expect("the numbers do not end");
    FunctionImport { local, module: Some(module_as_written(model, module)), name }
}

/// The name of an existing module-level import of the function above all code.
fn existing_import(layout: &FileLayout<'_>, module: &str, name: &str) -> Option<String> {
    let model = layout.model;
    let all = model.scopes.all_bindings(ScopeId::MODULE);
    let mut own = all.filter(|b| match &b.kind {
        BindingKind::ImportFrom { module: from, name: imported } => {
            let statement = model.statement_of(b.node);
            imported == name
                && model.absolute(from) == module
                && model.bindings_of(b.node).len() == 1
                && model.tree.parent(statement) == Some(NodeId::ROOT)
                && model.tree.end(statement) <= layout.declaration_site().at
                && !model.text(b.node).starts_with("__")
        }
        _ => false,
    });
    own.next().map(|b| model.text(b.node).to_owned())
}

/// A module of the project as this file imports it: relative where its other imports of the project
/// are.
fn module_as_written(model: &Model, module: &str) -> String {
    let parts: Vec<&str> = model.module.split('.').collect();
    let package = if model.is_package { &parts[..] } else { &parts[..parts.len() - 1] };
    let top = parts.first().copied().unwrap_or_default();
    let target: Vec<&str> = module.split('.').collect();
    let common = package.iter().zip(&target).take_while(|(a, b)| a == b).count();
    let (mut relative, mut absolute) = (0, 0);
    model.parse_naming("from");
    for statement in model.tree.parsed_of(|kind| kind == Kind::ImportFromStatement) {
        let from = model.child(statement, Field::ModuleName).map_or("", |m| model.text(m));
        relative += usize::from(from.starts_with('.'));
        absolute += usize::from(from.split('.').next() == Some(top));
    }
    if common == 0 || relative <= absolute {
        return module.to_owned();
    }
    let dots = ".".repeat(1 + package.len() - common);
    format!("{dots}{}", target[common..].join("."))
}

impl FunctionImport {
    /// The missing import.
    ///
    /// # Errors
    /// Why it cannot be added, for the user.
    pub(in crate::fix) fn import(&self, layout: &FileLayout<'_>) -> Result<Option<Edit>, String> {
        let Some(module) = &self.module else { return Ok(None) };
        let item = match self.local == self.name {
            true => self.name.clone(),
            false => format!("{} as {}", self.name, self.local),
        };
        if let Some(statement) = from_import(layout, module) {
            return extend(layout, statement, &[item]).map(Some);
        }
        let line = format!("from {module} import {item}");
        Ok(Some(insertion(layout, module, &line)))
    }
}

/// Places an import of the project among the file's others of that kind, else in a new block below
/// all imports.
fn insertion(layout: &FileLayout<'_>, module: &str, line: &str) -> Edit {
    let model = layout.model;
    let newline = layout.newline();
    let top = model.module.split('.').next().unwrap_or_default();
    let imports: Vec<NodeId> =
        layout.statements_above().filter(|s| is_import(model.kind(*s))).collect();
    let own = |s: &NodeId| {
        let path = imported_path(model, *s);
        let first = path.split('.').next();
        path.starts_with('.') || first == Some(top) || first == module.split('.').next()
    };
    let mut block: Vec<NodeId> = imports.iter().rev().copied().skip_while(|s| !own(s)).collect();
    block.truncate(block.iter().take_while(|s| own(s)).count());
    block.reverse();
    let Some(last) = block.last() else {
        return match imports.iter().rfind(|s| is_plain_import(model, **s)) {
            Some(last) => Edit::insert(line_end(model, *last), format!("{newline}{newline}{line}")),
            None => only_import(layout, module, line),
        };
    };
    let wanted = key(ImportOrder::Plain, true, module);
    match block.iter().find(|s| key_of(model, ImportOrder::Plain, **s) > wanted) {
        Some(next) => {
            let start = model.source.line_start(model.tree.start(*next));
            Edit::insert(start, format!("{line}{newline}"))
        }
        None => Edit::insert(line_end(model, *last), format!("{newline}{line}")),
    }
}

/// The only import of a file, with the blank lines that black and `ruff format` want below it.
fn only_import(layout: &FileLayout<'_>, module: &str, line: &str) -> Edit {
    let site = layout.declaration_site();
    let rest = &layout.model.source.code()[site.at..];
    match site.below {
        false if rest.lines().next().is_some_and(is_definition_line) => {
            Edit::insert(site.at, format!("{line}{}", layout.newline().repeat(3)))
        }
        _ => insert_import(layout, line, module, true),
    }
}
