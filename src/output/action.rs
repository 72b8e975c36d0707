//! The action that an audit recommends for a site: a command, a page to read, or nothing. It
//! assesses no risk.

use crate::audit::{Assessment, Cause, Failure, Lifetime};
use crate::fix::Outcome;
use crate::run::Entry;
use crate::settings::Applicability;

/// The action for a site, in a few words.
pub(super) fn action(entry: &Entry, audit: &Assessment) -> String {
    let Some(cause) = audit.cause else { return no_cause_action(audit).to_owned() };
    let text = match cause {
        Cause::Dropped => return dropped_action(entry),
        Cause::Swallowed => "let the cancellation through",
        Cause::Endless => "stop it where its owner ends",
        Cause::Uncalled => "call what stops it where its owner ends",
        Cause::LostWorker | Cause::Lost => "log its failure in a done-callback, or await it",
        Cause::Unstopped => "cancel and await it where its owner ends, or let it finish there",
        Cause::Unawaited => "await it after it is cancelled",
        Cause::Unsure => "see who keeps it, which the code at hand does not show",
    };
    text.to_owned()
}

/// The text for a site without a problem; it is certain only when everything is known.
fn no_cause_action(audit: &Assessment) -> &'static str {
    match audit.lifetime == Lifetime::Unknown || audit.failure == Failure::Unknown {
        true => "nothing found against it",
        false => "safe as it is",
    }
}

fn dropped_action(entry: &Entry) -> String {
    let Some(found) = &entry.found else { return "keep the task".to_owned() };
    let code = found.rule.code;
    match (&found.outcome, found.applicability()) {
        _ if found.suppressed => format!("a comment opts out of {code}"),
        (_, Some(Applicability::Safe)) => "undangle fix".to_owned(),
        (_, Some(Applicability::Unsafe)) => "undangle fix --unsafe-fixes".to_owned(),
        (Outcome::Declined(reason), _) => format!("by hand: {reason} (undangle explain {code})"),
        _ => format!("undangle explain {code}"),
    }
}
