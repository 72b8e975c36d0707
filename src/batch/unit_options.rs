//! The settings of a batch, and how a result tells them. It reads no file.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::analysis::AnalysisOptions;
use super::split::Split;
use super::verify::Verify;
use crate::git::Signature;
use crate::settings::Style;

/// The settings of all units of a batch.
#[derive(Debug, Clone)]
pub struct UnitOptions {
    /// How clones are analysed.
    pub analysis: AnalysisOptions,
    /// What one pull request is about; none for all files in one.
    pub split: Option<Split>,
    /// The most files that one pull request repairs.
    pub max_files: Option<usize>,
    /// The subject of commits and the title of pull requests.
    pub subject: String,
    /// Lines at the end of the commit's message, `Key: value`.
    pub trailers: Vec<String>,
    /// The template of pull requests, instead of the one that is built in.
    pub template: Option<String>,
    /// The branch of the patch. Parts have their names appended.
    pub branch: String,
    /// Who commits.
    pub signature: Signature,
    /// The project's own tests.
    pub verify: Option<Verify>,
    /// How often a remote is asked again that does not answer.
    pub retries: u32,
}

impl UnitOptions {
    /// The settings that were given, by the names of their flags.
    pub(super) fn settings(&self) -> BTreeMap<String, Value> {
        let options = &self.analysis.options;
        let scope = self.analysis.scope;
        let include: Vec<&str> =
            [(scope.tests, "tests"), (scope.examples, "examples"), (scope.documentation, "docs")]
                .into_iter()
                .filter_map(|(is_on, name)| is_on.then_some(name))
                .collect();
        let excluded: Vec<&str> = options.extend_exclude.iter().map(|p| p.glob.as_str()).collect();
        let version = options.target_version.map(|(major, minor)| format!("{major}.{minor}"));
        let command = options.command;
        let all = [
            ("select", json!(options.select)),
            ("extend-select", json!(options.extend_select)),
            ("ignore", json!(options.ignore)),
            ("exclude", json!(excluded)),
            ("style", json!(options.style.map(Style::as_str))),
            ("tracker", json!(options.tracker.as_ref().map(ToString::to_string))),
            ("unsafe-fixes", json!(options.unsafe_fixes)),
            ("line-length", json!(options.line_length)),
            ("target-version", json!(version)),
            ("suppressed", json!(command.suppressed.then_some(true))),
            ("drain", json!(command.drain.then_some(true))),
            ("log-exceptions", json!(command.log_exceptions.then_some(true))),
            ("config", json!(self.analysis.config)),
            ("no-config", json!((!self.analysis.reads_config).then_some(true))),
            ("include", json!(include)),
            ("split", json!(self.split.map(Split::as_str))),
            ("max-files", json!(self.max_files)),
        ];
        let is_given =
            |value: &Value| !value.is_null() && value.as_array().is_none_or(|a| !a.is_empty());
        let given = all.into_iter().filter(|(_, value)| is_given(value));
        given.map(|(name, value)| (name.to_owned(), value)).collect()
    }
}
