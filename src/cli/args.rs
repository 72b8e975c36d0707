//! The flags as clap parses them. It does not interpret them.

use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::audit::Risk;
use crate::config::{Options, parse_style, parse_tracker, parse_version};
use crate::output::ReportKind::{self, Audit, Check, Diff, Fix};
use crate::output::{Format, formats};
use crate::settings::{Style, TrackerChoice};

const EXAMPLES: &str = "\
Examples:
  undangle check                       report dropped tasks below the current folder
  undangle diff src                    show what `fix` would change, as a patch
  undangle fix                         change it
  undangle diff | git apply            the same, through git
  undangle explain UND001              what a rule means, and why it matters

Exit status: 0 nothing found (or all fixed), 1 findings, 2 bad usage, configuration or files.";

/// Find asyncio tasks that nobody keeps, and keep them.
#[derive(Debug, Parser)]
#[command(name = "undangle", version, after_help = EXAMPLES, arg_required_else_help = true)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Report dropped tasks
    #[command(after_help = "Exit status: 0 nothing found, 1 findings, 2 trouble.")]
    Check(CheckArgs),
    /// Show the fixes as a patch, for `git apply` or `patch -p1`
    #[command(
        after_help = "Exit status: 0 nothing found, 1 findings (even where there is no fix), 2 trouble."
    )]
    Diff(DiffArgs),
    /// Apply the fixes
    #[command(
        after_help = "Files are replaced as a whole or not at all. Run your tests afterwards.\n\
                      Exit status: 0 nothing remains, 1 findings remain, 2 trouble."
    )]
    Fix(FixArgs),
    /// Report every task: who owns it, how long it lives, what stops it
    #[command(after_help = "Exit status: 0, 1 with --fail-on for a site of that risk, 2 trouble.")]
    Audit(AuditArgs),
    /// Explain a rule, by code or name
    Explain {
        /// For example UND001, or dropped-task
        rule: String,
    },
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    /// How to print the findings
    #[arg(long, value_parser = format_values(Check), default_value = default_format(Check), value_name = "FORMAT")]
    pub(super) format: &'static Format,
    /// Exit with 0 even when there are findings
    #[arg(long)]
    pub(super) exit_zero: bool,
    #[command(flatten)]
    pub(super) common: CommonArgs,
}

#[derive(Debug, Args)]
pub(super) struct DiffArgs {
    /// How to print the changes
    #[arg(long, value_parser = format_values(Diff), default_value = default_format(Diff), value_name = "FORMAT")]
    pub(super) format: &'static Format,
    /// Exit with 0 even when there are findings
    #[arg(long)]
    pub(super) exit_zero: bool,
    #[command(flatten)]
    pub(super) scope: FixScope,
    #[command(flatten)]
    pub(super) common: CommonArgs,
}

#[derive(Debug, Args)]
pub(super) struct FixArgs {
    /// How to print what was done and what remains
    #[arg(long, value_parser = format_values(Fix), default_value = default_format(Fix), value_name = "FORMAT")]
    pub(super) format: &'static Format,
    /// Exit with 0 even when findings remain, and do not list them
    #[arg(long)]
    pub(super) fix_only: bool,
    /// Exit with 0 even when findings remain
    #[arg(long)]
    pub(super) exit_zero: bool,
    #[command(flatten)]
    pub(super) scope: FixScope,
    /// Write into files that cannot be replaced (hard links, folders that take no new file); not atomic
    #[arg(long)]
    pub(super) in_place: bool,
    #[command(flatten)]
    pub(super) common: CommonArgs,
}

/// What is fixed in addition to open findings.
#[derive(Debug, Clone, Copy, Args)]
pub(super) struct FixScope {
    /// Fix what comments opt out of, too, and remove the comments that this makes needless
    #[arg(long, help_heading = "Fixes")]
    pub(super) suppressed: bool,
    /// Write a shutdown for the trackers of tasks, and call it where the application ends (with `--unsafe-fixes`)
    #[arg(long, help_heading = "Fixes")]
    pub(super) drain: bool,
    /// Have a done-callback log the failure of each task that is kept (with `--unsafe-fixes`)
    #[arg(long, help_heading = "Fixes")]
    pub(super) log_exceptions: bool,
}

