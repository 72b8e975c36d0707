//! From flags to a report: configuration resolved for each project, every project run. It prints nothing.

use std::collections::BTreeSet;
use std::io::Read;
use std::path::{Path, PathBuf};

use ignore::gitignore::Gitignore;

use super::args::{Common, Extent};
use crate::config::{Facts, Options, own_options};
use crate::run::{Input, Job, Progress, Report, Target, excluder, run, targets};
use crate::settings::{FileSettings, Settings};

/// What one command works with.
#[derive(Debug)]
pub(super) struct Session {
    cwd: PathBuf,
    threads: usize,
    heeds_ignores: bool,
    heeds_config: bool,
    projects: Vec<Project>,
    facts: Facts,
    early: Report,
    /// What came in on standard input.
    pub(super) stdin: Option<Vec<u8>>,
}

/// One project with its resolved settings.
#[derive(Debug)]
struct Project {
    target: Target,
    settings: Settings,
    options: Options,
    exclude: Gitignore,
    tests: Option<Gitignore>,
}

/// What a command wants of every project.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Want {
    /// Sites without a finding, too, and the rules that are off elsewhere.
    pub(super) every_site: bool,
    /// Fixes of what comments opt out of.
    pub(super) suppressed: bool,
    /// A shutdown that drains trackers.
    pub(super) drain: bool,
    /// A done-callback that logs failures.
    pub(super) log_exceptions: bool,
    /// Fixes told of, not made.
    pub(super) only_told: bool,
}

impl Want {
    /// What a command that fixes wants.
    pub(super) fn fixing(extent: Extent) -> Self {
        let Extent { suppressed, drain, log_exceptions } = extent;
        Self { suppressed, drain, log_exceptions, ..Self::default() }
    }
}

impl Session {
    /// Resolves everything before any file is looked at.
    ///
    /// # Errors
    /// Usage or configuration that cannot be followed, in one line.
    pub(super) fn new(common: &Common, want: Want) -> Result<Self, String> {
        let cwd = std::env::current_dir()
            .map_err(|error| format!("the working directory cannot be found: {error}"))?;
        let stdin = read_stdin(common)?;
        let (targets, faults) = targets(inputs(common, stdin.as_deref()), &cwd);
        let mut session = Self {
            cwd,
            threads: common.threads.map_or(0, usize::from),
            heeds_ignores: !common.no_ignore,
            heeds_config: !common.no_config,
            projects: Vec::new(),
            facts: Facts::default(),
            early: Report { faults, ..Report::default() },
            stdin,
        };
        for target in targets {
            let project = session.project(common, target, want)?;
            session.projects.push(project);
        }
        Ok(session)
    }

    fn project(&self, common: &Common, target: Target, want: Want) -> Result<Project, String> {
        let own = match self.heeds_config {
            true => own_options(&target.root).map_err(|e| e.to_string())?,
            false => None,
        };
        let (base, own) = match own {
            Some((path, own)) => (path.parent().map(Path::to_path_buf), own),
            None => (None, Options::default()),
        };
        let base = base.unwrap_or_else(|| target.root.clone());
        let mut options = common.options();
        options.exclude = common.exclude.iter().map(|p| self.anchored(p, &base)).collect();
        let options = options.over(own);
        let mut settings = options.resolve()?;
        settings.fix.suppressed = want.suppressed;
        settings.fix.drain = want.drain;
        settings.fix.log_exceptions = want.log_exceptions;
        settings.fix.only_told = want.only_told;
        settings.rules.audit = want.every_site;
        let exclude = excluder(&base, &settings.exclude)?;
        let tests = settings.tests.as_ref().map(|tests| excluder(&base, tests)).transpose()?;
        Ok(Project { target, settings, options, exclude, tests })
    }

    /// A pattern of the command line, which is relative to the working directory, relative to `base`.
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
    pub(super) fn run(&mut self, want: Want, progress: &Progress) -> Report {
        let mut report = std::mem::take(&mut self.early);
        for project in &self.projects {
            let file_settings = |folder: &Path| self.file_settings(project, folder);
            report.absorb(run(&Job {
                target: &project.target,
                settings: &project.settings,
                file_settings: &file_settings,
                exclude: &project.exclude,
                tests: project.tests.as_ref(),
                every_site: want.every_site,
                heeds_ignores: self.heeds_ignores,
                threads: self.threads,
                progress,
            }));
        }
        report
    }

    fn file_settings(&self, project: &Project, folder: &Path) -> FileSettings {
        let facts = match self.heeds_config {
            true => self.facts.of(folder),
            false => FileSettings::default(),
        };
        FileSettings {
            line_length: project.options.line_length.or(facts.line_length),
            floor: project.options.target_version.or(facts.floor),
            quotes: facts.quotes,
        }
    }

    /// The working directory.
    pub(super) fn cwd(&self) -> &Path {
        &self.cwd
    }

    /// What was asked for that needs `--unsafe-fixes` and so is not done, one line each.
    pub(super) fn unheeded(&self) -> String {
        let fixes = self.projects.iter().map(|p| &p.settings.fix).find(|f| !f.unsafe_fixes);
        let asked = fixes
            .into_iter()
            .flat_map(|f| [(f.drain, "--drain"), (f.log_exceptions, "--log-exceptions")]);
        let lines = asked.filter(|(is_asked, _)| *is_asked).map(|(_, flag)| {
            format!(
                "note: `{flag}` is an unsafe fix, so it does nothing without `--unsafe-fixes`\n"
            )
        });
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

fn read_stdin(common: &Common) -> Result<Option<Vec<u8>>, String> {
    let named = common.stdin_filename.is_some();
    if !common.paths.iter().any(|p| is_dash(p)) {
        return match named {
            true => Err("`--stdin-filename` needs `-` as the path".to_owned()),
            false => Ok(None),
        };
    }
    if common.paths.len() > 1 {
        return Err("`-` stands alone: give either standard input or paths".to_owned());
    }
    let mut bytes = Vec::new();
    std::io::stdin()
        .read_to_end(&mut bytes)
        .map_err(|error| format!("standard input cannot be read: {error}"))?;
    Ok(Some(bytes))
}

fn inputs(common: &Common, stdin: Option<&[u8]>) -> Vec<Input> {
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
