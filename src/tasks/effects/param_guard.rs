//! Path conditions on parameters: which arguments a function must get for a path to be taken, and
//! whether a call passes them.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::python::{Binding, BindingKind, Field, Kind, Model, NodeId, ScopeKind};
use crate::tasks::libraries::is_loop_path;

/// A test of a parameter, or of where the call is, that guards a path of a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::tasks) struct ParamGuard {
    /// Its place among the positional parameters, the receiver included; none when it takes a keyword only.
    position: Option<usize>,
    /// Whether the function is a method, whose receiver is given by being called on it.
    is_method: bool,
    /// What is tested.
    test: GuardTest,
    /// The result for the default value, where that is known.
    default: Option<bool>,
    /// The result for which the path is taken.
    expected: bool,
}

/// What a condition tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum GuardTest {
    /// Whether the parameter is true.
    Truth,
    /// Whether it is `None`.
    IsNone,
    /// Whether it is equal to a literal, by the hash of that.
    Equals(u64),
    /// Whether it is a coroutine.
    IsCoroutine,
    /// Whether it is a function whose calls return coroutines.
    IsCoroutineFunction,
    /// Whether its calls return coroutines.
    MakesCoroutine,
    /// Whether an event loop runs where the function is called; no test of a parameter.
    LoopRuns,
}

/// The guards on one path, each with the parameter's name; all must be satisfied.
pub(in crate::tasks) type PathCondition = BTreeSet<(String, ParamGuard)>;

/// A condition with more guards than this takes no further ones.
const MAX_GUARDS: usize = 12;

/// Alternative conditions beyond this number are replaced by one that is always satisfied.
const MAX_ALTERNATIVES: usize = 24;

/// The alternatives on which one of several paths is taken: none if there is no such path. None of them implies another.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::tasks) struct PathConditions(BTreeSet<PathCondition>);

impl PathConditions {
    /// A path that may always be taken.
    pub(in crate::tasks) fn always() -> Self {
        Self(BTreeSet::from([PathCondition::new()]))
    }

    /// Paths that are taken only where no event loop runs.
    pub(in crate::tasks) fn without_loop() -> Self {
        Self(BTreeSet::from([PathCondition::from([loop_guard(false)])]))
    }

    pub(in crate::tasks) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds an alternative; returns whether it was not implied.
    pub(in crate::tasks) fn insert(&mut self, condition: PathCondition) -> bool {
        if self.0.iter().any(|known| known.is_subset(&condition)) {
            return false;
        }
        self.0.retain(|known| !condition.is_subset(known));
        self.0.insert(condition);
        if self.0.len() > MAX_ALTERNATIVES {
            *self = Self::always();
        }
        true
    }

    /// Adds alternatives; returns whether one of them was not implied.
    pub(in crate::tasks) fn extend(&mut self, other: Self) -> bool {
        let mut is_new = false;
        for condition in other.0 {
            is_new |= self.insert(condition);
        }
        is_new
    }

    /// The alternatives of both at once; contradictory ones are left out.
    pub(in crate::tasks) fn and(&self, other: &Self) -> Self {
        let mut all = Self::default();
        for one in &self.0 {
            for another in &other.0 {
                if let Some(both) = conjunction(one, another) {
                    all.insert(both);
                }
            }
        }
        all
    }
}

/// Both conditions at once; none where they contradict each other.
fn conjunction(one: &PathCondition, other: &PathCondition) -> Option<PathCondition> {
    let excludes = |a: &(String, ParamGuard)| one.iter().any(|b| a.0 == b.0 && a.1.excludes(&b.1));
    if other.iter().any(excludes) {
        return None;
    }
    let mut both = one.clone();
    both.extend(other.iter().take(MAX_GUARDS.saturating_sub(one.len())).cloned());
    Some(both)
}

/// The guard that requires a running event loop, or none.
fn loop_guard(expected: bool) -> (String, ParamGuard) {
    let test = GuardTest::LoopRuns;
    let guard = ParamGuard { position: None, is_method: false, test, default: None, expected };
    (String::new(), guard)
}

