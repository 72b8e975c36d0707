//! Reads configuration files up to a size limit. It knows no format.

use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::path::Path;

use memchr::memmem;

use crate::run::Lookups;

/// Larger files are not read: nobody writes such a configuration, and parsing takes many times the memory.
pub(super) const MAX_BYTES: u64 = 16 << 20;

/// The text of a regular UTF-8 file of at most [`MAX_BYTES`].
pub(super) fn read_text(path: &Path, lookups: &Lookups) -> Option<String> {
    lookups.text(path, MAX_BYTES)
}

/// Whether a file is too large to be read and contains a word; it is searched block by block.
pub(super) fn is_oversized_with(path: &Path, word: &str) -> bool {
    let length = fs::metadata(path).ok().filter(Metadata::is_file).map(|metadata| metadata.len());
    length.is_some_and(|length| length > MAX_BYTES)
        && search(path, word.as_bytes()).unwrap_or(false)
}

fn search(path: &Path, word: &[u8]) -> io::Result<bool> {
    let mut file = File::open(path)?;
    let mut block = vec![0; 1 << 16];
    // The end of each block is carried over to the next, so that a word across the border is found.
    let mut carried = 0;
    loop {
        let read = file.read(&mut block[carried..])?;
        let length = carried + read;
        if memmem::find(&block[..length], word).is_some() {
            return Ok(true);
        }
        if read == 0 {
            return Ok(false);
        }
        carried = (word.len() - 1).min(length);
        block.copy_within(length - carried..length, 0);
    }
}

/// Why a configuration file that is there has no text; none where it is not there, or is a `pyproject.toml` that may well
/// say nothing here.
pub(super) fn unreadable(path: &Path, is_project: bool) -> Option<String> {
    let metadata = fs::symlink_metadata(path).ok()?;
    if !fs::metadata(path).unwrap_or(metadata).is_file() {
        return (!is_project)
            .then(|| "not a regular file; use `--no-config` to ignore it".to_owned());
    }
    match fs::read(path) {
        Err(error) => Some(format!("cannot read: {error}; use `--no-config` to ignore it")),
        Ok(bytes) => (!is_project || memmem::find(&bytes, b"undangle").is_some())
            .then(|| "the file is not valid UTF-8, as TOML requires".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_across_two_blocks_is_found() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("pyproject.toml");
        for place in [0, 65_530, 65_536, 131_060] {
            let text = format!("{}undangle{}", " ".repeat(place), " ".repeat(99));
            fs::write(&path, text).unwrap();
            assert!(search(&path, b"undangle").unwrap(), "{place}");
        }
        fs::write(&path, "undangl".repeat(20_000)).unwrap();
        assert!(!search(&path, b"undangle").unwrap());
    }

    #[test]
    fn what_is_no_file_has_no_text() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(read_text(dir.path(), &Lookups::default()), None);
        let path = dir.path().join("pyproject.toml");
        File::create(&path).unwrap().set_len(MAX_BYTES + 1).unwrap();
        assert_eq!(read_text(&path, &Lookups::default()), None);
        assert!(!is_oversized_with(&path, "undangle"));
    }
}
