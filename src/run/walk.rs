//! Finds Python files below folders and reads each once. What a file must hold to be kept is its caller's business.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Read};
use std::ops::Bound;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use ignore::{DirEntry, WalkBuilder, WalkState};

use super::folder_config::ConfigSource;
use super::progress::Progress;
use super::target::{Given, Target, unreachable_path};
use crate::fault::{Fault, FaultKind};
use crate::notebook::{Notebook, is_notebook};
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

/// Whether a file is wanted, by its path and bytes.
pub(super) type FilePredicate<'a> = dyn Fn(&Path, &[u8]) -> bool + Sync + 'a;

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
}

/// What the threads of one walk share.
struct Shared<'a> {
    walk: &'a Walk<'a>,
    roots: &'a [Given],
    wanted: &'a FilePredicate<'a>,
    found: Mutex<SweepResult>,
    looked_at: AtomicUsize,
    notebooks: AtomicUsize,
}

impl Walk<'_> {
    /// Reads every Python file of the project and keeps those whose bytes are wanted.
    pub(super) fn sweep(&self, wanted: &FilePredicate<'_>) -> SweepResult {
        self.sweep_below(None, wanted)
    }

    /// Reads these files, as far as a sweep of the whole project would, and keeps them.
    pub(super) fn sweep_only(&self, files: &BTreeSet<PathBuf>) -> SweepResult {
        self.sweep_below(Some(files), &|path, _| files.contains(path))
    }

    /// The same for some files alone, if they are named: nothing is looked at that does not lead to one of them.
    fn sweep_below(
        &self,
        only: Option<&BTreeSet<PathBuf>>,
        wanted: &FilePredicate<'_>,
    ) -> SweepResult {
        let roots = self.roots();
        let Some(first) = roots.first() else { return SweepResult::default() };
        let shared = Shared {
            walk: self,
            roots: &roots,
            wanted,
            found: Mutex::new(SweepResult::default()),
            looked_at: AtomicUsize::new(0),
            notebooks: AtomicUsize::new(0),
        };
        let mut builder = WalkBuilder::new(&first.real);
        for root in &roots[1..] {
            builder.add(&root.real);
        }
        builder.standard_filters(self.respects_ignore_files).hidden(false).follow_links(false);
        builder.threads(self.threads);
        let own: BTreeSet<PathBuf> = roots.iter().map(|r| r.real.clone()).collect();
        let config = self.config.clone();
        let only_missing = only;
        let only = only.cloned();
        builder.filter_entry(move |entry| {
            entry.depth() == 0
                || (!own.contains(entry.path())
                    && only.as_ref().is_none_or(|files| leads_to(entry.path(), files))
                    && is_welcome(entry, &*config))
        });
        builder.build_parallel().run(|| {
            let mut buffer = Vec::new();
            let shared = &shared;
            Box::new(move |entry| {
                shared.visit(entry, &mut buffer);
                WalkState::Continue
            })
        });
        shared.read_missing(only_missing);
        shared.finish()
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
        for entry in builder.build().flatten() {
            missing.remove(entry.path());
        }
        missing
    }

    /// The bytes of one file, by its real path.
    ///
    /// # Errors
    /// It cannot be read.
    pub(super) fn bytes_of(&self, real: &Path) -> io::Result<Vec<u8>> {
        self.texts.get(real).map_or_else(|| fs::read(real), |text| Ok(text.clone()))
    }

    /// The folders to walk: what was given, then the rest of the project. None of them walks into another.
    fn roots(&self) -> Vec<Given> {
        let target = self.target;
        let mut roots = target.given.clone();
        if target.is_marked && !roots.iter().any(|g| g.real == target.root) {
            let real = target.root.clone();
            roots.push(Given { shown: real.clone(), real, is_dir: true });
        }
        roots
    }
}

