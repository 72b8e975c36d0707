//! From flags to a report: resolves the configuration of each project and runs it. It prints nothing.

use std::collections::BTreeSet;
use std::io::Read;
use std::path::{Path, PathBuf};

use ignore::gitignore::Gitignore;

use super::args::{CommonArgs, FixScope};
use crate::config::{FileSettingsCache, Options, load_options};
use crate::run::{Input, Job, Progress, Report, Target, excluder, run, targets};
use crate::settings::{FileSettings, Settings};

/// The inputs of one command, with all configuration resolved.
#[derive(Debug)]
pub(super) struct Session {
    cwd: PathBuf,
    threads: usize,
    respects_ignore_files: bool,
    respects_config: bool,
    projects: Vec<ResolvedProject>,
    file_settings: FileSettingsCache,
    /// The faults of the inputs themselves.
    input_faults: Report,
    /// The bytes read from standard input.
    pub(super) stdin: Option<Vec<u8>>,
}

/// One project with its resolved settings.
#[derive(Debug)]
struct ResolvedProject {
    target: Target,
    settings: Settings,
    options: Options,
    exclude: Gitignore,
    tests: Option<Gitignore>,
}

/// What a command reports and fixes beyond open findings.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct RunMode {
    /// Report sites without a finding, too, and turn on the rules that are off by default.
    pub(super) every_site: bool,
    /// Fix what comments opt out of.
    pub(super) suppressed: bool,
    /// Add a shutdown that drains the trackers.
    pub(super) drain: bool,
    /// Add a done-callback that logs failures.
    pub(super) log_exceptions: bool,
    /// Report fixes without making them.
    pub(super) preview_only: bool,
}

impl RunMode {
    /// The mode of a command that makes fixes.
    pub(super) fn fixing(scope: FixScope) -> Self {
        let FixScope { suppressed, drain, log_exceptions } = scope;
        Self { suppressed, drain, log_exceptions, ..Self::default() }
    }
}

impl Session {
    /// Resolves all configuration before any file is read.
    ///
    /// # Errors
    /// Invalid usage or configuration, in one line.
    pub(super) fn new(common: &CommonArgs, mode: RunMode) -> Result<Self, String> {
        let cwd = std::env::current_dir()
            .map_err(|error| format!("cannot find the working directory: {error}"))?;
        let stdin = read_stdin(common)?;
        let (targets, faults) = targets(inputs(common, stdin.as_deref()), &cwd);
        let mut session = Self {
            cwd,
            threads: common.threads.map_or(0, usize::from),
            respects_ignore_files: !common.no_ignore,
            respects_config: !common.no_config,
            projects: Vec::new(),
            file_settings: FileSettingsCache::default(),
            input_faults: Report { faults, ..Report::default() },
            stdin,
        };
        for target in targets {
            let project = session.project(common, target, mode)?;
            session.projects.push(project);
        }
        Ok(session)
    }

    fn project(
        &self,
        common: &CommonArgs,
        target: Target,
        mode: RunMode,
    ) -> Result<ResolvedProject, String> {
        let loaded = match self.respects_config {
            true => load_options(&target.root).map_err(|e| e.to_string())?,
            false => None,
        };
        let (base, configured) = match loaded {
            Some((path, options)) => (path.parent().map(Path::to_path_buf), options),
            None => (None, Options::default()),
        };
        let base = base.unwrap_or_else(|| target.root.clone());
        let mut options = common.options();
        options.exclude = common.exclude.iter().map(|p| self.anchored(p, &base)).collect();
        let options = options.over(configured);
        let mut settings = options.resolve()?;
        settings.fix.suppressed = mode.suppressed;
        settings.fix.drain = mode.drain;
        settings.fix.log_exceptions = mode.log_exceptions;
        settings.fix.preview_only = mode.preview_only;
        settings.rules.audit = mode.every_site;
        let exclude = excluder(&base, &settings.exclude)?;
        let tests = settings.tests.as_ref().map(|tests| excluder(&base, tests)).transpose()?;
        Ok(ResolvedProject { target, settings, options, exclude, tests })
    }

    /// A pattern of the command line, rewritten from relative to the working directory to relative to `base`.
    fn anchored(&self, pattern: &str, base: &Path) -> String {
        let body = pattern.trim_end_matches('/');
        let below = self.cwd.strip_prefix(base).ok().filter(|p| !p.as_os_str().is_empty());
        match below {
            Some(below) if body.contains('/') && !body.starts_with("**/") => {
                format!("/{}/{}", below.display(), pattern.trim_start_matches('/'))
            }
            _ => pattern.to_owned(),
        }
    }

    /// Runs every project.
    pub(super) fn run(&mut self, mode: RunMode, progress: &Progress) -> Report {
        let mut report = std::mem::take(&mut self.input_faults);
        for project in &self.projects {
            let file_settings = |folder: &Path| self.file_settings(project, folder);
            report.absorb(run(&Job {
                target: &project.target,
                settings: &project.settings,
                file_settings: &file_settings,
                exclude: &project.exclude,
                tests: project.tests.as_ref(),
                every_site: mode.every_site,
                respects_ignore_files: self.respects_ignore_files,
                threads: self.threads,
                progress,
            }));
        }
        report
    }

    fn file_settings(&self, project: &ResolvedProject, folder: &Path) -> FileSettings {
        let other_tools = match self.respects_config {
            true => self.file_settings.for_folder(folder),
            false => FileSettings::default(),
        };
        FileSettings {
            line_length: project.options.line_length.or(other_tools.line_length),
            target_version: project.options.target_version.or(other_tools.target_version),
            quotes: other_tools.quotes,
            imports: other_tools.imports,
        }
    }

    /// The working directory.
    pub(super) fn cwd(&self) -> &Path {
        &self.cwd
    }

    /// A note for each flag that has no effect without `--unsafe-fixes`, one line each.
    pub(super) fn inactive_flags(&self) -> String {
        let fixes = self.projects.iter().map(|p| &p.settings.fix).find(|f| !f.unsafe_fixes);
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
        self.projects.iter().any(|p| p.settings.strict)
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
