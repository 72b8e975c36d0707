//! The callers of a function, across files and overridden methods. It follows no chain of them.

use std::sync::Arc;

use super::answers::{CallRef, CallsByName};
use super::index::WorkspaceIndex;
use super::types::NodeRef;
use crate::python::{Field, Kind, Model, NodeId, Origin};
use crate::tasks::last_name;

/// Maximum depth of methods that override others.
const MAX_DEPTH: usize = 6;

/// At most so many methods override one, if it is said which of them a call on their base runs.
const MAX_OVERRIDES: usize = 4;

/// A call of a function, or a reference that passes it on.
#[derive(Debug, Clone, Copy)]
pub(super) struct CallerRef {
    pub(super) node_ref: NodeRef,
    /// Whether only the receiver's name suggests that this function is called.
    pub(super) by_name_only: bool,
}

impl WorkspaceIndex<'_> {
    /// The callers of a function, and whether there may be others.
    pub(super) fn callers(&self, function: NodeRef) -> (Vec<CallerRef>, bool) {
        let model = self.model(function);
        let calls = self.calls_by_name(model.name_of(function.node));
        let Some(calls) = calls else { return (Vec::new(), false) };
        let counts = |call: &CallRef| {
            let in_itself = call.occurrence.file == function.file
                && model.tree.contains(function.node, call.occurrence.node);
            !in_itself && (!self.is_test(call.occurrence) || self.is_test(function))
        };
        // A class calls its own method, which a subclass overrides.
        let above = std::iter::successors(Some(function), |f| self.overridden(*f));
        let of_object = |call: &&CallRef, is_own: bool| {
            let there = self.model(call.occurrence);
            let object = there.child(call.occurrence.node, Field::Object);
            is_own || object.is_some_and(|object| there.text(object) == "self")
        };
        let known = |f: NodeRef| {
            let all = calls.by_function.get(&f).into_iter().flatten();
            all.filter(move |call| of_object(call, f == function))
        };
        let sure = above.take(MAX_DEPTH).flat_map(known).filter(|c| counts(c));
        let mut found: Vec<CallerRef> =
            sure.map(|call| CallerRef { node_ref: call.node_ref, by_name_only: false }).collect();
        let path = self.enclosing_class(function);
        let class = path.as_deref().map(class_name);
        let is_of_task = model.name_of(function.node) == "cancel";
        let words = path.as_deref().map(|path| camel_words(last_name(path))).unwrap_or_default();
        let may_name = |object: &str| words.iter().any(|word| object.contains(word));
        let aliased = calls.aliased.get(&function).into_iter().flatten();
        let mut is_unclear = aliased.into_iter().any(counts);
        for (call, object) in calls.unresolved.iter().filter(|(call, _)| counts(call)) {
            let named = |o: &String| class.as_ref().is_some_and(|c| self.is_named_after(o, c));
            match object.as_ref().is_some_and(named) {
                true => found.push(CallerRef { node_ref: call.node_ref, by_name_only: true }),
                // `task.cancel()` is a call of the method of another object.
                false => is_unclear |= !is_of_task || object.as_ref().is_some_and(|o| may_name(o)),
            }
        }
        found.sort_by_key(|c| (c.by_name_only, c.node_ref));
        (found, is_unclear)
    }

    /// The calls, on other objects than `self`, of the methods that a method overrides.
    pub(super) fn callers_of_base(&self, function: NodeRef) -> Vec<CallerRef> {
        let Some(calls) = self.calls_by_name(self.model(function).name_of(function.node)) else {
            return Vec::new();
        };
        let class = self.enclosing_class(function).unwrap_or_default();
        let above = std::iter::successors(self.overridden(function), |f| self.overridden(*f));
        let all = above.take(MAX_DEPTH).filter_map(|f| calls.by_function.get(&f)).flatten();
        let is_other = |call: &&CallRef| {
            let model = self.model(call.occurrence);
            let object = model.child(call.occurrence.node, Field::Object);
            // `Base.run(self)` is no call of what overrides it.
            let is_own = object.is_none_or(|node| {
                let is_class = || self.class_of(NodeRef { node, ..call.occurrence }).is_some();
                let text = model.text(node);
                text == "self" || text.starts_with("super(") || is_class()
            });
            let classes = object.map(|node| self.classes_of(NodeRef { node, ..call.occurrence }));
            let classes = classes.unwrap_or_default();
            let can_be = classes.is_empty()
                || classes.iter().any(|c| self.with_subclasses(c).contains(class.as_str()));
            let can_be = can_be && self.may_be_for(call.node_ref, &class);
            !is_own && can_be && !self.is_test(call.occurrence)
        };
        let caller = |call: &CallRef| CallerRef { node_ref: call.node_ref, by_name_only: false };
        all.filter(is_other).map(caller).collect()
    }

    /// The classes of the project that an object is an instance of, as far as is known.
    fn classes_of(&self, object: NodeRef) -> Vec<String> {
        let model = self.model(object);
        let of_origin = |origin: &Origin| match origin {
            Origin::Instance(class) => vec![model.path_of(*class)],
            Origin::Path(path) => {
                let class = path.strip_suffix("()").map(|path| self.paths_behind(path));
                class.unwrap_or_default()
            }
            _ => Vec::new(),
        };
        let mut found: Vec<String> =
            model.origins(object.node).iter().flat_map(of_origin).collect();
        found.retain(|class| self.class_at(class).is_some());
        found
    }

    /// Whether so many methods override what a method overrides that a call on their base may well run another.
    pub(super) fn is_one_of_many(&self, function: NodeRef) -> bool {
        let name = self.model(function).name_of(function.node);
        let above = std::iter::successors(self.overridden(function), |f| self.overridden(*f));
        let bases = above.take(MAX_DEPTH).filter_map(|f| self.enclosing_class(f));
        let overriding = |base: &str| {
            let below = self.with_subclasses(base).into_iter();
            below.filter(|class| self.function_in(class, name).is_some()).count()
        };
        bases.last().is_some_and(|base| overriding(&base) > MAX_OVERRIDES)
    }

    /// Whether a function is the getter of a property, which is read without a call.
    pub(super) fn is_property(&self, function: NodeRef) -> bool {
        let model = self.model(function);
        let decorators = model.decorators(function.node);
        decorators.iter().any(|d| model.text(*d).ends_with("property"))
    }

    /// The method of the project that a method overrides.
    fn overridden(&self, function: NodeRef) -> Option<NodeRef> {
        let name = self.model(function).name_of(function.node);
        self.method_above(&self.enclosing_class(function)?, name)
    }

    /// All calls of functions with this name.
    pub(super) fn calls_by_name(&self, name: &str) -> Option<Arc<CallsByName>> {
        let occurrences = self.occurrences(name);
        let classify = |_: &String| {
            let mut found = CallsByName::default();
            for occurrence in occurrences.iter().copied() {
                let Some(node_ref) = self.call_or_reference(occurrence) else { continue };
                let call = CallRef { occurrence, node_ref };
                let mut functions = self.functions(occurrence);
                if functions.is_empty() {
                    functions.extend(self.method_of_state(occurrence));
                }
                for method in functions.clone() {
                    functions.extend(self.implementations(method).iter());
                }
                functions.sort();
                functions.dedup();
                let is_looked_up = self.model(occurrence).kind(occurrence.node) == Kind::Call;
                if functions.is_empty() && (is_looked_up || self.has_unknown_receiver(occurrence)) {
                    found.unresolved.push((call, self.receiver_name(occurrence)));
                }
                let of = match node_ref == occurrence && self.is_aliased(occurrence) {
                    true => &mut found.aliased,
                    false => &mut found.by_function,
                };
                for function in functions {
                    of.entry(function).or_default().push(call);
                }
            }
            Arc::new(found)
        };
        (!occurrences.is_empty()).then(|| self.answers.calls.get(name.to_owned(), classify))
    }

    /// The methods of the classes that have all methods of a protocol, for one of them; none if there are many.
    fn implementations(&self, method: NodeRef) -> Arc<[NodeRef]> {
        let find = |method: &NodeRef| self.find_implementations(*method).into();
        self.answers.implementations.get(method, find)
    }

    fn find_implementations(&self, method: NodeRef) -> Vec<NodeRef> {
        let Some(protocol) = self.enclosing_class(method) else { return Vec::new() };
        let Some(class) = self.class_at(&protocol) else { return Vec::new() };
        let model = self.model(class);
        let is_protocol = |base: &NodeId| {
            let is_generic = matches!(model.kind(*base), Kind::Subscript);
            let head = model.child(*base, Field::Value).filter(|_| is_generic).unwrap_or(*base);
            model.text(head).ends_with("Protocol")
                && model.is_path(head, &["typing.Protocol", "typing_extensions.Protocol"])
        };
        if !model.bases(class.node).iter().any(is_protocol) {
            return Vec::new();
        }
        let name = model.name_of(method.node);
        let body = model.child(class.node, Field::Body);
        let own: Vec<NodeId> = body.into_iter().flat_map(|b| methods_in(model, b)).collect();
        let implements = |f: &&NodeRef| {
            let other = self.enclosing_class(**f).filter(|other| *other != protocol);
            other.is_some_and(|other| {
                let has = |name: &str| self.function_at(&format!("{other}.{name}")).is_some();
                own.iter().all(|n| has(model.name_of(*n)))
            }) && self.is_test(**f) == self.is_test(method)
        };
        let found: Vec<NodeRef> =
            self.functions_named(name).iter().filter(implements).copied().collect();
        if found.len() > MAX_OVERRIDES { Vec::new() } else { found }
    }

    /// The call whose callee this occurrence is, or the occurrence itself where it is passed on.
    fn call_or_reference(&self, occurrence: NodeRef) -> Option<NodeRef> {
        let model = self.model(occurrence);
        let mut node = occurrence.node;
        loop {
            let parent = model.tree.parent(node)?;
            match (model.kind(parent), model.tree.field(node)) {
                (Kind::Call, Field::Function) => {
                    let is_it = node == occurrence.node;
                    return is_it.then_some(NodeRef { node: parent, ..occurrence });
                }
                (Kind::ArgumentList, _) if is_taken_back(model, parent) => return None,
                (Kind::ArgumentList | Kind::KeywordArgument | Kind::Pair | Kind::List, _)
                | (Kind::ReturnStatement | Kind::Yield, _)
                | (Kind::DefaultParameter | Kind::TypedDefaultParameter, Field::Value)
                // `client.on_close = self._closed`
                | (Kind::Assignment, Field::Right) => return Some(occurrence),
                (
                    Kind::ParenthesizedExpression
                    | Kind::BooleanOperator
                    | Kind::ConditionalExpression
                    | Kind::Tuple
                    | Kind::Set,
                    _,
                ) => node = parent,
                _ => return None,
            }
        }
    }

    /// The function around a call; of the default of a parameter the function that has it.
    pub(super) fn calling_function(&self, caller: NodeRef) -> Option<NodeRef> {
        let model = self.model(caller);
        let parent = model.tree.parent(caller.node)?;
        let is_default =
            matches!(model.kind(parent), Kind::DefaultParameter | Kind::TypedDefaultParameter);
        let mut around = model.tree.ancestors(caller.node).filter(|_| is_default);
        let function = around.find(|n| model.kind(*n) == Kind::FunctionDefinition);
        function.map(|node| NodeRef { node, ..caller }).or_else(|| self.function_of(caller))
    }

    /// Whether an occurrence gives the function another name: `aclose = close` in a class, `return
    /// wrapper`.
    fn is_aliased(&self, occurrence: NodeRef) -> bool {
        let model = self.model(occurrence);
        match model.tree.parent(occurrence.node).map(|p| model.kind(p)) {
            Some(Kind::Assignment) => self.function_of(occurrence).is_none(),
            Some(Kind::ReturnStatement | Kind::Yield) => true,
            _ => false,
        }
    }

    /// Whether the receiver of a method cannot be resolved.
    pub(super) fn has_unknown_receiver(&self, occurrence: NodeRef) -> bool {
        let model = self.model(occurrence);
        // Only attributes have one.
        let Some(object) = model.child(occurrence.node, Field::Object) else { return false };
        let origins = model.origins(object);
        origins.is_empty()
            || origins.iter().any(|o| match o {
                Origin::Value(_) | Origin::Parameter(_) | Origin::Returned(_) => true,
                // An attribute or result of a project class that is not set in the indexed files.
                Origin::Path(path) => self.is_unset_project_attribute(path),
                _ => false,
            })
    }

    fn is_unset_project_attribute(&self, path: &str) -> bool {
        self.paths_behind(path).iter().any(|p| {
            let class = p.split("()").next().unwrap_or(p);
            p.contains("()") && self.class_at(class).is_some() && class != p.trim_end_matches("()")
        })
    }

    /// The last name of the receiver, in lower case.
    fn receiver_name(&self, occurrence: NodeRef) -> Option<String> {
        let model = self.model(occurrence);
        let object = model.bare(model.child(occurrence.node, Field::Object)?);
        let name = match model.kind(object) {
            Kind::Identifier => object,
            Kind::Attribute => model.child(object, Field::Attribute)?,
            _ => return None,
        };
        Some(model.text(name).to_lowercase().replace('_', ""))
    }

    /// Matches a receiver's name to a class: `app.state.scheduler.stop()` and `Scheduler`, or
    /// `JobScheduler`.
    fn is_named_after(&self, object: &str, class: &str) -> bool {
        object.len() > 3 && class.ends_with(object) && self.count_classes_ending(object) == 1
    }
}

