//! Reads one configuration file: `.undangle.toml`, `undangle.toml`, or `[tool.undangle]` of a `pyproject.toml`, and those that it
//! extends. It searches for none.

use std::fmt;
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::bounded_read::{MAX_BYTES, is_oversized_with, read_text, unreadable};
use super::keys::read_key;
use super::options::Options;
use crate::run::Lookups;

/// The files that a folder may be configured in; the first that is there wins, as with ruff.
const NAMES: [&str; 3] = [".undangle.toml", "undangle.toml", PROJECT];

const PROJECT: &str = "pyproject.toml";

/// The number of `extend` steps that are followed.
const MAX_EXTENDS: usize = 10;

/// An invalid configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    /// The file; that of the command line has none.
    pub path: Option<PathBuf>,
    /// The 1-based line, where one is to blame.
    pub line: Option<usize>,
    /// What is wrong, including the key.
    pub message: String,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cwd = std::env::current_dir().unwrap_or_default();
        if let Some(path) = &self.path {
            write!(f, "{}:", path.strip_prefix(cwd).unwrap_or(path).display())?;
            if let Some(line) = self.line {
                write!(f, "{line}:")?;
            }
            write!(f, " ")?;
        }
        f.write_str(&self.message)
    }
}

/// The options of the configuration file in a folder, and the file; none where it has none. It extends no file outside of `top`.
///
/// # Errors
/// An unknown key, an invalid value, invalid TOML, or a file that cannot be extended.
pub(super) fn options_in(
    folder: &Path,
    top: Option<&Path>,
    lookups: &Lookups,
) -> Result<Option<(PathBuf, Options)>, ConfigError> {
    for name in NAMES {
        let path = folder.join(name);
        if let Some(options) = read(&path, folder, top, lookups)? {
            return Ok(Some((path, options)));
        }
    }
    Ok(None)
}

/// The options of the file that the user named; its patterns are relative to `base`.
///
/// # Errors
/// As [`options_in`], and a file that cannot be read or has no `[tool.undangle]`.
pub(super) fn named_options(
    path: &Path,
    base: &Path,
    lookups: &Lookups,
) -> Result<Options, ConfigError> {
    let fault = |message: &str| ConfigError {
        path: Some(path.to_path_buf()),
        line: None,
        message: message.to_owned(),
    };
    if !lookups.is_file(path) {
        return Err(fault("no such configuration file"));
    }
    read(path, base, None, lookups)?.ok_or_else(|| fault("the file has no `[tool.undangle]` table"))
}

/// The options that `KEY=VALUE` of the command line gives; patterns are relative to `base`.
///
/// # Errors
/// As [`options_in`].
pub(super) fn inline_options(text: &str, base: &Path) -> Result<Options, ConfigError> {
    let fault = |message| ConfigError { path: None, line: None, message };
    let table = DeTable::parse(text).map_err(|error| {
        let why = error.message();
        fault(format!("`--config {text}` is neither a file nor KEY=VALUE as in TOML: {why}"))
    })?;
    let mut options = Options::default();
    for (key, value) in table.get_ref() {
        read_key(&mut options, key.get_ref(), value.get_ref(), base)
            .map_err(|message| fault(format!("--config {}: {message}", key.get_ref())))?;
    }
    Ok(options)
}

fn read(
    path: &Path,
    base: &Path,
    top: Option<&Path>,
    lookups: &Lookups,
) -> Result<Option<Options>, ConfigError> {
    read_extended(path, base, top, MAX_EXTENDS, lookups)
}

/// The options of one file over those of the file that it extends.
fn read_extended(
    path: &Path,
    base: &Path,
    top: Option<&Path>,
    left: usize,
    lookups: &Lookups,
) -> Result<Option<Options>, ConfigError> {
    let fault = |line: Option<usize>, message: String| ConfigError {
        path: Some(path.to_path_buf()),
        line,
        message,
    };
    if is_oversized_with(path, "undangle") {
        let most = MAX_BYTES >> 20;
        let message = format!("the file is larger than {most} MiB; use `--no-config` to ignore it");
        return Err(fault(None, message));
    }
    let is_project = path.file_name().is_some_and(|name| name == PROJECT);
    let text = match read_text(path, lookups) {
        Some(text) if !is_project || text.contains("undangle") => text,
        Some(_) => return Ok(None),
        None => {
            return match unreadable(path, is_project) {
                Some(why) => Err(fault(None, why)),
                None => Ok(None),
            };
        }
    };
    let line = |at: usize| Some(text[..at.min(text.len())].matches('\n').count() + 1);
    let document = DeTable::parse(&text).map_err(|error| {
        let at = error.span().and_then(|span| line(span.start));
        fault(at, format!("invalid TOML: {}", error.message()))
    })?;
    let (prefix, table) = match is_project {
        false => ("", Some(document.get_ref())),
        true => {
            ("[tool.undangle] ", own_table(document.get_ref()).map_err(|e| fault(line(e.0), e.1))?)
        }
    };
    let Some(table) = table else { return Ok(None) };
    let mut options = Options::default();
    let mut extended = None;
    for (key, value) in table {
        let name = key.get_ref();
        read_key(&mut options, name, value.get_ref(), base).map_err(|message| {
            fault(line(key.span().start), format!("{prefix}{name}: {message}"))
        })?;
        if name == "extend" {
            extended = value.get_ref().as_str().map(|other| (key.span().start, other));
        }
    }
    let Some((at, other)) = extended else { return Ok(Some(options)) };
    let refused = |why: &str| fault(line(at), format!("{prefix}extend: {why}: `{other}`"));
    if left == 0 {
        return Err(refused("too many `extend` steps; do these files extend each other?"));
    }
    let folder = path.parent().unwrap_or(base);
    let other_path = folder.join(other);
    let is_outside =
        |top: &Path| dunce::canonicalize(&other_path).is_ok_and(|real| !real.starts_with(top));
    if top.is_some_and(is_outside) {
        return Err(refused("it points outside the repository"));
    }
    if !lookups.is_file(&other_path) {
        return Err(refused("there is no such file"));
    }
    let other_base = other_path.parent().unwrap_or(folder);
    let weaker = read_extended(&other_path, other_base, top, left - 1, lookups)?;
    Ok(Some(options.over(weaker.unwrap_or_default())))
}

/// `tool.undangle` of a `pyproject.toml`, or the byte and the message of what stands in its place.
fn own_table<'a, 'i>(
    document: &'a DeTable<'i>,
) -> Result<Option<&'a DeTable<'i>>, (usize, String)> {
    let tool = document.get("tool").and_then(|tool| tool.get_ref().as_table());
    let own: Option<&Spanned<DeValue<'_>>> = tool.and_then(|tool| tool.get("undangle"));
    let Some(own) = own else { return Ok(None) };
    let wrong = || (own.span().start, "`tool.undangle` must be a table".to_owned());
    own.get_ref().as_table().map(Some).ok_or_else(wrong)
}
