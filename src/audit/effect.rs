//! What the project's code does with a task, or a container of tasks, from some place on: cancels it, awaits it, looks at
//! its outcome, or lets it out of sight. It does not know whose task it is.

use std::cell::LazyCell;
use std::collections::BTreeSet;

use super::index::Index;
use super::terms::{Deed, Effect, Key, Limit, Spot};
use crate::python::{Binding, BindingKind, Field, Kind, Model, NodeId, ScopeKind, UseKind};

/// What kind of value is being followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Shape {
    Task,
    Container,
    /// What awaiting the value would tell: a `gather` that returns exceptions, a time limit around it.
    Waiting {
        limit: Limit,
        sees: bool,
    },
}

impl Shape {
    fn awaited(self) -> Deed {
        match self {
            Self::Waiting { limit, sees } => Deed::Await { limit, sees },
            _ => Deed::Await { limit: Limit::No, sees: true },
        }
    }
}

/// Functions that hand their argument on are followed this deep.
const DEEPEST: u32 = 4;

/// Methods of containers that give out all of it.
const ALL: &[&str] = &["values", "items", "copy", "difference", "union", "intersection", "keys"];
/// Methods of containers that give out an element.
const ONE: &[&str] =
    &["pop", "popleft", "get", "get_nowait", "setdefault", "popitem", "__getitem__"];
/// Builtins that give out what they are given, or an iterator over it.
const COPIES: &[&str] = &[
    "list",
    "set",
    "tuple",
    "sorted",
    "reversed",
    "filter",
    "frozenset",
    "iter",
    "enumerate",
    "zip",
];
/// Builtins that look and keep nothing.
const LOOKS: &[&str] =
    &["len", "bool", "print", "str", "repr", "id", "isinstance", "any", "all", "hasattr"];

impl Index<'_> {
    /// Everything that is done with the value of `spot`, in the order of the places.
    pub(super) fn effects(&self, spot: Spot, shape: Shape) -> Vec<Effect> {
        let mut walk =
            Walk { index: self, seen: BTreeSet::new(), found: BTreeSet::new(), depth: 0 };
        walk.value(spot, shape);
        walk.found.into_iter().collect()
    }
}

struct Walk<'i, 'a> {
    index: &'i Index<'a>,
    seen: BTreeSet<(Spot, Shape)>,
    found: BTreeSet<Effect>,
    depth: u32,
}

impl Walk<'_, '_> {
    fn add(&mut self, spot: Spot, deed: Deed) {
        self.found.insert(Effect { spot, deed, through: None });
    }

    fn value(&mut self, spot: Spot, shape: Shape) {
        if !self.seen.insert((spot, shape)) {
            return;
        }
        let model = self.index.model(spot);
        let at = |node| Spot { node, ..spot };
        let Some(parent) = model.tree.parent(spot.node) else { return };
        let field = model.tree.field(spot.node);
        match (model.kind(parent), field) {
            (
                Kind::ParenthesizedExpression
                | Kind::BooleanOperator
                | Kind::ListSplat
                | Kind::DictionarySplat,
                _,
            ) => self.value(at(parent), shape),
            (Kind::ConditionalExpression, _)
                if model.tree.children(parent).nth(1) != Some(spot.node) =>
            {
                self.value(at(parent), shape);
            }
            (Kind::NamedExpression, Field::Value) => {
                if let Some(name) = model.child(parent, Field::Name) {
                    self.name(at(name), shape);
                }
                self.value(at(parent), shape);
            }
            (Kind::Await, _) => self.awaited(at(parent), shape),
            (Kind::Assignment, Field::Right) => {
                if let Some(left) = model.child(parent, Field::Left) {
                    self.target(at(left), shape);
                }
            }
            (Kind::AugmentedAssignment, Field::Right) => {}
            (Kind::Tuple | Kind::List | Kind::Set | Kind::ExpressionList, _) => {
                self.element(at(parent), spot, shape);
            }
            (Kind::Pair, Field::Value) => {
                if let Some(display) = model.tree.parent(parent) {
                    self.value(at(display), Shape::Container);
                }
            }
            (kind, Field::Body) if kind.is_comprehension() => {
                self.value(at(parent), Shape::Container);
            }
            (Kind::ForInClause | Kind::ForStatement, Field::Right) => {
                if shape == Shape::Container
                    && let Some(left) = model.child(parent, Field::Left)
                {
                    self.target(at(left), Shape::Task);
                }
            }
            (Kind::BinaryOperator, _) => self.value(at(parent), shape),
            (Kind::Subscript, Field::Value) => self.value(at(parent), Shape::Task),
            (Kind::Attribute, Field::Object) => self.attribute(at(parent), shape),
            (Kind::KeywordArgument, Field::Value) => {
                if let Some(arguments) = model.tree.parent(parent) {
                    self.argument(at(parent), at(arguments), shape);
                }
            }
            (Kind::ArgumentList, _) => self.argument(spot, at(parent), shape),
            (Kind::Call, Field::Arguments) => self.passed(spot, at(parent), shape),
            // In an `__await__`.
            (Kind::Yield, _) if model.text(parent).starts_with("yield from") => {
                self.awaited(at(parent), shape);
            }
            (Kind::ReturnStatement | Kind::Yield, _) => self.add(at(parent), Deed::Escape),
            _ => {}
        }
    }

