//! The action that an audit recommends for a site: a command, a page to read, or nothing. It
//! assesses no risk.

use crate::audit::{Assessment, Cancellation, Cause, Failure, Lifetime, Stop};
use crate::fix::Outcome;
use crate::run::Entry;
use crate::settings::Applicability;

/// The action for a site, in a few words.
pub(super) fn action(entry: &Entry, audit: &Assessment) -> String {
    let Some(cause) = audit.cause else { return no_cause_action(audit).to_owned() };
    let text = match cause {
        Cause::Dropped | Cause::NeverWaits => return dropped_action(entry),
        Cause::BlocksLoop => "await the coroutine in an `async` function",
        Cause::Swallowed => "re-raise `CancelledError`",
        Cause::Endless => "stop it when its owner closes",
        Cause::Uncalled => "call the function that stops it when its owner closes",
        Cause::LostWorker | Cause::Lost => "log its exception in a done-callback, or await it",
        // A thread goes on when the task that waits for it is cancelled.
        Cause::Unstopped if audit.coroutine.ends_with("to_thread") => {
            "await it when its owner closes"
        }
        Cause::Unstopped => "cancel or await it when its owner closes",
        Cause::SkipsCleanup => "await it under `suppress(asyncio.CancelledError)`",
        Cause::Late | Cause::PartlyLost => "log its exception in a done-callback",
        Cause::Unawaited | Cause::UnawaitedAtExit | Cause::UnawaitedCleanup => {
            return match &audit.await_obstacle {
                Some(why) => format!("check whether its end has to be awaited: {why}"),
                None => "await it after cancelling it".to_owned(),
            };
        }
        Cause::DroppedIfMade => "keep a reference to the task where it makes one",
        Cause::Unsure => "check by hand: the owner is not visible",
    };
    text.to_owned()
}

/// The text for a site without a problem; it is certain only when everything is known.
fn no_cause_action(audit: &Assessment) -> &'static str {
    let is_lasting = matches!(audit.lifetime, Lifetime::Object | Lifetime::Application);
    let is_unknown = matches!(audit.lifetime, Lifetime::Unknown | Lifetime::Caller)
        || matches!(audit.failure, Failure::Unknown | Failure::Partly | Failure::Caller)
        || is_lasting
            && (audit.cancellation == Cancellation::Unknown
                || audit.stop == Stop::Unknown
                || !audit.is_end_known);
    match is_unknown {
        true => "no problem found",
        false => "no action needed",
    }
}

fn dropped_action(entry: &Entry) -> String {
    let Some(found) = &entry.found else { return "keep a reference to the task".to_owned() };
    let code = found.rule.code;
    match (&found.outcome, found.applicability()) {
        _ if found.suppressed => format!("{code} is suppressed by a comment"),
        (_, Some(Applicability::Safe)) => "undangle fix".to_owned(),
        (_, Some(Applicability::Unsafe)) => "undangle fix --unsafe-fixes".to_owned(),
        (Outcome::Declined(reason), _) => {
            format!("fix by hand: {reason} (undangle explain {code})")
        }
        _ => format!("undangle explain {code}"),
    }
}
