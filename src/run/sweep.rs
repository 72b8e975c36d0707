//! Reads the files of a project that may hold what is searched for. What that is, is its caller's business.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rayon::prelude::*;

use super::fact_cache::StoredFile;
use super::file_facts::FileFacts;
use super::walk::{FileList, ListedFile, Walk};
use crate::fault::{Fault, FaultKind};
use crate::notebook::{Notebook, is_notebook};

/// What a search makes of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Interest {
    /// Nothing: it might as well have another text without what is searched for.
    None,
    /// It has noted something.
    Noted,
    /// The file is to be kept.
    Kept,
}

impl Interest {
    /// The file is kept on this condition.
    pub(super) fn kept_if(is_wanted: bool) -> Self {
        if is_wanted { Self::Kept } else { Self::None }
    }

    /// Something is noted on this condition.
    pub(super) fn noted_if(is_noted: bool) -> Self {
        if is_noted { Self::Noted } else { Self::None }
    }
}

/// What a search makes of a file, by its path and bytes.
pub(super) type FileSearch<'a> = dyn Fn(&Path, &[u8]) -> Interest + Sync + 'a;

/// Whether a file may be wanted, before it is read.
pub(super) type ListedPredicate<'a> = dyn Fn(&ListedFile) -> bool + Sync + 'a;

/// One file that was kept.
#[derive(Debug)]
pub(super) struct FoundFile {
    /// As the user would name it.
    pub(super) shown: PathBuf,
    /// Without symbolic links.
    pub(super) real: PathBuf,
    pub(super) bytes: Vec<u8>,
    /// Whether findings in it are asked for.
    pub(super) is_given: bool,
    /// Whether it was reached through a symbolic link to a file.
    pub(super) is_link: bool,
}

/// The files that a walk found, with what went wrong.
#[derive(Debug, Default)]
pub(super) struct SweepResult {
    /// In the order of their real paths, each once.
    pub(super) hits: Vec<FoundFile>,
    pub(super) faults: Vec<Fault>,
    /// Given files looked at.
    pub(super) looked_at: usize,
    /// Given notebooks that are not Python, which are not looked at.
    pub(super) notebooks: usize,
}

/// What the threads of one sweep share.
struct Shared<'a> {
    walk: &'a Walk<'a>,
    wanted: &'a FileSearch<'a>,
    found: Mutex<SweepResult>,
    looked_at: AtomicUsize,
    notebooks: AtomicUsize,
}

/// The text of a file.
enum Text<'b> {
    Bytes(&'b [u8]),
    Cells(Notebook),
}

impl Text<'_> {
    fn bytes(&self) -> &[u8] {
        match self {
            Self::Bytes(bytes) => bytes,
            Self::Cells(notebook) => notebook.text().as_bytes(),
        }
    }
}

impl Walk<'_> {
    /// Reads the Python files of the project that may be wanted, and keeps those whose bytes are.
    pub(super) fn sweep(
        &self,
        may_be_wanted: &ListedPredicate<'_>,
        wanted: &FileSearch<'_>,
    ) -> SweepResult {
        match self.list.get() {
            Some(list) => self.sweep_listed(list, may_be_wanted, wanted),
            None => {
                let (list, swept) = self.list_files(may_be_wanted, wanted);
                self.list.get_or_init(|| list);
                swept
            }
        }
    }

    /// Reads these files, as far as a sweep of the whole project would, and keeps them.
    pub(super) fn sweep_only(&self, files: &BTreeSet<PathBuf>) -> SweepResult {
        self.sweep(&|file| files.contains(&file.path), &|_, _| Interest::Kept)
    }

    /// Every file of the project.
    pub(super) fn files(&self) -> &[ListedFile] {
        &self.listed().files
    }

    /// Remembers what was learned of the files for later runs.
    pub(super) fn remember(&self) {
        let Some((cache, list)) = self.cache.as_ref().zip(self.list.get()) else { return };
        let known = |file: &'_ ListedFile| {
            let (stamp, facts) = (file.stamp.filter(|_| file.is_plain)?, file.facts.get()?.clone());
            Some(StoredFile { stamp, facts, fruitless: file.fruitless().clone() })
        };
        let files = list.files.iter();
        cache.store(files.filter_map(|file| Some((&*file.path, known(file)?))));
    }

    fn listed(&self) -> &FileList {
        self.list.get_or_init(|| self.list_files(&|_| false, &|_, _| Interest::None).0)
    }

    fn sweep_listed(
        &self,
        list: &FileList,
        may_be_wanted: &ListedPredicate<'_>,
        wanted: &FileSearch<'_>,
    ) -> SweepResult {
        let shared = Shared::new(self, wanted);
        shared.lock().faults.extend(list.faults.iter().cloned());
        list.files.par_iter().for_each_init(Vec::new, |buffer, file| match may_be_wanted(file) {
            true => shared.read(file, buffer),
            false => shared.count(file),
        });
        shared.finish()
    }

    /// Walks the project without reading any file.
    pub(super) fn list_only(&self) -> FileList {
        let list: Mutex<FileList> = Mutex::default();
        self.each_file(|| (), &|(), file| {
            list.lock().unwrap_or_else(PoisonError::into_inner).add(file)
        });
        list.into_inner().unwrap_or_else(PoisonError::into_inner).sorted()
    }

    /// Takes what was listed before for the project's files.
    pub(super) fn adopt(&self, mut list: FileList) {
        list.files.iter_mut().for_each(|file| self.recall(file));
        self.list.get_or_init(|| list);
    }

    /// Walks the project, and reads the files on the way.
    fn list_files(
        &self,
        may_be_wanted: &ListedPredicate<'_>,
        wanted: &FileSearch<'_>,
    ) -> (FileList, SweepResult) {
        let shared = Shared::new(self, wanted);
        let list: Mutex<FileList> = Mutex::default();
        let lock = || list.lock().unwrap_or_else(PoisonError::into_inner);
        self.each_file(Vec::new, &|buffer, file| match file {
            Ok(mut file) => {
                self.recall(&mut file);
                match may_be_wanted(&file) {
                    true => shared.read(&file, buffer),
                    false => shared.count(&file),
                }
                lock().add(Ok(file));
            }
            Err(fault) => lock().add(Err(fault)),
        });
        let list = list.into_inner().unwrap_or_else(PoisonError::into_inner).sorted();
        shared.lock().faults.extend(list.faults.iter().cloned());
        (list, shared.finish())
    }
}

