//! Every site, its verdict and why, and the containers that keep tasks. It knows asyncio, and neither rules, nor fixes, nor
//! the disk.
//!
//! The folders stand in the order of what they know: `libraries` knows no project, `project` no control flow, `escape` follows
//! values within one file, `summaries` runs it for the functions of all files until nothing changes, `sites` classifies what
//! spawns tasks. Two references go the other way: `escape` resolves spawners and names their reasons by `sites`, and reads
//! the types of `summaries`.

mod libraries;
mod project;
mod escape;
mod prefilter;
mod summaries;
mod sites;
mod containers;

pub use containers::{
    CodeLocation, ContainerKind, ContainerOp, ContainerUse, FieldAccess, IterationUse, JobRecord,
    JobTracker, StatusWrite, Storage, Tracker, Trackers, op_on_members,
};
pub use prefilter::{CallPattern, CallerMatcher, Matches, anchors, may_derive};
pub use project::{Export, Factory, Ownership, ProjectIndex, Wrapper, last_name};
pub use sites::{
    ClassifiedSite, Reason, SPAWNER_NAMES, SpawnSite, Spawner, SpawnerEvidence, Verdict, classify,
    is_test_code,
};
pub use summaries::ProjectBuilder;
