//! How the statement around a site can be rewritten so that its task is kept. It must not know
//! trackers or names.

use super::super::file_context::FileContext;
use crate::python::{Binding, BindingKind, Field, Kind, Model, NodeId, ScopeId, ScopeKind};

/// How the statement around a call is rewritten.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::fix) enum RewriteForm {
    /// The statement is the call (in parentheses or not): assign it to a variable.
    Statement,
    /// The statement binds the call to this identifier: keep what the identifier holds.
    Bound {
        /// The identifier.
        target: NodeId,
    },
    /// The call is a part of a simple statement and only effect-free code is evaluated before it:
    /// move it to a statement above.
    MoveOut,
    /// The statement is a ternary or an `and`/`or` with the call in a branch: rewrite it as an
    /// `if`.
    Branch(Branch),
    /// Anything else: wrap the call where it stands.
    InPlace,
    /// The spawner is passed to something that calls it later with one argument: wrap it in a
    /// lambda.
    Uncalled,
    /// The statement waits for the task, and may leave it running: cancel what is still pending.
    CancelPending {
        /// The call that waits.
        wait: NodeId,
    },
}

impl RewriteForm {
    /// Whether the call, or the uncalled spawner, is wrapped where it stands.
    pub(in crate::fix) fn wraps(&self) -> bool {
        matches!(self, Self::InPlace | Self::Uncalled)
    }

    /// Whether the task ends with the statement, so that nothing has to keep it.
    pub(in crate::fix) fn cancels(&self) -> bool {
        matches!(self, Self::CancelPending { .. })
    }
}

/// `body if condition else otherwise`, `condition and body`, `condition or body`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::fix) struct Branch {
    /// The condition.
    pub condition: NodeId,
    /// Whether `body` runs when the condition is false.
    pub negated: bool,
    /// The branch with the call, or with the first of two.
    pub body: NodeId,
    /// The other branch, if it has an effect.
    pub otherwise: Option<NodeId>,
}

/// Calls in longer expressions are not moved.
const MAX_PARTS: usize = 1000;

/// The form of the call `site` in `statement`.
pub(in crate::fix) fn rewrite_form(
    context: &FileContext<'_>,
    site: NodeId,
    statement: NodeId,
) -> RewriteForm {
    let model = context.model;
    if !model.kind(statement).is_simple_statement() {
        return RewriteForm::InPlace;
    }
    let frame = model.frame_of(site);
    if model.scopes.scope(frame).kind == ScopeKind::Lambda || model.scope_of(site) != frame {
        return RewriteForm::InPlace;
    }
    let call = outermost_parentheses(model, site);
    if model.tree.parent(call) == Some(statement) && is_alone(model, statement) {
        return RewriteForm::Statement;
    }
    if let Some(target) = bound_target(model, call, statement) {
        return match owner(model, target) == Some(frame) {
            true => RewriteForm::Bound { target },
            false => RewriteForm::InPlace,
        };
    }
    if let Some(branch) = branch_form(context, site, statement) {
        return RewriteForm::Branch(branch);
    }
    if can_move_out(context, call, statement) {
        return RewriteForm::MoveOut;
    }
    RewriteForm::InPlace
}

/// Whether the statement is a single expression, not a one-element tuple.
fn is_alone(model: &Model, statement: NodeId) -> bool {
    let only = model.tree.children(statement).count() == 1;
    let tail =
        model.tree.children(statement).last().map(|c| model.tree.end(c)..model.tree.end(statement));
    model.kind(statement) == Kind::ExpressionStatement
        && only
        && tail.is_some_and(|t| !model.source.code()[t].contains(','))
}

fn outermost_parentheses(model: &Model, mut node: NodeId) -> NodeId {
    while let Some(parent) = model.tree.parent(node) {
        if model.kind(parent) != Kind::ParenthesizedExpression {
            break;
        }
        node = parent;
    }
    node
}

