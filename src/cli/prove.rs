//! `fix --prove`: runs the tests before and after the fixes, and undoes these if the tests fail. It plans no fix.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;

use super::args::{CommonArgs, ProofArgs};
use super::console::Console;
use super::watch::{NOTHING_RECORDED, exit_status, roots, warn_of_unwatched};
use crate::apply::{Change, write};
use crate::fault::{Fault, FaultKind};
use crate::output::{plural, sanitize, slash_path};
use crate::run::{FileReport, Report};
use crate::watch::{Record, TaskCounts, WatchedCommand};

/// The tests, which have passed without the fixes.
pub(super) struct Proof<'a> {
    args: &'a ProofArgs,
    console: Console<'a>,
    roots: Vec<PathBuf>,
    /// The tests that failed before the fixes, although the command did not.
    failed: BTreeSet<String>,
}

/// How a run of the tests ended.
struct Ran {
    status: u8,
    failed: BTreeSet<String>,
}

/// What the tests say about the fixes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Proven {
    /// They pass.
    Passed,
    /// They fail, and the fixes are kept, as it was asked.
    Failed,
    /// They fail, and the files are as they were.
    Undone,
}

impl<'a> Proof<'a> {
    /// Runs the tests; none if that was not asked, or if there is no fix.
    ///
    /// # Errors
    /// The tests fail without the fixes, or cannot be run; worded for the user.
    pub(super) fn begin(
        args: &'a ProofArgs,
        common: &CommonArgs,
        console: Console<'a>,
        report: &Report,
    ) -> Result<Option<Self>, String> {
        if !args.prove {
            return Ok(None);
        }
        if report.files.iter().any(|file| file.is_stdin) {
            return Err("`--prove` cannot be combined with standard input".to_owned());
        }
        if report.files.iter().all(|file| file.patch.is_none()) {
            console.note("note: there are no fixes to apply, so the tests were not run\n");
            return Ok(None);
        }
        warn_of_unwatched(&args.words, &console);
        let mut proof = Self { args, console, roots: roots(common), failed: BTreeSet::new() };
        let Ran { status, failed } = proof.run("before the fixes")?;
        if status != 0 {
            return Err(format!(
                "the tests fail without the fixes (status {status}). Nothing was changed"
            ));
        }
        let changed =
            changed_files(report, |file| (!file.is_new).then(|| file.source.file_bytes()));
        if !changed.is_empty() {
            return Err(format!(
                "the tests changed files that were about to be fixed:{changed}\nNo fix was applied"
            ));
        }
        proof.failed = failed;
        Ok(Some(proof))
    }

    /// Runs the tests again, after the files were written.
    ///
    /// # Errors
    /// As [`Self::begin`].
    pub(super) fn finish(self, report: &mut Report) -> Result<Proven, String> {
        let ran = self.run("after the fixes");
        let changed = changed_files(report, |file| file.patch.as_deref());
        if !changed.is_empty() {
            self.console
                .warn(&format!("note: these files changed while the tests ran:{changed}\n"));
        }
        match &ran {
            Ok(Ran { status: 0, .. }) => return Ok(Proven::Passed),
            Ok(Ran { status, failed }) => {
                let failed: Vec<&String> = failed.difference(&self.failed).collect();
                self.console.warn(&failure(*status, &failed));
            }
            Err(_) => {}
        }
        if self.args.keep {
            self.console.note("The fixes are kept\n");
            return ran.map(|_| Proven::Failed);
        }
        let undone = undo(report);
        if undone > 0 {
            self.console.warn(&format!("{} put back\n", plural(undone, "file")));
        }
        ran.map(|_| Proven::Undone)
    }

