//! Waits until a file changes that may matter. It reads no file.

use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher, recommended_watcher};

/// An editor writes a file in several steps, and git many files: what comes within this time is one change.
const QUIET: Duration = Duration::from_millis(100);

/// A watch for changes below some paths.
pub(super) struct FileWatcher {
    events: Receiver<notify::Result<Event>>,
    _watcher: RecommendedWatcher,
}

impl FileWatcher {
    /// Watches files, and folders with all that is in them.
    ///
    /// # Errors
    /// The system does not allow it.
    pub(super) fn below(paths: &[&Path]) -> Result<Self, String> {
        let failed = |error: notify::Error| format!("cannot watch files: {error}");
        let (sender, events) = channel();
        let mut watcher = recommended_watcher(sender).map_err(failed)?;
        for path in paths {
            watcher.watch(path, RecursiveMode::Recursive).map_err(failed)?;
        }
        Ok(Self { events, _watcher: watcher })
    }

    /// Waits for a change, and for the end of those that come with it.
    ///
    /// # Errors
    /// The watch has ended.
    pub(super) fn wait(&self) -> Result<(), String> {
        loop {
            let event =
                self.events.recv().map_err(|error| format!("cannot watch files: {error}"))?;
            if is_relevant(&event) {
                break;
            }
        }
        while self.events.recv_timeout(QUIET).is_ok_and(|event| is_relevant(&event)) {}
        Ok(())
    }
}

/// Whether what is reported may be other now: a Python file, a configuration or ignore file has changed, or a folder came or
/// went.
fn is_relevant(event: &notify::Result<Event>) -> bool {
    let Ok(event) = event else { return true };
    let is_change = !matches!(event.kind, EventKind::Access(_));
    is_change && event.paths.iter().any(|path| may_matter(path))
}

fn may_matter(path: &Path) -> bool {
    let is_in_git = path.components().any(|part| part.as_os_str() == ".git");
    let has = |words: &[&str], text: Option<&std::ffi::OsStr>| {
        text.is_some_and(|text| words.iter().any(|word| text == *word))
    };
    let is_code = has(&["py", "pyw", "ipynb", "toml", "cfg", "ini"], path.extension());
    let is_ignore_file = has(&[".gitignore", ".ignore"], path.file_name());
    !is_in_git && (is_code || is_ignore_file || path.extension().is_none())
}
