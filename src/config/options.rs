//! Partial options from one source; merged, they resolve to [`Settings`].

use super::parse::parse_selectors;
use crate::run::{FolderConfig, PathMatcher, Pattern};
use crate::settings::{FixSettings, RuleSettings, Settings, Style, TrackerChoice};

/// The options of one source: the command line or a configuration file. `None` and empty lists mean not given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// Rules that are on instead of the default ones.
    pub select: Option<Vec<String>>,
    /// Rules that are off.
    pub ignore: Option<Vec<String>>,
    /// Rules that are on in addition.
    pub extend_select: Vec<String>,
    /// Rules that are off in addition.
    pub extend_ignore: Vec<String>,
    /// Patterns of files that are left out.
    pub exclude: Option<Vec<Pattern>>,
    /// Patterns of files that are left out in addition.
    pub extend_exclude: Vec<Pattern>,
    /// Patterns of the files that are looked at, instead of the default ones.
    pub include: Option<Vec<Pattern>>,
    /// Patterns of files that are test code, instead of the default ones.
    pub tests: Option<Vec<Pattern>>,
    /// Rules that are off in the files that a pattern fits.
    pub per_file_ignores: Option<Vec<(Pattern, Vec<String>)>>,
    /// The same in addition.
    pub extend_per_file_ignores: Vec<(Pattern, Vec<String>)>,
    /// Functions that spawn tasks, as `pkg.module:name`.
    pub spawners: Option<Vec<String>>,
    /// Functions that keep tasks.
    pub keepers: Option<Vec<String>>,
    /// How fixes are written.
    pub style: Option<Style>,
    /// Which tracker they use.
    pub tracker: Option<TrackerChoice>,
    /// Whether a comment above a new set says what it is for.
    pub comment: Option<bool>,
    /// The longest line, in characters.
    pub line_length: Option<usize>,
    /// The oldest Python version to support, `(3, 9)`.
    pub target_version: Option<(u8, u8)>,
    /// Whether unsafe fixes are applied.
    pub unsafe_fixes: Option<bool>,
    /// Whether every fault counts.
    pub strict: Option<bool>,
    /// What the command asks; a configuration file has no say in it.
    pub command: CommandOptions,
}

/// What a command asks beyond what a configuration file can say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CommandOptions {
    /// Report sites without a finding, too, and turn on the rules that are off by default.
    pub every_site: bool,
    /// Fix what comments opt out of.
    pub suppressed: bool,
    /// Add a shutdown that drains the trackers.
    pub drain: bool,
    /// Add a done-callback that logs failures.
    pub log_exceptions: bool,
    /// Report fixes without making them.
    pub preview_only: bool,
    /// Make the text with each fix alone, too.
    pub each_alone: bool,
}

impl Options {
    /// Merges these options with those of a source of lower precedence; `extend` lists are concatenated.
    #[must_use]
    pub fn over(self, weaker: Self) -> Self {
        Self {
            select: self.select.or(weaker.select),
            ignore: self.ignore.or(weaker.ignore),
            extend_select: join(self.extend_select, weaker.extend_select),
            extend_ignore: join(self.extend_ignore, weaker.extend_ignore),
            exclude: self.exclude.or(weaker.exclude),
            extend_exclude: join(weaker.extend_exclude, self.extend_exclude),
            include: self.include.or(weaker.include),
            tests: self.tests.or(weaker.tests),
            per_file_ignores: self.per_file_ignores.or(weaker.per_file_ignores),
            extend_per_file_ignores: join(
                weaker.extend_per_file_ignores,
                self.extend_per_file_ignores,
            ),
            spawners: self.spawners.or(weaker.spawners),
            keepers: self.keepers.or(weaker.keepers),
            style: self.style.or(weaker.style),
            tracker: self.tracker.or(weaker.tracker),
            comment: self.comment.or(weaker.comment),
            line_length: self.line_length.or(weaker.line_length),
            target_version: self.target_version.or(weaker.target_version),
            unsafe_fixes: self.unsafe_fixes.or(weaker.unsafe_fixes),
            strict: self.strict.or(weaker.strict),
            command: self.command,
        }
    }

