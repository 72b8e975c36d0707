//! What is reported: one pure file a rule. It knows judged sites, and no fixes and no output.

mod finding;
mod kinds;
mod und001;
mod und002;
mod und003;
mod und004;
mod und005;
mod und006;
mod list;
mod directive;
mod suppress;
mod message;
mod check;

pub use check::check;
pub use finding::{Finding, Rule, Status};
pub use list::{all, find};
pub use suppress::{Suppression, skips_file, suppressions};
