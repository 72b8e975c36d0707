//! `watch`: runs a command under the probe, and reports what became of its tasks. It knows no Python.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;

use super::args::{CommonArgs, ListFormat, ReportArgs, WatchArgs, WatchCommand};
use super::baselines::known_findings;
use super::console::{self, Console};
use super::session::Session;
use crate::config::CommandOptions;
use crate::output;
use crate::run::{Item, Progress};
use crate::watch::{Evidence, Record, WatchedCommand, join, unwatched};

/// Runs `watch` and returns its exit status.
///
/// # Errors
/// Invalid usage or configuration, or a command that cannot be run; worded for the user.
pub(super) fn watch(args: &WatchArgs) -> Result<u8, String> {
    if let Some(WatchCommand::Report { directory, report }) = &args.command {
        if Record::is_empty(directory)? {
            return Err(format!("{}: no run was recorded here", directory.display()));
        }
        return Reporter::new(report)?.report(directory);
    }
    if args.words.is_empty() {
        return Err(
            "`watch` requires a command after `--`, such as `undangle watch -- pytest`".to_owned()
        );
    }
    let reporter = Reporter::new(&args.report)?;
    let kept;
    let folder: &Path = match &args.out {
        Some(folder) => {
            let failed = |error| format!("cannot create {}: {error}", folder.display());
            fs::create_dir_all(folder).map_err(failed)?;
            folder
        }
        None => {
            let failed = |error| format!("cannot create a temporary directory: {error}");
            kept = tempfile::Builder::new().prefix("undangle-watch-").tempdir().map_err(failed)?;
            kept.path()
        }
    };
    let folder =
        dunce::canonicalize(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    warn_of_unwatched(&args.words, &reporter.console);
    let roots = roots(&args.report.common);
    let command = WatchedCommand {
        words: &args.words,
        gc_stress: args.gc_stress,
        seed: args.seed,
        roots: &roots,
        names_tests: false,
    };
    let status = exit_status(command.run(&folder)?.0);
    let reported = reporter.report(&folder)?;
    Ok(if status == 0 { reported } else { status })
}

/// What is said of a run in which no process had the probe.
pub(super) const NOTHING_RECORDED: &str = "warning: nothing was recorded: no Python process imported asyncio, or Python ran \
     with -I, -E or -S, or with another PYTHONPATH\n";

/// Warns of a command that shows that the probe will not be loaded.
pub(super) fn warn_of_unwatched(words: &[OsString], console: &Console<'_>) {
    if let Some(why) = unwatched(words) {
        console.warn(&format!("warning: {why}, so its tasks are not seen\n"));
    }
}

/// The folders of the given paths.
pub(super) fn roots(common: &CommonArgs) -> Vec<PathBuf> {
    let folder = |path: &PathBuf| {
        let path = dunce::canonicalize(path).ok()?;
        if path.is_dir() { Some(path) } else { path.parent().map(Path::to_owned) }
    };
    common.paths.iter().filter_map(folder).collect()
}

/// The status of a command as a shell has it.
pub(super) fn exit_status(status: ExitStatus) -> u8 {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return u8::try_from(128 + signal).unwrap_or(u8::MAX);
    }
    status.code().map_or(1, |code| u8::try_from(code & 0xff).unwrap_or(1))
}

/// Joins what runs have recorded with the verdicts, and prints it.
struct Reporter<'a> {
    args: &'a ReportArgs,
    console: Console<'a>,
    session: Session,
}

impl<'a> Reporter<'a> {
    /// Fails before anything is run if the configuration is invalid.
    fn new(args: &'a ReportArgs) -> Result<Self, String> {
        let console = Console::new(args.common.color, args.common.quiet);
        let command =
            CommandOptions { every_site: true, preview_only: true, ..CommandOptions::default() };
        let session = Session::new(&args.common, command)?;
        if session.stdin.is_some() {
            return Err("`watch` cannot be combined with standard input".to_owned());
        }
        if let Some(file) = args.baseline.as_ref().filter(|file| !file.is_file()) {
            return Err(format!("{}: no such baseline", file.display()));
        }
        if let Some(file) = &args.write_evidence {
            folder_of(file)?;
        }
        Ok(Self { args, console, session })
    }

    /// Returns 1 if a task of the program was lost.
    fn report(mut self, folder: &Path) -> Result<u8, String> {
        let record = Record::read(folder)?;
        self.console.note(&self.session.exclusions);
        let progress = Progress::default();
        let session = &mut self.session;
        let report = output::run_with_progress(&progress, self.console.shows_progress(), || {
            session.run(true, &progress)
        })?;
        let known = known_findings(self.args.baseline.as_deref(), &self.session, &report)?;
        let joined = join(&report, &record, |file, entry| {
            let found = entry.found.as_ref().map(|found| file.key(Item::Site(entry, found)));
            found.is_some_and(|key| known.contains(&key))
        });
        let (text, summary) =
            (output::watch_text(&joined), output::watch_summary(&joined, &record));
        let is_json = self.args.format == ListFormat::Json;
        let text = if is_json { output::watch_json(&joined, &record) } else { text };
        match &self.args.common.output_file {
            Some(file) => console::write_file(file, false, text.as_bytes())?,
            None => self.console.raw(text.as_bytes())?,
        }
        if !is_json {
            self.console.note(&summary);
        }
        if record.processes == 0 {
            self.console.warn(NOTHING_RECORDED);
        }
        if let Some(file) = &self.args.write_evidence {
            let folder = folder_of(file)?;
            let text = Evidence::of(&joined, &folder).render();
            console::write_file(file, false, text.as_bytes())?;
        }
        let _ = output::faults(&report.faults, self.console.is_quiet, &mut self.console.errors());
        if report.faults.iter().any(|fault| fault.kind.is_hard()) {
            return Ok(2);
        }
        Ok(u8::from(joined.losing() > 0))
    }
}

/// The folder that a file lies in, without symbolic links.
///
/// # Errors
/// There is no such folder.
pub(super) fn folder_of(file: &Path) -> Result<PathBuf, String> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    dunce::canonicalize(folder).map_err(|error| format!("{}: {error}", folder.display()))
}
