//! The flags of `batch` as clap parses them. It does not interpret them.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::analysis_args::{AnalysisArgs, Color, FixScope};
use crate::batch::{Engine, HostKind, Shard, Split};

#[derive(Debug, Subcommand)]
pub(super) enum BatchCommand {
    /// Write the patch, the commit message and the pull request of one repository
    #[command(after_help = "Nothing is pushed, and the repository is not changed.\n\
                      Exit status: 0 patch written or nothing to do, 2 error.")]
    Unit(Box<UnitArgs>),
    /// Do that for many repositories, and push or propose the patches if told to
    #[command(after_help = "Nothing is pushed or opened without --push or --pr.\n\
                      Exit status: 0 all done, 2 a repository failed or another error.")]
    Run(Box<RunArgs>),
    /// Say how far a run has come
    #[command(after_help = "Exit status: 0 all done, 1 some are open, 2 a repository failed.")]
    Status(StatusArgs),
    /// Write a page about a run
    Report(ReportArgs),
    /// Write the files that run undangle in another tool for many repositories
    Emit(EmitArgs),
}

#[derive(Debug, Args)]
pub(super) struct EmitArgs {
    /// The engine
    #[arg(value_enum, value_name = "ENGINE")]
    pub(super) engine: Engine,
    /// The directory for the files
    #[arg(long, default_value = ".", value_name = "DIR")]
    pub(super) out: PathBuf,
    /// How many jobs share the repositories (github-matrix, gitlab)
    #[arg(long, default_value_t = 4, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=200))]
    pub(super) shards: u16,
    /// Replace files that are there with other content
    #[arg(long)]
    pub(super) force: bool,
    /// Flags for each repository, such as `-- --style helper`
    #[arg(last = true, value_name = "FLAG")]
    pub(super) flags: Vec<String>,
}

#[derive(Debug, Args)]
pub(super) struct RunArgs {
    /// The repositories: a file with a URL or path on each line, a directory with clones, or `-`
    #[arg(value_name = "REPOS")]
    pub(super) repositories: PathBuf,
    /// The directory for everything that the run writes
    #[arg(long, value_name = "DIR")]
    pub(super) out: PathBuf,
    /// Push the branches to the repositories
    #[arg(long, help_heading = "Publish")]
    pub(super) push: bool,
    /// Push, and open or update pull requests through this program
    #[arg(long, value_enum, value_name = "PROGRAM", help_heading = "Publish")]
    pub(super) pr: Option<HostKind>,
    /// Say what would be pushed and opened, and do neither
    #[arg(long, help_heading = "Publish")]
    pub(super) dry_run: bool,
    /// Open drafts
    #[arg(long, requires = "pr", help_heading = "Publish")]
    pub(super) draft: bool,
    /// A label for pull requests; may be repeated
    #[arg(long, requires = "pr", value_name = "LABEL", help_heading = "Publish")]
    pub(super) label: Vec<String>,
    /// Somebody to review pull requests, or on GitHub a team as `org/team`; may be repeated
    #[arg(long, requires = "pr", value_name = "NAME", help_heading = "Publish")]
    pub(super) reviewer: Vec<String>,
    /// Push to forks, yours or those of an organisation
    #[arg(
        long,
        requires = "pr",
        value_name = "OWNER",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "",
        help_heading = "Publish"
    )]
    pub(super) fork: Option<String>,
    /// The host of the API, if it is another than that of the URLs
    #[arg(long, requires = "pr", value_name = "HOST", help_heading = "Publish")]
    pub(super) host: Option<String>,
    /// The least time between two requests that change something on the host
    #[arg(long, default_value_t = 1.0, value_name = "SECONDS", value_parser = seconds, help_heading = "Publish")]
    pub(super) pace: f64,

    /// Leave out the repositories that are done
    #[arg(long, help_heading = "Run")]
    pub(super) resume: bool,
    /// Take only the repositories that failed
    #[arg(long, help_heading = "Run")]
    pub(super) only_failed: bool,
    /// Take at most this many repositories
    #[arg(long, value_name = "N", help_heading = "Run")]
    pub(super) limit: Option<usize>,
    /// Take one part of the repositories, such as 2/8; which one a repository is in does not depend on the list
    #[arg(long, value_name = "I/N", value_parser = shard, help_heading = "Run")]
    pub(super) shard: Option<Shard>,
    /// How many repositories to work on at a time [default: one per CPU]
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024), help_heading = "Run")]
    pub(super) jobs: Option<u16>,
    /// How often to ask again when a repository cannot be fetched
    #[arg(long, default_value_t = 2, value_name = "N", value_parser = clap::value_parser!(u32).range(..=10), help_heading = "Run")]
    pub(super) retries: u32,
    /// Remove each clone when its repository is done
    #[arg(long, help_heading = "Run")]
    pub(super) drop_clones: bool,
    #[command(flatten)]
    pub(super) patch: PatchArgs,
    #[command(flatten)]
    pub(super) console: ConsoleArgs,
}

#[derive(Debug, Args)]
pub(super) struct StatusArgs {
    /// The directory of the run
    #[arg(value_name = "DIR")]
    pub(super) directory: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct ReportArgs {
    /// The directory of the run
    #[arg(value_name = "DIR")]
    pub(super) directory: PathBuf,
    /// The file to write [default: report.html in the directory]
    #[arg(long, short, value_name = "FILE")]
    pub(super) output_file: Option<PathBuf>,
}

/// `2/8`.
fn shard(text: &str) -> Result<Shard, String> {
    let parts = text.split_once('/').and_then(|(i, n)| Some((i.parse().ok()?, n.parse().ok()?)));
    match parts {
        Some((index, count)) if (1..=count).contains(&index) => Ok(Shard { index, count }),
        _ => Err("expected I/N with I from 1 to N, such as 2/8".to_owned()),
    }
}

/// A time that is not negative.
fn seconds(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(seconds) if (0.0..=86_400.0).contains(&seconds) => Ok(seconds),
        _ => Err("expected a number of seconds, at most 86400".to_owned()),
    }
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
    pub(super) split: Option<Split>,
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