/// The alternatives on which a condition in a function has the value `expected`. `known` has the values
/// of parts that are decided otherwise; parts that nothing is known about are left out.
pub(in crate::tasks) fn conditions_of(
    model: &Model,
    function: NodeId,
    (condition, expected): (NodeId, bool),
    known: &dyn Fn(NodeId) -> Option<bool>,
) -> PathConditions {
    let condition = model.bare(condition);
    if let Some(value) = known(condition) {
        return if value == expected {
            PathConditions::always()
        } else {
            PathConditions::default()
        };
    }
    let side = |side: NodeId| conditions_of(model, function, (side, expected), known);
    let inner = model.tree.first_child(condition);
    match (model.kind(condition), model.is_conjunction(condition)) {
        (Kind::True | Kind::False, _) if (model.kind(condition) == Kind::True) != expected => {
            PathConditions::default()
        }
        (Kind::NotOperator, _) => inner.map_or_else(PathConditions::always, |inner| {
            conditions_of(model, function, (inner, !expected), known)
        }),
        (Kind::BooleanOperator, Some(is_and)) => {
            let sides = model.tree.children(condition).map(side);
            match is_and == expected {
                true => sides.fold(PathConditions::always(), |all, side| all.and(&side)),
                false => sides.fold(PathConditions::default(), |mut all, side| {
                    all.extend(side);
                    all
                }),
            }
        }
        _ => {
            let (parameter, test, is_meant) = tested_expression(model, condition);
            let guard = match test {
                GuardTest::LoopRuns => Some(loop_guard(is_meant == expected)),
                _ => param_guard(model, function, parameter, (test, is_meant == expected))
                    .map(|guard| (model.text(parameter).to_owned(), guard)),
            };
            PathConditions(BTreeSet::from([guard.into_iter().collect()]))
        }
    }
}

/// The alternatives on which the calls of a parameter of a function return coroutines, or not.
pub(in crate::tasks) fn makes_coroutine(
    model: &Model,
    function: NodeId,
    parameter: NodeId,
    expected: bool,
) -> Option<PathConditions> {
    let guard = param_guard(model, function, parameter, (GuardTest::MakesCoroutine, expected))?;
    let condition = PathCondition::from([(model.text(parameter).to_owned(), guard)]);
    Some(PathConditions(BTreeSet::from([condition])))
}

/// The tested expression, the test, and the result for which the condition is true.
fn tested_expression(model: &Model, condition: NodeId) -> (NodeId, GuardTest, bool) {
    if model.kind(condition) == Kind::Call {
        return tested_by_call(model, condition).unwrap_or((condition, GuardTest::Truth, true));
    }
    let sides: Vec<NodeId> = model.tree.children(condition).collect();
    let [left, right] = sides[..] else { return (condition, GuardTest::Truth, true) };
    if model.kind(condition) != Kind::ComparisonOperator {
        return (condition, GuardTest::Truth, true);
    }
    let between = model.between(left, right);
    let words: Vec<&str> = between.split_whitespace().collect();
    match (&words[..], model.kind(right), literal(model, right)) {
        (["is"], Kind::None, _) => (left, GuardTest::IsNone, true),
        (["is", "not"], Kind::None, _) => (left, GuardTest::IsNone, false),
        (["=="], _, Some(hash)) => (left, GuardTest::Equals(hash), true),
        (["!="], _, Some(hash)) => (left, GuardTest::Equals(hash), false),
        _ => (condition, GuardTest::Truth, true),
    }
}

/// `asyncio.iscoroutine(x)`, `isinstance(x, Coroutine)`, `loop.is_running()`
fn tested_by_call(model: &Model, call: NodeId) -> Option<(NodeId, GuardTest, bool)> {
    if let Some((receiver, "is_running")) = model.called_method(call) {
        let is_local = matches!(model.kind(receiver), Kind::Identifier | Kind::Call);
        let is_loop = is_local && model.paths(receiver).iter().any(|path| is_loop_path(path));
        return is_loop.then_some((call, GuardTest::LoopRuns, true));
    }
    let callee = model.child(call, Field::Function)?;
    let arguments = model.positional(call);
    let (tested, class) = (*arguments.first()?, arguments.get(1));
    let name = match model.kind(callee) {
        Kind::Attribute => model.text(model.child(callee, Field::Attribute)?),
        _ => model.text(callee),
    };
    let is_class = |class: &NodeId| {
        let name = model.text(*class);
        matches!(name.rsplit('.').next(), Some("Coroutine" | "Awaitable" | "CoroutineType"))
    };
    match name {
        "iscoroutine" | "isawaitable" => Some((tested, GuardTest::IsCoroutine, true)),
        "iscoroutinefunction" => Some((tested, GuardTest::IsCoroutineFunction, true)),
        "isinstance" if class.is_some_and(is_class) => Some((tested, GuardTest::IsCoroutine, true)),
        _ => None,
    }
}

