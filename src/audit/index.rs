//! The whole project at hand: every file with its ledger, and where each function, class and name stands. It resolves names
//! across files and judges nothing.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use rayon::prelude::*;

use super::memo::Memo;
use super::terms::{Chain, Deeds, Hook, Key, Spot};
use super::witness::Witness;
use crate::python::{AttributeBinding, Field, Kind, Model, NodeId, Origin, ScopeKind};
use crate::tasks::{Judged, Project};

/// One file of the project.
#[derive(Debug, Clone, Copy)]
pub struct File<'a> {
    /// Its tree and names.
    pub model: &'a Model,
    /// Its ledger.
    pub judged: &'a [Judged],
    /// Whether it is test code.
    pub is_test: bool,
}

#[derive(Debug)]
struct Class {
    spot: Spot,
    /// Its bases in the project, by their paths.
    bases: Vec<String>,
}

/// All files of a project, and what can be looked up in them.
#[derive(Debug)]
pub struct Index<'a> {
    pub(super) files: &'a [File<'a>],
    project: &'a Project,
    functions: BTreeMap<String, Spot>,
    classes: BTreeMap<String, Class>,
    /// The classes that derive from each.
    heirs: BTreeMap<String, BTreeSet<String>>,
    /// The last names of the classes in lower case, read backwards. Sorted.
    endings: Vec<String>,
    modules: HashSet<&'a str>,
    /// What strings hold that may begin the name of a function: `handle_`.
    prefixes: BTreeSet<&'a str>,
    /// The classes that set an attribute of a name, the topmost of each family.
    setters: BTreeMap<String, BTreeSet<String>>,
    /// Every name and attribute that is written, by its last part.
    mentions: HashMap<&'a str, Vec<Spot>>,
    /// The functions that expressions stand for, as far as anybody asked; so are all that follow.
    meant: Memo<Spot, Vec<Spot>>,
    /// The mentions of a name, by what they are; of the name that is first mentioned at a spot.
    pub(super) namesakes: Memo<Spot, Arc<Namesakes>>,
    /// What makes a function a hook.
    pub(super) hooks: Memo<Spot, Option<Hook>>,
    /// The calls of what has a name; of the name that is first mentioned at a spot.
    pub(super) calls: Memo<Spot, Arc<Calls>>,
    /// The best chain of callers from a function up.
    pub(super) chains: Memo<Spot, Arc<Chain>>,
    /// What is done with what a keeper keeps.
    pub(super) deeds: Memo<Key, Arc<Deeds>>,
}

/// The mentions of one name, by what they are.
#[derive(Debug, Default)]
pub(super) struct Namesakes {
    /// Those of each keeper.
    pub(super) of: HashMap<Key, Vec<Spot>>,
    /// The attributes, in production code, of nobody knows what.
    pub(super) strangers: Vec<Spot>,
}

/// Where one name is called, or handed on.
#[derive(Debug, Default)]
pub(super) struct Calls {
    /// By the function that is meant.
    pub(super) of: HashMap<Spot, Vec<Call>>,
    /// Where a function gets another name, which whoever has it may call.
    pub(super) renamed: HashMap<Spot, Vec<Call>>,
    /// On what cannot be told, with its last name in lower case.
    pub(super) open: Vec<(Call, Option<String>)>,
}

/// A call of a function, or a place where it is handed on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Call {
    /// The function's name there.
    pub(super) mention: Spot,
    /// The call, or the mention itself.
    pub(super) spot: Spot,
}

/// What one file adds to an index.
#[derive(Debug, Default)]
struct Found<'a> {
    functions: Vec<(String, Spot)>,
    classes: Vec<(String, Spot)>,
    mentions: Vec<(&'a str, Spot)>,
    prefixes: Vec<&'a str>,
}

/// So many files are looked through together: what is found in them stands in memory twice for a while.
const AT_ONCE: usize = 64;

/// Classes are followed up to this many bases.
const MOST_BASES: usize = 32;

