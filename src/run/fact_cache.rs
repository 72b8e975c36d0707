//! What earlier runs have learned of the files of a project, in one file of a cache folder. Whatever is wrong with it, it is as if
//! it were empty: the cache saves time and changes no result.

use std::collections::HashMap;
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};
use twox_hash::XxHash3_64;

use super::cache_file::{self, FACTS, file_name};
use super::file_facts::{FileFacts, Fruitless};

/// The form of what is written. The number changes when [`FileFacts`] or what its facts mean changes between two versions.
const FORMAT: &str = concat!(env!("CARGO_PKG_VERSION"), " 2");

/// A file that has changed so recently can change once more without another time of change (git's "racy" files).
const RECENT: Duration = Duration::from_secs(2);

/// The facts of a project's files, as an earlier run has left them.
#[derive(Debug)]
pub(super) struct FactCache {
    file: PathBuf,
    root: PathBuf,
    /// Read when it is needed.
    known: OnceLock<HashMap<PathBuf, StoredFile>>,
}

/// What tells two states of a file apart without reading it: what git's index has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct Stamp {
    length: u64,
    modified: SystemTime,
    /// When its metadata changed, in seconds and nanoseconds, and its number; only on Unix.
    changed: (i64, i64),
    inode: u64,
}

impl Stamp {
    /// The stamp of a file; none if it changed too recently.
    pub(super) fn of(metadata: &Metadata) -> Option<Self> {
        let is_old = |stamp: &Self| stamp.modified.elapsed().is_ok_and(|age| age > RECENT);
        Self::of_any_age(metadata).filter(is_old)
    }

    /// The stamp of a file that may have changed just now: enough for a file that is never written to, only replaced.
    pub(super) fn of_any_age(metadata: &Metadata) -> Option<Self> {
        let modified = metadata.modified().ok()?;
        #[cfg(unix)]
        let (changed, inode) = {
            use std::os::unix::fs::MetadataExt;
            ((metadata.ctime(), metadata.ctime_nsec()), metadata.ino())
        };
        #[cfg(not(unix))]
        let (changed, inode) = ((0, 0), 0);
        Some(Self { length: metadata.len(), modified, changed, inode })
    }
}

/// What is known of one file.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct StoredFile {
    /// Its state when that was gathered.
    pub(super) stamp: Stamp,
    /// What its text says.
    pub(super) facts: Arc<FileFacts>,
    /// The searches that have found nothing in it.
    pub(super) fruitless: Fruitless,
}

/// The contents of a cache file.
#[derive(Serialize, Deserialize)]
struct Stored<F> {
    format: String,
    root: PathBuf,
    files: F,
}

impl FactCache {
    /// The cache of the project at `root` in a cache folder.
    pub(super) fn open(folder: &Path, root: &Path) -> Self {
        let name = XxHash3_64::oneshot(root.as_os_str().as_encoded_bytes());
        let file = folder.join(file_name(name, FACTS));
        Self { file, root: root.to_path_buf(), known: OnceLock::new() }
    }

    /// What is known of a file that has not changed since then.
    pub(super) fn get(&self, path: &Path, stamp: &Stamp) -> Option<&StoredFile> {
        self.known().get(path).filter(|stored| stored.stamp == *stamp)
    }

    fn known(&self) -> &HashMap<PathBuf, StoredFile> {
        self.known.get_or_init(|| read(&self.file, &self.root).unwrap_or_default())
    }

    /// Replaces what is stored, unless it is the same.
    pub(super) fn store<'f>(&self, files: impl Iterator<Item = (&'f Path, StoredFile)>) {
        let files: HashMap<&Path, StoredFile> =
            files.filter(|(path, _)| path.to_str().is_some()).collect();
        let is_known = |(path, file): (&&Path, &StoredFile)| {
            self.get(path, &file.stamp).is_some_and(|known| known.fruitless == file.fruitless)
        };
        if files.len() == self.known().len() && files.iter().all(is_known) {
            return;
        }
        let stored = Stored { format: FORMAT.to_owned(), root: self.root.clone(), files };
        if let Ok(bytes) = rmp_serde::to_vec(&stored) {
            // A cache that cannot be written is none.
            let _ = cache_file::write(&self.file, &bytes);
        }
    }
}

/// The files that a cache file knows; none where it is another project's or another version's, or cannot be read.
fn read(file: &Path, root: &Path) -> Option<HashMap<PathBuf, StoredFile>> {
    let bytes = cache_file::read(file)?;
    let stored: Stored<HashMap<PathBuf, StoredFile>> = rmp_serde::from_slice(&bytes).ok()?;
    (stored.format == FORMAT && stored.root == root).then_some(stored.files)
}
