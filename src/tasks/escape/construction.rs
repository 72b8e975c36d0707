//! What a class's constructor does with the new object: who else knows it then, and the tasks that it owns. It follows what
//! refers to the object, and no call of the class.

use std::collections::BTreeSet;

use super::analyzer::{EscapeAnalyzer, EscapeResult, Follow};
use super::coroutine::has_plain_decorators;
use crate::python::{AttributeBinding, BindingKind, Field, Kind, Model, NodeId, Origin, UseKind};
use crate::tasks::effects::{ObjectEscape, ValueKind};
use crate::tasks::libraries::{Role, Spawner, names};
use crate::tasks::project::{CallOutcome, TaskOwner};
use crate::tasks::verdict::{Reason, Verdict};

/// The methods that run when a class is called.
const CONSTRUCTORS: &[&str] = &["__init__", "__post_init__", "__attrs_post_init__"];

/// The methods with which a class makes its objects, or their attributes, in its own way.
const UNUSUAL: &[&str] = &["__new__", "__setattr__", "__getattribute__", "__getattr__", "__del__"];

/// A walk through the methods that run because an object is made.
struct Construction<'a, 'b> {
    analyzer: &'b EscapeAnalyzer<'a>,
    class: NodeId,
    escape: ObjectEscape,
    visited: BTreeSet<NodeId>,
    /// Attributes that get a new task, each with whether every object does.
    tasks: Vec<(String, bool)>,
    /// Reads of attributes of the object.
    reads: Vec<NodeId>,
    /// Attributes with something that refers to the object or to one of its tasks.
    holders: BTreeSet<String>,
    /// Attributes to which a callback that refers to the object is added.
    called_back: Vec<String>,
}

impl<'a> EscapeAnalyzer<'a> {
    /// Who knows a new object of a class besides the caller of the class, and with it a value that the caller assigns to one of
    /// its attributes.
    pub(in crate::tasks) fn escape_of_new(&self, class: NodeId, attribute: &str) -> ObjectEscape {
        let bindings = self.model.attribute_bindings(class, attribute);
        if bindings.iter().any(|b| may_be_descriptor(self.model, class, b)) {
            return ObjectEscape::Unknown;
        }
        self.deeper(|| self.construct(class).escape).unwrap_or(ObjectEscape::Unknown)
    }

    /// The class as an owner of tasks, if its constructor makes one that nothing but the object keeps, as far as it is seen.
    pub(in crate::tasks) fn owner_of_task(&self, class: NodeId) -> Option<TaskOwner> {
        let construction = self.construct(class);
        let (attribute, is_certain) =
            construction.tasks.iter().max_by_key(|(_, is_certain)| *is_certain)?.clone();
        let escape = construction.escape;
        (escape != ObjectEscape::Certain).then_some(TaskOwner { attribute, is_certain, escape })
    }

    fn construct(&self, class: NodeId) -> Construction<'a, '_> {
        let mut construction = Construction {
            analyzer: self,
            class,
            escape: ObjectEscape::None,
            visited: BTreeSet::new(),
            tasks: Vec::new(),
            reads: Vec::new(),
            holders: BTreeSet::new(),
            called_back: Vec::new(),
        };
        if !makes_objects_as_usual(self.model, class) {
            construction.escape = ObjectEscape::Unknown;
        }
        for name in CONSTRUCTORS {
            for binding in self.model.attribute_bindings(class, name).iter() {
                match binding {
                    AttributeBinding::Method(function, _) => {
                        construction.run(*function, Some(true))
                    }
                    _ => construction.found(ObjectEscape::Unknown),
                }
            }
        }
        construction.follow_tasks();
        construction
    }
}

impl Construction<'_, '_> {
    fn found(&mut self, escape: ObjectEscape) {
        self.escape = self.escape.max(escape);
    }

    /// Follows the object through a method that is called on it. `made` says whether the constructor calls it on each path; it is
    /// none for what may run later.
    fn run(&mut self, method: NodeId, made: Option<bool>) {
        let model = self.analyzer.model;
        if !self.visited.insert(method) {
            return;
        }
        let is_plain = |d: &NodeId| matches!(model.text(*d), "staticmethod" | "classmethod");
        let decorators = model.decorators(method);
        if decorators.iter().any(is_plain) {
            return;
        }
        let is_property = decorators.iter().all(|d| model.text(*d).ends_with("property"));
        if !is_property && !has_plain_decorators(model, method) {
            return self.found(ObjectEscape::Unknown);
        }
        let Some(scope) = model.scopes.opened_by(method) else { return };
        let receiver = model.scopes.all_bindings(scope).find(|b| {
            matches!(b.kind, BindingKind::Parameter { function, index: 0, variadic: false, .. } if function == method)
        });
        let Some((owner, symbol)) = receiver.and_then(|b| model.variable(b.node)) else {
            return self.found(ObjectEscape::Unknown);
        };
        if model.scopes.bindings(owner, symbol).len() > 1 {
            self.found(ObjectEscape::Unknown);
        }
        if let Some(certain) = made {
            self.collect_tasks(method, certain);
        }
        for read in model.uses(owner, symbol).iter().filter(|u| u.kind == UseKind::Load) {
            match model.scopes.frame(read.within) == scope {
                true => self.read(read.node, method, made),
                false => self.found(ObjectEscape::Unknown),
            }
        }
    }

