//! Finds the Python files of a project: what was given, and what lies around it. What they hold is its caller's business.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Read};
use std::ops::Bound;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use ignore::{DirEntry, WalkBuilder, WalkState};

use super::fact_cache::{FactCache, Stamp};
use super::file_facts::{FileFacts, Fruitless};
use super::folder_config::ConfigSource;
use super::lookups::Lookups;
use super::progress::Progress;
use super::target::{Given, Target, unreachable_path};
use super::word_set::WordQuery;
use crate::fault::{Fault, FaultKind};
use crate::notebook::is_notebook;
use crate::text::SourceFile;

/// Folders that hold no code of the project, ruff's list.
const NEVER: [&str; 21] = [
    "__pycache__",
    "__pypackages__",
    "node_modules",
    "site-packages",
    ".bzr",
    ".direnv",
    ".eggs",
    ".git",
    ".git-rewrite",
    ".hg",
    ".ipynb_checkpoints",
    ".mypy_cache",
    ".nox",
    ".pants.d",
    ".pyenv",
    ".pytest_cache",
    ".pytype",
    ".ruff_cache",
    ".svn",
    ".tox",
    ".venv",
];

/// Folders that hold no code of the project unless they are packages of it.
const UNLESS_PACKAGE: [&str; 6] = ["_build", "build", "buck-out", "dist", "venv", ".vscode"];

/// A buffer that grew beyond this many bytes is given back before the next file.
const BUFFER: usize = 1 << 20;

/// Texts that take the place of files, by their real paths.
pub type Texts = BTreeMap<PathBuf, Vec<u8>>;

/// A file that a walk has met.
#[derive(Debug)]
pub(super) struct ListedFile {
    /// Where the walk met it.
    pub(super) path: PathBuf,
    /// Without symbolic links, if it is one.
    pub(super) real: Option<PathBuf>,
    /// Whether findings in it are asked for.
    pub(super) is_given: bool,
    /// Its state on disk before it was read, if that is to be remembered.
    pub(super) stamp: Option<Stamp>,
    /// Whether its facts may be remembered: it is a file of Python on disk, and no link to one.
    pub(super) is_plain: bool,
    /// Known from an earlier run, or once a sweep behind the first has read the file.
    pub(super) facts: OnceLock<Arc<FileFacts>>,
    /// The searches that have found nothing in it, in this run or an earlier one.
    pub(super) fruitless: Mutex<Fruitless>,
    /// Whether the run depends on more of its text than the facts.
    pub(super) is_needed: AtomicBool,
}

impl ListedFile {
    /// What the text of the file says of itself, if it was read for that, and is Python.
    pub(super) fn facts(&self) -> Option<&FileFacts> {
        self.facts.get().map(|facts| &**facts)
    }

    /// Whether one of the words may be in the file.
    pub(super) fn may_have_any(&self, words: &WordQuery) -> bool {
        self.facts().is_none_or(|facts| facts.may_have_any(words))
    }

    /// The searches that have found nothing in the file.
    pub(super) fn fruitless(&self) -> MutexGuard<'_, Fruitless> {
        self.fruitless.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A file that a walk meets, or what went wrong on the way to one; faults of what nobody asked about are not told.
pub(super) type Visit = Result<ListedFile, Option<Fault>>;

/// Every Python file of a project, in the order of their paths.
#[derive(Debug, Default)]
pub struct FileList {
    pub(super) files: Vec<ListedFile>,
    /// What a walk could not look at.
    pub(super) faults: Vec<Fault>,
    /// What was looked for in the files, once they were searched.
    pub(super) words: WordQuery,
}

impl FileList {
    /// Adds what a walk has met.
    pub(super) fn add(&mut self, visit: Visit) {
        match visit {
            Ok(file) => self.files.push(file),
            Err(fault) => self.faults.extend(fault),
        }
    }

    /// The file at a path, if it is Python, and no link.
    pub(super) fn plain(&self, path: &Path) -> Option<&ListedFile> {
        let order = |file: &ListedFile| file.path.as_os_str().cmp(path.as_os_str());
        let index = self.files.binary_search_by(order).ok()?;
        Some(&self.files[index]).filter(|file| file.is_plain)
    }

