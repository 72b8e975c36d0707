//! A task as an element of a display: `a, b = task, 1` and `pair = (task, 1)`. It knows no other container.

use super::inquiry::{Fate, Inquiry, Shape};
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
        self.follow(display, Shape::Container)
    }

    /// The name of a tuple or list of which only other parts are read: `pair = (task, 1)` and `pair[1]`.
    fn unread_part(&self, display: NodeId, node: NodeId) -> Option<NodeId> {
        let model = self.model;
        let assignment = model.tree.parent(display)?;
        let name = model.child(assignment, Field::Left)?;
        let values: Vec<NodeId> = model.tree.children(display).collect();
        let place = values.iter().position(|v| *v == node)?;
        let local = model.kind(assignment) == Kind::Assignment
            && matches!(model.kind(display), Kind::Tuple | Kind::List | Kind::ExpressionList)
            && model.kind(name) == Kind::Identifier
            && !values.iter().any(|v| model.kind(*v) == Kind::ListSplat)
            && model.bindings_of(name).len() == 1
            && model.scopes.scope(model.frame_of(name)).kind == ScopeKind::Function;
        let (scope, symbol) = model.variable(name).filter(|_| local)?;
        let mut loads = model.uses(scope, symbol).iter().filter(|u| u.kind == UseKind::Load);
        let other = |load: &Use| {
            let subscript = model.tree.parent(load.node)?;
            let index = model.child(subscript, Field::Subscript)?;
            let index: isize = model.text(index).parse().ok()?;
            let read = if index < 0 { index + values.len() as isize } else { index };
            (usize::try_from(read).ok()? != place).then_some(())
        };
        let first = loads.next()?;
        std::iter::once(first).chain(loads).all(|load| other(load).is_some()).then_some(name)
    }
}
