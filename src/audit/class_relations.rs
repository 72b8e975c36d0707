//! How the classes of the project are related: which object can be an instance of which. It resolves no name.

use std::collections::HashSet;
use std::sync::Arc;

use super::index::WorkspaceIndex;
use super::types::NodeRef;
use crate::tasks::last_name;
use crate::tasks::libraries::{Role, is_last_name};

impl WorkspaceIndex<'_> {
    /// Whether a class is another one, or a subclass of it.
    pub(super) fn is_below(&self, class: &str, base: &str) -> bool {
        self.with_bases(class).iter().any(|c| c == base)
    }

    /// Whether a subclass of a class sets this attribute of its own accord, so that it is another one there.
    pub(super) fn is_set_below(&self, class: &str, attribute: &str) -> bool {
        let setters = self.setters.get(attribute).into_iter().flatten();
        let mut others = setters.filter(|setter| setter.as_str() != class);
        others.any(|setter| self.is_below(setter, class))
    }

    /// Whether a node of a method of class `own` does not run for objects of class `class`, as a class between them overrides
    /// the method and does not call it.
    pub(super) fn is_overridden(&self, node_ref: NodeRef, own: &str, class: &str) -> bool {
        let Some(function) = self.function_of(node_ref).filter(|_| own != class) else {
            return false;
        };
        let name = self.model(function).name_of(function.node);
        let bases = self.with_bases(class);
        let between = bases.iter().take_while(|base| *base != own);
        bases.iter().any(|base| base == own)
            && between.filter_map(|base| self.function_in(base, name)).any(|f| {
                let calls = format!("super().{name}(");
                !self.model(f).text(f.node).contains(&calls)
            })
    }

    /// Whether an object can be an instance of two classes: one is a base of the other, or a class has both as bases.
    pub(super) fn may_be_one_object(&self, one: &str, other: &str) -> bool {
        let pair = (one.to_owned(), other.to_owned());
        let is_shared = |(one, other): &(String, String)| {
            !self.classes_of_instances(one).is_disjoint(&self.classes_of_instances(other))
        };
        one == other || self.answers.related_classes.get(pair, is_shared)
    }

    /// The classes whose objects are instances of a class: itself and its subclasses.
    fn classes_of_instances(&self, class: &str) -> Arc<HashSet<String>> {
        self.answers.subclasses.get(class.to_owned(), |class| {
            Arc::new(self.with_subclasses(class).into_iter().map(str::to_owned).collect())
        })
    }

    /// Whether every base of a class, and of its bases, is in the project.
    pub(super) fn is_self_contained(&self, class: &str) -> bool {
        let is_known = |class_ref: NodeRef| {
            let model = self.model(class_ref);
            model.bases(class_ref.node).into_iter().all(|node| {
                let name = last_name(model.text(node));
                name == "object"
                    || is_last_name(Role::EmptyBase, name)
                    || self.class_of(NodeRef { node, ..class_ref }).is_some()
            })
        };
        let mut known = self.with_bases(class).into_iter().filter_map(|c| self.class_at(&c));
        self.class_at(class).is_some() && known.all(is_known)
    }
}
