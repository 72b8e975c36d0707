//! Functions that return wrappers, and what they decorate. A path that ends with `()` stands for what a call gives. It follows
//! no task.

use std::collections::{BTreeMap, BTreeSet};

use crate::python::{Field, Kind, Model, NodeId, Origin, ScopeKind};
use crate::tasks::effects::PathConditions;
use crate::tasks::escape::{EscapeAnalyzer, is_plain_decorator};
use crate::tasks::libraries::Spawner;
use crate::tasks::project::Wrapper;

/// How many functions deep a wrapper may be defined in those that return it.
const MAX_DEPTH: usize = 3;

/// Those of the functions around wrappers that return one of these: `@decorator`, or `@decorator(...)` where the path ends with two
/// pairs of brackets.
pub(super) fn callable_makers(
    analyzer: &EscapeAnalyzer<'_>,
    makers: &BTreeSet<NodeId>,
    wrappers: &[(String, Wrapper)],
) -> Vec<(String, Wrapper)> {
    if makers.is_empty() {
        return Vec::new();
    }
    let model = analyzer.model;
    let mut known: BTreeMap<String, Wrapper> = BTreeMap::new();
    for (path, wrapper) in wrappers {
        known.entry(path.clone()).or_insert_with(|| wrapper.in_place_of_another(path));
    }
    let mut found: BTreeMap<String, Wrapper> = BTreeMap::new();
    for _ in 0..MAX_DEPTH {
        let before = found.len();
        for function in makers {
            for (suffix, wrapper) in returned_wrappers(analyzer, *function, &known, &found) {
                found.insert(format!("{}(){suffix}", model.path_of(*function)), wrapper);
            }
        }
        if found.len() == before {
            break;
        }
    }
    found.into_iter().collect()
}

/// The wrappers that a function returns, each with the brackets of the calls that it takes to get it from what is returned.
fn returned_wrappers(
    analyzer: &EscapeAnalyzer<'_>,
    function: NodeId,
    known: &BTreeMap<String, Wrapper>,
    found: &BTreeMap<String, Wrapper>,
) -> Vec<(String, Wrapper)> {
    let model = analyzer.model;
    let mut made: BTreeMap<String, Wrapper> = BTreeMap::new();
    let mut is_all = true;
    for value in model.returns(function) {
        let before = made.len();
        let origins = analyzer.origins(returned_callable(model, value));
        for path in origins.iter().filter_map(|origin| callable_path(model, origin)) {
            if let Some(wrapper) = known.get(&path) {
                made.insert(String::new(), wrapper.clone());
            }
            for suffix in ["()", "()()"] {
                if let Some(wrapper) = found.get(&format!("{path}{suffix}")) {
                    made.insert(suffix.to_owned(), wrapper.clone());
                }
            }
        }
        is_all &= made.len() > before || origins.len() > 1 && !made.is_empty();
    }
    if !is_all {
        // It returns something else on some paths.
        made.values_mut().for_each(|wrapper| wrapper.others = PathConditions::always());
    }
    made.into_iter().collect()
}

/// What `functools.wraps(f)(wrapper)`, `functools.update_wrapper(wrapper, f)` and `cast(T, wrapper)` return.
fn returned_callable(model: &Model, value: NodeId) -> NodeId {
    let mut value = model.bare(value);
    while let Some(callee) = model.child(value, Field::Function) {
        let arguments = model.positional(value);
        let is = |callee: NodeId, path: &str| model.is_path(callee, &[path]);
        let inner = match (model.child(callee, Field::Function), &arguments[..]) {
            (Some(outer), [only]) if is(outer, "functools.wraps") => *only,
            (None, [first, ..]) if is(callee, "functools.update_wrapper") => *first,
            (None, [_, second]) if is(callee, "typing.cast") => *second,
            _ => break,
        };
        value = model.bare(inner);
    }
    value
}

fn callable_path(model: &Model, origin: &Origin) -> Option<String> {
    match origin {
        Origin::Function(function) => Some(model.path_of(*function)),
        Origin::Value(lambda) if model.kind(*lambda) == Kind::Lambda => {
            Some(format!("{}.<lambda>{}", model.module, model.tree.start(*lambda)))
        }
        _ => None,
    }
}

/// The functions of a file that a decorator replaces by a wrapper.
pub(super) fn decorated(analyzer: &EscapeAnalyzer<'_>) -> Vec<(String, Wrapper)> {
    let model = analyzer.model;
    let project = analyzer.project;
    if !project.has_wrapper_makers {
        return Vec::new();
    }
    let by_path = |path: &str| {
        let made = |path: &String| {
            let called = project.wrapper(&format!("{path}()"));
            called.or_else(|| project.wrapper(&format!("{path}.__call__")))
        };
        let (at, wrapper) = project.resolve(path).iter().find_map(made)?;
        Some(wrapper.in_place_of_another(at))
    };
    let replaced = |decorator: NodeId| {
        let origins = analyzer.origins(decorator);
        origins.iter().find_map(|origin| match origin {
            Origin::Function(node) | Origin::Class(node) => by_path(&model.path_of(*node)),
            Origin::Instance(class) => {
                let (at, wrapper) =
                    project.wrapper(&format!("{}.__call__()", model.path_of(*class)))?;
                Some(wrapper.in_place_of_another(at))
            }
            Origin::Path(path) => by_path(path),
            _ => None,
        })
    };
    let of = |function: NodeId| {
        let decorators = model.decorators(function);
        let mut outer = decorators.iter().skip_while(|d| is_plain_decorator(model, **d));
        let wrapper = replaced(*outer.next()?)?;
        Some((model.path_of(function), wrapper))
    };
    model.tree.parsed_of(|kind| kind == Kind::FunctionDefinition).filter_map(of).collect()
}

/// The names of a module or its classes that stand for a spawner with some of its keyword arguments given.
pub(super) fn partials(analyzer: &EscapeAnalyzer<'_>) -> Vec<(String, Wrapper)> {
    let model = analyzer.model;
    let of = |call: NodeId| {
        let assignment = model.parent_of_kind(call, Kind::Assignment)?;
        let name = model.child(assignment, Field::Left)?;
        let around = model.scopes.scope(model.scope_of(name));
        let is_simple = model.kind(name) == Kind::Identifier
            && matches!(around.kind, ScopeKind::Module | ScopeKind::Class);
        let found = analyzer.partial_spawner(call).filter(|_| is_simple)?;
        let name = model.text(name);
        let path = match around.kind {
            ScopeKind::Class => format!("{}.{name}", model.path_of(around.node)),
            _ if model.module.is_empty() => name.to_owned(),
            _ => format!("{}.{name}", model.module),
        };
        let wrapper = match (found.wrapper.zip(found.path), found.spawner) {
            (Some((wrapper, at)), _) => wrapper.in_place_of_another(at),
            (None, Spawner::CreateTask | Spawner::LoopCreateTask) => Wrapper::fresh(),
            _ => return None,
        };
        Some((path, wrapper))
    };
    model.tree.parsed_of(|kind| kind == Kind::Call).filter_map(of).collect()
}
