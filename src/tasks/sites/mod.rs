//! Sites: the verdict on each call that spawns a task. It changes no code and follows no values itself.

mod test_code;
mod new_object;
mod classify;
mod factory;

pub use classify::classify;
pub(super) use classify::{SiteFlow, classify_with_dependencies};
pub(super) use factory::find_factory;
pub use test_code::is_test_code;
