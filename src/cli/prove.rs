//! `fix --prove`: runs the tests before and after the fixes, and undoes these if the tests fail. It plans no fix.

use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;

use super::args::{CommonArgs, ProofArgs};
use super::console::Console;
use super::watch::{exit_status, roots};
use crate::apply::{Change, write};
use crate::fault::{Fault, FaultKind};
use crate::output::{plural, sanitize};
use crate::run::{FileReport, Report};
use crate::watch::{Record, TaskCounts, WatchedCommand};

/// The tests, which have passed without the fixes.
pub(super) struct Proof<'a> {
    args: &'a ProofArgs,
    console: Console,
    roots: Vec<PathBuf>,
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
        console: Console,
        report: &Report,
    ) -> Result<Option<Self>, String> {
        if !args.prove {
            return Ok(None);
        }
        if report.files.iter().any(|file| file.is_stdin) {
            return Err("`--prove` cannot be combined with standard input".to_owned());
        }
        if report.files.iter().all(|file| file.patch.is_none()) {
            console.note("note: there is nothing to prove, so the tests were not run\n");
            return Ok(None);
        }
        let proof = Self { args, console, roots: roots(common) };
        match proof.run("before the fixes")? {
            0 => Ok(Some(proof)),
            status => Err(format!(
                "the tests fail without the fixes (status {status}). Nothing was changed"
            )),
        }
    }

    /// Runs the tests again, after the files were written.
    ///
    /// # Errors
    /// As [`Self::begin`].
    pub(super) fn finish(self, report: &mut Report) -> Result<Proven, String> {
        let status = self.run("after the fixes");
        if status == Ok(0) {
            return Ok(Proven::Passed);
        }
        if self.args.keep {
            return status.map(|_| Proven::Failed);
        }
        let undone = undo(report);
        self.console
            .warn(&format!("The tests fail with the fixes: {} put back\n", plural(undone, "file")));
        status.map(|_| Proven::Undone)
    }

    /// The exit status of the tests; prints what became of their tasks.
    fn run(&self, when: &str) -> Result<u8, String> {
        let out = records()?;
        let command = WatchedCommand {
            words: &self.args.words,
            gc_stress: self.args.gc_stress,
            seed: 0,
            roots: &self.roots,
        };
        let folder = dunce::canonicalize(out.path()).map_err(|error| error.to_string())?;
        let (status, was_asked_to_end) = command.run(&folder)?;
        // Tests that somebody has stopped show nothing, whatever their status.
        let status = match exit_status(status) {
            0 if was_asked_to_end => 130,
            status => status,
        };
        let totals = Record::read(&folder)?.totals();
        let words = self.args.words.iter().map(|word| word.to_string_lossy());
        let words = words.collect::<Vec<_>>().join(" ");
        let ended = if status == 0 { "passed".to_owned() } else { format!("status {status}") };
        let numbers = numbers(&totals);
        self.console.note(&sanitize(&format!("`{words}` {when}: {ended}; {numbers}\n")));
        Ok(status)
    }
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
    Some(match file.is_new {
        true => fs::remove_file(path).map_err(|error| (FaultKind::Write, error.to_string())),
        false => {
            let new = file.source.file_bytes();
            // Whatever kept the file from being replaced has been accepted, or there was nothing of the kind.
            write(&Change { path, old: patch, new, in_place: true })
        }
    })
}
