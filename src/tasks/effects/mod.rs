//! Effects of functions on their arguments: the types of function summaries, the values that they are about, and the conditions
//! on the paths of a function. It follows no values.

mod access_path;
mod value_kind;
mod param_guard;
mod summary;

pub(super) use access_path::{AccessPath, PathElement, Selector};
pub(super) use param_guard::{
    ArgumentFacts, GuardedCall, PathConditions, conditions_of, makes_coroutine,
};
pub(super) use summary::{
    ArgSlot, Dependency, FunctionSummary, ObjectEscape, ParamEffect, ReturnEffect, SummaryKey,
};
pub(super) use value_kind::ValueKind;
