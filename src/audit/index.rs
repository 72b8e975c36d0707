//! The workspace index: every file with its sites, and where each function, class and name occurs.
//! It resolves names across files and assesses nothing.

use std::borrow::Cow;
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use rayon::prelude::*;

use super::answers::Answers;
use super::element_types::{Part, element_type, sources_of};
use super::file_entries::{FileEntries, index_file, is_overload};
use super::related_location::RelatedLocation;
use super::types::NodeRef;
use crate::python::{AttributeBinding, BindingKind, Field, Kind, Model, NodeId, Origin, ScopeKind};
use crate::tasks::{ClassifiedSite, ProjectIndex, last_name};

/// One file of the project.
#[derive(Debug, Clone, Copy)]
pub struct IndexedFile<'a> {
    /// Its syntax tree and names.
    pub model: &'a Model,
    /// Its sites, in source order.
    pub classified: &'a [ClassifiedSite],
    /// Whether it is test code.
    pub is_test: bool,
}

/// All files of a project, with lookups and cached answers.
#[derive(Debug)]
pub struct WorkspaceIndex<'a> {
    pub(super) files: &'a [IndexedFile<'a>],
    project: &'a ProjectIndex,
    functions: HashMap<String, NodeRef>,
    /// The functions and methods by their last names, in the order of files and nodes.
    functions_by_name: HashMap<&'a str, Vec<NodeRef>>,
    classes: HashMap<String, NodeRef>,
    /// The names of the classes in lower case, reversed for suffix search. Sorted.
    reversed_class_names: Vec<String>,
    modules: HashSet<&'a str>,
    /// String contents that may be the prefix of a function's name: `handle_`.
    prefixes: BTreeSet<&'a str>,
    /// The declaring classes of each attribute name.
    pub(super) setters: BTreeMap<String, BTreeSet<String>>,
    /// The attribute that each property returns, by the path of the property.
    properties: BTreeMap<String, String>,
    /// The names of the properties that return an attribute, by the name of the attribute.
    property_names: BTreeMap<String, BTreeSet<String>>,
    /// Every occurrence of a name or attribute, by its last part.
    occurrences: HashMap<&'a str, Vec<NodeRef>>,
    /// Answers to questions that are asked again.
    pub(super) answers: Answers,
}

/// Where the types stand that many unrelated classes derive from.
const ABSTRACT: &[&str] = &["collections.abc.", "contextlib.Abstract", "typing."];

/// Files indexed in parallel: their entries are briefly in memory twice.
const CHUNK_SIZE: usize = 64;

impl<'a> WorkspaceIndex<'a> {
    /// Indexes all files.
    pub fn new(files: &'a [IndexedFile<'a>], project: &'a ProjectIndex) -> Self {
        let mut index = Self {
            files,
            project,
            functions: HashMap::new(),
            functions_by_name: HashMap::new(),
            classes: HashMap::new(),
            reversed_class_names: Vec::new(),
            modules: files.iter().map(|f| f.model.module.as_str()).collect(),
            prefixes: BTreeSet::new(),
            setters: BTreeMap::new(),
            properties: BTreeMap::new(),
            property_names: BTreeMap::new(),
            occurrences: HashMap::new(),
            answers: Answers::default(),
        };
        for (at, files) in files.chunks(CHUNK_SIZE).enumerate() {
            let look = |(i, f): (usize, &IndexedFile<'a>)| index_file(at * CHUNK_SIZE + i, f.model);
            let found: Vec<FileEntries<'a>> = files.par_iter().enumerate().map(look).collect();
            found.into_iter().for_each(|found| index.take(found));
        }
        index.collect_reversed_class_names();
        index.collect_setters();
        index
    }

    fn take(&mut self, found: FileEntries<'a>) {
        for (path, node_ref) in found.functions {
            // Of several definitions of one path, the first counts.
            if let Entry::Vacant(entry) = self.functions.entry(path) {
                entry.insert(node_ref);
                let name = self.files[node_ref.file].model.name_of(node_ref.node);
                self.functions_by_name.entry(name).or_default().push(node_ref);
            }
        }
        for (path, node_ref) in found.classes {
            self.classes.entry(path).or_insert(node_ref);
        }
        self.prefixes.extend(found.prefixes);
        for (name, node_ref) in found.occurrences {
            self.occurrences.entry(name).or_default().push(node_ref);
        }
    }

