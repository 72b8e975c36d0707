//! The names by which new code refers to library members, and the imports that are missing for
//! them. It must not know what the new code does.

use super::super::layout::{Edit, FileLayout, width};
use super::import_order::{block_below, first_import, insert_import};
use crate::python::{Binding, BindingKind, Field, Kind, Model, NodeId, ScopeId};

/// Collects the missing imports of new code.
pub(in crate::fix) struct RequiredImports<'a> {
    layout: &'a FileLayout<'a>,
    /// Modules to import: `asyncio`, `concurrent.futures`.
    modules: Vec<String>,
    /// Names to import from a module, by module.
    members: Vec<(&'static str, Vec<String>)>,
    /// Whether a name is bound on some paths only, so that annotations must not be evaluated.
    conditional: bool,
    /// Whether new names begin with an underscore, so that those who star-import the file do not get them.
    is_underscored: bool,
}

impl<'a> RequiredImports<'a> {
    pub(in crate::fix) fn new(layout: &'a FileLayout<'a>) -> Self {
        Self {
            layout,
            modules: Vec::new(),
            members: Vec::new(),
            conditional: false,
            is_underscored: false,
        }
    }

    /// The same with new names that begin with an underscore, if so.
    pub(in crate::fix) fn underscored(self, is_underscored: bool) -> Self {
        Self { is_underscored, ..self }
    }

    /// The file's name for a member of `asyncio`, such as `asyncio.Task`.
    pub(in crate::fix) fn asyncio(&mut self, member: &'static str) -> String {
        self.member("asyncio", member)
    }

    /// The file's name for a member of a module. A missing one is imported the way the file imports
    /// from that module.
    pub(in crate::fix) fn member(&mut self, module: &'static str, member: &'static str) -> String {
        let model = self.layout.model;
        if let Some(alias) = self.bound_module(module) {
            return format!("{alias}.{member}");
        }
        if let Some(name) = self.bound_member(module, member) {
            return name;
        }
        let takes_more = from_import(self.layout, module).is_some() && !self.is_underscored;
        if takes_more && !model.has_name(member) {
            return self.require_member(module, member);
        }
        format!("{}.{member}", self.require_module(module))
    }

    pub(in crate::fix) fn concurrent(&mut self) -> String {
        let dotted = |b: &Binding| {
            let statement = self.layout.model.statement_of(b.node);
            self.layout.model.text(statement).contains("concurrent.futures")
        };
        let plain = bindings(self.layout.model, "concurrent")
            .iter()
            .any(|b| self.is_unconditional(b) && dotted(b));
        match self.bound_module("concurrent.futures") {
            Some(alias) => alias,
            None if plain => "concurrent.futures".to_owned(),
            None => self.require_module("concurrent.futures"),
        }
    }

    pub(in crate::fix) fn typing(&mut self, member: &'static str) -> String {
        if let Some(name) = self.bound_member("typing", member) {
            return name;
        }
        if let Some(alias) = self.bound_module("typing") {
            return format!("{alias}.{member}");
        }
        let is_taken = !bindings(self.layout.model, member).is_empty();
        if is_taken || self.modules.iter().any(|m| m == "typing") {
            return format!("{}.{member}", self.require_module("typing"));
        }
        self.require_member("typing", member)
    }

    /// Imports a module and gives its name in the file.
    fn require_module(&mut self, module: &str) -> String {
        if !self.modules.iter().any(|m| m == module) {
            self.modules.push(module.to_owned());
        }
        match self.is_underscored {
            true => module_alias(module),
            false => module.to_owned(),
        }
    }

    /// Imports a member and gives its name in the file.
    fn require_member(&mut self, module: &'static str, member: &str) -> String {
        let (local, member) = match self.is_underscored {
            true => (format!("_{member}"), format!("{member} as _{member}")),
            false => (member.to_owned(), member.to_owned()),
        };
        let entry = self.members.iter().position(|(m, _)| *m == module);
        let index = entry.unwrap_or_else(|| {
            self.members.push((module, Vec::new()));
            self.members.len() - 1
        });
        let names = &mut self.members[index].1;
        if !names.contains(&member) {
            names.push(member);
        }
        local
    }

