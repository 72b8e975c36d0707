//! What a file exports: imports, classes and their attributes, functions. It classifies nothing.

use std::sync::Arc;

use super::index::{Export, ProjectIndex};
use super::resolution::{last_name, root_of};
use crate::python::{
    AttributeBinding, Binding, BindingKind, Field, Kind, Model, NodeId, Origin, ScopeId, ScopeKind,
    Stored, StoredAttribute,
};
use crate::tasks::libraries::{Role, is_last_name, names};

/// What a file exports to others.
#[derive(Debug, Default)]
pub(in crate::tasks) struct Exports {
    /// The modules that it star-imports.
    stars: Vec<String>,
    /// The classes, those inside functions included.
    classes: Vec<(String, Export, NodeId)>,
    /// Class attributes and module-level names that are aliases of other paths.
    aliases: Vec<(String, Export)>,
    /// The classes whose generated constructor stores what it is given.
    generated_inits: Vec<String>,
    /// The subclasses with an `__init__` that does not begin with that of a base.
    replaced_inits: Vec<String>,
    /// The methods that a `with` statement calls, and that return something else than their object.
    enters_other: Vec<String>,
    /// Module-level names with an import or a definition, and with a value that the file does not show.
    rebound: Vec<String>,
    /// The functions and methods that others can reach, in source order.
    pub(in crate::tasks) functions: Vec<(Arc<str>, NodeId)>,
}

impl Exports {
    /// Collects the exports of a file.
    pub(in crate::tasks) fn of(model: &Model) -> Self {
        let stars = model.scopes.scope(ScopeId::MODULE).star_imports();
        let mut exports = Self {
            stars: stars.iter().map(|(_, m)| model.absolute(m)).collect(),
            functions: functions(model).map(|f| (model.path_of(f).into(), f)).collect(),
            ..Self::default()
        };
        exports.collect_classes(model);
        exports.collect_attributes(model);
        exports.collect_names(model);
        exports.collect_rebound(model);
        exports.collect_returns(model);
        exports.collect_enters_other(model);
        exports
    }

    /// Adds the exports to the project index, which takes over what is needed nowhere else. The
    /// first target of a name counts.
    pub(in crate::tasks) fn register(&mut self, project: &mut ProjectIndex, model: &Model) {
        let module = model.module.as_str();
        project.modules.insert(module.to_owned());
        project.test_modules.extend(model.is_test.then(|| module.to_owned()));
        // The names of a script that is no module are their own roots.
        let names = self.classes().chain(self.aliases.iter().map(|(path, _)| path));
        let own_roots = names.filter(|_| module.is_empty());
        project.roots.extend(own_roots.map(|path| root_of(path).to_owned()));
        project.roots.insert(root_of(module).to_owned());
        if !self.stars.is_empty() {
            project.stars.insert(module.to_owned(), std::mem::take(&mut self.stars));
        }
        project.generated_inits.extend(std::mem::take(&mut self.generated_inits));
        project.replaced_inits.extend(std::mem::take(&mut self.replaced_inits));
        project.enters_other.extend(std::mem::take(&mut self.enters_other));
        let classes = self.classes.iter();
        project.exports.extend(classes.map(|(path, bases, _)| (path.clone(), bases.clone())));
        project.rebound.extend(std::mem::take(&mut self.rebound));
        for (path, alias) in std::mem::take(&mut self.aliases) {
            if let Export::Alias(target) = &alias
                && last_name(target) != last_name(&path)
            {
                let same = project.renamed.entry(last_name(target).to_owned()).or_default();
                same.push(path.clone());
            }
            project.exports.entry(path).or_insert(alias);
        }
        project.functions.extend(self.functions.iter().map(|(path, _)| path.clone()));
    }

    /// The paths of the classes.
    pub(in crate::tasks) fn classes(&self) -> impl Iterator<Item = &String> {
        self.classes.iter().map(|(path, ..)| path)
    }

    /// The definitions of the classes, with their paths.
    pub(in crate::tasks) fn class_definitions(&self) -> impl Iterator<Item = (&str, NodeId)> {
        self.classes.iter().map(|(path, _, class)| (path.as_str(), *class))
    }

    fn collect_classes(&mut self, model: &Model) {
        for scope in model.scopes.ids() {
            let scope = model.scopes.scope(scope);
            if scope.kind == ScopeKind::Class {
                let bases = model.bases(scope.node).into_iter();
                let bases: Vec<String> =
                    bases.filter_map(|b| first_path(model, &model.origins(b))).collect();
                let path = model.path_of(scope.node);
                if has_generated_init(model, scope.node, &bases) {
                    self.generated_inits.push(path.clone());
                }
                self.classes.push((path, Export::Class(bases), scope.node));
            }
        }
    }

