//! What the words of an audit mean. It knows no format.

use super::audit_rows::stop_word;
use crate::audit::{Cancellation, Failure, Lifetime, Risk, Stop};
use crate::tasks::Verdict;

/// The words of a column, each with its meaning.
pub(super) struct Legend {
    pub(super) title: &'static str,
    pub(super) words: Vec<(&'static str, &'static str)>,
}

/// The columns that have words of their own.
pub(super) fn legend() -> [Legend; 5] {
    let risks = Risk::ALL.iter().rev().map(|r| (r.as_str(), risk(*r)));
    let lifetimes = Lifetime::ALL.iter().map(|l| (l.as_str(), lifetime(*l)));
    let stops = [Stop::Nothing, Stop::Caller, Stop::Unknown].map(|s| (stop_word(s), stop(s)));
    let failures = Failure::ALL.iter().map(|f| (f.as_str(), failure(*f)));
    let cancellations = Cancellation::ALL.iter().map(|c| (c.as_str(), cancellation(*c)));
    [
        Legend { title: "Risk", words: risks.collect() },
        Legend { title: "Lifetime", words: lifetimes.collect() },
        Legend { title: "Stopped by", words: stops.to_vec() },
        Legend { title: "Failure", words: failures.collect() },
        Legend { title: "Cancellation", words: cancellations.collect() },
    ]
}

/// What becomes of the value of a site.
pub(super) fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Dropped => "nothing keeps the task",
        Verdict::Unsure => "it is not clear what keeps the task",
        Verdict::Held => "something keeps the task",
        Verdict::Managed => "the called function keeps the task",
    }
}

fn risk(risk: Risk) -> &'static str {
    match risk {
        Risk::High => "the task may be lost, or cannot be stopped",
        Risk::Medium => "it outlives its use, or fails unnoticed",
        Risk::Low => "something is left to chance",
        Risk::None => "no problem found",
    }
}

fn lifetime(lifetime: Lifetime) -> &'static str {
    match lifetime {
        Lifetime::Statement => "until the statement that creates it ends",
        Lifetime::Call => "until the call that creates it returns",
        Lifetime::Object => "as long as an object that stores it",
        Lifetime::Application => "as long as the program runs",
        Lifetime::Collected => "until it is done, or collected before that: nothing keeps it",
        Lifetime::Caller => "as long as the caller keeps what the call returns",
        Lifetime::Unknown => "not known",
    }
}

fn stop(stop: Stop) -> &'static str {
    match stop {
        Stop::Found => "the place is known",
        Stop::Nothing => "no code of the project cancels it or waits for it",
        Stop::Caller => "whoever gets the task from the call",
        Stop::Unknown => "not known: other code gets the task, or its owner is not visible",
    }
}

fn failure(failure: Failure) -> &'static str {
    match failure {
        Failure::Awaited => "the code that awaits the task sees its exception",
        Failure::AwaitedAtStop => "its exception is seen only as it is stopped",
        Failure::Observed => "a callback, or code that reads its outcome, sees its exception",
        Failure::Handled => "the coroutine catches its exceptions itself",
        Failure::Logged => "asyncio logs its exception when the owner lets go of the task",
        Failure::Partly => "the coroutine catches some exceptions, and nobody sees others",
        Failure::Caller => "the caller, which gets the task",
        Failure::Lost => "nobody sees its exception",
        Failure::Unknown => "not known",
    }
}

fn cancellation(cancellation: Cancellation) -> &'static str {
    match cancellation {
        Cancellation::Propagates => "a cancellation ends the coroutine",
        Cancellation::Swallowed => "the coroutine catches a cancellation and continues",
        Cancellation::Unknown => "not known",
    }
}
