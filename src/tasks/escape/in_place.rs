//! Nested functions that are only called where they are mentioned, so that nothing keeps them: `sorted(items, key=f)`.

use super::analyzer::EscapeAnalyzer;
use crate::python::{Field, Kind, NodeId, ScopeId, Use, UseKind};

impl EscapeAnalyzer<'_> {
    /// The expressions that refer to a nested function: a lambda itself, else the reads of its
    /// name.
    pub(super) fn function_references(&self, function: NodeId) -> Vec<NodeId> {
        if self.model.kind(function) == Kind::Lambda {
            return vec![function];
        }
        let model = self.model;
        let Some(name) = model.child(function, Field::Name) else { return Vec::new() };
        let uses =
            model.variable(name).map_or(&[][..], |(scope, symbol)| model.uses(scope, symbol));
        let is_outside =
            |u: &&Use| u.kind == UseKind::Load && !model.tree.contains(function, u.node);
        let mut places: Vec<NodeId> = uses.iter().filter(is_outside).map(|u| u.node).collect();
        if !model.decorators(function).is_empty() {
            places.push(function);
        }
        places
    }

    /// Whether a nested function may be kept beyond the calls of it in the function `owner` around it; cached.
    pub(super) fn outlives_calls(&self, function: NodeId, owner: ScopeId) -> bool {
        let key = (function, owner);
        if let Some(known) = self.outliving.borrow().get(&key) {
            return *known;
        }
        // Of functions that call each other it is not known.
        self.outliving.borrow_mut().insert(key, true);
        let outlives = self.may_outlive_calls(function, owner);
        self.outliving.borrow_mut().insert(key, outlives);
        outlives
    }

    fn may_outlive_calls(&self, function: NodeId, owner: ScopeId) -> bool {
        let model = self.model;
        let is_plain = match model.kind(function) {
            Kind::Lambda => true,
            Kind::FunctionDefinition => !self.is_generator(function),
            _ => false,
        };
        let stays = |place: &NodeId| {
            let frame = model.frame_of(*place);
            let is_known =
                frame == owner || !self.outlives_calls(model.scopes.scope(frame).node, owner);
            is_known && self.is_called_in_place(*place, model.is_async(function))
        };
        !is_plain || !self.function_references(function).iter().all(stays)
    }

    /// Whether a callable is only called where it is mentioned: `f()`, `sorted(items, key=f)`, `list(map(f, items))`.
    fn is_called_in_place(&self, callable: NodeId, is_async: bool) -> bool {
        let model = self.model;
        let Some(parent) = model.tree.parent(callable) else { return false };
        match (model.kind(parent), model.tree.field(callable)) {
            (Kind::ParenthesizedExpression, _) => self.is_called_in_place(parent, is_async),
            (Kind::Call, Field::Function) => {
                let outer = model.tree.parent(parent).map(|p| model.kind(p));
                !is_async || outer == Some(Kind::Await)
            }
            (Kind::KeywordArgument, Field::Value) => {
                let call = model.tree.parent(parent).and_then(|list| model.tree.parent(list));
                let is_key =
                    model.child(parent, Field::Name).is_some_and(|n| model.text(n) == "key");
                let callee = call.and_then(|c| model.child(c, Field::Function));
                let sorts = |c: NodeId| {
                    let method = model.child(c, Field::Attribute).map_or("", |a| model.text(a));
                    matches!(model.text(c), "sorted" | "min" | "max") || method == "sort"
                };
                is_key && callee.is_some_and(sorts)
            }
            (Kind::ArgumentList, _) => {
                let call = model.tree.parent(parent);
                let callee = call.and_then(|c| model.child(c, Field::Function));
                let maps = callee.is_some_and(|c| matches!(model.text(c), "map" | "filter"));
                maps && call.is_some_and(|c| self.is_iterated_at_once(c))
            }
            _ => false,
        }
    }

    /// Whether an iterator is exhausted where it is made: `list(map(...))`, `for x in map(...)`.
    fn is_iterated_at_once(&self, iterator: NodeId) -> bool {
        let model = self.model;
        let Some(parent) = model.tree.parent(iterator) else { return false };
        match model.kind(parent) {
            Kind::ForStatement => model.tree.field(iterator) == Field::Right,
            Kind::ForInClause => {
                let whole = model.tree.parent(parent).map(|p| model.kind(p));
                whole.is_some_and(|kind| kind != Kind::GeneratorExpression)
            }
            Kind::ListSplat => true,
            Kind::ArgumentList => {
                let call = model.tree.parent(parent);
                let callee = call.and_then(|c| model.child(c, Field::Function));
                callee.is_some_and(|c| {
                    let name = model.text(c);
                    let all = [
                        "list", "set", "tuple", "dict", "sorted", "sum", "any", "all", "max", "min",
                    ];
                    all.contains(&name) || name.ends_with(".join") || name.ends_with(".extend")
                })
            }
            _ => false,
        }
    }
}
