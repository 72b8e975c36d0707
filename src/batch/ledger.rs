//! What has been done: one line of JSON for each repository, on disk before the next one is told. It knows no repository.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::publish::Published;
use super::repositories::Repository;
use super::result::{Status, Tally, UnitResult};

/// The version of the lines.
const SCHEMA: u32 = 1;
/// The name of the ledger in the folder of a run.
const LEDGER: &str = "ledger.jsonl";
/// The list of all repositories of a run.
const REPOSITORIES: &str = "repositories.jsonl";

/// One line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// The version of this format.
    pub schema: u32,
    /// The repository, without credentials.
    pub repository: String,
    /// The name of its folder below `repos`.
    pub slug: String,
    /// What came of it.
    pub status: Status,
    /// The same in a sentence.
    pub message: String,
    /// The branch that the patch is for.
    pub base_branch: Option<String>,
    /// The commit that the patch is for.
    pub base: Option<String>,
    /// How many files the patch changes.
    pub files: usize,
    /// The findings by what came of them.
    pub sites: Tally,
    /// The branches and pull requests.
    pub published: Vec<Published>,
    /// How long it took.
    pub seconds: f64,
}

/// A repository of a run, done or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Listed {
    repository: String,
    slug: String,
}

/// A run as its folder tells it.
#[derive(Debug, Clone, Default)]
pub struct RunRecord {
    /// The last line of each repository, by slug.
    pub done: BTreeMap<String, Entry>,
    /// The names of the repositories that are not done, by slug.
    pub open: BTreeMap<String, String>,
}

/// The ledger of a run, to which nobody else appends.
#[derive(Debug)]
pub(super) struct Ledger {
    file: File,
    path: PathBuf,
}

impl Entry {
    /// The line about a repository.
    pub(super) fn of(
        repository: &Repository,
        result: UnitResult,
        published: Vec<Published>,
    ) -> Self {
        Self {
            schema: SCHEMA,
            repository: repository.name.clone(),
            slug: repository.slug.clone(),
            status: result.status,
            message: result.message,
            base_branch: result.base_branch,
            base: result.base,
            files: result.files.len(),
            sites: result.sites,
            published,
            seconds: result.seconds,
        }
    }
}

impl Ledger {
    /// Opens or begins the ledger of a folder. A line that a kill cut off is removed.
    ///
    /// # Errors
    /// Another run holds it, or it cannot be written; worded for the user.
    pub(super) fn open(folder: &Path) -> Result<Self, String> {
        let path = folder.join(LEDGER);
        let failed = |error: std::io::Error| format!("cannot open {}: {error}", path.display());
        fs::create_dir_all(folder).map_err(failed)?;
        let mut options = OpenOptions::new();
        let mut file = options
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(failed)?;
        if matches!(file.try_lock(), Err(fs::TryLockError::WouldBlock)) {
            return Err(format!("another run is writing to {}", path.display()));
        }
        let mut text = Vec::new();
        file.read_to_end(&mut text).map_err(failed)?;
        let whole = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        file.set_len(whole as u64).map_err(failed)?;
        file.seek(SeekFrom::End(0)).map_err(failed)?;
        Ok(Self { file, path })
    }

    /// Appends a line, and waits until it is on disk.
    ///
    /// # Errors
    /// It cannot be written; worded for the user.
    pub(super) fn append(&mut self, entry: &Entry) -> Result<(), String> {
        let failed = |error| format!("cannot write to {}: {error}", self.path.display());
        let line = serde_json::to_string(entry).map_err(|error| error.to_string())? + "\n";
        self.file.write_all(line.as_bytes()).map_err(failed)?;
        self.file.sync_data().map_err(failed)
    }
}

impl RunRecord {
    /// What the folder of a run tells.
    ///
    /// # Errors
    /// There is no run, or a line of it is not understood; worded for the user.
    pub fn read(folder: &Path) -> Result<Self, String> {
        let listed: Vec<Listed> = lines(&folder.join(REPOSITORIES))?;
        if listed.is_empty() && !folder.join(LEDGER).exists() {
            return Err(format!("{} is not the folder of a batch run", folder.display()));
        }
        let entries: Vec<Entry> = lines(&folder.join(LEDGER))?;
        let done: BTreeMap<String, Entry> =
            entries.into_iter().map(|entry| (entry.slug.clone(), entry)).collect();
        let open = listed.into_iter().filter(|listed| !done.contains_key(&listed.slug));
        let open = open.map(|listed| (listed.slug, listed.repository)).collect();
        Ok(Self { done, open })
    }
}

/// Says which repositories a run is about, in addition to those of earlier runs in the folder.
///
/// # Errors
/// It cannot be written; worded for the user.
pub(super) fn list(folder: &Path, repositories: &[Repository]) -> Result<(), String> {
    let path = folder.join(REPOSITORIES);
    let mut all: Vec<Listed> = lines(&path)?;
    let known: std::collections::BTreeSet<String> = all.iter().map(|l| l.slug.clone()).collect();
    let new = repositories.iter().filter(|repository| !known.contains(&repository.slug));
    all.extend(new.map(|r| Listed { repository: r.name.clone(), slug: r.slug.clone() }));
    let text: String =
        all.iter().filter_map(|listed| Some(serde_json::to_string(listed).ok()? + "\n")).collect();
    let failed = |error: std::io::Error| format!("cannot write {}: {error}", path.display());
    let mut temporary = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    temporary.write_all(text.as_bytes()).map_err(failed)?;
    temporary.persist(&path).map_err(|error| failed(error.error))?;
    Ok(())
}

/// The whole lines of a file; none if there is no file. A last line without an end is one that is being written.
fn lines<T: for<'a> Deserialize<'a>>(path: &Path) -> Result<Vec<T>, String> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(format!("cannot read {}: {error}", path.display())),
    };
    let whole = text.rfind('\n').map_or("", |end| &text[..end]);
    let parse = |(index, line): (usize, &str)| {
        serde_json::from_str(line)
            .map_err(|error| format!("{}:{}: {error}", path.display(), index + 1))
    };
    whole.lines().enumerate().filter(|(_, line)| !line.is_empty()).map(parse).collect()
}