/// The hash of a literal; none of what is no literal.
fn literal(model: &Model, expression: NodeId) -> Option<u64> {
    let mut parts = model.tree.children(expression);
    let text = match (model.kind(expression), parts.next(), parts.next()) {
        (Kind::True | Kind::False | Kind::None | Kind::Integer, ..) => model.text(expression),
        (Kind::String, None, _) => "",
        (Kind::String, Some(content), None) if model.kind(content) == Kind::StringContent => {
            model.text(content)
        }
        _ => return None,
    };
    let mut hasher = DefaultHasher::new();
    (model.kind(expression) == Kind::String, text).hash(&mut hasher);
    Some(hasher.finish())
}

impl GuardTest {
    /// The result for a literal; none for any other expression.
    fn of(self, model: &Model, expression: NodeId) -> Option<bool> {
        let hash = literal(model, expression)?;
        let kind = model.kind(expression);
        Some(match self {
            Self::Truth if kind == Kind::String => model.tree.first_child(expression).is_some(),
            Self::Truth => {
                kind == Kind::True || kind == Kind::Integer && model.text(expression) != "0"
            }
            Self::IsNone => kind == Kind::None,
            Self::Equals(other) => hash == other,
            Self::IsCoroutine | Self::IsCoroutineFunction | Self::MakesCoroutine => false,
            Self::LoopRuns => return None,
        })
    }
}

/// The guard for an expression that is a parameter of the function and never rebound.
fn param_guard(
    model: &Model,
    function: NodeId,
    expression: NodeId,
    (test, expected): (GuardTest, bool),
) -> Option<ParamGuard> {
    let [
        Binding {
            kind: BindingKind::Parameter { function: own, default, variadic: false, .. },
            node,
            ..
        },
    ] = model.bindings_of(expression)
    else {
        return None;
    };
    if *own != function {
        return None;
    }
    let decorated = |name: &str| model.decorators(function).iter().any(|d| model.text(*d) == name);
    let in_class = model.scopes.scope(model.scope_of(function)).kind == ScopeKind::Class;
    let parameters = model.child(function, Field::Parameters)?;
    let is_positional = |n: &NodeId| {
        let starred = model.kind(*n) == Kind::ListSplatPattern
            || model.tree.first_child(*n).is_some_and(|c| model.kind(c) == Kind::ListSplatPattern);
        !starred && model.kind(*n) != Kind::KeywordSeparator
    };
    let all =
        model.tree.children(parameters).filter(|n| model.kind(*n) != Kind::PositionalSeparator);
    let position = all.take_while(is_positional).position(|n| model.tree.contains(n, *node));
    Some(ParamGuard {
        position,
        is_method: in_class && !decorated("staticmethod"),
        test,
        default: default.and_then(|d| test.of(model, d)),
        expected,
    })
}

/// A call of a function with guards, and what its caller knows.
#[derive(Clone, Copy)]
pub(in crate::tasks) struct GuardedCall<'a> {
    pub(in crate::tasks) model: &'a Model,
    pub(in crate::tasks) call: NodeId,
    /// Whether the function is called on an instance, which is its first argument.
    pub(in crate::tasks) on_instance: bool,
    pub(in crate::tasks) arguments: &'a dyn ArgumentFacts,
}

/// What is known of the arguments of a call.
pub(in crate::tasks) trait ArgumentFacts {
    /// Whether it is a coroutine; none when that is not known.
    fn is_coroutine(&self, argument: NodeId) -> Option<bool>;

    /// Whether it is an `async def`; none when that is not known.
    fn is_coroutine_function(&self, argument: NodeId) -> Option<bool>;

    /// Whether each call of it certainly returns a new coroutine.
    fn makes_coroutine(&self, argument: NodeId) -> bool;

    /// Whether it is certainly not `None`.
    fn is_object(&self, argument: NodeId) -> bool;
}

impl ParamGuard {
    /// Whether a call satisfies this guard; none when that is not known.
    pub(in crate::tasks) fn is_satisfied(&self, call: GuardedCall<'_>, name: &str) -> Option<bool> {
        let model = call.model;
        if self.test == GuardTest::LoopRuns {
            let frame = model.scopes.scope(model.frame_of(call.call)).node;
            return model.is_async(frame).then_some(self.expected);
        }
        let arguments = model.child(call.call, Field::Arguments)?;
        let is_star = |n: NodeId| matches!(model.kind(n), Kind::ListSplat | Kind::DictionarySplat);
        if model.tree.children(arguments).any(is_star) {
            return None;
        }
        let value = match self.argument(call, name) {
            Some(value) => self.value_of(call, model.bare(value)),
            None => self.default,
        };
        value.map(|value| value == self.expected)
    }