    /// The module-level name above the declaration site that is bound to this module and to nothing
    /// else.
    fn bound_module(&mut self, module: &str) -> Option<String> {
        let is_it =
            |b: &Binding| matches!(&b.kind, BindingKind::Import { module: m } if m == module);
        self.bound(is_it)
    }

    fn bound_member(&mut self, module: &str, member: &str) -> Option<String> {
        self.bound(|b| {
            matches!(&b.kind, BindingKind::ImportFrom { module: m, name } if m == module && name == member)
        })
    }

    fn bound(&mut self, is_it: impl Fn(&Binding) -> bool) -> Option<String> {
        let model = self.layout.model;
        let mut conditional = None;
        // Functions that bind a module-level name are always parsed, so that no binding is missed.
        for node in model.tree.parsed_ids().filter(|n| model.kind(*n) == Kind::Identifier) {
            if model.scopes.owner(node) != Some(ScopeId::MODULE) {
                continue;
            }
            let all = model.bindings_of(node);
            let Some(own) = all.iter().find(|b| b.node == node && is_it(b)) else {
                continue;
            };
            if all.len() == all.iter().filter(|b| is_it(b)).count() && self.is_unconditional(own) {
                return Some(model.text(node).to_owned());
            }
            if in_shim(self.layout, node) {
                conditional.get_or_insert(model.text(node).to_owned());
            }
        }
        self.conditional |= conditional.is_some();
        conditional
    }

    /// Whether a binding is made unconditionally above the declaration site.
    fn is_unconditional(&self, binding: &Binding) -> bool {
        let model = self.layout.model;
        let statement = model.statement_of(binding.node);
        let site = self.layout.declaration_site();
        model.tree.parent(statement) == Some(NodeId::ROOT)
            && model.tree.end(statement) <= site.at
            && site.below
    }

    /// The element type of a set of tasks, or of futures.
    pub(in crate::fix) fn element(&mut self, futures: bool) -> String {
        match futures {
            true => format!("{}[{}]", self.asyncio("Future"), self.typing("Any")),
            false => format!("{}[object]", self.asyncio("Task")),
        }
    }

    /// `name: type = value`, the type quoted where it must not be evaluated.
    pub(in crate::fix) fn annotated(&self, name: &str, annotation: &str, value: &str) -> String {
        format!("{name}: {} = {value}", self.quoted(annotation))
    }

    /// A type, quoted where it must not be evaluated.
    pub(in crate::fix) fn quoted(&self, annotation: &str) -> String {
        let model = self.layout.model;
        let statements = model.tree.children(NodeId::ROOT);
        let lazy = |s: NodeId| {
            model.kind(s) == Kind::FutureImportStatement && model.text(s).contains("annotations")
        };
        let lazy = statements.into_iter().any(lazy);
        let modern = self.layout.settings.target_version.is_some_and(|f| f >= (3, 9));
        if lazy || (modern && !self.conditional) {
            annotation.to_owned()
        } else {
            self.layout.quoted(annotation)
        }
    }

    fn import_line(&self, module: &str) -> String {
        match self.is_underscored {
            true => format!("import {module} as {}", module_alias(module)),
            false => format!("import {module}"),
        }
    }

    pub(in crate::fix) fn edits(&self) -> Result<Vec<Edit>, String> {
        let mut edits = Vec::new();
        let mut lines: Vec<(String, &str, bool)> =
            self.modules.iter().map(|m| (self.import_line(m), m.as_str(), false)).collect();
        for (module, names) in &self.members {
            match from_import(self.layout, module) {
                Some(statement) => edits.push(extend(self.layout, statement, names)?),
                // isort wants each alias in an import of its own.
                None if self.is_underscored => lines.extend(
                    names.iter().map(|n| (format!("from {module} import {n}"), *module, true)),
                ),
                None => {
                    let line = format!("from {module} import {}", names.join(", "));
                    lines.push((line, module, true));
                }
            }
        }
        // The first imports of a file, or of a section, form one block.
        let own_block =
            lines.iter().all(|(_, module, _)| block_below(self.layout, module).is_some());
        if (first_import(self.layout).is_none() || own_block) && lines.len() > 1 {
            lines.sort_by_key(|(_, module, from)| (*from, module.to_owned()));
            let first = lines[0].1;
            let text: Vec<String> = lines.into_iter().map(|(line, ..)| line).collect();
            lines = vec![(text.join(self.layout.newline()), first, false)];
        }
        for (line, module, from) in lines {
            edits.push(insert_import(self.layout, &line, module, from));
        }
        Ok(edits)
    }
}

