//! The resolved settings, as plain data. It does not know argv, pyproject.toml or the disk.

use std::fmt;

/// How fixes are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Style {
    /// Three lines at each site: assign, `add`, `add_done_callback(discard)`; in a file with a site that has no place for
    /// them, the helper function at all sites.
    #[default]
    Lines,
    /// One helper function per file, called around each site.
    Helper,
}

impl Style {
    /// The words of the command line.
    pub const WORDS: [&str; 2] = ["lines", "helper"];

    /// Its word on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Lines => "lines",
            Self::Helper => "helper",
        }
    }
}

/// Which tracker a fix puts its tasks into.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum TrackerChoice {
    /// The file's own helper that keeps tasks, else a module-level set that only holds tasks, else a new set.
    #[default]
    Auto,
    /// Always a new module-level set.
    Module,
    /// A set on the instance, created in `__init__`; always unsafe.
    Instance,
    /// An existing set, even if other code reads it or it belongs to an instance.
    Reuse,
    /// `pkg.module:name`: a function of the project that keeps its argument.
    Shared {
        /// The dotted module.
        module: String,
        /// The function's name there.
        name: String,
    },
}

impl fmt::Display for TrackerChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auto => f.write_str("auto"),
            Self::Module => f.write_str("module"),
            Self::Instance => f.write_str("instance"),
            Self::Reuse => f.write_str("reuse"),
            Self::Shared { module, name } => write!(f, "{module}:{name}"),
        }
    }
}

/// How certain it is that a fix changes nothing but the bug; names and order are ruff's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Applicability {
    /// Shown, never applied.
    Display,
    /// Applied with `--unsafe-fixes`.
    Unsafe,
    /// Applied by `fix`.
    Safe,
}

impl Applicability {
    /// The stable word used in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Display => "display",
            Self::Unsafe => "unsafe",
            Self::Safe => "safe",
        }
    }
}

/// The settings of the fix planner.
#[derive(Debug, Clone, Default)]
pub struct FixSettings {
    /// How fixes are written.
    pub style: Style,
    /// Which tracker.
    pub tracker: TrackerChoice,
    /// Whether a comment above a new module-level set says what it is for.
    pub comment: bool,
    /// Whether unsafe fixes are applied too.
    pub unsafe_fixes: bool,
    /// Whether suppressed findings are fixed, too, and their comments removed.
    pub suppressed: bool,
    /// Whether to add a shutdown that drains the trackers; unsafe.
    pub drain: bool,
    /// Whether to add a done-callback that logs failures; unsafe.
    pub log_exceptions: bool,
    /// Whether fixes are only reported, not made. The final validation of their text is skipped then, so that a fix may be
    /// reported that the validation would withdraw.
    pub preview_only: bool,
    /// Whether the text with each fix alone is made, too.
    pub each_alone: bool,
}

impl FixSettings {
    /// Whether trackers are drained.
    pub fn drains(&self) -> bool {
        self.drain && self.unsafe_fixes
    }

    /// Whether failures are logged.
    pub fn logs(&self) -> bool {
        self.log_exceptions && self.unsafe_fixes
    }
}

/// The settings of the files of one folder, from the configuration of other tools.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FileSettings {
    /// The line length of the project's formatter, in characters.
    pub line_length: Option<usize>,
    /// The oldest Python version that the project supports, `(3, 9)`.
    pub target_version: Option<(u8, u8)>,
    /// The quote style of the project's formatter.
    pub quotes: Option<Quotes>,
    /// How its imports are sorted.
    pub imports: ImportSettings,
}

/// The settings of the tool that sorts imports, as far as they are stated; the names are isort's and ruff's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ImportSettings {
    /// Whether `import a` and `from a import b` are sorted together, by module.
    pub force_sort_within_sections: Option<bool>,
    /// Whether each imported name has a line of its own.
    pub force_single_line: Option<bool>,
    /// The number of blank lines below the imports.
    pub lines_after_imports: Option<usize>,
    /// Whether imports for annotations only go under `if TYPE_CHECKING:` (TC003).
    pub type_checking_block: Option<bool>,
}

/// The quote style of a formatter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quotes {
    /// `"…"`
    Double,
    /// `'…'`
    Single,
    /// As written in each file.
    Preserve,
}

/// Which rules are on.
#[derive(Debug, Clone, Default)]
pub struct RuleSettings {
    /// Codes or prefixes that are on instead of the default set; `None` for that set.
    pub select: Option<Vec<String>>,
    /// Codes or prefixes that are on in addition.
    pub extend_select: Vec<String>,
    /// Codes or prefixes that are off.
    pub ignore: Vec<String>,
    /// Codes or prefixes that are off in one file, whatever is selected.
    pub off: Vec<String>,
    /// Whether rules that are off by default are on, as in an audit.
    pub audit: bool,
}

impl RuleSettings {
    /// Whether the rule with this code is on; `default` says whether it is when nothing is selected. The longest
    /// matching prefix wins, `ignore` on a tie.
    pub fn is_on(&self, code: &str, default: bool) -> bool {
        self.is_selected(code, default || self.audit)
    }

    /// Whether a rule that is on is so only because all are in an audit.
    pub fn is_of_audit(&self, code: &str, default: bool) -> bool {
        self.audit && !self.is_selected(code, default)
    }

    fn is_selected(&self, code: &str, default: bool) -> bool {
        let fits = |p: &&String| p.as_str() == "ALL" || code.starts_with(p.as_str());
        if self.off.iter().any(|p| fits(&p)) {
            return false;
        }
        let longest = |list: &[String]| {
            list.iter()
                .filter(fits)
                .map(|p| if p == "ALL" { 1 } else { p.len() + 1 })
                .max()
                .unwrap_or(0)
        };
        let selected = self.select.as_deref().map_or(usize::from(default), longest);
        selected.max(longest(&self.extend_select)) > longest(&self.ignore)
    }
}

/// What the user asked for.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The settings of the rules.
    pub rules: RuleSettings,
    /// The settings of the fix planner.
    pub fix: FixSettings,
    /// Whether every fault makes the exit status 2.
    pub strict: bool,
    /// Functions that make a task of a coroutine, as `pkg.module:name`.
    pub spawners: Vec<String>,
    /// Functions that keep the tasks that they are passed.
    pub keepers: Vec<String>,
}
