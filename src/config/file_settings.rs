//! Reads line length, quote style, import order and oldest Python version from the configuration of formatters and installers. The files are
//! not ours, so errors in them are ignored.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use toml::{Table, Value};

use super::bounded_read::read_text;
use super::min_python::min_python;
use super::parse::parse_version;
use super::{import_settings, ini};
use crate::run::Lookups;
use crate::settings::{FileSettings, Quotes};

/// The default line length of black and ruff.
const DEFAULT_LINE_LENGTH: usize = 88;

/// The number of `extend` steps of ruff's configuration that are followed.
const MAX_EXTENDS: usize = 5;

/// The settings of each folder, read once.
#[derive(Debug, Default)]
pub(super) struct FileSettingsCache {
    folders: Mutex<HashMap<PathBuf, FileSettings>>,
}

impl FileSettingsCache {
    /// The settings for the files of a folder; each comes from the nearest folder above that states it, but not from above `top`.
    pub(super) fn for_folder(
        &self,
        folder: &Path,
        top: Option<&Path>,
        lookups: &Lookups,
    ) -> FileSettings {
        let mut passed = Vec::new();
        let mut settings = FileSettings::default();
        for dir in folder.ancestors().take_while(|dir| top.is_none_or(|top| dir.starts_with(top))) {
            let known = self.lock().get(dir).cloned();
            if let Some(known) = known {
                settings = known;
                break;
            }
            passed.push(dir);
        }
        for dir in passed.into_iter().rev() {
            let own = read(dir, lookups);
            settings = FileSettings {
                line_length: own.line_length.or(settings.line_length),
                target_version: own.target_version.or(settings.target_version),
                quotes: own.quotes.or(settings.quotes),
                imports: import_settings::nearest(own.imports, settings.imports),
            };
            self.lock().insert(dir.to_path_buf(), settings.clone());
        }
        settings
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<PathBuf, FileSettings>> {
        self.folders.lock().expect("no thread panics while it holds the lock")
    }
}

/// The settings in the files of one folder.
fn read(dir: &Path, lookups: &Lookups) -> FileSettings {
    let table = |name: &str| -> Option<Table> { read_text(&dir.join(name), lookups)?.parse().ok() };
    let ruff = table(".ruff.toml").or_else(|| table("ruff.toml")).map(Value::Table);
    let project = table("pyproject.toml").unwrap_or_default();
    let tool = |name: &str| project.get("tool").and_then(|t| t.get(name)).cloned();
    let ruff = ruff.or_else(|| tool("ruff")).map(|own| extended(dir, own, MAX_EXTENDS, lookups));
    let black = tool("black");
    let ini_files = IniFiles::read(dir, lookups);
    let formatters = Formatters::of(dir, ruff.as_ref(), black.as_ref(), lookups);
    FileSettings {
        line_length: line_length(formatters.ruff, formatters.black),
        target_version: required(&project)
            .or_else(|| ini_files.min_python())
            .or_else(|| lowest_target(ruff.as_ref()))
            .or_else(|| lowest_target(black.as_ref())),
        quotes: quotes(formatters.ruff, formatters.black),
        imports: import_settings::read(ruff.as_ref(), tool("isort").as_ref(), &ini_files.files),
    }
}

/// The tables of ruff and black, of the one that formats the project: a table may be there for the linter, or left over.
struct Formatters<'a> {
    ruff: Option<&'a Value>,
    black: Option<&'a Value>,
}

impl<'a> Formatters<'a> {
    fn of(
        dir: &Path,
        ruff: Option<&'a Value>,
        black: Option<&'a Value>,
        lookups: &Lookups,
    ) -> Self {
        let both = Self { ruff, black };
        let (Some(table), Some(_)) = (ruff, black) else { return both };
        let hooks = read_text(&dir.join(".pre-commit-config.yaml"), lookups).unwrap_or_default();
        let runs = |id: &str| {
            hooks.lines().any(|l| l.trim_start_matches(['-', ' ']) == format!("id: {id}"))
        };
        if table.get("format").is_some() || runs("ruff-format") {
            Self { ruff, black: None }
        } else if runs("black") || runs("black-jupyter") {
            Self { ruff: None, black }
        } else {
            both
        }
    }
}

