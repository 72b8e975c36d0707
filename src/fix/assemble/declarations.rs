//! The text of new module-level code: trackers, their helper functions and imports. It must not
//! know sites.

use super::super::file_context::FileContext;
use super::super::imports::{FunctionImport, RequiredImports, first_import, listed_names};
use super::super::layout::{Edit, is_definition_line};
use super::super::plan::ChosenTracker;
use super::super::shutdown::{Drain, FailureLogger, InstanceDrain};
use super::super::trackers::{FreeNames, FutureKind};
use crate::python::{NodeId, ScopeId};

/// The built-in and imported names that the declaration of a set may read.
const NAMES_USED: [&str; 9] =
    ["set", "asyncio", "Task", "Future", "concurrent", "typing", "Any", "TypeVar", "logging"];

/// Everything that a file gets at module level.
#[derive(Debug, Clone, Copy)]
pub(in crate::fix) struct ModuleAdditions<'a> {
    /// Trackers and helpers.
    pub trackers: &'a [ChosenTracker],
    /// Functions that log failures.
    pub loggers: &'a [FailureLogger],
    /// Drain functions.
    pub drains: &'a [Drain],
    /// Methods that end the tasks of an object.
    pub instance_drains: &'a [InstanceDrain],
    /// The import of the project's shared function.
    pub function_import: Option<&'a FunctionImport>,
}

/// The comment above the first new set.
const WHY: &str = "# Strong references: the event loop keeps only weak ones.";

/// The edits that add all this, including the imports that it needs.
pub(in crate::fix) fn declaration_edits(
    context: &FileContext<'_>,
    names: &mut FreeNames,
    needs: &ModuleAdditions<'_>,
) -> Result<Vec<Edit>, String> {
    let is_seen = context.input.star_imports.is_imported && listed_names(context.model).is_none();
    let mut imports = RequiredImports::new(&context.layout).underscored(is_seen);
    let mut sets = Vec::new();
    let mut functions = Vec::new();
    let mut comment = context.input.settings.comment.then(|| WHY.to_owned());
    let mut edits: Vec<Edit> = match needs.function_import {
        Some(function_import) => function_import.import(&context.layout)?.into_iter().collect(),
        None => Vec::new(),
    };
    functions.extend(needs.loggers.iter().filter_map(|log| log.lines(context, &mut imports)));
    for wanted in needs.trackers.iter().filter(|t| t.is_declared()) {
        let element = element(&mut imports, wanted);
        if let Some(attribute) = &wanted.attribute {
            edits.extend(attribute.edits(&context.layout, &mut imports, &wanted.set, &element));
            continue;
        }
        if wanted.is_new {
            sets.extend(comment.take());
            sets.push(imports.annotated(&wanted.set, &format!("set[{element}]"), "set()"));
        }
        if let Some(helper) = &wanted.new_helper {
            // Type parameters of functions came with Python 3.12 (PEP 695).
            let (variable, parameter) = if context.layout.target_version() >= (3, 12) {
                let variable = names.global(context.model, &["T", "TaskT"]);
                let parameter = format!("[{variable}: {element}]");
                (variable, parameter)
            } else {
                let bases = match wanted.future_kind {
                    FutureKind::Concurrent => ["_Future", "_FutureT"],
                    FutureKind::Task => ["_Task", "_TaskT"],
                };
                let variable = names.global(context.model, &bases);
                let maker = imports.typing("TypeVar");
                let (own, bound) =
                    (context.layout.quoted(&variable), context.layout.quoted(&element));
                sets.push(format!("{variable} = {maker}({own}, bound={bound})"));
                (variable, String::new())
            };
            let is_explained = wanted.is_new && context.input.settings.comment;
            let head = format!("def {helper}{parameter}");
            let loggers = needs.loggers;
            functions.push(function(context, &head, wanted, &variable, loggers, is_explained));
        }
    }
    functions.extend(needs.drains.iter().map(|drain| drain.lines(context, &mut imports)));
    for drain in needs.instance_drains {
        edits.extend(drain.edits(context, &mut imports));
    }
    let fresh = needs.trackers.iter().any(ChosenTracker::is_declared);
    if !fresh && functions.is_empty() {
        return Ok(edits);
    }
    if fresh && !context.model.bindings_in(ScopeId::MODULE, "set").is_empty() {
        return Err("the module redefines `set`, so a new set cannot be declared".to_owned());
    }
    if fresh && let Some(module) = &context.input.star_imports.unseen {
        return Err(format!(
            "`from {module} import *` may bind the names that a new set is declared with"
        ));
    }
    let bound = &context.input.star_imports.bound;
    let mut used = NAMES_USED.iter();
    if let Some(name) = used.find(|name| fresh && bound.contains(**name)) {
        return Err(format!("a star import binds `{name}`, so a new set cannot be declared"));
    }
    edits.extend(imports.edits()?);
    let block = imports.type_checking_block();
    if !sets.is_empty() || !functions.is_empty() {
        let sets = block.into_iter().chain(sets).collect::<Vec<_>>();
        edits.extend(declaration(context, &sets, &functions));
    }
    Ok(edits)
}