    fn collect_setters(&mut self) {
        for IndexedFile { model, .. } in self.files {
            for (class, name, members) in model.class_attributes() {
                let is_value = |m: &AttributeBinding| !matches!(m, AttributeBinding::Method(..));
                let getter = members.iter().find_map(|m| match m {
                    AttributeBinding::Method(getter, true) => backing_attribute(model, *getter),
                    _ => None,
                });
                if let Some(backing) = getter {
                    let path = format!("{}.{name}", model.path_of(class));
                    self.properties.insert(path, backing.to_owned());
                    let names = self.property_names.entry(backing.to_owned()).or_default();
                    names.insert(name.to_owned());
                }
                if members.iter().any(is_value) {
                    let home = self.declaring_class(&model.path_of(class), name);
                    self.setters.entry(name.to_owned()).or_default().insert(home);
                }
            }
        }
    }

    /// The only class of the project that sets an attribute of this distinctive name:
    /// `_reader_task`, not `task`.
    pub(super) fn only_setter(&self, attribute: &str) -> Option<&str> {
        let classes = self.setters.get(attribute).filter(|_| attribute.contains('_'))?;
        let mut classes = classes.iter();
        classes.next().filter(|_| classes.next().is_none()).map(String::as_str)
    }

    /// The attribute that is read where a property of this name is: that of the nearest base which has the property.
    pub(super) fn behind_property(&self, class: &str, name: &str) -> Option<(String, &str)> {
        let bases = self.project.mro(class);
        let home = bases.iter().find(|base| {
            let bindings = |c: NodeRef| !self.model(c).attribute_bindings(c.node, name).is_empty();
            self.class_at(base).is_some_and(bindings)
        })?;
        let backing = self.properties.get(&format!("{home}.{name}"))?;
        Some((home.clone(), backing))
    }

    /// The names of the properties that return an attribute of this name.
    pub(super) fn properties_for(&self, attribute: &str) -> impl Iterator<Item = &str> {
        self.property_names.get(attribute).into_iter().flatten().map(String::as_str)
    }

    fn collect_reversed_class_names(&mut self) {
        let names = self.classes.keys().map(|path| last_name(path).to_lowercase());
        self.reversed_class_names = names.map(|name| reversed_text(&name)).collect();
        self.reversed_class_names.sort_unstable();
    }

    /// How many classes of the project have a name with this suffix, in lower case.
    pub(super) fn count_classes_ending(&self, ending: &str) -> usize {
        let ending = reversed_text(ending);
        let first = self.reversed_class_names.partition_point(|name| *name < ending);
        self.reversed_class_names[first..]
            .iter()
            .take_while(|name| name.starts_with(&ending))
            .count()
    }

    /// The class of the project that an expression names.
    pub(super) fn class_of(&self, node_ref: NodeRef) -> Option<String> {
        let model = self.model(node_ref);
        model.origins(node_ref.node).into_iter().find_map(|origin| match origin {
            Origin::Class(class) => Some(model.path_of(class)),
            Origin::Path(path) => {
                self.project.resolve(&path).into_iter().find(|p| self.classes.contains_key(p))
            }
            _ => None,
        })
    }