    /// `await value`: also what `asyncio.wait` gives back.
    fn awaited(&mut self, awaiting: Spot, shape: Shape) {
        let deed = match shape.awaited() {
            Deed::Await { limit, sees } if has_time_limit(self.index, awaiting) => {
                Deed::Await { limit: limit.max(Limit::Yes), sees }
            }
            other => other,
        };
        self.add(awaiting, deed);
        if matches!(shape, Shape::Waiting { sees: false, .. }) {
            // `done, pending = await asyncio.wait(tasks)`, `results = await gather(..., return_exceptions=True)`
            self.value(awaiting, Shape::Container);
        }
    }

    fn element(&mut self, display: Spot, node: Spot, shape: Shape) {
        let model = self.index.model(display);
        if let Some(assignment) = model.tree.parent(display.node)
            && model.kind(assignment) == Kind::Assignment
            && let Some(left) = model.child(assignment, Field::Left)
            && matches!(model.kind(left), Kind::PatternList | Kind::TuplePattern)
        {
            let place = model.tree.children(display.node).position(|c| c == node.node);
            let target = place.and_then(|i| model.tree.children(left).nth(i));
            if let Some(node) = target {
                self.target(Spot { node, ..display }, shape);
            }
            return;
        }
        self.value(display, Shape::Container);
    }

    /// The value goes to an assignment's or a loop's target.
    fn target(&mut self, target: Spot, shape: Shape) {
        let model = self.index.model(target);
        match model.kind(target.node) {
            Kind::Identifier => self.name(target, shape),
            Kind::PatternList | Kind::TuplePattern | Kind::ListPattern | Kind::Tuple => {
                let parts: Vec<NodeId> = model.tree.children(target.node).collect();
                for node in parts {
                    self.target(Spot { node, ..target }, shape);
                }
            }
            // It moves to another keeper, which is somebody else's to follow.
            _ => self.add(target, Deed::Escape),
        }
    }

    /// Every read of a function's local that can come after this occurrence of it.
    fn name(&mut self, name: Spot, shape: Shape) {
        let model = self.index.model(name);
        let Some((scope, symbol)) = model.variable(name.node) else { return };
        if matches!(model.scopes.scope(scope).kind, ScopeKind::Module | ScopeKind::Class) {
            return self.add(name, Deed::Escape);
        }
        let frame = model.frame_of(name.node);
        let around = model.tree.ancestors(name.node);
        let around = around.take_while(|n| model.kind(*n) != Kind::FunctionDefinition);
        let is_loop = |n: &NodeId| {
            let kind = model.kind(*n);
            matches!(kind, Kind::ForStatement | Kind::WhileStatement) || kind.is_comprehension()
        };
        let round = around.filter(is_loop).last();
        for read in model.uses(scope, symbol).iter().filter(|u| u.kind == UseKind::Load) {
            let can_come_after = read.node > name.node
                || model.frame_of(read.node) != frame
                || round.is_some_and(|r| model.tree.contains(r, read.node));
            if can_come_after {
                self.value(Spot { node: read.node, ..name }, shape);
            }
        }
    }

