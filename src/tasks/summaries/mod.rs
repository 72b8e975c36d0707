//! Function summaries: what functions do with their arguments and give to their callers, recomputed over all files until
//! nothing changes. The analysis within a function is `escape`.

mod summary;
mod param_guard;
mod file_summary;
mod store;
mod builder;

pub use builder::ProjectBuilder;
pub(super) use param_guard::{GuardOutcome, PathCondition, is_conjunction};
pub(super) use summary::{
    ArgSlot, Dependency, FunctionSummary, ParamEffect, ReturnEffect, SummaryKey,
};
