//! The names by which new code refers to library members, and the imports that are missing for
//! them. It must not know what the new code does.

use super::super::layout::{Edit, FileLayout, width};
use super::import_order::{
    block_below, first_import, imported_path, insert_import, insert_into_block, is_type_checking,
    type_checking_block,
};
use crate::python::{Binding, BindingKind, Field, Kind, Model, NodeId, ScopeId};

/// Collects the missing imports of new code.
pub(in crate::fix) struct RequiredImports<'a> {
    layout: &'a FileLayout<'a>,
    /// Modules to import: `asyncio`, `concurrent.futures`.
    modules: Vec<String>,
    /// Names to import from a module, by module.
    members: Vec<(&'static str, Vec<String>)>,
    /// Modules that only annotations need, which are not evaluated and whose imports the project wants under `if TYPE_CHECKING:`.
    type_modules: Vec<&'static str>,
    /// Names in `import package` statements that become those of submodules.
    submodules: Vec<(NodeId, &'static str)>,
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
            type_modules: Vec::new(),
            submodules: Vec::new(),
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
        self.known_member(module, member)
            .unwrap_or_else(|| format!("{}.{member}", self.require_module(module)))
    }

    /// The same where only an annotation needs it.
    fn type_member(&mut self, module: &'static str, member: &'static str) -> String {
        if let Some(alias) = self.is_lazy().then(|| self.checked_module(module)).flatten() {
            return format!("{alias}.{member}");
        }
        self.known_member(module, member)
            .unwrap_or_else(|| format!("{}.{member}", self.require_type_module(module)))
    }

    fn known_member(&mut self, module: &'static str, member: &'static str) -> Option<String> {
        let model = self.layout.model;
        if let Some(alias) = self.bound_module(module) {
            return Some(format!("{alias}.{member}"));
        }
        if let Some(name) = self.bound_member(module, member) {
            return Some(name);
        }
        let takes_more = from_import(self.layout, module).is_some() && !self.is_underscored;
        (takes_more && !model.has_name(member)).then(|| self.require_member(module, member))
    }

    /// The file's name for the type of a thread's future.
    pub(in crate::fix) fn concurrent_future(&mut self) -> String {
        format!("{}.Future[{}]", self.concurrent(), self.typing("Any"))
    }

    fn concurrent(&mut self) -> String {
        let dotted = |b: &Binding| {
            let statement = self.layout.model.statement_of(b.node);
            self.layout.model.text(statement).contains("concurrent.futures")
        };
        let plain = bindings(self.layout.model, "concurrent")
            .iter()
            .any(|b| (self.is_unconditional(b) || self.is_checked(b)) && dotted(b));
        match self.bound_module("concurrent.futures") {
            Some(alias) => return alias,
            None if plain => {}
            None => match self.import_of_package() {
                Some(import) => self.submodules.push((import, "concurrent.futures")),
                None => return self.require_type_module("concurrent.futures"),
            },
        }
        "concurrent.futures".to_owned()
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

    /// The name in the `import concurrent` of a file; beside `import concurrent.futures` it would be unused.
    fn import_of_package(&self) -> Option<NodeId> {
        let model = self.layout.model;
        let mut all = bindings(model, "concurrent").iter().filter(|b| self.is_unconditional(b));
        let binding = all.next()?;
        let is_package =
            matches!(&binding.kind, BindingKind::Import { module } if module == "concurrent");
        let name = model.tree.parent(binding.node).filter(|n| model.text(*n) == "concurrent");
        is_package.then(|| name.filter(|n| model.kind(*n) == Kind::DottedName)).flatten()
    }

    /// Where the first import of the same module begins whose name is sorted behind this one.
    fn import_behind(&self, module: &str, name: &str) -> Option<usize> {
        let model = self.layout.model;
        let limit = self.layout.declaration_site().at;
        let mut top = model.tree.children(NodeId::ROOT).take_while(|s| model.tree.end(*s) <= limit);
        let behind = top.find(|s| {
            let path = model.child(*s, Field::ModuleName).map(|m| model.text(m));
            let first = model.child(*s, Field::Name).map(|n| model.text(n));
            model.kind(*s) == Kind::ImportFromStatement
                && path == Some(module)
                && first.is_some_and(|first| order(first) > order(name))
        })?;
        Some(model.source.line_start(model.tree.start(behind)))
    }

    /// Whether annotations are not evaluated.
    fn is_lazy(&self) -> bool {
        let model = self.layout.model;
        let mut statements = model.tree.children(NodeId::ROOT);
        statements.any(|s| {
            model.kind(s) == Kind::FutureImportStatement && model.text(s).contains("annotations")
        })
    }

    /// Whether a name is bound for annotations, in an `if TYPE_CHECKING:` of a file that does not evaluate them.
    fn is_checked(&self, binding: &Binding) -> bool {
        let model = self.layout.model;
        let block = model.tree.parent(model.statement_of(binding.node));
        let condition = block.and_then(|b| model.tree.parent(b));
        self.is_lazy() && condition.is_some_and(|c| is_type_checking(self.layout, c))
    }

    /// The name of a module that is imported for annotations only.
    fn checked_module(&self, module: &str) -> Option<String> {
        let model = self.layout.model;
        let is_it = |b: &&Binding| {
            matches!(&b.kind, BindingKind::Import { module: m } if m == module)
                && model.bindings_of(b.node).len() == 1
                && self.is_checked(b)
        };
        let mut all = model.scopes.all_bindings(ScopeId::MODULE);
        all.find(is_it).map(|b| model.text(b.node).to_owned())
    }

    /// Imports a module that only annotations need, and gives its name in the file.
    fn require_type_module(&mut self, module: &'static str) -> String {
        let wanted = self.layout.settings.imports.type_checking_block == Some(true);
        if !wanted || !self.is_lazy() || self.is_underscored {
            return self.require_module(module);
        }
        if !self.type_modules.contains(&module) {
            self.type_modules.push(module);
            self.type_modules.sort_unstable();
        }
        if type_checking_block(self.layout).is_none() {
            self.typing("TYPE_CHECKING");
        }
        module.to_owned()
    }

    /// A new `if TYPE_CHECKING:` block, if one is needed and the file has none.
    pub(in crate::fix) fn type_checking_block(&mut self) -> Option<String> {
        if type_checking_block(self.layout).is_some() || self.type_modules.is_empty() {
            return None;
        }
        let condition = self.typing("TYPE_CHECKING");
        let (newline, unit) = (self.layout.newline(), self.layout.indent_unit(NodeId::ROOT));
        let imports = self.type_modules.iter().map(|m| format!("{newline}{unit}import {m}"));
        Some(format!("if {condition}:{}{newline}", imports.collect::<String>()))
    }

    /// Imports a module and gives its name in the file.
    fn require_module(&mut self, module: &str) -> String {
        if !self.modules.iter().any(|m| m == module) {
            self.modules.push(module.to_owned());
            self.modules.sort();
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
        self.bound(|b| matches!(&b.kind, BindingKind::Import { module: m } if m == module))
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
            true => format!("{}[{}]", self.type_member("asyncio", "Future"), self.typing("Any")),
            false => format!("{}[object]", self.type_member("asyncio", "Task")),
        }
    }

    /// `asyncio.Task[Any]`.
    pub(in crate::fix) fn any_task(&mut self) -> String {
        format!("{}[{}]", self.type_member("asyncio", "Task"), self.typing("Any"))
    }

    /// `name: type = value`, the type quoted where it must not be evaluated.
    pub(in crate::fix) fn annotated(&self, name: &str, annotation: &str, value: &str) -> String {
        format!("{name}: {} = {value}", self.quoted(annotation))
    }

    /// A type, quoted where it must not be evaluated.
    pub(in crate::fix) fn quoted(&self, annotation: &str) -> String {
        let lazy = self.is_lazy();
        let modern = self.layout.target_version() >= (3, 9);
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
        let mut members = self.members.clone();
        members.iter_mut().for_each(|(_, names)| names.sort_by_key(|n| order(n)));
        let submodules = self.submodules.iter();
        let renamed =
            submodules.map(|(n, path)| Edit::replace(self.layout.model.tree.range(*n), *path));
        let mut edits: Vec<Edit> = renamed.collect();
        if let Some(block) = type_checking_block(self.layout) {
            let modules = self.type_modules.iter();
            edits.extend(modules.map(|m| insert_into_block(self.layout, block, m)));
        }
        let mut lines: Vec<(String, &str, bool)> =
            self.modules.iter().map(|m| (self.import_line(m), m.as_str(), false)).collect();
        for (module, names) in &members {
            let is_single_line = self.layout.settings.imports.force_single_line == Some(true);
            match from_import(self.layout, module).filter(|_| !is_single_line) {
                None if is_single_line => {
                    for name in names {
                        let line = format!("from {module} import {name}");
                        match self.import_behind(module, name) {
                            Some(at) => {
                                let newline = self.layout.newline();
                                edits.push(Edit::insert(at, format!("{line}{newline}")));
                            }
                            None => lines.push((line, module, true)),
                        }
                    }
                }
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
    let comment = |n: NodeId| {
        matches!(model.kind(n), Kind::Comment | Kind::WildcardImport | Kind::LineContinuation)
    };
    layout.statements_above().find(|s| {
        model.kind(*s) == Kind::ImportFromStatement
            && imported_path(model, *s) == module
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
