//! The syntax of one file: the tree, the function bodies that it leaves unparsed, and checks of the layout. It does not know
//! what a name refers to.

mod kind;
mod node_id;
mod chunks;
mod identifier;
mod brackets;
mod line_scanner;
mod lazy_body;
mod item_tree;
mod masking;
mod parser;
mod body_parser;
mod tree;
mod navigation;
mod layout;

pub(super) use brackets::closing_bracket;
pub use identifier::{is_identifier_byte, is_whole_word};
pub(super) use item_tree::functions;
pub use kind::{Field, Kind};
pub use layout::{LayoutError, check_layout, check_parsed_layout};
pub(super) use lazy_body::LazyBody;
pub(super) use line_scanner::AttributeText;
pub use node_id::NodeId;
pub use tree::Tree;
