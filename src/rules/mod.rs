//! What is reported: one pure file a rule. It knows judged sites and trackers, and no fixes and no output.

mod lapse;
mod scene;
mod finding;
mod kinds;
mod recur;
mod worker;
mod keep_running;
mod und001;
mod und002;
mod und003;
mod und004;
mod und005;
mod und006;
mod und101;
mod und102;
mod und103;
mod und104;
mod und105;
mod und106;
mod und107;
mod und108;
mod und109;
mod list;
mod directive;
mod suppress;
mod message;
mod check;
mod survey;

pub use check::check;
pub use finding::{Breach, Finding, Rule, Status};
pub use lapse::{Lapse, Nesting, Remedy};
pub use list::{all, find};
pub use scene::Scene;
pub use suppress::{Suppression, skips_file, suppressions};
pub use survey::{audits, survey, surveys};
