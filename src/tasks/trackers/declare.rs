//! Which names of a file are bound to containers, and which kind of container an expression makes. It knows no task.

use super::words::{Home, Sort};
use crate::python::{
    AttributeBinding, BindingKind, Field, Kind, Model, NodeId, ScopeId, ScopeKind, Symbol,
};

/// A name that is bound to a container somewhere in a file.
#[derive(Debug, Clone)]
pub(super) struct Declaration {
    pub(super) path: String,
    pub(super) name: String,
    pub(super) home: Home,
    pub(super) sort: Sort,
    /// The variable, unless it is an attribute.
    pub(super) variable: Option<(ScopeId, Symbol)>,
    /// Whether its annotation says that it holds tasks.
    pub(super) of_tasks: bool,
}

/// The containers that a file declares, in no particular order.
pub(super) fn declarations(model: &Model) -> Vec<Declaration> {
    let mut found = Vec::new();
    for scope in model.scopes.ids() {
        match model.scopes.scope(scope).kind {
            ScopeKind::Module => variables(model, scope, Home::Module, &mut found),
            ScopeKind::Function => variables(model, scope, Home::Local, &mut found),
            _ => {}
        }
    }
    for (class, name, members) in model.class_attributes() {
        let values = members.iter().filter_map(|m| match m {
            AttributeBinding::Value(value) => Some(*value),
            _ => None,
        });
        let Some(sort) = sort_of_all(model, values) else { continue };
        let annotated = members.iter().any(|m| match m {
            AttributeBinding::Annotation(annotation) => says_tasks(model, *annotation),
            _ => false,
        });
        let path = model.path_of(class);
        let class = path.rsplit('.').next().unwrap_or_default();
        found.push(Declaration {
            name: format!("{class}.{name}"),
            path: format!("{path}.{name}"),
            home: Home::Class,
            sort,
            variable: None,
            of_tasks: annotated,
        });
    }
    found
}

fn variables(model: &Model, scope: ScopeId, home: Home, found: &mut Vec<Declaration>) {
    let mut seen = None;
    for binding in model.scopes.all_bindings(scope) {
        let Some((_, symbol)) = model.variable(binding.node) else { continue };
        // The bindings of one name follow each other.
        if seen.replace(symbol) == Some(symbol) {
            continue;
        }
        let bindings = model.scopes.bindings(scope, symbol);
        let values = bindings.iter().filter_map(|b| match b.kind {
            BindingKind::Assign { value } => Some(value),
            BindingKind::Annotated { value, .. } => value,
            _ => None,
        });
        let Some(sort) = sort_of_all(model, values) else { continue };
        let of_tasks = bindings.iter().any(|b| match b.kind {
            BindingKind::Annotated { annotation, .. } => says_tasks(model, annotation),
            _ => false,
        });
        let name = model.text(binding.node).to_owned();
        let within = match home {
            Home::Local => model.path_of(model.scopes.scope(scope).node),
            _ => model.module.clone(),
        };
        let path = if within.is_empty() { name.clone() } else { format!("{within}.{name}") };
        let variable = Some((scope, symbol));
        found.push(Declaration { path, name, home, sort, variable, of_tasks });
    }
}

/// What a name is that gets all of these values: none when one of them is no container, or they differ.
fn sort_of_all(model: &Model, values: impl Iterator<Item = NodeId>) -> Option<Sort> {
    let mut found = None;
    for value in values.filter(|v| model.kind(*v) != Kind::None) {
        let sort = sort(model, value)?;
        if *found.get_or_insert(sort) != sort {
            return None;
        }
    }
    found
}

/// The container that an expression makes, if it certainly makes a new one.
pub(super) fn sort(model: &Model, value: NodeId) -> Option<Sort> {
    let value = model.bare(value);
    match model.kind(value) {
        Kind::List | Kind::ListComprehension => Some(Sort::List),
        Kind::Set | Kind::SetComprehension => Some(Sort::Set),
        Kind::Dictionary | Kind::DictionaryComprehension => Some(Sort::Dict),
        Kind::Call => {
            let callee = model.child(value, Field::Function)?;
            if model.is_path(callee, &["dataclasses.field", "attr.ib", "attr.field", "attrs.field"])
            {
                let factory = model.keyword(value, "default_factory");
                return made_by(model, factory.or_else(|| model.keyword(value, "factory"))?);
            }
            let bounded = model.keyword(value, "maxlen").is_some();
            made_by(model, callee).map(|sort| if bounded { Sort::Forgetful } else { sort })
        }
        _ => None,
    }
}

fn made_by(model: &Model, callee: NodeId) -> Option<Sort> {
    let callee = match model.kind(callee) {
        // `set[asyncio.Task]()`
        Kind::Subscript => model.child(callee, Field::Value)?,
        _ => callee,
    };
    let unbound = model.kind(callee) == Kind::Identifier && model.bindings_of(callee).is_empty();
    match model.text(callee) {
        "list" if unbound => return Some(Sort::List),
        "set" if unbound => return Some(Sort::Set),
        "dict" if unbound => return Some(Sort::Dict),
        _ => {}
    }
    model.paths(callee).iter().find_map(|path| match path.as_str() {
        "collections.deque" => Some(Sort::List),
        "collections.defaultdict" | "collections.OrderedDict" => Some(Sort::Dict),
        "weakref.WeakSet" | "weakref.WeakValueDictionary" | "weakref.WeakKeyDictionary" => {
            Some(Sort::Forgetful)
        }
        _ => None,
    })
}

/// Whether an annotation speaks of asyncio's tasks or futures; a `Task` of the project's own is none.
pub(super) fn says_tasks(model: &Model, annotation: NodeId) -> bool {
    const TASKS: [&str; 4] =
        ["asyncio.Task", "asyncio.Future", "asyncio.tasks.Task", "concurrent.futures.Future"];
    model.tree.descendants(annotation).any(|n| match model.kind(n) {
        Kind::Identifier | Kind::Attribute => model.is_path(n, &TASKS),
        Kind::StringContent => TASKS.iter().any(|t| model.text(n).contains(t)),
        _ => false,
    })
}
