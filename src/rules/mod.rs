//! The rules: one file of pure code each. They know judged sites, trackers and the audit, but no
//! fixes and no output.

mod diagnostic;
mod context;
mod finding;
mod spawner_kinds;
mod repetition;
mod worker;
mod retain_running;
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
mod registry;
mod directive;
mod suppression;
mod message;
mod check_sites;
mod check_project;

pub use check_project::{check_project, has_project_rules, needs_audit};
pub use check_sites::check_sites;
pub use context::RuleContext;
pub use diagnostic::{Diagnostic, EntryKind, FixKind};
pub use finding::{Finding, ProjectFinding, Rule, Status};
pub use registry::{all, find};
pub use suppression::{Suppression, skips_file, suppressions};
