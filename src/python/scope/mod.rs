//! The scopes of one file and the bindings and uses of their names. It follows no values.

mod multimap;
mod symbols;
mod binding;
mod table;
mod bind;
mod scopes;

pub use binding::{Binding, BindingKind, Scope, ScopeId, ScopeKind, Use, UseKind};
pub use scopes::Scopes;
pub use symbols::Symbol;
