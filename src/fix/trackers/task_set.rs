//! Sets and functions of a file that keep tasks, and whether they do more than that. It must not
//! choose between them.

use std::collections::BTreeMap;

use super::coroutine::{takes, wanted_result};
use crate::python::{AttributeBinding, BindingKind, Field, Kind, Model, NodeId, ScopeId, UseKind};
use crate::tasks::libraries::MethodEffect;
use crate::tasks::{ContainerAccess, ContainerKind, new_container};

/// The kind of future that a tracker holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::fix) enum FutureKind {
    /// `asyncio.Task`, and `asyncio.Future` of `gather` and `shield`.
    Task,
    /// `concurrent.futures.Future` of `run_coroutine_threadsafe`.
    Concurrent,
}

/// A set of tasks: of a module, or of each instance of a class.
#[derive(Debug, Clone)]
pub(in crate::fix) struct TaskSet {
    /// Its name.
    pub name: String,
    /// The class, if it is an attribute of its instances.
    pub class: Option<NodeId>,
    /// The name or attribute in its only binding.
    pub binding: NodeId,
    /// The kind of future by its annotation, if that says so.
    pub holds: Option<FutureKind>,
    /// Whether its annotation takes tasks only, so that no other future may be added.
    pub takes_tasks_only: bool,
    /// The result that its tasks have to have by its annotation, if it takes no other.
    pub wanted: Option<String>,
    /// Why it is not used by default, if so.
    pub unsuitable: Option<String>,
    /// Whether it is used for add and discard only.
    pub only_add_discard: bool,
    /// Whether a drain function as written by `--drain` ends its tasks.
    pub is_drained: bool,
    /// The functions that use it for more than add and discard.
    pub readers: Vec<NodeId>,
}

impl TaskSet {
    /// Whether it takes futures of a kind: tasks, unless its annotation says otherwise.
    pub(in crate::fix) fn keeps(&self, kind: FutureKind) -> bool {
        self.holds.unwrap_or(FutureKind::Task) == kind
    }

    /// Whether it is not bound by the same function after a call.
    pub(in crate::fix) fn is_bound_before(&self, model: &Model, call: NodeId) -> bool {
        self.binding < call || model.function_of(self.binding) != model.function_of(call)
    }
}

/// The module-level sets that are bound once, unconditionally, and evidently hold tasks.
pub(in crate::fix) fn module_sets(model: &Model) -> Vec<TaskSet> {
    let statements = model.tree.children(NodeId::ROOT);
    let assignments = statements
        .filter(|s| model.kind(*s) == Kind::ExpressionStatement)
        .filter_map(|s| model.tree.first_child(s))
        .filter(|a| model.kind(*a) == Kind::Assignment);
    assignments.filter_map(|a| module_set(model, a)).collect()
}

fn module_set(model: &Model, assignment: NodeId) -> Option<TaskSet> {
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
    let others = model.uses(scope, symbol).iter().filter(|u| u.node != name);
    let uses = others.map(|u| match u.kind {
        UseKind::Load => (u.node, set_use(model, u.node)),
        _ => (u.node, SetUse::Other),
    });
    let text = model.text(name);
    // Name mangling applies inside a class (language reference, "Private name mangling").
    if text.starts_with("__") {
        return None;
    }
    let annotation = model.child(assignment, Field::Type).map(|t| model.text(t));
    task_set(model, text, name, annotation, &uses.collect::<Vec<_>>())
}

/// A set of this name with these uses; none when they do not show that it holds tasks.
fn task_set(
    model: &Model,
    name: &str,
    binding: NodeId,
    annotation: Option<&str>,
    uses: &[(NodeId, SetUse)],
) -> Option<TaskSet> {
    let named_task = annotation.is_some_and(|a| a.contains("Task") || a.contains("Future"));
    if !named_task && !uses.iter().any(|(_, t)| *t == SetUse::Discard) {
        return None;
    }
    let others = uses.iter().filter(|(_, t)| *t == SetUse::Other).map(|(n, _)| *n);
    let others: Vec<NodeId> = others.collect();
    let unsuitable = if let Some(node) = others.iter().find(|n| !is_drain(model, **n)).copied() {
        Some(format!(
            "{} does more with `{name}` than add and discard tasks",
            model.place(node).in_words()
        ))
    } else if !consists_of(name, GENERIC_WORDS) {
        Some(format!("the name `{name}` suggests a specific purpose"))
    } else if annotation.is_some() && !named_task && !is_bare_set(annotation.unwrap_or_default()) {
        Some(format!("the annotation of `{name}` names another element type"))
    } else {
        None
    };
    Some(TaskSet {
        name: name.to_owned(),
        class: None,
        binding,
        holds: annotation.and_then(annotated),
        takes_tasks_only: annotation.is_some_and(|a| a.contains("Task") && !a.contains("Future")),
        wanted: annotation.and_then(|a| wanted_result(model.source.code(), a)),
        unsuitable,
        only_add_discard: others.is_empty(),
        is_drained: others.iter().any(|n| is_drain(model, *n)),
        readers: others.iter().filter_map(|n| model.function_of(*n)).collect(),
    })
}

