//! The semantic model of one Python file: syntax tree, scopes, name resolution and control flow. It does not know what a task
//! is.

mod stdlib;
mod syntax;
mod scope;
mod class_attributes;
mod origin;
mod model;
mod partial;
mod classes;
mod annotation_text;
mod entered;
mod resolve;
mod direct_values;
mod cfg;

pub use cfg::{Cfg, ProgramPoint, Reachable};
pub use class_attributes::AttributeBinding;
pub use direct_values::{Stored, StoredAttribute};
pub use model::Model;
pub use origin::Origin;
pub use scope::{Binding, BindingKind, Scope, ScopeId, ScopeKind, Scopes, Symbol, Use, UseKind};
pub use stdlib::is_stdlib;
pub use syntax::{
    Field, Kind, LayoutError, NodeId, Tree, check_layout, check_parsed_layout, is_identifier_byte,
    is_whole_word,
};
