//! Partial options from one source; merged, they resolve to [`Settings`].

use super::parse::parse_selectors;
use crate::rules;
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
    pub exclude: Vec<String>,
    /// Patterns of files that are test code, instead of the default ones.
    pub tests: Option<Vec<String>>,
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
}

impl Options {
    /// Merges these options with those of a source of lower precedence; `extend` lists are concatenated.
    #[must_use]
    pub fn over(self, weaker: Self) -> Self {
        let join = |mut first: Vec<String>, second: Vec<String>| {
            first.extend(second);
            first
        };
        Self {
            select: self.select.or(weaker.select),
            ignore: self.ignore.or(weaker.ignore),
            extend_select: join(self.extend_select, weaker.extend_select),
            extend_ignore: join(self.extend_ignore, weaker.extend_ignore),
            exclude: join(self.exclude, weaker.exclude),
            tests: self.tests.or(weaker.tests),
            style: self.style.or(weaker.style),
            tracker: self.tracker.or(weaker.tracker),
            comment: self.comment.or(weaker.comment),
            line_length: self.line_length.or(weaker.line_length),
            target_version: self.target_version.or(weaker.target_version),
            unsafe_fixes: self.unsafe_fixes.or(weaker.unsafe_fixes),
            strict: self.strict.or(weaker.strict),
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
                ..FixSettings::default()
            },
            exclude: self.exclude.iter().cloned().collect(),
            tests: self.tests.as_ref().map(|tests| tests.iter().cloned().collect()),
            strict: self.strict.unwrap_or(false),
        })
    }

    fn rules(&self) -> Result<RuleSettings, String> {
        let mut select = parse_selectors(self.select.as_deref().unwrap_or_default())?;
        let mut ignore = parse_selectors(self.ignore.as_deref().unwrap_or_default())?;
        let more = parse_selectors(&self.extend_select)?;
        if self.select.is_none() && !more.is_empty() {
            // An empty list means the default rules, so they have to be listed before others are added.
            select.extend(rules::all().iter().filter(|r| r.default).map(|r| r.code.to_owned()));
        }
        select.extend(more);
        ignore.extend(parse_selectors(&self.extend_ignore)?);
        Ok(RuleSettings { select, ignore, audit: false })
    }
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
}