    /// The list in the order of the paths.
    pub(super) fn sorted(mut self) -> Self {
        self.files.sort_unstable_by(|a, b| a.path.as_os_str().cmp(b.path.as_os_str()));
        self
    }
}

/// Where and how to walk.
#[derive(Debug)]
pub(super) struct Walk<'a> {
    pub(super) target: &'a Target,
    pub(super) config: &'a Arc<dyn ConfigSource>,
    /// Whether ignore files are respected.
    pub(super) respects_ignore_files: bool,
    /// What is read instead of these files.
    pub(super) texts: &'a Texts,
    pub(super) threads: usize,
    pub(super) progress: &'a Progress,
    /// What is asked of the disk beside the walk.
    pub(super) lookups: &'a Lookups,
    /// The folders to walk: what was given, then the rest of the project. None of them walks into another.
    roots: Vec<Given>,
    /// What earlier runs have learned of the files.
    pub(super) cache: Option<FactCache>,
    /// All that was looked for in the files.
    words: Mutex<WordQuery>,
    /// What the first sweep has met.
    pub(super) list: OnceLock<FileList>,
}

impl<'a> Walk<'a> {
    /// A walk that has not begun.
    pub(super) fn new(
        target: &'a Target,
        config: &'a Arc<dyn ConfigSource>,
        respects_ignore_files: bool,
        texts: &'a Texts,
        threads: usize,
        progress: &'a Progress,
        lookups: &'a Lookups,
    ) -> Self {
        let mut roots = target.given.clone();
        if target.is_marked && !roots.iter().any(|g| g.real == target.root) {
            let real = target.root.clone();
            roots.push(Given { shown: real.clone(), real, is_dir: true });
        }
        Self {
            target,
            config,
            respects_ignore_files,
            texts,
            threads,
            progress,
            lookups,
            roots,
            cache: None,
            words: Mutex::default(),
            list: OnceLock::new(),
        }
    }

    /// The same walk, with what earlier runs have learned.
    pub(super) fn with_cache(self, cache: Option<FactCache>) -> Self {
        Self { cache, ..self }
    }

    /// What was given by name although a pattern or an ignore file leaves it out, by real path.
    pub(super) fn excluded(&self) -> BTreeSet<PathBuf> {
        let stdin = self.target.stdin.as_ref().and_then(|s| s.real.clone());
        let named = self.target.given.iter().map(|g| g.real.clone()).chain(stdin);
        let mut missing: BTreeSet<PathBuf> = named.filter(|p| *p != self.target.root).collect();
        if missing.is_empty() {
            return missing;
        }
        let mut builder = WalkBuilder::new(&self.target.root);
        builder.standard_filters(self.respects_ignore_files).hidden(false).follow_links(false);
        let (config, named) = (self.config.clone(), missing.clone());
        builder.filter_entry(move |entry| {
            entry.depth() == 0 || leads_to(entry.path(), &named) && !is_excluded(entry, &*config)
        });
        let mut folders: BTreeSet<PathBuf> = BTreeSet::new();
        for entry in builder.build().flatten() {
            missing.remove(entry.path());
            if is_dir(&entry) {
                folders.insert(entry.into_path());
            }
        }
        // The text of standard input may be that of a file that is not there yet: its folder decides, and the patterns.
        missing.retain(|path| {
            let folder = path.ancestors().skip(1).find(|folder| folder.exists());
            let is_welcome = |folder: &Path| {
                folders.contains(folder) && !self.config.folder(folder).exclude.matches(path, false)
            };
            path.exists() || !folder.is_some_and(is_welcome)
        });
        missing
    }

    /// Words to look for in the files.
    pub(super) fn query<W: AsRef<[u8]>>(&self, words: impl IntoIterator<Item = W>) -> WordQuery {
        let query = WordQuery::new(words);
        self.words.lock().unwrap_or_else(PoisonError::into_inner).extend(&query);
        query
    }

    /// The files that the walk has met, and what was looked for in them.
    pub(super) fn into_list(self) -> FileList {
        let words = self.words.into_inner().unwrap_or_else(PoisonError::into_inner);
        FileList { words, ..self.list.into_inner().unwrap_or_default() }
    }

    /// The bytes of one file, by its real path.
    ///
    /// # Errors
    /// It cannot be read.
    pub(super) fn bytes_of(&self, real: &Path) -> io::Result<Vec<u8>> {
        if let Some(file) = self.list.get().and_then(|list| list.plain(real)) {
            file.is_needed.store(true, Ordering::Relaxed);
        }
        self.texts.get(real).map_or_else(|| self.lookups.bytes(real), |text| Ok(text.clone()))
    }

