//! How far a run has come, and what it has cost. It shows nothing.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::python::Model;

/// A part of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Files are read, and what can matter in them is parsed.
    Read,
    /// Files that call wrappers, or define what they depend on, are searched for and parsed.
    Follow,
    /// Sites are classified.
    Classify,
    /// What needs the whole project is looked for: owners and shutdown of an audit, rules about trackers.
    Assess,
    /// Fixes are planned and validated.
    Plan,
}

impl Phase {
    /// What happens in it, in a few words.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read files",
            Self::Follow => "find callers",
            Self::Classify => "check files",
            Self::Assess => "assess the project",
            Self::Plan => "plan fixes",
        }
    }
}

/// How far a run has come; read by whoever shows it.
#[derive(Debug, Default)]
pub struct Progress {
    read: AtomicUsize,
    bytes_read: AtomicUsize,
    classified: AtomicUsize,
    total: AtomicUsize,
    phases: Mutex<Phases>,
    parsed: Mutex<ParseCounts>,
}

#[derive(Debug, Default)]
struct Phases {
    current: Option<(Phase, Instant)>,
    done: Vec<(Phase, Duration)>,
}

/// How much was parsed, not counting what is parsed to validate fixes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ParseCounts {
    /// Files of which something was parsed.
    pub files: usize,
    /// Their bytes.
    pub bytes: usize,
    /// The bytes of them that were parsed.
    pub bytes_parsed: usize,
    /// The functions whose bodies are parsed only when they are asked for.
    pub bodies: usize,
    /// Those that were asked for.
    pub bodies_parsed: usize,
}

impl Progress {
    /// Files read so far, files analyzed so far, and files to analyze (0 while that is not known).
    pub fn counts(&self) -> (usize, usize, usize) {
        let get = |n: &AtomicUsize| n.load(Ordering::Relaxed);
        (get(&self.read), get(&self.classified), get(&self.total))
    }

    /// The bytes read so far; a file that is read twice counts twice.
    pub fn bytes_read(&self) -> usize {
        self.bytes_read.load(Ordering::Relaxed)
    }

    /// The phase of the run.
    pub fn phase(&self) -> Option<Phase> {
        self.phases().current.map(|(phase, _)| phase)
    }

    /// The phases that are over, and how long each took, in the order in which they began.
    pub fn times(&self) -> Vec<(Phase, Duration)> {
        self.phases().done.clone()
    }

    /// How much was parsed.
    pub fn parse_counts(&self) -> ParseCounts {
        *lock(&self.parsed)
    }

    /// Begins a phase, which ends the one before.
    pub(super) fn enter(&self, phase: Option<Phase>) {
        let mut phases = self.phases();
        let now = Instant::now();
        if let Some((phase, began)) = phases.current.take() {
            let time = now - began;
            // Several projects have the same phases.
            match phases.done.iter_mut().find(|(done, _)| *done == phase) {
                Some((_, sum)) => *sum += time,
                None => phases.done.push((phase, time)),
            }
        }
        phases.current = phase.map(|phase| (phase, now));
    }

    pub(super) fn one_read(&self, bytes: usize) {
        self.read.fetch_add(1, Ordering::Relaxed);
        self.bytes_read.fetch_add(bytes, Ordering::Relaxed);
    }

    pub(super) fn one_analyzed(&self) {
        self.classified.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn to_judge(&self, count: usize) {
        self.total.fetch_add(count, Ordering::Relaxed);
    }

    /// Counts what is parsed of these files.
    pub(super) fn count_parsed<'a>(&self, models: impl Iterator<Item = &'a Model>) {
        let mut counts = lock(&self.parsed);
        for model in models {
            let (bodies, bodies_parsed) = model.lazy_functions();
            let bytes = model.source.code().len();
            counts.files += 1;
            counts.bytes += bytes;
            counts.bytes_parsed += bytes - model.bytes_left_out();
            counts.bodies += bodies;
            counts.bodies_parsed += bodies_parsed;
        }
    }

    fn phases(&self) -> MutexGuard<'_, Phases> {
        lock(&self.phases)
    }
}

/// A thread that panicked has left no half-made counts.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
