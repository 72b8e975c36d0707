//! Decisions: for each finding a fix or the reason why there is none, and the tracker that each fix uses. It must not write text.

mod rewrite_form;
mod fix_target;
mod loop_stop;
mod decline;
mod decision;
mod tracker_choice;

pub(super) use decision::{Decision, Fix, decide, unite};
pub(super) use decline::is_partial;
pub use decline::look_ahead;
pub(super) use rewrite_form::{Branch, Shape, callbacks_behind};
pub(super) use tracker_choice::{Keeper, comes_too_late, keepers};