    fn attribute(&mut self, attribute: Spot, shape: Shape) {
        let model = self.index.model(attribute);
        let at = |node| Spot { node, ..attribute };
        let name = model.child(attribute.node, Field::Attribute).map_or("", |n| model.text(n));
        let call = model.tree.parent(attribute.node).filter(|p| {
            model.kind(*p) == Kind::Call && model.tree.field(attribute.node) == Field::Function
        });
        let Some(call) = call else {
            match name {
                // `call_later(5, task.cancel)`, `stack.callback(task.cancel)`
                "cancel" => self.add(attribute, Deed::Cancel),
                // `to_thread(future.result)`
                "result" | "exception" => self.add(attribute, Deed::Read),
                _ => {}
            }
            return;
        };
        match name {
            "cancel" => self.add(at(call), Deed::Cancel),
            "result" | "exception" if shape != Shape::Container => self.add(at(call), Deed::Read),
            // In an `__await__` of what has the task.
            "__await__" => self.awaited(at(call), shape),
            "add_done_callback" => {
                if let Some(callback) = model.positional(call).first() {
                    self.add(at(call), Deed::Callback(at(*callback)));
                }
            }
            _ if shape == Shape::Container && ALL.contains(&name) => {
                self.value(at(call), Shape::Container);
            }
            // `task = await queue.get()` waits for the queue.
            "get" if shape == Shape::Container && model.positional(call).is_empty() => {
                match model.tree.parent(call).filter(|p| model.kind(*p) == Kind::Await) {
                    Some(got) => self.value(at(got), Shape::Task),
                    None => self.add(at(call), Deed::Escape),
                }
            }
            _ if shape == Shape::Container && ONE.contains(&name) => {
                self.value(at(call), Shape::Task);
            }
            _ => {}
        }
    }

    fn argument(&mut self, argument: Spot, arguments: Spot, shape: Shape) {
        let model = self.index.model(arguments);
        if let Some(call) = model.tree.parent(arguments.node)
            && model.kind(call) == Kind::Call
        {
            self.passed(argument, Spot { node: call, ..arguments }, shape);
        }
    }

    /// The value is an argument of a call.
    fn passed(&mut self, argument: Spot, call: Spot, shape: Shape) {
        let model = self.index.model(call);
        let Some(callee) = model.child(call.node, Field::Function) else { return };
        let text = model.text(callee);
        let method = model.child(callee, Field::Attribute).map_or("", |a| model.text(a));
        let paths = LazyCell::new(|| model.paths(callee));
        let is = |path: &str| paths.iter().any(|p| p == path);
        let waiting = |inner: Shape, limit: Limit| match inner {
            Shape::Waiting { limit: before, sees } => {
                Shape::Waiting { limit: before.max(limit), sees }
            }
            _ => Shape::Waiting { limit, sees: true },
        };
        let second = model.positional(call.node).get(1).copied();
        let limit = || limit_of(model, model.keyword(call.node, "timeout").or(second));
        if COPIES.contains(&text) || is("itertools.chain") || is("itertools.chain.from_iterable") {
            self.value(call, shape);
        } else if text == "next" {
            self.value(call, Shape::Task);
        } else if is("asyncio.gather") {
            self.value(call, gathered(model, call.node));
        } else if is("asyncio.wait") || is("asyncio.as_completed") {
            let limit = match model.keyword(call.node, "return_when") {
                Some(when) if model.text(when).contains("FIRST_COMPLETED") => Limit::First,
                Some(when) if !model.text(when).contains("ALL_COMPLETED") => Limit::Unknown,
                _ => limit_of(model, model.keyword(call.node, "timeout")),
            };
            self.value(call, Shape::Waiting { limit, sees: false });
        } else if is("asyncio.wait_for") {
            self.value(call, waiting(shape, limit()));
        } else if is("asyncio.shield") || is("asyncio.ensure_future") || is("asyncio.wrap_future") {
            self.value(call, shape);
        } else if method == "run_until_complete" {
            self.add(call, shape.awaited());
        } else if matches!(method, "add" | "append" | "put" | "put_nowait" | "extend" | "update") {
            // Into another container: a local list is followed, of any other it is somebody else's to tell.
            let object = model.child(callee, Field::Object);
            let is_local = |o: &NodeId| {
                let spot = Spot { node: *o, ..call };
                model.kind(*o) == Kind::Identifier
                    && matches!(self.index.key(spot), Some(Key::Local { .. }))
            };
            match object.filter(is_local).filter(|_| !method.starts_with("put")) {
                Some(list) => self.name(Spot { node: list, ..call }, Shape::Container),
                None => self.add(call, Deed::Escape),
            }
        } else if !LOOKS.contains(&text)
            && !matches!(method, "discard" | "remove" | "debug" | "info" | "warning" | "index")
        {
            self.handed_to(argument, call, callee, shape);
        }
    }

