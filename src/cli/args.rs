//! The flags as clap parses them. It does not interpret them.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};

use super::adoption_args::{BaselineArgs, ChangeArgs, IgnoreArgs};
use super::analysis_args::{AnalysisArgs, Color, FixScope};
use super::batch_args::BatchCommand;
use crate::audit::Risk;
use crate::output::ReportKind::{self, Audit, Check, Diff, Fix};
use crate::output::{Format, SourceTemplate, formats};

const EXAMPLES: &str = "\
Examples:
  undangle check                       Report dropped tasks in the current directory
  undangle diff src                    Show what `fix` would change, as a patch
  undangle fix                         Apply the safe fixes
  undangle diff | git apply            Apply them through git
  undangle explain UND001              Explain a rule and why it matters

Exit status: 0 no findings (or all fixed), 1 findings, 2 invalid usage or configuration, or file errors.";

/// Find asyncio tasks that may be garbage-collected before they finish, and fix them.
#[derive(Debug, Parser)]
#[command(name = "undangle", version, after_help = EXAMPLES, arg_required_else_help = true)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Report dropped tasks
    #[command(after_help = "Exit status: 0 no findings, 1 findings, 2 error.")]
    Check(CheckArgs),
    /// Show the fixes as a patch, for `git apply` or `patch -p1`
    #[command(
        after_help = "Exit status: 0 no findings, 1 findings (with or without a fix), 2 error."
    )]
    Diff(DiffArgs),
    /// Apply the fixes
    #[command(after_help = "Each file is replaced atomically. Run your tests afterwards.\n\
                      Exit status: 0 no findings remain, 1 findings remain, 2 error.")]
    Fix(FixArgs),
    /// Report every task: what owns it, how long it lives, what stops it
    #[command(
        after_help = "Exit status: 0 success, 1 a task or decision has the --fail-on risk or a higher one, 2 error."
    )]
    Audit(AuditArgs),
    /// Run a command, and report which of its tasks were lost
    #[command(
        after_help = "Exit status: that of the command if it fails, else 0 no task was lost, 1 a task was lost, 2 error."
    )]
    Watch(Box<WatchArgs>),
    /// Make patches and pull requests for whole repositories
    #[command(subcommand)]
    Batch(BatchCommand),
    /// Serve an editor over standard input and output (Language Server Protocol)
    Lsp,
    /// List the rules
    Rules(ListArgs),
    /// List the keys of the configuration
    Config(ConfigArgs),
    /// Explain a rule
    Explain {
        /// The code or name of the rule, such as UND001 or dropped-task
        rule: String,
    },
    /// Print a completion script for a shell
    Completions {
        /// The shell to complete for
        shell: clap_complete::Shell,
    },
    /// Write the manual pages into a directory
    Man {
        /// The directory, which has to exist
        directory: PathBuf,
    },
}

#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    /// Output format
    #[arg(long, value_parser = format_values(Check), default_value = default_format(Check), value_name = "FORMAT")]
    pub(super) format: &'static Format,
    /// Print how many findings each rule has instead of the findings (formats: human, concise, json)
    #[arg(long)]
    pub(super) statistics: bool,
    /// Exit with status 0 even if there are findings
    #[arg(long)]
    pub(super) exit_zero: bool,
    /// Show what each fix alone changes (formats: human, json, json-lines)
    #[arg(long, conflicts_with = "statistics")]
    pub(super) show_fixes: bool,
    /// Report again whenever a file changes, until interrupted
    #[arg(long, short)]
    pub(super) watch: bool,
    /// Not supported: `undangle fix` fixes
    #[arg(long, hide = true)]
    pub(super) fix: bool,
    #[command(flatten)]
    pub(super) changes: ChangeArgs,
    #[command(flatten)]
    pub(super) baseline: BaselineArgs,
    /// Treat `unsure` sites as held if `watch --write-evidence` has seen what holds their tasks
    #[arg(long, value_name = "FILE", help_heading = "Adoption")]
    pub(super) evidence: Option<PathBuf>,
    #[command(flatten)]
    pub(super) ignores: IgnoreArgs,
    #[command(flatten)]
    pub(super) common: CommonArgs,
}

#[derive(Debug, Args)]
pub(super) struct DiffArgs {
    /// Output format
    #[arg(long, value_parser = format_values(Diff), default_value = default_format(Diff), value_name = "FORMAT")]
    pub(super) format: &'static Format,
    /// Exit with status 0 even if there are findings
    #[arg(long)]
    pub(super) exit_zero: bool,
    #[command(flatten)]
    pub(super) scope: FixScope,
    #[command(flatten)]
    pub(super) common: CommonArgs,
}

