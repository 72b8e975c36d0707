//! The text of a configuration file, if that is what it is. It knows no format.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use memchr::memmem;

/// A file of more bytes than this is no configuration that anybody wrote, and would cost memory many times its size.
pub(super) const LARGEST: u64 = 16 << 20;

/// The text of a regular file of UTF-8 that is not larger than [`LARGEST`]; a pipe or device would be waited for.
pub(super) fn text(path: &Path) -> Option<String> {
    (regular(path)? <= LARGEST).then(|| fs::read_to_string(path).ok()).flatten()
}

/// Whether a file too large to be read holds a word, looked for piece by piece.
pub(super) fn is_large_with(path: &Path, word: &str) -> bool {
    regular(path).is_some_and(|length| length > LARGEST)
        && search(path, word.as_bytes()).unwrap_or(false)
}

/// The length of a regular file.
fn regular(path: &Path) -> Option<u64> {
    fs::metadata(path).ok().filter(|m| m.is_file()).map(|m| m.len())
}

fn search(path: &Path, word: &[u8]) -> io::Result<bool> {
    let mut file = File::open(path)?;
    let mut piece = vec![0; 1 << 16];
    // The end of one piece stands before the next, so that no word falls between them.
    let mut kept = 0;
    loop {
        let read = file.read(&mut piece[kept..])?;
        let length = kept + read;
        if memmem::find(&piece[..length], word).is_some() {
            return Ok(true);
        }
        if read == 0 {
            return Ok(false);
        }
        kept = (word.len() - 1).min(length);
        piece.copy_within(length - kept..length, 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_on_the_border_of_two_pieces_is_found() {
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
        assert_eq!(text(dir.path()), None);
        let path = dir.path().join("pyproject.toml");
        File::create(&path).unwrap().set_len(LARGEST + 1).unwrap();
        assert_eq!(text(&path), None);
        assert!(!is_large_with(&path, "undangle"));
    }
}