    /// Reads a file into a buffer, whose bytes are lost.
    pub(super) fn read_bytes(
        &self,
        path: &Path,
        real: Option<&Path>,
        buffer: &mut Vec<u8>,
    ) -> io::Result<()> {
        buffer.clear();
        buffer.shrink_to(BUFFER);
        match self.texts.get(real.unwrap_or(path)) {
            Some(text) => {
                buffer.extend_from_slice(text);
                Ok(())
            }
            None => File::open(path).and_then(|file| read_text(file, buffer)),
        }
    }

    /// Calls a function with every Python file of the project. Each thread has a state of its own.
    pub(super) fn each_file<S: Send>(
        &self,
        state: impl Fn() -> S,
        found: &(dyn Fn(&mut S, Visit) + Sync),
    ) {
        let Some(first) = self.roots.first() else { return };
        let mut builder = WalkBuilder::new(&first.real);
        for root in &self.roots[1..] {
            builder.add(&root.real);
        }
        builder.standard_filters(self.respects_ignore_files).hidden(false).follow_links(false);
        builder.threads(self.threads);
        let own: BTreeSet<PathBuf> = self.roots.iter().map(|r| r.real.clone()).collect();
        let config = self.config.clone();
        builder.filter_entry(move |entry| {
            entry.depth() == 0 || !own.contains(entry.path()) && is_welcome(entry, &*config)
        });
        builder.build_parallel().run(|| {
            let mut state = state();
            Box::new(move |entry| {
                if let Some(file) = self.visit(entry).transpose() {
                    found(&mut state, file);
                }
                WalkState::Continue
            })
        });
        for file in self.missing() {
            found(&mut state(), Ok(file));
        }
    }

    /// The file that a walk meets; none for what is no file.
    fn visit(
        &self,
        entry: Result<DirEntry, ignore::Error>,
    ) -> Result<Option<ListedFile>, Option<Fault>> {
        let entry = entry.map_err(|error| self.lost(&error))?;
        let Some(kind) = entry.file_type().filter(|k| k.is_file() || k.is_symlink()) else {
            return Ok(None);
        };
        let path = entry.path();
        if self.is_stdin(path) {
            return Ok(None);
        }
        let is_given = self.target.covers(path);
        let real = match kind.is_symlink() {
            false => None,
            true => match resolve(path) {
                Ok(Some(real)) => Some(real),
                Ok(None) => return Ok(None),
                Err(error) => {
                    let is_broken = error.kind() == io::ErrorKind::NotFound && entry.depth() > 0;
                    let kind = if is_broken { FaultKind::BrokenLink } else { FaultKind::Io };
                    return Err(self.fault(path, is_given, kind, unreachable_path(path, &error)));
                }
            },
        };
        let is_plain = real.is_none() && !is_notebook(path);
        let metadata = || match is_plain {
            true => entry.metadata().ok(),
            false => fs::metadata(path).ok(),
        };
        let is_remembered = self.cache.is_some() && !self.texts.contains_key(path);
        let stamp = is_remembered.then(metadata).flatten().as_ref().and_then(Stamp::of);
        let (facts, fruitless, is_needed) = Default::default();
        let path = entry.into_path();
        Ok(Some(ListedFile { path, real, is_given, stamp, is_plain, facts, fruitless, is_needed }))
    }

    /// Takes in what earlier runs have learned of a file.
    pub(super) fn recall(&self, file: &mut ListedFile) {
        let cache = self.cache.as_ref().filter(|_| file.is_plain);
        let known = cache.and_then(|cache| cache.get(&file.path, file.stamp.as_ref()?));
        if let Some(stored) = known {
            file.facts = OnceLock::from(stored.facts.clone());
            file.fruitless = Mutex::new(stored.fruitless.clone());
        }
    }

    /// The files whose text is given, and that are not on disk.
    fn missing(&self) -> Vec<ListedFile> {
        let is_wanted = |path: &&PathBuf| {
            let is_excluded = || {
                let folder = path.parent().unwrap_or(path);
                self.config.folder(folder).exclude.matches_or_above(path)
            };
            let is_below = self.roots.iter().any(|root| path.starts_with(&root.real));
            is_below && is_code(path) && !path.exists() && !is_excluded()
        };
        let listed = |path: &PathBuf| ListedFile {
            path: path.clone(),
            real: None,
            is_given: self.target.covers(path),
            stamp: None,
            is_plain: false,
            facts: OnceLock::new(),
            fruitless: Mutex::default(),
            is_needed: AtomicBool::default(),
        };
        self.texts.keys().filter(is_wanted).map(listed).collect()
    }

