//! The index of a project: its modules, names, classes and functions, and what paths resolve to. It holds no trees and
//! follows no values.

mod wrapper;
mod declared;
mod index;
mod resolution;
mod hierarchy;
mod definitions;
mod exports;

pub use declared::DeclaredFunctions;
pub(super) use exports::Exports;
pub(super) use hierarchy::{Callees, Lookup};
pub(super) use index::Hiding;
pub use index::{Export, Factory, ProjectIndex};
pub use resolution::last_name;
pub(super) use resolution::root_of;
pub(super) use wrapper::{CallOutcome, SpawnedParam, TaskOwner};
pub use wrapper::{Ownership, Wrapper};
