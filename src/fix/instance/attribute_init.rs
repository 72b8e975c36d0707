//! Which instances can have a set of tasks, and how their class creates it. It must not know
//! existing trackers or write text.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::super::layout::is_docstring;
use crate::python::{AttributeBinding, Field, Kind, Model, NodeId, Origin, ScopeKind};
use crate::tasks::libraries::{Role, names};
use crate::tasks::{ProjectIndex, last_name};

/// An object that can keep a task in an attribute, as the code around the site names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::fix) struct TrackerOwner {
    /// The class whose instances have the set.
    pub class: NodeId,
    /// The name for the instance: `self`.
    pub receiver: String,
}

/// How the instances of a class get a new attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::fix) enum AttributeInit {
    /// `self.name = value` in `__init__`.
    Assigned {
        /// Below this statement, else above the first one.
        behind: Option<NodeId>,
        /// The `__init__`.
        constructor: NodeId,
        /// Its name for the instance.
        receiver: String,
    },
    /// In a new `__init__`, since neither the class nor its bases have one.
    NewConstructor,
    /// As a dataclass field.
    DataclassField,
    /// As a private attribute of a pydantic model.
    PydanticPrivate,
}

/// How classes of a file can get a new attribute, cached by class.
pub(in crate::fix) struct AttributeInits<'a> {
    model: &'a Model,
    project: &'a ProjectIndex,
    cache: RefCell<BTreeMap<NodeId, Result<AttributeInit, String>>>,
}

/// How deep bases are followed.
const MAX_DEPTH: usize = 8;

impl<'a> AttributeInits<'a> {
    pub(in crate::fix) fn new(model: &'a Model, project: &'a ProjectIndex) -> Self {
        Self { model, project, cache: RefCell::default() }
    }

    /// The instance that can keep the task of a call: of the class of the enclosing method, or of a
    /// base of it in this file.
    ///
    /// # Errors
    /// Why there is none, for the user.
    pub(in crate::fix) fn owner_of(&self, call: NodeId) -> Result<TrackerOwner, String> {
        let model = self.model;
        let (method, owner) =
            method_receiver(model, call).ok_or("there is no `self` in that function")?;
        let mut last = Err("its class has no `__init__`".to_owned());
        for class in base_chain(model, owner.class).into_iter().rev() {
            last = self.init_of(class).and_then(|init| check_order(&init, method, call));
            if last.is_ok() {
                return Ok(TrackerOwner { class, ..owner });
            }
        }
        last.and(Err(String::new()))
    }

    /// Whether a subclass does not run the `__init__` of this class.
    pub(in crate::fix) fn may_lack_set(&self, class: NodeId) -> bool {
        self.project.subclass_without_base_init(&self.model.path_of(class), true).is_some()
    }

    /// How the instances of a class can get a new attribute.
    ///
    /// # Errors
    /// Why they cannot, for the user.
    pub(in crate::fix) fn init_of(&self, class: NodeId) -> Result<AttributeInit, String> {
        let new = || attribute_init(self.model, self.project, class);
        self.cache.borrow_mut().entry(class).or_insert_with(new).clone()
    }
}

/// The method around a node and the instance it is called on, if its first parameter still names
/// the instance at the node.
pub(in crate::fix) fn method_receiver(
    model: &Model,
    node: NodeId,
) -> Option<(NodeId, TrackerOwner)> {
    let mut method = model.function_of(node)?;
    while model.scopes.scope(model.scope_of(method)).kind != ScopeKind::Class {
        method = model.function_of(method)?;
    }
    let class = model.scopes.scope(model.scope_of(method)).node;
    let unbound = |d: &NodeId| matches!(model.text(*d), "staticmethod" | "classmethod");
    // Three methods are implicitly static or class methods (reference/datamodel.html).
    let name = model.name_of(method);
    let implicit = matches!(name, "__new__" | "__init_subclass__" | "__class_getitem__");
    if implicit || model.decorators(method).iter().any(unbound) {
        return None;
    }
    let first = first_parameter(model, method)?;
    let name = model.text(first);
    let (owner, _) = model.lookup(model.scope_of(node), name)?;
    let same = Some(owner) == model.scopes.opened_by(method) && model.bindings_of(first).len() == 1;
    same.then(|| (method, TrackerOwner { class, receiver: name.to_owned() }))
}

fn first_parameter(model: &Model, function: NodeId) -> Option<NodeId> {
    let list = model.child(function, Field::Parameters)?;
    let first = model.tree.first_child(list)?;
    match model.kind(first) {
        Kind::Identifier => Some(first),
        // `self: Self` is an instance of this class; `self: Client` in a mixin is not.
        Kind::TypedParameter => {
            let own = model.child(first, Field::Type).is_some_and(|t| model.text(t) == "Self");
            let name = model.tree.first_child(first);
            name.filter(|n| own && model.kind(*n) == Kind::Identifier)
        }
        _ => None,
    }
}

