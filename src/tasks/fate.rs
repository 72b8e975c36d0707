//! Follows a value outwards, expression by expression, to whoever keeps it or lets it go. Names and arguments have files
//! of their own.

use super::inquiry::{Fate, Inquiry, Shape};
use super::nest::{Nest, Step, Takes};
use super::verdict::{Reason, Verdict};
use crate::python::{Field, Kind, NodeId};

/// Methods of a task that keep nothing and tell nothing (asyncio-task.html#task-object).
const LOOKS: &[&str] = &[
    "add_done_callback",
    "remove_done_callback",
    "set_name",
    "get_name",
    "done",
    "cancelled",
    "get_coro",
    "get_stack",
    "print_stack",
    "get_loop",
    "get_context",
    "cancelling",
    "uncancel",
    "set_result",
    "set_exception",
    "result",
    "exception",
    "running",
];

/// Methods of a container that keep nothing and give nothing out.
const CONTAINER_LOOKS: &[&str] = &[
    "append",
    "add",
    "insert",
    "extend",
    "update",
    "appendleft",
    "extendleft",
    "discard",
    "remove",
    "clear",
    "sort",
    "reverse",
    "index",
    "count",
    "__len__",
    "__contains__",
];

/// Methods of a container that give out an element.
const CONTAINER_TAKES: &[&str] =
    &["pop", "popleft", "get", "__getitem__", "get_nowait", "setdefault"];

/// Methods of a container that give out all of it.
const CONTAINER_PASSES: &[&str] =
    &["copy", "values", "union", "difference", "intersection", "popitem", "symmetric_difference"];

