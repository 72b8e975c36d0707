//! The names of modules that a declaration reads, and the imports that are missing. It knows import statements, and no tasks.

use super::case::Case;
use super::edits::Edit;
use super::pieces::width;
use super::spot::is_import;
use super::standard::is_standard;
use crate::python::{Binding, BindingKind, Field, Kind, Model, NodeId, ScopeId};

/// The names of modules that a declaration reads, and the imports that are missing.
pub(super) struct Imports<'a> {
    context: &'a Case<'a>,
    /// Modules to import: `asyncio`, `concurrent.futures`.
    modules: Vec<String>,
    /// Names to import from a module, by module.
    members: Vec<(&'static str, Vec<String>)>,
    /// Whether a name is bound on some paths only, so that the annotation must not be evaluated.
    conditional: bool,
}

impl<'a> Imports<'a> {
    pub(super) fn new(context: &'a Case<'a>) -> Self {
        Self { context, modules: Vec::new(), members: Vec::new(), conditional: false }
    }

    /// `asyncio.Task`, by the name that the file has for it.
    pub(super) fn asyncio(&mut self, member: &'static str) -> String {
        self.member("asyncio", member)
    }

    /// A member of a module, by the name that the file has for it; imported as the file imports from that module.
    pub(super) fn member(&mut self, module: &'static str, member: &'static str) -> String {
        let model = self.context.model;
        if let Some(alias) = self.bound_module(module) {
            return format!("{alias}.{member}");
        }
        if let Some(name) = self.bound_member(module, member) {
            return name;
        }
        if from_import(self.context, module).is_some() && model.symbol(member).is_none() {
            self.want_member(module, member);
            return member.to_owned();
        }
        self.want_module(module);
        format!("{module}.{member}")
    }

    pub(super) fn concurrent(&mut self) -> String {
        let dotted = |b: &Binding| {
            let statement = self.context.model.statement_of(b.node);
            self.context.model.text(statement).contains("concurrent.futures")
        };
        let plain =
            bindings(self.context.model, "concurrent").iter().any(|b| self.ready(b) && dotted(b));
        match self.bound_module("concurrent.futures") {
            Some(alias) => alias,
            None => {
                if !plain {
                    self.want_module("concurrent.futures");
                }
                "concurrent.futures".to_owned()
            }
        }
    }

    pub(super) fn typing(&mut self, member: &'static str) -> String {
        if let Some(name) = self.bound_member("typing", member) {
            return name;
        }
        if let Some(alias) = self.bound_module("typing") {
            return format!("{alias}.{member}");
        }
        if self
            .context
            .model
            .symbol(member)
            .is_some_and(|s| !self.context.model.scopes.bindings(ScopeId::MODULE, s).is_empty())
        {
            self.want_module("typing");
            return format!("typing.{member}");
        }
        self.want_member("typing", member);
        member.to_owned()
    }

    fn want_module(&mut self, module: &str) {
        if !self.modules.iter().any(|m| m == module) {
            self.modules.push(module.to_owned());
        }
    }

    fn want_member(&mut self, module: &'static str, member: &str) {
        let entry = self.members.iter().position(|(m, _)| *m == module);
        let index = entry.unwrap_or_else(|| {
            self.members.push((module, Vec::new()));
            self.members.len() - 1
        });
        let names = &mut self.members[index].1;
        if !names.iter().any(|n| n == member) {
            names.push(member.to_owned());
        }
    }

    /// The module-level name of a module that is bound once, or only ever to that module, above the declaration.
    fn bound_module(&mut self, module: &str) -> Option<String> {
        let _model = self.context.model;
        let is_it =
            |b: &Binding| matches!(&b.kind, BindingKind::Import { module: m } if m == module);
        self.bound(is_it)
    }

    fn bound_member(&mut self, module: &str, member: &str) -> Option<String> {
        self.bound(|b| {
            matches!(&b.kind, BindingKind::From { module: m, name } if m == module && name == member)
        })
    }

    fn bound(&mut self, is_it: impl Fn(&Binding) -> bool) -> Option<String> {
        let model = self.context.model;
        let mut conditional = None;
        // What binds a name of the module from within a function is never left out.
        for node in model.tree.seen().filter(|n| model.kind(*n) == Kind::Identifier) {
            if model.scopes.owner(node) != Some(ScopeId::MODULE) {
                continue;
            }
            let all = model.bindings_of(node);
            let Some(own) = all.iter().find(|b| b.node == node && is_it(b)) else {
                continue;
            };
            if all.len() == all.iter().filter(|b| is_it(b)).count() && self.ready(own) {
                return Some(model.text(node).to_owned());
            }
            if in_shim(self.context, node) {
                conditional.get_or_insert(model.text(node).to_owned());
            }
        }
        self.conditional |= conditional.is_some();
        conditional
    }