impl<'a> Index<'a> {
    /// Looks through all files.
    pub fn new(files: &'a [File<'a>], project: &'a Project) -> Self {
        let mut index = Self {
            files,
            project,
            functions: BTreeMap::new(),
            classes: BTreeMap::new(),
            heirs: BTreeMap::new(),
            endings: Vec::new(),
            modules: files.iter().map(|f| f.model.module.as_str()).collect(),
            prefixes: BTreeSet::new(),
            setters: BTreeMap::new(),
            mentions: HashMap::new(),
            meant: Memo::default(),
            namesakes: Memo::default(),
            hooks: Memo::default(),
            calls: Memo::default(),
            chains: Memo::default(),
            deeds: Memo::default(),
        };
        for (at, files) in files.chunks(AT_ONCE).enumerate() {
            let look = |(i, f): (usize, &File<'a>)| look_through(at * AT_ONCE + i, f.model);
            let found: Vec<Found<'a>> = files.par_iter().enumerate().map(look).collect();
            found.into_iter().for_each(|found| index.take(found));
        }
        index.link_classes();
        index.collect_endings();
        index.collect_setters();
        index
    }

    fn take(&mut self, found: Found<'a>) {
        for (path, spot) in found.functions {
            self.functions.entry(path).or_insert(spot);
        }
        for (path, spot) in found.classes {
            let class = Class { spot, bases: Vec::new() };
            self.classes.entry(path).or_insert(class);
        }
        self.prefixes.extend(found.prefixes);
        for (name, spot) in found.mentions {
            self.mentions.entry(name).or_default().push(spot);
        }
    }

    fn link_classes(&mut self) {
        let found: Vec<(String, Vec<String>)> = self
            .classes
            .iter()
            .map(|(path, class)| {
                let model = self.files[class.spot.file].model;
                let bases = model.bases(class.spot.node).into_iter();
                let known = bases.filter_map(|node| self.class_of(Spot { node, ..class.spot }));
                (path.clone(), known.filter(|b| b != path).collect())
            })
            .collect();
        for (path, bases) in found {
            for base in &bases {
                self.heirs.entry(base.clone()).or_default().insert(path.clone());
            }
            if let Some(class) = self.classes.get_mut(&path) {
                class.bases = bases;
            }
        }
    }

    fn collect_setters(&mut self) {
        let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for File { model, .. } in self.files {
            for (class, name, members) in model.class_attributes() {
                let is_value = |m: &AttributeBinding| !matches!(m, AttributeBinding::Method(..));
                if members.iter().any(is_value) {
                    let home = self.home_of(&model.path_of(class), name);
                    found.entry(name.to_owned()).or_default().insert(home);
                }
            }
        }
        self.setters = found;
    }

    /// The one class of the project that sets an attribute whose name is nobody else's: `_reader_task`, not `task`.
    pub(super) fn only_setter(&self, attribute: &str) -> Option<&str> {
        let classes = self.setters.get(attribute).filter(|_| attribute.contains('_'))?;
        let mut classes = classes.iter();
        classes.next().filter(|_| classes.next().is_none()).map(String::as_str)
    }

    fn collect_endings(&mut self) {
        let last = |path: &String| path.rsplit('.').next().unwrap_or(path).to_lowercase();
        let mut endings: Vec<String> = self.classes.keys().map(|p| backwards(&last(p))).collect();
        endings.sort_unstable();
        self.endings = endings;
    }

    /// How many classes of the project have a name that ends so, in lower case.
    pub(super) fn classes_named(&self, ending: &str) -> usize {
        let ending = backwards(ending);
        let first = self.endings.partition_point(|name| *name < ending);
        self.endings[first..].iter().take_while(|name| name.starts_with(&ending)).count()
    }

    /// The class of the project that an expression names.
    pub(super) fn class_of(&self, spot: Spot) -> Option<String> {
        let model = self.model(spot);
        model.origins(spot.node).into_iter().find_map(|origin| match origin {
            Origin::Class(class) => Some(model.path_of(class)),
            Origin::Path(path) => {
                self.project.resolve(&path).into_iter().find(|p| self.classes.contains_key(p))
            }
            _ => None,
        })
    }

