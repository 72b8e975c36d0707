//! The flags that limit a check to what is new: to what git says has changed, or to what no baseline lists. It does not
//! interpret them.

use std::path::PathBuf;

use clap::Args;

/// What of the project findings are limited to.
#[derive(Debug, Default, Args)]
pub(super) struct ChangeArgs {
    /// Report only files that are staged in git, and judge their staged text
    #[arg(long, conflicts_with = "since", help_heading = "Adoption")]
    pub(super) staged: bool,
    /// Report only findings on changed lines (needs --since or --staged)
    #[arg(long, help_heading = "Adoption")]
    pub(super) changed_lines: bool,
}

/// Suppressions for the findings.
#[derive(Debug, Args)]
pub(super) struct IgnoreArgs {
    /// Suppress the findings with comments in the code, and the reason behind them
    #[arg(
        long,
        value_name = "REASON",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "",
        conflicts_with_all = ["staged", "write_baseline", "watch"],
        help_heading = "Adoption"
    )]
    pub(super) add_ignore: Option<String>,
    /// With --add-ignore: change files that have uncommitted changes in git
    #[arg(long, requires = "add_ignore", help_heading = "Adoption")]
    pub(super) allow_dirty: bool,
    /// With --add-ignore: change files whose changes are staged in git
    #[arg(long, requires = "add_ignore", help_heading = "Adoption")]
    pub(super) allow_staged: bool,
}

/// The baseline.
#[derive(Debug, Args)]
pub(super) struct BaselineArgs {
    /// Report only findings that this file does not list
    #[arg(long, value_name = "FILE", help_heading = "Adoption")]
    pub(super) baseline: Option<PathBuf>,
    /// List the findings of this run in the baseline, which is created if need be
    #[arg(
        long,
        requires = "baseline",
        conflicts_with_all = ["prune_baseline", "since", "staged", "watch"],
        help_heading = "Adoption"
    )]
    pub(super) write_baseline: bool,
    /// Remove from the baseline what is fixed
    #[arg(
        long,
        requires = "baseline",
        conflicts_with_all = ["since", "staged", "watch"],
        help_heading = "Adoption"
    )]
    pub(super) prune_baseline: bool,
}
