//! Lists what there is: rules, keys of the configuration, settings and files. It runs no analysis.

use std::fmt::Write;
use std::path::Path;

use clap::CommandFactory;
use serde_json::json;

use super::args::{Cli, ConfigArgs, ListFormat};
use super::session::Session;
use crate::config::{KEYS, schema};
use crate::output::sanitize;
use crate::rules;
use crate::run::FolderConfig;
use crate::settings::FileSettings;

/// The rules, one a line; on by default or not.
pub(super) fn rules(format: ListFormat) -> String {
    if format == ListFormat::Json {
        let rules: Vec<_> = rules::all()
            .iter()
            .map(|r| json!({ "code": r.code, "name": r.name, "summary": r.summary, "default": r.default }))
            .collect();
        return pretty(&json!(rules));
    }
    let width = rules::all().iter().map(|r| r.name.len()).max().unwrap_or(0);
    let mut text = String::new();
    for rule in rules::all() {
        let default = if rule.default { "on " } else { "off" };
        let _ = writeln!(text, "{}  {default}  {:width$}  {}", rule.code, rule.name, rule.summary);
    }
    text + "\nThe second column says whether a rule is on by default; `undangle explain CODE` explains one.\n"
}

/// The keys of a configuration file, or their schema.
pub(super) fn config(args: &ConfigArgs) -> String {
    if args.schema {
        return pretty(&schema());
    }
    if args.list.format == ListFormat::Json {
        let keys: Vec<_> = KEYS
            .iter()
            .map(|key| {
                let (kind, default, example) = (key.kind.describe(), key.default, key.example);
                json!({ "key": key.name, "type": kind, "default": default, "example": example, "help": key.help })
            })
            .collect();
        return pretty(&json!(keys));
    }
    let mut text = String::new();
    for key in &KEYS {
        let _ = writeln!(text, "{}", key.name);
        let _ = writeln!(text, "    {}", key.help);
        let _ = writeln!(text, "    type: {}", key.kind.describe());
        let _ = writeln!(text, "    default: {}", key.default);
        let _ = writeln!(text, "    example: {} = {}\n", key.name, key.example);
    }
    text + "In `[tool.undangle]` of a pyproject.toml, or at the top of an undangle.toml or .undangle.toml.\n"
}

/// The files that would be looked at, one a line.
pub(super) fn files(session: &Session) -> String {
    let files = session.files();
    files.iter().map(|path| format!("{}\n", sanitize(&path.display().to_string()))).collect()
}

/// The settings of the given files, by the configuration file that they come from.
pub(super) fn settings(session: &Session) -> String {
    let parts: Vec<String> =
        session.configs().iter().map(|c| describe(c, &session.layout(c))).collect();
    parts.join("\n")
}

fn describe(config: &FolderConfig, layout: &FileSettings) -> String {
    let source = match &config.file {
        Some(file) => sanitize(&file.display().to_string()).into_owned(),
        None => "no configuration file".to_owned(),
    };
    let settings = &config.settings;
    let on = rules::all().iter().filter(|r| settings.rules.is_on(r.code, r.default));
    let codes: Vec<&str> = on.map(|rule| rule.code).collect();
    let mut text = format!("# {source}\n");
    let _ = writeln!(text, "rules = {}", codes.join(", "));
    let _ = writeln!(text, "style = {}", settings.fix.style.as_str());
    let _ = writeln!(text, "tracker = {}", settings.fix.tracker);
    for (name, functions) in [("spawners", &settings.spawners), ("keepers", &settings.keepers)] {
        let functions = if functions.is_empty() { "none".to_owned() } else { functions.join(", ") };
        let _ = writeln!(text, "{name} = {functions}");
    }
    let length = layout.line_length.map(|length| length.to_string());
    let _ = writeln!(text, "line-length = {}", length.unwrap_or_else(by_default));
    let version = layout.target_version.map(|(major, minor)| format!("{major}.{minor}"));
    let _ = writeln!(text, "target-version = {}", version.unwrap_or_else(by_default));
    let _ = writeln!(text, "comment = {}", settings.fix.comment);
    let _ = writeln!(text, "unsafe-fixes = {}", settings.fix.unsafe_fixes);
    let _ = writeln!(text, "strict = {}", settings.strict);
    let patterns = [
        ("include", &config.include),
        ("exclude", &Some(config.exclude.clone())),
        ("tests", &config.tests),
    ];
    for (name, matcher) in patterns {
        let globs = matcher.as_ref().map(|matcher| matcher.globs().join(", "));
        let _ = writeln!(text, "{name} = {}", globs.unwrap_or_else(by_default));
    }
    for (files, codes) in &config.per_file_ignores {
        let _ =
            writeln!(text, "per-file-ignores: {} = {}", files.globs().join(", "), codes.join(", "));
    }
    text
}

fn by_default() -> String {
    "the default".to_owned()
}

fn pretty(value: &serde_json::Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default() + "\n"
}

/// A completion script for a shell.
pub(super) fn completions(shell: clap_complete::Shell) -> String {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "undangle", &mut script);
    String::from_utf8_lossy(&script).into_owned()
}

/// Writes the manual pages into a directory.
///
/// # Errors
/// A page cannot be written; worded for the user.
pub(super) fn man(directory: &Path) -> Result<(), String> {
    clap_mangen::generate_to(Cli::command(), directory)
        .map_err(|error| format!("cannot write to {}: {error}", directory.display()))
}