    /// The model of a spot.
    pub fn model(&self, spot: Spot) -> &'a Model {
        self.files[spot.file].model
    }

    /// Whether a spot is in test code.
    pub fn is_test(&self, spot: Spot) -> bool {
        self.files[spot.file].is_test
    }

    /// The `def` around a spot; none at module level.
    pub fn function_of(&self, spot: Spot) -> Option<Spot> {
        let node = self.model(spot).function_of(spot.node)?;
        Some(Spot { node, ..spot })
    }

    /// A place that shows something.
    pub fn witness(&self, spot: Spot, note: impl Into<String>) -> Witness {
        let model = self.model(spot);
        let path = model.source.path().to_path_buf();
        Witness { path, line: model.line(spot.node), note: note.into() }
    }

    /// The name of a `def` for people: `App.start`.
    pub fn name_of(&self, function: Spot) -> String {
        let model = self.model(function);
        let own = model.child(function.node, Field::Name).map_or("", |n| model.text(n));
        match model.qualified_function(function.node) {
            Some(outer) => format!("{outer}.{own}"),
            None => own.to_owned(),
        }
    }

    /// Every place where a name, or an attribute of this name, is written.
    pub(super) fn mentions(&self, name: &str) -> &[Spot] {
        self.mentions.get(name).map_or(&[], Vec::as_slice)
    }

    /// The paths behind a path: re-exports and bases followed, without brackets of calls.
    pub(super) fn paths_behind(&self, path: &str) -> Vec<String> {
        self.project.resolve(path)
    }

    /// The function at a path, as far as the project has it.
    pub(super) fn function_at(&self, path: &str) -> Option<Spot> {
        let known = |p: &String| self.functions.get(p.replace("()", "").as_str()).copied();
        self.project.resolve(path).iter().find_map(known)
    }

    /// The class at a path of the project.
    pub(super) fn class_at(&self, path: &str) -> Option<Spot> {
        self.classes.get(path).map(|c| c.spot)
    }

    /// Whether a function may be looked up by a name that is put together: `getattr(self, "handle_" + event)`.
    pub(super) fn is_looked_up_by_prefix(&self, name: &str) -> bool {
        self.prefixes.iter().any(|prefix| name.starts_with(prefix))
    }

    /// Whether a dotted path is a module of the project.
    pub(super) fn is_module(&self, path: &str) -> bool {
        self.modules.contains(path)
    }

    /// The functions of the project that an expression stands for.
    pub(super) fn functions(&self, spot: Spot) -> Vec<Spot> {
        self.meant.get(spot, |spot| self.look_functions_up(*spot))
    }

    fn look_functions_up(&self, spot: Spot) -> Vec<Spot> {
        let model = self.model(spot);
        if let Some(found) = self.of_super(spot) {
            return vec![found];
        }
        let of = |origin: &Origin| match origin {
            Origin::Function(node) => Some(Spot { node: *node, ..spot }),
            Origin::Path(path) => self.function_at(path),
            _ => None,
        };
        let mut found: Vec<Spot> = model.origins(spot.node).iter().filter_map(of).collect();
        found.sort();
        found.dedup();
        found
    }

    /// What `super().name` finds: of the bases of its class, in their order, what the first has that has any.
    fn of_super(&self, spot: Spot) -> Option<Spot> {
        let model = self.model(spot);
        let object = model.child(spot.node, Field::Object)?;
        let name = model.text(model.child(spot.node, Field::Attribute)?);
        let class = model.class_of(spot.node).filter(|_| model.text(object) == "super()")?;
        for base in model.bases(class) {
            let path = match model.origins(base).into_iter().next()? {
                Origin::Class(class) => model.path_of(class),
                Origin::Path(path) => path,
                _ => return None,
            };
            if let Some(method) = self.project.method(&path, name)? {
                return self.functions.get(method.as_str()).copied();
            }
        }
        None
    }

    /// The class that keeps an attribute: the topmost base of `class` in the project that sets it, of a mixin that one of the
    /// classes that are made of it; else itself.
    pub(super) fn home_of(&self, class: &str, attribute: &str) -> String {
        let own = || self.home_above(class, attribute);
        own().or_else(|| self.home_below(class, attribute)).unwrap_or_else(|| class.to_owned())
    }

    fn home_below(&self, class: &str, attribute: &str) -> Option<String> {
        let mut below = vec![class];
        let mut next = 0;
        while next < below.len() && below.len() < MOST_BASES {
            let heirs = self.heirs.get(below[next]).into_iter().flatten();
            let new: Vec<&str> = heirs.map(String::as_str).filter(|h| !below.contains(h)).collect();
            below.extend(new);
            next += 1;
        }
        let homes = below[1..].iter().filter_map(|heir| self.home_above(heir, attribute));
        let mut homes: Vec<String> = homes.collect();
        homes.sort_unstable();
        homes.dedup();
        homes.pop().filter(|_| homes.is_empty())
    }

    fn home_above(&self, class: &str, attribute: &str) -> Option<String> {
        let mut home = None;
        let mut classes = vec![class.to_owned()];
        let mut next = 0;
        while next < classes.len() && classes.len() < MOST_BASES {
            let Some(class) = self.classes.get(&classes[next]) else {
                next += 1;
                continue;
            };
            let model = self.model(class.spot);
            if !model.attribute_bindings(class.spot.node, attribute).is_empty() {
                home = Some(classes[next].clone());
            }
            for base in &class.bases {
                if !classes.contains(base) {
                    classes.push(base.clone());
                }
            }
            next += 1;
        }
        home
    }

    /// Whether every base of a class, and of its bases, is in the project.
    pub(super) fn is_self_contained(&self, class: &str) -> bool {
        let mut todo = vec![class.to_owned()];
        let mut next = 0;
        while let Some(path) = todo.get(next) {
            let Some(class) = self.classes.get(path) else { return false };
            let written = self.model(class.spot).bases(class.spot.node);
            let plain = |b: &NodeId| {
                let text = self.model(class.spot).text(*b);
                matches!(text.rsplit('.').next(), Some("object" | "ABC" | "Protocol" | "Generic"))
            };
            if written.iter().filter(|b| !plain(b)).count() != class.bases.len() {
                return false;
            }
            let new: Vec<String> =
                class.bases.iter().filter(|b| !todo.contains(b)).cloned().collect();
            todo.extend(new);
            next += 1;
        }
        true
    }

    /// The class around a method, by its path.
    pub(super) fn class_around(&self, function: Spot) -> Option<String> {
        let model = self.model(function);
        let scope = model.scopes.scope(model.scope_of(function.node));
        (scope.kind == ScopeKind::Class).then(|| model.path_of(scope.node))
    }
}