    /// Collects the tasks that a method of the object assigns to its attributes.
    fn collect_tasks(&mut self, method: NodeId, certain: bool) {
        let analyzer = self.analyzer;
        let model = analyzer.model;
        for assignment in model.own_nodes(method, |kind| kind == Kind::Assignment) {
            let (Some(left), Some(right)) =
                (model.child(assignment, Field::Left), model.child(assignment, Field::Right))
            else {
                continue;
            };
            // In `parent.task = self.task = create_task(...)` it is not the only one.
            let is_alone = model.parent_of_kind(assignment, Kind::Assignment).is_none();
            if is_alone
                && self.is_own_attribute(left)
                && analyzer.makes_fresh_task(model.bare(right))
            {
                let name = self.attribute_name(left).to_owned();
                self.tasks.push((name, certain && always_runs(model, method, assignment)));
            }
        }
    }

    /// Follows the object from a read of the method's first parameter.
    fn read(&mut self, read: NodeId, method: NodeId, made: Option<bool>) {
        let model = self.analyzer.model;
        let Some(parent) = model.tree.parent(read) else { return };
        match model.kind(parent) {
            Kind::Attribute if model.tree.field(read) == Field::Object => {
                self.attribute(parent, method, made);
            }
            Kind::Interpolation | Kind::ComparisonOperator => {}
            Kind::ArgumentList | Kind::KeywordArgument if !self.is_passed_to_project(read) => {
                self.refers(read);
            }
            _ => {
                self.refers(read);
                self.found(ObjectEscape::Unknown);
            }
        }
    }

    /// Whether the object is an argument of a call that may run code of the project.
    fn is_passed_to_project(&self, argument: NodeId) -> bool {
        let model = self.analyzer.model;
        let call = model.tree.ancestors(argument).find(|n| model.kind(*n) == Kind::Call);
        let callee = call.and_then(|call| model.child(call, Field::Function));
        callee.is_none_or(|callee| {
            let is_own = |origin: &Origin| match origin {
                Origin::Path(path) => self.analyzer.project.is_own(path),
                Origin::Builtin(_) => false,
                _ => true,
            };
            self.analyzer.origins(callee).iter().any(is_own)
        })
    }

    /// Follows an expression that refers to the object: the object, one of its bound methods or coroutines.
    fn refers(&mut self, expression: NodeId) {
        let result = self.analyzer.escape_of(expression, ValueKind::Callable);
        self.ends(&result);
    }

    /// What refers to the object, or its task, ends there.
    fn ends(&mut self, result: &EscapeResult) {
        let is_own = result.reason == Reason::Attribute && self.is_own_attribute(result.sink);
        if is_own {
            self.holders.insert(self.attribute_name(result.sink).to_owned());
        }
        self.found(match result.verdict() {
            Verdict::Dropped => ObjectEscape::None,
            Verdict::Unsure => ObjectEscape::Unknown,
            // The object, and its own coroutines, are known through it alone.
            Verdict::Held | Verdict::Managed => match result.reason {
                Reason::Awaited | Reason::Gathered | Reason::Frame => ObjectEscape::None,
                _ if is_own => ObjectEscape::None,
                _ => ObjectEscape::Certain,
            },
        });
    }

    fn attribute(&mut self, attribute: NodeId, method: NodeId, made: Option<bool>) {
        let model = self.analyzer.model;
        let bindings = model.attribute_bindings(self.class, self.attribute_name(attribute));
        let is_read = model.tree.field(attribute) != Field::Left;
        // `self.__dict__` leads to all attributes, `self.__class__` to what the metaclass keeps.
        if self.attribute_name(attribute).starts_with("__") && bindings.is_empty() {
            return self.found(ObjectEscape::Unknown);
        }
        match bindings[..] {
            [AttributeBinding::Method(getter, true)] if is_read => self.run(getter, None),
            [AttributeBinding::Method(called, false)] if is_read => {
                self.bound_method(attribute, called, method, made);
            }
            _ if bindings.iter().any(|b| may_be_descriptor(model, self.class, b)) => {
                self.found(ObjectEscape::Unknown);
            }
            _ if is_read => self.reads.push(attribute),
            _ => {}
        }
    }

    /// A method of the object: it is called, or passed on.
    fn bound_method(
        &mut self,
        attribute: NodeId,
        called: NodeId,
        method: NodeId,
        made: Option<bool>,
    ) {
        let analyzer = self.analyzer;
        let model = analyzer.model;
        let call = model
            .parent_of_kind(attribute, Kind::Call)
            .filter(|_| model.tree.field(attribute) == Field::Function);
        let Some(call) = call else {
            match self.is_callback_of(attribute) {
                Some(name) => self.called_back.push(name),
                None => self.refers(attribute),
            }
            return;
        };
        if model.is_async(called) || analyzer.is_generator(called) {
            self.refers(call);
            return self.run(called, None);
        }
        let certain = |certain| certain && always_runs(model, method, call);
        self.run(called, made.map(certain));
    }

