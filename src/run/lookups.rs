//! What a run asks of the disk beside its walk, with the answers: where they and the listed files are the same again, so is the
//! result. It does not know what is asked for.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::ffi::OsString;
use std::fs;
use std::hash::{Hash, Hasher};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use twox_hash::XxHash3_64;

/// The questions that were asked of the disk so far. Within a run each has one answer.
#[derive(Debug, Default)]
pub struct Lookups(Mutex<Answered>);

/// What can be asked of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
enum Topic {
    /// Whether there is a file or a folder.
    Kind,
    /// The names in a folder, but for hidden ones.
    Names,
    /// The bytes of a file.
    Bytes,
}

/// One question.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(super) struct Question {
    topic: Topic,
    pub(super) path: PathBuf,
}

/// What lies at a path, links followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum PathKind {
    File,
    Folder,
    Other,
    Missing,
}

#[derive(Debug, Default)]
struct Answered {
    /// Hashes of what was asked before the files were listed, and of the answers: the walk asks the same again.
    early: HashSet<u64>,
    is_listed: bool,
    /// What was asked since then, with hashes of the answers.
    late: BTreeMap<Question, u64>,
    is_incomplete: bool,
}

/// What a run has asked, in the form that is remembered.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Transcript {
    early: u64,
    late: Vec<(Question, u64)>,
}

impl Lookups {
    /// Whether a file lies at a path, or a link to one.
    pub fn is_file(&self, path: &Path) -> bool {
        self.kind(path) == PathKind::File
    }

    /// Whether a folder lies at a path, or a link to one.
    pub fn is_dir(&self, path: &Path) -> bool {
        self.kind(path) == PathKind::Folder
    }

    /// Whether anything lies at a path.
    pub fn exists(&self, path: &Path) -> bool {
        self.kind(path) != PathKind::Missing
    }

    /// The names in a folder, but for hidden ones; none where there is no such folder.
    pub fn names(&self, folder: &Path) -> BTreeSet<OsString> {
        let names = names(folder);
        self.note(Topic::Names, folder, hash(&names));
        names
    }

    /// The bytes of a file.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn bytes(&self, path: &Path) -> io::Result<Vec<u8>> {
        let bytes = fs::read(path);
        self.note(Topic::Bytes, path, hash_of_bytes(bytes.as_deref().ok()));
        bytes
    }

    /// The text of a regular UTF-8 file of at most `limit` bytes; reading a pipe or device could block.
    pub fn text(&self, path: &Path, limit: u64) -> Option<String> {
        match fs::metadata(path).ok().filter(|metadata| metadata.is_file()) {
            Some(metadata) if metadata.len() > limit => {
                self.mark_incomplete();
                None
            }
            Some(_) => String::from_utf8(self.bytes(path).ok()?).ok(),
            None => {
                self.note(Topic::Bytes, path, hash_of_bytes(None));
                None
            }
        }
    }

    /// Says that the run depends on something that is not noted here.
    pub(super) fn mark_incomplete(&self) {
        self.lock().is_incomplete = true;
    }

    /// Says that the files are listed.
    pub fn end_walk(&self) {
        self.lock().is_listed = true;
    }

    /// What was asked but for what the list of files answers: which there are, and whether those that are needed are the same.
    /// None where the run depends on more than that.
    pub(super) fn transcript(
        &self,
        is_listed: impl Fn(&Path) -> bool,
        is_needed: impl Fn(&Path) -> bool,
    ) -> Option<Transcript> {
        let answered = self.lock();
        let is_implied = |question: &Question, answer: u64| match question.topic {
            Topic::Kind => answer == hash(&PathKind::File) && is_listed(&question.path),
            Topic::Names => false,
            Topic::Bytes => is_needed(&question.path),
        };
        let late =
            answered.late.iter().filter(|(question, answer)| !is_implied(question, **answer));
        (!answered.is_incomplete).then(|| Transcript {
            early: sum(&answered.early),
            late: late.map(|(question, answer)| (question.clone(), *answer)).collect(),
        })
    }

    /// Whether all answers of a run are the same now. This one has listed its files, and done no more.
    pub(super) fn repeats(&self, transcript: &Transcript) -> bool {
        let is_same = |(question, answer): &(Question, u64)| ask(question) == *answer;
        let early = {
            let answered = self.lock();
            !answered.is_incomplete && sum(&answered.early) == transcript.early
        };
        early && transcript.late.iter().all(is_same)
    }

    fn kind(&self, path: &Path) -> PathKind {
        let kind = kind(path);
        self.note(Topic::Kind, path, hash(&kind));
        kind
    }

    fn note(&self, topic: Topic, path: &Path, answer: u64) {
        let mut answered = self.lock();
        let question = Question { topic, path: path.to_path_buf() };
        if !answered.is_listed {
            answered.early.insert(hash(&(question, answer)));
        } else if *answered.late.entry(question).or_insert(answer) != answer {
            answered.is_incomplete = true;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Answered> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The hash of the answer to a question.
fn ask(question: &Question) -> u64 {
    let path = &question.path;
    match question.topic {
        Topic::Kind => hash(&kind(path)),
        Topic::Names => hash(&names(path)),
        Topic::Bytes if kind(path) == PathKind::File => {
            hash_of_bytes(fs::read(path).ok().as_deref())
        }
        Topic::Bytes => hash_of_bytes(None),
    }
}

fn kind(path: &Path) -> PathKind {
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_file() => PathKind::File,
        Ok(metadata) if metadata.is_dir() => PathKind::Folder,
        Ok(_) => PathKind::Other,
        Err(_) => PathKind::Missing,
    }
}

fn names(folder: &Path) -> BTreeSet<OsString> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let names = entries.map(|entry| entry.file_name());
    names.filter(|name| !name.as_encoded_bytes().starts_with(b".")).collect()
}

fn hash_of_bytes(bytes: Option<&[u8]>) -> u64 {
    hash(&bytes.map(XxHash3_64::oneshot))
}

/// A hash that is the same in each run.
pub(super) fn hash(value: &impl Hash) -> u64 {
    let mut hasher = XxHash3_64::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// The sum of hashes, which has no order.
fn sum(hashes: &HashSet<u64>) -> u64 {
    hashes.iter().fold(0, |sum, hash| sum.wrapping_add(*hash))
}