    /// Runs the tests; prints what became of their tasks.
    fn run(&self, when: &str) -> Result<Ran, String> {
        let out = records()?;
        let command = WatchedCommand {
            words: &self.args.words,
            gc_stress: self.args.gc_stress,
            seed: 0,
            roots: &self.roots,
            names_tests: true,
        };
        let folder = dunce::canonicalize(out.path()).map_err(|error| error.to_string())?;
        let (status, was_asked_to_end) = command.run(&folder)?;
        // Tests that somebody has stopped show nothing, whatever their status.
        let status = match exit_status(status) {
            0 if was_asked_to_end => 130,
            status => status,
        };
        let record = Record::read(&folder)?;
        let words = self.args.words.iter().map(|word| word.to_string_lossy());
        let words = words.collect::<Vec<_>>().join(" ");
        let ended = if status == 0 { "passed".to_owned() } else { format!("status {status}") };
        let numbers = numbers(&record.totals());
        self.console.note(&sanitize(&format!("`{words}` {when}: {ended}; {numbers}\n")));
        if record.processes == 0 {
            self.console.warn(NOTHING_RECORDED);
        }
        Ok(Ran { status, failed: record.failed_tests })
    }
}

/// So many failing tests are named.
const MAX_NAMED: usize = 20;

fn failure(status: u8, failed: &[&String]) -> String {
    let mut text = format!("The tests fail with the fixes (status {status})");
    if !failed.is_empty() {
        text += &format!(", {} that passed before:", plural(failed.len(), "test"));
        failed.iter().take(MAX_NAMED).for_each(|name| text += &format!("\n  {}", sanitize(name)));
        if failed.len() > MAX_NAMED {
            text += &format!("\n  and {} more", failed.len() - MAX_NAMED);
        }
    }
    text + "\n"
}

/// The files with a patch whose bytes are not the expected ones, one a line.
fn changed_files<'a>(
    report: &'a Report,
    expected: impl Fn(&'a FileReport) -> Option<&'a [u8]>,
) -> String {
    let patched = report.files.iter().filter(|file| file.patch.is_some() && !file.is_stdin);
    let changed = patched.filter(|file| !has_bytes(file, expected(file)));
    changed.map(|file| format!("\n  {}", sanitize(&slash_path(&file.path)))).collect()
}

/// Whether a file has these bytes on disk; without any, whether there is no such file.
fn has_bytes(file: &FileReport, expected: Option<&[u8]>) -> bool {
    file.real.as_deref().and_then(|path| fs::read(path).ok()).as_deref() == expected
}

fn records() -> Result<TempDir, String> {
    let failed = |error| format!("cannot create a temporary directory: {error}");
    tempfile::Builder::new().prefix("undangle-watch-").tempdir().map_err(failed)
}

fn numbers(tasks: &TaskCounts) -> String {
    let TaskCounts { created, lost, left, unretrieved, .. } = tasks;
    format!("{created} tasks, {lost} lost, {left} left running, {unretrieved} failed unseen")
}

/// Puts every file back that was written. Returns their number.
fn undo(report: &mut Report) -> usize {
    let mut undone = 0;
    for file in &mut report.files {
        let Some(result) = put_back(file) else { continue };
        match result {
            Ok(()) => {
                undone += 1;
                file.withdraw();
            }
            Err((kind, message)) => {
                report.faults.push(Fault { path: file.path.clone(), kind, message });
            }
        }
    }
    report.sort();
    undone
}

fn put_back(file: &FileReport) -> Option<Result<(), (FaultKind, String)>> {
    let (patch, path) = (file.patch.as_deref()?, file.real.as_deref()?);
    if !has_bytes(file, Some(patch)) {
        let why = "it changed while the tests ran, so it was not put back: it now contains both the fixes and those changes";
        return Some(Err((FaultKind::Changed, why.to_owned())));
    }
    Some(match file.is_new {
        true => fs::remove_file(path).map_err(|error| (FaultKind::Write, error.to_string())),
        false => {
            let new = file.source.file_bytes();
            // Whatever kept the file from being replaced has been accepted, or there was nothing of the kind.
            write(&Change { path, old: patch, new, in_place: true })
        }
    })
}
