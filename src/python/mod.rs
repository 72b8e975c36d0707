//! The semantic model of one Python file: syntax tree, layout, scopes, name resolution and control flow. It does not know what
//! a task is.

mod kind;
mod chunks;
mod identifier;
mod stdlib;
mod lazy_body;
mod line_scanner;
mod item_tree;
mod tree;
mod body_parser;
mod multimap;
mod symbols;
mod scopes;
mod bind;
mod class_attributes;
mod model;
mod partial;
mod resolve;
mod classes;
mod cfg;
mod reachability;
mod layout;

pub use cfg::{Cfg, ProgramPoint};
pub use class_attributes::AttributeBinding;
pub use identifier::{is_identifier_byte, is_whole_word};
pub use kind::{Field, Kind};
pub use layout::{LayoutError, check_layout};
pub use model::Model;
pub use reachability::Reachable;
pub use resolve::Origin;
pub use scopes::{Binding, BindingKind, Scope, ScopeId, ScopeKind, Scopes, Use, UseKind};
pub use stdlib::is_stdlib;
pub use symbols::Symbol;
pub use tree::{NodeId, Tree};
