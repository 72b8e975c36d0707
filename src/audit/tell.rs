//! What tells a loop to end without cancelling its task: a flag that it looks at, an event, an empty message. It knows one
//! loop, and follows no task.

use super::index::Index;
use super::terms::{Deed, Effect, Key, Spot};
use crate::python::{BindingKind, Field, Kind, NodeId};

/// A name or attribute that decides whether a loop goes on.
struct Sign {
    key: Key,
    /// The value, or what is called on it, that ends the loop.
    ends: Ends,
}

enum Ends {
    /// It is set to this.
    Value(bool),
    /// This is called on it, without an argument.
    Called(&'static str),
    /// `None` is put into it.
    Message,
}

impl Index<'_> {
    /// The places outside of a loop's function that tell it to end.
    pub(super) fn tells(&self, looping: Spot) -> Vec<Effect> {
        let own = self.function_of(looping);
        let mut found: Vec<Effect> = Vec::new();
        for sign in self.signs(looping) {
            for place in self.places_of(&sign.key) {
                let function = self.function_of(place);
                if function == own || function.is_none_or(|f| self.is_constructor(f)) {
                    continue;
                }
                let told = self.told_at(place, &sign.ends);
                found.extend(told.map(|spot| Effect { spot, deed: Deed::Tell, through: None }));
            }
        }
        found
    }

    /// Whether a function sets what its object begins with.
    fn is_constructor(&self, function: Spot) -> bool {
        let model = self.model(function);
        let name = model.child(function.node, Field::Name).map(|n| model.text(n));
        matches!(name, Some("__init__" | "__new__" | "__post_init__" | "__attrs_post_init__"))
    }

    /// What a place does to a sign, if that ends the loop.
    fn told_at(&self, place: Spot, ends: &Ends) -> Option<Spot> {
        let model = self.model(place);
        let parent = model.tree.parent(place.node)?;
        let at = |node| Some(Spot { node, ..place });
        if let Ends::Value(wanted) = ends {
            let is_target = model.kind(parent) == Kind::Assignment
                && model.tree.field(place.node) == Field::Left;
            let value = model.child(parent, Field::Right).filter(|_| is_target)?;
            let gives = match model.kind(value) {
                Kind::True => true,
                Kind::False | Kind::None => false,
                _ => return None,
            };
            return at(parent).filter(|_| gives == *wanted);
        }
        let name = model.child(parent, Field::Attribute).map(|n| model.text(n))?;
        let call = model.tree.parent(parent).filter(|c| model.kind(*c) == Kind::Call)?;
        let arguments = model.positional(call);
        let is_it = match ends {
            Ends::Called(method) => name == *method && arguments.is_empty(),
            _ => {
                let is_none = arguments.first().is_some_and(|a| model.kind(*a) == Kind::None);
                matches!(name, "put" | "put_nowait") && is_none
            }
        };
        at(call).filter(|_| is_it)
    }

    /// What the conditions of a loop look at: its own, and those of the ways out in its body.
    fn signs(&self, looping: Spot) -> Vec<Sign> {
        let model = self.model(looping);
        let mut found = Vec::new();
        if let Some(condition) = model.child(looping.node, Field::Condition) {
            self.look_at(Spot { node: condition, ..looping }, false, &mut found);
        }
        for node in model.tree.descendants(looping.node) {
            let is_way_out =
                |n: NodeId| matches!(model.kind(n), Kind::BreakStatement | Kind::ReturnStatement);
            let guarded = || model.child(node, Field::Consequence);
            if model.kind(node) == Kind::IfStatement
                && guarded().is_some_and(|b| model.tree.children(b).any(is_way_out))
                && let Some(condition) = model.child(node, Field::Condition)
            {
                self.look_at(Spot { node: condition, ..looping }, true, &mut found);
            }
        }
        found
    }

    /// The signs of a condition that ends the loop when it has this value.
    fn look_at(&self, condition: Spot, ends_when: bool, found: &mut Vec<Sign>) {
        let model = self.model(condition);
        let node = model.bare(condition.node);
        let at = |node| Spot { node, ..condition };
        match model.kind(node) {
            Kind::NotOperator => {
                if let Some(inner) = model.tree.first_child(node) {
                    self.look_at(at(inner), !ends_when, found);
                }
            }
            Kind::BooleanOperator => {
                for side in model.tree.children(node) {
                    self.look_at(at(side), ends_when, found);
                }
            }
            Kind::Identifier | Kind::Attribute => {
                let key = self.lasting(at(node));
                found.extend(key.map(|key| Sign { key, ends: Ends::Value(ends_when) }));
            }
            Kind::Call => {
                let callee = model.child(node, Field::Function);
                let method = callee.and_then(|c| model.child(c, Field::Attribute));
                let object = callee.and_then(|c| model.child(c, Field::Object));
                if method.is_some_and(|m| model.text(m) == "is_set")
                    && let Some(key) = object.and_then(|o| self.lasting(at(o)))
                {
                    let method = if ends_when { "set" } else { "clear" };
                    found.push(Sign { key, ends: Ends::Called(method) });
                }
            }
            Kind::ComparisonOperator if ends_when => found.extend(self.message(at(node))),
            _ => {}
        }
    }

    /// `item is None` of what comes out of a queue.
    fn message(&self, comparison: Spot) -> Option<Sign> {
        let model = self.model(comparison);
        let mut sides = model.tree.children(comparison.node);
        let (left, right) = (sides.next()?, sides.next()?);
        (model.kind(right) == Kind::None && !model.text(comparison.node).contains(" not "))
            .then_some(())?;
        let got = match model.kind(model.bare(left)) {
            Kind::Identifier => model.bindings_of(left).iter().find_map(|b| match b.kind {
                BindingKind::Assign { value } => Some(value),
                _ => None,
            })?,
            _ => model.bare(left),
        };
        let call = model.tree.first_child(got).filter(|_| model.kind(got) == Kind::Await)?;
        let callee = model.child(call, Field::Function)?;
        let method = model.child(callee, Field::Attribute)?;
        matches!(model.text(method), "get").then_some(())?;
        let object = model.child(callee, Field::Object)?;
        let key = self.lasting(Spot { node: object, ..comparison })?;
        Some(Sign { key, ends: Ends::Message })
    }

    /// The key of what other functions can reach, too.
    fn lasting(&self, spot: Spot) -> Option<Key> {
        self.key(spot).filter(|k| matches!(k, Key::Attribute { .. } | Key::Global(_)))
    }
}
