//! Names and removal of temporary files, also of runs that were killed. It writes nothing.

use std::ffi::OsStr;
use std::fs::{self, File, TryLockError};
use std::path::Path;

/// What the temporary files' names begin with.
pub(super) const PREFIX: &str = ".undangle-";
/// What they end with.
pub(super) const SUFFIX: &str = ".tmp";

/// Removes what killed runs left in a folder. A temporary file in use is locked by its owner, and stays.
pub fn remove_strays(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten().filter(|e| is_temporary(&e.file_name())) {
        let is_file = entry.file_type().is_ok_and(|k| k.is_file());
        if is_file && let Ok(file) = File::open(entry.path()) {
            // A file system without locks has no way to tell; there the file is taken for a stray.
            if !matches!(file.try_lock(), Err(TryLockError::WouldBlock)) {
                // Another run may have been faster.
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}

fn is_temporary(name: &OsStr) -> bool {
    let name = name.as_encoded_bytes();
    name.starts_with(PREFIX.as_bytes()) && name.ends_with(SUFFIX.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stray_goes_and_a_file_in_use_stays() {
        let dir = tempfile::tempdir().unwrap();
        let stray = dir.path().join(".undangle-a1b2c3.tmp");
        let used = dir.path().join(".undangle-d4e5f6.tmp");
        let other = dir.path().join("notes.tmp");
        fs::write(&stray, "x").unwrap();
        fs::write(&other, "x").unwrap();
        let lock = File::create(&used).unwrap();
        lock.lock().unwrap();
        remove_strays(dir.path());
        assert!(!stray.exists());
        assert!(used.exists());
        assert!(other.exists());
    }
}
