//! What is shown while a batch runs: a bar on a terminal, else a line for each repository. It knows no flag.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::console::Console;
use crate::batch::{Entry, Event, Status, outcome_text};
use crate::output::sanitize;

/// The bar: how many are done, how fast, and how long the rest will take.
const TEMPLATE: &str = "{bar:24} {pos} of {len}, {per_sec}, {eta} left: {msg}";

/// Shows how far a batch has come.
pub(super) struct BatchProgress<'p> {
    console: Console<'p>,
    bar: Option<ProgressBar>,
}

impl<'p> BatchProgress<'p> {
    /// Nothing is shown yet.
    pub(super) fn new(console: Console<'p>) -> Self {
        Self { console, bar: None }
    }

    /// Removes the bar.
    pub(super) fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

impl<'p> BatchProgress<'p> {
    /// Shows what a run tells.
    pub(super) fn show(&mut self, event: Event<'_>) {
        match event {
            Event::Begin { count, left_out } => self.begin(count, left_out),
            Event::Done(entry) => self.done(entry),
        }
    }

    fn begin(&mut self, count: usize, left_out: usize) {
        if left_out > 0 {
            self.console.note(&format!("{count} to do, {left_out} left out\n"));
        }
        if self.console.shows_progress() {
            let bar =
                ProgressBar::with_draw_target(Some(count as u64), ProgressDrawTarget::stderr());
            let style = ProgressStyle::with_template(TEMPLATE);
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            bar.enable_steady_tick(Duration::from_millis(200));
            self.bar = Some(bar);
        }
    }

    fn done(&mut self, entry: &Entry) {
        let told = outcome_text(entry);
        let (name, message) = (sanitize(&entry.repository), sanitize(&told));
        let line = format!("{}: {}: {message}", name, entry.status.as_str());
        match &self.bar {
            Some(bar) => {
                if entry.status == Status::Error {
                    bar.suspend(|| self.console.warn(&format!("{line}\n")));
                }
                bar.set_message(name.into_owned());
                bar.inc(1);
            }
            None if entry.status == Status::Error => self.console.warn(&format!("{line}\n")),
            None => self.console.note(&format!("{line}\n")),
        }
    }
}
