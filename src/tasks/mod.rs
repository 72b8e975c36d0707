//! Every site, its verdict and why. It knows asyncio, and neither rules, nor fixes, nor the disk.
//!
//! `inquiry` is the state of judging one file; `done`, `display`, `fate`, `bound`, `container`, `taker`, `argument` and `callable`
//! each teach it to answer one question about a value, and ask each other through it.

mod verdict;
mod test_code;
mod known;
mod endless;
mod nest;
mod taking;
mod wanted;
mod gate;
mod project;
mod makers;
mod occurrences;
mod inquiry;
mod spawner;
mod words;
mod done;
mod fate;
mod display;
mod bound;
mod container;
mod taker;
mod argument;
mod callable;
mod coroutine;
mod judge;
mod factory;
mod exports;
mod answers;
mod said;
mod facts;
mod trackers;

pub use facts::Facts;
pub use judge::judge;
pub use project::{Export, Factory, Keeping, Project, Wrapper};
pub use spawner::NAMES;
pub use test_code::is_test_code;
pub use trackers::{
    Access, Deed, Home, Jobs, Mark, Record, Round, Sort, Spot, Touch, Tracker, Trackers, viewed,
};
pub use verdict::{Evidence, Judged, Reason, Site, Spawner, Verdict};
pub use wanted::{Callers, Mentions, Wanted};
pub use words::marks;