/// A class and its bases in this file, the nearest first; only the first of several bases.
fn base_chain(model: &Model, class: NodeId) -> Vec<NodeId> {
    let mut chain = vec![class];
    for _ in 0..MAX_DEPTH {
        let bases = model.bases(chain[chain.len() - 1]).into_iter();
        let mut own = bases.flat_map(|b| model.origins(b)).filter_map(|origin| origin.class());
        match own.find(|base| !chain.contains(base)) {
            Some(base) => chain.push(base),
            None => break,
        }
    }
    chain
}

/// Methods besides `__init__` that take part in making or copying an object.
const CONSTRUCTION_HOOKS: [&str; 9] = [
    "__new__",
    "__setattr__",
    "__getstate__",
    "__setstate__",
    "__reduce__",
    "__reduce_ex__",
    "__copy__",
    "__deepcopy__",
    "__getnewargs__",
];

/// Code that enumerates all attributes of an object, copies it, or makes one without `__init__`.
const ATTRIBUTE_INSPECTION: [&str; 8] =
    ["asdict(", "astuple(", "fields(", "vars(", "__dict__", "deepcopy", "pickle", ".__new__("];

/// The names that the declaration of an attribute in a class body reads.
const NAMES_READ: [&str; 7] =
    ["set", "field", "dataclasses", "PrivateAttr", "pydantic", "asyncio", "concurrent"];

fn attribute_init(
    model: &Model,
    project: &ProjectIndex,
    class: NodeId,
) -> Result<AttributeInit, String> {
    let name = model.name_of(class);
    let has = |member: &str| !model.attribute_bindings(class, member).is_empty();
    if let Some(decider) = CONSTRUCTION_HOOKS.iter().find(|d| has(d)) {
        return Err(format!("`{name}` defines `{decider}`, which would have to handle the set"));
    }
    if let Some(word) = ATTRIBUTE_INSPECTION.iter().find(|w| model.source.code().contains(**w)) {
        return Err(format!("the file uses `{word}`, which may expose or skip the set"));
    }
    if is_special(model, class) {
        return Err(format!("it is not known how instances of `{name}` are created"));
    }
    let body = model.child(class, Field::Body).filter(|b| !on_header_line(model, *b));
    let body = body.ok_or_else(|| format!("`{name}` is written on one line"))?;
    let dataclass = model.decorators(class).into_iter().find(|d| is_dataclass(model, *d));
    let frozen = dataclass.is_some_and(|d| {
        model.keyword(d, "frozen").is_some_and(|value| model.kind(value) != Kind::False)
    });
    if has("__slots__") && slots(model, class).is_none() {
        return Err(format!("the `__slots__` of `{name}` are not a tuple or list"));
    }
    if has("__init__") {
        if frozen {
            return Err(format!("`{name}` is a frozen dataclass"));
        }
        return constructor(model, project, class, body, name);
    }
    let pydantic = base_chain(model, class).into_iter().any(|c| is_pydantic(model, c));
    if dataclass.is_some() || pydantic {
        if let Some(word) = NAMES_READ.iter().find(|w| has(w)) {
            return Err(format!("`{name}` has an attribute called `{word}`"));
        }
        check_subclasses(model, project, class, false)?;
        return Ok(if pydantic {
            AttributeInit::PydanticPrivate
        } else {
            AttributeInit::DataclassField
        });
    }
    if !model.bases(class).into_iter().all(|b| is_plain_base(model, b)) {
        return Err(format!("`{name}` inherits its `__init__`"));
    }
    match project.all_subclasses(&model.path_of(class)).first() {
        Some(subclass) => Err(format!(
            "`{name}` has no `__init__`, but has the subclass `{}`",
            last_name(subclass)
        )),
        None => Ok(AttributeInit::NewConstructor),
    }
}

/// Whether a base takes no part in making an instance.
fn is_plain_base(model: &Model, base: NodeId) -> bool {
    model.is_path(base, names(Role::EmptyBase))
        || model.origins(base) == [Origin::Builtin("object".into())]
}

/// Whether an unknown decorator or metaclass may change the class.
fn is_special(model: &Model, class: NodeId) -> bool {
    let known =
        |d: NodeId| is_dataclass(model, d) || model.is_path(d, names(Role::PlainClassDecorator));
    let arguments = model.child(class, Field::Superclasses);
    let keyword = |n: NodeId| {
        model.kind(n) == Kind::KeywordArgument
            && !model.child(n, Field::Value).is_some_and(|v| model.is_path(v, &["abc.ABCMeta"]))
    };
    let splat = |n: NodeId| matches!(model.kind(n), Kind::ListSplat | Kind::DictionarySplat);
    !model.decorators(class).into_iter().all(known)
        || arguments.is_some_and(|a| model.tree.children(a).any(|n| keyword(n) || splat(n)))
}

fn is_pydantic(model: &Model, class: NodeId) -> bool {
    model.bases(class).into_iter().any(|b| model.is_path(b, names(Role::PydanticModel)))
}

