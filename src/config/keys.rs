//! The keys of a configuration file: names, types, defaults, help, and how each is read. Everything that lists keys reads them
//! here.

use std::path::Path;

use serde_json::{Value as Json, json};
use toml::de::DeValue;

use super::options::Options;
use super::parse::{
    check_function, parse_selectors, parse_style, parse_target_version, parse_tracker,
};
use crate::run::Pattern;
use crate::settings::Style;
use crate::text::suggestion;

/// A key of a configuration file.
pub struct Key {
    /// Its name, as in `line-length`.
    pub name: &'static str,
    /// The type of its value.
    pub kind: KeyKind,
    /// What holds when it is not given.
    pub default: &'static str,
    /// A value as it is written in TOML.
    pub example: &'static str,
    /// What it does, in a line.
    pub help: &'static str,
    read: fn(&mut Options, &Given<'_>) -> Result<(), String>,
}

/// The type of a key's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyKind {
    /// `true` or `false`.
    Boolean,
    /// A number from 1 to 10000.
    Length,
    /// A string.
    Text,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A list of strings.
    List,
    /// A table of lists of strings.
    TableOfLists,
}

impl KeyKind {
    /// How the type is called in messages and documentation.
    pub fn describe(self) -> String {
        match self {
            Self::Boolean => "`true` or `false`".to_owned(),
            Self::Length => "a number from 1 to 10000".to_owned(),
            Self::Text => "a string".to_owned(),
            Self::Choice(words) => {
                let words: Vec<String> = words.iter().map(|w| format!("`\"{w}\"`")).collect();
                words.join(" or ")
            }
            Self::List => "a list of strings".to_owned(),
            Self::TableOfLists => "a table of lists of strings".to_owned(),
        }
    }

    fn schema(self) -> Json {
        match self {
            Self::Boolean => json!({ "type": "boolean" }),
            Self::Length => json!({ "type": "integer", "minimum": 1, "maximum": 10_000 }),
            Self::Text => json!({ "type": "string" }),
            Self::Choice(words) => json!({ "enum": words }),
            Self::List => json!({ "type": "array", "items": { "type": "string" } }),
            Self::TableOfLists => {
                json!({ "type": "object", "additionalProperties": Self::List.schema() })
            }
        }
    }
}

/// A value, and the folder that its patterns are relative to.
struct Given<'a> {
    value: &'a DeValue<'a>,
    base: &'a Path,
}