/// The name of a module that begins with an underscore.
fn module_alias(module: &str) -> String {
    format!("_{}", module.rsplit('.').next().unwrap_or(module))
}

/// Whether an import stands in a module-level `try` or `if` that also runs outside type checkers.
fn in_shim(layout: &FileLayout<'_>, node: NodeId) -> bool {
    let model = layout.model;
    let statement = model.statement_of(node);
    let Some(outer) =
        model.tree.ancestors(statement).find(|a| model.tree.parent(*a) == Some(NodeId::ROOT))
    else {
        return false;
    };
    let checking = model
        .child(outer, Field::Condition)
        .is_some_and(|c| model.text(c).contains("TYPE_CHECKING"));
    matches!(model.kind(outer), Kind::TryStatement | Kind::IfStatement)
        && !checking
        && model.tree.start(outer) < layout.declaration_site().at
}

fn bindings<'m>(model: &'m Model, name: &str) -> &'m [Binding] {
    model.bindings_in(ScopeId::MODULE, name)
}

/// A module-level `from module import a, b` above the declaration site that can take another name.
pub(in crate::fix) fn from_import(layout: &FileLayout<'_>, module: &str) -> Option<NodeId> {
    let model = layout.model;
    let limit = layout.declaration_site().at;
    model.tree.children(NodeId::ROOT).take_while(|s| model.tree.end(*s) <= limit).find(|s| {
        let path = model.child(*s, Field::ModuleName).map(|m| model.text(m));
        let comment = |n: NodeId| {
            matches!(model.kind(n), Kind::Comment | Kind::WildcardImport | Kind::LineContinuation)
        };
        model.kind(*s) == Kind::ImportFromStatement
            && path == Some(module)
            && !model.tree.descendants(*s).any(comment)
    })
}

/// isort's order of the names of one import: constants, classes, the rest.
fn order(name: &str) -> (u8, String) {
    let first = name.chars().next().unwrap_or('a');
    let class = if name.len() > 1 && name.chars().all(|c| !c.is_lowercase()) {
        0
    } else if first.is_uppercase() {
        1
    } else {
        2
    };
    (class, name.to_lowercase())
}

/// `from module import a, b` rewritten with more names.
pub(in crate::fix) fn extend(
    layout: &FileLayout<'_>,
    statement: NodeId,
    names: &[String],
) -> Result<Edit, String> {
    let model = layout.model;
    let module = model.child(statement, Field::ModuleName).ok_or("an import without a module")?;
    let children = model.tree.children(statement).filter(|c| model.tree.field(*c) == Field::Name);
    let mut items: Vec<String> = children.map(|c| model.text(c).to_owned()).collect();
    for name in names {
        let behind = items.iter().position(|i| order(i) > order(name)).unwrap_or(items.len());
        items.insert(behind, name.clone());
    }
    let head = format!("from {} import ", model.text(module));
    let flat = format!("{head}{}", items.join(", "));
    let newline = layout.newline();
    let exploded = model.text(statement).contains('\n');
    let end = model.tree.end(statement);
    let trailing = model.source.code()[end..model.source.line_end(end)].trim_end();
    let comment =
        if trailing.trim_start().starts_with('#') { width(trailing.as_bytes()) } else { 0 };
    let text = if !exploded && width(flat.as_bytes()) + comment <= layout.line_length() {
        flat
    } else {
        let unit = layout.indent_unit(NodeId::ROOT);
        let lines: Vec<String> = items.iter().map(|i| format!("{unit}{i},{newline}")).collect();
        format!("{head}({newline}{})", lines.concat())
    };
    Ok(Edit::replace(model.tree.range(statement), text))
}
