//! Names and removal of temporary files, also of runs that were killed. It writes nothing.

use std::ffi::OsStr;
use std::fs::{self, File, TryLockError};
use std::path::Path;

/// What the temporary files' names begin with.
pub(super) const PREFIX: &str = ".undangle-";
/// What they end with.
pub(super) const SUFFIX: &str = ".tmp";
/// How many letters and digits stand between.
pub(super) const RANDOM: usize = 10;

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

/// Whether a name is one of ours to the letter; a file of the user's may have one much like it.
fn is_temporary(name: &OsStr) -> bool {
    let middle = name.as_encoded_bytes().strip_prefix(PREFIX.as_bytes());
    let middle = middle.and_then(|m| m.strip_suffix(SUFFIX.as_bytes()));
    middle.is_some_and(|m| m.len() == RANDOM && m.iter().all(u8::is_ascii_alphanumeric))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stray_goes_and_a_file_in_use_stays() {
        let dir = tempfile::tempdir().unwrap();
        let stray = dir.path().join(".undangle-a1b2c3d4e5.tmp");
        let used = dir.path().join(".undangle-f6g7h8i9j0.tmp");
        let others = ["notes.tmp", ".undangle-notes.tmp", ".undangle-my-notes-1.tmp"];
        let others = others.map(|name| dir.path().join(name));
        fs::write(&stray, "x").unwrap();
        others.iter().for_each(|path| fs::write(path, "x").unwrap());
        let lock = File::create(&used).unwrap();
        lock.lock().unwrap();
        remove_strays(dir.path());
        assert!(!stray.exists());
        assert!(used.exists());
        assert!(others.iter().all(|path| path.exists()));
    }
}
