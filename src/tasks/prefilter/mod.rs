//! The byte-level prefilter: which files, and which function bodies, can matter at all. It looks at text alone and errs
//! towards too much.

mod call_pattern;
mod call_group;
mod caller_matcher;
mod wrapper_patterns;
mod anchors;
mod caller_bodies;

pub use anchors::{anchors, may_have_site};
pub use call_pattern::{CallPattern, may_derive};
pub(super) use caller_bodies::{AssignedNames, CallerBodies};
pub use caller_matcher::{CallerMatcher, Matches};