#[derive(Debug, Args)]
pub(super) struct FixArgs {
    /// Output format for the remaining findings
    #[arg(long, value_parser = format_values(Fix), default_value = default_format(Fix), value_name = "FORMAT")]
    pub(super) format: &'static Format,
    /// Exit with status 0 even if findings remain, and do not list them
    #[arg(long)]
    pub(super) fix_only: bool,
    /// Exit with status 0 even if findings remain
    #[arg(long)]
    pub(super) exit_zero: bool,
    /// List the findings that were fixed
    #[arg(long)]
    pub(super) show_fixes: bool,
    /// Show the fixes one at a time, and ask which to apply
    #[arg(long, short)]
    pub(super) interactive: bool,
    #[command(flatten)]
    pub(super) scope: FixScope,
    /// Change files that have uncommitted changes in git
    #[arg(long)]
    pub(super) allow_dirty: bool,
    /// Change files whose changes are staged in git
    #[arg(long)]
    pub(super) allow_staged: bool,
    /// Not supported: `undangle diff` shows the patch
    #[arg(long, hide = true)]
    pub(super) diff: bool,
    /// Not supported: `undangle diff` shows the patch
    #[arg(long, hide = true)]
    pub(super) dry_run: bool,
    /// Not supported: `undangle check` only reports
    #[arg(long, hide = true)]
    pub(super) check: bool,
    /// Overwrite files that cannot be replaced (hard links, read-only directories); not atomic
    #[arg(long)]
    pub(super) in_place: bool,
    #[command(flatten)]
    pub(super) common: CommonArgs,
    #[command(flatten)]
    pub(super) proof: ProofArgs,
}

/// Tests that are run before and after the fixes.
#[derive(Debug, Args)]
pub(super) struct ProofArgs {
    /// Run the command after `--`, such as `pytest`, before and after the fixes, and undo them if it fails afterwards
    #[arg(long, requires = "words", help_heading = "Proof")]
    pub(super) prove: bool,
    /// With --prove: keep the fixes even if the command fails
    #[arg(long, requires = "prove", help_heading = "Proof")]
    pub(super) keep: bool,
    /// With --prove: collect garbage at every Nth task switch, so that what can be lost is lost
    #[arg(long, value_name = "N", requires = "prove", value_parser = clap::value_parser!(u32).range(1..), help_heading = "Proof")]
    pub(super) gc_stress: Option<u32>,
    /// The command of --prove; without that, more paths
    #[arg(last = true, value_name = "COMMAND")]
    pub(super) words: Vec<OsString>,
}

impl FixArgs {
    /// Takes what stands behind `--` for paths, as other commands do, unless it is the command of `--prove`.
    pub(super) fn take_paths(&mut self) {
        if !self.proof.prove && !self.proof.words.is_empty() {
            let paths = &mut self.common.paths;
            // The default stands for nothing given.
            if paths.as_slice() == [PathBuf::from(".")] {
                paths.clear();
            }
            paths.extend(self.proof.words.drain(..).map(PathBuf::from));
        }
    }
}

#[derive(Debug, Args)]
pub(super) struct AuditArgs {
    /// Output format
    #[arg(long, value_parser = format_values(Audit), default_value = default_format(Audit), value_name = "FORMAT")]
    pub(super) format: &'static Format,
    /// Exit with status 1 if a task or a decision has this risk or a higher one
    #[arg(long, value_enum, value_name = "RISK")]
    pub(super) fail_on: Option<RiskLevel>,
    /// Show only tasks that have this risk or a higher one; JSON holds all
    #[arg(long, value_enum, value_name = "RISK")]
    pub(super) risk: Option<RiskLevel>,
    /// List everything: tasks without risk that end with a call, and all sites and evidence of each decision
    #[arg(long)]
    pub(super) all: bool,
    /// Link lines to their source (format: html), as in https://host/blob/{commit}/{path}#L{line}
    #[arg(long, value_parser = SourceTemplate::parse, value_name = "TEMPLATE")]
    pub(super) source_url: Option<SourceTemplate>,
    /// Show what `watch --write-evidence` has seen of the tasks of each site, and take `unsure` sites for held if it saw what holds them
    #[arg(long, value_name = "FILE", help_heading = "Adoption")]
    pub(super) evidence: Option<PathBuf>,
    #[command(flatten)]
    pub(super) common: CommonArgs,
}

#[derive(Debug, Args)]
pub(super) struct ListArgs {
    /// Output format
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(super) format: ListFormat,
}

#[derive(Debug, Args)]
pub(super) struct ConfigArgs {
    /// Print a JSON schema of configuration files instead
    #[arg(long)]
    pub(super) schema: bool,
    #[command(flatten)]
    pub(super) list: ListArgs,
}

/// How a list is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(super) enum ListFormat {
    /// For people
    #[default]
    Human,
    /// For programs
    Json,
}

