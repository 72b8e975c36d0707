//! The flags that several commands share, as clap parses them. It does not interpret them.

use std::path::Path;

use clap::{Args, ValueEnum};

use crate::config::{CommandOptions, Options, parse_style, parse_target_version, parse_tracker};
use crate::run::Pattern;
use crate::settings::{Style, TrackerChoice};

/// What is fixed in addition to open findings.
#[derive(Debug, Clone, Copy, Args)]
pub(super) struct FixScope {
    /// Also fix suppressed findings, and remove the comments that suppress them
    #[arg(long, help_heading = "Fixes")]
    pub(super) suppressed: bool,
    /// Add functions that stop tracked tasks, and call them at application shutdown (needs --unsafe-fixes)
    #[arg(long, help_heading = "Fixes")]
    pub(super) drain: bool,
    /// Log the exceptions of fixed tasks in a done-callback (needs --unsafe-fixes)
    #[arg(long, help_heading = "Fixes")]
    pub(super) log_exceptions: bool,
}

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(super) enum Color {
    /// Only on a terminal
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// The flags that decide what is found, and how it is fixed.
#[derive(Debug, Args)]
pub(super) struct AnalysisArgs {
    /// Rules to enable instead of the defaults (codes, prefixes, names or ALL)
    #[arg(long, value_name = "RULE", value_delimiter = ',', help_heading = "Rules")]
    select: Option<Vec<String>>,
    /// Rules to enable in addition
    #[arg(long, value_name = "RULE", value_delimiter = ',', help_heading = "Rules")]
    extend_select: Vec<String>,
    /// Rules to disable
    #[arg(long, value_name = "RULE", value_delimiter = ',', help_heading = "Rules")]
    ignore: Option<Vec<String>>,

    /// How to write fixes: `lines` at each call, or one `helper` function per file [default: lines]
    #[arg(long, value_parser = parse_style, value_name = "STYLE", help_heading = "Fixes")]
    style: Option<Style>,
    /// What keeps the tasks: auto, module, instance, reuse, or a project function pkg.module:name [default: auto]
    #[arg(long, value_parser = parse_tracker, value_name = "TRACKER", help_heading = "Fixes")]
    tracker: Option<TrackerChoice>,
    /// Include fixes that may change more than the lifetime of the task
    #[arg(long, help_heading = "Fixes")]
    unsafe_fixes: bool,
    /// Maximum line length [default: the setting of your formatter, or what the file keeps to, 88 at least]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=10_000), help_heading = "Fixes")]
    line_length: Option<u16>,
    /// The oldest Python version to support, such as 3.9 [default: the requires-python of the project, or 3.10]
    #[arg(long, value_parser = parse_target_version, value_name = "VERSION", help_heading = "Fixes")]
    target_version: Option<(u8, u8)>,

    /// Files and directories to exclude, in .gitignore syntax
    #[arg(
        long,
        visible_alias = "extend-exclude",
        value_name = "PATTERN",
        value_delimiter = ',',
        help_heading = "Files"
    )]
    exclude: Vec<String>,
    /// Include files that .gitignore and similar files exclude
    #[arg(long, help_heading = "Files")]
    pub(super) no_ignore: bool,
    /// A configuration file to use instead of those of the project, or one key as KEY=VALUE in TOML
    #[arg(long, value_name = "FILE|KEY=VALUE", help_heading = "Files")]
    pub(super) config: Vec<String>,
    /// Ignore all configuration files
    #[arg(long, visible_alias = "isolated", help_heading = "Files")]
    pub(super) no_config: bool,
    /// Parse files completely, and exit with status 2 if any cannot be analysed
    #[arg(long, help_heading = "Files")]
    strict: bool,
}

impl AnalysisArgs {
    /// The flags that decide what another command finds and how it fixes that, as a shell has them.
    pub(super) fn repeated(&self) -> Vec<String> {
        let mut words = Vec::new();
        let mut put = |flag: &str, value: String| words.extend([flag.to_owned(), value]);
        self.select.iter().for_each(|rules| put("--select", rules.join(",")));
        self.ignore.iter().for_each(|rules| put("--ignore", rules.join(",")));
        if !self.extend_select.is_empty() {
            put("--extend-select", self.extend_select.join(","));
        }
        self.style.iter().for_each(|style| put("--style", style.as_str().to_owned()));
        self.tracker.iter().for_each(|tracker| put("--tracker", tracker.to_string()));
        self.line_length.iter().for_each(|length| put("--line-length", length.to_string()));
        if let Some((major, minor)) = self.target_version {
            put("--target-version", format!("{major}.{minor}"));
        }
        if !self.exclude.is_empty() {
            put("--exclude", self.exclude.join(","));
        }
        self.config.iter().for_each(|config| put("--config", config.clone()));
        let switches = [(self.no_ignore, "--no-ignore"), (self.no_config, "--no-config")];
        words.extend(
            switches.iter().filter(|(is_on, _)| *is_on).map(|(_, flag)| (*flag).to_owned()),
        );
        words
    }

    /// Whether the user says which tracker is used.
    pub(super) fn names_tracker(&self) -> bool {
        self.tracker.is_some()
    }

    /// The flags as options, with what the command asks; patterns are relative to `cwd`.
    pub(super) fn options(&self, command: CommandOptions, cwd: &Path) -> Options {
        let pattern = |glob: &String| Pattern { base: cwd.to_path_buf(), glob: glob.clone() };
        Options {
            select: self.select.clone(),
            ignore: self.ignore.clone(),
            style: self.style,
            tracker: self.tracker.clone(),
            line_length: self.line_length.map(usize::from),
            target_version: self.target_version,
            unsafe_fixes: self.unsafe_fixes.then_some(true),
            strict: self.strict.then_some(true),
            extend_select: self.extend_select.clone(),
            extend_exclude: self.exclude.iter().map(pattern).collect(),
            command,
            ..Options::default()
        }
    }
}