/// Whether a use of a set is in a drain function as written by `--drain`. Such a set is taken for
/// later fixes, too: ending its tasks at shutdown is what was requested.
fn is_drain(model: &Model, name: NodeId) -> bool {
    let clause = model.tree.parent(name).filter(|p| model.kind(*p) == Kind::ForInClause);
    let Some(function) = clause.and_then(|_| model.function_of(name)) else { return false };
    let parts = [".get_loop() is ", "if ", ".cancel()", "wait(", "timeout=5", "sleep(0)"];
    let parameters = model.child(function, Field::Parameters);
    model.is_async(function)
        && model.tree.parent(function) == Some(NodeId::ROOT)
        && parameters.is_some_and(|p| model.tree.first_child(p).is_none())
        && parts.iter().all(|p| model.text(function).contains(p))
}

/// The sets that `__init__` or the class body gives each instance and that evidently hold tasks.
pub(in crate::fix) fn instance_sets(model: &Model) -> Vec<TaskSet> {
    // `set()`, `weakref.WeakSet()`
    let may_be_set = |value: &str| {
        value.ends_with(')') && ["set", "Set"].into_iter().any(|name| value.contains(name))
    };
    let attributes = model.class_attributes_storing(may_be_set).into_iter();
    let made = attributes.filter_map(|(class, name, members)| {
        // What other lazy bodies add to the members takes candidates away, and never gives any.
        new_set_member(model, class, members)?;
        let members = model.attribute_bindings(class, name);
        let (binding, annotation) = new_set_member(model, class, &members)?;
        Some(((class, name), binding, annotation))
    });
    let made: Vec<_> = made.collect();
    if made.is_empty() {
        return Vec::new();
    }
    made.iter().for_each(|((_, name), _, _)| {
        model.parse_naming(name);
    });
    let mut attributes: BTreeMap<&str, Vec<NodeId>> = BTreeMap::new();
    for node in model.tree.parsed_of(|kind| kind == Kind::Attribute) {
        if let Some(name) = model.child(node, Field::Attribute) {
            attributes.entry(model.text(name)).or_default().push(node);
        }
    }
    let named = |name: &str| attributes.get(name).map_or(&[][..], Vec::as_slice);
    let set = |(key, binding, annotation): &((NodeId, &str), NodeId, Option<&str>)| {
        instance_set(model, *key, *binding, *annotation, named(key.1))
    };
    made.iter().filter_map(set).collect()
}

/// The binding and annotation of a member that is a new empty set for each instance.
fn new_set_member<'a>(
    model: &'a Model,
    class: NodeId,
    members: &[AttributeBinding],
) -> Option<(NodeId, Option<&'a str>)> {
    let values: Vec<NodeId> = members.iter().filter_map(|m| m.value()).collect();
    let [value] = values[..] else { return None };
    let assignment = model.tree.parent(value)?;
    let binding = model.child(assignment, Field::Left)?;
    let annotation = model.child(assignment, Field::Type).map(|t| model.text(t));
    if members.len() != 1 + usize::from(annotation.is_some()) || !gets_new_set(model, class, value)
    {
        return None;
    }
    Some((binding, annotation))
}

/// The set that is the member `name` of a class, if it evidently holds tasks; `attributes` are all
/// accesses of that name in the file.
fn instance_set(
    model: &Model,
    (class, name): (NodeId, &str),
    binding: NodeId,
    annotation: Option<&str>,
    attributes: &[NodeId],
) -> Option<TaskSet> {
    let others = attributes.iter().copied().filter(|n| *n != binding);
    let uses = others.filter_map(|node| {
        let of = model.child(node, Field::Object).and_then(|o| model.self_class(o));
        // Another class has a set of the same name.
        let foreign =
            of.is_some_and(|of| of != class && !model.attribute_bindings(of, name).is_empty());
        let known = of == Some(class);
        (!foreign).then(|| (node, if known { set_use(model, node) } else { SetUse::Other }))
    });
    let set = task_set(model, name, binding, annotation, &uses.collect::<Vec<_>>())?;
    Some(TaskSet { class: Some(class), ..set })
}

/// Whether this value gives every instance of a class a new empty set.
fn gets_new_set(model: &Model, class: NodeId, value: NodeId) -> bool {
    let factory = |callee: &[&str]| {
        let function = model.child(value, Field::Function);
        model.kind(value) == Kind::Call
            && function.is_some_and(|f| model.is_path(f, callee))
            && model.keyword(value, "default_factory").is_some_and(|f| model.text(f) == "set")
    };
    let suite = model.tree.parent(model.statement_of(value));
    let around = suite.and_then(|s| model.tree.parent(s));
    let constructor = around.filter(|f| model.kind(*f) == Kind::FunctionDefinition);
    let constructor = constructor.and_then(|f| model.child(f, Field::Name));
    match constructor {
        Some(name) => model.text(name) == "__init__" && is_empty_set(model, value),
        None => around == Some(class) && factory(&["dataclasses.field", "pydantic.PrivateAttr"]),
    }
}