fn owner(model: &Model, identifier: NodeId) -> Option<ScopeId> {
    model.scopes.owner(identifier)
}

/// The identifier that the statement binds to the whole call.
fn bound_target(model: &Model, call: NodeId, statement: NodeId) -> Option<NodeId> {
    let parent = model.tree.parent(call)?;
    match model.kind(parent) {
        Kind::Assignment if model.tree.field(call) == Field::Right => {
            let left = std::iter::once(parent).chain(model.tree.ancestors(parent));
            let chain = left.take_while(|n| model.kind(*n) == Kind::Assignment);
            let lefts: Vec<NodeId> = chain.filter_map(|a| model.child(a, Field::Left)).collect();
            let [.., _] = lefts[..] else { return None };
            let plain = |n: &&NodeId| model.kind(**n) == Kind::Identifier;
            let named = lefts.iter().filter(plain).find(|n| model.text(**n) != "_");
            named.or(lefts.iter().find(plain)).copied()
        }
        Kind::NamedExpression if model.tree.field(call) == Field::Value => {
            let whole = outermost_parentheses(model, parent);
            let alone = model.tree.parent(whole) == Some(statement) && is_alone(model, statement);
            model.child(parent, Field::Name).filter(|_| alone)
        }
        Kind::Tuple | Kind::ExpressionList | Kind::List => unpacking_target(model, call, parent),
        _ => None,
    }
}

/// The identifier that `a, b = x, y` binds to `call`.
fn unpacking_target(model: &Model, call: NodeId, values: NodeId) -> Option<NodeId> {
    let assignment = model.tree.parent(values)?;
    if model.kind(assignment) != Kind::Assignment || model.tree.field(values) != Field::Right {
        return None;
    }
    let left = model.child(assignment, Field::Left)?;
    let pattern =
        matches!(model.kind(left), Kind::PatternList | Kind::TuplePattern | Kind::ListPattern);
    if !pattern {
        return None;
    }
    let targets: Vec<NodeId> = model.tree.children(left).collect();
    let items: Vec<NodeId> = model.tree.children(values).collect();
    let splat = |n: &NodeId| matches!(model.kind(*n), Kind::ListSplat | Kind::ListSplatPattern);
    if targets.len() != items.len() || targets.iter().chain(&items).any(splat) {
        return None;
    }
    let index = items.iter().position(|i| *i == call)?;
    (model.kind(targets[index]) == Kind::Identifier).then_some(targets[index])
}

/// The statement as a branch on a condition, if the branch is the call or a method call on it.
fn branch_form(context: &FileContext<'_>, call: NodeId, statement: NodeId) -> Option<Branch> {
    let model = context.model;
    if model.kind(statement) != Kind::ExpressionStatement || !is_alone(model, statement) {
        return None;
    }
    let whole = model.bare(model.tree.first_child(statement)?);
    if !matches!(model.kind(whole), Kind::ConditionalExpression | Kind::BooleanOperator) {
        return None;
    }
    let parts: Vec<NodeId> = model.tree.children(whole).collect();
    let is_branch = |n: NodeId| {
        let bare = model.bare(n);
        model.tree.contains(bare, call) && is_receiver(model, bare, call)
    };
    let comment = |n: NodeId| model.kind(n) == Kind::Comment && !model.tree.contains(call, n);
    if model.tree.descendants(statement).any(comment) {
        return None;
    }
    match (model.kind(whole), &parts[..]) {
        (Kind::ConditionalExpression, [body, condition, other]) => {
            let idle = |n: NodeId| is_effect_free(model, n);
            let first = is_branch(*body);
            if !first && !is_branch(*other) {
                return None;
            }
            let (body, other) =
                if !first && idle(*body) { (*other, *body) } else { (*body, *other) };
            let negated = !first && idle(parts[0]);
            let otherwise = Some(other).filter(|o| !idle(*o));
            Some(Branch { condition: *condition, negated, body, otherwise })
        }
        (Kind::BooleanOperator, [left, right]) if is_branch(*right) => {
            let negated = model.operator(*left, *right).contains(&"or");
            Some(Branch { condition: *left, negated, body: *right, otherwise: None })
        }
        _ => None,
    }
}