fn look_through(file: usize, model: &Model) -> Found<'_> {
    let mut found = Found::default();
    for node in model.tree.ids() {
        let spot = Spot { file, node };
        match model.kind(node) {
            Kind::FunctionDefinition => found.functions.push((model.path_of(node), spot)),
            Kind::ClassDefinition => found.classes.push((model.path_of(node), spot)),
            Kind::Attribute => {
                let name = model.child(node, Field::Attribute);
                found.mentions.extend(name.map(|name| (model.text(name), spot)));
            }
            Kind::Call => {
                found.mentions.extend(looked_up(model, node).map(|(_, name)| (name, spot)));
            }
            Kind::Identifier if is_a_name(model, node) => {
                found.mentions.push((model.text(node), spot));
            }
            Kind::StringContent if is_prefix(model.text(node)) => {
                found.prefixes.push(model.text(node));
            }
            _ => {}
        }
    }
    found
}

fn is_prefix(text: &str) -> bool {
    let is_of_a_name = |c: char| c == '_' || c.is_alphanumeric();
    text.len() > 2 && text.ends_with('_') && text.chars().all(is_of_a_name)
}

/// The object and the name of `getattr(object, "name")`.
pub(super) fn looked_up(model: &Model, call: NodeId) -> Option<(NodeId, &str)> {
    let callee = model.child(call, Field::Function)?;
    (model.text(callee) == "getattr").then_some(())?;
    let arguments = model.positional(call);
    let (object, name) = (*arguments.first()?, *arguments.get(1)?);
    let name = Some(model.text(name)).filter(|_| model.kind(name) == Kind::String)?;
    Some((object, name.trim_matches(['"', '\''])))
}

fn backwards(text: &str) -> String {
    text.chars().rev().collect()
}

/// Whether an identifier is a name by itself: no attribute, no keyword, no definition's name.
fn is_a_name(model: &Model, node: NodeId) -> bool {
    let Some(parent) = model.tree.parent(node) else { return false };
    let field = model.tree.field(node);
    !matches!(
        (model.kind(parent), field),
        (Kind::Attribute, Field::Attribute)
            | (
                Kind::KeywordArgument | Kind::FunctionDefinition | Kind::ClassDefinition,
                Field::Name
            )
            | (Kind::DottedName | Kind::AliasedImport, _)
            | (Kind::GlobalStatement | Kind::NonlocalStatement, _)
    )
}
