//! Many repositories: makes and publishes the patch of each, several at a time, and writes down what came of it.

use std::collections::VecDeque;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::mpsc::channel;

use super::analysis::AnalysisOptions;
use super::credentials::without_credentials;
use super::ledger::{Entry, Ledger, RunRecord, list};
use super::publish::{PublishOptions, Publisher};
use super::repositories::{Repository, Shard};
use super::result::{Status, UnitResult};
use super::unit::Unit;
use super::unit_options::UnitOptions;
use crate::output::sanitize;

/// Which repositories of a list are taken, and how.
#[derive(Debug, Clone, Default)]
pub struct RunOptions {
    /// The folder of the run, for all that is written.
    pub out: PathBuf,
    /// How many repositories are worked on at a time.
    pub jobs: usize,
    /// Whether those are left out that are done.
    pub resume: bool,
    /// Whether only those are taken that failed.
    pub only_failed: bool,
    /// The most repositories to take.
    pub limit: Option<usize>,
    /// The part of the list to take.
    pub shard: Option<Shard>,
    /// Whether clones are removed when they are done with.
    pub drop_clones: bool,
}

/// What is told while a run goes on.
#[derive(Debug, Clone, Copy)]
pub enum Event<'a> {
    /// How many repositories are taken, and how many of the list are done or belong to others.
    Begin {
        /// Those that are taken.
        count: usize,
        /// The others.
        left_out: usize,
    },
    /// One is done.
    Done(&'a Entry),
}

/// Works on the repositories of a list, and returns how many failed.
///
/// # Errors
/// The folder of the run cannot be used; worded for the user.
pub fn run_batch(
    repositories: Vec<Repository>,
    run: &RunOptions,
    unit: &UnitOptions,
    publish: &PublishOptions,
    mut tell: impl FnMut(Event<'_>),
) -> Result<usize, String> {
    let mut ledger = Ledger::open(&run.out)?;
    let total = repositories.len();
    let of_shard: Vec<Repository> =
        repositories.into_iter().filter(|r| run.shard.is_none_or(|shard| shard.holds(r))).collect();
    list(&run.out, &of_shard)?;
    let record = RunRecord::read(&run.out)?;
    let is_wanted = |repository: &Repository| {
        let status = record.done.get(&repository.slug).map(|entry| entry.status);
        match status {
            Some(Status::Error) => true,
            Some(_) => !run.resume && !run.only_failed,
            None => !run.only_failed,
        }
    };
    let mut taken: VecDeque<Repository> = of_shard.into_iter().filter(is_wanted).collect();
    taken.truncate(run.limit.unwrap_or(usize::MAX));
    tell(Event::Begin { count: taken.len(), left_out: total - taken.len() });
    let jobs = run.jobs.clamp(1, taken.len().max(1));
    let queue = Mutex::new(taken);
    let (sender, receiver) = channel();
    std::thread::scope(|scope| {
        for _ in 0..jobs {
            let sender = sender.clone();
            let queue = &queue;
            scope.spawn(move || {
                loop {
                    // A thread that panicked held nothing but the queue, which is whole.
                    let next =
                        queue.lock().unwrap_or_else(std::sync::PoisonError::into_inner).pop_front();
                    let Some(repository) = next else { return };
                    let done = work(&repository, run, unit, publish);
                    if sender.send(done).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        let mut failed = 0;
        for done in receiver {
            let entry = done?;
            failed += usize::from(entry.status == Status::Error);
            ledger.append(&entry)?;
            tell(Event::Done(&entry));
        }
        Ok(failed)
    })
}

/// Makes and publishes the patch of one repository.
fn work(
    repository: &Repository,
    run: &RunOptions,
    options: &UnitOptions,
    publish: &PublishOptions,
) -> Result<Entry, String> {
    let out = run.out.join("repos").join(&repository.slug);
    let clone_folder = run.out.join("clones").join(&repository.slug);
    let options = UnitOptions {
        analysis: AnalysisOptions {
            config: [&options.analysis.config[..], &repository.config[..]].concat(),
            ..options.analysis.clone()
        },
        ..options.clone()
    };
    let unit = Unit {
        source: &repository.source,
        base_branch: repository.branch.as_deref(),
        clone: &clone_folder,
        out: &out,
        options: &options,
    };
    // A crash is the fault of one repository, and the others go on.
    let made = std::panic::catch_unwind(|| {
        unit.run_with(|clone, result| {
            let publisher =
                Publisher { clone, source: &repository.source, out: &out, options: publish };
            publisher.publish(result)
        })
    });
    let made = made.unwrap_or_else(|_| Err("undangle crashed. Please report this bug".to_owned()));
    let (result, published) = made.unwrap_or_else(|message| {
        let result = UnitResult {
            status: Status::Error,
            message: without_credentials(&sanitize(&message)),
            ..unit.empty()
        };
        (result, Vec::new())
    });
    if run.drop_clones {
        remove_clone(&clone_folder)?;
    }
    Ok(Entry::of(repository, result, published))
}

fn remove_clone(folder: &Path) -> Result<(), String> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(format!("cannot remove {}: {error}", folder.display()))
        }
        _ => Ok(()),
    }
}