/// Every key, in the order of the documentation.
pub const KEYS: [Key; 20] = [
    Key {
        name: "extend",
        kind: KeyKind::Text,
        default: "none",
        example: "\"../pyproject.toml\"",
        help: "Another configuration file; its keys apply unless this file sets them",
        read: |_, given| given.text().map(drop),
    },
    Key {
        name: "select",
        kind: KeyKind::List,
        default: "UND001 to UND006 and UND201",
        example: "[\"UND001\", \"UND002\"]",
        help: "Rules to enable instead of the defaults (codes, prefixes, names or ALL)",
        read: |options, given| given.rules().map(|rules| options.select = Some(rules)),
    },
    Key {
        name: "ignore",
        kind: KeyKind::List,
        default: "[]",
        example: "[\"UND003\"]",
        help: "Rules to disable",
        read: |options, given| given.rules().map(|rules| options.ignore = Some(rules)),
    },
    Key {
        name: "extend-select",
        kind: KeyKind::List,
        default: "[]",
        example: "[\"UND109\"]",
        help: "Rules to enable in addition",
        read: |options, given| given.rules().map(|rules| options.extend_select = rules),
    },
    Key {
        name: "extend-ignore",
        kind: KeyKind::List,
        default: "[]",
        example: "[\"UND004\"]",
        help: "Rules to disable in addition",
        read: |options, given| given.rules().map(|rules| options.extend_ignore = rules),
    },
    Key {
        name: "per-file-ignores",
        kind: KeyKind::TableOfLists,
        default: "{}",
        example: "{ \"tests/\" = [\"UND\"] }",
        help: "Rules to disable in the files that a pattern fits",
        read: |options, given| given.by_file().map(|all| options.per_file_ignores = Some(all)),
    },
    Key {
        name: "extend-per-file-ignores",
        kind: KeyKind::TableOfLists,
        default: "{}",
        example: "{ \"scripts/\" = [\"UND002\"] }",
        help: "Rules to disable in the files that a pattern fits, in addition",
        read: |options, given| given.by_file().map(|all| options.extend_per_file_ignores = all),
    },
    Key {
        name: "include",
        kind: KeyKind::List,
        default: "[\"*.py\", \"*.pyw\", \"*.ipynb\"]",
        example: "[\"*.py\", \"bin/worker\"]",
        help: "Files to look at below a directory, in .gitignore syntax",
        read: |options, given| given.patterns().map(|all| options.include = Some(all)),
    },
    Key {
        name: "exclude",
        kind: KeyKind::List,
        default: "[]",
        example: "[\"vendored/\"]",
        help: "Files and directories to exclude, in .gitignore syntax",
        read: |options, given| given.patterns().map(|all| options.exclude = Some(all)),
    },
    Key {
        name: "extend-exclude",
        kind: KeyKind::List,
        default: "[]",
        example: "[\"*_pb2.py\"]",
        help: "Files and directories to exclude in addition",
        read: |options, given| given.patterns().map(|all| options.extend_exclude = all),
    },
    Key {
        name: "tests",
        kind: KeyKind::List,
        default: "tests/, test/, test_*.py, *_test.py and conftest.py",
        example: "[\"checks/\", \"*_spec.py\"]",
        help: "The files that are test code, in .gitignore syntax",
        read: |options, given| given.patterns().map(|all| options.tests = Some(all)),
    },
    Key {
        name: "spawners",
        kind: KeyKind::List,
        default: "[]",
        example: "[\"myapp.tasks:spawn\"]",
        help: "Functions that make a task of a coroutine and do not keep it, as asyncio.create_task does",
        read: |options, given| given.functions().map(|all| options.spawners = Some(all)),
    },
    Key {
        name: "keepers",
        kind: KeyKind::List,
        default: "[]",
        example: "[\"myapp.tasks:track\"]",
        help: "Functions that keep the tasks that they are passed",
        read: |options, given| given.functions().map(|all| options.keepers = Some(all)),
    },
    Key {
        name: "style",
        kind: KeyKind::Choice(&Style::WORDS),
        default: "\"lines\"",
        example: "\"helper\"",
        help: "How to write fixes: lines at each call, or one helper function per file",
        read: |options, given| parse_style(given.text()?).map(|style| options.style = Some(style)),
    },
    Key {
        name: "tracker",
        kind: KeyKind::Text,
        default: "\"auto\"",
        example: "\"myapp.tasks:keep\"",
        help: "What keeps the tasks: auto, module, instance, reuse, or a project function pkg.module:name",
        read: |options, given| {
            parse_tracker(given.text()?).map(|tracker| options.tracker = Some(tracker))
        },
    },
    Key {
        name: "comment",
        kind: KeyKind::Boolean,
        default: "true",
        example: "false",
        help: "Say above a new module-level set why it is there",
        read: |options, given| given.boolean().map(|is| options.comment = Some(is)),
    },
    Key {
        name: "line-length",
        kind: KeyKind::Length,
        default: "the setting of your formatter, or what the file keeps to, 88 at least",
        example: "100",
        help: "Maximum line length",
        read: |options, given| given.length().map(|length| options.line_length = Some(length)),
    },
    Key {
        name: "target-version",
        kind: KeyKind::Text,
        default: "the requires-python of the project, or 3.10",
        example: "\"3.9\"",
        help: "The oldest Python version to support",
        read: |options, given| {
            parse_target_version(given.text()?)
                .map(|version| options.target_version = Some(version))
        },
    },
    Key {
        name: "unsafe-fixes",
        kind: KeyKind::Boolean,
        default: "false",
        example: "true",
        help: "Include fixes that may change more than the lifetime of the task",
        read: |options, given| given.boolean().map(|is| options.unsafe_fixes = Some(is)),
    },
    Key {
        name: "strict",
        kind: KeyKind::Boolean,
        default: "false",
        example: "true",
        help: "Parse files completely, and exit with status 2 if any cannot be analysed",
        read: |options, given| given.boolean().map(|is| options.strict = Some(is)),
    },
];

/// Reads one key into the options; patterns are relative to `base`.
///
/// # Errors
/// An unknown key or an invalid value, worded for the user.
pub(super) fn read_key(
    options: &mut Options,
    name: &str,
    value: &DeValue<'_>,
    base: &Path,
) -> Result<(), String> {
    let Some(key) = KEYS.iter().find(|key| key.name == name) else {
        return Err(format!("unknown key{}", suggestion(name, KEYS.iter().map(|key| key.name))));
    };
    (key.read)(options, &Given { value, base })
}

