//! Loops that run until tasks are done, or until a container of tasks is empty: meanwhile the frame keeps them. It follows no
//! values.

use super::analyzer::{EscapeAnalyzer, EscapeResult};
use super::def_use::VariableFlow;
use crate::python::{BindingKind, Field, Kind, Model, NodeId, Use, UseKind};
use crate::tasks::container_access::{ContainerAccess, ItemUse};
use crate::tasks::libraries::MethodEffect;
use crate::tasks::verdict::Reason;

impl EscapeAnalyzer<'_> {
    /// Whether a loop runs until the task of a `.done()` call is done: `while not t.done()`, `while any(not t.done() for t in
    /// ts)`, or a flag of the loop that is computed from it.
    pub(super) fn is_awaited_by_loop(&self, call: NodeId) -> bool {
        self.ends_loop(call) || self.sets_loop_flag(call)
    }

    /// Whether the condition of a `while` is false only once a `.done()` in it is true.
    fn ends_loop(&self, call: NodeId) -> bool {
        let model = self.model;
        let mut inner = call;
        // The value of `inner` that shows that the task is done.
        let mut done_if = true;
        for node in model.tree.ancestors(call) {
            match model.kind(node) {
                Kind::WhileStatement => {
                    return model.tree.field(inner) == Field::Condition && !done_if;
                }
                Kind::NotOperator => done_if = !done_if,
                Kind::BooleanOperator | Kind::ParenthesizedExpression | Kind::ArgumentList => {}
                Kind::Call => {
                    let called = model.child(node, Field::Function).map_or("", |f| model.text(f));
                    if called != if done_if { "all" } else { "any" } {
                        return false;
                    }
                }
                kind if kind.is_comprehension() && model.tree.field(inner) == Field::Body => {}
                _ => return false,
            }
            inner = node;
        }
        false
    }

    /// Whether a call is a part of the condition of a `while`.
    pub(super) fn is_in_loop_condition(&self, call: NodeId) -> bool {
        let statement = self.model.statement_of(call);
        let condition = self.model.child(statement, Field::Condition);
        self.model.kind(statement) == Kind::WhileStatement
            && condition.is_some_and(|c| self.model.tree.contains(c, call))
    }

    /// Whether a `.done()` decides about a flag that is the condition of the loop around it: `busy = any(not t.done() for t in
    /// ts)`, `if not t.done(): busy = True`.
    fn sets_loop_flag(&self, call: NodeId) -> bool {
        let model = self.model;
        let is_its_condition = |n: &NodeId| {
            matches!(model.kind(*n), Kind::IfStatement | Kind::ElifClause)
                && model.child(*n, Field::Condition).is_some_and(|c| model.tree.contains(c, call))
        };
        let frame = model.frame_of(call);
        let mut outer = model.tree.ancestors(call).take_while(|n| model.frame_of(*n) == frame);
        let Some(statement) =
            outer.find(|n| model.kind(*n) == Kind::ExpressionStatement || is_its_condition(n))
        else {
            return false;
        };
        let is_set_here = |name: NodeId| {
            let Some((owner, symbol)) = model.variable(name) else { return false };
            let mut here = uses_in(model, model.uses(owner, symbol), statement);
            here.any(|u| {
                matches!(u.kind, UseKind::Store | UseKind::Update)
                    && !self.is_set_to_outcome(u.node)
            })
        };
        let loops = outer.filter(|n| model.kind(*n) == Kind::WhileStatement);
        loops.filter_map(|n| model.child(n, Field::Condition)).any(|condition| {
            let inside = std::iter::once(condition).chain(model.tree.descendants(condition));
            inside.filter(|n| model.kind(*n) == Kind::Identifier).any(is_set_here)
        })
    }

    /// Whether a name is set to what a task gives, which is no flag: `text = task.result()`.
    fn is_set_to_outcome(&self, name: NodeId) -> bool {
        let assignment = self.model.parent_of_kind(name, Kind::Assignment);
        let value = assignment.and_then(|n| self.model.child(n, Field::Right));
        let called = value.and_then(|value| self.model.called_method(self.model.bare(value)));
        called.is_some_and(|(_, method)| method == "result")
    }

    /// A read of a container in the condition of a loop that runs until the container is empty, and only removes what is done.
    pub(super) fn kept_until_empty(
        &self,
        variable: &VariableFlow<'_>,
        read: &Use,
    ) -> Option<EscapeResult> {
        let model = self.model;
        let id = (variable.owner, variable.symbol);
        let statement = model.statement_of(read.node);
        let condition = model.child(statement, Field::Condition)?;
        let is_waiting = model.kind(statement) == Kind::WhileStatement
            && model.tree.contains(condition, read.node)
            && self.ends_when_false(condition, id);
        if !is_waiting {
            return None;
        }
        let mut inside = uses_in(model, variable.uses, statement);
        if inside.any(|u| self.removes_unfinished(u, variable.uses, statement)) {
            return None;
        }
        let leaves = |n: NodeId| match model.kind(n) {
            Kind::ReturnStatement => true,
            Kind::BreakStatement => {
                let is_loop = |k: Kind| matches!(k, Kind::WhileStatement | Kind::ForStatement);
                model.tree.closest(n, is_loop) == Some(statement)
            }
            _ => false,
        };
        let name = self.quote(variable.name);
        let line = self.line_text(statement);
        Some(match model.tree.descendants(statement).any(leaves) {
            true => {
                let why =
                    format!("a loop runs until {name} is empty, but may end earlier ({line})");
                EscapeResult::new(Reason::Conditional, read.node, why)
            }
            false => {
                let why = format!("a loop runs until {name} is empty ({line})");
                let is_awaited = |u: &Use| {
                    let mut outer = model.tree.ancestors(u.node);
                    let inner = outer.by_ref().take_while(|n| !model.kind(*n).is_statement());
                    inner.into_iter().any(|n| model.kind(n) == Kind::Await)
                };
                let reason = match uses_in(model, variable.uses, statement).any(is_awaited) {
                    true => Reason::Gathered,
                    false => Reason::Frame,
                };
                EscapeResult::new(reason, read.node, why)
            }
        })
    }

    /// Whether a use of a container in a loop may remove a task that is not done.
    fn removes_unfinished(&self, used: &Use, uses: &[Use], around: NodeId) -> bool {
        let model = self.model;
        if used.kind != UseKind::Load {
            return !self.keeps_unfinished(used, uses);
        }
        let removed = match ContainerAccess::of(model, used.node) {
            Some(ContainerAccess::Method(method)) => match (method.op().effect, method.call) {
                (
                    MethodEffect::Take
                    | MethodEffect::TakeNext
                    | MethodEffect::Remove { .. }
                    | MethodEffect::RemoveMany
                    | MethodEffect::Clear,
                    Some(call),
                ) => model.positional(call).first().copied(),
                _ => return false,
            },
            Some(ContainerAccess::Item(subscript, ItemUse::Delete(_))) => {
                model.child(subscript, Field::Subscript)
            }
            _ => return false,
        };
        !removed.is_some_and(|n| self.is_done_there(n)) && !self.is_where_done(used.node, around)
    }

    /// Whether a name that is bound again keeps all tasks that are not done: `ts -= done`, `ts = [t for t in ts if not
    /// t.done()]`, `done, ts = await asyncio.wait(ts)`.
    fn keeps_unfinished(&self, store: &Use, uses: &[Use]) -> bool {
        let model = self.model;
        let binding = model.bindings_of(store.node).iter().find(|b| b.node == store.node);
        match binding.map(|b| &b.kind) {
            Some(BindingKind::Augmented { value }) => {
                let operator = model.tree.parent(*value).map_or("", |a| model.text(a));
                !operator.contains("-=") && !operator.contains("&=") || self.is_done_there(*value)
            }
            Some(BindingKind::Assign { value }) if model.kind(*value) == Kind::Subscript => false,
            Some(_) => {
                let statement = model.statement_of(store.node);
                uses_in(model, uses, statement).any(|u| u.kind == UseKind::Load)
            }
            None => false,
        }
    }

    /// Whether an expression is a task that is done, or the set of those: `done`, `t` in `for t in done`.
    fn is_done_there(&self, expression: NodeId) -> bool {
        let model = self.model;
        let node = model.bare(expression);
        if model.kind(node) != Kind::Identifier {
            return false;
        }
        let is_of_done = |value: NodeId| {
            let inner = match model.kind(value) {
                Kind::Call => model.called_method(value).map(|(object, _)| object),
                _ => Some(value),
            };
            inner.is_some_and(|n| self.is_done_set(n) == Some(true))
        };
        let variable = model.variable(node);
        self.is_done_set(node) == Some(true)
            || variable.is_some_and(|v| self.is_done_at(node, v))
            || model.bindings_of(node).iter().any(|b| match b.kind {
                BindingKind::For { iterable, .. } => is_of_done(iterable),
                BindingKind::Assign { value } => is_of_done(value),
                _ => false,
            })
    }

    /// Whether a node within `around` runs only for tasks that are done: in a loop over `done`, or where a `.done()` was asked.
    fn is_where_done(&self, node: NodeId, around: NodeId) -> bool {
        let model = self.model;
        let asks = |n: NodeId| {
            model.kind(n) == Kind::Call
                && matches!(model.called_method(n), Some((_, "done" | "cancelled")))
        };
        model.tree.ancestors(node).take_while(|n| *n != around).any(|n| match model.kind(n) {
            Kind::ForStatement => {
                model.child(n, Field::Right).is_some_and(|i| self.is_done_set(i) == Some(true))
            }
            Kind::IfStatement | Kind::ElifClause => {
                let condition = model.child(n, Field::Condition);
                condition.is_some_and(|c| asks(c) || model.tree.descendants(c).any(asks))
            }
            _ => false,
        })
    }

    /// Whether the function waits for what the callback of an `add_done_callback` completes: `t.add_done_callback(lambda _:
    /// ready.set())` and `await ready.wait()`.
    pub(super) fn is_awaited_through_callback(&self, call: NodeId) -> bool {
        let model = self.model;
        let Some(callback) = model.positional(call).first().copied() else { return false };
        let mut completed = completed_by(model, callback);
        for origin in self.origins(callback).iter() {
            if let crate::python::Origin::Function(function) = origin {
                completed.extend(completed_by(model, *function));
            }
        }
        completed.into_iter().any(|object| self.is_awaited_after(object, call))
    }

    /// Whether the frame of `call` awaits the same expression as `object` below it.
    fn is_awaited_after(&self, object: NodeId, call: NodeId) -> bool {
        let model = self.model;
        let mut root = object;
        while let Some(inner) = model.child(root, Field::Object) {
            root = inner;
        }
        let Some(root) = Some(root).filter(|n| model.kind(*n) == Kind::Identifier) else {
            return false;
        };
        let frame = model.frame_of(call);
        let owner = model.lookup(model.scope_of(call), model.text(root));
        let Some((owner, symbol)) = owner else { return false };
        let uses = model.uses(owner, symbol);
        let behind = uses.partition_point(|u| u.node <= call);
        uses[behind..].iter().take(MAX_AWAITS).any(|u| {
            let is_same = |n: &NodeId| model.text(*n) == model.text(object);
            let mut outer = std::iter::once(u.node).chain(model.tree.ancestors(u.node));
            u.kind == UseKind::Load
                && model.frame_of(u.node) == frame
                && outer
                    .by_ref()
                    .take_while(|n| !model.kind(*n).is_statement())
                    .any(|n| is_same(&n))
                && outer
                    .take_while(|n| !model.kind(*n).is_statement())
                    .chain(std::iter::once(u.node))
                    .any(|n| {
                        model.kind(n) == Kind::Await
                            || model.tree.parent(n).is_some_and(|p| model.kind(p) == Kind::Await)
                    })
        })
    }
}

/// The uses of a variable within a statement.
fn uses_in<'u>(
    model: &'u Model,
    uses: &'u [Use],
    statement: NodeId,
) -> impl Iterator<Item = &'u Use> {
    let first = uses.partition_point(|u| u.node < statement);
    uses[first..].iter().take_while(move |u| model.tree.contains(statement, u.node))
}

/// So many later uses are looked through for an `await`.
const MAX_AWAITS: usize = 100;

/// The objects that a callback completes or fills: `event` of `event.set`, `future` of `future.set_result(1)`.
fn completed_by(model: &Model, callback: NodeId) -> Vec<NodeId> {
    let completes = |name: &str| {
        matches!(name, "set" | "set_result" | "set_exception" | "put_nowait" | "release")
    };
    let all = std::iter::once(callback).chain(model.tree.descendants(callback));
    all.filter(|n| model.kind(*n) == Kind::Attribute)
        .filter(|n| model.child(*n, Field::Attribute).is_some_and(|a| completes(model.text(a))))
        .filter_map(|n| model.child(n, Field::Object))
        .collect()
}