impl Inquiry<'_> {
    /// What becomes of the value of `node`.
    pub(super) fn follow(&self, node: NodeId, shape: Shape) -> Fate {
        self.deeper(|| self.step(node, shape)).unwrap_or_else(|| {
            Fate::new(Reason::Argument, node, "the value is handed on too often to follow")
        })
    }

    fn step(&self, node: NodeId, shape: Shape) -> Fate {
        let model = self.model;
        let Some(parent) = model.tree.parent(node) else {
            return self.ends(node);
        };
        let field = model.tree.field(node);
        match (model.kind(parent), field) {
            (Kind::ParenthesizedExpression | Kind::BooleanOperator | Kind::ListSplat, _) => {
                self.follow(parent, shape)
            }
            (Kind::ConditionalExpression, _) => {
                if model.tree.children(parent).nth(1) == Some(node) {
                    self.ends(node)
                } else {
                    self.follow(parent, shape)
                }
            }
            (Kind::NamedExpression, Field::Value) => self.walrus(parent, shape),
            (Kind::Await, _) => match shape {
                Shape::Container(_) => self.taken_otherwise(parent),
                _ => Fate::new(
                    Reason::Awaited,
                    parent,
                    format!("it is awaited on {}", self.at(parent)),
                ),
            },
            (Kind::Yield, _) => {
                Fate::new(Reason::Returned, parent, format!("it is yielded on {}", self.at(parent)))
            }
            (Kind::ReturnStatement, _) if shape == Shape::Callable => Fate::new(
                Reason::Closure,
                parent,
                format!("a callable that refers to it is returned on {}", self.at(parent)),
            ),
            (Kind::ReturnStatement, _) => {
                let end = if shape.is_container() { node } else { parent };
                Fate::new(Reason::Returned, end, format!("it is returned on {}", self.at(parent)))
            }
            (Kind::ExpressionStatement, _) => self.statement(parent, node),
            (Kind::Assignment, Field::Right) => self.assigned(parent, node, shape),
            (Kind::AugmentedAssignment, Field::Right) => self.augmented(parent, shape),
            (Kind::Tuple | Kind::List | Kind::Set | Kind::ExpressionList, _) => {
                self.element(parent, node, shape)
            }
            (Kind::Pair, _) => {
                self.follow_parent(parent, shape.inside(self.step_of_pair(parent, node)))
            }
            (Kind::DictionarySplat, _) => self.follow_parent(parent, shape),
            (
                Kind::ListComprehension
                | Kind::SetComprehension
                | Kind::GeneratorExpression
                | Kind::DictionaryComprehension,
                Field::Body,
            ) => self.follow(parent, shape.inside(Step::Any)),
            (Kind::ForInClause | Kind::ForStatement, Field::Right) => self.iterated(parent, shape),
            (Kind::KeywordArgument, Field::Value) => self.follow_keyword(parent, shape),
            (Kind::ArgumentList, _) => self.follow_argument(node, parent, shape),
            // `tuple(x for x in xs)`: a lone generator is its call's whole argument list.
            (Kind::Call, Field::Arguments) => self.passed(node, parent, shape),
            (Kind::Attribute, Field::Object) => self.attribute(parent, shape),
            (Kind::Subscript, Field::Value) => self.subscripted(parent, shape),
            (Kind::MatchStatement, Field::Subject) if shape.is_container() => {
                self.taken_otherwise(node)
            }
            (Kind::Subscript, _) => self.index(parent, node),
            (Kind::BinaryOperator, _) if shape.is_container() => {
                self.follow(parent, shape.collected())
            }
            // `registry << task`: an operator is a method of whoever has it.
            (Kind::BinaryOperator, _) => Fate::new(
                Reason::Argument,
                parent,
                format!("what the operator on {} does with it cannot be seen", self.at(parent)),
            ),
            (Kind::DefaultParameter | Kind::TypedDefaultParameter, _) => Fate::new(
                Reason::Attribute,
                parent,
                "it is a parameter's default, which the function keeps",
            ),
            (Kind::Lambda, Field::Body) => self.returned_by_lambda(parent),
            (Kind::WithItem | Kind::AsPattern | Kind::Decorator, _) => Fate::new(
                Reason::Argument,
                parent,
                format!("it is used on {} in a way that cannot be followed", self.at(parent)),
            ),
            _ => self.ends(node),
        }
    }

    fn follow_parent(&self, node: NodeId, shape: Shape) -> Fate {
        self.model
            .tree
            .parent(node)
            .map_or_else(|| self.ends(node), |parent| self.follow(parent, shape))
    }

    /// The value is looked at inside a bigger expression, and then nobody has it.
    pub(super) fn ends(&self, node: NodeId) -> Fate {
        let statement = self.model.statement_of(node);
        let why = format!("the expression that it is part of on {} keeps nothing", self.at(node));
        Fate::new(Reason::Expression, statement, why)
    }

    fn statement(&self, statement: NodeId, value: NodeId) -> Fate {
        let bare = self.model.bare(value);
        let whole = self.model.tree.children(statement).count() == 1;
        let plain = matches!(self.model.kind(bare), Kind::Call | Kind::Await | Kind::Identifier);
        if whole && plain {
            let why = format!(
                "the call on {} is a statement of its own, so its result is thrown away",
                self.at(value)
            );
            Fate::new(Reason::Discarded, statement, why)
        } else {
            self.ends(value)
        }
    }

    /// `(t := value)` binds a name and goes on outwards: the better of the two counts.
    fn walrus(&self, expression: NodeId, shape: Shape) -> Fate {
        let outwards = self.follow(expression, shape);
        let Some(name) = self.model.child(expression, Field::Name) else {
            return outwards;
        };
        let named = self.bound(name, shape);
        if outwards.verdict() == Verdict::Dropped || (named.holds() && !outwards.holds()) {
            named
        } else {
            outwards
        }
    }

    fn assigned(&self, assignment: NodeId, value: NodeId, shape: Shape) -> Fate {
        let mut fates = Vec::new();
        let mut target = Some(assignment);
        // `a = b = value` is a chain of assignments, each the right-hand side of the one before.
        while let Some(this) = target.filter(|t| self.model.kind(*t) == Kind::Assignment) {
            if let Some(left) = self.model.child(this, Field::Left) {
                fates.push(self.target(left, value, shape));
            }
            target = self.model.tree.parent(this);
        }
        best(fates).unwrap_or_else(|| self.ends(value))
    }

    /// The fate of a value that is bound to one assignment target.
    pub(super) fn target(&self, target: NodeId, value: NodeId, shape: Shape) -> Fate {
        let model = self.model;
        match model.kind(target) {
            Kind::Identifier => self.bound(target, shape),
            // `t.self = t` is a cycle.
            Kind::Attribute if self.is_of_itself(target, value) => self.ends(value),
            Kind::Attribute => Fate::new(
                Reason::Attribute,
                target,
                format!("{} holds it from {} on", self.quote(target), self.at(target)),
            ),
            Kind::Subscript => match model.child(target, Field::Value) {
                Some(container) => self.stored(container, target, shape.inside(Step::Any)),
                None => self.ends(value),
            },
            Kind::PatternList
            | Kind::TuplePattern
            | Kind::ListPattern
            | Kind::Tuple
            | Kind::List => self.unpacked(target, value, shape),
            Kind::ParenthesizedExpression => self.target(model.bare(target), value, shape),
            _ => self.ends(value),
        }
    }

    fn is_of_itself(&self, attribute: NodeId, value: NodeId) -> bool {
        let object = self.model.child(attribute, Field::Object);
        let own = self.model.variable(self.model.bare(value));
        own.is_some() && object.and_then(|o| self.model.variable(o)) == own
    }

    fn augmented(&self, assignment: NodeId, shape: Shape) -> Fate {
        let Some(left) = self.model.child(assignment, Field::Left) else {
            return self.ends(assignment);
        };
        match (self.model.kind(left), shape) {
            (Kind::Identifier, Shape::Container(_)) => {
                self.stored(left, assignment, shape.collected())
            }
            (Kind::Identifier, _) => self.ends(assignment),
            _ => self.stored(left, assignment, shape.collected()),
        }
    }

    /// A container is iterated: its elements go to the loop's target.
    fn iterated(&self, head: NodeId, shape: Shape) -> Fate {
        if matches!(shape, Shape::Task | Shape::Shielded) {
            return self.taken_otherwise(head);
        }
        match self.model.child(head, Field::Left) {
            Some(target) => {
                let element = match shape {
                    Shape::Container(_) => shape.element(),
                    _ => Shape::Task,
                };
                let fate = self.target(target, head, element);
                match fate.verdict() {
                    Verdict::Dropped => Fate::new(Reason::LocalContainer, head, fate.why),
                    _ => fate,
                }
            }
            None => self.ends(head),
        }
    }

    fn follow_keyword(&self, keyword: NodeId, shape: Shape) -> Fate {
        match self.model.tree.parent(keyword) {
            Some(arguments) => self.follow_argument(keyword, arguments, shape),
            None => self.ends(keyword),
        }
    }

    fn follow_argument(&self, argument: NodeId, arguments: NodeId, shape: Shape) -> Fate {
        match self.model.tree.parent(arguments) {
            Some(call) if self.model.kind(call) == Kind::Call => self.passed(argument, call, shape),
            Some(class) => {
                Fate::new(Reason::Argument, class, "it is an argument of a class definition")
            }
            None => self.ends(argument),
        }
    }

    fn attribute(&self, attribute: NodeId, shape: Shape) -> Fate {
        let model = self.model;
        let name = model.child(attribute, Field::Attribute).map_or("", |n| model.text(n));
        let call = model.tree.parent(attribute).filter(|p| {
            model.kind(*p) == Kind::Call && model.tree.field(attribute) == Field::Function
        });
        let Some(call) = call else {
            // A bound method that is passed on refers to the task; plain data does not.
            return match shape {
                Shape::Container(_) => self.ends(attribute),
                _ => self.follow(attribute, Shape::Callable),
            };
        };
        match shape {
            Shape::Task | Shape::Shielded => self.task_method(call, name),
            Shape::Container(nest) => self.container_method(call, name, nest),
            Shape::Callable => self.ends(call),
        }
    }

    fn task_method(&self, call: NodeId, name: &str) -> Fate {
        match name {
            "cancel" => Fate::new(
                Reason::Frame,
                call,
                format!("it is held until it is cancelled on {}", self.at(call)),
            ),
            "__await__" | "__iter__" => self.follow(call, Shape::Task),
            "result" | "exception" if self.is_named(call) => {
                let why = format!("it is done by then: `.{name}()` is read on {}", self.at(call));
                Fate::new(Reason::Awaited, call, why)
            }
            "done" | "cancelled" if self.is_loop_condition(call) => Fate::new(
                Reason::Frame,
                call,
                format!("the loop on {} runs until it is done", self.at(call)),
            ),
            "done" | "cancelled" if self.is_polled(call) => Fate::new(
                Reason::Conditional,
                call,
                format!("a loop asks on {} whether it is done, until it is over", self.at(call)),
            ),
            _ => {
                let statement = self.model.statement_of(call);
                let known = LOOKS.contains(&name);
                let why = format!(
                    "only `.{name}(...)` is called on it on {}, and {}",
                    self.at(call),
                    if known {
                        "that keeps no reference that lasts"
                    } else {
                        "a task keeps nobody"
                    }
                );
                Fate::new(Reason::Chained, statement, why)
            }
        }
    }

    /// Whether a method is called on a name, not on the spawner's call itself.
    fn is_named(&self, call: NodeId) -> bool {
        let callee = self.model.child(call, Field::Function);
        let object = callee.and_then(|c| self.model.child(c, Field::Object));
        object.is_some_and(|o| self.model.kind(self.model.bare(o)) == Kind::Identifier)
    }

    /// Whether a call is (part of) the condition of an `if` by which a loop is left: `if task.done(): break`.
    fn is_polled(&self, call: NodeId) -> bool {
        let model = self.model;
        let mut inner = call;
        let mut branch = None;
        for node in model.tree.ancestors(call) {
            match model.kind(node) {
                Kind::IfStatement if branch.is_none() => {
                    let is_condition = model.tree.field(inner) == Field::Condition;
                    branch = model.child(node, Field::Consequence).filter(|_| is_condition);
                    if branch.is_none() {
                        return false;
                    }
                }
                Kind::WhileStatement | Kind::ForStatement => {
                    let leaves = |n: NodeId| {
                        matches!(model.kind(n), Kind::BreakStatement | Kind::ReturnStatement)
                    };
                    return branch.is_some_and(|b| model.tree.children(b).any(leaves));
                }
                Kind::FunctionDefinition | Kind::Lambda => return false,
                _ => {}
            }
            inner = node;
        }
        false
    }

    /// Whether a call is (part of) the condition of a `while`.
    fn is_loop_condition(&self, call: NodeId) -> bool {
        let mut node = call;
        for parent in self.model.tree.ancestors(call) {
            match self.model.kind(parent) {
                Kind::WhileStatement => return self.model.tree.field(node) == Field::Condition,
                Kind::NotOperator | Kind::BooleanOperator | Kind::ParenthesizedExpression => {
                    node = parent
                }
                _ => return false,
            }
        }
        false
    }

    fn container_method(&self, call: NodeId, name: &str, nest: Nest) -> Fate {
        let shape = Shape::Container(nest);
        if CONTAINER_TAKES.contains(&name) {
            let takes = self.model.positional(call).first().map(|key| self.takes(*key));
            self.taken(call, nest, takes.unwrap_or(Takes::Unknown))
        } else if CONTAINER_PASSES.contains(&name) {
            self.follow(call, shape.collected())
        } else if name == "items" {
            // It may be the key, too.
            self.follow(call, shape.element().inside(Step::Any).inside(Step::Any))
        } else if name == "keys" {
            // It is a key, or belongs to one.
            match self.follow(call, shape.collected()) {
                fate if fate.holds() => self.taken_otherwise(call),
                _ => self.ends(call),
            }
        } else if CONTAINER_LOOKS.contains(&name) {
            self.ends(call)
        } else if matches!(name, "join" | "wait" | "close" | "aclose" | "__aexit__") {
            Fate::new(
                Reason::Gathered,
                call,
                format!("`.{name}()` waits for it on {}", self.at(call)),
            )
        } else {
            Fate::new(
                Reason::Argument,
                call,
                format!("what `.{name}()` does with it on {} cannot be seen", self.at(call)),
            )
        }
    }

    /// A task as the index of a subscript: the key of a dict when it is assigned to, a look otherwise.
    fn index(&self, subscript: NodeId, node: NodeId) -> Fate {
        let target = self.model.tree.parent(subscript).is_some_and(|p| {
            self.model.kind(p) == Kind::Assignment
                && self.model.tree.field(subscript) == Field::Left
        });
        match self.model.child(subscript, Field::Value) {
            Some(container) if target => self.keyed(container, subscript),
            _ => self.ends(node),
        }
    }
}

/// Of several fates of one value the one that counts: what keeps it beats what is unsure beats what drops it, and a
/// keeper that stays beats a caller.
pub(super) fn best(fates: Vec<Fate>) -> Option<Fate> {
    let rank = |fate: &Fate| match (fate.verdict(), fate.reason) {
        (Verdict::Held, Reason::Returned) => 1,
        (Verdict::Held | Verdict::Managed, _) => 0,
        (Verdict::Unsure, _) => 2,
        (Verdict::Dropped, _) => 3,
    };
    let mut best: Option<Fate> = None;
    for fate in fates {
        if best.as_ref().is_none_or(|b| rank(&fate) < rank(b)) {
            best = Some(fate);
        }
    }
    best
}