impl Shared<'_> {
    fn visit(&self, entry: Result<DirEntry, ignore::Error>, buffer: &mut Vec<u8>) {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => return self.lost(&error),
        };
        let Some(kind) = entry.file_type().filter(|k| k.is_file() || k.is_symlink()) else {
            return;
        };
        let path = entry.path();
        if self.is_stdin(path) {
            return;
        }
        let is_given = self.walk.target.covers(path);
        let real = match kind.is_symlink() {
            false => None,
            true => match resolve(path) {
                Ok(Some(real)) => Some(real),
                Ok(None) => return,
                Err(error) if error.kind() == io::ErrorKind::NotFound && entry.depth() > 0 => {
                    let message = unreachable_path(path, &error);
                    return self.fault(path, is_given, FaultKind::BrokenLink, message);
                }
                Err(error) => {
                    let message = unreachable_path(path, &error);
                    return self.fault(path, is_given, FaultKind::Io, message);
                }
            },
        };
        self.read(path, real, is_given, buffer);
    }

    fn read(&self, path: &Path, real: Option<PathBuf>, is_given: bool, buffer: &mut Vec<u8>) {
        buffer.clear();
        buffer.shrink_to(BUFFER);
        let text = self.walk.texts.get(real.as_deref().unwrap_or(path));
        let is_read = match text {
            Some(text) => {
                buffer.extend_from_slice(text);
                Ok(())
            }
            None => File::open(path).and_then(|file| read_text(file, buffer)),
        };
        if let Err(error) = is_read {
            let message = format!("cannot read: {error}");
            return self.fault(path, is_given, FaultKind::Io, message);
        }
        self.walk.progress.one_read(buffer.len());
        // What is wanted of a notebook stands in its cells.
        let notebook = match is_notebook(path).then(|| Notebook::new(buffer.clone())) {
            None => None,
            Some(Ok(notebook)) if notebook.is_python => Some(notebook),
            Some(Ok(_)) => {
                self.notebooks.fetch_add(usize::from(is_given), Ordering::Relaxed);
                return;
            }
            Some(Err(message)) => {
                self.looked_at.fetch_add(usize::from(is_given), Ordering::Relaxed);
                return self.fault(path, is_given, FaultKind::Syntax, message);
            }
        };
        if is_given {
            self.looked_at.fetch_add(1, Ordering::Relaxed);
        }
        let text = notebook.as_ref().map_or(&buffer[..], |n| n.text().as_bytes());
        if (self.wanted)(path, text) {
            let hit = FoundFile {
                shown: self.shown(path),
                is_link: real.is_some(),
                real: real.unwrap_or_else(|| path.to_path_buf()),
                bytes: buffer.clone(),
                is_given,
            };
            self.lock().hits.push(hit);
        }
    }

    /// Reads the files whose text is given, and that are not on disk; `only` these, if they are named.
    fn read_missing(&self, only: Option<&BTreeSet<PathBuf>>) {
        let is_wanted = |path: &&PathBuf| {
            let is_excluded = || {
                let folder = path.parent().unwrap_or(path);
                self.walk.config.folder(folder).exclude.matches_or_above(path)
            };
            let is_below = self.roots.iter().any(|root| path.starts_with(&root.real));
            is_below
                && is_code(path)
                && only.is_none_or(|files| files.contains(*path))
                && !path.exists()
                && !is_excluded()
        };
        for path in self.walk.texts.keys().filter(is_wanted) {
            self.read(path, None, self.walk.target.covers(path), &mut Vec::new());
        }
    }

    fn is_stdin(&self, path: &Path) -> bool {
        self.walk.target.stdin.as_ref().is_some_and(|s| s.real.as_deref() == Some(path))
    }

    /// A path as the user would name it: below the given folder's own spelling.
    fn shown(&self, path: &Path) -> PathBuf {
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

    /// Faults of files that nobody asked about are not told.
    fn fault(&self, path: &Path, is_given: bool, kind: FaultKind, message: String) {
        if is_given {
            let fault = Fault { path: self.shown(path), kind, message };
            self.lock().faults.push(fault);
        }
    }

    fn lost(&self, error: &ignore::Error) {
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
        if let Some(path) = path {
            let message = format!("cannot read: {inner}");
            self.fault(path, self.walk.target.covers(path), FaultKind::Io, message);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, SweepResult> {
        self.found.lock().expect("no thread panics while it holds the lock")
    }

    fn finish(&self) -> SweepResult {
        let mut swept = std::mem::take(&mut *self.lock());
        swept.looked_at = self.looked_at.load(Ordering::Relaxed);
        swept.notebooks = self.notebooks.load(Ordering::Relaxed);
        for hit in swept.hits.iter_mut().filter(|h| h.is_link) {
            // Both ends were asked about: it is the file that is meant.
            if self.walk.target.covers(&hit.real) {
                hit.shown = self.shown(&hit.real);
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

/// Reads a file; one with a null byte in its first megabyte no further, since it is no Python: a database, or one that is
/// mostly a hole and has no end in memory.
fn read_text(mut file: File, buffer: &mut Vec<u8>) -> io::Result<()> {
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
