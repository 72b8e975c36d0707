//! Parameters that decide whether a function makes a task, and what a call gives for them. It judges nothing.

use std::collections::BTreeMap;

use crate::python::{Binding, BindingKind, Field, Kind, Model, NodeId, ScopeKind};

/// A parameter that has to be true, or false, for a function to make a task for its callers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Gate {
    /// Its place among the positional parameters, the receiver included; none when it takes a keyword only.
    position: Option<usize>,
    /// Whether the function is a method, whose receiver is given by being called on it.
    is_method: bool,
    /// What it is without an argument, where that can be told.
    default: Option<bool>,
    /// What it has to be.
    wants: bool,
}

/// Parameters by name.
pub(super) type Gates = BTreeMap<String, Gate>;

/// The gates on the way to where a function returns a task, and whether nothing but them decides whether it gets there.
pub(super) fn gates(model: &Model, function: NodeId, value: NodeId) -> (Gates, bool) {
    let mut conditions: Vec<(NodeId, bool)> = Vec::new();
    let mut is_all = true;
    let mut inner = value;
    for node in model.tree.ancestors(value).take_while(|n| *n != function) {
        match model.kind(node) {
            Kind::IfStatement => conditions.extend(passed(model, node, inner)),
            Kind::ConditionalExpression => {
                let parts: Vec<NodeId> = model.tree.children(node).collect();
                if let [body, condition, alternative] = parts[..]
                    && [body, alternative].contains(&inner)
                {
                    conditions.push((condition, inner == body));
                }
            }
            Kind::Block => conditions.extend(left_before(model, node, inner)),
            Kind::ElifClause | Kind::ElseClause | Kind::WithStatement => {}
            kind if kind.is_statement() && kind != Kind::ReturnStatement => is_all = false,
            _ => {}
        }
        inner = node;
    }
    let mut found = Gates::new();
    while let Some((condition, wants)) = conditions.pop() {
        let condition = model.bare(condition);
        match (model.kind(condition), operator(model, condition)) {
            (Kind::NotOperator, _) => {
                conditions.extend(model.tree.first_child(condition).map(|c| (c, !wants)));
            }
            (Kind::BooleanOperator, Some(is_and)) if is_and == wants => {
                conditions.extend(model.tree.children(condition).map(|side| (side, wants)));
            }
            _ => match gate(model, function, condition, wants) {
                Some(gate) => {
                    found.insert(model.text(condition).to_owned(), gate);
                }
                None => is_all = false,
            },
        }
    }
    (found, is_all)
}

/// What the conditions of an `if` have to be for the clause `inner` of it to run.
fn passed(model: &Model, statement: NodeId, inner: NodeId) -> Vec<(NodeId, bool)> {
    let mut conditions = Vec::new();
    for part in model.tree.children(statement) {
        if part == inner {
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

/// The conditions under which a block is left before its statement `inner`: they have to be false.
fn left_before(model: &Model, block: NodeId, inner: NodeId) -> Vec<(NodeId, bool)> {
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
        .map(|condition| (condition, false))
        .collect()
}

/// Whether a boolean operator is `and`; none of anything else.
fn operator(model: &Model, expression: NodeId) -> Option<bool> {
    if model.kind(expression) != Kind::BooleanOperator {
        return None;
    }
    let mut sides = model.tree.children(expression);
    let (left, right) = (sides.next()?, sides.next()?);
    let between = &model.source.code()[model.tree.end(left)..model.tree.start(right)];
    Some(between.contains("and"))
}

/// The gate that an expression is by being a parameter of the function that nothing else binds.
fn gate(model: &Model, function: NodeId, expression: NodeId, wants: bool) -> Option<Gate> {
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
    Some(Gate {
        position,
        is_method: in_class && !decorated("staticmethod"),
        default: default.and_then(|d| truth(model, d)),
        wants,
    })
}

/// Whether a literal is true; none of what is no literal.
fn truth(model: &Model, expression: NodeId) -> Option<bool> {
    match model.kind(expression) {
        Kind::True => Some(true),
        Kind::False | Kind::None => Some(false),
        Kind::Integer => Some(model.text(expression) != "0"),
        _ => None,
    }
}

impl Gate {
    /// Whether a call lets the function make a task, as far as this gate goes; none when that cannot be told.
    pub(super) fn is_open(
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
        let value = given.map_or(self.default, |value| truth(model, model.bare(value)));
        value.map(|value| value == self.wants)
    }

    /// The same for a function that hands a parameter of its own on for this one.
    pub(super) fn handed_on(&self, model: &Model, function: NodeId, value: NodeId) -> Option<Self> {
        gate(model, function, value, self.wants)
    }
}