    /// The value goes into a function: one of the project's is followed, and what it does is done by its caller.
    fn handed_to(&mut self, argument: Spot, call: Spot, callee: NodeId, shape: Shape) {
        let functions = self.index.functions(Spot { node: callee, ..call });
        let parameter = match functions[..] {
            [function] if self.depth < DEEPEST => {
                self.parameter(function, argument, call).map(|p| (function, p))
            }
            _ => None,
        };
        let Some((function, parameter)) = parameter else {
            return self.add(call, Deed::Escape);
        };
        let mut inner = Walk {
            index: self.index,
            seen: std::mem::take(&mut self.seen),
            found: BTreeSet::new(),
            depth: self.depth + 1,
        };
        inner.name(parameter, shape);
        self.seen = std::mem::take(&mut inner.seen);
        // A coroutine that is not awaited here does it when somebody runs it.
        let model = self.index.model(call);
        let is_awaited = model.tree.parent(call.node).is_some_and(|p| model.kind(p) == Kind::Await);
        let is_later = self.index.model(function).is_async(function.node) && !is_awaited;
        let through = Some(self.index.name_of(function));
        for effect in inner.found {
            let through = through.clone();
            let deed = if is_later { Deed::Escape } else { effect.deed };
            self.found.insert(Effect { spot: call, deed, through });
        }
    }

    /// The parameter of a function that an argument of a call lands in.
    fn parameter(&self, function: Spot, argument: Spot, call: Spot) -> Option<Spot> {
        let (model, there) = (self.index.model(call), self.index.model(function));
        let scope = there.scopes.opened_by(function.node)?;
        let keyword = (model.kind(argument.node) == Kind::KeywordArgument)
            .then(|| model.child(argument.node, Field::Name).map(|n| model.text(n)))
            .flatten();
        let is_method = self.index.class_around(function).is_some()
            && !there.decorators(function.node).iter().any(|d| there.text(*d) == "staticmethod");
        let at = model.positional(call.node).iter().position(|a| *a == argument.node);
        let at = at.map(|i| i + usize::from(is_method));
        let fits = |binding: &&Binding| match binding.kind {
            BindingKind::Parameter { function: of, index, variadic, .. } if of == function.node => {
                match keyword {
                    Some(name) => there.text(binding.node) == name,
                    None if variadic => at.is_some_and(|at| at >= index),
                    None => Some(index) == at,
                }
            }
            _ => false,
        };
        let binding = there.scopes.all_bindings(scope).find(fits)?;
        Some(Spot { node: binding.node, ..function })
    }
}

/// What awaiting a `gather` tells: with `return_exceptions`, in a statement of its own, nothing.
pub(super) fn gathered(model: &Model, call: NodeId) -> Shape {
    let returns = model.keyword(call, "return_exceptions");
    let returns = returns.is_some_and(|v| !matches!(model.kind(v), Kind::None | Kind::False));
    Shape::Waiting { limit: Limit::No, sees: !returns || !is_thrown_away(model, call) }
}

/// Whether a call is awaited, or run to its end, by a statement that does nothing else.
fn is_thrown_away(model: &Model, call: NodeId) -> bool {
    let passes = |n: &NodeId| {
        matches!(
            model.kind(*n),
            Kind::Await | Kind::ArgumentList | Kind::Call | Kind::ParenthesizedExpression
        )
    };
    let outer = model.tree.ancestors(call).find(|n| !passes(n));
    outer.is_some_and(|s| model.kind(s) == Kind::ExpressionStatement)
}

/// What a `timeout` argument says: a parameter or a setting may be None.
fn limit_of(model: &Model, value: Option<NodeId>) -> Limit {
    match value.map(|v| model.kind(v)) {
        None | Some(Kind::None) => Limit::No,
        Some(Kind::Integer | Kind::Float | Kind::BinaryOperator) => Limit::Yes,
        Some(_) => Limit::Unknown,
    }
}

/// Whether an `await` stands in an `async with asyncio.timeout(…)` or the like.
fn has_time_limit(index: &Index<'_>, spot: Spot) -> bool {
    let model = index.model(spot);
    let limits = |item: NodeId| {
        let mut inside = model.tree.descendants(item).filter(|n| model.kind(*n) == Kind::Call);
        inside.any(|call| {
            model.child(call, Field::Function).is_some_and(|callee| {
                let name = model.text(callee).rsplit('.').next().unwrap_or_default();
                matches!(name, "timeout" | "timeout_at" | "move_on_after" | "fail_after")
            })
        })
    };
    let around = model.tree.ancestors(spot.node);
    around.take_while(|n| model.kind(*n) != Kind::FunctionDefinition).any(|n| {
        model.kind(n) == Kind::WithStatement
            && model.tree.children(n).filter(|c| model.kind(*c) == Kind::WithClause).any(limits)
    })
}
