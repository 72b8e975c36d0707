//! Every site, its verdict and why, and the containers that keep tasks. It knows asyncio, and neither rules, nor fixes, nor
//! the disk.
//!
//! The modules stand in the order of what they know: `libraries` knows no project, `verdict` and `effects` are vocabulary,
//! `project` no control flow, `container_access` one expression and what is around it; `escape` follows values within one
//! file, `sites` classifies what spawns tasks there, and `summaries` runs both for all files until nothing changes.

pub mod libraries;
mod verdict;
mod effects;
mod project;
mod container_access;
mod prefilter;
mod escape;
mod sites;
mod summaries;
mod containers;

pub use container_access::{
    ContainerAccess, ContainerKind, ItemUse, MethodAccess, NewContainer, new_container,
};
pub use containers::{
    CodeLocation, ContainerOp, ContainerUse, FieldAccess, IterationUse, JobRecord, JobTracker,
    StatusWrite, Storage, Tracker, Trackers, op_on_members,
};
pub use escape::{is_endless_loop, runs_for_good, runs_until_stopped};
pub use libraries::Spawner;
pub use prefilter::{
    CallPattern, CallerMatcher, Matches, Packages, VisibleSets, anchors, may_derive, may_have_site,
};
pub use project::{
    DeclaredFunctions, Export, Factory, Ownership, ProjectIndex, Wrapper, last_name,
};
pub use sites::{classify, is_test_code};
pub use summaries::ProjectBuilder;
pub use verdict::{ClassifiedSite, Reason, SpawnSite, SpawnerEvidence, Verdict};
