//! From flags to a report: resolves the configuration and runs each project. It prints nothing.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::hash::Hash;
use std::io::Read;
use std::iter::repeat_with;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::analysis_args::FixScope;
use super::args::CommonArgs;
use super::changed::Limit;
use crate::config::{CommandOptions, ConfigResolver, cache_folder};
use crate::git::Changes;
use crate::rules::Rule;
use crate::run::{
    ConfigSource, FileList, FindingKey, FolderConfig, Input, Job, Progress, Report, ResultCache,
    Target, Texts, excluded, list, nothing_found, run_listed, targets,
};
use crate::settings::FileSettings;

/// The inputs of one command, with the configuration at hand.
#[derive(Debug)]
pub(super) struct Session {
    cwd: PathBuf,
    threads: usize,
    respects_ignore_files: bool,
    /// All that the flags say of the analysis.
    settings: String,
    /// The folder for what is remembered between runs.
    cache: Option<PathBuf>,
    projects: Vec<Target>,
    config: Arc<ConfigResolver>,
    /// The faults of the inputs themselves.
    input_faults: Report,
    /// Texts that are analysed instead of what lies on disk.
    pub(super) texts: Texts,
    /// The findings to fix; `None` for all.
    pub(super) selected: Option<BTreeSet<FindingKey>>,
    /// The bytes read from standard input.
    pub(super) stdin: Option<Vec<u8>>,
    /// What to say about paths that were named, but are excluded, one line each.
    pub(super) exclusions: String,
    /// What has changed, project by project, where findings are limited to that.
    pub(super) changes: Vec<Changes>,
    /// Whether findings are limited to that.
    is_limited: bool,
    /// The files of each project, as far as they are listed.
    lists: Vec<FileList>,
    /// Where the result is remembered.
    results: Option<ResultCache>,
}

impl From<FixScope> for CommandOptions {
    fn from(scope: FixScope) -> Self {
        let FixScope { suppressed, drain, log_exceptions } = scope;
        Self { suppressed, drain, log_exceptions, ..Self::default() }
    }
}

impl Session {
    /// Resolves the configuration of the given paths before any file is read.
    ///
    /// # Errors
    /// Invalid usage or configuration, one line each.
    pub(super) fn new(common: &CommonArgs, command: CommandOptions) -> Result<Self, String> {
        let cwd = std::env::current_dir()
            .map_err(|error| format!("cannot find the working directory: {error}"))?;
        let stdin = read_stdin(common)?;
        let (projects, faults) = targets(inputs(common, stdin.as_deref()), &cwd);
        let options = common.analysis.options(command, &cwd);
        let flags = &common.analysis;
        let settings = format!("{:?}", (&options, &flags.config, flags.no_config, flags.no_ignore));
        let config =
            ConfigResolver::new(options, &common.analysis.config, !common.analysis.no_config, &cwd)
                .map_err(|error| error.to_string())?;
        let asked = || common.cache_dir.as_ref().map(|folder| cwd.join(folder));
        let cache = (!common.no_cache).then(|| asked().or_else(cache_folder)).flatten();
        let mut session = Self {
            cwd,
            threads: common.threads.map_or(0, usize::from),
            respects_ignore_files: !common.analysis.no_ignore,
            settings,
            cache,
            projects,
            config: Arc::new(config),
            input_faults: Report { faults, ..Report::default() },
            texts: Texts::default(),
            selected: None,
            stdin,
            exclusions: String::new(),
            changes: Vec::new(),
            is_limited: false,
            lists: Vec::new(),
            results: None,
        };
        for path in session.projects.iter().flat_map(Target::paths) {
            let folder = if path.is_dir() { path } else { path.parent().unwrap_or(path) };
            session.config.folder(folder);
        }
        session.check_config()?;
        session.note_exclusions(common.force_exclude);
        Ok(session)
    }

    /// Limits findings to what has changed in git.
    ///
    /// # Errors
    /// As [`Limit::apply`], and text from standard input.
    pub(super) fn limit(&mut self, limit: Option<Limit<'_>>) -> Result<(), String> {
        let Some(limit) = limit else { return Ok(()) };
        if self.stdin.is_some() {
            return Err(
                "`--since` and `--staged` cannot be combined with standard input".to_owned()
            );
        }
        self.changes = limit.apply(&mut self.projects, &mut self.texts)?;
        self.is_limited = true;
        Ok(())
    }

    /// Whether findings in a file are asked for, by its absolute path.
    pub(super) fn covers(&self, path: &Path) -> bool {
        self.projects.iter().any(|project| project.covers(path))
    }

