//! One way to keep the tasks of a file: where a call needs the helper function, the other fixes call it, too. It decides about no
//! site whether it is fixed.

use super::super::file_context::FileContext;
use super::decision::{Decision, SiteFix};
use super::rewrite_form::RewriteForm;
use crate::settings::TrackerChoice;

/// Lets all fixes of a file call the helper function that one of them needs.
pub(in crate::fix) fn use_one_helper(context: &FileContext<'_>, decisions: &mut [Decision]) {
    let choice = &context.input.settings.tracker;
    let is_of_module = matches!(choice, TrackerChoice::Auto | TrackerChoice::Module);
    if !is_of_module {
        return;
    }
    let applied = decisions.iter().filter_map(Decision::applied_fix);
    let wrapped = applied.filter(|fix| fix.wraps() && may_call_helper(fix));
    let kinds: Vec<_> = wrapped.map(|fix| fix.future_kind).collect();
    for decision in decisions {
        if let Decision::Fix { fix, .. } = decision
            && !fix.wraps()
            && may_call_helper(fix)
            && kinds.contains(&fix.future_kind)
        {
            fix.form = RewriteForm::InPlace;
        }
    }
}

/// Whether a helper function can keep the task of a fix.
fn may_call_helper(fix: &SiteFix) -> bool {
    fix.needs_tracker() && fix.owner.is_none() && !fix.shared
}
