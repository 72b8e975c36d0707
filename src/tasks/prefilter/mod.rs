//! The byte-level prefilter: which files, and which function bodies, can matter at all. It looks at text alone and errs
//! towards too much.

mod visible_sets;
mod call_pattern;
mod call_group;
mod caller_matcher;
mod wrapper_patterns;
mod anchors;
mod caller_bodies;
mod package_callers;

pub use anchors::{anchors, may_have_site};
pub use call_pattern::{CallPattern, may_derive};
pub(super) use caller_bodies::AssignedNames;
pub use caller_matcher::{CallerMatcher, Matches};
pub(super) use package_callers::{PackageBodies, PackageCallers};
pub(super) use visible_sets::UnknownPackages;
pub use visible_sets::{Packages, VisibleSets};
pub(super) use wrapper_patterns::TaskSource;
