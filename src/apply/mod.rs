//! Replaces files on disk, atomically. It must not know Python or fixes.

mod temporary;
mod write;

pub use temporary::remove_leftovers;
pub use write::{Change, create, write};