    /// Whether a binding is made on every path, above the declaration.
    fn ready(&self, binding: &Binding) -> bool {
        let model = self.context.model;
        let statement = model.statement_of(binding.node);
        let spot = self.context.spot();
        model.tree.parent(statement) == Some(NodeId::ROOT)
            && model.tree.end(statement) <= spot.at
            && spot.below
    }

    /// What a set of tasks holds; `futures` says that it may hold futures, too.
    pub(super) fn element(&mut self, futures: bool) -> String {
        match futures {
            true => format!("{}[{}]", self.asyncio("Future"), self.typing("Any")),
            false => format!("{}[object]", self.asyncio("Task")),
        }
    }

    /// `name: type = value`, the type in quotes where it may not be evaluated.
    pub(super) fn annotated(&self, name: &str, annotation: &str, value: &str) -> String {
        format!("{name}: {} = {value}", self.quoted(annotation))
    }

    /// A type, in quotes where it may not be evaluated.
    pub(super) fn quoted(&self, annotation: &str) -> String {
        let model = self.context.model;
        let statements = model.tree.children(NodeId::ROOT);
        let lazy = |s: NodeId| {
            model.kind(s) == Kind::FutureImportStatement && model.text(s).contains("annotations")
        };
        let lazy = statements.into_iter().any(lazy);
        let modern = self.context.file.floor.is_some_and(|f| f >= (3, 9));
        if lazy || (modern && !self.conditional) {
            annotation.to_owned()
        } else {
            self.context.quoted(annotation)
        }
    }

    pub(super) fn edits(&self) -> Result<Vec<Edit>, String> {
        let mut edits = Vec::new();
        let mut lines: Vec<(String, &str, bool)> =
            self.modules.iter().map(|m| (format!("import {m}"), m.as_str(), false)).collect();
        for (module, names) in &self.members {
            match from_import(self.context, module) {
                Some(statement) => edits.push(extend(self.context, statement, names)?),
                None => {
                    let line = format!("from {module} import {}", names.join(", "));
                    lines.push((line, module, true));
                }
            }
        }
        // The first imports of a file, or of a kind, stand together.
        let own_block =
            lines.iter().all(|(_, module, _)| block_below(self.context, module).is_some());
        if (first_import(self.context).is_none() || own_block) && lines.len() > 1 {
            lines.sort_by_key(|(_, module, from)| (*from, module.to_owned()));
            let first = lines[0].1;
            let text: Vec<String> = lines.into_iter().map(|(line, ..)| line).collect();
            lines = vec![(text.join(self.context.newline()), first, false)];
        }
        for (line, module, from) in lines {
            edits.push(import_line(self.context, &line, module, from));
        }
        Ok(edits)
    }
}

/// The first import at module level above the declaration that is none of `__future__`.
fn first_import(context: &Case<'_>) -> Option<NodeId> {
    let model = context.model;
    let plain =
        |s: &NodeId| matches!(model.kind(*s), Kind::ImportStatement | Kind::ImportFromStatement);
    let top = model.tree.children(NodeId::ROOT);
    top.take_while(|s| model.tree.end(*s) <= context.spot().at).find(plain)
}

/// Where the block of imports begins that a block of standard modules has to stand above: the file's first, in a file that has
/// none of the standard library at module level, and whose blocks are parted by blank lines.
fn block_below(context: &Case<'_>, module: &str) -> Option<usize> {
    let model = context.model;
    let first = first_import(context).filter(|_| is_standard(module))?;
    let above = model.tree.children(NodeId::ROOT);
    let above = above.take_while(|s| model.tree.end(*s) <= context.spot().at);
    let imports: Vec<NodeId> = above.filter(|s| is_import(model.kind(*s))).collect();
    let plain = |s: &&NodeId| model.kind(**s) != Kind::FutureImportStatement;
    if imports.iter().filter(plain).any(|s| imports_standard(model, *s)) {
        return None;
    }
    let is_relative = |s: NodeId| {
        model.child(s, Field::ModuleName).is_some_and(|m| model.text(m).starts_with('.'))
    };
    let touch = |w: &[NodeId]| model.line(w[0]) + 1 == model.line(w[1]);
    let mut pairs = imports.windows(2).filter(|w| plain(&&w[0]) && touch(w));
    if pairs.any(|w| is_relative(w[0]) != is_relative(w[1])) {
        return None;
    }
    let mut line = model.source.line_index(model.tree.start(first));
    let text = |line: usize| &model.source.code()[model.source.line_range(line)];
    // Comments that touch an import belong to it, unless they open the file.
    let mut top = line;
    while top > 0 && text(top - 1).starts_with('#') {
        top -= 1;
    }
    if top > 0 {
        line = top;
        let is_future = imports.first().is_some_and(|s| !plain(&s));
        if is_future && !text(line - 1).trim().is_empty() {
            return None;
        }
    }
    let start = model.source.line_range(line).start;
    Some(if start == 0 && model.source.has_bom() { 3 } else { start })
}

