//! The byte-level prefilter: which files, and which function bodies, can matter at all. It looks at text alone and errs
//! towards too much.

mod call_pattern;
mod wrapper_patterns;
mod anchors;
mod body_requests;

pub use anchors::anchors;
pub(super) use body_requests::BodyRequests;
pub use call_pattern::{CallPattern, CallerMatcher, Matches, may_derive};