    fn collect_attributes(&mut self, model: &Model) {
        for (class, name, members) in model.outer_class_attributes() {
            if name == "__init__" && replaces_init(model, class, members) {
                self.replaced_inits.push(model.path_of(class));
            }
        }
        let value = |one: &StoredAttribute<'_>| match &one.stored {
            Stored::Binding(AttributeBinding::Value(value)) if model.is_direct(*value) => {
                first_path(model, &model.origins(*value))
            }
            Stored::Origins(origins) => first_path(model, origins),
            _ => None,
        };
        let annotated = |one: &StoredAttribute<'_>| match one.stored {
            Stored::Binding(AttributeBinding::Annotation(annotation)) => {
                annotated_path(model, model.text(annotation), model.scope_of(annotation))
            }
            Stored::Annotation(text, scope) => annotated_path(model, text, scope),
            _ => None,
        };
        let is_method = |one: &StoredAttribute<'_>| {
            matches!(one.stored, Stored::Binding(AttributeBinding::Method(..)))
        };
        let stored = model.stored_attributes();
        for same in stored.chunk_by(|a, b| (a.class, a.name) == (b.class, b.name)) {
            let target = same.iter().find_map(value).or_else(|| same.iter().find_map(annotated));
            if let Some(target) = target.filter(|_| !same.iter().any(is_method)) {
                let own = format!("{}.{}", model.path_of(same[0].class), same[0].name);
                self.aliases.push((own, Export::Alias(target)));
            }
        }
    }

    /// Collects the names that the file binds several times, and at least once to a value that it does not show.
    fn collect_rebound(&mut self, model: &Model) {
        let all: Vec<&Binding> = model.scopes.all_bindings(ScopeId::MODULE).collect();
        let is_unknown = |binding: &&Binding| {
            let origins = model.binding_origins(binding);
            origins.iter().any(|origin| match origin {
                Origin::Path(path) => path.ends_with(')'),
                Origin::Function(_) | Origin::Class(_) => false,
                Origin::Value(node) => model.kind(*node) != Kind::Lambda,
                _ => true,
            })
        };
        for same in all.chunk_by(|a, b| model.variable(a.node) == model.variable(b.node)) {
            if same.len() > 1
                && same.iter().any(|b| defines(&b.kind))
                && same.iter().any(is_unknown)
            {
                self.rebound.push(own_path(model, model.text(same[0].node)));
            }
        }
    }

    /// Collects the types of properties, and of what other functions return.
    fn collect_returns(&mut self, model: &Model) {
        for (path, function) in &self.functions {
            let Some(target) = returned_path(model, *function) else { continue };
            let decorators = model.decorators(*function);
            let name = |d: &NodeId| last_name(model.text(*d));
            let is_property = decorators.iter().any(|d| name(d).ends_with("property"));
            if is_property || decorators.iter().all(|d| is_last_name(Role::PlainDecorator, name(d)))
            {
                let brackets = if is_property { "" } else { "()" };
                self.aliases.push((format!("{path}{brackets}"), Export::Alias(target)));
            }
        }
    }

    fn collect_enters_other(&mut self, model: &Model) {
        let returns_other = |function: NodeId| {
            let is_method = model.scopes.scope(model.scope_of(function)).kind == ScopeKind::Class;
            is_method
                && matches!(model.name_of(function), "__enter__" | "__aenter__")
                // Most methods need no parser to tell.
                && !model.body_text(function).is_some_and(|b| b.trim_end().ends_with("return self"))
                && model.returns_other(function)
        };
        let found = self.functions.iter().filter(|(_, function)| returns_other(*function));
        self.enters_other.extend(found.map(|(path, _)| path.to_string()));
    }

    fn collect_names(&mut self, model: &Model) {
        for binding in model.scopes.all_bindings(ScopeId::MODULE) {
            let alias = match &binding.kind {
                BindingKind::ImportFrom { .. } | BindingKind::Import { .. } => true,
                BindingKind::Assign { value } => {
                    matches!(model.kind(*value), Kind::Call | Kind::Identifier | Kind::Attribute)
                }
                _ => false,
            };
            let target =
                alias.then(|| first_path(model, &model.binding_origins(binding))).flatten();
            let name = model.text(binding.node);
            let own = own_path(model, name);
            if let Some(target) = target.filter(|t| *t != own) {
                self.aliases.push((own, Export::Alias(target)));
            }
        }
    }
}

