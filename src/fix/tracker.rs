//! The sets and functions of a file that keep tasks for it, told from those that do more with them. It reads the model and
//! the ledger; it changes nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::case::Case;
use crate::python::{BindingKind, Field, Kind, Model, NodeId, ScopeId, UseKind};

/// What a tracker holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Family {
    /// `asyncio.Task`, and `asyncio.Future` of `gather` and `shield`.
    Task,
    /// `concurrent.futures.Future` of `run_coroutine_threadsafe`.
    Thread,
}

/// A module-level set of tasks.
#[derive(Debug, Clone)]
pub(super) struct ModuleSet {
    /// Its name.
    pub name: String,
    /// The identifier that its one binding binds.
    pub binding: NodeId,
    /// What it may hold, by its annotation; none when that does not say.
    pub holds: Option<Family>,
    /// Why it is not taken by default; none when it is.
    pub spoiled: Option<String>,
    /// The functions that do more with it than add and discard.
    pub readers: Vec<NodeId>,
}

/// The sets that are bound once, unconditionally, at module level, and are seen to hold tasks.
pub(super) fn module_sets(context: &Case<'_>) -> Vec<ModuleSet> {
    let model = context.model;
    let statements = model.tree.children(NodeId::ROOT);
    let assignments = statements
        .filter(|s| model.kind(*s) == Kind::ExpressionStatement)
        .filter_map(|s| model.tree.first_child(s))
        .filter(|a| model.kind(*a) == Kind::Assignment);
    assignments.filter_map(|a| module_set(model, a)).collect()
}

fn module_set(model: &Model, assignment: NodeId) -> Option<ModuleSet> {
    let name =
        model.child(assignment, Field::Left).filter(|n| model.kind(*n) == Kind::Identifier)?;
    let value = model.bare(model.child(assignment, Field::Right)?);
    if !is_empty_set(model, value) {
        return None;
    }
    let (scope, symbol) = model.variable(name)?;
    if scope != ScopeId::MODULE || model.scopes.bindings(scope, symbol).len() != 1 {
        return None;
    }
    let annotation = model.child(assignment, Field::Type).map(|t| model.text(t));
    let touches: Vec<Touch> = model
        .uses(scope, symbol)
        .iter()
        .filter(|u| u.node != name)
        .map(|u| if u.kind == UseKind::Load { touch(model, u.node) } else { Touch::Other })
        .collect();
    let holds = annotation.and_then(annotated);
    let named_task = annotation.is_some_and(|a| a.contains("Task") || a.contains("Future"));
    if !named_task && !touches.contains(&Touch::Discard) {
        return None;
    }
    let text = model.text(name);
    // Inside a class such a name is another (language reference, "Private name mangling").
    if text.starts_with("__") {
        return None;
    }
    let other = model.uses(scope, symbol).iter().filter(|u| u.node != name);
    let others = other.zip(&touches).filter(|(_, t)| **t == Touch::Other).map(|(u, _)| u.node);
    let others: Vec<NodeId> = others.collect();
    let readers = others.iter().filter_map(|n| model.function_of(*n)).collect();
    let spoiled = if let Some(node) = others.first().copied() {
        Some(format!("line {} does more with `{text}` than add and discard", model.line(node)))
    } else if !is_purposeless(text) {
        Some(format!("the name `{text}` speaks of a purpose"))
    } else if annotation.is_some() && !named_task && !is_bare_set(annotation.unwrap_or_default()) {
        Some(format!("`{text}` is annotated as a set of something else"))
    } else {
        None
    };
    Some(ModuleSet { name: text.to_owned(), binding: name, holds, spoiled, readers })
}

/// The functions of a file that lead to one that waits for all tasks of a set.
pub(super) struct Drains<'a> {
    /// The names that each name's functions call.
    calls: BTreeMap<&'a str, BTreeSet<&'a str>>,
    /// The names of the functions that do more with a set than add and discard.
    readers: BTreeSet<&'a str>,
}

impl<'a> Drains<'a> {
    pub(super) fn of(model: &'a Model, sets: &[ModuleSet]) -> Self {
        let name = |f: NodeId| model.child(f, Field::Name).map(|n| model.text(n));
        let readers: BTreeSet<&str> =
            sets.iter().flat_map(|s| &s.readers).filter_map(|f| name(*f)).collect();
        let mut calls: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        let functions = model.tree.ids().filter(|n| model.kind(*n) == Kind::FunctionDefinition);
        for function in functions.filter(|_| !readers.is_empty()) {
            if let Some(name) = name(function) {
                calls.entry(name).or_default().extend(called(model, function));
            }
        }
        Self { calls, readers }
    }

    /// The function that waits for all tasks of a set, if the coroutine that `call` is given is it, or calls it: its task,
    /// in that set, would wait for itself.
    pub(super) fn waited_for_by(&self, model: &'a Model, call: NodeId) -> Option<String> {
        if self.readers.is_empty() {
            return None;
        }
        let mut todo = called(model, call);
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        while let Some(name) = todo.pop() {
            if self.readers.contains(name) {
                return Some(name.to_owned());
            }
            if seen.insert(name) {
                todo.extend(self.calls.get(name).into_iter().flatten());
            }
        }
        None
    }
}