/// Ruff's table merged with those that it extends.
fn extended(dir: &Path, mut own: Value, left: usize, lookups: &Lookups) -> Value {
    let Some(other) = own.get("extend").and_then(Value::as_str).filter(|_| left > 0) else {
        return own;
    };
    let path = dir.join(other);
    let parsed: Option<Table> = read_text(&path, lookups).and_then(|t| t.parse().ok());
    let Some(parsed) = parsed else { return own };
    let is_project = path.file_name().is_some_and(|n| n == "pyproject.toml");
    let base = match is_project {
        true => parsed.get("tool").and_then(|t| t.get("ruff")).cloned(),
        false => Some(Value::Table(parsed)),
    };
    let base = base.map(|b| extended(path.parent().unwrap_or(dir), b, left - 1, lookups));
    if let (Value::Table(own), Some(Value::Table(base))) = (&mut own, base) {
        for (key, value) in base {
            own.entry(key).or_insert(value);
        }
    }
    own
}

fn line_length(ruff: Option<&Value>, black: Option<&Value>) -> Option<usize> {
    let stated = |tool: Option<&Value>| {
        let length = tool?.get("line-length").or_else(|| tool?.get("line_length"))?.as_integer()?;
        usize::try_from(length).ok()
    };
    let formats = ruff.or(black).is_some();
    stated(ruff).or_else(|| stated(black)).or_else(|| formats.then_some(DEFAULT_LINE_LENGTH))
}

/// `quote-style` of ruff's formatter, else black's `skip-string-normalization`.
fn quotes(ruff: Option<&Value>, black: Option<&Value>) -> Option<Quotes> {
    let style = ruff.and_then(|r| r.get("format")?.get("quote-style")?.as_str());
    let stated = style.and_then(|style| match style {
        "double" => Some(Quotes::Double),
        "single" => Some(Quotes::Single),
        "preserve" => Some(Quotes::Preserve),
        _ => None,
    });
    let skips = |key: &str| black.and_then(|b| b.get(key)?.as_bool());
    let skips = skips("skip-string-normalization").or_else(|| skips("skip_string_normalization"));
    stated.or_else(|| skips.filter(|s| *s).map(|_| Quotes::Preserve))
}

fn required(project: &Table) -> Option<(u8, u8)> {
    let at = |path: &[&str]| {
        let mut value = project.get(path[0])?;
        for key in &path[1..] {
            value = value.get(key)?;
        }
        value.get("version").unwrap_or(value).as_str()
    };
    at(&["project", "requires-python"])
        .or_else(|| at(&["tool", "poetry", "dependencies", "python"]))
        .or_else(|| at(&["tool", "flit", "metadata", "requires-python"]))
        .and_then(min_python)
}

fn lowest_target(tool: Option<&Value>) -> Option<(u8, u8)> {
    let read = |v: &Value| v.as_str().and_then(|s| parse_version(s).ok());
    match tool?.get("target-version")? {
        Value::Array(list) => list.iter().filter_map(read).min(),
        one => read(one),
    }
}

/// The INI files and `setup.py` of one folder, in order of precedence.
struct IniFiles {
    files: Vec<String>,
    setup_py: Option<String>,
}

impl IniFiles {
    fn read(dir: &Path, lookups: &Lookups) -> Self {
        let text = |name: &str| read_text(&dir.join(name), lookups);
        let files = ["setup.cfg", "tox.ini", ".isort.cfg"];
        Self { files: files.into_iter().filter_map(text).collect(), setup_py: text("setup.py") }
    }

    fn min_python(&self) -> Option<(u8, u8)> {
        let stated = |text: &String| min_python(ini::value(text, &["options"], "python_requires")?);
        self.files.iter().find_map(stated).or_else(|| self.setup_py.as_deref().and_then(from_setup))
    }
}

