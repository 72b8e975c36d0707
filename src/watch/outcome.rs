//! Numbers of tasks by what became of them, and what they say about a verdict. It knows no file.

use serde::{Deserialize, Serialize};

use super::holders::Holders;
use crate::tasks::{Reason, Verdict};

/// How many tasks of a site came to which end.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskCounts {
    /// Tasks that were created.
    pub created: u64,
    /// Those that returned.
    pub finished: u64,
    /// Those that failed.
    pub failed: u64,
    /// Of these, those whose exception nobody has asked for.
    pub unretrieved: u64,
    /// Those that were cancelled.
    pub cancelled: u64,
    /// Those that ran when their loop ended.
    pub left: u64,
    /// Those that were collected while they waited.
    pub lost: u64,
}

impl TaskCounts {
    /// Adds the tasks of another process.
    pub fn add(&mut self, other: &Self) {
        self.created += other.created;
        self.finished += other.finished;
        self.failed += other.failed;
        self.unretrieved += other.unretrieved;
        self.cancelled += other.cancelled;
        self.left += other.left;
        self.lost += other.lost;
    }
}

/// What a run says about the verdict on a site. In the order of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// The verdict says that something keeps its tasks, and one was lost.
    HeldButLost,
    /// The verdict says that nothing keeps its tasks, and one was lost.
    Lost,
    /// The verdict is unsure, and one was lost.
    SettledLost,
    /// The verdict says that nothing keeps its tasks; none was lost.
    NeverLost,
    /// The verdict is unsure; each task that was looked at had an owner, and none was lost.
    SettledHeld,
    /// The verdict is unsure, and what was seen does not decide.
    Unsettled,
    /// The verdict says that something keeps its tasks, and none was lost.
    Held,
    /// It returns its tasks to callers that are sites themselves, and the verdicts on those count.
    PassedOn,
    /// No task of it was seen.
    NotSeen,
}

impl Outcome {
    /// The stable word used in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::HeldButLost => "held-but-lost",
            Self::Lost => "lost",
            Self::SettledLost => "settled-lost",
            Self::NeverLost => "never-lost",
            Self::SettledHeld => "settled-held",
            Self::Unsettled => "unsettled",
            Self::Held => "held",
            Self::PassedOn => "passed-on",
            Self::NotSeen => "not-seen",
        }
    }

    /// What a verdict and the tasks of a site come to. `is_passed_on` says whether callers of the function around the site account for all its tasks.
    pub(super) fn of(
        reason: Reason,
        tasks: &TaskCounts,
        holders: &Holders,
        is_passed_on: bool,
    ) -> Self {
        match reason.verdict() {
            _ if reason == Reason::Evidence => Self::SettledHeld,
            _ if tasks.created == 0 => Self::NotSeen,
            Verdict::Held | Verdict::Managed if is_passed_on => Self::PassedOn,
            Verdict::Held | Verdict::Managed if tasks.lost > 0 => Self::HeldButLost,
            Verdict::Held | Verdict::Managed => Self::Held,
            Verdict::Dropped if tasks.lost > 0 => Self::Lost,
            Verdict::Dropped => Self::NeverLost,
            Verdict::Unsure if tasks.lost > 0 => Self::SettledLost,
            Verdict::Unsure if holders.decide(tasks.created) => Self::SettledHeld,
            Verdict::Unsure => Self::Unsettled,
        }
    }
}