    /// Resolves the options to settings.
    ///
    /// # Errors
    /// A selector that names no rule, worded for the user.
    pub fn resolve(&self) -> Result<Settings, String> {
        Ok(Settings {
            rules: self.rules()?,
            fix: FixSettings {
                style: self.style.unwrap_or_default(),
                tracker: self.tracker.clone().unwrap_or_default(),
                comment: self.comment.unwrap_or(true),
                unsafe_fixes: self.unsafe_fixes.unwrap_or(false),
                suppressed: self.command.suppressed,
                drain: self.command.drain,
                log_exceptions: self.command.log_exceptions,
                preview_only: self.command.preview_only,
                each_alone: self.command.each_alone,
            },
            strict: self.strict.unwrap_or(false),
            spawners: self.spawners.clone().unwrap_or_default(),
            keepers: self.keepers.clone().unwrap_or_default(),
        })
    }

    /// Resolves the options for the files of a folder. The configuration file is left out.
    ///
    /// # Errors
    /// A selector that names no rule or a pattern that cannot be read, worded for the user.
    pub fn folder_config(&self) -> Result<FolderConfig, String> {
        let matcher = |patterns: &Vec<Pattern>| PathMatcher::new(patterns);
        let own = self.exclude.iter().flatten();
        let exclude: Vec<Pattern> = own.chain(&self.extend_exclude).cloned().collect();
        let ignores = self.per_file_ignores.iter().flatten().chain(&self.extend_per_file_ignores);
        let per_file_ignores = ignores.map(|(pattern, rules)| {
            Ok((PathMatcher::new(std::slice::from_ref(pattern))?, parse_selectors(rules)?))
        });
        Ok(FolderConfig {
            file: None,
            settings: self.resolve()?,
            exclude: matcher(&exclude)?,
            include: self.include.as_ref().map(matcher).transpose()?,
            tests: self.tests.as_ref().map(matcher).transpose()?,
            per_file_ignores: per_file_ignores.collect::<Result<_, String>>()?,
        })
    }

    fn rules(&self) -> Result<RuleSettings, String> {
        let select = self.select.as_deref().map(parse_selectors).transpose()?;
        let extend_select = parse_selectors(&self.extend_select)?;
        let mut ignore = parse_selectors(self.ignore.as_deref().unwrap_or_default())?;
        ignore.extend(parse_selectors(&self.extend_ignore)?);
        let audit = self.command.every_site;
        Ok(RuleSettings { select, extend_select, ignore, off: Vec::new(), audit })
    }
}

/// One list after the other.
fn join<T>(mut first: Vec<T>, second: Vec<T>) -> Vec<T> {
    first.extend(second);
    first
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stronger_source_wins_and_extensions_add_up() {
        let list = |word: &str| vec![word.to_owned()];
        let strong =
            Options { line_length: Some(100), extend_ignore: list("UND002"), ..Options::default() };
        let weak = Options {
            line_length: Some(79),
            extend_ignore: list("UND003"),
            strict: Some(true),
            ..Options::default()
        };
        let both = strong.over(weak);
        assert_eq!(both.line_length, Some(100));
        assert_eq!(both.extend_ignore, ["UND002", "UND003"]);
        assert_eq!(both.strict, Some(true));
    }

    #[test]
    fn extending_keeps_the_default_rules() {
        let options =
            Options { extend_select: vec!["unread-task".to_owned()], ..Options::default() };
        let rules = options.resolve().unwrap().rules;
        assert!(rules.is_on("UND001", true));
        assert!(rules.is_on("UND002", true));
    }

    #[test]
    fn what_is_selected_takes_the_place_of_the_defaults_even_if_it_is_nothing() {
        let options = Options { select: Some(Vec::new()), ..Options::default() };
        assert!(!options.resolve().unwrap().rules.is_on("UND001", true));
        let more = vec!["UND109".to_owned()];
        let options = Options { extend_select: more, ..options };
        let rules = options.resolve().unwrap().rules;
        assert!(!rules.is_on("UND001", true));
        assert!(rules.is_on("UND109", false));
    }
}
