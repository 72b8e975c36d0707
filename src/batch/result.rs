//! What came of one repository, as `result.json` has it. It knows no file.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::watch::TaskCounts;

/// What came of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// There is a patch.
    Changed,
    /// There is nothing to repair.
    Unchanged,
    /// There is nothing to look at.
    Skipped,
    /// The unit failed, or its patch is not to be used.
    Error,
}

impl Status {
    /// The word in `result.json`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::Unchanged => "unchanged",
            Self::Skipped => "skipped",
            Self::Error => "error",
        }
    }
}

/// Numbers of findings, by the code of their rule or by another word.
pub(super) type ByRule = BTreeMap<String, usize>;

/// The findings of a unit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Those that the patch fixes.
    pub fixed: ByRule,
    /// Those without a fix, and those whose fix is held back.
    pub declined: ByRule,
    /// Those that a comment suppresses.
    pub suppressed: ByRule,
    /// Those in files that are out of scope: tests, examples, documentation.
    pub out_of_scope: ByRule,
    /// Why those of `declined` are not fixed, by the id of the reason.
    #[serde(default)]
    pub reasons: ByRule,
}

/// One run of the project's tests.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TestRun {
    /// Whether the command ended with status 0.
    pub passed: bool,
    /// The exit status; none if it was killed, by a signal or at the time limit.
    pub exit: Option<i32>,
    /// Whether the time limit ended it.
    pub timed_out: bool,
    /// How long it took.
    pub seconds: f64,
    /// What became of its asyncio tasks; none if no Python process reported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tasks: Option<TaskCounts>,
}

/// What the project's own tests say.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Verification {
    /// The command.
    pub command: String,
    /// The run on the base.
    pub before: TestRun,
    /// The run with the patch.
    pub after: TestRun,
}

/// One of the several pull requests of a unit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PartResult {
    /// The name, and that of its folder below `parts`.
    pub name: String,
    /// The branch.
    pub branch: String,
    /// The commit.
    pub commit: String,
    /// The files that its patch changes.
    pub files: Vec<String>,
}

/// What came of one repository.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UnitResult {
    /// The version of this format.
    pub schema: u32,
    /// `undangle`.
    pub tool: String,
    /// The version of the program.
    pub version: String,
    /// The repository as it was named, without credentials.
    pub repository: String,
    /// The branch that the patch is for; none if the repository has no branch checked out.
    pub base_branch: Option<String>,
    /// The commit that the patch is for.
    pub base: Option<String>,
    /// The branch for the patch.
    pub branch: String,
    /// The commit of the patch, upon the base; none without a patch, or with several.
    pub commit: Option<String>,
    /// What came of it.
    pub status: Status,
    /// The same in a sentence, with the reason.
    pub message: String,
    /// The files that the patch changes.
    pub files: Vec<String>,
    /// How many Python files were looked at.
    pub looked_at: usize,
    /// The findings by what came of them.
    pub sites: Tally,
    /// What a person should know, one sentence each.
    pub notes: Vec<String>,
    /// The pull requests, where there are several.
    pub parts: Vec<PartResult>,
    /// What the project's own tests say, if they were run.
    pub verify: Option<Verification>,
    /// The settings that were given.
    pub settings: BTreeMap<String, Value>,
    /// How long it took. The one value that differs when the unit is run again.
    pub seconds: f64,
}
