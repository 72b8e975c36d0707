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
        conflicts_with_all = ["prune_baseline", "since", "staged"],
        help_heading = "Adoption"
    )]
    pub(super) write_baseline: bool,
    /// Remove from the baseline what is fixed
    #[arg(long, requires = "baseline", conflicts_with_all = ["since", "staged"], help_heading = "Adoption")]
    pub(super) prune_baseline: bool,
}