/// Parses the name of a format that a command takes.
fn format_values(kind: ReportKind) -> impl TypedValueParser<Value = &'static Format> {
    let values = formats(kind).map(|format| PossibleValue::new(format.name).help(format.help));
    PossibleValuesParser::new(values).map(move |name| {
        let format = formats(kind).find(|format| format.name == name);
        format.expect("clap takes only the names of formats")
    })
}

fn default_format(kind: ReportKind) -> &'static str {
    formats(kind).next().map_or("", |format| format.name)
}

/// The risk levels of `--fail-on` and `--risk`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum RiskLevel {
    /// The task may fail or end unnoticed
    Low,
    /// The task may outlive its owner or fail unnoticed
    Medium,
    /// The task may be lost or cannot be stopped
    High,
}

impl RiskLevel {
    /// The corresponding risk.
    pub(super) fn risk(self) -> Risk {
        match self {
            Self::Low => Risk::Low,
            Self::Medium => Risk::Medium,
            Self::High => Risk::High,
        }
    }
}

/// The flags of all commands that analyse files.
#[derive(Debug, Args)]
pub(super) struct CommonArgs {
    /// Files and directories to check; `-` for standard input
    #[arg(default_value = ".", value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,
    /// The path of the file on standard input
    #[arg(long, value_name = "PATH")]
    pub(super) stdin_filename: Option<PathBuf>,

    #[command(flatten)]
    pub(super) analysis: AnalysisArgs,

    /// Skip excluded and ignored files even if they are named on the command line, as hooks do
    #[arg(long, help_heading = "Files")]
    pub(super) force_exclude: bool,
    /// Read every file, and remember nothing
    #[arg(long, help_heading = "Files")]
    pub(super) no_cache: bool,
    /// The folder for what is remembered of unchanged files [default: undangle in your cache folder]
    #[arg(long, value_name = "DIR", help_heading = "Files")]
    pub(super) cache_dir: Option<PathBuf>,
    /// Print the files that would be checked, and exit
    #[arg(long, help_heading = "Files")]
    pub(super) show_files: bool,
    /// Print the settings that would be used, and exit
    #[arg(long, help_heading = "Files")]
    pub(super) show_settings: bool,
    /// Report and fix only files that have changed since this git reference
    #[arg(long, value_name = "REF", help_heading = "Adoption")]
    pub(super) since: Option<String>,
    /// Number of threads [default: one per CPU]
    #[arg(long, short = 'j', value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024), help_heading = "Files")]
    pub(super) threads: Option<u16>,

    /// When to use colour
    #[arg(long, value_enum, default_value_t, value_name = "WHEN", help_heading = "Output")]
    pub(super) color: Color,
    /// Write what goes to standard output in the chosen format to a file instead
    #[arg(long, short, value_name = "FILE", help_heading = "Output")]
    pub(super) output_file: Option<PathBuf>,
    /// Print only findings, patches and errors
    #[arg(long, short, help_heading = "Output")]
    pub(super) quiet: bool,
    /// Print the time of each phase, and how much was read and parsed, to standard error
    #[arg(long, help_heading = "Output")]
    pub(super) timings: bool,
}

/// `watch`
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct WatchArgs {
    #[command(subcommand)]
    pub(super) command: Option<WatchCommand>,
    /// Collect garbage at every Nth task switch, so that what can be lost is lost
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..), help_heading = "Run")]
    pub(super) gc_stress: Option<u32>,
    /// With --gc-stress: which of the first N task switches comes first [default: 0]
    #[arg(
        long,
        value_name = "S",
        requires = "gc_stress",
        default_value = "0",
        hide_default_value = true,
        help_heading = "Run"
    )]
    pub(super) seed: u64,
    /// Keep what the run records in this directory; runs add up
    #[arg(long, value_name = "DIR", help_heading = "Run")]
    pub(super) out: Option<PathBuf>,
    #[command(flatten)]
    pub(super) report: ReportArgs,
    /// The command, such as `pytest` or `python app.py`
    #[arg(last = true, value_name = "COMMAND")]
    pub(super) words: Vec<OsString>,
}

/// The commands below `watch`.
#[derive(Debug, Subcommand)]
pub(super) enum WatchCommand {
    /// Report on runs whose records were kept
    Report {
        /// The directory of --out
        directory: PathBuf,
        #[command(flatten)]
        report: ReportArgs,
    },
}

/// How a run is reported.
#[derive(Debug, Args)]
pub(super) struct ReportArgs {
    /// Output format
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(super) format: ListFormat,
    /// Let findings that this file lists lose tasks
    #[arg(long, value_name = "FILE", help_heading = "Adoption")]
    pub(super) baseline: Option<PathBuf>,
    /// Write what the run shows about each site, for `check --evidence` and `audit --evidence`
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub(super) write_evidence: Option<PathBuf>,
    #[command(flatten)]
    pub(super) common: CommonArgs,
}
