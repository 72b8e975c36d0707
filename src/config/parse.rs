//! Parses the values that flags and configuration keys have in common. It knows neither argv nor TOML.

use crate::rules;
use crate::settings::{Style, TrackerChoice};
use crate::text::suggestion;

/// Parses `lines` or `helper`.
///
/// # Errors
/// A message for the user.
pub fn parse_style(word: &str) -> Result<Style, String> {
    match word {
        "lines" => Ok(Style::Lines),
        "helper" => Ok(Style::Helper),
        _ => Err(format!("unknown style `{word}`; expected `lines` or `helper`")),
    }
}

/// Parses `auto`, `module`, `instance`, `reuse` or `pkg.module:name`.
///
/// # Errors
/// A message for the user.
pub fn parse_tracker(word: &str) -> Result<TrackerChoice, String> {
    match word {
        "auto" => return Ok(TrackerChoice::Auto),
        "module" => return Ok(TrackerChoice::Module),
        "instance" => return Ok(TrackerChoice::Instance),
        "reuse" => return Ok(TrackerChoice::Reuse),
        _ => {}
    }
    let wrong = || {
        format!(
            "unknown tracker `{word}`; expected `auto`, `module`, `instance`, `reuse` or a function `pkg.module:name`"
        )
    };
    let (module, name) = word.split_once(':').ok_or_else(wrong)?;
    if !module.split('.').all(is_identifier) || !is_identifier(name) {
        return Err(wrong());
    }
    Ok(TrackerChoice::Shared { module: module.to_owned(), name: name.to_owned() })
}

/// Checks `pkg.module:name` or `pkg.module:Class.method`.
///
/// # Errors
/// A message for the user.
pub(super) fn check_function(word: &str) -> Result<(), String> {
    let is_path = |path: &str| path.split('.').all(is_identifier);
    match word.split_once(':') {
        Some((module, name)) if is_path(module) && is_path(name) => Ok(()),
        _ => Err(format!(
            "`{word}` names no function; expected `pkg.module:name` or `pkg.module:Class.method`"
        )),
    }
}

fn is_identifier(text: &str) -> bool {
    let mut characters = text.chars();
    characters.next().is_some_and(|c| c.is_alphabetic() || c == '_')
        && characters.all(|c| c.is_alphanumeric() || c == '_')
}

/// Parses a Python version: `3.9`, `py39`, `py310`.
///
/// # Errors
/// A message for the user.
pub(super) fn parse_version(word: &str) -> Result<(u8, u8), String> {
    let read = || {
        let bare = word.strip_prefix("py").unwrap_or(word);
        let (major, minor) = match bare.split_once('.') {
            Some((major, minor)) => (major, minor),
            None if bare.len() > 1 && bare.is_char_boundary(1) => bare.split_at(1),
            None => return None,
        };
        Some((major.parse().ok()?, minor.parse().ok()?))
    };
    read().filter(|v| *v >= (2, 0) && *v < (4, 0)).ok_or_else(|| {
        format!("unknown Python version `{word}`; expected a version such as `3.9` or `py39`")
    })
}

/// The oldest Python that fixes can be written for: `asyncio.create_task` and annotated variables.
const OLDEST_TARGET: (u8, u8) = (3, 7);

/// Parses the Python version that fixes are to be written for.
///
/// # Errors
/// A message for the user.
pub fn parse_target_version(word: &str) -> Result<(u8, u8), String> {
    let version = parse_version(word)?;
    if version >= OLDEST_TARGET {
        return Ok(version);
    }
    let (major, minor) = OLDEST_TARGET;
    Err(format!(
        "Python `{word}` is not supported; fixes can be written for {major}.{minor} and later"
    ))
}

/// Normalises selectors to codes and prefixes: `und1`, `UND001`, `dropped-task`, `ALL`.
///
/// # Errors
/// A message for the user.
pub(super) fn parse_selectors(words: &[String]) -> Result<Vec<String>, String> {
    words.iter().map(|w| parse_selector(w.trim())).collect()
}

fn parse_selector(word: &str) -> Result<String, String> {
    let upper = word.to_ascii_uppercase();
    if upper == "ALL" {
        return Ok(upper);
    }
    if let Some(rule) = rules::find(word) {
        return Ok(rule.code.to_owned());
    }
    if upper.starts_with("UND") && rules::all().iter().any(|r| r.code.starts_with(&upper)) {
        return Ok(upper);
    }
    if rules::is_of_other_linter(word) {
        return Err(format!(
            "`{word}` is a rule of another linter; here `UND001` to `UND006` report dropped tasks"
        ));
    }
    let known = rules::all().iter().flat_map(|r| [r.code, r.name]);
    Err(format!("unknown rule `{word}`{}", suggestion(word, known)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_parse_in_both_spellings() {
        assert_eq!(parse_version("3.9"), Ok((3, 9)));
        assert_eq!(parse_version("py310"), Ok((3, 10)));
        assert!(parse_version("9").is_err());
        assert!(parse_version("é9").is_err());
        assert!(parse_version("4.2").is_err());
        assert_eq!(parse_target_version("py37"), Ok((3, 7)));
        assert!(parse_target_version("2.7").unwrap_err().contains("for 3.7 and later"));
    }

    #[test]
    fn a_tracker_may_be_a_function_by_name() {
        let shared = TrackerChoice::Shared { module: "app.bg".into(), name: "keep".into() };
        assert_eq!(parse_tracker("app.bg:keep"), Ok(shared));
        assert!(parse_tracker("app.bg").is_err());
        assert!(parse_tracker("app..bg:keep").is_err());
    }

    #[test]
    fn selectors_are_codes_prefixes_or_names() {
        let read = |word: &str| parse_selectors(&[word.to_owned()]);
        assert_eq!(read("dropped-task"), Ok(vec!["UND001".to_owned()]));
        assert_eq!(read("und"), Ok(vec!["UND".to_owned()]));
        assert!(read("UND01x").unwrap_err().contains("did you mean"));
        assert!(read("E501").is_err());
    }
}