/// The last names of what is called in a node.
fn called(model: &Model, node: NodeId) -> Vec<&str> {
    let last_name = |callee: NodeId| match model.kind(callee) {
        Kind::Attribute => model.child(callee, Field::Attribute).map(|a| model.text(a)),
        _ => Some(model.text(callee)),
    };
    let calls = model.tree.descendants(node).filter(|n| model.kind(*n) == Kind::Call);
    calls.filter_map(|c| model.child(c, Field::Function)).filter_map(last_name).collect()
}

/// `set()`, without anything in it.
fn is_empty_set(model: &Model, value: NodeId) -> bool {
    model.kind(value) == Kind::Call
        && model
            .child(value, Field::Function)
            .is_some_and(|f| model.text(f) == "set" && model.scopes.owner(f).is_none())
        && model.positional(value).is_empty()
}

fn annotated(annotation: &str) -> Option<Family> {
    if annotation.contains("concurrent") {
        Some(Family::Thread)
    } else if annotation.contains("Task") || annotation.contains("asyncio.Future") {
        Some(Family::Task)
    } else {
        None
    }
}

fn is_bare_set(annotation: &str) -> bool {
    let bare = annotation.trim_matches(['"', '\'', ' ']);
    matches!(bare, "set" | "Set" | "typing.Set") || bare.ends_with("[Any]")
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Touch {
    Add,
    Discard,
    Other,
}

/// What one occurrence of a set does with it.
fn touch(model: &Model, name: NodeId) -> Touch {
    let Some(attribute) = model.tree.parent(name).filter(|p| model.kind(*p) == Kind::Attribute)
    else {
        return Touch::Other;
    };
    let method = model.child(attribute, Field::Attribute).map_or("", |a| model.text(a));
    let Some(around) = model.tree.parent(attribute) else {
        return Touch::Other;
    };
    match (method, model.kind(around), model.tree.field(attribute)) {
        ("add", Kind::Call, Field::Function) => Touch::Add,
        ("discard" | "remove", Kind::ArgumentList, _) => {
            let callback = model.tree.parent(around).and_then(|c| model.child(c, Field::Function));
            let name = callback.and_then(|f| model.child(f, Field::Attribute));
            match name.map(|n| model.text(n)) {
                Some("add_done_callback") => Touch::Discard,
                _ => Touch::Other,
            }
        }
        _ => Touch::Other,
    }
}

/// Words that say what a set is, and nothing of what its tasks are for.
const PLAIN_WORDS: [&str; 24] = [
    "active",
    "alive",
    "all",
    "and",
    "async",
    "asyncio",
    "background",
    "bg",
    "fire",
    "forget",
    "futures",
    "futs",
    "keep",
    "kept",
    "live",
    "pending",
    "refs",
    "references",
    "running",
    "set",
    "strong",
    "task",
    "tasks",
    "detached",
];

fn is_purposeless(name: &str) -> bool {
    name.to_lowercase().split('_').filter(|w| !w.is_empty()).all(|w| PLAIN_WORDS.contains(&w))
}

/// A module-level function that takes a task, keeps it in a set and returns it: `_keep_task`.
pub(super) fn keeping_function(context: &Case<'_>, sets: &[ModuleSet]) -> Option<String> {
    let model = context.model;
    let functions =
        model.tree.children(NodeId::ROOT).filter(|n| model.kind(*n) == Kind::FunctionDefinition);
    functions.filter(|f| keeps_parameter(model, *f, sets)).find_map(|f| {
        let name = model.child(f, Field::Name)?;
        let plain = !model.text(name).starts_with("__");
        (plain && model.bindings_of(name).len() == 1).then(|| model.text(name).to_owned())
    })
}

fn keeps_parameter(model: &Model, function: NodeId, sets: &[ModuleSet]) -> bool {
    if model.is_async(function) {
        return false;
    }
    let Some(parameters) = model.child(function, Field::Parameters) else {
        return false;
    };
    let count = model.tree.children(parameters).count();
    let returned: Vec<&str> = model.returns(function).iter().map(|r| model.text(*r)).collect();
    let [name] = returned[..] else { return false };
    let is_parameter = |scope| {
        model.scopes.symbol(name).is_some_and(|s| {
            let bindings = model.scopes.bindings(scope, s);
            matches!(bindings, [b] if matches!(b.kind, BindingKind::Parameter { index: 0, .. }))
        })
    };
    let body: Vec<&str> = model
        .child(function, Field::Body)
        .map(|b| model.tree.children(b).map(|s| model.text(s)).collect())
        .unwrap_or_default();
    let kept = |set: &ModuleSet| {
        body.contains(&format!("{}.add({name})", set.name).as_str())
            && body.contains(&format!("{name}.add_done_callback({}.discard)", set.name).as_str())
    };
    count == 1
        && body.len() <= 4
        && model.scopes.opened_by(function).is_some_and(is_parameter)
        && sets.iter().any(kept)
}
