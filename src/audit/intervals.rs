//! How long a loop waits in each round, and whether it stands in a branch. It does not know what the loop does.

use super::assessment::{Fact, FactKind};
use super::coroutine_exit::{is_loop, suspensions};
use super::index::WorkspaceIndex;
use super::source_text::source_on_one_line;
use super::types::{NodeRef, StorageLocation};
use crate::python::{AttributeBinding, BindingKind, Cfg, Field, Kind, Model, NodeId};
use crate::tasks::libraries::{Role, names};

/// Maximum depth of names and attributes that stand for a number.
const MAX_DEPTH: u32 = 3;

/// Where a number comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Number {
    Constant,
    /// The default of a parameter.
    Default,
}

impl WorkspaceIndex<'_> {
    /// The only pause that a loop makes, if it makes it in every round. One that it makes after an error is not counted.
    pub(super) fn interval(&self, loop_node: NodeRef, call: Option<NodeRef>) -> Option<Fact> {
        let model = self.model(loop_node);
        let own = model.frame_of(loop_node.node);
        let pauses = model.tree.descendants(loop_node.node).filter_map(|call| {
            let seconds = pause(model, call).filter(|_| model.frame_of(call) == own)?;
            let awaiting = model.parent_of_kind(call, Kind::Await);
            let awaiting = awaiting.or_else(|| awaited_later(model, loop_node.node, call))?;
            // The end of a pause for an event is a TimeoutError.
            let raises = model.callee_name(call) == Some("wait_for");
            let is_counted = model.text(seconds) != "0"
                && !is_after_error(model, loop_node.node, awaiting)
                && self.comes_again(loop_node, awaiting, raises);
            is_counted.then_some((awaiting, seconds, raises))
        });
        let [(awaiting, seconds, is_limit)] = pauses.collect::<Vec<_>>()[..] else { return None };
        if !runs_every_round(model, loop_node.node, awaiting) {
            return None;
        }
        let text = source_on_one_line(model, seconds);
        let at = |node| NodeRef { node, ..loop_node };
        let given = call.zip(self.function_of(loop_node));
        let given = given.filter(|(call, function)| self.coroutines(*call) == [*function]);
        let given = given.and_then(|(call, function)| self.argument_for(call, function, seconds));
        let number = self.number(given.unwrap_or(at(seconds)), MAX_DEPTH);
        let (value, said) = match number {
            Some((number, _)) if number == text => (number, format!("{text} seconds")),
            Some((number, Number::Constant)) => {
                let said = format!("`{text}` ({number}) seconds");
                (number, said)
            }
            Some((number, Number::Default)) => {
                let said = format!("`{text}` seconds ({number} by default)");
                (text, said)
            }
            None => (text.clone(), format!("`{text}` seconds")),
        };
        // The event ends it early.
        let least = if is_limit { "at most " } else { "" };
        let note = format!("it waits {least}{said} in each round");
        Some(Fact::with(FactKind::Interval, value, self.related(at(awaiting), note)))
    }

    /// Whether the loop goes round after a node: what is followed by its end is in no round. With `raising`, an exception may be
    /// what leads on.
    fn comes_again(&self, loop_node: NodeRef, node: NodeId, raising: bool) -> bool {
        let model = self.model(loop_node);
        let function = self.function_of(loop_node);
        let flow = function.and_then(|f| Cfg::build(model, f.node, &|_| false));
        flow.is_none_or(|flow| {
            let points = flow.points_of(model, node);
            let reached = flow.reachable_after(&points, raising, &[]);
            points.is_empty() || points.iter().any(|point| reached.contains(*point))
        })
    }

    /// The number that an expression stands for: a constant, or a name, attribute or parameter that is bound only to one.
    fn number(&self, node_ref: NodeRef, depth: u32) -> Option<(String, Number)> {
        let model = self.model(node_ref);
        let node = model.bare(node_ref.node);
        let depth = depth.checked_sub(1)?;
        let value = |node| self.number(NodeRef { node, ..node_ref }, depth);
        match model.kind(node) {
            Kind::Integer | Kind::Float => Some((model.text(node).to_owned(), Number::Constant)),
            Kind::Identifier => match model.bindings_of(node) {
                [binding] => match binding.kind {
                    BindingKind::Assign { value: bound }
                    | BindingKind::Annotated { value: Some(bound), .. } => value(bound),
                    BindingKind::Parameter { default: Some(default), .. } => {
                        value(default).map(|(number, _)| (number, Number::Default))
                    }
                    BindingKind::ImportFrom { .. } => self.shared_number(node_ref, depth),
                    _ => None,
                },
                _ => None,
            },
            Kind::Attribute => self.shared_number(node_ref, depth),
            _ => None,
        }
    }

    /// The same for what other files or other functions bind.
    fn shared_number(&self, node_ref: NodeRef, depth: u32) -> Option<(String, Number)> {
        match self.storage_of(node_ref)? {
            StorageLocation::Attribute { class, name } => {
                let class = self.class_at(&class)?;
                let model = self.model(class);
                let bindings = model.attribute_bindings(class.node, &name);
                let values = bindings.iter().map(AttributeBinding::value);
                let [Some(value)] = values.collect::<Vec<_>>()[..] else { return None };
                self.number(NodeRef { node: value, ..class }, depth)
            }
            location @ StorageLocation::Global(_) => {
                let bound = self.occurrences_of(&location).into_iter().find(|o| {
                    let model = self.model(*o);
                    model.kind(o.node) == Kind::Identifier
                        && model.bindings_of(o.node).iter().any(|b| {
                            b.node == o.node && !matches!(b.kind, BindingKind::ImportFrom { .. })
                        })
                })?;
                self.number(bound, depth)
            }
            _ => None,
        }
    }
}

