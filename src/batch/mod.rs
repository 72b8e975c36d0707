//! Turns a repository into a patch, a commit and a pull request, one at a time or many. It decides nothing about code, and prints
//! nothing.

mod credentials;
mod scope;
mod split;
mod result;
mod analysis;
mod pull_request;
mod verify;
mod unit;

pub use analysis::AnalysisOptions;
pub use result::{Status, UnitResult};
pub use scope::Scope;
pub use split::Split;
pub use unit::{Unit, UnitOptions};
pub use verify::Verify;
