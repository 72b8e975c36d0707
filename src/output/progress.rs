//! A progress line on a terminal during long work. It slows nothing down and is not shown for short
//! work.

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget};

use crate::run::{Phase, Progress};

/// Work that ends within this time shows no line.
const SHOW_AFTER: Duration = Duration::from_millis(700);
/// How often the line is redrawn.
const REDRAW_INTERVAL: Duration = Duration::from_millis(100);

/// Runs the work, and shows its progress on standard error if `is_shown`.
pub fn run_with_progress<T>(progress: &Progress, is_shown: bool, work: impl FnOnce() -> T) -> T {
    if !is_shown {
        return work();
    }
    let (done, waits) = channel::<()>();
    thread::scope(|scope| {
        scope.spawn(move || {
            if waits.recv_timeout(SHOW_AFTER) != Err(RecvTimeoutError::Timeout) {
                return;
            }
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
            bar.set_style(spinner());
            while waits.recv_timeout(REDRAW_INTERVAL) == Err(RecvTimeoutError::Timeout) {
                bar.set_message(message(progress));
                bar.tick();
            }
            bar.finish_and_clear();
        });
        let result = work();
        drop(done);
        result
    })
}

fn spinner() -> indicatif::ProgressStyle {
    indicatif::ProgressStyle::with_template("{spinner} {msg}")
        .unwrap_or_else(|_| indicatif::ProgressStyle::default_spinner())
}

fn message(progress: &Progress) -> String {
    let (read, classified, total) = progress.counts();
    match (progress.phase(), total) {
        (Some(Phase::Classify), 1..) => {
            format!("{read} files read, {classified} of {total} checked")
        }
        (Some(Phase::Read) | None, _) => format!("{read} files read"),
        (Some(phase), _) => format!("{read} files read: {}", phase.as_str()),
    }
}
