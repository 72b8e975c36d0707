//! A task as an element: what displays and patterns make of it, and what subscripts take. It knows no other container.

use std::hash::{DefaultHasher, Hash, Hasher};

use super::fate::best;
use super::inquiry::{Fate, Inquiry, Shape};
use super::nest::{Nest, Step, Takes};
use super::verdict::Reason;
use crate::python::{Field, Kind, NodeId, ScopeKind, Use, UseKind};

impl Inquiry<'_> {
    /// An element of a display: into its own target when the display is unpacked one to one, else into the container.
    pub(super) fn element(&self, display: NodeId, node: NodeId, shape: Shape) -> Fate {
        let model = self.model;
        if let Some(assignment) =
            model.tree.parent(display).filter(|p| model.kind(*p) == Kind::Assignment)
            && model.tree.field(display) == Field::Right
            && let Some(left) = model.child(assignment, Field::Left)
            && matches!(
                model.kind(left),
                Kind::PatternList | Kind::TuplePattern | Kind::ListPattern
            )
        {
            let targets: Vec<NodeId> = model.tree.children(left).collect();
            let values: Vec<NodeId> = model.tree.children(display).collect();
            let splat =
                |n: &NodeId| matches!(model.kind(*n), Kind::ListSplat | Kind::ListSplatPattern);
            if targets.len() == values.len()
                && !targets.iter().chain(&values).any(splat)
                && let Some(i) = values.iter().position(|v| *v == node)
            {
                return self.target(targets[i], node, shape);
            }
        }
        if let Some(name) = self.unread_part(display, node) {
            let why = format!("nobody reads the part of {} that holds it", self.quote(name));
            return Fate::new(Reason::LocalContainer, name, why);
        }
        let shape = match model.kind(node) {
            Kind::ListSplat => shape.collected(),
            _ => shape.inside(self.step_in(display, node)),
        };
        self.follow(display, shape)
    }

    /// How an element of a display is come by. Lists change their places, and of several tasks any may be meant.
    fn step_in(&self, display: NodeId, node: NodeId) -> Step {
        let model = self.model;
        if !matches!(model.kind(display), Kind::Tuple | Kind::ExpressionList) {
            return Step::Any;
        }
        let most = usize::from(u8::MAX);
        let values: Vec<NodeId> = model.tree.children(display).take(most + 1).collect();
        let counts = !values.iter().any(|v| model.kind(*v) == Kind::ListSplat);
        let is_only = || !values.iter().any(|v| *v != node && self.is_known_task(*v));
        let at = values.iter().position(|v| *v == node).filter(|_| counts && is_only());
        match (at.map(u8::try_from), u8::try_from(values.len())) {
            (Some(Ok(at)), Ok(of)) => Step::Place { at, of },
            _ => Step::Any,
        }
    }

    /// How the value of a pair of a dictionary is come by; its key may be meant by anything.
    pub(super) fn step_of_pair(&self, pair: NodeId, node: NodeId) -> Step {
        let model = self.model;
        let value = |n: NodeId| model.child(n, Field::Value);
        let pairs = model.tree.parent(pair).map(|d| model.tree.children(d)).into_iter().flatten();
        let is_only = !pairs
            .filter(|other| *other != pair && model.kind(*other) == Kind::Pair)
            .filter_map(value)
            .any(|v| self.is_known_task(v));
        let key = model.child(pair, Field::Key).map(|key| self.takes(key));
        match key {
            Some(Takes::Key(key)) if is_only && value(pair) == Some(node) => Step::Key(key),
            _ => Step::Any,
        }
    }

    /// What an index or key takes.
    pub(super) fn takes(&self, index: NodeId) -> Takes {
        let model = self.model;
        if let Ok(place) = model.text(index).parse() {
            return Takes::Place(place);
        }
        let mut parts = model.tree.children(index);
        match (model.kind(index), parts.next(), parts.next()) {
            (Kind::String, Some(content), None) if model.kind(content) == Kind::StringContent => {
                let mut hasher = DefaultHasher::new();
                model.text(content).hash(&mut hasher);
                Takes::Key(hasher.finish())
            }
            _ => Takes::Unknown,
        }
    }

    /// The fate of what a subscript takes out of a value.
    pub(super) fn subscripted(&self, subscript: NodeId, shape: Shape) -> Fate {
        let model = self.model;
        let nest = match shape {
            Shape::Container(nest) => nest,
            Shape::Callable => return self.ends(subscript),
            Shape::Task | Shape::Shielded => return self.taken_otherwise(subscript),
        };
        let mut indices =
            model.tree.children(subscript).filter(|n| model.tree.field(*n) == Field::Subscript);
        match (indices.next(), indices.next()) {
            (Some(index), None) if model.kind(index) == Kind::Slice => {
                self.follow(subscript, shape.collected())
            }
            (Some(index), None) => self.taken(subscript, nest, self.takes(index)),
            _ => self.taken(subscript, nest, Takes::Unknown),
        }
    }

    /// The fate of the task where an expression takes an element out of its container.
    pub(super) fn taken(&self, expression: NodeId, nest: Nest, takes: Takes) -> Fate {
        let is_it = nest.first().is_taken(takes);
        if is_it == Some(false) {
            return self.ends(expression);
        }
        match self.follow(expression, Shape::Container(nest).element()) {
            fate if is_it.is_none() && fate.holds() => self.taken_otherwise(expression),
            fate => fate,
        }
    }

    /// A value is used as what it was followed as cannot be.
    pub(super) fn taken_otherwise(&self, place: NodeId) -> Fate {
        let why = format!("what is taken of it on {} cannot be told", self.at(place));
        Fate::new(Reason::Argument, place, why)
    }

    /// The fate of a value that is unpacked into a pattern.
    pub(super) fn unpacked(&self, pattern: NodeId, value: NodeId, shape: Shape) -> Fate {
        let model = self.model;
        let parts: Vec<NodeId> = model.tree.children(pattern).collect();
        let is_star =
            |n: &NodeId| matches!(model.kind(*n), Kind::ListSplatPattern | Kind::ListSplat);
        let star = parts.iter().position(is_star);
        let is_it = |place: usize| {
            let Shape::Container(nest) = shape else { return true };
            let behind = star.is_some_and(|star| star < place);
            let counted = if behind { place as i64 - parts.len() as i64 } else { place as i64 };
            nest.first().is_taken(Takes::Place(counted)) != Some(false)
        };
        let element = if shape.is_container() { shape.element() } else { Shape::Task };
        let others = || (0..parts.len()).filter(|place| Some(*place) != star);
        let mut fates: Vec<Fate> = Vec::new();
        for place in others().filter(|place| is_it(*place)) {
            fates.push(self.target(parts[place], value, element));
        }
        let is_known = matches!(shape, Shape::Container(n) if n.first() != Step::Any);
        if let Some(star) = star.filter(|_| !is_known || fates.is_empty()) {
            let name = model.tree.first_child(parts[star]).unwrap_or(parts[star]);
            fates.push(self.target(name, value, shape.collected()));
        }
        best(fates).unwrap_or_else(|| self.ends(value))
    }

    /// What `zip` makes of one of its arguments.
    pub(super) fn zipped(&self, argument: NodeId, call: NodeId, shape: Shape) -> Shape {
        let model = self.model;
        let all = model.positional(call);
        let is_star = |n: &NodeId| model.kind(*n) == Kind::ListSplat;
        if let Shape::Container(nest) = shape
            && is_star(&argument)
        {
            return Shape::Container(nest.transposed());
        }
        let at = all.iter().position(|a| *a == argument).filter(|_| !all.iter().any(is_star));
        let step = match (at.map(u8::try_from), u8::try_from(all.len())) {
            (Some(Ok(at)), Ok(of)) => Step::Place { at, of },
            _ => Step::Any,
        };
        shape.element().inside(step).inside(Step::Any)
    }

    /// The name of a tuple or list of which only other parts are read: `pair = (task, 1)` and `pair[1]`.
    fn unread_part(&self, display: NodeId, node: NodeId) -> Option<NodeId> {
        let model = self.model;
        let assignment = model.tree.parent(display)?;
        let name = model.child(assignment, Field::Left)?;
        let local = model.kind(assignment) == Kind::Assignment
            && matches!(model.kind(display), Kind::Tuple | Kind::List | Kind::ExpressionList)
            && model.kind(name) == Kind::Identifier
            && model.bindings_of(name).len() == 1
            && model.scopes.scope(model.frame_of(name)).kind == ScopeKind::Function;
        let (scope, symbol) = model.variable(name).filter(|_| local)?;
        let loads = model.uses(scope, symbol).iter().filter(|u| u.kind == UseKind::Load);
        let index = |load: &Use| -> Option<isize> {
            let subscript = model.tree.parent(load.node)?;
            model.text(model.child(subscript, Field::Subscript)?).parse().ok()
        };
        let read = loads.map(index).collect::<Option<Vec<_>>>().filter(|read| !read.is_empty())?;
        let values: Vec<NodeId> = model.tree.children(display).collect();
        let splat = values.iter().any(|v| model.kind(*v) == Kind::ListSplat);
        let place = values.iter().position(|v| *v == node).filter(|_| !splat)?;
        let is_other = |index: &isize| {
            let read = if *index < 0 { index + values.len() as isize } else { *index };
            usize::try_from(read).is_ok_and(|read| read != place)
        };
        read.iter().all(is_other).then_some(name)
    }
}