    /// Whether a rule is on in a file, by its real path.
    pub(super) fn runs(&self, rule: &Rule, real: &Path) -> bool {
        let config = self.config.folder(real.parent().unwrap_or(real));
        config.rules_for(Some(real)).is_on(rule.code, rule.default)
    }

    /// Finds what was named and is excluded; with `leaves_out` it is skipped.
    fn note_exclusions(&mut self, leaves_out: bool) {
        let config: Arc<dyn ConfigSource> = self.config.clone();
        for project in &mut self.projects {
            for path in excluded(project, &config, self.respects_ignore_files, leaves_out) {
                let done = match leaves_out {
                    true => "skipped: it is excluded",
                    false => {
                        "excluded by the configuration, but checked because it was named on the command line (`--force-exclude` skips it)"
                    }
                };
                self.exclusions += &format!("note: {}: {done}\n", path.display());
            }
        }
        self.projects.retain(|project| !project.is_empty());
    }

    /// Fails if the configuration of anything that was given is invalid.
    ///
    /// # Errors
    /// What is wrong, one line for each file.
    fn check_config(&self) -> Result<(), String> {
        let given: Vec<&Path> = self.projects.iter().flat_map(Target::paths).collect();
        let errors = self.config.errors(&given);
        let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
        if lines.is_empty() { Ok(()) } else { Err(lines.join("\nerror: ")) }
    }

    /// Runs every project.
    ///
    /// # Errors
    /// An invalid configuration in a nested folder, one line for each file.
    pub(super) fn run(&mut self, every_site: bool, progress: &Progress) -> Result<Report, String> {
        if let Some(report) = self.known_clean(every_site, progress) {
            // What it depends on is not known in full.
            self.results = None;
            self.check_config()?;
            return Ok(report);
        }
        let mut report = std::mem::take(&mut self.input_faults);
        let config: Arc<dyn ConfigSource> = self.config.clone();
        let listed = std::mem::take(&mut self.lists).into_iter().map(Some);
        for (target, listed) in self.projects.iter().zip(listed.chain(repeat_with(|| None))) {
            let job = self.job(target, &config, every_site, progress);
            let (found, list) = run_listed(&job, listed);
            report.absorb(found);
            self.lists.push(list);
        }
        self.check_config()?;
        report.is_limited = self.is_limited;
        Ok(report)
    }

    /// Lists the files, and finds the result of an earlier run of the same command that would have the same result now.
    /// `appearance` is what of the terminal shapes the output.
    pub(super) fn recall<R: DeserializeOwned>(
        &mut self,
        appearance: &impl Hash,
        progress: &Progress,
    ) -> Option<R> {
        let arguments: Vec<OsString> = std::env::args_os().collect();
        let key = (arguments, &self.cwd, format!("{:?}", self.projects), appearance);
        let results = ResultCache::new(self.cache.as_deref()?, &key)?;
        let config: Arc<dyn ConfigSource> = self.config.clone();
        let list_of = |target| list(&self.job(target, &config, false, progress));
        self.lists = self.projects.iter().map(list_of).collect();
        self.config.lookups().end_walk();
        let known = results.recall(&self.lists, self.config.lookups());
        self.results = Some(results);
        known
    }

    /// The report if an earlier run shows that there is nothing to report on the files that [`Self::recall`] has listed.
    fn known_clean(&self, every_site: bool, progress: &Progress) -> Option<Report> {
        let needs = self.needs().filter(|_| self.input_faults.faults.is_empty())?;
        let ([target], [list]) = (self.projects.as_slice(), self.lists.as_slice()) else {
            return None;
        };
        let config: Arc<dyn ConfigSource> = self.config.clone();
        let report = nothing_found(&self.job(target, &config, every_site, progress), list)?;
        needs.proves_clean(list, self.config.lookups()).then_some(report)
    }

    /// Where it is remembered which files of the one project a run with the same settings needs.
    fn needs(&self) -> Option<ResultCache> {
        let [target] = self.projects.as_slice() else { return None };
        ResultCache::new(self.cache.as_deref()?, &("needs", &target.root, &self.settings))
    }

