//! Where the coroutine of a name comes from: what a local is bound to in each branch, what the only caller gives for a parameter,
//! what a function of the project returns. It knows no site.

use super::index::WorkspaceIndex;
use super::types::NodeRef;
use crate::python::{Binding, BindingKind, Field, Kind, Model, NodeId};

/// Maximum depth of names that stand for names.
const MAX_DEPTH: u32 = 3;

impl WorkspaceIndex<'_> {
    /// The expressions that an expression stands for, if all are known and at least one is not the expression itself.
    pub(super) fn coroutine_sources(&self, node_ref: NodeRef) -> Vec<NodeRef> {
        self.sources_within(node_ref, MAX_DEPTH).unwrap_or_default()
    }

    fn sources_within(&self, node_ref: NodeRef, depth: u32) -> Option<Vec<NodeRef>> {
        let depth = depth.checked_sub(1)?;
        let model = self.model(node_ref);
        let node = model.bare(node_ref.node);
        let at = |node| NodeRef { node, ..node_ref };
        let follow = |source: NodeRef| match self.sources_within(source, depth) {
            Some(sources) => Some(sources),
            None => self.is_call(source).then(|| vec![source]),
        };
        let sources = match model.kind(node) {
            Kind::Identifier => match model.bindings_of(node) {
                [] => return None,
                [only] if is_parameter(only) => vec![self.only_argument(at(node))?],
                bindings => {
                    let given = |value| given_coroutine(model, value, node);
                    assigned_before(model, bindings, node, given)?.into_iter().map(at).collect()
                }
            },
            // `return self._dispatch(event)` of a method that is not async.
            Kind::Call => {
                let [function] = self.called_functions(at(node))[..] else { return None };
                let there = self.model(function);
                let [value] = there.returns(function.node)[..] else { return None };
                let value = NodeRef { node: there.bare(value), ..function };
                let is_coroutine = !there.is_async(function.node)
                    && there.kind(value.node) == Kind::Call
                    && self.wrapping_decorator(function).is_none();
                let [inner] = self.coroutines(value)[..] else { return None };
                return (is_coroutine && inner != function).then(|| vec![value]);
            }
            _ => return None,
        };
        let all: Option<Vec<Vec<NodeRef>>> = sources.into_iter().map(follow).collect();
        Some(all?.into_iter().flatten().collect())
    }

    /// The functions that a name which is called stands for, as written, if it is bound more than once: `run = self._run`, then
    /// `run = strict(self._run)` in a branch.
    pub(super) fn callee_choices(&self, callee: NodeRef) -> Vec<NodeRef> {
        let model = self.model(callee);
        if model.kind(callee.node) != Kind::Identifier {
            return Vec::new();
        }
        // `partial(self._run, host)` runs `self._run`.
        let inner = |value: NodeId| {
            let is_partial = model.callee_name(value) == Some("partial");
            let first = model.positional(value).first().copied().filter(|_| is_partial);
            first.map_or(value, |first| model.bare(first))
        };
        let given = |value| match model.kind(value) {
            Kind::Attribute | Kind::Call | Kind::Identifier => Some(Given::Value(inner(value))),
            _ => None,
        };
        let values = assigned_before(model, model.bindings_of(callee.node), callee.node, given);
        let values = values.unwrap_or_default().into_iter();
        values.map(|node| NodeRef { node, ..callee }).collect()
    }

    fn is_call(&self, node_ref: NodeRef) -> bool {
        let model = self.model(node_ref);
        model.kind(model.bare(node_ref.node)) == Kind::Call
    }

    /// What the only call of a private or nested function gives for the parameter that a name is.
    pub(super) fn only_argument(&self, name: NodeRef) -> Option<NodeRef> {
        let model = self.model(name);
        let [binding] = model.bindings_of(name.node) else { return None };
        let BindingKind::Parameter { function, default: None, variadic: false, .. } = binding.kind
        else {
            return None;
        };
        let is_private = model.name_of(function).starts_with('_')
            && !model.name_of(function).starts_with("__")
            || model.function_of(function).is_some();
        let function = NodeRef { node: function, ..name };
        is_private.then_some(())?;
        let (callers, is_unclear) = self.callers(function);
        let [only] = callers[..] else { return None };
        let there = self.model(only.node_ref);
        let is_sure = !is_unclear && !only.by_name_only;
        (is_sure && there.kind(only.node_ref.node) == Kind::Call).then_some(())?;
        self.argument_for(only.node_ref, function, name.node)
    }

    /// Whether a name is bound to what a function of the project returns, which may be what it was given:
    /// `function = as_coroutine(function)`.
    pub(super) fn may_be_given_back(&self, callee: NodeRef) -> bool {
        let model = self.model(callee);
        let [binding] = model.bindings_of(callee.node) else { return false };
        let Some(value) = binding.kind.value().map(|value| model.bare(value)) else { return false };
        let gives_back = |f: &NodeRef| {
            let there = self.model(*f);
            let values = there.returns(f.node);
            values.iter().any(|value| there.bindings_of(*value).iter().any(is_parameter))
        };
        self.called_functions(NodeRef { node: value, ..callee }).iter().any(gives_back)
    }
}