/// The Python of a file with these bytes; none for a notebook in another language.
///
/// # Errors
/// It is no notebook, although its name says so.
fn text_of<'b>(path: &Path, bytes: &'b [u8]) -> Result<Option<Text<'b>>, String> {
    if !is_notebook(path) {
        return Ok(Some(Text::Bytes(bytes)));
    }
    // What is searched for in a notebook stands in its cells.
    let notebook = Notebook::new(bytes.to_vec())?;
    Ok(notebook.is_python.then_some(Text::Cells(notebook)))
}

impl<'a> Shared<'a> {
    fn new(walk: &'a Walk<'a>, wanted: &'a FileSearch<'a>) -> Self {
        let (found, looked_at, notebooks) = Default::default();
        Self { walk, wanted, found, looked_at, notebooks }
    }

    /// Counts a file that was looked at, or need not be.
    fn count(&self, file: &ListedFile) {
        self.looked_at.fetch_add(usize::from(file.is_given), Ordering::Relaxed);
    }

    fn read(&self, file: &ListedFile, buffer: &mut Vec<u8>) {
        let ListedFile { path, real, is_given, .. } = file;
        if let Err(error) = self.walk.read_bytes(path, real.as_deref(), buffer) {
            // What forbids it may go without a trace.
            self.walk.lookups.mark_incomplete();
            let message = format!("cannot read: {error}");
            let fault = self.walk.fault(path, *is_given, FaultKind::Io, message);
            return self.lock().faults.extend(fault);
        }
        self.walk.progress.one_read(buffer.len());
        let text = match text_of(path, buffer) {
            Ok(Some(text)) => text,
            Ok(None) => {
                self.notebooks.fetch_add(usize::from(*is_given), Ordering::Relaxed);
                return;
            }
            Err(message) => {
                self.count(file);
                let fault = self.walk.fault(path, *is_given, FaultKind::Syntax, message);
                return self.lock().faults.extend(fault);
            }
        };
        self.count(file);
        // Most projects are swept once.
        let is_remembered = file.is_plain && file.stamp.is_some();
        if is_remembered || self.walk.list.get().is_some() {
            file.facts.get_or_init(|| Arc::new(FileFacts::of(text.bytes(), is_remembered)));
        }
        let interest = (self.wanted)(path, text.bytes());
        if interest != Interest::None {
            file.is_needed.store(true, Ordering::Relaxed);
        }
        if interest == Interest::Kept {
            let hit = FoundFile {
                shown: self.walk.shown(path),
                is_link: real.is_some(),
                real: real.as_ref().unwrap_or(path).clone(),
                bytes: buffer.clone(),
                is_given: *is_given,
            };
            self.lock().hits.push(hit);
        }
    }

    fn lock(&self) -> MutexGuard<'_, SweepResult> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn finish(&self) -> SweepResult {
        let mut swept = std::mem::take(&mut *self.lock());
        swept.looked_at = self.looked_at.load(Ordering::Relaxed);
        swept.notebooks = self.notebooks.load(Ordering::Relaxed);
        for hit in swept.hits.iter_mut().filter(|h| h.is_link) {
            // Both ends were asked about: it is the file that is meant.
            if self.walk.target.covers(&hit.real) {
                hit.shown = self.walk.shown(&hit.real);
                hit.is_link = false;
            }
        }
        // What was asked about comes before what was not, and a file before the links to it.
        let key = |h: &FoundFile| (h.real.clone(), !h.is_given, h.is_link);
        swept.hits.sort_by_cached_key(key);
        swept.hits.dedup_by(|later, first| later.real == first.real);
        swept
    }
}
