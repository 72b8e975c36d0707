//! The flags of `batch` as clap parses them. It does not interpret them.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::analysis_args::{AnalysisArgs, Color, FixScope};

#[derive(Debug, Subcommand)]
pub(super) enum BatchCommand {
    /// Write the patch, the commit message and the pull request of one repository
    #[command(after_help = "Nothing is pushed, and the repository is not changed.\n\
                      Exit status: 0 patch written or nothing to do, 2 error.")]
    Unit(UnitArgs),
}

#[derive(Debug, Args)]
pub(super) struct UnitArgs {
    /// The repository: a URL or the path of a clone; what is committed counts
    #[arg(value_name = "REPO")]
    pub(super) repository: String,
    /// The directory for change.patch, commit.txt, pr.md and result.json
    #[arg(long, value_name = "DIR")]
    pub(super) out: PathBuf,
    /// The branch to start from [default: the one that is checked out there]
    #[arg(long, value_name = "BRANCH")]
    pub(super) base: Option<String>,
    #[command(flatten)]
    pub(super) patch: PatchArgs,
    #[command(flatten)]
    pub(super) console: ConsoleArgs,
}

/// What is printed.
#[derive(Debug, Args)]
pub(super) struct ConsoleArgs {
    /// When to use colour
    #[arg(long, value_enum, default_value_t, value_name = "WHEN", help_heading = "Output")]
    pub(super) color: Color,
    /// Print only errors
    #[arg(long, short, help_heading = "Output")]
    pub(super) quiet: bool,
}

/// What the patch of one repository is, and what is said of it.
#[derive(Debug, Args)]
pub(super) struct PatchArgs {
    /// The branch for the patch
    #[arg(
        long,
        default_value = "undangle/keep-tasks",
        value_name = "BRANCH",
        help_heading = "Pull request"
    )]
    pub(super) branch: String,
    /// The subject of the commit and title of the pull request
    #[arg(
        long,
        default_value = "Keep references to asyncio tasks",
        value_name = "TEXT",
        help_heading = "Pull request"
    )]
    pub(super) subject: String,
    /// A line for the end of the commit message, such as `Refs: #12`; may be repeated
    #[arg(long, value_name = "KEY: VALUE", help_heading = "Pull request")]
    pub(super) trailer: Vec<String>,
    /// A minijinja template for the pull request; its first line is the title
    #[arg(long, value_name = "FILE", help_heading = "Pull request")]
    pub(super) template: Option<PathBuf>,
    /// The author of the commit, as `Name <address>` [default: yours in git]
    #[arg(long, value_name = "AUTHOR", help_heading = "Pull request")]
    pub(super) author: Option<String>,
    /// Fix more than production code
    #[arg(long, value_enum, value_delimiter = ',', value_name = "KIND", help_heading = "Scope")]
    pub(super) include: Vec<ScopeKind>,
    /// Make one pull request for each package, directory or set of owners
    #[arg(long, value_enum, value_name = "BY", help_heading = "Scope")]
    pub(super) split: Option<SplitBy>,
    /// Fix at most this many files in one pull request
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..), help_heading = "Scope")]
    pub(super) max_files: Option<u16>,
    /// A shell command that runs the tests of the repository, before and after; a patch that makes it fail is an error
    #[arg(long, value_name = "COMMAND", help_heading = "Verification")]
    pub(super) verify: Option<String>,
    /// The longest time for one run of the tests
    #[arg(
        long,
        default_value_t = 1800,
        value_name = "SECONDS",
        value_parser = clap::value_parser!(u32).range(1..),
        help_heading = "Verification"
    )]
    pub(super) verify_timeout: u32,
    #[command(flatten)]
    pub(super) scope: FixScope,
    #[command(flatten)]
    pub(super) analysis: AnalysisArgs,
}

/// What is fixed in addition to production code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ScopeKind {
    /// Test code
    Tests,
    /// Directories such as examples, demos, tutorials, benchmarks
    Examples,
    /// Directories such as docs
    Docs,
}

/// What one pull request is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum SplitBy {
    /// A top-level package
    Package,
    /// A directory
    Directory,
    /// The files of the same owners in CODEOWNERS
    Codeowners,
}
