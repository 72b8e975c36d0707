//! What of a clone is not looked at. It looks at no task.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::output::{plural, sanitize};

/// How a file begins whose text is in Git LFS (git-lfs `docs/spec.md`).
const LFS_POINTER: &[u8] = b"version https://git-lfs.github.com/spec/";

/// What of a clone is not looked at, one sentence each: submodules, and files whose text is elsewhere.
pub(super) fn unread_files(root: &Path, modes: &BTreeMap<PathBuf, String>) -> Vec<String> {
    let mut notes = Vec::new();
    let submodules = modes.values().filter(|mode| *mode == "160000").count();
    if submodules > 0 {
        notes.push(format!("{} not looked at", plural(submodules, "submodule")));
    }
    let text = |path: &Path| fs::read(root.join(path)).unwrap_or_default();
    let has_lfs = |path: &&PathBuf| {
        let is_attributes = path.file_name().is_some_and(|name| name == ".gitattributes");
        is_attributes && String::from_utf8_lossy(&text(path)).contains("filter=lfs")
    };
    if modes.keys().any(|path| has_lfs(&path)) {
        let is_python = |path: &&PathBuf| path.extension().is_some_and(|e| e == "py" || e == "pyw");
        let pointers = modes.keys().filter(is_python).filter(|p| text(p).starts_with(LFS_POINTER));
        notes.extend(pointers.map(|path| {
            format!("{}: not looked at: its text is in Git LFS", sanitize(&path.to_string_lossy()))
        }));
    }
    notes
}