fn is_parameter(binding: &Binding) -> bool {
    matches!(binding.kind, BindingKind::Parameter { .. })
}

/// What an assignment gives a local.
enum Given {
    Value(NodeId),
    Nothing,
    /// Something around what it was before: `work = wait_for(work, 5)`.
    Around,
}

/// The values that a local has where it is read, as `given` takes them: those of the branches before it, and what the name was bound
/// to before these. None if it may be bound in another way.
fn assigned_before(
    model: &Model,
    bindings: &[Binding],
    read: NodeId,
    given: impl Fn(NodeId) -> Option<Given>,
) -> Option<Vec<NodeId>> {
    let mut found = Vec::new();
    let is_bound = |b: &&Binding| !matches!(b.kind, BindingKind::Annotated { value: None, .. });
    let mut before: Vec<&Binding> =
        bindings.iter().filter(is_bound).filter(|b| b.node < read).collect();
    before.sort_by_key(|b| b.node);
    let is_local = |b: &&Binding| model.frame_of(b.node) == model.frame_of(read);
    (bindings.len() > 1 && before.iter().all(is_local)).then_some(())?;
    for binding in before.into_iter().rev() {
        let (BindingKind::Assign { value } | BindingKind::Annotated { value: Some(value), .. }) =
            binding.kind
        else {
            return None;
        };
        match given(model.bare(value))? {
            Given::Value(value) => found.push(value),
            Given::Nothing => {}
            Given::Around => continue,
        }
        let suite = model.tree.parent(model.statement_of(binding.node));
        if suite.is_some_and(|suite| model.tree.contains(suite, read)) {
            break;
        }
        // The first branch of an `if` with an `else` leaves nothing of what was before.
        if is_complete(model, binding.node, &found) {
            break;
        }
    }
    found.reverse();
    (!found.is_empty()).then_some(found)
}

fn given_coroutine(model: &Model, value: NodeId, read: NodeId) -> Option<Given> {
    match model.kind(value) {
        Kind::None => Some(Given::Nothing),
        Kind::Call if wraps_name(model, value, read) => Some(Given::Around),
        // `tasks.get(key)` gives no coroutine.
        Kind::Call if !is_lookup(model, value) => Some(Given::Value(value)),
        _ => None,
    }
}

fn wraps_name(model: &Model, call: NodeId, name: NodeId) -> bool {
    model.positional(call).iter().any(|argument| model.text(*argument) == model.text(name))
}

fn is_lookup(model: &Model, call: NodeId) -> bool {
    matches!(model.called_method(call), Some((_, "get" | "pop" | "popleft" | "setdefault")))
}

/// Whether each branch of the `if` around a binding binds one of these values.
fn is_complete(model: &Model, binding: NodeId, values: &[NodeId]) -> bool {
    let around = model.tree.ancestors(binding).find(|n| model.kind(*n) == Kind::IfStatement);
    around.is_some_and(|statement| {
        let mut clauses = model.tree.children(statement).filter(|n| {
            matches!(model.kind(*n), Kind::ElifClause | Kind::ElseClause)
                || model.child(statement, Field::Consequence) == Some(*n)
        });
        let has_else = model.children_of_kind(statement, Kind::ElseClause).next().is_some();
        let binds = |clause: NodeId| values.iter().any(|v| model.tree.contains(clause, *v));
        has_else && clauses.all(binds)
    })
}