/// What a new set holds; for a helper function of an existing set, what that takes.
fn element(imports: &mut RequiredImports<'_>, wanted: &ChosenTracker) -> String {
    match wanted.future_kind {
        FutureKind::Concurrent => imports.concurrent_future(),
        // A set may ask for any result, which is taken for `Any` only.
        FutureKind::Task if !wanted.is_new && !wanted.holds_futures => imports.any_task(),
        FutureKind::Task => imports.element(wanted.holds_futures),
    }
}

fn function(
    context: &FileContext<'_>,
    head: &str,
    wanted: &ChosenTracker,
    variable: &str,
    loggers: &[FailureLogger],
    is_explained: bool,
) -> Vec<String> {
    let unit = context.layout.indent_unit(NodeId::ROOT);
    let (argument, what) = match wanted.future_kind {
        FutureKind::Concurrent => ("future", "Hold a future until it is done; nothing else would."),
        FutureKind::Task if is_explained => ("task", "Hold a task until it is done."),
        FutureKind::Task => {
            ("task", "Hold a task until it is done; the event loop keeps weak references only.")
        }
    };
    let set = &wanted.set;
    let mut lines = vec![
        format!("{head}({argument}: {variable}) -> {variable}:"),
        format!("{unit}\"\"\"{what}\"\"\""),
        format!("{unit}{set}.add({argument})"),
        format!("{unit}{argument}.add_done_callback({set}.discard)"),
    ];
    let log = loggers.iter().find(|l| l.future_kind == wanted.future_kind);
    lines.extend(log.map(|l| format!("{unit}{argument}.add_done_callback({})", l.name)));
    lines.push(format!("{unit}return {argument}"));
    lines
}

/// The declarations with the blank lines that black and `ruff format` want around them.
fn declaration(
    context: &FileContext<'_>,
    sets: &[String],
    functions: &[Vec<String>],
) -> Option<Edit> {
    let model = context.model;
    let site = context.layout.declaration_site();
    let code = model.source.code();
    let newline = context.layout.newline();
    let rest = &code[site.at..];
    let blank =
        rest.lines().skip(usize::from(site.below)).take_while(|l| l.trim().is_empty()).count();
    let below = rest.lines().skip(usize::from(site.below) + blank);
    // Comments directly above a definition belong to it.
    let next = below.clone().find(|l| !l.starts_with('#')).filter(|_| !rest.trim().is_empty());
    let wanted: usize = match next {
        None => 0,
        Some(_) if !functions.is_empty() => 2,
        Some(line) if is_definition_line(line) => 2,
        Some(_) => 1,
    };
    let definitions = functions.iter().map(|f| f.join(newline));
    let sets = (!sets.is_empty()).then(|| sets.join(newline));
    let leads_with_definition = sets.is_none();
    let text: Vec<String> = sets.into_iter().chain(definitions).collect();
    let mut text = text.join(&newline.repeat(3));
    if site.below {
        let wide = site.after_definition || leads_with_definition;
        let stated = context.layout.settings.imports.lines_after_imports;
        // What is no definition may have more blank lines above it than formatters ask for.
        let observed = next.filter(|line| !is_definition_line(line)).map(|_| blank);
        let after_imports =
            stated.or(observed).filter(|_| first_import(&context.layout).is_some()).unwrap_or(0);
        let distance = newline.repeat(1 + after_imports.max(1 + usize::from(wide)));
        text = format!("{distance}{text}");
        text.push_str(&newline.repeat(wanted.saturating_sub(blank)));
    } else {
        text.push_str(&newline.repeat(1 + wanted));
    }
    Some(Edit::insert(site.at, text))
}
