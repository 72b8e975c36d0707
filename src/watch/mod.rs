//! Runs a program under a probe that records what becomes of its asyncio tasks, and joins that with the verdicts. It knows
//! reports, and no command.

mod probe;
mod signals;
mod command;
mod holders;
mod outcome;
mod record;
mod join;
mod evidence;

pub use command::{WatchedCommand, unwatched};
pub use evidence::{Evidence, SiteEvidence, SiteRuns};
pub use holders::Holders;
pub use join::{Joined, SiteRun, join};
pub use outcome::{Outcome, TaskCounts};
pub use probe::Probe;
pub use record::{Frame, Record, WatchedSite};