    /// The result of the test for an argument; none when that is not known.
    fn value_of(&self, call: GuardedCall<'_>, value: NodeId) -> Option<bool> {
        if let Some(result) = self.test.of(call.model, value) {
            return Some(result);
        }
        match self.test {
            // A required argument is assumed not to be None, unless it is a parameter that defaults
            // to None.
            GuardTest::IsNone => {
                let is_given =
                    self.default.is_none() && !has_default(call.model, value, &[Kind::None]);
                (is_given || call.arguments.is_object(value)).then_some(false)
            }
            GuardTest::IsCoroutine => call.arguments.is_coroutine(value),
            GuardTest::IsCoroutineFunction => call.arguments.is_coroutine_function(value),
            GuardTest::MakesCoroutine => call.arguments.makes_coroutine(value).then_some(true),
            _ => None,
        }
    }

    /// What a call passes for the parameter.
    fn argument(&self, call: GuardedCall<'_>, name: &str) -> Option<NodeId> {
        let receiver = usize::from(self.is_method && call.on_instance);
        let place = self.position.and_then(|p| p.checked_sub(receiver));
        let given = place.and_then(|p| call.model.positional(call.call).get(p).copied());
        given.or_else(|| call.model.keyword(call.call, name))
    }

    /// Whether this and another guard on the same parameter cannot both be satisfied.
    fn excludes(&self, other: &Self) -> bool {
        match (self.test, other.test) {
            (a, b) if a == b => self.expected != other.expected,
            (GuardTest::Truth, GuardTest::IsNone) | (GuardTest::IsNone, GuardTest::Truth) => {
                self.expected && other.expected
            }
            (GuardTest::Equals(_), GuardTest::Equals(_)) => self.expected && other.expected,
            _ => false,
        }
    }

    /// The same guard for a function that passes a parameter of its own on for this one.
    fn forwarded(
        &self,
        call: GuardedCall<'_>,
        function: NodeId,
        name: &str,
    ) -> Option<(String, Self)> {
        if self.test == GuardTest::LoopRuns {
            let is_open = self.is_satisfied(call, name).is_none();
            return is_open.then(|| (name.to_owned(), *self));
        }
        let value = call.model.bare(self.argument(call, name)?);
        let own = param_guard(call.model, function, value, (self.test, self.expected))?;
        Some((call.model.text(value).to_owned(), own))
    }
}

/// Whether an expression is a parameter with a default of one of these kinds.
pub(in crate::tasks) fn has_default(model: &Model, expression: NodeId, kinds: &[Kind]) -> bool {
    model.bindings_of(expression).iter().any(|b| match b.kind {
        BindingKind::Parameter { default: Some(default), .. } => {
            kinds.contains(&model.kind(default))
        }
        _ => false,
    })
}

impl PathConditions {
    /// Whether a call may take one of the paths: the first parameter that decides, if one does.
    pub(in crate::tasks) fn open_to(&self, call: GuardedCall<'_>) -> Option<Option<&str>> {
        let mut open: Option<Option<&str>> = None;
        for path in &self.0 {
            let guards = path.iter().map(|(name, guard)| (name, guard.is_satisfied(call, name)));
            let guards: Vec<_> = guards.collect();
            if guards.iter().any(|(_, satisfied)| *satisfied == Some(false)) {
                continue;
            }
            let unknown = guards.iter().find(|(name, s)| s.is_none() && !name.is_empty());
            let name = unknown.map(|(name, _)| name.as_str());
            open = Some(open.flatten().or(name));
        }
        open
    }

    /// The same paths for a caller whose arguments are not known.
    pub(in crate::tasks) fn without_parameters(&self) -> Self {
        let mut all = Self::default();
        for path in &self.0 {
            let is_kept = |(_, guard): &&(String, ParamGuard)| guard.test == GuardTest::LoopRuns;
            all.insert(path.iter().filter(is_kept).cloned().collect());
        }
        all
    }

    /// The conditions of a function that passes its own parameters on in a call.
    pub(in crate::tasks) fn forwarded(&self, call: GuardedCall<'_>, function: NodeId) -> Self {
        let mut all = Self::default();
        'paths: for path in &self.0 {
            let mut own = PathCondition::new();
            for (name, guard) in path {
                match guard.forwarded(call, function, name) {
                    Some(guard) => own.extend([guard]),
                    None if guard.is_satisfied(call, name) == Some(false) => continue 'paths,
                    None => {}
                }
            }
            all.insert(own);
        }
        all
    }
}
