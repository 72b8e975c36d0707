//! What becomes of each site beyond its verdict: who owns the task, how long it lives, what stops it. It knows no rules,
//! no fixes and no disk.

mod witness;

pub use witness::Witness;