    /// The attribute to whose value a bound method is added as a callback: `self._task.add_done_callback(self._done)`.
    fn is_callback_of(&self, callback: NodeId) -> Option<String> {
        let model = self.analyzer.model;
        let list = model.parent_of_kind(callback, Kind::ArgumentList)?;
        let (object, name) = model.called_method(model.tree.parent(list)?)?;
        let is_own = name == "add_done_callback" && self.is_own_attribute(object);
        is_own.then(|| self.attribute_name(object).to_owned())
    }

    /// Follows the tasks of the object from every read of their attributes.
    fn follow_tasks(&mut self) {
        let tasks: BTreeSet<String> = self.tasks.iter().map(|(name, _)| name.clone()).collect();
        if self.called_back.iter().any(|name| !tasks.contains(name)) {
            self.found(ObjectEscape::Certain);
        }
        let reads = std::mem::take(&mut self.reads);
        let (of_tasks, others): (Vec<NodeId>, Vec<NodeId>) =
            reads.into_iter().partition(|read| tasks.contains(self.attribute_name(*read)));
        for read in of_tasks {
            self.ends(&self.analyzer.escape_of(read, ValueKind::Task));
        }
        if others.iter().any(|read| self.holders.contains(self.attribute_name(*read))) {
            self.found(ObjectEscape::Unknown);
        }
    }

    fn attribute_name(&self, attribute: NodeId) -> &str {
        let model = self.analyzer.model;
        model.child(attribute, Field::Attribute).map_or("", |name| model.text(name))
    }

    fn is_own_attribute(&self, node: NodeId) -> bool {
        let model = self.analyzer.model;
        let object =
            model.child(node, Field::Object).filter(|_| model.kind(node) == Kind::Attribute);
        object.is_some_and(|o| model.self_class(o) == Some(self.class))
    }
}

impl EscapeAnalyzer<'_> {
    /// Whether an expression certainly is a call that makes a task which nothing keeps yet.
    fn makes_fresh_task(&self, call: NodeId) -> bool {
        let callee = self.model.child(call, Field::Function);
        let callee = callee.filter(|_| self.model.kind(call) == Kind::Call);
        let Some(found) = callee.and_then(|callee| self.spawner(callee)) else { return false };
        let is_fresh = match found.spawner {
            Spawner::CreateTask | Spawner::LoopCreateTask | Spawner::TaskClass => true,
            Spawner::EnsureFuture => !self.may_be_futures(call, found.spawner),
            Spawner::Wrapper => found.wrapper.is_some_and(|w| {
                w.value_kind() == ValueKind::Task && self.outcome(call, w) == CallOutcome::Fresh
            }),
            _ => false,
        };
        is_fresh && found.forced.is_none() && !found.is_async()
    }
}

/// Whether each run of a function, as far as it gets, comes to a node.
fn always_runs(model: &Model, function: NodeId, node: NodeId) -> bool {
    let returns = |n: NodeId| model.kind(n) == Kind::ReturnStatement && n < node;
    let body = model.child(function, Field::Body);
    model.tree.parent(model.statement_of(node)) == body
        && !model.own_nodes(function, |kind| kind == Kind::ReturnStatement).any(returns)
}

/// Whether nothing but the constructor has a part in making an object of a class and in setting its attributes.
fn makes_objects_as_usual(model: &Model, class: NodeId) -> bool {
    let is_plain = |decorator: NodeId| {
        let called = model.child(decorator, Field::Function).unwrap_or(decorator);
        model.is_path(called, names(Role::PlainClassDecorator))
            || model.is_path(called, names(Role::GeneratedInitDecorator))
    };
    let is_empty = |base: &NodeId| {
        model.text(*base) == "object" || model.is_path(*base, names(Role::EmptyBase))
    };
    let superclasses = model.child(class, Field::Superclasses);
    let arguments = superclasses.map_or(0, |list| model.tree.children(list).count());
    let bases = model.bases(class);
    bases.len() == arguments
        && bases.iter().all(is_empty)
        && model.decorators(class).into_iter().all(is_plain)
        && UNUSUAL.iter().all(|name| model.attribute_bindings(class, name).is_empty())
}

/// Whether an attribute of a class that is bound so may have a setter or getter.
fn may_be_descriptor(model: &Model, class: NodeId, binding: &AttributeBinding) -> bool {
    match *binding {
        AttributeBinding::Method(..) => true,
        AttributeBinding::Value(value) => {
            let own = model.scopes.opened_by(class);
            model.kind(value) == Kind::Call && Some(model.scope_of(value)) == own
        }
        AttributeBinding::Annotation(_) | AttributeBinding::Other { .. } => false,
    }
}
