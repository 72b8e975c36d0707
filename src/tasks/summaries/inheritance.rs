//! Wrappers and inheritance: what hides those that a class inherits (attributes of other classes, decorators of classes,
//! `__getattribute__`), and which methods are only there to be overridden by some. It looks up no call.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::store::SummaryStore;
use crate::python::{AttributeBinding, BindingKind, Field, Kind, Model, NodeId, Origin, ScopeKind};
use crate::tasks::libraries::{Role, names};
use crate::tasks::project::{Callees, Hiding, ProjectIndex, Wrapper};

/// What the hierarchy of classes says about the wrappers that are methods, whatever they make. It is the same as long as only
/// subclasses of classes with a wrapper get one of the same name.
#[derive(Debug, Default)]
pub(super) struct InheritedWrappers {
    /// By the names of methods, the classes that have or inherit a wrapper.
    classes: HashMap<String, HashSet<String>>,
    /// The methods of relatives that are only there to be overridden.
    stubs: Vec<String>,
    /// Those of them that are wrappers because others override them.
    pub(super) overridden: BTreeSet<String>,
}

impl InheritedWrappers {
    /// What the hierarchy says about the project's wrappers.
    pub(super) fn new(models: &[Model], store: &SummaryStore, project: &ProjectIndex) -> Self {
        let mut inherited = Self::default();
        for (name, classes) in wrapper_owners(project) {
            let below = project.with_all_subclasses(classes.clone());
            let below = below.into_iter().map(str::to_owned).collect();
            inherited.classes.insert(name.to_owned(), below);
            let paths = project.relatives(classes).into_iter().map(|c| format!("{c}.{name}"));
            inherited.stubs.extend(paths.filter(|path| is_stub(models, store, path)));
        }
        inherited
    }

    /// Whether the hierarchy says the same after the wrapper at this path has come or has changed.
    pub(super) fn allows(&self, project: &ProjectIndex, path: &str) -> bool {
        path.rsplit_once('.').is_none_or(|(class, name)| {
            !project.is_class(class)
                || project.wrappers.contains_key(path)
                    && self.classes.get(name).is_some_and(|classes| classes.contains(class))
        })
    }
}

/// Whether the methods at a path are only there to be overridden.
fn is_stub(models: &[Model], store: &SummaryStore, path: &str) -> bool {
    let mut definitions = store.definitions(models, path).peekable();
    definitions.peek().is_some() && definitions.all(|(model, node)| model.is_stub(node))
}

/// What hides the methods among the project's wrappers.
pub(super) fn find_hiding(
    models: &[Model],
    store: &SummaryStore,
    project: &ProjectIndex,
) -> Hiding {
    let mut methods: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, classes) in wrapper_owners(project) {
        for class in project.relatives(classes) {
            methods.entry(class).or_default().push(name);
        }
    }
    let mut hiding = Hiding::default();
    if methods.is_empty() {
        return hiding;
    }
    for (model, path, class) in store.class_definitions(models) {
        let Some(methods) = methods.get(path) else { continue };
        let is_plain = |d: NodeId| is_plain_decorator(models, store, project, model, d, methods);
        let is_opaque = !model.attribute_bindings(class, "__getattribute__").is_empty()
            || !model.decorators(class).into_iter().all(is_plain);
        hiding.possible.extend(is_opaque.then(|| path.to_owned()));
        for method in methods {
            let own = || format!("{path}.{method}");
            match hidden_by(model, class, method) {
                Some(true) => hiding.certain.insert(own()),
                Some(false) => hiding.possible.insert(own()),
                None => false,
            };
        }
    }
    hiding
}

/// Methods that are only there to be overridden, where all that override one are wrappers alike, each with these.
pub(super) fn find_abstract_wrappers(
    models: &[Model],
    store: &SummaryStore,
    project: &ProjectIndex,
    inherited: &InheritedWrappers,
) -> Vec<(String, Vec<String>)> {
    let mut found = Vec::new();
    for path in inherited.stubs.iter().filter(|path| project.wrapper(path).is_none()) {
        let Some(overriding) = project.overriding(path) else { continue };
        let overriding: Vec<String> =
            overriding.into_iter().filter(|path| !is_stub(models, store, path)).collect();
        let wrappers = overriding.iter().map(|path| project.wrapper(path));
        let Some(wrappers) = wrappers.collect::<Option<Vec<_>>>() else { continue };
        let is_plain = |(_, wrapper): &(&str, &Wrapper)| {
            wrapper.is_unconditional() && *wrapper == wrappers[0].1
        };
        if !wrappers.is_empty() && wrappers.iter().all(is_plain) {
            found.push((path.clone(), overriding));
        }
    }
    found
}

