//! What a `with` statement enters, and whether that gives itself to the name behind `as`
//! (reference/datamodel.html#object.__enter__). It resolves no name.

use super::model::Model;
use super::origin::Origin;
use super::scope::BindingKind;
use super::syntax::{Kind, NodeId};

impl Model {
    /// Whether one of the origins of what a method returns is its object; what its method of a base returns is taken for that.
    pub(super) fn is_self(&self, method: NodeId, returned: &[Origin]) -> bool {
        let name = self.name_of(method);
        returned.iter().any(|origin| match origin {
            Origin::Instance(class) => Some(*class) == self.class_of(method),
            Origin::Returned(other) => self.name_of(*other) == name,
            Origin::Path(path) => {
                path.ends_with(&format!(".{name}()")) || path.ends_with(".Self()")
            }
            _ => false,
        })
    }

    /// The method that a `with` statement calls of this value.
    pub(super) fn entering_method(&self, value: NodeId) -> &'static str {
        let statement = self.tree.ancestors(value).find(|n| self.kind(*n) == Kind::WithStatement);
        let is_async = statement.is_some_and(|with| self.text(with).starts_with("async"));
        if is_async { "__aenter__" } else { "__enter__" }
    }

    /// The method whose result a `with` statement gives to a name, if one does.
    pub fn entered_by(&self, name: NodeId) -> Option<&'static str> {
        self.bindings_of(name).iter().find_map(|binding| match binding.kind {
            BindingKind::With { value, whole: true } => Some(self.entering_method(value)),
            _ => None,
        })
    }
}
