//! Writes new bytes over old ones, whole files or nothing. It knows no Python.

mod stray;
mod write;

pub use stray::remove_strays;
pub use write::{Change, create, write};
