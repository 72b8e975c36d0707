//! What is reported: one pure file a rule. It knows judged sites, and no fixes and no output.

mod finding;

pub use finding::{Finding, Rule, Status};
