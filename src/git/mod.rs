//! Asks git what has changed: which files, which lines, and what is staged. It knows no Python, and changes nothing.

mod repository;
mod changes;
mod uncommitted;

pub use changes::Changes;
pub use uncommitted::{Uncommitted, uncommitted};