/// The methods of the body of a class.
fn methods_in(model: &Model, body: NodeId) -> Vec<NodeId> {
    let method = |n: NodeId| match model.kind(n) {
        Kind::FunctionDefinition => Some(n),
        Kind::DecoratedDefinition => model.child(n, Field::Definition),
        _ => None,
    };
    let methods = model.tree.children(body).filter_map(method);
    methods.filter(|n| model.kind(*n) == Kind::FunctionDefinition).collect()
}

/// `client.remove_handler(self._on_message)`, `setattr(client, "stop", Client.stop)`: nothing calls the function from there.
fn is_taken_back(model: &Model, arguments: NodeId) -> bool {
    let call = model.tree.parent(arguments);
    let name = call.and_then(|call| model.callee_name(call)).unwrap_or_default();
    let is_removed =
        ["del_", "off", "remove_", "unregister", "unsubscribe"].iter().any(|p| name.starts_with(p));
    // `setattr(Client, "_former", Client.stop)`
    is_removed || matches!(name, "setattr" | "hasattr" | "iscoroutinefunction" | "signature")
}

/// The last name of a class's path in lower case.
fn class_name(path: &str) -> String {
    last_name(path).to_lowercase().trim_start_matches('_').to_owned()
}

/// The words of a class's name in lower case, without short ones: `sync` and `manager` of `SyncManager`.
pub(super) fn camel_words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for letter in name.chars() {
        match words.last_mut().filter(|_| !letter.is_uppercase()) {
            Some(word) => word.push(letter),
            None => words.push(letter.to_lowercase().collect()),
        }
    }
    words.retain(|word| word.len() > 2);
    words
}