/// Whether an import statement names a module of the standard library.
fn imports_standard(model: &Model, statement: NodeId) -> bool {
    match model.child(statement, Field::ModuleName) {
        Some(module) => is_standard(model.text(module)),
        None => {
            let modules = model.tree.children(statement);
            let path = |n| model.text(model.child(n, Field::Name).unwrap_or(n));
            modules.into_iter().any(|n| is_standard(path(n)))
        }
    }
}

/// Whether an import stands in a `try` or `if` at module level that is not for type checkers only.
fn in_shim(context: &Case<'_>, node: NodeId) -> bool {
    let model = context.model;
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
        && model.tree.start(outer) < context.spot().at
}

fn bindings<'m>(model: &'m Model, name: &str) -> &'m [Binding] {
    model.symbol(name).map_or(&[], |s| model.scopes.bindings(ScopeId::MODULE, s))
}

/// A top-level `from module import a, b` above the declaration that can take another name.
pub(super) fn from_import(context: &Case<'_>, module: &str) -> Option<NodeId> {
    let model = context.model;
    let limit = context.spot().at;
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

/// How isort orders the names of one import: constants, classes, the rest.
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

/// `from module import a, b` with more names, written anew.
pub(super) fn extend(
    context: &Case<'_>,
    statement: NodeId,
    names: &[String],
) -> Result<Edit, String> {
    let model = context.model;
    let module = model.child(statement, Field::ModuleName).ok_or("an import without a module")?;
    let children = model.tree.children(statement).filter(|c| model.tree.field(*c) == Field::Name);
    let mut items: Vec<String> = children.map(|c| model.text(c).to_owned()).collect();
    for name in names {
        let behind = items.iter().position(|i| order(i) > order(name)).unwrap_or(items.len());
        items.insert(behind, name.clone());
    }
    let head = format!("from {} import ", model.text(module));
    let flat = format!("{head}{}", items.join(", "));
    let newline = context.newline();
    let exploded = model.text(statement).contains('\n');
    let end = model.tree.end(statement);
    let trailing = model.source.code()[end..model.source.line_end(end)].trim_end();
    let comment =
        if trailing.trim_start().starts_with('#') { width(trailing.as_bytes()) } else { 0 };
    let text = if !exploded && width(flat.as_bytes()) + comment <= context.line_length() {
        flat
    } else {
        let unit = context.unit(NodeId::ROOT);
        let lines: Vec<String> = items.iter().map(|i| format!("{unit}{i},{newline}")).collect();
        format!("{head}({newline}{})", lines.concat())
    };
    Ok(Edit::replace(model.tree.range(statement), text))
}

/// A new import at its place in the first block of imports; above everything but docstring and `__future__` if there is none.
pub(super) fn import_line(context: &Case<'_>, line: &str, module: &str, from: bool) -> Edit {
    let model = context.model;
    let newline = context.newline();
    let limit = context.spot().at;
    let top: Vec<NodeId> =
        model.tree.children(NodeId::ROOT).take_while(|s| model.tree.end(*s) <= limit).collect();
    let Some(first) = first_import(context) else {
        let future =
            top.iter().rfind(|s| model.kind(**s) == Kind::FutureImportStatement).or(top.first());
        return match future {
            Some(above) => {
                let at = model.source.line_end(model.tree.end(*above).saturating_sub(1));
                Edit::insert(at, format!("{newline}{newline}{line}"))
            }
            None => Edit::insert(context.spot().at, format!("{line}{newline}{newline}")),
        };
    };
    if let Some(at) = block_below(context, module) {
        return Edit::insert(at, format!("{line}{newline}{newline}"));
    }
    let mut before = first;
    let mut after = None;
    let start = top.iter().position(|s| *s == first).unwrap_or(0);
    for (i, statement) in top.iter().enumerate().skip(start) {
        let gap = i > start
            && model.line(*statement) != model.source.line_index(model.tree.end(top[i - 1])) + 2;
        let is_from = model.kind(*statement) == Kind::ImportFromStatement;
        if !is_import(model.kind(*statement)) || gap {
            break;
        }
        before = *statement;
        let path = import_path(model, *statement);
        if (is_from, path.as_str()) > (from, module) {
            after = None;
            break;
        }
        after = Some(*statement);
    }
    match after {
        Some(above) => {
            let at = model.source.line_end(model.tree.end(above).saturating_sub(1));
            Edit::insert(at, format!("{newline}{line}"))
        }
        None => Edit::insert(
            model.source.line_start(model.tree.start(before)).max(if model.source.has_bom() {
                3
            } else {
                0
            }),
            format!("{line}{newline}"),
        ),
    }
}

fn import_path(model: &Model, statement: NodeId) -> String {
    let path = model.child(statement, Field::ModuleName).or(model.tree.first_child(statement));
    path.map_or_else(String::new, |p| model.text(p).trim_start_matches('.').to_owned())
}
