//! Path conditions on parameters: which arguments make a function return a task, and whether a call
//! passes them.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::python::{Binding, BindingKind, Field, Kind, Model, NodeId, ScopeKind};

/// A test of a parameter that guards a path on which a function returns a task.
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

/// What a condition tests about a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum GuardTest {
    /// Whether it is true.
    Truth,
    /// Whether it is `None`.
    IsNone,
    /// Whether it is equal to a literal, by the hash of that.
    Equals(u64),
}

/// The guards on one path, with the parameter's name; all must be satisfied.
pub(in crate::tasks) type PathCondition = BTreeSet<(String, ParamGuard)>;

/// Paths behind more conditions are not told from each other.
const MAX_CONDITIONS: usize = 64;

/// The condition under which a function reaches the node `value`, and whether it is complete:
/// nothing but these guards decides. None if it has too many parts.
pub(in crate::tasks) fn path_condition(
    model: &Model,
    function: NodeId,
    value: NodeId,
) -> Option<(PathCondition, bool)> {
    let mut conditions: Vec<(NodeId, bool)> = Vec::new();
    let mut is_all = true;
    let mut inner = value;
    for node in model.tree.ancestors(value).take_while(|n| *n != function) {
        match model.kind(node) {
            Kind::IfStatement => conditions.extend(branch_conditions(model, node, inner)),
            Kind::ConditionalExpression => {
                let parts: Vec<NodeId> = model.tree.children(node).collect();
                if let [body, condition, alternative] = parts[..]
                    && [body, alternative].contains(&inner)
                {
                    conditions.push((condition, inner == body));
                }
            }
            Kind::Block => conditions.extend(early_exit_conditions(model, node, inner)),
            Kind::ElifClause | Kind::ElseClause | Kind::WithStatement => {}
            kind if kind.is_statement() && kind != Kind::ReturnStatement => is_all = false,
            _ => {}
        }
        if conditions.len() > MAX_CONDITIONS {
            return None;
        }
        inner = node;
    }
    let mut found = PathCondition::new();
    while let Some((condition, expected)) = conditions.pop() {
        let condition = model.bare(condition);
        match (model.kind(condition), is_conjunction(model, condition)) {
            (Kind::NotOperator, _) => {
                conditions.extend(model.tree.first_child(condition).map(|c| (c, !expected)));
            }
            (Kind::BooleanOperator, Some(is_and)) if is_and == expected => {
                conditions.extend(model.tree.children(condition).map(|side| (side, expected)));
            }
            _ => {
                let (parameter, test, is_meant) = tested_expression(model, condition);
                match param_guard(model, function, parameter, (test, is_meant == expected)) {
                    Some(guard) => {
                        found.insert((model.text(parameter).to_owned(), guard));
                    }
                    None => is_all = false,
                }
            }
        }
    }
    Some((found, is_all))
}

/// The conditions of an `if`, each with the value for which its clause `inner` runs.
fn branch_conditions(model: &Model, statement: NodeId, inner: NodeId) -> Vec<(NodeId, bool)> {
    let mut conditions = Vec::new();
    for part in model.tree.children(statement) {
        if part == inner || conditions.len() > MAX_CONDITIONS {
            if model.kind(part) == Kind::ElifClause {
                conditions.extend(model.child(part, Field::Condition).map(|c| (c, true)));
            } else if model.kind(part) == Kind::Block
                && let Some((_, first)) = conditions.first_mut()
            {
                *first = true;
            }
            break;
        }
        match model.tree.field(part) {
            Field::Condition => conditions.push((part, false)),
            _ if model.kind(part) == Kind::ElifClause => {
                conditions.extend(model.child(part, Field::Condition).map(|c| (c, false)));
            }
            _ => {}
        }
    }
    conditions
}

/// The conditions that leave a block before its statement `inner`; all must be false.
fn early_exit_conditions(model: &Model, block: NodeId, inner: NodeId) -> Vec<(NodeId, bool)> {
    let leaves = |statement: NodeId| {
        let body = model.child(statement, Field::Consequence)?;
        let last = model.tree.children(body).last()?;
        let leaves = matches!(model.kind(last), Kind::ReturnStatement | Kind::RaiseStatement);
        let is_alone = model.child(statement, Field::Alternative).is_none();
        model.child(statement, Field::Condition).filter(|_| leaves && is_alone)
    };
    let before = model.tree.children(block).take_while(|s| *s != inner);
    before
        .filter(|s| model.kind(*s) == Kind::IfStatement)
        .filter_map(leaves)
        .take(MAX_CONDITIONS + 1)
        .map(|condition| (condition, false))
        .collect()
}

