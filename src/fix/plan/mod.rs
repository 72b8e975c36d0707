//! Decisions: for each finding a fix or the reason why there is none, and the tracker of each fix.
//! It must not write text.

mod rewrite_form;
mod requested_form;
mod site_notes;
mod fix_target;
mod loop_stop;
mod decline;
mod left_running;
mod decision;
mod one_helper;
mod tracker_choice;

pub(super) use decision::{Decision, SiteFix, decide, decline_partial_wrappers};
pub(super) use decline::is_partial;
pub(super) use left_running::unnamed_pending;
pub(super) use one_helper::use_one_helper;
pub(super) use rewrite_form::{Branch, RewriteForm, callbacks_behind};
pub(super) use tracker_choice::{ChosenTracker, choose_trackers, runs_before_declaration};
