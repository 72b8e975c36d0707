//! The scopes of one file and the bindings and uses of their names. It follows no values.

mod multimap;
mod symbols;
mod scopes;
mod bind;

pub(super) use bind::{NodeScopes, bind};
pub use scopes::{Binding, BindingKind, Scope, ScopeId, ScopeKind, Scopes, Use, UseKind};
pub use symbols::Symbol;
