//! Tasks as elements: list, tuple and dict literals, subscripts, `zip`.

use std::hash::{DefaultHasher, Hash, Hasher};

use super::analyzer::{EscapeAnalyzer, EscapeResult, Follow};
use crate::python::{Field, Kind, NodeId, ScopeKind, Use, UseKind};
use crate::tasks::effects::{AccessPath, PathElement, Selector, ValueKind};
use crate::tasks::verdict::Reason;

impl EscapeAnalyzer<'_> {
    /// Follows an element of a literal: into its own target when the literal is unpacked one to
    /// one, else into the container.
    pub(super) fn element_of_literal(
        &self,
        literal: NodeId,
        node: NodeId,
        value_kind: ValueKind,
    ) -> EscapeResult {
        let model = self.model;
        if let Some(assignment) =
            model.tree.parent(literal).filter(|p| model.kind(*p) == Kind::Assignment)
            && model.tree.field(literal) == Field::Right
            && let Some(left) = model.child(assignment, Field::Left)
            && matches!(
                model.kind(left),
                Kind::PatternList | Kind::TuplePattern | Kind::ListPattern
            )
        {
            let targets: Vec<NodeId> = model.tree.children(left).collect();
            let values: Vec<NodeId> = model.tree.children(literal).collect();
            let splat = |n: &NodeId| model.is_starred(*n);
            if targets.len() == values.len()
                && !targets.iter().chain(&values).any(splat)
                && let Some(i) = values.iter().position(|v| *v == node)
            {
                return self.assignment_target(targets[i], node, value_kind);
            }
        }
        if let Some(name) = self.unread_part(literal, node) {
            let why = format!("nothing reads the element of {} that holds it", self.quote(name));
            return EscapeResult::new(Reason::LocalContainer, name, why);
        }
        let value_kind = match model.is_starred(node) {
            true => value_kind.collected(),
            false => value_kind.wrapped_in(self.path_element_in(literal, node)),
        };
        self.escape_of(literal, value_kind)
    }

    /// The path element of a literal's element. Lists may be reordered, and of several tasks any
    /// may be the one followed.
    fn path_element_in(&self, literal: NodeId, node: NodeId) -> PathElement {
        let model = self.model;
        if !matches!(model.kind(literal), Kind::Tuple | Kind::ExpressionList) {
            return PathElement::Any;
        }
        let most = usize::from(u8::MAX);
        let values: Vec<NodeId> = model.tree.children(literal).take(most + 1).collect();
        let counts = !values.iter().any(|v| model.is_starred(*v));
        let is_only = || !values.iter().any(|v| *v != node && self.is_known_task(*v));
        let at = values.iter().position(|v| *v == node).filter(|_| counts && is_only());
        match (at.map(u8::try_from), u8::try_from(values.len())) {
            (Some(Ok(at)), Ok(of)) => PathElement::Index { index: at, length: of },
            _ => PathElement::Any,
        }
    }

    /// The path element of the value of a dict's pair; of its key nothing is known.
    pub(super) fn path_element_of_pair(&self, pair: NodeId, node: NodeId) -> PathElement {
        let model = self.model;
        let value = |n: NodeId| model.child(n, Field::Value);
        let pairs = model.tree.parent(pair).map(|d| model.tree.children(d)).into_iter().flatten();
        let is_other = |n: &NodeId| *n != pair && model.kind(*n) == Kind::Pair;
        let mut others = pairs.filter(is_other).filter_map(value);
        let mut is_only = || !others.any(|v| self.is_known_task(v));
        let key = model.child(pair, Field::Key).map(|key| self.selector(key));
        match key {
            Some(Selector::Key(key)) if value(pair) == Some(node) && is_only() => {
                PathElement::Key(key)
            }
            _ => PathElement::Any,
        }
    }

    /// What an index or key selects.
    pub(super) fn selector(&self, index: NodeId) -> Selector {
        let model = self.model;
        if let Ok(place) = model.text(index).parse() {
            return Selector::Index(place);
        }
        let mut parts = model.tree.children(index);
        match (model.kind(index), parts.next(), parts.next()) {
            (Kind::String, Some(content), None) if model.kind(content) == Kind::StringContent => {
                let mut hasher = DefaultHasher::new();
                model.text(content).hash(&mut hasher);
                Selector::Key(hasher.finish())
            }
            _ => Selector::Unknown,
        }
    }

    /// Follows what a subscript selects from a value.
    pub(super) fn subscripted(&self, subscript: NodeId, value_kind: ValueKind) -> EscapeResult {
        let model = self.model;
        let access = match value_kind {
            ValueKind::Container(access) => access,
            ValueKind::Callable | ValueKind::Spawner => return self.dropped_at(subscript),
            ValueKind::Task | ValueKind::Shielded => return self.unknown_use(subscript),
        };
        let mut indices =
            model.tree.children(subscript).filter(|n| model.tree.field(*n) == Field::Subscript);
        match (indices.next(), indices.next()) {
            (Some(index), None) if model.kind(index) == Kind::Slice => {
                self.escape_of(subscript, value_kind.collected())
            }
            (Some(index), None) => self.element_taken(subscript, access, self.selector(index)),
            _ => self.element_taken(subscript, access, Selector::Unknown),
        }
    }

    /// Follows the task where an expression selects an element of its container.
    pub(super) fn element_taken(
        &self,
        expression: NodeId,
        access: AccessPath,
        selector: Selector,
    ) -> EscapeResult {
        let is_it = access.first().is_selected_by(selector);
        if is_it == Some(false) {
            return self.dropped_at(expression);
        }
        match self.escape_of(expression, ValueKind::Container(access).element()) {
            result if is_it.is_none() && result.holds() => self.unknown_use(expression),
            result => result,
        }
    }

    /// The kind of `zip`'s result for one of its arguments.
    pub(super) fn zipped(
        &self,
        argument: NodeId,
        call: NodeId,
        value_kind: ValueKind,
    ) -> ValueKind {
        let model = self.model;
        let all = model.positional(call);
        let is_star = |n: &NodeId| model.kind(*n) == Kind::ListSplat;
        if let ValueKind::Container(access) = value_kind
            && is_star(&argument)
        {
            return ValueKind::Container(access.transposed());
        }
        let at = all.iter().position(|a| *a == argument).filter(|_| !all.iter().any(is_star));
        let step = match (at.map(u8::try_from), u8::try_from(all.len())) {
            (Some(Ok(at)), Ok(of)) => PathElement::Index { index: at, length: of },
            _ => PathElement::Any,
        };
        value_kind.element().wrapped_in(step).wrapped_in(PathElement::Any)
    }

    /// The variable of a tuple or list of which only other elements are read: `pair = (task, 1)`
    /// and `pair[1]`.
    fn unread_part(&self, literal: NodeId, node: NodeId) -> Option<NodeId> {
        let model = self.model;
        let assignment = model.tree.parent(literal)?;
        let name = model.child(assignment, Field::Left)?;
        let local = model.kind(assignment) == Kind::Assignment
            && matches!(model.kind(literal), Kind::Tuple | Kind::List | Kind::ExpressionList)
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
        let values: Vec<NodeId> = model.tree.children(literal).collect();
        let splat = values.iter().any(|v| model.kind(*v) == Kind::ListSplat);
        let place = values.iter().position(|v| *v == node).filter(|_| !splat)?;
        let is_other = |index: &isize| {
            let read = if *index < 0 { index + values.len() as isize } else { *index };
            usize::try_from(read).is_ok_and(|read| read != place)
        };
        read.iter().all(is_other).then_some(name)
    }
}
