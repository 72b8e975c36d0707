//! The result of a command, remembered for as long as nothing has changed that it depends on. It does not know what a result is.

use std::env;
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use twox_hash::XxHash3_64;

use super::cache_file::{self, RESULT, file_name};
use super::fact_cache::Stamp;
use super::file_facts::FileFacts;
use super::lookups::{Lookups, Transcript, hash};
use super::walk::{FileList, ListedFile, read_text};
use super::word_set::WordQuery;

/// A larger result is not remembered.
const MAX_BYTES: usize = 16 << 20;

/// The place of one command's result.
#[derive(Debug)]
pub struct ResultCache {
    file: PathBuf,
    /// A second hash of what it is the result of.
    key: u64,
}

/// A result, and what it depends on.
#[derive(Serialize, Deserialize)]
struct Stored<W, R> {
    key: u64,
    /// What tells the names of the listed files apart.
    names: u64,
    files: Vec<FileState>,
    /// What was looked for in the files.
    words: Vec<W>,
    lookups: Transcript,
    result: R,
}

/// What is remembered of a listed file.
#[derive(Serialize, Deserialize)]
struct FileState {
    /// A hash of its stamp.
    stamp: u64,
    /// A hash of what it imports, if nothing else of it was needed.
    imports: Option<u64>,
}

impl ResultCache {
    /// The place in a cache folder of the result of what `key` describes, by this very program; none where it does not know
    /// itself.
    pub fn new(folder: &Path, key: &impl Hash) -> Option<Self> {
        let program = Stamp::of_any_age(&fs::metadata(env::current_exe().ok()?).ok()?)?;
        let name = hash(&(program, key));
        let key = hash(&(env!("CARGO_PKG_VERSION"), key, program));
        Some(Self { file: folder.join(file_name(name, RESULT)), key })
    }

    /// The result of an earlier run that listed the same files, if those that have changed since then were not needed and are not
    /// needed now, and what else it has asked of the disk has the same answers. This run has listed its files, and done no more.
    pub fn recall<R: DeserializeOwned>(&self, lists: &[FileList], lookups: &Lookups) -> Option<R> {
        let is_same = |file: &ListedFile, state: &FileState, words: &WordQuery| {
            stamp_of(file) == Some(state.stamp) || is_unneeded(file, state, words)
        };
        self.load(names_of(lists)?, lists, lookups, &is_same)
    }

    /// Remembers the result of a run, unless it depends on more than is known of it.
    pub fn store<R: Serialize>(&self, lists: &[FileList], lookups: &Lookups, result: &R) {
        self.save(names_of(lists), lists, lookups, result);
    }

    /// Whether an earlier run over the same project shows that nothing is to be found in the given files: neither they nor what
    /// has changed since then were needed, or are now, whatever that run was given.
    pub fn proves_clean(&self, list: &FileList, lookups: &Lookups) -> bool {
        let list = std::slice::from_ref(list);
        let is_same = |file: &ListedFile, state: &FileState, words: &WordQuery| {
            !file.is_given && stamp_of(file) == Some(state.stamp) || is_unneeded(file, state, words)
        };
        let known: Option<()> =
            paths_of(list).and_then(|paths| self.load(paths, list, lookups, &is_same));
        known.is_some()
    }

    /// Remembers which files of a project a run has needed.
    pub fn store_needs(&self, list: &FileList, lookups: &Lookups) {
        let list = std::slice::from_ref(list);
        self.save(paths_of(list), list, lookups, &());
    }

    fn load<R: DeserializeOwned>(
        &self,
        names: u64,
        lists: &[FileList],
        lookups: &Lookups,
        is_same: &dyn Fn(&ListedFile, &FileState, &WordQuery) -> bool,
    ) -> Option<R> {
        let stored: Stored<WordQuery, R> =
            rmp_serde::from_slice(&cache_file::read(&self.file)?).ok()?;
        let words = lists.iter().zip(&stored.words);
        let files =
            words.flat_map(|(list, words)| list.files.iter().map(move |file| (file, words)));
        let mut files = files.zip(&stored.files);
        let is_same = stored.key == self.key
            && stored.names == names
            && files.all(|((file, words), state)| is_same(file, state, words))
            && lookups.repeats(&stored.lookups);
        is_same.then_some(stored.result)
    }

    fn save<R: Serialize>(
        &self,
        names: Option<u64>,
        lists: &[FileList],
        lookups: &Lookups,
        result: &R,
    ) {
        let listed = |path: &Path| lists.iter().find_map(|list| list.plain(path));
        let is_needed =
            |path: &Path| listed(path).is_some_and(|file| file.is_needed.load(Ordering::Relaxed));
        let is_listed = |path: &Path| listed(path).is_some();
        let Some(lookups) = lookups.transcript(is_listed, is_needed) else { return };
        let files: Option<Vec<FileState>> =
            lists.iter().flat_map(|list| &list.files).map(FileState::of).collect();
        let Some((names, files)) = names.zip(files) else { return };
        let words = lists.iter().map(|list| &list.words).collect();
        let stored = Stored { key: self.key, names, files, words, lookups, result };
        if let Ok(bytes) = rmp_serde::to_vec(&stored)
            && bytes.len() <= MAX_BYTES
        {
            // What cannot be written is not remembered.
            let _ = cache_file::write(&self.file, &bytes);
        }
    }
}

impl FileState {
    /// The state of a file after a run; none if it has changed too recently.
    fn of(file: &ListedFile) -> Option<Self> {
        let facts =
            file.facts().filter(|_| file.is_plain && !file.is_needed.load(Ordering::Relaxed));
        Some(Self { stamp: stamp_of(file)?, imports: facts.map(FileFacts::imports_hash) })
    }
}

/// Whether neither the old text of a file was needed nor its text now is, so that it makes no difference which it is.
fn is_unneeded(file: &ListedFile, state: &FileState, words: &WordQuery) -> bool {
    let imports_now = || {
        let mut text = Vec::new();
        read_text(fs::File::open(&file.path).ok()?, &mut text).ok()?;
        FileFacts::imports_only(&text, file.is_given, words)
    };
    state.imports.is_some_and(|imports| imports_now() == Some(imports))
}

fn stamp_of(file: &ListedFile) -> Option<u64> {
    file.stamp.map(|stamp| hash(&stamp))
}

/// What tells the names of all files apart, and which are given; none if something could not be listed.
fn names_of(lists: &[FileList]) -> Option<u64> {
    let given = lists.iter().flat_map(|list| &list.files).map(|file| file.is_given);
    Some(hash(&(paths_of(lists)?, given.collect::<Vec<bool>>())))
}

/// What tells the names of all files apart; none if something could not be listed.
fn paths_of(lists: &[FileList]) -> Option<u64> {
    let mut hasher = XxHash3_64::new();
    for list in lists {
        list.faults.is_empty().then_some(())?;
        list.files.len().hash(&mut hasher);
        for ListedFile { path, real, is_plain, .. } in &list.files {
            (path.as_os_str(), real, is_plain).hash(&mut hasher);
        }
    }
    Some(hasher.finish())
}
