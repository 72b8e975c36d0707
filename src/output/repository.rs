//! Names of files relative to their git work tree, and findings that keep their identity when lines move. It reads only
//! folders from the disk.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use sha1::{Digest, Sha1};

use super::text::slash_path;
use crate::run::{FileReport, Item};

/// The file's path relative to the git work tree around it, else to `cwd`, else to its project.
pub(super) fn repository_path(file: &FileReport, cwd: &Path) -> PathBuf {
    let real = file.real.as_deref();
    real.and_then(|real| below_repository(real, cwd))
        .or_else(|| real?.strip_prefix(&file.root).ok().map(Path::to_path_buf))
        .unwrap_or_else(|| file.path.clone())
}

/// An absolute path relative to the git work tree around it, else to `cwd`.
pub(super) fn below_repository(real: &Path, cwd: &Path) -> Option<PathBuf> {
    let below = |base: &Path| real.strip_prefix(base).ok().map(Path::to_path_buf);
    git_root(real).and_then(|root| below(&root)).or_else(|| below(cwd))
}

/// A path that is named as the user would name it, relative to the git work tree around it, else as it is.
pub(super) fn named_path(path: &Path, cwd: &Path) -> PathBuf {
    let real = dunce::canonicalize(cwd.join(path)).ok();
    real.and_then(|real| below_repository(&real, cwd)).unwrap_or_else(|| path.to_path_buf())
}

/// The nearest git work tree above a file.
fn git_root(file: &Path) -> Option<PathBuf> {
    file.ancestors().skip(1).find(|dir| dir.join(".git").exists()).map(Path::to_path_buf)
}

/// A path as a relative URI.
pub(super) fn uri(path: &Path) -> String {
    let mut uri = String::new();
    for byte in slash_path(path).bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

/// Gives each finding of a report a fingerprint, which stays the same when lines move.
#[derive(Debug, Default)]
pub(super) struct Fingerprints {
    /// How often each text was seen, to tell equal findings apart.
    seen: BTreeMap<String, usize>,
}

impl Fingerprints {
    /// The fingerprint of a finding in the file with this name.
    pub(super) fn of(&mut self, path: &str, item: Item<'_>) -> String {
        let found = item.found();
        let function = match item {
            Item::Site(entry, _) => entry.function.as_deref(),
            Item::Notice(_) => None,
        };
        let function = function.unwrap_or_default();
        let text = format!("{path}\0{}\0{function}\0{}", found.rule.code, found.message);
        let count = self.seen.entry(text.clone()).or_default();
        *count += 1;
        let mut hash = Sha1::new();
        hash.update(format!("{text}\0{count}"));
        hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uri_has_no_character_that_means_something_else() {
        assert_eq!(uri(Path::new("a b/c#d%é:.py")), "a%20b/c%23d%25%C3%A9%3A.py");
    }
}
