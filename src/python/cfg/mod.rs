//! The control flow of one function: its graph, and what is reachable in it. It knows no values.

mod graph;
mod reachability;

pub use graph::{Cfg, ProgramPoint};
pub use reachability::Reachable;
