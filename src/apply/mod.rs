//! Replaces files on disk, atomically. It must not know Python or fixes.

mod temporary;
mod write;
mod uncommitted;

pub use temporary::remove_leftovers;
pub use uncommitted::{Uncommitted, uncommitted};
pub use write::{Change, create, write};
