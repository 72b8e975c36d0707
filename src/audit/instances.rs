//! Where instances of a class are created, and the name of the only one. It follows no task.

use std::sync::Arc;

use super::index::WorkspaceIndex;
use super::types::{NodeRef, StorageLocation};
use crate::python::{Field, Kind};
use crate::tasks::last_name;

/// Maximum depth of objects in attributes of objects.
const MAX_DEPTH: u32 = 3;

impl WorkspaceIndex<'_> {
    /// The calls that create an instance of a class or of a subclass, in source order; those in test code only for a class
    /// of test code.
    pub(super) fn constructions(&self, class: &str) -> Arc<[NodeRef]> {
        self.answers
            .constructions
            .get(class.to_owned(), |class| self.find_constructions(class).into())
    }

    fn find_constructions(&self, class: &str) -> Vec<NodeRef> {
        let is_test = self.class_at(class).is_some_and(|c| self.is_test(c));
        let call = |class: &str, occurrence: &NodeRef| {
            let model = self.model(*occurrence);
            let node = model.parent_of_kind(occurrence.node, Kind::Call)?;
            let is_made = model.tree.field(occurrence.node) == Field::Function
                && (is_test || !self.is_test(*occurrence))
                && self.class_of(*occurrence).as_deref() == Some(class);
            is_made.then_some(NodeRef { node, ..*occurrence })
        };
        let mut found = Vec::new();
        for class in self.with_subclasses(class) {
            found.extend(self.occurrences(last_name(class)).iter().filter_map(|o| call(class, o)));
        }
        found.sort();
        found
    }

    /// The name of the only instance of a class that is known to the whole program: `pkg.app.scheduler`,
    /// `app.state.scheduler`, and the call that creates it.
    pub(super) fn only_instance(&self, class: &str) -> Option<(String, NodeRef)> {
        self.instance_within(class, MAX_DEPTH)
    }

    /// The method of an object that the application's state holds: `app.state.beat.begin` where `app.state.beat = Beat()`.
    pub(super) fn method_of_state(&self, attribute: NodeRef) -> Option<NodeRef> {
        let model = self.model(attribute);
        let object = model.child(attribute.node, Field::Object)?;
        let name = model.text(model.child(attribute.node, Field::Attribute)?);
        (model.dotted(object)?.rsplit('.').nth(1) == Some("state")).then_some(())?;
        let location = self.storage_of(NodeRef { node: object, ..attribute })?;
        matches!(location, StorageLocation::Unresolved { file: None, .. }).then_some(())?;
        let value = |target: NodeRef| {
            let there = self.model(target);
            let assignment = there.parent_of_kind(target.node, Kind::Assignment)?;
            let is_target = there.tree.field(target.node) == Field::Left;
            let value = there.child(assignment, Field::Right).filter(|_| is_target)?;
            (there.kind(value) != Kind::None).then_some(NodeRef { node: value, ..target })
        };
        let values: Vec<NodeRef> =
            self.occurrences_of(&location).into_iter().filter_map(value).collect();
        let [made] = values[..] else { return None };
        let callee = self.model(made).child(made.node, Field::Function)?;
        let class = self.class_of(NodeRef { node: callee, ..made })?;
        self.function_at(&format!("{class}.{name}"))
    }

    fn instance_within(&self, class: &str, depth: u32) -> Option<(String, NodeRef)> {
        let [made] = self.constructions(class)[..] else { return None };
        // Who imports the module of an example makes another.
        (!self.is_example(made)).then_some(())?;
        let model = self.model(made);
        let is_choice = |n: &crate::python::NodeId| {
            matches!(
                model.kind(*n),
                Kind::ConditionalExpression | Kind::BooleanOperator | Kind::ParenthesizedExpression
            )
        };
        let assignment = model.tree.ancestors(made.node).find(|n| !is_choice(n))?;
        let left = model.child(assignment, Field::Left);
        let left = left.filter(|_| model.kind(assignment) == Kind::Assignment)?;
        matches!(model.kind(left), Kind::Identifier | Kind::Attribute).then_some(())?;
        let name = match self.storage_of(NodeRef { node: left, ..made })? {
            StorageLocation::Global(path) => path,
            StorageLocation::Unresolved { file: None, .. } => model.dotted(left)?,
            StorageLocation::Attribute { class: outer, name } if outer != class => {
                let (object, _) = self.instance_within(&outer, depth.checked_sub(1)?)?;
                format!("{object}.{name}")
            }
            _ => return None,
        };
        Some((name, made))
    }
}
