//! The configuration of the files of one folder, and the patterns that select files. It reads no configuration file.

use std::borrow::Cow;
use std::fmt::Debug;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::settings::{FileSettings, RuleSettings, Settings};

/// A pattern as in a `.gitignore`, and the folder that it is relative to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    /// The folder, absolute.
    pub base: PathBuf,
    /// The pattern.
    pub glob: String,
}

/// Patterns of several folders; of those that fit a path, the last decides, as in a `.gitignore`.
#[derive(Debug, Clone, Default)]
pub struct PathMatcher {
    /// One for each run of patterns that are relative to the same folder.
    parts: Vec<Gitignore>,
    globs: Vec<String>,
}

impl PathMatcher {
    /// The patterns as they were written.
    pub fn globs(&self) -> &[String] {
        &self.globs
    }

    /// Compiles patterns.
    ///
    /// # Errors
    /// The pattern that cannot be read, and why.
    pub fn new(patterns: &[Pattern]) -> Result<Self, String> {
        let mut parts = Vec::new();
        for group in patterns.chunk_by(|a, b| a.base == b.base) {
            let mut builder = GitignoreBuilder::new(&group[0].base);
            for pattern in group {
                if has_open_class(&pattern.glob) {
                    return Err(format!("error parsing glob '{}': unclosed `[`", pattern.glob));
                }
                builder.add_line(None, &pattern.glob).map_err(|error| error.to_string())?;
            }
            parts.push(builder.build().map_err(|error| error.to_string())?);
        }
        let globs = patterns.iter().map(|pattern| pattern.glob.clone()).collect();
        Ok(Self { parts, globs })
    }

    /// Whether the patterns name this path itself.
    pub fn matches(&self, path: &Path, is_dir: bool) -> bool {
        let found = self.parts.iter().rev().map(|part| part.matched(path, is_dir));
        found.into_iter().find(|found| !found.is_none()).is_some_and(|found| found.is_ignore())
    }

    /// Whether the patterns name this file or a folder around it.
    pub fn matches_or_above(&self, file: &Path) -> bool {
        let inside = self.parts.iter().rev().filter(|part| file.starts_with(part.path()));
        let mut found = inside.map(|part| part.matched_path_or_any_parents(file, false));
        found.find(|found| !found.is_none()).is_some_and(|found| found.is_ignore())
    }

    /// Whether a file lies below the folder that any of the patterns is relative to.
    fn governs(&self, file: &Path) -> bool {
        self.parts.iter().any(|part| file.starts_with(part.path()))
    }
}

/// Whether a character class has no end, as in `[a`. git, and the crate, let such a pattern match nothing, or a bracket.
fn has_open_class(glob: &str) -> bool {
    let mut rest = glob.chars();
    while let Some(c) = rest.next() {
        match c {
            '\\' => drop(rest.next()),
            '[' => {
                let class = rest.as_str();
                // A bracket that comes first belongs to the class: `[]a]`, `[!]]`.
                let first = class.trim_start_matches(['!', '^']);
                let inner = first.strip_prefix(']').unwrap_or(first);
                let Some((_, after)) = inner.split_once(']') else { return true };
                rest = after.chars();
            }
            _ => {}
        }
    }
    false
}

/// The configuration of the files directly in one folder.
#[derive(Debug, Clone, Default)]
pub struct FolderConfig {
    /// The configuration file that says it; none for the defaults.
    pub file: Option<PathBuf>,
    /// What the user asked for.
    pub settings: Settings,
    /// Files that are left out, in addition to those of ignore files.
    pub exclude: PathMatcher,
    /// The files that are looked at below a folder; `None` for `*.py`, `*.pyw` and `*.ipynb`.
    pub include: Option<PathMatcher>,
    /// The files that are test code; `None` for the usual ones.
    pub tests: Option<PathMatcher>,
    /// Rules that are off in some files.
    pub per_file_ignores: Vec<(PathMatcher, Vec<String>)>,
}

impl FolderConfig {
    /// The settings of the rules for one file, given by its real path.
    pub fn rules_for(&self, real: Option<&Path>) -> Cow<'_, RuleSettings> {
        let rules = &self.settings.rules;
        let Some(real) = real else { return Cow::Borrowed(rules) };
        let fitting =
            self.per_file_ignores.iter().filter(|(files, _)| files.matches_or_above(real));
        let off: Vec<String> = fitting.flat_map(|(_, codes)| codes.iter().cloned()).collect();
        match off.is_empty() {
            true => Cow::Borrowed(rules),
            false => Cow::Owned(RuleSettings { off, ..rules.clone() }),
        }
    }

    /// Whether the patterns say that a file is test code; none where they have no say.
    pub fn is_test(&self, real: &Path) -> Option<bool> {
        let tests = self.tests.as_ref().filter(|tests| tests.governs(real))?;
        Some(tests.matches_or_above(real))
    }
}

/// The source of configuration for the pipeline. It gives equal results for equal folders.
pub trait ConfigSource: Debug + Send + Sync {
    /// What holds for the files directly in a folder.
    fn folder(&self, folder: &Path) -> Arc<FolderConfig>;

    /// How the files of a folder are to be formatted.
    fn layout(&self, folder: &Path) -> FileSettings;

    /// Every configuration that was handed out so far.
    fn used(&self) -> Vec<Arc<FolderConfig>>;
}

/// One configuration for all folders.
#[derive(Debug, Default)]
pub struct UniformConfig {
    /// What holds for every folder.
    pub config: Arc<FolderConfig>,
    /// How every file is formatted.
    pub layout: FileSettings,
}

impl ConfigSource for UniformConfig {
    fn folder(&self, _: &Path) -> Arc<FolderConfig> {
        self.config.clone()
    }

    fn layout(&self, _: &Path) -> FileSettings {
        self.layout.clone()
    }

    fn used(&self) -> Vec<Arc<FolderConfig>> {
        vec![self.config.clone()]
    }
}
