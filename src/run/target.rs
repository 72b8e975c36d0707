//! What the user pointed at, sorted into projects. It follows no folder and reads no file.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::module_names::relative_to;
use crate::fault::{Fault, FaultKind};

/// What marks the folder that a project begins at.
const MARKS: [&str; 4] = ["pyproject.toml", "setup.py", "setup.cfg", ".git"];

/// The nearest folder at or above `folder` that a project begins at; none outside of any.
pub fn project_root(folder: &Path) -> Option<PathBuf> {
    folder
        .ancestors()
        .find(|dir| MARKS.iter().any(|mark| dir.join(mark).exists()))
        .map(Path::to_path_buf)
}

/// One thing that the user asked about.
#[derive(Debug)]
pub enum Input {
    /// A file or folder, as the user named it.
    Path(PathBuf),
    /// Text from standard input.
    Stdin {
        /// The file that it stands for.
        name: Option<PathBuf>,
        /// What was read.
        bytes: Vec<u8>,
    },
}

/// One project and what is asked about it.
#[derive(Debug)]
pub struct Target {
    /// The folder that the project begins at, without symbolic links.
    pub root: PathBuf,
    /// Whether something marks the root as one; otherwise only what was given is looked at.
    pub(super) is_marked: bool,
    pub(super) given: Vec<Given>,
    pub(super) stdin: Option<Stdin>,
    /// The files that findings are limited to, if they are.
    only: Option<BTreeSet<PathBuf>>,
}

/// A given file or folder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Given {
    pub(super) real: PathBuf,
    pub(super) shown: PathBuf,
    pub(super) is_dir: bool,
}

/// Standard input, and the file that it stands for.
#[derive(Debug)]
pub(super) struct Stdin {
    pub(super) shown: PathBuf,
    pub(super) real: Option<PathBuf>,
    pub(super) bytes: Vec<u8>,
}

impl Target {
    fn at(folder: &Path) -> Self {
        let root = project_root(folder);
        Self {
            is_marked: root.is_some(),
            root: root.unwrap_or_else(|| folder.to_path_buf()),
            given: Vec::new(),
            stdin: None,
            only: None,
        }
    }

    /// Leaves out what was given at these real paths.
    pub(super) fn leave_out(&mut self, paths: &BTreeSet<PathBuf>) {
        self.given.retain(|given| !paths.contains(&given.real));
        let is_out = |stdin: &Stdin| stdin.real.as_ref().is_some_and(|real| paths.contains(real));
        if self.stdin.as_ref().is_some_and(is_out) {
            self.stdin = None;
        }
    }

    /// Limits findings to these files, by real path.
    pub fn limit(&mut self, only: BTreeSet<PathBuf>) {
        self.only = Some(only);
    }

    /// Whether nothing is asked of the project.
    pub fn is_empty(&self) -> bool {
        self.given.is_empty() && self.stdin.is_none()
    }

    /// What was given, by real path.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        let stdin = self.stdin.as_ref().and_then(|stdin| stdin.real.as_deref());
        self.given.iter().map(|given| given.real.as_path()).chain(stdin)
    }

    /// What has a say in its findings: the whole project, or what was given if it is none.
    pub fn watched(&self) -> Vec<&Path> {
        match self.is_marked {
            true => vec![&self.root],
            false => self.paths().collect(),
        }
    }

    /// How the user named what was given, unless something marks the root as a project, so that all of it is looked at.
    pub(super) fn given_of_none(&self) -> Option<Vec<PathBuf>> {
        (!self.is_marked).then(|| self.given.iter().map(|given| given.shown.clone()).collect())
    }

    /// How the user named what was given at these real paths.
    pub(super) fn shown(&self, paths: &BTreeSet<PathBuf>) -> Vec<PathBuf> {
        let given = self.given.iter().map(|g| (Some(&g.real), &g.shown));
        let stdin = self.stdin.iter().map(|s| (s.real.as_ref(), &s.shown));
        let named = given.chain(stdin).filter(|(real, _)| real.is_some_and(|r| paths.contains(r)));
        named.map(|(_, shown)| shown.clone()).collect()
    }

    /// Whether findings in a file are asked for: it lies at or below something that was given.
    pub fn covers(&self, real: &Path) -> bool {
        self.only.as_ref().is_none_or(|only| only.contains(real))
            && self.given.iter().any(|g| g.real == real || (g.is_dir && real.starts_with(&g.real)))
    }
}