/// Whether a value is `set()` without arguments.
fn is_empty_set(model: &Model, value: NodeId) -> bool {
    new_container(model, value).is_some_and(|c| c.kind == ContainerKind::Set && c.is_empty)
}

fn annotated(annotation: &str) -> Option<FutureKind> {
    if annotation.contains("concurrent") {
        Some(FutureKind::Concurrent)
    } else if annotation.contains("Task") || annotation.contains("asyncio.Future") {
        Some(FutureKind::Task)
    } else {
        None
    }
}

fn is_bare_set(annotation: &str) -> bool {
    let bare = annotation.trim_matches(['"', '\'', ' ']);
    matches!(bare, "set" | "Set" | "typing.Set") || bare.ends_with("[Any]")
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SetUse {
    Add,
    Discard,
    Other,
}

/// What one use of a set does with it.
fn set_use(model: &Model, name: NodeId) -> SetUse {
    let Some(ContainerAccess::Method(method)) = ContainerAccess::of(model, name) else {
        return SetUse::Other;
    };
    match method.op().effect {
        MethodEffect::Store(_) if method.call.is_some() => SetUse::Add,
        MethodEffect::Remove { .. } if method.is_done_callback(model) => SetUse::Discard,
        _ => SetUse::Other,
    }
}

/// Words that describe a set of tasks in general. A name with another word is for specific tasks.
const GENERIC_WORDS: &str = "\
    active alive all and async asyncio background bg fire forget futures futs handles hold \
    holder keep keepalive keeper kept live orphan orphaned orphans pending ref reference \
    references refs running set spawned strong unawaited task tasks detached";

/// Whether a name consists of these words alone, which are separated by spaces.
pub(in crate::fix) fn consists_of(name: &str, words: &str) -> bool {
    let is_known = |own: &str| own.is_empty() || words.split(' ').any(|word| word == own);
    name.to_lowercase().split('_').all(is_known)
}

/// A module-level function that takes tasks with these results, keeps them in a set and returns them: `_keep_task`. It is defined
/// above these calls, which see it by its name.
pub(in crate::fix) fn keeping_function(
    model: &Model,
    sets: &[TaskSet],
    calls: &[NodeId],
    results: &[Option<String>],
) -> Option<String> {
    let functions =
        model.tree.children(NodeId::ROOT).filter(|n| model.kind(*n) == Kind::FunctionDefinition);
    let takes_all = |f: &NodeId| {
        let parameters = model.child(*f, Field::Parameters);
        let annotation =
            parameters.and_then(|p| model.child(model.tree.first_child(p)?, Field::Type));
        let wanted = annotation.and_then(|a| wanted_result(model.source.code(), model.text(a)));
        results.iter().all(|r| takes(wanted.as_deref(), r.as_deref()))
    };
    let is_seen = |f: &NodeId| {
        let name = model.child(*f, Field::Name).map_or("", |n| model.text(n));
        calls.iter().all(|call| {
            let owner = model.lookup(model.scope_of(*call), name);
            f < call && owner.is_some_and(|(owner, _)| owner == ScopeId::MODULE)
        })
    };
    let fits = |f: &NodeId| keeps_parameter(model, *f, sets) && takes_all(f) && is_seen(f);
    functions.filter(fits).find_map(|f| {
        let name = model.child(f, Field::Name)?;
        let plain = !model.text(name).starts_with("__");
        (plain && model.bindings_of(name).len() == 1).then(|| model.text(name).to_owned())
    })
}

/// Whether a function takes a task, keeps it in one of these sets and returns it.
pub(in crate::fix) fn keeps_parameter(model: &Model, function: NodeId, sets: &[TaskSet]) -> bool {
    let yields = |n: NodeId| model.kind(n) == Kind::Yield;
    let text = model.text(function);
    if !sets.iter().any(|set| text.contains(&format!("{}.add(", set.name))) {
        return false;
    }
    if model.is_async(function) || model.tree.descendants(function).any(yields) {
        return false;
    }
    let Some(parameters) = model.child(function, Field::Parameters) else {
        return false;
    };
    let count = model.tree.children(parameters).count();
    let returned: Vec<&str> = model.returns(function).iter().map(|r| model.text(*r)).collect();
    let [name] = returned[..] else { return false };
    let is_parameter = |scope| {
        let bindings = model.bindings_in(scope, name);
        matches!(bindings, [b] if matches!(b.kind, BindingKind::Parameter { index: 0, .. }))
    };
    let body: Vec<&str> = model
        .child(function, Field::Body)
        .map(|b| model.tree.children(b).map(|s| model.text(s)).collect())
        .unwrap_or_default();
    let kept = |set: &TaskSet| {
        body.contains(&format!("{}.add({name})", set.name).as_str())
            && body.contains(&format!("{name}.add_done_callback({}.discard)", set.name).as_str())
    };
    count == 1
        && body.len() <= 4
        && model.scopes.opened_by(function).is_some_and(is_parameter)
        && sets.iter().any(kept)
}
