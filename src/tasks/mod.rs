//! Every site, its verdict and why. It knows asyncio, and neither rules, nor fixes, nor the disk.

mod verdict;
mod project;
mod judge;

pub use judge::judge;
pub use project::Project;
pub use verdict::{Evidence, Judged, Reason, Site, Spawner, Verdict};