/// The tuple or list literal of a class's `__slots__`.
pub(in crate::fix) fn slots(model: &Model, class: NodeId) -> Option<NodeId> {
    let [AttributeBinding::Value(value)] = *model.attribute_bindings(class, "__slots__") else {
        return None;
    };
    let written = model.source.code()[model.tree.range(value)].starts_with(['(', '[']);
    let plain = |n: NodeId| model.kind(n) == Kind::String && !model.text(n).contains('\n');
    let list = matches!(model.kind(value), Kind::Tuple | Kind::List);
    (list && written && model.tree.children(value).all(plain)).then_some(value)
}

/// Where an assignment goes in the `__init__` of a class.
fn constructor(
    model: &Model,
    project: &ProjectIndex,
    class: NodeId,
    body: NodeId,
    name: &str,
) -> Result<AttributeInit, String> {
    let named =
        |n: NodeId| model.kind(n) == Kind::FunctionDefinition && model.name_of(n) == "__init__";
    let is_own = |n: &NodeId| named(*n) && model.class_of(*n) == Some(class);
    let own: Vec<NodeId> = model.tree.descendants(class).filter(is_own).collect();
    let plain = |n: NodeId| model.tree.parent(n) == Some(body) && !model.is_async(n);
    let unclear = || format!("the `__init__` of `{name}` is too complex");
    let [own] = own[..] else { return Err(unclear()) };
    let suite = model.child(own, Field::Body).filter(|b| plain(own) && !on_header_line(model, *b));
    let (Some(suite), Some(receiver)) = (suite, first_parameter(model, own)) else {
        return Err(unclear());
    };
    let inside = model.lookup(model.scope_of(suite), "set");
    if model.bindings_of(receiver).len() != 1 || inside.is_some() {
        return Err(unclear());
    }
    let statements: Vec<NodeId> = model.tree.children(suite).collect();
    let calls = |n: NodeId| base_constructor(model, n);
    let base = statements.iter().rfind(|s| calls(**s)).copied();
    let hidden = model.tree.descendants(suite).filter(|n| model.kind(*n) == Kind::Call);
    let hidden = hidden.filter(|n| model.is_base_init(*n)).count();
    if hidden != statements.iter().filter(|s| calls(**s)).count() {
        return Err(format!(
            "the `__init__` of `{name}` does not always call that of its base class"
        ));
    }
    // A base in another file may call a method before `__init__` is done, or store attributes in
    // its own way.
    let own_base =
        |b: NodeId| is_plain_base(model, b) || model.origins(b).iter().all(|o| o.class().is_some());
    if !model.bases(class).into_iter().all(own_base) {
        return Err(format!("the base classes of `{name}` are not known"));
    }
    let docstring = statements.first().copied().filter(|s| is_docstring(model, *s));
    check_subclasses(model, project, class, true)?;
    let receiver = model.text(receiver).to_owned();
    Ok(AttributeInit::Assigned { behind: base.or(docstring), constructor: own, receiver })
}

/// Whether a statement is `super().__init__(…)` or `Base.__init__(self, …)`.
fn base_constructor(model: &Model, statement: NodeId) -> bool {
    let value = model.tree.first_child(statement);
    model.kind(statement) == Kind::ExpressionStatement
        && value.is_some_and(|v| model.kind(v) == Kind::Call && model.is_base_init(v))
}

/// Checks that every subclass in the project runs the `__init__` of this class, a generated one too
/// if `or_generated`.
fn check_subclasses(
    model: &Model,
    project: &ProjectIndex,
    class: NodeId,
    or_generated: bool,
) -> Result<(), String> {
    let class = model.path_of(class);
    match project.subclass_without_base_init(&class, or_generated) {
        Some(subclass) => Err(format!(
            "the subclass `{}` of `{}` does not call its `__init__` first",
            last_name(subclass),
            last_name(&class)
        )),
        None => Ok(()),
    }
}

/// Whether a decorator is `dataclass`.
fn is_dataclass(model: &Model, decorator: NodeId) -> bool {
    let callee = match model.kind(decorator) {
        Kind::Call => model.child(decorator, Field::Function).unwrap_or(decorator),
        _ => decorator,
    };
    model.is_path(callee, &["dataclasses.dataclass"])
}

/// Whether a suite begins on the line of its header.
fn on_header_line(model: &Model, suite: NodeId) -> bool {
    let start = model.tree.start(suite);
    !model.source.code()[model.source.line_start(start)..start].trim().is_empty()
}

/// Checks that the attribute exists when a call runs.
fn check_order(init: &AttributeInit, method: NodeId, call: NodeId) -> Result<(), String> {
    match init {
        AttributeInit::Assigned { behind: Some(base), constructor, .. }
            if *constructor == method && call < *base =>
        {
            Err("the task is created before the `__init__` of the base class is called".to_owned())
        }
        _ => Ok(()),
    }
}
