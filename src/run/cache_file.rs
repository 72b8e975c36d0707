//! The files of the cache folder: read whole or not at all, replaced at once, and bounded in number and size. It does not know
//! what they say.

use std::fs::{self, Metadata};
use std::io::{self, Write};
use std::path::Path;
use std::time::Duration;

use twox_hash::XxHash3_64;

/// The most bytes that the cache folder may hold.
const CAPACITY: u64 = 256 << 20;

/// The most files that it may hold.
const MOST_FILES: usize = 2000;

/// How the names of cache files end: the facts of a project, and the result of a command.
pub(super) const FACTS: &str = ".facts";
pub(super) const RESULT: &str = ".result";

/// How the names of files begin that are being written.
const UNFINISHED: &str = ".undangle-";

/// One that is older was left by a run that was killed.
const ABANDONED: Duration = Duration::from_secs(3600);

/// The name of a cache file about something that hashes to this.
pub(super) fn file_name(hash: u64, extension: &str) -> String {
    format!("{hash:016x}{extension}")
}

/// The bytes of a cache file; none where it is another user's, or damaged.
pub(super) fn read(file: &Path) -> Option<Vec<u8>> {
    let metadata = fs::metadata(file).ok()?;
    if !metadata.is_file() || metadata.len() > CAPACITY || !is_own(&metadata) {
        return None;
    }
    let mut bytes = fs::read(file).ok()?;
    let sum = bytes.split_off(bytes.len().checked_sub(size_of::<u64>())?);
    (XxHash3_64::oneshot(&bytes).to_le_bytes() == *sum).then_some(bytes)
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
///
/// # Errors
/// A failure to write.
pub(super) fn write(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = file.parent().unwrap_or(Path::new("."));
    if !folder.exists() {
        fs::create_dir_all(folder)?;
        // bford.info/cachedir
        fs::write(folder.join("CACHEDIR.TAG"), "Signature: 8a477f597d28d172789f06886806bc55\n")?;
    }
    let mut new = tempfile::Builder::new().prefix(UNFINISHED).tempfile_in(folder)?;
    new.write_all(bytes)?;
    new.write_all(&XxHash3_64::oneshot(bytes).to_le_bytes())?;
    new.persist(file)?;
    prune(folder, CAPACITY, MOST_FILES)
}

/// Removes the cache files that were written longest ago until the others fit, and what a killed run has left. The folder may have
/// files of other programs, which stay.
fn prune(folder: &Path, capacity: u64, most: usize) -> io::Result<()> {
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
    let mut left = files.len();
    for (_, length, path) in files {
        if size <= capacity && left <= most {
            break;
        }
        size -= length;
        left -= 1;
        fs::remove_file(path)?;
    }
    Ok(())
}

/// Whether a file has a name as [`file_name`] gives.
fn is_cache_file(name: &str) -> bool {
    let digits = [FACTS, RESULT].iter().find_map(|end| name.strip_suffix(end)).unwrap_or_default();
    digits.len() == 16 && digits.bytes().all(|b| b.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;

    #[test]
    fn only_cache_files_are_removed_the_oldest_first() {
        let folder = tempfile::tempdir().unwrap();
        let names = ["0123456789abcdef.facts", "fedcba9876543210.result", "film.mp4", "my.facts"];
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
        prune(folder.path(), 2000, 2).unwrap();
        assert_eq!(left().len(), 4);
        prune(folder.path(), 2000, 1).unwrap();
        assert_eq!(left(), ["fedcba9876543210.result", "film.mp4", "my.facts"]);
        prune(folder.path(), 999, 1).unwrap();
        assert_eq!(left(), ["film.mp4", "my.facts"]);
    }
}