/// Whether `call` is `node`, or the object at the root of its method chain.
fn is_receiver(model: &Model, node: NodeId, call: NodeId) -> bool {
    let mut at = call;
    while at != node {
        let Some(parent) = model.tree.parent(at) else {
            return false;
        };
        let field = model.tree.field(at);
        match model.kind(parent) {
            Kind::Attribute if field == Field::Object => {}
            Kind::Call if field == Field::Function => {}
            Kind::ParenthesizedExpression => {}
            _ => return false,
        }
        at = parent;
    }
    true
}

/// Whether the call can move to a statement above this one without changing the order of effects.
fn can_move_out(context: &FileContext<'_>, call: NodeId, statement: NodeId) -> bool {
    let model = context.model;
    let is_site = |n: NodeId| context.is_found(model.bare(n));
    let mut at = call;
    while at != statement {
        let Some(parent) = model.tree.parent(at) else {
            return false;
        };
        let near = model.tree.children(parent).take(MAX_PARTS);
        let Some(index) = near.into_iter().position(|c| c == at) else { return false };
        let always = match model.kind(parent) {
            Kind::Lambda | Kind::NamedExpression | Kind::AssertStatement => false,
            kind if kind.is_comprehension() => false,
            Kind::ForInClause | Kind::IfClause => false,
            Kind::ConditionalExpression => index == 1,
            Kind::BooleanOperator => index == 0,
            Kind::ComparisonOperator => index < 2,
            // The replacement field would need quotes that differ from the string's.
            Kind::Interpolation => false,
            Kind::Decorator | Kind::Type => false,
            _ => true,
        };
        // The right side of an assignment is evaluated before its target.
        let earlier = match model.kind(parent) {
            Kind::Assignment => 0,
            _ => index,
        };
        let quiet = |c: NodeId| is_effect_free(model, c) || is_method(model, c) || is_site(c);
        if !always || !model.tree.children(parent).take(earlier).all(quiet) {
            return false;
        }
        at = parent;
    }
    true
}

/// Whether an expression is a method that is called on a name: `running.add` in `running.add(...)`. Looking it up is taken to run
/// no code of the program's, while reading another attribute may run a property.
fn is_method(model: &Model, callee: NodeId) -> bool {
    let object = model.child(callee, Field::Object);
    model.tree.field(callee) == Field::Function
        && model.kind(callee) == Kind::Attribute
        && object.is_some_and(|object| model.kind(object) == Kind::Identifier)
}

/// The callbacks that the statements directly below register on `name` with `add_done_callback`,
/// each with its statement.
pub(in crate::fix) fn callbacks_behind<'m>(
    model: &'m Model,
    statement: NodeId,
    name: &str,
) -> impl Iterator<Item = (NodeId, &'m str)> {
    let own = format!("{name}.");
    let registers = format!("{own}add_done_callback(");
    let next = |n: &NodeId| model.tree.next_sibling(*n);
    std::iter::successors(next(&statement), next)
        .take_while(move |n| model.text(*n).starts_with(&own))
        .filter_map(move |n| Some((n, model.text(n).strip_prefix(&registers)?.strip_suffix(')')?)))
}

/// Whether a replacement field prints its own source: `f"{x=}"`.
pub(in crate::fix) fn shows_source(model: &Model, interpolation: NodeId) -> bool {
    let Some(inner) = model.tree.first_child(interpolation) else {
        return false;
    };
    let rest = &model.source.code()[model.tree.end(inner)..model.tree.end(interpolation)];
    rest.trim_start().starts_with('=')
}