    /// The model of the node's file.
    pub fn model(&self, node_ref: NodeRef) -> &'a Model {
        self.files[node_ref.file].model
    }

    /// Whether a node is in test code.
    pub fn is_test(&self, node_ref: NodeRef) -> bool {
        self.files[node_ref.file].is_test
    }

    /// The `def` around a node; none at module level.
    pub fn function_of(&self, node_ref: NodeRef) -> Option<NodeRef> {
        let node = self.model(node_ref).function_of(node_ref.node)?;
        Some(NodeRef { node, ..node_ref })
    }

    /// A related location with this note.
    pub fn related(&self, node_ref: NodeRef, note: impl Into<String>) -> RelatedLocation {
        let model = self.model(node_ref);
        let path = model.source.path().to_path_buf();
        RelatedLocation { path, line: model.place(node_ref.node), note: note.into() }
    }

    /// A function as the subject of a sentence: its name in backquotes, or the module.
    pub(super) fn subject(&self, function: Option<NodeRef>) -> String {
        function.map_or_else(|| "the module".to_owned(), |f| format!("`{}`", self.name_of(f)))
    }

    /// The display name of a `def`: `App.start`.
    pub fn name_of(&self, function: NodeRef) -> String {
        let model = self.model(function);
        let own = model.name_of(function.node);
        match model.qualified_function(function.node) {
            Some(outer) => format!("{outer}.{own}"),
            None => own.to_owned(),
        }
    }

    /// Every occurrence of a name, or of an attribute of this name.
    pub(super) fn occurrences(&self, name: &str) -> &[NodeRef] {
        self.occurrences.get(name).map_or(&[], Vec::as_slice)
    }

    /// The paths that a path resolves to, with re-exports and bases followed.
    pub(super) fn paths_behind(&self, path: &str) -> Vec<String> {
        self.project.resolve(path)
    }

    /// The function of the project at a path.
    pub(super) fn function_at(&self, path: &str) -> Option<NodeRef> {
        // Of an object of which only an abstract type is known, any class may be.
        let is_abstract = |class: &str| ABSTRACT.iter().any(|module| class.starts_with(module));
        if path.split_once("().").is_some_and(|(class, _)| is_abstract(class)) {
            return None;
        }
        let known = |p: &String| self.functions.get(without_calls(p).as_ref()).copied();
        self.project.resolve(path).iter().find_map(known)
    }

    /// The method that a class itself defines under a name.
    pub(super) fn function_in(&self, class: &str, name: &str) -> Option<NodeRef> {
        self.functions.get(&format!("{class}.{name}")).copied()
    }

    /// The functions and methods of a name.
    pub(super) fn functions_named(&self, name: &str) -> &[NodeRef] {
        self.functions_by_name.get(name).map_or(&[], Vec::as_slice)
    }

    /// The class at a path of the project.
    pub(super) fn class_at(&self, path: &str) -> Option<NodeRef> {
        self.classes.get(path).copied()
    }

    /// Whether a function may be looked up by a computed name: `getattr(self, "handle_" + event)`.
    pub(super) fn is_looked_up_by_prefix(&self, name: &str) -> bool {
        self.prefixes.iter().any(|prefix| name.starts_with(prefix))
    }

    /// Whether a dotted path is a module of the project.
    pub(super) fn is_module(&self, path: &str) -> bool {
        self.modules.contains(path)
    }

    /// The functions of the project that an expression resolves to.
    pub(super) fn functions(&self, node_ref: NodeRef) -> Vec<NodeRef> {
        self.answers.resolved.get(node_ref, |node_ref| self.resolve_functions(*node_ref))
    }

    /// The functions of the project that a call resolves to.
    pub(super) fn called_functions(&self, call: NodeRef) -> Vec<NodeRef> {
        let callee = self.model(call).child(call.node, Field::Function);
        callee.map(|node| self.functions(NodeRef { node, ..call })).unwrap_or_default()
    }

    fn resolve_functions(&self, node_ref: NodeRef) -> Vec<NodeRef> {
        let model = self.model(node_ref);
        if let Some(found) = self.resolve_super(node_ref) {
            return vec![found];
        }
        if self.is_of_entered_other(node_ref) {
            return Vec::new();
        }
        let of = |origin: &Origin| match origin {
            Origin::Function(node) => Some(NodeRef { node: *node, ..node_ref }),
            Origin::Path(path) => self.function_at(path),
            _ => None,
        };
        let mut found: Vec<NodeRef> = model.origins(node_ref.node).iter().filter_map(of).collect();
        if found.is_empty() {
            found.extend(self.resolve_own_class(node_ref));
        }
        if found.is_empty() {
            found.extend(self.methods_of_element(node_ref));
        }
        if found.len() > 1 {
            found.retain(|f| !is_overload(self.model(*f), f.node));
        }
        found.sort();
        found.dedup();
        found
    }

    /// Whether an attribute is of what a `with` statement binds, and that is none of the objects which it enters.
    fn is_of_entered_other(&self, attribute: NodeRef) -> bool {
        let model = self.model(attribute);
        let Some(object) = model.child(attribute.node, Field::Object) else { return false };
        let Some(method) = model.entered_by(object) else { return false };
        model.origins(object).iter().any(|origin| match origin {
            Origin::Path(path) => {
                let classes = path.strip_suffix("()").map(|class| self.project.resolve(class));
                classes.into_iter().flatten().any(|c| self.project.enters_other(&c, method))
            }
            _ => false,
        })
    }

    /// The methods that an attribute is of, where its object is taken out of an annotated container.
    fn methods_of_element(&self, attribute: NodeRef) -> Vec<NodeRef> {
        let model = self.model(attribute);
        let parts = model.child(attribute.node, Field::Object);
        let parts = parts.zip(model.child(attribute.node, Field::Attribute));
        let Some((object, name)) = parts else { return Vec::new() };
        let sources = sources_of(model, model.bare(object)).into_iter();
        let class = |(node, part)| self.class_in(NodeRef { node, ..attribute }, part);
        let method = |class: String| self.function_at(&format!("{class}.{}", model.text(name)));
        sources.filter_map(class).next().and_then(method).into_iter().collect()
    }

    /// The class of what an annotated container has.
    fn class_in(&self, container: NodeRef, part: Part) -> Option<String> {
        let annotation = self.annotation_of(container)?;
        let there = self.model(annotation);
        let element = element_type(there, annotation.node, part)?;
        self.class_named(NodeRef { node: element, ..annotation })
    }

    /// The annotation of a name or an attribute, or of the attribute that a name stands for: `jobs = self._jobs`.
    fn annotation_of(&self, container: NodeRef) -> Option<NodeRef> {
        let model = self.model(container);
        let at = |node| NodeRef { node, ..container };
        if let Some(object) = model.child(container.node, Field::Object) {
            let name = model.text(model.child(container.node, Field::Attribute)?);
            return self.annotation_in(at(object), name);
        }
        model.bindings_of(container.node).iter().find_map(|b| match b.kind {
            BindingKind::Annotated { annotation, .. }
            | BindingKind::Parameter { annotation: Some(annotation), variadic: false, .. } => {
                Some(at(annotation))
            }
            BindingKind::Assign { value } => {
                let object = model.child(model.bare(value), Field::Object)?;
                let name = model.child(model.bare(value), Field::Attribute)?;
                self.annotation_in(at(object), model.text(name))
            }
            _ => None,
        })
    }

    /// The annotation of an attribute of an object.
    fn annotation_in(&self, object: NodeRef, name: &str) -> Option<NodeRef> {
        let model = self.model(object);
        let class = |origin: Origin| match origin {
            Origin::Instance(class) => Some(model.path_of(class)),
            Origin::Path(path) => self.project.resolve(path.strip_suffix("()")?).pop(),
            _ => None,
        };
        let own = model.self_class(object.node).map(|class| model.path_of(class));
        let class = own.or_else(|| model.origins(object.node).into_iter().find_map(class))?;
        let bases = self.with_bases(&class).into_iter().filter_map(|base| self.class_at(&base));
        bases.into_iter().find_map(|base| {
            let model = self.model(base);
            let bindings = model.attribute_bindings(base.node, name);
            let node = bindings.iter().find_map(|b| match b {
                AttributeBinding::Annotation(node) => Some(*node),
                AttributeBinding::Method(getter, true) => model.child(*getter, Field::ReturnType),
                _ => None,
            })?;
            Some(NodeRef { node, ..base })
        })
    }

    /// The class that a type names, also in quotes.
    fn class_named(&self, named: NodeRef) -> Option<String> {
        let model = self.model(named);
        let mut inside = model.tree.subtree(named.node);
        let node = inside.find(|n| {
            matches!(model.kind(*n), Kind::Identifier | Kind::Attribute | Kind::StringContent)
        })?;
        if model.kind(node) != Kind::StringContent {
            return self.class_of(NodeRef { node, ..named });
        }
        let path = format!("{}.{}", model.module, model.text(node));
        self.project.resolve(&path).into_iter().find(|p| self.classes.contains_key(p))
    }

    /// The method that `type(self).name` resolves to.
    fn resolve_own_class(&self, node_ref: NodeRef) -> Option<NodeRef> {
        let model = self.model(node_ref);
        let object = model.child(node_ref.node, Field::Object)?;
        let name = model.text(model.child(node_ref.node, Field::Attribute)?);
        let class = self.class_of_self(NodeRef { node: object, ..node_ref })?;
        self.function_at(&format!("{class}.{name}"))
    }

    /// The class in `type(self)`, or in a name that is bound to it.
    pub(super) fn class_of_self(&self, object: NodeRef) -> Option<String> {
        let model = self.model(object);
        let value = match model.bindings_of(object.node) {
            [binding] => binding.kind.value().map_or(object.node, |value| model.bare(value)),
            _ => object.node,
        };
        let callee = model.child(value, Field::Function)?;
        let argument = *model.positional(value).first()?;
        let class = model.self_class(argument).filter(|_| model.text(callee) == "type")?;
        Some(model.path_of(class))
    }

    /// The method that `super().name` resolves to, or `super(Base, self).name`, which is one of the classes after `Base`.
    fn resolve_super(&self, node_ref: NodeRef) -> Option<NodeRef> {
        let model = self.model(node_ref);
        let object = model.child(node_ref.node, Field::Object)?;
        let name = model.text(model.child(node_ref.node, Field::Attribute)?);
        let callee = model.child(object, Field::Function)?;
        let class = model.class_of(node_ref.node).filter(|_| model.text(callee) == "super")?;
        let own = model.path_of(class);
        let Some(node) = model.positional(object).first().copied() else {
            return self.method_above(&own, name);
        };
        let base = self.class_of(NodeRef { node, ..node_ref })?;
        let mut after = self.with_bases(&own).into_iter().skip_while(|c| *c != base).skip(1);
        after.find_map(|class| self.function_in(&class, name))
    }

    /// The method that the bases of a class have under a name.
    pub(super) fn method_above(&self, class: &str, name: &str) -> Option<NodeRef> {
        let method = self.project.super_method(class, name)?;
        self.functions.get(method.as_str()).copied()
    }

    /// The class that declares an attribute: the topmost base of `class` in the project that sets
    /// it; for a mixin, the only one that its subclasses have it from; else `class` itself.
    pub(super) fn declaring_class(&self, class: &str, attribute: &str) -> String {
        let sets = |class: &str| {
            let bindings = |c: NodeRef| self.model(c).attribute_bindings(c.node, attribute);
            self.class_at(class).is_some_and(|class| !bindings(class).is_empty())
        };
        self.project.declaring_class(class, &sets).unwrap_or_else(|| class.to_owned())
    }

    /// A class and its subclasses in the project.
    pub(super) fn with_subclasses<'s>(&'s self, class: &'s str) -> BTreeSet<&'s str> {
        let mut found = self.project.all_subclasses(class);
        found.insert(class);
        found
    }

    /// A class and its bases in the project, in the order in which methods are looked up.
    pub(super) fn with_bases(&self, class: &str) -> Vec<String> {
        self.project.mro(class)
    }

    /// The path of the class around a method.
    pub(super) fn enclosing_class(&self, function: NodeRef) -> Option<String> {
        let model = self.model(function);
        let scope = model.scopes.scope(model.scope_of(function.node));
        (scope.kind == ScopeKind::Class).then(|| model.path_of(scope.node))
    }
}

/// `self._task` of a property that does nothing but return it.
fn backing_attribute(model: &Model, getter: NodeId) -> Option<&str> {
    let [value] = model.returns(getter)[..] else { return None };
    let object = model.child(value, Field::Object)?;
    let name = model.text(model.child(value, Field::Attribute)?);
    let is_plain = model.decorators(getter).iter().any(|d| model.text(*d) == "property");
    (is_plain && model.self_class(object).is_some() && name != model.name_of(getter))
        .then_some(name)
}

/// A path without the calls in it: `app.Pool.get` of `app.Pool().get`.
fn without_calls(path: &str) -> Cow<'_, str> {
    if path.contains("()") { Cow::Owned(path.replace("()", "")) } else { Cow::Borrowed(path) }
}

fn reversed_text(text: &str) -> String {
    text.chars().rev().collect()
}