/// The classes of the wrappers that are methods, by the names of these.
fn wrapper_owners(project: &ProjectIndex) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut owners: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (class, name) in project.wrapper_methods() {
        owners.entry(name).or_default().insert(class);
    }
    owners
}

/// Whether a class certainly has something else under the name of a method; none where it has only a method, or nothing.
fn hidden_by(model: &Model, class: NodeId, method: &str) -> Option<bool> {
    let bindings = model.attribute_bindings(class, method);
    let is_other = |b: &AttributeBinding| {
        matches!(b, AttributeBinding::Value(_) | AttributeBinding::Other { .. })
    };
    if !bindings.iter().any(is_other) {
        return None;
    }
    let in_body = |b: &AttributeBinding| {
        let (AttributeBinding::Value(node) | AttributeBinding::Other { target: node, .. }) = *b
        else {
            return false;
        };
        let parents = model.tree.ancestors(node).take_while(|n| *n != class);
        let is_straight = |n: NodeId| {
            !matches!(
                model.kind(n),
                Kind::FunctionDefinition
                    | Kind::IfStatement
                    | Kind::TryStatement
                    | Kind::ForStatement
            )
        };
        model.scopes.scope(model.scope_of(node)).kind == ScopeKind::Class
            && parents.into_iter().all(is_straight)
    };
    let is_method = |b: &AttributeBinding| matches!(b, AttributeBinding::Method(..));
    Some(bindings.iter().any(in_body) && !bindings.iter().any(is_method))
}

/// Whether a decorator leaves the class, and these methods of it, as they are.
fn is_plain_decorator(
    models: &[Model],
    store: &SummaryStore,
    project: &ProjectIndex,
    model: &Model,
    decorator: NodeId,
    methods: &[&str],
) -> bool {
    let callee = match model.kind(decorator) {
        Kind::Call => model.child(decorator, Field::Function).unwrap_or(decorator),
        _ => decorator,
    };
    let of_function = |path: &str| {
        let mut definitions = store.definitions(models, path).peekable();
        definitions.peek().is_some()
            && definitions.all(|(model, function)| returns_its_class(model, function, methods))
    };
    let of_path = |path: &str| {
        let is_known = |role| names(role).contains(&path);
        is_known(Role::PlainClassDecorator)
            || is_known(Role::GeneratedInitDecorator)
            || matches!(
                project.callees(path, true),
                Some(Callees::Functions(all)) if all.iter().all(|(path, _)| of_function(path))
            )
    };
    let origins = model.origins(callee);
    !origins.is_empty()
        && origins.iter().all(|origin| match origin {
            Origin::Path(path) => of_path(path),
            Origin::Function(function) => returns_its_class(model, *function, methods),
            _ => false,
        })
}

/// Whether a class decorator, or the function that one makes, returns what it is given, and sets none of these attributes.
fn returns_its_class(model: &Model, function: NodeId, methods: &[&str]) -> bool {
    let returns_parameter = |value: NodeId| {
        let value = model.bare(value);
        model.kind(value) == Kind::Identifier
            && model
                .bindings_of(value)
                .iter()
                .all(|b| matches!(b.kind, BindingKind::Parameter { .. } | BindingKind::Function(_)))
    };
    let is_harmless = |node: NodeId| match model.kind(node) {
        Kind::ReturnStatement => model.tree.first_child(node).is_some_and(returns_parameter),
        Kind::Assignment => model.child(node, Field::Left).is_none_or(|target| {
            let name = model.child(target, Field::Attribute);
            name.is_none_or(|name| !methods.contains(&model.text(name)))
        }),
        Kind::Call => {
            let callee = model.child(node, Field::Function);
            callee.is_none_or(|callee| model.text(callee) != "setattr")
        }
        Kind::Lambda | Kind::ClassDefinition => false,
        _ => true,
    };
    model.tree.descendants(function).all(is_harmless)
}
