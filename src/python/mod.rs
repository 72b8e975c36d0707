//! One file's Python: tree, layout, scopes, names and flow, all bound before anything is judged. It does not know what a
//! task is.

mod kind;
mod pieces;
mod word;
mod standard;
mod holes;
mod line;
mod outline;
mod tree;
mod graft;
mod table;
mod symbols;
mod scopes;
mod bind;
mod members;
mod model;
mod sparse;
mod names;
mod classes;
mod flow;
mod reach;
mod layout;

pub use flow::{Flow, FlowPoint};
pub use kind::{Field, Kind};
pub use layout::{LayoutError, check_layout};
pub use members::Member;
pub use model::Model;
pub use names::Origin;
pub use reach::Reached;
pub use scopes::{Binding, BindingKind, Scope, ScopeId, ScopeKind, Scopes, Use, UseKind};
pub use standard::is_standard;
pub use symbols::Symbol;
pub use tree::{NodeId, Tree};
pub use word::{is_word_byte, stands_alone};
