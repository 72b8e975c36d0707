//! The names of temporary files, and the removal of those that killed runs left. It must not write.

use std::ffi::OsStr;
use std::fs::{self, File, TryLockError};
use std::path::Path;

/// What the temporary files' names begin with.
pub(super) const PREFIX: &str = ".undangle-";
/// What they end with.
pub(super) const SUFFIX: &str = ".tmp";
/// How many letters and digits stand between.
pub(super) const RANDOM: usize = 10;

/// Removes temporary files that killed runs left in a folder. One in use is locked by its owner and
/// stays.
pub fn remove_leftovers(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten().filter(|e| is_temporary(&e.file_name())) {
        let is_file = entry.file_type().is_ok_and(|k| k.is_file());
        if is_file && let Ok(file) = File::open(entry.path()) {
            // Without locks in the file system, every temporary file counts as left over.
            if !matches!(file.try_lock(), Err(TryLockError::WouldBlock)) {
                // Another run may have removed it first.
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}

/// Whether a name matches exactly; the user may have files with similar names.
fn is_temporary(name: &OsStr) -> bool {
    let middle = name.as_encoded_bytes().strip_prefix(PREFIX.as_bytes());
    let middle = middle.and_then(|m| m.strip_suffix(SUFFIX.as_bytes()));
    middle.is_some_and(|m| m.len() == RANDOM && m.iter().all(u8::is_ascii_alphanumeric))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_leftover_is_removed_and_a_file_in_use_stays() {
        let dir = tempfile::tempdir().unwrap();
        let leftover = dir.path().join(".undangle-a1b2c3d4e5.tmp");
        let used = dir.path().join(".undangle-f6g7h8i9j0.tmp");
        let others = ["notes.tmp", ".undangle-notes.tmp", ".undangle-my-notes-1.tmp"];
        let others = others.map(|name| dir.path().join(name));
        fs::write(&leftover, "x").unwrap();
        others.iter().for_each(|path| fs::write(path, "x").unwrap());
        let lock = File::create(&used).unwrap();
        lock.lock().unwrap();
        remove_leftovers(dir.path());
        assert!(!leftover.exists());
        assert!(used.exists());
        assert!(others.iter().all(|path| path.exists()));
    }
}