/// The seconds of `asyncio.sleep(seconds)`, `asyncio.wait_for(event.wait(), seconds)`.
fn pause(model: &Model, call: NodeId) -> Option<NodeId> {
    let callee = model.child(call, Field::Function).filter(|_| model.kind(call) == Kind::Call)?;
    let arguments = model.positional(call);
    if model.is_path(callee, names(Role::Sleep)) {
        return arguments.first().copied();
    }
    let waited = arguments.first().filter(|_| model.is_path(callee, &["asyncio.wait_for"]))?;
    let (_, "wait") = model.called_method(*waited)? else { return None };
    model.keyword(call, "timeout").or(arguments.get(1).copied())
}

/// `pause = create_task(asyncio.sleep(5)); await pause`
fn awaited_later(model: &Model, loop_node: NodeId, sleep: NodeId) -> Option<NodeId> {
    let made = model.tree.parent(sleep).and_then(|list| model.parent_of_kind(list, Kind::Call))?;
    let is_task = matches!(model.callee_name(made), Some("create_task" | "ensure_future"));
    let assignment = model.parent_of_kind(made, Kind::Assignment).filter(|_| is_task)?;
    let target = model.text(model.child(assignment, Field::Left)?);
    let awaits = |n: &NodeId| {
        let awaited = model.tree.first_child(*n).map(|n| model.bare(n));
        model.kind(*n) == Kind::Await
            && *n > assignment
            && awaited.is_some_and(|n| model.text(n) == target)
    };
    model.tree.descendants(loop_node).find(awaits)
}

/// Whether a node runs only where an exception was caught in a round of a loop.
fn is_after_error(model: &Model, loop_node: NodeId, node: NodeId) -> bool {
    let mut around = model.tree.ancestors(node).take_while(|n| *n != loop_node);
    around.any(|n| model.kind(n) == Kind::ExceptClause)
}

/// Whether a node runs in each round of a loop: in no branch, inner loop or `except`.
pub(super) fn runs_every_round(model: &Model, loop_node: NodeId, node: NodeId) -> bool {
    let around = model.tree.ancestors(node).take_while(|n| *n != loop_node);
    !around.into_iter().any(|n| {
        is_loop(model, n)
            || matches!(
                model.kind(n),
                Kind::IfStatement
                    | Kind::ExceptClause
                    | Kind::MatchStatement
                    | Kind::ConditionalExpression
                    | Kind::BooleanOperator
            )
    })
}

/// Whether a node of a function is in an `if` or a `match`.
pub(super) fn is_in_branch(model: &Model, function: NodeId, node: NodeId) -> bool {
    let mut around = model.tree.ancestors(node).take_while(|n| *n != function);
    around.any(|n| matches!(model.kind(n), Kind::IfStatement | Kind::MatchStatement))
}

/// Whether a loop of a function waits in its rounds, or for them.
pub(super) fn waits_in(model: &Model, function: NodeId, node: NodeId) -> bool {
    model.text(node).starts_with("async") || suspensions(model, function, node).next().is_some()
}
