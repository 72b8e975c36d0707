//! What earlier runs have learned of the files of a project, in one file of a cache folder. Whatever is wrong with it, it is as if
//! it were empty: the cache saves time and changes no result.

use std::collections::HashMap;
use std::fs::{self, Metadata};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};
use twox_hash::XxHash3_64;

use super::file_facts::{FileFacts, Fruitless};

/// The form of what is written. The number changes when [`FileFacts`] or what its facts mean changes between two versions.
const FORMAT: &str = concat!(env!("CARGO_PKG_VERSION"), " 2");

/// A file that has changed so recently can change once more without another time of change (git's "racy" files).
const RECENT: Duration = Duration::from_secs(2);

/// The most bytes that the cache folder may hold.
const CAPACITY: u64 = 256 << 20;

/// How the names of cache files end.
const EXTENSION: &str = ".facts";

/// How the names of files begin that are being written.
const UNFINISHED: &str = ".undangle-";

/// One that is older was left by a run that was killed.
const ABANDONED: Duration = Duration::from_secs(3600);

/// The facts of a project's files, as an earlier run has left them.
#[derive(Debug)]
pub(super) struct FactCache {
    file: PathBuf,
    known: HashMap<PathBuf, StoredFile>,
}

/// What tells two states of a file apart without reading it: what git's index has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
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
        let modified = metadata.modified().ok()?;
        #[cfg(unix)]
        let (changed, inode) = {
            use std::os::unix::fs::MetadataExt;
            ((metadata.ctime(), metadata.ctime_nsec()), metadata.ino())
        };
        #[cfg(not(unix))]
        let (changed, inode) = ((0, 0), 0);
        let is_old = modified.elapsed().is_ok_and(|age| age > RECENT);
        is_old.then_some(Self { length: metadata.len(), modified, changed, inode })
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
        let file = folder.join(format!("{name:016x}{EXTENSION}"));
        let known = read(&file, root).unwrap_or_default();
        Self { file, known }
    }

    /// What is known of a file that has not changed since then.
    pub(super) fn get(&self, path: &Path, stamp: &Stamp) -> Option<&StoredFile> {
        self.known.get(path).filter(|stored| stored.stamp == *stamp)
    }

    /// Replaces what is stored, unless it is the same.
    pub(super) fn store<'f>(
        &self,
        root: &Path,
        files: impl Iterator<Item = (&'f Path, StoredFile)>,
    ) {
        let files: HashMap<&Path, StoredFile> =
            files.filter(|(path, _)| path.to_str().is_some()).collect();
        let is_known = |(path, file): (&&Path, &StoredFile)| {
            self.get(path, &file.stamp).is_some_and(|known| known.fruitless == file.fruitless)
        };
        if files.len() == self.known.len() && files.iter().all(is_known) {
            return;
        }
        let stored = Stored { format: FORMAT.to_owned(), root: root.to_path_buf(), files };
        if let Ok(bytes) = rmp_serde::to_vec(&stored) {
            // A cache that cannot be written is none.
            let _ = write(&self.file, &bytes);
        }
    }
}

/// The files that a cache file knows; none where it is another project's, another version's, another user's, or damaged.
fn read(file: &Path, root: &Path) -> Option<HashMap<PathBuf, StoredFile>> {
    let metadata = fs::metadata(file).ok()?;
    if !metadata.is_file() || metadata.len() > CAPACITY || !is_own(&metadata) {
        return None;
    }
    let bytes = fs::read(file).ok()?;
    let (sum, bytes) = bytes.split_first_chunk()?;
    (XxHash3_64::oneshot(bytes) == u64::from_le_bytes(*sum)).then_some(())?;
    let stored: Stored<HashMap<PathBuf, StoredFile>> = rmp_serde::from_slice(bytes).ok()?;
    (stored.format == FORMAT && stored.root == root).then_some(stored.files)
}

/// Whether a file is of the user who runs the program: another could hide findings.
#[cfg(unix)]
fn is_own(metadata: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    metadata.uid() == rustix::process::geteuid().as_raw()
}

#[cfg(not(unix))]
fn is_own(_: &Metadata) -> bool {
    true
}

/// Writes a cache file: whoever reads it sees all of it or nothing.
fn write(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = file.parent().unwrap_or(Path::new("."));
    if !folder.exists() {
        fs::create_dir_all(folder)?;
        // bford.info/cachedir
        fs::write(folder.join("CACHEDIR.TAG"), "Signature: 8a477f597d28d172789f06886806bc55\n")?;
    }
    let mut new = tempfile::Builder::new().prefix(UNFINISHED).tempfile_in(folder)?;
    new.write_all(&XxHash3_64::oneshot(bytes).to_le_bytes())?;
    new.write_all(bytes)?;
    new.persist(file)?;
    prune(folder, CAPACITY)
}

/// Removes the cache files that were written longest ago until the others fit, and what a killed run has left. The folder may have
/// files of other programs, which stay.
fn prune(folder: &Path, capacity: u64) -> io::Result<()> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)?.flatten() {
        let metadata = entry.metadata()?;
        let name = entry.file_name();
        let Some(name) = name.to_str().filter(|_| metadata.is_file()) else { continue };
        let modified = metadata.modified()?;
        if name.starts_with(UNFINISHED) && modified.elapsed().is_ok_and(|age| age > ABANDONED) {
            fs::remove_file(entry.path())?;
        } else if is_cache_file(name) {
            files.push((modified, metadata.len(), entry.path()));
        }
    }
    files.sort();
    let mut size: u64 = files.iter().map(|(_, length, _)| length).sum();
    for (_, length, path) in files {
        if size <= capacity {
            break;
        }
        size -= length;
        fs::remove_file(path)?;
    }
    Ok(())
}

/// Whether a file has a name as [`FactCache::open`] gives.
fn is_cache_file(name: &str) -> bool {
    let digits = name.strip_suffix(EXTENSION).unwrap_or_default();
    digits.len() == 16 && digits.bytes().all(|b| b.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_cache_files_are_removed_the_oldest_first() {
        let folder = tempfile::tempdir().unwrap();
        let names = ["0123456789abcdef.facts", "fedcba9876543210.facts", "film.mp4", "my.facts"];
        for (age, name) in names.iter().enumerate() {
            let path = folder.path().join(name);
            fs::write(&path, [0; 1000]).unwrap();
            let file = fs::File::options().write(true).open(path).unwrap();
            file.set_modified(SystemTime::now() - Duration::from_secs(90 - age as u64)).unwrap();
        }
        let left = || {
            let entries = fs::read_dir(folder.path()).unwrap();
            let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name()).collect();
            names.sort();
            names
        };
        prune(folder.path(), 2000).unwrap();
        assert_eq!(left().len(), 4);
        prune(folder.path(), 1999).unwrap();
        assert_eq!(left(), ["fedcba9876543210.facts", "film.mp4", "my.facts"]);
        prune(folder.path(), 0).unwrap();
        assert_eq!(left(), ["film.mp4", "my.facts"]);
    }
}