/// Sorts inputs into projects, in the order of their roots; what cannot be looked at comes back as faults of kind `io`.
pub fn targets(inputs: Vec<Input>, cwd: &Path) -> (Vec<Target>, Vec<Fault>) {
    let mut targets: BTreeMap<PathBuf, Target> = BTreeMap::new();
    let mut faults = Vec::new();
    let mut all = Vec::new();
    for input in inputs {
        match input {
            Input::Path(path) => match given(&path, cwd) {
                Ok(given) => all.push(given),
                Err(message) => {
                    faults.push(Fault {
                        path: relative_to(&path, cwd),
                        kind: FaultKind::Io,
                        message,
                    });
                }
            },
            Input::Stdin { name, bytes } => {
                let stdin = stdin(name, bytes, cwd);
                let folder = stdin.real.as_deref().and_then(Path::parent).unwrap_or(cwd);
                let target = Target::at(folder);
                targets.entry(target.root.clone()).or_insert(target).stdin = Some(stdin);
            }
        }
    }
    all.sort();
    all.dedup_by(|a, b| a.real == b.real);
    let folders: Vec<PathBuf> = all.iter().filter(|g| g.is_dir).map(|g| g.real.clone()).collect();
    for given in all {
        // What lies below another given folder belongs to that one's project; in this order the outermost comes first.
        let own = if given.is_dir { Some(given.real.as_path()) } else { given.real.parent() };
        let outer = folders.iter().find(|f| given.real.starts_with(f)).map(PathBuf::as_path);
        let target = Target::at(outer.or(own).unwrap_or(&given.real));
        targets.entry(target.root.clone()).or_insert(target).given.push(given);
    }
    (targets.into_values().collect(), faults)
}

fn given(path: &Path, cwd: &Path) -> Result<Given, String> {
    let real =
        dunce::canonicalize(cwd.join(path)).map_err(|error| unreachable_path(path, &error))?;
    let kind = fs::metadata(&real).map_err(|error| unreachable_path(path, &error))?.file_type();
    if !kind.is_dir() && !kind.is_file() {
        return Err("not a regular file or directory, skipped".to_owned());
    }
    Ok(Given { real, shown: relative_to(path, cwd), is_dir: kind.is_dir() })
}

/// Why a path leads nowhere.
pub(super) fn unreachable_path(path: &Path, error: &std::io::Error) -> String {
    let is_link = fs::symlink_metadata(path).is_ok_and(|m| m.file_type().is_symlink());
    match error.kind() {
        ErrorKind::NotFound if is_link => "broken symbolic link".to_owned(),
        ErrorKind::NotFound => "no such file or directory".to_owned(),
        // `ErrorKind::FilesystemLoop` is not stable yet.
        _ if is_link && error.raw_os_error().is_some() => {
            format!("broken symbolic link: {error}")
        }
        _ => format!("cannot read: {error}"),
    }
}

fn stdin(name: Option<PathBuf>, bytes: Vec<u8>, cwd: &Path) -> Stdin {
    let Some(name) = name else {
        return Stdin { shown: PathBuf::from("-"), real: None, bytes };
    };
    let absolute = cwd.join(&name);
    let real = dunce::canonicalize(&absolute).ok().unwrap_or_else(|| {
        let parent = absolute.parent().and_then(|p| dunce::canonicalize(p).ok());
        match (parent, absolute.file_name()) {
            (Some(parent), Some(file)) => parent.join(file),
            _ => absolute.clone(),
        }
    });
    Stdin { shown: relative_to(&name, cwd), real: Some(real), bytes }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_mark_wins() {
        let dir = tempfile::tempdir().unwrap();
        for file in ["setup.py", "pkg/pyproject.toml", "pkg/a/b.py"] {
            let path = dir.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        assert_eq!(project_root(&dir.path().join("pkg/a")), Some(dir.path().join("pkg")));
        assert_eq!(project_root(dir.path()), Some(dir.path().to_path_buf()));
    }
}
