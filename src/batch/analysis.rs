//! Runs the analysis over a clone, and limits its fixes to what is in scope. It writes nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::scope::Scope;
use super::split::SplitFile;
use crate::config::{ConfigResolver, Options};
use crate::fault::Fault;
use crate::fix::Outcome;
use crate::run::{
    ConfigSource, FileReport, FindingKey, Found, Input, Job, Progress, Report, Texts, run, targets,
};

/// How a clone is analysed.
#[derive(Debug, Clone, Default)]
pub struct AnalysisOptions {
    /// The flags; patterns are relative to the root of the clone.
    pub options: Options,
    /// The values of `--config`, with absolute paths.
    pub config: Vec<String>,
    /// Whether configuration files of the clone are read.
    pub reads_config: bool,
    /// Whether ignore files are respected.
    pub respects_ignore_files: bool,
    /// How many threads work; 0 for as many as the machine has.
    pub threads: usize,
    /// Which files are repaired.
    pub scope: Scope,
}

/// A clone that is analysed.
pub(super) struct Analyzer<'a> {
    pub(super) root: &'a Path,
    pub(super) options: &'a AnalysisOptions,
    /// The modes of the files that are committed, by their paths below the root.
    pub(super) modes: &'a BTreeMap<PathBuf, String>,
}

impl Analyzer<'_> {
    /// The report about the clone, with these findings fixed, or all that can be.
    ///
    /// # Errors
    /// An invalid configuration, one line for each file.
    pub(super) fn run(&self, selected: Option<&BTreeSet<FindingKey>>) -> Result<Report, String> {
        let mut options = self.options.options.clone();
        options.extend_exclude.iter_mut().for_each(|p| p.base = self.root.to_path_buf());
        let config = ConfigResolver::new(
            options,
            &self.options.config,
            self.options.reads_config,
            self.root,
        );
        let config = Arc::new(config.map_err(|error| error.to_string())?.below(self.root));
        let source: Arc<dyn ConfigSource> = config.clone();
        let (targets, faults) = targets(vec![Input::Path(PathBuf::from("."))], self.root);
        let mut report = Report { faults, ..Report::default() };
        for target in &targets {
            report.absorb(run(&Job {
                target,
                config: &source,
                every_site: false,
                respects_ignore_files: self.options.respects_ignore_files,
                texts: &Texts::default(),
                selected,
                threads: self.options.threads,
                progress: &Progress::default(),
                lookups: config.lookups(),
                // A clone is analysed once.
                cache: None,
            }));
        }
        let errors = config.errors(&[self.root]);
        let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
        // Where the clone lies is nobody's business, and differs from run to run.
        let root = format!("{}/", self.root.display());
        if lines.is_empty() { Ok(report) } else { Err(lines.join("\n").replace(&root, "")) }
    }

    /// The path of a file below the root.
    pub(super) fn path<'f>(&self, file: &'f FileReport) -> &'f Path {
        let below = file.real.as_deref().and_then(|real| real.strip_prefix(self.root).ok());
        below.unwrap_or(&file.path)
    }

    /// Why a file is not changed; none if it may be.
    pub(super) fn leaves_out(&self, file: &FileReport) -> Option<&'static str> {
        let path = self.path(file);
        let mode = self.modes.get(path);
        if mode.is_none_or(|mode| !mode.starts_with("100")) && !file.is_new {
            return Some("not a plain file that is committed");
        }
        self.options.scope.leaves_out(path, file.is_test)
    }

    /// The findings in scope that the report's patches fix, by their files.
    pub(super) fn repairs(&self, report: &Report) -> BTreeMap<SplitFile, BTreeSet<FindingKey>> {
        let mut repairs: BTreeMap<SplitFile, BTreeSet<FindingKey>> = BTreeMap::new();
        for file in report.files.iter().filter(|file| self.leaves_out(file).is_none()) {
            let keys: BTreeSet<FindingKey> = file
                .items()
                .into_iter()
                .filter(|item| item.found().is_patched())
                .map(|item| file.key(item))
                .collect();
            if !keys.is_empty() {
                let path = self.path(file).to_path_buf();
                repairs.insert(SplitFile { path, module: file.module.clone() }, keys);
            }
        }
        repairs
    }

    /// Whether every patch of a report is of a file that may be changed.
    pub(super) fn is_in_scope(&self, report: &Report) -> bool {
        let mut patched = report.files.iter().filter(|file| file.patch.is_some());
        patched.all(|file| self.leaves_out(file).is_none())
    }
}

/// Why a finding is not fixed.
pub(super) fn reason(found: &Found) -> String {
    match &found.outcome {
        Outcome::Declined(decline) => decline.message.clone(),
        Outcome::Fix { .. } => "its fix may change more than the lifetime of the task".to_owned(),
    }
}

/// The id of that reason; `unsafe` for a fix that is held back.
pub(super) fn reason_id(found: &Found) -> &'static str {
    match &found.outcome {
        Outcome::Declined(decline) => decline.id(),
        Outcome::Fix { .. } => "unsafe",
    }
}

/// The faults that a person should know of, as sentences.
pub(super) fn fault_notes(faults: &[Fault]) -> impl Iterator<Item = String> {
    faults.iter().map(|fault| format!("{}: {}", fault.path.display(), fault.message))
}