/// `python_requires=">=3.8"` of a `setup.py`, when it is a plain string.
fn from_setup(text: &str) -> Option<(u8, u8)> {
    let (_, after) = text.split_once("python_requires")?;
    let value = after.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    min_python(value[1..].split(quote).next()?)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn settings(files: &[(&str, &str)], folder: &str) -> FileSettings {
        let dir = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = dir.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        FileSettingsCache::default().for_folder(&dir.path().join(folder), None, &Lookups::default())
    }

    fn of(line_length: Option<usize>, target_version: Option<(u8, u8)>) -> FileSettings {
        FileSettings { line_length, target_version, ..FileSettings::default() }
    }

    #[test]
    fn ruff_precedes_black_and_a_linter_has_no_say() {
        let project = "[tool.ruff]\nline-length = 120\n[tool.black]\nline-length = 99\n";
        assert_eq!(settings(&[("pyproject.toml", project)], ""), of(Some(120), None));
        let files = [
            ("pyproject.toml", "[tool.black]\ntarget-version = ['py310', 'py39']\n"),
            ("setup.cfg", "[flake8]\nmax-line-length = 79\n"),
        ];
        assert_eq!(settings(&files, ""), of(Some(88), Some((3, 9))));
        assert_eq!(settings(&files[1..], ""), of(None, None));
    }

    #[test]
    fn of_ruff_and_black_the_one_counts_that_formats() {
        let black = "[tool.black]\nline-length = 120\nskip-string-normalization = true\n";
        let formats = format!("{black}[tool.ruff.format]\ndocstring-code-format = true\n");
        let lints = format!("{black}[tool.ruff]\nline-length = 100\n");
        let hook = |id: &str| format!("repos:\n- repo: x\n  hooks:\n  - id: {id}\n");
        assert_eq!(settings(&[("pyproject.toml", &formats)], ""), of(Some(88), None));
        let with = |id: &str| {
            let files = [("pyproject.toml", &*lints), (".pre-commit-config.yaml", &hook(id))];
            settings(&files, "").line_length
        };
        assert_eq!(with("ruff-format"), Some(100));
        assert_eq!(with("black"), Some(120));
        assert_eq!(with("mypy"), Some(100));
    }

    #[test]
    fn each_setting_comes_from_the_nearest_folder_that_states_it() {
        let files = [
            ("pyproject.toml", "[project]\nrequires-python = '>=3.8'\n[tool.ruff]\n"),
            ("pkg/ruff.toml", "extend = '../wide.toml'\n"),
            ("wide.toml", "line-length = 140\n"),
        ];
        assert_eq!(settings(&files, "pkg/deep"), of(Some(140), Some((3, 8))));
    }

    #[test]
    fn quotes_are_those_of_the_configured_formatter() {
        let of = |text: &str| settings(&[("pyproject.toml", text)], "").quotes;
        assert_eq!(of("[tool.ruff.format]\nquote-style = 'single'\n"), Some(Quotes::Single));
        assert_eq!(of("[tool.ruff.format]\nquote-style = 'preserve'\n"), Some(Quotes::Preserve));
        let black = "[tool.black]\nskip-string-normalization = true\n";
        assert_eq!(of(black), Some(Quotes::Preserve));
        let both = format!("{black}[tool.ruff.format]\nquote-style = 'double'\n");
        assert_eq!(of(&both), Some(Quotes::Double));
        assert_eq!(of("[tool.black]\nskip-string-normalization = false\n"), None);
        let own = [("ruff.toml", "[format]\nquote-style = 'single'\n")];
        assert_eq!(settings(&own, "").quotes, Some(Quotes::Single));
    }

    #[test]
    fn a_setup_script_is_read_as_far_as_it_is_plain() {
        let plain = [("setup.py", "setup(\n    python_requires='>=3.7',\n)\n")];
        assert_eq!(settings(&plain, "").target_version, Some((3, 7)));
        let computed = [("setup.py", "setup(python_requires=FLOOR)\n")];
        assert_eq!(settings(&computed, "").target_version, None);
    }

    #[test]
    fn what_cannot_be_read_says_nothing() {
        assert_eq!(settings(&[("pyproject.toml", "[tool.ruff\n")], ""), of(None, None));
    }
}