#[derive(Debug, Args)]
pub(super) struct AuditArgs {
    /// How to print the report
    #[arg(long, value_parser = format_values(Audit), default_value = default_format(Audit), value_name = "FORMAT")]
    pub(super) format: &'static Format,
    /// Exit with 1 when a site has this risk, or a higher one
    #[arg(long, value_enum, value_name = "RISK")]
    pub(super) fail_on: Option<RiskLevel>,
    #[command(flatten)]
    pub(super) common: CommonArgs,
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

/// The risk levels of `--fail-on`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum RiskLevel {
    /// Something is left to chance
    Low,
    /// It outlives its use, or fails without anybody hearing
    Medium,
    /// It can be lost, or cannot be stopped
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

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(super) enum Color {
    /// On a terminal
    #[default]
    Auto,
    /// In any case
    Always,
    /// Not at all
    Never,
}

/// The flags of all commands that analyse files.
#[derive(Debug, Args)]
pub(super) struct CommonArgs {
    /// Files and folders to look at; `-` for standard input
    #[arg(default_value = ".", value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,
    /// The file that standard input stands for
    #[arg(long, value_name = "PATH")]
    pub(super) stdin_filename: Option<PathBuf>,

    /// Rules to turn on, instead of the default ones (codes, prefixes, names, ALL)
    #[arg(long, value_name = "RULE", value_delimiter = ',', help_heading = "Rules")]
    select: Option<Vec<String>>,
    /// Rules to turn off
    #[arg(long, value_name = "RULE", value_delimiter = ',', help_heading = "Rules")]
    ignore: Option<Vec<String>>,

    /// How a fix is written: three `lines` at each site, or one `helper` function a file [default: lines]
    #[arg(long, value_parser = parse_style, value_name = "STYLE", help_heading = "Fixes")]
    style: Option<Style>,
    /// What keeps the tasks: auto, module, instance, reuse, or a function of the project as pkg.module:name [default: auto]
    #[arg(long, value_parser = parse_tracker, value_name = "TRACKER", help_heading = "Fixes")]
    tracker: Option<TrackerChoice>,
    /// Include fixes that may change more than the bug
    #[arg(long, help_heading = "Fixes")]
    unsafe_fixes: bool,
    /// The longest line, in characters [default: the formatter's setting, else 88]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=10_000), help_heading = "Fixes")]
    line_length: Option<u16>,
    /// The lowest Python that the code runs on, e.g. 3.9 [default: what the project requires]
    #[arg(long, value_parser = parse_version, value_name = "VERSION", help_heading = "Fixes")]
    target_version: Option<(u8, u8)>,

    /// Files and folders to leave out, as in a .gitignore
    #[arg(long, value_name = "PATTERN", help_heading = "Files")]
    pub(super) exclude: Vec<String>,
    /// Look at files that .gitignore and the like hide
    #[arg(long, help_heading = "Files")]
    pub(super) no_ignore: bool,
    /// Heed no configuration file
    #[arg(long, help_heading = "Files")]
    pub(super) no_config: bool,
    /// Exit with 2 for files that cannot be analysed, too, and look at all of each file for that
    #[arg(long, help_heading = "Files")]
    strict: bool,
    /// How many threads to use [default: one a processor]
    #[arg(long, short = 'j', value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024), help_heading = "Files")]
    pub(super) threads: Option<u16>,

    /// When to use colour
    #[arg(long, value_enum, default_value_t, value_name = "WHEN", help_heading = "Output")]
    pub(super) color: Color,
    /// Print nothing but the findings, the patch, or hard trouble
    #[arg(long, short, help_heading = "Output")]
    pub(super) quiet: bool,
}

impl CommonArgs {
    /// The flags as options; patterns are left to the caller, who knows what they are relative to.
    pub(super) fn options(&self) -> Options {
        Options {
            select: self.select.clone(),
            ignore: self.ignore.clone(),
            style: self.style,
            tracker: self.tracker.clone(),
            line_length: self.line_length.map(usize::from),
            target_version: self.target_version,
            unsafe_fixes: self.unsafe_fixes.then_some(true),
            strict: self.strict.then_some(true),
            ..Options::default()
        }
    }
}
