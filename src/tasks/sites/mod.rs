//! Sites: which calls spawn a task, and the verdict on each. It changes no code and follows no values itself.

mod verdict;
mod test_code;
mod spawner;
mod classify;
mod factory;

pub use classify::classify;
pub(super) use classify::classify_with_dependencies;
pub(super) use factory::find_factory;
pub use test_code::is_test_code;
pub use verdict::{ClassifiedSite, Reason, SpawnSite, SpawnerEvidence, Verdict};