/// Whether a boolean operator is `and`; none of anything else.
pub(in crate::tasks) fn is_conjunction(model: &Model, expression: NodeId) -> Option<bool> {
    if model.kind(expression) != Kind::BooleanOperator {
        return None;
    }
    let mut sides = model.tree.children(expression);
    let (left, right) = (sides.next()?, sides.next()?);
    let between = &model.source.code()[model.tree.end(left)..model.tree.start(right)];
    Some(between.contains("and"))
}

/// The tested expression, the test, and the result for which the condition is true.
fn tested_expression(model: &Model, condition: NodeId) -> (NodeId, GuardTest, bool) {
    let sides: Vec<NodeId> = model.tree.children(condition).collect();
    let [left, right] = sides[..] else { return (condition, GuardTest::Truth, true) };
    if model.kind(condition) != Kind::ComparisonOperator {
        return (condition, GuardTest::Truth, true);
    }
    let between = &model.source.code()[model.tree.end(left)..model.tree.start(right)];
    let words: Vec<&str> = between.split_whitespace().collect();
    match (&words[..], model.kind(right), literal(model, right)) {
        (["is"], Kind::None, _) => (left, GuardTest::IsNone, true),
        (["is", "not"], Kind::None, _) => (left, GuardTest::IsNone, false),
        (["=="], _, Some(hash)) => (left, GuardTest::Equals(hash), true),
        (["!="], _, Some(hash)) => (left, GuardTest::Equals(hash), false),
        _ => (condition, GuardTest::Truth, true),
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

impl ParamGuard {
    /// Whether a call satisfies this guard; none when that is not known.
    pub(in crate::tasks) fn is_satisfied(
        &self,
        model: &Model,
        call: NodeId,
        name: &str,
        on_instance: bool,
    ) -> Option<bool> {
        let arguments = model.child(call, Field::Arguments)?;
        let is_star = |n: NodeId| matches!(model.kind(n), Kind::ListSplat | Kind::DictionarySplat);
        if model.tree.children(arguments).any(is_star) {
            return None;
        }
        let receiver = usize::from(self.is_method && on_instance);
        let place = self.position.and_then(|p| p.checked_sub(receiver));
        let given = place.and_then(|p| model.positional(call).get(p).copied());
        let given = given.or_else(|| model.keyword(call, name));
        let value = given.map_or(self.default, |value| {
            let value = model.bare(value);
            // A required argument is assumed not to be None, unless it is a parameter that defaults
            // to None.
            let is_given = || {
                self.test == GuardTest::IsNone
                    && self.default.is_none()
                    && !has_default(model, value, &[Kind::None])
            };
            self.test.of(model, value).or_else(|| is_given().then_some(false))
        });
        value.map(|value| value == self.expected)
    }

    /// Whether this is satisfied exactly where the other one is not.
    fn is_negation_of(&self, other: &Self) -> bool {
        *self == Self { expected: !other.expected, ..*other }
    }

    /// The same guard for a function that passes a parameter of its own on for this one.
    pub(in crate::tasks) fn forwarded(
        &self,
        model: &Model,
        function: NodeId,
        value: NodeId,
    ) -> Option<Self> {
        param_guard(model, function, value, (self.test, self.expected))
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

/// Whether a call satisfies one of a wrapper's path conditions; if not known, the parameter that
/// decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::tasks) enum GuardOutcome<'w> {
    Satisfied,
    Unknown(&'w str),
    Unsatisfied,
}

impl<'w> GuardOutcome<'w> {
    /// Evaluates path conditions for a call.
    pub(in crate::tasks) fn of(
        paths: &'w BTreeSet<PathCondition>,
        model: &Model,
        call: NodeId,
        on_instance: bool,
    ) -> Self {
        let mut left: Vec<(&PathCondition, &'w (String, ParamGuard))> = Vec::new();
        for path in paths {
            let open = |(name, guard): &(String, ParamGuard)| {
                guard.is_satisfied(model, call, name, on_instance)
            };
            if path.iter().any(|g| open(g) == Some(false)) {
                continue;
            }
            match path.iter().find(|g| open(g).is_none()) {
                Some(unknown) => left.push((path, unknown)),
                None => return Self::Satisfied,
            }
        }
        match left[..] {
            [] => Self::Unsatisfied,
            // The conditions complement each other: one of them is satisfied.
            [(one, a), (other, b)]
                if a.0 == b.0
                    && a.1.is_negation_of(&b.1)
                    && one.iter().filter(|g| *g != a).eq(other.iter().filter(|g| *g != b)) =>
            {
                Self::Satisfied
            }
            [(_, (name, _)), ..] => Self::Unknown(name),
        }
    }
}