    fn is_stdin(&self, path: &Path) -> bool {
        self.target.stdin.as_ref().is_some_and(|s| s.real.as_deref() == Some(path))
    }

    /// A path as the user would name it: below the given folder's own spelling.
    pub(super) fn shown(&self, path: &Path) -> PathBuf {
        let longest = |g: &&Given| g.real.as_os_str().len();
        let root = self.roots.iter().filter(|g| path.starts_with(&g.real)).max_by_key(longest);
        let Some(root) = root else { return path.to_path_buf() };
        let rest = path.strip_prefix(&root.real).unwrap_or(path);
        if rest.as_os_str().is_empty() {
            root.shown.clone()
        } else if root.shown == Path::new(".") {
            rest.to_path_buf()
        } else {
            root.shown.join(rest)
        }
    }

    pub(super) fn fault(
        &self,
        path: &Path,
        is_given: bool,
        kind: FaultKind,
        message: String,
    ) -> Option<Fault> {
        is_given.then(|| Fault { path: self.shown(path), kind, message })
    }

    fn lost(&self, error: &ignore::Error) -> Option<Fault> {
        let mut inner = error;
        let mut path = None;
        loop {
            match inner {
                ignore::Error::WithPath { path: own, err } => {
                    path = Some(own.as_path());
                    inner = err;
                }
                ignore::Error::WithDepth { err, .. }
                | ignore::Error::WithLineNumber { err, .. } => {
                    inner = err;
                }
                _ => break,
            }
        }
        let path = path?;
        let is_given = self.target.covers(path);
        self.fault(path, is_given, FaultKind::Io, format!("cannot read: {inner}"))
    }
}

/// Reads a file; one with a null byte in its first megabyte no further, since it is no Python: a database, or one that is
/// mostly a hole and has no end in memory.
pub(super) fn read_text(mut file: File, buffer: &mut Vec<u8>) -> io::Result<()> {
    let first = Read::by_ref(&mut file).take(BUFFER as u64).read_to_end(buffer)?;
    if first == BUFFER && memchr::memchr(0, buffer).is_none() {
        // One byte more than can be looked at tells a file that is too large.
        file.take(SourceFile::MAX_BYTES as u64 + 1 - BUFFER as u64).read_to_end(buffer)?;
    }
    Ok(())
}

/// Whether a path is one of these files, or a folder around one.
fn leads_to(path: &Path, files: &BTreeSet<PathBuf>) -> bool {
    let mut from = files.range::<Path, _>((Bound::Included(path), Bound::Unbounded));
    from.next().is_some_and(|file| file.starts_with(path))
}

/// Whether a folder or file is looked at when it was not given by name.
fn is_welcome(entry: &DirEntry, config: &dyn ConfigSource) -> bool {
    let path = entry.path();
    let is_included = || match &config.folder(path.parent().unwrap_or(path)).include {
        Some(include) => include.matches_or_above(path),
        None => is_code(path),
    };
    (is_dir(entry) || is_included()) && !is_excluded(entry, config)
}

/// Whether the user's patterns leave a folder or file out, or it is a folder that holds no code of the project.
fn is_excluded(entry: &DirEntry, config: &dyn ConfigSource) -> bool {
    let path = entry.path();
    let is_dir = is_dir(entry);
    let is = |name: &&str| entry.file_name() == OsStr::new(name);
    let holds_no_code = || {
        NEVER.iter().any(is) || UNLESS_PACKAGE.iter().any(is) && !path.join("__init__.py").exists()
    };
    is_dir && holds_no_code()
        || config.folder(path.parent().unwrap_or(path)).exclude.matches(path, is_dir)
}

fn is_dir(entry: &DirEntry) -> bool {
    entry.file_type().is_some_and(|kind| kind.is_dir())
}

/// `*.py`, `*.pyw` and `*.ipynb`, but not an editor's lock (`.#name.py`, a link to nowhere by design).
fn is_code(path: &Path) -> bool {
    path.extension().is_some_and(|e| e == "py" || e == "pyw" || e == "ipynb")
        && !path.file_name().is_some_and(|n| n.as_encoded_bytes().starts_with(b".#"))
}

/// The file behind a link; none when it is no file.
fn resolve(link: &Path) -> io::Result<Option<PathBuf>> {
    let real = dunce::canonicalize(link)?;
    let is_file = fs::metadata(&real)?.is_file();
    Ok(is_file.then_some(real))
}
