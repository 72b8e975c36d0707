//! What a value of `--format` consists of. It knows no format.

use std::path::Path;

use super::source_links::SourceLinks;
use crate::audit::Risk;
use crate::run::Report;
use crate::watch::SiteRuns;

/// The command that a report is printed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportKind {
    /// `check`: sites that violate a rule.
    Check,
    /// `diff`: the same, with what would be fixed.
    Diff,
    /// `fix`: the same, with what was fixed.
    Fix,
    /// `audit`: every site, with its assessment.
    Audit,
}

/// Where the text of a format goes, and what is printed beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Medium {
    /// To be read on a terminal: ANSI styles, which are stripped where colour is off. `check` prints its summary below it.
    Terminal,
    /// A document, printed byte for byte. The summary goes to standard error.
    Document,
    /// Data for programs, printed byte for byte. There is no summary.
    Data,
}

/// How a patch is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PatchStyle {
    /// For a program: the exact bytes.
    Raw,
    /// For a terminal: without control characters.
    Plain,
    /// The same in colour.
    Colored,
}

/// What a format may have to know beside the report.
#[derive(Debug, Clone, Copy)]
pub struct RenderContext<'a> {
    /// The command.
    pub kind: ReportKind,
    /// The working directory.
    pub cwd: &'a Path,
    /// How a patch is written.
    pub patch_style: PatchStyle,
    /// Whether only findings are printed, without words about them.
    pub is_quiet: bool,
    /// What of an audit is shown, and how.
    pub audit: AuditView<'a>,
}

/// What of an audit people are shown, and how.
#[derive(Debug, Clone, Copy)]
pub struct AuditView<'a> {
    /// Whether everything is listed: nothing is only counted, folded or cut.
    pub all: bool,
    /// The lowest risk that is shown; none if sites without risk are shown, too.
    pub least: Option<Risk>,
    /// The width of the terminal, in columns.
    pub width: usize,
    /// What the audited code is a version of.
    pub version: &'a str,
    /// Where its source can be seen.
    pub source: Option<&'a SourceLinks>,
    /// What became of the tasks when the program ran, if that is known.
    pub runs: Option<&'a SiteRuns<'a>>,
}

/// The width of what is read on no terminal.
const DEFAULT_WIDTH: usize = 100;

impl Default for AuditView<'_> {
    fn default() -> Self {
        Self {
            all: false,
            least: None,
            width: DEFAULT_WIDTH,
            version: "",
            source: None,
            runs: None,
        }
    }
}

/// One value of `--format`.
#[derive(Debug)]
pub struct Format {
    /// The value.
    pub name: &'static str,
    /// Its line in `--help`.
    pub help: &'static str,
    /// The commands that take it.
    pub kinds: &'static [ReportKind],
    /// Where its text goes.
    pub medium: Medium,
    /// Whether it shows the patch, so that `check` has to make it.
    pub needs_patch: bool,
    /// Makes its text.
    pub render: fn(&Report, &RenderContext<'_>) -> Vec<u8>,
}
