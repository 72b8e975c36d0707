//! Loads `[tool.undangle]` from the nearest `pyproject.toml` that has it. It reads no other table.

use std::fmt;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use super::bounded_read::{MAX_BYTES, is_oversized_with, read_text};
use super::options::Options;
use super::parse::{parse_style, parse_tracker, parse_version, suggestion};

/// An invalid configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    /// The file.
    pub path: PathBuf,
    /// What is wrong, including the key.
    pub message: String,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.message)
    }
}

/// The keys of our table.
const KEYS: [&str; 13] = [
    "select",
    "ignore",
    "extend-select",
    "extend-ignore",
    "exclude",
    "tests",
    "style",
    "tracker",
    "comment",
    "line-length",
    "target-version",
    "unsafe-fixes",
    "strict",
];

/// The options in the `pyproject.toml` of `folder`, or of the nearest folder above that has our table, and the file's path.
///
/// # Errors
/// An unknown key, an invalid value, or a `pyproject.toml` that is not valid TOML.
pub fn load_options(folder: &Path) -> Result<Option<(PathBuf, Options)>, ConfigError> {
    for dir in folder.ancestors() {
        let path = dir.join("pyproject.toml");
        let wrong = |message| ConfigError { path: path.clone(), message };
        if is_oversized_with(&path, "undangle") {
            let most = MAX_BYTES >> 20;
            return Err(wrong(format!(
                "the file is larger than {most} MiB; use `--no-config` to ignore it"
            )));
        }
        let Some(text) = read_text(&path).filter(|text| text.contains("undangle")) else {
            continue;
        };
        let table: Table =
            text.parse().map_err(|error: toml::de::Error| wrong(not_toml(&error)))?;
        let own = table.get("tool").and_then(|t| t.get("undangle"));
        match own {
            Some(Value::Table(own)) => {
                return options(own).map(|options| Some((path.clone(), options))).map_err(wrong);
            }
            Some(_) => return Err(wrong("`tool.undangle` must be a table".to_owned())),
            None => {}
        }
    }
    Ok(None)
}

fn not_toml(error: &toml::de::Error) -> String {
    format!("invalid TOML: {}", error.message())
}

fn options(table: &Table) -> Result<Options, String> {
    let mut options = Options::default();
    for (key, value) in table {
        set(&mut options, key, value)
            .map_err(|message| format!("[tool.undangle] {key}: {message}"))?;
    }
    Ok(options)
}

fn set(options: &mut Options, key: &str, value: &Value) -> Result<(), String> {
    match key {
        "select" => options.select = Some(strings(value)?),
        "ignore" => options.ignore = Some(strings(value)?),
        "extend-select" => options.extend_select = strings(value)?,
        "extend-ignore" => options.extend_ignore = strings(value)?,
        "exclude" => options.exclude = strings(value)?,
        "tests" => options.tests = Some(strings(value)?),
        "style" => options.style = Some(parse_style(string(value)?)?),
        "tracker" => options.tracker = Some(parse_tracker(string(value)?)?),
        "comment" => options.comment = Some(boolean(value)?),
        "line-length" => options.line_length = Some(length(value)?),
        "target-version" => options.target_version = Some(parse_version(string(value)?)?),
        "unsafe-fixes" => options.unsafe_fixes = Some(boolean(value)?),
        "strict" => options.strict = Some(boolean(value)?),
        _ => return Err(format!("unknown key{}", suggestion(key, KEYS.into_iter()))),
    }
    Ok(())
}

fn string(value: &Value) -> Result<&str, String> {
    value.as_str().ok_or_else(|| format!("expected a string, found {}", kind(value)))
}

fn boolean(value: &Value) -> Result<bool, String> {
    value.as_bool().ok_or_else(|| format!("expected `true` or `false`, found {}", kind(value)))
}

fn length(value: &Value) -> Result<usize, String> {
    let number = value.as_integer().and_then(|n| usize::try_from(n).ok());
    number
        .filter(|n| (1..=10_000).contains(n))
        .ok_or_else(|| format!("expected a number from 1 to 10000, found {}", kind(value)))
}

fn strings(value: &Value) -> Result<Vec<String>, String> {
    let wrong = || format!("expected a list of strings, found {}", kind(value));
    let list = value.as_array().ok_or_else(wrong)?;
    list.iter().map(|v| v.as_str().map(str::to_owned).ok_or_else(wrong)).collect()
}

fn kind(value: &Value) -> String {
    match value {
        Value::Integer(_) | Value::Float(_) | Value::Boolean(_) => format!("`{value}`"),
        Value::String(_) => "a string".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        Value::Table(_) => "a table".to_owned(),
        Value::Datetime(_) => "a date".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(toml: &str) -> Result<Options, String> {
        super::options(&toml.parse().unwrap())
    }

    #[test]
    fn every_key_is_understood() {
        for key in KEYS {
            let error = options(&format!("{key} = 1979-05-27")).unwrap_err();
            assert!(!error.contains("unknown key"), "{error}");
        }
    }

    #[test]
    fn a_misspelt_key_is_named_with_its_neighbour() {
        let error = options("line_length = 3").unwrap_err();
        assert_eq!(error, "[tool.undangle] line_length: unknown key; did you mean `line-length`?");
    }

    #[test]
    fn a_value_of_the_wrong_kind_is_refused() {
        assert!(options("line-length = 0").is_err());
        assert!(options("select = 'UND'").is_err());
        assert!(options("strict = 'yes'").is_err());
    }
}
