//! The result of a command, remembered for as long as nothing has changed that it depends on. It does not know what a result is.

use std::env;
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use twox_hash::XxHash3_64;

use super::cache_file::{self, RESULT, file_name};
use super::fact_cache::Stamp;
use super::lookups::{Lookups, Transcript};
use super::walk::{FileList, ListedFile};

/// A larger result is not remembered.
const MAX_BYTES: usize = 16 << 20;

/// The place of one command's result.
#[derive(Debug)]
pub struct ResultCache {
    file: PathBuf,
}

/// A result, and what it depends on.
#[derive(Serialize, Deserialize)]
struct Stored<R> {
    /// The listed files.
    files: u64,
    lookups: Transcript,
    result: R,
}

impl ResultCache {
    /// The place in a cache folder of the result of what `key` describes, by this very program; none where it does not know
    /// itself.
    pub fn new(folder: &Path, key: &impl Hash) -> Option<Self> {
        let program = Stamp::at_once(&fs::metadata(env::current_exe().ok()?).ok()?)?;
        let mut hasher = XxHash3_64::new();
        (env!("CARGO_PKG_VERSION"), program, key).hash(&mut hasher);
        Some(Self { file: folder.join(file_name(hasher.finish(), RESULT)) })
    }

    /// The result of an earlier run that listed the same files in the same state, if what else it has asked of the disk has the
    /// same answers now. This run has listed its files, and done no more.
    pub fn recall<R: DeserializeOwned>(&self, lists: &[FileList], lookups: &Lookups) -> Option<R> {
        let stored: Stored<R> = rmp_serde::from_slice(&cache_file::read(&self.file)?).ok()?;
        (stored.files == state_of(lists)? && lookups.repeats(&stored.lookups))
            .then_some(stored.result)
    }

    /// Remembers the result of a run, unless it depends on more than is known of it.
    pub fn store<R: Serialize>(&self, lists: &[FileList], lookups: &Lookups, result: &R) {
        let Some(files) = state_of(lists) else { return };
        let is_listed = |path: &Path| lists.iter().any(|list| list.has_plain(path));
        let Some(lookups) = lookups.transcript(is_listed) else { return };
        let stored = Stored { files, lookups, result };
        if let Ok(bytes) = rmp_serde::to_vec(&stored)
            && bytes.len() <= MAX_BYTES
        {
            // What cannot be written is not remembered.
            let _ = cache_file::write(&self.file, &bytes);
        }
    }
}

/// What tells the states of all files together apart; none if one has changed too recently, or something could not be listed.
fn state_of(lists: &[FileList]) -> Option<u64> {
    let mut hasher = XxHash3_64::new();
    for list in lists {
        list.faults.is_empty().then_some(())?;
        list.files.len().hash(&mut hasher);
        for ListedFile { path, real, is_given, stamp, .. } in &list.files {
            (path.as_os_str(), real, is_given, (*stamp)?).hash(&mut hasher);
        }
    }
    Some(hasher.finish())
}