/// The JSON schema (draft-07) of a configuration file.
pub fn schema() -> Json {
    let property = |key: &Key| {
        let mut schema = key.kind.schema();
        schema["description"] = format!("{}. Default: {}", key.help, key.default).into();
        (key.name.to_owned(), schema)
    };
    let properties: serde_json::Map<String, Json> = KEYS.iter().map(property).collect();
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "The configuration of undangle",
        "description": "`[tool.undangle]` of a pyproject.toml, or an undangle.toml",
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
    })
}

impl Given<'_> {
    fn wrong(&self, kind: KeyKind) -> String {
        format!("expected {}, found {}", kind.describe(), describe(self.value))
    }

    fn text(&self) -> Result<&str, String> {
        self.value.as_str().ok_or_else(|| self.wrong(KeyKind::Text))
    }

    fn boolean(&self) -> Result<bool, String> {
        self.value.as_bool().ok_or_else(|| self.wrong(KeyKind::Boolean))
    }

    fn length(&self) -> Result<usize, String> {
        let number = self.value.as_integer().and_then(|n| n.as_str().parse().ok());
        number.filter(|n| (1..=10_000).contains(n)).ok_or_else(|| self.wrong(KeyKind::Length))
    }

    fn list(&self) -> Result<Vec<String>, String> {
        let wrong = || self.wrong(KeyKind::List);
        let list = self.value.as_array().ok_or_else(wrong)?;
        let text = |value: &DeValue<'_>| value.as_str().map(str::to_owned).ok_or_else(wrong);
        list.iter().map(|value| text(value.get_ref())).collect()
    }

    fn rules(&self) -> Result<Vec<String>, String> {
        let words = self.list()?;
        parse_selectors(&words).map(|_| words)
    }

    fn functions(&self) -> Result<Vec<String>, String> {
        let words = self.list()?;
        words.iter().try_for_each(|word| check_function(word)).map(|()| words)
    }

    fn pattern(&self, glob: &str) -> Pattern {
        Pattern { base: self.base.to_path_buf(), glob: glob.to_owned() }
    }

    fn patterns(&self) -> Result<Vec<Pattern>, String> {
        let patterns: Vec<Pattern> = self.list()?.iter().map(|glob| self.pattern(glob)).collect();
        crate::run::PathMatcher::new(&patterns).map(|_| patterns)
    }

    fn by_file(&self) -> Result<Vec<(Pattern, Vec<String>)>, String> {
        let table = self.value.as_table().ok_or_else(|| self.wrong(KeyKind::TableOfLists))?;
        let entry = |(glob, value): (&str, &DeValue<'_>)| {
            let at_glob = |message| format!("`{glob}`: {message}");
            let rules = Given { value, base: self.base }.rules().map_err(at_glob)?;
            let pattern = self.pattern(glob);
            crate::run::PathMatcher::new(std::slice::from_ref(&pattern)).map_err(at_glob)?;
            Ok((pattern, rules))
        };
        table.iter().map(|(glob, value)| entry((glob.get_ref(), value.get_ref()))).collect()
    }
}

/// A value as messages call it.
fn describe(value: &DeValue<'_>) -> String {
    match value {
        DeValue::Integer(number) => format!("`{number}`"),
        DeValue::Float(number) => format!("`{number}`"),
        DeValue::Boolean(is) => format!("`{is}`"),
        DeValue::String(_) => "a string".to_owned(),
        DeValue::Array(_) => "a list".to_owned(),
        DeValue::Table(_) => "a table".to_owned(),
        DeValue::Datetime(_) => "a date".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str, value: &str) -> Result<Options, String> {
        let mut options = Options::default();
        let value = DeValue::parse(value).unwrap();
        read_key(&mut options, name, value.get_ref(), Path::new("/p"))?;
        Ok(options)
    }

    #[test]
    fn every_key_takes_its_example_and_no_date() {
        for key in &KEYS {
            let options = read(key.name, key.example);
            assert!(options.is_ok(), "{}: {options:?}", key.name);
            assert!(key.name == "extend" || options != Ok(Options::default()), "{}", key.name);
            let error = read(key.name, "1979-05-27").unwrap_err();
            assert!(error.starts_with("expected") && error.ends_with("a date"), "{error}");
        }
    }

    #[test]
    fn the_styles_are_those_of_the_command_line() {
        for word in Style::WORDS {
            assert!(parse_style(word).is_ok(), "{word}");
        }
    }
}