/// The path of what a function returns: by its annotation, or, of a getter without one, by the attribute or the module's name.
fn returned_path(model: &Model, function: NodeId) -> Option<String> {
    let scope = model.scope_of(function);
    if let Some(annotation) = model.return_annotation(function) {
        return annotated_path(model, annotation, scope);
    }
    let scope = model.scopes.scope(scope);
    if let Some(attribute) = model.returned_attribute(function) {
        let is_method = scope.kind == ScopeKind::Class;
        return is_method.then(|| format!("{}().{attribute}", model.path_of(scope.node)));
    }
    // What is assigned in functions is seen only where these are parsed.
    let (owner, symbol) = model.lookup(ScopeId::MODULE, model.returned_name(function)?)?;
    let value = |b: &Binding| match b.kind {
        BindingKind::Assign { value } if model.frame_of(b.node) == ScopeId::MODULE => Some(value),
        _ => None,
    };
    let value = model.scopes.bindings(owner, symbol).iter().find_map(value)?;
    let is_made = model.kind(value) == Kind::Call && model.is_direct(value);
    is_made.then(|| first_path(model, &model.origins(value))).flatten()
}

/// The path of the only class, imported or of this file, that an annotation names.
fn annotated_path(model: &Model, annotation: &str, scope: ScopeId) -> Option<String> {
    // Those of the builtins are in lower case.
    if !annotation.contains(char::is_uppercase) {
        return None;
    }
    let origins = model.annotation_origins(annotation, scope);
    let mut paths = origins.into_iter().map(|origin| match origin {
        Origin::Path(path) => Some(path),
        Origin::Instance(class) => Some(format!("{}()", model.path_of(class))),
        _ => None,
    });
    paths.next().filter(|_| paths.next().is_none()).flatten()
}

/// The path of a module-level name of a file.
fn own_path(model: &Model, name: &str) -> String {
    match model.module.as_str() {
        "" => name.to_owned(),
        module => format!("{module}.{name}"),
    }
}

/// Whether a binding is an import or a definition.
fn defines(kind: &BindingKind) -> bool {
    matches!(
        kind,
        BindingKind::ImportFrom { .. } | BindingKind::Import { .. } | BindingKind::Function(_)
    )
}

/// The functions and methods that other files can reach: none inside a function.
fn functions(model: &Model) -> impl Iterator<Item = NodeId> + '_ {
    let reachable = |n: &NodeId| {
        let mut around = model.scopes.chain(model.scope_of(*n)).map(|id| model.scopes.scope(id));
        around.all(|s| matches!(s.kind, ScopeKind::Class | ScopeKind::Module))
    };
    model.tree.parsed_of(|kind| kind == Kind::FunctionDefinition).filter(reachable)
}

/// Whether a class has a generated constructor that stores what it is given.
fn has_generated_init(model: &Model, class: NodeId, bases: &[String]) -> bool {
    let decorated = |decorator: NodeId| {
        let called = match model.kind(decorator) {
            Kind::Call => model.child(decorator, Field::Function).unwrap_or(decorator),
            _ => decorator,
        };
        model.is_path(called, names(Role::GeneratedInitDecorator))
    };
    bases.iter().any(|b| names(Role::GeneratedInitBase).contains(&b.as_str()))
        || model.decorators(class).into_iter().any(decorated)
}

/// Whether one of these definitions of a subclass's `__init__` does not call that of a base before it
/// calls anything else.
fn replaces_init(model: &Model, class: NodeId, definitions: &[AttributeBinding]) -> bool {
    let calls_base_first = |definition: &AttributeBinding| {
        let AttributeBinding::Method(function, _) = definition else { return false };
        if let Some(answer) = model.begins_with_base_init(*function) {
            return answer;
        }
        let body = model.child(*function, Field::Body);
        let mut statements = body.into_iter().flat_map(|body| model.tree.children(body));
        let is_call = |n: &NodeId| model.kind(*n) == Kind::Call;
        let with_call = statements.find(|s| model.tree.descendants(*s).any(|n| is_call(&n)));
        let first = with_call.and_then(|statement| model.tree.first_child(statement));
        first.is_some_and(|call| is_call(&call) && model.is_base_init(call))
    };
    !model.bases(class).is_empty() && !definitions.iter().all(calls_base_first)
}

fn first_path(model: &Model, origins: &[Origin]) -> Option<String> {
    origins.iter().find_map(|o| match o {
        Origin::Path(path) => Some(path.clone()),
        Origin::Class(class) => Some(model.path_of(*class)),
        Origin::Instance(class) => Some(format!("{}()", model.path_of(*class))),
        Origin::Function(function) => Some(model.path_of(*function)),
        _ => None,
    })
}