/// Whether evaluating the expression has no observable effect. Look-ups of names count as having none; those of attributes,
/// truth tests and hashing can run code of an object.
fn is_effect_free(model: &Model, node: NodeId) -> bool {
    let every = || model.tree.children(node).all(|c| is_effect_free(model, c));
    match model.kind(node) {
        Kind::Identifier
        | Kind::Integer
        | Kind::Float
        | Kind::True
        | Kind::False
        | Kind::None
        | Kind::Ellipsis => true,
        Kind::Lambda => !has_defaults(model, node),
        Kind::String => {
            let busy = |n: NodeId| model.kind(n) == Kind::Interpolation;
            !model.tree.descendants(node).any(busy)
        }
        Kind::Attribute => is_plain_attribute(model, node),
        Kind::NotOperator | Kind::UnaryOperator => {
            model.tree.first_child(node).is_some_and(|n| is_literal(model, n))
        }
        Kind::Pair => {
            model.child(node, Field::Key).is_some_and(|key| is_literal(model, key)) && every()
        }
        Kind::ParenthesizedExpression
        | Kind::Tuple
        | Kind::List
        | Kind::Dictionary
        | Kind::ExpressionList
        | Kind::ConcatenatedString => every(),
        Kind::KeywordArgument => {
            model.child(node, Field::Value).is_some_and(|v| is_effect_free(model, v))
        }
        _ => false,
    }
}

/// Whether an expression is a constant, whose truth and hash need no code of the program.
fn is_literal(model: &Model, node: NodeId) -> bool {
    let constant = matches!(
        model.kind(node),
        Kind::Integer | Kind::Float | Kind::True | Kind::False | Kind::None | Kind::String
    );
    constant && is_effect_free(model, node)
}

/// Whether a lambda has defaults, which are evaluated where it stands.
fn has_defaults(model: &Model, lambda: NodeId) -> bool {
    let list = model.child(lambda, Field::Parameters);
    list.is_some_and(|l| model.tree.children(l).any(|p| model.kind(p) == Kind::DefaultParameter))
}

/// Whether an attribute is a module's, or that of a list, dictionary or set that the file made: no property of the program's.
fn is_plain_attribute(model: &Model, attribute: NodeId) -> bool {
    let Some(object) = model.child(attribute, Field::Object) else { return false };
    match model.kind(object) {
        Kind::Attribute => is_module(model, object) && is_plain_attribute(model, object),
        Kind::Identifier => is_module(model, object) || is_builtin_container(model, object),
        _ => is_display(model, object) && is_effect_free(model, object),
    }
}

/// Whether an expression is an imported module, by name: `asyncio`, `concurrent.futures`.
fn is_module(model: &Model, expression: NodeId) -> bool {
    let root = match model.child(expression, Field::Object) {
        Some(object) => return is_module(model, object),
        None => model.bindings_of(expression),
    };
    let imported = |b: &Binding| matches!(b.kind, BindingKind::Import { .. });
    !root.is_empty() && root.iter().all(imported)
}

/// Whether a name is bound to displays and comprehensions only.
fn is_builtin_container(model: &Model, name: NodeId) -> bool {
    let made = |b: &Binding| match b.kind {
        BindingKind::Assign { value } => is_display(model, model.bare(value)),
        BindingKind::Annotated { value, .. } => {
            value.is_some_and(|v| is_display(model, model.bare(v)))
        }
        _ => false,
    };
    let bindings = model.bindings_of(name);
    !bindings.is_empty() && bindings.iter().all(made)
}

fn is_display(model: &Model, value: NodeId) -> bool {
    let kind = model.kind(value);
    let makes = |f: NodeId| matches!(model.text(f), "list" | "set" | "dict");
    kind.is_comprehension()
        || matches!(kind, Kind::List | Kind::Set | Kind::Dictionary)
        || (kind == Kind::Call
            && model.child(value, Field::Function).is_some_and(|f| {
                makes(f) && model.lookup(model.scope_of(f), model.text(f)).is_none()
            }))
}
