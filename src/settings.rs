//! What the user asked for, as plain data. It does not know argv, pyproject.toml or the disk.

use std::collections::BTreeSet;

/// How fixes are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Style {
    /// Three lines at each site: bind, `add`, `add_done_callback(discard)`.
    #[default]
    Lines,
    /// One helper function a file, wrapped around each site where it stands.
    Helper,
}

/// Which tracker a fix puts its tasks into.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum TrackerChoice {
    /// The file's own keeping helper, else its pure module-level set, else a new set.
    #[default]
    Auto,
    /// Always a new module-level set.
    Module,
    /// A set on the instance, made in `__init__`; always unsafe.
    Instance,
    /// A set that other code reads, or an instance's, taken knowingly.
    Reuse,
    /// `pkg.module:name`: a function of the project that keeps its argument.
    Shared {
        /// The dotted module.
        module: String,
        /// The function's name there.
        name: String,
    },
}

/// How sure a fix is to leave everything but the bug as it is; the words and the order are ruff's.
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
    pub fn word(self) -> &'static str {
        match self {
            Self::Display => "display",
            Self::Unsafe => "unsafe",
            Self::Safe => "safe",
        }
    }
}

/// What the planner needs to know about the user's wishes.
#[derive(Debug, Clone, Default)]
pub struct FixSettings {
    /// Lines or helper.
    pub style: Style,
    /// Which tracker.
    pub tracker: TrackerChoice,
    /// Whether unsafe fixes are applied too.
    pub unsafe_fixes: bool,
    /// Whether suppressed findings are fixed too, their comments removed.
    pub suppressed: bool,
    /// Whether a shutdown is asked for that drains the trackers; unsafe.
    pub drain: bool,
    /// Whether a done-callback is asked for that logs failures; unsafe.
    pub log_exceptions: bool,
    /// Whether fixes are only told of. Their text is then not looked at once more, so that a fix is told of, too, which that
    /// last look would withdraw.
    pub only_told: bool,
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

/// What is known about the files of one folder from the configuration that governs it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FileSettings {
    /// The line length of the project's formatter, in characters.
    pub line_length: Option<usize>,
    /// The lowest Python that the project runs on, `(3, 9)`.
    pub floor: Option<(u8, u8)>,
    /// The quotes that the project's formatter gives strings.
    pub quotes: Option<Quotes>,
}

/// How a formatter is told to quote strings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quotes {
    /// `"…"`
    Double,
    /// `'…'`
    Single,
    /// As each file has them.
    Kept,
}

/// What the rules need to know.
#[derive(Debug, Clone, Default)]
pub struct RuleSettings {
    /// Codes or prefixes that are on; empty means the default set.
    pub select: Vec<String>,
    /// Codes or prefixes that are off.
    pub ignore: Vec<String>,
    /// Whether rules that are off by default count among the default ones, as in an audit.
    pub audit: bool,
}

impl RuleSettings {
    /// Whether the rule with this code is on; `default` says whether it is when nothing is selected. The longest
    /// matching prefix wins, `ignore` on a tie.
    pub fn is_on(&self, code: &str, default: bool) -> bool {
        let longest = |list: &[String]| {
            let fits = |p: &&String| p.as_str() == "ALL" || code.starts_with(p.as_str());
            list.iter()
                .filter(fits)
                .map(|p| if p == "ALL" { 1 } else { p.len() + 1 })
                .max()
                .unwrap_or(0)
        };
        let selected = if self.select.is_empty() {
            usize::from(default || self.audit)
        } else {
            longest(&self.select)
        };
        selected > longest(&self.ignore)
    }
}

/// Everything, resolved.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// For the rules.
    pub rules: RuleSettings,
    /// For the planner.
    pub fix: FixSettings,
    /// Glob patterns of files to leave out, in addition to what ignore files say.
    pub exclude: BTreeSet<String>,
    /// Glob patterns of the files that are test code; none for the usual ones.
    pub tests: Option<BTreeSet<String>>,
    /// Whether every fault makes the exit status 2.
    pub strict: bool,
}