    /// Remembers the result of a run, if [`Self::recall`] has found none.
    pub(super) fn remember<R: Serialize>(&self, report: &Report, result: &R) {
        let Some(results) = &self.results else { return };
        // Printed paths may start at the repository that a file is in.
        let others = report.notices().flat_map(|notice| &notice.evidence).map(|place| &place.path);
        let shown = others.chain(report.faults.iter().map(|fault| &fault.path));
        let others = shown.filter_map(|path| dunce::canonicalize(self.cwd.join(path)).ok());
        let files: BTreeSet<PathBuf> =
            report.files.iter().filter_map(|file| file.real.clone()).chain(others).collect();
        let folders: BTreeSet<&Path> =
            files.iter().flat_map(|file| file.ancestors().skip(1)).collect();
        for folder in folders {
            self.config.lookups().exists(&folder.join(".git"));
        }
        results.store(&self.lists, self.config.lookups(), result);
        // These would be reported whatever is given.
        let says_more = !report.faults.is_empty() || !report.factories.is_empty();
        if let ([list], false, Some(needs)) = (self.lists.as_slice(), says_more, self.needs()) {
            needs.store_needs(list, self.config.lookups());
        }
    }

    fn job<'a>(
        &'a self,
        target: &'a Target,
        config: &'a Arc<dyn ConfigSource>,
        every_site: bool,
        progress: &'a Progress,
    ) -> Job<'a> {
        Job {
            target,
            config,
            every_site,
            respects_ignore_files: self.respects_ignore_files,
            texts: &self.texts,
            selected: self.selected.as_ref(),
            threads: self.threads,
            progress,
            lookups: self.config.lookups(),
            cache: self.cache.as_deref(),
        }
    }

    /// The files that would be looked at, as the user would name them, in order.
    pub(super) fn files(&self) -> BTreeSet<PathBuf> {
        let config: Arc<dyn ConfigSource> = self.config.clone();
        let progress = Progress::default();
        let files = |target| self.job(target, &config, false, &progress).files();
        self.projects.iter().flat_map(files).collect()
    }

    /// The configurations of what was given and of all below it.
    pub(super) fn configs(&self) -> Vec<Arc<FolderConfig>> {
        self.files();
        self.config.used()
    }

    /// How files beside a configuration file are to be formatted.
    pub(super) fn layout(&self, config: &FolderConfig) -> FileSettings {
        let folder = config.file.as_deref().and_then(Path::parent);
        self.config.layout(folder.unwrap_or(&self.cwd))
    }

    /// What has a say in the findings: whole projects, or what was given outside of any.
    pub(super) fn watched(&self) -> Vec<&Path> {
        self.projects.iter().flat_map(Target::watched).collect()
    }

    /// The working directory.
    pub(super) fn cwd(&self) -> &Path {
        &self.cwd
    }

    /// A note for each flag that has no effect without `--unsafe-fixes`, one line each.
    pub(super) fn inactive_flags(&self) -> String {
        let used = self.config.used();
        let fixes = used.iter().map(|c| &c.settings.fix).find(|f| !f.unsafe_fixes);
        let asked = fixes
            .into_iter()
            .flat_map(|f| [(f.drain, "--drain"), (f.log_exceptions, "--log-exceptions")]);
        let lines = asked
            .filter(|(is_asked, _)| *is_asked)
            .map(|(_, flag)| format!("note: `{flag}` has no effect without `--unsafe-fixes`\n"));
        lines.collect()
    }

    /// Whether soft faults count for the exit status.
    pub(super) fn is_strict(&self) -> bool {
        self.config.used().iter().any(|config| config.settings.strict)
    }
}

fn is_dash(path: &Path) -> bool {
    path == Path::new("-")
}

fn read_stdin(common: &CommonArgs) -> Result<Option<Vec<u8>>, String> {
    let named = common.stdin_filename.is_some();
    if !common.paths.iter().any(|p| is_dash(p)) {
        return match named {
            true => Err("`--stdin-filename` requires `-` as the path".to_owned()),
            false => Ok(None),
        };
    }
    if common.paths.len() > 1 {
        return Err("`-` cannot be combined with other paths".to_owned());
    }
    let mut bytes = Vec::new();
    std::io::stdin()
        .read_to_end(&mut bytes)
        .map_err(|error| format!("cannot read standard input: {error}"))?;
    Ok(Some(bytes))
}

fn inputs(common: &CommonArgs, stdin: Option<&[u8]>) -> Vec<Input> {
    match stdin {
        Some(bytes) => {
            vec![Input::Stdin { name: common.stdin_filename.clone(), bytes: bytes.to_vec() }]
        }
        None => {
            let paths: BTreeSet<_> = common.paths.iter().cloned().collect();
            paths.into_iter().map(Input::Path).collect()
        }
    }
}
